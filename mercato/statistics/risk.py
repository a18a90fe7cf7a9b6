"""Who is at risk and who leaves, month by month, in a block of groups on one common grid of months."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.interval import Floats

Ints: TypeAlias = NDArray[np.int64]

_LARGEST = 1 << 18
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Stays:
    """Stays in any order, alike ones as one row: flat arrays of one length.

    group: from 0. entry, month: the month up to which a stay was not yet under observation, and the one in which it
    ended or was last seen. At risk in a month are those who entered before and were last seen in it or after; who
    entered at 0 is at risk from the beginning, 0 included. left: whether it ended. weight: how many, or the sum of
    their weights; square: the sum of the squares of their sampling weights (how many, where all weigh 1).
    """

    group: Ints
    entry: Ints
    month: Ints
    left: NDArray[np.bool_]
    weight: Floats
    square: Floats

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        return self.group, self.entry, self.month, self.left, self.weight, self.square

    def taken(self, rows: Ints | slice) -> Stays:
        """Some of the rows, in this order."""
        return Stays(*(column[rows] for column in self.columns))


def stays_of(
    group: ArrayLike,
    month: ArrayLike,
    left: ArrayLike,
    weight: ArrayLike = 1.0,
    entry: ArrayLike = 0,
    square: ArrayLike | None = None,
) -> Stays:
    """Stays from arrays or single values; weights are counts unless ``square`` says otherwise.

    Who came under observation in the last month was never at risk and is left out, but for month 0. Raises ValueError
    for months that are no whole numbers of at least 0, negative weights and an entry after the month.
    """
    given = (group, entry, month, left, weight, weight if square is None else square)
    g, e, m, gone, w, s = (np.atleast_1d(column) for column in np.broadcast_arrays(*map(np.asarray, given)))
    if len(g) and not all(np.issubdtype(column.dtype, np.integer) for column in (g, e, m)):
        raise ValueError("group, entry and month must be whole numbers")
    w, s = w.astype(np.float64), s.astype(np.float64)
    if not (np.all(np.isfinite(w)) and np.all(w >= 0)):
        raise ValueError("weights are numbers of at least 0")
    e, m = np.maximum(e.astype(np.int64), 0), m.astype(np.int64)
    if np.any(m < 0) or np.any(e > m) or np.any(g < 0):
        raise ValueError("groups and months are at least 0, and no entry is after its month")
    seen = (e < m) | (e == 0)
    return Stays(*(column[seen] for column in (g.astype(np.int64), e, m, gone.astype(bool), w, s)))


def blocks(rows: Ints, wide: Ints, months: int) -> Iterator[tuple[int, int]]:
    """First and last group (exclusive) of blocks of whole groups that fit a processor's cache.

    ``rows`` of each group, and how many lines of months (``wide``) each needs, of at most so many ``months``.
    """
    lines, cells = (np.append(0, np.cumsum(each)) for each in (wide, rows))
    first, size = 0, len(rows)
    while first < size:
        begun, before = lines[first], cells[first]
        last = bisect_right(
            range(first + 1, size + 1),
            _LARGEST,
            key=lambda g: int((lines[g] - begun) * min(months, cells[g] - before)),
        )
        last = first + max(last, 1)
        yield first, last
        first = last


@dataclass(frozen=True)
class Risk:
    """A block of groups on a grid of months: arrays of shape (groups, months), by numbers of groups from ``first``.

    Of sums up to a month there is one more column, before the first month.
    """

    stays: Stays
    first: int
    grid: Ints
    at_risk: Floats
    left: Floats
    all_left: NDArray[np.bool_]
    entered: Floats

    @cached_property
    def share(self) -> Floats:
        """Of those at risk in a month, the share that leaves in it."""
        return np.divide(self.left, self.at_risk, out=np.zeros_like(self.left), where=self.left > 0)

    @cached_property
    def rest(self) -> Floats:
        """1 over those at risk in a month who do not leave in it; 0 where all leave."""
        return np.divide(
            1.0, self.at_risk - self.left, out=np.zeros_like(self.left), where=(self.left > 0) & ~self.all_left
        )

    @cached_property
    def survival(self) -> Floats:
        """The share that stays beyond each month, and before the first."""
        kept = np.where(self.all_left, 0.0, 1.0 - self.share)
        return up_to(kept, np.cumprod, 1.0)

    @cached_property
    def lent(self) -> Floats:
        """Greenwood's sums of d / (n (n - d)), the variance of the log of survival."""
        return up_to(self.share * self.rest)

    @cached_property
    def gone_by(self) -> NDArray[np.bool_]:
        """Whether everybody had left by each month, and before the first."""
        return up_to(self.all_left, np.logical_or.accumulate, False)

    def place(self, months: Ints) -> Ints:
        """Where months of the grid stand in it."""
        return np.searchsorted(self.grid, months)

    def passed(self, entry: Ints) -> Ints:
        """How many months of the grid lie up to each entry: in none of them was who entered so at risk."""
        return np.where(entry <= 0, 0, np.searchsorted(self.grid, entry, "right")).astype(np.int64)


def up_to(values: NDArray[Any], sums: Any = np.cumsum, before: float = 0.0) -> NDArray[Any]:
    """Running sums of each row, with ``before`` in front."""
    found = np.empty((values.shape[0], values.shape[1] + 1), dtype=values.dtype)
    found[:, 0] = before
    sums(values, axis=1, out=found[:, 1:])
    return found


def risk_of(stays: Stays, first: int, last: int, horizons: Ints) -> Risk:
    """The block of groups from ``first`` to before ``last``, ``stays`` being those of these groups."""
    grid = np.unique(np.concatenate([stays.entry, stays.month, horizons, [0]]))
    shape = last - first, len(grid)
    row = stays.group - first

    def table(months: Ints, weight: Floats) -> Floats:
        place = row * shape[1] + np.searchsorted(grid, months)
        return np.asarray(np.bincount(place, weight, shape[0] * shape[1]).reshape(shape))

    came, went = table(stays.entry, stays.weight), table(stays.month, stays.weight)
    left = table(stays.month, stays.weight * stays.left)
    entered = came.sum(axis=1)
    slack = _ROUNDING * entered[:, None]
    at_risk: Floats = up_to(came - went)[:, :-1]
    at_risk[:, 0] += came[:, 0]
    at_risk[np.abs(at_risk) <= slack] = 0.0
    return Risk(stays, first, grid, at_risk, left, (left > 0) & (left >= at_risk - slack), entered)
