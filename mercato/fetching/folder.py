"""The folder of a fetch: whole pages and how far it came, so that it can be broken off at any moment and gone on with.

What is being fetched lies in ``.fetching/``, which is no input of a report: ``state.json``, and either ``records`` with
the ``keys`` of what is in it, or a folder of files. A page counts once the state says so; what was written beyond, by a
run that was cut off, is cut away by the next. At the end the file or folder of records is put into its place whole.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from mercato.errors import DataError
from mercato.fetching.declare import Files, Lines, Page, Place, Record, Source

HIDDEN = ".fetching"
SETTINGS_FILE = "mercato.toml"
_SAFE = re.compile(r"[\w.-]{1,120}", re.ASCII)
_VERSION = 1
_ANEW = "Remove the folder and fetch anew."


@dataclass
class State:
    """How far a fetch has come.

    ``size`` and ``keys`` are the bytes of the records and of their keys that count; ``told`` is what the source said by
    the way, such as whom it knows by a name.
    """

    version: int
    query: dict[str, Any]
    place: Place | None
    count: int = 0
    size: int = 0
    keys: int = 0
    total: int | None = None
    passed: int = 0
    finished: bool = False
    note: str = ""
    told: list[str] = field(default_factory=list)


class Folder:
    """A folder that records of one query are saved in; opened by one run at a time."""

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self.source = source
        self._hidden = path / HIDDEN
        self._records = self._hidden / "records"
        self._keys = self._hidden / "keys"
        self._known: set[str] = set()
        self._lock: IO[bytes] | None = None
        self.state = State(_VERSION, source.query, source.first)
        self.resumed = False
        self._made = False

    @property
    def is_open(self) -> bool:
        return self._lock is not None

    def open(self) -> None:
        """Take the folder, and what an earlier run of the same query left in it.

        Raises DataError for a folder that holds something else, another query, or that another run is filling.
        """
        with _said(self.path):
            self._refuse_foreign()
            self._made = not self.path.exists()
            self._hidden.mkdir(parents=True, exist_ok=True)
            self._take()
            try:
                self._resume()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let the folder go; one in which nothing was kept is left as it was found."""
        if self._lock is None:
            return
        if not self.state.count and not self.state.finished:
            shutil.rmtree(self._hidden, ignore_errors=True)
            with contextlib.suppress(OSError):
                if self._made:
                    self.path.rmdir()
        self._lock.close()
        self._lock = None

    def keep(self, page: Page, most: int | None = None) -> None:
        """Keep the records of a page that are new, ``most`` of them at most, and go to its next place.

        A page of which some were left out is asked for again when more is wanted.
        """
        fresh = list({record.key: record for record in page.records if record.key not in self._known}.values())
        cut = most is not None and len(fresh) > most
        fresh = fresh[:most] if cut else fresh
        with _said(self.path):
            self._write(fresh)
            self._known.update(record.key for record in fresh)
            state = self.state
            state.count += len(fresh)
            state.total = page.total if page.total is not None else state.total
            state.finished = False
            if page.said and page.said not in state.told:
                state.told.append(page.said)
            if not cut:
                state.place, state.passed = page.next, state.passed + page.passed
            self._save()

    def finish(self, note: Callable[[State], str]) -> None:
        """Put the records in their place, with a note of where they come from."""
        with _said(self.path):
            saved = self.source.saved
            if isinstance(saved, Files):
                os.replace(self._records, self.path / saved.name)
            else:
                _replace(self.path / saved.name, self._pack)
            self._write_note(note(self.state))
            self.state.finished = True
            self._save()
            if self.state.place is None and isinstance(saved, Lines):
                self._records.unlink()
                self._keys.unlink()

    def _refuse_foreign(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise DataError("is a file", where=str(self.path), expected="a folder", remedy="Name another with --into")
        if self.path.is_dir() and not self._hidden.is_dir() and any(self.path.iterdir()):
            raise DataError(
                "holds other files",
                where=str(self.path),
                expected="a new folder, or one that `mercato fetch` made",
                remedy="Name another with --into",
            )

    def _take(self) -> None:
        self._lock = (self._hidden / "lock").open("ab")
        try:
            import fcntl
        except ImportError:  # Not on this system: two runs at a time are then not told apart.
            return
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            self._lock = None
            raise DataError("another run is filling it", where=str(self.path), remedy="Let that one end.") from None

    def _resume(self) -> None:
        state = self._loaded()
        if state is not None and state.query != self.source.query:
            if state.count:
                raise self._other_query(state.query)
            state = None
        if state is not None:
            self.state, self.resumed = state, bool(state.count)
        saved = self.source.saved
        if isinstance(saved, Files):
            self._resume_files(saved)
        elif not (self.state.finished and self.state.place is None):
            self._resume_lines()

    def _resume_files(self, saved: Files) -> None:
        final = self.path / saved.name
        if self.state.finished and self.state.place is None:
            return
        if final.is_dir() and not self._records.is_dir():
            os.replace(final, self._records)
        self._records.mkdir(exist_ok=True)
        for part in self._records.glob(".*"):
            part.unlink()
        self._known = {file.name.removesuffix(saved.ending) for file in self._records.iterdir()}
        if len(self._known) < self.state.count:
            raise DataError(
                f"holds {len(self._known):,} of the {self.state.count:,} files that were fetched",
                where=str(self._records),
                remedy=_ANEW,
            )
        self.state.count = len(self._known)

    def _resume_lines(self) -> None:
        for path, size in ((self._records, self.state.size), (self._keys, self.state.keys)):
            with path.open("ab") as stream:
                if stream.tell() < size:
                    raise DataError("is shorter than what was fetched", where=str(path), remedy=_ANEW)
                stream.truncate(size)
        self._known = set(self._keys.read_text("ascii").splitlines())

    def _loaded(self) -> State | None:
        path = self._hidden / "state.json"
        try:
            told = json.loads(path.read_bytes())
            state = State(**told)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):
            raise DataError("does not tell how far the fetch came", where=str(path), remedy=_ANEW) from None
        if state.version != _VERSION or set(told) != {f.name for f in fields(State)} or not _is_whole(state):
            raise DataError("was written by another version of Mercato", where=str(path), remedy=_ANEW)
        return state

    def _other_query(self, old: dict[str, Any]) -> DataError:
        new = self.source.query
        differing = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        told = ", ".join(f"{name} {old.get(name)!r}" for name in differing)
        return DataError(
            f"holds the answers to another query: {told}",
            where=str(self.path),
            expected=", ".join(f"{name} {new.get(name)!r}" for name in differing),
            remedy="Name another folder with --into, or remove this one.",
        )

    def _write(self, records: list[Record]) -> None:
        saved = self.source.saved
        for record in records:
            if not _SAFE.fullmatch(record.key) or record.key.startswith("."):
                raise DataError(f"{record.key!r} is no id of {self.source.title}", expected="letters and digits")
        if isinstance(saved, Files):
            for record in records:
                _put(self._records / (record.key + saved.ending), record.data)
            return
        self.state.size = _append(self._records, [record.data + b"\n" for record in records])
        self.state.keys = _append(self._keys, [record.key.encode("ascii") + b"\n" for record in records])

    def _pack(self, stream: IO[bytes]) -> None:
        """The records compressed, to the same bytes on every day."""
        with self._records.open("rb") as lines, gzip.GzipFile("", "wb", 6, stream, mtime=0) as packed:
            shutil.copyfileobj(lines, packed, 1 << 20)

    def _write_note(self, note: str) -> None:
        """Write the note, unless the user has changed the last one, or put one of their own there."""
        path = self.path / SETTINGS_FILE
        if not path.exists() or path.read_text("utf-8", "replace") == self.state.note:
            _put(path, note.encode())
            self.state.note = note

    def _save(self) -> None:
        _put(self._hidden / "state.json", json.dumps(asdict(self.state)).encode())


def _is_whole(state: State) -> bool:
    numbers = (state.count, state.size, state.keys, state.passed)
    return (
        isinstance(state.query, dict)
        and (state.place is None or isinstance(state.place, dict))
        and all(type(number) is int and number >= 0 for number in numbers)
    )


def _append(path: Path, lines: list[bytes]) -> int:
    """Append lines to a file, through to the disk, and give its size."""
    with path.open("ab") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
        return stream.tell()


def _put(path: Path, data: bytes) -> None:
    _replace(path, lambda stream: stream.write(data))


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, then put it there whole."""
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as stream:
            write(stream)
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    """Say in which folder something could not be written, where the error does not say it itself."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise
