"""Histories made by Hypothesis, as rows and as the Arrow table of positions that careers read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

POSITIONS = pa.schema(
    [
        ("person_id", pa.int64()),
        ("employer_id", pa.int32()),
        ("role_id", pa.int32()),
        ("is_side", pa.bool_()),
        ("country", pa.string()),
        ("start_date", pa.date32()),
        ("start_precision", pa.string()),
        ("end_date", pa.date32()),
        ("end_precision", pa.string()),
        ("verified_on", pa.date32()),
        ("observed_from", pa.date32()),
        ("source_id", pa.int32()),
        ("record", pa.int64()),
    ]
)
FIRST, LAST = dt.date(2009, 11, 1), dt.date(2016, 3, 1)
AS_OF = dt.date(2015, 6, 30)

_days = st.integers(0, (LAST - FIRST).days).map(lambda days: FIRST + dt.timedelta(days=days))
_precisions = st.sampled_from(["day", "day", "day", "month", "year"])
_lengths = st.one_of(st.integers(1, 60), st.integers(80, 100), st.integers(360, 400), st.integers(1, 1500))


def at_precision(day: dt.date, precision: str) -> dt.date:
    """The first day of the period in which a day lies."""
    if precision == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if precision == "month" else day


@st.composite
def position(draw: st.DrawFn, employers: int, after: dt.date | None) -> dict[str, Any]:
    """One position; it may begin shortly after ``after``, as jobs of real careers do."""
    start = draw(_days)
    if after is not None and draw(st.booleans()):
        start = after + dt.timedelta(days=draw(st.sampled_from([0, 0, 1, 15, 31, 32, 89, 90, 91, 92, 93, 365, 366])))
    end = None
    if draw(st.integers(0, 3)):
        end = start + dt.timedelta(days=draw(_lengths))
    start_precision, end_precision = draw(_precisions), draw(_precisions)
    known = draw(st.integers(0, 9)) > 0
    return {
        "employer_id": draw(st.integers(1, employers)),
        "role_id": draw(st.one_of(st.none(), st.integers(1, 4))),
        "is_side": draw(st.integers(0, 5)) == 0,
        "country": draw(st.sampled_from(["FR", "US", None])),
        "start_date": at_precision(start, start_precision) if known else None,
        "start_precision": start_precision if known else None,
        "end_date": at_precision(end, end_precision) if end else None,
        "end_precision": end_precision if end else None,
        "verified_on": draw(st.one_of(st.none(), _days)),
        "source_id": draw(st.integers(0, 1)),
    }


@st.composite
def person(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The positions of one person, between 1 and 8 of them at up to 4 employers."""
    employers = draw(st.integers(1, 4))
    observed_from = draw(st.one_of(st.none(), st.none(), _days))
    rows: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 8))):
        rows.append(draw(position(employers, rows[-1]["end_date"] if rows else None)))
    return [{**row, "observed_from": observed_from} for row in rows]


@st.composite
def plain_person(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Jobs one after the other, most of them each at another employer: what careers mostly look like."""
    day = draw(_days)
    rows = []
    count = draw(st.integers(1, 9))
    for number in range(count):
        end = day + dt.timedelta(days=draw(_lengths))
        is_open = number == count - 1 and draw(st.booleans())
        rows.append(
            {
                "employer_id": number + 1 if draw(st.integers(0, 9)) else 1,
                "role_id": draw(st.integers(1, 4)),
                "is_side": draw(st.integers(0, 29)) == 0,
                "country": "FR",
                "start_date": day,
                "start_precision": "day",
                "end_date": None if is_open else end,
                "end_precision": None if is_open else "day",
                "verified_on": None,
                "observed_from": None,
                "source_id": 0,
            }
        )
        day = end + dt.timedelta(days=draw(st.sampled_from([0, 0, 1, 31, 92, 366, 400])))
    return rows


def numbered(people: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """All positions of people, with person ids from 0 and records from 1."""
    rows = [{"person_id": number, **row} for number, person in enumerate(people) for row in person]
    return [{**row, "record": record} for record, row in enumerate(rows, 1)]


def as_table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, POSITIONS)
