"""Discrete-time hazard regression of leaving: a logit on the month of tenure and on factors, from aggregated stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.factors import Design, gram, linear, totals
from mercato.statistics.interval import Floats

Codes: TypeAlias = NDArray[np.int64]

_STEPS = 100
_FARTHEST = 15.0
_REST = 1e-10
_ALIASED = 1e-9


@dataclass(frozen=True)
class Stays:
    """Kinds of stays that are alike in all that the model sees, and how many there are of each.

    codes: one array per factor, the level of each kind from 0; entry: full months of tenure already past when the
    person came under observation; last: the month of tenure last seen; left: whether they left in that month.
    """

    codes: tuple[Codes, ...]
    entry: Codes
    last: Codes
    left: NDArray[np.bool_]
    count: Floats


@dataclass(frozen=True)
class Pairs:
    """Stays of the same people: so many people-pairs of a stay of kind ``first`` with one of kind ``second``."""

    first: Codes
    second: Codes
    count: Floats


@dataclass(frozen=True)
class Hazard:
    """A fit: the log-odds of leaving in a month are the effect of the stretch of tenure plus those of the factors.

    effects: one array per factor, the stretches of tenure first; the level of a factor with the most leavers has 0.
    covariance: of all effects in one row, clustered by person; model: the same were months independent, as the logit
    has it. edges: the last month of each stretch. comparable: which levels of the first factor can be told apart from
    everything else. separated: (factor, level) from which nobody or everybody left, so that the effect has no end.
    converged: whether the fit came to rest.
    """

    effects: tuple[Floats, ...]
    covariance: Floats
    model: Floats
    edges: Codes
    comparable: NDArray[np.bool_]
    separated: tuple[tuple[int, int], ...]
    converged: bool


def stretches(last: Codes, left: NDArray[np.bool_], count: Floats, horizon: int, length: int = 3) -> Codes:
    """The last month of each stretch of tenure up to the horizon: ``length`` months, joined where nobody leaves."""
    edges = np.append(np.arange(length, horizon, length), horizon)
    gone = left & (last <= horizon) & (last > 0)
    events = np.bincount(np.searchsorted(edges, last[gone]), count[gone], len(edges))
    kept = edges[events > 0]
    if not len(kept):
        return np.array([horizon], dtype=np.int64)
    return np.append(kept[:-1], horizon).astype(np.int64)


def fit(stays: Stays, edges: Codes, pairs: Pairs | None = None) -> Hazard:
    """The maximum of the likelihood by Newton's steps on cells of (levels × stretch), and its sandwich variance.

    People with one stay are clusters by their stay; ``pairs`` tell which stays are of the same people, so that those
    with several are clusters too. A level from which nobody, or everybody, left has no finite effect: it is set far
    off, named in ``separated``, and its stays tell nothing of the others. Where factors cannot be told apart the
    solution of least size is taken, and ``comparable`` says which levels of the first factor are not touched by that.
    Raises ValueError where nobody left.
    """
    exposed, left = months_at_risk(stays, edges)
    exposed, left = exposed * stays.count[:, None], left * stays.count[:, None]
    if not left.sum() > 0:
        raise ValueError("nobody left, so that there is nothing to explain")
    kinds, place = _distinct(stays.codes)
    exposure, events = (_collected(values, place, len(kinds[0])) for values in (exposed, left))
    design = Design(len(edges), kinds)
    active, effects, separated = _prepared(design, exposure, events)
    converged = False
    for _ in range(_STEPS):
        effects, moved = _step(design, exposure, events, effects, active)
        runaway = active & (np.abs(effects) > _FARTHEST)
        runaway[: design.stretches] = False
        if runaway.any():
            effects[runaway] = np.sign(effects[runaway]) * _FARTHEST * 2
            active &= ~runaway
            separated += design.levels_of(np.flatnonzero(runaway))
        elif moved < _REST:
            converged = True
            break
    chance = 1 / (1 + np.exp(-linear(design, effects)))
    bread = _inverse(gram(design, exposure * chance * (1 - chance)), active)
    residual = months_left_over(stays, edges, chance[place])
    meat = _meat(Design(len(edges), stays.codes, design.sizes), residual, stays.count, pairs)
    return Hazard(
        design.split(effects),
        bread @ meat @ bread,
        bread,
        edges,
        _comparable(design, exposure, active, separated),
        tuple(separated),
        converged,
    )


def comparable_levels(stays: Stays, edges: Codes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of the first factor, the levels that can be compared with each other, and those whose effect has an end."""
    exposed, left = months_at_risk(stays, edges)
    kinds, place = _distinct(stays.codes)
    exposure, events = (_collected(values * stays.count[:, None], place, len(kinds[0])) for values in (exposed, left))
    design = Design(len(edges), kinds)
    active, _, separated = _prepared(design, exposure, events)
    finite = totals(design, exposure)[design.stretches :][: design.sizes[0]] > 0
    finite[[level for factor, level in separated if not factor]] = False
    return _comparable(design, exposure, active, separated), finite


