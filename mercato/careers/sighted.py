"""Sightings → positions whose starts and ends lie between two sightings."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import days_after, days_between
from mercato.careers.dating import within
from mercato.settings import Options

BETWEEN = "between"
SEEN_AGAIN = 0.9


def positions_from_sightings(sightings: ir.Table, options: Options) -> ir.Table:
    """Positions of people seen at employers: one row per person, employer and date seen, which join into stays.

    Consecutive sightings at one employer follow each other without a gap. A stay starts halfway between the last
    sighting elsewhere and the first one here (unknown where there is none) and ends halfway between the last one
    here and the next one elsewhere (open where there is none, and then known to hold on the last day seen, or
    ``staleness_months`` later). Several employers on one date are simultaneous. ``sightings`` has the columns of
    tables.SIGHTINGS with employer_id, role_id and is_side.
    """
    return _bounded(_placed(_per_date(sightings)), options)


def _per_date(sightings: ir.Table) -> ir.Table:
    """One row per person, employer and date seen, with the order of that date among the person's dates."""
    s = sightings.mutate(day=within(sightings.seen_on, sightings.seen_precision, 0.5))
    seen = s.group_by("person_id", "employer_id", "day").aggregate(
        role_id=s.role_id.min(),
        is_side=s.is_side.cast("int8").min() > 0,
        country=s.country.min(),
        source_id=s.source_id.min(),
        record=s.record.min(),
    )
    dates = seen.select("person_id", "day").distinct()
    order = ibis.window(group_by="person_id", order_by="day")
    ranked = dates.mutate(
        rank=ibis.row_number().over(order),
        day_before=dates.day.lag().over(order),
        day_after=dates.day.lead().over(order),
        first_seen=dates.day.min().over(ibis.window(group_by="person_id")),
    )
    return seen.join(ranked, ["person_id", "day"])


def _placed(seen: ir.Table) -> ir.Table:
    here = ibis.window(group_by=("person_id", "employer_id"), order_by="day")
    return seen.mutate(
        arrives=(seen.rank - seen.rank.lag().over(here)).fill_null(2) > 1,
        leaves=(seen.rank.lead().over(here) - seen.rank).fill_null(2) > 1,
    )


def _bounded(seen: ir.Table, options: Options) -> ir.Table:
    day = ibis.literal("day")
    start = ibis.ifelse(seen.arrives, _halfway(seen.day_before, seen.day), seen.day)
    end = ibis.ifelse(seen.leaves, _halfway(seen.day, seen.day_after), seen.day_after)
    return seen.select(
        "person_id",
        "employer_id",
        "role_id",
        "is_side",
        "country",
        "source_id",
        "record",
        start_date=start,
        start_precision=ibis.ifelse(seen.arrives, BETWEEN, day),
        end_date=end,
        end_precision=ibis.ifelse(seen.leaves, BETWEEN, day),
        verified_on=_months_after(seen.day, options.staleness_months),
        observed_from=seen.first_seen,
    )


def _halfway(early: ir.DateValue, late: ir.DateValue) -> ir.DateValue:
    return days_after(early, ((days_between(early, late) + 1) / 2).floor().cast("int32"))


def _months_after(day: ir.DateValue, months: int) -> ir.DateValue:
    return (day.cast("timestamp") + ibis.interval(months=months)).date() if months else day


def times_seen_again(sightings: ir.Table) -> ir.Table:
    """How many ``times`` a person was seen again so many ``days`` after a sighting (null: not again), and the last one.

    Rows are in the order of ``days``, null apart.
    """
    day = within(sightings.seen_on, sightings.seen_precision, 0.5)
    dates = sightings.select("person_id", day=day).distinct()
    following = dates.day.lead().over(ibis.window(group_by="person_id", order_by="day"))
    gaps = dates.mutate(days=days_between(dates.day, following))
    return gaps.group_by("days").aggregate(times=gaps.count(), last=gaps.day.max()).order_by("days")


def seen_until(again: pa.Table) -> dt.date | None:
    """The last day after which whoever was there has had the time to be seen again, null where nobody ever was.

    That time is the one within which nine of ten people who were seen again were seen again.
    """
    gaps = again.filter(again["days"].is_valid())
    if not gaps.num_rows:
        return None
    times = np.cumsum(gaps["times"].to_numpy())
    enough = int(np.searchsorted(times, SEEN_AGAIN * times[-1]))
    last: dt.date = max(again["last"].to_pylist())
    return last - dt.timedelta(days=int(gaps["days"][enough].as_py()))
