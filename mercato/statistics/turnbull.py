"""Survival from tenures that are only known to lie between two times: Turnbull's estimate, of many groups at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mercato.statistics.interval import Floats, broadcast, tail

Ints: TypeAlias = NDArray[np.int64]

_NEAR, _MOST_ROUNDS = 1e-7, 3000
_NEAR_DRAWN, _ROUNDS_DRAWN = 1e-3, 200
_LEAST = 1e-300
_CELLS = 2_000_000


@dataclass(frozen=True)
class Turnbull:
    """Estimates of shape (groups, times): the probability to stay beyond each time.

    least, most: between which it may lie, since nothing tells where in an innermost interval people left; estimate:
    with departures spread evenly over it. NaN where even the end of the interval is not known. low, high: percentiles
    of the bootstrap, NaN without draws. gap: of each group, by how much at most the Kuhn-Tucker conditions are missed,
    a share of the people; 0 at the maximum of the likelihood.
    """

    times: Floats
    estimate: Floats
    least: Floats
    most: Floats
    low: Floats
    high: Floats
    gap: Floats


def turnbull(
    left: ArrayLike,
    right: ArrayLike,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    times: ArrayLike = (24.0,),
    n_groups: int | None = None,
    draws: int = 0,
    seed: int = 1,
    confidence: float = 0.95,
) -> Turnbull:
    """The likeliest survival, whatever its shape (Turnbull 1976), of people who left after ``left`` and by ``right``.

    Where both are the same, at that time; ``right`` is infinite where nobody saw a person leave. ``entry`` is the time
    from which on a departure could be seen: who left by then was never seen (truncation as in Frydman 1994 and Alioum &
    Commenges 1996). ``weights`` are numbers of alike people. The bootstrap draws people, each group's anew.

    Raises ValueError where left is negative or above right, an entry is after left, or a weight is negative.
    """
    after, by, since, weight = broadcast(
        left, right, -1.0 if entry is None else entry, 1.0 if weights is None else weights
    )
    group = np.broadcast_to(np.asarray(0 if groups is None else groups, dtype=np.int64), after.shape)
    if np.any(~(after >= 0)) or np.any(~(by >= after)) or np.any(~(weight >= 0)):
        raise ValueError("left is at least 0 and at most right, and weights are not negative")
    if np.any(np.where(by > after, since > after, since >= after)):
        raise ValueError("an entry is after the time at which the person was still there")
    size = n_groups if n_groups is not None else (int(group.max()) + 1 if len(group) else 0)
    if len(group) and (group.min() < 0 or group.max() >= size):
        raise ValueError(f"a group lies outside 0 to {size - 1}")
    seen = weight > 0
    data = _Data.of(after[seen], by[seen], since[seen], weight[seen], group[seen], size)
    wanted = np.atleast_1d(np.asarray(times, dtype=np.float64))
    masses, gap = data.maximum()
    estimate, least, most = data.beyond(masses, wanted)
    low, high = _percentiles(data, wanted, draws, seed, confidence)
    return Turnbull(wanted, estimate, least, most, low, high, gap)


@dataclass(frozen=True)
class _Data:
    """Rows of alike people and the innermost intervals in which people can be said to have left.

    Times are keys that order open and closed ends: 2t for at t, 2t + 1 for just after t. first, last: of each row, its
    first innermost interval and the one after its last; since: the first one that it could have been seen to leave in.
    begin, end, owner: of each innermost interval, its ends and its group; start: the first one of each group.
    """

    group: Ints
    weight: Floats
    first: Ints
    last: Ints
    since: Ints
    begin: Floats
    end: Floats
    owner: Ints
    start: Ints

    @classmethod
    def of(cls, after: Floats, by: Floats, since: Floats, weight: Floats, group: Ints, size: int) -> _Data:
        exact = by == after
        lower, upper = np.where(exact, 2 * after, 2 * after + 1), 2 * by
        barred = since >= 0
        place = np.concatenate([group, group, group[barred]])
        key = np.concatenate([lower, upper, 2 * since[barred]])
        closes = np.concatenate([np.zeros(len(group)), np.ones(len(group) + int(barred.sum()))])
        order = np.lexsort((closes, key, place))
        place, key, closes = place[order], key[order], closes[order]
        inner = np.flatnonzero((closes[:-1] == 0) & (closes[1:] == 1) & (place[:-1] == place[1:]))
        begin, end, owner = key[inner], key[inner + 1], place[inner]
        start = np.searchsorted(owner, np.arange(size + 1))
        return cls(
            group,
            weight,
            _ordered(owner, begin, group, lower, "left"),
            _ordered(owner, end, group, upper, "right"),
            np.where(barred, _ordered(owner, begin, group, 2 * since + 1, "left"), start[group]),
            begin,
            end,
            owner,
            start,
        )

    def weighing(self, weight: Floats) -> _Data:
        """The same rows with other weights."""
        return _Data(
            self.group, weight, self.first, self.last, self.since, self.begin, self.end, self.owner, self.start
        )

    def _sum(self, values: Floats, low: Ints, high: Ints) -> Floats:
        total = np.append(0.0, np.cumsum(values))
        return np.asarray(total[high] - total[low])

    def _spread(self, values: Floats, low: Ints, high: Ints) -> Floats:
        """What rows add to each of their innermost intervals."""
        size = len(self.owner) + 1
        change = np.bincount(low, values, size) - np.bincount(high, values, size)
        return np.asarray(np.cumsum(change)[:-1], dtype=np.float64)

    def _slopes(self, masses: Floats) -> tuple[Floats, Floats, Floats]:
        """Slopes of the log-likelihood at each mass, of what was seen and of what could have been; log-likelihoods."""
        ends = self.start[self.group + 1]
        likely = np.maximum(self._sum(masses, self.first, self.last), _LEAST)
        seen = np.maximum(self._sum(masses, self.since, ends), _LEAST)
        told = np.bincount(self.group, self.weight * np.log(likely / seen), len(self.start) - 1)
        slopes = (self._spread(self.weight / likely, self.first, self.last),
                  self._spread(self.weight / seen, self.since, ends))  # fmt: skip
        return *slopes, np.asarray(told, dtype=np.float64)

    def _step(self, masses: Floats) -> tuple[Floats, Floats, Floats]:
        """One round of self-consistency; the Kuhn-Tucker gap and the log-likelihood of each group before it."""
        told, could, likelihood = self._slopes(masses)
        size = len(self.start) - 1
        people = np.bincount(self.group, self.weight, size)
        seen = np.maximum(self._sum(masses, self.since, self.start[self.group + 1]), _LEAST)
        every = np.bincount(self.group, self.weight / seen, size)
        following = masses * (told + every[self.owner] - could)
        total = np.bincount(self.owner, following, size)
        gap = np.zeros(size)
        np.maximum.at(gap, self.owner, (told - could) / np.maximum(people[self.owner], _LEAST))
        return following / np.where(total > 0, total, 1)[self.owner], gap, likelihood

    def maximum(self, near: float = _NEAR, rounds: int = _MOST_ROUNDS) -> tuple[Floats, Floats]:
        """The masses of the innermost intervals at which the likelihood is greatest, and the gaps of the groups.

        Self-consistency, sped up by squared extrapolation (Varadhan & Roland 2008) wherever that does not lose
        likelihood.
        """
        size = len(self.start) - 1
        masses = 1 / np.maximum(np.diff(self.start), 1)[self.owner]
        gap = np.zeros(size)
        for _ in range(rounds):
            once, gap, _ = self._step(masses)
            if gap.max(initial=0.0) <= near:
                break
            twice, _, before = self._step(once)
            masses = self._further(masses, once, twice, before)
        return masses, gap

    def _further(self, masses: Floats, once: Floats, twice: Floats, before: Floats) -> Floats:
        size = len(self.start) - 1
        move, bend = once - masses, twice - 2 * once + masses
        moved, bent = (np.sqrt(np.bincount(self.owner, x**2, size)) for x in (move, bend))
        far = np.maximum(np.divide(moved, bent, out=np.ones(size), where=bent > 0), 1)[self.owner]
        there = np.maximum(masses + 2 * far * move + far**2 * bend, masses * 1e-3)
        there /= np.bincount(self.owner, there, size)[self.owner]
        better = self._slopes(there)[2] >= before
        return np.where(better[self.owner], there, twice)

    def beyond(self, masses: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
        """The probability to stay beyond each time with departures spread evenly, and the least and most it can be."""
        size = len(self.start) - 1
        found = [np.full((size, len(times)), np.nan) for _ in range(3)]
        for column, time in enumerate(times):
            gone, inside = self.end <= 2 * time, (self.begin <= 2 * time) & (self.end > 2 * time)
            begin = np.floor(self.begin / 2)
            with np.errstate(invalid="ignore", divide="ignore"):
                part = np.where(inside, (time - begin) / (self.end / 2 - begin), np.where(gone, 1.0, 0.0))
            open_end = inside & np.isinf(self.end)
            for place, share in enumerate((part, np.where(inside, 1.0, part), np.where(inside, 0.0, part))):
                total = 1 - np.bincount(self.owner, masses * share, size)
                unknown = np.bincount(self.owner, open_end & (masses > 1e-9), size) > 0
                unknown |= np.diff(self.start) == 0
                found[place][:, column] = np.where(unknown, np.nan, np.clip(total, 0, 1))
        return found[0], found[1], found[2]


def _ordered(owner: Ints, keys: Floats, group: Ints, wanted: Floats, side: Any) -> Ints:
    """Where a time of a group stands among the keys of that group's innermost intervals."""
    distinct = np.unique(np.concatenate([keys, wanted]))
    width = len(distinct) + 1
    known = owner * width + np.searchsorted(distinct, keys)
    return np.searchsorted(known, group * width + np.searchsorted(distinct, wanted), side).astype(np.int64)