def months_at_risk(stays: Stays, edges: Codes) -> tuple[Floats, Floats]:
    """Of one stay of each kind: months at risk, and 1 where it ended, in each stretch (kinds × stretches)."""
    starts = np.append(0, edges[:-1])
    here = np.minimum(stays.last[:, None], edges) - np.maximum(stays.entry[:, None], starts)
    ended = stays.left[:, None] & (stays.last[:, None] > starts) & (stays.last[:, None] <= edges)
    under = np.maximum(here, 0).astype(np.float64)
    return under, (ended & (under > 0)).astype(np.float64)


def months_left_over(stays: Stays, edges: Codes, chance: Floats) -> Floats:
    """Of one stay of each kind: leaving seen less leaving expected, in each stretch."""
    under, ended = months_at_risk(stays, edges)
    return np.asarray(ended - under * chance)


def _distinct(codes: tuple[Codes, ...]) -> tuple[tuple[Codes, ...], Codes]:
    """The combinations of levels that there are, and which of them each row has."""
    place = np.zeros(len(codes[0]), dtype=np.int64)
    for code in codes:
        _, place = np.unique(place * (int(code.max(initial=0)) + 1) + code, return_inverse=True)
    first = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
    first[place] = np.arange(len(place))
    return tuple(code[first] for code in codes), place


def _collected(values: Floats, place: Codes, size: int) -> Floats:
    return np.stack([np.bincount(place, column, size) for column in values.T], axis=1)


def _prepared(
    design: Design, exposure: Floats, events: Floats
) -> tuple[NDArray[np.bool_], Floats, list[tuple[int, int]]]:
    """Which effects are to be found, where they begin, and which have no end."""
    risk, gone = totals(design, exposure), totals(design, events)
    active = np.ones(design.width, dtype=bool)
    effects = np.zeros(design.width)
    separated: list[tuple[int, int]] = []
    for start, size in design.factors():
        part = slice(start, start + size)
        none, every = gone[part] <= 0, gone[part] >= risk[part]
        active[part] = ~(none | every)
        effects[part] = np.where(none, -2 * _FARTHEST, np.where(every, 2 * _FARTHEST, 0.0))
        active[start + int(np.argmax(np.where(none | every, -1.0, gone[part])))] = False
        separated += design.levels_of(start + np.flatnonzero((none | every) & (risk[part] > 0)))
    share = np.clip(gone[: design.stretches] / np.maximum(risk[: design.stretches], 1), 1e-6, 1 - 1e-6)
    effects[: design.stretches] = np.log(share / (1 - share))
    return active, effects, separated


