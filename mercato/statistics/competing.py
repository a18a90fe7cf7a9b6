"""Cumulative incidence with competing causes, of many groups at once: the estimate of Aalen and Johansen.

With S the share that stays, n those at risk in a month and d_k those who leave in it for cause k, the share gone for k
by t is F_k(t) = Σ S(before the month) d_k / n over the months up to t. Ties are part of the sum, which is exact for
whole months: nothing is drawn, and the F_k of a group and its S add to 1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mercato.statistics.incidence import Incidence, gone_of, incidence
from mercato.statistics.interval import broadcast
from mercato.statistics.risk import Ints, Stays, stays_of

__all__ = ["Incidence", "cumulative_incidence", "incidence_from_counts"]


def incidence_from_counts(
    group: ArrayLike,
    month: ArrayLike,
    cause: ArrayLike,
    count: ArrayLike,
    entry: ArrayLike = 0,
    times: ArrayLike | None = None,
    n_causes: int | None = None,
    confidence: float = 0.95,
) -> Incidence:
    """Cumulative incidence of every group and cause from counts per (group, month, cause), months in whole months.

    ``count`` stays of a group ended in that month for that cause, 1 or more; of cause 0 are those last observed in it.
    ``entry`` is the month up to which they were not yet under observation (delayed entry): at risk at t are those with
    entry < t <= month, and who entered at 0 is at risk from the beginning. Groups count from 0; rows may come in any
    order and more than once. Lines are the groups and causes that occur, or each of ``n_causes`` causes in each group
    where that is given. ``times`` None asks for every month from 0 to
    the last.

    The variance is the discrete one of Aalen (multinomial in each month, by the delta method). The interval is
    log-log for the share that has not left for the cause, 1 - F_k, so that with one cause it is that of
    ``survival_from_counts``. Where that is undefined an exact binomial limit stands in: for a cause for which nobody
    left, 0 to 1 - (alpha/2)^(1/n) with n the fewest of whom it was known at any time until then (at risk, or gone for
    other causes); where all left for one cause, (alpha/2)^(1/n) to 1 with n those at risk when the last left.

    Raises ValueError for months that are no whole numbers of at least 0, counts below 0, and an entry after its month.
    """
    g, m, k, c, e = _rows(group, month, cause, count, entry)
    stays = stays_of(g, m, k > 0, c, e)
    horizons = np.arange(int(m.max(initial=0)) + 1) if times is None else _months(times)
    return incidence(stays, gone_of(g, k, m, c, e, c, n_causes), horizons, confidence=confidence)


def cumulative_incidence(
    durations: ArrayLike,
    causes: ArrayLike,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    times: ArrayLike | None = None,
    robust: bool = False,
    n_causes: int | None = None,
    confidence: float = 0.95,
) -> Incidence:
    """Cumulative incidence from one record per stay; durations and entries of any unit, at least 0.

    ``causes`` says for what each stay ended at its duration, 1 or more, or 0 where it was last observed there.
    ``weights`` are case weights: counts, Aalen's variance included, become weighted sums. With ``clusters`` (the person
    of each stay) or ``robust`` they are sampling weights, and the variance is the infinitesimal jackknife: influences
    are summed within a person, each stay alone without clusters, and squared. The rest is as in
    :func:`incidence_from_counts`; ``times`` None asks for 0 and every distinct duration.
    """
    lasted, late, weight = broadcast(durations, 0.0 if entry is None else entry, 1.0 if weights is None else weights)
    cause, group = (np.broadcast_to(np.asarray(x), lasted.shape) for x in (causes, 0 if groups is None else groups))
    if lasted.ndim != 1:
        raise ValueError("durations are a flat array")
    if np.any(~(lasted >= 0) | ~(late >= 0) | (late > lasted)):
        raise ValueError("durations and entries are at least 0, and no entry is after its duration")
    wanted = np.unique(np.append(lasted, 0.0)) if times is None else np.atleast_1d(np.asarray(times, dtype=np.float64))
    grid = np.unique(np.concatenate([lasted, late, wanted, [0.0]]))
    seen = (late < lasted) | (late <= 0)
    month, begun, horizons = (np.searchsorted(grid, x).astype(np.int64) for x in (lasted, late, wanted))
    g, m, k, c, e = (x[seen] for x in _rows(group, month, cause, weight, begun))
    if not np.all(np.isfinite(c) & (c >= 0)):
        raise ValueError("weights are numbers of at least 0")
    people = None
    if clusters is not None or robust:
        who = np.arange(len(g)) if clusters is None else np.broadcast_to(np.asarray(clusters), lasted.shape)[seen]
        people = _numbered(g, np.unique(who, return_inverse=True)[1].ravel())
    gone = gone_of(g, k, m, c, e, c**2, n_causes)
    found = incidence(Stays(g, e, m, k > 0, c, c**2), gone, horizons, 0, None, people, k, confidence)
    return replace(found, times=wanted)


def _months(times: ArrayLike) -> Ints:
    wanted = np.atleast_1d(np.asarray(times))
    if not np.issubdtype(wanted.dtype, np.integer) or np.any(wanted < 0):
        raise ValueError("times are whole months of at least 0")
    return wanted.astype(np.int64)


def _rows(group: ArrayLike, month: ArrayLike, cause: ArrayLike, weight: ArrayLike, entry: ArrayLike) -> tuple[Any, ...]:
    """The columns of rows as flat arrays of one length, checked."""
    columns = [np.atleast_1d(x) for x in np.broadcast_arrays(*map(np.asarray, (group, month, cause, weight, entry)))]
    g, m, k, w, e = columns
    if any(x.ndim != 1 for x in columns):
        raise ValueError("groups, months, causes and counts are flat arrays of one length")
    k = k.astype(np.int64) if k.dtype == bool else k
    if len(g) and not all(np.issubdtype(x.dtype, np.integer) for x in (g, m, k, e)):
        raise ValueError("groups, months, causes and entries are whole numbers")
    if np.any(k < 0):
        raise ValueError("causes are 1 or more, or 0 where a stay was last observed")
    return (*(x.astype(np.int64) for x in (g, m, k)), w.astype(np.float64), e.astype(np.int64))


def _numbered(group: Ints, person: Ints) -> Ints:
    """The people of each group as numbers from 0."""
    size = int(person.max(initial=0)) + 1
    known, place = np.unique(group * size + person, return_inverse=True)
    first = np.searchsorted(known // size, group)
    return np.asarray(place - first, dtype=np.int64)
