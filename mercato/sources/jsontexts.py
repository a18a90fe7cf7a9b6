"""Texts of JSON as the engine reads them: how values are laid out in a file, and copies that are laid out plainly."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from mercato.sources import opening
from mercato.sources.nested import value_in
from mercato.sources.opening import Text

LINES, ARRAY, DOCUMENTS = "newline_delimited", "array", "unstructured"
_CHUNK = 8 << 20
_TAIL = 64
_LIST_OF_LINES = re.compile(r"\s*\[[ \t]*\r?\n[ \t]*\{[^\n]*\}[ \t]*,?[ \t]*\r?\n?")
_BETWEEN = re.compile(rb"\}[ \t]*,[ \t]*\r?\n")


def is_list_of_lines(text: Text) -> bool:
    """Whether a text is one list with an element on each line, as Wikidata's dumps are."""
    return _LIST_OF_LINES.match(text.sample) is not None and layout(text) == LINES


def layout(text: Text) -> str:
    """How a file's values are laid out: each on its line, as one list, or anyhow."""
    sample = text.sample.lstrip()
    if sample.startswith("["):
        first = sample[1:].lstrip(" \t").removeprefix("\r").removeprefix("\n").split("\n", 1)
        begun = sample[1:].lstrip(" \t")[:1] in ("\n", "\r")
        return LINES if begun and isinstance(value_in(first[0]), dict) else ARRAY
    lines = [line for line in sample.splitlines()[:20] if line.strip()]
    if value_in(lines[0]) is not None or not sample.startswith("{"):
        return LINES
    later = sum(isinstance(value_in(line), dict) for line in lines[1:])
    return LINES if later > len(lines) // 2 else DOCUMENTS


def made_plain(text: Text, into: Path) -> Path:
    """The file itself where it is plain UTF-8, else a copy that is; of a list of lines a copy as mere lines.

    JSON is in UTF-8 whatever its bytes look like, so that a damaged line does not change how the others are read.
    """
    in_utf8 = text if text.encoding.startswith("utf") else replace(text, encoding="utf-8")
    plain = opening.make_plain(in_utf8, into)
    listed = is_list_of_lines(text)
    with plain.open("rb") as stream:
        marked = stream.read(3) == b"\xef\xbb\xbf"
    if not listed and not marked:
        return plain
    copy = into / "lines.json"
    _copy(plain, copy, listed)
    if plain != text.path:
        plain.unlink()
    return copy


def _copy(plain: Path, copy: Path, listed: bool) -> None:
    """Copy a text without its byte order mark and, of a list of lines, without the signs that make it a list."""
    with plain.open("rb") as stream, copy.open("wb") as out:
        held = stream.read(_CHUNK).removeprefix(b"\xef\xbb\xbf")
        held = held.lstrip().removeprefix(b"[") if listed else held
        while chunk := stream.read(_CHUNK):
            whole = _unlisted(held) if listed else held
            out.write(whole[:-_TAIL])
            held = whole[-_TAIL:] + chunk
        held = _unlisted(held) if listed else held
        out.write(held.rstrip().removesuffix(b"]").rstrip().removesuffix(b",") if listed else held)


def _unlisted(chunk: bytes) -> bytes:
    return _BETWEEN.sub(b"}\n", chunk)


def cut_long_lines(plain: Path, copy: Path, longest: int) -> None:
    """Copy a text, putting in the place of each line longer than ``longest`` bytes one that says so."""
    instead = f'"a line longer than {longest >> 20} MB"\n'.encode()
    with plain.open("rb") as stream, copy.open("wb") as out:
        while line := stream.readline(longest):
            if len(line) < longest or line.endswith(b"\n"):
                out.write(line)
                continue
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            out.write(instead)
