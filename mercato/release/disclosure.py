"""Disclosure control: which cells are withheld, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures.declare import Measure, Request
from mercato.measures.people import groups_of
from mercato.release.facts import Cells, Hierarchy
from mercato.release.rules import CODES as _CODES
from mercato.release.rules import (
    COMPLEMENTARY,
    DOMINANT,
    EARLIER,
    EMPLOYERS_BEHIND,
    FEW_AT_RISK,
    FEW_EMPLOYERS,
    FEW_PEOPLE,
    LARGEST_SHARE,
    LOWER_BOUND,
    OK,
    STATUSES,
    UNDEFINED,
    withheld_by_itself,
)
from mercato.release.rules import WITHHELD as _WITHHELD
from mercato.release.rules import floats as _floats
from mercato.release.rules import of_people as _of_people
from mercato.settings import Options

__all__ = [
    "COMPLEMENTARY", "DOMINANT", "EARLIER", "FEW_AT_RISK", "FEW_EMPLOYERS", "FEW_PEOPLE", "LOWER_BOUND", "OK",
    "STATUSES", "UNDEFINED", "release", "release_together",
]  # fmt: skip

_TOLD = ("months", "provisional")
_KEPT_WHEN_FEW = ("n", "entered")


def release(table: pa.Table, measure: Measure, request: Request) -> pa.Table:
    """The rows of a figure with ``status``, and null where a cell is withheld or undefined.

    A cell with fewer people than ``minimum_people`` is withheld with everything that was counted for it. A ratio or
    a balance of flows, a turnover or an attrition is withheld where any count in it is of fewer people, since that is a
    withheld cell elsewhere; a retention where fewer than
    ``minimum_at_risk`` are at risk; the smallest other cells of a group whose cells add to a published total, where
    what is withheld could be worked out from it; a sum of twelve months where it would tell of a withheld one.
    """
    status = withheld_by_itself(table, measure, request)
    if set(measure.additive) & set(request.by):
        status = _complemented(table, status, measure, request)
    return _blanked(table, status, measure, request)


def release_together(
    cells: Sequence[Cells],
    options: Options,
    hierarchy: Hierarchy | None = None,
    told: Mapping[str, float] | None = None,
) -> tuple[list[pa.Table], frozenset[str]]:
    """The rows of several figures with ``status``, so that no withheld cell of any can be bounded closely from all.

    With them the names of the counts among ``told`` that must not be told.
    """
    from mercato.release.joint import complements

    found = complements(cells, options, hierarchy, told)
    released = []
    for figure, withheld, sum_withheld in zip(cells, found.rows, found.sums, strict=True):
        own = np.isin(figure.status, _WITHHELD)
        status = np.where(
            withheld & (~own | (figure.status == _CODES[FEW_AT_RISK])), _CODES[COMPLEMENTARY], figure.status
        )
        released.append(_blanked(figure.table, status.astype(np.int8), figure.measure, figure.request, sum_withheld))
    return released, found.besides


def _complemented(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> np.ndarray:
    """Where what is withheld of a group could be bounded from its total, other cells of it go with it.

    Withheld cells of a total may differ from what they are where others may make up for it: those of few people from
    1 to ``minimum_people`` - 1, the others from ``minimum_people`` on. So that each of the few can be any of these
    numbers, all together must be able to shrink by ``minimum_people`` - 2, and to grow by as much. The smallest cell
    that is large enough goes with them, or else the largest.
    """
    minimum, (table, groups) = request.options.minimum_people, _groups_with_totals(table, measure, request)
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in (*groups, "n")]).to_numpy()
    group, first = groups_of(table.take(pa.array(order)), groups)
    people, few = _floats(table, _of_people(table, "n"))[order], status[order] == _CODES[FEW_PEOPLE]
    down = np.maximum(0, np.where(few, people - 1, people - minimum))
    up = np.where(few, minimum - 1 - people, np.inf)
    hidden, size = few.copy(), len(first)
    concerned = np.bincount(group[few], minlength=size) > 0
    while True:
        shrink, grow = (np.bincount(group[hidden], value[hidden], size) for value in (down, up))
        missing = np.maximum(0, minimum - 2 - shrink)
        bare = concerned & ((missing > 0) | (grow < minimum - 2))
        open_rows = np.flatnonzero(bare[group] & ~hidden)
        if not len(open_rows):
            break
        enough = open_rows[down[open_rows] >= missing[group[open_rows]]]
        served, chosen = np.unique(group[enough], return_index=True)
        rest = open_rows[~np.isin(group[open_rows], served)][::-1]
        hidden[enough[chosen]] = True
        hidden[rest[np.unique(group[rest], return_index=True)[1]]] = True
    status[order[hidden & ~few]] = _CODES[COMPLEMENTARY]
    return status


def _groups_with_totals(table: pa.Table, measure: Measure, request: Request) -> tuple[pa.Table, list[str]]:
    """The columns whose groups of cells add to a total that is told; that of moves is told without the long ones."""
    groups = [name for name in request.by if name not in measure.additive]
    groups += [name for name in _TOLD if name in table.column_names]
    if {"gap"} & set(measure.additive) & set(request.by):
        return table.append_column("is_long", pc.equal(table["gap"], "long")), [*groups, "is_long"]
    return table, groups


def _sums_that_tell(table: pa.Table, status: np.ndarray, request: Request) -> np.ndarray:
    """The rows whose sum of twelve months would give away a withheld month.

    Sums that overlap tell a month by their difference. So a sum over withheld months is shown once in twelve months,
    counted back from the last, and where at least two are withheld in it that are not too few together.
    """
    minimum, groups = request.options.minimum_people, [name for name in request.by if name != "month"]
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in (*groups, "month")]).to_numpy()
    ordered = table.take(pa.array(order))
    group, _ = groups_of(ordered, groups)
    month = _month_numbers(ordered["month"])
    place = group * (int(month.max(initial=0)) + 12) + month
    begin = np.searchsorted(place, place - 11)
    hidden = np.isin(status[order], _WITHHELD)
    cells, events = (
        np.append(0, np.cumsum(value))[1:] - np.append(0, np.cumsum(value))[begin]
        for value in (hidden, hidden * _floats(ordered, _of_people(ordered, "estimate")))
    )
    apart = (month.max(initial=0) - month) % 12 == 0
    safe = apart & (cells > 1) & (events >= minimum) & (events < (minimum - 1) * cells)
    told = np.zeros(len(order), dtype=bool)
    told[order] = ~((cells == 0) | safe)
    return told


def _month_numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Months like 2024-03 as numbers that follow each other."""
    year, month = (pc.utf8_slice_codeunits(column, *part).cast(pa.int64()).to_numpy() for part in ((0, 4), (5, 7)))
    return np.asarray(year * 12 + month)


def _blanked(
    table: pa.Table, status: np.ndarray, measure: Measure, request: Request, sums: np.ndarray | None = None
) -> pa.Table:
    withheld = np.isin(status, _WITHHELD)
    few = status == _CODES[FEW_AT_RISK]
    columns: dict[str, pa.Array] = {}
    for name in table.column_names:
        if name in (EMPLOYERS_BEHIND, LARGEST_SHARE):
            continue
        column = table[name].combine_chunks()
        if name in request.by or name in _TOLD:
            columns[name] = column
            continue
        hide = withheld & ~few if name in _KEPT_WHEN_FEW else withheld
        if name == "sum_12":
            hide = hide | (_sums_that_tell(table, status, request) if sums is None else sums)
        columns[name] = pc.if_else(pa.array(hide), pa.scalar(None, column.type), column)
    columns["status"] = pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUSES)).cast(pa.string())
    return pa.table(columns)
