"""Positions that Mercato itself wrote: typed and judged already, so that they are read in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.sources.formats import GIVEN, POSITION_FILE
from mercato.tables import POSITIONS

MARK = {b"mercato": b"positions/1"}
"""Metadata of a Parquet file whose rows are canonical positions of source 0."""

DOUBTFUL = (
    "person_id IS NULL OR coalesce(employer_name, '') = '' OR end_date <= start_date "
    "OR (start_date IS NULL AND end_date IS NULL) OR source_id <> 0 OR record IS NULL"
)
"""Rows that no file of Mercato's holds, as a condition in DuckDB's words."""


def is_canonical(paths: Sequence[Path]) -> bool:
    """Whether every file says that Mercato wrote it, and its columns are of the canonical types."""
    return all(path.suffix == ".parquet" and _is_ours(path) for path in paths)


def _is_ours(path: Path) -> bool:
    try:
        schema = pq.read_schema(path)
    except (OSError, ValueError):
        return False
    marked = (schema.metadata or {}).items() >= MARK.items()
    required = set(POSITIONS.required) <= set(schema.names)
    return marked and required and all(_fits(field) for field in schema)


def _fits(field: pa.Field) -> bool:
    expected = POSITION_FILE.field(field.name).type if field.name in POSITION_FILE.names else None
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    return bool(kind == expected or (field.name == "person_id" and pa.types.is_integer(kind)))


def given_in(path: Path) -> dict[str, bool]:
    """Which of the extra columns a canonical file has."""
    names = pq.read_schema(path).names
    return {name.removeprefix("given_"): name in names for name in GIVEN.names}
