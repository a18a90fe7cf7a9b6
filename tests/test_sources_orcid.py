"""ORCID records: what is read of each employment, in every wrapping, and how fast memory does not grow."""

from __future__ import annotations

import datetime as dt
import io
import tarfile
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest

from mercato.sources import orcid
from mercato.sources.formats import POSITION_FILE, Context, Reject

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RECORDS = Path(__file__).parent / "fixtures" / "orcid"
FIRST = RECORDS / "ORCID_summaries" / "001" / "0000-0001-0000-0001.xml"
TODAY = Context(source_id=3, today=dt.date(2026, 1, 1))
EMPLOYMENT = """<employment:employment path="/0000-0001-0000-0009/employment/77"
    xmlns:employment="http://www.orcid.org/ns/employment" xmlns:common="http://www.orcid.org/ns/common">
  <common:last-modified-date>2021-03-04T00:00:00Z</common:last-modified-date>
  <common:role-title>Chemist</common:role-title>
  <common:start-date><common:year>2014</common:year></common:start-date>
  <common:organization><common:name>Single File SA</common:name></common:organization>
</employment:employment>"""


def read(path: Path, context: Context = TODAY) -> tuple[list[dict], list[Reject], int]:
    batches = list(orcid.read_batches(path, context))
    assert all(batch.positions.schema == POSITION_FILE for batch in batches)
    rows = [row for batch in batches for row in batch.positions.to_pylist()]
    return rows, [r for batch in batches for r in batch.rejects], sum(batch.documents for batch in batches)


def only(row: dict, names: str) -> tuple:
    return tuple(row[name] for name in names.split())


def made_tar(path: Path, files: Iterable[tuple[str, bytes]], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode, format=tarfile.PAX_FORMAT) as tar:
        for name, data in files:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return path


def edited(folder: Path, old: str, new: str, name: str = "0000-0001-0000-0001.xml") -> Path:
    text = FIRST.read_text("utf-8")
    assert old in text
    path = folder / name
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_one_record_gives_its_employments_and_nothing_else() -> None:
    rows, rejects, records = read(FIRST)
    day = dt.date
    shown = [only(row, "employer_name title start_date start_precision end_date end_precision") for row in rows]
    assert shown == [
        ("Brönsted & Søn A/S", "Senior Engineer", day(2019, 9, 1), "month", None, None),
        ("University of Nowhere", "PhD programme", day(2005, 2, 14), "day", day(2009, 1, 1), "year"),
        ("Old Works Ltd", "Trainee", None, None, day(2004, 12, 1), "month"),
    ]
    assert [(r.record, r.column, r.reason) for r in rejects] == [
        (3, "start_date", "no dates"),
        (5, "end_date", "end before start"),
    ]
    assert [row["record"] for row in rows] == [1, 2, 4]
    assert records == 1


def test_who_where_and_when_last_known() -> None:
    rows, _, _ = read(FIRST)
    assert only(rows[0], "person_id place country source_id verified_on observed_from given_is_side") == (
        "0000-0001-0000-0001", "Århus, Midtjylland", "DK", 3, dt.date(2020, 6, 15), None, None,
    )  # fmt: skip
    assert only(rows[1], "place country") == ("Nowhere", None)
    assert {row["verified_on"] for row in rows} == {dt.date(2020, 6, 15)}, "the list's own day"


def test_a_folder_nested_as_the_public_data_file_is() -> None:
    rows, rejects, records = read(RECORDS)
    assert (len(rows), len(rejects), records) == (4, 3, 4)
    old = rows[-1]
    assert only(old, "employer_name title start_date end_date country verified_on") == (
        "Old Version College", "Lecturer", dt.date(2011, 10, 3), dt.date(2017, 7, 31), "GB", dt.date(2018, 5, 6),
    )  # fmt: skip
    assert rejects[-1].reason == "ORCID gave an error instead of the record: The ORCID record is deactivated."
    assert rejects[-1].file == "ORCID_summaries/002/0000-0001-0000-0003.xml"
    numbers = [row["record"] for row in rows] + [r.record for r in rejects]
    assert sorted(numbers) == list(range(1, 8)), "read = accepted + rejected, each with a number of its own"


@pytest.mark.parametrize(("ending", "mode"), [("tar.gz", "w:gz"), ("tgz", "w:gz"), ("tar", "w")])
def test_an_archive_reads_as_its_folder_does(tmp_path: Path, ending: str, mode: str) -> None:
    files = [(p.relative_to(RECORDS).as_posix(), p.read_bytes()) for p in sorted(RECORDS.rglob("*.xml"))]
    path = made_tar(tmp_path / f"ORCID_2023_summaries.{ending}", files, mode)
    assert orcid.matches(path)
    assert read(path) == read(RECORDS)
    assert read(tmp_path) == read(RECORDS), "a folder that holds the archive"