def _step(
    design: Design, exposure: Floats, events: Floats, effects: Floats, active: NDArray[np.bool_]
) -> tuple[Floats, float]:
    """One of Newton's steps, halved until the likelihood rises, and how far it went."""
    chance = 1 / (1 + np.exp(-linear(design, effects)))
    slope = np.where(active, totals(design, events - exposure * chance), 0.0)
    step = _inverse(gram(design, exposure * chance * (1 - chance)), active) @ slope
    reach = float(np.abs(step).max(initial=0.0))
    if reach > 5:
        step *= 5 / reach
    before, size = _likelihood(design, exposure, events, effects), 1.0
    while size > 1e-4 and _likelihood(design, exposure, events, effects + size * step) < before - 1e-9 * abs(before):
        size /= 2
    return effects + size * step, size * reach


def _likelihood(design: Design, exposure: Floats, events: Floats, effects: Floats) -> float:
    odds = linear(design, effects)
    return float(np.sum(events * odds - exposure * np.logaddexp(0, odds)))


def _inverse(matrix: Floats, active: NDArray[np.bool_]) -> Floats:
    """The inverse among the active effects, the least one where some cannot be told apart; 0 elsewhere."""
    found = np.zeros_like(matrix)
    inside = np.ix_(active, active)
    values, vectors = np.linalg.eigh(matrix[inside])
    kept = values > _ALIASED * max(float(values.max(initial=0)), 1e-300)
    found[inside] = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return found


def _comparable(
    design: Design, exposure: Floats, active: NDArray[np.bool_], separated: list[tuple[int, int]]
) -> NDArray[np.bool_]:
    """The levels of the first factor in the largest set of which each can be compared with each.

    Two can where no change of effects that leaves every cell as it is moves them apart.
    """
    told = np.ones(len(exposure), dtype=bool)
    for factor, level in separated:
        told &= design.codes[factor] != level
    start, size = next(iter(design.factors()))
    held = totals(design, exposure * told[:, None])[start : start + size]
    matrix = gram(design, (exposure > 0) * told[:, None].astype(float))[np.ix_(active, active)]
    values, vectors = np.linalg.eigh(matrix)
    loose = np.zeros((design.width, int(np.sum(values <= _ALIASED * max(float(values.max(initial=0)), 1.0)))))
    loose[active] = vectors[:, : loose.shape[1]]
    _, label = np.unique(np.round(loose[start : start + size], 6), axis=0, return_inverse=True)
    label = label.ravel()
    most = int(np.argmax(np.bincount(label[held > 0], held[held > 0]))) if (held > 0).any() else -1
    return np.asarray((label == most) & (held > 0))


def _meat(design: Design, residual: Floats, count: Floats, pairs: Pairs | None) -> Floats:
    """The sum over people of what they pull at each effect, times itself."""
    own = _crossed(design, design, residual, residual, count)
    if pairs is None or not len(pairs.count):
        return own
    first, second = design.taken(pairs.first), design.taken(pairs.second)
    across = _crossed(first, second, residual[pairs.first], residual[pairs.second], pairs.count)
    return own + across + across.T


def _crossed(one: Design, other: Design, residual: Floats, beside: Floats, count: Floats) -> Floats:
    """The sum over rows of count × pull × pull beside, as a matrix of effects."""
    found = np.zeros((one.width, other.width))
    total, total_beside = residual.sum(axis=1), beside.sum(axis=1)
    b = one.stretches
    found[:b, :b] = residual.T @ (beside * count[:, None])
    for code, (start, size) in zip(other.codes, other.factors(), strict=True):
        for stretch in range(b):
            found[stretch, start : start + size] = np.bincount(code, count * residual[:, stretch] * total_beside, size)
    for code, (start, size) in zip(one.codes, one.factors(), strict=True):
        for stretch in range(b):
            found[start : start + size, stretch] = np.bincount(code, count * total * beside[:, stretch], size)
        for code_beside, (start_beside, size_beside) in zip(other.codes, other.factors(), strict=True):
            found[start : start + size, start_beside : start_beside + size_beside] = np.bincount(
                code * size_beside + code_beside, count * total * total_beside, size * size_beside
            ).reshape(size, size_beside)
    return found
