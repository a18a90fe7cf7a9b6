"""Whole workforces that went from one employer to another: found, so that they do not count as moves."""

from __future__ import annotations

import datetime as dt

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import month_number
from mercato.engines import Engine
from mercato.settings import Options
from mercato.tables import BRIEF_DAYS

BULK_SCHEMA = pa.schema(
    [("origin", pa.int32()), ("destination", pa.int32()), ("from_date", pa.date32()), ("to_date", pa.date32())]
)


def find_bulk_transfers(engine: Engine, spells: ir.Table, options: Options) -> pa.Table:
    """Transfers in bulk: origin, destination, and the months in which they happened (half-open).

    At least ``bulk_share`` of an employer's people on the first of a month, and at least ``bulk_people``, went to one
    other employer within ``bulk_months`` from then (the successor rule of the US Census Bureau's LEHD).
    """
    stock, first = _stock(pa.concat_tables(engine.run(part) for part in _changes_of_stock(spells)))
    leavers = _monthly(engine.run(_leavers(spells)), "origin", stock.shape, first)
    suspects = np.unique(np.nonzero(_windows(leavers, options) >= _needed(stock, options))[0])
    if not len(suspects):
        return BULK_SCHEMA.empty_table()
    return _confirmed(engine.run(_pairs(spells, suspects)), stock, first, options)


def _changes_of_stock(spells: ir.Table) -> tuple[ir.Table, ir.Table]:
    """Arrivals in main jobs by employer and month, and departures from them, which count below zero."""
    s = spells.filter(spells.main_end.notnull() & (spells.seen_from < spells.main_end))
    ins = s.select("employer_id", month=month_number(s.seen_from))
    outs = s.select("employer_id", month=month_number(s.main_end))
    return (
        ins.group_by("employer_id", "month").aggregate(change=ins.count()),
        outs.group_by("employer_id", "month").aggregate(change=-outs.count()),
    )


def _departures(spells: ir.Table) -> ir.Table:
    s = spells.filter(
        spells.main_end.notnull()
        & (spells.departure == "separation")
        & (spells.next_employer_id != spells.employer_id)
        & (spells.next_start.delta(spells.main_end, unit="day") <= BRIEF_DAYS)
    )
    return s.select(origin=s.employer_id, destination=s.next_employer_id, month=month_number(s.main_end))


def _leavers(spells: ir.Table) -> ir.Table:
    gone = _departures(spells)
    return gone.group_by("origin", "month").aggregate(people=gone.count())


def _pairs(spells: ir.Table, origins: np.ndarray) -> ir.Table:
    gone = _departures(spells)
    gone = gone.filter(gone.origin.isin([int(o) for o in origins]))
    return gone.group_by("origin", "destination", "month").aggregate(people=gone.count())


def _stock(changes: pa.Table) -> tuple[np.ndarray, int]:
    """People at each employer on the first of each month (rows: employers), and the number of the first month."""
    if not changes.num_rows:
        return np.zeros((1, 1)), 0
    employer = changes["employer_id"].to_numpy()
    month = changes["month"].to_numpy()
    first = int(month.min())
    grid = np.zeros((employer.max() + 1, month.max() - first + 2))
    np.add.at(grid, (employer, month - first + 1), changes["change"].to_numpy())
    return np.cumsum(grid, axis=1), first


def _monthly(counts: pa.Table, key: str, shape: tuple[int, ...], first: int) -> np.ndarray:
    grid = np.zeros(shape)
    np.add.at(grid, (counts[key].to_numpy(), counts["month"].to_numpy() - first), counts["people"].to_numpy())
    return grid


def _windows(people: np.ndarray, options: Options) -> np.ndarray:
    """Sums over each month and the following ones of the window."""
    total = people.copy()
    for later in range(1, options.bulk_months):
        total[:, :-later] += people[:, later:]
    return total


def _needed(stock: np.ndarray, options: Options) -> np.ndarray:
    return np.maximum(options.bulk_share * stock, options.bulk_people)


def _confirmed(pairs: pa.Table, stock: np.ndarray, first: int, options: Options) -> pa.Table:
    keys, row = np.unique(
        np.column_stack([pairs["origin"].to_numpy(), pairs["destination"].to_numpy()]), axis=0, return_inverse=True
    )
    grid = np.zeros((len(keys), stock.shape[1]))
    np.add.at(grid, (row.ravel(), pairs["month"].to_numpy() - first), pairs["people"].to_numpy())
    found, month = np.nonzero(_windows(grid, options) >= _needed(stock[keys[:, 0]], options))
    rows = [
        (int(keys[k, 0]), int(keys[k, 1]), _first_day(first + m), _first_day(first + m + options.bulk_months))
        for k, m in zip(found.tolist(), month.tolist(), strict=True)
    ]
    return _merged(rows)


def _merged(rows: list[tuple[int, int, dt.date, dt.date]]) -> pa.Table:
    """Windows of one pair that touch, as one, so that no move is matched twice."""
    merged: list[tuple[int, int, dt.date, dt.date]] = []
    for origin, destination, start, end in sorted(rows):
        if merged and merged[-1][:2] == (origin, destination) and start <= merged[-1][3]:
            merged[-1] = (origin, destination, merged[-1][2], max(end, merged[-1][3]))
        else:
            merged.append((origin, destination, start, end))
    columns = [pa.array([row[i] for row in merged], kind) for i, kind in enumerate(BULK_SCHEMA.types)]
    return pa.table(columns, schema=BULK_SCHEMA)


def _first_day(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)
