"""The hazard regression: against R's glm and sandwich formulas, a naive dense version, and data that break others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.statistics.hazard import Pairs, Stays, comparable_levels, fit, stretches
from mercato.statistics.standardised import standardised_survival

# person, employer, occupation, months past on coming under observation, month last seen in, left: made stays.
STAYS = np.array(
    [
        (0, 2, 1, 0, 4, 1), (0, 2, 0, 0, 2, 1), (1, 0, 0, 0, 14, 0), (2, 0, 0, 0, 14, 0), (3, 0, 0, 0, 3, 1),
        (3, 2, 1, 0, 2, 1), (4, 1, 1, 0, 6, 1), (5, 2, 1, 0, 2, 1), (6, 0, 1, 1, 8, 1), (6, 0, 1, 0, 8, 0),
        (7, 1, 0, 0, 4, 1), (8, 0, 1, 0, 10, 0), (9, 2, 0, 1, 11, 1), (9, 1, 0, 0, 14, 0), (10, 0, 1, 0, 7, 0),
        (11, 2, 1, 2, 5, 1), (12, 1, 0, 0, 10, 1), (12, 0, 1, 0, 6, 0), (13, 2, 0, 0, 7, 1), (14, 2, 1, 0, 2, 1),
        (15, 1, 1, 0, 7, 1), (15, 1, 0, 0, 11, 1), (16, 0, 0, 0, 9, 0), (17, 1, 1, 0, 6, 1), (18, 2, 1, 0, 2, 1),
        (18, 0, 1, 3, 11, 1), (19, 2, 0, 0, 5, 1), (20, 2, 1, 0, 2, 1), (21, 2, 0, 0, 6, 0), (21, 1, 1, 0, 6, 1),
        (22, 1, 1, 0, 3, 1), (23, 2, 1, 0, 7, 1), (24, 2, 1, 1, 3, 1), (24, 0, 0, 2, 9, 0), (25, 0, 1, 0, 6, 1),
        (26, 2, 0, 0, 5, 1), (27, 0, 0, 0, 12, 0), (27, 1, 0, 0, 13, 0), (28, 2, 1, 0, 2, 1), (29, 0, 0, 0, 10, 0),
        (30, 2, 0, 0, 10, 0), (30, 1, 1, 0, 8, 1), (31, 1, 1, 0, 7, 0), (32, 2, 0, 0, 14, 0), (33, 0, 0, 3, 5, 1),
        (33, 2, 0, 0, 2, 1), (34, 1, 1, 1, 5, 1), (35, 1, 1, 0, 5, 1), (36, 0, 0, 0, 5, 1), (36, 0, 1, 1, 8, 0),
        (37, 2, 0, 0, 2, 1), (38, 2, 0, 2, 7, 0), (39, 1, 1, 0, 2, 1), (39, 0, 1, 3, 17, 0),
    ]
)  # fmt: skip
EDGES = np.array([3, 6, 9, 12])


def stays_of(rows: np.ndarray) -> Stays:
    return Stays((rows[:, 1], rows[:, 2]), rows[:, 3], rows[:, 4], rows[:, 5] == 1, np.ones(len(rows)))


def pairs_of(rows: np.ndarray) -> Pairs:
    """Every two stays of one person."""
    both = [(i, j) for i in range(len(rows)) for j in range(i + 1, len(rows)) if rows[i, 0] == rows[j, 0]]
    first, second = np.array(both, dtype=np.int64).reshape(-1, 2).T
    return Pairs(first, second, np.ones(len(both)))


def test_effects_and_their_errors_are_those_of_r() -> None:
    """R 4.2.2 on a row per stay and month up to 12, s <- cut(t, c(0, 3, 6, 9, 12)):

    m <- glm(y ~ 0 + s + e + f, binomial, rows, control = list(epsilon = 1e-14, maxit = 100)); coef(m);
    U <- rowsum(model.matrix(m) * (y - fitted(m)), person); sqrt(diag(vcov(m) %*% crossprod(U) %*% vcov(m))).
    R takes employer 0 and occupation 0 as reference, this the levels with the most leavers.
    """
    found = fit(stays_of(STAYS), EDGES, pairs_of(STAYS))
    assert found.converged and not found.separated and found.comparable.all()
    tenure, employer, occupation = found.effects
    assert tenure + employer[0] + occupation[0] == pytest.approx(
        [-4.57266182984625, -3.99821049127819, -3.97480674811691, -3.18222934062593], abs=1e-9
    )
    assert employer[1:] - employer[0] == pytest.approx([1.23442834327249, 2.18012827951231], abs=1e-9)
    assert occupation[1] - occupation[0] == pytest.approx(1.40421251790420, abs=1e-9)
    places = {"s1": [0], "s4": [3], "e1": [5], "e2": [6], "e0": [4], "f0": [7], "f1": [8]}
    signs = {
        "s(0,3]": (["s1", "e0", "f0"], []), "s(9,12]": (["s4", "e0", "f0"], []), "e1": (["e1"], ["e0"]),
        "e2": (["e2"], ["e0"]), "f1": (["f1"], ["f0"]),
    }  # fmt: skip
    clustered = {
        "s(0,3]": 0.864474467666739, "s(9,12]": 0.620714320434231, "e1": 0.511588301862876, "e2": 0.545547152428199,
        "f1": 0.508201269584857,
    }  # fmt: skip
    plain = {"s(0,3]": 0.707060225408746, "e1": 0.539312714720635, "e2": 0.557563607853507, "f1": 0.437740930967465}
    for matrix, errors in ((found.covariance, clustered), (found.model, plain)):
        for name, error in errors.items():
            of = np.zeros(len(matrix))
            for sign, parts in zip((1, -1), signs[name], strict=True):
                for part in parts:
                    of[places[part]] += sign
            assert np.sqrt(of @ matrix @ of) == pytest.approx(error, abs=1e-9), name


def test_standardised_survival_is_that_of_r() -> None:
    """The mean over all stays of prod(1 - predict(m, type = "response")) over 12 months, each employer in turn.

    Errors by differences of 1e-5 in each coefficient, from the clustered and from the plain covariance; the larger
    counts: 0.1254, 0.0880 and 0.0425 on the scale of the share.
    """
    found = standardised_survival(fit(stays_of(STAYS), EDGES, pairs_of(STAYS)), stays_of(STAYS), 12)
    assert found.estimate == pytest.approx([0.5476984028455605, 0.2155576744559224, 0.0565816965086184], abs=1e-9)
    errors = np.array([0.125378350647348, 0.0879576239424887, 0.0424920457093197])
    log = np.log(found.estimate)
    stretch = np.exp(1.959963984540054 * errors / found.estimate / -log)
    assert found.low == pytest.approx(np.exp(log * stretch), abs=1e-7)
    assert found.high == pytest.approx(np.exp(log / stretch), abs=1e-7)


def dense(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effects and clustered covariance of ``fit`` by a plain design of dummies, without references: pseudo-inverse."""
    design, left, person = [], [], []
    for who, employer, occupation, entry, last, gone in rows:
        for month in range(entry + 1, min(last, 12) + 1):
            one = np.zeros(9)
            one[[(month - 1) // 3, 4 + employer, 7 + occupation]] = 1
            design.append(one)
            left.append(gone and month == last)
            person.append(who)
    x, y = np.array(design), np.array(left, dtype=float)
    effects = np.zeros(9)
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ effects))
        effects = effects + np.linalg.pinv(x.T @ (x * (p * (1 - p))[:, None]), rcond=1e-9) @ (x.T @ (y - p))
    p = 1 / (1 + np.exp(-x @ effects))
    bread = np.linalg.pinv(x.T @ (x * (p * (1 - p))[:, None]), rcond=1e-9)
    pulls = np.zeros((max(person) + 1, 9))
    np.add.at(pulls, person, x * (y - p)[:, None])
    return effects, bread @ pulls.T @ pulls @ bread


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, len(STAYS) - 1), min_size=60, max_size=120))
def test_any_draw_of_stays_is_fitted_as_by_dummies(drawn: list[int]) -> None:
    """What does not hang on the reference: each employer against each other, and its error."""
    rows = STAYS[drawn].copy()
    rows[:, 0] = np.arange(len(rows)) // 2
    stays = stays_of(rows)
    events = [sum(rows[(rows[:, c] == v) & (rows[:, 4] <= 12), 5]) for c, n in ((1, 3), (2, 2)) for v in range(n)]
    if min(events) < 3 or len(stretches(stays.last, stays.left, stays.count, 12)) < 4:
        return
    found = fit(stays, EDGES, pairs_of(rows))
    effects, covariance = dense(rows)
    for one, other in ((4, 5), (4, 6), (7, 8)):
        told = np.concatenate(found.effects)
        assert told[one] - told[other] == pytest.approx(effects[one] - effects[other], abs=1e-6)
        error, wanted = (m[one, one] + m[other, other] - 2 * m[one, other] for m in (found.covariance, covariance))
        assert error == pytest.approx(wanted, rel=1e-5)


