"""A table on disk, whatever its kind: its columns and first rows, before anything of it is read in earnest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.settings import SourceSettings
from mercato.sources import excel, opening
from mercato.sources.columns import makes_careers
from mercato.sources.declared import Declared
from mercato.sources.delimited import Delimited, shape_below_titles, shape_of
from mercato.sources.mistaken import no_records, refuse_markup
from mercato.sources.opening import Text

_JSON_ROWS = 500
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".gz", ".zst", ".zstd")


@dataclass(frozen=True)
class TableFile:
    """One table: its kind, its files, its columns, its first rows as text, and how its text is written.

    ``nested``: columns that are left out, since they hold lists or objects. ``laid``: another format laid it out, with
    the number and the file of each record; ``shown`` is then what it is called. ``nested_form``: how the records of
    nested JSON in ``folder``, or in one file, are taken apart.
    """

    kind: str
    paths: tuple[Path, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    text: Text | None = None
    shape: Delimited | None = None
    schema: pa.Schema | None = None
    sheet: str = ""
    nested: tuple[str, ...] = ()
    laid: bool = False
    shown: str = ""
    nested_form: Declared | None = None
    folder: Path | None = None

    @property
    def name(self) -> str:
        if self.folder is not None:
            return self.folder.name
        return self.shown or (self.paths[0].name if len(self.paths) == 1 else self.paths[0].parent.name)

    @property
    def has_odd_spaces(self) -> bool:
        """Whether values stand between tabs, line ends or hard spaces."""
        return any(value and value.strip(" ") != value.strip() for row in self.rows for value in row)

    def column(self, name: str) -> list[str]:
        """The first values of a column that say something."""
        place = self.header.index(name)
        return [row[place] or "" for row in self.rows if place < len(row) and (row[place] or "").strip()]


def open_table(paths: Sequence[Path], settings: SourceSettings) -> TableFile:
    """The table in a file (or in several Parquet files of one folder). Raises DataError where there is none."""
    path = paths[0]
    try:
        kind = opening.kind_of(path)
        if kind == "parquet":
            return _parquet(tuple(paths))
        if kind == "xls" or (kind == "zip" and path.suffix.lower() in excel.ENDINGS):
            return _excel(path, settings)
        text = opening.look(path)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=path.name) from None
    refuse_markup(text)
    begins_like_json = text.sample.lstrip()[:1] in ("{", "[")
    return _json(text) if begins_like_json or path.suffix.lower() in _JSON_ENDINGS else _delimited(text, settings)


def _parquet(paths: tuple[Path, ...]) -> TableFile:
    try:
        parts = [pq.ParquetFile(path) for path in paths]
        rows = sum(part.metadata.num_rows for part in parts)
        schema = parts[0].schema_arrow
        flat = [f.name for f in schema if not pa.types.is_nested(f.type)]
        nested = tuple(f.name for f in schema if pa.types.is_nested(f.type))
        batch = next(parts[0].iter_batches(200, columns=flat), None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataError(
            f"is not a whole Parquet file ({str(error).splitlines()[0][:200]})",
            where=paths[0].name,
            remedy="Fetch or write it again.",
        ) from None
    if not rows:
        raise DataError("has columns and no rows", where=paths[0].name, expected="at least one row")
    values = [[_shown(v) for v in column.to_pylist()] for column in batch.columns] if batch is not None else []
    return TableFile("Parquet", paths, tuple(flat), tuple(zip(*values, strict=True)), schema=schema, nested=nested)


def _shown(value: object) -> str | None:
    return None if value is None else str(value)


def _excel(path: Path, settings: SourceSettings) -> TableFile:
    sheet, header, rows = excel.first_rows(path, settings)
    return TableFile("Excel", (path,), header, rows, sheet=sheet)


def _delimited(text: Text, settings: SourceSettings) -> TableFile:
    shape = shape_of(text.sample, text.path.name, settings.separator)
    if not makes_careers(shape.header, settings):
        below = shape_below_titles(text.sample, settings.separator, lambda header: makes_careers(header, settings))
        shape = below or shape
    kind = "TSV" if shape.separator == "\t" else "CSV"
    return TableFile(kind, (text.path,), shape.header, shape.rows, text, shape)


def _json(text: Text) -> TableFile:
    records = _records(text)
    if not records:
        raise no_records(text)
    nested = _first_of(key for record in records for key in record if isinstance(record[key], (dict, list)))
    keys = _first_of(key for record in records for key in record if key not in nested)
    if not keys:
        raise no_records(text)
    rows = tuple(tuple(_shown(record.get(key)) for key in keys) for record in records)
    return TableFile("JSON lines", (text.path,), keys, rows, text, nested=nested)


def _first_of(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _records(text: Text) -> list[dict[str, object]]:
    """The first objects of JSON lines or of one JSON array; lines that are no JSON are passed over."""
    sample = text.sample
    if sample.lstrip().startswith("["):
        found = _in_turn(sample.lstrip()[1:])
    else:
        lines = (line for line in sample.splitlines() if line.strip())
        found = [value for value in map(_object, islice(lines, _JSON_ROWS)) if value is not None] or _in_turn(sample)
    return [record for record in found if isinstance(record, dict)]


def _in_turn(sample: str) -> list[object]:
    decoder, place = json.JSONDecoder(), 0
    found: list[object] = []
    while len(found) < _JSON_ROWS:
        while place < len(sample) and sample[place] in " \t\r\n,":
            place += 1
        try:
            value, place = decoder.raw_decode(sample, place)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found


def _object(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def may_be_table(path: Path) -> bool:
    """Whether a file's first bytes or its name let one expect a table in it; nothing more of it is read."""
    try:
        kind = opening.kind_of(path)
    except OSError:
        return False
    if kind in ("parquet", "xls"):
        return True
    suffix = path.suffix.lower()
    return suffix in excel.ENDINGS or suffix in _TEXT_ENDINGS or kind in ("gzip", "zstd")
