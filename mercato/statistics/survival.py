"""Survival with delayed entry, of many groups at once: Kaplan and Meier's estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.interval import Floats, broadcast, log_log_interval, tail

Ints: TypeAlias = NDArray[np.int64]

_BLOCK = 1 << 18
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Survival:
    """Kaplan-Meier estimates, arrays of shape (groups, times); ``entered`` has shape (groups,).

    times: the horizons. estimate, low, high: the probability to stay beyond each, NaN where nobody is
    under observation there while some had stayed until then. at_risk: people under observation just before
    the horizon. events: those who left up to and including it. entered: people ever under observation.
    """

    times: NDArray[Any]
    estimate: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    events: Floats
    entered: Floats


@dataclass(frozen=True)
class _Sums:
    """What the product-limit estimate needs at each (group, time)."""

    log_survival: Floats
    greenwood: Floats
    at_risk: Floats
    events: Floats
    at_zero: Floats

    @classmethod
    def empty(cls, shape: tuple[int, int]) -> _Sums:
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape), np.full(shape, np.nan))


def survival_from_counts(
    group: NDArray[Any],
    month: NDArray[Any],
    events: NDArray[Any],
    censored: NDArray[Any],
    entered: NDArray[Any],
    times: ArrayLike | None = None,
    n_groups: int | None = None,
    confidence: float = 0.95,
    variance: Floats | None = None,
) -> Survival:
    """Kaplan-Meier estimates of all groups from counts per (group, month), the month in whole months of tenure.

    ``events`` people leave in that month of tenure, ``censored`` are last observed at it, ``entered`` come
    under observation at it (delayed entry). At risk at t are those with entry < t <= last month; who
    entered at 0 or before is at risk from the beginning, 0 included. ``group`` runs from 0 to
    ``n_groups`` - 1. Cells may come in any order and more than once; sorted by (group, month) without
    repeats they are not copied. ``times`` None asks for every month from 0 to the last.

    The interval is the log-log one from Greenwood's variance (Kalbfleisch & Prentice 1980). Where that is
    undefined an exact binomial limit stands in: with n at risk and nobody gone yet, (alpha/2)^(1/n) to 1;
    once all are gone, 0 to 1 - (alpha/2)^(1/n) with n those at risk when the last left. ``variance`` is that of the log
    of survival at each group and time, where another than Greenwood's is to be taken (``robust.clustered_variances``);
    NaN, or no more than rounding leaves, where not.

    Raises ValueError where counts are negative or more people leave than are at risk.
    """
    tail(confidence)
    group, month, counts = _in_order(np.asarray(group), np.asarray(month), (events, censored, entered))
    groups = n_groups if n_groups is not None else (int(group[-1]) + 1 if len(group) else 0)
    if len(group) and (group[0] < 0 or group[-1] >= groups):
        raise ValueError(f"a group lies outside 0 to {groups - 1}")
    horizons = _horizons(times, month)
    sums, ever = _Sums.empty((groups, len(horizons))), np.zeros(groups)
    for first, last in _blocks(group):
        _sum_block(group[first:last], month[first:last], [c[first:last] for c in counts], horizons, sums, ever)
    if variance is not None:
        sums.greenwood[:] = np.where(variance > _ROUNDING * sums.greenwood, variance, sums.greenwood)
    return _estimate(horizons, sums, ever, confidence)


def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Survival:
    """Kaplan-Meier estimates from one record per person; durations and entries of any unit, at least 0.

    ``events`` says whether the stay ended at its duration (else it was last observed there), ``entry``
    when the person came under observation (None: from the beginning), ``groups`` the group from 0.
    ``weights`` are case weights: counts, Greenwood's variance included, become weighted sums. A person whose
    entry is not before the duration was never at risk and is left out. ``times`` None asks for
    0 and every distinct duration. The rest is as in :func:`survival_from_counts`.
    """
    lasted, ended, late, weight = broadcast(
        durations, events, 0.0 if entry is None else entry, 1.0 if weights is None else weights
    )
    group = np.broadcast_to(np.asarray(0 if groups is None else groups, dtype=np.int64), lasted.shape)
    if np.any(~(lasted >= 0) | ~(late >= 0) | (late > lasted)):
        raise ValueError("durations and entries are at least 0, and no entry is after its duration")
    n_groups = int(group.max()) + 1 if len(group) else 0
    kept = (late < lasted) | (late <= 0)
    lasted, ended, late, weight = (x[kept] for x in (lasted, ended, late, weight))
    group = group[kept]
    wanted = np.unique(np.append(lasted, 0.0)) if times is None else np.atleast_1d(np.asarray(times, dtype=np.float64))
    grid = np.unique(np.concatenate([lasted, late, wanted, [0.0]]))
    origin = np.searchsorted(grid, 0.0)
    nobody = np.zeros_like(weight)
    found = survival_from_counts(
        np.concatenate([group, group]),
        np.concatenate([np.searchsorted(grid, late), np.searchsorted(grid, lasted)]) - origin,
        np.concatenate([nobody, weight * (ended != 0)]),
        np.concatenate([nobody, weight * (ended == 0)]),
        np.concatenate([weight, nobody]),
        np.searchsorted(grid, wanted) - origin,
        n_groups,
        confidence,
    )
    return Survival(wanted, found.estimate, found.low, found.high, found.at_risk, found.events, found.entered)


def _in_order(
    group: NDArray[Any], month: NDArray[Any], counts: tuple[NDArray[Any], ...]
) -> tuple[NDArray[Any], NDArray[Any], list[NDArray[Any]]]:
    """The cells sorted by (group, month) without repeats; the very arrays where they already are."""
    counts = tuple(np.asarray(c) for c in counts)
    if any(c.shape != group.shape for c in (month, *counts)) or group.ndim != 1:
        raise ValueError("group, month and the counts must be flat arrays of one length")
    if not (np.issubdtype(group.dtype, np.integer) and np.issubdtype(month.dtype, np.integer)) and len(group):
        raise ValueError("group and month must be whole numbers")
    if not len(group) or _is_sorted(group, month):
        return group, month, list(counts)
    lowest = int(month.min())
    order = np.argsort(group.astype(np.int64) * (int(month.max()) - lowest + 1) + (month.astype(np.int64) - lowest))
    group, month = group[order], month[order]
    starts = np.flatnonzero(np.append(True, (group[1:] != group[:-1]) | (month[1:] != month[:-1])))
    return group[starts], month[starts], [np.add.reduceat(c[order], starts) for c in counts]


def _is_sorted(group: NDArray[Any], month: NDArray[Any]) -> bool:
    for first in range(0, len(group) - 1, _BLOCK):
        g, m = group[first : first + _BLOCK + 1], month[first : first + _BLOCK + 1]
        if not np.all((g[1:] > g[:-1]) | ((g[1:] == g[:-1]) & (m[1:] > m[:-1]))):
            return False
    return True


def _horizons(times: ArrayLike | None, month: NDArray[Any]) -> Ints:
    if times is None:
        return np.arange(max(int(month.max(initial=0)), 0) + 1)
    wanted = np.atleast_1d(np.asarray(times))
    if not np.issubdtype(wanted.dtype, np.integer):
        raise ValueError("horizons are whole months")
    return wanted.astype(np.int64)


def _blocks(group: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """Stretches of cells that fit a processor's cache and hold whole groups."""
    first = 0
    while first < len(group):
        last = min(first + _BLOCK, len(group))
        if last < len(group):
            cut = int(np.searchsorted(group, group[last], "left"))
            last = cut if cut > first else int(np.searchsorted(group, group[last], "right"))
        yield first, last
        first = last


