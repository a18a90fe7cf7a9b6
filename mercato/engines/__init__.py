"""Where expressions run: DuckDB on one machine, Spark on many, behind one small protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import ibis.expr.types as ir
import pyarrow as pa

from mercato.errors import EngineError

Keep = Callable[[ir.Table], ir.Table]
Build = Callable[[ir.Table, Keep], Mapping[str, ir.Table]]


class Engine(Protocol):
    """What every engine can do; nothing else of an engine is used outside this folder."""

    name: str

    def open(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The Parquet files of ``paths`` (files or folders) as one table called ``name``."""

    def add(self, name: str, table: pa.Table) -> ir.Table:
        """A small Arrow table as a table called ``name``."""

    def view(self, name: str, expression: ir.Table) -> ir.Table:
        """An expression as a table called ``name``, computed wherever it is read."""

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, cast to its schema."""

    def save(self, expression: ir.Table, folder: Path) -> Path:
        """The rows of an expression, written as a folder of Parquet files."""

    def save_by_person(
        self, build: Build, people: ir.Table, folder: Path, ids: ir.Table | None = None
    ) -> dict[str, Path]:
        """The tables of ``build(people, keep)``, each written as a folder of Parquet files called as the table is.

        It may only look at one person at a time. ``keep`` computes a step that is read more than once, and gives it
        back as a table. ``ids``: the person_id of every row of ``people``, where they are to be had at less cost.
        """

    def close(self) -> None:
        """Give back what the engine holds."""


def open_engine(name: str = "duckdb", **settings: Any) -> Engine:
    """The engine of this name: ``duckdb`` (memory, threads, scratch) or ``spark`` (master)."""
    if name == "duckdb":
        from mercato.engines.duckdb import DuckDB

        return DuckDB(**settings)
    if name == "spark":
        from mercato.engines.spark import Spark

        return Spark(**settings)
    raise EngineError(f"there is no engine {name!r}", expected="duckdb or spark")
