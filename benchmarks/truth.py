"""Planted truth on 1 million people, clean and messy; and where correctness is shown."""

from __future__ import annotations

from benchmarks.child import apart
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Row, Section

LEAST_SHARE = 0.92


def planted(plan: Plan) -> Section:
    """The share of planted figures that lie inside their interval."""
    people = plan.size(1_000_000)
    rows, notes = [], []
    for messy in (False, True):
        found = apart("planted:counted", folder=population(plan.data, people, messy)[0]).value
        share = found["inside"] / found["compared"]
        kind = "messy" if messy else "clean"
        measured = f"{share:.1%} ({found['inside']} of {found['compared']})"
        what = f"planted figures inside their interval, {counted(people)} people, {kind}"
        rows.append(Row(what, f"≥ {LEAST_SHARE:.0%}", measured, LEAST_SHARE / share, share >= LEAST_SHARE))
        each = ", ".join(f"{name} {inside} of {compared}" for name, (inside, compared) in found["by_measure"].items())
        notes.append(f"{kind}: {each}; {found['withheld']} figures had no published cell.")
        notes += [f"{kind}, outside: {miss}" for miss in found["misses"]] if plan.verbose else []
    return Section("Planted truth", tuple(rows), tuple(notes))


def correctness(plan: Plan) -> Section:
    """No figure here: the tests show it."""
    what = "every measure equals its hand-worked table, lifelines, scipy and a naive oracle"
    return Section("Correctness", (Row(what, "1e-9", "shown by `make test`", None, None),))
