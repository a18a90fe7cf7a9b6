"""LinkedIn's data exports: zips, folders and folders of zips to the rows that they hold, and what is refused."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tables_text import read_day, read_precision, read_table

from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.reading import Reading, read_sources

MADE = (2024, 1, 20, 10, 0, 0)
POSITIONS = (
    "Company Name,Title,Description,Location,Started On,Finished On\n"
    'Acme Ltd,"Engineer, platform","Two lines,\nwith a comma","Lyon, France",Jan 2020,\n'
    "Beta,Analyst,,,2016,Dec 2019\n"
)
PROFILE = (
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location\n"
    'Ada,Byron,,,,"Engineer",,Computing,,"Lyon, France"\n'
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def zipped(file: Path, made: tuple[int, ...] = MADE, **files: str | bytes) -> Path:
    """A zip with files named by the keyword (``Positions`` is Positions.csv), written at a time."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name if "." in name else f"{name}.csv", made)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)
    return file


def read(engine: Any, path: Path, into: Path, **said: Any) -> Reading:
    reading = read_sources([path], engine, into / "read", Settings(source=SourceSettings(**said)))
    for source in reading.sources:
        assert source.read == source.accepted + source.rejected
    return reading


def rows(reading: Reading) -> list[dict[str, Any]]:
    found = [row for path in reading.positions for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: row["record"])


def rejects(reading: Reading) -> list[tuple[int, str, str]]:
    return sorted((r["record"], r["file"], r["reason"]) for r in pq.read_table(reading.rejects).to_pylist())


def assert_rows(reading: Reading, text: str) -> None:
    """Compare employer, title, dates, place and side role with a table written out."""
    expected = [
        (
            row["employer"], row["title"] or None, read_day(row["start"]), read_precision(row["start"]),
            read_day(row["end"]), read_precision(row["end"]),
        )
        for row in read_table(text)
    ]  # fmt: skip
    found = [
        (r["employer_name"], r["title"], r["start_date"], r["start_precision"], r["end_date"], r["end_precision"])
        for r in rows(reading)
    ]
    assert found == expected


def test_a_zip_is_the_jobs_of_one_person(engine: Any, tmp_path: Path) -> None:
    file = zipped(
        tmp_path / "Basic_LinkedInDataExport_01-22-2024.zip", Positions=POSITIONS, Profile=PROFILE, Skills="Name\nC\n"
    )
    reading = read(engine, file, tmp_path)
    assert_rows(reading, """
        employer | title              | start   | end
        Acme Ltd | Engineer, platform | 2020-01 |
        Beta     | Analyst            | 2016    | 2019-12
    """)  # fmt: skip
    first, second = rows(reading)
    assert first["person_id"] == second["person_id"]
    assert first["person_id"].startswith("name:Ada Byron #")
    assert (first["place"], first["verified_on"]) == ("Lyon, France", dt.date(2024, 1, 20))
    assert reading.sources[0].format == "LinkedIn export"


