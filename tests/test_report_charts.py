"""Charts: valid Vega-Lite for every figure, marked when simulated, safe as drawings."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from made_edition import EMPLOYERS, NASTY, hidden, made, share, standard

from mercato.report.charts import aside, chart, draw, theme, ticks
from mercato.report.charts.lettering import fitted, labels, width_of
from mercato.report.charts.lines import position
from mercato.report.charts.render import Still, safe
from mercato.report.charts.sankey import sankey
from mercato.report.charts.theme import NARROW, WIDE, Look
from mercato.report.language import Language
from mercato.report.notebook import as_html

EDITION = standard([NASTY, "x" * 1_000, *EMPLOYERS])
LOOK = Look(Language("en"))
PHONE = replace(LOOK, width=NARROW)
LOOKS = [replace(LOOK, language=Language(code), width=width) for code in ("en", "fr") for width in (WIDE, NARROW)]


def _still(spec: dict[str, Any], look: Look) -> str:
    return str(Still(spec, look, "x"))


@pytest.mark.parametrize("name", sorted(EDITION.figures))
def test_every_figure_has_a_valid_altair_chart(name: str) -> None:
    drawn = chart(EDITION.figures[name], "fr")  # type: ignore[arg-type]
    assert drawn.to_dict()["title"]["text"].endswith("(fr)")


def _marks(spec: dict[str, Any]) -> set[str]:
    layers = spec.get("layer") or spec["spec"]["layer"]
    return {layer["mark"]["type"] for layer in layers}


@pytest.mark.parametrize(
    ("name", "marks", "columns"),
    [
        ("retention_by_employer", {"rule", "point", "text"}, 0),
        ("retention_curve", {"area", "line", "point"}, 4),
        ("flows_by_pair", {"rect", "text"}, 0),
        ("origins_by_employer", {"bar", "rule", "text"}, 2),
        ("entry_share_by_kind", {"area", "line", "point"}, 3),
        ("hires_by_month", {"line", "point"}, 0),
    ],
)
def test_the_drawing_suits_the_figure(name: str, marks: set[str], columns: int) -> None:
    spec = draw(EDITION.figures[name], LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert _marks(spec) == marks
    assert spec.get("columns", 0) == columns


def test_no_withheld_cell_is_drawn() -> None:
    rows = [{"employer": "A", **share(0.2, 50)}, {"employer": "Hidden Ltd", **hidden()}]
    spec = draw(made("attrition_by_employer", "attrition", ("employer",), rows), LOOK)  # type: ignore[arg-type]
    assert "Hidden Ltd" not in json.dumps(spec)


def test_a_withheld_pair_is_a_square_without_a_number() -> None:
    rows = [
        {"origin": "A", "destination": "B", "estimate": 9.0, "n": 9},
        {"origin": "B", "destination": "A", **hidden()},
    ]
    spec = draw(made("flows_by_pair", "flows", ("origin", "destination"), rows), LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert [(c["from"], c["v"], c["text"]) for c in spec["datasets"]["rows"]] == [("A", 9.0, "9"), ("B", None, "—")]


def test_a_withheld_month_breaks_the_line() -> None:
    told = {"estimate": 9.0, "n": 9}
    rows = [{"month": "2024-01", **told}, {"month": "2024-02", **hidden()}, {"month": "2024-03", **told}]
    spec = draw(made("headcount_by_month", "headcount", ("month",), rows), LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert [r["y"] for r in spec["datasets"]["rows"]] == [9.0, None, 9.0]


def test_a_figure_without_a_shown_cell_is_not_drawn() -> None:
    figure = made("attrition_by_employer", "attrition", ("employer",), [{"employer": "A", **hidden()}])
    assert draw(figure, LOOK) is None  # type: ignore[arg-type]
    assert "No cell of this figure" in json.dumps(chart(figure).to_dict())  # type: ignore[arg-type]


def test_the_reference_is_at_the_tenure_of_the_groups() -> None:
    groups = [{"employer": "A", "months": 12, **share(0.9, 50)}, {"employer": "A", "months": 24, **hidden()}]
    overall = [{"months": 12, **share(0.8, 500)}, {"months": 24, **share(0.6, 500)}]
    spec = draw(
        made("retention_by_employer", "retention", ("employer",), groups),  # type: ignore[arg-type]
        LOOK,
        made("retention_overall", "retention", (), overall),  # type: ignore[arg-type]
    )
    assert spec is not None
    assert spec["datasets"]["level"] == [{"estimate": 0.8}]


@pytest.mark.parametrize(("code", "mark"), [("en", "SIMULATED DATA"), ("fr", "DONNÉES SIMULÉES")])
def test_simulated_data_are_marked_inside_every_chart(code: str, mark: str) -> None:
    look = Look(Language(code), simulated=True)
    for figure in EDITION.figures.values():
        spec = draw(figure, look)  # type: ignore[arg-type]
        assert spec is not None and spec["title"]["text"] == mark


def test_positions_on_the_axis_of_time() -> None:
    assert [position(p) for p in ("2024", "2024-Q1", "2024-01", "2024-12")] == [2024.0, 2024.125, 2024.0417, 2024.9583]


def test_a_drawing_keeps_only_shapes_and_text() -> None:
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        '<defs><clipPath id="c"><rect width="9"/></clipPath></defs>'
        '<g clip-path="url(#c)" style="x"><text>a &lt;b&gt;</text>'
        '<a xlink:href="javascript:x()"><text>b</text></a></g><script>x()</script><image href="http://x"/>'
        "<foreignObject><p>x</p></foreignObject></svg>"
    )
    found = safe(hostile, "f1", LOOK)
    assert 'id="f1-c"' in found and "url(#f1-c)" in found and "a &lt;b&gt;" in found
    assert not any(word in found for word in ("script", "onload", "image", "foreign", "href", "style=", "javascript"))


def test_the_sankey_escapes_names() -> None:
    rows = [
        {"origin": "<b>&", "destination": "D", "estimate": 9.0},
        {"origin": "E", "destination": "D", "estimate": 1.0},
    ]
    assert "<b>" not in sankey(rows, LOOK) and "&lt;b&gt;&amp;" in sankey(rows, LOOK)


def test_a_notebook_shows_chart_and_table() -> None:
    shown = as_html(EDITION.figures["attrition_by_employer"])  # type: ignore[arg-type]
    assert shown.count("<svg") == 1 and "<table>" in shown and "<img" not in shown


def _texts(svg: str) -> Iterator[tuple[str, float, float]]:
    """The texts of a drawing, each with where it begins and ends across; one that leans counts its width across."""
    root = etree.fromstring(svg)
    for element in root.iter("{*}text"):
        lines = [t for t in element.itertext()]
        at, turned = 0.0, 0.0
        for part in (element, *element.iterancestors()):
            moved = re.search(r"translate\(([-\d.]+)", part.get("transform", ""))
            at += float(moved[1]) if moved else 0.0
            leans = re.search(r"rotate\(([-\d.]+)", part.get("transform", ""))
            turned += float(leans[1]) if leans else 0.0
        at += float(element.get("x") or next((e.get("x") for e in element if e.get("x")), None) or 0)
        size = float(element.get("font-size", "12").removesuffix("px"))
        wide = max(width_of(line, size) for line in lines) * math.cos(math.radians(turned))
        anchor = {"end": 1.0, "middle": 0.5}.get(element.get("text-anchor", ""), 0.0)
        yield " / ".join(lines), at - wide * anchor, at + wide * (1 - anchor)


@pytest.mark.parametrize("look", LOOKS, ids=lambda k: f"{k.language.code}-{k.width}")
@pytest.mark.parametrize("name", sorted(EDITION.figures))
def test_no_text_reaches_beyond_a_drawing(name: str, look: Look) -> None:
    figure = EDITION.figures[name]
    svg = _still(draw(figure, look) or {}, look)  # type: ignore[arg-type]
    placed = list(_texts(svg))
    assert placed
    assert [t for t in placed if t[1] < -1 or t[2] > look.width + 1] == []


@pytest.mark.parametrize("look", LOOKS, ids=lambda k: f"{k.language.code}-{k.width}")
def test_no_text_reaches_beyond_a_sankey(look: Look) -> None:
    rows = [
        {"origin": a, "destination": b, "estimate": 9.0}
        for a in ("Massachusetts Institute of Technology", "B")
        for b in ("University of Science and Technology of China", "D")
    ]
    assert [t for t in _texts(sankey(rows, look)) if t[1] < 0 or t[2] > look.width] == []


def _axes(spec: dict[str, Any]) -> Iterator[tuple[list[float], dict[str, Any], float, str]]:
    """The marks of the horizontal axes with their scale, their length in pixels and their format."""
    inner = spec.get("spec", spec)
    for encoding in [inner["encoding"], *(layer["encoding"] for layer in inner["layer"])]:
        x = encoding.get("x", {})
        if x.get("axis") and "values" in x["axis"]:
            yield x["axis"]["values"], x["scale"], inner["width"], x["axis"].get("format", "d")


@pytest.mark.parametrize("look", LOOKS, ids=lambda k: f"{k.language.code}-{k.width}")
@pytest.mark.parametrize("name", sorted(EDITION.figures))
def test_marks_of_an_axis_leave_room_for_each_other(name: str, look: Look) -> None:
    spec = draw(EDITION.figures[name], look)  # type: ignore[arg-type]
    assert spec is not None
    for values, scale, length, form in _axes(spec):
        ends, place = scale["domain"], (math.log if scale.get("type") == "log" else float)
        at = [length * (place(v) - place(ends[0])) / (place(ends[1]) - place(ends[0])) for v in values]
        words = [f"{v:.0%}" if "%" in form else f"{v:g}" for v in values]
        for (a, one), (b, two) in zip(zip(at, words, strict=True), list(zip(at, words, strict=True))[1:], strict=False):
            assert b - a > (width_of(one, 12) + width_of(two, 12)) / 2 + 3, (one, two)


def test_a_name_is_broken_before_it_is_cut() -> None:
    name = "Massachusetts Institute of Technology"
    assert fitted(name, 131, 12) == "Massachusetts Institute\nof Technology"
    assert fitted(name, 400, 12) == name
    assert fitted(name, 90, 12) == "Massachusetts\nInstitute of Te\N{HORIZONTAL ELLIPSIS}"
    assert all(width_of(fitted(name, w, 12), 12) <= w for w in range(40, 240))
    assert fitted("x" * 100, 60, 12, lines=1) == "x" * 8 + "\N{HORIZONTAL ELLIPSIS}"


def test_two_names_never_share_a_label() -> None:
    made_ = labels(["University of California, Berkeley", "University of California, Davis"], 90, 12, lines=1)
    assert list(made_.values()) == ["University of\N{HORIZONTAL ELLIPSIS}", "University of\N{HORIZONTAL ELLIPSIS} (2)"]


@given(st.lists(st.text(max_size=60), max_size=30))
def test_labels_differ_where_names_do(names: list[str]) -> None:
    made_ = labels(names, 60)
    assert set(made_) == set(names)
    assert len(set(made_.values())) == len(set(names))


def test_a_text_is_as_wide_as_helvetica_says() -> None:
    # H 722, e 556, l 222 twice, o 556 thousandths of the type size.
    assert width_of("Hello", 10) == pytest.approx(22.8, abs=0.1)
    assert width_of("12\N{NARROW NO-BREAK SPACE}345", 10) == pytest.approx(29.5, abs=0.2)
    assert width_of("\u00c9cole", 10) == width_of("Ecole", 10)


def test_marks_of_axes_are_round() -> None:
    assert ticks.steps(0, 0.44, 5) == [0, 0.2, 0.4, 0.6]
    assert ticks.steps(-13, 12, 5) == [-20, -10, 0, 10, 20]
    assert ticks.steps(0, 0, 5)[0] == 0
    assert ticks.whole(1871, 2024, 8) == [1880, 1900, 1920, 1940, 1960, 1980, 2000, 2020]
    assert ticks.whole(2021.9, 2024.8, 7) == [2022, 2023, 2024]
    assert ticks.of_months(60, 7) == [0, 12, 24, 36, 48, 60]
    assert ticks.of_months(60, 4) == [0, 24, 48]
    assert ticks.of_ratios(0.3, 12, 8) == [0.3, 0.5, 1, 2, 3, 5, 10]


def test_the_languages_share_a_drawing_where_only_words_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draws = vl_convert.vegalite_to_svg
    monkeypatch.setattr(vl_convert, "vegalite_to_svg", lambda *a, **k: drawn.append("") or draws(*a, **k))
    rows = [{"employer": f"Unheard-of {c}", **share(0.2, 12_345)} for c in "ABC"]
    figure = made("attrition_by_employer", "attrition", ("employer",), rows)
    both = [_still(draw(figure, look) or {}, look) for look in LOOKS if look.width == WIDE]  # type: ignore[arg-type]
    assert len(drawn) == 1
    for svg, n, axis in zip(both, ("n = 12,345", "n = 12\u202f345"), (">10%<", ">10\u202f%<"), strict=True):
        assert ">Unheard-of A<" in svg and n in svg and axis in svg


def test_what_a_pointer_is_told_stands_in_a_title() -> None:
    rows = [{"employer": "A & B", **share(0.2, 50, half=0.1)}]
    figure = made("attrition_by_employer", "attrition", ("employer",), rows)
    drawn = [_still(draw(figure, look) or {}, look) for look in LOOKS if look.width == WIDE]  # type: ignore[arg-type]
    told = [{t.text for t in etree.fromstring(svg).iter("{*}title")} for svg in drawn]
    assert told[0] == {"A & B\nEstimate: 20.0%\n95% interval: 10.0% to 30.0%\nn = 50"}
    assert {t.split("\n")[1] for t in told[1]} == {"Estimation\u00a0: 20,0\u202f%"}


def test_months_of_a_season_are_bars_each_by_itself() -> None:
    months = [f"{year}-{month:02}" for year in (2022, 2023, 2024) for month in range(1, 13)]
    told = {"estimate": 9.0, "n": 9, "sum_12": None}
    rows = [{"month": m, **(told if m[5:] in ("03", "04", "05", "06", "07", "08", "09") else hidden())} for m in months]
    spec = draw(made("hires_by_month", "hires", ("month",), rows), LOOK)  # type: ignore[arg-type]
    assert spec is not None and _marks(spec) == {"bar"}
    whole = [{"month": m, **told, "sum_12": 108} for m in months]
    spec = draw(made("hires_by_month", "hires", ("month",), whole), LOOK)  # type: ignore[arg-type]
    assert spec is not None and _marks(spec) == {"line", "point"}


def test_a_telephone_has_fewer_panels_beside_each_other() -> None:
    for name, many, few in (("retention_curve", 4, 2), ("origins_by_employer", 2, 1), ("entry_share_by_kind", 3, 2)):
        specs = [draw(EDITION.figures[name], look) or {} for look in (LOOK, PHONE)]  # type: ignore[arg-type]
        assert [spec["columns"] for spec in specs] == [many, few]


def _light(colour: str) -> float:
    """The relative luminance of a colour, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, two: str) -> float:
    lights = sorted((_light(one), _light(two)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_numbers_of_the_matrix_stand_out_from_their_squares() -> None:
    pairs = [{"origin": "A", "destination": f"B{v}", "estimate": float(v), "n": v} for v in (20, 40, 45, 50, 70, 100)]
    spec = draw(made("flows_by_pair", "flows", ("origin", "destination"), pairs), LOOK)  # type: ignore[arg-type]
    assert spec is not None
    squares, words = spec["layer"][1]["encoding"]["color"]["scale"], spec["layer"][2]["encoding"]["color"]
    test = float(words["condition"]["test"].split(">")[1])
    pale, deep = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in squares["range"])
    low, high = (math.sqrt(v) for v in squares["domain"])
    for v in (20, 40, 45, 50, 70, 100):
        share_ = (math.sqrt(v) - low) / (high - low)
        square = "#" + "".join(f"{round(a + share_ * (b - a)):02x}" for a, b in zip(pale, deep, strict=True))
        ink = "#ffffff" if v > test else words["value"]
        assert _contrast(square, ink) >= 4, v


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, theme.BLUE, theme.ORANGE, theme.WARNING])
def test_letters_and_marks_stand_out_from_the_paper(colour: str) -> None:
    assert _contrast(colour, "#ffffff") >= 4.5


