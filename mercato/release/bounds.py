"""The closest bounds that equations set on unknown counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

_SLACK = 1e-6


class Bounds:
    """Unknown counts between bounds, under equations (``equal``) and sums that are at most a limit (``most``)."""

    def __init__(
        self, low: np.ndarray, high: np.ndarray, equal: tuple[sparse.csr_array, np.ndarray],
        most: tuple[sparse.csr_array, np.ndarray],
    ) -> None:  # fmt: skip
        self.low, self.high, self.equal, self.most = low, high, equal, most
        self.least, self.greatest = np.full(len(low), np.inf), np.full(len(low), -np.inf)
        told = sparse.vstack((equal[0], most[0])).tocoo()
        size = len(low)
        graph = sparse.coo_array(
            (np.ones(len(told.data)), (told.coords[0] + size, told.coords[1])), (size + told.shape[0],) * 2
        )
        self.part = connected_components(graph, directed=False)[1][:size]

    def reach(self, wanted: Mapping[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
        """Of each wanted count the interval it may lie in; no further than ``wanted`` asks, where it reaches that far.

        Counts of which a point is already known to be possible are not asked for again.
        """
        by_part: dict[int, list[int]] = {}
        for number in wanted:
            by_part.setdefault(int(self.part[number]), []).append(number)
        for part, numbers in by_part.items():
            inside = np.flatnonzero(self.part == part)
            for side in (1.0, -1.0):
                self._all_at_once(inside, numbers, wanted, side)
                for number in numbers:
                    if not self._reached(number, wanted[number], side):
                        self._alone(inside, number, side)
        return {number: (float(self.least[number]), float(self.greatest[number])) for number in wanted}

    def _reached(self, number: int, goal: tuple[float, float], side: float) -> bool:
        return bool(self.greatest[number] >= goal[1] - _SLACK if side > 0 else self.least[number] <= goal[0] + _SLACK)

    def _all_at_once(
        self, inside: np.ndarray, numbers: Sequence[int], wanted: Mapping[int, tuple[float, float]], side: float
    ) -> None:
        """Points at which as many as can be are as far as they go."""
        for _ in range(3):
            left = [number for number in numbers if not self._reached(number, wanted[number], side)]
            if len(left) < 2:
                return
            goal = np.zeros(len(self.low))
            goal[left] = side
            low, high = self.low.copy(), self.high.copy()
            for number in left:
                if side > 0:
                    high[number] = min(high[number], max(low[number], wanted[number][1]))
                else:
                    low[number] = max(low[number], min(high[number], wanted[number][0]))
            if not self._point(inside, goal, low, high):
                return

    def _alone(self, inside: np.ndarray, number: int, side: float) -> None:
        goal = np.zeros(len(self.low))
        goal[number] = side
        if not self._point(inside, goal, self.low, self.high) and np.isinf(self.least[number]):
            self.least[number], self.greatest[number] = self.low[number], self.high[number]

    def _point(self, inside: np.ndarray, goal: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
        """Go as far towards the goal as the rows allow, and note what every count was there."""
        (equal, sums), (most, limits) = (_rows(part, inside) for part in (self.equal, self.most))
        told = linprog(
            -goal[inside],
            A_ub=most if most.shape[0] else None, b_ub=limits if most.shape[0] else None,
            A_eq=equal if equal.shape[0] else None, b_eq=sums if equal.shape[0] else None,
            bounds=np.column_stack((low[inside], high[inside])),
        )  # fmt: skip
        if told.status == 3:
            (far,) = np.nonzero(goal[inside])
            self.greatest[inside[far[goal[inside][far] > 0]]] = np.inf
            return True
        if told.status != 0:
            return False
        self.least[inside] = np.minimum(self.least[inside], told.x)
        self.greatest[inside] = np.maximum(self.greatest[inside], told.x)
        return True


def _rows(part: tuple[sparse.csr_array, np.ndarray], inside: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
    """The rows in which the unknowns ``inside`` stand."""
    matrix, right = part
    columns = matrix.tocsc()[:, inside]
    rows = np.unique(columns.indices)
    return columns.tocsr()[rows], right[rows]
