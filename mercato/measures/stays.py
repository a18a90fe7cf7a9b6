"""Stays at risk of ending, month by month: what retention and destinations are counted from."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.weights import WEIGHT
from mercato.measures.declare import Facts, Request
from mercato.measures.dimensions import Subject, keyed
from mercato.measures.people import OF_ONE_EMPLOYER, row_of, summed
from mercato.statistics.influence import Pairs
from mercato.statistics.risk import Stays

CURVE_MONTHS = 120


def stays_of(facts: Facts, request: Request) -> ir.Table:
    """Main stays whose beginning is known and that are no transfers, with the keys asked for.

    Who came under observation only after leaving was never at risk.
    """
    s = facts.spells
    known = s.main_end.notnull() & s.start_known & (s.seen_from < s.end_date)
    begun = s.filter(known & s.arrival.isin(["hire", "unseen"]))
    return keyed(begun, facts, request, Subject(day="start_date"))


def left_of(stays: ir.Table) -> ir.BooleanValue:
    """Whether a stay ended by leaving, and not by a transfer inside one owner."""
    return stays.ended & ~stays.departure.isin(["internal", "bulk"])


def cells_of_stays(stays: ir.Table, by: Sequence[str], last: int) -> ir.Table:
    """Per group and month of tenure: ``stays`` last seen in it, of which ``left``, and those entered ``late`` then.

    Months after ``last`` are told as ``last``. Cells come in the order of their keys and months.
    """
    out = stays.mutate(month=ibis.least(stays.tenure_months, last), left=left_of(stays).cast("int64"))
    late = stays.filter(stays.entry_month > 0).mutate(month=ibis.least(stays.entry_month, last))
    exits = summed(out, (*by, "month"), stays=out.count(), left=out.left.sum())
    entries = summed(late, (*by, "month"), late=late.count())
    cells = exits.mutate(late=ibis.literal(0).cast("int64")).union(
        entries.select(
            *by, "month", stays=ibis.literal(0).cast("int64"), left=ibis.literal(0).cast("int64"), late="late"
        )
    )
    totals = summed(cells, (*by, "month"), stays=cells.stays.sum(), left=cells.left.sum(), late=cells.late.sum())
    return totals.order_by(*by, "month")


def horizons(request: Request) -> np.ndarray:
    """The months that the figure tells of."""
    if request.options.curve:
        return np.arange(max(*request.options.months, CURVE_MONTHS // 2) + 1)
    return np.array(sorted(set(request.options.months)))


def beyond(request: Request) -> int:
    """The month that stands for all those after the last horizon."""
    return int(horizons(request).max()) + 1


def dated(stays: ir.Table, request: Request) -> ir.Table:
    """Stays with ``entry`` and ``month``, the months of tenure in which they came and went, and ``gone``: 1 if left."""
    last = beyond(request)
    return stays.mutate(
        entry=ibis.least(stays.entry_month, last).cast("int32"),
        month=ibis.least(stays.tenure_months, last).cast("int32"),
        gone=left_of(stays).cast("int32"),
    )


def may_hang_together(facts: Facts, request: Request) -> bool:
    """Whether pairs of stays are to be counted; where people have weights, the interval comes from draws of people."""
    return request.options.variance != "greenwood" and WEIGHT not in facts.spells.columns


def counted_stays(stays: ir.Table, by: Sequence[str]) -> ir.Table:
    """How many dated stays there are of each group, entry and month, and how many of them ended in it."""
    cells = summed(stays, (*by, "entry", "month"), stays=stays.count(), left=stays.gone.sum().cast("int64"))
    return cells.order_by(*by, "month", "entry")


def stays_of_several(stays: ir.Table, by: Sequence[str]) -> ir.Table:
    """The stays of people who may have another in the same group: at one employer, of those who ever came back.

    Stays that were never at risk up to the last horizon are left out, as they are by the estimators.
    """
    stays = stays.filter((stays.entry < stays.month) | (stays.entry == 0))
    if OF_ONE_EMPLOYER & set(by):
        return stays.filter(stays.returns)
    return stays.filter(stays.previous_employer_id.notnull() | stays.next_employer_id.notnull())


_OWN = ("entry", "month", "gone")
_STAY = ("person_id", "employer_id", "start_date")


def pairs_of_stays(stays: ir.Table, by: Sequence[str]) -> ir.Table:
    """How many pairs of two stays of one person there are in each group, each pair once.

    Pairs are told by the entry, month and end of both, so that their number is bounded whatever that of people.
    """
    some = stays_of_several(stays, by).select(*_STAY, *by, *_OWN)
    return _joined(some, some, by, _OWN, _OWN, once=True)


def _joined(
    one: ir.Table, other: ir.Table, by: Sequence[str], own: Sequence[str], others: Sequence[str], once: bool
) -> ir.Table:
    """Pairs of different rows of one person with the same keys, counted by the columns of both."""
    told = {f"other_{name}": other[name] for name in dict.fromkeys((*_STAY, *by, *others))}
    other = other.select(**told)
    same = [one.person_id == other.other_person_id, *(one[key].identical_to(other[f"other_{key}"]) for key in by)]
    day, employer = (
        (one.start_date, other.other_start_date),
        (one.employer_id, other.other_employer_id),
    )
    if once:
        apart = (day[0] < day[1]) | ((day[0] == day[1]) & (employer[0] < employer[1]))
    else:
        apart = (day[0] != day[1]) | (employer[0] != employer[1])
    joined = one.join(other, [*same, apart])
    names = (*by, *own, *(f"other_{name}" for name in others))
    return summed(joined, names, pairs=joined.count().cast("int64"))


def pairs_with_gone(gone: ir.Table, stays: ir.Table, group: Sequence[str], line: Sequence[str]) -> ir.Table:
    """Pairs of a stay that ended for a destination and any other of the same person in the group."""
    one = stays_of_several(gone, group).select(*_STAY, *dict.fromkeys((*group, *line)), "month")
    other = stays_of_several(stays, group).select(*_STAY, *group, *_OWN)
    apart = [name for name in line if name not in group]
    return _joined(one, other, group, (*apart, "month"), _OWN, once=False)


def pairs_of_gone(gone: ir.Table, group: Sequence[str], line: Sequence[str]) -> ir.Table:
    """Pairs of two stays of one person that ended for the same destination, each pair once."""
    some = stays_of_several(gone, group).select(*_STAY, *dict.fromkeys((*group, *line)), "month")
    names = list(dict.fromkeys((*group, *line)))
    return _joined(some, some, names, ("month",), ("month",), once=True)


def as_stays(cells: pa.Table, group: np.ndarray) -> Stays:
    """Counted stays of the groups of these numbers, for the estimators; those never at risk are left out."""
    entry, month, stays, left = (
        cells[name].to_numpy().astype(np.int64) for name in ("entry", "month", "stays", "left")
    )
    rows = np.concatenate([np.flatnonzero(left), np.flatnonzero(stays > left)])
    gone = np.arange(len(rows)) < np.count_nonzero(left)
    weight = np.where(gone, left[rows], stays[rows] - left[rows]).astype(np.float64)
    seen = (entry[rows] < month[rows]) | (entry[rows] == 0)
    columns = (group[rows], entry[rows], month[rows], gone, weight, weight)
    return Stays(*(column[seen] for column in columns))


def as_pairs(counted: pa.Table, groups: pa.Table, names: Sequence[str]) -> Pairs:
    """Counted pairs in the order of the groups."""
    group = place_of(counted, groups, names)
    order = np.argsort(group, kind="stable")
    entry, month, gone, other_entry, other_month, other_gone, pairs = (
        counted[name].to_numpy()[order].astype(np.int64)
        for name in (*_OWN, *(f"other_{name}" for name in _OWN), "pairs")
    )
    return Pairs(
        group[order], entry, month, gone > 0, other_entry, other_month, other_gone > 0, pairs.astype(np.float64)
    )


def place_of(rows: pa.Table, groups: pa.Table, names: Sequence[str]) -> np.ndarray:
    """The number of the group of each row; 0 where there is nothing to group by."""
    return row_of(rows, groups, names) if names else np.zeros(rows.num_rows, dtype=np.int64)
