"""Two or more groups side by side: difference and ratio, the log-rank test, many tests at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, Interval
from mercato.statistics.lifetable import LifeTable


@dataclass(frozen=True)
class LogRank:
    """A test of no difference: ``statistic`` is chi-square with ``freedom`` degrees, ``p`` its two-sided p-value.

    excess: leavers over those expected if the groups were alike. NaN where nothing can be tested.
    """

    statistic: Floats
    freedom: NDArray[np.int64]
    p: Floats
    excess: Floats


def difference(a: Interval, b: Interval) -> Interval:
    """a - b of two independent estimates, with the interval recovered from theirs (MOVER, Zou & Donner 2008).

    Each side keeps its own distance to its limit, so that limits made on a log or log-log scale, or exact ones at 0
    and 1, hold for the difference too. NaN where an estimate or a limit is.
    """
    estimate = a.estimate - b.estimate
    below = np.hypot(a.estimate - a.low, b.high - b.estimate)
    above = np.hypot(a.high - a.estimate, b.estimate - b.low)
    return Interval(estimate, estimate - below, estimate + above)


def ratio(a: Interval, b: Interval) -> Interval:
    """a / b of two independent estimates of at least 0, with the interval recovered from theirs (Donner & Zou 2012).

    Where b is 0 only the lower limit is determined, as where its own lower limit is 0 the upper one is not: NaN.
    """
    both = a.estimate * b.estimate
    of_a, of_b = a.low * (2 * a.estimate - a.low), b.high * (2 * b.estimate - b.high)
    to_a, to_b = a.high * (2 * a.estimate - a.high), b.low * (2 * b.estimate - b.low)
    under = both + np.sqrt(np.maximum(both**2 - of_a * of_b, 0))
    over = both + np.sqrt(np.maximum(both**2 - to_a * to_b, 0))
    known = ~np.isnan(both)
    none = np.where(known, 0.0, np.nan)
    estimate = np.divide(a.estimate, b.estimate, out=np.full(both.shape, np.nan), where=known & (b.estimate > 0))
    low = np.divide(of_a, under, out=none, where=known & (under > 0))
    high = np.divide(over, to_b, out=np.full(both.shape, np.nan), where=known & (to_b > 0))
    return Interval(estimate, low, high)


def log_rank_pairs(table: LifeTable, other: LifeTable) -> LogRank:
    """The log-rank test of each group against the group at the same place of ``other``, all pairs at once.

    In each month the leavers of both are shared out by the people at risk; the variance is the hypergeometric one, so
    that ties are exact; delayed entry is in the people at risk. ``table`` and ``other`` have shape (pairs, months).
    Source of the method: Mantel 1966; Peto & Peto 1972.
    """
    at_risk, events = table.at_risk + other.at_risk, table.events + other.events
    share = np.divide(table.at_risk, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    stay = np.divide(at_risk - events, at_risk - 1, out=np.zeros_like(at_risk), where=at_risk > 1)
    excess = np.sum(table.events - events * share, axis=-1)
    variance = np.sum(events * share * (1 - share) * stay, axis=-1)
    told = variance > 0
    statistic = np.divide(excess**2, variance, out=np.full(excess.shape, np.nan), where=told)
    p = np.where(told, special.chdtrc(1, np.where(told, statistic, 1.0)), np.nan)
    return LogRank(statistic, told.astype(np.int64), p, np.where(told, excess, np.nan))


def log_rank(table: LifeTable) -> LogRank:
    """The log-rank test that all groups of a life table are alike; arrays of shape (groups, months).

    With shape (strata, groups, months) it is the stratified test: groups are compared inside each stratum alone, and
    excess and variance added up. Degrees of freedom are the rank of the variance: groups that never stood beside
    another add none. ``excess`` has one number per group. NaN where nothing can be compared.
    """
    at_risk, events = (np.atleast_3d(x) if x.ndim == 3 else x[None] for x in (table.at_risk, table.events))
    risk, left = at_risk.sum(axis=1, keepdims=True), events.sum(axis=1, keepdims=True)
    share = np.divide(at_risk, risk, out=np.zeros_like(at_risk), where=risk > 0)
    stay = np.divide(risk - left, risk - 1, out=np.zeros_like(risk), where=risk > 1)
    excess = np.sum(events - left * share, axis=(0, 2))
    weight = left * stay
    variance = np.diag(np.sum(weight * share, axis=(0, 2))) - np.einsum("sgt,sht->gh", weight * share, share)
    values, vectors = np.linalg.eigh(variance)
    kept = values > 1e-10 * max(float(values.max(initial=0)), 1e-300)
    if not kept.any():
        return LogRank(np.asarray(np.nan), np.asarray(0), np.asarray(np.nan), np.full(excess.shape, np.nan))
    statistic = np.asarray(np.sum((vectors[:, kept].T @ excess) ** 2 / values[kept]))
    freedom = np.asarray(kept.sum())
    return LogRank(statistic, freedom, np.asarray(special.chdtrc(freedom, statistic)), excess)


def adjusted_for_many(p: ArrayLike, family: ArrayLike | None = None) -> Floats:
    """p-values adjusted for how many are looked at together, by Benjamini and Hochberg (1995), within each family.

    To call different all that are at most 0.05 keeps the share of false alarms among them under 5% on average. NaN
    stays NaN and does not count.
    """
    values = np.asarray(p, dtype=np.float64)
    flat = values.ravel()
    among = np.zeros(flat.shape, dtype=np.int64) if family is None else np.asarray(family).ravel()
    if np.any((flat < 0) | (flat > 1)):
        raise ValueError("a p-value lies outside 0 to 1")
    adjusted = np.full(flat.shape, np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    if not len(known):
        return adjusted.reshape(values.shape)
    order = known[np.lexsort((flat[known], among[known]))]
    group = np.unique(among[order], return_inverse=True)[1]
    size = np.bincount(group)
    rank = np.arange(len(order)) - (np.cumsum(size) - size)[group] + 1
    scaled = np.minimum(flat[order] * size[group] / rank, 1.0)
    # The least from each place to the end of its family, found on places in order so that no digit is lost.
    place = np.empty(len(order), dtype=np.int64)
    by_value = np.argsort(scaled, kind="stable")
    place[by_value] = np.arange(len(order))
    apart = place + len(order) * group
    least = np.minimum.accumulate(apart[::-1])[::-1] - len(order) * group
    adjusted[order] = scaled[by_value[least]]
    return adjusted.reshape(values.shape)
