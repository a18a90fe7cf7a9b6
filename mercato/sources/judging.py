"""Staged tables written as Parquet: the records accepted, and those refused with their reason."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mercato.sources import pay, personnel, reportedmoves, snapshots, tables
from mercato.sources.formats import MAXIMUM_VALUE
from mercato.sources.relations import named, quoted
from mercato.sources.staging import SqlEngine, Stage
from mercato.sources.tables import DUPLICATE, FAULTS, REFUSED, Staged
from mercato.tables import REJECTS

HASHES_AT_ONCE = 32_000_000
MOST_CANDIDATES = 100_000
_SAME = ("person_id", "employer_name", "title", "start_date", "start_precision", "end_date", "end_precision")
_SEPARATORS = ("+", ";", "|", " / ")
_SPLIT_SHARE = 0.5


@dataclass
class Judged:
    """How many records were read, accepted and refused, and how many of them as duplicates.

    ``table``: what was written, where it is not what was recognised; ``pay``: a file of pay beside it.
    """

    read: int
    accepted: int
    rejected: int
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    table: str = ""
    pay: Path | None = None
    counts: dict[str, int] = field(default_factory=dict)


def write_judged(engine: SqlEngine, stage: Stage, source_id: int, name: str, accepted: Path, rejects: Path) -> Judged:
    """Write a staged table's accepted records and its rejects as two Parquet files, and count both."""
    stage.staged = _known_ids(engine, stage.staged)
    if stage.staged.roles.layout == reportedmoves.LAYOUT:
        return _write_moves(engine, stage, source_id, name, accepted, rejects)
    if stage.staged.roles.layout == "snapshots":
        return _write_stays(engine, stage, source_id, name, accepted, rejects)
    if stage.staged.roles.layout == "sightings":
        return _write_sightings(engine, stage, source_id, name, accepted, rejects)
    stage.staged = replace(stage.staged, bounds=_bounds(engine, stage.staged))
    personnel.prepare(engine, stage)
    judged = personnel.with_earlier(stage, tables.judged_positions(stage.staged, source_id), source_id)
    repeated = _find_duplicates(engine, stage, judged)
    names = ", ".join(tables.written(tables.position_columns(stage.staged, source_id)))
    kept = " AND record NOT IN (SELECT record FROM repeated)" if repeated else ""
    engine.execute(
        f"COPY (SELECT {names} FROM ({judged}) WHERE fault = 0{kept}) TO {quoted(str(accepted))} {tables.COPY}"
    )
    count = pq.read_metadata(accepted).num_rows
    result = Judged(stage.rows + len(stage.broken), count, stage.rows - count + len(stage.broken), repeated)
    _write_rejects(engine, stage, source_id, name, judged, rejects, result)
    engine.execute("DROP TABLE IF EXISTS repeated")
    return result


def _known_ids(engine: SqlEngine, staged: Staged) -> Staged:
    """Whether every person id is a whole number written plainly, so that it can be kept as one."""
    if staged.integer_ids or "person_id" not in staged.roles or "person_name" in staged.roles or staged.prefix:
        return staged
    first = engine.sql(f"SELECT of_person FROM {staged.name} WHERE of_person IS NOT NULL LIMIT 1000")[
        "of_person"
    ].to_pylist()
    if not first or not all(str(p).isdecimal() for p in first):
        return staged
    odd = engine.sql(
        f"SELECT count(*) AS n FROM {staged.name} WHERE of_person IS NOT NULL "
        "AND CAST(try_cast(of_person AS BIGINT) AS VARCHAR) IS DISTINCT FROM of_person"
    )["n"][0].as_py()
    return replace(staged, integer_ids=odd == 0)


def _bounds(engine: SqlEngine, staged: Staged) -> tuple[str, str]:
    """The first and the last day that a register covers."""
    if staged.roles.layout != "spells":
        return "", ""
    start, end = (tables.date_of(staged, role)[0] for role in ("start", "end"))
    row = engine.sql(
        f"SELECT CAST(min({start}) AS VARCHAR) AS first, CAST(max({end}) AS VARCHAR) AS last "
        f"FROM {staged.name} s{tables.joins(staged)}"
    ).to_pylist()[0]
    return row["first"] or "", row["last"] or ""


