"""The files of the user's own lists: their text, their columns, their rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from mercato.errors import DataError
from mercato.identity.folding import folded, words

_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "employer", "company", "canonical", "canonical_name", "nom", "employeur", "entreprise"),
    "alias": ("alias", "aliases", "other_name", "raw_name", "variant", "autre_nom", "variante"),
    "employer": ("employer", "name", "company", "child", "subsidiary", "employeur", "nom", "entreprise", "filiale"),
    "parent": ("parent", "owner", "group", "acquirer", "parent_company", "maison_mere", "proprietaire", "groupe"),
    "from": ("from", "from_date", "since", "start", "start_date", "depuis", "de", "du", "debut"),
    "to": ("to", "to_date", "until", "end", "end_date", "jusqu_a", "jusqua", "a", "au", "fin"),
    "kind": ("kind", "type", "category", "genre", "categorie", "nature"),
    "group": ("group", "list", "groupe", "liste"),
    "event": ("event", "evenement"),
    "left": ("left", "gauche"),
    "right": ("right", "droite"),
    "decision": ("decision", "verdict", "choix"),
    "note": ("note", "notes", "comment", "remark", "source", "remarque", "commentaire"),
}


def read_text(path: Path) -> str:
    """The text of a list, in UTF-8 or else Windows-1252. Raises DataError for what cannot be read."""
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


def table_rows(
    path: Path, needed: tuple[str, ...], optional: tuple[str, ...] = (), *, strict: bool = True
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a table with their line, as the columns asked for; trimmed. Lines that begin "# " are comments.

    strict: whether other columns are faults, where some are optional.
    """
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(header_of(text)))
    where: dict[str, int] = {}
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) or is_comment(row[0]):
                continue
            if not where:
                where = columns_of(path, row, needed, optional, strict=strict)
                continue
            yield f"line {reader.line_num}", {c: row[i].strip() if i < len(row) else "" for c, i in where.items()}
    except csv.Error as error:
        raise DataError(f"line {reader.line_num}: {error}", where=str(path), expected="a CSV file") from None
    if not where:
        raise DataError("is empty", where=str(path), expected="a header " + ",".join(needed + optional))


def is_comment(line: str) -> bool:
    """Whether a line of a list, or its first cell, is a comment."""
    return line.lstrip().startswith("# ") or line.strip() == "#"


def header_of(text: str) -> str:
    """The first line of a list that is neither blank nor a comment."""
    return next((line for line in text.splitlines() if line.strip() and not is_comment(line)), "")


def separator_of(header: str) -> str:
    return max(",;\t|", key=header.count)


def columns_of(
    path: Path, header: list[str], needed: tuple[str, ...], optional: tuple[str, ...], *, strict: bool = True
) -> dict[str, int]:
    """The place of each column that a header has. Raises DataError where one that is needed is missing."""
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
    if missing or (unknown and optional and strict):
        raise DataError(
            f"line 1: the header is {','.join(h.strip() for h in header)[:200]!r}",
            where=str(path),
            expected=",".join(needed) + "".join(f"[,{c}]" for c in optional),
            remedy="Name the columns so.",
        )
    return where
