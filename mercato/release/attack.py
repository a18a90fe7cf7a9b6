"""What an outsider makes of an edition: its files alone, turned into unknown counts and equations between them.

Written apart from disclosure control, and sharing nothing with it: what the one overlooks the other may find.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.release.inverting import inverted

Cell = tuple[str, tuple[tuple[str, Any], ...]]
"""What is counted, and of what part: dimensions with their values, in order."""

_ENDS = {"origin": "destination", "origin_kind": "destination_kind", "origin_group": "destination_group",
         "origin_list": "destination_list"}  # fmt: skip
_BACK = {**_ENDS, **{b: a for a, b in _ENDS.items()}}
_INTO = {"employer": "destination", "kind": "destination_kind", "group": "destination_group", "other": "origin"}
_OUT = {"employer": "origin", "kind": "origin_kind", "group": "origin_group", "other": "destination"}
_NO_ORIGIN: dict[str, str | None] = dict.fromkeys(_ENDS)
_TELLS: dict[str, dict[str, tuple[str, Mapping[str, str | None], str]]] = {
    "flows": {"estimate": ("moves", {}, "people")},
    "flow_ratio": {"moves": ("moves", {}, "other"), "moves_back": ("moves", _BACK, "other")},
    "flow_rate_ratio": {"moves": ("moves", {}, "other"), "moves_back": ("moves", _BACK, "other")},
    "net_flow": {"arrivals": ("moves", _INTO, "other"), "departures": ("moves", _OUT, "other")},
    "transfers": {"estimate": ("transfers", {}, "people")},
    "origins": {"from_origin": ("hires", {}, "people"), "hires": ("hires", _NO_ORIGIN, "wider")},
    "entry_share": {"hires": ("known hires", {}, "people"), "entry_hires": ("entry hires", {}, "some")},
    "hires": {"estimate": ("hires", {}, "people"), "direct": ("direct hires", {}, "some")},
    "separations": {"estimate": ("separations", {}, "people")},
    "headcount": {"estimate": ("there", {}, "stock")},
    "turnover": {
        "hires": ("hires", {}, "other"),
        "separations": ("separations", {}, "other"),
        "headcount_begin": ("there", {}, "other stock"),
    },
    "attrition": {"leavers": ("leavers", {}, "other")},
    "retention": {
        "entered": ("stays", {}, "entered"),
        "events": ("ended", {}, "some"),
        "at_risk": ("at risk", {}, "some"),
    },
    "cohort_retention": {
        "joined": ("joined", {}, "people"),
        "stayed": ("stayed", {}, "some"),
        "left": ("left", {}, "some"),
        "lost": ("lost", {}, "some"),
    },
}
_OF_TEMPO = ("hires", "separations", "headcount")
"""Measures that tell periods in which there was nobody too."""
_TIMES = {"month": 1, "quarter": 3, "year": 12}
_LISTS = {"list", "origin_list", "destination_list"}
_NOT_COUNTS = {"estimate", "low", "high", "n", "status", "months"}
_SHOWN = ("months", "curve", "period", "seed", "draws", "base_year", "minimum_people", "minimum_at_risk", "gap")


@dataclass
class Count:
    """An unknown or known count: between ``low`` and ``high`` by what its own cells say.

    secret: how it is withheld (null where it is not, or only to protect others); shown: its value where any file tells
    it; where: the figure and row that name it.
    """

    low: float = 0.0
    high: float = float("inf")
    shown: float | None = None
    secret: str | None = None
    where: str = ""


@dataclass
class Sight:
    """All that an outsider sees: counts, and equations whole ≥ or = the sum of parts, with signs."""

    counts: dict[Cell, Count] = field(default_factory=dict)
    equations: list[tuple[dict[Cell, float], bool]] = field(default_factory=list)
    below: list[tuple[Cell, Cell]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    cells: int = 0
    minimum: int = 5
    at_risk: int = 10


@dataclass(frozen=True)
class _Figure:
    name: str
    measure: str
    by: tuple[str, ...]
    where: Mapping[str, Sequence[str]]
    options: Mapping[str, Any]
    rows: list[dict[str, Any]]


def seen(folder: Path, known: Mapping[str, Mapping[Any, Any]] | None = None) -> Sight:
    """What the files of an edition tell; ``known`` are hierarchies that are public, like ``employer>kind``.

    Raises DataError for a folder that is no edition.
    """
    try:
        about = json.loads((folder / "edition.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise DataError(
            "there is no edition", where=str(folder), expected="a folder with edition.json and figures/"
        ) from None
    settings = about.get("settings", {})
    sight = Sight(minimum=int(settings.get("minimum_people", 5)), at_risk=int(settings.get("minimum_at_risk", 10)))
    figures = [_read(folder, name, sight, settings) for name in _names(folder)]
    employers = about.get("quality", {}).get("employers")
    cut: dict[Cell, bool] = {}
    for figure in figures:
        _take_in(figure, sight, cut, employers)
    _take_in_totals(about.get("quality", {}), sight)
    _relate(sight, cut, known or {})
    _stocks(sight)
    return sight


def _names(folder: Path) -> list[str]:
    files = (folder / "figures").glob("*") if (folder / "figures").is_dir() else ()
    return sorted({file.stem for file in files if file.suffix in (".json", ".csv", ".parquet")})


def _read(folder: Path, name: str, sight: Sight, settings: Mapping[str, Any]) -> _Figure:
    """A figure with every number that any of its files tells."""
    at = folder / "figures"
    told: dict[str, Any] = {}
    versions: list[list[dict[str, Any]]] = []
    if (at / f"{name}.json").is_file():
        told = json.loads((at / f"{name}.json").read_text("utf-8"))
        versions.append([dict(zip(told["columns"], row, strict=True)) for row in told["rows"]])
    if (at / f"{name}.parquet").is_file():
        versions.append(pq.read_table(at / f"{name}.parquet").to_pylist())
    if (at / f"{name}.csv").is_file():
        with (at / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            versions.append([{k: _number(v) for k, v in row.items()} for row in csv.DictReader(stream)])
    columns = list(versions[0][0]) if versions and versions[0] else []
    dimensions = _dimensions(versions[0]) if versions else ()
    by = tuple(told.get("by", [c for c in columns if c in dimensions]))
    rows = [dict(row) for row in versions[0]] if versions else []
    for other in versions[1:]:
        for row, more in zip(rows, other, strict=False):
            row.update({k: v for k, v in more.items() if row.get(k) is None and v is not None and k not in by})
    measure = told.get("measure") or next(
        (m for m in sorted(_TELLS, key=len, reverse=True) if name.startswith(m)), name
    )
    return _Figure(name, measure, by, told.get("where", {}), told.get("options", settings), rows)


def _number(text: str) -> Any:
    if text == "":
        return None
    try:
        return float(text)
    except ValueError:
        return text


def _dimensions(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    return {k for row in rows for k, v in row.items() if isinstance(v, str) and k != "status"} | (
        {"year", "cohort"} & {k for row in rows for k in row}
    )


def _tells(figure: _Figure) -> dict[str, tuple[str, Mapping[str, str | None], str]]:
    """Which columns count what; of a measure that is not known, those of whole numbers."""
    if figure.measure in _TELLS:
        return _TELLS[figure.measure]
    names = [k for k in (figure.rows[0] if figure.rows else {}) if k not in {*_NOT_COUNTS, *figure.by}]
    whole = [
        name
        for name in names
        if all(isinstance(row[name], (int, float)) and row[name] == round(row[name]) for row in figure.rows
               if row.get(name) is not None)
    ]  # fmt: skip
    return {name: (f"{figure.measure} {name}", {}, "some") for name in whole}


def _take_in(figure: _Figure, sight: Sight, cut: dict[Cell, bool], employers: int | None) -> None:
    options = ",".join(f"{k}={v}" for k, v in sorted(figure.options.items()) if k not in _SHOWN)
    once = _each_once(figure)
    for number, row in enumerate(figure.rows):
        sight.cells += 1
        status, where = str(row.get("status", "ok")), f"{figure.name} row {number + 1}"
        kept = {*figure.by, "months", "status"} | ({"n", "entered"} if status == "withheld_few_at_risk" else set())
        if status.startswith("withheld"):
            sight.printed += [
                f"{where} ({status}) prints {k} {v}"
                for k, v in row.items()
                if k not in (*kept, "sum_12") and v is not None
            ]
        hidden = inverted(row) if any(row.get(c) is None for c in _tells(figure)) else {}
        base: Cell | None = None
        for column, (what, named, role) in _tells(figure).items():
            if column not in row:
                continue
            cell = _cell(figure, row, f"{what}#{options}", named, role)
            count = sight.counts.setdefault(cell, Count(where=where))
            cut[cell] = cut.get(cell, False) or _is_cut(figure, named, employers)
            value = row[column] if row[column] is not None else _worked_out(column, hidden)
            if value is not None:
                count.shown = float(value)
            else:
                _bound(count, status, role, sight, where, figure.measure in _OF_TEMPO, once)
            if role in ("people", "entered"):
                base = cell
            elif role == "some" and base is not None:
                sight.below.append((cell, base))
        if row.get("sum_12") is not None and "month" in figure.by:
            _take_in_sum(figure, row, sight, options)


def _each_once(figure: _Figure) -> bool:
    """Whether nobody seems to be counted twice: in no cell that is shown are there fewer people than events."""
    columns = [column for column, (_, _, role) in _tells(figure).items() if role in ("people", "entered", "stock")]
    return all(
        row.get(column) is None or row.get("n") is None or row[column] == row["n"]
        for row in figure.rows
        for column in columns
    )


def _worked_out(column: str, hidden: Mapping[str, float]) -> float | None:
    name = {"from_origin": "part", "entry_hires": "part", "stayed": "part", "hires": "whole", "joined": "whole",
            "moves": "there", "moves_back": "back", "estimate": "part"}.get(column)  # fmt: skip
    return hidden.get(name) if name else None


def _bound(count: Count, status: str, role: str, sight: Sight, where: str, may_be_none: bool, once: bool) -> None:
    """What the reason for which a cell is withheld says of a count in it."""
    few, top = status == "withheld_few_people", sight.minimum - 1
    if few and role in ("people", "entered", "stock"):
        count.high, count.secret, count.where = min(count.high, top if once else count.high), "few", where
        count.low = max(count.low, 0.0 if may_be_none else 1.0)
    elif few and role == "some":
        count.high, count.where = min(count.high, top if once else count.high), where
        count.secret = count.secret or "part"
    elif status == "withheld_few_at_risk" and role == "some":
        count.secret, count.where = count.secret or "at risk", where
    elif status.startswith("withheld") and role in ("people", "entered", "stock") and count.secret is None:
        count.low = max(count.low, float(sight.minimum)) if status == "withheld_complementary" else count.low


def _cell(figure: _Figure, row: Mapping[str, Any], what: str, named: Mapping[str, str | None], role: str) -> Cell:
    key: dict[str, Any] = {}
    for name in figure.by:
        as_named = named.get(name, name)
        if as_named is not None:
            value = row.get(name)
            if name in ("year", "cohort") and value is not None:
                value = str(value).split(".")[0]
            if role.endswith("stock") and name in _TIMES:
                as_named, value = "month", _first_month(str(value))
            key[as_named] = value
    for name, values in figure.where.items():
        as_named = named.get(name, name)
        if name not in figure.by and as_named is not None:
            key[as_named] = values[0] if len(values) == 1 else "|".join(sorted(values))
    if what.startswith("moves#") and "gap" not in key:
        key["gaps"] = tuple(sorted(figure.options.get("gap", ("brief", "direct"))))
    if role == "some" and "months" in row:
        key["months"] = row["months"]
    return what, tuple(sorted(key.items()))


def _is_cut(figure: _Figure, named: Mapping[str, str | None], employers: int | None) -> bool:
    """Whether the figure may leave out cells: it tells some employers of many, or only what it may show."""
    lists = [values for name, values in figure.where.items() if name in figure.by]
    if figure.measure == "transfers" and figure.where:
        return True
    return any(employers is None or len(values) < employers for values in lists)


def _take_in_sum(figure: _Figure, row: Mapping[str, Any], sight: Sight, options: str) -> None:
    what = {"hires": "hires", "separations": "separations"}.get(figure.measure)
    if what is None:
        return
    base = dict(_cell(figure, row, "", {}, "people")[1])
    month = str(base.pop("month"))
    parts: dict[Cell, float] = {}
    for back in range(12):
        cell = (f"{what}#{options}", tuple(sorted({**base, "month": _months_before(month, back)}.items())))
        parts[cell] = 1.0
    sight.equations.append(({**parts, ("=", (("value", float(row["sum_12"])),)): -1.0}, True))


def _take_in_totals(quality: Mapping[str, Any], sight: Sight) -> None:
    """The counts of moves that an edition tells of all its data."""
    for what in {what for what, _ in sight.counts if what.startswith("moves#")}:
        for name in ("direct", "brief", "long"):
            if quality.get(f"{name}_moves") is not None:
                sight.counts.setdefault((what, (("gap", name),)), Count()).shown = float(quality[f"{name}_moves"])


def _relate(sight: Sight, cut: Mapping[Cell, bool], known: Mapping[str, Mapping[Any, Any]]) -> None:
    """Wholes and their parts: the same count told by fewer and by more dimensions."""
    shapes: dict[str, dict[tuple[str, ...], list[Cell]]] = {}
    for cell in sight.counts:
        shapes.setdefault(cell[0], {}).setdefault(tuple(name for name, _ in cell[1]), []).append(cell)
    for of in shapes.values():
        for coarse in of:
            for fine in of:
                ways = _ways(coarse, fine, known) if coarse != fine else None
                if ways is not None:
                    _add_up(sight, of[coarse], of[fine], ways, cut, known)


def _ways(coarse: Sequence[str], fine: Sequence[str], known: Mapping[str, Any]) -> dict[str, str] | None:
    """Which dimension of the finer cells gives each of the coarser ones; null where none does."""
    ways: dict[str, str] = {}
    for name in coarse:
        options = [
            other
            for other in fine
            if other == name
            or (name == "gaps" and other == "gap")
            or f"{other}>{name}" in known
            or (name in _TIMES and other in _TIMES and _TIMES[other] < _TIMES[name])
        ]
        if not options:
            return None
        ways[name] = name if name in options else options[0]
    gone = set(fine) - set(ways.values())
    return None if gone & {*_LISTS, "months"} else ways


def _add_up(
    sight: Sight, wholes: Sequence[Cell], parts: Sequence[Cell], ways: Mapping[str, str], cut: Mapping[Cell, bool],
    known: Mapping[str, Mapping[Any, Any]],
) -> None:  # fmt: skip
    if wholes and wholes[0][0].startswith("there#") and "month" not in ways:
        return
    sets = {value for _, key in wholes for name, value in key if name == "gaps"}
    inside: dict[tuple[tuple[str, Any], ...], list[Cell]] = {}
    for part in parts:
        for key in _above(dict(part[1]), ways, sets, known):
            inside.setdefault(tuple(sorted(key.items())), []).append(part)
    for whole in wholes:
        found = inside.get(whole[1])
        if not found:
            continue
        exact = not any(cut.get(part, False) for part in found)
        shown = [sight.counts[part].shown for part in found]
        total = sight.counts[whole].shown
        if total is not None and sum(value for value in shown if value is not None) > total + 0.5:
            continue
        if None not in shown and total is not None:
            continue
        sight.equations.append(({**dict.fromkeys(found, 1.0), whole: -1.0}, exact))


def _above(
    told: Mapping[str, Any], ways: Mapping[str, str], sets: set[Any], known: Mapping[str, Mapping[Any, Any]]
) -> Iterator[dict[str, Any]]:
    keys: list[dict[str, Any]] = [{}]
    for name, other in ways.items():
        value = told[other]
        if name == other:
            values = [value]
        elif name == "gaps":
            values = [one for one in sets if value in one]
        elif name in _TIMES:
            values = [] if value is None else [_period(str(value), name)]
        else:
            values = [known[f"{other}>{name}"][value]] if value in known[f"{other}>{name}"] else []
        keys = [{**key, name: one} for key in keys for one in values]
    yield from keys


def _stocks(sight: Sight) -> None:
    """People there differ by who came and went, if that held in every month in which all is told."""
    found: list[dict[Cell, float]] = []
    held = []
    for cell in sight.counts:
        what, key = cell
        told = dict(key)
        if not what.startswith("there#") or len(str(told.get("month", ""))) != 7:
            continue
        rest = what.removeprefix("there")
        after = (what, tuple(sorted({**told, "month": _months_before(told["month"], -1)}.items())))
        came, gone = (f"hires{rest}", key), (f"separations{rest}", key)
        four = [sight.counts.get(one) for one in (cell, after, came, gone)]
        if any(one is None for one in four):
            continue
        equation = {after: 1.0, cell: -1.0, came: -1.0, gone: 1.0}
        values = [one.shown for one in four if one is not None]
        if None in values:
            found.append(equation)
        else:
            before, then, plus, minus = (float(value) for value in values if value is not None)
            held.append(then == before + plus - minus)
    if held and sum(held) >= 0.99 * len(held):
        sight.equations += [(equation, True) for equation in found]


def _period(month: str, name: str) -> str:
    if name == "year":
        return month[:4]
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" if "Q" not in month else month


def _first_month(period: str) -> str:
    if "-Q" in period:
        return f"{period[:4]}-{int(period[-1]) * 3 - 2:02}"
    return period if "-" in period else f"{period.split('.')[0]}-01"


def _months_before(month: str, back: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:7]) - 1 - back
    return f"{number // 12:04}-{number % 12 + 1:02}"
