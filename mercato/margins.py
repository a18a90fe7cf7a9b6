"""Margins: how many people of each category there are in the population, as a user's CSV files tell it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mercato.errors import DataError
from mercato.measures.dimensions import STAY
from mercato.sources.countries import country_code

OTHER = "other"
"""The category of everybody whom a margin does not name."""
PEOPLE, SHARE = "people", "share"
_MANY = 8
_NAMES = {
    "employeur": "employer", "type": "kind", "groupe": "group", "liste": "list", "famille": "family",
    "niveau": "level", "ia": "is_ai", "pays": "country", "personnes": PEOPLE, "effectif": PEOPLE, "part": SHARE,
}  # fmt: skip
_WORDS = {"is_ai": {"true": ("true", "yes", "1", "oui", "vrai"), "false": ("false", "no", "0", "non", "faux")}}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_SPACES = re.compile("[\\s_\u00a0\u202f\u2009']")


@dataclass(frozen=True)
class MarginTable:
    """One file of margins: the people of each category, a category having a value for each dimension.

    where: the file; people: in the order of ``categories``; is_share: whether they are shares of a whole not told.
    """

    where: str
    dimensions: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    people: tuple[float, ...]
    is_share: bool = False

    @property
    def total(self) -> float:
        return sum(self.people)

    def words(self, place: int) -> set[str]:
        """The values that the margin names of one of its dimensions, ``other`` apart."""
        return {category[place] for category in self.categories} - {OTHER}

    def has_other(self, place: int) -> bool:
        return any(category[place] == OTHER for category in self.categories)


def read_margins(paths: Sequence[Path]) -> tuple[MarginTable, ...]:
    """The margins of CSV files; raises DataError, with the line, for what cannot be one."""
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> MarginTable:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read as text ({error})", where=str(path), expected="a CSV file in UTF-8") from None
    first = text.lstrip().split("\n", 1)[0]
    separator = max((";", "\t", ","), key=first.count)
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1)
        if any(cell.strip() for cell in row)
    ]
    dimensions, counted = _columns(rows[0][1] if rows else [], path)
    header = [_NAMES.get(name.lower(), name.lower()) for name in rows[0][1]]
    found: dict[tuple[str, ...], float] = {}
    for number, row in rows[1:]:
        where = f"{path}, line {number}"
        if len(row) != len(header):
            raise DataError(f"has {len(row)} columns", where=where, expected=f"{len(header)}, as in the first line")
        told = dict(zip(header, row, strict=True))
        category = tuple(_value(name, told[name], where) for name in dimensions)
        if category in found:
            raise DataError(f"the category {' × '.join(category)} stands there twice", where=where)
        found[category] = _people(told[counted], counted, where)
    if not found:
        raise DataError("holds no line but its first", where=str(path), expected="a line for each category")
    return MarginTable(str(path), dimensions, tuple(found), tuple(found.values()), counted == SHARE)


def _columns(written: Sequence[str], path: Path) -> tuple[tuple[str, ...], str]:
    """The dimensions of a header, and the name of its column of numbers."""
    names = [_NAMES.get(name.lower(), name.lower()) for name in written]
    expected = f"some of {', '.join(STAY)}, and {PEOPLE} (or {SHARE})"
    unknown = [name for name in names if name not in (*STAY, PEOPLE, SHARE)]
    if unknown or len(set(names)) < len(names) or not names:
        found = f"the columns {', '.join(names)}" if names else "nothing"
        raise DataError(f"holds {found}", where=str(path), expected=expected)
    counted = [name for name in names if name in (PEOPLE, SHARE)]
    dimensions = tuple(name for name in names if name not in counted)
    if len(counted) != 1 or not dimensions:
        raise DataError(f"holds the columns {', '.join(names)}", where=str(path), expected=expected)
    return dimensions, counted[0]


def _value(name: str, text: str, where: str) -> str:
    if not text:
        raise DataError(f"{name} is empty", where=where, remedy=f"Name a value, or {OTHER!r} for all the others.")
    if _plain(text) in (OTHER, "others", "autre", "autres"):
        return OTHER
    return spelt(name, text)


def spelt(name: str, text: str) -> str:
    """A value of a dimension as margins and data are compared: without capitals, countries by their code."""
    if name == "country":
        return (country_code(text) or text).lower()
    plain = _plain(text)
    for word, ways in _WORDS.get(name, {}).items():
        if plain in ways:
            return word
    return plain


def _plain(text: str) -> str:
    return "_".join(text.strip().casefold().replace("-", " ").replace("_", " ").split())


def _people(text: str, column: str, where: str) -> float:
    bare = _SPACES.sub("", text)
    bare = bare.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare) else bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        found = f"{column} is {text!r}" if text else f"{column} is missing"
        raise DataError(found, where=where, expected="a number above 0")
    number = float(bare)
    if not 0 < number < 1e12:
        remedy = (
            f"Leave the line out where there is nobody; whom no line names goes to {OTHER!r}." if not number else ""
        )
        raise DataError(f"{column} is {text}", where=where, expected="a number above 0", remedy=remedy)
    return number


def listed(words: Sequence[str]) -> str:
    """Categories in a sentence, the first few of them."""
    more = f" and {len(words) - _MANY} more" if len(words) > _MANY else ""
    return ", ".join(words[:_MANY]) + more


def refuse_contradictions(tables: Sequence[MarginTable], tolerance: float = 0.01) -> None:
    """Raise DataError where two margins tell different totals, or different numbers of the same people."""
    counted = [table for table in tables if not table.is_share]
    for table in counted[1:]:
        _compare("all people", counted[0], counted[0].total, table, table.total, tolerance)
    for place, one in enumerate(tables):
        for other in tables[place + 1 :]:
            shared = [name for name in one.dimensions if name in other.dimensions]
            if not shared:
                continue
            first, second = (_collapsed(table, shared) for table in (one, other))
            if any(OTHER in category for category in (*first, *second)) and set(first) != set(second):
                continue
            for category in dict.fromkeys((*first, *second)):
                a, b = (told.get(category, 0.0) for told in (first, second))
                _compare(" × ".join(category), one, a, other, b, tolerance)


def _collapsed(table: MarginTable, names: Sequence[str]) -> dict[tuple[str, ...], float]:
    """The people of a margin by some of its dimensions, as shares of its total."""
    told: dict[tuple[str, ...], float] = {}
    places = [table.dimensions.index(name) for name in names]
    for category, people in zip(table.categories, table.people, strict=True):
        key = tuple(category[place] for place in places)
        told[key] = told.get(key, 0.0) + people / table.total
    return told


def _compare(what: str, one: MarginTable, a: float, other: MarginTable, b: float, tolerance: float) -> None:
    if abs(a - b) <= tolerance * max(a, b):
        return
    if a <= 1 and b <= 1:
        first, second = (f"{share:.1%} of all people" for share in (a, b))
    else:
        first, second = (f"{people:,.0f} people" for people in (a, b))
    raise DataError(
        f"margins contradict each other: of {what} it tells {second}, and {one.where} {first}",
        where=other.where,
        expected="margins of one population at one date",
        remedy="Correct one of them, or leave it out.",
    )
