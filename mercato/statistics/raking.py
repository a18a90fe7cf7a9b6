"""Weights that make cells of people agree with known margins, and what they cost in precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.interval import Floats

Ints: TypeAlias = NDArray[np.int64]

TOLERANCE = 1e-9
_ROUNDS = 5_000
_TRIMMINGS = 200


@dataclass(frozen=True)
class Margin:
    """A known distribution: ``category`` of each cell, from 0, and the people of each category, ``target``."""

    category: Ints
    target: Floats


@dataclass(frozen=True)
class Raked:
    """``weight``: the weight of a person of each cell.

    gap: the largest distance of a margin from its target, as a share of that target; rounds: how often all margins
    were gone through; trimmed: the share of people whose weight lies at a limit; low, high: the limits.
    """

    weight: Floats
    gap: float
    rounds: int
    trimmed: float
    low: float
    high: float

    def met(self, tolerance: float = 1e-6) -> bool:
        """Whether every margin is met to within the tolerance."""
        return self.gap <= tolerance


def rake(people: ArrayLike, margins: Sequence[Margin], limit: float = np.inf, tolerance: float = TOLERANCE) -> Raked:
    """Weights per cell so that ``people`` times weight add to every margin: iterative proportional fitting.

    ``people`` counts those of each cell; a cell of nobody has the weight that its categories give. Weights that lie
    above ``limit`` times the mean weight, or below the mean divided by it, are set to that bound and all margins are
    met again, in turn, until neither changes any more or cannot be had together; the bounds then hold and ``gap`` says
    how far the margins are off. Margins that ask for people where there are none are never met: see ``gap``. Raises
    ValueError where counts or targets are negative or not finite, where totals differ, or where nobody is there.
    Source of the method: Deming & Stephan 1940; Deville, Särndal & Sautory 1993.
    """
    counts = np.asarray(people, dtype=np.float64)
    _require(counts, margins)
    total = float(margins[0].target.sum())
    mean = total / counts.sum()
    low, high = (mean / limit, mean * limit) if np.isfinite(limit) else (0.0, np.inf)
    weight, done = _fitted(counts, margins, np.full(len(counts), mean), tolerance, _ROUNDS)
    for _ in range(_TRIMMINGS if np.isfinite(limit) else 0):
        bounded = np.clip(weight, low, high)
        if np.allclose(bounded, weight, rtol=tolerance, atol=0):
            break
        weight, more = _fitted(counts, margins, bounded, tolerance, 50)
        done += more
    weight = np.clip(weight, low, high)
    at_limit = (counts > 0) & ((weight <= low * (1 + 1e-6)) | (weight >= high * (1 - 1e-6)))
    trimmed = float(counts[at_limit].sum() / counts.sum())
    return Raked(weight, _gap(counts * weight, margins), done, trimmed, low, high)


def _require(counts: Floats, margins: Sequence[Margin]) -> None:
    if not margins:
        raise ValueError("raking needs a margin")
    if not np.all(np.isfinite(counts)) or np.any(counts < 0) or not counts.sum() > 0:
        raise ValueError("counts of people are at least 0, and some are above")
    for margin in margins:
        target = margin.target
        if not np.all(np.isfinite(target)) or np.any(target < 0) or not target.sum() > 0:
            raise ValueError("targets are at least 0, and some are above")
        if len(margin.category) != len(counts) or np.any((margin.category < 0) | (margin.category >= len(target))):
            raise ValueError("every cell has one category of each margin")
        if not np.isclose(target.sum(), margins[0].target.sum(), rtol=1e-9):
            raise ValueError("margins differ in their totals")


def _fitted(
    counts: Floats, margins: Sequence[Margin], weight: Floats, tolerance: float, rounds: int
) -> tuple[Floats, int]:
    """Weights after as many rounds as it takes for all margins to be met, or for nothing to change any more."""
    gap = np.inf
    for done in range(rounds):
        for margin in margins:
            there = np.bincount(margin.category, counts * weight, len(margin.target))
            factor = np.divide(margin.target, there, out=np.ones_like(there), where=there > 0)
            weight = weight * factor[margin.category]
        before, gap = gap, _gap(counts * weight, margins)
        if gap <= tolerance or (done > 20 and gap >= before * (1 - 1e-12)):
            return weight, done + 1
    return weight, rounds


def _gap(weighted: Floats, margins: Sequence[Margin]) -> float:
    """The largest distance of any category from its target, as a share of the target; of the total where that is 0."""
    gaps = []
    for margin in margins:
        there = np.bincount(margin.category, weighted, len(margin.target))
        asked = np.where(margin.target > 0, margin.target, margin.target.sum())
        gaps.append(np.abs(there - margin.target) / asked)
    return float(max(gap.max() for gap in gaps))


def effective_n(weights: ArrayLike, people: ArrayLike = 1.0) -> float:
    """Kish's effective number of people, (Σ w)² / Σ w²; ``people`` says how many have each weight."""
    weight, counts = np.broadcast_arrays(np.asarray(weights, np.float64), np.asarray(people, np.float64))
    squares = float((counts * weight**2).sum())
    return float((counts * weight).sum()) ** 2 / squares if squares > 0 else 0.0


def design_effect(weights: ArrayLike, people: ArrayLike = 1.0) -> float:
    """How many times larger unequal weights make the variance of a mean: n Σ w² / (Σ w)² (Kish 1965); at least 1."""
    counts = np.broadcast_arrays(np.asarray(weights, np.float64), np.asarray(people, np.float64))[1]
    effective = effective_n(weights, people)
    return float(counts.sum()) / effective if effective > 0 else 1.0
