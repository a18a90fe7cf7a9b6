"""One spec case: a sentence, the positions of a few people as a table, and the rows that are expected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tables_text import Row, read_day, read_flag, read_number, read_precision, read_table

AS_OF = dt.date(2020, 12, 31)
LETTERS = {"Acme": 1, "Beta": 2, "Ceres": 3, "Delta": 4, "Echo": 5}


@dataclass(frozen=True)
class Case:
    """``positions`` and what they become: ``spells``, or ``moves``; columns that are not shown are not checked."""

    says: str
    positions: str
    spells: str = ""
    moves: str = ""
    as_of: dt.date = AS_OF
    options: dict[str, Any] = field(default_factory=dict)


def read_positions(case: Case, prefix: str) -> list[dict[str, Any]]:
    """The positions of a case; people are called ``prefix/name`` so that many cases fit in one table."""
    return [_position(row, prefix, number) for number, row in enumerate(read_table(case.positions), 1)]


def _position(row: Row, prefix: str, number: int) -> dict[str, Any]:
    start, end = row["start"], row["end"]
    return {
        "person_id": f"{prefix}/{row['person']}",
        "employer_id": LETTERS[row["employer"]],
        "role_id": read_number(row.get("role", "")),
        "is_side": bool(read_flag(row.get("side", "") or "no")),
        "country": row.get("country") or None,
        "start_date": read_day(start),
        "start_precision": read_precision(start),
        "end_date": read_day(end),
        "end_precision": read_precision(end),
        "verified_on": read_day(row.get("verified", "")),
        "observed_from": read_day(row.get("observed", "")),
        "source_id": 0,
        "record": int(row.get("record") or number),
    }


def read_cell(cell: str, kind: str) -> Any:
    """A cell of an expected table as a value of the column's Arrow type."""
    readers = {"date32[day]": read_day, "bool": read_flag, "int32": read_number, "int64": read_number}
    return readers[kind](cell) if kind in readers else cell or None
