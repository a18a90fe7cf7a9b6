"""Disclosure control: which cells are withheld, and why."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures.declare import Measure, Request
from mercato.measures.people import groups_of

OK = "ok"
FEW_PEOPLE = "withheld_few_people"
FEW_AT_RISK = "withheld_few_at_risk"
COMPLEMENTARY = "withheld_complementary"
UNDEFINED = "undefined"
LOWER_BOUND = "lower_bound_only"

STATUSES = (OK, FEW_PEOPLE, FEW_AT_RISK, COMPLEMENTARY, UNDEFINED, LOWER_BOUND)
_CODES = {status: code for code, status in enumerate(STATUSES)}
_WITHHELD = [_CODES[status] for status in (FEW_PEOPLE, FEW_AT_RISK, COMPLEMENTARY)]

_TOLD = ("months",)
_KEPT_WHEN_FEW = ("n", "entered")


def release(table: pa.Table, measure: Measure, request: Request) -> pa.Table:
    """The rows of a figure with ``status``, and null where a cell is withheld or undefined.

    A cell with fewer people than ``minimum_people`` is withheld with everything that was counted for it. A ratio or
    a balance of flows, a turnover or an attrition is withheld where any count in it is of fewer people, since that is a
    withheld cell elsewhere; a retention where fewer than
    ``minimum_at_risk`` are at risk; the smallest other cells of a group whose cells add to a published total, where
    what is withheld could be worked out from it; a sum of twelve months where it would tell of a withheld one.
    """
    status = _status(table, measure, request)
    if set(measure.additive) & set(request.by):
        status = _complemented(table, status, measure, request)
    return _blanked(table, status, measure, request)


def _status(table: pa.Table, measure: Measure, request: Request) -> np.ndarray:
    options = request.options
    estimate, low = (_floats(table, name) for name in ("estimate", "low"))
    status = np.full(table.num_rows, _CODES[OK], dtype=np.int8)
    status[np.isnan(estimate)] = _CODES[UNDEFINED]
    status[np.isnan(estimate) & ~np.isnan(low)] = _CODES[LOWER_BOUND]
    if "at_risk" in table.column_names:
        status[_floats(table, "at_risk") < options.minimum_at_risk] = _CODES[FEW_AT_RISK]
    small = _floats(table, "n") < options.minimum_people
    if measure.of_other_cells:
        for name in measure.counted:
            count = _floats(table, name)
            small |= (count > 0) & (count < options.minimum_people)
    status[small] = _CODES[FEW_PEOPLE]
    return status


def _complemented(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> np.ndarray:
    """Where what is withheld of a group could be worked out from its total, its smallest other cells go with it.

    It could where one cell alone is withheld, or cells of too few people together, or where the rest of the total is
    the least or the most that the withheld cells can add to, so that each of them is known.
    """
    minimum, (table, groups) = request.options.minimum_people, _groups_with_totals(table, measure, request)
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in (*groups, "n")]).to_numpy()
    group, first = groups_of(table.take(pa.array(order)), groups)
    people, counts = (_floats(table, _of_people(table, name))[order] for name in ("n", measure.counted[-1]))
    few = status[order] == _CODES[FEW_PEOPLE]
    least, most = np.where(few, 1, minimum), np.where(few, minimum - 1, np.inf)
    hidden, size = few.copy(), len(first)
    while True:
        inside = group[hidden]
        cells, behind, rest, floor, roof = (
            np.bincount(inside, value[hidden], size) for value in (np.ones(len(order)), people, counts, least, most)
        )
        known = (rest == floor) | ((rest == roof) & (behind == rest))
        bare = (cells > 0) & ((cells == 1) | (behind < minimum) | known)
        rows = np.nonzero(bare[group] & ~hidden)[0]
        if not len(rows):
            break
        hidden[rows[np.unique(group[rows], return_index=True)[1]]] = True
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


def _blanked(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> pa.Table:
    withheld = np.isin(status, _WITHHELD)
    few = status == _CODES[FEW_AT_RISK]
    columns: dict[str, pa.Array] = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        if name in request.by or name in _TOLD:
            columns[name] = column
            continue
        hide = withheld & ~few if name in _KEPT_WHEN_FEW else withheld
        if name == "sum_12":
            hide = hide | _sums_that_tell(table, status, request)
        columns[name] = pc.if_else(pa.array(hide), pa.scalar(None, column.type), column)
    columns["status"] = pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUSES)).cast(pa.string())
    return pa.table(columns)


def _of_people(table: pa.Table, name: str) -> str:
    """The column that tells the people in the data, where ``name`` may be a weighted one."""
    return f"raw_{name}" if f"raw_{name}" in table.column_names else name


def _floats(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].cast(pa.float64()).fill_null(np.nan))
