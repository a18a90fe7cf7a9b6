"""Names of employers against pairs made by hand: B-cubed, and what certainly belongs together or apart."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import pyarrow as pa

from benchmarks.accuracy.bcubed import bcubed
from benchmarks.accuracy.shared import DATA, absent
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_least
from mercato.identity.employers.resolving import resolve_employers

PAIRS = DATA / "names" / "affiliation_pairs_half.csv"
UNKNOWN = "Unknown"
ONESELF = ("self-employed", "independent researcher")
DAY = dt.date(2026, 1, 1)


def run(plan: Plan) -> Section:
    """B-cubed of the employers found among names without an alias file."""
    title = "employers"
    if not PAIRS.exists():
        return absent(title, PAIRS)
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        rows = [(r["raw_name"], r["canonical_name"]) for r in csv.DictReader(stream)]
    told = [(raw, canonical) for raw, canonical in rows if canonical != UNKNOWN]
    found = clusters([raw for raw, _ in told])
    score = bcubed(found, [canonical for _, canonical in told])
    notes = (f"{len(told):,} names of {len({c for _, c in told}):,} employers; {len(set(found)):,} were found.",)
    return Section(
        title,
        (
            at_least("employers: B-cubed precision", 0.96, score.precision, "", f"{score.precision:.4f}"),
            at_least("employers: B-cubed F1", 0.80, score.f1, "", f"{score.f1:.4f}"),
            Row("employers: B-cubed recall", "", f"{score.recall:.4f}", None, None),
        ),
        notes + (_mixed(found, told) if plan.verbose else ()),
    )


def clusters(names: Sequence[str]) -> list[Hashable]:
    """The employer of each name; of several the first. A name that is no employer's stands alone, or for oneself."""
    weights = Counter(names)
    table = pa.table({"employer_name": list(weights), "people": list(weights.values())})
    first: dict[str, Hashable] = {}
    for row in resolve_employers(table, as_of=DAY).names.to_pylist():
        none = ONESELF[0] if row["reason"].endswith(ONESELF) else row["employer_name"]
        first.setdefault(row["employer_name"], none if row["employer_id"] is None else row["employer_id"])
    return [first[name] for name in names]


def _mixed(found: Sequence[Hashable], told: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The clusters that hold names of several employers."""
    held: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for cluster, (_, canonical) in zip(found, told, strict=True):
        held[cluster][canonical] += 1
    return tuple(f"together: {dict(c.most_common(5))}" for c in held.values() if len(c) > 1)
