"""Which months are not yet known well enough to be taken as they stand."""

from __future__ import annotations

import datetime as dt

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.calendar import month_number
from mercato.careers.vintages import Vintages
from mercato.measures.declare import Facts, Request
from mercato.measures.dimensions import PERIOD_MONTHS
from mercato.measures.people import summed
from mercato.settings import Options
from mercato.statistics.delay import Triangle, reporting_delays, triangle

COLUMN = "provisional"
_DAYS = {"hires": "began", "separations": "gone"}


def known_when(vintages: Vintages, which: str, longest: int) -> ir.Table:
    """Arrivals or departures by month and vintage: how many each vintage knows, and of how many so did the one before.

    One of the same person at the same employer in the same month is the same one. Months before all that a window of
    ``longest`` months can tell of are left out.
    """
    told = vintages.known.mutate(day=vintages.known[_DAYS[which]])
    told = told.filter(told.day.notnull()).mutate(month=month_number(told.day))
    told = told.filter(told.month >= vintages.months[0] - longest)
    now = told.select("vintage", "month", "person", "employer_id").distinct()
    before = now.select(next=(now.vintage + 1).cast("int32"), then="month", by="person", at="employer_id")
    met = now.left_join(
        before,
        [now.vintage == before.next, now.month == before.then, now.person == before.by, now.employer_id == before.at],
    )
    flagged = met.select("vintage", "month", kept=met.by.notnull().cast("int64"))
    cells = summed(flagged, ["vintage", "month"], known=flagged.count().cast("int64"), kept=flagged.kept.sum())
    return cells.order_by("vintage", "month")


def triangle_of(counted: pa.Table, vintages: Vintages) -> Triangle:
    """The counts of ``known_when`` as statistics read them."""
    month, vintage, known, kept = (counted[name].to_numpy() for name in ("month", "vintage", "known", "kept"))
    return triangle(month, vintage, known, kept, vintages.months)


def first_provisional(facts: Facts, options: Options) -> int | None:
    """The first month (year × 12 + month - 1) that is provisional; null where none is.

    With several vintages the first of which less than ``provisional_share`` of the arrivals or of the departures are
    known; else that of the two newest whole quarters before the as-of date (``provisional_quarters``).
    """
    found = _by_completeness(facts, options)
    if found is not None:
        return found
    if not options.provisional_quarters:
        return None
    after = facts.as_of + dt.timedelta(days=1)
    quarter = (after.year * 12 + after.month - 1) // 3
    return (quarter - options.provisional_quarters) * 3


def _by_completeness(facts: Facts, options: Options) -> int | None:
    vintages = facts.vintages
    if vintages is None or not facts.known_when:
        return None
    until = []
    for counted in facts.known_when.values():
        delays = reporting_delays(triangle_of(counted, vintages), options.delay_months)
        if not delays.known:
            return None
        until.append(int(np.argmax(delays.completeness >= options.provisional_share)))
    return vintages.months[-1] - max(until) + 1


def marked(table: pa.Table, facts: Facts, request: Request) -> pa.Table:
    """A figure by month or quarter with ``provisional`` before its estimate: whether any month of a period is."""
    name = next((b for b in ("month", "quarter") if f"key_{b}" in table.column_names), "")
    if not name or COLUMN in table.column_names:
        return table
    first, size = first_provisional(facts, request.options), PERIOD_MONTHS[name]
    last = pc.add(pc.multiply(table[f"key_{name}"].cast(pa.int64()), size), size - 1)
    late = pa.array([False] * table.num_rows) if first is None else pc.fill_null(pc.greater_equal(last, first), False)
    return table.add_column(table.schema.get_field_index("estimate"), COLUMN, late)


def settled_until(facts: Facts, options: Options) -> dt.date:
    """The first day of the provisional months; the day after the as-of date where there are none."""
    first, after = first_provisional(facts, options), facts.as_of + dt.timedelta(days=1)
    return after if first is None else min(after, dt.date(first // 12, first % 12 + 1, 1))
