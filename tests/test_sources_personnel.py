"""Exports of personnel systems: one row per person with hire and termination dates, in English and French."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from tables_text import read_day, read_table

from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.reading import Reading, read_sources


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def read(engine: Any, folder: Path, text: str, name: str = "staff.csv", **said: Any) -> Reading:
    file = folder / name
    file.write_text(text)
    return read_file(engine, file, **said)


def read_file(engine: Any, file: Path, **said: Any) -> Reading:
    reading = read_sources([file], engine, file.parent / "read", Settings(source=SourceSettings(**said)))
    for source in reading.sources:
        assert source.read == source.accepted + source.rejected
    return reading


def rows(reading: Reading) -> list[dict[str, Any]]:
    found = [row for path in reading.positions for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: row["record"])


def rejects(reading: Reading) -> list[tuple[int, str, str]]:
    return sorted((r["record"], r["column"], r["reason"]) for r in pq.read_table(reading.rejects).to_pylist())


def assert_stays(reading: Reading, text: str) -> None:
    expected = [
        (row["person"], row["employer"], *(read_day(row[name]) for name in ("start", "end", "verified")))
        for row in read_table(text)
    ]
    found = [
        (str(r["person_id"]), r["employer_name"], r["start_date"], r["end_date"], r.get("verified_on"))
        for r in rows(reading)
    ]
    assert found == expected


WORKDAY = (
    "Employee ID,Worker,Legal Entity,Job Title,Original Hire Date,Hire Date,Termination Date,Last Day Worked,"
    "Termination Reason,Employee Status\n"
    "E1,A,Acme SA,Engineer,2015-01-05,2015-01-05,,,,Active\n"
    "E2,B,Acme SA,Engineer,2010-03-01,2016-02-01,2019-06-30,2019-06-28,Resignation,Terminated\n"
    "E3,C,Acme GmbH,Clerk,2017-05-02,2017-05-02,,2020-11-12,,Terminated\n"
    "E4,D,Acme GmbH,Clerk,2018-05-02,2018-05-02,,,Retirement,Terminated\n"
    ",E,Acme GmbH,Clerk,2018-05-02,2018-05-02,,,,Active\n"
    "E5,F,Acme GmbH,Clerk,2018-05-02,2018-05-02,2017-05-02,,,Terminated\n"
    "E6,G,,Clerk,2018-05-02,2018-05-02,,,,Active\n"
    "E1,A,Acme SA,Engineer,2015-01-05,2015-01-05,,,,Active\n"
)


def test_an_export_of_workday(engine: Any, tmp_path: Path) -> None:
    """Who has no end was there on the latest day of the file; a stay ends on the day after the last worked one."""
    reading = read(engine, tmp_path, WORKDAY)
    assert_stays(reading, """
        person | employer  | start      | end        | verified
        E1     | Acme SA   | 2015-01-05 |            | 2020-11-12
        E2     | Acme SA   | 2016-02-01 | 2019-06-30 |
        E3     | Acme GmbH | 2017-05-02 | 2020-11-13 |
    """)  # fmt: skip
    assert rejects(reading) == [
        (4, "Employee Status", "has left, by its status, without a date of leaving"),
        (5, "Employee ID", "no person"),
        (6, "Termination Date", "end before start"),
        (7, "Legal Entity", "no employer"),
        (8, "", "duplicate of an earlier record"),
    ]
    notes = " | ".join(reading.sources[0].notes)
    assert "was there on 2020-11-12, the latest day in the file" in notes
    assert "reasons of leaving are not used: 2 rows state one in 'Termination Reason'" in notes
    assert "1 rows state an earlier first hire in 'Original Hire Date'" in notes


def test_a_french_export_with_the_day_of_extraction(engine: Any, tmp_path: Path) -> None:
    reading = read(
        engine, tmp_path,
        "Matricule;Établissement;Intitulé du poste;Date d'entrée;Date fin contrat;Date de sortie;Motif de sortie;"
        "Date d'extraction\n"
        "0012;Acme Lyon;Ingénieur;01/02/2019;;;;31/12/2023\n"
        "0013;Acme Lyon;Comptable;15/03/2018;31/03/2023;30/04/2020;Démission;31/12/2023\n",
    )  # fmt: skip
    assert_stays(reading, """
        person | employer  | start      | end        | verified
        0012   | Acme Lyon | 2019-02-01 |            | 2023-12-31
        0013   | Acme Lyon | 2018-03-15 | 2020-04-30 | 2023-12-31
    """)  # fmt: skip
    assert not any("latest day in the file" in note for note in reading.sources[0].notes)


def test_two_languages_of_headers_in_one_file(engine: Any, tmp_path: Path) -> None:
    reading = read(
        engine, tmp_path, "Matricule,Company,Poste,Hire Date,Date de sortie\n7,Acme,Clerk,2019-01-01,2020-01-01\n"
    )
    assert_stays(reading, """
        person | employer | start      | end        | verified
        7      | Acme     | 2019-01-01 | 2020-01-01 |
    """)  # fmt: skip


def test_a_person_hired_again_has_two_stays(engine: Any, tmp_path: Path) -> None:
    """Numbered 1 to 4 as rows; the two stays before a rehire come after them, as 5 and 7."""
    reading = read(
        engine, tmp_path,
        "Employee ID,Company,Hire Date,Termination Date,Rehire Date\n"
        "E1,Acme,2010-01-01,2014-01-01,2018-01-01\n"
        "E2,Acme,2010-01-01,2020-01-01,2018-01-01\n"
        "E3,Acme,2011-01-01,2012-01-01,2013-01-01\n"
        "E4,Acme,2011-01-01,,\n",
    )  # fmt: skip
    assert [r["record"] for r in rows(reading)] == [1, 2, 3, 4, 5, 7]
    assert_stays(reading, """
        person | employer | start      | end        | verified
        E1     | Acme     | 2018-01-01 |            | 2020-01-01
        E2     | Acme     | 2018-01-01 | 2020-01-01 |
        E3     | Acme     | 2013-01-01 |            | 2020-01-01
        E4     | Acme     | 2011-01-01 |            | 2020-01-01
        E1     | Acme     | 2010-01-01 | 2014-01-01 |
        E3     | Acme     | 2011-01-01 | 2012-01-01 |
    """)  # fmt: skip
    assert reading.sources[0].read == 6


def test_repeated_rows_with_two_stays_are_refused_whole(engine: Any, tmp_path: Path) -> None:
    row = "E1,Acme,2010-01-01,2014-01-01,2018-01-01\n"
    reading = read(engine, tmp_path, "Employee ID,Company,Hire Date,Termination Date,Rehire Date\n" + 2 * row)
    assert [r["record"] for r in rows(reading)] == [1, 3]
    assert rejects(reading) == [(2, "", "duplicate of an earlier record"), (4, "", "duplicate of an earlier record")]


def test_days_to_come_are_plans_and_verify_nothing(engine: Any, tmp_path: Path) -> None:
    ahead = dt.date.today() + dt.timedelta(days=90)
    reading = read(
        engine,
        tmp_path,
        f"Employee ID,Company,Hire Date,Termination Date\n1,Acme,2019-01-01,\n2,Acme,2018-05-01,{ahead}\n",
    )
    assert rows(reading)[0]["verified_on"] == dt.date(2019, 1, 1)


def test_serial_numbers_of_excel_are_days(engine: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Employee ID", "Company", "Hire Date", "Termination Date"],
        [1, "Acme", 43831, 44197],
        [2, "Acme", 43862, None],
    ):
        book.active.append(row)
    book.save(tmp_path / "s.xlsx")
    assert_stays(read_file(engine, tmp_path / "s.xlsx"), """
        person | employer | start      | end        | verified
        1      | Acme     | 2020-01-01 | 2021-01-01 |
        2      | Acme     | 2020-02-01 |            | 2021-01-01
    """)  # fmt: skip


def test_without_an_employer_the_error_says_how_to_name_it(engine: Any, tmp_path: Path) -> None:
    text = "Matricule,Date d'entrée,Date de sortie\n1,2019-01-01,\n"
    with pytest.raises(DataError, match="--map 'employer=@NAME'") as error:
        read(engine, tmp_path, text)
    assert "'Matricule'" in str(error.value) and "positions: person, employer, start (and end)" in str(error.value)
    assert_stays(read(engine, tmp_path, text, columns={"employer": "@Acme"}), """
        person | employer | start      | end | verified
        1      | Acme     | 2019-01-01 |     | 2019-01-01
    """)  # fmt: skip
