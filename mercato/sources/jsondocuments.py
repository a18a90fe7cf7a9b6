"""The values in JSON files, lists of them, JSON lines, folders and tar archives, one after the other."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from mercato.errors import DataError
from mercato.sources import archives
from mercato.sources.gather import RecordError

LONGEST_LINE = 64 << 20
"""Bytes of one line, or of one JSON file, beyond which it is not read."""

_LINES = (".jsonl", ".ndjson", ".jsonlines")
TOO_DEEP = "nested too deeply"


@dataclass(frozen=True)
class Document:
    """One JSON value: its file, a name for it that is its own, and the value, or a RecordError where there is none.

    Numbers are the text that was written (2018.10 is a month), and what JSON does not know as a number is null.
    """

    file: str
    name: str
    value: Any


def is_lines(name: str) -> bool:
    return name.lower().endswith(_LINES)


def is_json(name: str) -> bool:
    return name.lower().endswith((".json", *_LINES))


def documents(path: Path, look: int = 0) -> Iterator[Document]:
    """Every JSON value of a file, a folder or an archive, in order and in constant memory.

    With ``look``, only so many files of a folder or an archive are looked at. Raises DataError for a file that is cut
    off, damaged or a zip bomb.
    """
    files = archives.walk(path) if path.is_dir() else iter([(path, path.name)])
    for file, name in itertools.islice(files, look or None):
        if archives.is_archive(name):
            yield from _of_archive(file, look)
        elif is_lines(archives.bare_name(name)):
            with archives.open_stream(file) as stream:
                yield from _of_lines(stream, name)
        elif is_json(archives.bare_name(name)):
            yield from _of_file(file, name, alone=file == path)


def _of_archive(path: Path, look: int) -> Iterator[Document]:
    for member in archives.members(path, is_json, look):
        if member.fault:
            yield Document(member.name, member.name, RecordError("", "", member.fault))
        elif is_lines(member.name):
            for number, line in enumerate(member.data.split(b"\n"), 1):
                yield from _of_line(line, number, member.name)
        else:
            yield from of_text(member.data, member.name)


def _of_lines(stream: BinaryIO, name: str) -> Iterator[Document]:
    for number in itertools.count(1):
        line = stream.readline(LONGEST_LINE)
        if not line:
            return
        too_long = len(line) == LONGEST_LINE and not line.endswith(b"\n")
        if too_long:
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            yield Document(name, f"{name}#{number}", RecordError("", f"line {number}", _too_long()))
        else:
            yield from _of_line(line, number, name)


def _too_long() -> str:
    return f"longer than {LONGEST_LINE >> 20} MB"


def _of_line(line: bytes, number: int, name: str) -> Iterator[Document]:
    line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    if line.strip():
        yield Document(name, f"{name}#{number}", _parsed(line))


def _of_file(path: Path, name: str, alone: bool) -> Iterator[Document]:
    shown = name.encode("utf-8", "replace").decode()
    try:
        with archives.open_stream(path) as stream:
            data = archives.read_at_most(stream, LONGEST_LINE + 1)
    except DataError as error:
        if alone:
            raise
        yield Document(shown, shown, RecordError("", "", error.found))
        return
    yield from of_text(data, shown)


def of_text(data: bytes, name: str) -> Iterator[Document]:
    """The value of a JSON file, or the values of one that holds a list of them or one on each line."""
    if len(data) > LONGEST_LINE:
        yield Document(name, name, RecordError("", "", _too_long()))
        return
    found = _parsed(data)
    if isinstance(found, RecordError) and "Extra data" in found.reason:
        for number, line in enumerate(data.split(b"\n"), 1):
            yield from _of_line(line, number, name)
    elif isinstance(found, list):
        yield from (Document(name, f"{name}#{number}", one) for number, one in enumerate(found, 1))
    else:
        yield Document(name, name, found)


def _parsed(data: bytes) -> Any:
    """The JSON value of a text, its numbers left as written (2018.10 is a month); a RecordError where it is none."""
    try:
        encoding = json.detect_encoding(data)
        return json.loads(data.decode(encoding), parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError:
        return RecordError("", _shown(data), TOO_DEEP)
    except json.JSONDecodeError as error:
        return RecordError("", _shown(data), f"not JSON: {error.msg} at character {error.pos + 1:,}")
    except UnicodeDecodeError:
        return RecordError("", _shown(data), "not JSON: not a text in UTF-8")
    except ValueError as error:
        return RecordError("", _shown(data), f"not JSON: {error}")


def _shown(data: bytes) -> str:
    return data[:200].decode("utf-8", "replace")
