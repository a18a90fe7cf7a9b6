"""Reading files: a CSV of positions beside DuckDB's own reader, and an archive of ORCID records."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child import apart
from benchmarks.plan import Plan
from benchmarks.populations import population
from benchmarks.row import Section, at_least, at_most

REPEATS = 3


def csv(plan: Plan) -> Section:
    """A CSV of 3.1 million positions, each reader three times in turn, the median of each."""
    folder = population(plan.data, plan.size(1_000_000))[0]
    file = plan.data / f"{folder.name}.csv"
    if not file.is_file():
        apart("csv_path:make", folder=folder, file=file)
    turns = [
        (apart("csv_path:ours", file=file).value, apart("csv_path:theirs", file=file).value) for _ in range(REPEATS)
    ]
    mine, theirs = (median(turn[side]["seconds"] for turn in turns) for side in (0, 1))
    size = file.stat().st_size / 1e6
    row = at_most(
        f"reading a CSV of {turns[0][0]['rows']:,} positions ({size:,.0f} MB) against DuckDB's typed read", 2,
        mine / theirs, "× its time", f"{mine:.2f} s against {theirs:.2f} s: {mine / theirs:.2f} ×",
    )  # fmt: skip
    note = (
        f"Medians of {REPEATS}, in turn. DuckDB is told the columns and types and writes Parquet; Mercato finds the "
        "delimiter, columns and date styles, checks and numbers every record, keeps the rejected ones "
        "and writes Parquet."
    )
    return Section("Reading a CSV of positions", (row,), (note,))


def orcid(plan: Plan) -> Section:
    """An archive of 200 MB of XML, and one of a quarter of it for the growth of memory."""
    large, small = (_archive(plan, plan.size(megabytes)) for megabytes in (200, 50))
    told = {
        size: apart("orcid_path:ours", file=archive["file"]).value
        for size, archive in (("large", large), ("small", small))
    }
    found = told["large"]
    megabytes = large["bytes"] / 1e6
    speed = megabytes / max(found["cpu"], found["wall"])
    growth = found["peak"] / told["small"]["peak"]
    rows = (
        at_least(f"ORCID records, {megabytes:,.0f} MB of XML in .tar.gz", 40, speed, "MB/s per core"),
        at_most("ORCID records: memory, four times the XML", 1.1, growth, "× the memory",
            f"{told['small']['peak'] / 1e6:,.0f} MB to {found['peak'] / 1e6:,.0f} MB: {growth:.2f} ×"),
    )  # fmt: skip
    source = "real records, repeated under made iDs" if large["real"] else "made records"
    note = (
        f"{large['files']:,} files ({source}), {megabytes * 1000 / large['files']:,.0f} kB each on average; smaller "
        f"ones take longer per MB. {found['wall']:.2f} s by the clock, {found['cpu']:.2f} s of processor: the greater "
        "counts."
    )
    return Section("Reading ORCID records", rows, (note,))


def _archive(plan: Plan, megabytes: int) -> dict[str, Any]:
    """An archive of so many megabytes, kept in the data folder with what is known of it."""
    file = plan.data / f"orcid-{megabytes}.tar.gz"
    known = Path(f"{file}.json")
    if not (file.is_file() and known.is_file()):
        known.write_text(json.dumps(apart("orcid_path:make", file=file, megabytes=megabytes).value))
    return {"file": file, **json.loads(known.read_text())}
