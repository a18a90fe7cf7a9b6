"""The rules of disclosure: which cells are withheld by themselves, and the names of the reasons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures.declare import Measure, Request
from mercato.measures.people import row_of

OK = "ok"
FEW_PEOPLE = "withheld_few_people"
FEW_AT_RISK = "withheld_few_at_risk"
COMPLEMENTARY = "withheld_complementary"
UNDEFINED = "undefined"
LOWER_BOUND = "lower_bound_only"
FEW_EMPLOYERS = "withheld_few_employers"
DOMINANT = "withheld_dominant_employer"
EARLIER = "withheld_after_earlier_edition"

STATUSES = (OK, FEW_PEOPLE, FEW_AT_RISK, COMPLEMENTARY, UNDEFINED, LOWER_BOUND, FEW_EMPLOYERS, DOMINANT, EARLIER)
CODES = {status: code for code, status in enumerate(STATUSES)}
OF_EMPLOYERS = (FEW_EMPLOYERS, DOMINANT)
WITHHELD = [CODES[status] for status in (FEW_PEOPLE, FEW_AT_RISK, COMPLEMENTARY, *OF_EMPLOYERS, EARLIER)]

EMPLOYERS_BEHIND, LARGEST_SHARE = "employers_behind", "largest_share"
"""Columns of cells that aggregate employers, which are not told: how many employers, and the largest one's share."""
MINIMUM_EMPLOYERS = 3
DOMINANCE = 0.85
_CLASSES = ("kind", "list")
_OF_ONE = {"employer", "origin", "destination", "group", "origin_group", "destination_group"}


def employers_asked_for(measure: Measure, request: Request) -> tuple[str, ...]:
    """The dimensions that tell the employers behind the cells of a request; none where no rule asks for them.

    The rule is of cells that aggregate employers: with ``insee`` all that are not told by employer or owner, else those
    told by the kind or the list of employers; ``lehd`` has no such rule.
    """
    option = request.options.disclosure
    classes = {name for name in request.by if name.split("_")[-1] in _CLASSES}
    asked = option == "insee" or (option == "default" and bool(classes))
    if not asked or _OF_ONE & set(request.by) or request.options.minimum_people < 2:
        return ()
    ends = [name for name in ("origin", "destination") if name in measure.dimensions]
    if "employer" in measure.dimensions:
        return ("employer",)
    wanted = [end for end in ends if f"{end}_kind" in request.by or f"{end}_list" in request.by]
    return tuple(wanted[:1] or ends[:1])


def behind(cells: pa.Table, by: Sequence[str], employers: Sequence[str]) -> pa.Table:
    """Of each cell how many employers are behind it and the largest one's share of its people, from finer cells."""
    finer = cells.select([*by, *employers]).append_column("n", cells[of_people(cells, "n")].cast(pa.float64()))
    finer = finer.filter(pc.greater(finer["n"], 0))
    each = finer.group_by([*by, *employers]).aggregate([("n", "max")])
    told = each.group_by(list(by)).aggregate([("n_max", "count"), ("n_max", "max"), ("n_max", "sum")])
    share = pc.divide(told["n_max_max"], told["n_max_sum"])
    keys = {name: told[name] for name in by}
    return pa.table({**keys, EMPLOYERS_BEHIND: told["n_max_count"], LARGEST_SHARE: share})


def with_employers(table: pa.Table, told: pa.Table, by: Sequence[str]) -> pa.Table:
    """The cells with what ``behind`` tells of each; 0 employers where it tells nothing."""
    row = row_of(table, told, by) if by else np.zeros(table.num_rows, dtype=np.int64)
    for name in (EMPLOYERS_BEHIND, LARGEST_SHARE):
        values = np.append(np.asarray(told[name].cast(pa.float64())), 0.0)
        table = table.append_column(name, pa.array(values[np.where(row < told.num_rows, row, -1)]))
    return table


def withheld_by_itself(table: pa.Table, measure: Measure, request: Request) -> np.ndarray:
    """The status of each row, as a code, for what it tells itself."""
    options = request.options
    estimate, low = (floats(table, name) for name in ("estimate", "low"))
    status = np.full(table.num_rows, CODES[OK], dtype=np.int8)
    status[np.isnan(estimate)] = CODES[UNDEFINED]
    status[np.isnan(estimate) & ~np.isnan(low)] = CODES[LOWER_BOUND]
    if "at_risk" in table.column_names:
        status[floats(table, "at_risk") < options.minimum_at_risk] = CODES[FEW_AT_RISK]
    if EMPLOYERS_BEHIND in table.column_names:
        status[floats(table, EMPLOYERS_BEHIND) < MINIMUM_EMPLOYERS] = CODES[FEW_EMPLOYERS]
        if options.disclosure == "insee":
            status[floats(table, LARGEST_SHARE) > DOMINANCE] = CODES[DOMINANT]
    small = floats(table, "n") < options.minimum_people
    if measure.of_other_cells:
        for name in measure.counted:
            count = floats(table, name)
            small |= (count > 0) & (count < options.minimum_people)
    status[small] = CODES[FEW_PEOPLE]
    return status


def of_people(table: pa.Table, name: str) -> str:
    """The column that tells the people in the data, where ``name`` may be a weighted one."""
    return f"raw_{name}" if f"raw_{name}" in table.column_names else name


def floats(table: pa.Table, name: str) -> np.ndarray:
    """A column as numbers, with NaN where it is null."""
    return np.asarray(table[name].cast(pa.float64()).fill_null(np.nan))