def _find_duplicates(engine: SqlEngine, stage: Stage, judged: str) -> int:
    """Make the table ``repeated`` of records that repeat an earlier one; of several the last verified is kept."""
    candidates = _repeated_hashes(engine, stage)
    if not len(candidates):
        return 0
    same = ", ".join(_SAME)
    among = ""
    if len(candidates) <= MOST_CANDIDATES and not stage.earlier:
        engine.register("candidates", pa.table({"h": pa.array(candidates, pa.uint64())}))
        engine.execute("CREATE OR REPLACE TEMP TABLE repeated_hashes AS SELECT * FROM candidates")
        engine.unregister("candidates")
        among = (
            f" JOIN (SELECT {stage.staged.record} AS r FROM {stage.staged.name} s WHERE {_hash('s.', stage.staged)} IN "
        )
        among += "(SELECT h FROM repeated_hashes)) ON r = record"
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT record FROM (SELECT record, "
        f"row_number() OVER (PARTITION BY {same} ORDER BY verified_on DESC NULLS LAST, record) AS place "
        f"FROM ({judged}){among} WHERE fault = 0) WHERE place > 1"
    )
    engine.execute("DROP TABLE IF EXISTS repeated_hashes")
    return int(engine.sql("SELECT count(*) AS n FROM repeated")["n"][0].as_py())


def _hash(of: str, staged: Staged) -> str:
    """Of what two records share when one repeats the other, as far as it is the same text."""
    day = f", {of}of_start" if "start" in staged.days else ""
    return f"hash({of}of_person, {of}of_employer{day})"


