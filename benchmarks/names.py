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
_CONSONANTS, _VOWELS = "bcdfgklmnprstvwxz", "aeiou"
_ENDS = ("", " Inc", " GmbH", " SAS", " Ltd", " Technologies", " Labs", " Research", " Group", " Systems")
_SCHOOLS = ("University of {}", "{} University", "School of Physics, University of {}", "{} College", "{} Hospital")


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
        word = _word(chance, chance.randint(2, 4))
        if chance.random() < 0.2:
            word += " " + _word(chance, 2)
        forms = [chance.choice(_SCHOOLS).format(word)] if chance.random() < 0.15 else [word]
        while chance.random() < 0.35:
            forms.append(forms[0] + chance.choice(_ENDS) if chance.random() < 0.8 else _slip(forms[0], chance))
        found.update(forms)
    return set(sorted(found)[:number])


def _word(chance: random.Random, syllables: int) -> str:
    made = (chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables))
    return ("".join(made) + chance.choice(("", "n", "r", "s", "x"))).capitalize()


def _slip(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]
