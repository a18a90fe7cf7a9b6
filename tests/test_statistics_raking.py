"""Raking: by hand, against R's survey 4.1-1, against Deming and Stephan's own condition, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.statistics.raking import Margin, Raked, design_effect, effective_n, rake


def margin(categories: str, target: dict[str, float]) -> Margin:
    names = list(target)
    return Margin(np.array([names.index(name) for name in categories]), np.array(list(target.values()), float))


def test_by_hand() -> None:
    """Two women and one man are asked; in the population there are as many of each: a man counts for two women."""
    raked = rake([2, 1], [margin("wm", {"w": 300, "m": 300})])
    assert raked.weight == pytest.approx([150, 300], abs=1e-9)
    assert effective_n(raked.weight, [2, 1]) == pytest.approx(600**2 / (2 * 150**2 + 300**2))
    assert design_effect(raked.weight, [2, 1]) == pytest.approx(3 / (600**2 / (2 * 150**2 + 300**2)))


def test_as_in_r_with_two_margins() -> None:
    """survey::rake(svydesign(~1, data = apiclus1, weights = ~1), list(~stype, ~sch.wide), list(
    data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)), data.frame(sch.wide = c("No", "Yes"),
    Freq = c(1072, 5122))), control = list(maxit = 1000, epsilon = 1e-10)), by cell of stype and sch.wide."""
    types = margin("EHMEHM", {"E": 4421, "H": 755, "M": 1018})
    wide = margin("nnnyyy", {"n": 1072, "y": 5122})
    people = [12, 3, 8, 132, 11, 17]
    raked = rake(people, [types, wide])
    expected = [
        39.8392362471153, 67.1255292411997, 49.0690721638772, 29.8706754926805, 50.3294011160542, 36.7910248640930,
    ]  # fmt: skip
    assert raked.weight == pytest.approx(expected, rel=1e-9)
    assert raked.met() and raked.trimmed == 0
    assert effective_n(raked.weight, people) == pytest.approx(174.011158551045, rel=1e-9)


def test_as_in_r_with_a_margin_of_two_columns() -> None:
    """The same with list(~stype + sch.wide, ~awards) and the counts of apipop as targets."""
    cells = ["En", "Hn", "Mn", "Ey", "Hy", "My", "Ey", "Hy", "My"]
    names = ["En", "Hn", "Mn", "Ey", "Hy", "My"]
    both = Margin(np.array([names.index(c) for c in cells]), np.array([472, 334, 266, 3949, 421, 752], float))
    awards = margin("nnnnnnyyy", {"n": 2027, "y": 4167})
    raked = rake([12, 3, 8, 21, 5, 4, 111, 6, 13], [both, awards])
    expected = [
        39.3333333328929, 111.3333333320866, 33.2499999996277, 28.5594215075176, 37.1282098125460, 42.4027748228515,
        30.1734427779609, 39.2264918227456, 44.7991462084513,
    ]  # fmt: skip
    assert raked.weight == pytest.approx(expected, rel=1e-8)


def test_a_cell_of_nobody_has_the_weight_that_its_categories_give() -> None:
    """Twice for the first of two margins and three times for the second make six times."""
    first, second = margin("aabb", {"a": 40, "b": 20}), margin("xyxy", {"x": 45, "y": 15})
    weight = rake([10, 0, 10, 10], [first, second]).weight
    assert weight[1] * weight[2] == pytest.approx(weight[0] * weight[3])


def test_bounds_hold_and_the_rest_makes_up_for_them() -> None:
    """One cell would weigh ten times the mean: it is held at twice, and what the others lack is said."""
    raked = rake([95, 5], [margin("ab", {"a": 50, "b": 50})], limit=2)
    assert raked.weight.max() <= 2 + 1e-9 and raked.weight.min() >= 0.5 - 1e-9
    assert raked.trimmed == pytest.approx(0.05)
    assert raked.gap == pytest.approx(1 - 5 * 2 / 50, rel=1e-6) and not raked.met()


def test_bounds_that_leave_room_keep_the_margins() -> None:
    """Untrimmed the weights are 1/4 and 6 and more; with two margins to share it they fit within three times."""
    one, two = margin("aaab", {"a": 60, "b": 40}), margin("xyyx", {"x": 50, "y": 50})
    free = rake([40, 30, 20, 10], [one, two])
    held = rake([40, 30, 20, 10], [one, two], limit=float(free.weight.max()) * 1.0001)
    assert held.met() and held.weight == pytest.approx(free.weight)


def test_what_cannot_be_met_is_told() -> None:
    """The only x are a, and more x than a are asked for: the two margins pull for ever."""
    raked = rake([10, 10], [margin("ab", {"a": 10, "b": 90}), margin("xy", {"x": 60, "y": 40})])
    assert not raked.met() and raked.gap > 0.1


@pytest.mark.parametrize(
    ("people", "target"),
    [([0, 0], [1, 1]), ([-1, 2], [1, 1]), ([1, 1], [-1, 2]), ([1, np.nan], [1, 1]), ([1, 1], [0, 0])],
)
def test_what_makes_no_sense_is_refused(people: list[float], target: list[float]) -> None:
    with pytest.raises(ValueError):
        rake(people, [Margin(np.array([0, 1]), np.array(target, float))])
    with pytest.raises(ValueError, match="totals"):
        rake([1, 1], [margin("ab", {"a": 1, "b": 1}), margin("ab", {"a": 1, "b": 2})])


@st.composite
def populations(draw: st.DrawFn) -> tuple[np.ndarray, list[Margin]]:
    """A table of cells of people, and the margins that other weights of the same people have."""
    shape = draw(st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(1, 3)))
    size = int(np.prod(shape))
    people = np.array(draw(st.lists(st.integers(1, 500), min_size=size, max_size=size)), float)
    truth = np.array(draw(st.lists(st.floats(0.2, 5), min_size=size, max_size=size)))
    margins = []
    for axis in range(3):
        category = np.indices(shape)[axis].ravel()
        margins.append(Margin(category, np.bincount(category, people * truth)))
    return people, margins


@settings(max_examples=200, deadline=None)
@given(populations())
def test_margins_are_met_and_weights_are_products(made: tuple[np.ndarray, list[Margin]]) -> None:
    people, margins = made
    raked = rake(people, margins)
    assert raked.met(1e-8) and np.all(raked.weight > 0)
    for one in margins:
        assert np.bincount(one.category, people * raked.weight) == pytest.approx(one.target, rel=1e-7)
    factors = np.linalg.lstsq(_design(margins), np.log(raked.weight), rcond=None)[0]
    assert _design(margins) @ factors == pytest.approx(np.log(raked.weight), abs=1e-6)


def _design(margins: list[Margin]) -> np.ndarray:
    return np.hstack([np.eye(len(one.target))[one.category] for one in margins])


@settings(max_examples=100, deadline=None)
@given(populations(), st.floats(1.5, 6))
def test_bounds_always_hold(made: tuple[np.ndarray, list[Margin]], limit: float) -> None:
    people, margins = made
    raked: Raked = rake(people, margins, limit)
    mean = margins[0].target.sum() / people.sum()
    assert np.all(raked.weight >= mean / limit * (1 - 1e-9)) and np.all(raked.weight <= mean * limit * (1 + 1e-9))
    assert 0 <= raked.trimmed <= 1
    assert 1 - 1e-12 <= design_effect(raked.weight, people) <= limit**2


def test_equal_weights_cost_nothing() -> None:
    assert design_effect([3, 3], [5, 7]) == pytest.approx(1) and effective_n([3, 3], [5, 7]) == pytest.approx(12)
