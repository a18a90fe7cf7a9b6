"""Margins: files that are read and refused, and what people weigh, in tables anybody can check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from mercato.errors import DataError, SettingsError
from mercato.margins import read_margins
from mercato.market import Market, read
from mercato.settings import Options, Settings, load_settings

AS_OF = dt.date(2020, 6, 30)


def written(folder: Path, text: str, name: str = "margins.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 French and 20 American people at one employer; half of the French and no American left in the first year."""
    rows = ["person_id,employer,title,country,start,end"]
    for person in range(60):
        country, left = ("FR", person < 20) if person < 40 else ("US", False)
        rows.append(f"p{person},Acme,Software engineer,{country},2018-01-01,{'2018-07-01' if left else ''}")
    rows += [f"q{person},Beta,Nurse,FR,2018-01-01," for person in range(12)]
    rows += [f"r{person},Beta,Nurse,,2018-01-01," for person in range(8)]
    file: Path = tmp_path_factory.mktemp("people") / "people.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    return file


def market(people: Path, *margins: Path, on: dt.date | None = None, **options: Any) -> Market:
    chosen = Options(minimum_at_risk=1)
    for name, value in options.items():
        chosen = chosen.set(name, value)
    return read([people], Settings(options=chosen, margins=margins, margins_on=on), as_of=AS_OF)


def test_retention_of_a_population_of_which_the_data_hold_too_few(people: Path, tmp_path: Path) -> None:
    """In the population there are as many Americans as French on the first day: 1/2 and 1 make 3/4, not 2/3."""
    file = written(tmp_path, "country,people\nFrance,5200\nUS,4000\n")
    with market(people, file, on=dt.date(2018, 2, 1), weight_limit=0) as m:
        (row,) = m.measure("retention", ["employer"], {"employer": "Acme"}).to_arrow().to_pylist()
        told = m.measure("headcount", ["country", "year"], {"year": "2019"}).to_arrow().to_pylist()
    # 52 French, of whom the margin tells 5,200, weigh half of what the 20 Americans do; 8 people have no known country.
    assert row["estimate"] == pytest.approx((40 * 100 * 0.5 + 20 * 200) / (40 * 100 + 20 * 200), abs=1e-5)
    assert row["raw_estimate"] == pytest.approx(2 / 3)
    assert (row["n"], row["entered"]) == (60, 60)
    assert row["effective_n"] == pytest.approx(8000**2 / (40 * 100**2 + 20 * 200**2), rel=1e-4)
    assert row["low"] < row["raw_estimate"] < row["estimate"] < row["high"]
    assert {r["country"]: r["n"] for r in told} == {"FR": 32, "US": 20, None: 8}


def test_weighted_headcounts_are_the_margins(people: Path, tmp_path: Path) -> None:
    first = written(tmp_path, "pays;personnes\nFR;6 000\nUnited States;4 000\n", "countries.csv")
    second = written(tmp_path, "family,share\nengineering,0.5\nother,0.5\n", "families.csv")
    with market(people, first, second, on=dt.date(2019, 1, 1), weight_limit=0) as m:
        families = m.measure("headcount", ["family", "year"], {"year": "2019"}).to_arrow().to_pylist()
    told = {row["family"]: row["estimate"] for row in families}
    assert told["engineering"] == pytest.approx(5000, rel=1e-4)
    assert sum(told.values()) == pytest.approx(10_000, rel=1e-4)


def test_without_margins_and_with_weights_none_nothing_is_weighted(people: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "country,people\nFR,10\nUS,10\n")
    with market(people, file) as m, market(people) as plain:
        raw = m.measure("retention", ["employer"], weights="none").to_csv()
        assert raw == plain.measure("retention", ["employer"]).to_csv()
        assert "raw_estimate" not in raw
        with pytest.raises(SettingsError, match="no margins are given"):
            plain.measure("retention", ["employer"], weights="margins")


