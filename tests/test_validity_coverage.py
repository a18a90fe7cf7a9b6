"""The table of coverage is told rightly: what an interval holds, what it misses, and what is too narrow."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks.validity.coverage import bounds, share_held
from benchmarks.validity.markets import CASES


def test_a_limit_that_is_not_told_is_no_limit_and_an_interval_without_any_does_not_count() -> None:
    table = pa.table({"estimate": [1.0] * 4, "low": [0.5, 0.5, 2.0, None], "high": [1.5, None, 3.0, None]})
    assert share_held(table, 1.0) == 2 / 3


def test_every_case_gives_a_row_per_market_and_intervals_that_are_cut_short_miss() -> None:
    random = np.random.default_rng(1)
    for case in CASES:
        table, truth = case.draw(random, 30, 60, case.truths[0])
        assert table.num_rows == 60, case.name
        assert share_held(table, truth, case.columns) > 0.8, case.name
        estimate = case.columns[0]
        assert share_held(table, truth, (estimate, estimate, estimate)) < 0.5, case.name


def test_exact_intervals_have_no_upper_bound() -> None:
    exact = next(case for case in CASES if case.exact)
    other = next(case for case in CASES if not case.exact)
    assert [bounds(case, n) for case in (exact, other) for n in (10, 30)] == [
        (0.95, 1.0), (0.95, 1.0), (0.92, 1.0), (0.93, 0.975)]  # fmt: skip
