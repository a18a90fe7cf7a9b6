"""The standard error of survival when people weigh differently or hang together: infinitesimal jackknife."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mercato.statistics.interval import Floats, broadcast


def robust_standard_error(
    durations: ArrayLike,
    events: ArrayLike,
    times: ArrayLike,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
) -> Floats:
    """The robust standard error of the weighted Kaplan-Meier estimate at each of the times, for one group.

    The influence of a person on log S(t) is what leaving at that person's time takes from it less what the person's
    presence at risk lent it; influences are summed within clusters (each person alone when None) and squared.
    Weights are sampling weights. NaN where S is 0. Source of the method: Terry Therneau's survival, with
    ``robust = TRUE``.
    """
    lasted, ended, late, weight = broadcast(
        durations, events, -1.0 if entry is None else entry, 1.0 if weights is None else weights
    )
    left = weight * (ended != 0)
    steps = np.unique(lasted[left > 0])
    leavers = np.bincount(np.searchsorted(steps, lasted[left > 0]), left[left > 0], len(steps))
    at_risk = _weight_beyond(lasted, weight, steps) - _weight_beyond(late, weight, steps)
    all_left = leavers >= at_risk * (1 - 1e-12)
    rest = np.divide(1.0, at_risk - leavers, out=np.zeros_like(at_risk), where=~all_left)
    lent = np.append(0.0, np.cumsum(leavers / at_risk * rest))
    log_survival = np.append(0.0, np.cumsum(np.where(all_left, -np.inf, -np.log1p(leavers * rest))))
    taken = np.where(left > 0, np.append(rest, 0.0)[np.searchsorted(steps, lasted)], 0.0)
    cluster = np.arange(len(lasted)) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    wanted = np.atleast_1d(np.asarray(times, dtype=np.float64))
    errors = np.full(len(wanted), np.nan)
    for place, time in enumerate(wanted):
        until, since = (lent[np.searchsorted(steps, np.minimum(x, time), "right")] for x in (lasted, late))
        influence = weight * (until - since - np.where(lasted <= time, taken, 0.0))
        survival = np.exp(log_survival[np.searchsorted(steps, time, "right")])
        if survival > 0:
            errors[place] = survival * np.sqrt(np.sum(np.bincount(cluster, influence) ** 2))
    return errors


def _weight_beyond(limit: Floats, weight: Floats, steps: Floats) -> Floats:
    """The weight of those whose limit is at or after each step."""
    order = np.argsort(limit)
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    return np.asarray(total[-1] - total[np.searchsorted(limit[order], steps, "left")])
