"""Groups side by side: against R's survival, lifelines, published answers and a version in plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test

from mercato.statistics.comparing import adjusted_for_many, difference, log_rank, log_rank_pairs, ratio
from mercato.statistics.interval import Interval
from mercato.statistics.lifetable import LifeTable, life_table, survival_of
from mercato.statistics.restricted import restricted_mean
from mercato.statistics.survival import kaplan_meier

# group, stratum, entry, stop, left: 42 made stays, of which many are tied and some begin late.
STAYS = np.array(
    [
        (0, 0, 7, 21, 1), (0, 1, 4, 30, 0), (0, 0, 0, 10, 1), (0, 1, 7, 17, 1), (0, 0, 7, 14, 1), (0, 1, 0, 30, 0),
        (0, 0, 6, 8, 1), (0, 1, 6, 21, 1), (0, 0, 0, 11, 1), (0, 1, 0, 30, 0), (0, 0, 7, 13, 1), (0, 1, 0, 19, 1),
        (0, 0, 0, 1, 1), (0, 1, 0, 30, 0), (1, 0, 4, 8, 0), (1, 1, 0, 16, 1), (1, 0, 0, 11, 0), (1, 1, 7, 9, 0),
        (1, 0, 0, 2, 0), (1, 1, 0, 19, 1), (1, 0, 4, 8, 0), (1, 1, 0, 2, 1), (1, 0, 0, 1, 0), (1, 1, 1, 24, 1),
        (1, 0, 0, 3, 0), (1, 1, 0, 30, 0), (1, 0, 0, 19, 1), (1, 1, 0, 3, 0), (2, 0, 0, 19, 1), (2, 1, 5, 11, 1),
        (2, 0, 0, 5, 1), (2, 1, 3, 30, 0), (2, 0, 0, 20, 1), (2, 1, 0, 30, 0), (2, 0, 6, 12, 1), (2, 1, 1, 13, 0),
        (2, 0, 0, 3, 1), (2, 1, 1, 23, 0), (2, 0, 4, 30, 0), (2, 1, 0, 1, 0), (2, 0, 2, 30, 0), (2, 1, 0, 27, 1),
    ]
)  # fmt: skip


def table(stays: np.ndarray, last: int = 40, groups: int = 3) -> LifeTable:
    """The life table of stays given as group, entry, stop, left."""
    group, entry, stop, left = stays.T
    none = np.zeros(len(group))
    return life_table(
        np.append(group, group),
        np.append(entry, stop),
        np.append(none, left),
        np.append(none, 1 - left),
        np.append(none + 1, none),
        last,
        groups,
    )


def without_entry(stays: np.ndarray) -> np.ndarray:
    return stays * np.array([1, 0, 1, 1])


PLAIN = STAYS[:, [0, 2, 3, 4]]
STRATA = np.stack([STAYS[:, 0] + 3 * STAYS[:, 1], STAYS[:, 2], STAYS[:, 3], STAYS[:, 4]], axis=1)


def in_strata(stays: np.ndarray) -> LifeTable:
    found = table(stays, groups=6)
    return LifeTable(found.at_risk.reshape(2, 3, -1), found.events.reshape(2, 3, -1))


@pytest.mark.parametrize(
    ("found", "chisq"),
    [
        # survdiff(Surv(stop, left) ~ group); survdiff(Surv(stop, left) ~ group + strata(stratum))
        (log_rank(table(without_entry(PLAIN))), 0.659850267505346),
        (log_rank(in_strata(without_entry(STRATA))), 1.3713211411874),
        # coxph(Surv(entry, stop, left) ~ factor(group), ties = "exact")$score, and with + strata(stratum):
        # survdiff takes no entry times, and the score test of the exact partial likelihood is the log-rank test.
        (log_rank(table(PLAIN)), 0.810805166450942),
        (log_rank(in_strata(STRATA)), 1.66071080317566),
    ],
)
def test_the_log_rank_test_is_that_of_r(found: object, chisq: float) -> None:
    """R 4.2.2, survival 3.5-3."""
    assert found.statistic == pytest.approx(chisq, abs=1e-12)  # type: ignore[attr-defined]
    assert found.freedom == 2  # type: ignore[attr-defined]


def test_the_restricted_mean_is_that_of_r() -> None:
    """summary(survfit(Surv(entry, stop, left) ~ group), rmean = 24): the area under the steps, and its error."""
    mean, variance = restricted_mean(table(PLAIN, 24), left_after=1)
    assert mean.estimate == pytest.approx([15.3076923076923, 18.56, 17.4232323232323], abs=1e-12)
    assert np.sqrt(variance) == pytest.approx([2.58570499915885, 2.15432588064109, 2.44852485868257], abs=1e-12)


def test_who_leaves_in_a_month_stays_half_of_it() -> None:
    """Of four people followed for 12 months one leaves in the sixth: 5.5 + 3 · 12 = 41.5 months among four."""
    mean, _ = restricted_mean(table(np.array([[0, 0, 6, 1], *[[0, 0, 12, 0]] * 3]), 12, 1))
    assert mean.estimate == pytest.approx([41.5 / 4])


stays = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(1, 9), st.integers(0, 1)), min_size=1, max_size=40
).map(lambda rows: np.array([(g, e, e + s, d) for g, e, s, d in rows]))


@settings(max_examples=150, deadline=None)
@given(stays)
def test_without_delayed_entry_it_is_lifelines_test(made: np.ndarray) -> None:
    made = without_entry(made)
    found = log_rank(table(made))
    if len(np.unique(made[:, 0])) < 2 or np.isnan(found.p):
        return
    wanted = multivariate_logrank_test(made[:, 2], made[:, 0], made[:, 3])
    assert found.statistic == pytest.approx(wanted.test_statistic, abs=1e-6, rel=1e-6)


def in_loops(made: np.ndarray, first: int, second: int) -> float:
    """The log-rank chi-square of two groups, month by month and person by person; NaN without variance."""
    excess = variance = 0.0
    for month in range(1, 16):
        at_risk = [sum(g == group and e < month <= s for g, e, s, _ in made) for group in (first, second)]
        left = [sum(g == group and s == month and d for g, _, s, d in made) for group in (first, second)]
        n, d = sum(at_risk), sum(left)
        if n > 1:
            excess += left[0] - d * at_risk[0] / n
            variance += d * at_risk[0] / n * at_risk[1] / n * (n - d) / (n - 1)
    return excess**2 / variance if variance > 1e-12 else float("nan")


@settings(max_examples=150, deadline=None)
@given(stays)
def test_pairs_are_tested_as_in_plain_loops(made: np.ndarray) -> None:
    found = table(made, 15)
    pairs = [(0, 1), (0, 2), (1, 2)]
    sides = [LifeTable(found.at_risk[[p[i] for p in pairs]], found.events[[p[i] for p in pairs]]) for i in (0, 1)]
    told = log_rank_pairs(*sides)
    wanted = [in_loops(made, *pair) for pair in pairs]
    assert told.statistic == pytest.approx(wanted, rel=1e-9, nan_ok=True)
    assert np.array_equal(np.isnan(told.p), np.isnan(wanted))


@settings(max_examples=100, deadline=None)
@given(stays)
def test_a_life_table_gives_the_curve_of_its_people(made: np.ndarray) -> None:
    """And the rest of a whole is the whole of the rest."""
    months = np.arange(1, 16)
    found = survival_of(table(made, 15), months)
    group, entry, stop, left = made.T
    for number in np.unique(group):
        own = group == number
        wanted = kaplan_meier(stop[own], left[own], entry[own], times=months)
        for name in ("estimate", "low", "high", "at_risk", "events"):
            told, expected = getattr(found, name)[number], getattr(wanted, name)[0]
            assert told == pytest.approx(expected, nan_ok=True), name
    everyone = table(made * np.array([0, 1, 1, 1]), 15, 1)
    rest = everyone.without(LifeTable(table(made, 15).at_risk[:1], table(made, 15).events[:1]))
    others = table(made[group != 0] * np.array([0, 1, 1, 1]), 15, 1)
    assert np.array_equal(rest.at_risk, others.at_risk) and np.array_equal(rest.events, others.events)


def share(k: float, low: float, high: float) -> Interval:
    return Interval(*(np.array([value]) for value in (k, low, high)))


def test_the_difference_of_two_shares_is_the_published_one() -> None:
    """Newcombe 1998, table II (a), method 10: 56/70 less 48/80 is 0.2, 0.0524 to 0.3339, of two Wilson intervals."""
    from mercato.statistics.shares import wilson

    a, b = wilson([56], [70]), wilson([48], [80])
    found = difference(a, b)
    assert [found.estimate[0], found.low[0], found.high[0]] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_a_ratio_to_none_has_a_lower_limit_alone() -> None:
    """Half against none of some; and none against half, which has both limits."""
    half, none = share(0.5, 0.3, 0.7), share(0.0, 0.0, 0.2)
    up, down = ratio(half, none), ratio(none, half)
    assert np.isnan(up.estimate[0]) and np.isnan(up.high[0])
    assert up.low[0] == pytest.approx(np.sqrt(0.3 * 0.7) / 0.2)
    assert (down.estimate[0], down.low[0]) == (0, 0)
    assert down.high[0] == pytest.approx(0.2 / np.sqrt(0.3 * 0.7))


@settings(max_examples=200, deadline=None)
@given(*[st.tuples(*[st.floats(0.001, 0.999)] * 3).map(sorted)] * 2)
def test_difference_and_ratio_agree_on_which_side_is_higher(a: list[float], b: list[float]) -> None:
    first, second = (share(k, low, high) for low, k, high in (a, b))
    apart, times = difference(first, second), ratio(first, second)
    assert apart.low[0] <= apart.estimate[0] <= apart.high[0]
    assert times.low[0] <= times.estimate[0] * (1 + 1e-9)
    assert np.isnan(times.high[0]) or times.high[0] >= times.estimate[0] * (1 - 1e-9)
    if a[1] - a[0] < a[1] / 2 and b[2] < 2 * b[1]:
        assert (apart.low[0] > 1e-9) <= (times.low[0] > 1)


def test_many_p_values_are_adjusted_as_r_does() -> None:
    """p.adjust(c(0.01, 0.04, 0.03, 0.5), method = "BH"): 0.04 0.05333333 0.05333333 0.5; a family each by itself."""
    p = [0.01, 0.04, 0.03, np.nan, 0.5, 0.04]
    found = adjusted_for_many(p, [0, 0, 0, 0, 0, 7])
    assert found == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, np.nan, 0.5, 0.04], nan_ok=True)
    assert adjusted_for_many([1e-300] * 3) == pytest.approx([1e-300] * 3, rel=1e-12, abs=0)
    assert adjusted_for_many([]).size == 0
    with pytest.raises(ValueError, match="p-value"):
        adjusted_for_many([1.2])


def no_one() -> LifeTable:
    return LifeTable(np.zeros((1, 12)), np.zeros((1, 12)))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("nobody on one side", no_one(), table(np.array([[0, 0, 12, 0]] * 9), 12, 1)),
        ("nobody leaves", *[table(np.array([[0, 0, 12, 0]] * 9), 12, 1)] * 2),
        ("everyone leaves in one month", *[table(np.array([[0, 0, 3, 1]] * 9), 12, 1)] * 2),
        ("never at risk at one time", table(np.array([[0, 0, 3, 0]]), 12, 1), table(np.array([[0, 3, 9, 1]]), 12, 1)),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_cannot_be_compared_is_not_a_number_and_warns_of_nothing(
    name: str, one: LifeTable, other: LifeTable
) -> None:
    tested = log_rank_pairs(one, other)
    assert np.isnan(tested.p[0]) or name == "everyone leaves in one month"
    both = LifeTable(np.concatenate([one.at_risk, other.at_risk]), np.concatenate([one.events, other.events]))
    assert np.isnan(log_rank(both).p) == np.isnan(tested.p[0])
    for side in (one, other):
        mean, _ = restricted_mean(side)
        assert not np.isinf([mean.estimate, mean.low, mean.high]).any()
        assert np.isnan(mean.estimate[0]) or 0 <= mean.low[0] <= mean.estimate[0] <= mean.high[0] <= 12
    curves = [survival_of(side, np.array([12])) for side in (one, other)]
    sides = [Interval(c.estimate, c.low, c.high) for c in curves]
    for found in (difference(*sides), ratio(*sides)):
        assert not np.isinf([found.estimate, found.low, found.high]).any()


def test_counts_that_cannot_be_are_refused() -> None:
    one = np.array([0]), np.array([3])
    with pytest.raises(ValueError, match="negative"):
        life_table(*one, np.array([-1.0]), np.array([0.0]), np.array([0.0]), 12, 1)
    with pytest.raises(ValueError, match="more people leave"):
        life_table(*one, np.array([2.0]), np.array([0.0]), np.array([0.0]), 12, 1)
    with pytest.raises(ValueError, match="outside"):
        life_table(np.array([5]), one[1], np.array([0.0]), np.array([0.0]), np.array([0.0]), 12, 1)
    with pytest.raises(ValueError, match="more people than the whole"):
        no_one().without(table(np.array([[0, 0, 12, 0]]), 12, 1))
