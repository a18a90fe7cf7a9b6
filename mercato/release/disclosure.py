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
_SOLE = {"flow_ratio", "flow_rate_ratio", "net_flow"}


def release(table: pa.Table, measure: Measure, request: Request) -> pa.Table:
    """The rows of a figure with ``status``, and null where a cell is withheld or undefined.

    A cell with fewer people than ``minimum_people`` is withheld with everything that was counted for it. A ratio or
    a balance of flows is withheld where either flow is of fewer people; a retention where fewer than
    ``minimum_at_risk`` are at risk; the smallest other cell of a group whose cells add to a published total, where
    one cell alone is withheld, or cells of fewer than ``minimum_people`` together.
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
    if measure.name in _SOLE:
        for name in measure.counted:
            count = _floats(table, name)
            small |= (count > 0) & (count < options.minimum_people)
    status[small] = _CODES[FEW_PEOPLE]
    return status


def _complemented(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> np.ndarray:
    """Where what is withheld of a group could be worked out from its total, its smallest other cell goes with it."""
    groups = [name for name in request.by if name not in measure.additive]
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in (*groups, "n")]).to_numpy()
    group, first = groups_of(table.take(pa.array(order)), groups)
    hidden = status[order] == _CODES[FEW_PEOPLE]
    cells = np.bincount(group, hidden, len(first))
    people = np.bincount(group, hidden * _floats(table, "n")[order], len(first))
    bare = (cells == 1) | ((cells > 0) & (people < request.options.minimum_people))
    rows = np.nonzero(bare[group] & ~hidden)[0]
    chosen = rows[np.unique(group[rows], return_index=True)[1]]
    status[order[chosen]] = _CODES[COMPLEMENTARY]
    return status


def _blanked(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> pa.Table:
    withheld = np.isin(status, _WITHHELD)
    few = status == _CODES[FEW_AT_RISK]
    minimum = request.options.minimum_people
    columns: dict[str, pa.Array] = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        if name in request.by or name in _TOLD:
            columns[name] = column
            continue
        hide = withheld & ~few if name in _KEPT_WHEN_FEW else withheld
        if name in measure.counted:
            counts = _floats(table, name)
            hide = hide | ((counts > 0) & (counts < minimum))
        columns[name] = pc.if_else(pa.array(hide), pa.scalar(None, column.type), column)
    columns["status"] = pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUSES)).cast(pa.string())
    return pa.table(columns)


def _floats(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].cast(pa.float64()).fill_null(np.nan))
