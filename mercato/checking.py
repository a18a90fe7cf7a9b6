"""Read everything, build nothing: what is accepted, what is not, and why."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from mercato.engines.duckdb import DuckDB
from mercato.errors import DataError
from mercato.market import Progress, settings_of
from mercato.quality import rejects_by_reason
from mercato.release.figure import csv_cell
from mercato.release.pseudonyms import load_key, person_hash
from mercato.settings import Settings
from mercato.sources.reading import Reading, read_sources
from mercato.tables import REJECTS

_OF_PEOPLE = ("person_id", "person_name")


def check_inputs(
    inputs: Sequence[Path], settings: Settings, progress: Progress, rejects: Path | None = None
) -> Iterator[str]:
    """Lines on each source and on the records rejected; ``rejects`` names a CSV file to list them in.

    Raises DataError for inputs that cannot be read, and for a file of rejects that would replace anything else.
    """
    if rejects is not None:
        _refuse_to_lose(rejects)
    folder = Path(tempfile.mkdtemp(prefix="mercato-"))
    reader = DuckDB(scratch=folder)
    try:
        reading = read_sources(inputs, reader, folder, settings_of(list(inputs), settings), progress)
        yield from _lines(reader, reading)
        if rejects is not None:
            yield f"{_write_rejects(reader, reading, rejects):,} rejected records are listed in {rejects}"
    finally:
        reader.close()
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_to_lose(file: Path) -> None:
    """Raise DataError, before the work begins, where no list can be written or something else would be lost."""
    remedy = "Name another file with --rejects."
    if not file.parent.is_dir() or file.is_dir():
        raise DataError("is not a file that can be written", where=str(file), remedy=remedy)
    if not file.exists():
        return
    with file.open("rb") as stream:
        first = stream.readline(200)
    if first.strip() and first.strip() != ",".join(REJECTS.names).encode():
        raise DataError("there is a file, and it is no list of rejected records", where=str(file), remedy=remedy)


def _without_names(value: str | None, column: str | None, people: set[str], key: bytes) -> str:
    """A rejected value; hashed where it names a person, left out where it is a whole line."""
    if not value or not column:
        return ""
    return person_hash(value, key) if column in people else value


def _lines(reader: DuckDB, reading: Reading) -> Iterator[str]:
    for source in reading.sources:
        yield f"{source.name}: {source.read:,} read = {source.accepted:,} accepted + {source.rejected:,} rejected"
        yield from (f"    {note}" for note in source.notes)
    for row in rejects_by_reason(reader, reading).to_pylist():
        column = f" ({row['column']})" if row["column"] else ""
        yield f"    {row['count']:,} × {row['reason']}{column} in {row['source']}"


def _write_rejects(reader: DuckDB, reading: Reading, file: Path) -> int:
    """List the rejected records; a value that names a person is given as its keyed hash."""
    key = load_key()
    reader.open("rejected", [reading.rejects])
    people = {
        s.source_id: {"person_id", "person_name", *(s.columns.get(r, "") for r in _OF_PEOPLE)} for s in reading.sources
    }
    rows = reader.sql('SELECT * FROM rejected ORDER BY source_id, file, record, "column"').to_pylist()
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(REJECTS.names)
            for row in rows:
                row["value"] = _without_names(row["value"], row["column"], people[row["source_id"]], key)
                writer.writerow([csv_cell(row[name]) for name in REJECTS.names])
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return len(rows)
