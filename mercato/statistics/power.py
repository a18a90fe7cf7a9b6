"""How many people it would take to tell two figures apart.

Two readings of "enough" are kept apart. At a power of 0.8 a gap of the size expected is found in four samples of five:
80% against 78% takes about 6,500 people on each side. At a power of 0.5 (AT_THE_EDGE) a gap that comes out exactly as
expected is just significant, so that it is found in every other sample: about 3,200 on each side, the number often
quoted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, broadcast, normal_quantile, tail

USUAL = 0.8
AT_THE_EDGE = 0.5


def people_to_tell(
    a: ArrayLike,
    b: ArrayLike,
    spread_a: ArrayLike,
    spread_b: ArrayLike,
    power: float = USUAL,
    confidence: float = 0.95,
) -> Floats:
    """The people needed on each side for a two-sided test to find the difference of two estimates.

    ``spread_a`` and ``spread_b`` are what one person adds: the variance of the estimate times the people behind it.
    (z + z')² (spread_a + spread_b) / (a - b)², z for the confidence and z' for the power; rounded up. NaN where the
    two are equal or a spread is not known: no number of people would do. Source: Lachin 1981.
    """
    first, second, one, other = broadcast(a, b, spread_a, spread_b)
    if not 0 < power < 1:
        raise ValueError(f"power is {power}; it lies between 0 and 1")
    if np.any(one < 0) or np.any(other < 0):
        raise ValueError("a spread is negative")
    reach = normal_quantile(1 - tail(confidence)) + normal_quantile(power)
    gap = (first - second) ** 2
    needed = np.divide(reach**2 * (one + other), gap, out=np.full(gap.shape, np.nan), where=gap > 0)
    return np.ceil(np.where(np.isnan(needed), np.nan, np.maximum(needed, 1.0)))


def power_to_tell(
    a: ArrayLike, b: ArrayLike, variance_a: ArrayLike, variance_b: ArrayLike, confidence: float = 0.95
) -> Floats:
    """The chance that a two-sided test finds the difference of two estimates with these variances."""
    first, second, one, other = broadcast(a, b, variance_a, variance_b)
    error = np.sqrt(one + other)
    ratio = np.divide(np.abs(first - second), error, out=np.full(error.shape, np.nan), where=error > 0)
    z = normal_quantile(1 - tail(confidence))
    return np.asarray(special.ndtr(ratio - z) + special.ndtr(-ratio - z))


def people_for_shares(p: ArrayLike, q: ArrayLike, power: float = USUAL, confidence: float = 0.95) -> Floats:
    """The people needed on each side to tell two shares apart; one person adds p (1 - p)."""
    first, second = broadcast(p, q)
    if np.any((first < 0) | (first > 1) | (second < 0) | (second > 1)):
        raise ValueError("a share lies outside 0 to 1")
    return people_to_tell(first, second, first * (1 - first), second * (1 - second), power, confidence)


def people_for_retentions(
    a: ArrayLike,
    b: ArrayLike,
    variance_a: ArrayLike,
    variance_b: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    power: float = USUAL,
    confidence: float = 0.95,
) -> Floats:
    """The people needed on each side to tell two retentions apart, if people are followed as those of now are.

    Variances are Greenwood's, of n_a and n_b people; more censoring makes one person add more.
    """
    people, others = broadcast(n_a, n_b)
    one, other = broadcast(variance_a, variance_b)
    return people_to_tell(a, b, one * people, other * others, power, confidence)


def people_for_rates(
    a: ArrayLike,
    b: ArrayLike,
    exposure_a: ArrayLike = 1.0,
    exposure_b: ArrayLike = 1.0,
    power: float = USUAL,
    confidence: float = 0.95,
) -> Floats:
    """The people needed on each side to tell two Poisson rates apart, each person seen for so long on average."""
    first, second, seen, seen_b = broadcast(a, b, exposure_a, exposure_b)
    if np.any(~(seen > 0) | ~(seen_b > 0)):
        raise ValueError("an exposure is not above 0")
    return people_to_tell(first, second, first / seen, second / seen_b, power, confidence)


def people_for_intervals(
    a: ArrayLike,
    b: ArrayLike,
    limits_a: tuple[ArrayLike, ArrayLike],
    limits_b: tuple[ArrayLike, ArrayLike],
    n_a: ArrayLike,
    n_b: ArrayLike,
    power: float = USUAL,
    confidence: float = 0.95,
) -> Floats:
    """The people needed on each side to tell apart two figures of which only intervals are known, such as medians.

    An interval is taken to narrow with the root of the people behind it.
    """
    return people_to_tell(
        a, b, _spread(*limits_a, n_a, confidence), _spread(*limits_b, n_b, confidence), power, confidence
    )


def _spread(low: ArrayLike, high: ArrayLike, n: ArrayLike, confidence: float) -> Floats:
    least, most, people = broadcast(low, high, n)
    return np.asarray(people * ((most - least) / (2 * normal_quantile(1 - tail(confidence)))) ** 2)
