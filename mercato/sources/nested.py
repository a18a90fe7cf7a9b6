"""Which declared format of nested JSON a file or a folder holds, judged by its first records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from mercato.errors import DataError
from mercato.settings import SourceSettings
from mercato.sources import archives, opening
from mercato.sources.columns import CONSTANT, Roles, canonical_role
from mercato.sources.declared import Declared, declarations
from mercato.sources.jsonpaths import found, is_missing
from mercato.sources.opening import Text
from mercato.sources.tablefiles import TableFile

_ENDINGS = (".json", ".jsonl", ".ndjson", ".jsonlines", ".gz", ".zst", ".zstd", "")
_NO_PARTS = ("manifest", "readme", "license", "licence", "notice", "release_notes", "mercato.toml")
_RECORDS = 200
_PARTS_LOOKED_AT = 8
_SHOWN = 25


def find(path: Path) -> Declared | None:
    """The declared format of a file, or of all files of a folder; never raises."""
    try:
        if path.is_dir():
            parts = [file for file, _ in islice(parts_of(path), _PARTS_LOOKED_AT)]
            kinds = [_marked(part) for part in parts if not _tells_nothing(part)]
            return kinds[0] if len(parts) > 1 and kinds and all(kind is kinds[0] for kind in kinds) else None
        return _marked(path)
    except (DataError, OSError):
        return None


def holds(folder: Path) -> bool:
    """Whether one of the first files of a folder is of a declared format, though not all of them are."""
    try:
        return any(find(file) is not None for file, _ in islice(parts_of(folder), _PARTS_LOOKED_AT))
    except OSError:
        return False


def open_nested(path: Path, form: Declared, settings: SourceSettings) -> tuple[TableFile, Roles]:
    """A source of a declared format, and its roles as the user and the format say them.

    Raises DataError where what the format needs is not in the first records, listing what is.
    """
    form = form.with_roles(_said(form, settings, path.name))
    parts = list(parts_of(path)) if path.is_dir() else [(path, path.name)]
    values = records(look(parts[0][0]), form)
    if form.columns:
        form = _of_chosen_names(form, values, path.name)
    _refuse_changed(form, values, path.name)
    shown = {role: _likely(paths, values) for role, paths in form.roles.items()}
    header = tuple(dict.fromkeys(column for column in shown.values() if not column.startswith(CONSTANT)))
    table = TableFile(form.name, tuple(file for file, _ in parts), header, (), nested_form=form, folder=path)
    return table, Roles(form.layout, shown)


def look(path: Path) -> Text:
    """The beginning of a file, as ``opening.look`` gives it; that of the last files is kept."""
    told = path.stat()
    return _look(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=2)
def _look(path: Path, changed: int, size: int) -> Text:
    return opening.look(path)


def parts_of(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of a folder that may hold records, with their names within it; what tells of the data is left out."""
    for file, name in archives.walk(folder):
        bare = file.name.lower()
        if not bare.startswith((".", "_", *_NO_PARTS)) and file.stat().st_size:
            yield file, name


def _tells_nothing(path: Path) -> bool:
    """Whether a compressed file is empty, or cut off at its beginning, so that it does not tell what it is part of."""
    try:
        look(path)
    except DataError as error:
        return error.found.startswith(("is cut short", "is empty"))
    return False


def _marked(path: Path) -> Declared | None:
    """The format whose mark the first records of a file bear."""
    if path.suffix.lower() not in _ENDINGS or not path.stat().st_size:
        return None
    text = look(path)
    if text.sample.lstrip()[:1] not in ("{", "["):
        return None
    values = list(islice(parsed(text.sample), _RECORDS))
    return next((form for form in declarations() if _bears(form, values)), None)


def _bears(form: Declared, values: Sequence[Any]) -> bool:
    inner = [record for value in values for record in _within(form, value)]
    return any(all(_matches(record, *mark) for mark in marks.items()) for record in inner for marks in form.marks)


def _matches(record: Any, path: str, pattern: str) -> bool:
    said = list(found(record, path))
    if not pattern:
        return bool(said)
    return any(isinstance(one, str) and re.search(pattern, one) for one in said)


def records(text: Text, form: Declared) -> list[Any]:
    """The first records of a text, those within pages as well."""
    inner = (record for value in islice(parsed(text.sample), _RECORDS) for record in _within(form, value))
    return list(islice(inner, 5 * _RECORDS))


def is_paged(text: Text, form: Declared) -> bool:
    """Whether a value among the first is a page, which holds records."""
    values = islice(parsed(text.sample), _RECORDS)
    return any(isinstance(value, dict) and _page(form, value) is not None for value in values)


def _within(form: Declared, value: Any) -> list[Any]:
    page = _page(form, value) if isinstance(value, dict) else None
    if page is None:
        return [value]
    if isinstance(page, dict):
        return list(page.values()) if form.keyed else [page]
    return page


