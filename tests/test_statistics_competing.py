"""Cumulative incidence: by hand, against R, against a naive exact version, and properties."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import r_survival
from oracle.incidence import clustered
from oracle.incidence import incidence as naive
from oracle.r_survival import CAUSE, ENTRY, GROUP, MONTH, PERSON, TIMES, WEIGHT

from mercato.statistics.competing import cumulative_incidence, incidence_from_counts
from mercato.statistics.incidence import Together, gone_of, incidence
from mercato.statistics.influence import Both, Half, Pairs
from mercato.statistics.risk import Stays
from mercato.statistics.robust import clustered_variances, robust_standard_error
from mercato.statistics.survival import kaplan_meier

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def test_by_hand() -> None:
    """Ten joined: 2 went to A and 1 to B in month 3, 1 was last seen at 4, 3 went to A and 1 to B in month 6.

    F_A(3) = 2/10, F_B(3) = 1/10, S = 7/10. In month 6 six are at risk: F_A = 0.2 + 0.7 x 3/6, F_B = 0.1 + 0.7 x 1/6.
    """
    found = incidence_from_counts([0] * 6, [3, 3, 4, 6, 6, 9], [1, 2, 0, 1, 2, 0], [2, 1, 1, 3, 1, 2], times=[2, 3, 6])
    assert found.group.tolist() == [0, 0] and found.cause.tolist() == [1, 2]
    assert found.estimate == pytest.approx(np.array([[0, 0.2, 0.55], [0, 0.1, 0.1 + 0.7 / 6]]), abs=1e-15)
    assert found.survival == pytest.approx(np.array([[1, 0.7, 0.7 / 3]] * 2), abs=1e-15)
    assert found.at_risk.tolist() == [[10, 10, 6]] * 2 and found.events.tolist() == [[0, 2, 5], [0, 1, 2]]
    assert found.entered.tolist() == [10, 10]


def test_against_r() -> None:
    """Estimates, the robust variance, and that clustered by person."""
    found = cumulative_incidence(MONTH, CAUSE, ENTRY, WEIGHT, GROUP, times=TIMES, robust=True)
    assert found.estimate == pytest.approx(r_survival.ESTIMATE, abs=1e-12)
    assert found.standard_error == pytest.approx(r_survival.ROBUST, abs=1e-12)
    found = cumulative_incidence(MONTH, CAUSE, ENTRY, WEIGHT, GROUP, PERSON, TIMES)
    assert found.standard_error == pytest.approx(r_survival.CLUSTERED, abs=1e-12)


def test_aalens_variance_with_delayed_entry_against_r() -> None:
    found = cumulative_incidence(MONTH, CAUSE, ENTRY, groups=GROUP, times=TIMES)
    assert found.standard_error == pytest.approx(r_survival.AALEN, abs=1e-12)


def test_clustered_retention_against_r() -> None:
    """Standard errors of the share still there, of each group alone."""
    for group, expected in enumerate(r_survival.RETENTION):
        mine = group == GROUP
        late = np.where(ENTRY == 0, -1, ENTRY)[mine]
        told = robust_standard_error(MONTH[mine], CAUSE[mine] > 0, TIMES, late, WEIGHT[mine], PERSON[mine])
        assert told == pytest.approx(expected, abs=1e-12)


def _lung() -> dict[str, np.ndarray]:
    """Days, sex from 0, institution (NaN: none), and two causes of the same deaths: before the age of 65, or later."""
    if not SHARED.exists():
        pytest.skip("the shared data are not beside the checkout")
    with (SHARED / "oracles" / "lung_input.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    told = {c: np.array([float(r[c]) if r[c] not in ("", "NA") else np.nan for r in rows]) for c in rows[0]}
    cause = np.where(told["status"] == 1, 0, np.where(told["age"] < 65, 1, 2))
    entry = np.minimum(told["age"] % 5 * 20, told["time"] - 1)
    return {**told, "cause": cause, "entry": entry, "w": 1.0 + np.arange(1, len(cause) + 1) % 3}


# Sex, days, F_1, F_2 and their standard errors.
LUNG = [
    (0, 90, 0.043478260870, 0.108695652174, 0.017359769772, 0.026495953666),
    (0, 180, 0.174144310823, 0.181390687635, 0.032307886828, 0.032827433552),
    (0, 365, 0.307557824639, 0.356354340722, 0.040980790954, 0.043241098345),
    (0, 730, 0.457750706786, 0.464125201947, 0.046895295907, 0.046806253078),
    (1, 90, 0.033333333333, 0.033333333333, 0.018921540407, 0.018921540407),
    (1, 180, 0.090252367495, 0.067345926918, 0.030444502994, 0.026558688471),
    (1, 365, 0.289066926639, 0.184470043175, 0.053291488554, 0.045524765882),
    (1, 730, 0.441439575856, 0.371327926239, 0.069369510743, 0.067676620688),
]
LUNG_LATE = [
    (0, 90, 0.060171393537, 0.268540732895, 0.025414955735, 0.075110653800),
    (0, 180, 0.170774280951, 0.322632648902, 0.037202074383, 0.072583215660),
    (0, 365, 0.274538016020, 0.472921907207, 0.045411008253, 0.064269758839),
    (0, 730, 0.370371733474, 0.570132364493, 0.053161458769, 0.057677669521),
    (1, 90, 0.033119661597, 0.050836120401, 0.019739193917, 0.030695534274),
    (1, 180, 0.090025599436, 0.079147708109, 0.032699648073, 0.034019077853),
    (1, 365, 0.256907460346, 0.188490703762, 0.052433842344, 0.050105558310),
    (1, 730, 0.428394811433, 0.342388239134, 0.076123604733, 0.067731374822),
]
LUNG_CLUSTERED = [
    (0, 90, 0.052808241437, 0.188671790975, 0.019110512483, 0.052052447454),
    (0, 180, 0.146473162382, 0.234715373095, 0.031484339054, 0.060317318093),
    (0, 365, 0.272818580420, 0.369759476214, 0.041762663460, 0.050233045893),
    (0, 730, 0.397215846504, 0.490398930503, 0.044355271822, 0.045016211207),
]


@pytest.mark.parametrize("expected", [LUNG, LUNG_LATE, LUNG_CLUSTERED], ids=["plain", "late and weighted", "clustered"])
def test_lung_against_r(expected: list[tuple[float, ...]]) -> None:
    """R 4.2.2, survival 3.5.3, on its lung data: cause 1 of those who died before 65, 2 of the others.

    summary(survfit(Surv(time, factor(cause)) ~ sex), times=c(90, 180, 365, 730))
    summary(survfit(Surv(entry, time, factor(cause)) ~ sex, id=row, weights=w), …): entry = min(age %% 5 * 20, time - 1)
    and w = 1 + row %% 3; and over both sexes the influences of the same, times w, added up by institution.
    """
    lung = _lung()
    kept = ~np.isnan(lung["inst"]) if expected is LUNG_CLUSTERED else np.ones(len(lung["time"]), dtype=bool)
    time, cause, entry, weight, sex, where = (lung[c][kept] for c in ("time", "cause", "entry", "w", "sex", "inst"))
    asked: dict[str, Any] = {"groups": (sex - 1).astype(int)}
    if expected is LUNG_LATE:
        asked |= {"entry": entry, "weights": weight, "robust": True}
    if expected is LUNG_CLUSTERED:
        asked = {"entry": entry, "weights": weight, "clusters": where}
    found = cumulative_incidence(time, cause, times=[90, 180, 365, 730], **asked)
    for group, day, *wanted in expected:
        at = [90, 180, 365, 730].index(int(day))
        line = 2 * int(group) + np.arange(2)
        told = [*found.estimate[line, at], *found.standard_error[line, at]]
        assert told == pytest.approx(wanted, abs=1e-11)


STAYS = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 5), st.integers(0, 6), st.integers(0, 3), st.sampled_from([1, 2, 0.5]),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


def _columns(rows: list[tuple[Any, ...]]) -> tuple[np.ndarray, ...]:
    group, entry, stay, cause, weight, person = (np.array(x) for x in zip(*rows, strict=True))
    return group, entry, entry + stay, cause, weight.astype(float), person


@settings(max_examples=60, deadline=None)
@given(STAYS)
def test_against_a_naive_exact_version(rows: list[tuple[Any, ...]]) -> None:
    """Estimates, Aalen's variance, the robust and the clustered one, each to the last digits."""
    group, entry, month, cause, weight, person = _columns(rows)
    times = [0, 2, 5, 11]
    ways = {
        "aalen": cumulative_incidence(month, cause, entry, weight, group, None, times, n_causes=3),
        "alone": cumulative_incidence(month, cause, entry, weight, group, None, times, True, n_causes=3),
        "clustered": cumulative_incidence(month, cause, entry, weight, group, person, times, n_causes=3),
    }
    for number, (g, k) in enumerate(zip(ways["aalen"].group, ways["aalen"].cause, strict=True)):
        mine = np.flatnonzero((group == g) & ((entry < month) | (entry == 0)))
        stays = [(int(entry[i]), int(month[i]), int(cause[i]), Fraction(weight[i])) for i in mine]
        for at, time in enumerate(times):
            if np.isnan(ways["aalen"].estimate[number, at]):
                assert ways["aalen"].at_risk[number, at] == 0
                continue
            found, staying, aalen = naive(stays, int(k), time)
            alone, together = (clustered(found, stays, who) for who in (range(len(stays)), person[mine].tolist()))
            told = [float(x) for x in (found.value, staying)]
            one = ways["aalen"]
            assert [one.estimate[number, at], one.survival[number, at]] == pytest.approx(told, abs=1e-12)
            for name, variance in (("aalen", aalen), ("alone", alone), ("clustered", together)):
                assert ways[name].standard_error[number, at] ** 2 == pytest.approx(float(variance), abs=1e-12), name


