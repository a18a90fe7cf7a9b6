"""Spells of made histories against a naive reading of the definitions, and what must hold of all spells."""

from __future__ import annotations

import datetime as dt
import random
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_histories import AS_OF, POSITIONS, as_table, numbered, person, plain_person
from oracle.careers import oracle_spells

from mercato.careers.dating import date_jobs
from mercato.careers.spells import general_spells, spells
from mercato.engines import Engine, duckdb, open_engine
from mercato.engines.guard import compile_sql
from mercato.settings import Options
from mercato.tables import SPELLS

Row = dict[str, Any]
DEFAULT = Options()
OPTIONS = (
    DEFAULT,
    Options(stale_open="keep"),
    Options(censoring="carry"),
    Options(bridge_months=0, recall_months=6),
    Options(bridge_months=12, recall_months=3),
    Options(main_job="first"),
    Options(main_job="longest"),
    Options(main_job="longest", censoring="carry", dates="early"),
    Options(main_job="first", dates="late"),
)
people = st.lists(st.one_of(person(), person(), plain_person()), min_size=1, max_size=6)
quickly = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@cache
def query(as_of: dt.date, options: Options, way: str = "short") -> str:
    """The SQL of the spells of ``made_positions``; writing it takes longer than running it on a few people."""
    positions = ibis.table(ibis.Schema.from_pyarrow(POSITIONS), name="made_positions")
    if way == "short":
        return compile_sql(spells(positions, as_of, options), "duckdb")
    return compile_sql(general_spells(date_jobs(positions, as_of, options), options).select(*SPELLS.names), "duckdb")


def spelled(engine: Engine, rows: list[Row], as_of: dt.date = AS_OF, options: Options = DEFAULT) -> list[Row]:
    positions = engine.add("made_positions", as_table(rows))
    if engine.name == "duckdb":
        return ordered(engine.sql(query(as_of, options)).to_pylist())  # type: ignore[attr-defined]
    return ordered(engine.run(spells(positions, as_of, options)).to_pylist())


def ordered(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["person_id"], row["start_date"], row["employer_id"]))


def assert_same(found: list[Row], expected: list[Row]) -> None:
    assert len(found) == len(expected)
    for row, other in zip(found, ordered(expected), strict=True):
        assert row == {name: other[name] for name in SPELLS.names}


@quickly
@given(made=people, options=st.sampled_from(OPTIONS), days=st.sampled_from([0, 0, 100, 700, 1500]))
def test_spells_equal_the_naive_reading(
    duckdb_engine: Engine, made: list[list[Row]], options: Options, days: int
) -> None:
    rows = numbered(made)
    as_of = AS_OF - dt.timedelta(days=days)
    assert_same(spelled(duckdb_engine, rows, as_of, options), oracle_spells(rows, as_of, options))


@quickly
@given(made=people, options=st.sampled_from(OPTIONS))
def test_the_short_way_gives_the_rows_of_the_general_one(
    duckdb_engine: Engine, made: list[list[Row]], options: Options
) -> None:
    rows = numbered(made)
    duckdb_engine.add("made_positions", as_table(rows))
    general = duckdb_engine.sql(query(AS_OF, options, "general")).to_pylist()  # type: ignore[attr-defined]
    assert_same(spelled(duckdb_engine, rows, AS_OF, options), general)


@quickly
@given(made=people, seed=st.integers(0, 10**6))
def test_the_order_of_the_rows_does_not_matter(duckdb_engine: Engine, made: list[list[Row]], seed: int) -> None:
    rows = numbered(made)
    shuffled = random.Random(seed).sample(rows, len(rows))
    assert spelled(duckdb_engine, shuffled) == spelled(duckdb_engine, rows)


@quickly
@given(made=people)
def test_nobody_is_lost_and_main_jobs_follow_each_other(duckdb_engine: Engine, made: list[list[Row]]) -> None:
    rows = numbered(made)
    found = spelled(duckdb_engine, rows)
    began = [row for row in rows if row["start_date"] is None or row["start_date"] < AS_OF.replace(month=1, day=1)]
    assert {row["person_id"] for row in began} <= {row["person_id"] for row in found}
    for who in {row["person_id"] for row in found}:
        check_mains([row for row in found if row["person_id"] == who and row["main_end"]])


def check_mains(mains: list[Row]) -> None:
    assert mains, "everybody has a main job"
    assert mains[0]["previous_employer_id"] is None
    assert mains[-1]["next_employer_id"] is None
    for early, late in pairwise(mains):
        assert early["main_end"] <= late["start_date"]
        assert (early["next_employer_id"], early["next_start"]) == (late["employer_id"], late["start_date"])
        assert (late["previous_employer_id"], late["previous_end"]) == (early["employer_id"], early["main_end"])
        assert late["previous_role_id"] == early["last_role_id"]
    for row in mains:
        assert row["start_date"] < row["main_end"] <= row["end_date"] <= AS_OF + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def crowd() -> list[Row]:
    """Three hundred made people, the same in every run."""
    made: list[list[Row]] = []

    @settings(max_examples=60, deadline=None, derandomize=True, database=None, phases=(Phase.generate,))
    @given(st.lists(st.one_of(person(), plain_person()), min_size=5, max_size=10))
    def gather(some: list[list[Row]]) -> None:
        made.extend(some)

    gather()
    return numbered(made[:300])


def test_a_crowd_equals_the_naive_reading_on_both_engines(engine: Engine, crowd: list[Row]) -> None:
    assert_same(spelled(engine, crowd), oracle_spells(crowd, AS_OF, DEFAULT))


@pytest.mark.parametrize(("rows_per_bucket", "buckets"), [(1000, 1), (100, 3), (30, 8)])
def test_the_number_of_buckets_does_not_matter(
    crowd: list[Row], rows_per_bucket: int, buckets: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duckdb, "PEOPLE_ROWS_PER_BUCKET", rows_per_bucket)
    engine = open_engine("duckdb")
    some = crowd[:225]
    positions = engine.add("positions", as_table(some))
    saved = engine.save_by_person(
        lambda bucket, keep: {"spells": spells(bucket, AS_OF, DEFAULT, keep)}, positions, tmp_path
    )["spells"]
    assert len(list(saved.iterdir())) == buckets
    found = ordered(engine.run(engine.open("spells", [saved])).to_pylist())
    engine.close()
    assert_same(found, oracle_spells(some, AS_OF, DEFAULT))


def test_text_ids_do_as_well_as_numbers(duckdb_engine: Engine, crowd: list[Row]) -> None:
    table = as_table(crowd)
    named = table.set_column(0, "person_id", table["person_id"].cast("string"))
    found = duckdb_engine.run(spells(duckdb_engine.add("named", named), AS_OF, DEFAULT)).to_pylist()
    assert_same(ordered([{**row, "person_id": int(row["person_id"])} for row in found]), spelled(duckdb_engine, crowd))
