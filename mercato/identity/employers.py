"""Names of employers as written → employers, with their kinds and owners."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mercato.errors import DataError
from mercato.identity.events import Owners, owners_of
from mercato.identity.folding import shown
from mercato.identity.kinds import kind_of
from mercato.identity.lists import Faults, read_aliases, read_kinds
from mercato.identity.membership import lists_of
from mercato.identity.nonemployers import employers_are_persons, reason_not_employer
from mercato.identity.normalise import (
    Reduced,
    institution,
    joined,
    reduce_name,
)
from mercato.identity.owned import Ties, ownership_table, tops_on
from mercato.tables import EMPLOYER_NAMES, EMPLOYERS, LISTS

_REASONS = ("department", "remark", "web address", "legal form", "abbreviation")


@dataclass(frozen=True)
class Employers:
    """The employers of a run: every name as written, the employers, and their ultimate parents over time.

    ``names`` has the schema of EMPLOYER_NAMES, ``employers`` of EMPLOYERS (employer_id from 0 in the order of the
    shown names), ``ownership`` of OWNERSHIP (employers that never had an owner have no row; an owner that no record
    names has a number beyond those of the employers), ``lists`` of LISTS; ``ties`` tells why two have one owner.
    """

    names: pa.Table
    employers: pa.Table
    ownership: pa.Table
    lists: pa.Table = field(default_factory=LISTS.schema.empty_table)
    ties: Ties = field(default_factory=Ties)

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


@dataclass
class _Group:
    """One employer while it is put together."""

    spellings: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    has_legal_form: bool = False
    given: str = ""

    def name(self) -> str:
        if self.given:
            return self.given
        return min(self.spellings, key=lambda s: (-self.spellings[s], len(s), s))


@dataclass
class _Written:
    """One name as written: its shown spelling, what it was reduced to, and the key of its employer."""

    spelling: str
    reduced: Reduced
    key: str | None
    reason: str


class _Resolver:
    def __init__(self, aliases: Path | None, parents: Path | None, kinds: Path | None, maintained: bool) -> None:
        self.groups: dict[str, _Group] = defaultdict(_Group)
        self._reduced: dict[str, Reduced] = {}
        self.persons_employ = False
        self.targets = self._read_aliases(aliases) if aliases else {}
        self.owners = self._read_owners(parents, maintained)
        self.told_kinds = self._read_kinds(kinds) if kinds else {}

    def reduced(self, name: str) -> Reduced:
        """A name reduced to what is compared, worked out once."""
        found = self._reduced.get(name)
        if found is None:
            found = self._reduced[name] = reduce_name(name)
        return found

    def key(self, name: str) -> str:
        """The key of the employer of a name, through the user's aliases."""
        key = alias_key(name)
        return self.targets.get(key, key)

    def _read_aliases(self, path: Path) -> dict[str, str]:
        faults = Faults(path, "every alias with one name")
        direct: dict[str, tuple[str, str]] = {}
        names: dict[str, str] = {}
        for told in read_aliases(path):
            key, target = alias_key(told.alias), alias_key(told.name)
            names.setdefault(target, shown(told.name))
            if key == target:
                continue
            if direct.setdefault(key, (target, told.line))[0] != target:
                faults.add(told.line, f"{told.alias!r} has another name already ({direct[key][1]})")
        ends = {key: _end(key, direct, faults) for key in sorted(direct)}
        faults.stop()
        for target in sorted(set(ends.values())):
            self.groups[target].given = names[target]
        return ends

    def _read_kinds(self, path: Path) -> dict[str, str]:
        faults = Faults(path, "every employer with one kind")
        told: dict[str, tuple[str, str]] = {}
        for row in read_kinds(path):
            known = told.setdefault(self.key(row.employer), (row.kind, row.line))
            if known[0] != row.kind:
                faults.add(row.line, f"{row.employer!r} has another kind already ({known[1]})")
        faults.stop()
        return {key: kind for key, (kind, _) in told.items()}

    def _read_owners(self, path: Path | None, maintained: bool) -> Owners:
        """The owners; former names then lead to the employer, as other names do."""
        told = dict(self.targets)
        owners = owners_of(path, self.key, lambda name: alias_key(name) in told, maintained)
        self.renamed = {old for old in owners.renamed if old not in told}
        self.targets = {key: owners.renamed.get(target, target) for key, target in (owners.renamed | told).items()}
        for key, names in owners.told.items():
            for name in names:
                self._mention(key, name)
        return owners

    def name_renamed(self, as_of: dt.date) -> None:
        """Gives each employer with former names the one of the as-of date, as most records spell it."""
        for key in self.owners.adopted:
            group = self.groups.get(key)
            if group is None or group.given:
                continue
            now = self.owners.name_on(key, as_of)
            spelt = [s for s in group.spellings if alias_key(s) == now]
            known = replace(group, spellings=Counter({s: group.spellings[s] for s in spelt}))
            group.given = known.name() if spelt else shown(self.owners.names.get(now, now))

    def _mention(self, key: str, name: str) -> None:
        """An employer that the user names; it counts no people."""
        group = self.groups[key]
        group.spellings[shown(name)] += 0
        group.has_legal_form |= "legal form" in self.reduced(name).steps

    def written(self, name: str, people: int, country: str | None) -> _Written:
        """Takes in one name as written."""
        spelling, reduced = shown(name), self.reduced(name)
        if "department" in reduced.steps:
            spelling = institution(spelling)
        key = reduced.key or spelling
        aliased = self.targets.get(key)
        if not aliased:
            reason = reason_not_employer(name, reduced.plain, people, persons_employ=self.persons_employ)
            if reason:
                return _Written(spelling, reduced, None, f"not an employer: {reason}")
        key = aliased or key
        group = self.groups[key]
        group.spellings[spelling] += people
        group.has_legal_form |= "legal form" in reduced.steps
        if country:
            group.countries[country] += people
        why = "rename" if reduced.key in self.renamed else "alias"
        return _Written(spelling, reduced, key, why if aliased else "")


