"""An archive of ORCID records: made from a few, read by Mercato."""

from __future__ import annotations

import io
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "careers" / "orcid_records"
_NS = "http://www.orcid.org/ns"


def make(file: str, megabytes: int) -> dict[str, Any]:
    """Write an archive of about so many megabytes of XML; gives the bytes of XML and where the records came from."""
    records = [path.read_bytes() for path in sorted(SHARED.glob("*.xml"))] if SHARED.is_dir() else []
    real = bool(records)
    records = records or [_made(works) for works in (2, 60, 60, 60, 70, 120, 240, 560)]
    size = number = 0
    with tarfile.open(file, "w:gz", compresslevel=6) as archive:
        while size < megabytes * 1_000_000:
            data = records[number % len(records)]
            orcid = f"0000-0001-{number // 10_000 % 10_000:04d}-{number % 10_000:04d}"
            member = tarfile.TarInfo(f"ORCID_summaries/{orcid[-3:]}/{orcid}.xml")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
            size, number = size + len(data), number + 1
    return {"bytes": size, "files": number, "real": real}


def _made(works: int) -> bytes:
    """A record with two employments and so many works, which make up most of a real one."""
    spaces = "".join(
        f' xmlns:{name}="{_NS}/{name}"' for name in ("record", "activities", "employment", "common", "work")
    )
    job = (
        '<activities:affiliation-group><employment:employment-summary path="/0000-0001-0000-0000/employment/{n}">'
        "<common:role-title>Researcher</common:role-title><common:start-date><common:year>201{n}</common:year>"
        "<common:month>03</common:month></common:start-date><common:organization><common:name>University {n}"
        "</common:name><common:address><common:city>Lyon</common:city><common:country>FR</common:country>"
        "</common:address></common:organization></employment:employment-summary></activities:affiliation-group>"
    )
    work = (
        '<activities:group><work:work-summary put-code="{n}"><work:title>'
        + "A study " * 200
        + ("</work:title></work:work-summary></activities:group>")
    )
    jobs = "".join(job.format(n=n) for n in (1, 2))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<record:record path="/0000-0001-0000-0000"{spaces}>'
        "<activities:activities-summary><activities:employments>"
        "<common:last-modified-date>2024-05-01T00:00:00Z</common:last-modified-date>"
        f"{jobs}</activities:employments><activities:works>{''.join(work.format(n=n) for n in range(works))}"
        "</activities:works></activities:activities-summary></record:record>"
    ).encode()


def ours(file: str) -> dict[str, Any]:
    """Wall and processor seconds in which Mercato reads the archive, and the most memory held."""
    from benchmarks.child import peak_memory
    from mercato.engines.duckdb import DuckDB
    from mercato.settings import Settings
    from mercato.sources.reading import read_sources

    with tempfile.TemporaryDirectory() as into:
        engine = DuckDB(scratch=Path(into))
        begun, busy = time.perf_counter(), time.process_time()
        reading = read_sources([Path(file)], engine, Path(into), Settings())
        told = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - busy, "peak": peak_memory()}
        engine.close()
    return told | {"accepted": reading.sources[0].accepted, "rejected": reading.sources[0].rejected}
