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

_TOLD = ("months",)
_SOLE = {"flow_ratio", "flow_rate_ratio", "net_flow"}


def release(table: pa.Table, measure: Measure, request: Request) -> pa.Table:
    """The rows of a figure with ``status``, and null where a cell is withheld or undefined.

    A cell with fewer people than ``minimum_people`` is withheld with everything that was counted for it. A ratio or
    a balance of flows is withheld where either flow is of fewer people; a retention where fewer than
    ``minimum_at_risk`` are at risk; the smallest other cell of a group whose cells add to a published total, where
    only one of them is withheld.
    """
    status = _status(table, measure, request)
    if measure.additive in request.by:
        status = _complemented(table, status, measure, request)
    return _blanked(table, status, measure, request)


def _status(table: pa.Table, measure: Measure, request: Request) -> np.ndarray:
    options = request.options
    status = np.full(table.num_rows, OK, dtype=object)
    estimate, low = (_floats(table, name) for name in ("estimate", "low"))
    status[np.isnan(estimate)] = UNDEFINED
    status[np.isnan(estimate) & ~np.isnan(low)] = LOWER_BOUND
    if "at_risk" in table.column_names:
        status[_floats(table, "at_risk") < options.minimum_at_risk] = FEW_AT_RISK
    small = _floats(table, "n") < options.minimum_people
    if measure.name in _SOLE:
        for name in measure.counted:
            count = _floats(table, name)
            small |= (count > 0) & (count < options.minimum_people)
    status[small] = FEW_PEOPLE
    return status


def _complemented(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> np.ndarray:
    """Where one cell alone of a group is withheld, the smallest other one goes with it."""
    groups = [name for name in request.by if name != measure.additive]
    keys = [(name, "ascending") for name in groups] + [("n", "ascending")]
    order = pc.sort_indices(table, sort_keys=keys).to_numpy()
    ordered = table.take(pa.array(order))
    group, first = groups_of(ordered, groups)
    hidden = status[order] == FEW_PEOPLE
    alone = np.bincount(group, hidden, len(first)) == 1
    candidates = alone[group] & ~hidden
    chosen = np.zeros(len(order), dtype=bool)
    rows = np.nonzero(candidates)[0]
    chosen[rows[np.unique(group[rows], return_index=True)[1]]] = True
    status[order[chosen]] = COMPLEMENTARY
    return status


def _blanked(table: pa.Table, status: np.ndarray, measure: Measure, request: Request) -> pa.Table:
    withheld = np.char.startswith(status.astype(str), "withheld")
    few = status == FEW_AT_RISK
    kept_when_few = {"n", "entered"}
    minimum = request.options.minimum_people
    columns: dict[str, pa.Array] = {}
    for name in table.column_names:
        column = table[name].combine_chunks()
        if name in request.by or name in _TOLD:
            columns[name] = column
            continue
        hide = withheld & ~(few & (name in kept_when_few))
        if name in measure.counted:
            counts = _floats(table, name)
            hide = hide | ((counts > 0) & (counts < minimum))
        columns[name] = pc.if_else(pa.array(hide), pa.scalar(None, column.type), column)
    columns["status"] = pa.array(status, pa.string())
    return pa.table(columns)


def _floats(table: pa.Table, name: str) -> np.ndarray:
    return np.asarray(table[name].cast(pa.float64()).fill_null(np.nan))
