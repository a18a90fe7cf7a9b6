"""Sources read: files in, canonical Parquet and rejects out, every record counted."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.provenance import Source, hash_files
from mercato.settings import Settings, SourceSettings
from mercato.sources.canonical import DOUBTFUL, given_in, is_canonical
from mercato.sources.columns import CONSTANT
from mercato.sources.dates import YEARS_AHEAD
from mercato.sources.formats import GIVEN, POSITION_FILE, Context, Reject
from mercato.sources.judging import Judged, write_judged
from mercato.sources.recognise import Recognition, find_sources
from mercato.sources.relations import quoted
from mercato.sources.snapshots import series_of
from mercato.sources.staging import SqlEngine, staged_laid, staged_table
from mercato.sources.tables import NAME_PREFIX, without
from mercato.sources.vintages import SeriesFound, Vintage, kept, series_among
from mercato.tables import REJECTS


@dataclass
class Reading:
    """What was read: the sources, and folders or files of Parquet.

    ``positions`` have the schema POSITION_FILE and ``sightings`` SIGHTING_FILE, but that person_id is an integer where
    all ids of that source are; ``pay`` has PAY, ``reported_moves`` REPORTED_MOVES. ``rejects`` is a folder. ``given``
    tells which extra columns any source gives. ``vintages`` are several dates of one source, the earliest first: the
    latest is among the positions as well, the others are nowhere else.
    """

    sources: list[Source] = field(default_factory=list)
    positions: list[Path] = field(default_factory=list)
    sightings: list[Path] = field(default_factory=list)
    pay: list[Path] = field(default_factory=list)
    reported_moves: list[Path] = field(default_factory=list)
    rejects: Path = Path()
    given: dict[str, bool] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    vintages: list[Vintage] = field(default_factory=list)


def read_sources(
    paths: Sequence[Path],
    engine: SqlEngine,
    into: Path,
    settings: Settings,
    progress: Callable[[str], None] = lambda sentence: None,
) -> Reading:
    """Read every source among ``paths`` and write its records under ``into``.

    Raises DataError for an input that is missing, damaged, not recognised, or without one acceptable record.
    """
    found, passed = find_sources(paths, settings)
    for sentence in [*(recognition.sentence for recognition in found), *passed]:
        progress(sentence)
    reading = Reading(rejects=into / "rejects", passed_over=passed)
    reading.rejects.mkdir(parents=True, exist_ok=True)
    series = series_among(found, settings)
    prefixes = _prefixes(found, series)
    for source_id, recognition in enumerate(found):
        said = settings.of_source(recognition.paths[0].name)
        source, file, paid = _read_one(engine, recognition, said, source_id, into, reading.rejects, prefixes[source_id])
        reading.sources.append(source)
        getattr(reading, source.table).append(file)
        reading.pay += [paid] if paid else []
        progress(
            f"{source.name}: {source.read:,} records read, {source.accepted:,} accepted, {source.rejected:,} rejected"
        )
    files = _files_by_source(reading, reading.positions)
    for each in series:
        _set_apart(engine, each, files, reading, progress)
    reading.given = _given(engine, [*reading.positions, *reading.sightings])
    return reading


def _set_apart(
    engine: SqlEngine, series: SeriesFound, files: Sequence[Path], reading: Reading, progress: Callable[[str], None]
) -> None:
    """Keep the earlier vintages of a series out of the records that are measured."""
    if any(reading.sources[each.place].table != "positions" for each in series.vintages):
        return
    vintages = kept(engine, series, files, [source.name for source in reading.sources], progress)
    if not vintages:
        return
    if reading.vintages:
        progress(f"how late things are known is told from the first series of vintages alone, not from {series.name}")
    reading.vintages = reading.vintages or vintages
    earlier = {vintage.file for vintage in vintages[:-1]}
    reading.positions = [file for file in reading.positions if file not in earlier]
    for vintage in vintages:
        source = reading.sources[vintage.source_id]
        quality = source.quality if vintage is vintages[-1] else {}
        reading.sources[vintage.source_id] = replace(source, vintage=vintage.day.isoformat(), quality=quality)


def _files_by_source(reading: Reading, files: Sequence[Path]) -> list[Path]:
    """The file of each source's positions, in the order of the sources; an empty path where it has none."""
    positions = iter(files)
    return [next(positions) if source.table == "positions" else Path() for source in reading.sources]


