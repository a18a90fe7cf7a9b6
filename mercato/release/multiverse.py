"""One measure under every combination of choices, past disclosure control: the table, and what the choices do to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa

from mercato.errors import SettingsError
from mercato.measures.declare import Measure, Request
from mercato.release.disclosure import FEW_PEOPLE, OK
from mercato.release.figure import Figure


@dataclass(frozen=True)
class Choice:
    """An option and its levels as text, the one of the run first."""

    option: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A choice, or some levels of one, that are not crossed, and why (a word of the reports)."""

    option: str
    levels: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Summary:
    """What the choices do to one cell: ``cell`` its dimensions; null figures where it is withheld.

    inside: the share of combinations whose estimate lies inside the interval of the run's own; most: the option that
    moves it most, empty where none does; change: by how much on average when it alone is switched; shares: of the
    variance over combinations, by option; step: to how much its figures are rounded, 0 where they are exact.
    """

    cell: dict[str, Any]
    status: str
    combinations: int
    estimate: float | None = None
    least: float | None = None
    greatest: float | None = None
    inside: float | None = None
    most: str = ""
    change: float | None = None
    changes: dict[str, float] | None = None
    shares: dict[str, float] | None = None
    step: float = 0.0


@dataclass(frozen=True)
class Multiverse(Figure):
    """A figure whose rows are cells × combinations: the cell, the level of each choice, then the released values.

    ``rounded_to`` is the step of its values, 0 where they are exact; ``n`` the least of all combinations, then rounded
    down to a multiple of ``minimum_people``.
    """

    choices: tuple[Choice, ...]
    left_out: tuple[LeftOut, ...]
    summaries: tuple[Summary, ...] = ()

    def to_text(self) -> str:
        """The cells with what the choices do to each, then every combination, as plain text."""
        told = [sentence for summary in self.summaries for sentence in in_words(self, summary)]
        out = [f"Left out: {one.option}{_levels(one)} ({REASONS[one.reason]})." for one in self.left_out]
        return "\n".join([super().to_text(), "", *told, *out])

    def to_dict(self) -> dict[str, Any]:
        """The cells with their words, the choices and what these do, as plain values ready for JSON."""
        return {
            **super().to_dict(),
            # Its values are rounded, so that it is told apart from the measure itself.
            "measure": f"multiverse_{self.measure.name}",
            "choices": [{"option": c.option, "levels": list(c.levels)} for c in self.choices],
            "left_out": [vars(one) | {"levels": list(one.levels)} for one in self.left_out],
            "summary": [dict(vars(summary)) for summary in self.summaries],
        }

    def to_json(self) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


REASONS = {
    "nothing_stale": "no job still running was last verified before the as-of date",
    "no_change_of_owner": "no employer changed hands",
    "no_overlap": "nobody held two jobs at once",
    "other_measure": "this measure does not look at it",
    "all_precise": "every date is known to the day",
    "no_margins": "no margins are given to weight to",
    "time": "to save time",
}
MOST_CELLS = 500
_EXACT = ("estimate", "low", "high")


def _levels(one: LeftOut) -> str:
    return "=" + ", ".join(one.levels) if one.levels else ""


def combinations(choices: Sequence[Choice]) -> list[tuple[str, ...]]:
    """The levels of every combination, the last choice going fastest; one empty one where there is no choice."""
    return list(product(*(choice.levels for choice in choices)))


def make_multiverse(
    name: str,
    measure: Measure,
    tables: Sequence[pa.Table],
    request: Request,
    choices: Sequence[Choice],
    left_out: Sequence[LeftOut],
) -> Multiverse:
    """The multiverse of released tables, one for each of ``combinations(choices)``.

    A cell is shown only where it is shown under every combination, since the others would tell what one withholds. Two
    combinations differ by few people, so estimates and limits are rounded to what ``minimum_people`` of them are
    worth, limits outwards, and a cell in which that is more than half its interval is withheld. Raises SettingsError
    for more cells than anybody would compare.
    """
    if tables[0].num_rows > MOST_CELLS:
        raise SettingsError(
            f"{tables[0].num_rows:,} cells under every combination of choices",
            expected=f"at most {MOST_CELLS}",
            remedy="Keep some with --where, or tell it by fewer dimensions with --by.",
        )
    by = [column for column in tables[0].column_names if column in measure.dimensions or column == "months"]
    cells = tables[0].select(by).to_pylist() if by else [{}]
    rows = [_rows_of(table, by) for table in tables]
    found = [[table.get(_key(cell, by)) for table in rows] for cell in cells]
    shown = [_shown(under, measure, request) for under in found]
    kept = tuple(column for column in by if column in measure.dimensions)
    table = _table(tables[0].select(by), shown, choices)
    return Multiverse(name, measure, kept, table, request, tuple(choices), tuple(left_out))


