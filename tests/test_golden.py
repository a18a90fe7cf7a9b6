"""The compiled SQL of every measure's counts, kept to be read: a change in it is a change to look at.

``MERCATO_GOLDEN=write pytest tests/test_golden.py`` writes the files anew.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from mercato.careers.vintages import Vintages
from mercato.engines.guard import compile_sql
from mercato.measures import Facts, Request, declared
from mercato.tables import EMPLOYERS, ROLES, SPELLS, Table

GOLDEN = Path(__file__).with_name("golden")


def _table(table: Table) -> ibis.Table:
    return ibis.table(ibis.Schema.from_pyarrow(table.schema), name=table.name)


KNOWN = ibis.table(
    {"vintage": "int32", "person": "string", "employer_id": "int64", "began": "date", "gone": "date"}, name="known"
)
VINTAGES = Vintages((dt.date(2024, 9, 30), dt.date(2024, 12, 31)), KNOWN)
FACTS = Facts(
    _table(SPELLS), _table(EMPLOYERS), _table(ROLES), pa.table({}), dt.date(2024, 12, 31), vintages=VINTAGES
)  # fmt: skip


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
@pytest.mark.parametrize("name", sorted(declared()))
def test_the_sql_of_a_measure_is_the_one_kept(name: str, dialect: str) -> None:
    measure = declared()[name]
    counts = measure.counts(FACTS, Request(measure.default_by))
    text = "\n\n".join(f"-- {part}\n{compile_sql(expression, dialect)}" for part, expression in counts.items()) + "\n"
    file = GOLDEN / f"{name}.{dialect}.sql"
    if os.environ.get("MERCATO_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")