def alias_key(name: str) -> str:
    """The key of an alias; a name without letters or digits is compared as it is."""
    return reduce_name(name).key or shown(name)


def _end(key: str, direct: dict[str, tuple[str, str]], faults: Faults) -> str:
    seen = {key}
    while key in direct:
        key, line = direct[key]
        if key in seen:
            faults.add(line, "the aliases go round in a circle")
            break
        seen.add(key)
    return key


def resolve_employers(
    names: pa.Table,
    *,
    aliases: Path | None = None,
    parents: Path | None = None,
    kinds: Path | None = None,
    groups: Path | None = None,
    maintained: bool = True,
    as_of: dt.date,
) -> Employers:
    """The employers behind distinct names.

    ``maintained``: whether the ownership that ships with the project counts where ``parents`` says nothing.

    ``names`` holds employer_name, people (who have it) and country (the most frequent, may be null); the order of
    its rows does not matter. Raises DataError for a list of the user's that contradicts itself.
    """
    resolver = _Resolver(aliases, parents, kinds, maintained)
    distinct = _distinct(names)
    resolver.persons_employ = employers_are_persons(distinct)
    written = {name: resolver.written(name, *weight) for name, weight in distinct.items()}
    resolver.name_renamed(as_of)
    known = {key: group for key, group in resolver.groups.items() if group.spellings}
    named = sorted((group.name(), key) for key, group in known.items())
    ids = {key: i for i, (_, key) in enumerate(named)}
    employers = _employers_table(named, known, resolver, ids, as_of)
    return Employers(
        _names_table(written, known, resolver, ids),
        employers,
        ownership_table(resolver.owners, ids),
        lists_of(groups, resolver.key, ids, employers),
        Ties(resolver.owners, [key for _, key in named], employers["employer"].to_pylist()),
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
    return {name: (people[name], _most(places.get(name))) for name in sorted(people)}


def _most(counts: Counter[str] | None) -> str | None:
    return min(counts, key=lambda c: (-counts[c], c)) if counts else None


def _names_table(
    written: dict[str, _Written], groups: dict[str, _Group], resolver: _Resolver, ids: dict[str, int]
) -> pa.Table:
    shown_as = {key: group.name() for key, group in groups.items()}
    shown_reduced = {key: resolver.reduced(name) for key, name in shown_as.items()}
    reasons = [
        w.reason or _why(name, w, shown_as[w.key or ""], shown_reduced[w.key or ""]) for name, w in written.items()
    ]
    ids_of = [None if w.key is None else ids[w.key] for w in written.values()]
    return _table([list(written), ids_of, reasons], EMPLOYER_NAMES.schema)


def _why(name: str, written: _Written, spelling: str, reduced: Reduced) -> str:
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
    groups: dict[str, _Group],
    resolver: _Resolver,
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
        [_most(groups[key].countries) for key in keys],
    ]
    return _table(columns, EMPLOYERS.schema)


def _kind(key: str, name: Reduced, group: _Group) -> str:
    told = kind_of(key, name.plain)
    return told or ("company" if group.has_legal_form else "unknown")


def _table(columns: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    return pa.table([pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
