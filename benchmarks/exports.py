"""Reading exports: LinkedIn's zips and tables and Revelio's positions, beside DuckDB's own reading of the same rows."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child import apart
from benchmarks.plan import Plan
from benchmarks.populations import population
from benchmarks.row import Row, Section, at_most

REPEATS = 3
EXPORTS = 20_000


def run(plan: Plan) -> Section:
    """A Revelio CSV and a table with LinkedIn's columns of 3.1 million positions each, and 20,000 zips."""
    folder = population(plan.data, plan.size(1_000_000))[0]
    into = plan.data / f"{folder.name}-exports"
    into.mkdir(exist_ok=True)
    if not (into / "linkedin.csv").is_file():
        apart("exports_path:make", folder=folder, into=into)
    rows = [
        _table(into / "revelio.csv", "a Revelio CSV", typed=True),
        _table(into / "linkedin.csv", "a table with LinkedIn's columns", typed=False),
        _zips(into, plan.size(EXPORTS)),
    ]
    note = (
        f"Medians of {REPEATS}, in turn; the zips once. DuckDB is told columns and types, writes Parquet; dates like "
        "'Jan 2020', which it cannot read, are text to it. The zips are bound by opening them, each with 16 files: the "
        "rows that they hold, as one plain CSV, are read by DuckDB in next to no time."
    )
    return Section("Reading exports", tuple(rows), (note,))


def _table(file: Path, what: str, typed: bool) -> Row:
    turns = [
        (
            apart("exports_path:ours", path=file).value,
            apart("exports_path:theirs", path=file, typed=typed).value,
        )
        for _ in range(REPEATS)
    ]
    mine, theirs = (median(turn[side]["seconds"] for turn in turns) for side in (0, 1))
    return at_most(
        f"reading {what} of {turns[0][0]['rows']:,} positions ({file.stat().st_size / 1e6:,.0f} MB) against DuckDB's",
        2, mine / theirs, "× its time", f"{mine:.2f} s against {theirs:.2f} s: {mine / theirs:.2f} ×",
    )  # fmt: skip


def _zips(into: Path, exports: int) -> Row:
    """What many zips reach; no verdict, since opening them is most of the work."""
    folder = into / f"zips-{exports}"
    known = Path(f"{folder}.json")
    if not known.is_file():
        told = apart("exports_path:make_zips", table=into / "linkedin.csv", folder=folder, exports=exports).value
        known.write_text(json.dumps(told))
    made: dict[str, Any] = json.loads(known.read_text())
    bare = apart("exports_path:opened", folder=folder).value["seconds"]
    mine = apart("exports_path:ours", path=folder).value["seconds"]
    theirs = apart("exports_path:theirs", path=f"{folder}.csv", typed=False).value["seconds"]
    return Row(
        f"reading {exports:,} LinkedIn zips with {made['rows']:,} positions ({made['bytes'] / 1e6:.1f} MB of CSV)",
        "",
        f"{mine:.2f} s: {exports / mine:,.0f} zips/s, {made['bytes'] / 1e6 / mine:.2f} MB/s; opening them alone "
        f"{bare:.2f} s; DuckDB on one CSV of the rows {theirs:.2f} s",
        None,
        None,
    )
