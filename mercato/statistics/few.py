"""Limits for a share of which one side counts few: there Wilson's interval holds the truth too seldom."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, Interval, broadcast, tail

FEW = 20
"""Up to so many on the rarer side limits are widened, so that they hold any share of 30 people or more in at least 93%
of cases, and of 10 people in 92%; were it up to 12 alone, some would be held less often."""

_STEPS = 6
_FINE = 1000
"""Numbers of people above it are looked up rounded to three digits, and the limit scaled: a share of few is d / n."""


def widened(interval: Interval, among: ArrayLike, confidence: float = 0.95) -> Interval:
    """Shares of so many people with limits at least as far out as the mid-P ones, where 20 or fewer are on one side.

    The number may be an effective one, which need not be whole. At the mid-P limits half the probability of what was
    seen, and all of what is further out, add to 2.5% (Lancaster 1961). What is NaN stays so.
    """
    share, people = broadcast(interval.estimate, among)
    with np.errstate(invalid="ignore"):
        rarer = np.minimum(share, 1 - share)
        few = (people * rarer <= FEW + 1e-9) & (people > 0)
    if not few.any():
        return interval
    low, high = interval.low.copy(), interval.high.copy()
    below, above = _limits(people[few] * rarer[few], people[few], tail(confidence))
    turned = share[few] > 0.5
    low[few] = np.minimum(low[few], np.where(turned, 1 - above, below))
    high[few] = np.maximum(high[few], np.where(turned, 1 - below, above))
    return Interval(interval.estimate, low, high)


def _limits(few: Floats, among: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Limits for few of among, between those of the whole numbers next to few."""
    people = np.maximum(_rounded(among), np.ceil(few - 1e-9))
    under = np.floor(few + 1e-9)
    over = np.minimum(np.ceil(few - 1e-9), people)
    pairs = np.concatenate([people * (FEW + 2) + under, people * (FEW + 2) + over])
    distinct, place = np.unique(pairs, return_inverse=True)
    whole_people, whole = np.floor_divide(distinct, FEW + 2), np.mod(distinct, FEW + 2)
    part = few - under
    found = []
    for limit in (_midp(whole, whole_people, alpha), _midp(whole, whole_people, 1 - alpha)):
        first, second = (limit[place[half]] for half in (slice(0, len(few)), slice(len(few), None)))
        found.append(np.clip((first + part * (second - first)) * people / among, 0, 1))
    return found[0], found[1]


def _rounded(among: Floats) -> Floats:
    """Whole numbers of people, of three digits beyond a thousand."""
    digits = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(among, 1)) + 1e-12) - 2, 0)
    return np.asarray(np.where(among <= _FINE, np.maximum(np.round(among), 1), np.round(among / digits) * digits))


def _midp(few: Floats, among: Floats, probability: float) -> Floats:
    """The share p at which P(X > few) + P(X = few) / 2 is the probability, X being binomial of among and p."""
    one = (few > 0) & (few < among)
    p, n = np.where(one, few, 1.0), np.where(one, among, 2.0)
    share: Any = special.betaincinv(p + 0.5, n - p + 0.5, probability)
    scale = special.betaln(p + 1, n - p + 1) + np.log(n + 1)
    for _ in range(_STEPS):
        share = _nearer(share, p, n, scale, probability)
    none = 0.0 if probability < 0.5 else 1 - (2 * (1 - probability)) ** (1 / among)
    every = 1.0 if probability > 0.5 else (2 * probability) ** (1 / among)
    return np.asarray(np.where(one, share, np.where(few > 0, every, none)))


def _nearer(share: Floats, few: Floats, among: Floats, scale: Floats, probability: float) -> Floats:
    """Newton's step on the log of the smaller tail, which is close to straight; never out of 0 to 1."""
    exactly = np.exp(few * np.log(share) + (among - few) * np.log1p(-share) - scale)
    slope = exactly * (few / share + (among - few) / (1 - share)) / 2
    if probability < 0.5:
        found: NDArray[Any] = special.betainc(few, among - few + 1, share) - exactly / 2
        step = np.log(found / probability) * found / (slope * share)
        return np.asarray(share * np.exp(np.clip(-step, -2, 2)).clip(None, (share + 1) / 2 / share))
    found = special.betainc(among - few, few + 1, 1 - share) - exactly + exactly / 2
    return np.asarray(
        np.clip(share + np.log(found / (1 - probability)) * found / slope, share / 4, (3 * share + 1) / 4)
    )
