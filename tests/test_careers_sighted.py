"""Sightings as positions: who was seen where, and between which days the changes lie."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from mercato.careers.sighted import positions_from_sightings
from mercato.engines import Engine
from mercato.settings import Options

SIGHTINGS = pa.schema(
    [
        ("person_id", pa.string()),
        ("employer_id", pa.int32()),
        ("role_id", pa.int32()),
        ("is_side", pa.bool_()),
        ("country", pa.string()),
        ("seen_on", pa.date32()),
        ("seen_precision", pa.string()),
        ("source_id", pa.int32()),
        ("record", pa.int64()),
    ]
)
ACME, BETA = 1, 2


def positions(engine: Engine, seen: list[tuple[int, str]], **options: Any) -> list[tuple[Any, ...]]:
    """Employer, start, end and last day known to hold, of one person seen at employers on days."""
    rows = [
        {"person_id": "anna", "employer_id": employer, "role_id": 1, "is_side": False, "country": None,
         "seen_on": dt.date.fromisoformat(day), "seen_precision": "day", "source_id": 0, "record": number}
        for number, (employer, day) in enumerate(seen)
    ]  # fmt: skip
    table = engine.add("seen", pa.Table.from_pylist(rows, SIGHTINGS))
    made = engine.run(positions_from_sightings(table, Options(**options))).to_pylist()
    told = [
        (
            row["employer_id"],
            *(row[name] and row[name].isoformat() for name in ("start_date", "end_date", "verified_on")),
        )
        for row in made
    ]
    assert {row["observed_from"].isoformat() for row in made} == {min(day for _, day in seen)}
    return sorted(told, key=lambda row: (row[3], row[0]))


def test_a_change_lies_halfway_between_two_sightings_and_the_ends_are_open(engine: Engine) -> None:
    """From 30 June 2016 to 30 June 2017 are 365 days; half of 366 after the first is 30 December 2016."""
    assert positions(engine, [(ACME, "2015-06-30"), (ACME, "2016-06-30"), (BETA, "2017-06-30")]) == [
        (ACME, None, "2016-06-30", "2015-06-30"),
        (ACME, "2016-06-30", "2016-12-30", "2016-06-30"),
        (BETA, "2016-12-30", None, "2017-06-30"),
    ]


def test_who_comes_back_was_away_between(engine: Engine) -> None:
    assert positions(engine, [(ACME, "2020-01-01"), (BETA, "2020-01-03"), (ACME, "2020-01-05")]) == [
        (ACME, None, "2020-01-02", "2020-01-01"),
        (BETA, "2020-01-02", "2020-01-04", "2020-01-03"),
        (ACME, "2020-01-04", None, "2020-01-05"),
    ]


def test_several_employers_on_one_day_are_simultaneous(engine: Engine) -> None:
    assert positions(engine, [(ACME, "2020-01-01"), (BETA, "2020-01-01"), (BETA, "2020-01-03")]) == [
        (ACME, None, "2020-01-02", "2020-01-01"),
        (BETA, None, "2020-01-03", "2020-01-01"),
        (BETA, "2020-01-03", None, "2020-01-03"),
    ]


@pytest.mark.parametrize(("months", "known_until"), [(0, "2020-01-31"), (1, "2020-02-29"), (12, "2021-01-31")])
def test_the_last_sighting_holds_for_the_staleness_asked_for(engine: Engine, months: int, known_until: str) -> None:
    assert positions(engine, [(ACME, "2020-01-31")], staleness_months=months) == [(ACME, None, None, known_until)]
