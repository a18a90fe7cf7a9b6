"""SpringRank: a score on one line for each node of a flow network, so that moves go up it as short a way as can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, sparse  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse import csgraph, linalg  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats

DIRECT = 3_000
"""Nodes up to which the system is solved by factors; beyond, by conjugate gradients to ``TOLERANCE``."""
TOLERANCE = 1e-10
_MOST_ROUNDS = 5_000


@dataclass(frozen=True)
class SpringRank:
    """Scores (higher: the better end of moves), the component of each node, from 0, and whether the solver arrived.

    Within a component scores are told against its mean, 0; nothing orders nodes of two components.
    """

    score: Floats
    component: np.ndarray
    converged: bool


def springrank(
    origin: ArrayLike, destination: ArrayLike, moves: ArrayLike, size: int, alpha: float = 0.0
) -> SpringRank:
    """Scores that make Σ moves (s_destination - s_origin - 1)² / 2 + alpha/2 Σ s² least.

    A move is a spring of length 1 from its origin up to its destination. ``origin`` and ``destination`` are node
    numbers below ``size``; moves of a pair told in several rows add up, and those from a node to itself have no say.
    With ``alpha`` 0 scores are free up to a shift in each component, and their mean is 0 there; a node without moves
    has a score of 0. Sparse throughout: memory is that of the pairs. Raises ValueError for a negative number of moves.
    Source: De Bacco, Larremore & Moore (2018), A physical model for efficient ranking in networks, Science Advances.
    """
    here, there = (np.asarray(nodes, dtype=np.int64) for nodes in (origin, destination))
    weight = np.asarray(moves, dtype=np.float64)
    if np.any(~(weight >= 0)):
        raise ValueError("a number of moves is negative or missing")
    used = (here != there) & (weight > 0)
    here, there, weight = here[used], there[used], weight[used]
    shape = (size, size)
    both = sparse.csr_array((np.concatenate([weight, weight]), (np.append(here, there), np.append(there, here))), shape)
    _, component = csgraph.connected_components(both, directed=False)
    strength = np.asarray(both.sum(axis=1)).ravel()
    push = (np.bincount(there, weight, size) - np.bincount(here, weight, size)).astype(np.float64)
    system = sparse.diags_array(strength + alpha).tocsr() - both
    score, converged = _solved(system, push, component, strength, alpha)
    return SpringRank(score if alpha else _centred(score, component), component, converged)


def score_errors(
    found: SpringRank, origin: ArrayLike, destination: ArrayLike, moves: ArrayLike, draws: int = 200, seed: int = 1
) -> Floats:
    """Draws of how far scores (``alpha`` 0) lie from the truth if moves of each pair are Poisson; one row per draw.

    The first-order answer of the scores to the moves of a draw: a move more from i to j pushes them apart by
    1 - (s_j - s_i), against the springs as they are. Every pair is drawn apart, so that people who moved more than once
    count as several. For the draws each node is given one move more in either direction, spread over those with which
    it has any: where all went one way the scores would else be certain. Each draw is a sparse solve; of many nodes to a
    relative tolerance of 1e-4.
    """
    here, there = (np.asarray(nodes, dtype=np.int64) for nodes in (origin, destination))
    weight, size = np.asarray(moves, dtype=np.float64), len(found.score)
    used = (here != there) & (weight > 0)
    here, there, weight, also = _either_way(here[used], there[used], weight[used], size)
    rest = 1 - (found.score[there] - found.score[here])
    both = sparse.csr_array((np.append(weight, weight), (np.append(here, there), np.append(there, here))), (size, size))
    strength = np.asarray(both.sum(axis=1)).ravel()
    system = sparse.diags_array(strength).tocsr() - both
    free = strength > 0
    free[np.unique(found.component, return_index=True)[1]] = False
    rng = np.random.default_rng(seed)
    factors = linalg.splu(system[free][:, free].tocsc()) if 0 < free.sum() <= DIRECT else None
    ready = sparse.diags_array(1 / np.where(strength > 0, strength, 1.0))
    drawn = np.zeros((draws, size))
    for row in drawn:
        more = (rng.poisson(weight + also) - weight - also) * rest
        push = np.bincount(there, more, size) - np.bincount(here, more, size)
        if factors is not None:
            row[free] = factors.solve(push[free])
        elif free.any():
            row[:] = linalg.cg(system, push, rtol=1e-4, atol=0.0, maxiter=_MOST_ROUNDS, M=ready)[0]
        row[:] = _centred(row, found.component)
    return drawn


def _either_way(here: Any, there: Any, weight: Floats, size: int) -> tuple[Any, Any, Floats, Floats]:
    """The moves of each pair in either direction, 0 where there were none, and what draws add to them."""
    moved = sparse.csr_array((weight, (here, there)), (size, size))
    either = sparse.coo_array(moved + moved.T)
    here, there = either.coords
    told = np.asarray(moved[here, there]).ravel() if len(here) else np.zeros(0)
    partners = np.maximum(np.bincount(here, minlength=size), 1)
    return here, there, told, (1 / partners[here] + 1 / partners[there]) / 2


def _solved(
    system: sparse.csr_array, push: Floats, component: np.ndarray, strength: Floats, alpha: float
) -> tuple[Floats, bool]:
    """The solution where it is determined; one node of each component stays at 0 where ``alpha`` is 0."""
    free = strength > 0
    if not alpha:
        # The first node of each component is the zero from which the others are told.
        free[np.unique(component, return_index=True)[1]] = False
    score = np.zeros(len(push))
    if not free.any():
        return score, True
    if free.sum() <= DIRECT:
        score[free] = linalg.spsolve(system[free][:, free].tocsc(), push[free])
        return score, True
    # Conjugate gradients on the whole system: it is singular along shifts of a component, and the push has none.
    diagonal = np.where(strength + alpha > 0, strength + alpha, 1.0)
    ready = sparse.diags_array(1 / diagonal)
    score, left = linalg.cg(system, push, rtol=TOLERANCE, atol=0.0, maxiter=_MOST_ROUNDS, M=ready)
    return np.asarray(score), left == 0


def _centred(score: Floats, component: np.ndarray) -> Floats:
    """Scores against the mean of their component."""
    mean = np.bincount(component, score) / np.maximum(np.bincount(component), 1)
    return np.asarray(score - mean[component])


def temperature(score: Floats, origin: ArrayLike, destination: ArrayLike, moves: ArrayLike) -> float:
    """beta of the law that a move between two nodes goes up with probability 1 / (1 + exp(-2 beta (s_up - s_down))).

    The larger, the more surely moves go up; 0 where scores say nothing of direction. Maximum likelihood given how many
    moved between each two; infinite where every move goes up, and NaN without moves between two scores.
    Source: De Bacco, Larremore & Moore (2018), equation 12.
    """
    step = score[np.asarray(destination)] - score[np.asarray(origin)]
    weight = np.asarray(moves, dtype=np.float64)
    told = (step != 0) & (weight > 0)
    step, weight = step[told], weight[told]
    if not len(step):
        return np.nan
    if np.all(step > 0):
        return np.inf

    def slope(beta: float) -> float:
        # The derivative of the log-likelihood: step times the chance of having gone the other way.
        return float(np.sum(weight * step / (1 + np.exp(np.clip(2 * beta * step, -700, 700)))))

    if slope(0.0) <= 0:
        return 0.0
    high = 1.0
    while slope(high) > 0:
        high *= 2
    return float(optimize.brentq(slope, 0.0, high, xtol=1e-12))


def pagerank(
    origin: ArrayLike, destination: ArrayLike, moves: ArrayLike, size: int, damping: float = 0.85, rounds: int = 200
) -> Floats:
    """The share of time at each node of a walk that follows moves, and starts anew with probability 1 - damping.

    Moves from a node to itself are left out; a walk at a node that nobody left starts anew. Adds to 1. Source: Page,
    Brin, Motwani & Winograd (1999); power iteration until shares change by less than 1e-12 in all.
    """
    here, there = (np.asarray(nodes, dtype=np.int64) for nodes in (origin, destination))
    weight = np.asarray(moves, dtype=np.float64)
    used = (here != there) & (weight > 0)
    here, there, weight = here[used], there[used], weight[used]
    left = np.bincount(here, weight, size)
    follow = sparse.csr_array((weight / left[here], (there, here)), (size, size))
    share = np.full(size, 1 / max(size, 1))
    for _ in range(rounds if size else 0):
        before, stuck = share, share[left == 0].sum()
        share = damping * (follow @ share + stuck / size) + (1 - damping) / size
        if np.abs(share - before).sum() < 1e-12:
            break
    return np.asarray(share)
