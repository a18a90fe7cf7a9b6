"""What is Spark's own: what is missing is said with its remedy, and nothing is written to the console."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from mercato.engines import Engine, java, open_engine
from mercato.errors import EngineError


def made_java(folder: Path, says: str) -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("not a Java at all", None),
    ],
)
def test_the_version_of_java_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, version: int | None
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(made_java(tmp_path, says)))
    assert java.java_version() == version


def test_without_java_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=r"none was found\. Install Java 17"):
        open_engine("spark")


def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(made_java(tmp_path, 'openjdk version "11.0.2"')))
    with pytest.raises(EngineError, match="needs Java 17, and Java 11 was found"):
        open_engine("spark")


def test_without_pyspark_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"pip install 'mercato\[spark\]'"):
        open_engine("spark")


def test_a_master_that_does_not_answer_is_named_at_once(spark_engine: Engine) -> None:
    with pytest.raises(EngineError, match=r"no Spark master answers at spark://127\.0\.0\.1:9"):
        open_engine("spark", master="spark://127.0.0.1:9")


def test_a_second_engine_shares_the_session_but_not_its_tables(spark_engine: Engine) -> None:
    master = spark_engine._session.sparkContext.master  # type: ignore[attr-defined]
    second = open_engine("spark", master=master)
    spark_engine.add("mine", pa.table({"a": [1]}))
    second.add("mine", pa.table({"a": [2]}))
    assert spark_engine.run(spark_engine.add("other", pa.table({"a": [3]}))).to_pydict() == {"a": [3]}
    second.close()
    assert spark_engine._session.table("mine").toArrow().to_pydict() == {"a": [1]}  # type: ignore[attr-defined]


def test_spark_is_silent(spark_engine: Engine, tmp_path: Path) -> None:
    script = (
        "import pyarrow as pa\n"
        "from mercato.engines import open_engine\n"
        "engine = open_engine('spark', master='local[1]')\n"
        "print(engine.run(engine.add('t', pa.table({'a': [1]}))).to_pylist())\n"
        "engine.close()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == ("[{'a': 1}]\n", "")
    assert list(tmp_path.iterdir()) == []
