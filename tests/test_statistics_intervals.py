"""Shares, rates and ratios: published examples, scipy's exact intervals, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mercato.statistics.interval import Interval
from mercato.statistics.rates import difference_of_counts, poisson_interval, rate
from mercato.statistics.ratios import flow_ratio, index_to_base, rate_ratio
from mercato.statistics.shares import clopper_pearson, wilson

COUNTS = st.integers(0, 5000)


def _parts(interval: Interval) -> list[float]:
    return [float(interval.estimate), float(interval.low), float(interval.high)]


@pytest.mark.parametrize(
    ("a", "b", "estimate", "low", "high"),
    [(21, 2, 10.5, 2.6, 92), (106, 10, 10.6, 5.5, 23), (20, 10, 2.0, 0.9, 4.8)],
)
def test_published_flow_ratios(a: int, b: int, estimate: float, low: float, high: float) -> None:
    found = flow_ratio(a, b)
    assert float(found.estimate) == pytest.approx(estimate)
    assert round(float(found.low), 1) == low
    assert round(float(found.high), 1 if high < 10 else 0) == high


def test_flow_ratio_of_nothing() -> None:
    found = flow_ratio([5, 0, 0], [0, 5, 0])
    np.testing.assert_array_equal(np.isnan(found.estimate), [True, False, True])
    np.testing.assert_array_equal(np.isnan(found.low), [False, False, True])
    np.testing.assert_array_equal(np.isnan(found.high), [True, False, True])
    one_sided = 0.025 ** (1 / 5)
    assert found.low[0] == pytest.approx(one_sided / (1 - one_sided))
    assert found.estimate[1] == 0 and found.low[1] == 0 and found.high[1] == pytest.approx(1 / found.low[0])


@settings(max_examples=200, deadline=None)
@given(COUNTS, st.integers(1, 5000))
def test_flow_ratio_is_scipys_exact_interval(a: int, b: int) -> None:
    found = flow_ratio(a, b)
    exact = stats.binomtest(a, a + b).proportion_ci(0.95, "exact")
    shares = np.array([found.low / (1 + found.low), found.high / (1 + found.high)])
    assert shares == pytest.approx([exact.low, exact.high], abs=1e-9)
    assert found.low == pytest.approx(exact.low / (1 - exact.low), rel=1e-9, abs=1e-12)
    assert found.low <= found.estimate <= found.high


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_turning_a_ratio_round_inverts_it(a: int, b: int) -> None:
    there, back = flow_ratio(a, b), flow_ratio(b, a)
    assert [1 / float(x) for x in (back.estimate, back.high, back.low)] == pytest.approx(_parts(there), rel=1e-9)


@settings(max_examples=200, deadline=None)
@given(COUNTS, st.integers(1, 5000))
def test_shares_are_scipys(k: int, n: int) -> None:
    k = min(k, n)
    for method, found in (("wilson", wilson(k, n)), ("exact", clopper_pearson(k, n))):
        expected = stats.binomtest(k, n).proportion_ci(0.95, method)
        assert _parts(found)[1:] == pytest.approx([expected.low, expected.high], abs=1e-9)
        assert found.low <= found.estimate <= found.high


def test_share_of_nothing_and_of_more_than_all() -> None:
    found = wilson([0, 1], [0, 4])
    assert np.isnan([found.estimate[0], found.low[0], found.high[0]]).all() and found.estimate[1] == 0.25
    with pytest.raises(ValueError, match="larger"):
        wilson(5, 4)
    with pytest.raises(ValueError, match="negative"):
        flow_ratio(-1, 4)


@settings(max_examples=200, deadline=None)
@given(COUNTS)
def test_poisson_interval_is_the_chi_square_one(count: int) -> None:
    found = poisson_interval(count)
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert _parts(found)[1:] == pytest.approx([low, stats.chi2.ppf(0.975, 2 * count + 2) / 2], rel=1e-9)


def test_rate_of_ten_in_four_person_years() -> None:
    """Garwood's limits of 10 are 4.795 and 18.39."""
    found = rate([10, 10], [4, 0])
    assert [found.estimate[0], found.low[0], found.high[0]] == pytest.approx([2.5, 4.7954 / 4, 18.3904 / 4], abs=1e-4)
    assert np.isnan([found.estimate[1], found.low[1], found.high[1]]).all()


def test_difference_of_counts() -> None:
    """Nothing came and nobody left: 0, and each side could have been up to 3.689. Turned round, it changes sign."""
    nothing = difference_of_counts(0, 0)
    assert _parts(nothing) == pytest.approx([0, -3.6889, 3.6889], abs=1e-4)
    there, back = difference_of_counts(40, 12), difference_of_counts(12, 40)
    assert _parts(there) == pytest.approx([-back.estimate, -back.high, -back.low])
    assert there.estimate == 28 and 10 < there.low < 28 < there.high < 46


def test_rate_ratio_is_mapped_by_the_exposures() -> None:
    """21 in 300 person-years against 2 in 100: (21/300) / (2/100) = 3.5."""
    found, counts = rate_ratio(21, 300, 2, 100), flow_ratio(21, 2)
    assert _parts(found) == pytest.approx([3.5, counts.low / 3, counts.high / 3])
    assert np.isnan(rate_ratio(21, 0, 2, 100).low)


def test_index_to_base() -> None:
    """70 hires against 140 in the base year: half; as shares of 1,000 and 1,000 the same, of 500 the index is 1."""
    assert index_to_base(70, 140).estimate == 0.5
    assert index_to_base(70, 140, 1000, 1000).estimate == 0.5
    assert index_to_base(70, 140, 500, 1000).estimate == 1.0


def test_coverage_of_the_exact_intervals() -> None:
    """The probability to hold the truth, summed over all outcomes, is at least 95%."""
    for p in (0.01, 0.2, 0.5, 0.9):
        k = np.arange(41)
        found = clopper_pearson(k, 40)
        assert stats.binom.pmf(k, 40, p)[(found.low <= p) & (p <= found.high)].sum() >= 0.95
    for mean in (0.5, 3, 20):
        k = np.arange(200)
        counted = poisson_interval(k)
        assert stats.poisson.pmf(k, mean)[(counted.low <= mean) & (mean <= counted.high)].sum() >= 0.95
