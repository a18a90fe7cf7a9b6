"""The variance of estimates when stays of one person hang together: the infinitesimal jackknife, for many groups.

The influence of a stay on an estimate is what a little more of its weight would change. The variance is the sum over
people of the square of the summed influences of their stays, that is, a sum of products of the influences of two stays.
An influence depends on a stay by its group, entry, month and way of leaving alone, so that it is enough to know how
many pairs of stays of one person there are of each two kinds; no row of a person is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.interval import Floats
from mercato.statistics.risk import Ints, Risk, Stays

Rows = TypeVar("Rows", "Pairs", "Half", "Both")


@dataclass(frozen=True)
class Pairs:
    """Pairs of two stays of one person in one group, each pair once, alike pairs as one row: flat arrays.

    ``weight`` is how many, or the sum of the products of the two weights; the rest is as in Stays.
    """

    group: Ints
    entry: Ints
    month: Ints
    left: NDArray[np.bool_]
    other_entry: Ints
    other_month: Ints
    other_left: NDArray[np.bool_]
    weight: Floats

    def part(self, groups: slice) -> Pairs:
        return _part(self, self.group, groups)


@dataclass(frozen=True)
class Half:
    """Pairs of a stay that ended in a line (a group and cause) with any other of the same person in the group.

    ``line`` counts the pairs of group and cause; ``month`` is that in which the first ended. A pair of two stays that
    both ended in the line is here from either side.
    """

    line: Ints
    month: Ints
    other_entry: Ints
    other_month: Ints
    other_left: NDArray[np.bool_]
    weight: Floats

    def part(self, lines: slice) -> Half:
        return _part(self, self.line, lines)


@dataclass(frozen=True)
class Both:
    """Pairs of two stays of one person that both ended in the same line, each pair once."""

    line: Ints
    month: Ints
    other_month: Ints
    weight: Floats

    def part(self, lines: slice) -> Both:
        return _part(self, self.line, lines)


def _part(rows: Rows, key: Ints, wanted: slice) -> Rows:
    """The rows whose key lies in a stretch; rows are sorted by it."""
    first, last = np.searchsorted(key, (wanted.start, wanted.stop))
    return replace(rows, **{field.name: getattr(rows, field.name)[first:last] for field in fields(rows)})


@dataclass(frozen=True)
class States:
    """The distinct (entry, month, left) of the stays of each group of a block, and of each line of it in turn.

    ``line`` and ``state`` name the lines with all states of their group one after the other; ``start`` is where those
    of a line begin, ``begins`` where the states of a group do.
    """

    risk: Risk
    key: Ints
    group: Ints
    passed: Ints
    place: Ints
    left: NDArray[np.bool_]
    line: Ints
    state: Ints
    start: Ints
    begins: Ints

    def where(self, line: Ints, group: Ints, entry: Ints, month: Ints, left: NDArray[np.bool_]) -> Ints:
        """Where a state stands among those of a line (group: by its number in the block)."""
        state = np.searchsorted(self.key, _key(self.risk, group, entry, month, left))
        return np.asarray(self.start[line] + state - self.begins[group])

    def influences(self, until: Floats, at_leaving: Floats, horizon: int) -> Floats:
        """For each line and state: what leaving took, less what being at risk lent, up to a place in the grid.

        ``until`` are sums up to each month, of shape (lines, months + 1); ``at_leaving`` has shape (lines, months).
        """
        last = np.minimum(self.place + 1, horizon + 1)[self.state]
        first = np.minimum(self.passed, horizon + 1)[self.state]
        found = until[self.line, first] - until[self.line, last]
        took = (self.left & (self.place <= horizon))[self.state]
        found[took] += at_leaving[self.line[took], self.place[self.state[took]]]
        return np.asarray(found)


def _key(risk: Risk, group: Ints, entry: Ints, month: Ints, left: NDArray[np.bool_]) -> Ints:
    size = len(risk.grid)
    return ((group * size + risk.place(entry)) * size + risk.place(month)) * 2 + left


def states_of(risk: Risk, group_of_line: Ints, chosen: NDArray[np.bool_]) -> States:
    """The states of the stays of a block for its lines, of which ``chosen`` need any."""
    s = risk.stays
    key, first = np.unique(_key(risk, s.group - risk.first, s.entry, s.month, s.left), return_index=True)
    group, entry, month = (column[first] for column in (s.group - risk.first, s.entry, s.month))
    counts = np.bincount(group, minlength=len(risk.entered))
    begins = np.cumsum(counts) - counts
    sizes = np.where(chosen, counts[group_of_line], 0)
    start = np.cumsum(sizes) - sizes
    line = np.repeat(np.arange(len(sizes)), sizes)
    state = np.arange(len(line)) - (start - begins[group_of_line])[line]
    return States(risk, key, group, risk.passed(entry), risk.place(month), s.left[first], line, state, start, begins)


@dataclass(frozen=True)
class Products:
    """Which influences are multiplied with each other, how often, and for which line, in a block.

    ``one`` and ``two`` are places among the influences of lines and states, ``weight`` how often they are multiplied.
    """

    line: Ints
    one: Ints
    two: Ints
    weight: Floats

    def sums(self, influences: Floats, lines: int) -> Floats:
        """The sum of the products of each line."""
        found = self.weight * influences[self.one] * influences[self.two]
        return np.asarray(np.bincount(self.line, found, lines))


def alone(states: States, stays: Stays, group_of_line: Ints, chosen: NDArray[np.bool_]) -> Products:
    """Each stay with itself."""
    group = stays.group - states.risk.first
    line, row = _of_lines(group, group_of_line, chosen, len(states.risk.entered))
    where = states.where(line, group[row], stays.entry[row], stays.month[row], stays.left[row])
    return Products(line, where, where, stays.square[row])


def together(states: States, pairs: Pairs, group_of_line: Ints, chosen: NDArray[np.bool_]) -> Products:
    """Two stays of one person, from either side."""
    group = pairs.group - states.risk.first
    line, row = _of_lines(group, group_of_line, chosen, len(states.risk.entered))
    at = group[row]
    one = states.where(line, at, pairs.entry[row], pairs.month[row], pairs.left[row])
    two = states.where(line, at, pairs.other_entry[row], pairs.other_month[row], pairs.other_left[row])
    return Products(line, one, two, 2 * pairs.weight[row])


def _of_lines(group: Ints, group_of_line: Ints, chosen: NDArray[np.bool_], groups: int) -> tuple[Ints, Ints]:
    """All rows of the group of each line, as the number of the line and that of the row; rows are sorted by group."""
    counts = np.bincount(group, minlength=groups)
    begins = np.cumsum(counts) - counts
    sizes = np.where(chosen, counts[group_of_line], 0)
    line = np.repeat(np.arange(len(sizes)), sizes)
    row = np.arange(len(line)) - np.repeat(np.cumsum(sizes) - sizes - begins[group_of_line], sizes)
    return line, row


@dataclass(frozen=True)
class People:
    """Which stays of a block are of one person: the squares of summed influences, line by line.

    ``row`` and ``line`` name all stays of the group of each line, ``at`` their influences, ``person`` the person among
    all people of all lines, ``line_of`` the line of each of these.
    """

    row: Ints
    line: Ints
    at: Ints
    person: Ints
    line_of: Ints

    def sums(self, influences: Floats, lines: int) -> Floats:
        """The sum of squares of each line, from the influences of ``row`` in ``line``, weights included."""
        of_person = np.bincount(self.person, influences, len(self.line_of))
        return np.asarray(np.bincount(self.line_of, of_person**2, lines))


def people_of(states: States, stays: Stays, cluster: Ints, group_of_line: Ints, chosen: NDArray[np.bool_]) -> People:
    """The people of the stays of a block; ``cluster`` numbers the person of each, from 0, apart in each group."""
    group = stays.group - states.risk.first
    groups = len(states.risk.entered)
    line, row = _of_lines(group, group_of_line, chosen, groups)
    at = states.where(line, group[row], stays.entry[row], stays.month[row], stays.left[row])
    many = np.zeros(groups, dtype=np.int64)
    np.maximum.at(many, group, cluster + 1)
    sizes = np.where(chosen, many[group_of_line], 0)
    start = np.cumsum(sizes) - sizes
    return People(row, line, at, start[line] + cluster[row], np.repeat(np.arange(len(sizes)), sizes))