def _percentiles(data: _Data, times: Floats, draws: int, seed: int, confidence: float) -> tuple[Floats, Floats]:
    """Percentiles of the estimates of people drawn anew, as many of each group as it has."""
    size = len(data.start) - 1
    if not draws or not len(data.group):
        return np.full((size, len(times)), np.nan), np.full((size, len(times)), np.nan)
    random = np.random.default_rng(seed)
    found = np.full((draws, size, len(times)), np.nan)
    at_once = max(1, _CELLS // max(len(data.group), 1))
    for begin in range(0, draws, at_once):
        number = min(at_once, draws - begin)
        drawn = _repeated(data, _redrawn(random, data, number), number)
        masses, _ = drawn.maximum(_NEAR_DRAWN, _ROUNDS_DRAWN)
        found[begin : begin + number] = drawn.beyond(masses, times)[0].reshape(number, size, len(times))
    alpha = tail(confidence)
    known = np.isfinite(found).mean(axis=0) > 1 - alpha
    with np.errstate(all="ignore"):
        filled = np.where(np.isnan(found).all(axis=0), 0.0, found)
        low, high = (np.nanquantile(filled, q, axis=0) for q in (alpha, 1 - alpha))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _redrawn(random: np.random.Generator, data: _Data, number: int) -> Floats:
    """Weights of so many draws: how often the people of each row are drawn, as many of a group as it has."""
    drawn = random.poisson(data.weight, (number, len(data.weight))).astype(float)
    size = len(data.start) - 1
    place = (np.arange(number)[:, None] * size + data.group).ravel()
    total = np.bincount(place, drawn.ravel(), number * size)
    people = np.tile(np.bincount(data.group, data.weight, size), number)
    scale = np.divide(people, total, out=np.zeros_like(people), where=total > 0)
    return np.asarray(drawn.ravel() * scale[place])


def _repeated(data: _Data, weight: Floats, number: int) -> _Data:
    """The rows so many times, each time as groups of their own; what nobody is drawn of has a trifling weight."""
    size, inner = len(data.start) - 1, len(data.owner)
    shift = np.repeat(np.arange(number), len(data.group))
    first, last, since = (np.tile(x, number) + shift * inner for x in (data.first, data.last, data.since))
    start = np.append((data.start[:-1] + np.arange(number)[:, None] * inner).ravel(), number * inner)
    owner = np.tile(data.owner, number) + np.repeat(np.arange(number), inner) * size
    return _Data(np.tile(data.group, number) + shift * size, weight, first, last, since,
                 np.tile(data.begin, number), np.tile(data.end, number), owner, start)  # fmt: skip
