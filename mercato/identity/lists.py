"""The user's own lists: other names of employers, who owns whom and when, and kinds."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mercato.errors import DataError
from mercato.identity.folding import folded, words

FIRST_DAY, LAST_DAY = dt.date.min, dt.date.max
_SHOWN_FAULTS = 10

_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "employer", "company", "canonical", "canonical_name", "nom", "employeur", "entreprise"),
    "alias": ("alias", "aliases", "other_name", "raw_name", "variant", "autre_nom", "variante"),
    "employer": ("employer", "name", "company", "child", "subsidiary", "employeur", "nom", "entreprise", "filiale"),
    "parent": ("parent", "owner", "group", "acquirer", "parent_company", "maison_mere", "proprietaire", "groupe"),
    "from": ("from", "from_date", "since", "start", "start_date", "depuis", "de", "du", "debut"),
    "to": ("to", "to_date", "until", "end", "end_date", "jusqu_a", "jusqua", "a", "au", "fin"),
    "kind": ("kind", "type", "category", "genre", "categorie", "nature"),
}


@dataclass(frozen=True)
class Alias:
    """Another name of an employer; ``line`` says where it was told."""

    line: str
    name: str
    alias: str


@dataclass(frozen=True)
class Owned:
    """One employer owned by another on the days of ``[from_date, to_date)``."""

    line: str
    employer: str
    parent: str
    from_date: dt.date
    to_date: dt.date


@dataclass(frozen=True)
class Kind:
    """The kind that the user gives an employer."""

    line: str
    employer: str
    kind: str


class Faults:
    """The faults of one list, gathered so that all are told at once."""

    def __init__(self, path: Path, expected: str) -> None:
        self.path, self.expected, self.found = path, expected, list[str]()

    def add(self, line: str, what: str) -> None:
        self.found.append(f"{line}: {what}")

    def stop(self) -> None:
        """Raises DataError where there were faults."""
        if not self.found:
            return
        shown = "; ".join(self.found[:_SHOWN_FAULTS])
        more = len(self.found) - _SHOWN_FAULTS
        raise DataError(
            shown + (f"; and {more} more" if more > 0 else ""),
            where=str(self.path),
            expected=self.expected,
            remedy="Correct the lines named." if len(self.found) > 1 else "Correct the line named.",
        )


def read_aliases(path: Path) -> list[Alias]:
    """The aliases of a CSV ``name,alias`` (either order) or of a TOML file ``"Google" = ["google brain", …]``."""
    faults = Faults(path, "a table with the columns name and alias, both filled")
    if path.suffix.lower() == ".toml":
        told = list(_toml_aliases(path, faults))
    else:
        told = [Alias(line, row["name"], row["alias"]) for line, row in _rows(path, ("name", "alias"))]
    for alias in told:
        _need(alias.line, {"name": alias.name, "alias": alias.alias}, faults)
    faults.stop()
    return told


def read_parents(path: Path) -> list[Owned]:
    """The ownership of a CSV ``employer,parent,from,to``.

    ``from`` and ``to`` may be absent or blank (always); a date is ISO, or a month or year, which stands for its
    first day. ``to`` is the first day on which it no longer held.
    """
    faults = Faults(
        path, "the columns employer and parent, both filled, and from before to, as 2014-01-26, 2014-01 or 2014"
    )
    told = []
    for line, row in _rows(path, ("employer", "parent"), ("from", "to")):
        _need(line, {"employer": row["employer"], "parent": row["parent"]}, faults)
        start = _day(row.get("from", ""), FIRST_DAY, line, "from", faults)
        end = _day(row.get("to", ""), LAST_DAY, line, "to", faults)
        if start is not None and end is not None:
            if end <= start:
                faults.add(line, f"to ({end}) is not after from ({start})")
            told.append(Owned(line, row["employer"], row["parent"], start, end))
    faults.stop()
    return told


def read_kinds(path: Path) -> list[Kind]:
    """The kinds of a CSV ``employer,kind``."""
    faults = Faults(path, "a table with the columns employer and kind, both filled")
    told = []
    for line, row in _rows(path, ("employer", "kind")):
        _need(line, {"employer": row["employer"], "kind": row["kind"]}, faults)
        told.append(Kind(line, row["employer"], "_".join(words(folded(row["kind"])))))
    faults.stop()
    return told


def _need(line: str, values: dict[str, str], faults: Faults) -> None:
    for column, value in values.items():
        if not words(folded(value)):
            faults.add(line, f"{column} is blank")


def _day(text: str, default: dt.date, line: str, column: str, faults: Faults) -> dt.date | None:
    text = text.strip()
    if not text:
        return default
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ][\d:.+Z]*)?", text)
    try:
        if match:
            return dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    faults.add(line, f"{column} is {text[:40]!r}, which is not a date")
    return None


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=str(path), remedy="Check the path.") from None
    if b"\0" in content:
        raise DataError("holds NUL bytes, so it is not text", where=str(path), expected="a CSV file in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _toml_aliases(path: Path, faults: Faults) -> Iterator[Alias]:
    try:
        told = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"not a TOML file ({error})", where=str(path), remedy="Correct the line named.") from None
    for name, aliases in told.items():
        for alias in aliases if isinstance(aliases, list) else [aliases]:
            if isinstance(alias, str):
                yield Alias(f"key {name!r}", name, alias)
            else:
                faults.add(f"key {name!r}", f"{alias!r} is not a name")


def _rows(path: Path, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a table with their line, as the columns asked for; trimmed."""
    text = _read(path)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    where: dict[str, int] = {}
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not where:
                where = _columns(path, row, needed, optional)
                continue
            yield f"line {reader.line_num}", {c: row[i].strip() if i < len(row) else "" for c, i in where.items()}
    except csv.Error as error:
        raise DataError(f"line {reader.line_num}: {error}", where=str(path), expected="a CSV file") from None
    if not where:
        raise DataError("is empty", where=str(path), expected="a header " + ",".join(needed + optional))


def _columns(path: Path, header: list[str], needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, int]:
    found = ["_".join(words(folded(cell))) for cell in header]
    where: dict[str, int] = {}
    for column in needed + optional:
        place = next(
            (found.index(n) for n in _HEADERS[column] if n in found and found.index(n) not in where.values()), None
        )
        if place is not None:
            where[column] = place
    missing = [c for c in needed if c not in where]
    unknown = [h for i, h in enumerate(header) if i not in where.values() and h.strip()]
    if missing or (unknown and optional):
        raise DataError(
            f"line 1: the header is {','.join(h.strip() for h in header)[:200]!r}",
            where=str(path),
            expected=",".join(needed) + "".join(f"[,{c}]" for c in optional),
            remedy="Name the columns so.",
        )
    return where
