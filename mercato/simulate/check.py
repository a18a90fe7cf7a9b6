"""Compares the figures that Mercato finds with those that were planted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mercato.errors import DataError

Row = dict[str, Any]
Measure = Callable[[str, list[str], dict[str, Any]], Iterable[Row]]
_Question = tuple[str, tuple[str, ...], tuple[tuple[str, Any], ...]]


@dataclass(frozen=True)
class Planted:
    """How many planted figures lay inside their interval, by measure; ``withheld`` had no interval to lie in."""

    inside: dict[str, int]
    compared: dict[str, int]
    withheld: dict[str, int]
    outside: tuple[tuple[dict[str, Any], Row], ...]

    @property
    def share(self) -> float:
        """Of the figures that could be compared, the share inside; NaN where there were none."""
        compared = sum(self.compared.values())
        return sum(self.inside.values()) / compared if compared else float("nan")


def check_planted(folder: Path, measure: Measure) -> Planted:
    """Holds each figure of ``truth.json`` against the interval that ``measure(name, by, options)`` gives for its cell.

    ``measure`` gives the rows of a figure as dictionaries with the columns of ``by``, ``low`` and ``high``; it is
    asked once for all the cells that share a name, dimensions and options. A limit that is null is no limit.
    Raises DataError for a folder without a ``truth.json`` that can be read.
    """
    inside: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    withheld: Counter[str] = Counter()
    outside = []
    for (name, by, options), figures in _asked(folder / "truth.json").items():
        rows = {_cell(row, by): row for row in measure(name, list(by), dict(options))}
        for figure in figures:
            row = rows.get(_cell(figure["cell"], by))
            if row is None or (row["low"] is None and row["high"] is None):
                withheld[name] += 1
                continue
            compared[name] += 1
            if _holds(figure["value"], row):
                inside[name] += 1
            else:
                outside.append((figure, row))
    return Planted(dict(inside), dict(compared), dict(withheld), tuple(outside))


def _asked(path: Path) -> dict[_Question, list[dict[str, Any]]]:
    """The planted figures by what has to be asked for them."""
    try:
        figures = json.loads(path.read_text("utf-8"))["figures"]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            "no planted figures", where=str(path), expected="a folder that `mercato simulate` has written"
        ) from None
    asked: dict[_Question, list[dict[str, Any]]] = {}
    for figure in figures:
        question = figure["measure"], tuple(figure["cell"]), tuple(figure["options"].items())
        asked.setdefault(question, []).append(figure)
    return asked


def _cell(row: Row, by: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in by)


def _holds(value: float, row: Row) -> bool:
    low, high = row["low"], row["high"]
    return (low is None or low <= value) and (high is None or value <= high)
