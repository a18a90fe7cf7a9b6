"""The user's own lists: other names of employers, who owns whom and when, kinds, and groups."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mercato.errors import DataError
from mercato.identity.employers.listfiles import read_text, table_rows
from mercato.identity.folding import folded, words

FIRST_DAY, LAST_DAY = dt.date.min, dt.date.max
_MONTH = len("2014-01")
_SHOWN_FAULTS, _NAMED_FAULTS = 10, 200

EVENTS: dict[str, tuple[str, ...]] = {
    "acquisition": ("acquisition", "acquired", "owned", "rachat", "rachete"),
    "division": ("division", "part", "branche"),
    "merger": ("merger", "merged", "fusion", "fusionne"),
    "spin-off": ("spin off", "spinoff", "split", "scission"),
    "rename": ("rename", "renamed", "name change", "renomme", "changement de nom"),
    "independent": ("independent", "none", "independant"),
}
"""What may be told of an employer and another, with the words for it; ``independent``: that it has no owner."""

DECISIONS: dict[str, tuple[str, ...]] = {
    "same": ("same", "s", "meme", "identique", "one"),
    "apart": ("apart", "a", "distinct", "distincts", "different", "separe", "two"),
}
"""What may be decided of two names, with the words for it."""
_APOSTROPHE = re.compile(r"'(?=[=+\-@#\t\r])")


@dataclass(frozen=True)
class Alias:
    """Another name of an employer, or with ``apart`` one that is of another; ``line`` says where it was told."""

    line: str
    name: str
    alias: str
    apart: bool = False


@dataclass(frozen=True)
class Owned:
    """What an employer is to another on the days of ``[from_date, to_date)``; ``event`` is one of EVENTS.

    since, until: both days as told, to the year or the month; blank where none is.
    """

    line: str
    employer: str
    parent: str
    from_date: dt.date
    to_date: dt.date
    event: str = "acquisition"
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Kind:
    """The kind that the user gives an employer."""

    line: str
    employer: str
    kind: str


@dataclass(frozen=True)
class Listed:
    """An employer in a group of the user's on the days of ``[from_date, to_date)``."""

    line: str
    employer: str
    group: str
    from_date: dt.date
    to_date: dt.date


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
        found = sorted(self.found, key=_line_number)
        shown, more = "; ".join(found[:_SHOWN_FAULTS]), found[_SHOWN_FAULTS:]
        lines = ", ".join(dict.fromkeys(fault.partition(":")[0] for fault in more[:_NAMED_FAULTS]))
        raise DataError(
            shown + (f"; and {len(more)} more ({lines})" if more else ""),
            where=str(self.path),
            expected=self.expected,
            remedy="Correct the lines named." if len(self.found) > 1 else "Correct the line named.",
        )


def read_aliases(path: Path) -> list[Alias]:
    """The aliases of a CSV ``name,alias[,decision]`` (any order) or of a TOML file ``"Google" = ["google brain", …]``.

    ``decision`` is one of DECISIONS, same where blank: two names that are told apart are never joined.
    """
    faults = Faults(path, "a table with the columns name and alias, both filled")
    if path.suffix.lower() == ".toml":
        told = list(_toml_aliases(path, faults))
    else:
        told = [
            Alias(line, unquoted(row["name"]), unquoted(row["alias"]), decision(line, row, faults) == "apart")
            for line, row in table_rows(path, ("name", "alias"), ("decision",), strict=False)
        ]
    for alias in told:
        _need(alias.line, {"name": alias.name, "alias": alias.alias}, faults)
    faults.stop()
    return told


def decision(line: str, row: dict[str, str], faults: Faults, blank: str = "same") -> str:
    """The decision of a row: one of DECISIONS, or ``blank`` where it holds none."""
    word = " ".join(words(folded(row.get("decision", ""))))
    found = next((told for told, said in DECISIONS.items() if word in said), "" if word else blank)
    if word and not found:
        faults.add(line, f"decision is {row['decision'][:40]!r}, which is none of {', '.join(DECISIONS)}")
    return found