def _read_one(
    engine: SqlEngine,
    recognition: Recognition,
    said: SourceSettings,
    source_id: int,
    into: Path,
    rejects: Path,
    prefix: str,
) -> tuple[Source, Path, Path | None]:
    table = "sightings" if recognition.layout == "sightings" else "positions"
    accepted, refused = into / f"{table}-{source_id}.parquet", rejects / f"source-{source_id}.parquet"
    with ThreadPoolExecutor(1) as beside:
        hashing = beside.submit(hash_files, recognition.files)
        if source_id == 0 and _stands_as_written(engine, recognition):
            accepted, judged = recognition.paths[0], _read_in_place(recognition, refused)
        elif recognition.record_format is not None and recognition.table is None:
            read = _read_laid if recognition.record_format.lay_out else _read_records
            judged = read(engine, recognition, said, source_id, into, accepted, refused)
        else:
            judged = _read_table(engine, recognition, said, source_id, into, accepted, refused, prefix)
        digest, size = hashing.result()
    table = judged.table or table
    if not judged.accepted:
        raise _nothing_accepted(recognition, judged, refused)
    by_name = {"person_id", "person_name"} <= set(recognition.roles)
    quality = {**_quality(engine, accepted, table, by_name), "duplicates": judged.duplicates, **judged.counts}
    form = recognition.record_format
    source = Source(
        source_id, recognition.name, recognition.format, table, digest, size,
        judged.read, judged.accepted, judged.rejected,
        licence=said.licence or (form.licence if form else "") or "not stated",
        citation=said.citation, simulated=said.simulated, columns=dict(recognition.roles),
        notes=_notes(recognition, judged, prefix, quality), quality=quality,
    )  # fmt: skip
    return source, accepted, judged.pay


def _stands_as_written(engine: SqlEngine, recognition: Recognition) -> bool:
    """Whether it is one file that Mercato wrote, and no value in it says otherwise."""
    if len(recognition.files) != 1 or not is_canonical(recognition.files):
        return False
    doubtful = engine.sql(f"SELECT count(*) AS n FROM {quoted(str(recognition.files[0]))} WHERE {DOUBTFUL}")
    return not doubtful["n"][0].as_py()


def _read_in_place(recognition: Recognition, refused: Path) -> Judged:
    pq.write_table(REJECTS.schema.empty_table(), refused)
    rows = sum(pq.read_metadata(file).num_rows for file in recognition.files)
    return Judged(rows, rows, 0, notes=["written by Mercato: typed and judged already, read in place"])


def _read_table(
    engine: SqlEngine, recognition: Recognition, said: SourceSettings, source_id: int, into: Path,
    accepted: Path, refused: Path, prefix: str,
) -> Judged:  # fmt: skip
    assert recognition.table is not None and recognition.told is not None
    scratch = into / f"scratch-{source_id}"
    scratch.mkdir(parents=True, exist_ok=True)
    last_year = dt.date.today().year + YEARS_AHEAD
    try:
        if recognition.told.lists and not said.layout:
            with suppress(DataError):
                judged = _read_lists(engine, recognition, said, source_id, scratch, accepted, refused, prefix)
                if judged is not None:
                    return judged
        with staged_table(engine, recognition.table, recognition.told, scratch, said.dates, last_year) as stage:
            stage.prefix(prefix)
            judged = write_judged(engine, stage, source_id, recognition.name, accepted, refused)
            judged.notes += stage.notes
            return judged
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read_lists(
    engine: SqlEngine, recognition: Recognition, said: SourceSettings, source_id: int, scratch: Path,
    accepted: Path, refused: Path, prefix: str,
) -> Judged | None:  # fmt: skip
    """A table as lists of everybody, where all its rows together say that it holds them; else sightings, or None.

    Sightings are read from the same stage, since they take the same columns.
    """
    assert recognition.table is not None and recognition.told is not None
    told = recognition.told
    lists = replace(told, layout="snapshots", columns=dict(told.lists))
    last_year = dt.date.today().year + YEARS_AHEAD
    with staged_table(engine, recognition.table, lists, scratch, said.dates, last_year) as stage:
        stage.series = series_of(engine, stage)
        if stage.series is None and told.layout != "sightings":
            return None
        if stage.series is None:
            stage.staged = without(stage.staged, told, ("start", "end"))
        stage.prefix(prefix)
        judged = write_judged(engine, stage, source_id, recognition.name, accepted, refused)
        judged.notes += stage.notes
        return judged