def _repeated_hashes(engine: SqlEngine, stage: Stage) -> np.ndarray:
    """The hashes that more than one row has: these rows need a closer look."""
    slices = -(-stage.rows // HASHES_AT_ONCE)
    digest = _hash("", stage.staged)
    found = []
    for number in range(max(slices, 1)):
        part = f" WHERE {digest} % {slices} = {number}" if slices > 1 else ""
        told = engine.sql(f"SELECT {digest} AS h FROM {stage.staged.name}{part}")["h"]
        hashes = np.concatenate([np.zeros(0, np.uint64), *map(_numbers, told.chunks)])
        hashes.sort()
        found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    return np.concatenate(found)


def _numbers(chunk: pa.Array) -> np.ndarray:
    """A view of numbers without nulls; Arrow's own way there would load pandas first."""
    return np.frombuffer(chunk.buffers()[1], np.uint64, len(chunk), 8 * chunk.offset)


def _write_rejects(
    engine: SqlEngine, stage: Stage, source_id: int, name: str, judged: str, rejects: Path, result: Judged
) -> None:
    if not result.rejected:
        pq.ParquetWriter(rejects, REJECTS.schema).close()
        return
    repeated = f" UNION ALL SELECT record, {DUPLICATE}, NULL FROM repeated" if result.duplicates else ""
    engine.register("broken", _broken_table(stage, source_id, name))
    columns = stage.staged.roles.columns
    cases: dict[str, list[str]] = {"column": [], "value": [], "reason": []}
    for number, (role, reason) in enumerate(FAULTS, 1):
        cases["column"].append(f"WHEN {number} THEN {quoted(_source_column(columns, role))}")
        value = "s.found" if number == REFUSED and stage.staged.refusals else _value(stage.staged, role)
        cases["value"].append(f"WHEN {number} THEN {value}")
        cases["reason"].append(f"WHEN {number} THEN {quoted(reason) if reason else 'f.reason'}")
    row = f"CASE WHEN f.record > {stage.beyond} THEN f.record - {stage.beyond} ELSE f.record END"
    row = row if stage.earlier else "f.record"
    shown = ", ".join(f"CASE f.fault {' '.join(said)} END AS {named(c)}" for c, said in cases.items())
    engine.execute(
        f"COPY (SELECT CAST({source_id} AS INTEGER) AS source_id, "
        f"{stage.staged.refusals or ('s.file' if stage.staged.of_files else quoted(name))} AS file, "
        f"CAST(f.record AS BIGINT) AS record, {shown} "
        f"FROM (SELECT record, fault, reason FROM ({judged}) WHERE fault > 0{repeated}) f "
        f"JOIN {stage.staged.name} s ON {stage.staged.record} = {row} "
        f"UNION ALL SELECT * FROM broken ORDER BY 3) TO {quoted(str(rejects))} {tables.COPY}"
    )
    engine.unregister("broken")


def _broken_table(stage: Stage, source_id: int, name: str) -> pa.Table:
    rows = [(source_id, b.file or name, b.record, "", b.value[:MAXIMUM_VALUE], b.reason) for b in stage.broken]
    return pa.Table.from_pylist([dict(zip(REJECTS.names, row, strict=True)) for row in rows], schema=REJECTS.schema)


def _source_column(columns: dict[str, str], role: str) -> str:
    if role == "person_id" and role not in columns:
        return columns.get("person_name") or columns.get("last_name") or role
    for known in (role, "period", f"{role}_year"):
        if known in columns:
            return columns[known]
    return role


def _value(staged: Staged, role: str) -> str:
    column = {"person_id": "person"}.get(role, role)
    if column not in staged.columns:
        return "CAST(NULL AS VARCHAR)"
    return f"left(CAST(s.of_{column} AS VARCHAR), {MAXIMUM_VALUE})"


def _write_stays(engine: SqlEngine, stage: Stage, source_id: int, name: str, accepted: Path, rejects: Path) -> Judged:
    judged, refused = snapshots.write_stays(engine, stage, source_id, accepted, stage.series)
    count = stage.rows + len(stage.broken)
    result = Judged(count, stage.rows - refused, refused + len(stage.broken), table="positions")
    _write_pay(engine, stage, source_id, judged, accepted, result)
    _write_rejects(engine, stage, source_id, name, judged, rejects, result)
    return result


def _write_moves(engine: SqlEngine, stage: Stage, source_id: int, name: str, accepted: Path, rejects: Path) -> Judged:
    judged, refused, repeated = reportedmoves.write_moves(engine, stage, source_id, accepted)
    count = stage.rows + len(stage.broken)
    result = Judged(count, stage.rows - refused, refused + len(stage.broken), table=reportedmoves.LAYOUT)
    _write_rejects(engine, stage, source_id, name, judged, rejects, result)
    result.duplicates = repeated
    return result


def _write_sightings(
    engine: SqlEngine, stage: Stage, source_id: int, name: str, accepted: Path, rejects: Path
) -> Judged:
    separator, alike = _several_employers(engine, stage.staged)
    stage.staged = replace(stage.staged, separator=separator, titles_alike=alike)
    judged = tables.judged_sightings(stage.staged, source_id)
    names = tables.written(tables.sighting_columns(stage.staged, source_id))
    rows = tables.split_employers(judged, names, separator, alike)
    engine.execute(f"COPY ({rows}) TO {quoted(str(accepted))} {tables.COPY}")
    refused = engine.sql(f"SELECT count(*) AS n FROM ({judged}) WHERE fault > 0")["n"][0].as_py() if stage.rows else 0
    result = Judged(stage.rows + len(stage.broken), stage.rows - refused, refused + len(stage.broken))
    if separator:
        result.notes.append(f"several employers on one record, joined by {separator!r}, are each a sighting")
    _write_pay(engine, stage, source_id, judged, accepted, result)
    _write_rejects(engine, stage, source_id, name, judged, rejects, result)
    return result


def _write_pay(engine: SqlEngine, stage: Stage, source_id: int, judged: str, accepted: Path, result: Judged) -> None:
    """Write what the people of accepted records are paid, where a column tells it."""
    if "pay" in stage.staged.columns:
        result.pay = accepted.with_name(f"pay-{source_id}.parquet")
        result.counts, note = pay.write_pay(engine, stage.staged, judged, source_id, result.pay)
        result.notes.append(note)


def _several_employers(engine: SqlEngine, staged: Staged) -> tuple[str, bool]:
    """The sign that joins employers on one record, where the names themselves show that it does; and titles with them.

    The names show it where most distinct names with the sign have a part that also stands alone as a name, or where
    titles hold as many signs as employers do. Nested records list each employer by itself.
    """
    if staged.refusals:
        return "", False
    for sign in _SEPARATORS:
        said = quoted(sign)
        counts = engine.sql(
            f"WITH n AS (SELECT DISTINCT lower(of_employer) AS e FROM {staged.name} WHERE of_employer IS NOT NULL), "
            f"joined AS (SELECT e FROM n WHERE contains(e, {said})), "
            f"parts AS (SELECT e, trim(unnest(string_split(e, {said}))) AS part FROM joined) "
            "SELECT (SELECT count(*) FROM joined) AS joined, "
            "(SELECT count(DISTINCT p.e) FROM parts p SEMI JOIN n ON n.e = p.part) AS known"
        ).to_pylist()[0]
        alike = _titles_alike(engine, staged, said) if counts["joined"] else 0.0
        if counts["joined"] and (counts["known"] >= _SPLIT_SHARE * counts["joined"] or alike >= _SPLIT_SHARE):
            return sign, alike > 0
    return "", False


def _titles_alike(engine: SqlEngine, staged: Staged, sign: str) -> float:
    if "title" not in staged.columns:
        return 0.0
    found = engine.sql(
        f"SELECT avg(CASE WHEN len(string_split(of_title, {sign})) = len(string_split(of_employer, {sign})) "
        f"THEN 1.0 ELSE 0 END) AS share FROM {staged.name} WHERE contains(of_employer, {sign}) AND of_title IS NOT NULL"
    )
    return float(found["share"][0].as_py() or 0.0)