@settings(max_examples=60, deadline=None)
@given(STAYS)
def test_counted_pairs_give_the_variance_of_clusters(rows: list[tuple[Any, ...]]) -> None:
    """Counts of pairs of stays of one person do for the stays themselves: of destinations and of retention."""
    group, entry, month, cause, _, person = _columns(rows)
    seen = (entry < month) | (entry == 0)
    group, entry, month, cause, person = (x[seen] for x in (group, entry, month, cause, person))
    if not len(group):
        return
    one = np.ones(len(group))
    times, n_groups = np.array([0, 2, 5, 11]), 2
    gone = gone_of(group, cause, month, one, entry, one)
    line_of = {(g, k): line for line, (g, k) in enumerate(zip(gone.group, gone.cause, strict=True))}
    size = range(len(group))
    same = [(i, j) for i in size for j in size if i != j and group[i] == group[j] and person[i] == person[j]]
    pairs = sorted([(group[i], entry[i], month[i], cause[i] > 0, entry[j], month[j], cause[j] > 0, 1)
                    for i, j in same if i < j])  # fmt: skip
    half = sorted([(line_of[group[i], cause[i]], month[i], entry[j], month[j], cause[j] > 0, 1)
                   for i, j in same if cause[i]])  # fmt: skip
    both = sorted([(line_of[group[i], cause[i]], month[i], month[j], 1)
                   for i, j in same if i < j and cause[i] and cause[i] == cause[j]])  # fmt: skip
    told = Together(
        np.ones(n_groups, dtype=bool),
        Pairs(*_arrays(pairs, 8)), Half(*_arrays(half, 6)), Both(*_arrays(both, 4)),
    )  # fmt: skip
    stays = Stays(group, entry, month, cause > 0, one, one)
    counted = incidence(stays, gone, times, n_groups, told)
    wanted = cumulative_incidence(month, cause, entry, None, group, person, times)
    np.testing.assert_allclose(counted.standard_error**2, wanted.standard_error**2, atol=1e-12)
    retained = clustered_variances(stays, told.pairs, times, told.groups, n_groups)
    for g in np.unique(group):
        mine = group == g
        late = np.where(entry == 0, -1, entry)[mine]
        alone = robust_standard_error(month[mine], cause[mine] > 0, times, late, None, person[mine])
        survival = kaplan_meier(month[mine], cause[mine] > 0, entry[mine], times=times).estimate[0]
        known = (survival > 0) & ~np.isnan(survival)
        np.testing.assert_allclose(
            np.sqrt(np.maximum(retained[g][known], 0)) * survival[known], alone[known], atol=1e-7
        )


