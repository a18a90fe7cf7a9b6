"""The default engine: DuckDB in this process, spilling to disk, people in buckets."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from mercato.engines import Build
from mercato.engines.guard import compile_sql
from mercato.errors import EngineError

PEOPLE_ROWS_PER_BUCKET = 2_000_000
_BUCKET = "people_bucket"
_COPY = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4, DICTIONARY_SIZE_LIMIT 6000, ROW_GROUP_SIZE 122880)"


class DuckDB:
    """DuckDB with bounded memory: ``memory`` (such as ``4GB``), ``threads``, and a scratch folder for what spills."""

    name = "duckdb"

    def __init__(self, memory: str = "", threads: int = 0, scratch: Path | None = None) -> None:
        self._scratch = Path(tempfile.mkdtemp(prefix="mercato-", dir=scratch))
        self._connection = duckdb.connect(":memory:")
        self.execute(f"SET temp_directory = {_quoted(str(self._scratch))}")
        self.execute(f"SET memory_limit = {_quoted(memory or _default_memory())}")
        self.execute("SET TimeZone = 'UTC'")
        self.execute("SET preserve_insertion_order = false")
        self.execute("SET enable_progress_bar = false")
        self.execute("SET autoinstall_known_extensions = false")
        if threads:
            self.execute(f"SET threads = {int(threads)}")

    def open(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The Parquet files of ``paths`` (files or folders) as one table called ``name``."""
        files = [f for p in paths for f in (sorted(p.glob("*.parquet")) if p.is_dir() else [p])]
        if not files:
            where = ", ".join(map(str, paths))
            raise EngineError(f"no Parquet file for the table {name}", expected=f"files in {where}")
        listed = ", ".join(_quoted(str(f)) for f in files)
        try:
            self.execute(
                f'CREATE OR REPLACE VIEW "{name}" AS SELECT * FROM read_parquet([{listed}], '
                "union_by_name = true, hive_partitioning = false)"
            )
        except duckdb.InvalidInputException as error:
            raise EngineError(f"a file cannot be read as Parquet ({_first_line(error)})") from error
        return self._table(name)

    def add(self, name: str, table: pa.Table) -> ir.Table:
        """A small Arrow table as a table called ``name``."""
        self.register("_added", table)
        self.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM _added')
        self.unregister("_added")
        return self._table(name)

    def view(self, name: str, expression: ir.Table) -> ir.Table:
        """An expression as a table called ``name``, computed wherever it is read."""
        self.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {compile_sql(expression, "duckdb")}')
        return ibis.table(expression.schema(), name=name)

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, cast to its schema."""
        return self.sql(compile_sql(expression, "duckdb")).cast(expression.schema().to_pyarrow())

    def save(self, expression: ir.Table, folder: Path) -> Path:
        """The rows of an expression, written as a folder of Parquet files."""
        folder.mkdir(parents=True, exist_ok=True)
        self._copy(compile_sql(expression, "duckdb"), folder / "part-0.parquet")
        return folder

    def save_by_person(
        self, build: Build, people: ir.Table, folder: Path, ids: ir.Table | None = None
    ) -> dict[str, Path]:
        """The tables of ``build(people, keep)``, written a bucket of people at a time, so that no window holds all."""
        steps: list[str] = []

        def keep(step: ir.Table) -> ir.Table:
            name = f"kept_{len(steps)}"
            steps.append(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {compile_sql(step, "duckdb")}')
            return ibis.table(step.schema(), name=name)

        made = build(ibis.table(people.schema(), name=_BUCKET), keep)
        texts = {folder / name: compile_sql(table, "duckdb") for name, table in made.items()}
        for path in texts:
            path.mkdir(parents=True, exist_ok=True)
        for number, bucket in enumerate(self._buckets(people, people if ids is None else ids)):
            self.execute(f"CREATE OR REPLACE TEMP VIEW {_BUCKET} AS {compile_sql(bucket, 'duckdb')}")
            for step in steps:
                self.execute(step)
            for path, text in texts.items():
                self._copy(text, path / f"part-{number}.parquet")
        for number in range(len(steps)):
            self.execute(f'DROP TABLE IF EXISTS "kept_{number}"')
        return {path.name: path for path in texts}

    def close(self) -> None:
        """Close the connection and remove the scratch folder."""
        self._connection.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """The rows of a query in DuckDB's own words, for the rooms that read files."""
        return self._guarded(lambda: self._connection.sql(query, params=list(parameters) or None).to_arrow_table())

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement in DuckDB's own words."""
        self._guarded(lambda: self._connection.execute(query, list(parameters) or None))

    def register(self, name: str, table: Any) -> None:
        """Let queries see an Arrow table or reader as ``name``."""
        self._connection.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered table."""
        self._connection.unregister(name)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for a library that brings its own SQL."""
        return self._connection

    def _table(self, name: str) -> ir.Table:
        schema = self.sql(f'SELECT * FROM "{name}" LIMIT 0').schema
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def _copy(self, text: str, file: Path) -> None:
        partial = file.with_suffix(".partial")
        self.execute(f"COPY ({text}) TO {_quoted(str(partial))} {_COPY}")
        partial.rename(file)

    def _buckets(self, people: ir.Table, ids: ir.Table) -> list[ir.Table]:
        rows = self.run(ids.aggregate(rows=ids.count()))["rows"][0].as_py()
        count = -(-rows // PEOPLE_ROWS_PER_BUCKET)
        if count <= 1:
            return [people]
        edges = [None, *self._bounds(ids, count), None]
        return [_between(people, low, high) for low, high in pairwise(edges)]

    def _bounds(self, ids: ir.Table, count: int) -> list[Any]:
        """Person ids that cut people into ``count`` buckets of about the same size; ranges let Parquet skip."""
        sampled = (
            f"SELECT person_id FROM ({compile_sql(ids.select('person_id'), 'duckdb')}) "
            "USING SAMPLE reservoir(20000 ROWS) REPEATABLE (1)"
        )
        found = sorted(v for v in self.sql(sampled)["person_id"].to_pylist() if v is not None)
        return sorted({found[len(found) * k // count] for k in range(1, count)})

    def _guarded(self, call: Any) -> Any:
        try:
            return call()
        except duckdb.OutOfMemoryException as error:
            raise EngineError(
                f"not enough memory or scratch space ({_first_line(error)})",
                remedy="Free some, or give more with --memory 8GB",
            ) from error
        except duckdb.IOException as error:
            raise EngineError(
                f"a file could not be read or written ({_first_line(error)})",
                remedy="Check the free space and the rights, also of the folder for temporary files (TMPDIR)",
            ) from error
        except duckdb.InterruptException as error:
            raise KeyboardInterrupt from error
        except duckdb.ConnectionException as error:
            raise EngineError("this market is closed", remedy="Ask before close(), or within the `with`") from error


def _between(people: ir.Table, low: Any, high: Any) -> ir.Table:
    if low is not None:
        people = people.filter(people.person_id >= low)
    if high is not None:
        people = people.filter(people.person_id < high)
    return people


def _default_memory() -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 8 << 30
    return f"{min(3 << 30, pages // 2) >> 20}MiB"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
