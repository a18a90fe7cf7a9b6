"""Editions of made counts: small random markets whose figures go through release and onto disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from mercato.measures import declared
from mercato.measures.declare import Request
from mercato.release.facts import Cells
from mercato.release.figure import Figure, cells_of, make_figures
from mercato.settings import Options

MONTHS = tuple(f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13))
KINDS, LEVELS, GAPS = ("ai_lab", "big_tech", "startup"), ("junior", "senior", "executive"), ("direct", "brief", "long")
Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Released:
    """Figures past disclosure control, and what an edition counts besides."""

    figures: dict[str, Figure]
    quality: dict[str, float]


@dataclass(frozen=True)
class Made:
    """The cells of an edition before release, what its employers are, and what it counts besides."""

    cells: tuple[Cells, ...]
    hierarchy: dict[str, dict[Any, Any]]
    quality: dict[str, float]
    options: Options

    def released(self) -> Released:
        """The figures past disclosure control, and what is told besides them."""
        figures, besides = make_figures(self.cells, self.options, self.hierarchy, self.quality)
        return Released(figures, {name: value for name, value in self.quality.items() if name not in besides})

    def rows(self) -> int:
        """How many cells there are before release."""
        return sum(one.table.num_rows for one in self.cells)


def written(released: Released, made: Made, folder: Path) -> Path:
    """Write figures as an edition, without its pages."""
    figures = released.figures
    (folder / "figures").mkdir(parents=True)
    about = {"id": "made", "settings": made.options.as_dict(), "quality": released.quality, "figures": sorted(figures)}
    (folder / "edition.json").write_text(json.dumps(about), "utf-8")
    for name, figure in figures.items():
        (folder / "figures" / f"{name}.json").write_text(figure.to_json(), "utf-8")
        (folder / "figures" / f"{name}.csv").write_text(figure.to_csv(), "utf-8")
    return folder


def random_edition(seed: int) -> Made:
    """An edition of a random market: a few employers, some of them tiny, and up to three years of events."""
    random = np.random.default_rng(seed)
    employers = [f"E{number}" for number in range(random.integers(3, 9))]
    kinds = dict(zip(employers, random.choice(KINDS[: random.integers(2, 4)], len(employers)).tolist(), strict=True))
    weight = random.dirichlet(np.full(len(employers), random.choice([0.4, 1.5])))
    months = MONTHS[: random.choice([12, 24, 36])]
    shown = employers[: random.integers(2, len(employers) + 1)] if random.random() < 0.5 else employers
    options = Options(minimum_people=int(random.choice([3, 5, 5, 10])))
    draw = _Draw(random, employers, kinds, weight, months)
    cells: list[Cells] = []

    def add(name: str, measure: str, table: pa.Table, by: Sequence[str], **where: Sequence[str]) -> None:
        cut = {k: v for k, v in where.items() if len(v) < len(employers) or k not in ("employer", "origin")}
        for column, values in cut.items():
            table = table.filter(pa.array([value in values for value in table[column].to_pylist()]))
        asked = tuple((column, tuple(values)) for column, values in cut.items())
        cells.append(cells_of(name, declared()[measure], table, Request(tuple(by), asked, options)))

    moves = draw.moves(int(random.integers(20, 500)))
    near = {name: values[moves["gap"] != "long"] for name, values in moves.items()}
    pair = ("origin", "destination")
    add("flows_by_pair", "flows", _counted(near, pair), pair, origin=shown, destination=shown)
    add("flows_by_year", "flows", _counted(near, ("year",)), ("year",))
    add("gap_by_year", "flows", _counted(moves, ("year", "gap")), ("year", "gap"))
    add("flow_ratio_by_pair", "flow_ratio", _ratios(near), pair, origin=shown, destination=shown)
    add("net_flow_by_employer", "net_flow", _net(near, employers), ("employer",), employer=shown)
    hires = draw.hires(int(random.integers(20, 600)))
    for name, by, where in (
        ("origins_overall", ("origin_kind",), {}),
        ("origins_by_kind", ("kind", "origin_kind"), {}),
        ("origins_by_employer", ("employer", "origin"), {"employer": shown}),
    ):
        add(name, "origins", _origins(hires, by), by, **where)
    gone = draw.separations(int(random.integers(5, 400)))
    stock = int(random.integers(3, 300)) + len(gone["month"])
    add("hires_by_month", "hires", _monthly(hires, months, hires["direct"]), ("month",))
    add("separations_by_month", "separations", _monthly(gone, months, None), ("month",))
    add("headcount_by_month", "headcount", _stocks(hires, gone, months, stock), ("month",))
    add("turnover_by_year", "turnover", _turnover(hires, gone, months, stock), ("year",))
    for name, by in (("entry_share_by_year", ("year",)), ("entry_share_by_kind", ("kind", "year"))):
        add(name, "entry_share", _entries(hires, by), by)
    stays = draw.stays(int(random.integers(10, 300)))
    for name, by in (("retention_overall", ()), ("retention_by_kind", ("kind",)), ("retention_by_level", ("level",))):
        add(name, "retention", _retention(stays, by), by)
    rolls = {f"{end}employer>{end}kind".replace("originemployer", "origin"): kinds for end in ("",)}
    rolls |= {"origin>origin_kind": {**kinds, "first job": "first job"}, "destination>destination_kind": kinds}
    counted = {f"{gap}_moves": float((moves["gap"] == gap).sum()) for gap in GAPS}
    return Made(tuple(cells), rolls, {**counted, "employers": len(employers)}, options)


@dataclass(frozen=True)
class _Draw:
    random: np.random.Generator
    employers: list[str]
    kinds: dict[str, str]
    weight: np.ndarray
    months: Sequence[str]

    def _events(self, size: int) -> dict[str, np.ndarray]:
        season = self.random.dirichlet(np.full(len(self.months), 2.0))
        month = self.random.choice(self.months, size, p=season)
        return {
            "person": self.random.integers(0, max(2, size * int(self.random.choice([2, 50]))), size),
            "month": month,
            "year": np.array([text[:4] for text in month], dtype=str),
        }

    def _employers(self, size: int) -> np.ndarray:
        return self.random.choice(self.employers, size, p=self.weight)

    def moves(self, size: int) -> dict[str, np.ndarray]:
        origin, destination = self._employers(size), self._employers(size)
        gap = self.random.choice(GAPS, size, p=[0.7, 0.2, 0.1])
        told = {**self._events(size), "origin": origin, "destination": destination, "gap": gap}
        return {name: values[origin != destination] for name, values in told.items()}

    def hires(self, size: int) -> dict[str, np.ndarray]:
        employer = self._employers(size)
        origin = np.where(self.random.random(size) < 0.1, "first job", self._employers(size))
        kind = {**self.kinds, "first job": "first job"}
        return {
            **self._events(size),
            "employer": employer,
            "kind": np.array([kind[one] for one in employer], dtype=str),
            "origin": origin,
            "origin_kind": np.array([kind[one] for one in origin], dtype=str),
            "entry": self.random.random(size) < 0.2,
            "direct": self.random.random(size) < 0.5,
        }

    def separations(self, size: int) -> dict[str, np.ndarray]:
        return self._events(size)

    def stays(self, size: int) -> dict[str, np.ndarray]:
        kind = np.array([self.kinds[one] for one in self._employers(size)], dtype=str)
        level = self.random.choice(LEVELS, size, p=[0.6, 0.35, 0.05])
        tenure = self.random.exponential(30, size).astype(int)
        return {
            "person": np.arange(size), "kind": kind, "level": level, "tenure": tenure,
            "ended": self.random.random(size) < 0.7,
        }  # fmt: skip


def _groups(told: Columns, by: Sequence[str]) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """The values of each cell and its rows, in order."""
    size = len(told["person"])
    if not by:
        return [((), np.arange(size))] if size else []
    keys = list(zip(*(told[name].tolist() for name in by), strict=True))
    inside: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(keys):
        inside.setdefault(key, []).append(row)
    return [(key, np.array(inside[key])) for key in sorted(inside)]


def _table(told: Columns, by: Sequence[str], more: Callable[[np.ndarray], dict[str, Any]]) -> pa.Table:
    rows = [
        {**dict(zip(by, key, strict=True)), **more(rows), "low": 0.0, "high": 9.9,
         "n": len(np.unique(told["person"][rows]))}
        for key, rows in _groups(told, by)
    ]  # fmt: skip
    names = [*by, *more(np.zeros(0, int)), "low", "high", "n"]
    schema = pa.schema([(name, pa.string() if name in by else _type(name)) for name in names])
    return pa.Table.from_pylist(rows, schema)


def _type(name: str) -> pa.DataType:
    return pa.float64() if name in ("estimate", "low", "high", "sum_12") else pa.int64()


def _counted(told: Columns, by: Sequence[str]) -> pa.Table:
    return _table(told, by, lambda rows: {"estimate": float(len(rows))})


def _ratios(moves: Columns) -> pa.Table:
    turned = {**moves, "origin": moves["destination"], "destination": moves["origin"]}
    both = {name: np.concatenate((moves[name], turned[name])) for name in moves}
    there = np.concatenate((np.ones(len(moves["person"])), np.zeros(len(moves["person"]))))

    def ratio(rows: np.ndarray) -> dict[str, Any]:
        a = int(there[rows].sum())
        b = len(rows) - a
        return {"moves": a, "moves_back": b, "estimate": a / b if b else None}

    return _table(both, ("origin", "destination"), ratio)


def _net(moves: Columns, employers: Sequence[str]) -> pa.Table:
    ends = np.concatenate((moves["destination"], moves["origin"]))
    arrives = np.concatenate((np.ones(len(moves["person"])), np.zeros(len(moves["person"]))))
    both = {"person": np.concatenate((moves["person"],) * 2), "employer": ends}

    def net(rows: np.ndarray) -> dict[str, Any]:
        a = int(arrives[rows].sum())
        return {"arrivals": a, "departures": len(rows) - a, "net": 2 * a - len(rows), "estimate": 1.0}

    return _table(both, ("employer",), net)


def _origins(hires: Columns, by: Sequence[str]) -> pa.Table:
    group = [name for name in by if not name.startswith("origin")]
    total = {key: len(rows) for key, rows in _groups(hires, group)}

    def share(rows: np.ndarray) -> dict[str, Any]:
        every = total[tuple(str(hires[name][rows[0]]) for name in group)] if len(rows) else 1
        return {"hires": every, "from_origin": len(rows), "estimate": len(rows) / every}

    return _table(hires, by, share)


def _entries(hires: Columns, by: Sequence[str]) -> pa.Table:
    def share(rows: np.ndarray) -> dict[str, Any]:
        entry = int(hires["entry"][rows].sum())
        return {"hires": len(rows), "entry_hires": entry, "estimate": entry / max(len(rows), 1)}

    return _table(hires, by, share)


def _retention(stays: Columns, by: Sequence[str]) -> pa.Table:
    parts = []
    for months in (12, 24, 36):

        def kept(rows: np.ndarray, months: int = months) -> dict[str, Any]:
            tenure, ended = stays["tenure"][rows], stays["ended"][rows]
            left = int((ended & (tenure <= months)).sum())
            there = int((tenure >= months).sum())
            return {"months": months, "entered": len(rows), "events": left, "at_risk": there, "estimate": 0.5}

        parts.append(_table(stays, by, kept))
    return pa.concat_tables(parts)


def _per_month(told: Columns, months: Sequence[str]) -> np.ndarray:
    return np.array([(told["month"] == month).sum() for month in months])


def _monthly(told: Columns, months: Sequence[str], direct: np.ndarray | None) -> pa.Table:
    count = _per_month(told, months)
    people = [len(np.unique(told["person"][told["month"] == month])) for month in months]
    sums = [float(count[m - 11 : m + 1].sum()) if m >= 11 else None for m in range(len(months))]
    columns: dict[str, Any] = {"month": list(months)}
    if direct is not None:
        columns["direct"] = np.array([int(direct[told["month"] == month].sum()) for month in months])
    columns["sum_12"] = pa.array(sums, pa.float64())
    columns |= {"estimate": count.astype(float), "low": 0.0 * count, "high": 9.9 + 0.0 * count, "n": people}
    return pa.table(columns)


def _levels(hires: Columns, gone: Columns, months: Sequence[str], stock: int) -> np.ndarray:
    change = _per_month(hires, months) - _per_month(gone, months)
    return np.maximum(0, stock + np.concatenate(([0], np.cumsum(change))))


def _stocks(hires: Columns, gone: Columns, months: Sequence[str], stock: int) -> pa.Table:
    there = _levels(hires, gone, months, stock)[:-1]
    none = pa.nulls(len(months), pa.float64())
    return pa.table(
        {"month": list(months), "estimate": there.astype(float), "low": none, "high": none, "n": there.astype(int)}
    )


def _turnover(hires: Columns, gone: Columns, months: Sequence[str], stock: int) -> pa.Table:
    there = _levels(hires, gone, months, stock)
    rows = []
    for first in range(0, len(months), 12):
        came, went = (int(_per_month(told, months[first : first + 12]).sum()) for told in (hires, gone))
        begin, end = int(there[first]), int(there[min(first + 12, len(there) - 1)])
        rows.append(
            {"year": months[first][:4], "hires": came, "separations": went, "headcount_begin": begin,
             "headcount_end": end, "estimate": 0.5, "low": 0.1, "high": 0.9, "n": begin + came}
        )  # fmt: skip
    return pa.Table.from_pylist(rows)