def _cumulative(values: NDArray[Any]) -> NDArray[Any]:
    """Sums of the first 0, 1, 2, … values."""
    total = np.zeros(len(values) + 1, dtype=np.float64)
    np.cumsum(values, out=total[1:])
    return total


def _sum_block(
    group: NDArray[Any], month: NDArray[Any], counts: list[NDArray[Any]], horizons: Ints, sums: _Sums, ever: Floats
) -> None:
    """Adds one block of whole groups to the sums."""
    left, censored, came = (c.astype(np.float64, copy=False) for c in counts)
    if min(left.min(), censored.min(), came.min()) < 0:
        raise ValueError("a cell holds a negative count")
    starts = np.append(0, np.flatnonzero(group[1:] != group[:-1]) + 1)
    here = group[starts]
    ever[here] = np.add.reduceat(came, starts)
    net = _cumulative(came - left - censored)
    base = np.repeat(net[starts], np.diff(np.append(starts, len(group))))
    slack = _ROUNDING * float(came.sum())
    at_risk = net[:-1] - base + np.where(month <= 0, came, 0.0)
    if np.any(left > at_risk + slack):
        raise ValueError("more people leave in a cell than are at risk in it")
    last = _locate(group, month, starts, horizons, "right")
    before = _locate(group, month, starts, horizons, "left")
    sums.at_risk[here] = _settle(net[before] - net[starts][:, None], slack)
    _add_beginners(sums.at_risk, here, came, month, starts, horizons)
    sums.events[here] = _between(left, starts, last)
    _add_steps(sums, here, left, at_risk, slack, starts, last)