def test_alike_stays_may_be_told_once_with_their_number() -> None:
    stays = stays_of(STAYS)
    twice = stays_of(np.concatenate([STAYS, STAYS]))
    once = fit(replace(stays, count=2 * stays.count), EDGES)
    every = fit(twice, EDGES)
    assert np.concatenate(once.effects) == pytest.approx(np.concatenate(every.effects), abs=1e-9)
    assert once.covariance == pytest.approx(every.covariance, abs=1e-9)


def with_rows(*rows: tuple[int, ...]) -> np.ndarray:
    return np.concatenate([STAYS, np.array(rows)])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("nobody left", [(90 + i, 3, i % 2, 0, 12, 0) for i in range(9)]),
        ("everybody left at once", [(90 + i, 3, i % 2, 0, 1, 1) for i in range(9)]),
        ("never at risk", [(90, 3, 0, 5, 5, 0)]),
    ],
)
def test_a_group_without_an_end_is_named_and_changes_nothing(name: str, rows: list[tuple[int, ...]]) -> None:
    """The others are told as if it were not there, and it has no adjusted figure."""
    stays = stays_of(with_rows(*rows))
    found = fit(stays, EDGES, None)
    assert found.converged
    assert (found.separated == ((0, 3),)) == (name != "never at risk")
    assert found.comparable.tolist() == [True, True, True, False]
    without = fit(stays_of(STAYS), EDGES, None)
    assert found.effects[1][:3] == pytest.approx(without.effects[1], abs=1e-6)
    told = standardised_survival(found, stays, 12)
    wanted = standardised_survival(without, stays_of(STAYS), 12)
    assert np.isnan([told.estimate[3], told.low[3], told.high[3]]).all()
    assert told.estimate[:3] == pytest.approx(wanted.estimate, abs=1e-6)
    assert told.low[:3] == pytest.approx(wanted.low, abs=1e-6)


