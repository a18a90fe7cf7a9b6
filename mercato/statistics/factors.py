"""Effects that add up, of stretches of time and of the levels of factors, held as codes and never as dummies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.interval import Floats


@dataclass(frozen=True)
class Design:
    """Cells of (row × stretch): each row has one level of every factor; effects are told in one row, stretches first.

    sizes: how many levels each factor has; from the codes where not told.
    """

    stretches: int
    codes: tuple[NDArray[np.int64], ...]
    sizes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.sizes:
            object.__setattr__(self, "sizes", tuple(int(code.max(initial=0)) + 1 for code in self.codes))

    @property
    def width(self) -> int:
        return self.stretches + sum(self.sizes)

    def factors(self) -> Iterator[tuple[int, int]]:
        """The place of the first effect of each factor, and how many it has."""
        start = self.stretches
        for size in self.sizes:
            yield start, size
            start += size

    def split(self, effects: Floats) -> tuple[Floats, ...]:
        """The effects of the stretches and of each factor apart."""
        return tuple(np.split(effects, [start for start, _ in self.factors()]))

    def levels_of(self, places: NDArray[np.int64]) -> list[tuple[int, int]]:
        """The (factor, level) at places among the effects."""
        starts = np.array([start for start, _ in self.factors()])
        factor = np.searchsorted(starts, places, "right") - 1
        return [(int(f), int(place - starts[f])) for f, place in zip(factor, places, strict=True)]

    def taken(self, rows: NDArray[np.int64]) -> Design:
        """The same of some rows, in their order."""
        return Design(self.stretches, tuple(code[rows] for code in self.codes), self.sizes)


def linear(design: Design, effects: Floats) -> Floats:
    """The sum of the effects of each cell (rows × stretches)."""
    parts = design.split(effects)
    of_row = sum((part[code] for part, code in zip(parts[1:], design.codes, strict=True)), np.zeros(1))
    return np.asarray(np.asarray(of_row)[:, None] + parts[0][None, :])


def totals(design: Design, values: Floats) -> Floats:
    """For each effect, the sum of the values of the cells that have it."""
    of_row = values.sum(axis=1)
    parts = [np.bincount(code, of_row, size) for code, size in zip(design.codes, design.sizes, strict=True)]
    return np.concatenate([values.sum(axis=0), *parts])


def gram(design: Design, weights: Floats) -> Floats:
    """For each two effects, the sum of the weights of the cells that have both."""
    found = np.zeros((design.width, design.width))
    b, of_row = design.stretches, weights.sum(axis=1)
    found[:b, :b] = np.diag(weights.sum(axis=0))
    places = list(zip(design.codes, design.factors(), strict=True))
    for number, (code, (start, size)) in enumerate(places):
        for stretch in range(b):
            found[stretch, start : start + size] = np.bincount(code, weights[:, stretch], size)
        for other, (other_start, other_size) in places[number:]:
            both = np.bincount(code * other_size + other, of_row, size * other_size).reshape(size, other_size)
            found[start : start + size, other_start : other_start + other_size] = both
    return np.triu(found) + np.triu(found, 1).T
