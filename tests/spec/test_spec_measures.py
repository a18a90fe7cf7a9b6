"""Every measure on careers of a few people, against answers worked out by hand, on every engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_histories import POSITIONS
from spec.case import AS_OF, LETTERS, Case, read_positions
from spec.measured import CASES, Asked
from tables_text import read_table

from mercato.careers.build import build_careers
from mercato.careers.vintages import Vintages, known_by_vintage
from mercato.engines import Engine, open_engine
from mercato.market import CAREER_OPTIONS, check_request
from mercato.measures import Facts, declared
from mercato.release.figure import estimates, make_figure
from mercato.settings import Options
from mercato.tables import EMPLOYERS, LISTS, OWNERSHIP, ROLES

KINDS = ("ai_lab", "big_tech", "startup", "university", "unknown")
EMPLOYED = pa.Table.from_pylist(
    [
        {"employer_id": number, "employer": name, "kind": kind, "group_id": group, "group": list(LETTERS)[group - 1]}
        for (name, number), kind, group in zip(LETTERS.items(), KINDS, (1, 2, 2, 4, 5), strict=True)
    ],
    EMPLOYERS.schema,
)
OWNED = pa.Table.from_pylist(
    [
        {"employer_id": 3, "ultimate_id": 3, "from_date": dt.date(1, 1, 1), "to_date": dt.date(2018, 1, 1)},
        {"employer_id": 3, "ultimate_id": 2, "from_date": dt.date(2018, 1, 1), "to_date": dt.date(9999, 12, 31)},
    ],
    OWNERSHIP.schema,
)

_ALWAYS = {"from_date": dt.date(1, 1, 1), "to_date": dt.date(9999, 12, 31)}
LISTED = pa.Table.from_pylist(
    [
        {"employer_id": 1, "list": "ai_lab", **_ALWAYS},
        {"employer_id": 2, "list": "big_tech", **_ALWAYS},
        {"employer_id": 2, "list": "rivals", **_ALWAYS},
        {"employer_id": 3, "list": "rivals", **_ALWAYS, "from_date": dt.date(2018, 1, 1)},
    ],
    LISTS.schema,
)


def options_of(case: Asked) -> Options:
    chosen = Options(minimum_people=1, minimum_at_risk=1)
    for name, value in case.options.items():
        # A minimum of 0, which shows empty cells too, cannot be asked for by users.
        chosen = replace(chosen, **{name: value}) if name == "minimum_people" else chosen.set(name, value)
    return chosen


def careers_of(case: Asked) -> tuple[Any, ...]:
    """What decides the careers: cases that agree on it share one table of spells."""
    return tuple(getattr(options_of(case), name) for name in CAREER_OPTIONS)


@pytest.fixture(scope="module")
def spells(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The spells of all cases that have the same options; people are called case/person."""

    @cache
    def made(key: tuple[Any, ...]) -> pa.Table:
        alike = {name: case for name, case in CASES.items() if careers_of(case) == key}
        rows = [row for name, case in alike.items() for row in read_positions(Case("", case.positions), name)]
        folder: Path = tmp_path_factory.mktemp("careers") / "built"
        engine = open_engine("duckdb")
        positions = engine.add(
            "positions", pa.Table.from_pylist(rows, POSITIONS.set(0, pa.field("person_id", "string")))
        )
        options = options_of(next(iter(alike.values())))
        found = engine.run(build_careers(engine, positions, OWNED, AS_OF, options, folder).spells)
        engine.close()
        return found

    return made


@pytest.fixture
def vintages(engine: Engine, tmp_path: Path) -> Any:
    """What each vintage of a case knew, the careers of the case being the last one's."""

    def made(name: str) -> Vintages:
        case = CASES[name]
        told = {**case.vintages, AS_OF.isoformat(): case.positions}
        schema = POSITIONS.set(0, pa.field("person_id", "string"))
        tables = [
            engine.add(f"vintage_{place}", pa.Table.from_pylist(read_positions(Case("", positions), name), schema))
            for place, positions in enumerate(told.values())
        ]
        days = [dt.date.fromisoformat(day) for day in told]
        return known_by_vintage(engine, tables, days, options_of(case), tmp_path / "vintages")

    return made


@pytest.mark.parametrize("name", CASES)
def test_measure(engine: Engine, spells: Any, vintages: Any, name: str) -> None:
    case = CASES[name]
    every = spells(careers_of(case))
    own = every.filter(pc.starts_with(every["person_id"], name + "/"))
    roles = pa.Table.from_pylist([], ROLES.schema)
    facts = Facts(
        engine.add("spells", own),
        engine.add("employers", EMPLOYED),
        engine.add("roles", roles),
        EMPLOYED,
        AS_OF,
        lists=engine.add("lists", LISTED),
        vintages=vintages(name) if case.vintages else None,
    )
    where = {column: values.split("|") for column, values in case.where.items()}
    measure, request = check_request(case.measure, case.by, where, options_of(case))
    counted = {part: engine.run(expression) for part, expression in measure.counts(facts, request).items()}
    found = make_figure(name, measure, estimates(measure, counted, facts, request), request).to_arrow().to_pylist()
    wanted = read_table(case.rows)
    by = [column for column in wanted[0] if column in measure.dimensions or column == "months"]
    assert sorted(rows_of(found, by), key=repr) == sorted(rows_of(wanted, by), key=repr)
    for row in wanted:
        same = next(other for other in found if rows_of([other], by) == rows_of([row], by))
        for column in row.keys() - set(by):
            assert_cell(same[column], row[column], f"{rows_of([row], by)} {column}")


def rows_of(rows: list[dict[str, Any]], by: list[str]) -> list[list[str]]:
    return [[str(row[column]) for column in by] for row in rows]


def assert_cell(found: Any, wanted: str, where: str) -> None:
    if isinstance(found, str) or found is None or not wanted:
        assert (found or "") == wanted, where
    elif isinstance(found, bool):
        assert str(found) == wanted, where
    elif "." in wanted:
        assert found == pytest.approx(float(wanted), rel=1e-4, abs=1e-6), where
    else:
        assert found == pytest.approx(float(Fraction(wanted)), rel=1e-12, abs=1e-12), where


def test_every_measure_has_a_case() -> None:
    assert {case.measure for case in CASES.values()} == set(declared())