def _page(form: Declared, value: dict[str, Any]) -> list[Any] | dict[str, Any] | None:
    return next((value[key] for key in form.pages if isinstance(value.get(key), (list, dict))), None)


def parsed(sample: str) -> Iterator[Any]:
    """The values in the beginning of a text: lines, the elements of a list, or one value that may be cut off."""
    start = sample.lstrip().lstrip("\ufeff").lstrip()
    head = start.removeprefix("[").lstrip().split("\n", 1)[0]
    lines = [value for value in map(value_in, islice(start.splitlines(), _RECORDS)) if isinstance(value, dict)]
    if value_in(head) is not None:
        yield from lines
        return
    whole = value_in(start) or value_in(_closed(start) or "")
    yield from whole if isinstance(whole, list) else [whole] if whole is not None else lines


def value_in(line: str) -> Any:
    """The JSON value on a line, a comma after it or not; None where there is none."""
    try:
        return json.loads(line.strip().removesuffix(","))
    except (ValueError, RecursionError):
        return None


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _closed(start: str) -> str | None:
    """A text that is cut off, cut at the last value that is whole, and closed; None where nothing in it is."""
    open_: list[str] = []
    end = 0
    for place, depth in _closings(start):
        end = place
        if not depth:
            break
    for token in _TOKEN.finditer(start, 0, end):
        sign = token[0][0]
        if sign in "[{":
            open_.append("]" if sign == "[" else "}")
        elif sign in "]}":
            open_.pop()
    return start[:end] + "".join(reversed(open_)) if end else None


def _closings(start: str) -> Iterator[tuple[int, int]]:
    """Where each list or object of a text ends that is whole, and how many it lies in."""
    open_: list[str] = []
    for token in _TOKEN.finditer(start):
        sign = token[0][0]
        if sign in "[{":
            open_.append("]" if sign == "[" else "}")
        elif sign in "]}":
            if not open_ or open_.pop() != sign:
                return
            yield token.end(), len(open_)


def _said(form: Declared, settings: SourceSettings, where: str) -> dict[str, tuple[str, ...]]:
    """The paths of each role, those that the user names first of all."""
    roles = dict(form.roles)
    for name, path in settings.columns.items():
        role = canonical_role(name, where)
        if path:
            roles[role] = (path,)
        else:
            roles.pop(role, None)
    return roles


def _likely(paths: Sequence[str], values: Sequence[Any]) -> str:
    """The first path at which the first records say something."""
    return next((path for path in paths if any(said is not None for v in values for said in found(v, path))), paths[0])


def _of_chosen_names(form: Declared, values: Sequence[Any], where: str) -> Declared:
    """The format with those of its paths that a file has, where files choose their names. Raises DataError without."""
    names = [name for value in values for some in found(value, form.columns) for name in (some or [])]
    chosen = {str(name) for name in names}

    def there(path: str) -> bool:
        return path.startswith(CONSTANT) or not chosen.isdisjoint(key for key in path.split("."))

    roles = {role: tuple(filter(there, paths)) for role, paths in form.roles.items()}
    roles = {role: paths for role, paths in roles.items() if paths}
    for needed in (("person_id", "person_name"), ("employer",), ("start", "end")):
        if not any(role in roles for role in needed):
            wanted = ", ".join(_names(form.roles.get(needed[0], ()))[:8])
            has = ", ".join(names[:_SHOWN])
            raise DataError(
                f"is recognised as {form.name}, but no variable says the {needed[0]}: it has {has}",
                where=where,
                expected=f"a variable called {wanted} or the like",
                remedy="Name the variables of the query so.",
            )
    return form.with_roles(roles)


def _names(paths: Sequence[str]) -> list[str]:
    return [path.split(".")[-2] if "." in path else path for path in paths]


def _refuse_changed(form: Declared, values: Sequence[Any], where: str) -> None:
    """Raise DataError where the first records lack what the format needs: its schema has changed, or it is another."""
    objects = [value for value in values if isinstance(value, dict)]
    for alternatives in form.needs:
        if all(is_missing(objects, path) for path in alternatives):
            around = alternatives[0].rpartition(".")[0]
            inside = [one for v in objects for one in (found(v, around) if around else [v]) if isinstance(one, dict)]
            keys = list(dict.fromkeys(key for one in inside for key in one))
            shown = ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
            raise DataError(
                f"is recognised as {form.name}, but has no {' or '.join(alternatives)}: "
                f"found {shown or 'nothing'}" + (f" in {around}" if around else ""),
                where=where,
                expected=f"records with {', '.join(' or '.join(paths) for paths in form.needs)}",
                remedy="Its schema may have changed: get it in the older form, or name paths with --map ROLE=PATH.",
            )
