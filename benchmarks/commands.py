"""The commands as a person runs them: how long help takes, and a report."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.plan import Plan
from benchmarks.populations import population
from benchmarks.row import Section, at_most

_ROWS_PER_PERSON = 3.14


def run(plan: Plan) -> Section:
    """``mercato --help`` ten times, and a report on 10,000 messy rows."""
    helps = [_seconds("--help") for _ in range(10)]
    people = round(10_000 / _ROWS_PER_PERSON)
    file = population(plan.data, people, messy=True)[0] / "positions.csv"
    with file.open(encoding="utf-8") as stream:
        rows = sum(1 for _ in stream) - 1
    with tempfile.TemporaryDirectory() as folder:
        seconds = _seconds("report", str(file), "--into", str(Path(folder) / "report"))
    rows_told = (
        at_most("mercato --help, median of 10", 0.4, median(helps), "s"),
        at_most(f"mercato report, a messy CSV of {rows:,} rows, both languages", 10, seconds, "s"),
    )
    return Section("Commands", rows_told)


def _seconds(*arguments: str) -> float:
    command = Path(sys.executable).with_name("mercato")
    begun = time.perf_counter()
    subprocess.run([str(command), *arguments], check=True, capture_output=True)
    return time.perf_counter() - begun
