"""A CSV of positions: made from a population, read by Mercato, and by DuckDB's own typed reader."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

_COLUMNS = "person_id, employer_name, title, start_date, end_date"
_TYPES = {
    "person_id": "BIGINT",
    "employer_name": "VARCHAR",
    "title": "VARCHAR",
    "start_date": "DATE",
    "end_date": "DATE",
}


def make(folder: str, file: str) -> int:
    """Write the positions of a population as CSV; gives the number of rows."""
    import duckdb

    source = Path(folder) / "positions.parquet"
    duckdb.execute(f"COPY (SELECT {_COLUMNS} FROM '{source}') TO '{file}.part' (FORMAT csv, HEADER)")
    Path(f"{file}.part").rename(file)
    return int(duckdb.sql(f"SELECT count(*) FROM '{source}'").fetchall()[0][0])


def ours(file: str) -> dict[str, Any]:
    """Seconds in which Mercato reads the file into its typed Parquet and counts what it rejects."""
    from mercato.engines.duckdb import DuckDB
    from mercato.settings import Settings
    from mercato.sources.reading import read_sources

    with tempfile.TemporaryDirectory() as into:
        engine = DuckDB(scratch=Path(into))
        begun = time.perf_counter()
        reading = read_sources([Path(file)], engine, Path(into), Settings())
        seconds = time.perf_counter() - begun
        engine.close()
    return {"seconds": seconds, "rows": reading.sources[0].accepted}


def theirs(file: str) -> dict[str, Any]:
    """Seconds in which DuckDB, told the columns and their types, reads the same file into Parquet."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    with tempfile.TemporaryDirectory() as into:
        read = f"read_csv('{file}', header = true, delim = ',', columns = {_TYPES})"
        begun = time.perf_counter()
        connection.execute(
            f"COPY (SELECT * FROM {read}) TO '{into}/positions.parquet' (FORMAT parquet, COMPRESSION lz4)"
        )
        return {"seconds": time.perf_counter() - begun}