def _read_laid(
    engine: SqlEngine, recognition: Recognition, said: SourceSettings, source_id: int, into: Path,
    accepted: Path, refused: Path,
) -> Judged:  # fmt: skip
    """Have a format lay its records out as a table, and judge that."""
    form = recognition.record_format
    assert form is not None and form.lay_out is not None
    scratch = into / f"scratch-{source_id}"
    scratch.mkdir(parents=True, exist_ok=True)
    last_year = dt.date.today().year + YEARS_AHEAD
    try:
        laid = form.lay_out(recognition.paths[0], scratch, Context(source_id, said))
        with staged_laid(engine, laid, recognition.name, said.dates, last_year) as stage:
            judged = write_judged(engine, stage, source_id, recognition.name, accepted, refused)
            judged.notes += stage.notes
            return judged
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _read_records(
    engine: SqlEngine, recognition: Recognition, said: SourceSettings, source_id: int, into: Path,
    accepted: Path, refused: Path,
) -> Judged:  # fmt: skip
    """Stream a format's batches into the two files."""
    form = recognition.record_format
    assert form is not None and form.read_batches is not None
    judged = Judged(0, 0, 0)
    with pq.ParquetWriter(accepted, POSITION_FILE) as good, pq.ParquetWriter(refused, REJECTS.schema) as bad:
        for batch in form.read_batches(recognition.paths[0], Context(source_id, said)):
            if batch.positions.num_rows:
                good.write_batch(batch.positions)
            if batch.rejects:
                bad.write_table(_reject_table(batch.rejects, source_id, recognition.name))
            judged.accepted += batch.positions.num_rows
            judged.rejected += len(batch.rejects)
            judged.duplicates += sum(reject.reason.startswith("duplicate") for reject in batch.rejects)
    judged.read = judged.accepted + judged.rejected
    return judged


def _reject_table(rejects: Sequence[Reject], source_id: int, name: str) -> pa.Table:
    rows = [(source_id, r.file or name, r.record, r.column, r.value[:200], r.reason) for r in rejects]
    columns = [pa.array(c, f.type) for c, f in zip(zip(*rows, strict=True), REJECTS.schema, strict=True)]
    return pa.table(columns, schema=REJECTS.schema)


def _nothing_accepted(recognition: Recognition, judged: Judged, refused: Path) -> DataError:
    rejects = pq.read_table(refused, columns=["column", "value", "reason"]).slice(0, 100_000).to_pylist()
    counted = Counter((row["column"], row["reason"]) for row in rejects).most_common(5)
    people = {recognition.roles.get(role, role) for role in ("person_id", "person_name", "first_name", "last_name")}
    said = {(row["column"], row["reason"]): row["value"] for row in reversed(rejects) if row["column"] not in people}
    why = "; ".join(
        reason
        + (f" in {column}" if column else "")
        + (f", like {said[column, reason][:60]!r}" if column and said.get((column, reason)) else "")
        + f" ({n:,})"
        for (column, reason), n in counted
    )
    taken = ", ".join(f"{role} ← {column}" for role, column in recognition.roles.items())
    return DataError(
        f"none of its {judged.read:,} records can be accepted: {why or 'it holds none'}",
        where=recognition.name,
        expected="records with a person, an employer and a date",
        remedy=f"Check which columns were taken ({taken})." if taken else "",
    )


