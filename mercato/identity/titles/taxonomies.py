"""Taxonomies of occupations from the user's own files (ESCO, O*NET, ROME): labels → code and family."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mercato.errors import DataError
from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon
from mercato.identity.titles.families import family_of_code
from mercato.identity.titles.words import plain, written_out

_SEPARATORS = "\t;,|"
_LARGEST_CELL = 10_000_000
_BLANK = ("", "n/a", "na", "-", "null")
_INSIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")

Words = tuple[str, ...]


@dataclass(frozen=True)
class Occupation:
    """What a label stands for: its code, null where several share the label; the system; the family of the code."""

    code: str | None
    system: str
    family: str | None


@dataclass
class Taxonomies:
    """The labels of all files, as words written out, with their occupations; notes on what was counted on the way."""

    labels: dict[Words, Occupation] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def find(self, parts: Sequence[Sequence[str]], ranks: frozenset[str]) -> tuple[Words, Occupation] | None:
        """The label that a title, or the first part of two words or more, is: as it stands, else without its rank."""
        whole = [word for part in parts for word in part]
        for said in (whole, *(part for part in parts if len(part) > 1)):
            for tried in (tuple(said), _unranked(said, ranks)):
                if tried in self.labels and (tried == tuple(whole) or not ranks.issuperset(tried)):
                    return tried, self.labels[tried]
        return None


def _unranked(said: Sequence[str], ranks: frozenset[str]) -> Words:
    begin, end = 0, len(said)
    while begin < end and said[begin] in ranks:
        begin += 1
    while end > begin and said[end - 1] in ranks:
        end -= 1
    return tuple(said[begin:end])


@dataclass(frozen=True)
class _Row:
    code: str
    key: str
    preferred: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    path: Path
    name: str
    said: dict[str, object]
    rows: list[_Row]


def read_taxonomies(paths: Sequence[Path]) -> Taxonomies:
    """The taxonomies of files; where two say one title, the first file named that knows it is followed.

    Raises DataError for a file that is no table, is empty, or lacks the columns of every known taxonomy, and for labels
    in another language whose codes no file gives. Rows without a label or with no code of the taxonomy are counted in a
    note, like labels that stand for several occupations: those keep a family only where all agree on it.
    """
    files = [_read(path) for path in paths]
    codes = {row.key: row.code for file in files if file.name == "esco" for row in file.rows if row.key and row.code}
    found = Taxonomies()
    for file in files:
        _add(file, codes, found)
    return found


def _read(path: Path) -> _File:
    header, rows = _table(path)
    plain_names = ["".join(words(folded(name))) for name in header]
    for name, said in lexicon("taxonomies").items():
        if all(any(option in plain_names for option in options) for options in said["needs"]):
            return _File(path, name, said, list(_rows(rows, plain_names, said)))
    known = "; ".join(
        f"{name.upper()}: " + " and ".join(options[0] for options in said["needs"])
        for name, said in lexicon("taxonomies").items()
    )
    raise DataError(
        f"the columns {', '.join(header[:12])} are those of no known taxonomy",
        where=str(path),
        expected=f"the columns of one of {known}",
        remedy="Name the columns as the taxonomy publishes them.",
    )


def _table(path: Path) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows of a delimited text file."""
    expected, remedy = "a table as text (CSV or TXT) with one header", "Name the file that the taxonomy publishes."
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=str(path), remedy="Correct the path.") from None
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError("is not text", where=str(path), expected=expected, remedy=remedy)
    text = _decoded(data).replace("\0", "")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if not first.strip():
        raise DataError("is empty", where=str(path), expected=expected, remedy=remedy)
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(_LARGEST_CELL)
    rows = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=separator)
    try:
        header = next(rows)
        body = list(rows)
    except csv.Error as error:
        raise DataError(f"is not a table ({error})", where=str(path), expected=expected, remedy=remedy) from None
    if len(header) < 2:
        found = "is not a table: its first line has one column"
        raise DataError(found, where=str(path), expected=expected, remedy=remedy)
    if not body:
        raise DataError("has a header and no rows", where=str(path), expected=expected, remedy=remedy)
    return header, iter(body)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(rows: Iterator[list[str]], names: list[str], said: dict[str, object]) -> Iterator[_Row]:
    def places(kind: str) -> list[int]:
        return [names.index(name) for name in said.get(kind, []) if name in names]  # type: ignore[attr-defined]

    code, key, preferred, labels = places("code"), places("key"), places("preferred"), places("labels")
    signs = [str(sign) for sign in said.get("several", [])]  # type: ignore[attr-defined]

    def cell(row: list[str], at: Sequence[int]) -> str:
        return next((row[place].strip() for place in at if place < len(row) and row[place].strip()), "")

    def cells(row: list[str], at: Sequence[int]) -> tuple[str, ...]:
        told = [row[place] for place in at if place < len(row)]
        for sign in signs:
            told = [part for text in told for part in text.split(sign)]
        return tuple(text.strip() for text in told if text.strip().lower() not in _BLANK)

    for row in rows:
        if any(row):
            yield _Row(cell(row, code).upper(), cell(row, key), cells(row, preferred), cells(row, labels))