def test_withheld_cells_are_judged_by_the_people_in_the_data(people: Path, tmp_path: Path) -> None:
    """Twelve nurses of Beta who weigh a thousand each are still twelve people."""
    file = written(tmp_path, "country,people\nFR,32000\nUS,20\n")
    with market(people, file, minimum_people=15, weight_limit=0) as m:
        rows = m.measure("headcount", ["country", "year"], {"year": "2019"}).to_arrow().to_pylist()
    by = {row["country"]: row for row in rows}
    assert by[None]["status"] == "withheld_few_people"
    assert [by[None][name] for name in ("estimate", "raw_estimate", "effective_n", "n")] == [None] * 4
    assert by["FR"]["status"] == "ok"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds nothing"),
        ("country,people\n", "holds no line but its first"),
        ("country,number\nFR,1\n", "holds the columns country, number"),
        ("people\n10\n", "holds the columns people"),
        ("planet,people\nMars,1\n", "planet"),
        ("country,people\nFR,-5\n", "line 2: people is -5"),
        ("country,people\nFR,0\n", "line 2: people is 0"),
        ("country,people\nFR,\n", "line 2: people is missing"),
        ("country,people\nFR,many\n", "line 2: people is 'many'"),
        ("country,people\nFR,nan\n", "line 2: people is 'nan'"),
        ("country,people\nFR,inf\n", "line 2: people is 'inf'"),
        ("country,people\n,5\n", "line 2: country is empty"),
        ("country,people\nFR,5\nFrance,6\n", "line 3: the category fr stands there twice"),
        ("country,people\nFR,5,6\n", "line 2: has 3 columns"),
    ],
)
def test_a_file_that_tells_no_margin_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        read_margins([written(tmp_path, text)])
    assert said in str(error.value) and "margins.csv" in str(error.value)


@pytest.mark.parametrize(
    ("margins", "said"),
    [
        (["country,people\nFR,50\nUS,50\n", "family,people\nengineering,60\nother,60\n"], "contradict each other"),
        (
            ["country,people\nFR,50\nUS,50\n", "country,family,people\nFR,other,30\nUS,other,70\n"],
            "of fr it tells 30.0% of all people",
        ),
        (["country,people\nFR,50\nUS,40\nMars,10\n"], "nobody in the data on 2020-06-30 is of country mars"),
        (["country,people\nFR,50\n"], "names no country us, of which there are people in the data"),
    ],
)
def test_margins_that_contradict_each_other_or_the_data_are_refused(
    people: Path, tmp_path: Path, margins: list[str], said: str
) -> None:
    files = [written(tmp_path, text, f"margins_{number}.csv") for number, text in enumerate(margins)]
    with market(people, *files) as m, pytest.raises(DataError) as error:
        m.measure("retention", ["employer"])
    assert said in str(error.value) and "margins_" in str(error.value)


def test_a_day_without_anybody_is_refused(people: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "country,people\nFR,50\nUS,50\n")
    with market(people, file, on=dt.date(2001, 1, 1)) as m, pytest.raises(DataError, match="nobody is in a main job"):
        m.measure("retention", ["employer"])


def test_small_categories_without_anybody_are_left_out_and_said(people: Path, tmp_path: Path) -> None:
    file = written(tmp_path, "country,people\nFR,600\nUS,398\nLU,2\n")
    said: list[str] = []
    settings = Settings(options=Options(), margins=(file,))
    with read([people], settings, as_of=AS_OF, progress=lambda sentence, share=None: said.append(sentence)) as m:
        assert m.measure("retention", ["employer"]).to_arrow().num_rows == 2
    assert any("nobody in the data on 2020-06-30 is of country lu; 0.20%" in sentence for sentence in said)
    assert any("13.3% of people have no known country" in sentence for sentence in said)


def test_margins_in_a_settings_file(tmp_path: Path) -> None:
    written(tmp_path, "country,people\nFR,5\n")
    file = written(tmp_path, 'margins = ["margins.csv"]\nmargins_on = 2024-01-31\n', "mercato.toml")
    found = load_settings(file)
    assert found.margins == (tmp_path / "margins.csv",) and found.margins_on == dt.date(2024, 1, 31)
    with pytest.raises(SettingsError, match="margins_on is 'soon'"):
        load_settings(written(tmp_path, 'margins_on = "soon"\n', "mercato.toml"))
    with pytest.raises(SettingsError, match="does not exist"):
        load_settings(written(tmp_path, 'margins = ["none.csv"]\n', "mercato.toml"))


@pytest.mark.parametrize(("name", "value"), [("weight_limit", "0.5"), ("weight_limit", "1"), ("resamples", "3")])
def test_options_that_make_no_sense(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"option {name} is '{value}'"):
        Options().set(name, value)