def _locate(group: NDArray[Any], month: NDArray[Any], starts: Ints, horizons: Ints, side: Any) -> Ints:
    """For each group and horizon, the number of cells of the block up to the horizon (right) or before it (left)."""
    low, high = int(month.min()), int(month.max())
    width = high - low + 3
    key = (group.astype(np.int64) - int(group[0])) * width + (month.astype(np.int64) - low + 1)
    wanted = np.clip(horizons, low - 1, high + 1) - low + 1
    first = (group[starts].astype(np.int64) - int(group[0])) * width
    return np.searchsorted(key, first[:, None] + wanted[None, :], side).astype(np.int64)


def _between(values: Floats, starts: Ints, last: Ints) -> Floats:
    """Sums of the values of each group up to each horizon."""
    total = _cumulative(values)
    return np.asarray(total[last] - total[starts][:, None])


def _settle(people: Floats, slack: float) -> Floats:
    """Counts with what rounding left of 0 set to 0."""
    return np.where(np.abs(people) <= slack, 0.0, people)


def _add_beginners(
    at_risk: Floats, here: NDArray[Any], came: Floats, month: NDArray[Any], starts: Ints, horizons: Ints
) -> None:
    """Those who enter at a horizon of 0 or before are at risk there too."""
    for column in np.flatnonzero(horizons <= 0):
        at_risk[here, column] += np.add.reduceat(np.where(month == horizons[column], came, 0.0), starts)


def _add_steps(
    sums: _Sums, here: NDArray[Any], left: Floats, at_risk: Floats, slack: float, starts: Ints, last: Ints
) -> None:
    """Adds log(1 - d/n) and Greenwood's d / (n (n - d)); where all leave (d = n) the product is 0 from there on."""
    stepped = left > 0
    all_left = stepped & (left >= at_risk - slack)
    stepped &= ~all_left
    share = np.divide(left, at_risk, out=np.zeros_like(left), where=stepped)
    sums.log_survival[here] = _between(np.log1p(-share, out=np.zeros_like(share), where=stepped), starts, last)
    spread = np.divide(share, at_risk - left, out=np.zeros_like(share), where=stepped)
    sums.greenwood[here] = _between(spread, starts, last)
    ends = np.flatnonzero(all_left)
    if len(ends):
        next_end = np.searchsorted(ends, starts)
        first_end = np.where(next_end < len(ends), ends[np.minimum(next_end, len(ends) - 1)], len(left))[:, None]
        reached = first_end < last
        held = left[np.minimum(first_end, len(left) - 1)]
        sums.at_zero[here] = np.where(reached, held, np.nan)


def _estimate(horizons: Ints, sums: _Sums, ever: Floats, confidence: float) -> Survival:
    gone = ~np.isnan(sums.at_zero)
    estimate = np.where(gone, 0.0, np.exp(sums.log_survival))
    low, high = log_log_interval(estimate, sums.greenwood, confidence)
    alpha = tail(confidence)
    untouched = (sums.events == 0) & (sums.at_risk > 0)
    exact = alpha ** (1 / np.where(untouched, sums.at_risk, 1.0))
    low = np.where(untouched, np.where(horizons[None, :] <= 0, 1.0, exact), low)
    high = np.where(untouched, 1.0, high)
    low = np.where(gone, 0.0, low)
    high = np.where(gone, 1 - alpha ** (1 / np.where(gone, sums.at_zero, 1.0)), high)
    unknown = (sums.at_risk == 0) & ~gone
    estimate, low, high = (np.where(unknown, np.nan, x) for x in (estimate, low, high))
    return Survival(horizons, estimate, low, high, sums.at_risk, sums.events, ever)
