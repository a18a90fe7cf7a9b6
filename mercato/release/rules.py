"""The rules of disclosure: which cells are withheld by themselves, and the names of the reasons."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mercato.measures.declare import Measure, Request

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


def withheld_by_itself(table: pa.Table, measure: Measure, request: Request) -> np.ndarray:
    """The status of each row, as a code, for what it tells itself."""
    options = request.options
    estimate, low = (floats(table, name) for name in ("estimate", "low"))
    status = np.full(table.num_rows, CODES[OK], dtype=np.int8)
    status[np.isnan(estimate)] = CODES[UNDEFINED]
    status[np.isnan(estimate) & ~np.isnan(low)] = CODES[LOWER_BOUND]
    if "at_risk" in table.column_names:
        status[floats(table, "at_risk") < options.minimum_at_risk] = CODES[FEW_AT_RISK]
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
