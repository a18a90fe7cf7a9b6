"""Read everything, build nothing: what is accepted, what is not, and why."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mercato.engines.duckdb import DuckDB
from mercato.errors import DataError
from mercato.identity.employers.resolving import check_lists
from mercato.identity.titles.classifying import classify_titles
from mercato.identity.titles.taxonomies import read_taxonomies
from mercato.market import Progress, settings_of
from mercato.quality import rejects_by_reason
from mercato.release.figure import csv_cell
from mercato.release.pseudonyms import load_key, person_hash
from mercato.resolving import written_titles
from mercato.settings import Settings
from mercato.sources.reading import Reading, read_sources
from mercato.tables import REJECTS

TITLE_COLUMNS = ("title", "people", "records", "family", "level", "is_ai_strict", "is_ai_broad", "is_side", "code",
    "code_system", "rule")  # fmt: skip
_OF_PEOPLE = ("person_id", "person_name")


def check_inputs(
    inputs: Sequence[Path],
    settings: Settings,
    progress: Progress,
    rejects: Path | None = None,
    titles: Path | None = None,
) -> Iterator[str]:
    """Lines on each source and on the records rejected; ``rejects`` names a CSV file to list them in.

    ``titles`` names a CSV file that lists the job titles with what they tell, those of no known family first, the most
    frequent first. Raises DataError for inputs that cannot be read, and for a file of rejects or titles that would
    replace anything else.
    """
    if rejects is not None:
        refuse_to_lose(rejects, REJECTS.names, "--rejects", "rejected records")
    if titles is not None:
        refuse_to_lose(titles, TITLE_COLUMNS, "--titles", "titles")
    folder = Path(tempfile.mkdtemp(prefix="mercato-"))
    reader = DuckDB(scratch=folder)
    try:
        settings = settings_of(list(inputs), settings)
        check_lists(settings.aliases, settings.parents, settings.kinds)
        reading = read_sources(inputs, reader, folder, settings, progress)
        yield from _lines(reader, reading)
        if rejects is not None:
            yield f"{_write_rejects(reader, reading, rejects):,} rejected records are listed in {rejects}"
        if titles is not None:
            yield from _write_titles(reader, reading, settings, titles)
    finally:
        reader.close()
        shutil.rmtree(folder, ignore_errors=True)


def refuse_to_lose(file: Path, columns: Sequence[str], option: str, what: str) -> None:
    """Raise DataError, before the work begins, where no list can be written or something else would be lost."""
    remedy = f"Name another file with {option}."
    if not file.parent.is_dir() or file.is_dir():
        raise DataError("is not a file that can be written", where=str(file), remedy=remedy)
    if not file.exists():
        return
    with file.open("rb") as stream:
        first = stream.readline(200)
    if first.strip() and first.strip() != ",".join(columns).encode():
        raise DataError(f"there is a file, and it is no list of {what}", where=str(file), remedy=remedy)


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
    for row in rows:
        row["value"] = _without_names(row["value"], row["column"], people[row["source_id"]], key)
    write_list(file, REJECTS.names, rows)
    return len(rows)


def _write_titles(reader: DuckDB, reading: Reading, settings: Settings, file: Path) -> Iterator[str]:
    """List the titles with what they tell; lines on the taxonomies and on how many titles are not understood."""
    taxonomies = read_taxonomies(settings.taxonomies)
    yield from (f"    {note}" for note in taxonomies.notes)
    written = written_titles(reader, reading.positions, reading.sightings)
    told = classify_titles(written.select(["title"]), taxonomies).rename_columns({"is_ai": "is_ai_broad"})
    rows = written.join(told, "title", join_type="inner").to_pylist()
    rows.sort(key=lambda row: (row["family"] is not None, -row["people"], -row["records"], row["title"]))
    write_list(file, TITLE_COLUMNS, rows)
    untold = [row for row in rows if row["family"] is None]
    records, lost = (sum(row["records"] for row in part) for part in (rows, untold))
    share = f" ({lost / records:.1%} of the records with one)" if records else ""
    yield f"{len(rows):,} titles are listed in {file}: {len(untold):,} tell no family{share}, and come first"


def write_list(file: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a CSV file, whole or not at all; no cell is one that a spreadsheet would run."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="", errors="replace") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([csv_cell(row[name]) for name in columns] for row in rows)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
