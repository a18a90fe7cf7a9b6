"""The same answers from a standalone cluster; run by ``make test-cluster``."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import SPARK_MASTER
from made_histories import as_table
from oracle.careers import oracle_spells

from mercato.careers.spells import spells
from mercato.engines import Engine
from mercato.settings import Options
from mercato.tables import SPELLS

pytestmark = pytest.mark.cluster
PEOPLE, AS_OF = 400, dt.date(2020, 12, 31)


def careers() -> list[dict[str, object]]:
    """Four hundred people with three jobs each, some of them overlapping, some open."""
    rows = []
    for person in range(PEOPLE):
        for number in range(3):
            start = dt.date(2010, 1, 1) + dt.timedelta(days=37 * person % 900 + 700 * number)
            is_open = number == 2 and person % 2 == 0
            end = start + dt.timedelta(days=600 + 29 * person % 400)
            rows.append(
                {
                    "person_id": person,
                    "employer_id": (person + number * (person % 3)) % 11 + 1,
                    "role_id": number,
                    "is_side": person % 17 == 0 and number == 1,
                    "country": "FR",
                    "start_date": start,
                    "start_precision": "day",
                    "end_date": None if is_open else end,
                    "end_precision": None if is_open else "day",
                    "verified_on": None,
                    "observed_from": None,
                    "source_id": 0,
                    "record": len(rows) + 1,
                }
            )
    return rows


def in_order(table: pa.Table) -> list[tuple[object, ...]]:
    return sorted(tuple(row[name] for name in SPELLS.names) for row in table.select(SPELLS.names).to_pylist())


def test_the_session_runs_on_the_cluster(spark_engine: Engine) -> None:
    context = spark_engine._session.sparkContext  # type: ignore[attr-defined]
    assert context.master == SPARK_MASTER
    assert executors_within(context, seconds=60) == 2


def executors_within(context: Any, seconds: int) -> int:
    """How many executors have reported; each worker starts its own a little after the session began."""
    until = time.monotonic() + seconds
    while (count := int(context._jsc.sc().getExecutorMemoryStatus().size()) - 1) < 2 and time.monotonic() < until:
        time.sleep(0.5)
    return count


def test_spells_from_files_equal_the_naive_reading(spark_engine: Engine, duckdb_engine: Engine, tmp_path: Path) -> None:
    rows = careers()
    written = duckdb_engine.save(duckdb_engine.add("cluster_positions", as_table(rows)), tmp_path / "positions")
    positions = spark_engine.open("positions", [written])
    saved = spark_engine.save_by_person(
        lambda people, keep: {"spells": spells(people, AS_OF, Options(), keep)}, positions, tmp_path
    )["spells"]
    expected = pa.Table.from_pylist(oracle_spells(rows, AS_OF, Options()))
    for engine in (spark_engine, duckdb_engine):
        assert in_order(engine.run(engine.open("cluster_spells", [saved]))) == in_order(expected)
