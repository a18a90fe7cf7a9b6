"""What the figures of an edition tell: facts, the cells that tell them, and which facts add to which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa

from mercato.measures.declare import Adds, Measure, Request
from mercato.measures.dimensions import MEMBERSHIPS, PERIOD_MONTHS
from mercato.release.rules import CODES, FEW_AT_RISK, of_people

Key = tuple[tuple[str, Any], ...]
"""Dimensions and their values, in the order of the dimensions: the cell without the word for what is counted."""
Hierarchy = Mapping[str, Mapping[Any, Any]]
"""Finer dimension > coarser, written ``employer>kind``: the coarser value of each finer one."""

MOVES = {
    "direct_moves": ("gap", "direct"),
    "brief_moves": ("gap", "brief"),
    "long_moves": ("gap", "long"),
    "moves": ("gaps", ("brief", "direct")),
}
"""Counts of all moves that an edition tells besides its figures."""
BESIDES = -1
"""The number of the figure, among places, that stands for what an edition tells besides its figures."""
_OF_TIME = ("month", "quarter", "year")
_SHOWN_ONLY = ("months", "curve", "period", "seed", "draws", "base_year", "minimum_people", "minimum_at_risk")


@dataclass(frozen=True)
class Cells:
    """The cells of one figure before disclosure control: not to be published.

    ``status`` says of each row, by the code of disclosure.STATUSES, whether it is withheld by itself.
    """

    name: str
    measure: Measure
    table: pa.Table
    request: Request
    status: np.ndarray


@dataclass
class Fact:
    """One number that an edition tells or withholds.

    places: the rows (figure, row, column or null for the whole row) that tell it; people: how many it is of, where it
    counts people; some: it may be 0; own: a row tells it of itself, not of more than
    the row is.
    """

    of: str
    key: Key
    value: float
    some: bool = False
    people: float | None = None
    own: bool = False
    places: list[tuple[int, int, str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Equation:
    """``whole`` = the sum of ``parts``, and ``rest`` that no cell tells (0 where they are the whole); facts by number.

    ``less`` are subtracted from the parts.
    """

    whole: int
    parts: tuple[int, ...]
    rest: float = 0.0
    less: tuple[int, ...] = ()


class Facts:
    """The facts of several figures by number, with what adds to what."""

    def __init__(self, hierarchy: Hierarchy | None = None) -> None:
        self.all: list[Fact] = []
        self.equations: list[Equation] = []
        self.within: list[tuple[int, int]] = []
        self._number: dict[tuple[str, Key], int] = {}
        self._hierarchy = hierarchy or {}

    def number(self, of: str, key: Key) -> int | None:
        """The number of a fact, where the figures tell it."""
        return self._number.get((of, key))

    def add(self, of: str, key: Key, value: float, some: bool = False) -> Fact:
        """The fact of a key, made where it is new; one whose value differs is another fact."""
        while True:
            number = self._number.get((of, key))
            if number is None:
                self._number[of, key] = len(self.all)
                self.all.append(Fact(of, key, value, some))
                return self.all[-1]
            if abs(self.all[number].value - value) < 0.5:
                return self.all[number]
            of += "*"

    def read(self, cells: Sequence[Cells]) -> None:
        """Take in what the rows of figures tell."""
        for place, figure in enumerate(cells):
            for column in adding(figure):
                self._read_column(place, figure, column)

    def _read_column(self, place: int, figure: Cells, column: Adds) -> None:
        table, request = figure.table, figure.request
        values = np.asarray(table[of_people(table, column.column)].cast(pa.float64()).fill_null(np.nan))
        people = np.asarray(table[of_people(table, "n")].cast(pa.float64()).fill_null(np.nan))
        of, kept = _population(figure, column)
        names, words = _dimensions(table, request, column)
        wider = any(column.named.get(name, name) is None for name in request.by)
        for row in np.flatnonzero(~np.isnan(values)).tolist():
            key = tuple(sorted([*kept, *((name, word[row]) for name, word in zip(names, words, strict=True))]))
            fact = self.add(of, key, float(values[row]), column.some)
            apart = column.column == "entered" and figure.status[row] == CODES[FEW_AT_RISK]
            fact.places.append((place, row, "entered" if apart else None))
            fact.own = fact.own or not wider
            if not (column.some or wider or figure.measure.of_other_cells):
                fact.people = min(people[row], np.inf if fact.people is None else fact.people)
        if "sum_12" in table.column_names and column.column == "estimate":
            self._read_sums(place, figure, of, kept, names, words)

    def _read_sums(
        self, place: int, figure: Cells, of: str, kept: Iterable[tuple[str, Any]], names: list[str], words: list[Any]
    ) -> None:
        sums = figure.table[of_people(figure.table, "sum_12")].to_pylist()
        month = words[names.index("month")]
        others = [(name, word) for name, word in zip(names, words, strict=True) if name != "month"]
        for row, value in enumerate(sums):
            if value is None or not np.isfinite(value):
                continue
            key = tuple(sorted([*kept, *((name, word[row]) for name, word in others), ("sum_12", month[row])]))
            fact = self.add(of, key, float(value), True)
            fact.places.append((place, row, "sum_12"))

    def relate(self) -> None:
        """Find what adds to what."""
        by_kind: dict[str, dict[tuple[str, ...], list[int]]] = {}
        for number, fact in enumerate(self.all):
            names = tuple(name for name, _ in fact.key)
            by_kind.setdefault(fact.of, {}).setdefault(names, []).append(number)
        for shapes in by_kind.values():
            pairs = [
                (whole, part, rolls)
                for whole, part in permutations(shapes, 2)
                if (rolls := self._rolled(whole, part)) is not None
            ]
            finer = {(whole, part) for whole, part, _ in pairs}
            for whole, part, rolls in pairs:
                if not any((whole, mid) in finer and (mid, part) in finer for mid in shapes):
                    self._add_up(shapes[whole], shapes[part], rolls)
        self._balance()
        self._nest()

    def _rolled(self, whole: tuple[str, ...], part: tuple[str, ...]) -> dict[str, tuple[str, str]] | None:
        """For each dimension of the whole the one of the part that gives it and how; null where none does."""
        rolls: dict[str, tuple[str, str]] = {}
        for name in whole:
            found = self._from(name, part)
            if found is None:
                return None
            rolls[name] = found
        dropped = set(part) - {fine for fine, _ in rolls.values()}
        if dropped & {*MEMBERSHIPS, "months", "sum_12", "first_day"}:
            return None
        return rolls

    def _from(self, name: str, part: tuple[str, ...]) -> tuple[str, str] | None:
        if name in part:
            return name, ""
        if name == "sum_12" and "month" in part:
            return "month", "sum_12"
        if name == "gaps" and "gap" in part:
            return "gap", "gaps"
        for fine in part:
            if fine in _OF_TIME and name in _OF_TIME and PERIOD_MONTHS[fine] < PERIOD_MONTHS[name]:
                return fine, name
            if f"{fine}>{name}" in self._hierarchy:
                return fine, f"{fine}>{name}"
        return None

    def _add_up(self, wholes: Sequence[int], parts: Sequence[int], rolls: dict[str, tuple[str, str]]) -> None:
        """Equations of the wholes of one shape with the parts of another."""
        sets = {value for n in wholes for name, value in self.all[n].key if name == "gaps"}
        inside: dict[Key, list[int]] = {}
        for number in parts:
            told = dict(self.all[number].key)
            keys: list[list[tuple[str, Any]]] = [[]]
            for name, (fine, how) in rolls.items():
                values = _coarser(told[fine], how, self._hierarchy, sets)
                keys = [[*key, (name, value)] for key in keys for value in values]
            for key in keys:
                inside.setdefault(tuple(key), []).append(number)
        for number in wholes:
            found = inside.get(self.all[number].key, [])
            rest = self.all[number].value - sum(self.all[n].value for n in found)
            if found and rest > -0.5:
                self.equations.append(Equation(number, tuple(found), max(0.0, float(round(rest)))))

    def _balance(self) -> None:
        """Stocks that differ by what came and went between, where nobody came or went in another way."""
        for number, fact in enumerate(self.all):
            what, _, variant = fact.of.partition("#")
            stock, told = f"headcount#{variant}", dict(fact.key)
            if what == "closing headcount":
                begin = self._at(stock, told, "month", told.pop("year", None))
                self._balanced(number, begin, dict(fact.key), variant)
                following = self._at(stock, told, "month", _next_year(dict(fact.key).get("year")))
                if following is not None and self.all[following].value == fact.value:
                    self.equations.append(Equation(number, (following,)))
            elif what == "headcount" and "month" in told:
                following = self._at(stock, told, "month", _next_month(str(told["month"])))
                if following is not None:
                    self._balanced(following, number, told, variant)

    def _balanced(self, after: int, before: int | None, told: dict[str, Any], variant: str) -> None:
        key = tuple(sorted(told.items()))
        flows = [self.number(f"{of}#{variant}", key) for of in ("hires", "separations")]
        if before is None or None in flows:
            return
        came, gone = (int(n) for n in flows if n is not None)
        if self.all[after].value == self.all[before].value + self.all[came].value - self.all[gone].value:
            self.equations.append(Equation(after, (before, came), 0.0, (gone,)))

    def _at(self, of: str, told: dict[str, Any], name: str, value: Any) -> int | None:
        if value is None:
            return None
        value = f"{value}-01" if name == "month" and len(str(value)) == 4 else value
        return self.number(of, tuple(sorted({**told, name: value}.items())))

    def _nest(self) -> None:
        """Which facts are counts among the people of others, by the rows that tell both: (some, all)."""
        of_row: dict[tuple[int, int], list[int]] = {}
        for number, fact in enumerate(self.all):
            for figure, row, column in fact.places:
                if column is None:
                    of_row.setdefault((figure, row), []).append(number)
        pairs = {
            (a, b)
            for told in of_row.values()
            for a in told
            for b in told
            if self.all[a].some and not self.all[b].some and self.all[a].value <= self.all[b].value
        }
        self.within = sorted(pairs)


def adding(figure: Cells) -> Iterator[Adds]:
    """The columns of a figure that add up, as its measure declares or, where it does not, as its numbers show."""
    measure, table = figure.measure, figure.table
    if measure.adds:
        yield from (column for column in measure.adds if column.column in table.column_names)
        return
    whole = [name for name in measure.counted if name in table.column_names and pa.types.is_integer(table[name].type)]
    people = np.asarray(table[of_people(table, "n")].cast(pa.float64()).fill_null(np.nan))
    for name in whole or ["n"]:
        values = np.asarray(table[name].cast(pa.float64()).fill_null(np.nan))
        yield Adds(name, f"{measure.name} {name}", some=bool(np.any(values < people)))


def _population(figure: Cells, column: Adds) -> tuple[str, list[tuple[str, Any]]]:
    """What is counted, under which options, and what part of it: the dimensions of ``where`` that are not told."""
    options = {k: v for k, v in figure.request.options.as_dict().items() if k not in _SHOWN_ONLY}
    gaps = options.pop("gap")
    kept: list[tuple[str, Any]] = []
    for name, values in figure.request.where:
        named = column.named.get(name, name)
        if name not in figure.request.by and named is not None:
            kept.append((named, values[0] if len(values) == 1 else "|".join(sorted(values))))
    asked = {*figure.request.by, *(name for name, _ in figure.request.where)}
    if column.of == "moves" and "gap" not in asked:
        kept.append(("gaps", tuple(sorted(gaps))))
    return f"{column.of}#{_named(options)}", kept


def _named(options: dict[str, Any]) -> str:
    from mercato.settings import Options

    usual = Options().as_dict()
    return ",".join(f"{name}={value}" for name, value in sorted(options.items()) if usual.get(name) != value)


def _dimensions(table: pa.Table, request: Request, column: Adds) -> tuple[list[str], list[list[Any]]]:
    names, words = [], []
    for name in request.by:
        named = column.named.get(name, name)
        if named is None or name not in table.column_names:
            continue
        told = table[name].to_pylist()
        if column.stock and name in _OF_TIME:
            named, told = ("year", told) if column.of.startswith("closing") else ("month", [_first(t) for t in told])
        names.append(named)
        words.append(told)
    if "months" in table.column_names and column.some:
        names.append("months")
        words.append(table["months"].to_pylist())
    return names, words


def _first(period: Any) -> str:
    """The first month of a year or quarter."""
    text = str(period)
    if "-Q" in text:
        return f"{text[:4]}-{int(text[-1]) * 3 - 2:02}"
    return text if "-" in text else f"{text}-01"


def _coarser(value: Any, how: str, hierarchy: Hierarchy, sets: Iterable[tuple[str, ...]]) -> list[Any]:
    """The values of the coarser dimension that a finer one belongs to."""
    if not how:
        return [value]
    if how == "gaps":
        return [told for told in sets if value in told]
    if value is None:
        return []
    if how == "sum_12":
        months = [str(value)]
        for _ in range(11):
            months.append(_next_month(months[-1]))
        return months
    if how == "year":
        return [str(value)[:4]]
    if how == "quarter":
        return [f"{str(value)[:4]}-Q{(int(str(value)[5:7]) + 2) // 3}"]
    return [hierarchy[how][value]] if value in hierarchy[how] else []


def _next_month(month: str) -> str:
    year, part = int(month[:4]), int(month[5:7])
    return f"{year + part // 12:04}-{part % 12 + 1:02}"


def _next_year(year: Any) -> str | None:
    return None if year is None else f"{int(str(year)) + 1:04}"
