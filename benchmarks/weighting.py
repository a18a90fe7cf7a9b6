"""200 bootstrap draws of weighted retention of 100 employers, with 10 million people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.child import apart
from benchmarks.clock import told
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Section, at_most

PEOPLE = 10_000_000
EMPLOYERS = 100
DRAWS = 200
MARGINS = {
    "families.csv": "family,people\nengineering,300000\nresearch,60000\ndata,120000\nother,520000\n",
    "levels.csv": "kind,level,people\nai_lab,entry,20000\nai_lab,other,50000\nother,entry,280000\nother,other,650000\n",
}


def run(plan: Plan) -> Section:
    """From careers and weights that are there, as for any further measure; what comes before is told beside."""
    people = plan.size(PEOPLE)
    folder, _ = population(plan.data, people)
    with plan.folder() as kept:
        files = [kept / name for name in MARGINS]
        for file in files:
            file.write_text(MARGINS[file.name], "utf-8")
        found = apart("weighting:weighted_retention", folder=folder, margins=files).value
    work = f"{counted(people)} people: {DRAWS} bootstrap draws of retention of {EMPLOYERS} employers"
    rows = (
        at_most(work, 60, found["parts"]["draws"], "s"),
        at_most(f"{counted(people)} people: the same, peak memory, from reading on", 6, found["peak"] / 1e9, "GB"),
    )  # fmt: skip
    return Section("Weighted figures", rows, (f"{told(found['parts'])}; {found['rows']:,} cells.",))


def weighted_retention(folder: str, margins: list[str]) -> dict[str, Any]:
    """Seconds for reading, careers, the raw measure, weighing people, and the weighted measure with its draws."""
    from benchmarks.child import peak_memory
    from benchmarks.clock import Clock

    clock = Clock()
    import mercato
    from mercato.market import settings_of
    from mercato.settings import Settings

    settings = settings_of([Path(folder)], Settings(margins=tuple(map(Path, margins))))
    with mercato.read([folder], settings) as market:
        clock.lap("reading")
        market.spells()
        clock.lap("careers")
        raw = market.measure("retention", ["employer"], weights="none").to_arrow()
        largest = raw.sort_by([("n", "descending")])["employer"].to_pylist()[:EMPLOYERS]
        clock.lap("unweighted retention of all")
        market.measure("headcount", ["year"], {"year": "2020"}, resamples=DRAWS)
        clock.lap("weighing people, and one headcount")
        found = market.measure("retention", ["employer"], {"employer": largest}, resamples=DRAWS).to_arrow()
        clock.lap("draws")
        return {"parts": clock.parts, "peak": peak_memory(), "rows": found.num_rows}
