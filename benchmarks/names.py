"""How long it takes to tell which names are one employer, and how much memory that holds."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import random
from typing import Any

from benchmarks.accuracy.shared import DATA
from benchmarks.child import apart
from benchmarks.plan import Plan, counted
from benchmarks.row import Row, Section, at_most

PAPERS = DATA / "careers" / "ai_paper_affiliations.csv.gz"
_SYLLABLES = (
    "ba be bi bo bra co cra da de dro el fa fin ga go hal ka ko la lu ma mi na no or pa pra qua ra ri ro sa so ta ti tra "
    "u va ve vo wa xi ya zo zu"
).split()  # noqa: SIM905
_ENDS = ("", " Inc", " GmbH", " SAS", " Ltd", " Technologies", " Labs", " Research", " Group", " Systems")
_SCHOOLS = ("University of {}", "{} University", "Department of Physics, University of {}", "{} College", "{} Hospital")


def names(plan: Plan) -> Section:
    """The affiliations of the AI papers as written, and made names of which about a third have several forms."""
    number = plan.size(1_000_000)
    made = apart("names:resolve_made", number=number)
    rows = [
        at_most(f"employers: {counted(number)} distinct names", 600 * number / 1_000_000, made.value["seconds"], "s"),
        at_most("the same: memory", 8, made.gigabytes, "GB"),
    ]
    notes = [f"Made names: {made.value['employers']:,} employers, {made.value['pairs']:,} pairs weighed."]
    if PAPERS.exists():
        real = apart("names:resolve_papers")
        rows[:0] = [
            at_most(f"employers: {real.value['names']:,} affiliations of papers", 60, real.value["seconds"], "s"),
            at_most("the same: memory", 3, real.gigabytes, "GB"),
        ]
        notes.append(f"Papers: {real.value['employers']:,} employers, {real.value['pairs']:,} pairs weighed.")
    else:
        rows.insert(0, Row("employers: affiliations of papers", "≤ 60 s", "not measured", None, None))
    return Section("Names of employers", tuple(rows), tuple(notes))


def resolve_papers() -> dict[str, Any]:
    """Resolve every affiliation as written in the papers, those of several employers in one piece."""
    with gzip.open(PAPERS, "rt", encoding="utf-8", newline="") as stream:
        return _resolved([row["affiliation_raw"] for row in csv.DictReader(stream) if row["affiliation_raw"]])


def resolve_made(number: int) -> dict[str, Any]:
    """Resolve so many distinct made names."""
    return _resolved(sorted(_made(number)))


def _resolved(written: list[str]) -> dict[str, Any]:
    import time
    from collections import Counter

    import pyarrow as pa

    from mercato.identity.employers.resolving import resolve_employers

    weights = Counter(written)
    table = pa.table({"employer_name": list(weights), "people": list(weights.values())})
    begun = time.perf_counter()
    found = resolve_employers(table, as_of=dt.date(2026, 1, 1))
    seconds = time.perf_counter() - begun
    counts = {"names": len(weights), "employers": found.employers.num_rows, "pairs": found.pairs.num_rows}
    return {"seconds": seconds, **counts}


def _made(number: int) -> set[str]:
    chance = random.Random(7)
    found: set[str] = set()
    while len(found) < number:
        word = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
        if chance.random() < 0.2:
            word += " " + "".join(chance.choices(_SYLLABLES, k=2)).capitalize()
        forms = [chance.choice(_SCHOOLS).format(word)] if chance.random() < 0.15 else [word]
        while chance.random() < 0.35:
            forms.append(forms[0] + chance.choice(_ENDS) if chance.random() < 0.8 else _slip(forms[0], chance))
        found.update(forms)
    return set(sorted(found)[:number])


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]
