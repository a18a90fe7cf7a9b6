"""Rank confidence sets against the published example, a naive version, and what must hold of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mercato.statistics import ranks
from mercato.statistics.ranks import multinomial_rank_sets, rank_sets

# Mathematics scores of the OECD countries in PISA 2018 and their standard errors, the example of Mogstad, Romano,
# Shaikh and Wilhelm (2023) and of R's csranks 1.2.2: csranks(math_score, diag(math_se^2), …).
PISA = """
Australia 491.3600252 1.939833031
Austria 498.9423138 2.970998694
Belgium 508.0703063 2.262662011
Canada 512.0169429 2.357475749
Chile 417.4065563 2.41588757
Colombia 390.9322732 2.989559274
Czechia 499.4676508 2.460661531
Denmark 509.3983746 1.735002337
Estonia 523.4145802 1.743602224
Finland 507.3013618 1.967920411
France 495.4075794 2.320214487
Germany 500.0437805 2.647083096
Greece 451.3703438 3.091228197
Hungary 481.0826364 2.319596741
Iceland 495.1873762 1.953082603
Ireland 499.632894 2.198621128
Israel 463.0345488 3.498563228
Italy 486.5898573 2.780045867
Japan 526.9732502 2.471475318
Korea 525.933002 3.121394315
Latvia 496.1263306 1.962766789
Lithuania 481.1911884 1.953282039
Luxembourg 483.421485 1.097632409
Mexico 408.8014734 2.493225544
Netherlands 519.2309824 2.632277885
New_Zealand 494.489676 1.705942856
Norway 500.9637885 2.219044878
Poland 515.6478747 2.602085176
Portugal 492.4874062 2.684570081
Slovakia 486.1648542 2.555595707
Slovenia 508.8975441 1.363877596
Spain 481.3926126 1.462417763
Sweden 502.3877022 2.654250935
Switzerland 515.3147131 2.908003898
Turkey 453.5077774 2.260406789
United_Kingdom 501.7698992 2.564428111
United_States 478.2447174 3.235444099
"""
ROWS = [line.split() for line in PISA.split("\n") if line]
NAMES = [row[0] for row in ROWS]
SCORE, ERROR = (np.array([float(row[column]) for row in ROWS]) for column in (1, 2))
# cstaubest(math_score, math_cov_mat, tau = 5, coverage = 0.95), and at 0.9 the same without Sweden.
TOP_5 = [
    "Belgium", "Canada", "Denmark", "Estonia", "Finland", "Japan", "Korea", "Netherlands", "Poland", "Slovenia",
    "Sweden", "Switzerland",
]  # fmt: skip


def of(name: str, **how: object) -> tuple[int, int, int]:
    found = rank_sets(SCORE, ERROR, **how)
    place = NAMES.index(name)
    return int(found.low[place]), int(found.rank[place]), int(found.high[place])


def test_who_may_be_among_the_five_best_is_as_published() -> None:
    for confidence, wanted in ((0.95, TOP_5), (0.90, [name for name in TOP_5 if name != "Sweden"])):
        low = rank_sets(SCORE, ERROR, confidence=confidence).low
        assert [name for name, rank in zip(NAMES, low, strict=True) if rank <= 5] == wanted


def test_the_rank_of_one_country_is_as_published() -> None:
    # csranks(…, simul = FALSE, indices = UK) prints 8, 13, 23; its text says 7 to 23. The draws decide between the two.
    found = {of("United_Kingdom", simultaneous=False, seed=seed) for seed in range(1, 9)}
    assert found == {(7, 13, 23), (8, 13, 23)}


def test_all_ranks_together_are_as_published() -> None:
    # "Chile, Mexico and Colombia have confidence sets that do not overlap with those of the other countries";
    # Germany's and Korea's both contain rank 7, and at 75% do not overlap.
    assert [of(name)[::2] for name in ("Chile", "Mexico", "Colombia")] == [(35, 36), (35, 36), (37, 37)]
    assert of("Germany")[0] == 7 == of("Korea")[2]
    assert of("Germany", confidence=0.75)[0] > of("Korea", confidence=0.75)[2]


def naive(value: list[float], error: list[float], draws: int, seed: int, alpha: float) -> list[tuple[int, int]]:
    """The stepdown over all ordered pairs, pair by pair and draw by draw."""
    size = len(value)
    drawn = np.random.default_rng(seed).standard_normal((draws, size)) * np.array(error)
    pairs = {(j, k) for j in range(size) for k in range(size) if j != k}
    spread = {(j, k): (error[j] ** 2 + error[k] ** 2) ** 0.5 for j, k in pairs}
    surely: set[tuple[int, int]] = set()
    while pairs - surely:
        largest = sorted(max((z[j] - z[k]) / spread[j, k] for j, k in pairs - surely) for z in drawn)
        critical = largest[int(np.ceil((draws - 1) * (1 - alpha)))]
        more = {(j, k) for j, k in pairs - surely if (value[j] - value[k]) / spread[j, k] > critical}
        if not more:
            break
        surely |= more
    return [
        (1 + sum((k, j) in surely for k in range(size)), size - sum((j, k) in surely for k in range(size)))
        for j in range(size)
    ]


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.05, 2)), min_size=2, max_size=6),
    st.integers(1, 5),
    st.sampled_from([0.05, 0.2]),
)
@settings(max_examples=30, deadline=None)
def test_sets_are_those_of_a_naive_version(cells: list[tuple[float, float]], seed: int, alpha: float) -> None:
    value, error = [a for a, _ in cells], [b for _, b in cells]
    found = rank_sets(value, error, draws=60, seed=seed, confidence=1 - alpha)
    assert list(zip(found.low, found.high, strict=True)) == naive(value, error, 60, seed, alpha)


def test_looking_at_the_widest_alone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    value, error = rng.normal(size=40), rng.uniform(0.05, 0.6, 40)
    every = rank_sets(value, error)
    monkeypatch.setattr(ranks, "_LOOKED_AT", 4)
    few = rank_sets(value, error)
    assert_array_equal(every.low, few.low)
    assert_array_equal(every.high, few.high)


def test_many_cells_have_sets_that_are_about_as_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    value, error = rng.normal(size=200), rng.uniform(0.05, 0.3, 200)
    drawn = rank_sets(value, error)
    monkeypatch.setattr(ranks, "BOOTSTRAPPED", 0)
    bound = rank_sets(value, error)
    assert np.all(bound.low <= drawn.low + 2) and np.all(bound.high >= drawn.high - 2)
    assert np.mean(bound.high - bound.low) < 1.1 * np.mean(drawn.high - drawn.low)


def test_a_hundred_thousand_cells_have_sets() -> None:
    value = np.arange(100_000, dtype=float)
    found = rank_sets(value, np.full(100_000, 10.0))
    assert found.low[-1] == 1 and found.high[0] == 100_000
    assert found.low[50_000] < found.rank[50_000] < found.high[50_000] < found.low[50_000] + 300


def test_one_cell_is_first_and_none_has_no_rank() -> None:
    one = rank_sets([0.4], [0.1])
    assert (one.low[0], one.rank[0], one.high[0]) == (1, 1, 1)
    assert len(rank_sets([], []).rank) == 0
    gap = rank_sets([1.0, np.nan, 9.0], [0.1, 0.1, 0.1])
    assert_array_equal(gap.low, [2, np.nan, 1])
    assert_array_equal(gap.high, [2, np.nan, 1])


def test_equal_estimates_share_all_their_places() -> None:
    found = rank_sets([5.0, 5.0, 1.0], [0.01, 0.01, 0.01])
    assert_array_equal(found.rank, [1, 1, 3])
    assert_array_equal(found.low, [1, 1, 3])
    assert_array_equal(found.high, [2, 2, 3])


def test_without_any_error_ranks_are_known_but_for_ties() -> None:
    found = rank_sets([3.0, 7.0, 3.0, 1.0], np.zeros(4))
    assert_array_equal(found.low, [2, 1, 2, 4])
    assert_array_equal(found.high, [3, 1, 3, 4])


def test_one_without_error_is_set_apart_from_one_with_it() -> None:
    assert_array_equal(rank_sets([0.0, 1.0], [0.0, 0.1]).low, [2, 1])
    assert_array_equal(rank_sets([0.0, 1.0], [0.0, 1.0]).low, [1, 1])


def test_an_unknown_error_tells_nothing() -> None:
    found = rank_sets([0.0, 100.0, 50.0], [0.1, np.inf, 0.1])
    assert_array_equal(found.low, [2, 1, 1])
    assert_array_equal(found.high, [3, 3, 2])


def test_the_ratio_the_other_way_is_the_same_news() -> None:
    # 0.5 and -0.5 are one estimate told twice: their difference of 1 has an error of 0.6, not of 0.42.
    value, error = [0.5, -0.5], [0.3, 0.3]
    assert_array_equal(rank_sets(value, error).low, [1, 2])
    assert_array_equal(rank_sets(value, error, opposite=[1, 0]).low, [1, 1])
    assert_array_equal(rank_sets(value, error, dependent=True).low, [1, 1])


def test_a_wide_lower_side_alone_keeps_the_largest_in_reach() -> None:
    value = [1.0, 0.0]
    assert_array_equal(rank_sets(value, [0.1, 0.1], [2.0, 0.1]).high, [1, 2])
    assert_array_equal(rank_sets(value, [2.0, 0.1], [0.1, 0.1]).high, [2, 2])


def test_a_negative_error_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        rank_sets([1.0], [-0.1])


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 2)), min_size=1, max_size=12), st.booleans())
@settings(max_examples=60, deadline=None)
def test_sets_hold_the_estimated_rank_and_are_those_of_any_order(
    cells: list[tuple[float, float]], together: bool
) -> None:
    value, error = np.array(cells).T
    found = rank_sets(value, error, simultaneous=together, draws=100)
    assert np.all((found.low >= 1) & (found.low <= found.rank) & (found.rank <= found.high))
    assert np.all(found.high <= len(value))
    same = rank_sets(value * 4, error * 4, simultaneous=together, draws=100)
    assert_array_equal(found.low, same.low)


def test_sets_hold_all_true_ranks_as_often_as_they_say() -> None:
    rng = np.random.default_rng(11)
    for truth in (np.zeros(8), np.linspace(0, 1, 8), np.array([0, 0, 0, 5, 5, 9, 9, 9.0])):
        error = np.linspace(0.2, 0.6, 8)
        best = 1 + (truth > truth[:, None]).sum(axis=1)
        worst = 8 - (truth < truth[:, None]).sum(axis=1)
        held = 0
        for one in range(200):
            found = rank_sets(truth + error * rng.standard_normal(8), error, draws=200, seed=one)
            held += bool(np.all((found.low <= best) & (found.high >= worst)))
        assert held / 200 > 0.91


def test_counts_are_ranked_by_exact_tests() -> None:
    # Of 26 in the first two, 20 or more are in the first with probability 0.00468 (stats::pbinom(19, 26, 0.5, lower =
    # FALSE)); Holm over the six ordered pairs of three asks for 0.05 / 6, then 0.05 / 5, ….
    found = multinomial_rank_sets([20, 6, 0])
    assert_array_equal(found.rank, [1, 2, 3])
    assert_array_equal(found.low, [1, 2, 2])
    assert_array_equal(found.high, [1, 3, 3])
    alone = multinomial_rank_sets([20, 6, 0], simultaneous=False)
    # Of 6, all are in the second with probability 1/64 = 0.0156, within 0.05 / 3 once 20 : 6 is told.
    assert_array_equal(alone.low, [1, 2, 3])
    assert_array_equal(alone.high, [1, 2, 3])
    assert_array_equal(multinomial_rank_sets([4, 4]).high, [2, 2])
    assert len(multinomial_rank_sets([]).rank) == 0