def test_one_employment_to_a_file(tmp_path: Path) -> None:
    work = b'<work:work xmlns:work="http://www.orcid.org/ns/work"/>'
    prefix = "ORCID_activities/009/0000-0001-0000-0009"
    files = [
        (f"{prefix}/works/0000-0001-0000-0009_works_5.xml", work),
        (f"{prefix}/employments/0000-0001-0000-0009_employments_77.xml", EMPLOYMENT.encode()),
        ("elsewhere/5.xml", work),
    ]
    rows, rejects, records = read(made_tar(tmp_path / "activities.tar.gz", files))
    assert [only(row, "person_id employer_name start_precision verified_on") for row in rows] == [
        ("0000-0001-0000-0009", "Single File SA", "year", dt.date(2021, 3, 4))
    ]
    assert (rejects, records) == ([], 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<activities:educations>", "<!-- <activities:employments> --><activities:educations>"),
        ("<activities:educations>", "<activities:educations><![CDATA[<activities:employments>]]>"),
        ("<activities:educations>", "<?x <activities:employments?><activities:educations>"),
        ("<record:record ", "<!-- hello --><record:record "),
        ("</record:record>", "</record:record>" + " " * 5000),
    ],
)
def test_an_unusual_layout_is_read_whole(tmp_path: Path, old: str, new: str) -> None:
    assert read(edited(tmp_path, old, new)) == read(FIRST)


def test_a_prefix_declared_late_is_read_whole(tmp_path: Path) -> None:
    declared = 'xmlns:employment="http://www.orcid.org/ns/employment"'
    text = FIRST.read_text("utf-8").replace(declared, "", 1)
    text = text.replace("<activities:activities-summary ", f"<activities:activities-summary {declared} ")
    path = tmp_path / FIRST.name
    path.write_text(text, "utf-8")
    assert read(path) == read(FIRST)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    path = tmp_path / FIRST.name
    path.write_bytes(FIRST.read_text("utf-8").replace("UTF-8", declared, 1).encode(encoding))
    assert read(path) == read(FIRST)


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("<common:month>09</common:month>", "<common:month>13</common:month>", "start_date", "2019-13"),
        ("<common:year>2019</common:year>", "<common:year>0191</common:year>", "start_date", "0191-09"),
        ("Brönsted &amp; Søn A/S", "", "employer_name", ""),
        ("Brönsted &amp; Søn A/S", "x" * 1001, "employer_name", "x" * 200),
    ],
)
def test_a_fault_costs_one_employment(tmp_path: Path, old: str, new: str, column: str, value: str) -> None:
    rows, rejects, _ = read(edited(tmp_path, old, new))
    assert (rejects[0].record, rejects[0].column, rejects[0].value) == (1, column, value)
    assert rejects[0].reason
    assert (len(rows), len(rejects)) == (2, 3)


def test_a_deactivated_record_is_refused(tmp_path: Path) -> None:
    date = "<history:deactivation-date>2022</history:deactivation-date>"
    rows, rejects, _ = read(edited(tmp_path, "</history:history>", date + "</history:history>"))
    assert (rows, [r.reason for r in rejects]) == ([], ["the record was deactivated by its owner"])


def test_a_verified_day_never_lies_after_today() -> None:
    rows, _, _ = read(FIRST, Context(today=dt.date(2020, 1, 31)))
    assert {row["verified_on"] for row in rows} == {dt.date(2020, 1, 31)}


def test_batches_are_cut_at_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mercato.sources.gather.ROWS", 10)
    path = made_tar(tmp_path / "many.tar.gz", ((f"{n}.xml", FIRST.read_bytes()) for n in range(20)))
    batches = list(orcid.read_batches(path, TODAY))
    assert max(b.positions.num_rows + len(b.rejects) for b in batches) < 15
    assert sum(b.positions.num_rows + len(b.rejects) for b in batches) == 100
    assert sum(b.documents for b in batches) == 20


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    record = FIRST.read_bytes().replace(b"<activities:works>", b"<activities:works>" + b"<work/>" * 30_000)
    path = made_tar(tmp_path / "big.tar.gz", ((f"{n:03d}/{n}.xml", record) for n in range(300)))
    tracemalloc.start()
    count = sum(b.positions.num_rows for b in orcid.read_batches(path, TODAY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 900
    assert len(record) * 300 > 60_000_000
    assert peak < 8_000_000


def test_what_is_not_orcid_is_not_taken_for_it(tmp_path: Path) -> None:
    (tmp_path / "other.xml").write_text("<html><body/></html>")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    assert orcid.matches(FIRST)
    assert orcid.matches(RECORDS)
    assert not orcid.matches(tmp_path / "other.xml")
    assert not orcid.matches(tmp_path / "table.csv")
    assert not orcid.matches(tmp_path / "absent.xml")
    (tmp_path / "record.xml").write_bytes(FIRST.read_bytes())
    assert not orcid.matches(tmp_path), "a folder that holds a table as well is more than ORCID records"


@pytest.mark.skipif(not (SHARED / "careers" / "orcid_records").is_dir(), reason="the shared ORCID records are not here")
def test_real_records() -> None:
    """Eight files, counted by hand: one locked record, one without employments, 17 employments, one of them undated."""
    rows, rejects, records = read(SHARED / "careers" / "orcid_records")
    assert (len(rows), len(rejects), records) == (16, 2, 8)
    assert [r.reason for r in rejects] == [
        "ORCID gave an error instead of the record: The ORCID record is locked.",
        "no dates",
    ]
    people = [row["person_id"] for row in rows]
    assert {person: people.count(person) for person in people} == {
        "0000-0001-6222-3013": 2,
        "0000-0001-6270-9013": 4,
        "0000-0001-6281-3013": 3,
        "0000-0003-0109-6000": 4,
        "0000-0003-4231-1897": 2,
        "0000-0003-4803-2004": 1,
    }
    assert sum(row["end_date"] is None for row in rows) == 9
    assert [row["title"] for row in rows if "phd" in row["title"].lower()] == ["Phd Student"]
    assert [row["start_precision"] for row in rows].count("year") == 2
