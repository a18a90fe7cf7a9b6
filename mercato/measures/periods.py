"""The rows of figures told by time: the groups and periods in which there was anybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from mercato.errors import SettingsError
from mercato.measures.declare import Request
from mercato.measures.dimensions import PERIOD_MONTHS, TIME, keys, period_number
from mercato.measures.monthly import Months


def period_of(request: Request, fallback: str) -> tuple[str, int]:
    """The dimension of time asked for, and its months; ``fallback`` where none is."""
    told = next((b for b in request.by if b in TIME), fallback)
    return told, PERIOD_MONTHS[told]


def periods_of(months: Months, name: str, request: Request) -> np.ndarray:
    """The periods from the first month to the last, by number, that lie in the time asked for."""
    size = PERIOD_MONTHS[name]
    periods = np.arange(months.first // size, months.last // size + 1)
    return np.asarray(periods[asked_for(periods, name, request)])


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


@dataclass(frozen=True)
class Rows:
    """Groups and periods, each by number, in the order of both; ``periods`` are those asked for, of ``size`` months.

    ``column`` is where the period of a row stands in ``periods``.
    """

    months: Months
    periods: np.ndarray
    size: int
    group: np.ndarray
    column: np.ndarray

    @property
    def period(self) -> np.ndarray:
        return np.asarray(self.periods[self.column])

    @property
    def begin(self) -> np.ndarray:
        """The first month of each row's period."""
        return np.asarray(self.period * self.size)

    def sums(self, counts: np.ndarray) -> np.ndarray:
        """Counts per group and month added up in the period of each row."""
        told = (self._row_of_place >= 0) & (counts != 0)
        return np.rint(np.bincount(self._row_of_place[told], counts[told], len(self.group))).astype(np.int64)

    def over_12(self, *counts: np.ndarray) -> list[np.ndarray]:
        """Counts per group and month added up over the month of each row and the eleven before it.

        NaN in the first eleven of all months.
        """
        here = self.months.place(self.group, self.begin)
        gone_by, now = (_passed(self.months.places + lag, here) for lag in (12, 0))
        early = self.begin - self.months.first < 11
        totals = (np.append(0, np.cumsum(each)) for each in counts)
        return [np.where(early, np.nan, total[now] - total[gone_by]) for total in totals]

    def table(self, name: str, request: Request) -> pa.Table:
        """The key columns of the rows, in the order of the request's dimensions."""
        at, groups = pa.array(self.group), self.months.groups
        told = {column: groups[column].take(at) for column in groups.column_names}
        told[f"key_{name}"] = pa.chunked_array([self.period])
        return pa.table({key: told[key] for key in keys(request)} if request.by else told)

    @cached_property
    def _row_of_place(self) -> np.ndarray:
        """The row in which each group and month of the counts lies, -1 where none is."""
        if not len(self.group):
            return np.full(len(self.months.month), -1)
        period = self.months.month // self.size
        column = np.minimum(np.searchsorted(self.periods, period), len(self.periods) - 1)
        wanted = self.months.group * len(self.periods) + column
        known = self.group.astype(np.int64) * len(self.periods) + self.column
        row = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where((self.periods[column] == period) & (known[row] == wanted), row, -1)


def rows_with_people(months: Months, periods: np.ndarray, size: int, also: np.ndarray | None = None) -> Rows:
    """Groups and periods with people on the first day or arrivals since; ``also`` counts what makes a row besides."""
    anybody = (months.begin > 0) | (months.count("came") > 0)
    anybody = anybody if also is None else anybody | (also > 0)
    stop = np.where(months.after > 0, months.until, months.month + 1)
    low = np.searchsorted(periods, months.month // size)
    high = np.where(anybody, np.searchsorted(periods, (stop - 1) // size, "right"), low)
    return _rows(months, periods, size, _unlike_before(months.group, low, high, len(periods)), high)


def rows_with_stock(months: Months, periods: np.ndarray, size: int) -> Rows:
    """Groups and periods with people on the first day."""
    days = periods * size
    start = months.month + (months.begin == 0)
    stop = np.where(months.after > 0, months.until, months.month + 1)
    return _rows(months, periods, size, np.searchsorted(days, start), np.searchsorted(days, stop))


def _unlike_before(group: np.ndarray, low: np.ndarray, high: np.ndarray, periods: int) -> np.ndarray:
    """``low``, or the end of the stretches of the same group before where that is later: no row stands twice."""
    base = group * (periods + 1)
    reached = np.maximum.accumulate(base + high)
    return np.asarray(np.maximum(low, np.append(0, reached)[: len(group)] - base))


def _rows(months: Months, periods: np.ndarray, size: int, low: np.ndarray, high: np.ndarray) -> Rows:
    """A row for each period from ``low`` to ``high`` of each stretch."""
    length = np.maximum(high - low, 0)
    offset = low - (np.cumsum(length) - length)
    column = np.arange(int(length.sum()), dtype=np.int32) + np.repeat(offset.astype(np.int32), length)
    return Rows(months, periods, size, np.repeat(months.group.astype(np.int32), length), column)


def _passed(places: np.ndarray, here: np.ndarray) -> np.ndarray:
    """How many of the places in order lie before or at each of the places ``here`` in order."""
    passed = np.bincount(np.searchsorted(here, places), minlength=len(here))
    return np.asarray(np.cumsum(passed, dtype=np.int32)[: len(here)])
