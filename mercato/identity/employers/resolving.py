"""Names of employers as written → employers, with their kinds and owners."""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mercato.errors import DataError
from mercato.identity.employers.clustering import Clustering
from mercato.identity.employers.kinds import kind_of
from mercato.identity.employers.membership import lists_of
from mercato.identity.employers.normalise import (
    Reduced,
    joined,
)
from mercato.identity.employers.taking import Group, Resolver, SharedNames, Written, most
from mercato.identity.nonemployers.judging import employers_are_persons, person_key
from mercato.identity.ownership.owned import Ties, ownership_table, tops_on
from mercato.tables import EMPLOYER_NAMES, EMPLOYERS, LISTS, NAME_PAIRS

_MAY_HOLD = re.compile(r"[/|;+@]|\w\.[a-z]{2,6}/?$", re.IGNORECASE)
_REASONS = ("department", "remark", "web address", "legal form", "abbreviation")


@dataclass(frozen=True)
class Employers:
    """The employers of a run: every name as written, the employers, and their ultimate parents over time.

    ``names`` has the schema of EMPLOYER_NAMES, ``employers`` of EMPLOYERS (employer_id from 0 in the order of the
    shown names), ``ownership`` of OWNERSHIP (employers that never had an owner have no row; an owner that no record
    names has a number beyond those of the employers), ``lists`` of LISTS; ``ties`` tells why two have one owner;
    ``pairs`` of NAME_PAIRS.
    """

    names: pa.Table
    employers: pa.Table
    ownership: pa.Table
    lists: pa.Table = field(default_factory=LISTS.schema.empty_table)
    ties: Ties = field(default_factory=Ties)
    pairs: pa.Table = field(default_factory=NAME_PAIRS.schema.empty_table)

    def explain(self, name: str) -> str:
        """A sentence on what became of a name as written: its employer and why, its kind and its owners."""
        found = _row(self.names, "employer_name", name)
        if found is None:
            return f"{name!r} is not among the names read."
        if found["employer_id"] is None:
            return f"{name!r} is {found['reason']}."
        employer = self.employers.slice(found["employer_id"], 1).to_pylist()[0]
        said = f"{name!r} is {employer['employer']!r} ({found['reason']}), kind {employer['kind']}"
        return said + self.ties.said_of(found["employer_id"])


def _row(table: pa.Table, column: str, value: str) -> dict[str, object] | None:
    rows = table.filter(pc.equal(table[column], value)).to_pylist()
    return rows[0] if rows else None


