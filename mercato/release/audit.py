"""A differencing attack on a finished edition: which withheld cells can be bounded from what it tells."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from mercato.errors import DataError
from mercato.release.attack import Cell, Count, Sight, seen
from mercato.release.bounds import Bounds

_TINY = 1e-6


@dataclass(frozen=True)
class Found:
    """A withheld count that can be told more closely than stated: it lies from ``low`` to ``high``."""

    where: str
    what: str
    low: float
    high: float
    stated: str

    def __str__(self) -> str:
        told = f"is {self.low:g}" if self.low == self.high else f"lies from {self.low:g} to {self.high:g}"
        return f"{self.where}: {self.what} {told}, stated is {self.stated}"


@dataclass(frozen=True)
class Audit:
    """What an attack on an edition came to: cells and equations that it saw, withheld counts attacked and recovered."""

    cells: int
    attacked: int
    equations: int
    seconds: float
    found: tuple[Found, ...]
    printed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing withheld was recovered."""
        return not self.found and not self.printed

    def lines(self) -> list[str]:
        """The result in sentences."""
        told = [
            f"{self.cells:,} cells seen, {self.attacked:,} withheld counts attacked with {self.equations:,} equations "
            f"in {self.seconds:.1f} s"
        ]
        told += [f"PRINTED {line}" for line in self.printed]
        told += [f"RECOVERED {found}" for found in self.found]
        lost = len(self.found) + len(self.printed)
        return [*told, f"{lost:,} recovered" if lost else "none can be bounded more closely than stated"]


def audit(folder: Path, known: Mapping[str, Mapping[Any, Any]] | None = None) -> Audit:
    """Attack the edition in a folder, by its files alone.

    ``known`` are hierarchies that are public: ``employer>kind`` → the kind of each employer. Raises DataError for a
    folder that is no edition.
    """
    began = time.monotonic()
    sight = seen(folder, known)
    cells, bounds = _unknowns(sight)
    number = {cell: place for place, cell in enumerate(cells)}
    wanted = {number[cell]: goal for cell in cells if (goal := _stated(sight.counts[cell], sight)) is not None}
    reached = bounds.reach(wanted)
    told = [_found(count, cell, count.shown, count.shown, sight) for cell, count in sight.counts.items() if count.secret
            and count.shown is not None]  # fmt: skip
    found = told + [_found(sight.counts[cells[n]], cells[n], *reached[n], sight) for n in sorted(wanted)]
    return Audit(
        sight.cells,
        len(wanted) + len(told),
        len(sight.equations),
        time.monotonic() - began,
        tuple(one for one in found if one is not None),
        tuple(sight.printed),
    )


def kinds_of(file: Path) -> dict[str, dict[Any, Any]]:
    """What a list ``employer,kind`` tells, as hierarchies. Raises DataError where it is none."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        kinds = {row["employer"]: row["kind"] for row in rows}
    except (OSError, KeyError, UnicodeDecodeError):
        raise DataError("not a list of kinds", where=str(file), expected="a CSV file with employer,kind") from None
    return {"employer>kind": kinds, "origin>origin_kind": kinds, "destination>destination_kind": kinds}


def _unknowns(sight: Sight) -> tuple[list[Cell], Bounds]:
    """The counts that no file tells, with all rows that they stand in."""
    cells = [cell for cell, count in sight.counts.items() if count.shown is None]
    number = {cell: place for place, cell in enumerate(cells)}
    low = np.array([sight.counts[cell].low for cell in cells])
    high = np.array([sight.counts[cell].high for cell in cells])
    rows: dict[bool, list[tuple[dict[int, float], float]]] = {True: [], False: []}
    for equation, exact in sight.equations:
        unknown, right = _split(equation, sight, number)
        if unknown:
            rows[exact].append((unknown, right))
    for some, every in sight.below:
        unknown, right = _split({some: 1.0, every: -1.0}, sight, number)
        if unknown:
            rows[False].append((unknown, right))
    return cells, Bounds(low, high, _matrix(rows[True], len(cells)), _matrix(rows[False], len(cells)))


def _split(equation: Mapping[Cell, float], sight: Sight, number: Mapping[Cell, int]) -> tuple[dict[int, float], float]:
    """The unknowns of an equation and what the known ones leave on the other side; a cell nobody tells of is empty."""
    unknown: dict[int, float] = {}
    right = 0.0
    for cell, sign in equation.items():
        if cell[0] == "=":
            right -= sign * float(cell[1][0][1])
            continue
        count = sight.counts.get(cell)
        if count is None:
            continue
        if count.shown is None:
            unknown[number[cell]] = sign
        else:
            right -= sign * count.shown
    return unknown, right


def _matrix(rows: list[tuple[dict[int, float], float]], size: int) -> tuple[sparse.csr_array, np.ndarray]:
    entries = [(row, column, sign) for row, (told, _) in enumerate(rows) for column, sign in told.items()]
    row, column, sign = (list(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
    matrix = sparse.csr_array((sign, (row, column)), (len(rows), size))
    return matrix, np.array([right for _, right in rows])


def _stated(count: Count, sight: Sight) -> tuple[float, float] | None:
    """The interval that a withheld count may be anywhere in, as its reason states; null where none is stated."""
    if count.secret == "few":
        return 1.0, float(sight.minimum - 1)
    if count.secret in ("part", "at risk"):
        return 0.0, float(max(sight.minimum - 1, 1))
    return None


def _found(count: Count, cell: Cell, low: float, high: float, sight: Sight) -> Found | None:
    """The count as recovered, where it is told more closely than its reason states."""
    low, high = float(np.ceil(low - _TINY)), float(np.floor(high + _TINY)) if np.isfinite(high) else high
    width = max(sight.minimum - 2, 1)
    if count.secret == "few":
        safe = low <= 1 and high >= sight.minimum - 1
        stated = f"any number from 1 to {sight.minimum - 1}"
    elif count.secret == "part":
        safe, stated = high > low, "not to be known exactly"
    else:
        safe, stated = high - low >= width or high == 0, f"an interval of at least {width}"
    if safe:
        return None
    told = ", ".join(f"{name} {value}" for name, value in cell[1])
    return Found(count.where, f"{cell[0].split('#')[0]} ({told})" if told else cell[0].split("#")[0], low, high, stated)
