"""The same way as Mercato's in DuckDB SQL written by hand, with the same memory and threads."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any


def whole(folder: str, keep: str = "") -> dict[str, Any]:
    """From positions to spells, moves and measures; gives the seconds of each part and the rows of each table."""
    import duckdb

    from benchmarks.child import peak_memory
    from benchmarks.clock import Clock
    from benchmarks.duckdb_measures import CLASSES, MONTHLY, TABLES, add_intervals
    from benchmarks.duckdb_spells import make_spells
    from benchmarks.mercato_path import memory_limit

    memory = memory_limit()
    clock = Clock()
    scratch = Path(tempfile.mkdtemp(prefix="by-hand-"))
    try:
        connection = duckdb.connect()
        connection.execute(f"SET memory_limit = '{memory}'; SET temp_directory = '{scratch / 'spill'}'")
        connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        file = Path(folder) / "positions.parquet"
        connection.execute(f"CREATE VIEW positions AS SELECT * FROM '{file}'")
        people = json.loads((Path(folder) / "truth.json").read_text())["people"]
        (scratch / "spells").mkdir()
        suspects = make_spells(connection, people + 1, str(scratch / "spells"))
        clock.lap("spells")
        moves = sum(row[1] for row in connection.sql(CLASSES).fetchall())
        add_intervals(connection)
        clock.lap("moves")
        connection.execute(MONTHLY)
        clock.lap("monthly")
        tables = {}
        for name, query in TABLES.items():
            tables[name] = connection.sql(query).to_arrow_table()
            clock.lap(name)
        peak = peak_memory()
        for name, table in tables.items() if keep else ():
            _keep(table, Path(keep) / f"{name}.parquet")
        return {
            "parts": clock.parts,
            "peak": peak,
            "moves": moves,
            "suspects": suspects,
            "memory": memory,
            "rows": {name: table.num_rows for name, table in tables.items()},
        }
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _keep(table: Any, file: Path) -> None:
    import pyarrow.parquet as pq

    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file)
