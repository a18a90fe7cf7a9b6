"""Arrivals, departures and stocks month by month, from which every measure of tempo follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import month_number
from mercato.careers.weights import carried
from mercato.measures.declare import Counted, Counts, Facts, Request
from mercato.measures.dimensions import TIME, Subject, keyed, keys
from mercato.measures.people import groups_of, summed
from mercato.tables import DIRECT_DAYS

_COUNTS = ("came", "fresh", "hires", "direct", "gone", "separations")


@dataclass(frozen=True)
class Months:
    """The months in which anybody came or went, one place of each array per group and month, in their order.

    groups: the keys of ``size`` groups, which have numbers as months have, ``first`` to ``last``; begin: people whose
    main job it is on the first day of the month; after: those of the first days of the months that follow, up to the
    next one in which anybody came or went. ``cells`` are the counts, those of place i from row ``starts[i]`` on.
    """

    groups: pa.Table
    size: int
    first: int
    last: int
    group: np.ndarray
    month: np.ndarray
    begin: np.ndarray
    after: np.ndarray
    cells: pa.Table
    starts: np.ndarray

    def count(self, name: str) -> np.ndarray:
        """Counts per place.

        came and gone: arrivals and departures of any kind; fresh: those who came and had not been counted in the same
        year before; early: the fresh of the first day of the month; hires and separations: the true ones; direct:
        hires at most 31 days after the previous main job.
        """
        values = self.cells["fresh" if name == "early" else name].to_numpy()
        return _added(values * self.cells["first_day"].to_numpy() if name == "early" else values, self.starts)

    def totals(self, name: str, inside: np.ndarray) -> np.ndarray:
        """Counts per group over the places for which ``inside`` holds."""
        total = np.bincount(self.group[inside], self.count(name)[inside], self.size)
        return np.rint(total).astype(np.int64)

    def whole_months(self, facts: Facts) -> int:
        """How many of the months had wholly gone by when endings could last be seen."""
        after = (facts.endings_until or facts.as_of) + dt.timedelta(days=1)
        return max(0, min(self.last + 1, after.year * 12 + after.month - 1) - self.first)

    @cached_property
    def until(self) -> np.ndarray:
        """The month in which ``after`` no longer holds: the group's next one here, or the one after the last."""
        following = np.append(self.month[1:], 0)[: len(self.month)]
        return np.where(np.append(np.diff(self.group) == 0, False)[: len(self.group)], following, self.last + 1)

    @cached_property
    def places(self) -> np.ndarray:
        """A number per place that orders groups and months."""
        return self.place(self.group, self.month)

    def place(self, group: np.ndarray, month: np.ndarray) -> np.ndarray:
        """The number of a group and month, with a year left over between two groups."""
        return np.asarray(group.astype(np.int64) * (self.last - self.first + 14) + (month - self.first))

    def stock(self, group: np.ndarray, month: np.ndarray) -> np.ndarray:
        """People whose main job it is on the first day of the month."""
        at, known = self._latest(group, month)
        return np.where(known, np.where(self.month[at] == month, self.begin[at], self.after[at]), 0)

    def closing(self, group: np.ndarray, month: np.ndarray) -> np.ndarray:
        """People there when the month before was over, those who come and go on the first day of the month apart."""
        at, known = self._latest(group, month - 1)
        return np.where(known, self.after[at], 0)

    def on(self, counts: np.ndarray, group: np.ndarray, month: np.ndarray) -> np.ndarray:
        """What was counted in just that month."""
        at, known = self._latest(group, month)
        return np.where(known & (self.month[at] == month), counts[at], 0)

    def person_months(self, group: np.ndarray, month: np.ndarray) -> np.ndarray:
        """The stocks of the first days of all months before the month, added."""
        at, known = self._latest(group, month - 1)
        so_far = self._person_months[at] + self.begin[at] + self.after[at] * (month - self.month[at] - 1)
        return np.where(known, so_far, 0)

    @cached_property
    def _person_months(self) -> np.ndarray:
        """The stocks of the group's first days before each place, added."""
        return _before(self.begin + self.after * (self.until - self.month - 1), self.group)

    def _latest(self, group: np.ndarray, month: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The last place of the group up to a month, and whether there is one; 0 where not."""
        at = np.searchsorted(self.places, self.place(group, month), "right") - 1
        known = at >= 0
        known[known] = self.group[at[known]] == group[known]
        return np.where(known, at, 0), known


def without_time(request: Request) -> Request:
    """The same request without its dimensions of time."""
    where = tuple((name, values) for name, values in request.where if name not in TIME)
    return Request(tuple(b for b in request.by if b not in TIME), where, request.options)


def seen_in_main_job(facts: Facts) -> ir.Table:
    """Main stays of at least one day under observation."""
    s = facts.spells
    return s.filter((s.seen_from < s.main_end).fill_null(False))


def monthly_counts(facts: Facts, request: Request) -> Counts:
    """Arrivals and departures of main jobs by the request's groups and month, first days of months apart."""
    group = without_time(request)
    stays = keyed(seen_in_main_job(facts), facts, group, Subject())
    by = keys(group)
    direct = (stays.start_date.delta(stays.previous_end, unit="day") <= DIRECT_DAYS).fill_null(False)
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
        *carried(stays),
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
    """The counts by group and month, up to the as-of date's month."""
    cells, by = counted["cells"], keys(without_time(request))
    last = facts.as_of.year * 12 + facts.as_of.month - 1
    group, firsts = groups_of(cells, by)
    groups = cells.select(by).take(pa.array(firsts)) if by else pa.table({})
    month = cells["month"].to_numpy().astype(np.int64)
    if np.any(month > last):
        group, cells, month = group[month <= last], cells.filter(pa.array(month <= last)), month[month <= last]
    starts = np.flatnonzero(np.append(True, (np.diff(group) != 0) | (np.diff(month) != 0))[: len(group)])
    change = cells["came"].to_numpy() - cells["gone"].to_numpy()
    at_once = _added(change * cells["first_day"].to_numpy(), starts)
    change, group, month = _added(change, starts), group[starts], month[starts]
    before = _before(change, group)
    first = int(month.min()) if len(month) else last
    return Months(groups, len(firsts), first, last, group, month, before + at_once, before + change, cells, starts)


def _added(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.asarray(np.add.reduceat(values, starts) if len(starts) else values, dtype=np.int64)


def _before(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The sum of the values of the same group before each place; groups are in order."""
    total = np.append(0, np.cumsum(values))[: len(values)]
    begins = np.flatnonzero(np.append(True, np.diff(group) != 0)[: len(group)])
    return np.asarray(total - np.repeat(total[begins], np.diff(np.append(begins, len(group)))))
