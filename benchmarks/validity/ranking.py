"""How often rank sets hold the truth, and whether the ranks of a network of moves are those they ought to be."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_most
from mercato.statistics.ranks import rank_sets
from mercato.statistics.springrank import springrank

MARKETS, EMPLOYERS, DRAWS = 400, 6, 300
LEAST = 0.93
_TRUTHS = {
    "all alike": np.zeros(EMPLOYERS),
    "one step apart": np.linspace(0, 4.5, EMPLOYERS),
    "ties of two": np.repeat([0.0, 1.0, 4.0], 2),
}


_NOTES = (
    f"{MARKETS:,} markets of {EMPLOYERS} employers with standard errors from 0.3 to 1; a set holds the truth where it",
    "holds each place that ties allow. The set of one employer is that of the first.",
)


def ranking(plan: Plan) -> Section:
    """The share of markets in which all rank sets hold the truth, and in which the set of one employer does."""
    rows = [_held(name, truth, together) for name, truth in _TRUTHS.items() for together in (True, False)]
    return Section("Rank sets", (*rows, *_network()), _NOTES)


def _held(name: str, truth: np.ndarray, together: bool) -> Row:
    rng = np.random.default_rng(5)
    error = np.linspace(0.3, 1, EMPLOYERS)
    best = 1 + (truth > truth[:, None]).sum(axis=1)
    worst = EMPLOYERS - (truth < truth[:, None]).sum(axis=1)
    held = 0
    for market in range(MARKETS):
        seen = truth + error * rng.standard_normal(EMPLOYERS)
        found = rank_sets(seen, error, simultaneous=together, draws=DRAWS, seed=market)
        inside = (found.low <= best) & (found.high >= worst)
        held += bool(inside.all() if together else inside[0])
    share = held / MARKETS
    what = f"{'all sets together' if together else 'the set of one'}: {name}"
    return Row(what, f"≥ {LEAST:.0%}", f"{share:.1%}", None, share >= LEAST)


def _network() -> list[Row]:
    """SpringRank against a dense solve, and on a network of 100,000 employers."""
    rng = np.random.default_rng(6)
    size = 200
    here, there, moves = rng.integers(0, size, 3_000), rng.integers(0, size, 3_000), rng.integers(1, 9, 3_000)
    count = np.zeros((size, size))
    np.add.at(count, (here, there), moves)
    np.fill_diagonal(count, 0)
    system = np.diag(count.sum(axis=0) + count.sum(axis=1)) - count - count.T
    dense = np.linalg.lstsq(system, count.sum(axis=0) - count.sum(axis=1), rcond=None)[0]
    apart = np.abs(springrank(here, there, moves, size).score - (dense - dense.mean())).max()
    many = 100_000
    here, there = rng.integers(0, many, 1_000_000), rng.integers(0, many, 1_000_000)
    begun = time.perf_counter()
    found = springrank(here, there, np.ones(len(here)), many)
    seconds = time.perf_counter() - begun
    arrived = "arrived" if found.converged else "did not arrive"
    return [
        at_most("SpringRank, 200 employers: farthest from a dense solve", 1e-9, float(apart), "steps"),
        Row("SpringRank, 100,000 employers, 1 million pairs", "", f"{seconds:.1f} s, {arrived}", None, found.converged),
    ]
