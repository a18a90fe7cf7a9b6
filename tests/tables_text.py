"""Tables written as text, for tests that can be read by people who do not program.

A table is a heading and rows, with ``|`` between the columns; a line of dashes may stand under the heading. A blank
cell is null. A day is ``2019-03-05``, a month ``2019-03``, a year ``2019``.
"""

from __future__ import annotations

import datetime as dt
import re

Row = dict[str, str]

_RULE = re.compile(r"[-+| ]+")


def read_table(text: str) -> list[Row]:
    """The rows of a table, each cell as stripped text."""
    lines = [line.strip() for line in text.strip().splitlines()]
    lines = [line for line in lines if line and not _RULE.fullmatch(line)]
    heading, *rows = ([cell.strip() for cell in line.split("|")] for line in lines)
    for row in rows:
        if len(row) != len(heading):
            raise ValueError(f"{len(row)} cells under {len(heading)} headings: {' | '.join(row)}")
    return [dict(zip(heading, row, strict=True)) for row in rows]


def read_day(cell: str) -> dt.date | None:
    """A date, the first day of the month or year that is stated, or None for a blank."""
    if not cell:
        return None
    year, month, day = (*map(int, cell.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def read_precision(cell: str) -> str | None:
    """How precisely a date is stated: day, month or year."""
    return {0: "year", 1: "month", 2: "day"}[cell.count("-")] if cell else None


def read_flag(cell: str) -> bool | None:
    """``yes`` or ``no``, or None for a blank."""
    return {"yes": True, "no": False, "": None}[cell]


def read_number(cell: str) -> int | None:
    """A whole number, or None for a blank."""
    return int(cell) if cell else None
