"""Ratios of two counts, exact given their sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mercato.statistics.interval import Floats, Interval, beta_quantile, broadcast, require_counts, tail


def flow_ratio(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Interval:
    """How many of a for one of b: a/b, with the exact conditional interval.

    Given a + b, a is binomial with p = ratio / (1 + ratio); the limits of Clopper and Pearson (1934) for
    p are mapped to p / (1 - p). Where b is 0 only the lower limit is determined (estimate and upper limit
    are NaN); where both are 0 nothing is. 21 to 2 gives 10.5 (2.6 to 92).
    """
    forth, back = broadcast(a, b)
    require_counts(a=forth, b=back)
    alpha = tail(confidence)
    nothing, no_back = (forth + back) == 0, back == 0
    low = _odds(forth, back + 1, alpha)
    high = 1 / _odds(back, forth + 1, alpha, where=~no_back)
    estimate = np.full(forth.shape, np.nan)
    np.divide(forth, back, out=estimate, where=~no_back)
    return Interval(estimate, np.where(nothing, np.nan, low), np.where(no_back, np.nan, high))


def _odds(a: Floats, b: Floats, probability: float, where: Floats | bool = True) -> Floats:
    """The odds at a quantile of the beta law; each side of the odds is computed as a quantile of its own,
    so that nothing is lost to rounding where p is close to 1.
    """
    with np.errstate(divide="ignore"):
        odds = beta_quantile(a, b, probability) / beta_quantile(b, a, 1 - probability)
    return np.where(where, odds, np.nan)


def rate_ratio(
    a: ArrayLike, exposure_a: ArrayLike, b: ArrayLike, exposure_b: ArrayLike, confidence: float = 0.95
) -> Interval:
    """The rate a / exposure_a over the rate b / exposure_b, with the exact conditional interval for two
    Poisson counts (Lehmann): that of :func:`flow_ratio` times exposure_b / exposure_a.

    Exposures are in one unit, say person-years; all is NaN where one of them is not above 0.
    """
    counts = flow_ratio(a, b, confidence)
    of_a, of_b = broadcast(exposure_a, exposure_b)
    factor = np.full(of_a.shape, np.nan)
    np.divide(of_b, of_a, out=factor, where=(of_a > 0) & (of_b > 0))
    return Interval(counts.estimate * factor, counts.low * factor, counts.high * factor)


def index_to_base(
    k: ArrayLike, k0: ArrayLike, n: ArrayLike = 1.0, n0: ArrayLike = 1.0, confidence: float = 0.95
) -> Interval:
    """k against the count k0 of a base period, base = 1, or the share k/n against k0/n0 where n and n0 are given.

    The interval is the exact conditional one for two Poisson counts; for shares, which vary less than
    Poisson counts do, it is on the wide side. NaN where k0 is 0, but for the lower limit.
    """
    return rate_ratio(k, n, k0, n0, confidence)
