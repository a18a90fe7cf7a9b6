"""The engine for data beyond one machine: Spark, from plain pyspark, in this process or on a cluster."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from mercato.engines import Build
from mercato.engines.guard import compile_sql
from mercato.engines.java import require_java
from mercato.errors import EngineError

_Answer = TypeVar("_Answer")

_LOCAL_PARTITIONS = 16
_ANSWERS_ALIKE = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
}
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.catalogImplementation": "in-memory",
}
_LOOPBACK = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
_READABLE = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.null(): pa.int32()}


class Spark:
    """Spark at ``master`` (``local[2]``, ``spark://host:7077``): UTC, ANSI, silent; ``memory`` is the driver's.

    A session that already runs in this process is shared, with views of its own, and left running by ``close``.
    Raises EngineError where pyspark or Java is missing, or the master does not answer.
    """

    name = "spark"

    def __init__(self, master: str = "local[*]", memory: str = "", scratch: Path | None = None) -> None:
        _require_pyspark()
        _require_master(master)
        self._scratch = Path(tempfile.mkdtemp(prefix="mercato-", dir=scratch))
        try:
            self._session, self._own = _session(master, memory, self._scratch)
        except BaseException:
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise

    def open(self, name: str, paths: Sequence[Path]) -> ir.Table:
        """The Parquet files of ``paths`` (files or folders) as one table called ``name``."""
        files = [f for p in paths for f in (sorted(p.glob("*.parquet")) if p.is_dir() else [p])]
        if not files:
            where = ", ".join(map(str, paths))
            raise EngineError(f"no Parquet file for the table {name}", expected=f"files in {where}")
        merge = str(len(_layouts(files)) > 1).lower()
        reader = self._session.read.option("mergeSchema", merge)
        return self._view(name, _guarded(lambda: reader.parquet(*(_literal_path(f) for f in files))))

    def add(self, name: str, table: pa.Table) -> ir.Table:
        """A small Arrow table as a table called ``name``."""
        return self._view(name, _guarded(lambda: self._session.createDataFrame(_readable(table))))

    def view(self, name: str, expression: ir.Table) -> ir.Table:
        """An expression as a table called ``name``, computed wherever it is read."""
        return self._view(name, self._frame(expression))

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, cast to its schema."""
        schema = expression.schema().to_pyarrow()
        frame = self._frame(expression)
        return _guarded(lambda: frame.toArrow()).cast(schema)

    def save(self, expression: ir.Table, folder: Path) -> Path:
        """The rows of an expression, written as a folder of Parquet files, which replaces what was there."""
        frame = self._frame(expression)
        _guarded(lambda: frame.write.mode("overwrite").parquet(f"file:{folder.resolve()}"))
        return folder

    def save_by_person(
        self, build: Build, people: ir.Table, folder: Path, ids: ir.Table | None = None
    ) -> dict[str, Path]:
        """The tables of ``build(people, keep)``, written at once: Spark itself spreads people over its partitions."""
        kept: list[tuple[str, Any]] = []

        def keep(step: ir.Table) -> ir.Table:
            kept.append((f"kept_{len(kept)}", self._frame(step).persist()))
            return self._view(*kept[-1])

        try:
            return {name: self.save(table, folder / name) for name, table in build(people, keep).items()}
        finally:
            for name, frame in kept:
                self._session.catalog.dropTempView(name)
                frame.unpersist()

    def close(self) -> None:
        """Stop the session if this engine started it, and remove the scratch folder."""
        if self._own:
            self._session.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _frame(self, expression: ir.Table) -> Any:
        text = compile_sql(expression, "pyspark")
        return _guarded(lambda: self._session.sql(text))

    def _view(self, name: str, frame: Any) -> ir.Table:
        from pyspark.sql.pandas.types import to_arrow_schema

        frame.createOrReplaceTempView(name)
        return ibis.table(ibis.Schema.from_pyarrow(to_arrow_schema(frame.schema)), name=name)


def _require_pyspark() -> None:
    try:
        import pyspark.sql  # noqa: F401
    except ImportError:
        raise EngineError("the Spark engine needs pyspark", remedy="pip install 'mercato[spark]'") from None
    # Said once on the first table whatever the code does; no pandas is used here.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
    require_java()


def _require_master(master: str) -> None:
    """Raise EngineError when none of the masters named can be reached; Spark itself would wait for minutes."""
    if not master.startswith("spark://"):
        return
    for address in _addresses(master):
        try:
            with socket.create_connection(address, timeout=5):
                return
        except OSError:
            continue
    raise EngineError(
        f"no Spark master answers at {master}", remedy="Start one, or name another with --master spark://HOST:7077"
    )


def _addresses(master: str) -> list[tuple[str, int]]:
    try:
        parts = [urlsplit(f"//{host}") for host in master.removeprefix("spark://").split(",")]
        return [(part.hostname or "", part.port or 7077) for part in parts]
    except ValueError:
        raise EngineError(f"{master!r} is not the address of a master", expected="spark://HOST:7077") from None


def _session(master: str, memory: str, scratch: Path) -> tuple[Any, bool]:
    """A session, and whether it was started here."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None and running.sparkContext.master != master:
        raise EngineError(
            f"Spark already runs in this process at {running.sparkContext.master}, not {master}",
            remedy="Use that master, or stop that session first.",
        )
    if running is not None:
        session, own = running.newSession(), False
    else:
        conf = SparkConf().setAppName("mercato").setMaster(master)
        conf.setAll(list(_configuration(master, memory, scratch).items()))
        with (scratch / "java.log").open("wb") as log:
            gateway = SparkContext._gateway or _started(lambda: launch_gateway(conf, {"stderr": log}), log.name)  # type: ignore[no-untyped-call]
        session, own = SparkSession(_started(lambda: SparkContext(conf=conf, gateway=gateway), log.name)), True
    session.sparkContext.setLogLevel("ERROR")
    for key, value in _ANSWERS_ALIKE.items():
        session.conf.set(key, value)
    return session, own


def _configuration(master: str, memory: str, scratch: Path) -> dict[str, str]:
    settings = {**_ANSWERS_ALIKE, **_QUIET, "spark.sql.warehouse.dir": str(scratch / "warehouse")}
    settings["spark.driver.maxResultSize"] = "0"
    local = master.startswith("local")
    if memory or local:
        settings["spark.driver.memory"] = _java_memory(memory)
    if local:
        settings["spark.local.dir"] = str(scratch)
        settings["spark.sql.shuffle.partitions"] = str(_LOCAL_PARTITIONS)
    if local or all(host in ("127.0.0.1", "localhost", "::1") for host, _ in _addresses(master)):
        settings |= _LOOPBACK
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return settings


def _java_memory(memory: str) -> str:
    """A size such as ``4GB`` in the words of Java (``4g``)."""
    return memory.strip().lower().replace("ib", "").removesuffix("b").replace(" ", "") or "2g"


def _started(start: Callable[[], _Answer], log: str) -> _Answer:
    try:
        return start()
    except Exception as error:
        written = Path(log).read_text("utf-8", "replace").strip().splitlines()
        said = next((line for line in written if "rror" in line or "xception" in line), str(error).splitlines()[0])
        raise EngineError(
            f"Spark did not start ({said.strip()[:300]})", remedy="Check the master's address, Java 17 and --memory."
        ) from error


def _guarded(call: Callable[[], _Answer]) -> _Answer:
    """The call's answer; what fails outside our own words (files, memory, executors) as an EngineError."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import AnalysisException, PySparkException

    try:
        return call()
    except AnalysisException as error:
        if not str(error).startswith(("[PATH_NOT_FOUND]", "[UNABLE_TO_INFER_SCHEMA]")):
            raise
        raise EngineError(f"a file could not be read ({_first_line(error)})") from error
    except (PySparkException, Py4JError) as error:
        raise EngineError(
            f"Spark could not finish ({_first_line(error)})",
            remedy="Check that every worker can read and write the files, and has memory and disk left.",
        ) from error


def _layouts(files: Sequence[Path]) -> set[tuple[tuple[str, str], ...]]:
    """The distinct lists of columns and types of Parquet files."""
    return {tuple((f.name, str(f.type)) for f in _parquet_schema(file)) for file in files}


def _parquet_schema(file: Path) -> pa.Schema:
    try:
        return pq.read_schema(file)
    except (OSError, pa.ArrowInvalid) as error:
        raise EngineError(f"cannot be read as Parquet ({_first_line(error)})", where=str(file)) from error


def _literal_path(file: Path) -> str:
    """A path whose signs Spark does not take for a pattern."""
    return "file:" + "".join(f"\\{sign}" if sign in "\\*?[]{}" else sign for sign in str(file.resolve()))


def _readable(table: pa.Table) -> pa.Table:
    """The same table in types that Spark has."""
    plain = [pa.field(f.name, _plain_type(f.type)) for f in table.schema]
    return table.cast(pa.schema(plain))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return _READABLE.get(kind, kind)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
