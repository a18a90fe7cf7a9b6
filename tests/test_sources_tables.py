"""Tables read to the end: records accepted and refused, counted, numbered, dated."""

from __future__ import annotations

import datetime as dt
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.formats import POSITION_FILE, SIGHTING_FILE
from mercato.sources.reading import Reading, read_sources
from mercato.tables import REJECTS

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "careers"
HEADER = "person_id,employer,title,start_date,end_date\n"
GOOD = "p1,Acme,Engineer,2015-01-01,\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def read(engine: Any, *files: Path, **said: Any) -> Reading:
    into = files[0].parent / "read"
    reading = read_sources(files, engine, into, Settings(source=SourceSettings(**said)))
    for source in reading.sources:
        assert source.read == source.accepted + source.rejected
    assert not list(into.glob("scratch-*"))
    return reading


def rows(reading: Reading) -> list[dict[str, Any]]:
    nothing = dict.fromkeys((*POSITION_FILE.names, *SIGHTING_FILE.names))
    found = [
        {**nothing, **row}
        for path in (*reading.positions, *reading.sightings)
        for row in pq.read_table(path).to_pylist()
    ]
    return sorted(found, key=lambda row: (row["source_id"], row["record"]))


def rejects(reading: Reading) -> list[tuple[int, str, str, str]]:
    found = pq.read_table(reading.rejects)
    assert found.schema.names == REJECTS.schema.names
    return sorted((r["record"], r["column"], r["value"], r["reason"]) for r in found.to_pylist())


def written(folder: Path, text: str | bytes, name: str = "jobs.csv") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_every_fault_is_a_reject_with_its_place_and_reason(engine: Any, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + (
        "p1,Acme,Eng,2015-01-01,2014-01-01\n"
        ",Acme,Eng,2015-01-01,\n"
        "p2,,Eng,2015-01-01,\n"
        "p3,Acme,Eng,2019-02-30,\n"
        "p4,Acme,Eng,0001-01-01,\n"
        "p5,Acme,Eng,,\n"
        "p6,Acme,Eng,2015,2015-06\n"
        "p6,Acme,Eng,2015,2015-06\n"
        "p7,Acme,,2015-03-01,9999-12-31\n"
        "p8,Acme,Eng,2015-01-01,soon\n"
        f"p9,{'x' * 501},Eng,2015-01-01,\n"
        "p10,Ac\0me,Eng,2015-01-01,\n"
        "nan,Acme,Eng,2015-01-01,\n"
        "p11,Acme,Eng,Present,\n"
    ))  # fmt: skip
    reading = read(engine, file)
    assert [(r["person_id"], r["record"], r["start_precision"], r["end_date"]) for r in rows(reading)] == [
        ("p6", 7, "year", dt.date(2015, 6, 1)),
        ("p7", 9, "day", None),
    ]
    year = dt.date.today().year + 2
    assert rejects(reading) == [
        (1, "end_date", "2014-01-01", "end before start"),
        (2, "person_id", None, "no person"),
        (3, "employer", None, "no employer"),
        (4, "start_date", "2019-02-30", "no such day in the calendar"),
        (5, "start_date", "0001-01-01", f"year 0001 outside 1850-{year}"),
        (6, "start_date", None, "no date"),
        (8, "", None, "duplicate of an earlier record"),
        (10, "end_date", "soon", "not a date"),
        (11, "employer", "x" * 200, "longer than 500 characters"),
        (12, "employer", "Ac\0me", "holds NUL bytes"),
        (13, "person_id", "nan", "no person"),
        (14, "start_date", "Present", "not a start"),
    ]
    assert reading.sources[0].quality["duplicates"] == 1


def test_broken_lines_are_rejects_and_the_others_keep_their_numbers(engine: Any, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + GOOD + "p2,Acme\n" + 'p3,"Ac"me,Eng,2015-01-01,\n' + "p5,Beta,Eng,2016-01-01,\n")
    reading = read(engine, file)
    assert [(r["person_id"], r["record"]) for r in rows(reading)] == [("p1", 1), ("p5", 4)]
    assert [(r[0], r[2]) for r in rejects(reading)] == [(2, "p2,Acme"), (3, 'p3,"Ac"me,Eng,2015-01-01,')]
    assert all(r[3].startswith("broken line: ") for r in rejects(reading))


