"""Files as relations: the words in which the engine opens CSV, JSON and Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mercato.sources.tablefiles import TableFile

LONGEST_LINE = 64 << 20


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def csv_relation(table: TableFile, plain: Path, days: frozenset[str] = frozenset(), forgiving: bool = False) -> str:
    """A delimited file as a relation with columns ``c0``, ``c1``, …: ``days`` as ISO days, all others as text.

    Forgiving, it passes over broken lines and lists them in ``broken_lines``; else it fails at the first.
    """
    shape = table.shape
    assert shape is not None
    types = ", ".join(f"c{i}: {quoted('DATE' if name in days else 'VARCHAR')}" for i, name in enumerate(table.header))
    options = [
        "auto_detect = false", "header = true", f"skip = {shape.skip}", f"delim = {quoted(shape.separator)}",
        "quote = '\"'", "escape = '\"'", f"columns = {{{types}}}", "dateformat = '%Y-%m-%d'",
    ]  # fmt: skip
    if forgiving:
        options += [
            "ignore_errors = true", "store_rejects = true", "rejects_table = 'broken_lines'",
            "rejects_scan = 'broken_scans'", "rejects_limit = 0", f"max_line_size = {LONGEST_LINE}",
        ]  # fmt: skip
    return f"read_csv({quoted(str(plain))}, {', '.join(options)})"


def json_relation(plain: Path, keys: Sequence[str], form: str) -> str:
    """JSON records as a relation with a text column per key."""
    types = ", ".join(f"{quoted(key)}: 'VARCHAR'" for key in keys)
    forgiving = ", ignore_errors = true" if form == "newline_delimited" else ""
    return (
        f"read_json({quoted(str(plain))}, format = '{form}', columns = {{{types}}}, "
        f"maximum_object_size = {LONGEST_LINE}{forgiving})"
    )


def parquet_relation(paths: Iterable[Path]) -> str:
    """Parquet files as one relation with the number of each row in its file."""
    listed = ", ".join(quoted(str(path)) for path in paths)
    return f"read_parquet([{listed}], file_row_number = true, hive_partitioning = false, union_by_name = true)"
