"""What a source of public data declares: what it is asked, how its answers are read, what is saved, how politely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Place = dict[str, Any]
"""How far a fetch has come, as JSON: with it and the query, the next question can be asked."""


class Malformed(Exception):
    """An answer that is not of the kind asked for, as a broken or an interposed page is; it may be asked for again."""


@dataclass(frozen=True)
class Question:
    """One request: the path below the address, its parameters, the kind of answer, and whom the answer may lack.

    ``absent`` are the status codes that say that this one thing cannot be had, while the others can.
    """

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    absent: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Record:
    """One person or work: the key by which it is known again, and its line or its file."""

    key: str
    data: bytes


@dataclass(frozen=True)
class Page:
    """What an answer held; ``next`` is None where nothing is left, ``total`` the count that the source tells."""

    records: tuple[Record, ...] = ()
    next: Place | None = None
    total: int | None = None
    passed: int = 0
    said: str = ""


@dataclass(frozen=True)
class Lines:
    """Records saved in one file, a line each, compressed with gzip."""

    name: str


@dataclass(frozen=True)
class Files:
    """Records saved as a file each in a folder."""

    name: str
    ending: str


@dataclass(frozen=True)
class Secret:
    """A key that the user may have: the variable that holds it, and how it is sent, as a parameter or a header."""

    variable: str
    parameter: str = ""
    header: str = ""


@dataclass(frozen=True)
class Source:
    """One source of public data, asked for one query.

    ``ask`` gives the question of a place; ``read`` the page of an answer (None: absent), raising Malformed where it is
    not of its kind, and DataError where it is of another schema. ``rate`` is requests per second at most; after an
    answer that took t seconds, ``rest`` times t pass at least; ``pause`` is how long to wait, in seconds, where the
    source says that it was asked too often and not how long to wait. ``smaller`` gives a lighter place for one whose
    answer the source failed to give, or None where there is none.
    """

    name: str
    title: str
    noun: str
    address: str
    site: str
    rate: float
    licence: str
    credit: str
    query: dict[str, Any]
    first: Place
    ask: Callable[[Place], Question]
    read: Callable[[Place, bytes | None], Page]
    saved: Lines | Files
    rest: float = 0.0
    pause: float = 0.0
    secret: Secret | None = None
    smaller: Callable[[Place], Place | None] = lambda place: None
