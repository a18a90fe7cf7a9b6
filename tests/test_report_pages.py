"""The pages as written: whole, in both languages, safe, and fetching nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pytest
from lxml import html
from made_edition import EMPLOYERS, NASTY, MadeEdition, standard

from mercato.report import write_report
from mercato.report.pages import FILES

PAGES = [f"report/{code}/{name}" for code in ("en", "fr") for name in FILES.values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated edition with hostile names."""
    made = tmp_path_factory.mktemp("edition")
    names = [NASTY, "N" * 2_000, *EMPLOYERS]
    rejects = pa.table({"source": [NASTY], "column": [NASTY], "reason": ["no date"], "count": [3]})
    write_report(standard(names, title=NASTY, simulated=True, rejects=rejects), made)  # type: ignore[arg-type]
    return made


def page(folder: Path, name: str) -> html.HtmlElement:
    return html.document_fromstring((folder / name).read_text("utf-8"))


def test_the_files(folder: Path) -> None:
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {"index.html", "report/report.js", *PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_no_name_breaks_out(folder: Path, name: str) -> None:
    text = (folder / name).read_text("utf-8")
    tree = page(folder, name)
    assert not tree.xpath("//img | //iframe | //object | //embed | //b[not(ancestor::li)]")
    assert not [a for e in tree.iter(html.etree.Element) for a in e.attrib if a.lower().startswith("on")]
    assert {s.get("src") for s in tree.xpath("//script")} == {"../report.js"}
    assert "\x00" not in text and "\u202e" not in text


@pytest.mark.parametrize("name", [*PAGES, "index.html"])
def test_nothing_is_fetched_from_elsewhere(folder: Path, name: str) -> None:
    tree = page(folder, name)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'") and "unsafe-eval" not in policy and "http" not in policy
    addresses = [str(a) for a in tree.xpath("//@href | //@src | //@action | //@data")]
    assert not [a for a in addresses if "//" in a or a.startswith(("/", "javascript:"))]
    outside = re.findall(r"https?://[^\s\"'<>]+", (folder / name).read_text("utf-8"))
    # The name of SVG's vocabulary is not fetched.
    assert {a for a in outside if "w3.org/2000/svg" not in a} == set()


@pytest.mark.parametrize("name", [*PAGES, "index.html"])
def test_links_lead_somewhere(folder: Path, name: str) -> None:
    tree, here = page(folder, name), (folder / name).parent
    for address in {str(a) for a in tree.xpath("//@href | //@src")} - {"data:,"}:
        path, _, anchor = unquote(address).partition("#")
        target = (here / path).resolve() if path else folder / name
        if "/figures/" in target.as_posix():
            assert target.stem in standard().figures and target.suffix in (".csv", ".json")
            continue
        assert target.is_file(), address
        if anchor:
            assert html.document_fromstring(target.read_text("utf-8")).xpath(f"//*[@id='{anchor}']"), address


@pytest.mark.parametrize("name", PAGES)
def test_simulated_is_said_on_the_page_and_in_every_chart(folder: Path, name: str) -> None:
    tree = page(folder, name)
    mark = "SIMULATED DATA" if "/en/" in name else "DONNÉES SIMULÉES"
    assert mark in tree.xpath("//p[@class='simulated']")[0].text_content()
    drawings = tree.xpath("//*[@class='chart']/*[local-name()='svg']")
    assert all(mark in drawing.text_content() for drawing in drawings)
    assert drawings or "method" in name


@pytest.mark.parametrize("name", [n for n in PAGES if "method" not in n and "index" not in n])
def test_every_figure_has_its_parts(folder: Path, name: str) -> None:
    figures = page(folder, name).xpath("//figure")
    assert figures
    for figure in figures:
        assert len(figure.xpath(".//h2")[0].text_content()) > 10
        assert len(figure.xpath(".//*[@role='img']/@aria-label")[0]) > 40
        drawings = figure.xpath(".//*[@role='img']/*[local-name()='svg']")
        assert [d.get("class") for d in drawings] == ["still broad", "still narrow"]
        assert figure.xpath(".//figcaption//table//tr")
        assert len(figure.xpath(".//p[@class='files']/a")) == 2
        assert "Source" in figure.xpath("string(.//figcaption)")


def test_no_identifier_is_used_twice(folder: Path) -> None:
    for name in PAGES:
        ids = [str(i) for i in page(folder, name).xpath("//@id")]
        assert len(ids) == len(set(ids)), name


def test_survival_curves_have_a_table_at_risk(folder: Path) -> None:
    table = page(folder, "report/en/keep.html").xpath("//figure[@id='retention-curve']/div[@class='risk']//table")[0]
    assert [t.text_content() for t in table.xpath(".//thead//th")] == ["Employer", "0", "12", "24", "36", "48", "60"]
    assert len(table.xpath(".//tbody/tr")) == 8


def test_pages_are_light(folder: Path) -> None:
    assert max((folder / n).stat().st_size for n in PAGES) < 900_000
    assert (folder / "report" / "report.js").stat().st_size < 5_000


def test_one_drawing_is_shown_on_a_desk_and_on_paper_and_the_other_on_a_telephone(folder: Path) -> None:
    style = page(folder, "report/en/keep.html").xpath("//style")[0].text
    always, _, rest = style.partition("@media (max-width: 640px)")
    phone, _, paper = rest.partition("@media print")
    assert "svg.narrow { display: none" in always
    assert "svg.broad { display: none" in phone and "svg.narrow { display: block" in phone
    assert "svg.broad { display: block" in paper and "svg.narrow, .tip { display: none" in paper


def test_languages(folder: Path) -> None:
    for code, word in (("en", "As of June 30, 2025"), ("fr", "Situation au 30 juin 2025")):
        tree = page(folder, f"report/{code}/index.html")
        assert tree.get("lang") == code and word in tree.text_content()
        other = "fr" if code == "en" else "en"
        assert f"../{other}/index.html" in tree.xpath("//nav[@class='languages']/a/@href")


def test_method_tells_sources_rejects_and_definitions(folder: Path) -> None:
    text = page(folder, "report/fr/method.html").text_content()
    for word in ("ab" * 32, "CC BY 4.0", "aucune date", "minimum_people", "retention (fr)", "10\u202f012"):
        assert word in text


def test_the_same_edition_gives_the_same_bytes(tmp_path: Path) -> None:
    small = standard(["A", "B", "C"])
    few = {n: small.figures[n] for n in ("retention_by_employer", "flows_by_pair", "hires_by_month")}
    made = MadeEdition(figures=few, sources=small.sources)
    for name in ("one", "two"):
        write_report(made, tmp_path / name, ("en",))  # type: ignore[arg-type]
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.*")} for n in ("one", "two"))
    assert one == two


def test_an_edition_without_figures_says_what_cannot_be_told(tmp_path: Path) -> None:
    write_report(MadeEdition(as_of=dt.date(2020, 2, 29)), tmp_path, ("fr",))  # type: ignore[arg-type]
    text = page(tmp_path, "report/fr/index.html").text_content()
    assert "Rétention par année d’arrivée\xa0: absents de cette édition." in text
    assert not page(tmp_path, "report/fr/keep.html").xpath("//figure")
    assert page(tmp_path, "index.html").xpath("//meta[@http-equiv='refresh']")
