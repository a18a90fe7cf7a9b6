"""Sums and stocks of months, kept only where anybody came or went, against a plain count of every day and month."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.measures.declare import Facts, Request
from mercato.measures.monthly import Months, months_of
from mercato.measures.periods import periods_of, rows_with_people, rows_with_stock

AS_OF = dt.date(2012, 8, 20)
MONTHS, LAST = {"month": 1, "quarter": 3, "year": 12}, 2012 * 12 + 7
Stay = tuple[int, dt.date, dt.date]
quickly = settings(deadline=None)
days = st.dates(dt.date(2009, 5, 1), AS_OF) | st.sampled_from(
    [dt.date(2010, 1, 1), dt.date(2010, 12, 31), dt.date(2011, 4, 1), dt.date(2012, 8, 1), AS_OF]
)


@st.composite
def stays(draw: Any) -> list[Stay]:
    """Who was in which of three groups, from a day to the day before another."""
    told = draw(st.lists(st.tuples(st.sampled_from([3, 5, 8]), days, st.integers(1, 900)), max_size=9))
    return [(group, start, min(start + dt.timedelta(length), AS_OF + dt.timedelta(1))) for group, start, length in told]


def months_from(told: list[Stay]) -> Months:
    """The counts as the engine gives them: of both ends of stays, by group, month and whether it was the first day."""
    cells: Counter[tuple[int, int, int, str]] = Counter()
    for group, start, end in told:
        for day, which in ((start, "came"), (end, "gone")):
            cells[group, day.year * 12 + day.month - 1, int(day.day == 1), which] += 1
    kinds = {"came": ("came", "fresh", "hires"), "gone": ("gone", "separations")}
    rows = [
        {"key_employer": group, "month": month, "first_day": first}
        | {name: n * (name in kinds[which]) for name in ("came", "fresh", "hires", "direct", "gone", "separations")}
        for (group, month, first, which), n in sorted(cells.items())
    ]
    names = ("key_employer", "month", "first_day", "came", "fresh", "hires", "direct", "gone", "separations")
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.int64()) for name in names]))
    none: Any = None
    return months_of({"cells": table}, Facts(none, none, none, table, AS_OF), Request(("employer", "month")))


def first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)


def there(told: list[Stay], group: int, month: int) -> int:
    return sum(who == group and start <= first_day(month) < end for who, start, end in told)


def number(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


@quickly
@given(stays(), st.sampled_from(list(MONTHS)))
def test_rows_are_the_periods_with_people(told: list[Stay], name: str) -> None:
    """A period has a row where somebody is there on a first day in it, or comes; one of stock, where on its first."""
    months, size = months_from(told), MONTHS[name]
    names = months.groups["key_employer"].to_pylist()
    periods = periods_of(months, name, Request((name,)))
    anybody, stock = set(), {}
    for group in names:
        for month in range(months.first, LAST + 1):
            if there(told, group, month) or any(who == group and number(start) == month for who, start, _ in told):
                anybody.add((group, month // size))
            if month % size == 0 and there(told, group, month):
                stock[group, month // size] = there(told, group, month)
    rows = rows_with_people(months, periods, size)
    assert list(zip([names[i] for i in rows.group], rows.period, strict=True)) == sorted(anybody)
    counted = rows_with_stock(months, periods, size)
    found = months.stock(counted.group, counted.begin).tolist()
    assert {(names[i], p): n for i, p, n in zip(counted.group, counted.period, found, strict=True)} == stock
    assert len(found) == len(stock)


@quickly
@given(stays(), st.sampled_from(list(MONTHS)), st.sampled_from([range(2009, 2013), range(2010, 2011)]))
def test_sums_are_those_of_every_month(told: list[Stay], name: str, years: range) -> None:
    """Of all years, or of one of them."""
    months, size = months_from(told), MONTHS[name]
    names = months.groups["key_employer"].to_pylist()
    gone = months.count("separations")
    periods = periods_of(months, name, Request((name,), (("year", tuple(map(str, years))),)))
    rows = rows_with_people(months, periods, size, gone)
    ends = Counter((who, number(end) // size) for who, _, end in told if number(end) <= LAST and end.year in years)
    cells = list(zip([names[i] for i in rows.group], rows.period, strict=True))
    assert rows.sums(gone).tolist() == [ends[cell] for cell in cells]
    assert sum(rows.sums(gone)) == ends.total(), "every separation has a row"
    assert months.stock(rows.group, rows.begin).tolist() == [there(told, who, period * size) for who, period in cells]
    last_days = [(group, first_day((period + 1) * size) - dt.timedelta(1)) for group, period in cells]
    present = [sum(who == group and start <= day < end for who, start, end in told) for group, day in last_days]
    assert months.closing(rows.group, rows.begin + size).tolist() == present


@quickly
@given(stays())
def test_twelve_months_and_person_months(told: list[Stay]) -> None:
    """The sum of a month and the eleven before it is told from the twelfth of all months on."""
    months = months_from(told)
    names = months.groups["key_employer"].to_pylist()
    came = months.count("came")
    rows = rows_with_people(months, periods_of(months, "month", Request(("month",))), 1)
    for group, month, found in zip(rows.group, rows.period, rows.over_12(came)[0], strict=True):
        starts = [number(start) for who, start, _ in told if who == names[group]]
        assert np.isnan(found) == (month < months.first + 11)
        assert np.isnan(found) or found == sum(month - 12 < start <= month for start in starts)
    for group, name in enumerate(names):
        for until in (months.first, months.first + 7, LAST + 1):
            found = months.person_months(np.array([group]), np.array([until]))[0]
            assert found == sum(there(told, name, month) for month in range(months.first, until))
