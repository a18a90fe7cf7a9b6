"""Turnbull's estimate: published results, R's, the conditions of a maximum, and Kaplan-Meier as a special case."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.statistics.survival import kaplan_meier
from mercato.statistics.turnbull import turnbull

INF = np.inf
# Months until the breast looked worse, after radiation alone (Finkelstein & Wolfe 1985).
COSMESIS = [
    (45, INF), (25, 37), (37, INF), (6, 10), (46, INF), (0, 5), (0, 7), (26, 40), (18, INF), (46, INF), (46, INF),
    (24, INF), (46, INF), (27, 34), (36, INF), (7, 16), (36, 44), (5, 11), (17, INF), (46, INF), (19, 35), (7, 14),
    (36, 48), (17, 25), (37, 44), (37, INF), (24, INF), (0, 8), (40, INF), (32, INF), (4, 11), (17, 25), (33, INF),
    (15, INF), (46, INF), (19, 26), (11, 15), (11, 18), (37, INF), (22, INF), (38, INF), (34, INF), (46, INF), (5, 12),
    (36, INF), (46, INF),
]  # fmt: skip


def test_the_published_estimate_of_a_known_trial() -> None:
    after, by = np.array(COSMESIS).T
    found = turnbull(after, by, times=[4, 5, 7, 8, 12, 25, 34, 40, 48])
    lost = -np.diff(np.append(1, found.estimate[0]))
    published = [0, 0.0463, 0.0334, 0.0887, 0.0708, 0.0926, 0.0818, 0.1209, 0.4656]
    assert lost == pytest.approx(published, abs=6e-5)
    assert found.gap[0] < 1e-6


def test_it_is_that_of_r_where_r_has_settled() -> None:
    # R's survival 3.5.3: survfit(Surv(ifelse(l == 0, NA, l), r, type = "interval2") ~ 1), whose rounds stop when they
    # change little; at 5, 7, 8, 12, 25 and 40 months.
    after, by = np.array(COSMESIS).T
    found = turnbull(after, by, times=[5, 7, 8, 12, 25, 40])
    assert found.estimate[0] == pytest.approx([0.953662, 0.920269, 0.831623, 0.760877, 0.668229, 0.465858], abs=5e-4)


def test_a_departure_between_two_sightings_lies_anywhere_between() -> None:
    """Two of four leave between months 10 and 20, and two are still there at 30."""
    found = turnbull([10, 10, 30, 30], [20, 20, INF, INF], times=[10, 15, 20, 30, 31])
    assert found.estimate[0] == pytest.approx([1, 0.75, 0.5, 0.5, np.nan], nan_ok=True)
    assert found.least[0] == pytest.approx([1, 0.5, 0.5, 0.5, np.nan], nan_ok=True)
    assert found.most[0] == pytest.approx([1, 1, 0.5, 0.5, np.nan], nan_ok=True)


def test_who_came_under_observation_late_does_not_count_before() -> None:
    """Of two people seen from the start one leaves by 5; of two seen since 6 one leaves by 10: 1/2, then 2/3 of it."""
    found = turnbull([0, 20, 8, 20], [5, INF, 10, INF], entry=[-1, -1, 6, 6], times=[5, 10])
    assert found.estimate[0] == pytest.approx([0.5, 1 / 3])


tenures = st.lists(st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 11)), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(tenures, st.booleans())
def test_with_exact_times_it_is_that_of_kaplan_and_meier(people: list[tuple[int, bool, int]], late: bool) -> None:
    months = np.array([month for month, _, _ in people], dtype=float)
    left = np.array([gone for _, gone, _ in people])
    entry = np.minimum([begun for _, _, begun in people], months - 1) * late
    expected = kaplan_meier(months, left, entry, times=np.arange(1, 13)).estimate[0]
    found = turnbull(months, np.where(left, months, INF), np.where(entry > 0, entry, -1), times=np.arange(1, 13))
    # Where nobody is at risk in between, or all have gone while others come later, no single estimate is the best.
    steps = kaplan_meier(months, left, entry, times=np.arange(0, 13))
    if np.any((steps.at_risk[0][1:] == 0) & (np.arange(1, 13) <= months.max())) or np.any(expected[:-1] == 0):
        return
    both = ~np.isnan(found.estimate[0]) & ~np.isnan(expected)
    assert found.estimate[0][both] == pytest.approx(expected[both], abs=2e-4)


intervals = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 12) | st.none()), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(intervals)
def test_the_conditions_of_a_maximum_hold(rows: list[tuple[int, int | None]]) -> None:
    after = np.array([low for low, _ in rows], dtype=float)
    by = np.array([INF if more is None else low + more for low, more in rows])
    found = turnbull(after, by, times=[5, 10, 15, 20, 25])
    assert found.gap[0] < 1e-4
    told = found.estimate[0][~np.isnan(found.estimate[0])]
    assert np.all(np.diff(told) <= 1e-9)
    assert np.all((found.least[0] <= found.estimate[0] + 1e-9) | np.isnan(found.estimate[0]))


def test_many_groups_at_once_are_each_alone() -> None:
    random = np.random.default_rng(1)
    after = random.integers(0, 40, 600).astype(float)
    by = np.where(random.random(600) < 0.3, INF, after + random.integers(1, 12, 600))
    group = np.sort(random.integers(0, 7, 600))
    entry = np.where(random.random(600) < 0.3, np.floor(after / 2), -1)
    found = turnbull(after, by, entry, groups=group, times=[12, 24], n_groups=9)
    for number in range(7):
        own = group == number
        alone = turnbull(after[own], by[own], entry[own], times=[12, 24])
        assert found.estimate[number] == pytest.approx(alone.estimate[0], abs=1e-5, nan_ok=True)
    assert np.isnan(found.estimate[7:]).all(), "nobody is in the last two groups"


def test_weights_are_numbers_of_alike_people() -> None:
    twice = turnbull([0, 0, 5, 5, 9], [5, 5, 9, 9, INF], times=[5, 9])
    weighed = turnbull([0, 5, 9], [5, 9, INF], weights=[2, 2, 1], times=[5, 9])
    assert weighed.estimate == pytest.approx(twice.estimate)


def test_bootstrap_limits_lie_about_the_estimate_and_are_the_same_again() -> None:
    after, by = np.array(COSMESIS).T
    first, again = (turnbull(after, by, times=[24, 40], draws=100) for _ in range(2))
    np.testing.assert_array_equal(first.low, again.low)
    assert np.all((first.low < first.estimate) & (first.estimate < first.high))
    assert np.all(first.high - first.low < 0.5)


def test_nobody_and_nonsense() -> None:
    assert np.isnan(turnbull([], [], n_groups=2).estimate).all()
    for told in ({"left": [5], "right": [3]}, {"left": [-1], "right": [3]}, {"left": [5], "right": [9], "entry": [7]},
                 {"left": [5], "right": [9], "weights": [-1]}, {"left": [np.nan], "right": [9]}):  # fmt: skip
        with pytest.raises(ValueError):
            turnbull(**told)
