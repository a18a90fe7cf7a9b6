"""JSON Resume and its relatives: the many names of the same few facts."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from mercato.settings import SourceSettings
from mercato.sources import jsonresume
from mercato.sources.formats import POSITION_FILE, Context, Reject

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
RESUMES = Path(__file__).parent / "fixtures" / "resumes.jsonl"
TODAY = Context(source_id=2, today=dt.date(2026, 1, 1))


def read(path: Path, context: Context = TODAY) -> tuple[list[dict], list[Reject], int]:
    batches = list(jsonresume.read_batches(path, context))
    assert all(batch.positions.schema == POSITION_FILE for batch in batches)
    rows = [row for batch in batches for row in batch.positions.to_pylist()]
    return rows, [r for batch in batches for r in batch.rejects], sum(batch.documents for batch in batches)


def read_one(folder: Path, *jobs: Any, context: Context = TODAY, **record: Any) -> tuple[list[dict], list[Reject]]:
    path = folder / "resume.json"
    path.write_text(json.dumps({"work": list(jobs), **record}), "utf-8")
    rows, rejects, records = read(path, context)
    assert records == 1
    return rows, rejects


def stay(row: dict) -> tuple[str, str]:
    """A start and an end as short texts: 2018-06 is known to the month, … is open."""
    length = {"day": 10, "month": 7, "year": 4, None: 0}
    start = str(row["start_date"] or "")[: length[row["start_precision"]]]
    return start, str(row["end_date"])[: length[row["end_precision"]]] if row["end_date"] else "…"


def test_the_made_resumes() -> None:
    rows, rejects, records = read(RESUMES)
    email = next(row["person_id"] for row in rows if row["employer_name"] == "Hooli")
    assert [(row["person_id"], row["employer_name"], row["title"], *stay(row)) for row in rows] == [
        ("ada", "Acme", "Engineer", "2019-03-04", "2021-06-30"),
        ("ada", "Globex", "Lead", "2021-07", "…"),
        ("ada", "Food Bank", "Driver", "2018", "…"),
        (email, "Hooli", "Manager", "2020-01", "2021-12"),
        (email, "Hooli", "Analyst", "2019-05", "2020-01"),
        ("resumes.jsonl#4", "蚂蚁集团", None, "2018-06", "…"),
        ("resumes.jsonl#4", "蚂蚁金服", None, "2017-06", "2017-12"),
        ("resumes.jsonl#4", "Umbrella", "Intern", "2011", "2013"),
        ("resumes.jsonl#4", "Umbrella", "Chemist", "2018-10", "…"),
        ("resumes.jsonl#4", "Wayne", "Guard", "2010-04", "2012"),
    ]
    assert [(r.record, r.column, r.reason) for r in rejects] == [
        (4, "", "blank entry"),
        (5, "start_date", "no such day in the calendar"),
        (6, "end_date", "end before start"),
        (7, "employer_name", "no employer"),
        (8, "start_date", "no dates"),
    ]
    assert records == 4
    assert sorted([row["record"] for row in rows] + [r.record for r in rejects]) == list(range(1, 16))


def test_the_address_is_hashed_never_kept() -> None:
    rows, rejects, _ = read(RESUMES)
    assert "example.org" not in str(rows).lower() + str(rejects).lower()
    email = next(row["person_id"] for row in rows if row["employer_name"] == "Hooli")
    assert email.startswith("email-") and len(email) == 38


def test_the_same_address_is_the_same_person(tmp_path: Path) -> None:
    job = {"name": "Acme", "startDate": "2019"}
    first = read_one(tmp_path, job, basics={"email": "x@y.z"})[0][0]["person_id"]
    assert read_one(tmp_path, job, basics={"email": " X@Y.Z "})[0][0]["person_id"] == first
    assert read_one(tmp_path, job, basics={"email": "w@y.z"})[0][0]["person_id"] != first
    assert read_one(tmp_path, job, basics={"email": "none"})[0][0]["person_id"] == "resume.json"


def test_side_work_place_country_and_the_day_verified() -> None:
    rows, _, _ = read(RESUMES)
    by_employer = {row["employer_name"]: row for row in rows}
    assert [by_employer[name]["given_is_side"] for name in ("Acme", "Food Bank")] == [None, True]
    assert {row["verified_on"] for row in rows if row["person_id"] == "ada"} == {dt.date(2022, 2, 3)}
    assert by_employer["Hooli"]["verified_on"] is None
    places = [by_employer[name]["place"] for name in ("Acme", "Hooli", "Wayne")]
    assert places == ["Lyon, France", "Palo Alto", "Gotham"]
    assert [by_employer[name]["country"] for name in ("Acme", "Hooli", "Wayne")] == ["FR", None, "US"]


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("Lyon, France", "FR"),
        ("West Chester, Pennsylvania, United States", "US"),
        ("La Jolla, CA", None),
        ("Atlanta, Georgia", None),
        ({"city": "Paris", "countryCode": "FR"}, "FR"),
        ({"city": "Paris", "country": "France"}, "FR"),
        ("Remote", None),
    ],
)
def test_the_country_where_it_can_be_told(tmp_path: Path, place: Any, country: str | None) -> None:
    rows, _ = read_one(tmp_path, {"company": "Acme", "startDate": "2016", "location": place})
    assert rows[0]["country"] == country


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ({"startDate": "2016-11-07", "endDate": "2018-09-24"}, ("2016-11-07", "2018-09-24")),
        ({"startDate": "2018-11"}, ("2018-11", "…")),
        ({"startDate": "2012", "endDate": None}, ("2012", "…")),
        ({"startDate": "2012", "endDate": ""}, ("2012", "…")),
        ({"startDate": "", "endDate": "2012"}, ("", "2012")),
        ({"start": "May 2014", "end": "Present"}, ("2014-05", "…")),
        ({"start_date": "01/2020", "end_date": "à ce jour"}, ("2020-01", "…")),
        ({"time": "04/2020-04/2020"}, ("2020-04", "2020-04")),
        ({"time": "07/2019-now"}, ("2019-07", "…")),
        ({"date": "10/2018-Present"}, ("2018-10", "…")),
        ({"period": "Summer 2011-2013"}, ("2011", "2013")),
        ({"period": "Summer 2013"}, ("2013", "2013")),
        ({"work_time": ["2018.06", None]}, ("2018-06", "…")),
        ({"work_time": ["2017.06", "2017.12"]}, ("2017-06", "2017-12")),
        ({"work_time": ["2024.09-2025.04"]}, ("2024-09", "2025-04")),
        ({"work_time": ["2024.09"]}, ("2024-09", "…")),
        ({"startDate": "Sept 2012 - Aug 2016"}, ("2012-09", "2016-08")),
        ({"startDate": "2019-03-01T00:00:00.000Z", "endDate": "9999-12-31"}, ("2019-03-01", "…")),
        ({"startDate": 2016, "endDate": 2018}, ("2016", "2018")),
        ({"Start Date": "2016", "END-DATE": "2018"}, ("2016", "2018")),
        ({"startDate": {"year": 2016, "month": 5, "day": None}}, ("2016-05", "…")),
        ({"startDate": "2016-05", "endDate": "2016"}, ("2016-05", "2016")),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, job: dict, expected: tuple[str, str]) -> None:
    rows, rejects = read_one(tmp_path, {"company": "Acme", **job})
    assert (rejects, [stay(row) for row in rows]) == ([], [expected])


@pytest.mark.parametrize(
    ("job", "column", "reason"),
    [
        ({"startDate": "2024-09-31"}, "start_date", "no such day in the calendar"),
        ({"startDate": "2020", "endDate": "2024-02-30"}, "end_date", "no such day in the calendar"),
        ({"startDate": "2025-11-06", "endDate": "2025-01-25"}, "end_date", "end before start"),
        ({"startDate": "Present"}, "start_date", "the start is not a date"),
        ({"endDate": "Present"}, "start_date", "no dates"),
        ({}, "start_date", "no dates"),
        ({"period": "a long time"}, "start_date", "not a period that can be read"),
        ({"startDate": "2040"}, "start_date", None),
        ({"startDate": "2016", "company": "N/A"}, "employer_name", "no employer"),
        ({"startDate": "2016", "company": "x" * 1_000_000}, "employer_name", "longer than 1,000 characters"),
        ({"startDate": "2016", "position": "x" * 1_000_000}, "title", "longer than 1,000 characters"),
        ({"startDate": "1" * 1_000_000}, "start_date", None),
    ],
)
def test_refused_jobs(tmp_path: Path, job: dict, column: str, reason: str | None) -> None:
    rows, rejects = read_one(tmp_path, {"company": "Acme", **job}, {"name": "Good", "startDate": "2016"})
    assert [row["employer_name"] for row in rows] == ["Good"]
    assert [(r.column, reason and r.reason) for r in rejects] == [(column, reason)]
    assert rejects[0].reason and len(rejects[0].value) <= 200


def test_the_order_of_day_and_month_can_be_told(tmp_path: Path) -> None:
    job = {"company": "Acme", "startDate": "03/04/2019"}
    assert read_one(tmp_path, job)[1][0].reason == "day and month cannot be told apart"
    told = Context(settings=SourceSettings(dates="dmy"), today=TODAY.today)
    assert stay(read_one(tmp_path, job, context=told)[0][0]) == ("2019-04-03", "…")


@pytest.mark.parametrize("entry", [None, {}, "", [], {"company": "", "highlights": ["", None], "x": {"y": ""}}])
def test_blank_entries(tmp_path: Path, entry: Any) -> None:
    rows, rejects = read_one(tmp_path, entry)
    assert (rows, [r.reason for r in rejects]) == ([], ["blank entry"])


def test_sections_by_other_names_and_shapes(tmp_path: Path) -> None:
    job = {"company": "Acme", "startDate": "2016"}
    sections = [{name: [job]} for name in ("experience", "workExpList", "Work_Experience", "jobs")]
    for record in (*sections, {"work": job}):
        path = tmp_path / "resume.json"
        path.write_text(json.dumps(record))
        assert [row["employer_name"] for row in read(path)[0]] == ["Acme"], record
    path.write_text(json.dumps({"work": "ten years at Acme"}))
    assert [(r.column, r.reason) for r in read(path)[1]] == [("work", "not a list of jobs")]
    path.write_text(json.dumps({"work": ["Acme 2016"]}))
    assert [r.reason for r in read(path)[1]] == ["not a job: not a JSON object"]


def test_a_folder_a_list_an_archive_and_gzip(tmp_path: Path) -> None:
    folder = tmp_path / "resumes"
    (folder / "b").mkdir(parents=True)
    job = {"name": "Acme", "startDate": "2016"}
    (folder / "a.json").write_text(json.dumps({"work": [job]}))
    (folder / "b" / "c.json").write_text(json.dumps([{"work": [job]}, {"basics": {}, "work": []}, {"work": [job]}]))
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(json.dumps({"work": [job]}).encode()))
    (folder / ".hidden.json").write_text("not JSON")
    people = ["a.json", "b/c.json#1", "b/c.json#3", "d.jsonl.gz#1"]
    rows, rejects, records = read(folder)
    assert ([row["person_id"] for row in rows], rejects, records) == (people, [], 5)
    with tarfile.open(tmp_path / "resumes.tar.gz", "w:gz") as tar:
        tar.add(folder / "a.json", "a.json")
        tar.add(folder / "b", "b")
    assert [row["person_id"] for row in read(tmp_path / "resumes.tar.gz")[0]] == people[:3]
    assert jsonresume.matches(folder) and jsonresume.matches(tmp_path / "resumes.tar.gz")
    (folder / "table.csv").write_text("a,b\n")
    assert not jsonresume.matches(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"work": []}', True),
        ('{"basics": {"name": "Ada"}}', True),
        ('[{"work": [{"name": "Acme"}]}]', True),
        ('{"work": [{"name": "Acme"}]}\n{"work": []}', True),
        ('{"properties": {"work": {"type": "array"}}, "basics": {}}', False),
        ('{"moves": [{"person": "x", "from": "a", "to": "b"}]}', False),
        ('[{"person": "x", "employer": "a", "start": "2016"}]', False),
        ("[1, 2]", False),
        ("not JSON", False),
        ("", False),
    ],
)
def test_recognised(tmp_path: Path, text: str, expected: bool) -> None:
    path = tmp_path / "file.json"
    path.write_text(text)
    assert jsonresume.matches(path) is expected


def test_memory_does_not_grow_with_the_lines(tmp_path: Path) -> None:
    line = json.dumps({"work": [{"name": "Acme", "startDate": "2016", "summary": "x" * 10_000}]}).encode() + b"\n"
    path = tmp_path / "many.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(4_000):
            stream.write(line)
    tracemalloc.start()
    count = sum(b.positions.num_rows for b in jsonresume.read_batches(path, TODAY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 4_000
    assert peak < 8_000_000 < 4_000 * len(line)


REAL = SHARED / "careers" / "resume_work_histories.jsonl"


@pytest.mark.skipif(not REAL.exists(), reason="the shared resumes are not here")
def test_real_resumes() -> None:
    """25 resumes with 98 entries, one of which holds three roles; the refused ones were found by reading them."""
    rows, rejects, records = read(REAL)
    assert (len(rows), len(rejects), records) == (88, 12, 25)
    reasons = [r.reason for r in rejects]
    assert {reason: reasons.count(reason) for reason in reasons} == {
        "end before start": 1,
        "blank entry": 3,
        "no employer": 7,
        "no such day in the calendar": 1,
    }
    chinese = [(row["employer_name"], *stay(row)) for row in rows if row["person_id"] in ("r018", "r019")]
    assert chinese == [
        ("蚂蚁集团", "2018-06", "…"),
        ("蚂蚁金服", "2017-06", "2017-12"),
        ("数沃信息科技有限公司", "2017-03", "2017-05"),
        ("成都千汇环保科技有限公司", "2024-09", "2025-04"),
    ]
    assert [(row["person_id"], row["start_date"].year) for row in rows if row["given_is_side"]] == [("r010", 2017)]
    open_ones = "r001 r003 r007 r007 r009 r009 r010 r010 r012 r014 r015 r015 r016 r017 r018 r021 r022 r023"
    assert " ".join(row["person_id"] for row in rows if row["end_date"] is None) == open_ones
