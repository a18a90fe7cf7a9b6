"""Arrivals, departures and stocks month by month, from which every measure of tempo follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.calendar import month_number
from mercato.errors import SettingsError
from mercato.measures.declare import Counted, Counts, Facts, Request
from mercato.measures.dimensions import TIME, Subject, keyed, keys, period_number
from mercato.measures.people import groups_of, summed

_COUNTS = ("came", "fresh", "hires", "direct", "gone", "separations")
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12, "cohort": 12}


@dataclass(frozen=True)
class Months:
    """Counts of groups (rows) by month (columns): ``first`` is the number of the first month.

    stock: people whose main job it is on the first day of the month, with one more column for the day after the
    last month; came and gone: arrivals and departures of any kind; fresh: those who came and had not been counted in
    the same year before; early: the fresh of the first day of the month; hires and separations: the true ones;
    direct: hires at most 31 days after the previous main job.
    """

    groups: pa.Table
    first: int
    stock: np.ndarray
    came: np.ndarray
    fresh: np.ndarray
    early: np.ndarray
    hires: np.ndarray
    direct: np.ndarray
    gone: np.ndarray
    separations: np.ndarray

    @property
    def months(self) -> np.ndarray:
        return np.arange(self.first, self.first + self.came.shape[1])

    def whole_months(self, facts: Facts) -> int:
        """How many of the months had wholly gone by when endings could last be seen."""
        after = (facts.endings_until or facts.as_of) + dt.timedelta(days=1)
        return max(0, min(int(self.came.shape[1]), after.year * 12 + after.month - 1 - self.first))


def without_time(request: Request) -> Request:
    """The same request without its dimensions of time."""
    where = tuple((name, values) for name, values in request.where if name not in TIME)
    return Request(tuple(b for b in request.by if b not in TIME), where, request.options)


def asked_for(periods: np.ndarray, name: str, request: Request) -> np.ndarray:
    """Which periods (numbers of months, quarters or years, as ``name`` says) lie in the time that is asked for."""
    kept = np.ones(len(periods), dtype=bool)
    for column, values in request.where:
        if column in TIME:
            if PERIOD_MONTHS[column] < PERIOD_MONTHS[name]:
                raise SettingsError(f"a {name} does not lie in one {column}", expected=f"--by with {column}")
            wanted = [period_number(column, value) for value in values]
            kept &= np.isin(periods * PERIOD_MONTHS[name] // PERIOD_MONTHS[column], wanted)
    return kept


def seen_in_main_job(facts: Facts) -> ir.Table:
    """Main stays of at least one day under observation."""
    s = facts.spells
    return s.filter((s.seen_from < s.main_end).fill_null(False))


def monthly_counts(facts: Facts, request: Request) -> Counts:
    """Arrivals and departures of main jobs by the request's groups and month, first days of months apart."""
    group = without_time(request)
    stays = keyed(seen_in_main_job(facts), facts, group, Subject())
    by = keys(group)
    direct = (stays.start_date.delta(stays.previous_end, unit="day") <= 31).fill_null(False)
    hired = stays.arrival == "hire"
    fresh = ~_again(stays, group)
    ins = _rows(stays, by, stays.seen_from, came=True, fresh=fresh, hires=hired, direct=hired & direct)
    outs = _rows(stays, by, stays.main_end, gone=True, separations=stays.departure == "separation")
    cells = ins.union(outs)
    return {"cells": cells.order_by(*by, "month", "first_day")}


def _again(stays: ir.Table, request: Request) -> ir.BooleanValue:
    """Whether who came may have been in the same group earlier in the year: if so they are not counted again."""
    same_year = (stays.previous_end.year() == stays.seen_from.year()).fill_null(False)
    return same_year & stays.returns if "employer" in request.by else same_year


def _rows(stays: ir.Table, by: list[str], day: ir.DateValue, **flags: ir.BooleanValue | bool) -> ir.Table:
    """Counts by group and month of a day; a count that is not told of this day is 0."""
    told = stays.select(
        *by,
        month=month_number(day),
        first_day=(day.day() == 1).cast("int8"),
        **{name: _number(flag) for name, flag in flags.items()},
    )
    cells = summed(told, [*by, "month", "first_day"], **{name: told[name].sum() for name in flags})
    none = ibis.literal(0, type="int64")
    return cells.select(*by, "month", "first_day", **{name: cells[name] if name in flags else none for name in _COUNTS})


def _number(flag: ir.BooleanValue | bool) -> ir.IntegerValue:
    return ibis.literal(1, type="int64") if isinstance(flag, bool) else flag.cast("int64")


def months_of(counted: Counted, facts: Facts, request: Request) -> Months:
    """The counts as one grid of groups by months, up to the as-of date's month."""
    cells = counted["cells"]
    by = keys(without_time(request))
    last = facts.as_of.year * 12 + facts.as_of.month - 1
    month = cells["month"].to_numpy().astype(int)
    first = int(month.min()) if len(month) else last
    group, starts = groups_of(cells, by)
    shape = (len(starts), max(last - first + 1, 1) + 1)
    at = np.minimum(month - first, shape[1] - 1)
    grids = {name: _grid(shape, group, at, cells[name].to_numpy()) for name in _COUNTS}
    later = np.minimum(at + 1 - cells["first_day"].to_numpy(), shape[1] - 1)
    change = cells["came"].to_numpy() - cells["gone"].to_numpy()
    stock = np.cumsum(_grid(shape, group, later, change), axis=1)
    early = cells["fresh"].to_numpy() * cells["first_day"].to_numpy()
    return Months(
        cells.select(by).take(pa.array(starts)) if by else pa.table({}),
        first,
        stock,
        early=_grid(shape, group, at, early)[:, :-1],
        **{name: grid[:, :-1] for name, grid in grids.items()},
    )


def _grid(shape: tuple[int, int], group: np.ndarray, column: np.ndarray, values: np.ndarray) -> np.ndarray:
    flat = np.bincount(group * shape[1] + column, values.astype(float), shape[0] * shape[1])
    return np.rint(flat).astype(np.int64).reshape(shape)


def period_of(request: Request, fallback: str) -> tuple[str, int]:
    """The dimension of time asked for, and its months; ``fallback`` where none is."""
    told = next((b for b in request.by if b in TIME), fallback)
    return told, PERIOD_MONTHS[told]


def by_period(grid: np.ndarray, months: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Sums over periods of ``size`` months, and the numbers of the periods."""
    period = months // size
    numbers = np.arange(period[0], period[-1] + 1)
    starts = np.searchsorted(period, numbers)
    return np.add.reduceat(grid, starts, axis=1), numbers


def expanded(groups: pa.Table, periods: np.ndarray, size: int, name: str, request: Request) -> pa.Table:
    """One row per group and period, in the order of the request's dimensions."""
    told = {f"key_{name}": pa.array(np.tile(periods, size))}
    rows = pa.array(np.repeat(np.arange(size), len(periods)))
    told |= {column: groups[column].take(rows) for column in groups.column_names}
    return pa.table({key: told[key] for key in keys(request)} if request.by else told)


def rows_where(table: pa.Table, keep: np.ndarray) -> pa.Table:
    """The rows for which ``keep`` holds."""
    return table.filter(pc.fill_null(pa.array(keep), False))