def _prefixes(found: Sequence[Recognition], series: Sequence[SeriesFound] = ()) -> list[str]:
    """What goes before the ids of each source: its name, where whole-number ids of unlike tables would meet.

    Tables with the same columns share their ids, and so do vintages of one source; so do sources whose ids are not mere
    numbers.
    """
    kinds = [_kind(recognition) if _has_numbers(recognition) else None for recognition in found]
    for each in series:
        for vintage in each.vintages if each.said else ():
            kinds[vintage.place] = kinds[each.vintages[-1].place]
    if len({kind for kind in kinds if kind is not None}) < 2:
        return [""] * len(found)
    first: dict[tuple[str, ...], str] = {}
    for kind, recognition in zip(kinds, found, strict=True):
        if kind is not None:
            first.setdefault(kind, recognition.name)
    return [f"{first[kind]}:" if kind is not None else "" for kind in kinds]


def _kind(recognition: Recognition) -> tuple[str, ...]:
    return recognition.table.header if recognition.table is not None else (recognition.format,)


def _has_numbers(recognition: Recognition) -> bool:
    column = recognition.roles.get("person_id", "")
    if recognition.table is None or not column or column.startswith(CONSTANT):
        return False
    ids = recognition.table.column(column)
    return bool(ids) and all(value.strip().isdecimal() for value in ids)


def _notes(recognition: Recognition, judged: Judged, prefix: str, quality: dict[str, int]) -> tuple[str, ...]:
    notes = list(recognition.record_format.notes if recognition.record_format else ()) + judged.notes
    notes += recognition.told.notes if recognition.told else ()
    roles = recognition.roles
    if recognition.table is not None and "person_id" not in roles:
        notes.append(f"no column of person ids: people are told apart by name (ids begin with {NAME_PREFIX!r})")
    elif quality.get("people_by_name"):
        rows = quality["people_by_name"]
        notes.append(f"{rows:,} rows without an id go by the name of the person (ids begin with {NAME_PREFIX!r})")
    if prefix:
        notes.append(f"person ids begin with {prefix!r}, since another source numbers its people too")
    return tuple(dict.fromkeys(notes))


def _quality(engine: SqlEngine, file: Path, table: str, by_name: bool) -> dict[str, int]:
    if table == "reported_moves":
        counts = {"reported_moves": "count(*)"}
    elif table == "sightings":
        counts = {
            "sightings": "count(*)",
            "coarse_sightings": "count(*) FILTER (WHERE seen_precision <> 'day')",
            "several_employers": "count(*) - count(DISTINCT record)",
        }
    else:
        counts = {
            "starts": "count(start_date)",
            "coarse_starts": "count(*) FILTER (WHERE start_precision <> 'day')",
            "coarse_ends": "count(*) FILTER (WHERE end_precision <> 'day')",
            "monthly_starts": "count(start_date) FILTER (WHERE start_precision <> 'year')",
            "january_starts": "count(*) FILTER (WHERE start_precision <> 'year' AND month(start_date) = 1)",
            "open_ends": "count(*) - count(end_date)",
            "unknown_starts": "count(*) - count(start_date)",
        }
    if by_name:
        counts["people_by_name"] = f"count(*) FILTER (WHERE starts_with(person_id, {quoted(NAME_PREFIX)}))"
    shown = ", ".join(f"{expression} AS {name}" for name, expression in counts.items())
    return {k: int(v) for k, v in engine.sql(f"SELECT {shown} FROM {quoted(str(file))}").to_pylist()[0].items()}


def _given(engine: SqlEngine, files: Sequence[Path]) -> dict[str, bool]:
    """Which of the extra columns any source gives, from the statistics of the Parquet files."""
    told = {name.removeprefix("given_"): False for name in GIVEN.names}
    for file in files:
        if is_canonical([file]):
            told = {name: said or given_in(file)[name] for name, said in told.items()}
            continue
        metadata = pq.read_metadata(file)
        places = {metadata.schema.column(i).name: i for i in range(metadata.num_columns)}
        for name in told:
            place = places.get(f"given_{name}")
            told[name] = told[name] or (place is not None and _says_something(metadata, place))
    return told


def _says_something(metadata: pq.FileMetaData, place: int) -> bool:
    for number in range(metadata.num_row_groups):
        column = metadata.row_group(number).column(place)
        if column.statistics is None or column.statistics.null_count is None:
            return True
        if column.statistics.null_count < column.num_values:
            return True
    return False
