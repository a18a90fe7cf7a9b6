"""Days and months as expressions that every engine answers alike."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

LONGEST_MONTH = 31


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Months since year 0: year × 12 + month − 1."""
    return (day.year().cast("int32") * 12 + day.month().cast("int32") - 1).cast("int32")


def full_months(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Whole months gone by from one day to another, counted by anniversaries."""
    short = (end.day() < start.day()).cast("int32")
    return (month_number(end) - month_number(start) - short).cast("int32")


def started_months(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Months begun from one day to another: the month of tenure in which ``end`` falls, 1 for the first."""
    over = (end.day() > start.day()).cast("int32")
    return (month_number(end) - month_number(start) + over).cast("int32")


def within_months(start: ir.DateValue, end: ir.DateValue, months: int) -> ir.BooleanValue:
    """Whether ``end`` comes at most so many months after ``start``."""
    return started_months(start, end) <= months


def days_after(day: ir.DateValue, days: ir.IntegerValue | int) -> ir.DateValue:
    """The day so many days later.

    The way round by a timestamp is needed: DuckDB gives one for a date plus an interval, and says nothing.
    """
    interval = ibis.interval(days=days) if isinstance(days, int) else days.cast("int32").as_interval("D")
    return (day.cast("timestamp") + interval).date()


def days_between(start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Days from one day to another."""
    return end.delta(start, unit="day")


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Days since 1970-01-01."""
    return days_between(ibis.literal(dt.date(1970, 1, 1)), day)


def first_of_next_month(day: ir.DateValue) -> ir.DateValue:
    """The first day of the following month."""
    december = day.month() == 12
    return ibis.date(
        (day.year() + december.cast("int32")).cast("int32"),
        ibis.ifelse(december, 1, day.month() + 1).cast("int32"),
        ibis.literal(1, type="int32"),
    )


def first_of_next_year(day: ir.DateValue) -> ir.DateValue:
    """1 January of the following year."""
    return ibis.date((day.year() + 1).cast("int32"), ibis.literal(1, type="int32"), ibis.literal(1, type="int32"))
