"""Survival: by hand, against R's survival 3.5.3, against lifelines, and properties."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError

from mercato.statistics.robust import robust_standard_error
from mercato.statistics.survival import kaplan_meier, log_log_interval, survival_from_counts

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def test_by_hand() -> None:
    """Five stays: left in month 1, 2, 2; last seen at 3 and 5.

    S(1) = 4/5, S(2) = 4/5 x 2/4 = 0.4, S(3) = 0.4 still, with 2 under observation.
    """
    found = kaplan_meier([1, 2, 2, 3, 5], [1, 1, 1, 0, 0], times=[0, 1, 2, 3, 4, 5, 6])
    assert found.estimate[0, :6] == pytest.approx([1, 0.8, 0.4, 0.4, 0.4, 0.4], abs=1e-15)
    assert np.isnan(found.estimate[0, 6]) and np.isnan(found.low[0, 6]) and np.isnan(found.high[0, 6])
    assert found.at_risk[0].tolist() == [5, 5, 4, 2, 1, 1, 0]
    assert found.events[0].tolist() == [0, 1, 3, 3, 3, 3, 3]
    assert found.entered.tolist() == [5]


def test_delayed_entry_is_strict() -> None:
    """A person who comes under observation at 2 is at risk from 3 on, not at 2: S(2) = 1 - 1/2, S(4) = S(2) x 1/2."""
    found = kaplan_meier([2, 4, 4], [1, 1, 0], entry=[0, 0, 2], times=[2, 3, 4])
    assert found.at_risk[0].tolist() == [2, 2, 2]
    assert found.estimate[0] == pytest.approx([0.5, 0.5, 0.25], abs=1e-15)


def test_counts_of_two_groups_in_any_order() -> None:
    """Group 0: 10 enter at 0, 2 leave in month 1, 8 last seen at 2. Group 1: 4 enter at 0, all leave in month 2."""
    group = np.array([1, 0, 0, 1, 0, 1], dtype=np.int32)
    month = np.array([2, 2, 0, 0, 1, 2], dtype=np.int16)
    events = np.array([3, 0, 0, 0, 2, 1])
    censored = np.array([0, 8, 0, 0, 0, 0])
    entered = np.array([0, 0, 10, 4, 0, 0])
    found = survival_from_counts(group, month, events, censored, entered, n_groups=3)
    assert found.times.tolist() == [0, 1, 2]
    assert found.estimate[:2] == pytest.approx(np.array([[1, 0.8, 0.8], [1, 1, 0]]), abs=1e-15)
    assert found.at_risk.tolist() == [[10, 10, 8], [4, 4, 4], [0, 0, 0]]
    assert found.entered.tolist() == [10, 4, 0]
    assert np.isnan(found.estimate[2]).all()


def test_limits_where_nobody_or_everybody_left() -> None:
    nobody = kaplan_meier([5] * 10, [0] * 10, times=[0, 5])
    assert nobody.low[0] == pytest.approx([1, 0.025**0.1]) and nobody.high[0].tolist() == [1, 1]
    everybody = kaplan_meier([5] * 10, [1] * 10, times=[5, 9])
    assert everybody.estimate[0].tolist() == [0, 0] and everybody.low[0].tolist() == [0, 0]
    assert everybody.high[0] == pytest.approx([1 - 0.025**0.1] * 2)


def test_everyone_gone_stays_gone_for_those_who_come_later() -> None:
    found = kaplan_meier([2, 8], [1, 0], entry=[0, 4], times=[2, 3, 5])
    assert found.estimate[0].tolist() == [0, 0, 0] and found.at_risk[0].tolist() == [1, 0, 1]


def _lung() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not SHARED.exists():
        pytest.skip("the shared data are not beside the checkout")
    with (SHARED / "oracles" / "lung_input.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    return tuple(np.array([float(r[c]) for r in rows]) for c in ("time", "status", "sex"))  # type: ignore[return-value]


def test_against_r_with_log_log_intervals() -> None:
    time, status, sex = _lung()
    with (SHARED / "oracles" / "lung_km_expected.csv").open() as stream:
        expected = [r for r in csv.DictReader(stream) if r["conf"] == "log-log"]
    assert expected
    horizons = sorted({float(r["time"]) for r in expected})
    found = kaplan_meier(time, status == 2, groups=(sex - 1).astype(int), times=horizons)
    for row in expected:
        cell = int(row["strata"].removeprefix("sex=")) - 1, horizons.index(float(row["time"]))
        assert found.at_risk[cell] == int(row["n_risk"])
        wanted = [float(row[c]) for c in ("surv", "lo", "hi")]
        assert [found.estimate[cell], found.low[cell], found.high[cell]] == pytest.approx(wanted, abs=2e-9)


def test_case_weights_against_r() -> None:
    time, status, _ = _lung()
    with (SHARED / "oracles" / "lung_weighted_expected.csv").open() as stream:
        expected = list(csv.DictReader(stream))
    weights = 1 + np.arange(1, len(time) + 1) % 3
    found = kaplan_meier(time, status == 2, weights=weights, times=[float(r["time"]) for r in expected])
    assert found.at_risk[0].tolist() == [float(r["n_risk"]) for r in expected]
    assert found.estimate[0] == pytest.approx([float(r["surv"]) for r in expected], abs=1e-9)


def test_robust_standard_errors_against_r() -> None:
    """Sampling weights; and people clustered by the institution that treated them, who are fewer."""
    time, status, _ = _lung()
    left = status == 2
    with (SHARED / "oracles" / "lung_weighted_expected.csv").open() as stream:
        expected = {float(r["time"]): float(r["se"]) for r in csv.DictReader(stream)}
    found = robust_standard_error(time, left, list(expected), weights=1 + np.arange(1, len(time) + 1) % 3)
    assert found == pytest.approx(list(expected.values()), abs=1e-9)
    with (SHARED / "oracles" / "lung_input.csv").open() as stream:
        where = np.array([r["inst"] for r in csv.DictReader(stream)])
    known = ~np.isin(where, ["", "NA"])
    with (SHARED / "oracles" / "lung_cluster_se_expected.csv").open() as stream:
        expected = {float(r["time"]): float(r["se_cluster"]) for r in csv.DictReader(stream)}
    found = robust_standard_error(time[known], left[known], list(expected), clusters=where[known])
    assert found == pytest.approx(list(expected.values()), abs=1e-9)


def test_robust_standard_error_of_equal_people_is_the_binomial_one() -> None:
    """Of 10 people 4 left in month 2 and nobody was lost: sqrt(0.6 x 0.4 / 10). NaN once nobody is left."""
    found = robust_standard_error([2] * 4 + [9] * 6, [1] * 10, [1, 2, 9])
    assert found[:2] == pytest.approx([0, np.sqrt(0.024)]) and np.isnan(found[2])
    assert robust_standard_error([2, 3], [0, 0], [1]).tolist() == [0]


PEOPLE = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 30), st.booleans(), st.sampled_from([1, 2, 2.5])),
    min_size=1,
    max_size=60,
)


@pytest.mark.filterwarnings("ignore::lifelines.exceptions.StatisticalWarning")
@settings(max_examples=30, deadline=None)
@given(PEOPLE, st.booleans(), st.booleans())
def test_against_lifelines(people: list[tuple[int, int, int, bool, float]], late: bool, weighted: bool) -> None:
    group, entry, stay, ended, weight = (np.array(x) for x in zip(*people, strict=True))
    entry = entry * late
    duration, weights = entry + stay, weight if weighted else np.ones(len(people))
    found = kaplan_meier(duration, ended, entry=entry, weights=weights, groups=group, times=np.arange(0, 62))
    for g in np.unique(group):
        mine = group == g
        try:
            peer = KaplanMeierFitter(alpha=0.05).fit(
                duration[mine], ended[mine], entry=entry[mine], weights=weights[mine], timeline=np.arange(0, 62)
            )
        except StatError:  # the peer declines where all are out of sight before others come in
            continue
        table = peer.event_table
        population = (table["at_risk"] - table["entrance"]).iloc[1:]
        shown = found.at_risk[g] > 0
        survival = peer.survival_function_.to_numpy().ravel()
        known = shown & ~np.isnan(survival) & (survival > 0)
        assert found.estimate[g][known] == pytest.approx(survival[known], abs=1e-9)
        at = population.index.to_numpy().astype(int)
        assert found.at_risk[g][at] == pytest.approx(population.to_numpy(), abs=1e-9)
        assert found.entered[g] == pytest.approx(weights[mine].sum())
        stepped = known & (survival < 1 - 1e-12) & (not weighted)
        limits = peer.confidence_interval_.to_numpy()[stepped]
        assert np.column_stack([found.low[g], found.high[g]])[stepped] == pytest.approx(limits, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_repeating_people_is_weighting_them_and_groups_do_not_touch(
    people: list[tuple[int, int, int, bool, float]],
) -> None:
    group, entry, stay, ended, _ = (np.array(x) for x in zip(*people, strict=True))
    horizons = [1, 7, 24]
    once = kaplan_meier(entry + stay, ended, entry, groups=group, times=horizons)
    stays, ends, entries, groups = (np.tile(x, 3) for x in (entry + stay, ended, entry, group))
    thrice = kaplan_meier(stays, ends, entries, groups=groups, times=horizons)
    weighted = kaplan_meier(entry + stay, ended, entry, np.full(len(group), 3.0), group, horizons)
    np.testing.assert_allclose(thrice.estimate, once.estimate, atol=1e-12)
    np.testing.assert_allclose(thrice.low, weighted.low, atol=1e-9)
    for g in np.unique(group):
        mine = group == g
        alone = kaplan_meier((entry + stay)[mine], ended[mine], entry[mine], times=horizons)
        np.testing.assert_array_equal(alone.at_risk[0], once.at_risk[g])
        np.testing.assert_allclose(alone.estimate[0], once.estimate[g], atol=1e-12)


def test_many_groups_across_blocks_agree_with_each_alone() -> None:
    random = np.random.default_rng(3)
    size = 400_000
    group, month = np.sort(random.integers(0, 30_000, size)), random.integers(1, 40, size)
    events = random.integers(0, 2, size)
    at, came = np.arange(30_000), np.bincount(group, minlength=30_000)
    cells = (
        np.concatenate([group, at]),
        np.concatenate([month, np.zeros(30_000, int)]),
        np.concatenate([events, np.zeros(30_000, int)]),
        np.concatenate([1 - events, np.zeros(30_000, int)]),
        np.concatenate([np.zeros(size, int), came]),
    )
    found = survival_from_counts(*cells, times=[12, 24], n_groups=30_000)
    for g in (0, 1, 13_337, 29_998, 29_999):
        mine = group == g
        alone = kaplan_meier(month[mine], events[mine], times=[12, 24])
        np.testing.assert_allclose(found.estimate[g], alone.estimate[0], atol=1e-11)
        np.testing.assert_array_equal(found.at_risk[g], alone.at_risk[0])


def test_impossible_counts_are_refused() -> None:
    one = np.array([0])
    with pytest.raises(ValueError, match="more people leave"):
        survival_from_counts(one, one + 3, one + 1, one, one, times=[3])
    with pytest.raises(ValueError, match="negative"):
        survival_from_counts(one, one + 3, one - 1, one, one, times=[3])
    with pytest.raises(ValueError, match="outside"):
        survival_from_counts(one + 5, one, one, one, one, times=[3], n_groups=2)
    with pytest.raises(ValueError, match="entry"):
        kaplan_meier([2], [1], entry=[3])


def test_nothing_in_nothing_out() -> None:
    none = np.array([], dtype=np.int64)
    found = survival_from_counts(none, none, none, none, none, times=[24], n_groups=2)
    assert np.isnan(found.estimate).all() and found.at_risk.tolist() == [[0], [0]]


def test_log_log_limits_lie_inside_0_and_1() -> None:
    low, high = log_log_interval([0.5, 0.999, 1e-9, 0, 1], [0.04, 1e-6, 0.5, 0.04, 0.04])
    assert (low[:3] > 0).all() and (high[:3] < 1).all() and np.isnan(low[3:]).all() and np.isnan(high[3:]).all()