def test_the_curve_of_everyone_ends_with_the_longest_of_the_others() -> None:
    groups = [{"employer": e, "months": m, **share(0.9, 50), "at_risk": 50} for e in "AB" for m in range(10)]
    overall = [{"months": m, **share(0.8, 500), "at_risk": 500} for m in range(61)]
    spec = draw(
        made("retention_curve", "retention", ("employer",), groups),  # type: ignore[arg-type]
        LOOK,
        made("retention_curve_overall", "retention", (), overall),  # type: ignore[arg-type]
    )
    assert spec is not None
    assert max(row["months"] for row in spec["datasets"]["rows"]) == 9


BARE = json.dumps({"data": {"values": [{"a": 1}]}, "mark": "point", "width": 50, "height": 50})


def test_a_second_process_draws_the_same() -> None:
    with aside.drawing_aside():
        drawer = aside._ACTIVE[0]
        assert drawer._process.poll() is None
        assert aside.drawing(BARE).result() == aside.drawn(BARE)
        assert aside.drawing(BARE) is aside.drawing(BARE)
    assert drawer._process.poll() is not None and not aside._ACTIVE


def test_a_chart_is_drawn_where_the_second_process_ends_or_never_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    with aside.drawing_aside():
        aside._ACTIVE[0]._process.kill()
        assert aside.drawing(BARE).result() == aside.drawn(BARE)
    monkeypatch.setattr(aside.sys, "executable", "/nowhere/python")
    with aside.drawing_aside():
        assert aside.drawing(BARE).result() == aside.drawn(BARE)


def test_drawing_aside_within_another_shares_its_process() -> None:
    with aside.drawing_aside():
        drawer = aside._ACTIVE[0]
        with aside.drawing_aside():
            assert [drawer] == aside._ACTIVE
        assert drawer._process.poll() is None