@pytest.mark.parametrize("name", ["plain", "general"])
def test_records_are_numbered_in_the_order_of_the_file(engine: Any, tmp_path: Path, name: str) -> None:
    count = 150_000
    last = "p,X,E,2015,\n" if name == "general" else ""
    lines = "".join(
        f'{i},"Employer, {i % 999}",Engineer number {i},2015-01-{1 + i % 28:02d},\n' for i in range(1, count)
    )
    file = written(tmp_path, HEADER + lines + last)
    table = pq.read_table(read(engine, file).positions[0], columns=["person_id", "record"])
    ids = [int(i) if i != "p" else count for i in table["person_id"].to_pylist()]
    assert ids == table["record"].to_pylist() or sorted(zip(ids, table["record"].to_pylist(), strict=True)) == [
        (i, i) for i in range(1, count + (name == "general"))
    ]


def test_the_plain_and_the_general_reading_agree(engine: Any, tmp_path: Path) -> None:
    """One odd row sends a whole file through the slower reading; its other rows must come out the same."""
    lines = "".join(f"p{i},Acme {i % 5},Eng {i % 3},20{10 + i % 9}-0{1 + i % 9}-15,2020-02-01\n" for i in range(500))
    plain = rows(read(engine, written(tmp_path, HEADER + lines)))
    (tmp_path / "b").mkdir()
    general = rows(read(engine, written(tmp_path / "b", HEADER + lines + "odd, Spaced ,E,March 2015,\n")))
    assert plain == general[:-1]
    assert general[-1]["employer_name"] == "Spaced"


def test_files_have_the_canonical_columns_and_integers_stay_integers(engine: Any, tmp_path: Path) -> None:
    reading = read(engine, written(tmp_path, HEADER + "7,Acme,E,2015-01-01,\n"))
    schema = pq.read_schema(reading.positions[0])
    assert schema.names == [name for name in POSITION_FILE.names if name in schema.names]
    assert schema.field("person_id").type == pa.int64()
    assert all(field.type == POSITION_FILE.field(field.name).type for field in schema if field.name != "person_id")
    (tmp_path / "b").mkdir()
    text = read(engine, written(tmp_path / "b", HEADER + "007,Acme,E,2015-01-01,\n7,Acme,E,2015-01-01,\n"))
    assert [r["person_id"] for r in rows(text)] == ["007", "7"]
    assert pq.read_schema(text.positions[0]).field("person_id").type == pa.string()


@pytest.mark.parametrize("odd", ["007", "+7", "1e2", "x7", "99999999999999999999"])
def test_one_id_that_is_no_plain_number_leaves_all_ids_as_written(engine: Any, tmp_path: Path, odd: str) -> None:
    lines = "".join(f"{i},Acme,E,2015-01-01,2016-02-01\n" for i in (*range(1, 500), odd))
    reading = read(engine, written(tmp_path, HEADER + lines))
    assert [row["person_id"] for row in rows(reading)] == [*map(str, range(1, 500)), odd]
    assert [row["record"] for row in rows(reading)] == list(range(1, 501))


def test_a_column_that_nobody_fills_is_not_written(engine: Any, tmp_path: Path) -> None:
    needed = ["person_id", "employer_name", "title", "start_date", "start_precision", "end_date", "end_precision"]
    plain = read(engine, written(tmp_path, HEADER + "7,Acme,E,2015-01-01,\n"))
    assert pq.read_schema(plain.positions[0]).names == [*needed, "source_id", "record"]
    assert not any(plain.given.values())
    (tmp_path / "b").mkdir()
    lines = "person_id,employer_name,start_date,country,level\n7,Acme,2015-01-01,France,senior\n"
    told = read(engine, written(tmp_path / "b", lines))
    assert pq.read_schema(told.positions[0]).names == [*needed, "country", "source_id", "record", "given_level"]
    assert [name for name, said in told.given.items() if said] == ["level"]


@pytest.mark.parametrize("person", ["unknown", "N/A", "-"])
def test_a_blank_person_is_refused_in_an_otherwise_clean_file(engine: Any, tmp_path: Path, person: str) -> None:
    lines = f"p1,Acme,E,2015-01-01,2016-02-01\n{person},Acme,E,2015-01-01,2016-02-01\n"
    reading = read(engine, written(tmp_path, HEADER + lines))
    assert [row["person_id"] for row in rows(reading)] == ["p1"]
    assert rejects(reading) == [(2, "person_id", person, "no person")]