def unquoted(name: str) -> str:
    """A name without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return _APOSTROPHE.sub("", name, count=1) if name.startswith("'") else name


def read_parents(path: Path, faults: Faults) -> list[Owned]:
    """The ownership of a CSV ``employer,parent[,from][,to][,event][,note]``; faulty rows go to ``faults``.

    ``from`` and ``to`` may be absent or blank (always); a date is ISO, or a month or year, which stands for its
    first day. ``to`` is the first day on which it no longer held. ``event`` is one of EVENTS, acquisition where blank.
    """
    told = (
        _owned(line, row, faults)
        for line, row in table_rows(path, ("employer", "parent"), ("from", "to", "event", "note"))
    )
    return [owned for owned in told if owned is not None]


def told_ownership(rows: Iterable[dict[str, str]], faults: Faults) -> list[Owned]:
    """The ownership of rows with the columns of ``read_parents``, which are numbered."""
    told = (_owned(f"entry {number}", row, faults) for number, row in enumerate(rows, 1))
    return [owned for owned in told if owned is not None]


def _owned(line: str, row: dict[str, str], faults: Faults) -> Owned | None:
    word = " ".join(words(folded(row.get("event", ""))))
    event = next((event for event, said in EVENTS.items() if word in said), "" if word else "acquisition")
    before = len(faults.found)
    if not event:
        faults.add(line, f"event is {row['event'][:40]!r}, which is none of {', '.join(EVENTS)}")
    needed = ("employer",) if event == "independent" else ("employer", "parent")
    _need(line, {column: row[column] for column in needed}, faults)
    span = _span(line, row, faults)
    if event in ("merger", "rename", "spin-off") and row.get("to"):
        faults.add(line, f"a {event} has a day (from), and no to")
    if event == "spin-off" and not row.get("from"):
        faults.add(line, "from is blank, which is the day of the spin-off")
    if span is None or len(faults.found) > before:
        return None
    since, until = (row.get(column, "")[:_MONTH] for column in ("from", "to"))
    return Owned(line, row["employer"], row["parent"], *span, event, since, until)


def _span(line: str, row: dict[str, str], faults: Faults) -> tuple[dt.date, dt.date] | None:
    """The days of ``from`` and ``to``; None for a faulty one."""
    start = _day(row.get("from", ""), FIRST_DAY, line, "from", faults)
    end = _day(row.get("to", ""), LAST_DAY, line, "to", faults)
    if start is None or end is None:
        return None
    if end <= start:
        faults.add(line, f"to ({end}) is not after from ({start})")
    return start, end


def read_groups(path: Path) -> list[Listed]:
    """The groups of a CSV ``employer,group[,from][,to]``; one employer may be in several. Dates as in read_parents."""
    faults = Faults(path, "the columns employer and group, both filled, and from before to, as 2014-01-26 or 2014")
    told = []
    for line, row in table_rows(path, ("employer", "group"), ("from", "to", "note")):
        _need(line, {"employer": row["employer"], "group": row["group"]}, faults)
        span = _span(line, row, faults)
        if span is not None:
            told.append(Listed(line, row["employer"], slug(row["group"]), *span))
    faults.stop()
    return told


def read_kinds(path: Path) -> list[Kind]:
    """The kinds of a CSV ``employer,kind``."""
    faults = Faults(path, "a table with the columns employer and kind, both filled")
    told = []
    for line, row in table_rows(path, ("employer", "kind")):
        _need(line, {"employer": row["employer"], "kind": row["kind"]}, faults)
        told.append(Kind(line, row["employer"], slug(row["kind"])))
    faults.stop()
    return told


def slug(text: str) -> str:
    """A kind or a group as it is named in figures: lower case, words joined by underscores."""
    return "_".join(words(folded(text)))


def _line_number(fault: str) -> int:
    found = re.match(r"\D*(\d+)", fault.partition(":")[0])
    return int(found[1]) if found else 0


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


def _toml_aliases(path: Path, faults: Faults) -> Iterator[Alias]:
    try:
        told = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"not a TOML file ({error})", where=str(path), remedy="Correct the line named.") from None
    for name, aliases in told.items():
        for alias in aliases if isinstance(aliases, list) else [aliases]:
            if isinstance(alias, str):
                yield Alias(f"key {name!r}", name, alias)
            else:
                faults.add(f"key {name!r}", f"{alias!r} is not a name")
