"""Counts of events and their rates, taken as Poisson."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.interval import Floats, Interval, broadcast, gamma_quantile, require_counts, tail


def poisson_interval(count: ArrayLike, confidence: float = 0.95) -> Interval:
    """A count with the exact interval for its expectation (Garwood 1936)."""
    (events,) = broadcast(count)
    require_counts(count=events)
    alpha = tail(confidence)
    distinct, place = _distinct(events)
    low, high = gamma_quantile(distinct, alpha), gamma_quantile(distinct + 1, 1 - alpha)
    return Interval(events, low[place].reshape(events.shape), high[place].reshape(events.shape))


def _distinct(events: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Values among which all counts are, and the place of each count among them.

    Where the counts are small whole numbers, all whole numbers up to the largest, which needs no sorting.
    """
    most = events.max(initial=0)
    if most <= events.size:
        place = events.astype(np.int64)
        if np.array_equal(place, events):
            return np.arange(most + 1), place
    return np.unique(events, return_inverse=True)


def rate(count: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Events per unit of the denominator, with the exact Poisson interval; NaN where the denominator is not above 0."""
    events, per = broadcast(count, denominator)
    per = np.where(per > 0, per, np.nan)
    counted = poisson_interval(events, confidence)
    return Interval(events / per, counted.low / per, counted.high / per)


def difference_of_counts(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Interval:
    """a - b, say arrivals less departures, with the interval made from the two Poisson intervals
    by the method of variance estimates recovery (Zou & Donner 2008).
    """
    first, second = (poisson_interval(x, confidence) for x in broadcast(a, b))
    difference = first.estimate - second.estimate
    below = np.hypot(first.estimate - first.low, second.high - second.estimate)
    above = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(difference, difference - below, difference + above)
