"""Reads nested JSON in tests: files in, rows, rejects and the sources out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from mercato.engines.duckdb import DuckDB
from mercato.provenance import Source
from mercato.settings import Settings
from mercato.sources.reading import read_sources

FIXTURES = Path(__file__).parent / "fixtures" / "nested"


@dataclass(frozen=True)
class Read:
    """What was read: rows and rejects in the order of their records, and the sources."""

    rows: list[dict]
    rejects: list[dict]
    sources: list[Source]

    @property
    def refused(self) -> list[tuple[str, str, str | None, str]]:
        """Each reject as its file and place, column, value and reason."""
        return [(r["file"], r["column"], r["value"], r["reason"]) for r in self.rejects]


def read(into: Path, *paths: Path, settings: Settings | None = None) -> Read:
    """Read sources with DuckDB, and check that every record is either accepted or refused, under one number."""
    engine = DuckDB(scratch=into.parent)
    try:
        told = read_sources(paths, engine, into, settings or Settings())
    finally:
        engine.close()
    rows = [row for file in (*told.positions, *told.sightings) for row in pq.read_table(file).to_pylist()]
    rejects = [row for file in sorted(told.rejects.iterdir()) for row in pq.read_table(file).to_pylist()]
    for source in told.sources:
        accepted = {row["record"] for row in rows if row["source_id"] == source.source_id}
        refused = [row["record"] for row in rejects if row["source_id"] == source.source_id]
        assert len(refused) == len(set(refused)) == source.rejected
        assert sorted(accepted | set(refused)) == list(range(1, source.read + 1))
        assert source.read == source.accepted + source.rejected
    return Read(sorted(rows, key=_place), sorted(rejects, key=_place), told.sources)


def _place(row: dict) -> tuple[int, int]:
    return row["source_id"], row["record"]


def dated(row: dict, side: str) -> str:
    """A date as far as it is known: 2018, 2018-05, 2018-05-03; nothing where it is not."""
    length = {"day": 10, "month": 7, "year": 4, None: 0}[row[f"{side}_precision"]]
    column = "seen_on" if side == "seen" else f"{side}_date"
    return str(row[column] or "")[:length]
