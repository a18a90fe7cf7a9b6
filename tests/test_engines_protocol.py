"""What every engine must do alike, and the guard that refuses what they would do differently."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mercato.engines import Engine, duckdb, open_engine
from mercato.engines.guard import compile_sql
from mercato.errors import EngineError

PEOPLE = pa.table(
    {
        "person_id": pa.array([1, 1, 2, 3, 3, 3], pa.int64()),
        "employer": pa.array(["Acme", "Beta", None, "Acme", "Béta & fils", 'O\'Neil "x"']).dictionary_encode(),
        "since": pa.array(
            [
                dt.date(2001, 2, 3),
                dt.date(9999, 12, 31),
                None,
                dt.date(1, 1, 1),
                dt.date(1582, 10, 10),
                dt.date(1970, 1, 1),
            ]
        ),
        "is_side": pa.array([True, False, None, False, True, False]),
        "people": pa.array([1, 2, 3, 4, 5, 6], pa.uint16()),
        "never": pa.nulls(6),
    }
)
ROWS = PEOPLE.to_pylist()


def in_order(table: pa.Table) -> list[dict[str, object]]:
    return sorted(table.to_pylist(), key=lambda row: row["people"])


def test_add_and_run_give_back_the_rows(engine: Engine) -> None:
    people = engine.add("people", PEOPLE)
    assert in_order(engine.run(people)) == ROWS


def test_run_casts_to_the_schema_of_the_expression(engine: Engine) -> None:
    people = engine.add("people", PEOPLE)
    found = people.group_by("person_id").aggregate(people=people.people.sum(), rows=people.count())
    answer = engine.run(found.order_by("person_id"))
    assert answer.schema == found.schema().to_pyarrow()
    assert answer.to_pydict() == {"person_id": [1, 2, 3], "people": [3, 3, 15], "rows": [2, 1, 3]}


@pytest.mark.parametrize("folder", ["plain", "[a] {b} * ?", "é ü", "a%20b", "year=2020"])
def test_saved_folders_open_in_both_engines(engine: Engine, duckdb_engine: Engine, tmp_path: Path, folder: str) -> None:
    saved = engine.save(engine.add("people", PEOPLE), tmp_path / folder)
    assert in_order(engine.run(engine.open("saved", [saved]))) == ROWS
    assert in_order(duckdb_engine.run(duckdb_engine.open("saved_by_other", [saved]))) == ROWS
    back = duckdb_engine.save(duckdb_engine.open("saved_by_other", [saved]), tmp_path / f"{folder} back")
    assert in_order(engine.run(engine.open("back", [back]))) == ROWS


def test_saving_nothing_leaves_an_empty_table(engine: Engine, duckdb_engine: Engine, tmp_path: Path) -> None:
    people = engine.add("people", PEOPLE)
    saved = engine.save(people.filter(people.people > 100), tmp_path / "empty")
    for other in (engine, duckdb_engine):
        opened = other.open("nobody", [saved])
        assert opened.schema().names == people.schema().names
        assert other.run(opened).num_rows == 0


def test_files_with_other_columns_are_joined_by_name(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "one.parquet")
    pq.write_table(pa.table({"b": ["y"], "c": [2.5]}), tmp_path / "two.parquet")
    opened = engine.open("mixed", [tmp_path / "one.parquet", tmp_path / "two.parquet"])
    assert sorted(engine.run(opened.select("a", "b", "c")).to_pylist(), key=lambda row: row["b"]) == [
        {"a": 1, "b": "x", "c": None},
        {"a": None, "b": "y", "c": 2.5},
    ]


def test_save_by_person_computes_what_is_kept_once_and_writes_all(
    engine: Engine, duckdb_engine: Engine, tmp_path: Path
) -> None:
    people = engine.add("people", PEOPLE)

    def build(bucket: ibis.Table, keep: object) -> dict[str, ibis.Table]:
        doubled = keep(bucket.mutate(twice=bucket.people * 2))  # type: ignore[operator]
        totals = keep(doubled.group_by("person_id").aggregate(total=doubled.twice.sum()))  # type: ignore[operator]
        joined = doubled.select("person_id", "people").inner_join(totals, "person_id")
        return {"joined": joined, "totals": totals}

    for number in range(2):
        saved = engine.save_by_person(build, people, tmp_path / str(number))
        assert list(saved) == ["joined", "totals"]
        answer = duckdb_engine.run(duckdb_engine.open("by_person", [saved["joined"]]))
        assert in_order(answer.select(["people", "total"])) == [
            {"people": p, "total": t} for p, t in [(1, 6), (2, 6), (3, 6), (4, 30), (5, 30), (6, 30)]
        ]


def test_buckets_cut_between_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb, "PEOPLE_ROWS_PER_BUCKET", 10)
    engine = open_engine("duckdb")
    rows = [(person, number) for person in range(50) for number in range(person % 7 + 1)]
    people = engine.add("people", pa.table({"person_id": [r[0] for r in rows], "number": [r[1] for r in rows]}))
    saved = engine.save_by_person(
        lambda bucket, keep: {"out": bucket.mutate(rows=bucket.count().over(ibis.window(group_by="person_id")))},
        people,
        tmp_path,
    )["out"]
    assert len(list(saved.glob("*.parquet"))) > 5
    answer = engine.run(engine.open("out", [saved]))
    engine.close()
    assert sorted((r["person_id"], r["number"], r["rows"]) for r in answer.to_pylist()) == [
        (person, number, person % 7 + 1) for person, number in rows
    ]


def test_days_do_not_depend_on_the_time_zone_of_the_machine(engine: Engine) -> None:
    days = engine.add("days", pa.table({"day": [dt.date(2021, 3, 28), dt.date(1900, 1, 1)]}))
    later = days.select(day=days.day, later=(days.day.cast("timestamp") + ibis.interval(days=1)).date())
    assert sorted(engine.run(later).to_pydict()["later"]) == [dt.date(1900, 1, 2), dt.date(2021, 3, 29)]


def test_a_missing_table_says_what_was_expected(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no Parquet file for the table spells"):
        engine.open("spells", [tmp_path])


def test_a_damaged_file_is_an_error_with_its_name(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(EngineError, match=r"bad\.parquet"):
        engine.run(engine.open("bad", [tmp_path]))


def test_there_is_no_other_engine() -> None:
    with pytest.raises(EngineError, match="Expected duckdb or spark"):
        open_engine("pandas")


TABLE = ibis.table({"person_id": "int64", "day": "date", "other": "date", "name": "string"}, name="t")
REFUSED = {
    "count(where)": TABLE.aggregate(n=TABLE.count(where=TABLE.name == "a")),
    "months between": TABLE.select(n=TABLE.day.delta(TABLE.other, unit="month")),
    "years between": TABLE.select(n=TABLE.day.delta(TABLE.other, unit="year")),
    "hash": TABLE.select(n=TABLE.name.hash()),
    "levenshtein": TABLE.select(n=TABLE.name.levenshtein("x")),
    "approximate median": TABLE.aggregate(n=TABLE.person_id.approx_median()),
    "approximate count": TABLE.aggregate(n=TABLE.name.approx_nunique()),
    "regex replace": TABLE.select(n=TABLE.name.re_replace("(a)", r"\1b")),
    "first": TABLE.aggregate(n=TABLE.name.first()),
    "collect": TABLE.aggregate(n=TABLE.name.collect()),
    "random": TABLE.select(n=ibis.random()),
    "lag without order": TABLE.select(n=TABLE.day.lag().over(ibis.window(group_by="person_id"))),
    "row number without order": TABLE.select(n=ibis.row_number().over(ibis.window(group_by="person_id"))),
}


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
@pytest.mark.parametrize("what", REFUSED)
def test_the_guard_refuses_what_engines_answer_differently(what: str, dialect: str) -> None:
    with pytest.raises(EngineError):
        compile_sql(REFUSED[what], dialect)


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_the_guard_lets_ordinary_expressions_through(dialect: str) -> None:
    window = ibis.window(group_by="person_id", order_by="day")
    plain = TABLE.mutate(before=TABLE.day.lag().over(window), days=TABLE.day.delta(TABLE.other, unit="day"))
    assert "LAG" in compile_sql(plain, dialect).upper()


def test_nothing_of_an_engine_lies_in_the_working_folder() -> None:
    assert not {"spark-warehouse", "metastore_db", "derby.log", "artifacts"} & set(os.listdir())
