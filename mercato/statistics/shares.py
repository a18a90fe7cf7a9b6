"""Shares: k of n."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mercato.statistics.interval import (
    Floats,
    Interval,
    beta_quantile,
    broadcast,
    normal_quantile,
    require_counts,
    tail,
)


def _share(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """k, n and k/n as arrays; all NaN where n is 0."""
    of, among = broadcast(k, n)
    require_counts(k=of, n=among)
    if np.any(of > among):
        raise ValueError("k is larger than n: a share is at most 1")
    among = np.where(among > 0, among, np.nan)
    return of, among, of / among


def wilson(k: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """The share k/n with Wilson's score interval (1927); all NaN where n is 0."""
    of, among, share = _share(k, n)
    z2 = normal_quantile(1 - tail(confidence)) ** 2
    middle = (of + z2 / 2) / (among + z2)
    half = np.sqrt(z2 * (share * (1 - share) * among + z2 / 4)) / (among + z2)
    low = np.where(of == 0, share, np.maximum(middle - half, 0.0))
    high = np.where(of == among, share, np.minimum(middle + half, 1.0))
    return Interval(share, low, high)


def clopper_pearson(k: ArrayLike, n: ArrayLike, confidence: float = 0.95) -> Interval:
    """The share k/n with the exact interval of Clopper and Pearson (1934); all NaN where n is 0."""
    of, among, share = _share(k, n)
    alpha = tail(confidence)
    low = beta_quantile(of, among - of + 1, alpha)
    high = beta_quantile(of + 1, among - of, 1 - alpha)
    return Interval(share, low, high)