def _arrays(rows: list[tuple[Any, ...]], width: int) -> list[np.ndarray]:
    table = np.array([[int(x) for x in row] for row in rows], dtype=np.int64).reshape(-1, width)
    columns = [table[:, i] for i in range(width)]
    if width == 8:
        columns[3] = columns[3] > 0
        columns[6] = columns[6] > 0
    if width == 6:
        columns[4] = columns[4] > 0
    return [*columns[:-1], columns[-1].astype(float)]


@settings(max_examples=60, deadline=None)
@given(STAYS, st.booleans())
def test_causes_and_those_who_stay_add_to_one(rows: list[tuple[Any, ...]], late: bool) -> None:
    group, entry, month, cause, weight, _ = _columns(rows)
    found = cumulative_incidence(month, cause, entry * late, weight, group, times=[1, 4, 9], n_causes=3)
    for g in np.unique(found.group):
        mine = found.group == g
        total = found.estimate[mine].sum(axis=0) + found.survival[mine][0]
        known = ~np.isnan(total)
        if not known.any():
            continue
        assert total[known] == pytest.approx(np.ones(known.sum()), abs=1e-12)
        inside = [found.low[mine][:, known], found.estimate[mine][:, known], found.high[mine][:, known]]
        assert not np.isnan(inside).any()
        assert (np.diff(inside, axis=0) >= -1e-12).all() and np.min(inside) >= 0 and np.max(inside) <= 1


