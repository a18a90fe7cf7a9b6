"""The standard error of survival when people weigh differently or hang together: infinitesimal jackknife."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.influence import Pairs, alone, states_of, together
from mercato.statistics.interval import Floats, broadcast
from mercato.statistics.risk import Ints, Stays, blocks, risk_of


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


def clustered_variances(stays: Stays, pairs: Pairs, horizons: Ints, chosen: NDArray[np.bool_], n_groups: int) -> Floats:
    """The person-clustered variance of the log of survival of the groups chosen, of shape (groups, horizons).

    It is the square of ``robust_standard_error`` over survival, with the person as cluster, for many groups at once and
    from counts: ``stays`` of every group, and ``pairs`` of stays of one person, in the order of groups. NaN in groups
    that are not chosen, and where all had left.
    """
    found = np.full((n_groups, len(horizons)), np.nan)
    stays = stays.taken(np.flatnonzero(chosen[stays.group]))
    stays = stays.taken(np.argsort(stays.group, kind="stable"))
    rows = np.bincount(stays.group, minlength=n_groups) + len(horizons)
    months = len(np.unique(np.concatenate([stays.entry, stays.month, horizons])))
    for first, last in blocks(rows, np.ones(n_groups, dtype=np.int64), months):
        inside = slice(*np.searchsorted(stays.group, (first, last)))
        lines, wanted = np.arange(last - first), chosen[first:last]
        if not wanted.any():
            continue
        block = risk_of(stays.taken(inside), first, last, horizons)
        states = states_of(block, lines, wanted)
        squares = (
            alone(states, block.stays, lines, wanted),
            together(states, pairs.part(slice(first, last)), lines, wanted),
        )
        for column, at in enumerate(block.place(horizons)):
            influences = states.influences(-block.lent, -block.rest, int(at))
            variance = sum(square.sums(influences, len(lines)) for square in squares)
            told = wanted & ~block.gone_by[:, at + 1]
            found[first:last, column] = np.where(told, variance, np.nan)
    return found
