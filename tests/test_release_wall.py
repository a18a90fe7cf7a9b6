"""The release wall, on careers that could leak: employers of a few people, people with telling ids and titles."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import mercato
from mercato.market import Market

SECRET = "SECRET"
FORMULA = '=HYPERLINK("http://x.example";"Acme")'
SCRIPT = "<script>alert(1)</script>"
KEPT = {"status", "months"}


def _rows() -> list[list[str]]:
    """60 people at two large employers, 3 at a small one, 7 at one whose name is a formula and 9 at one of script."""
    rows = []
    for number in range(60):
        first, then = ("Acme", "Beta") if number % 3 else ("Beta", "Acme")
        year = 2010 + number % 5
        rows.append([first, f"{year}-02-01", f"{year + 3}-05-01", number])
        rows.append([then, f"{year + 3}-05-{1 if number % 10 else 30}", "", number])
    rows += [["Tiny", "2014-03-01", "2016-04-01", 100 + number] for number in range(3)]
    rows += [["Acme", "2016-04-10", "", 100 + number] for number in range(3)]
    rows += [[FORMULA, "2012-01-01", "2019-01-01", 200 + number] for number in range(7)]
    rows += [[SCRIPT, "2013-01-01", "", 300 + number] for number in range(9)]
    told = [[f"{SECRET}-{number}", employer, f"{SECRET} officer", start, end] for employer, start, end, number in rows]
    return [*told, [f"{SECRET}-rejected", f"{SECRET} Ltd", "engineer", "2015-02-31", f"{SECRET} date"]]


@pytest.fixture(scope="module")
def careers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("wall") / "careers.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["person_id", "employer", "title", "start_date", "end_date"], *_rows()])
    return file


@pytest.fixture(scope="module")
def edition(careers: Path) -> Path:
    return made(careers, careers.parent / "first", "1")


def made(careers: Path, into: Path, seed: str) -> Path:
    words = ["report", str(careers), "--into", str(into), "--as-of", "2020-12-31"]
    told = subprocess.run(
        [sys.executable, "-m", "mercato.cli", *words],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return into


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_same_run_in_another_process_gives_the_same_bytes(careers: Path, edition: Path) -> None:
    again = files(made(careers, careers.parent / "second", "2"))
    assert again == files(edition)
    assert len(again) > 80


def test_no_word_on_a_person_leaves(edition: Path) -> None:
    told = files(edition)
    assert [name for name, content in told.items() if SECRET.encode() in content] == []
    assert b"2015-02-31" not in b"".join(told.values())


def test_a_withheld_cell_is_null_with_its_reason_in_every_format(edition: Path) -> None:
    withheld = 0
    for file in sorted((edition / "figures").glob("*.parquet")):
        table = pq.read_table(file)
        told = json.loads(file.with_suffix(".json").read_text("utf-8"))
        with file.with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
            written = list(csv.DictReader(stream))
        assert told["columns"] == table.column_names == list(written[0] if written else table.column_names)
        assert [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]] == table.to_pylist()
        for row, text in zip(table.to_pylist(), written, strict=True):
            values = {name: value for name, value in row.items() if name not in KEPT | set(told["by"])}
            assert row["n"] is None or row["n"] >= 5 or row["n"] == 0
            if row["status"] in ("withheld_few_people", "withheld_complementary"):
                withheld += 1
                assert set(values.values()) == {None}, (file.name, row)
                assert {text[name] for name in values} == {""}
    assert withheld > 20


def test_json_has_no_nan_and_every_file_is_whole(edition: Path) -> None:
    def refuse(word: str) -> Any:
        raise AssertionError(word)

    for file in edition.rglob("*.json"):
        json.loads(file.read_text("utf-8"), parse_constant=refuse)
    pages = [file.read_text("utf-8") for file in edition.rglob("*.html")]
    assert len(pages) >= 15
    assert all(page.rstrip().endswith("</html>") for page in pages)
    assert not any(SCRIPT in page for page in pages)


def test_a_formula_is_written_as_text(edition: Path) -> None:
    text = (edition / "figures" / "headcount_by_employer.csv").read_text("utf-8")
    employers = {row["employer"] for row in csv.DictReader(text.splitlines())}
    assert "'" + FORMULA in employers
    assert not any(name.startswith(("=", "+", "-", "@")) for name in employers)


@pytest.fixture(scope="module")
def market(careers: Path) -> Any:
    with mercato.read(careers) as read:
        yield read


def rows(market: Market, name: str, by: list[str]) -> list[dict[str, Any]]:
    return market.measure(name, by).to_arrow().to_pylist()


def test_a_small_employer_shows_nothing(market: Market) -> None:
    """Three people were at Tiny: whatever is asked of it, nothing but the reason is told."""
    for name in ("retention", "cohort_retention", "attrition", "entry_share", "hires", "separations", "net_flow"):
        for row in rows(market, name, ["employer"]):
            if row["employer"] == "Tiny":
                values = {k: v for k, v in row.items() if k not in ("employer", "months", "status")}
                assert set(values.values()) == {None}, (name, row)
                assert row["status"].startswith("withheld")


def test_a_withheld_origin_takes_another_one_with_it(market: Market) -> None:
    """Acme's three hires from Tiny are what is left of its hires when the other origins are taken away."""
    told = {row["origin"]: row["status"] for row in rows(market, "origins", ["employer", "origin"])
            if row["employer"] == "Acme"}  # fmt: skip
    assert told.pop("Tiny") == "withheld_few_people"
    assert sorted(told.values()) == ["ok", "withheld_complementary"]


def test_a_withheld_class_of_gap_takes_the_other_one_with_it(tmp_path: Path) -> None:
    """10 direct and 3 brief moves: their sum, 13, is told as the year's flow, so that direct would tell brief."""
    lines = ["person_id,employer,start_date,end_date"]
    for number in range(30):
        start = "2018-03-01" if number < 10 else "2018-04-15" if number < 13 else "2019-03-01"
        lines += [f"p{number},Acme,2015-01-10,2018-03-01", f"p{number},Beta,{start},"]
    (tmp_path / "careers.csv").write_text("\n".join(lines) + "\n", "utf-8")
    with mercato.read(tmp_path / "careers.csv") as market:
        assert [(row["year"], row["estimate"]) for row in rows(market, "flows", ["year"])] == [("2018", 13)]
        told = {
            (row["year"], row["gap"]): (row["estimate"], row["status"])
            for row in rows(market, "flows", ["year", "gap"])
        }
    assert told == {
        ("2018", "brief"): (None, "withheld_few_people"),
        ("2018", "direct"): (None, "withheld_complementary"),
        ("2019", "long"): (17, "ok"),
    }
