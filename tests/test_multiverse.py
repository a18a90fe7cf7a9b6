"""One figure under every combination of choices: what moves it, what does not, and what it must not give away."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mercato
from mercato.errors import SettingsError
from mercato.market import Market, check_request
from mercato.measures import Request, declared
from mercato.multiverse import Question, under_all_choices
from mercato.release.disclosure import FEW_PEOPLE, OK
from mercato.release.multiverse import Choice, Multiverse, combinations, make_multiverse
from mercato.settings import Options, Settings
from mercato.statistics.choices import moved_by

AS_OF = dt.date(2020, 12, 31)
COLUMNS = ("person_id", "employer_name", "title", "start_date", "end_date", "verified_on")
OPEN = Options(minimum_people=1, minimum_at_risk=1)


def written(rows: list[tuple[Any, ...]], folder: Path) -> Path:
    file = folder / "positions.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])
    return file


STALE = [
    *((f"p{n}", "Acme", "Engineer", "2015-01-01", "2016-01-01", "") for n in range(4)),
    *((f"p{n}", "Acme", "Engineer", "2015-01-01", "", "2020-12-31") for n in range(4, 8)),
    *((f"p{n}", "Acme", "Engineer", "2015-01-01", "", "2015-06-30") for n in range(8, 12)),
]
"""Twelve people: four left after a year, four are known to be there still, four nobody has looked at since June."""


def test_what_moves_a_figure_and_what_does_not(tmp_path: Path) -> None:
    """Verified: of the 8 followed for a year 4 left, so 50% stay. Carried: of all 12, so 67%. Nothing else matters."""
    settings_ = Settings(options=OPEN, as_of=AS_OF)
    with mercato.read(written(STALE, tmp_path), settings_) as market:
        found = market.multiverse("retention", [])
    assert [choice.option for choice in found.choices] == ["censoring"]
    assert found.table["censoring"].to_pylist() == ["verified", "carry"]
    assert found.table["estimate"].to_pylist() == pytest.approx([1 / 2, 2 / 3])
    (told,) = found.summaries
    assert (told.most, told.combinations) == ("censoring", 2)
    assert told.change == pytest.approx(1 / 6)
    assert (told.least, told.greatest) == pytest.approx((1 / 2, 2 / 3))
    reasons = {one.option: one.reason for one in found.left_out}
    assert reasons == {
        "ownership": "no_change_of_owner",
        "main_job": "no_overlap",
        "dates": "all_precise",
        "gap": "other_measure",
        "weights": "no_margins",
    }


def test_a_choice_that_is_crossed_may_do_nothing(tmp_path: Path) -> None:
    """One person had a second job for a month inside the first: a rule chose, as any other would have."""
    rows = [*STALE, ("p0", "Beta", "Engineer", "2015-03-01", "2015-04-01", "")]
    with mercato.read(written(rows, tmp_path), Settings(options=OPEN, as_of=AS_OF)) as market:
        found = market.multiverse("retention", [])
    (told,) = found.summaries
    assert told.combinations == 6
    assert told.changes == {"censoring": pytest.approx(1 / 6), "main_job": 0}
    assert told.shares == {"censoring": pytest.approx(1), "main_job": pytest.approx(0)}
    assert "censoring moves it most: by 17 points" in found.to_text()


def test_nothing_to_choose_gives_the_figure_alone(tmp_path: Path) -> None:
    rows = [(f"p{n}", "Acme", "Engineer", "2015-01-01", f"201{6 + n % 3}-01-01", "") for n in range(12)]
    with mercato.read(written(rows, tmp_path), Settings(as_of=AS_OF)) as market:
        found, alone = market.multiverse("retention", []), market.measure("retention", [])
    assert found.choices == ()
    assert found.table["estimate"].to_pylist() == alone.table["estimate"].to_pylist()
    assert found.summaries[0].most == ""


def histories(seed: int, people: int = 60) -> list[tuple[Any, ...]]:
    """Careers with overlaps, coarse dates, open ends long unverified, and a firm that is bought."""
    chance = random.Random(seed)
    rows: list[tuple[Any, ...]] = []
    for number in range(people):
        day = dt.date(2010, 1, 1) + dt.timedelta(days=chance.randrange(1500))
        for _ in range(chance.randrange(1, 5)):
            end = day + dt.timedelta(days=chance.randrange(100, 1200))
            employer, is_open = chance.choice(["Acme", "Beta", "Ceres", "Delta"]), chance.random() < 0.2
            form = chance.choice(["%Y-%m-%d", "%Y-%m", "%Y"])
            verified = (day + dt.timedelta(days=200)).isoformat() if is_open and chance.random() < 0.7 else ""
            ends = "" if is_open else end.strftime(form)
            rows.append((f"p{number}", employer, "Engineer", day.strftime(form), ends, verified))
            day = end + dt.timedelta(days=chance.choice([-200, -20, 0, 10, 60, 200]))
    return [row for row in rows if row[3] < "2020"]


def bought(folder: Path) -> Path:
    file = folder / "parents.csv"
    file.write_text("employer,parent,from,to,event\nCeres,Beta,2015-06-01,,acquisition\n", "utf-8")
    return file


ASKED: list[tuple[str, list[str], dict[str, Any]]] = [
    ("retention", [], {}),
    ("retention", ["employer"], {"employer": ["Acme", "Ceres"]}),
    ("flow_ratio", ["origin", "destination"], {"origin": "Acme", "destination": "Beta"}),
    ("flow_rate_ratio", ["origin", "destination"], {"origin": "Acme", "destination": "Beta"}),
    ("net_flow", ["employer"], {}),
    ("entry_share", ["year"], {}),
    ("origins", ["employer", "origin"], {"employer": "Acme"}),
    ("origins", ["origin_kind"], {}),
    ("flows", ["year"], {}),
    ("turnover", ["year"], {}),
    ("attrition", ["employer"], {}),
]
SAMPLED = 3


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("made")
    options = Options(minimum_people=1, minimum_at_risk=1, draws=2)
    made = Settings(options=options, as_of=AS_OF, parents=bought(folder))
    with mercato.read(written(histories(1), folder), made) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(market: Market) -> list[Multiverse]:
    """Every question of ASKED under every combination, asked at once."""
    options = market.settings.options
    questions = [Question(name, *check_request(name, by, where, options)) for name, by, where in ASKED]
    return under_all_choices(market._ground(options), questions)


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_every_combination_is_the_ordinary_measure_under_it(
    market: Market, found: list[Multiverse], number: int
) -> None:
    """Copies side by side give what the measure gives under the same options, one after the other."""
    (name, by, where), made = ASKED[number], found[number]
    told = [choice.option for choice in made.choices]
    assert told[:4] == ["censoring", "ownership", "main_job", "dates"]
    assert ("gap" in told) == (name in ("flow_ratio", "flow_rate_ratio", "net_flow", "flows"))
    settings_of_careers = list(dict.fromkeys(levels[:4] for levels in combinations(made.choices)))
    for careers in random.Random(7).sample(settings_of_careers, SAMPLED):
        levels = next(one for one in reversed(combinations(made.choices)) if one[:4] == careers)
        options = dict(zip(told, levels, strict=True))
        alone = {key(row, by): row for row in market.measure(name, by, where, **options).table.to_pylist()}
        here = [row for row in made.table.to_pylist() if all(row[k] == v for k, v in options.items())]
        assert here
        for row in here:
            if row["status"] == OK:
                assert_same(row, alone[key(row, by)])
    assert any(status == OK for status in made.table["status"].to_pylist())


def test_what_cannot_be_told_of_copies_at_once_is_told_of_one_after_the_other(tmp_path: Path) -> None:
    with mercato.read(written(STALE, tmp_path), Settings(options=OPEN, as_of=AS_OF)) as market:
        found = market.multiverse("retention", ["group"])
        own = market.measure("retention", ["group"], censoring="carry")
    assert found.table["group"].to_pylist() == ["Acme", "Acme"]
    assert found.table["estimate"].to_pylist() == pytest.approx([1 / 2, 2 / 3])
    assert own.table["estimate"].to_pylist() == pytest.approx([2 / 3])


def key(row: dict[str, Any], by: list[str]) -> tuple[Any, ...]:
    return tuple(row.get(column) for column in (*by, "months"))


def assert_same(row: dict[str, Any], other: dict[str, Any]) -> None:
    for column in ("estimate", "low", "high"):
        assert row[column] == (None if other[column] is None else pytest.approx(other[column], abs=1e-12)), column


def test_the_runs_own_settings_come_first_and_lie_in_the_spread(market: Market) -> None:
    found = market.multiverse("retention", [], censoring="carry", dates="late")
    own = market.measure("retention", [], censoring="carry", dates="late").table.to_pylist()[0]
    first = found.table.to_pylist()[0]
    assert (first["censoring"], first["dates"]) == ("carry", "late")
    assert_same(first, own)
    (told,) = found.summaries
    assert told.least is not None and told.greatest is not None
    assert told.least <= own["estimate"] <= told.greatest
    assert told.least < told.greatest


def test_both_engines_give_the_same_multiverse(tmp_path: Path) -> None:
    made = Settings(options=Options(minimum_people=1, minimum_at_risk=1), as_of=AS_OF, parents=bought(tmp_path))
    file = written(histories(2, 25), tmp_path)
    tables = []
    for engine in ("duckdb", "spark"):
        try:
            opened = mercato.read(file, made, engine=engine)
        except mercato.errors.EngineError as error:
            pytest.skip(str(error))
        with opened as market:
            tables.append(market.multiverse("retention", [], draws=2).table)
    duck, spark = (table.to_pylist() for table in tables)
    assert len(duck) == len(spark) > 8
    for row, other in zip(duck, spark, strict=True):
        assert row == {k: pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for k, v in other.items()}


# What may be told


def cell(estimate: float, low: float, high: float, n: int, status: str = OK) -> pa.Table:
    told = (estimate, low, high) if status == OK else (None, None, None)
    row = {"at_risk": n, **dict(zip(("estimate", "low", "high"), told, strict=True)), "n": n, "status": status}
    return pa.Table.from_pylist([row])


def made(tables: list[pa.Table], minimum: int = 5) -> Multiverse:
    choice = Choice("censoring", ("verified", "carry"))
    request = Request((), (), Options(minimum_people=minimum))
    return make_multiverse("retention", declared()["retention"], tables, request, [choice], [])


def test_few_people_more_or_less_cannot_be_told_from_the_difference() -> None:
    """412 and 410 people, of whom 330 and 329 stay: five people are 1.2 points, so all is told to 2 points."""
    found = made([cell(330 / 412, 0.76, 0.837, 412), cell(329 / 410, 0.76, 0.838, 410)])
    assert found.table["rounded_to"].to_pylist() == [0.02, 0.02]
    assert found.table["estimate"].to_pylist() == [0.8, 0.8]
    assert found.table["low"].to_pylist() == [0.76, 0.76]
    assert found.table["high"].to_pylist() == [0.84, 0.84]
    assert found.table["n"].to_pylist() == [410, 410]


def test_with_a_minimum_of_one_values_are_exact() -> None:
    found = made([cell(0.8012, 0.76, 0.837, 412), cell(0.8024, 0.76, 0.838, 410)], minimum=1)
    assert found.table["estimate"].to_pylist() == [0.8012, 0.8024]
    assert found.table["n"].to_pylist() == [410, 410]


@pytest.mark.parametrize(
    "other",
    [cell(0, 0, 0, 3, FEW_PEOPLE), cell(0, 0, 0, 12, "withheld_few_at_risk"), cell(0, 0, 0, 0).slice(0, 0)],
)
def test_a_cell_withheld_under_one_combination_is_withheld_under_all(other: pa.Table) -> None:
    found = made([cell(0.8, 0.76, 0.84, 5000), other])
    assert found.table["estimate"].null_count == found.table["n"].null_count == 2
    assert all(status.startswith("withheld") for status in found.table["status"].to_pylist())


def test_a_cell_that_would_have_to_be_rounded_beyond_its_interval_is_withheld() -> None:
    """Of 40 people five are 12.5 points, more than the 12 on either side."""
    found = made([cell(0.8, 0.68, 0.92, 40), cell(0.7, 0.58, 0.82, 40)])
    assert set(found.table["status"].to_pylist()) == {FEW_PEOPLE}


@given(st.integers(50, 5000), st.integers(0, 4), st.data())
def test_values_are_never_told_more_finely_than_the_least_number_of_people(n: int, fewer: int, data: Any) -> None:
    stay = data.draw(st.integers(0, n))
    share = stay / n
    found = made([cell(share, share - 0.3, share + 0.3, n), cell(share, share - 0.3, share + 0.3, n - fewer)])
    step = found.table["rounded_to"][0].as_py()
    assert step >= 5 / n
    for name in ("estimate", "low", "high"):
        for value in found.table[name].to_pylist():
            assert value in (0, 1) or value / step == pytest.approx(round(value / step), abs=1e-6)
    assert found.table["low"][0].as_py() <= max(share - 0.3, 0) + 1e-9
    assert found.table["high"][0].as_py() >= min(share + 0.3, 1) - 1e-9


def test_many_cells_are_refused() -> None:
    many = pa.table({"employer": [f"e{n}" for n in range(501)], "estimate": [0.5] * 501, "status": [OK] * 501})
    with pytest.raises(SettingsError, match="501 cells"):
        make_multiverse("retention", declared()["retention"], [many], Request(("employer",)), [], [])


# What moves it


def test_changes_and_shares_worked_by_hand() -> None:
    """Two choices of two levels: 10, 12 and 20, 22. The first moves by 10, the second by 2; variance 26 is 25 and 1."""
    told = moved_by(np.array([[10.0, 12, 20, 22]]), [2, 2])
    assert told.change.tolist() == [[10, 2]]
    assert told.share[0].tolist() == pytest.approx([25 / 26, 1 / 26])


@settings(max_examples=60)
@given(st.lists(st.integers(1, 3), min_size=0, max_size=4), st.data())
def test_what_moves_it_is_what_a_naive_reading_finds(levels: list[int], data: Any) -> None:
    every = list(itertools.product(*(range(count) for count in levels)))
    values = data.draw(st.lists(st.integers(-9, 9), min_size=len(every), max_size=len(every)))
    told = moved_by(np.array([values], dtype=float), levels)
    at = dict(zip(every, values, strict=True))
    spread = np.var(values)
    for place, count in enumerate(levels):
        switched = [abs(at[one] - at[(*one[:place], 0, *one[place + 1 :])]) for one in every if one[place] > 0]
        assert told.change[0, place] == pytest.approx(np.mean(switched) if switched else 0)
        means = [np.mean([at[one] for one in every if one[place] == level]) for level in range(count)]
        assert told.share[0, place] == pytest.approx(np.var(means) / spread if spread else 0)
