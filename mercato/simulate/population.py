"""Simulates a population whose true figures are known, and writes it as input for Mercato."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mercato.errors import SettingsError
from mercato.simulate.defects import chosen, world_of
from mercato.simulate.files import (
    CLEAN,
    MESSY,
    TRUTH,
    CleanPositions,
    in_order,
    make_folder,
    write_kinds,
    write_settings,
    write_truth,
    writing,
)
from mercato.simulate.flawed import write_flawed
from mercato.simulate.histories import Histories, Tables, blocks_of, make_block
from mercato.simulate.market import FIRST_YEAR, market
from mercato.simulate.messy import MessyPositions
from mercato.simulate.truth import figures
from mercato.simulate.world import World

AS_OF = dt.date(2025, 6, 30)
TITLE = "A simulated labour market"
CITATION = "Simulated by Mercato: every person and employer is invented"


@dataclass(frozen=True)
class Simulated:
    """What was written: the folder, the file of positions, people and rows."""

    folder: Path
    positions: Path
    people: int
    rows: int


def simulate(
    into: Path,
    people: int,
    seed: int = 1,
    messy: bool = False,
    employers: int | None = None,
    *,
    flaws: Sequence[str] = (),
    vintages: Sequence[dt.date] = (),
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Simulated:
    """Writes a population of so many people into a folder, clean (Parquet) or messy (CSV), with its ``truth.json``.

    ``flaws`` are defects of the records (``defects.DEFECTS``), ``vintages`` days of exports up to the as-of day; with
    either the records are CSV, and the same people told fully are in the folder ``_truth``. The same seed, people and
    employers give the same bytes. ``progress`` is told the number of people made, block by block. Raises SettingsError
    for numbers below 1, a defect or day that cannot be, or a folder that holds something else.
    """
    told = 100 if employers is None else employers
    for name, number, least in (("people", people, 1), ("seed", seed, 0), ("employers", told, 100)):
        if number < least:
            raise SettingsError(f"{name} is {number}", expected=f"a whole number of at least {least}")
    names = chosen(tuple(flaws))
    known_employers = employers or min(5000, max(100, people // 100))
    plain = not names and not vintages
    world = market(known_employers, seed, AS_OF, overlap=0.06 if messy and plain else 0.0)
    if plain:
        return write_population(world, into, people, seed, messy, TITLE, CITATION, workers=workers, progress=progress)
    _check_vintages(vintages)
    world = world_of(world, names)
    make_folder(into)
    write_population(world, into / TRUTH, people, seed, False, TITLE, CITATION, workers=workers)
    days = tuple(sorted(set(vintages)))
    path, rows = write_flawed(world, into, people, seed, names, days, messy, workers=workers, progress=progress)
    write_kinds(world.employers, world.kinds, into / "employers.csv")
    told_of = {"simulated": True, "people": people, "seed": seed, "messy": messy, "as_of": str(world.as_of),
               "defects": list(names), "vintages": [str(day) for day in days], "truth": TRUTH}  # fmt: skip
    write_truth(told_of, into / "truth.json")
    write_settings(TITLE, days[-1] if days else world.as_of, "CC0-1.0", CITATION, True, into / "mercato.toml",
                   owners="acquired" in names)  # fmt: skip
    return Simulated(into, path, people, rows)


def _check_vintages(vintages: Sequence[dt.date]) -> None:
    for day in vintages:
        if not dt.date(FIRST_YEAR, 1, 1) < day <= AS_OF:
            raise SettingsError(
                f"a vintage is of {day}",
                expected=f"days from {FIRST_YEAR + 1}-01-01 to {AS_OF}, the last day simulated",
            )


def write_population(
    world: World,
    into: Path,
    people: int,
    seed: int,
    messy: bool,
    title: str,
    citation: str,
    *,
    workers: int = 2,
    focus: Sequence[str] = (),
    progress: Callable[[int], None] | None = None,
) -> Simulated:
    """Simulates a world and writes its folder; the settings come last, so that a folder without them is not whole."""
    make_folder(into)
    tables = Tables.of(world)
    shape: CleanPositions | MessyPositions
    shape = MessyPositions(world, tables.as_of, seed) if messy else CleanPositions(world, tables.as_of)
    path = into / (MESSY if messy else CLEAN)
    starts = np.zeros((len(world.labels) + 1, world.years, 2, 4), dtype=np.int64)
    rows = 0

    def write(part: Path) -> None:
        nonlocal rows
        with shape.writer(part) as writer:
            for number, made, table in _tables(tables, shape, seed, people, workers):
                starts[...] += made.starts
                rows += table.num_rows
                writer.write_table(table)
                if progress:
                    progress(number)

    writing(write, path)
    write_kinds(world.employers, world.kinds, into / "employers.csv")
    write_truth(_truth(world, people, seed, messy, rows, starts), into / "truth.json")
    write_settings(title, world.as_of, "CC0-1.0", citation, True, into / "mercato.toml", focus)
    return Simulated(into, path, people, rows)


def _tables(
    tables: Tables, shape: CleanPositions | MessyPositions, seed: int, people: int, workers: int
) -> Iterator[tuple[int, Histories, Any]]:
    def make(block: tuple[int, int]) -> tuple[int, Histories, Any]:
        made = make_block(tables, seed, *block)
        return block[1], made, shape.table(made)

    return in_order(make, blocks_of(people), workers)


def _truth(world: World, people: int, seed: int, messy: bool, rows: int, starts: Any) -> dict[str, Any]:
    return {
        "simulated": True,
        "people": people,
        "positions": rows,
        "seed": seed,
        "messy": messy,
        "as_of": str(world.as_of),
        "figures": figures(world, starts),
        "planted": {
            "categories": list(world.labels),
            "leaving_per_month_by_tenure_year": dict(zip(world.labels, world.leaving.round(8).tolist(), strict=True)),
            "leaving_factor_by_start_year": dict(zip(world.labels, world.pressure.round(8).tolist(), strict=True)),
            "first_year": world.first_year,
            "entrants_by_year": world.entrants.round(8).tolist(),
            "gaps_direct_brief_long": list(world.gaps),
            **world.notes,
        },
    }
