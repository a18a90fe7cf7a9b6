"""Cumulative incidence in blocks of groups, and its variance: what ``competing`` and the measures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.influence import Both, Half, Pairs, States, alone, people_of, states_of, together
from mercato.statistics.interval import Floats, log_log_interval, tail
from mercato.statistics.risk import Ints, Risk, Stays, blocks, risk_of, up_to

_TINY = 1e-12


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of each line, that is, of one cause in one group; arrays of shape (lines, times).

    group, cause: of each line. estimate, low, high, standard_error: the share of the group that has left for the cause
    by each time; NaN where nobody of the group is under observation at that time while some had stayed until then.
    events: those who left for it by then. survival, at_risk: the share of the line's group that stays beyond the time,
    and the people of it under observation just before. entered: people of it ever at risk, of shape (lines,).
    """

    group: Ints
    cause: Ints
    times: NDArray[Any]
    estimate: Floats
    low: Floats
    high: Floats
    standard_error: Floats
    events: Floats
    survival: Floats
    at_risk: Floats
    entered: Floats


@dataclass(frozen=True)
class Gone:
    """The stays that ended, by line: a pair of ``group`` and ``cause``, in the order of groups.

    ``line`` (in order), ``entry``, ``month``, ``weight`` and ``square`` are rows of stays as in Stays.
    """

    group: Ints
    cause: Ints
    line: Ints
    entry: Ints
    month: Ints
    weight: Floats
    square: Floats

    def part(self, first: int, last: int) -> Gone:
        """The lines from ``first`` to before ``last``, counted from 0."""
        a, b = np.searchsorted(self.line, (first, last))
        rows = slice(a, b)
        return Gone(
            self.group[first:last], self.cause[first:last], self.line[rows] - first, self.entry[rows], self.month[rows],
            self.weight[rows], self.square[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Together:
    """Which stays are of one person: the groups whose variance is to be clustered, and pairs of stays in them.

    The rows of each are in the order of groups or lines.
    """

    groups: NDArray[np.bool_]
    pairs: Pairs
    half: Half
    both: Both


def incidence(
    stays: Stays,
    gone: Gone,
    horizons: Ints,
    n_groups: int = 0,
    together: Together | None = None,
    people: Ints | None = None,
    causes: Ints | None = None,
    confidence: float = 0.95,
) -> Incidence:
    """Cumulative incidence of the lines of ``gone``, where a stay may have ended in several lines of its group or none.

    ``together``, or ``people`` and ``causes`` cluster the variance: the person of each row of ``stays``, numbered from
    0 apart in each group, and what its stay ended for, each row being one stay. This is for callers whose stays are
    counted already; the functions of ``competing`` read plain arrays.
    """
    alpha = tail(confidence)
    order = np.argsort(stays.group, kind="stable")
    stays = stays.taken(order)
    people, causes = (None if x is None else x[order] for x in (people, causes))
    groups = max(n_groups, int(stays.group.max(initial=-1)) + 1, int(gone.group.max(initial=-1)) + 1)
    shape = len(gone.group), len(horizons)
    found = {
        name: np.full(shape, np.nan) for name in ("estimate", "low", "high", "error", "events", "survival", "risk")
    }
    entered = np.zeros(shape[0])
    rows = np.bincount(stays.group, minlength=groups) + len(horizons)
    lines = np.bincount(gone.group, minlength=groups)
    months = len(np.unique(np.concatenate([stays.entry, stays.month, horizons])))
    for first, last in blocks(rows, lines + 1, months):
        a, b = (int(x) for x in np.searchsorted(gone.group, (first, last)))
        if a == b:
            continue
        inside = slice(*np.searchsorted(stays.group, (first, last)))
        risk = risk_of(stays.taken(inside), first, last, horizons)
        block = _Block(risk, gone.part(a, b), risk.place(horizons), alpha)
        if together is not None:
            block.cluster(together, first, a)
        elif people is not None and causes is not None:
            block.cluster_people(people[inside], causes[inside])
        for name, values in block.told(confidence).items():
            found[name][a:b] = values
        entered[a:b] = risk.entered[block.group]
    return Incidence(
        gone.group, gone.cause, horizons, found["estimate"], found["low"], found["high"], found["error"],
        found["events"], found["survival"], found["risk"], entered,
    )  # fmt: skip


class _Block:
    """The lines of a block of groups: arrays of shape (lines, months), and (lines, times) where told so."""

    def __init__(self, risk: Risk, gone: Gone, at: Ints, alpha: float) -> None:
        self.risk, self.gone, self.at, self.alpha = risk, gone, at, alpha
        self.group = group = gone.group - risk.first
        shape = len(group), len(risk.grid)
        place = gone.line * shape[1] + risk.place(gone.month)
        self.left = np.bincount(place, gone.weight, shape[0] * shape[1]).reshape(shape)
        share = np.divide(self.left, risk.at_risk[group], out=np.zeros(shape), where=self.left > 0)
        self.share = np.minimum(share, 1.0)
        self.before = risk.survival[:, :-1]
        """Of the group, the share that stays until just before each month."""
        self.found = up_to(self.before[group] * self.share)
        self.clustered: Floats | None = None
        self.chosen = np.zeros(len(group), dtype=bool)

    @property
    def estimate(self) -> Floats:
        return np.asarray(self.found[:, self.at + 1])

    def aalen(self) -> Floats:
        """The discrete variance of Aalen at each time.

        In a month the shares q_k that leave vary as in a multinomial law of n. What one of them changes in F_k(t) is
        S(before), for k itself, less (F_k(t) - F_k(month)) / (1 - q) for whoever leaves. The square of that is written
        out in powers of F_k(t), so that running sums do for all times.
        """
        risk, group = self.risk, self.group
        per = np.divide(1.0, risk.at_risk, out=np.zeros_like(risk.at_risk), where=risk.at_risk > 0)
        own, weight = self.before[group] * self.share * per[group], (risk.share * risk.rest)[group]
        until = self.found[:, 1:]
        at, now = self.at + 1, self.estimate
        first = up_to(self.before[group] * own * (1 - self.share) + 2 * own * until + weight * until**2)
        second = up_to(own + weight * until)
        return np.asarray(first[:, at] - 2 * now * second[:, at] + now**2 * risk.lent[group][:, at])

    def _influences(self, states: States, time: int) -> Floats:
        """The influences of all states of all lines on the estimate at a time, without what leaving for it gave."""
        risk, group, now = self.risk, self.group, self.estimate[:, time : time + 1]
        weight = (risk.share * risk.rest)[group]
        lent = up_to(self._gave() * self.share + weight * (self.found[:, 1:] - now))
        return np.asarray(states.influences(lent, (self.found[:, 1:] - now) * risk.rest[group], int(self.at[time])))

    def _gave(self) -> Floats:
        """What one stay that ends for a line in a month adds to it: S(before) / n."""
        risk = self.risk
        per = np.divide(self.before, risk.at_risk, out=np.zeros_like(self.before), where=risk.at_risk > 0)
        return np.asarray(per[self.group])

    def cluster(self, told: Together, first: int, line: int) -> None:
        """Cluster the variance of the groups chosen, by pairs of stays."""
        risk, gone, group = self.risk, self.gone, self.group
        self.chosen = told.groups[gone.group]
        if not self.chosen.any():
            return
        states = states_of(risk, group, self.chosen)
        pairs = told.pairs.part(slice(first, first + len(risk.entered)))
        half = told.half.part(slice(line, line + len(group)))
        both = told.both.part(slice(line, line + len(group)))
        squares = (alone(states, risk.stays, group, self.chosen), together(states, pairs, group, self.chosen))
        own = np.flatnonzero(self.chosen[gone.line])
        own_line, own_place = gone.line[own], risk.place(gone.month[own])
        ended = np.ones(len(own), dtype=bool)
        own_at = states.where(own_line, group[own_line], gone.entry[own], gone.month[own], ended)
        half_line, half_place = half.line - line, risk.place(half.month)
        half_at = states.where(half_line, group[half_line], half.other_entry, half.other_month, half.other_left)
        both_line, one, two = both.line - line, risk.place(both.month), risk.place(both.other_month)
        gave, size = self._gave(), len(group)
        self.clustered = np.full((size, len(self.at)), np.nan)
        for time, until in enumerate(self.at):
            found = self._influences(states, time)
            given = np.where(np.arange(len(risk.grid)) <= until, gave, 0.0)
            single, other = given[own_line, own_place], given[half_line, half_place]
            self.clustered[:, time] = (
                sum(square.sums(found, size) for square in squares)
                + np.bincount(own_line, gone.square[own] * single * (2 * found[own_at] + single), size)
                + np.bincount(half_line, 2 * half.weight * other * found[half_at], size)
                + np.bincount(both_line, 2 * both.weight * given[both_line, one] * given[both_line, two], size)
            )

    def cluster_people(self, people: Ints, causes: Ints) -> None:
        """Cluster the variance by the person of each stay."""
        risk, group = self.risk, self.group
        self.chosen = np.ones(len(group), dtype=bool)
        states = states_of(risk, group, self.chosen)
        told = people_of(states, risk.stays, people, group, self.chosen)
        stays = risk.stays
        mine = causes[told.row] == self.gone.cause[told.line]
        place, weight = risk.place(stays.month)[told.row], stays.weight[told.row]
        gave = self._gave()
        self.clustered = np.empty((len(group), len(self.at)))
        for time, until in enumerate(self.at):
            own = np.where(mine & (place <= until), gave[told.line, place], 0.0)
            found = weight * (self._influences(states, time)[told.at] + own)
            self.clustered[:, time] = told.sums(found, len(group))

    def told(self, confidence: float) -> dict[str, Floats]:
        """Estimates and intervals, and what they rest on."""
        risk, group, at, alpha = self.risk, self.group, self.at, self.alpha
        estimate, events, aalen = self.estimate, up_to(self.left)[:, at + 1], np.maximum(self.aalen(), 0.0)
        variance = aalen
        if self.clustered is not None:
            variance = np.where(self.chosen[:, None], np.maximum(self.clustered, 0.0), aalen)
        # Stays that cancel each other leave no variance at all, which says nothing of the people to come.
        spread = np.where(variance > _TINY * aalen, variance, aalen)
        other = np.clip(1 - estimate, 0.0, 1.0)
        safe = np.where(other > 0, other, 1.0)
        high, low = (1 - limit for limit in log_log_interval(other, spread / safe**2, confidence))
        at_risk, gone = risk.at_risk[:, at][group], risk.gone_by[:, at + 1][group]
        left = up_to(risk.left)
        known = np.minimum.accumulate(risk.at_risk + left[:, :-1], axis=1)[:, at][group]
        none, every = estimate <= 0, gone & (estimate >= 1 - _TINY)
        limit = 1 - np.power(alpha, np.divide(1.0, known, out=np.full(known.shape, np.inf), where=known > 0))
        limit = np.where(risk.grid[at][None, :] <= 0, 0.0, limit)
        low, high = np.where(none, 0.0, low), np.where(none, limit, high)
        last = np.take_along_axis(risk.left, risk.all_left.argmax(axis=1)[:, None], axis=1)[group]
        low = np.where(every, np.power(alpha, 1 / np.where(every, last, 1.0)), low)
        high, estimate = np.where(every, 1.0, high), np.where(every, 1.0, estimate)
        unknown = (at_risk == 0) & ~gone
        shown = {"estimate": estimate, "low": low, "high": high, "error": np.sqrt(variance)}
        shown = {name: np.where(unknown, np.nan, value) for name, value in shown.items()}
        survival = np.where(unknown, np.nan, risk.survival[:, at + 1][group])
        return {**shown, "events": events, "survival": survival, "risk": at_risk}


def gone_of(
    group: Ints, cause: Ints, month: Ints, weight: Floats, entry: Ints, square: Floats, n_causes: int | None = None
) -> Gone:
    """The stays that ended for a cause of 1 or more, as lines; of others nothing is told but that their group is there.

    Lines are the groups and causes that occur, or each of ``n_causes`` causes in each group up to the last.
    """
    if n_causes is not None and np.any(cause > n_causes):
        raise ValueError(f"a cause is above {n_causes}, the number of causes")
    left = (cause > 0) & ((entry < month) | (entry <= 0))
    width = int(cause.max(initial=0)) if n_causes is None else n_causes
    key = group[left] * width + cause[left] - 1
    if n_causes is None:
        lines, line = np.unique(key, return_inverse=True)
    else:
        lines, line = np.arange((int(group.max(initial=-1)) + 1) * width), key
    order = np.argsort(line, kind="stable")
    rows = np.flatnonzero(left)[order]
    width = max(width, 1)
    return Gone(
        lines // width, lines % width + 1, line[order], entry[rows], month[rows], weight[rows], square[rows]
    )  # fmt: skip