@dataclass(frozen=True)
class _Shown:
    """One cell under every combination: status, and values in the order of the combinations where it is shown."""

    status: str
    values: dict[str, np.ndarray]
    n: int | None = None
    step: float = 0.0


def _key(row: dict[str, Any], by: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in by)


def _rows_of(table: pa.Table, by: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {_key(row, by): row for row in table.to_pylist()}


def _shown(under: Sequence[dict[str, Any] | None], measure: Measure, request: Request) -> _Shown:
    statuses = [FEW_PEOPLE if row is None else row["status"] for row in under]
    rows = [row for row in under if row is not None and row["status"] == OK]
    if len(rows) < len(under):
        return _Shown(next(status for status in statuses if status != OK), {})
    values = {name: np.array([_number(row[name]) for row in rows]) for name in _EXACT}
    least = request.options.minimum_people
    people = min(row["n"] for row in rows)
    if least <= 1 or len(rows) == 1:
        return _Shown(OK, values, people)
    step = _rounding_step(max(least * _worth_of_one(row, measure) for row in rows))
    half = (values["high"][0] - values["low"][0]) / 2
    if not step <= half:
        return _Shown(FEW_PEOPLE, {})
    return _Shown(OK, _rounded(values, step, measure), people // least * least, step)


def _rounding_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is at least this much."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-12)))


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _worth_of_one(row: dict[str, Any], measure: Measure) -> float:
    """By how much one person more or less, of the mean weight, can change the estimate of a row."""
    size, fewest = abs(float(row["estimate"])), max(float(row["n"]), 1.0)
    raw = abs(float(row.get("raw_estimate") or 0)) or size
    if measure.counted == ("estimate",):
        return max(size / raw, 1.0) if raw else 1.0
    # People of unlike weights are worth fewer of one weight.
    alike = min(float(row.get("effective_n") or fewest) / fewest, 1.0) or 1.0
    if {"headcount", "arrivals"} <= set(row):
        return 100 / max(float(row["headcount"]), 1e-9) / alike
    if "moves_back" in row:
        return size / max(float(min(row["moves"], row["moves_back"])), 1.0) / alike
    if "at_risk" in row:
        fewest = max(float(row["at_risk"]), 1.0)
    return (1.0 if measure.share else max(size, 1.0)) / fewest / alike


def _rounded(values: dict[str, np.ndarray], step: float, measure: Measure) -> dict[str, np.ndarray]:
    ways = {"estimate": np.rint, "low": np.floor, "high": np.ceil}
    # Halves of a step, and limits that are multiples of it, must not depend on the last bit.
    told = {name: np.round(ways[name](np.round(values[name] / step, 9)) * step, 12) for name in _EXACT}
    if measure.share:
        told = {name: np.clip(value, 0, 1) for name, value in told.items()}
    return told


def _table(cells: pa.Table, shown: Sequence[_Shown], choices: Sequence[Choice]) -> pa.Table:
    every = combinations(choices)
    place = np.repeat(np.arange(len(shown)), len(every))
    told = {name: cells[name].take(pa.array(place)) for name in cells.column_names}
    for number, choice in enumerate(choices):
        told[choice.option] = pa.array([levels[number] for levels in every] * len(shown), pa.string())
    nothing = np.full(len(every), np.nan)
    for name in _EXACT:
        values = [one.values.get(name, nothing) for one in shown]
        told[name] = pa.array(np.concatenate(values) if values else np.zeros(0), pa.float64(), from_pandas=True)
    told["rounded_to"] = pa.array([one.step if one.values else None for one in shown for _ in every], pa.float64())
    told["n"] = pa.array([one.n for one in shown for _ in every], pa.int64())
    told["status"] = pa.array([one.status for one in shown for _ in every], pa.string())
    return pa.table(told)


def in_words(figure: Multiverse, summary: Summary) -> list[str]:
    """What the choices do to one cell, in plain English sentences for a terminal."""
    cell = ", ".join(f"{name} {value}" for name, value in summary.cell.items())
    head = f"{cell}: " if cell else ""
    if summary.status != OK:
        return [f"{head}not shown under every choice ({summary.status})."]
    points = figure.measure.share

    def amount(value: float | None) -> str:
        if value is None:
            return "—"
        return f"{100 * value:.3g}%" if points else f"{value:.4g}"

    told = (
        f"{head}between {amount(summary.least)} and {amount(summary.greatest)} over {summary.combinations} combinations"
    )
    if summary.inside is not None:
        told += f"; {summary.inside:.0%} of them lie inside the interval of the run's own settings"
    if not summary.most:
        return [f"{told}. None of the choices moves it."]
    by = f"{100 * (summary.change or 0):.2g} points" if points else f"{summary.change:.3g}"
    return [f"{told}. Of the choices, {summary.most} moves it most: by {by} on average."]
