"""How long it takes to read distinct titles, on one core."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import pyarrow as pa

from benchmarks.plan import Plan, counted
from benchmarks.row import Section, at_most
from mercato.identity.titles.classifying import classify_titles

LABELLED = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "titles_labelled.csv"
_MILLION_SECONDS = 90
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def titles(plan: Plan) -> Section:
    """Seconds to read distinct titles, an eighth of them with a word that no list knows instead of the job."""
    number = plan.size(1_000_000)
    made = pa.table({"title": _made(number)})
    begun = time.process_time()
    read = classify_titles(made)
    taken = time.process_time() - begun
    untold = read["family"].null_count / number
    row = at_most(f"titles: {counted(number)} distinct", _MILLION_SECONDS * number / 1_000_000, taken, "s of one core")
    return Section("Titles", (row,), (f"{untold:.1%} of them tell no family.",))


def _made(number: int) -> list[str]:
    chance = random.Random(1)
    with LABELLED.open(encoding="utf-8", newline="") as stream:
        known = [row["title"] for row in csv.DictReader(stream)]
    found: set[str] = set()
    while len(found) < number:
        word = "".join(chance.choices(_LETTERS, k=chance.randint(5, 11)))
        told = word if chance.random() < 1 / 8 else chance.choice(known)
        found.add(f"{told} - {word} {chance.randint(1, 99)}" if chance.random() < 0.7 else f"{word}, {told}")
    return list(found)
