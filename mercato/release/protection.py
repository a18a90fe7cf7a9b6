"""Which other cells are withheld so that no withheld one can be bounded closely: least-cost perturbations.

A withheld number is safe where the released ones would be the same with another number in its place. So for each, and
for each way in which it has to be free to move, a change of the unreleased numbers is sought that moves it as far as
it must and keeps every equation; published numbers may take part at a price, and those that do are withheld too. The
change is a proof: whoever knows all equations and all bounds cannot exclude it. (The linear relaxation of complementary
cell suppression, as in Fischetti & Salazar 2001; sparse, and a component of the equations at a time.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

_TINY = 1e-6
_TRIES = 150
"""How many programs are solved to see which cells withheld for others may be released again."""


@dataclass(frozen=True)
class Problem:
    """Facts and equations between their changes.

    equations: equations × facts, 1 for the whole and -1 for its parts; rest: of each what no cell tells; within: pairs
    of facts (some, all), of which the first is at most the second; value: of each fact; down and up: how far a withheld
    fact may move; cost: of withholding a published one, infinite where it cannot be. fact and place: which fact is told
    at which place; places: how many there are. shut: places that are withheld anyway. needs: fact, and how far it has
    to be free to move, with a sign.
    """

    equations: sparse.csr_array
    rest: np.ndarray
    within: np.ndarray
    value: np.ndarray
    down: np.ndarray
    up: np.ndarray
    cost: np.ndarray
    fact: np.ndarray
    place: np.ndarray
    places: int
    shut: np.ndarray
    needs: Sequence[tuple[int, float]]


@dataclass
class Pattern:
    """What is withheld: ``hidden`` facts, ``shut`` places, and the numbers of needs that nothing could meet."""

    hidden: np.ndarray
    shut: np.ndarray
    failed: list[int]


class _Search:
    def __init__(self, problem: Problem) -> None:
        self.problem = p = problem
        self.size = len(p.value)
        self.solved = 0
        self.must = np.zeros(self.size, dtype=bool)
        self.must[[fact for fact, _ in p.needs]] = True
        self.chosen = self.must.copy()
        self.columns = p.equations.tocsc()
        self.room = p.value[p.within[:, 1]] - p.value[p.within[:, 0]]
        self.pairs: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        for pair, (some, every) in enumerate(p.within.tolist()):
            self.pairs[0].setdefault(some, []).append(pair)
            self.pairs[1].setdefault(every, []).append(pair)
        self.witness: dict[int, frozenset[int]] = {}
        self.hidden, self.shut = self._closed()
        self.component = _components(p.equations, p.within, np.ones(self.size, dtype=bool))

    def _closed(self) -> tuple[np.ndarray, np.ndarray]:
        """The facts that no open place tells, and the places that are shut."""
        p = self.problem
        shut = p.shut.copy()
        shut[p.place[self.chosen[p.fact]]] = True
        told = np.zeros(self.size, dtype=bool)
        told[p.fact[~shut[p.place]]] = True
        return ~told & ~np.isinf(p.cost), shut

    def run(self) -> Pattern:
        failed = []
        for number in self._unmet(range(len(self.problem.needs))):
            if not self._meet(number):
                failed.append(number)
        self._release_again()
        return Pattern(self.hidden, self.shut, failed)

    def _unmet(self, numbers: Sequence[int]) -> list[int]:
        """The needs that what is hidden already does not meet; the largest changes come first."""
        needs = self.problem.needs
        numbers = [number for number in numbers if not self._exchanged(number)]
        part = _components(self.problem.equations, self.problem.within, self.hidden)
        groups: dict[tuple[int, bool], list[int]] = {}
        for number in numbers:
            fact, amount = needs[number]
            groups.setdefault((int(part[fact]), amount > 0), []).append(number)
        unmet = []
        for (label, _), group in sorted(groups.items()):
            inside = np.flatnonzero((part == label) & self.hidden)
            left = group
            while left:
                change = self._together(inside, [needs[number] for number in left])
                met = [n for n in left if abs(change[needs[n][0]] - needs[n][1]) < _TINY]
                self._prove(met, change)
                if not met:
                    break
                left = [n for n in left if n not in set(met)]
            unmet += [n for n in left if not self._alone(inside, n)]
        return sorted(unmet, key=lambda n: (-abs(needs[n][1]), n))

    def _exchanged(self, number: int) -> bool:
        """Whether a need is met by what no cell tells, or by other hidden facts of one equation; without solving."""
        fact, amount = self.problem.needs[number]
        tight = self._tight(fact, amount)
        if tight is None or len(tight) > 1:
            return False
        change = {fact: amount}
        if tight:
            row, sign = tight[0]
            owed = -sign * amount
            start, stop = self.problem.equations.indptr[row : row + 2]
            for other, its in zip(
                self.problem.equations.indices[start:stop].tolist(),
                self.problem.equations.data[start:stop].tolist(),
                strict=True,
            ):
                room = self._room(other, its * owed > 0) if self.hidden[other] and other != fact else 0.0
                given = its * np.sign(owed) * min(abs(owed), room)
                if given and self._tight(other, given) == [(row, its)]:
                    change[other] = given
                    owed -= its * given
                if abs(owed) < _TINY:
                    break
            if abs(owed) > _TINY:
                return False
        if not self._possible(change):
            return False
        self.witness[number] = frozenset(change)
        return True

    def _possible(self, change: dict[int, float]) -> bool:
        """Whether a change keeps every equation and every pair, all its parts together."""
        p, left = self.problem, dict[int, float]()
        for fact, amount in change.items():
            start, stop = self.columns.indptr[fact : fact + 2]
            signs = self.columns.data[start:stop].tolist()
            for row, sign in zip(self.columns.indices[start:stop].tolist(), signs, strict=True):
                left[row] = left.get(row, 0.0) + sign * amount
        pairs = {pair for fact in change for side in self.pairs for pair in side.get(fact, ())}
        some, every = p.within[:, 0], p.within[:, 1]
        kept = all(abs(value) < _TINY or (p.rest[row] > 0 and value >= -p.rest[row]) for row, value in left.items())
        return kept and all(
            change.get(int(some[pair]), 0.0) - change.get(int(every[pair]), 0.0) <= self.room[pair] for pair in pairs
        )

    def _prove(self, numbers: Sequence[int], change: np.ndarray) -> None:
        """Remember which facts the change moves that meets some needs."""
        moved = frozenset(np.flatnonzero(np.abs(change) > _TINY).tolist())
        self.witness.update(dict.fromkeys(numbers, moved))

    def _room(self, fact: int, grows: bool) -> float:
        return float(self.problem.up[fact] if grows else self.problem.down[fact])

    def _tight(self, fact: int, amount: float) -> list[tuple[int, float]] | None:
        """The equations, with the sign of the fact in them, that a change would break; null where a pair would be."""
        for side, grows in ((0, True), (1, False)):
            if (amount > 0) == grows:
                pairs = self.pairs[side].get(fact, ())
                if any(self.room[pair] < abs(amount) for pair in pairs):
                    return None
        p = self.problem
        start, stop = self.columns.indptr[fact : fact + 2]
        return [
            (row, sign)
            for row, sign in zip(
                self.columns.indices[start:stop].tolist(), self.columns.data[start:stop].tolist(), strict=True
            )
            if p.rest[row] == 0 or sign * amount < -p.rest[row]
        ]

    def _together(self, inside: np.ndarray, needs: list[tuple[int, float]]) -> np.ndarray:
        """A change within ``inside`` that takes as many of the facts as far as they have to go as it can."""
        low, high, gain = -self.problem.down, self.problem.up.copy(), np.zeros(self.size)
        for fact, amount in needs:
            gain[fact] = np.sign(amount)
            low[fact], high[fact] = max(low[fact], min(amount, 0.0)), min(high[fact], max(amount, 0.0))
        change = self._solve(inside, -gain, gain, low, high)
        return np.zeros(self.size) if change is None else change

    def _forced(self, inside: np.ndarray, number: int, cost: np.ndarray) -> np.ndarray | None:
        """The cheapest change within ``inside`` that meets a need."""
        fact, amount = self.problem.needs[number]
        low, high = -self.problem.down, self.problem.up.copy()
        low[fact] = high[fact] = amount
        return self._solve(inside, cost, cost, low, high)

    def _alone(self, inside: np.ndarray, number: int) -> bool:
        """Whether what is hidden meets a need by itself."""
        change = self._forced(inside, number, np.zeros(self.size))
        if change is not None:
            self._prove([number], change)
        return change is not None

    def _met(self, number: int, part: np.ndarray) -> bool:
        fact, _ = self.problem.needs[number]
        return self._exchanged(number) or self._alone(np.flatnonzero((part == part[fact]) & self.hidden), number)

    def _meet(self, number: int) -> bool:
        """Withhold what the cheapest change that meets a need makes use of."""
        p, (fact, _) = self.problem, self.problem.needs[number]
        inside = np.flatnonzero((self.component == self.component[fact]) & ~np.isinf(p.cost))
        change = self._forced(inside, number, np.where(self.hidden, 0.0, p.cost))
        if change is None:
            return False
        used = (np.abs(change) > _TINY) & ~self.hidden
        if used.any():
            self.chosen |= used
            self.hidden, self.shut = self._closed()
        self._prove([number], change)
        return True

    def _solve(
        self, inside: np.ndarray, more: np.ndarray, less: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> np.ndarray | None:
        """The change of the facts ``inside`` that costs least; all others stay. Null where there is none.

        more, less: what it costs for a fact to grow or to shrink by 1; low, high: how far it may.
        """
        p, low, high = self.problem, low[inside], high[inside]
        rows = np.unique(self.columns[:, inside].indices)
        taken = p.equations[rows][:, inside]
        loose = np.flatnonzero(p.rest[rows] > 0)
        rests = sparse.csr_array((-np.ones(len(loose)), (loose, np.arange(len(loose)))), (len(rows), len(loose)))
        bounds = np.column_stack(
            (
                np.concatenate((np.maximum(low, 0), np.maximum(-high, 0), -p.rest[rows[loose]])),
                np.concatenate((np.maximum(high, 0), np.maximum(-low, 0), np.full(len(loose), np.inf))),
            )
        )
        within, room = self._within(inside)
        free = sparse.csr_array((within.shape[0], len(loose)))
        self.solved += 1
        told = linprog(
            np.concatenate((more[inside], less[inside], np.zeros(len(loose)))),
            A_ub=sparse.hstack((within, -within, free), format="csc") if len(room) else None,
            b_ub=room if len(room) else None,
            A_eq=sparse.hstack((taken, -taken, rests), format="csc") if len(rows) else None,
            b_eq=np.zeros(len(rows)) if len(rows) else None,
            bounds=bounds,
        )
        if told.status != 0:
            return None
        change = np.zeros(self.size)
        change[inside] = told.x[: len(inside)] - told.x[len(inside) : 2 * len(inside)]
        return change

    def _within(self, inside: np.ndarray) -> tuple[sparse.csr_array, np.ndarray]:
        """That a count of some is at most that of all, for the pairs of which either may change."""
        p, place = self.problem, np.full(self.size, -1)
        place[inside] = np.arange(len(inside))
        some, every = (place[p.within[:, side]] for side in (0, 1))
        pairs = np.flatnonzero((some >= 0) | (every >= 0))
        row = np.arange(len(pairs))
        told = [(some[pairs], 1.0), (every[pairs], -1.0)]
        entries = [(row[at >= 0], at[at >= 0], np.full(int((at >= 0).sum()), sign)) for at, sign in told]
        rows, columns, signs = (np.concatenate(part) for part in zip(*entries, strict=True))
        room = p.value[p.within[pairs, 1]] - p.value[p.within[pairs, 0]]
        return sparse.csr_array((signs, (rows, columns)), (len(pairs), len(inside))), room

    def _release_again(self) -> None:
        """Release what was withheld for others and is not needed after all, the dearest first."""
        p = self.problem
        begun = self.solved
        for fact in sorted(np.flatnonzero(self.chosen & ~self.must).tolist(), key=lambda f: (-p.cost[f], f)):
            if self.solved - begun > _TRIES:
                break
            before, witness = (self.chosen.copy(), self.hidden, self.shut), dict(self.witness)
            self.chosen[fact] = False
            self.hidden, self.shut = self._closed()
            told = frozenset(np.flatnonzero(before[1] & ~self.hidden).tolist())
            again = [n for n, moved in self.witness.items() if not told.isdisjoint(moved)]
            for number in again:
                del self.witness[number]
            part = _components(p.equations, p.within, self.hidden)
            if not all(self._met(number, part) for number in again):
                (self.chosen, self.hidden, self.shut), self.witness = before, witness


def _components(equations: sparse.csr_array, within: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """The number of the component of each fact, joined by the equations and pairs in which taken facts stand."""
    size, (rows, _) = len(taken), equations.shape
    told = equations.tocoo()
    kept = taken[told.coords[1]]
    pairs = within[taken[within[:, 0]] & taken[within[:, 1]]]
    first = np.concatenate((told.coords[0][kept] + size, pairs[:, 0]))
    second = np.concatenate((told.coords[1][kept], pairs[:, 1]))
    graph = sparse.coo_array((np.ones(len(first)), (first, second)), (size + rows, size + rows))
    return np.asarray(connected_components(graph, directed=False)[1][:size])


def protect(problem: Problem) -> Pattern:
    """What has to be withheld so that every need is met, for which more is withheld as cheaply as a heuristic can."""
    return _Search(problem).run()
