"""Poisson bootstrap over buckets of people, and intervals of weighted figures from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.imputation import Scale
from mercato.statistics.interval import Floats, Interval

_LARGEST = 12
"""A Poisson count of mean 1 above this has a chance below 1e-10."""
_PRIOR = 60
_NOTHING = 1e-12


def poisson_draws(buckets: int, draws: int, seed: int = 1) -> NDArray[np.float64]:
    """Poisson counts of mean 1, one row per bucket and one column per draw: how often each bucket is drawn.

    They follow from the numbers of bucket, draw and seed alone, by arithmetic on whole numbers, so that they are the
    same everywhere and in every release of any library.
    """
    bucket = np.arange(buckets, dtype=np.uint64)[:, None]
    draw = np.arange(draws, dtype=np.uint64)[None, :]
    mixed = _mixed(_mixed(bucket + np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)) + draw)
    uniform = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    limits = special.pdtr(np.arange(_LARGEST), 1.0)
    return np.searchsorted(limits, uniform, "right").astype(np.float64)


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Whole numbers scattered over 64 bits (the finaliser of splitmix64, Steele, Lea & Flood 2014)."""
    with np.errstate(over="ignore"):
        z = number + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)))


@dataclass
class Spread:
    """The standard deviation of ``size`` values over draws that come one after the other; NaN is left out."""

    size: int

    def __post_init__(self) -> None:
        self._draws = 0
        self._known, self._mean, self._squares = np.zeros((3, self.size))

    def add(self, values: Floats) -> None:
        """Take one draw in (Welford 1962)."""
        known = np.isfinite(values)
        self._draws += 1
        self._known += known
        off = np.where(known, values - self._mean, 0.0)
        self._mean += off / np.maximum(self._known, 1)
        self._squares += np.where(known, off * (values - self._mean), 0.0)

    @property
    def deviation(self) -> Floats:
        """NaN where fewer than half of the draws are known."""
        found = np.sqrt(self._squares / np.maximum(self._known - 1, 1))
        return np.asarray(np.where(self._known * 2 >= max(self._draws, 1), found, np.nan))


def stretched(
    plain: Interval,
    weighted: Floats,
    plain_spread: Floats,
    weighted_spread: Floats,
    otherwise: Floats,
    people: Floats,
    scale: Scale,
) -> Interval:
    """The interval of a weighted estimate: that of the plain one, moved there and stretched.

    On the scale, each limit lies as far from ``weighted`` as the plain limit does from the plain estimate, times how
    much more the weighted estimate varies over draws than the plain one does. So an interval that is exact, or made for
    few people, stays so where weights are alike. ``otherwise`` is the factor that the weights alone give (the root of
    Kish's design effect): it stands where the plain estimate does not vary, as where everybody stayed, and its square
    counts as much as that of ``_PRIOR`` people elsewhere, since the spread over few people is itself uncertain
    (``people``: the effective number). NaN where the plain interval or the weighted estimate is.
    """
    ratio = np.divide(weighted_spread, plain_spread, out=np.full(weighted.shape, np.nan), where=plain_spread > _NOTHING)
    known = np.isfinite(ratio) & (ratio > 0)
    trust = np.where(known, people / (people + _PRIOR), 0.0)
    factor = np.sqrt(trust * np.where(known, ratio, 0.0) ** 2 + (1 - trust) * otherwise**2)
    middle, there = scale.there(plain.estimate), scale.there(weighted)
    low, high = (there + factor * (scale.there(limit) - middle) for limit in (plain.low, plain.high))
    return Interval(weighted, scale.back(np.minimum(low, there)), scale.back(np.maximum(high, there)))