def check_lists(aliases: Path | None, parents: Path | None, kinds: Path | None) -> None:
    """Raises DataError where a list of the user's contradicts itself, without any records."""
    Resolver(aliases, parents, kinds, True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Looks for no circles of objects: names make none, and looking for them takes a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@_uncollected()
def resolve_employers(
    names: pa.Table,
    *,
    aliases: Path | None = None,
    parents: Path | None = None,
    kinds: Path | None = None,
    groups: Path | None = None,
    maintained: bool = True,
    as_of: dt.date,
    shared: SharedNames | None = None,
    people_names: Collection[str] = (),
) -> Employers:
    """The employers behind distinct names.

    ``maintained``: whether the ownership that ships with the project counts where ``parents`` says nothing; ``shared``
    counts, for pairs of sets of names, the people who have one of the first, of the second, and of both;
    ``people_names`` are names of persons in the same records.

    ``names`` holds employer_name, people (who have it) and country (the most frequent, may be null); the order of
    its rows does not matter. Raises DataError for a list of the user's that contradicts itself.
    """
    resolver = Resolver(aliases, parents, kinds, maintained)
    weights = _distinct(names)
    resolver.persons_employ = employers_are_persons(weights)
    resolver.people_names = frozenset(map(person_key, people_names))
    later = {name for name in weights if _MAY_HOLD.search(name)}
    written = {name: resolver.written(name, *weights[name]) for name in weights if name not in later}
    written |= {name: resolver.holding(name, *weights[name]) for name in weights if name in later}
    written = {name: written[name] for name in weights}
    before = resolver.weighed()
    clustering = resolver.clustered(written, shared)
    resolver.name_renamed(as_of)
    known = {key: group for key, group in resolver.groups.items() if group.spellings}
    named = sorted((group.name(), key) for key, group in known.items())
    ids = {key: i for i, (_, key) in enumerate(named)}
    employers = _employers_table(named, known, resolver, ids, as_of)
    return Employers(
        _names_table(written, known, resolver, ids, clustering),
        employers,
        ownership_table(resolver.owners, ids),
        lists_of(groups, lambda name: clustering.root(resolver.key(name)), ids, employers),
        Ties(resolver.owners, [key for _, key in named], employers["employer"].to_pylist()),
        _pairs_table(clustering, before, ids),
    )


def _distinct(names: pa.Table) -> dict[str, tuple[int, str | None]]:
    """People and country by name, in the order of the names, so that the order of rows cannot matter."""
    missing = {"employer_name", "people"} - set(names.column_names)
    if missing:
        raise DataError(
            f"the table of names lacks {', '.join(sorted(missing))}", expected="employer_name, people, country"
        )
    countries = names["country"].to_pylist() if "country" in names.column_names else [None] * len(names)
    rows = zip(names["employer_name"].to_pylist(), names["people"].to_pylist(), countries, strict=True)
    people: Counter[str] = Counter()
    places: dict[str, Counter[str]] = {}
    for name, count, country in rows:
        if name is None:
            continue
        people[name] += count or 0
        if country:
            places.setdefault(name, Counter())[country] += count or 0
    return {name: (people[name], most(places.get(name))) for name in sorted(people)}


def _names_table(
    written: dict[str, Written],
    groups: dict[str, Group],
    resolver: Resolver,
    ids: dict[str, int],
    clustering: Clustering,
) -> pa.Table:
    shown_as = {key: group.name() for key, group in groups.items()}
    reduced = {key: resolver.reduced(name) for key, name in shown_as.items()}
    rows: list[tuple[str, int | None, str, float]] = []
    for name, told in written.items():
        if not told.keys:
            rows.append((name, None, told.reason, 1.0))
        for root in dict.fromkeys(clustering.root(key) for key in told.keys):
            key = next(key for key in told.keys if clustering.root(key) == root)
            join = clustering.clusters.joins.get(key)
            reason = told.reason or (f"{join.layer}: {join.reason}" if join else "")
            reason = reason or _why(name, told, shown_as[root], reduced[root])
            rows.append((name, ids[root], reason, join.score if join else 1.0))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return _table(columns, EMPLOYER_NAMES.schema)


def _pairs_table(clustering: Clustering, before: dict[str, tuple[str, int]], ids: dict[str, int]) -> pa.Table:
    rows = [
        (
            before[pair.left][0], before[pair.right][0],
            ids[clustering.root(pair.left)], ids[clustering.root(pair.right)],
            before[pair.left][1], before[pair.right][1], pair.probability, pair.outcome,
            "; ".join(f"{comparison} {level} {bits:+g}" for comparison, level, bits in pair.evidence if bits),
        )
        for pair in clustering.decisions
    ]  # fmt: skip
    return _table(list(zip(*rows, strict=True)) or [()] * len(NAME_PAIRS.columns), NAME_PAIRS.schema)


def _why(name: str, written: Written, spelling: str, reduced: Reduced) -> str:
    """The rule by which a name is the employer shown under a spelling."""
    if name == spelling:
        return "exact"
    plain, other = written.reduced.plain, reduced.plain
    if plain == other:
        return "case and punctuation"
    if joined(list(plain)) == joined(list(other)):
        return "spacing"
    steps = written.reduced.steps | reduced.steps
    return next((step for step in _REASONS if step in steps), "case and punctuation")


def _employers_table(
    named: Sequence[tuple[str, str]],
    groups: dict[str, Group],
    resolver: Resolver,
    ids: dict[str, int],
    as_of: dt.date,
) -> pa.Table:
    keys = [key for _, key in named]
    shown_names = [name for name, _ in named]
    people = {key: sum(groups[key].spellings.values()) for key in keys}
    tops = [ids[top] for top in tops_on(resolver.owners, people, as_of)]
    kinds = [resolver.told_kinds.get(key) or _kind(key, resolver.reduced(name), groups[key]) for name, key in named]
    columns: list[Sequence[object]] = [
        list(range(len(keys))),
        shown_names,
        kinds,
        tops,
        [shown_names[top] for top in tops],
        [most(groups[key].countries) for key in keys],
    ]
    return _table(columns, EMPLOYERS.schema)


def _kind(key: str, name: Reduced, group: Group) -> str:
    told = kind_of(key, name.plain)
    return told or ("company" if group.has_legal_form else "unknown")


def _table(columns: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    return pa.table([pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
