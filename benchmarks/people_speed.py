"""How long it takes to tell who is one person among a million records of three sources."""

from __future__ import annotations

from typing import Any

from benchmarks.child import apart
from benchmarks.plan import Plan
from benchmarks.row import Section, at_most

PEOPLE = 160_000
"""As many people as three sources tell of in a million records."""


def people(plan: Plan) -> Section:
    """Seconds and memory of the resolution of people, the reading of the files apart."""
    with plan.folder() as folder:
        made = apart("people_speed:make", folder=str(folder), people=plan.size(PEOPLE))
        found = apart("people_speed:resolve", folder=str(folder))
    records, told = made.value, found.value
    rows = (
        at_most(f"people among {records:,} records of three sources", 300, told["seconds"], "s"),
        at_most("the same, with reading: memory", 8, found.gigabytes, "GB"),
    )
    return Section("People", rows, (f"{told['given']:,} ids and names are {told['found']:,} people.",))


def make(folder: str, people: int) -> int:
    """Write the sources; gives how many records they hold."""
    from pathlib import Path

    from mercato.simulate.duplicates import simulate_duplicates

    return sum(simulate_duplicates(Path(folder), people, seed=3).records.values())


def resolve(folder: str) -> dict[str, Any]:
    """Read the sources and resolve their people."""
    from pathlib import Path

    from benchmarks.accuracy.people import judge

    judged = judge(Path(folder))
    return {"seconds": judged.seconds, "given": judged.given, "found": judged.found}
