"""What a column means, told from its name: the roles of a table's columns and the layout they make."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mercato.errors import DataError
from mercato.settings import SourceSettings
from mercato.sources.columnwords import HIRED, LAST_SEEN, LEFT, ROLES

CENSORING = ("left_censored", "right_censored", "next_snapshot_after")
LAYOUTS = {
    "positions": "person, employer, start (and end)",
    "spells": "person, employer, first and last day seen, and left_censored, right_censored or next_snapshot_after",
    "sightings": "person, employer, and the date or year on which the person was seen there",
    "snapshots": "person, employer, and the date of the list, each list being of everybody",
}
CONSTANT = "@"
DATES = (
    "start", "end", "rehired", "last_worked", "next_snapshot_after", "verified_on", "observed_from", "seen_on",
    "period",
)  # fmt: skip
PAID = ("pay", "currency", "pay_period", "region")
"""Roles of what people are paid, which only rows with the date on which they were seen have."""

PERSONNEL = ("rehired", "first_start", "last_worked", "status", "reason")
"""Roles of a personnel system's export, which only stays stated from start to end have."""
_FIELDS = {
    "start_date": "start", "end_date": "end", "employer_name": "employer", "person": "person_id", "name": "person_name",
    "date": "seen_on", "year": "seen_on",
}  # fmt: skip


@dataclass(frozen=True)
class Roles:
    """The layout of a table and, for each role, its column or ``@constant``.

    ``end_is_last_seen``: the end column holds the last day on which the person was seen, not the first without.
    ``values``: role → what its column says, in lower case → what it means; other values say nothing then.
    ``months_where_first``: days that are all the first of a month are months. ``open_until_latest``: who has no end
    was there on the latest day of the file. ``notes``: sentences on how the columns are read. ``lists``: what the
    columns would be, were the rows lists of everybody at regular dates, which only all of them together can tell.
    ``also``: role → further columns, taken in turn where the first says nothing.
    """

    layout: str
    columns: dict[str, str]
    end_is_last_seen: bool = False
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    months_where_first: bool = False
    open_until_latest: bool = False
    notes: tuple[str, ...] = ()
    lists: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __contains__(self, role: str) -> bool:
        return role in self.columns

    @property
    def dates(self) -> tuple[str, ...]:
        return tuple(role for role in DATES if role in self.columns)


def normal(header: str) -> str:
    """A column name in lower case, without accents, its words joined by ``_``: ``startDate`` is ``start_date``."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip().lstrip("\ufeff"))
    bare = "".join(c for c in unicodedata.normalize("NFKD", split) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_")


def makes_careers(header: Sequence[str], settings: SourceSettings) -> bool:
    """Whether names of columns make a layout."""
    try:
        recognise_roles(header, settings, "")
    except DataError:
        return False
    return True


def recognise_roles(header: Sequence[str], settings: SourceSettings, where: str) -> Roles:
    """The roles of columns, from what the user says of them and then from their names.

    Raises DataError where they make no layout, or where a column that is needed has a double.
    """
    said = _said(header, settings, where)
    columns = {**_named(header, said), **said}
    columns = {role: column for role, column in columns.items() if column}
    layout = settings.layout or _layout(columns)
    if layout not in LAYOUTS:
        if layout:
            raise DataError(f"layout {layout!r} is not one", where=where, expected="one of " + ", ".join(LAYOUTS))
        raise _unrecognised(header, columns, where)
    lists = _for_layout(columns, "snapshots")
    columns = _for_layout(columns, layout)
    if not _is_complete(columns, layout):
        raise _unrecognised(header, columns, where)
    _refuse_doubles(header, columns, where)
    return Roles(
        layout,
        columns,
        normal(columns.get("end", "")) in LAST_SEEN,
        open_until_latest=_is_personnel(columns, layout),
        lists=lists if not settings.layout and layout != "spells" and _is_complete(lists, "snapshots") else {},
    )


def _is_personnel(columns: dict[str, str], layout: str) -> bool:
    """Whether stays are those of a personnel system's export, and no column tells the day of the export."""
    if layout != "positions" or {"verified_on", "period"} & set(columns):
        return False
    start, end = (normal(columns.get(role, "")) for role in ("start", "end"))
    return bool(HIRED.search(start) and LEFT.search(end))


def _said(header: Sequence[str], settings: SourceSettings, where: str) -> dict[str, str]:
    said = {}
    for name, column in settings.columns.items():
        role = canonical_role(name, where)
        match = column if column.startswith(CONSTANT) or not column else _column(header, column)
        if match is None:
            raise DataError(
                f"has no column {column!r} for {name}", where=where, expected="one of " + ", ".join(map(repr, header))
            )
        said[role] = match
    return said


