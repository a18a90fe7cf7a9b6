"""Mean tenure within so many months of joining: the area under the curve of those still there."""

from __future__ import annotations

import numpy as np
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, Interval, tail
from mercato.statistics.lifetable import LifeTable

_FREEDOM = 4
"""Degrees of freedom over the number of leavers with which the interval holds the truth from ten people on."""


def restricted_mean(table: LifeTable, left_after: float = 0.5, confidence: float = 0.95) -> tuple[Interval, Floats]:
    """Months stayed on average within the months of the table, with interval and variance; shape (groups, months).

    The area under the Kaplan-Meier curve up to the last month; who left in a month stayed ``left_after`` of it: half,
    or 1 for the area under the steps, as other programs give it. Variance: the sum over months of the area beyond,
    squared, times d / (n (n - d)) (Greenwood; Klein & Moeschberger). The interval is symmetric on the logit of the
    share of the months, with n / (n - 1) times the variance and Student's law of four degrees more than there are
    leavers, since few leavers tell their own variance badly. Where nobody or everybody left in one month, so that there
    is no variance, exact limits stand in for it: with n people the share (alpha/2)^(1/n) of the estimate, and of what
    is missing to the whole. NaN where the people at risk give out before the curve is known.
    """
    at_risk, events = table.at_risk, table.events
    stayed = np.divide(at_risk - events, at_risk, out=np.full(at_risk.shape, np.nan), where=at_risk > 0)
    survival = np.cumprod(np.where(np.isnan(stayed), 1.0, stayed), axis=1)
    # Nobody at risk is no gap once all have left.
    gone = np.cumsum(survival == 0, axis=1) > 0
    unknown = np.any((at_risk <= 0) & ~gone, axis=1)
    before = np.concatenate([np.ones((len(at_risk), 1)), survival[:, :-1]], axis=1)
    months = survival + left_after * (before - survival)
    mean = months.sum(axis=1)
    beyond = np.cumsum(months[:, ::-1], axis=1)[:, ::-1]
    # The area that a leaver of a month takes away: what lies beyond the month, and the rest of that month.
    after = np.concatenate([beyond[:, 1:], np.zeros((len(at_risk), 1))], axis=1) + (1 - left_after) * survival
    rest = at_risk * (at_risk - events)
    spread = np.divide(events, rest, out=np.zeros_like(rest), where=rest > 0)
    variance = np.sum(after**2 * spread, axis=1)
    found = _interval(mean, variance, table, confidence)
    limits = (np.where(unknown, np.nan, values) for values in (found.estimate, found.low, found.high))
    return Interval(*limits), np.where(unknown, np.nan, variance)


def _interval(mean: Floats, variance: Floats, table: LifeTable, confidence: float) -> Interval:
    whole, at_risk = float(table.months), table.at_risk
    share = mean / whole
    inside = (share > 0) & (share < 1) & (variance > 0)
    safe = np.where(inside, share, 0.5)
    begun = at_risk.max(axis=1, initial=2)
    error = np.sqrt(variance * begun / (begun - 1)) / whole / (safe * (1 - safe))
    student = special.stdtrit(table.events.sum(axis=1) + _FREEDOM, 1 - tail(confidence))
    middle, reach = np.log(safe / (1 - safe)), student * error
    low, high = (1 / (1 + np.exp(-(middle + side * reach))) for side in (-1, 1))
    fewest = np.min(np.where(at_risk > 0, at_risk, np.inf), axis=1)
    edge = tail(confidence) ** (1 / np.where(np.isfinite(fewest), fewest, 1.0))
    low, high = np.where(inside, low, share * edge), np.where(inside, high, 1 - (1 - share) * edge)
    return Interval(mean, low * whole, high * whole)
