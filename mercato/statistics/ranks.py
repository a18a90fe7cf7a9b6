"""Rank confidence sets: between which places each of many estimates may stand (Mogstad, Romano, Shaikh, Wilhelm)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, broadcast, tail

Pairs: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int64]

DRAWS = 2_000
BOOTSTRAPPED = 1_500
"""Cells up to which the critical value is drawn; for more it is Šidák's, which needs no draws and is a little wider."""
_HANGING = 400
_LEVELS = 96
_LOOKED_AT = 32
_BLOCK = 1 << 20


@dataclass(frozen=True)
class RankSets:
    """For each estimate its rank, 1 for the largest (ties share the best place), and the interval of its true rank.

    NaN where there is no estimate.
    """

    rank: Floats
    low: Floats
    high: Floats


def rank_sets(
    estimate: ArrayLike,
    below: ArrayLike,
    above: ArrayLike | None = None,
    *,
    opposite: ArrayLike | None = None,
    dependent: bool = False,
    drawn: ArrayLike | None = None,
    simultaneous: bool = True,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> RankSets:
    """Confidence sets for the ranks of independent estimates, the largest being 1st.

    ``below`` is the standard error of each estimate, and ``above`` that on its upper side where its interval is not
    symmetric; the difference of two then has the variance below² + above² (MOVER, Zou & Donner 2008). With
    ``simultaneous`` all sets hold together at the confidence, else each by itself.

    The rank of j lies between 1 + how many are surely larger and p - how many are surely smaller. What is sure is told
    by one-sided tests of all ordered pairs, whose critical value is a quantile of the largest studentised difference
    under normal draws, taken anew over the pairs not yet told apart until no more are (stepdown). A rank set covers
    each place that ties allow. ``opposite`` gives for each estimate the place of the one that is its mirror image
    (-1: none), such as the ratio the other way; ``dependent`` says that nothing is known of how estimates hang
    together: the variance of a difference is then the largest there can be, and the critical value Šidák's, as with no
    ``draws``. ``drawn`` are draws of the errors of all estimates, one row each, such as a bootstrap gives; they tell
    how estimates hang together, and stand in for the normal ones.

    An infinite standard error tells nothing of an estimate; two with an error of 0 are told apart where they differ.
    Raises ValueError for a negative standard error. Source: Mogstad, Romano, Shaikh & Wilhelm (2023), Inference for
    Ranks, Review of Economic Studies; Romano & Wolf (2005) for the stepdown.
    """
    alpha = 2 * tail(confidence)
    value, down, up = broadcast(estimate, below, below if above is None else above)
    if np.any(down < 0) or np.any(up < 0):
        raise ValueError("a standard error is negative")
    known = ~np.isnan(value)
    mirror = _mirror(opposite, known)
    spread = [np.where(np.isnan(side), np.inf, side)[known] for side in (down, up)]
    errors = None if drawn is None else np.asarray(drawn, dtype=np.float64)[:, known]
    if errors is not None and errors.shape[1] > _HANGING:
        errors, dependent = None, True
    cells = _Cells(value[known], spread[0], spread[1], mirror, dependent, errors)
    if cells.size < 2 or cells.size > BOOTSTRAPPED or dependent or not draws:
        better, worse = _by_sidak(cells, alpha, simultaneous)
    else:
        better, worse = _by_draws(cells, alpha, simultaneous, draws, seed)
    place = stats.rankdata(-cells.value, method="min") if cells.size else np.zeros(0)
    found = [np.full(value.shape, np.nan) for _ in range(3)]
    for whole, part in zip(found, (place, better + 1.0, cells.size - worse), strict=True):
        whole[known] = part
    return RankSets(*found)


def multinomial_rank_sets(counts: ArrayLike, simultaneous: bool = True, confidence: float = 0.95) -> RankSets:
    """Rank confidence sets for the shares of a multinomial sample, exact in small samples; the largest share is 1st.

    Given how many fell into either of two categories, those in the first are binomial with 1/2 or less unless it is
    the larger; these exact tests of all ordered pairs are put together by Holm (1979). Memory is that of a
    matrix of pairs. Source: Mogstad, Romano, Shaikh & Wilhelm (2023), on multinomial data.
    """
    alpha = 2 * tail(confidence)
    (count,) = broadcast(counts)
    size = len(count)
    if not size:
        return RankSets(count, count, count)
    more = count[:, None] > count
    p_value: Floats = special.betainc(np.where(more, count[:, None], 1.0), count + 1.0, 0.5)
    p_value = np.where(more, p_value, 1.0)
    if simultaneous:
        sure = _holm(p_value[~np.eye(size, dtype=bool)], alpha)
        larger = np.zeros((size, size), dtype=bool)
        larger[~np.eye(size, dtype=bool)] = sure
        better, worse = larger.sum(axis=0), larger.sum(axis=1)
    else:
        # Of each category the tests in both directions; one of the two has a p-value of 1.
        better, worse = np.zeros(size), np.zeros(size)
        for one in range(size):
            other = np.arange(size) != one
            sure = _holm(np.concatenate([p_value[other, one], p_value[one, other]]), alpha)
            better[one], worse[one] = sure[: size - 1].sum(), sure[size - 1 :].sum()
    place = stats.rankdata(-count, method="min")
    return RankSets(place.astype(float), better + 1.0, size - worse.astype(float))


def _holm(p_value: Floats, alpha: float) -> NDArray[np.bool_]:
    """Which of several hypotheses Holm's procedure rejects."""
    order = np.argsort(p_value, kind="stable")
    passed = p_value[order] <= alpha / (len(p_value) - np.arange(len(p_value)))
    rejected = np.zeros(len(p_value), dtype=bool)
    rejected[order] = np.cumprod(passed).astype(bool)
    return rejected


@dataclass(frozen=True)
class _Cells:
    """Estimates that are known, their standard errors on either side, and how they hang together."""

    value: Floats
    below: Floats
    above: Floats
    mirror: Places
    dependent: bool
    errors_drawn: Floats | None = None

    @cached_property
    def covariance(self) -> Floats:
        """How estimates hang together, from the draws of their errors."""
        return np.atleast_2d(np.cov(np.asarray(self.errors_drawn), rowvar=False))

    @property
    def size(self) -> int:
        return len(self.value)

    def error(self, one: int) -> Floats:
        """The standard error of the difference of one estimate from each, as it tells that the one is larger."""
        if self.errors_drawn is not None:
            return self._by_covariance(one, np.arange(self.size))
        return self._of(self.below[one], self.above, self.mirror[one] == np.arange(self.size))

    def error_of_others(self, one: int) -> Floats:
        """That of the difference of each from one, as it tells that the other is larger."""
        if self.errors_drawn is not None:
            return self.error(one)
        return self._of(self.below, self.above[one], self.mirror[one] == np.arange(self.size))

    def errors(self, places: Places) -> Floats:
        """Those of all differences among some estimates, for each row of places."""
        if self.errors_drawn is not None:
            return self._by_covariance(places[:, :, None], places[:, None, :])
        mirrored = self.mirror[places][:, :, None] == places[:, None, :] if np.any(self.mirror >= 0) else np.False_
        return self._of(self.below[places][:, :, None], self.above[places][:, None, :], mirrored)

    def _by_covariance(self, one: Any, other: Any) -> Floats:
        own = np.diag(self.covariance)
        variance = own[one] + own[other] - 2 * self.covariance[one, other]
        # Two that move as one differ by rounding alone.
        return np.where(variance > 1e-12 * (own[one] + own[other]), np.sqrt(np.maximum(variance, 0)), 0.0)

    def _of(self, below: Floats, above: Floats, mirrored: Pairs | np.bool_) -> Floats:
        if self.dependent:
            return np.asarray(below + above)
        if not np.any(mirrored):
            return np.asarray(np.sqrt(below**2 + above**2))
        return np.where(mirrored, below + above, np.sqrt(below**2 + above**2))

    def drawn(self, draws: int, seed: int) -> tuple[Floats, Floats]:
        """Standard normals, one row per draw, and how far they put each estimate from the truth."""
        if self.errors_drawn is not None:
            return self.errors_drawn, self.errors_drawn
        normal = np.random.default_rng(seed).standard_normal((draws, self.size))
        second = (self.mirror >= 0) & (self.mirror < np.arange(self.size))
        normal[:, second] = -normal[:, self.mirror[second]]
        error = np.where(normal > 0, self.below, self.above)
        normal[np.isinf(error)] = 0.0
        return normal, normal * np.where(np.isinf(error), 0.0, error)


def _mirror(opposite: ArrayLike | None, known: NDArray[np.bool_]) -> Places:
    """The place of each mirror image among the known ones, -1 where it is not among them."""
    if opposite is None:
        return np.full(int(known.sum()), -1, dtype=np.int64)
    of = np.asarray(opposite, dtype=np.int64)
    among = np.where(known, np.cumsum(known) - 1, -1)
    return np.where(of >= 0, among[of], -1)[known]


def _studentised(difference: Floats, error: Floats) -> Floats:
    """Differences in units of their error: infinite where there is no error, 0 where nothing is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / error)


def _by_draws(cells: _Cells, alpha: float, simultaneous: bool, draws: int, seed: int) -> tuple[Floats, Floats]:
    """How many are surely larger than each, and surely smaller, the critical value being drawn."""
    told = np.array([_studentised(cells.value[one] - cells.value, cells.error(one)) for one in range(cells.size)])
    told = told.reshape(cells.size, cells.size)
    normal, drawn = cells.drawn(draws, seed)
    if simultaneous:
        largest = _Largest(cells, normal, drawn)
        larger = _stepdown(told, ~np.eye(cells.size, dtype=bool), largest.among, alpha)
        return larger.sum(axis=0).astype(float), larger.sum(axis=1).astype(float)
    sets = np.zeros((2, cells.size))
    for one in range(cells.size):
        # The pairs in which it is the larger, and those in which it is the smaller.
        both = np.stack([told[one], told[:, one]])
        asked = np.repeat(np.arange(cells.size)[None] != one, 2, axis=0)
        larger = _stepdown(both, asked, _of_one(cells, drawn, one), alpha)
        sets[:, one] = larger[1].sum(), larger[0].sum()
    return sets[0], sets[1]


def _stepdown(told: Floats, asked: Pairs, largest: Callable[[Pairs], Floats], alpha: float) -> Pairs:
    """Which of the ordered pairs asked for are told apart: the first of the two is surely larger.

    ``largest`` gives the largest studentised difference of each draw among the pairs still open.
    """
    # Without any error there is nothing to draw: such a pair is told apart by its estimates.
    larger = asked & np.isposinf(told)
    while True:
        open_ = asked & ~larger
        if not open_.any():
            return larger
        critical = np.quantile(largest(open_), 1 - alpha, method="higher")
        more = open_ & (told > max(critical, 0.0))
        if not more.any():
            return larger
        larger |= more


def _of_one(cells: _Cells, drawn: Floats, one: int) -> Callable[[Pairs], Floats]:
    """The largest studentised difference of each draw between one estimate and others, of the pairs still open."""
    above, below = cells.error(one), cells.error_of_others(one)
    sides = np.full((2, *drawn.shape), -np.inf)
    for side, error in zip(sides, (above, below), strict=True):
        np.divide(drawn[:, [one]] - drawn, error, out=side, where=error > 0)
    np.negative(sides[1], out=sides[1], where=below > 0)

    def among(open_: Pairs) -> Floats:
        first, second = (s.max(axis=1, initial=-np.inf, where=kept) for s, kept in zip(sides, open_, strict=True))
        return np.asarray(np.maximum(first, second))

    return among


class _Largest:
    """The largest studentised difference of each draw over pairs of all estimates.

    |z_j - z_k| / s_jk is at most √(u_j² + u_k²) with u the absolute standard normal behind each, so that only pairs of
    the estimates with the largest u have to be looked at until one of them is beyond the bound of all others.
    """

    def __init__(self, cells: _Cells, normal: Floats, drawn: Floats) -> None:
        self._cells, self._drawn, self._size = cells, drawn, np.abs(normal)
        # The bound holds of independent errors.
        few = cells.size if cells.size <= 2 * _LOOKED_AT or cells.errors_drawn is not None else _LOOKED_AT
        block = max(_BLOCK // few**2, 1)
        self._looked_at = [
            self._looked(np.arange(i, min(i + block, len(drawn))), few) for i in range(0, len(drawn), block)
        ]

    def among(self, open_: Pairs) -> Floats:
        """Over the ordered pairs still open; minus infinity where none has an error."""
        return np.concatenate([self._best(*looked, open_) for looked in self._looked_at])

    def _looked(self, rows: Places, most: int) -> tuple[Places, Places, Floats, Floats]:
        """Some draws, so many estimates of each, their differences, and the bound of all pairs with others."""
        size = self._size[rows]
        place = np.argpartition(-size, most - 1, axis=1)[:, :most]
        beyond = np.full(len(rows), -np.inf)
        if most < size.shape[1]:
            ordered = -np.partition(-size, (0, most), axis=1)
            beyond = np.hypot(ordered[:, 0], ordered[:, most])
        drawn = np.take_along_axis(self._drawn[rows], place, axis=1)
        error = self._cells.errors(place)
        with np.errstate(divide="ignore", invalid="ignore"):
            told = (drawn[:, :, None] - drawn[:, None, :]) / error
        told[error == 0] = -np.inf
        return rows, place, told, beyond

    def _best(self, rows: Places, place: Places, told: Floats, beyond: Floats, open_: Pairs) -> Floats:
        """The largest difference of each of these draws among the open pairs."""
        usable = open_[place[:, :, None], place[:, None, :]]
        best = np.where(usable, told, -np.inf).max(axis=(1, 2))
        unsure, most = best < beyond, min(4 * place.shape[1], self._cells.size)
        block = max(_BLOCK // most**2, 1)
        for i in range(0, int(unsure.sum()), block):
            those = np.nonzero(unsure)[0][i : i + block]
            best[those] = self._best(*self._looked(rows[those], most), open_)
        return np.asarray(best)


def _by_sidak(cells: _Cells, alpha: float, simultaneous: bool) -> tuple[Floats, Floats]:
    """The same with Šidák's critical value, without a matrix of pairs.

    Normal differences are at least as often all inside as if they were independent, whatever their correlations
    (Šidák 1967). Errors on the other side are rounded up to one of a few values, so that sorting counts the pairs.
    """
    others = max(cells.size - 1, 1)
    pairs = max(others * cells.size / 2, 1) if simultaneous else others
    critical = -special.ndtri(-np.expm1(np.log1p(-alpha) / pairs) / 2)
    worse = _counted(cells.value, cells.below, cells.above, critical, cells.dependent)
    better = _counted(-cells.value, cells.above, cells.below, critical, cells.dependent)
    return better, worse


def _counted(value: Floats, own: Floats, other: Floats, critical: float, dependent: bool) -> Floats:
    """Than how many others each value is larger by more than ``critical`` errors of the difference."""
    usable = np.isfinite(other)
    if not usable.any():
        return np.zeros(len(value))
    levels = np.unique(np.quantile(other[usable], np.linspace(0, 1, _LEVELS), method="higher"))
    level = np.searchsorted(levels, other)
    order = np.argsort(value)
    count = np.zeros(len(value))
    for place, error in enumerate(levels):
        those = np.sort(value[level == place])
        apart = critical * (own + error if dependent else np.hypot(own, error))
        count[order] += np.searchsorted(those, (value - apart)[order], "left")
    return count
