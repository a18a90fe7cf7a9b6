"""Reading nested JSON: records of People Data Labs, OpenAlex and Wikidata beside DuckDB's raw read of the same file."""

from __future__ import annotations

from statistics import median

from benchmarks.child import apart
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_least

REPEATS = 3
MEGABYTES = 200
KINDS = {"pdl": "People Data Labs", "openalex": "OpenAlex authors", "wikidata": "Wikidata entities"}


def json(plan: Plan) -> Section:
    """Each kind of record in a file of 200 MB, each reader three times in turn, the median of each."""
    rows = tuple(_row(plan, kind, name) for kind, name in KINDS.items())
    note = (
        f"Medians of {REPEATS}, in turn, each in a process of its own. DuckDB's raw read is its read_ndjson_auto of "
        "the whole file into a table in memory, its structure found by itself; Mercato recognises the format, takes "
        "the jobs apart, dates and checks each, keeps the rejected ones and writes Parquet."
    )
    return Section("Reading nested JSON", rows, (note,))


def _row(plan: Plan, kind: str, name: str) -> Row:
    file = plan.data / f"{kind}-{plan.size(MEGABYTES)}.jsonl"
    plan.data.mkdir(parents=True, exist_ok=True)
    if not file.is_file():
        apart("json_path:make", kind=kind, file=file, megabytes=plan.size(MEGABYTES))
    turns = [
        (apart("json_path:ours", file=file).value, apart("json_path:theirs", file=file).value) for _ in range(REPEATS)
    ]
    mine, raw = (median(turn[side]["seconds"] for turn in turns) for side in (0, 1))
    size, jobs = file.stat().st_size / 1e6, turns[0][0]["accepted"]
    measured = f"{size / mine:,.0f} MB/s against {size / raw:,.0f} MB/s: {raw / mine:.2f} ×"
    what = f"reading {name}, {size:,.0f} MB of JSON lines with {jobs:,} jobs, against DuckDB's raw read"
    return at_least(what, 0.5, raw / mine, "× its speed", measured)