def canonical_role(name: str, where: str) -> str:
    """The role that a user's name for a field means. Raises DataError where there is none."""
    role = _FIELDS.get(normal(name), normal(name))
    if role not in ROLES:
        raise DataError(f"{name!r} is not a field", where=where, expected="one of " + ", ".join(sorted(ROLES)))
    return role


def _column(header: Sequence[str], wanted: str) -> str | None:
    exact = [name for name in header if name == wanted]
    alike = [name for name in header if normal(name) == normal(wanted)]
    return next(iter(exact + alike), None)


def _named(header: Sequence[str], said: dict[str, str]) -> dict[str, str]:
    """Roles told by names, the plainest name of each role first; no column plays two roles."""
    by_normal: dict[str, str] = {}
    for name in header:
        by_normal.setdefault(normal(name), name)
    taken = set(said.values())
    found: dict[str, str] = {}
    for role, synonyms in ROLES.items():
        if role in said:
            continue
        column = next((by_normal[s] for s in synonyms if s in by_normal and by_normal[s] not in taken), None)
        if column is not None:
            found[role] = column
            taken.add(column)
    if "first_name" in found and normal(found.get("person_name", "")) in ("name", "nom"):
        found["last_name"] = found.pop("person_name")
    return found


def _layout(columns: dict[str, str]) -> str:
    if "employer" not in columns or not {"person_id", "person_name", "last_name"} & set(columns):
        return ""
    if {"start", "start_year", "period", "first_start"} & set(columns):
        return "spells" if set(CENSORING) & set(columns) else "positions"
    return "sightings" if {"seen_on", "verified_on"} & set(columns) else ""


def _for_layout(columns: dict[str, str], layout: str) -> dict[str, str]:
    """The columns that a layout uses: a snapshot date is the date of a sighting, or the day a position was verified."""
    columns = dict(columns)
    if layout == "snapshots":
        dated = next((columns[role] for role in ("seen_on", "verified_on", "period") if role in columns), "")
        stated = {role: said for role, said in columns.items() if role in ("start", "end")}
        seen = {"seen_on": dated} if dated else {}
        return dict([*_for_layout(columns, "sightings").items(), *stated.items(), *seen.items()])
    if layout == "sightings":
        if "seen_on" not in columns and "verified_on" in columns:
            columns["seen_on"] = columns["verified_on"]
        unused = {"start", "end", "verified_on", "observed_from", "period", "start_year", "start_month", "end_year",
                  "end_month", "is_current", *PERSONNEL, *CENSORING}  # fmt: skip
    else:
        unused = {"seen_on", "event", *PAID}
        unused |= set(CENSORING if layout == "positions" else PERSONNEL)
        if "start" not in columns and "first_start" in columns:
            columns["start"] = columns.pop("first_start")
        if "end" not in columns and "last_worked" in columns and "period" not in columns:
            columns["end"] = columns.pop("last_worked")
        if "start" in columns:
            unused |= {"period", "start_year", "start_month"}
        if "end" in columns:
            unused |= {"end_year", "end_month"}
    if "person_name" in columns or "person_id" in columns:
        unused |= {"first_name", "last_name"}
    return {role: column for role, column in columns.items() if role not in unused}


def _is_complete(columns: dict[str, str], layout: str) -> bool:
    who = {"person_id", "person_name", "last_name"} & set(columns)
    when = {"seen_on"} if layout in ("sightings", "snapshots") else {"start", "end", "start_year", "period"}
    return bool(who) and "employer" in columns and bool(when & set(columns))


def _refuse_doubles(header: Sequence[str], columns: dict[str, str], where: str) -> None:
    for role, column in columns.items():
        if list(header).count(column) > 1:
            raise DataError(
                f"has {list(header).count(column)} columns called {column!r}, which is needed as {role}",
                where=where,
                expected="one",
                remedy="Rename or remove the others.",
            )


def _unrecognised(header: Sequence[str], columns: dict[str, str], where: str) -> DataError:
    missing = "employer" if "employer" not in columns else "start"
    if not {"person_id", "person_name", "last_name"} & set(columns):
        missing = "person_id"
    shown = ", ".join(repr(name[:60]) for name in header[:60]) + (" …" if len(header) > 60 else "")
    told = ", ".join(f"{role} ← {column}" for role, column in columns.items())
    example = f"--map {missing}=COLUMN"
    if missing == "employer":
        example += " (or --map 'employer=@NAME' where all are at one employer)"
    return DataError(
        f"not recognised as careers: its columns are {shown}" + (f"; told from their names: {told}" if told else ""),
        where=where,
        expected="; or ".join(f"{layout}: {what}" for layout, what in LAYOUTS.items()),
        remedy=f"Say what is missing, for example {example}, or the same in mercato.toml.",
    )