def test_records_of_a_large_file_are_numbered_in_its_order(engine: Any, tmp_path: Path) -> None:
    """Several threads read it at once, and start in the midst of values that hold separators and line ends."""
    size = 140_000
    lines = (
        f'{i},"Acme,\n{"x" * (i % 300)} Inc",Engineer {"e" * (i % 150)},2015-01-01,2016-02-01\n'
        for i in range(1, size + 1)
    )
    file = written(tmp_path, HEADER + "".join(lines))
    assert file.stat().st_size > 32 << 20
    table = pq.read_table(read(engine, file).positions[0], columns=["person_id", "record"])
    assert table.num_rows == size
    assert table["person_id"].equals(table["record"])


SAME = "matricule;employeur;intitulé;date début;date fin\n1;Société Générale;Ingénieur;1er mars 2015;à ce jour\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.csv", SAME.encode()),
        ("bom.csv", b"\xef\xbb\xbf" + SAME.encode()),
        ("latin.csv", SAME.encode("latin-1")),
        ("utf16.csv", SAME.encode("utf-16")),
        ("utf16be.csv", SAME.encode("utf-16-be")),
        ("tab.tsv", SAME.replace(";", "\t").encode()),
        ("bar.txt", SAME.replace(";", "|").encode()),
        ("crlf.csv", SAME.replace("\n", "\r\n").encode()),
        ("gz.data", gzip.compress(SAME.encode())),
        ("zst.csv", zstandard.compress(SAME.encode("latin-1"))),
    ],
)
def test_a_table_is_the_same_however_it_is_written(engine: Any, tmp_path: Path, name: str, content: bytes) -> None:
    (row,) = rows(read(engine, written(tmp_path, content, name)))
    said = (row["person_id"], row["employer_name"], row["title"], row["start_date"], row["start_precision"])
    assert said == (1, "Société Générale", "Ingénieur", dt.date(2015, 3, 1), "day")
    assert row["end_date"] is None


def test_excel_dates_formulas_and_the_sheet_with_careers(engine: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["hello", "world"])
    book.active.append([1, 2])
    jobs = book.create_sheet("jobs")
    jobs.append(["Employee ID", "Company", "Hire date", "Termination date"])
    jobs.append([7, "Acme", dt.date(2015, 3, 1), None])
    jobs.append([8, "Acme", dt.datetime(2016, 3, 1), "mars 2017"])
    book.save(tmp_path / "book.xlsx")
    found = rows(read(engine, tmp_path / "book.xlsx"))
    assert [(r["person_id"], str(r["start_date"]), r["end_precision"]) for r in found] == [
        (7, "2015-03-01", None), (8, "2016-03-01", "month")
    ]  # fmt: skip