def test_one_cause_has_the_interval_of_survival() -> None:
    random = np.random.default_rng(5)
    month, ended = random.integers(1, 30, 200), random.random(200) < 0.6
    times = np.arange(0, 30)
    gone, stayed = cumulative_incidence(month, ended, times=times), kaplan_meier(month, ended, times=times)
    np.testing.assert_allclose(gone.estimate[0], 1 - stayed.estimate[0], atol=1e-12)
    np.testing.assert_allclose(gone.low[0], 1 - stayed.high[0], atol=1e-12)
    np.testing.assert_allclose(gone.high[0], 1 - stayed.low[0], atol=1e-12)


def test_limits_where_nobody_or_everybody_went() -> None:
    """Ten joined and five went to A: nobody to B, of ten who could have; then all ten to A."""
    none = cumulative_incidence([3] * 5 + [8] * 5, [1] * 5 + [0] * 5, times=[0, 5], n_causes=2)
    assert none.high[1] == pytest.approx([0, 1 - 0.025**0.1]) and none.low[1].tolist() == [0, 0]
    every = cumulative_incidence([3] * 10, [1] * 10, times=[5], n_causes=2)
    assert [every.low[0, 0], every.estimate[0, 0], every.high[0, 0]] == pytest.approx([0.025**0.1, 1, 1])
    late = cumulative_incidence([8] * 5, [0] * 5, [4] * 5, times=[6], n_causes=1)
    assert [late.low[0, 0], late.high[0, 0]] == [0, 1], "of the first months nobody saw anything"


def test_stays_of_one_person_that_cancel_each_other_leave_an_interval() -> None:
    found = cumulative_incidence([2, 5], [1, 0], clusters=[7, 7], times=[3])
    assert found.standard_error[0, 0] == 0 and found.low[0, 0] < 0.1 and found.high[0, 0] > 0.9


def test_many_groups_across_blocks_agree_with_each_alone() -> None:
    random = np.random.default_rng(3)
    size = 200_000
    group, month, cause = random.integers(0, 9_000, size), random.integers(1, 40, size), random.integers(0, 4, size)
    entry = np.where(random.random(size) < 0.2, random.integers(0, 40, size) % month, 0)
    person = random.integers(0, 40_000, size)
    found = cumulative_incidence(month, cause, entry, None, group, person, [12, 24], n_causes=3)
    for g in (0, 1, 4_321, 8_998, 8_999):
        mine = group == g
        alone = cumulative_incidence(month[mine], cause[mine], entry[mine], None, None, person[mine], [12, 24],
                                     n_causes=3)  # fmt: skip
        for name in ("estimate", "low", "high", "standard_error", "at_risk"):
            told = getattr(found, name)[3 * g : 3 * g + 3]
            np.testing.assert_allclose(told, getattr(alone, name), atol=1e-11, err_msg=name)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="entry"):
        cumulative_incidence([2], [1], entry=[3])
    with pytest.raises(ValueError, match="weights"):
        cumulative_incidence([2], [1], weights=[-1])
    with pytest.raises(ValueError, match="causes"):
        incidence_from_counts([0], [2], [-1], [1])
    with pytest.raises(ValueError, match="whole"):
        incidence_from_counts([0], [2.5], [1], [1])
    with pytest.raises(ValueError, match="above 1"):
        cumulative_incidence([2, 3], [1, 2], n_causes=1)


def test_nothing_in_nothing_out() -> None:
    none = np.array([], dtype=np.int64)
    assert incidence_from_counts(none, none, none, none, times=[24]).estimate.shape == (0, 1)
    unseen = cumulative_incidence([4, 4], [1, 0], entry=[4, 4], times=[2], n_causes=1)
    assert unseen.estimate.shape == (0, 1), "who was never at risk is in no group"
