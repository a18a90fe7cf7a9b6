"""A fetch from its beginning, or from where it was broken off, to its end."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mercato import stopping
from mercato.errors import DataError
from mercato.fetching.client import TRIES, Client, Unwell
from mercato.fetching.declare import Page, Place, Source
from mercato.fetching.folder import Folder, State

_TRIES_OF_HEAVY = 2


class Progress(Protocol):
    """Is told sentences, and how many records of how many are there."""

    def say(self, sentence: str) -> None: ...

    def count(self, done: int, total: int | None) -> None: ...


@dataclass(frozen=True)
class Fetched:
    """What a fetch came to; ``sentence`` says it."""

    folder: Path
    count: int
    total: int | None
    passed: int
    requests: int
    sentence: str


def fetch(
    source: Source,
    path: Path,
    client: Client,
    progress: Progress,
    limit: int | None = None,
    today: Callable[[], dt.date] = dt.date.today,
) -> Fetched:
    """Fetch what a source answers into a folder, ``limit`` records at most; go on where an earlier run stopped.

    Raises DataError where an answer cannot be had or read; whole pages are kept, and the error says so.
    """
    folder = Folder(path, source)
    folder.open()
    try:
        state = folder.state
        if folder.resumed and not _is_enough(state, limit):
            progress.say(f"going on from {state.count:,} {source.noun} in {path}")
        asked: set[str] = set()
        while not _is_enough(state, limit):
            assert state.place is not None
            _refuse_circle(state.place, asked, source)
            page = _asked(source, client, state.place)
            if page.said:
                progress.say(page.said)
            folder.keep(page, None if limit is None else limit - state.count)
            progress.count(state.count, state.total)
        if not state.count:
            raise DataError(f"{source.title} tells of no {source.noun} there", remedy="Check what was asked for.")
        if not state.finished:
            folder.finish(lambda reached: _note(source, reached, today()))
        return _fetched(source, path, state, client.requests)
    except DataError as error:
        raise _with_rest(error, folder) from None
    finally:
        folder.close()


def _is_enough(state: State, limit: int | None) -> bool:
    return state.place is None or (limit is not None and state.count >= limit)


def _refuse_circle(place: Place, asked: set[str], source: Source) -> None:
    """Raise DataError where a source leads back to a page that it has given already, as a broken cursor does."""
    told = json.dumps(place, sort_keys=True)
    if told in asked:
        raise DataError(
            f"{source.title} leads back to a page that it gave already",
            expected="a next page, or the end",
            remedy="Try again later; where it stays so, narrow what is asked for.",
        )
    asked.add(told)


def _asked(source: Source, client: Client, place: Place) -> Page:
    """The page of a place; where the source cannot give it, that of a lighter place."""
    while True:
        lighter = source.smaller(place)
        here = place
        try:
            return client.ask(
                source.ask(here),
                lambda data, here=here: source.read(here, data),  # type: ignore[misc]
                _TRIES_OF_HEAVY if lighter else TRIES,
            )
        except Unwell:
            if lighter is None:
                raise
            place = lighter


def _with_rest(error: DataError, folder: Folder) -> DataError:
    """The error with what is kept and how to go on."""
    if not folder.is_open or not folder.state.count:
        return error
    noun = folder.source.noun
    kept = f"{folder.state.count:,} {noun} are kept in {folder.path}; run the same command again to go on from there."
    remedy = f"{error.remedy.rstrip().rstrip('.')}. {kept[0].upper()}{kept[1:]}" if error.remedy else kept
    return DataError(error.found, where=error.where, expected=error.expected, remedy=remedy)


def _note(source: Source, state: State, day: dt.date) -> str:
    """A mercato.toml that says where the records come from."""
    query = "; ".join(
        f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in source.query.items()
        if value is not None and name != "source"
    )
    of = f" of {state.total:,}" if state.total is not None and state.total != state.count else ""
    parts = (source.credit, f"retrieved on {day.isoformat()}", query, f"{state.count:,}{of} {source.noun}", *state.told)
    citation = "; ".join(parts)
    return (
        "# Where these records come from. Written by `mercato fetch`, which leaves it alone once you have changed it.\n"
        f"[source]\nlicence = {_toml(source.licence)}\ncitation = {_toml(citation)}\n"
    )


def _toml(text: str) -> str:
    """A text as TOML writes it: as JSON does, but DEL is escaped too, and half of a surrogate pair cannot be."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fetched(source: Source, path: Path, state: State, requests: int) -> Fetched:
    stopping.check()
    of = f" of {state.total:,}" if state.total is not None and state.total > state.count else ""
    said = f"{state.count:,}{of} {source.noun} of {source.title} are in {path}"
    said += f" ({requests:,} requests)" if requests else " (nothing new was asked for)"
    if state.passed:
        said += f"; {state.passed:,} could not be had (locked, merged or withdrawn)"
    return Fetched(path, state.count, state.total, state.passed, requests, f"{said}.")
