"""Positions with stated dates → jobs with one start and one end, as known on the as-of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import days_after, days_between, first_of_next_month, first_of_next_year
from mercato.settings import Options

FRACTIONS = {"early": 0.0, "middle": 0.5, "late": 0.9999}
"""Where in its period a coarse date is put: its first day, its middle, its last day."""
_DRAW_MODULUS = 2_147_483_647
_DRAW_STEP = 48_271

JOBS = (
    "person_id",
    "employer_id",
    "role_id",
    "is_side",
    "country",
    "observed_from",
    "source_id",
    "record",
    "start",
    "end",
    "ended",
    "start_known",
    "start_coarse",
    "end_coarse",
)


def date_jobs(positions: ir.Table, as_of: dt.date, options: Options, draw: int | None = None) -> ir.Table:
    """Positions as jobs (``JOBS``) with ``start``, ``end`` and ``ended`` as they stood at the end of the as-of day.

    A coarse date is put at the first day, the middle or the last day of its period (``dates``), or at a drawn day of
    it when ``draw`` is a number. An open
    position, or one that ends after the as-of date, is censored: at ``verified_on`` or at the as-of date
    (``censoring``). Positions that began after the as-of date are not in the result.
    """
    told = first_of_january_as_year(positions) if options.january == "year" else positions
    days = placed(told, lambda which: _fraction(told, options, draw, which))
    censored = _censored(days, as_of, options)
    return _positive(censored, as_of).select(*JOBS)


def placed(positions: ir.Table, fraction: Callable[[int], ir.FloatingValue | float]) -> ir.Table:
    """Positions with the days on which they start and end: coarse ones at a fraction of their period.

    ``fraction(1)`` is that of starts, ``fraction(2)`` that of ends. What was stated stays beside it.
    """
    p = positions
    days = p.mutate(
        stated_start=p.start_date,
        stated_end=p.end_date,
        start=within(p.start_date, p.start_precision, fraction(1)),
        end=within(p.end_date, p.end_precision, fraction(2)),
        start_known=p.start_date.notnull(),
        start_coarse=p.start_date.notnull() & (p.start_precision != "day"),
        end_coarse=p.end_date.notnull() & (p.end_precision != "day"),
    )
    return _in_order(days)


def first_of_january_as_year(p: ir.Table) -> ir.Table:
    """Positions whose start on 1 January is taken for the year alone, which many forms and sites put down so."""
    new_year = (p.start_precision == "day") & (p.start_date.month() == 1) & (p.start_date.day() == 1)
    return p.mutate(start_precision=ibis.ifelse(new_year.fill_null(False), "year", p.start_precision))


def within(day: ir.DateValue, precision: ir.StringValue, fraction: ir.FloatingValue | float) -> ir.DateValue:
    """The day that lies at a fraction of the stated period: 0.5 for its middle; a precise day stays."""
    month = days_between(day, first_of_next_month(day))
    year = days_between(day, first_of_next_year(day))
    return ibis.cases(
        (precision == "month", days_after(day, (month * fraction).floor().cast("int32"))),
        (precision == "year", days_after(day, (year * fraction).floor().cast("int32"))),
        else_=day,
    )


def _fraction(p: ir.Table, options: Options, draw: int | None, which: int) -> ir.FloatingValue | float:
    """Where in its period a coarse date falls: as the options say, or a number drawn from the record's own number."""
    if draw is None:
        return FRACTIONS.get(options.dates, FRACTIONS["middle"])
    return drawn_fraction(p, draw, which)


def drawn_fraction(p: ir.Table, draw: int | ir.IntegerValue, which: int) -> ir.FloatingValue:
    """A number from 0 to 1 for the start (1) or the end (2) of each record in one draw.

    Squares make the draws of one record unlike those of another; sums alone would shift all of them together.
    """
    first = (p.record * 7_919 + p.source_id.cast("int64") * 104_729 + which * 15_485_863) % _DRAW_MODULUS
    second = (first * _DRAW_STEP + draw * 1_299_709 + 12_345) % _DRAW_MODULUS
    third = (second * second + first) % _DRAW_MODULUS
    fourth = (third * third + draw * 7_927 + which) % _DRAW_MODULUS
    return fourth.cast("float64") / float(_DRAW_MODULUS)


def _in_order(p: ir.Table) -> ir.Table:
    """Where both dates are coarse and their days fall the wrong way round, each moves within its own period."""
    wrong = p.end <= p.start
    period_end = ibis.cases(
        (p.end_precision == "month", first_of_next_month(p.stated_end)),
        (p.end_precision == "year", first_of_next_year(p.stated_end)),
        else_=p.stated_end,
    )
    later_end = days_after(p.start, ((days_between(p.start, period_end) + 1) / 2).floor().cast("int32"))
    earlier_start = days_after(p.stated_start, (days_between(p.stated_start, p.end) / 2).floor().cast("int32"))
    end_moves = wrong & (period_end > p.start)
    start_moves = wrong & ~end_moves & (p.stated_start < p.end)
    return p.mutate(
        start=ibis.ifelse(start_moves.fill_null(False), earlier_start, p.start),
        end=ibis.ifelse(end_moves.fill_null(False), later_end, p.end),
    )


def _censored(p: ir.Table, as_of: dt.date, options: Options) -> ir.Table:
    last = ibis.literal(as_of)
    after = ibis.literal(as_of + dt.timedelta(days=1))
    ended = (p.end <= last).fill_null(False)
    if options.censoring == "carry":
        stopped = after
    else:
        ended_later = p.end.notnull() & ~ended
        verified = ibis.least(p.verified_on.fill_null(last), last)
        stopped = ibis.ifelse(ended_later, after, days_after(verified, 1))
    return p.mutate(end=ibis.ifelse(ended, p.end, stopped), ended=ended, end_coarse=p.end_coarse & ended)


def _positive(p: ir.Table, as_of: dt.date) -> ir.Table:
    unseen_start = ibis.ifelse((p.observed_from < p.end).fill_null(False), p.observed_from, days_after(p.end, -1))
    known = p.mutate(start=ibis.ifelse(p.start_known, p.start, unseen_start))
    present = known.filter(known.start <= ibis.literal(as_of))
    return present.mutate(end=ibis.greatest(present.end, days_after(present.start, 1)))
