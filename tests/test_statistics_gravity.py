"""Moves against what the sizes of both ends give."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from mercato.statistics.gravity import gravity_excess, quasi_independent


def fitted(departures: list[float], arrivals: list[float]) -> np.ndarray:
    found = quasi_independent(departures, arrivals)
    table = np.outer(found.sends, found.receives)
    np.fill_diagonal(table, 0)
    return table


def test_three_of_one_size_expect_as_much_of_each_other() -> None:
    assert_allclose(fitted([4, 4, 4], [4, 4, 4]), [[0, 2, 2], [2, 0, 2], [2, 2, 0]])


def test_expected_moves_have_all_margins() -> None:
    out, into = [10.0, 20, 30, 5], [25.0, 15, 20, 5]
    table = fitted(out, into)
    assert_allclose(table.sum(axis=1), out, rtol=1e-6)
    assert_allclose(table.sum(axis=0), into, rtol=1e-6)
    # A product off the diagonal: cross ratios are 1.
    assert table[0, 2] * table[1, 3] == pytest.approx(table[0, 3] * table[1, 2])


def test_a_table_that_cannot_be_says_so() -> None:
    # Nine leave the first, and the others take in only five.
    assert not quasi_independent([9, 1, 0], [5, 3, 2]).converged
    assert quasi_independent([0, 0], [0, 0]).converged
    with pytest.raises(ValueError, match="margins"):
        quasi_independent([1, 2], [1, 1])


def test_the_interval_is_a_little_wider_than_poisson_s() -> None:
    # 20 seen and 10 expected: 2; Poisson alone gives 1.2216 to 3.0888 (stats: qgamma(0.025, 20) / 10, …).
    found = gravity_excess([20], [10], [1e9], [1e9])
    assert_allclose([found.estimate[0], found.low[0], found.high[0]], [2, 1.22165, 3.08884], rtol=1e-4)
    wider = gravity_excess([20], [10], [120], [120])
    assert wider.low[0] < found.low[0] and wider.high[0] > found.high[0]


def test_nobody_seen_has_an_upper_limit_and_nothing_expected_none() -> None:
    found = gravity_excess([0, 3], [5, 0], [50, 50], [50, 50])
    assert found.estimate[0] == found.low[0] == 0
    # 3.6889 are the most that none may come from.
    assert 3.6889 / 5 <= found.high[0] < 1.2
    assert np.isnan(found.estimate[1]) and np.isnan(found.low[1]) and np.isnan(found.high[1])
