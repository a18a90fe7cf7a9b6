"""What goes wrong between careers and the records of them; each defect a step of its own, so that they compose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.errors import SettingsError
from mercato.simulate.calendar import Days, days_of_year, year_of
from mercato.simulate.histories import BLOCK, Histories
from mercato.simulate.jobs import FAMILIES
from mercato.simulate.world import World

Flags = NDArray[np.bool_]

ARRIVAL_DELAY, DEPARTURE_DELAY = 45, 120
"""Mean days after which a start or an end is entered in a record."""
STALE_SHARE, ENTERED_SHARE, HEAPED_SHARE, SIDE_SHARE, ACQUIRED_SHARE = 0.3, 0.4, 0.35, 0.12, 0.5
_ENTERED = (2004, 2023)
_ACQUIRED = (2008, 2022)
COVERED = np.linspace(0.9, 0.25, len(FAMILIES))
"""Of the people of each family, the share whose careers are recorded where groups are missing."""
HASTE = np.linspace(0.7, 1.9, len(FAMILIES))
"""Factors on the rate of leaving by family where groups are missing: those who leave soonest are recorded least."""
SIDE_TITLES = ("Advisor", "Board Member", "Mentor")


@dataclass(frozen=True)
class Records:
    """What records tell of the jobs of one block, a row each, sorted by person and start.

    known, known_end: the days on which the start and the end were entered; verified: the last day on which the person
    looked after the record; observed: the first day on which the person could be seen, 0 where all can; side: a job
    beside another, -1 or the place of its title in ``SIDE_TITLES``. ``end`` lies beyond the as-of day where the job
    goes on.
    """

    person: NDArray[np.int64]
    employer: NDArray[np.int32]
    start: Days
    end: Days
    level: NDArray[np.int8]
    family: NDArray[np.int8]
    is_ai: Flags
    country: NDArray[np.int8]
    known: Days
    known_end: Days
    verified: Days
    observed: Days
    side: NDArray[np.int8]

    @classmethod
    def of(cls, block: Histories, as_of: int) -> Records:
        """The records of careers of which everything is known at once."""
        size = len(block.person)
        last, none = np.full(size, as_of, dtype=np.int32), np.zeros(size, dtype=np.int32)
        return cls(
            block.person, block.employer, block.start, block.end, block.level, block.family, block.is_ai, block.country,
            block.start, block.end, last, none, np.full(size, -1, dtype=np.int8),
        )  # fmt: skip

    def rows(self, at: NDArray[Any]) -> Records:
        """The chosen rows."""
        return Records(**{name: getattr(self, name)[at] for name in Records.__dataclass_fields__})

    def with_more(self, more: Records) -> Records:
        """These rows and more, in order."""
        both = Records(
            **{n: np.concatenate([getattr(self, n), getattr(more, n)]) for n in Records.__dataclass_fields__}
        )
        return both.rows(np.lexsort((both.start, both.person)))


@dataclass(frozen=True)
class Surroundings:
    """What defects need to know beside the records: the world, its as-of day, and who was acquired by whom and when."""

    world: World
    as_of: int
    acquirer: NDArray[np.int32]
    acquired_on: Days

    @classmethod
    def of(cls, world: World, as_of: int, seed: int) -> Surroundings:
        """Half of the startups, drawn by the seed, are bought by large employers on days of ``_ACQUIRED``."""
        random = np.random.default_rng([seed, 31])
        size = len(world.employers)
        startup = np.array(world.kinds) == "startup"
        bought = startup & (random.random(size) < ACQUIRED_SHARE)
        large = np.flatnonzero(np.array(world.kinds) == "big_tech").astype(np.int32)
        year = random.integers(*_ACQUIRED, size)
        day = days_of_year(year)[0] + random.integers(0, 365, size)
        return cls(
            world,
            as_of,
            np.where(bought, large[random.integers(0, len(large), size)], -1).astype(np.int32),
            np.where(bought, day, 0).astype(np.int32),
        )


Random = np.random.Generator
Defect = Callable[[Records, Random, Surroundings], Records]


def _per_person(records: Records, size: int = BLOCK) -> NDArray[np.int64]:
    """The place of the person of each row in its block."""
    return (records.person - 1) % size


def simultaneous(records: Records, random: Random, about: Surroundings) -> Records:
    """Jobs of a year and more have another beside them: two thirds as adviser, on a board or mentor, others plain."""
    long = (np.minimum(records.end, about.as_of) - records.start) > 365
    beside = records.rows(np.flatnonzero(long & (random.random(len(long)) < SIDE_SHARE)))
    size = len(beside.person)
    room = np.minimum(beside.end, about.as_of) - beside.start
    start = (beside.start + 30 + random.random(size) * room / 3).astype(np.int32)
    end = (start + 60 + random.random(size) * (room - 120) / 2).astype(np.int32)
    employer = random.integers(0, len(about.world.employers), size).astype(np.int32)
    employer = np.where(employer == beside.employer, (employer + 1) % len(about.world.employers), employer)
    side = np.where(random.random(size) < 2 / 3, random.integers(0, len(SIDE_TITLES), size), -1)
    more = replace(beside, employer=employer.astype(np.int32), start=start, end=end, known=start, known_end=end,
                   side=side.astype(np.int8))  # fmt: skip
    return records.with_more(more)


def acquired(records: Records, random: Random, about: Surroundings) -> Records:
    """Who is at a startup on the day it is bought is from then on recorded at the buyer."""
    buyer, day = about.acquirer[records.employer], about.acquired_on[records.employer]
    moved = (buyer >= 0) & (records.start < day) & (day < np.minimum(records.end, about.as_of)) & (records.side < 0)
    after = records.rows(np.flatnonzero(moved))
    after = replace(after, employer=buyer[moved], start=day[moved], known=day[moved])
    end, known = np.where(moved, day, records.end), np.where(moved, day, records.known_end)
    return replace(records, end=end.astype(np.int32), known_end=known.astype(np.int32)).with_more(after)


def missing(records: Records, random: Random, about: Surroundings) -> Records:
    """Of some families most people are in the records, of others few (``COVERED``)."""
    drawn = random.random(BLOCK)[_per_person(records)]
    return records.rows(np.flatnonzero(drawn < COVERED[records.family]))


def truncated(records: Records, random: Random, about: Surroundings) -> Records:
    """Some people are followed only from a day on; jobs that had ended before it are not in the records."""
    late, when = random.random(BLOCK) < ENTERED_SHARE, random.integers(*_ENTERED, BLOCK)
    first = (days_of_year(when)[0] + random.integers(0, 365, BLOCK)).astype(np.int32)
    who = _per_person(records)
    day = np.where(late, first, 0)[who].astype(np.int32)
    return replace(records, observed=day).rows(np.flatnonzero(records.end > day))


def stale(records: Records, random: Random, about: Surroundings) -> Records:
    """Some people stop looking after their record on some day: what came later is not in it."""
    left, part = random.random(BLOCK) < STALE_SHARE, random.random(BLOCK)
    who = _per_person(records)
    began = np.full(BLOCK, about.as_of, dtype=np.int64)
    np.minimum.at(began, who, np.maximum(records.start, records.observed))
    last = np.where(left, began + part * (about.as_of - began), about.as_of).astype(np.int32)[who]
    end = np.where(records.known_end <= last, records.end, about.as_of + 1).astype(np.int32)
    return replace(records, verified=last, end=end).rows(np.flatnonzero(records.known <= last))


def late(records: Records, random: Random, about: Surroundings) -> Records:
    """Starts and ends are entered only some time after them, on average 45 and 120 days."""
    size = len(records.person)
    begin = records.start + (random.standard_exponential(size) * ARRIVAL_DELAY).astype(np.int32)
    end = records.end + (random.standard_exponential(size) * DEPARTURE_DELAY).astype(np.int32)
    return replace(records, known=begin.astype(np.int32), known_end=np.maximum(begin, end).astype(np.int32))


def january(records: Records, random: Random, about: Surroundings) -> Records:
    """Some starts are told as 1 January of their year, whenever in it they were."""
    heaped = random.random(len(records.person)) < HEAPED_SHARE
    first = days_of_year(year_of(records.start))[0]
    return replace(records, start=np.where(heaped, first, records.start).astype(np.int32))


STEPS: dict[str, Defect] = {
    "simultaneous": simultaneous,
    "acquired": acquired,
    "missing": missing,
    "truncated": truncated,
    "late": late,
    "stale": stale,
    "january": january,
}
"""The defects of records in the order in which they come about."""
HOMONYMS = "homonyms"
DEFECTS = (*STEPS, HOMONYMS)


def chosen(names: tuple[str, ...]) -> tuple[str, ...]:
    """The defects named, in order; all of them for ``everything``. Raises SettingsError for one that is not known."""
    told = {name.strip() for text in names for name in text.split(",") if name.strip()}
    unknown = sorted(told - {*DEFECTS, "everything"})
    if unknown:
        raise SettingsError(
            f"there is no defect {unknown[0]!r}", expected="everything, or some of " + ", ".join(DEFECTS)
        )
    return tuple(name for name in DEFECTS if name in told or "everything" in told)


def world_of(world: World, names: tuple[str, ...]) -> World:
    """The world in which the defects matter: where groups are missing, they leave at rates of their own."""
    return replace(world, haste=tuple(HASTE)) if "missing" in names else world


def recorded(block: Histories, number: int, seed: int, names: tuple[str, ...], about: Surroundings) -> Records:
    """The records of a block under the defects named; each has a stream of random numbers of its own."""
    records = Records.of(block, about.as_of)
    for name in names:
        if name in STEPS:
            random = np.random.default_rng([seed, number, 40 + list(STEPS).index(name)])
            records = STEPS[name](records, random, about)
    return records


def known_on(records: Records, day: int) -> Records:
    """What the records held on a day, as an export of that day would: ends beyond it are open."""
    held = records.rows(np.flatnonzero(records.known <= day))
    ended = held.known_end <= day
    end = np.where(ended, held.end, day + 1)
    return replace(held, end=end.astype(np.int32), verified=np.minimum(held.verified, day).astype(np.int32))