def test_parquet_parts_are_one_source_numbered_through(engine: Any, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    for part in range(2):
        starts, ends = [dt.date(2015, 1, 1), None], [None, dt.datetime(2016, 1, 1)]
        people = [part * 2, part * 2 + 1]
        table = pa.table({"person_id": people, "company": ["A", "B"], "start_date": starts, "end_date": ends})
        pq.write_table(table, parts / f"part-{part}.parquet")
    reading = read(engine, parts)
    assert [(r["person_id"], r["record"]) for r in rows(reading)] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert len(reading.sources) == 1


def test_json_lines_with_a_broken_line(engine: Any, tmp_path: Path) -> None:
    deep = "[" * 50_000 + "]" * 50_000
    file = written(tmp_path, '{"person_id":1,"company":"A","start":2015}\nbroken\n'
                   f'{{"person_id":2,"company":"B","start":"2016-05","x":{deep}}}\n', "jobs.jsonl")  # fmt: skip
    reading = read(engine, file)
    assert [(r["person_id"], r["start_precision"]) for r in rows(reading)] == [(1, "year"), (2, "month")]
    assert rejects(reading) == [(2, "", None, "empty or unreadable record")]


def test_spells_censored_and_ended_between_two_snapshots(engine: Any, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "person_id,employer,first_listed,last_listed,next_snapshot_after,left_censored,right_censored\n"
        "a,X,2015-01-01,2015-06-01,2015-06-11,1,0\n"
        "b,X,2015-03-01,2015-06-01,2015-06-02,0,0\n"
        "c,X,2015-03-01,2016-01-01,,0,1\n"
        "d,X,2015-03-01,2015-02-01,2015-06-02,0,0\n",
    )
    reading = read(engine, file)
    columns = ("person_id", "start_date", "end_date", "verified_on", "observed_from")
    assert [tuple(str(r[c]) for c in columns) for r in rows(reading)] == [
        ("a", "None", "2015-06-06", "None", "2015-01-01"),
        ("b", "2015-03-01", "2015-06-02", "None", "2015-01-01"),
        ("c", "2015-03-01", "None", "2016-01-01", "2015-01-01"),
    ]
    assert [r[3] for r in rejects(reading)] == ["end before start"]


def test_sightings_with_several_employers_on_one_record(engine: Any, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "name,author_id,year,affiliation_raw,affiliation_norm,position\n"
        "Ann,~Ann1,2025,x,Oxford+Google,PhD student+Intern\n"
        "Bob,,2024,x,Google,Researcher\n"
        "Bob,,2024,x,Oxford,\n"
        "Cy,,2023,,,Prof\n"
        "Di,,2023,Raw Lab,,Prof\n"
        "Ed,,2023,x,Google+Google,Prof\n"
        "Ed,,2023,x,+,Prof\n",
    )
    reading = read(engine, file)
    found = [(r["person_id"], r["employer_name"], r["title"], r["record"]) for r in rows(reading)]
    assert sorted(found[:2]) == [("~Ann1", "Google", "Intern", 1), ("~Ann1", "Oxford", "PhD student", 1)]
    assert found[2:] == [
        ("name:Bob", "Google", "Researcher", 2),
        ("name:Bob", "Oxford", None, 3),
        ("name:Di", "Raw Lab", "Prof", 5),
        ("name:Ed", "Google", "Prof", 6),
    ]
    assert [(r[0], r[3]) for r in rejects(reading)] == [(4, "no employer"), (7, "no employer")]
    assert set(pq.read_schema(reading.sightings[0]).names) <= set(SIGHTING_FILE.names)


def test_a_plus_in_a_name_alone_joins_nothing(engine: Any, tmp_path: Path) -> None:
    file = written(tmp_path, "person,company,year\na,Canal+,2015\nb,Acme,2015\nc,Disney+ Europe,2016\n")
    assert {r["employer_name"] for r in rows(read(engine, file))} == {"Canal+", "Acme", "Disney+ Europe"}


def test_the_order_of_day_and_month(engine: Any, tmp_path: Path) -> None:
    header = "person_id,employer,start\n"
    mixed = read(engine, written(tmp_path, header + "1,a,13/01/2015\n2,a,01/13/2015\n3,b,03/04/2015\n"))
    assert [(r[0], r[3]) for r in rejects(mixed)] == [(3, "day and month cannot be told apart")]
    either = written(tmp_path, header + "1,a,03/01/2015\n", "either.csv")
    with pytest.raises(DataError, match="--dates dmy"):
        read(engine, either)
    assert rows(read(engine, either, dates="mdy"))[0]["start_date"] == dt.date(2015, 3, 1)
    french = written(tmp_path, "matricule;employeur;date_debut\n1;a;03/01/2015\n", "fr.csv")
    assert rows(read(engine, french))[0]["start_date"] == dt.date(2015, 1, 3)


def test_first_and_last_names_years_and_months_periods_and_serials(engine: Any, tmp_path: Path) -> None:
    parts = written(
        tmp_path, "Prénom,Nom,Société,Année début,Mois début,Année fin\nJean,Dupont,Acme,2015,3,2018\n", "a.csv"
    )
    periods = written(tmp_path, "name;company;dates\nA;X;Mar 2015 - Present\nB;Y;2011-2013\n", "b.csv")
    serials = written(tmp_path, "person_id,employer,start\nz,a,42005\n", "c.csv")
    found = rows(read(engine, parts, periods, serials))
    assert [(r["person_id"], str(r["start_date"]), str(r["end_date"])) for r in found] == [
        ("name:Jean Dupont", "2015-03-01", "2018-01-01"),
        ("name:A", "2015-03-01", "None"),
        ("name:B", "2011-01-01", "2013-01-01"),
        ("z", "2015-01-01", "None"),
    ]


def test_numbers_of_unlike_tables_do_not_meet(engine: Any, tmp_path: Path) -> None:
    one = written(tmp_path, "id,company,start\n1,A,2015\n", "one.csv")
    two = written(tmp_path, "employee_id,employer,hired\n1,B,2016\n", "two.csv")
    assert [r["person_id"] for r in rows(read(engine, one, two))] == ["one.csv:1", "two.csv:1"]
    alike = written(tmp_path, "id,company,start\n1,C,2017\n", "three.csv")
    assert [r["person_id"] for r in rows(read(engine, one, alike))] == [1, 1]


def test_what_a_source_gives_of_family_level_ai_and_country(engine: Any, tmp_path: Path) -> None:
    file = written(
        tmp_path, "id,company,start,level,is_ai,job_family,pays\n1,A,2015,Senior,oui,data,États-Unis\n2,A,2016,9,0,,x\n"
    )
    reading = read(engine, file)
    columns = ("given_level", "given_is_ai", "given_family", "given_is_side", "country")
    assert [tuple(r[c] for c in columns) for r in rows(reading)] == [
        ("senior", True, "data", None, "US"), (None, False, None, None, None)
    ]  # fmt: skip
    assert reading.given == {"family": True, "level": True, "is_ai": True, "is_side": False}


def test_of_duplicates_the_last_verified_is_kept(engine: Any, tmp_path: Path) -> None:
    file = written(
        tmp_path, "id,company,start,updated_on\n1,A,2015,2016-01-01\n1,A,2015,2017-01-01\n1,A,2016,2017-01-01\n"
    )
    assert [r["record"] for r in rows(read(engine, file))] == [2, 3]


def test_one_person_with_ten_thousand_positions(engine: Any, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "".join(f"p1,Acme {i},E,2015-03-01,\n" for i in range(10_000)))
    assert read(engine, file).sources[0].accepted == 10_000


PACKED = gzip.compress((HEADER + GOOD * 5000).encode())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n \n", "is empty"),
        ("header.csv", HEADER.encode(), "no rows"),
        ("binary.csv", bytes(range(256)) * 20, "not text"),
        ("cut.csv.gz", PACKED[: len(PACKED) // 2], "cut short"),
        ("cut.csv.zst", zstandard.compress(bytes(str(list(range(9999))), "ascii"))[:-400], "cut short"),
        ("cut.parquet", b"PAR1" + bytes(300), "not a whole Parquet file"),
        ("fake.xlsx", b"PK\x03\x04" + bytes(300), "not a workbook"),
        ("doc.pdf", b"%PDF-1.4 " + b"x" * 100, "looks like a pdf file"),
        ("deep.json", b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        ("none.csv", (HEADER + ",Acme,E,2015-01-01,\n").encode(), "none of its 1 records can be accepted: no person"),
    ],
)
def test_bad_files_are_refused_in_words(engine: Any, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as error:
        read(engine, written(tmp_path, content, name))
    assert str(error.value).startswith(name)


def test_a_file_that_explodes_is_refused(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mercato.sources.opening.BOMB_BYTES", 1 << 22)
    bomb = gzip.compress((HEADER + GOOD).encode() + b"p1,Acme,E,2015-01-01,\n" * 1_000_000)
    with pytest.raises(DataError, match="expands to more than 200 times"):
        read(engine, written(tmp_path, bomb, "bomb.csv.gz"))


def test_damage_beyond_the_sample_is_marked_and_nothing_is_lost(engine: Any, tmp_path: Path) -> None:
    lines = "".join(f"p{i},Acme,Engineer,2015-01-01,\n" for i in range(12_000)).encode()
    reading = read(engine, written(tmp_path, HEADER.encode() + lines + "z,Société,E,2015-01-01,\n".encode("latin-1")))
    assert reading.sources[0].accepted == 12_001
    assert "damaged characters" in " ".join(reading.sources[0].notes)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_real_careers(engine: Any, tmp_path: Path) -> None:
    spells = SHARED / "fr_parliament_assistants_spells.csv"
    papers = SHARED / "ai_paper_affiliations.csv.gz"
    reading = read_sources([spells, papers], engine, tmp_path, Settings())
    assert [(s.table, s.read, s.accepted) for s in reading.sources] == [
        ("positions", 12384, 12384), ("sightings", 298481, 298481)
    ]  # fmt: skip
    staff = SHARED / "white_house_staff_salaries_2009_2019.csv"
    said = Settings(source=SourceSettings(columns={"employer": "@White House"}))
    reading = read_sources([staff], engine, tmp_path / "staff", said)
    assert Counter(r["employer_name"] for r in rows(reading)) == {"White House": 4909}


def test_a_header_below_titles_is_found_and_no_title_is_a_record(engine: Any, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Staff", "of Acme"], [None], HEADER.strip().split(","), GOOD.strip().split(",")):
        book.active.append(row)
    book.save(tmp_path / "staff.xlsx")
    (tmp_path / "staff.csv").write_text("Staff of Acme;;\n\n" + HEADER.replace(",", ";") + GOOD.replace(",", ";"))
    for file in ("staff.xlsx", "staff.csv"):
        found = rows(read(engine, tmp_path / file))
        assert [(row["person_id"], row["employer_name"]) for row in found] == [("p1", "Acme")]
