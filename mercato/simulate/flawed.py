"""A population as records tell it, with chosen defects, as one export or several, and the truth kept beside."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from mercato.simulate.calendar import day_number
from mercato.simulate.defects import HOMONYMS, SIDE_TITLES, Records, Surroundings, known_on, recorded
from mercato.simulate.files import MARGINS, MESSY, OWNERS, all_written, in_order, write_text, writing
from mercato.simulate.histories import Histories, Tables, blocks_of, make_block
from mercato.simulate.jobs import FAMILIES, TITLES, title_code
from mercato.simulate.messy import (
    EMPLOYER_SPELLINGS,
    TITLE_SPELLINGS,
    dates,
    precisions,
    repeated,
    spellings,
    spelt,
    title_spellings,
)
from mercato.simulate.world import COUNTRIES, World

CROWD = 0.05
"""Of the people told by name alone, the share with one of the most frequent names."""


@dataclass(frozen=True)
class Drawn:
    """How each record is written: places among the spellings of employers and of titles, how exactly dates are told
    (0 year, 1 month, 2 day), how many times the record is there.
    """

    employer: NDArray[np.int64]
    title: NDArray[np.int64]
    precision: NDArray[np.int64]
    times: NDArray[np.int64]

    def rows(self, at: NDArray[Any]) -> Drawn:
        """Those of the chosen records."""
        return Drawn(self.employer[at], self.title[at], self.precision[at], self.times[at])


class RecordsAsText:
    """Records as a table of texts: plain spelling and whole dates, or as people write them where ``messy``.

    names: what people are told by instead of an id.
    """

    def __init__(self, world: World, as_of: int, messy: bool, names: pa.Array | None) -> None:
        self._as_of, self._messy, self._names = as_of, messy, names
        written, titled = (EMPLOYER_SPELLINGS, TITLE_SPELLINGS) if messy else (1, 1)
        self._employers = pa.array([text for name in world.employers for text in spellings(name)[:written]])
        every = (*TITLES, *SIDE_TITLES)
        self._titles = pa.array([text for title in every for text in title_spellings(title)[:titled]])
        self._countries, self._families = pa.array(COUNTRIES), pa.array(FAMILIES)
        told = ("person_name" if names is not None else "person_id", "employer_name", "title", "family", "start_date",
                "end_date", "verified_on", "observed_from", "country")  # fmt: skip
        self.schema = pa.schema([(name, pa.string()) for name in told])

    def drawn(self, records: Records, random: np.random.Generator) -> Drawn:
        """How each record is written, the same in every export."""
        size = len(records.person)
        title = title_code(records.family, records.level, records.is_ai).astype(np.int64)
        title = np.where(records.side >= 0, len(TITLES) + records.side, title)
        employer = records.employer.astype(np.int64)
        if not self._messy:
            return Drawn(employer, title, np.full(size, 2), np.ones(size, dtype=np.int64))
        return Drawn(
            spelt(random, employer, EMPLOYER_SPELLINGS),
            spelt(random, title, TITLE_SPELLINGS),
            precisions(random, size),
            np.bincount(repeated(random, size), minlength=size),
        )

    def table(self, records: Records, drawn: Drawn, day: int) -> pa.Table:
        """The rows of an export of a day."""
        whole, person = np.full(len(records.person), 2), pa.array(records.person)
        columns = [
            person.cast(pa.string()) if self._names is None else self._names.take(pc.subtract(person, 1)),
            self._employers.take(pa.array(drawn.employer)),
            self._titles.take(pa.array(drawn.title)),
            pc.if_else(pa.array(records.side >= 0), "", self._families.take(pa.array(records.family))),
            dates(records.start, drawn.precision),
            dates(np.minimum(records.end, day), drawn.precision, records.end > day),
            dates(records.verified, whole),
            dates(records.observed, whole, records.observed == 0),
            self._countries.take(pa.array(records.country)),
        ]
        return pa.Table.from_arrays(columns, schema=self.schema).take(
            pa.array(np.repeat(np.arange(len(whole)), drawn.times))
        )


def write_flawed(
    world: World,
    into: Path,
    people: int,
    seed: int,
    flaws: tuple[str, ...],
    vintages: Sequence[dt.date],
    messy: bool,
    *,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> tuple[Path, int]:
    """Write the exports, lists and settings of a population with these flaws; the last file and its rows.

    The exports are those of the vintages, or one of the as-of day. Owners are told where there are acquisitions, and
    the people of each family, whether recorded or not, where groups are missing.
    """
    tables = Tables.of(world)
    days = sorted({day_number(str(day)) for day in vintages} or {tables.as_of})
    paths = [into / (f"positions-{np.datetime64(day, 'D')}.csv" if vintages else MESSY) for day in days]
    about = Surroundings.of(world, tables.as_of, seed)
    shape = RecordsAsText(world, tables.as_of, messy, _names(people, seed) if HOMONYMS in flaws else None)
    present, rows = np.zeros(len(FAMILIES), dtype=np.int64), 0

    def make(block: tuple[int, int]) -> tuple[int, list[pa.Table], Histories]:
        made = make_block(tables, seed, *block)
        records = recorded(made, block[0], seed, flaws, about)
        drawn = shape.drawn(records, np.random.default_rng([seed, block[0], 2]))
        exports = []
        for day in days:
            at = np.flatnonzero(records.known <= day)
            exports.append(shape.table(known_on(records.rows(at), day), drawn.rows(at), day))
        return block[1], exports, made

    def write(parts: Sequence[Path]) -> None:
        nonlocal rows
        with ExitStack() as opened:
            options = pa_csv.WriteOptions(quoting_style="needed")
            writers = [opened.enter_context(pa_csv.CSVWriter(p, shape.schema, write_options=options)) for p in parts]
            for number, exports, made in in_order(make, blocks_of(people), workers):
                for writer, table in zip(writers, exports, strict=True):
                    writer.write_table(table)
                rows += exports[-1].num_rows
                present[...] += np.bincount(made.family[made.open], minlength=len(FAMILIES))
                if progress:
                    progress(number)

    all_written(write, paths)
    if "missing" in flaws:
        write_text("family,people\n" + "".join(f"{f},{n}\n" for f, n in zip(FAMILIES, present, strict=True)),
                   into / MARGINS)  # fmt: skip
    if "acquired" in flaws:
        _write_owners(about, into / OWNERS)
    return paths[-1], rows


def _names(people: int, seed: int) -> pa.Array:
    from mercato.simulate.personal_names import arrow, draw_names

    return arrow(draw_names(np.random.default_rng([seed, 12]), people, seed, CROWD).full())


def _write_owners(about: Surroundings, path: Path) -> None:
    """``parents.csv``: who was bought by whom on which day."""
    names = about.world.employers

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["employer", "parent", "from", "event"])
            for place in np.flatnonzero(about.acquirer >= 0):
                day = np.datetime64(int(about.acquired_on[place]), "D")
                writer.writerow([names[place], names[about.acquirer[place]], str(day), "acquisition"])

    writing(write, path)
