"""Destinations of all employers among 10 million people, from spells to released figures with intervals."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.child import apart
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Section, at_most

PEOPLE = 10_000_000


def run(plan: Plan) -> Section:
    """The measure alone: careers are built before the clock starts."""
    people = plan.size(PEOPLE)
    told = apart("leaving:measured", folder=population(plan.data, people)[0]).value
    what = f"destinations (kinds of employers) of all {told['employers']:,} employers, {counted(people)} people"
    row = at_most(what, 20, told["seconds"], "s", f"{told['seconds']:.1f} s, {told['peak'] / 1e9:.2f} GB")
    note = (
        f"{told['cells']:,} cells after 24 months, of which {told['shown']:,} are shown; the variance is clustered by "
        "person at employers to which anybody came back. The same of everyone together, pairs of stays of one person "
        f"being counted over all people: {told['overall']:.1f} s."
    )
    return Section("Destinations of all employers", (row,), (note,))


def measured(folder: str) -> dict[str, Any]:
    """Seconds that the measure takes, by employer and over all of them; spells being there."""
    import pyarrow.compute as pc

    import mercato
    from benchmarks.child import peak_memory

    with mercato.read([folder]) as market:
        market.spells()
        begun = time.perf_counter()
        table = market.measure("destinations", by=["employer", "destination_kind"]).to_arrow()
        seconds = time.perf_counter() - begun
        peak = peak_memory()
        market.measure("destinations", by=["destination_kind"])
        overall = time.perf_counter() - begun - seconds
    return {
        "seconds": seconds,
        "overall": overall,
        "peak": peak,
        "cells": table.num_rows,
        "employers": pc.count_distinct(table["employer"]).as_py(),
        "shown": pc.sum(pc.equal(table["status"], "ok")).as_py(),
    }
