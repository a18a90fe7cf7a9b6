"""Intervals of shares of few people: limits worked out by hand or by scipy, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from mercato.statistics.few import FEW, widened
from mercato.statistics.interval import Interval
from mercato.statistics.shares import clopper_pearson, share_interval, wilson


def _midp(k: int, n: int, probability: float) -> float:
    """The share at which what is above k, and half of k, has the probability: by search, with scipy's binomial law."""

    def beyond(p: float) -> float:
        return float(stats.binom.sf(k, n, p) + stats.binom.pmf(k, n, p) / 2 - probability)

    return float(optimize.brentq(beyond, 1e-14, 1 - 1e-14, xtol=1e-15))


def test_all_or_none_of_few() -> None:
    found = share_interval([3, 0, 1], [3, 3, 1])
    assert found.low == pytest.approx([0.05 ** (1 / 3), 0, 0.05])
    assert found.high == pytest.approx([1, 1 - 0.05 ** (1 / 3), 1])


@settings(max_examples=150, deadline=None)
@given(st.integers(1, FEW), st.integers(1, 3000))
@example(FEW, 158)
def test_limits_of_few_are_those_at_which_the_mid_probability_is_a_fortieth(k: int, more: int) -> None:
    n = k + more
    found, usual = share_interval([k, n - k], n), wilson([k, n - k], n)
    low, high = _midp(k, n, 0.025), _midp(k, n, 0.975)
    near = 1e-9 if n <= 1000 else 1e-4
    assert found.low == pytest.approx(np.minimum(usual.low, [low, 1 - high]), rel=near, abs=1e-12)
    assert found.high == pytest.approx(np.maximum(usual.high, [high, 1 - low]), rel=near, abs=1e-12)


def test_where_both_sides_are_more_than_twenty_it_is_wilsons_interval() -> None:
    found, usual = share_interval([21, 400], [60, 500]), wilson([21, 400], [60, 500])
    np.testing.assert_array_equal((found.low, found.high), (usual.low, usual.high))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.integers(0, 200))
def test_never_narrower_than_wilson_nor_wider_than_both_it_and_the_exact_one(k: int, other: int) -> None:
    n = k + other
    found, usual, exact = (f(k, n) for f in (share_interval, wilson, clopper_pearson))
    if n == 0:
        assert np.isnan([found.low, found.high]).all()
        return
    assert found.low <= usual.low and usual.high <= found.high
    assert found.low >= min(usual.low, exact.low) - 1e-12 and found.high <= max(usual.high, exact.high) + 1e-12


@pytest.mark.parametrize(("n", "least"), [(5, 0.93), (10, 0.92), (12, 0.92), (20, 0.92), (30, 0.93), (47, 0.93),
                                          (100, 0.93), (1000, 0.93)])  # fmt: skip
def test_whatever_the_share_the_interval_holds_it_as_often_as_promised(n: int, least: float) -> None:
    k, shares = np.arange(n + 1), np.linspace(0.0005, 0.9995, 2000)
    found = share_interval(k, n)
    seen = stats.binom.pmf(k, n, shares[:, None])
    inside = (found.low <= shares[:, None]) & (shares[:, None] <= found.high)
    assert (seen * inside).sum(axis=1).min() >= least
    usual = wilson(k, n)
    missed = (seen * ((usual.low <= shares[:, None]) & (shares[:, None] <= usual.high))).sum(axis=1).min()
    assert missed < 0.92, "Wilson's alone would do"


def test_effective_numbers_of_people_lie_between_whole_ones() -> None:
    share = np.full(3, 0.25)
    people = np.array([8.0, 10.0, 12.0])
    found = widened(Interval(share, share, share), people)
    assert np.all(np.diff(found.low) > 0) and np.all(np.diff(found.high) < 0)
    assert found.low[0] == pytest.approx(_midp(2, 8, 0.025)) and found.low[2] == pytest.approx(_midp(3, 12, 0.025))


def test_what_is_not_known_stays_so() -> None:
    nothing = np.array([np.nan, 0.5])
    found = widened(Interval(nothing, nothing, nothing), [5, 0])
    np.testing.assert_array_equal(found.low, nothing)