def _add(file: _File, codes: dict[str, str], found: Taxonomies) -> None:
    form, kept, system = re.compile(str(file.said["form"])), int(str(file.said["kept"])), str(file.said["codes"])
    claimed: dict[bool, dict[Words, Counter[str]]] = {True: {}, False: {}}
    left = 0
    for row in file.rows:
        code = row.code or codes.get(row.key, "")
        told = (*row.preferred, *row.labels)
        if not told or not form.fullmatch(code):
            left += 1
            continue
        for label in told:
            for said in spellings(label):
                claimed[label in row.preferred].setdefault(said, Counter())[code] += 1
    if left == len(file.rows):
        raise DataError(
            f"none of its {left:,} rows has a label and a code",
            where=str(file.path),
            expected=f"codes like {_EXAMPLES[system]}",
            remedy="Labels alone need the file of the same taxonomy that gives the code of each concept beside them.",
        )
    several = 0
    for said in {**claimed[True], **claimed[False]}:
        sharing = claimed[True].get(said) or claimed[False][said]
        short = {code[:kept] for code in sharing}
        families = {family_of_code(system, code) for code in sharing}
        several += len(short) > 1
        occupation = Occupation(
            next(iter(short)) if len(short) == 1 else None, system, next(iter(families)) if len(families) == 1 else None
        )
        if occupation.code or occupation.family:
            found.labels.setdefault(said, occupation)
    found.notes.append(_note(file, left, len({**claimed[True], **claimed[False]}), several))


_EXAMPLES = {"isco": "2512", "soc": "15-1252.00", "rome": "M1805"}


def _note(file: _File, left: int, labels: int, several: int) -> str:
    told = [f"{file.path.name}: {labels:,} labels of {file.name.upper()}"]
    if several:
        told.append(f"{several:,} stand for several occupations, and so for no code")
    if left:
        told.append(f"{left:,} rows have no label or no code and are left out")
    return "; ".join(told)


def spellings(label: str) -> set[Words]:
    """The ways in which a label may stand as a title: each form of a pair of genders, and what stands in brackets.

    "Chargé / Chargée de communication" is both "chargé de communication" and "chargée de communication".
    """
    inside = [one or other for one, other in _INSIDE.findall(label)]
    found = {form for text in (_INSIDE.sub(" ", label), *inside) for form in _forms(text)}
    return {form for form in found if form}


def _forms(text: str) -> list[Words]:
    """Each of the two genders that a slash parts, else the whole."""
    forms = [tuple(written_out(words(plain(part)))) for part in text.split("/")] if "/" in text else []
    if len(forms) < 2 or not all(form and form[0][:3] == forms[0][0][:3] for form in forms):
        return [tuple(written_out(words(plain(text))))]
    last = forms[-1]
    return [form if len(form) >= len(last) else form + last[len(form) :] for form in forms]