@pytest.mark.filterwarnings("error")
def test_groups_that_share_nobody_alike_are_not_compared() -> None:
    """Employer 3 has an occupation of its own: whether the one or the other makes people leave cannot be told."""
    own = [(90 + i, 3, 2, 0, 2 + i, i % 2) for i in range(9)]
    stays = stays_of(with_rows(*own))
    together, finite = comparable_levels(stays, EDGES)
    assert together.tolist() == [True, True, True, False] and finite.all()
    told = standardised_survival(fit(stays, EDGES), stays, 12)
    wanted = standardised_survival(fit(stays_of(STAYS), EDGES), stays_of(STAYS), 12)
    assert np.isnan(told.estimate[3])
    assert told.estimate[:3] == pytest.approx(wanted.estimate, abs=0.01), "it tells of the months of tenure alone"


@pytest.mark.filterwarnings("error")
def test_two_factors_that_say_the_same_change_nothing() -> None:
    stays = stays_of(STAYS)
    twice = replace(stays, codes=(*stays.codes, stays.codes[1]))
    told, wanted = (standardised_survival(fit(s, EDGES), s, 12) for s in (twice, stays))
    for name in ("estimate", "low", "high"):
        assert getattr(told, name) == pytest.approx(getattr(wanted, name), abs=1e-7)


@pytest.mark.filterwarnings("error")
def test_a_kind_of_people_of_whom_nobody_left_stays_in_every_group() -> None:
    """As many stays again, of an occupation that nobody left: half of all stay for sure, and the others as before."""
    more = STAYS.copy()
    more[:, 2], more[:, 4], more[:, 5] = 2, 12, 0
    stays = stays_of(np.concatenate([STAYS, more]))
    told = standardised_survival(fit(stays, EDGES), stays, 12).estimate
    wanted = standardised_survival(fit(stays_of(STAYS), EDGES), stays_of(STAYS), 12).estimate
    assert told == pytest.approx((1 + wanted) / 2, abs=1e-9)


def test_months_in_which_nobody_leaves_are_joined_to_the_next() -> None:
    last, left = np.array([2, 8, 30]), np.array([True, True, False])
    assert stretches(last, left, np.ones(3), 12).tolist() == [3, 12]
    assert stretches(last, np.zeros(3, dtype=bool), np.ones(3), 12).tolist() == [12]


def test_where_nobody_left_there_is_nothing_to_explain() -> None:
    with pytest.raises(ValueError, match="nobody left"):
        fit(replace(stays_of(STAYS), left=np.zeros(len(STAYS), dtype=bool)), EDGES)
