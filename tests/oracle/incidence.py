"""Cumulative incidence by the plain reading of its definition, in exact fractions, one stay at a time.

Every number carries its derivatives in the weights of the stays, so that influences need no formula of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Stay = tuple[int, int, int, Fraction]
"""Entry, month, cause (0: last seen) and weight."""


@dataclass(frozen=True)
class Number:
    """A fraction and its derivatives."""

    value: Fraction
    slopes: tuple[Fraction, ...]

    def __add__(self, other: Number) -> Number:
        return Number(self.value + other.value, tuple(a + b for a, b in zip(self.slopes, other.slopes, strict=True)))

    def __mul__(self, other: Number) -> Number:
        pairs = zip(self.slopes, other.slopes, strict=True)
        return Number(self.value * other.value, tuple(a * other.value + self.value * b for a, b in pairs))

    def __truediv__(self, other: Number) -> Number:
        pairs = zip(self.slopes, other.slopes, strict=True)
        found = self.value / other.value
        return Number(found, tuple((a - found * b) / other.value for a, b in pairs))


def incidence(stays: Sequence[Stay], cause: int, time: int) -> tuple[Number, Fraction, Fraction]:
    """The share gone for a cause by a time with its derivatives in the weights, the share staying, Aalen's variance."""
    size = len(stays)
    zero = Number(Fraction(0), (Fraction(0),) * size)
    one = Number(Fraction(1), zero.slopes)
    minus = Number(Fraction(-1), zero.slopes)

    def weight(chosen: Sequence[int]) -> Number:
        total = zero
        for i in chosen:
            total = total + Number(stays[i][3], tuple(Fraction(int(i == j)) for j in range(size)))
        return total

    found, staying, steps = zero, one, []
    for month in sorted({m for _, m, c, _ in stays if c and m <= time}):
        risk = weight([i for i, (e, m, _, _) in enumerate(stays) if (e < month or e == 0) and m >= month])
        own = weight([i for i, (_, m, c, _) in enumerate(stays) if m == month and c == cause]) / risk
        every = weight([i for i, (_, m, c, _) in enumerate(stays) if m == month and c]) / risk
        before = staying
        found, staying = found + before * own, before * (one + minus * every)
        steps.append((before.value, own.value, every.value, risk.value, found.value))
    return found, staying.value, _aalen(steps, found.value)


def _aalen(steps: list[tuple[Fraction, ...]], end: Fraction) -> Fraction:
    """The variance, months being independent and leavers of a month multinomial."""
    total = Fraction(0)
    for before, own, every, risk, found in steps:
        lost = (end - found) / (1 - every) if every != 1 else Fraction(0)
        total += before**2 * own * (1 - own) / risk
        total += (lost**2 * every * (1 - every) - 2 * before * lost * own * (1 - every)) / risk
    return total


def clustered(found: Number, stays: Sequence[Stay], people: Sequence[int]) -> Fraction:
    """The sum over people of the square of the summed influences of their stays."""
    total = dict.fromkeys(people, Fraction(0))
    for slope, (_, _, _, weight), person in zip(found.slopes, stays, people, strict=True):
        total[person] += weight * slope
    return sum((value**2 for value in total.values()), Fraction(0))
