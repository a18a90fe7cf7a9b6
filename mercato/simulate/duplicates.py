"""One population told by three sources: a register and résumés with ids of their own, and staff lists with names only.

The same careers and names come from every one, as people hand them on; ``truth.parquet`` says who is who.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mercato.simulate.calendar import year_of
from mercato.simulate.histories import Histories, Tables, blocks_of, make_block
from mercato.simulate.jobs import TITLES, title_code
from mercato.simulate.market import market
from mercato.simulate.personal_names import Habits, Named, arrow, draw_names, rewritten
from mercato.simulate.world import COUNTRIES

REGISTER, RESUMES, LISTS, TRUTH = "register.csv", "resumes.csv", "lists.csv", "truth.parquet"

_FORMS = ("{}", "{}, Inc.", "{} LLC", "{}")


@dataclass(frozen=True)
class Telling:
    """How the other sources tell what the register tells; shares from 0 to 1.

    resumes, lists: people who are in them. kept: jobs that a résumé tells. exact, off: starts told to the month they
    began, or a month beside; the others to the year. titled: titles told alike. crowd: people with a frequent name.
    """

    resumes: float = 0.5
    lists: float = 0.15
    kept: float = 0.88
    exact: float = 0.62
    off: float = 0.13
    titled: float = 0.7
    crowd: float = 0.05
    habits: Habits = field(default_factory=Habits)


@dataclass(frozen=True)
class Told:
    """The folder written, and how many records each source has."""

    folder: Path
    records: dict[str, int]


def simulate_duplicates(
    into: Path, people: int, seed: int = 1, employers: int | None = None, telling: Telling | None = None
) -> Told:
    """Write the three sources and the truth: source (0 register, 1 résumés, 2 lists), record, person."""
    into.mkdir(parents=True, exist_ok=True)
    told = telling or Telling()
    random = np.random.default_rng([seed, 11])
    known = employers or min(5000, max(100, people // 50))
    world = market(known, seed, dt.date(2025, 6, 30))
    tables = Tables.of(world)
    names = draw_names(random, people, seed, told.crowd)
    jobs = _joined([make_block(tables, seed, *block) for block in blocks_of(people)])
    spelt = pa.array([form.format(name) for name in world.employers for form in _FORMS])
    sources = {
        REGISTER: _register(names, jobs, spelt),
        RESUMES: _resumes(random, names, jobs, spelt, told),
        LISTS: _lists(random, names, jobs, spelt, told, tables.as_of),
    }
    truth = []
    for number, (file, (table, person)) in enumerate(sources.items()):
        pa_csv.write_csv(table, into / file)
        size = table.num_rows
        truth.append(pa.table({"source": np.full(size, number, np.int32), "record": np.arange(1, size + 1),
                               "person": person}))  # fmt: skip
    pq.write_table(pa.concat_tables(truth), into / TRUTH)
    return Told(into, {file: table.num_rows for file, (table, _) in sources.items()})


def _joined(blocks: list[Histories]) -> Histories:
    columns = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in Histories.__dataclass_fields__
        if name != "starts"
    }
    return Histories(**columns, starts=blocks[0].starts)


_Source = tuple[pa.Table, NDArray[np.int64]]


def _register(names: Named, jobs: Histories, employers: pa.Array) -> _Source:
    person = jobs.person - 1
    ids = pc.binary_join_element_wise("P", pa.array(person).cast(pa.string()), "")
    columns = {
        "person_id": ids,
        "person_name": arrow(names.full()).take(pa.array(person)),
        "employer": employers.take(pa.array(jobs.employer * len(_FORMS))),
        "title": _titles(jobs, np.ones(len(person), bool)),
        "start_date": _days(jobs.start),
        "end_date": _blank(_days(jobs.end), jobs.open),
        "country": pa.array(COUNTRIES).take(pa.array(jobs.country)),
    }
    return pa.table(columns), person


def _resumes(random: np.random.Generator, names: Named, jobs: Histories, employers: pa.Array, told: Telling) -> _Source:
    people = len(names.given)
    has = random.random(people) < told.resumes
    number = random.permutation(people)
    whole = rewritten(random, names, told.habits)
    person = jobs.person - 1
    kept = np.flatnonzero(has[person] & (random.random(len(person)) < told.kept))
    some = Histories(**{n: getattr(jobs, n)[kept] for n in Histories.__dataclass_fields__ if n != "starts"},
                     starts=jobs.starts)  # fmt: skip
    size, person = len(kept), person[kept]
    how = random.random(size)
    beside = np.where((how >= told.exact) & (how < told.exact + told.off), random.choice([-30, 30], size), 0)
    coarse = how >= told.exact + told.off
    start = _told_dates((some.start + beside).astype(np.int32), coarse)
    end = _blank(_told_dates(np.maximum(some.end, some.start + beside + 31).astype(np.int32), coarse), some.open)
    ids = pc.binary_join_element_wise("cv-", pa.array(number[person]).cast(pa.string()), "")
    columns = {
        "person_id": ids,
        "full_name": arrow(whole).take(pa.array(person)),
        "company": employers.take(pa.array(some.employer * len(_FORMS) + random.integers(0, len(_FORMS), size))),
        "position": _titles(some, random.random(size) < told.titled),
        "from": start,
        "to": end,
        "country": pa.array(COUNTRIES).take(pa.array(some.country)),
    }
    return pa.table(columns), person


def _lists(
    random: np.random.Generator, names: Named, jobs: Histories, employers: pa.Array, told: Telling, as_of: int
) -> _Source:
    """Each first of June that somebody on a list was in a job, by name."""
    has = random.random(len(names.given)) < told.lists
    kept = np.flatnonzero(has[jobs.person - 1])
    start, end = jobs.start[kept], np.minimum(jobs.end[kept], as_of)
    first, last = year_of(start) + 1, year_of(end)
    times = np.clip(last - first + 1, 0, 30)
    row = np.repeat(kept, times)
    year = np.repeat(first, times) + np.concatenate([np.arange(n) for n in times]) if len(row) else np.zeros(0, int)
    person = jobs.person[row] - 1
    columns = {
        "name": arrow(names.full()).take(pa.array(person)),
        "employer": employers.take(pa.array(jobs.employer[row] * len(_FORMS))),
        "year": pa.array(year).cast(pa.string()),
    }
    return pa.table(columns), person


def _titles(jobs: Histories, alike: NDArray[np.bool_]) -> pa.Array:
    code = title_code(jobs.family, jobs.level, jobs.is_ai)
    shown = pa.array(TITLES).take(pa.array(code))
    other = pc.binary_join_element_wise(shown, pa.array(["Associate"] * len(shown)), ", ")
    return pc.if_else(pa.array(alike), shown, other)


def _days(days: NDArray[np.int32]) -> pa.Array:
    return pa.array(days, pa.date32()).cast(pa.string())


def _told_dates(days: NDArray[np.int32], coarse: NDArray[np.bool_]) -> pa.Array:
    text = _days(days)
    return pc.if_else(pa.array(coarse), pc.utf8_slice_codeunits(text, 0, 4), pc.utf8_slice_codeunits(text, 0, 7))


def _blank(texts: pa.Array, at: NDArray[np.bool_]) -> pa.Array:
    return pc.if_else(pa.array(at), "", texts)
