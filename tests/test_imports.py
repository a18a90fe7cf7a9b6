"""The rooms import one way only, and engines alone know DuckDB and Spark."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "mercato"
BASE = {"tables", "settings", "errors", "provenance"}
MAY_IMPORT = {
    "engines": BASE,
    "sources": BASE | {"engines"},
    "identity": BASE | {"engines"},
    "careers": BASE | {"engines"},
    "fetching": BASE | {"stopping"},
    "statistics": set(),
    "measures": BASE | {"engines", "statistics", "careers"},
    "release": BASE | {"measures"},
    "report": BASE | {"release", "measures"},
    "simulate": BASE | {"sources"},
    "demo": BASE | {"simulate", "sources"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _room(file: Path) -> str:
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_the_rooms_before_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room}
    files = [file for file in FILES if _room(file) == room]
    assert files
    foreign = {
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in files
        for name in _imported(file)
        if name.startswith("mercato.") and name.split(".")[1] not in allowed
    }
    assert foreign == set()


@pytest.mark.parametrize("name", sorted(BASE))
def test_the_base_imports_nothing_of_the_rooms(name: str) -> None:
    ours = {i for i in _imported(PACKAGE / f"{name}.py") if i.startswith("mercato.")}
    assert {i.split(".")[1] for i in ours} <= BASE


def test_only_engines_import_duckdb_and_pyspark() -> None:
    knowing = {
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        if {name.split(".")[0] for name in _imported(file)} & {"duckdb", "pyspark"}
    }
    assert knowing == {"engines/duckdb.py", "engines/spark.py", "engines/java.py"} & knowing
    assert "engines/duckdb.py" in knowing


def test_measures_and_careers_say_no_sql() -> None:
    """They see expressions only: no text in them begins like a query."""
    files = [file for file in FILES if _room(file) in ("measures", "careers")]
    texts = [
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert texts
    assert [text for text in texts if text.upper().startswith(("SELECT ", "WITH ", "INSERT ", "COPY "))] == []
