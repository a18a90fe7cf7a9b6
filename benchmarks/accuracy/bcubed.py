"""B-cubed precision and recall of a clustering against one made by hand (Bagga and Baldwin 1998)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BCubed:
    """Shares from 0 to 1, each item weighing one."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def bcubed(found: Sequence[Hashable], told: Sequence[Hashable]) -> BCubed:
    """For each item, the share of its found cluster that belongs with it, and of its told cluster that was found."""
    both, ours, theirs = Counter(zip(found, told, strict=True)), Counter(found), Counter(told)
    precision = sum(n * n / ours[cluster] for (cluster, _), n in both.items())
    recall = sum(n * n / theirs[cluster] for (_, cluster), n in both.items())
    return BCubed(precision / len(found), recall / len(found))
