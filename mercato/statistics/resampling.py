"""Poisson bootstrap over buckets of people, and intervals of weighted figures from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.imputation import Scale
from mercato.statistics.interval import Floats, Interval

_LARGEST = 12
"""A Poisson count of mean 1 above this has a chance below 1e-10."""


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


def stretched(
    plain: Interval, weighted: Floats, plain_spread: Floats, weighted_spread: Floats, otherwise: Floats, scale: Scale
) -> Interval:
    """The interval of a weighted estimate: that of the plain one, moved there and stretched.

    On the scale, each limit lies as far from ``weighted`` as the plain limit does from the plain estimate, times how
    much more the weighted estimate varies over draws than the plain one does. So an interval that is exact, or made for
    few people, stays so where weights are alike. Where the plain estimate does not vary, as where everybody stayed,
    the factor is ``otherwise``. NaN where the plain interval or the weighted estimate is.
    """
    ratio = np.divide(weighted_spread, plain_spread, out=np.full(weighted.shape, np.nan), where=plain_spread > 1e-12)
    factor = np.where(np.isfinite(ratio) & (ratio > 0), ratio, otherwise)
    middle, there = scale.there(plain.estimate), scale.there(weighted)
    low, high = (there + factor * (scale.there(limit) - middle) for limit in (plain.low, plain.high))
    return Interval(weighted, scale.back(low), scale.back(high))


def spread(draws: Floats, scale: Scale) -> Floats:
    """The standard deviation over draws (rows) on the scale; NaN where fewer than half of the draws are known."""
    placed = scale.there(draws)
    known = np.isfinite(placed)
    count = known.sum(axis=0)
    mean = np.where(known, placed, 0).sum(axis=0) / np.maximum(count, 1)
    square = np.where(known, (placed - mean) ** 2, 0).sum(axis=0) / np.maximum(count - 1, 1)
    return np.asarray(np.where(count * 2 >= len(draws), np.sqrt(square), np.nan))
