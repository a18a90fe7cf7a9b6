"""The CSV files inside a LinkedIn export: where the header stands below its notes, and the columns under it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from mercato.errors import DataError
from mercato.settings import SourceSettings
from mercato.sources import opening
from mercato.sources.columns import CONSTANT, normal, recognise_roles
from mercato.sources.columnwords import FIRST_NAMES, LAST_NAMES, ROLES
from mercato.sources.gather import tidy

_SIGNS = (",", ";", "\t", "|")
_NOTES = 30
_FIELD = 32 << 20
_ADDRESS = ("public_profile_url", "public_profile", "profile_url", "public_url", "linkedin_url", "url", "url_du_profil")
_PEOPLE = frozenset(name for role in ("person_id", "person_name", "last_name") for name in ROLES[role])
_NAMES = frozenset((*FIRST_NAMES, *LAST_NAMES))
_TAKEN = ("employer", "title", "place", "start", "end")


class ExportError(ValueError):
    """Why a file of an export cannot be read, and what was found instead."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.value = value


@dataclass
class Rows:
    """Jobs as columns of text by role, and the lines that could not be parted, each with its reason."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Header:
    sign: str
    width: int
    places: dict[str, int]


def holds_jobs(beginning: bytes) -> bool:
    """Whether a file begins like a list of one person's jobs: company, title and start, and no column of people."""
    try:
        _, header = _split(_text(beginning), ())
    except ExportError:
        return False
    return bool(header.places)


def job_rows(data: bytes, said: tuple[tuple[str, str], ...]) -> Rows:
    """The jobs of a file; ``said``: what the user says of its columns. Raises ExportError without a header of jobs."""
    if not data.strip():
        return Rows()
    rest, header = _split(_text(data), said)
    rows, broken = _parted(rest, header.sign)
    good = [row for row in rows if len(row) == header.width]
    broken += [
        (header.sign.join(row), f"broken line: {len(row)} columns where the header has {header.width}")
        for row in rows
        if len(row) != header.width
    ]
    columns = {role: [row[place].strip() for row in good] for role, place in header.places.items()}
    return Rows(columns, len(good), broken)


def person_in(profile: bytes) -> tuple[str, str]:
    """The address of the profile and the name of the person, as far as Profile.csv tells them."""
    try:
        text = _text(profile)
    except ExportError:
        return "", ""
    rows: list[list[str]] = []
    for sign in _SIGNS:
        rows = [row for row in _parted(text, sign)[0][: _NOTES + 2] if row]
        start = next((n for n, row in enumerate(rows) if set(_normals(tuple(row))) & _NAMES), None)
        if start is not None and len(rows) > start + 1 and len(rows[start]) > 1:
            cells = dict(zip(_normals(tuple(rows[start])), rows[start + 1], strict=False))
            first, last, address = (_first(cells, names) for names in (FIRST_NAMES, (*LAST_NAMES, "nom"), _ADDRESS))
            return _address(address), tidy(" ".join(filter(None, (first, last))))
    return "", ""


@lru_cache(maxsize=1 << 10)
def _normals(header: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normal(name[:100]) for name in header)


def _first(cells: dict[str, str], names: Sequence[str]) -> str:
    return next((cells[name].strip() for name in names if cells.get(name, "").strip()), "")


def _address(text: str) -> str:
    """The part of a profile's address that names the person, however it is written; nothing for another address."""
    parts = urlsplit(text if "//" in text else f"//{text}")
    path = unquote(parts.path).strip("/").casefold()
    match = re.fullmatch(r"(?:in|pub)/([^/]+)(?:/.*)?", path)
    return match[1] if match and "linkedin." in parts.netloc.casefold() else ""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = opening.decoded(data)
        if text is None:
            raise ExportError("is not text (it holds bytes that no text holds)") from None
        return text


def _split(text: str, said: tuple[tuple[str, str], ...]) -> tuple[str, _Header]:
    """What stands under the header, and the header, which may stand below some lines of notes."""
    place, first = 0, ""
    for _ in range(_NOTES):
        end = text.find("\n", place)
        line = text[place : end if end >= 0 else len(text)].rstrip("\r")
        header = _header(line[:10_000], said)
        if header is not None:
            return text[end + 1 :] if end >= 0 else "", header
        first = first if len(first) > len(line) else line
        if end < 0:
            break
        place = end + 1
    raise ExportError("no columns of company, title and start (Company Name, Title, Started On, Finished On)", first)


@lru_cache(maxsize=1 << 10)
def _header(line: str, said: tuple[tuple[str, str], ...]) -> _Header | None:
    for sign in _SIGNS:
        if line.count(sign) < 2:
            continue
        try:
            names = next(csv.reader([line], delimiter=sign))
            told = recognise_roles(names, SourceSettings(columns={**dict(said), "person_id": f"{CONSTANT}one"}), "")
        except (csv.Error, StopIteration, DataError):
            continue
        if told.layout == "positions" and not {normal(name) for name in names} & _PEOPLE:
            places = {role: names.index(told.columns[role]) for role in _TAKEN if told.columns.get(role) in names}
            return _Header(sign, len(names), places)
    return None


def _parted(text: str, sign: str) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The rows of a text, and a fault for a quote that is never closed or a field that is too long."""
    limit = csv.field_size_limit(_FIELD)
    try:
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
            return [row for row in reader if row], []
        except csv.Error as error:
            fault = str(error)
        rows = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
                rows += [row] if row else []
        except csv.Error as error:
            return rows, [("", f"broken line: {error}")]
        if rows and "unexpected end" in fault:
            return rows[:-1], [(sign.join(rows[-1]), "broken line: a quote is never closed")]
        return rows, []
    finally:
        csv.field_size_limit(limit)
