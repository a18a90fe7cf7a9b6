"""Exports: a folder of LinkedIn zips, one large table with LinkedIn's columns, a Revelio CSV; by us and by DuckDB."""

from __future__ import annotations

import shutil
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

_MONTHS = "['Jan','Feb','Mar','Apr','May','Jun','Jul','Aug','Sep','Oct','Nov','Dec']"
_OTHER = ("Connections", "Skills", "Education", "Languages", "Certifications", "Projects", "Endorsement_Received_Info",
          "Email Addresses", "PhoneNumbers", "Registration", "Ad_Targeting", "Learning", "Invitations",
          "messages")  # fmt: skip
_TYPED = {
    "user_id": "BIGINT", "position_id": "BIGINT", "company_raw": "VARCHAR", "company_name": "VARCHAR", "rcid": "BIGINT",
    "location_raw": "VARCHAR", "country": "VARCHAR", "title_raw": "VARCHAR", "job_category": "VARCHAR",
    "seniority": "INTEGER", "startdate": "DATE", "enddate": "DATE", "remote_suitability": "DOUBLE", "weight": "DOUBLE",
}  # fmt: skip


def make(folder: str, into: str) -> dict[str, int]:
    """Write the positions of a population with Revelio's and with LinkedIn's columns; gives the number of rows."""
    import duckdb

    source = Path(folder) / "positions.parquet"
    rows = f"(SELECT *, row_number() OVER () AS n FROM '{source}')"
    revelio = (
        "SELECT person_id AS user_id, n AS position_id, lower(employer_name) AS company_raw, "
        "employer_name AS company_name, hash(employer_name) % 1000000 AS rcid, 'Paris, France' AS location_raw, "
        "'France' AS country, title AS title_raw, "
        "CASE n % 3 WHEN 0 THEN 'Engineer' WHEN 1 THEN 'Finance' ELSE 'Sales' END AS job_category, "
        "1 + n % 7 AS seniority, date_trunc('month', start_date)::DATE AS startdate, "
        "date_trunc('month', end_date)::DATE AS enddate, 0.5 AS remote_suitability, 1.25 AS weight"
    )

    def month(day: str) -> str:
        return f"CASE WHEN {day} IS NOT NULL THEN {_MONTHS}[month({day})] || ' ' || year({day}) END"

    linkedin = (
        'SELECT \'https://www.linkedin.com/in/p\' || person_id AS "Profile URL", employer_name AS "Company Name", '
        'title AS "Title", \'What was done, in a line, and who it was done with\' AS "Description", '
        f'\'Lyon, France\' AS "Location", {month("start_date")} AS "Started On", {month("end_date")} AS "Finished On"'
    )
    for name, chosen in (("revelio", revelio), ("linkedin", linkedin)):
        duckdb.execute(f"COPY ({chosen} FROM {rows}) TO '{into}/{name}.csv' (FORMAT csv, HEADER)")
    return {"rows": int(duckdb.sql(f"SELECT count(*) FROM '{source}'").fetchall()[0][0])}


def make_zips(table: str, folder: str, exports: int) -> dict[str, int]:
    """Write the first people of the table with LinkedIn's columns as zips, each with files such as an export holds."""
    import duckdb

    people = duckdb.sql(
        f'SELECT "Profile URL", list(struct_pack(a := "Company Name", b := Title, c := Description, d := Location, '
        f'e := "Started On", f := "Finished On")) FROM read_csv(\'{table}\', all_varchar = true) '
        f"GROUP BY 1 ORDER BY 1 LIMIT {exports}"
    ).fetchall()
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    size = rows = 0
    with Path(f"{folder}.csv").open("w", encoding="utf-8") as plain:
        plain.write("n,Company Name,Title,Description,Location,Started On,Finished On\n")
        for number, (address, jobs) in enumerate(people):
            lines = [",".join(f'"{v}"' if v and "," in v else v or "" for v in job.values()) for job in jobs]
            text = "Company Name,Title,Description,Location,Started On,Finished On\n" + "\n".join(lines) + "\n"
            profile = f"First Name,Last Name,Headline,Public Profile Url\nA,B{number},Engineer,{address}\n"
            with zipfile.ZipFile(
                f"{folder}/Basic_LinkedInDataExport_{number}.zip", "w", zipfile.ZIP_DEFLATED
            ) as archive:
                archive.writestr("Positions.csv", text)
                archive.writestr("Profile.csv", profile)
                for other in _OTHER:
                    archive.writestr(f"{other}.csv", "Name\nx\n")
            plain.writelines(f"{number},{line}\n" for line in lines)
            size, rows = size + len(text) + len(profile), rows + len(lines)
    return {"bytes": size, "rows": rows}


def ours(path: str) -> dict[str, Any]:
    """Seconds in which Mercato reads a file or folder into its typed Parquet, and what it accepts."""
    from mercato.engines.duckdb import DuckDB
    from mercato.settings import Settings
    from mercato.sources.reading import read_sources

    with tempfile.TemporaryDirectory() as into:
        engine = DuckDB(scratch=Path(into))
        begun = time.perf_counter()
        reading = read_sources([Path(path)], engine, Path(into), Settings())
        seconds = time.perf_counter() - begun
        engine.close()
    return {"seconds": seconds, "rows": reading.sources[0].accepted, "format": reading.sources[0].format}


def theirs(path: str, typed: bool) -> dict[str, Any]:
    """Seconds in which DuckDB reads the same file into Parquet, told the types where it can read them, else as text."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    how = f"columns = {_TYPED}" if typed else "all_varchar = true"
    with tempfile.TemporaryDirectory() as into:
        begun = time.perf_counter()
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', header = true, delim = ',', quote = '\"', {how})) "
            f"TO '{into}/rows.parquet' (FORMAT parquet, COMPRESSION lz4)"
        )
        return {"seconds": time.perf_counter() - begun}


def opened(folder: str) -> dict[str, Any]:
    """Seconds in which the standard library opens each zip and unpacks its two files, and nothing more."""
    begun = time.perf_counter()
    for path in sorted(Path(folder).iterdir()):
        with zipfile.ZipFile(path) as archive:
            archive.read("Positions.csv")
            archive.read("Profile.csv")
    return {"seconds": time.perf_counter() - begun}
