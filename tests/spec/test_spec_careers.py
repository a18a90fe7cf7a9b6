"""Every spec case on every engine. Cases with the same options and as-of date share one run."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from made_histories import POSITIONS
from spec import changing, dating, joining, main_job
from spec.case import LETTERS, Case, read_cell, read_positions
from tables_text import read_table

from mercato.careers.moves import moves
from mercato.careers.spells import spells
from mercato.engines import Engine
from mercato.settings import Options

CASES: dict[str, Case] = {**joining.CASES, **main_job.CASES, **dating.CASES, **changing.CASES}
_NAMES = {number: name for name, number in LETTERS.items()}
_SHOWN_AS_NAMES = {
    "employer": "employer_id",
    "previous_employer": "previous_employer_id",
    "next_employer": "next_employer_id",
}
_RUNS: dict[tuple[str, str], dict[str, pa.Table]] = {}


def key_of(case: Case) -> str:
    return json.dumps([case.as_of.isoformat(), case.options], sort_keys=True)


@cache
def positions_of(key: str) -> pa.Table:
    """The positions of all cases with the same options and as-of date."""
    rows = [row for name, case in CASES.items() if key_of(case) == key for row in read_positions(case, name)]
    schema = POSITIONS.set(0, pa.field("person_id", pa.string()))
    return pa.Table.from_pylist(rows, schema)


def answers(engine: Engine, key: str) -> dict[str, pa.Table]:
    """Spells and moves of these cases on this engine, computed once."""
    if (engine.name, key) not in _RUNS:
        day, told = json.loads(key)
        positions = engine.add("spec_positions", positions_of(key))
        found = engine.run(spells(positions, dt.date.fromisoformat(day), Options(**told)))
        changed = engine.run(moves(engine.add("spec_spells", found)))
        _RUNS[engine.name, key] = {"spells": found, "moves": changed}
    return _RUNS[engine.name, key]


@pytest.mark.parametrize("name", CASES)
def test_spec(engine: Engine, name: str) -> None:
    case = CASES[name]
    check(name, case.spells or case.moves, answers(engine, key_of(case))["spells" if case.spells else "moves"])


def check(name: str, text: str, table: pa.Table) -> None:
    expected = [dict(row, person=f"{name}/{row['person']}") for row in read_table(text)]
    columns = list(expected[0])
    shown = _shown(table)
    wanted = [tuple(_value(row, column, table.schema) for column in columns) for row in expected]
    got = [tuple(row[column] for column in columns) for row in shown if row["person"].rpartition("/")[0] == name]
    assert sorted(got, key=repr) == sorted(wanted, key=repr)


def _shown(table: pa.Table) -> list[dict[str, Any]]:
    """Rows with names for the employers' numbers."""
    rows = table.rename_columns({"person_id": "person"}).to_pylist()
    for row in rows:
        for shown, column in _SHOWN_AS_NAMES.items():
            row[shown] = _NAMES.get(row.get(column))
        for column in ("origin", "destination"):
            row[column] = _NAMES.get(row.get(column))
    return rows


def _value(row: dict[str, str], column: str, schema: pa.Schema) -> Any:
    named = column in ("person", "origin", "destination", *_SHOWN_AS_NAMES)
    return (row[column] or None) if named else read_cell(row[column], str(schema.field(column).type))
