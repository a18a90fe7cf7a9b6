"""What people did not mean as an employer: how much of it is recognised, and how few employers are lost."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping

from benchmarks.accuracy.shared import DATA, absent
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_least, at_most
from mercato.identity.employers.normalise import reduce_name
from mercato.identity.nonemployers.judging import employers_are_persons, reason_not_employer

_TITLE = "What is no employer"
_PAIRS = DATA / "names" / "affiliation_pairs_half.csv"
_LOST = 0.005
_MANY = 5


def measure(plan: Plan) -> Section:
    """Rows of hand-made pairs whose canonical name is "Unknown", each weighing 1, and lists of certain employers."""
    if not _PAIRS.exists():
        return absent(_TITLE, _PAIRS)
    found, notes = _pairs()
    lists = {
        "listed US companies": _listed(),
        "research organisations": _organisations(),
        "companies and their aliases (OpenStack)": _aliases(),
        "buyers and bought (acquisitions)": _acquisitions(),
        "members of parliament": _members(),
    }
    rows = [*found, *(_lost(what, names, _LOST, notes, plan.verbose) for what, names in lists.items())]
    rows.append(_lost(f"affiliations of ≥ {_MANY} authors", _affiliations(), 0.02, notes, plan.verbose))
    return Section(_TITLE, tuple(rows), tuple(notes))


def _reason(name: str, people: int = 1, persons_employ: bool = False) -> str:
    return reason_not_employer(name, reduce_name(name).plain, people, (), persons_employ)


def _pairs() -> tuple[list[Row], list[str]]:
    with _PAIRS.open(encoding="utf-8", newline="") as file:
        pairs = [(row["raw_name"], row["canonical_name"]) for row in csv.DictReader(file)]
    said = Counter(canonical for raw, canonical in pairs if _reason(raw))
    unknown = sum(canonical == "Unknown" for _, canonical in pairs)
    right, called = said["Unknown"], said.total()
    apart = right / max(1, called - said["Independent"])
    note = (
        f'{called:,} of {len(pairs):,} rows are called no employer; {said["Independent"]} of them are "Independent" in '
        f"the list and count against precision; left out, precision is {apart:.3f}."
    )
    return [
        at_least("not_employers: recall", 0.70, right / unknown, "", f"{right / unknown:.3f}"),
        at_least("not_employers: precision", 0.90, right / max(1, called), "", f"{right / max(1, called):.3f}"),
    ], [note]


def _lost(what: str, names: Mapping[str, int], limit: float, notes: list[str], verbose: bool) -> Row:
    persons_employ = employers_are_persons(names)
    reasons = {name: reason for name, people in names.items() if (reason := _reason(name, people, persons_employ))}
    share = len(reasons) / max(1, len(names))
    if reasons:
        by = ", ".join(f"{n} {reason}" for reason, n in Counter(reasons.values()).most_common())
        notes.append(f"{what}: called no employer: {by}.")
    if verbose:
        notes += [f"  {name!r}: {reason}" for name, reason in sorted(reasons.items())]
    shown = f"{share:.2%} ({len(reasons)} of {len(names):,})"
    return at_most(f"employers lost: {what}", limit * 100, share * 100, "%", shown)


def _column(file: str, *columns: str) -> Counter[str]:
    path = DATA / file
    if not path.exists():
        return Counter()
    with path.open(encoding="utf-8", newline="") as lines:
        return Counter(row[column] for row in csv.DictReader(lines) for column in columns if row[column])


def _ones(names: Counter[str]) -> dict[str, int]:
    return dict.fromkeys(names, 1)


def _listed() -> dict[str, int]:
    return _ones(_column("names/sec_company_tickers.csv", "name"))


def _acquisitions() -> dict[str, int]:
    return _ones(_column("names/acquisitions_2013-10.csv", "company_name", "acquirer_name"))


def _members() -> dict[str, int]:
    return dict(_column("careers/fr_parliament_assistants_spells.csv", "employer_mp"))


def _organisations() -> dict[str, int]:
    found = json.loads((DATA / "names" / "ror_sample.json").read_text("utf-8"))
    return {name: 1 for one in found for name in (one["name"], *one["aliases"], *(x["label"] for x in one["labels"]))}


def _aliases() -> dict[str, int]:
    found = json.loads((DATA / "names" / "company_aliases_openstack.json").read_text("utf-8"))
    companies = [one for one in found if not one["company_name"].startswith("*")]
    return {name: 1 for one in companies for name in (one["company_name"], *(one["aliases"] or ()))}


def _affiliations() -> dict[str, int]:
    people: dict[str, set[str]] = defaultdict(set)
    with gzip.open(DATA / "careers" / "ai_paper_affiliations.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for name in row["affiliation_norm"].split("+"):
                people[name].add(row["name"])
    return {name: len(authors) for name, authors in people.items() if name and len(authors) >= _MANY}
