"""How many withheld cells an attack recovers from random editions of made counts."""

from __future__ import annotations

import time

from benchmarks.plan import Plan
from benchmarks.row import Row, Section
from benchmarks.validity.editions import random_edition, written
from mercato.release.audit import audit

EDITIONS = 1000
_OWN = ("withheld_few_people", "withheld_few_at_risk")
_NOTES = (
    f"{EDITIONS:,} editions of small random markets go through release, are written, and attacked by their files",
    "alone: margins over employers, kinds, gaps and years, both directions, sums of twelve months, stocks and flows.",
    "Recovered is a count of few people that can be bounded more closely than its reason says (any number from 1 to",
    "the minimum less 1), or a part of a withheld cell that is known exactly. The attack is told employers' kinds.",
)


def withheld(plan: Plan) -> Section:
    """Cells recovered from random editions."""
    editions = max(3, plan.size(EDITIONS))
    recovered = attacked = cells = own = others = 0
    releasing = 0.0
    with plan.folder() as folder:
        for seed in range(editions):
            made = random_edition(seed)
            began = time.process_time()
            released = made.released()
            releasing += time.process_time() - began
            told = audit(written(released, made, folder / str(seed)), made.hierarchy)
            recovered += len(told.found) + len(told.printed)
            attacked += told.attacked
            statuses = [s for figure in released.figures.values() for s in figure.table["status"].to_pylist()]
            cells += len(statuses)
            own += sum(status in _OWN for status in statuses)
            others += statuses.count("withheld_complementary")
    what = f"withheld cells recovered from {editions:,} random editions ({attacked:,} counts attacked)"
    rows = (
        Row(what, "none", f"{recovered:,}", None, recovered == 0),
        Row("cells withheld to protect others, of all", "", f"{others / max(cells, 1):.1%}", None, None),
        Row("cells withheld by themselves, of all", "", f"{own / max(cells, 1):.1%}", None, None),
        Row("to release one of them", "", f"{1000 * releasing / editions:,.0f} ms", None, None),
    )
    return Section("Withheld cells", rows, _NOTES)
