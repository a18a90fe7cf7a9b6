"""Whole workforces that went from one employer to another: found, so that they do not count as moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from mercato.careers.calendar import day_number, days_between, month_number
from mercato.engines import Engine
from mercato.settings import Options
from mercato.tables import BRIEF_DAYS

BULK_SCHEMA = pa.schema(
    [("origin", pa.int32()), ("destination", pa.int32()), ("from_date", pa.date32()), ("to_date", pa.date32())]
)

_ROOM = 1 << 32
_MONTH_OF_1970 = 1970 * 12

Numbers = NDArray[np.int64]


def find_bulk_transfers(engine: Engine, spells: ir.Table, options: Options) -> pa.Table:
    """Transfers in bulk: origin, destination, and the days on which their people left (half-open).

    At least ``bulk_share`` of an employer's people on the eve of a day, and at least ``bulk_people``, went to one other
    employer within ``bulk_months`` from that day (the successor rule of the US Census Bureau's LEHD). Everything is
    counted on the cells that exist, so that memory does not grow with employers × months.
    """
    months = _Counted(*(engine.run(changes) for changes in _changes(spells, month_number)))
    windows = _windows_that_might_do(months, options)
    if not len(windows):
        return BULK_SCHEMA.empty_table()
    near = _Near(engine, _months_touched(months, windows, options))
    days = _Counted(*(engine.run(changes) for changes in _changes(spells, day_number, near)))
    return _confirmed(engine.run(_pairs(spells, near)), months, days, options)


class _Counted:
    """People who came to and went from each employer by month or day, in order: one row for each that saw any.

    leavers: those of ``gone`` who went to another employer within the longest gap of a move.
    """

    def __init__(self, came: pa.Table, gone: pa.Table) -> None:
        at = np.concatenate([_key(came["employer_id"], came["time"]), _key(gone["employer_id"], gone["time"])])
        self.key, row = np.unique(at, return_inverse=True)
        size, split = len(self.key), came.num_rows
        self.came = _added(row[:split], came["people"], size)
        self.gone = _added(row[split:], gone["people"], size)
        self.leavers = _added(row[split:], gone["leavers"], size)
        self.employer, self.time = self.key // _ROOM, self.key % _ROOM - _ROOM // 2

    def change_before(self, employer: Numbers, time: Numbers) -> Numbers:
        """How many more came to all employers up to this one than went, before a month or day at this one."""
        change = np.concatenate([[0], np.cumsum(self.came - self.gone)])
        return np.asarray(change[np.searchsorted(self.key, _packed(employer, time))])


def _changes(
    spells: ir.Table, number: Callable[[ir.DateValue], ir.IntegerValue], near: _Near | None = None
) -> tuple[ir.Table, ir.Table]:
    """Arrivals in main jobs by employer and time, and departures from them; ``near`` some months alone, if given."""
    s = spells.filter(spells.main_end.notnull() & (spells.seen_from < spells.main_end))
    came, gone = (s if near is None else near.rows(s, day) for day in ("seen_from", "main_end"))
    ins = came.select("employer_id", time=number(came.seen_from))
    outs = gone.select("employer_id", time=number(gone.main_end), leaves=_leaves(gone).cast("int64"))
    return (
        ins.group_by("employer_id", "time").aggregate(people=ins.count()),
        outs.group_by("employer_id", "time").aggregate(people=outs.count(), leavers=outs.leaves.sum()),
    )


class _Near:
    """The months of employers in which a transfer may lie."""

    def __init__(self, engine: Engine, months: pa.Table) -> None:
        self._months = engine.add("bulk_months", months)
        ends = pc.min_max(months["month"])
        self._first, self._after = (_first_day(ends[end].as_py() + more) for end, more in (("min", 0), ("max", 1)))

    def rows(self, spells: ir.Table, day: str) -> ir.Table:
        """The spells whose day lies in one of the months of their employer."""
        s, m = spells.filter((spells[day] >= self._first) & (spells[day] < self._after)), self._months
        return s.semi_join(m, [s.employer_id == m.employer, month_number(s[day]) == m.month])


def _leaves(s: ir.Table) -> ir.BooleanValue:
    """Whether a stay ended by a change to another employer soon after."""
    soon = days_between(s.main_end, s.next_start) <= BRIEF_DAYS
    return ((s.departure == "separation") & (s.next_employer_id != s.employer_id) & soon).fill_null(False)


def _pairs(spells: ir.Table, near: _Near) -> ir.Table:
    s = near.rows(spells.filter(spells.main_end.notnull()), "main_end")
    gone = s.filter(_leaves(s))
    told = gone.select(origin=gone.employer_id, destination=gone.next_employer_id, day=day_number(gone.main_end))
    counted = told.group_by("origin", "destination", "day").aggregate(people=told.count())
    return counted.order_by("origin", "destination", "day")


def _windows_that_might_do(months: _Counted, options: Options) -> Numbers:
    """The months in which a transfer may have begun, judged by all who left, whereto ever, in the months it touches.

    Its people are at least those of the eve of the month less all who went in that month.
    """
    begins = np.nonzero(months.leavers)[0]
    last = np.searchsorted(months.key, months.key[begins] + options.bulk_months, side="right")
    total = np.concatenate([[0], np.cumsum(months.leavers)])
    left = total[last] - total[begins]
    people = months.change_before(months.employer[begins], months.time[begins]) - months.gone[begins]
    return np.asarray(begins[left >= _needed(people, options)])


def _months_touched(months: _Counted, windows: Numbers, options: Options) -> pa.Table:
    later = np.arange(options.bulk_months + 1)
    employer = np.repeat(months.employer[windows], len(later))
    month = (months.time[windows][:, None] + later).ravel()
    rows = np.unique(np.column_stack([employer, month]), axis=0).astype(np.int32)
    return pa.table({"employer": rows[:, 0], "month": rows[:, 1]})


def _needed(people: Numbers, options: Options) -> NDArray[np.float64]:
    return np.asarray(np.maximum(options.bulk_share * people, options.bulk_people))


def _confirmed(pairs: pa.Table, months: _Counted, days: _Counted, options: Options) -> pa.Table:
    origin, destination, day, people = (
        pairs[name].to_numpy().astype(np.int64) for name in ("origin", "destination", "day", "people")
    )
    changes = np.append(True, (origin[1:] != origin[:-1]) | (destination[1:] != destination[:-1]))
    pair = np.cumsum(changes) - 1
    until = _months_after(day, options.bulk_months) + 1
    total = np.concatenate([[0], np.cumsum(people)])
    last = np.searchsorted(_packed(pair, day), _packed(pair, until))
    stock = _stock_on_the_eve(origin, day, months, days)
    found = np.nonzero(total[last] - total[:-1] >= _needed(stock, options))[0]
    return _merged(origin[found], destination[found], day[found], until[found])


def _stock_on_the_eve(employer: Numbers, day: Numbers, months: _Counted, days: _Counted) -> Numbers:
    """People at an employer on the eve of a day: those of the eve of its month, and who came and went since.

    Who came goes in the end, so that the changes of every other employer add to 0.
    """
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    first = month.astype("datetime64[D]").astype(np.int64)
    before = months.change_before(employer, month.astype(np.int64) + _MONTH_OF_1970)
    return before + days.change_before(employer, day) - days.change_before(employer, first)


def _merged(origin: Numbers, destination: Numbers, start: Numbers, end: Numbers) -> pa.Table:
    """Windows of one pair that touch, as one, so that no move is matched twice; they come in order of pair and day."""
    if not len(start):
        return BULK_SCHEMA.empty_table()
    apart = (origin[1:] != origin[:-1]) | (destination[1:] != destination[:-1]) | (start[1:] >= end[:-1])
    first, last = np.append(True, apart), np.append(apart, True)
    columns = (origin[first], destination[first], start[first], end[last])
    return pa.table([pa.array(column.astype(np.int32)).cast(field.type)
                     for column, field in zip(columns, BULK_SCHEMA, strict=True)], schema=BULK_SCHEMA)  # fmt: skip


def _months_after(day: Numbers, months: int) -> Numbers:
    """The same day of the month so many months later, or the last of a shorter month."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    past = date - month.astype("datetime64[D]")
    longest = (month + months + 1).astype("datetime64[D]") - (month + months).astype("datetime64[D]") - 1
    return np.asarray(((month + months).astype("datetime64[D]") + np.minimum(past, longest)).astype(np.int64))


def _first_day(month: int) -> ir.DateScalar:
    return ibis.literal(dt.date(month // 12, month % 12 + 1, 1))


def _key(employer: pa.ChunkedArray, time: pa.ChunkedArray) -> Numbers:
    return _packed(employer.to_numpy().astype(np.int64), time.to_numpy().astype(np.int64))


def _packed(first: Numbers, time: Numbers) -> Numbers:
    """One number that orders by the first and then by time."""
    return np.asarray(first * _ROOM + time + _ROOM // 2)


def _added(row: Numbers, counts: pa.ChunkedArray, size: int) -> Numbers:
    return np.bincount(row, counts.to_numpy(), size).astype(np.int64)