def test_volunteering_is_a_side_role_and_the_address_of_the_profile_names_the_person(
    engine: Any, tmp_path: Path
) -> None:
    profile = "First Name,Last Name,Public Profile Url\nAda,Byron,https://www.linkedin.com/in/Ada-B%C3%A9/?x=1\n"
    volunteering = (
        "Company Name,Role,Cause,Started On,Finished On,Description\nRed Cross,Driver,Health,Mar 2018,May 2018,\n"
    )
    file = zipped(tmp_path / "a.zip", Positions=POSITIONS, Profile=profile, Volunteering=volunteering)
    reading = read(engine, file, tmp_path)
    assert_rows(reading, """
        employer  | title              | start   | end
        Acme Ltd  | Engineer, platform | 2020-01 |
        Beta      | Analyst            | 2016    | 2019-12
        Red Cross | Driver             | 2018-03 | 2018-05
    """)  # fmt: skip
    assert [r["given_is_side"] for r in rows(reading)] == [None, None, True]
    assert {r["person_id"] for r in rows(reading)} == {"linkedin:ada-bé"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_french_headers_months_delimiters_and_encodings(engine: Any, tmp_path: Path, encoding: str) -> None:
    text = (
        "Remarques :\n\"Ce fichier contient les postes de votre profil.\"\n\n"
        "Nom de l’entreprise;Intitulé du poste;Description;Lieu;Commencé le;Terminé le\n"
        "Société Générale;Ingénieure d’études;« Été »;Paris;févr. 2019;août 2021\n"
        "Électricité;Stagiaire;;;2018;2018\n"
    )  # fmt: skip
    reading = read(engine, zipped(tmp_path / "e.zip", Positions=text.encode(encoding)), tmp_path)
    assert_rows(reading, """
        employer         | title               | start   | end
        Société Générale | Ingénieure d’études | 2019-02 | 2021-08
        Électricité      | Stagiaire           | 2018    | 2018
    """)  # fmt: skip


def test_a_folder_of_exports_is_one_source_and_two_of_one_name_stay_two_people(engine: Any, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    zipped(folder / "a.zip", Positions=POSITIONS, Profile=PROFILE)
    zipped(folder / "b.zip", Positions=POSITIONS.replace("Acme", "Ajax"), Profile=PROFILE)
    zipped(folder / "c.zip", **{"Complete/Positions.csv": POSITIONS})
    unpacked = folder / "d"
    unpacked.mkdir()
    (unpacked / "Positions.csv").write_text(
        "Company Name,Title,Description,Location,Started On,Finished On\nD,T,,,2001,\n"
    )
    (unpacked / "Profile.csv").write_text(PROFILE)
    (folder / "README.txt").write_text("notes")
    reading = read(engine, folder, tmp_path)
    assert len(reading.sources) == 1
    assert [r["record"] for r in rows(reading)] == list(range(1, 8))
    people = {r["person_id"] for r in rows(reading)}
    assert len(people) == 4
    assert sum(p.startswith("name:Ada Byron #") for p in people) == 3
    assert sum(p.startswith("export:") for p in people) == 1
    assert rows(reading)[-1]["verified_on"] is None


def test_zip_folder_and_unpacked_folder_give_the_same_rows(engine: Any, tmp_path: Path) -> None:
    zipped(tmp_path / "one.zip", Positions=POSITIONS, Profile=PROFILE)
    folder = tmp_path / "Basic_LinkedInDataExport_01-20-2024"
    folder.mkdir()
    (folder / "Positions.csv").write_text(POSITIONS)
    (folder / "Profile.csv").write_text(PROFILE)
    (folder / "Connections.csv").write_text(
        "Notes:\n\nFirst Name,Last Name,Company,Position,Connected On\nX,Y,Z,T,01 Jan 2020\n"
    )
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    assert rows(read(engine, tmp_path / "one.zip", tmp_path / "1")) == rows(read(engine, folder, tmp_path / "2"))


def test_a_table_of_careers_called_positions_is_no_export(engine: Any, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "positions.csv").write_text("person_id,employer,title,start_date,end_date\np1,Acme,E,2015-01-01,\n")
    reading = read(engine, folder, tmp_path)
    assert (reading.sources[0].format, rows(reading)[0]["person_id"]) == ("CSV", "p1")


def test_faults_of_single_exports_among_many_are_rejects(engine: Any, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    zipped(folder / "a.zip", Positions=POSITIONS + "Gamma,T,,,2020,2019\nDelta,T\n,T,,,2020,\n", Profile=PROFILE)
    zipped(folder / "b_LinkedInDataExport.zip", Profile=PROFILE)
    (folder / "c_LinkedInDataExport.zip").write_bytes(b"PK\x03\x04 not a zip")
    zipped(folder / "d.zip", **{"../Positions.csv": POSITIONS})
    zipped(folder / "e.zip", Positions="Firma,Titel\nx,y\n", Profile=PROFILE)
    zipped(folder / "f.zip", Positions=b"\x00\x01\x02\xff" * 100)
    locked(zipped(folder / "g.zip", Positions=POSITIONS))
    reading = read(engine, folder, tmp_path)
    assert [r["employer_name"] for r in rows(reading)] == ["Acme Ltd", "Beta"]
    assert rejects(reading) == [
        (3, "a.zip", "end before start"),
        (4, "a.zip", "no employer"),
        (5, "a.zip", "broken line: 2 columns where the header has 6"),
        (6, "b_LinkedInDataExport.zip", "holds no Positions.csv"),
        (7, "c_LinkedInDataExport.zip", "is not a whole zip archive (File is not a zip file)"),
        (8, "d.zip/..", "Positions.csv: its name leads outside the archive"),
        (9, "e.zip", "no columns of company, title and start (Company Name, Title, Started On, Finished On)"),
        (10, "f.zip", "is not text (it holds bytes that no text holds)"),
        (11, "g.zip", "Positions.csv: is protected by a password"),
    ]


def locked(file: Path) -> Path:
    """The same zip with the bit set that says that its members are encrypted."""
    data = bytearray(file.read_bytes())
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    file.write_bytes(data)
    return file


def test_one_export_that_cannot_be_read_is_an_error_that_says_what_to_do(engine: Any, tmp_path: Path) -> None:
    said = {
        "holds no Positions.csv, but 'profile.csv'": zipped(tmp_path / "a_LinkedInDataExport.zip", Profile=PROFILE),
        "protected by a password": locked(zipped(tmp_path / "b.zip", Positions=POSITIONS)),
        "leads outside the archive": zipped(tmp_path / "c.zip", **{"../Positions.csv": POSITIONS}),
        "holds no position": zipped(tmp_path / "d.zip", Positions=POSITIONS.splitlines()[0]),
        "Started On": zipped(tmp_path / "e.zip", Positions="Firma,Titel\nx,y\n", Profile=PROFILE),
    }
    for words, file in said.items():
        with pytest.raises(DataError, match=words):
            read(engine, file, tmp_path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("Positions.csv", "w") as stream:
        stream.write(POSITIONS.encode())
        for _ in range(40):
            stream.write(b"\n" * (1 << 20))
    with pytest.raises(DataError, match="zip bomb"):
        read(engine, file, tmp_path)


def test_hostile_values_come_through_or_are_counted(engine: Any, tmp_path: Path) -> None:
    head = "Company Name,Title,Description,Location,Started On,Finished On\n"
    lines = (
        "\u202eמפעל,مهندس 🚀,,,Jan 2020,\n"
        "'; DROP TABLE staged; --,a|b.*[\\,,,2020,\n"
        f"{'x' * 10_000},T,,,2020,\n"
        "Nul\0l,T,,,2020,\n"
        '"never closed,T,,,2020,\n'
    )
    reading = read(engine, zipped(tmp_path / "h.zip", Positions=head + lines), tmp_path)
    assert [r["employer_name"] for r in rows(reading)] == ["\u202eמפעל", "'; DROP TABLE staged; --"]
    assert [reason for _, _, reason in rejects(reading)] == [
        "longer than 500 characters",
        "holds NUL bytes",
        "broken line: a quote is never closed",
    ]


def test_a_zip_within_memory_is_never_written_to_disk(tmp_path: Path) -> None:
    from mercato.sources.zips import packed

    zipped(tmp_path / "z.zip", **{"a/../../Positions.csv": "x", "C:/Positions.csv": "x", "ok/Positions.csv": "x"})
    assert [(m.name, m.data, m.fault) for m in packed(tmp_path / "z.zip", lambda name: True)] == [
        ("C:/Positions.csv", b"", "its name leads outside the archive"),
        ("a/../../Positions.csv", b"", "its name leads outside the archive"),
        ("ok/Positions.csv", b"x", ""),
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["z.zip"]
