"""The careers of one block of people, job by job over all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.simulate.calendar import Days, anniversary, day_number, days_of_year, full_months, year_of
from mercato.simulate.jobs import AI_FAMILIES, FAMILY_SHARES, level_table, pick_level
from mercato.simulate.world import (
    COUNTRY_SHARES,
    DIRECT,
    FIRST_JOB,
    World,
    cumulative_rows,
    pick,
)

BLOCK = 1 << 16
"""People in a block; each block has a stream of random numbers of its own, so that blocks may be made in any order."""

ENTRY_MONTHS = 12
_MOST_MONTHS = 600
_MOST_JOBS = 80


@dataclass(frozen=True)
class Tables:
    """Lookup tables of a world, made once."""

    world: World
    as_of: int
    choice: NDArray[np.float64]
    inside: NDArray[np.float64]
    members: NDArray[np.int32]
    hazard: NDArray[np.float64]
    levels: NDArray[np.float64]

    @classmethod
    def of(cls, world: World) -> Tables:
        order = np.argsort(world.category, kind="stable").astype(np.int32)
        starts = np.searchsorted(world.category[order], np.arange(len(world.labels) + 1)).astype(np.int32)
        inside = [
            cumulative_rows(world.weight[order[first:last]][None, :]) + category
            for category, (first, last) in enumerate(pairwise(starts))
        ]
        yearly = np.cumsum(world.leaving[:, :-1] * 12, axis=1)
        hazard = np.concatenate([np.zeros((len(yearly), 1)), yearly], axis=1)
        return cls(
            world,
            day_number(str(world.as_of)),
            cumulative_rows(world.choice),
            np.concatenate(inside),
            order,
            hazard,
            level_table(),
        )


@dataclass(frozen=True)
class Histories:
    """Jobs of one block, sorted by person and start; ``end`` is beyond the as-of day where the job goes on.

    ``starts`` counts them by (category left, year, entry-level or not, gap class), for what is planted.
    """

    person: NDArray[np.int64]
    employer: NDArray[np.int32]
    start: Days
    end: Days
    open: NDArray[np.bool_]
    level: NDArray[np.int8]
    family: NDArray[np.int8]
    is_ai: NDArray[np.bool_]
    country: NDArray[np.int8]
    starts: NDArray[np.int64]


def blocks_of(people: int) -> Iterator[tuple[int, int]]:
    """The number of each block and how many people it holds."""
    for block in range(-(-people // BLOCK)):
        yield block, min(BLOCK, people - block * BLOCK)


def make_block(tables: Tables, seed: int, block: int, people: int) -> Histories:
    """The careers of one block; the same for the same seed, block and number of people, whatever is made beside it."""
    random = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, block])))
    world = tables.world
    began = _first_days(world, random, people)
    family = _choose(random, people, FAMILY_SHARES)
    country = _choose(random, people, COUNTRY_SHARES)
    counted = np.zeros((len(world.labels) + 1) * world.years * 2 * 4, dtype=np.int64)
    haste = np.array(world.haste)[family] if world.haste else None
    parts = list(_jobs(tables, random, began, counted, haste))
    person, employer, start, end, level = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(person.astype(np.uint16), kind="stable")
    person, employer, start, end, level = (column[order] for column in (person, employer, start, end, level))
    family = family[person]
    ai_share = world.ai_share[world.category[employer]] * AI_FAMILIES[family]
    return Histories(
        person.astype(np.int64) + (block * BLOCK + 1),
        employer,
        start,
        end,
        end > tables.as_of,
        level,
        family,
        random.random(len(person)) < ai_share,
        country[person],
        counted.reshape(len(world.labels) + 1, world.years, 2, 4),
    )


def _choose(random: np.random.Generator, size: int, shares: Any) -> NDArray[np.int8]:
    limits = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(limits[:-1], random.random(size), "right").astype(np.int8)


def _first_days(world: World, random: np.random.Generator, people: int) -> Days:
    limits = np.cumsum(world.entrants) / world.entrants.sum()
    year = np.searchsorted(limits[:-1], random.random(people), "right") + world.first_year
    first, days = days_of_year(year)
    return (first + (random.random(people) * days).astype(np.int32)).astype(np.int32)


def _jobs(
    tables: Tables,
    random: np.random.Generator,
    began: Days,
    counted: NDArray[np.int64],
    haste: NDArray[np.float64] | None,
) -> Iterator[tuple[NDArray[Any], ...]]:
    """The first job of everybody, then the second of all who have one, and so on."""
    world = tables.world
    person = np.arange(len(began), dtype=np.int32)
    start = began
    left = np.full(len(began), -1, dtype=np.int32)
    gap = np.full(len(began), FIRST_JOB, dtype=np.int32)
    for _ in range(_MOST_JOBS):
        seen = start < tables.as_of
        person, start, left, gap = person[seen], start[seen], left[seen], gap[seen]
        if not len(person):
            return
        origin = np.where(left < 0, len(world.labels), world.category[left])
        year = year_of(start) - world.first_year
        experience = full_months(began[person], start)
        cell = ((origin * world.years + year) * 2 + (experience <= ENTRY_MONTHS)) * 4 + gap
        counted += np.bincount(cell, minlength=len(counted))
        category, employer = _destinations(tables, random, origin * world.years + year, left)
        end = _ends(tables, random, category, year, start, None if haste is None else haste[person])
        yield person, employer, start, end, pick_level(tables.levels, experience, random.random(len(person)))
        left = employer
        gap, wait = _gaps(world, random, len(person))
        start = np.maximum(end + wait, start + 1).astype(np.int32)


def _destinations(
    tables: Tables, random: np.random.Generator, row: NDArray[Any], left: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Category and employer of the next job, never the employer just left."""
    category = pick(tables.choice, len(tables.world.labels), row, random.random(len(row)))
    employer = _inside(tables, random, category)
    again = np.flatnonzero(employer == left)
    while len(again):
        employer[again] = _inside(tables, random, category[again])
        again = again[employer[again] == left[again]]
    return category, employer


