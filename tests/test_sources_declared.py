"""Table formats that are declared: Revelio's positions, in CSV and Parquet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.declarations import declared
from mercato.sources.reading import Reading, read_sources
from mercato.tables import LEVELS

HEADER = (
    "user_id,position_id,position_number,company_raw,company_name,rcid,ultimate_parent_company_name,location_raw,"
    "country,title_raw,role_k150,job_category,seniority,startdate,enddate,remote_suitability,weight,salary\n"
)
ROWS = (
    "11,1,1,Google Brain,Google LLC,5,Alphabet,Paris,France,Research Scientist,x,Scientist,3,2015-03-01,2018-06-01,,,\n"
    "11,2,2,openai,,,,San Francisco,United States,CFO,x,Finance,7,2018-07-01,,0.9,1.4,90000\n"
    "12,3,1,Acme,Acme Corp,6,Acme Corp,,,Head of Things,x,Admin,4.0,2019-02-01,,0.9,1.4,90000\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def read(engine: Any, file: Path, **said: Any) -> Reading:
    return read_sources([file], engine, file.parent / "read", Settings(source=SourceSettings(**said)))


def rows(reading: Reading) -> list[dict[str, Any]]:
    found = [row for path in reading.positions for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: row["record"])


def told(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows(reading)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_revelio_positions_in_csv_and_parquet(engine: Any, tmp_path: Path, kind: str) -> None:
    text = tmp_path / "individual_position.csv"
    text.write_text(HEADER + ROWS)
    file = text
    if kind == "parquet":
        file = tmp_path / "individual_position.parquet"
        pq.write_table(pc.read_csv(text), file)
        assert pa.types.is_date(pq.read_schema(file).field("startdate").type)
    reading = read(engine, file)
    day = dt.date
    assert told(reading, "employer_name", "title", "start_date", "start_precision", "end_date", "country", "place") == [
        ("Google LLC", "Research Scientist", day(2015, 3, 1), "month", day(2018, 6, 1), "FR", "Paris"),
        ("openai", "CFO", day(2018, 7, 1), "month", None, "US", "San Francisco"),
        ("Acme Corp", "Head of Things", day(2019, 2, 1), "month", None, None, None),
    ]
    assert told(reading, "person_id", "given_level", "given_family") == [
        (11, None, None),
        (11, "executive", "finance"),
        (12, "manager", None),
    ]
    source = reading.sources[0]
    assert source.format == f"Revelio individual_position, {'CSV' if kind == 'csv' else 'Parquet'}"
    assert any("Modelled columns" in note for note in source.notes)


def test_days_stay_days_where_one_of_them_is_no_first_of_a_month(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(HEADER + ROWS + "13,4,1,Acme,,,,,,T,x,Sales,1,2019-02-17,,,,\n")
    assert told(read(engine, file), "start_precision", "end_precision") == [
        ("day", "month"),
        ("day", None),
        ("day", None),
        ("day", None),
    ]


def test_a_blank_name_of_revelio_gives_way_to_the_name_as_written(engine: Any, tmp_path: Path) -> None:
    """A blank, unlike nothing at all, sends the file the slower way."""
    file = tmp_path / "p.csv"
    file.write_text(HEADER + ROWS + '14,5,1,Beta,"  ",,,,,T,x,Sales,1,2019-02-01,,,,\n')
    assert told(read(engine, file), "employer_name") == [("Google LLC",), ("openai",), ("Acme Corp",), ("Beta",)]


def test_what_the_user_says_goes_before_a_declaration(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(HEADER + ROWS)
    reading = read(engine, file, columns={"employer": "company_raw", "level": ""})
    assert told(reading, "employer_name") == [("Google Brain",), ("openai",), ("Acme",)]
    assert "given_level" not in rows(reading)[0]


def test_the_company_number_is_the_employer_where_nothing_else_is(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text("user_id,position_id,rcid,startdate\n1,1,77,2019-02-01\n")
    assert told(read(engine, file), "employer_name", "person_id") == [("77", 1)]
    file.write_text("user_id,position_id,startdate\n1,1,2019-02-01\n")
    with pytest.raises(DataError, match="--map employer=COLUMN"):
        read(engine, file)


def test_declared_values_are_levels_that_exist() -> None:
    for one in declared():
        assert set(one.values.get("level", {}).values()) <= set(LEVELS)
        assert one.fits([*one.has, *one.any])
        assert one.recognised and one.description and one.notes
