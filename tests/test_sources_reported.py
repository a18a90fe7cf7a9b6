"""Reported moves: read apart from careers, with what they do not tell counted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import mercato
from mercato.checking import check_inputs
from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings
from mercato.sources.reading import Reading, read_sources
from mercato.tables import REPORTED_MOVES

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "careers"
MOVES = [
    {"id": "1", "person": "Ada B", "from": "", "to": "Acme", "date": "2026-03-19", "source": "https://a.example/1",
     "tags": ["x"]},
    {"id": "2", "person_name": "王小明", "from_company": "字节跳动", "to_company": "未知", "date_event": "2025-06",
     "source_url": "https://b.example/2", "date_discovered": "2025-07-02"},
    {"id": "3", "person_name": "Ada B", "from_company": "Acme", "to_company": "Bolt / Bolt AI",
     "date_event": "2027 spring", "date_discovered": "2026-01-01"},
    {"id": "4", "person_name": "Cy D", "from_company": "Unknown", "to_company": "", "date_event": "2025-01-01"},
    {"id": "5", "person_name": "", "from_company": "Acme", "to_company": "Bolt", "date_event": "2025-01-01"},
    {"id": "6", "person_name": "Ada B", "from_company": None, "to_company": "ACME", "date_event": "2026-03-19"},
    {"id": "7", "person_name": "Ed F", "from_company": "Acme", "to_company": "Bolt", "date_event": "soon"},
    {"id": "8", "person_name": "Ed F", "from_company": "Acme", "to_company": "Bolt", "date_discovered": "2026-02-03"},
    {"id": "9", "person_name": "Ed F", "from_company": "Acme", "to_company": "Bolt"},
]  # fmt: skip
CAREERS = "person_id,employer,start_date,end_date\n" + "".join(f"p{n},Acme,2019-01-01,2020-01-01\n" for n in range(20))


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def read(engine: Any, file: Path, into: Path) -> Reading:
    reading = read_sources([file], engine, into / "read", Settings())
    for source in reading.sources:
        assert source.read == source.accepted + source.rejected
    return reading


def written(folder: Path) -> Path:
    file = folder / "moves.json"
    file.write_text(json.dumps(MOVES, ensure_ascii=False), "utf-8")
    return file


def test_two_schemas_in_one_file_and_what_each_record_does_not_tell(engine: Any, tmp_path: Path) -> None:
    reading = read(engine, written(tmp_path), tmp_path)
    (file,) = reading.reported_moves
    assert (reading.positions, reading.sightings) == ([], [])
    assert pq.read_schema(file).names == list(REPORTED_MOVES.names)
    found = [
        tuple(r[n] for n in ("record", "person_id", "origin_name", "destination_name", "moved_on", "moved_precision"))
        for r in pq.read_table(file).to_pylist()
    ]
    assert found == [
        (1, "name:Ada B", None, "Acme", dt.date(2026, 3, 19), "day"),
        (2, "name:王小明", "字节跳动", None, dt.date(2025, 6, 1), "month"),
        (3, "name:Ada B", "Acme", "Bolt / Bolt AI", dt.date(2027, 1, 1), "year"),
        (8, "name:Ed F", "Acme", "Bolt", None, None),
    ]
    rejects = [(r["record"], r["column"], r["reason"]) for r in pq.read_table(reading.rejects).to_pylist()]
    assert sorted(rejects) == [
        (4, "to_company", "no employer"),
        (5, "person_name", "no person"),
        (6, "", "duplicate of an earlier record"),
        (7, "date_event", "not a date"),
        (9, "date_event", "no date"),
    ]
    note = reading.sources[0].notes[0]
    assert note.startswith("4 reported moves, unverified: they are kept apart, and begin and end no stay")
    assert note.endswith(
        "1 name no employer left, 1 none joined, 2 are dated to the month or year, 1 only by the report"
    )


def test_a_csv_of_moves(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "moves.csv"
    file.write_text("Nom;De;Vers;Date;Lien\nAda;Acme;Bolt;03/2020;https://a.example\nBob;Bolt;Acme;14/02/2021;\n")
    (row, other) = pq.read_table(read(engine, file, tmp_path).reported_moves[0]).to_pylist()
    assert (row["origin_name"], row["destination_name"], row["moved_on"]) == ("Acme", "Bolt", dt.date(2020, 3, 1))
    assert (row["report"], other["report"], other["moved_on"]) == ("https://a.example", None, dt.date(2021, 2, 14))


def test_from_and_to_that_hold_dates_are_stays(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("name,company,from,to,date\nAda,Acme,2019-01-01,2020-01-01,2021-01-01\n")
    assert read(engine, file, tmp_path).sources[0].table == "positions"


def test_a_report_of_only_reported_moves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds only reported moves \(4 of them\).*no careers"):
        mercato.read(written(tmp_path))


def test_beside_careers_they_are_counted_and_change_no_figure(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "careers.csv").write_text(CAREERS)
    with mercato.read(folder) as alone:
        before = alone.run(alone.spells()).sort_by("person_id").to_pylist()
    written(folder)
    with mercato.read(folder) as both:
        assert both.run(both.spells()).sort_by("person_id").to_pylist() == before
        assert [(source.table, source.accepted) for source in both.sources] == [
            ("positions", 20),
            ("reported_moves", 4),
        ]
        edition = repr(both.edition())
        assert "Ada B" not in edition and "王小明" not in edition


def test_check_shows_them_without_names(tmp_path: Path) -> None:
    lines = "\n".join(check_inputs([written(tmp_path)], Settings(), lambda *told: None, tmp_path / "rejects.csv"))
    assert "moves.json: 9 read = 4 accepted + 5 rejected" in lines
    assert "Ada" not in lines + (tmp_path / "rejects.csv").read_text()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not beside the project")
def test_the_moves_that_the_press_reported(engine: Any, tmp_path: Path) -> None:
    """Real reports: two schemas, Chinese and English names, destinations left empty."""
    reading = read(engine, SHARED / "reported_ai_moves.json", tmp_path)
    moves = pq.read_table(reading.reported_moves[0]).to_pylist()
    assert len(moves) + reading.sources[0].rejected == 151
    assert len(moves) >= 145
    assert all(r["moved_on"] and (r["origin_name"] or r["destination_name"]) for r in moves)
    assert 40 <= sum(r["destination_name"] is None for r in moves) <= 50