def _inside(tables: Tables, random: np.random.Generator, category: NDArray[np.int32]) -> NDArray[np.int32]:
    place = np.searchsorted(tables.inside, category + random.random(len(category)) * (1 - 1e-9), "right")
    return tables.members[place]


def _ends(
    tables: Tables,
    random: np.random.Generator,
    category: NDArray[np.int32],
    year: NDArray[np.int32],
    start: Days,
    haste: NDArray[np.float64] | None,
) -> Days:
    """The first day no longer there: in a month of tenure drawn by the rates of leaving, on any of its days alike."""
    world = tables.world
    spent = random.standard_exponential(len(start)) / world.pressure[category, year]
    if haste is not None:
        spent /= haste
    passed = tables.hazard[category]
    tenure_year = (passed[:, 1:] <= spent[:, None]).sum(axis=1)
    rest = (spent - passed[np.arange(len(start)), tenure_year]) / world.leaving[category, tenure_year]
    month = np.minimum(tenure_year * 12 + rest, _MOST_MONTHS).astype(np.int32)
    first = anniversary(start, month)
    days = anniversary(start, month + 1) - first
    return (first + 1 + (random.random(len(start)) * days).astype(np.int32)).astype(np.int32)


_GAP_DAYS = np.array([[0, 31], [32, 92], [93, 720]])


def _gaps(world: World, random: np.random.Generator, size: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The class of the gap and its days; negative where the next job starts before the old one ends."""
    gap = _choose(random, size, world.gaps).astype(np.int32)
    low, high = _GAP_DAYS[gap, 0], _GAP_DAYS[gap, 1]
    uniform = random.random(size)
    days = low + (uniform * (high - low + 1)).astype(np.int32)
    if world.overlap:
        early = (gap == DIRECT) & (random.random(size) < world.overlap)
        days = np.where(early, -1 - (uniform * 45).astype(np.int32), days)
    return gap, days.astype(np.int32)
