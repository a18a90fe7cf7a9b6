"""Employers while they are put together: names taken in, lists of the user followed, clusters joined."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mercato.identity.employers.clustering import Clustering, Shared, Told, cluster
from mercato.identity.employers.decisions import alias_key, decisions_of
from mercato.identity.employers.joining import Name
from mercato.identity.employers.known import apart, known_names
from mercato.identity.employers.lists import Faults, read_aliases, read_kinds, read_parents
from mercato.identity.employers.normalise import Reduced, institution, reduce_name, unglued
from mercato.identity.employers.several import domain, several
from mercato.identity.folding import shown
from mercato.identity.nonemployers.judging import reason_not_employer
from mercato.identity.ownership.events import Owners, owners_of

SharedNames = Callable[[Sequence[tuple[Sequence[str], Sequence[str]]]], Sequence[tuple[int, int, int]]]


@dataclass
class Group:
    """One employer while it is put together."""

    spellings: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    has_legal_form: bool = False
    given: str = ""

    own: Counter[str] = field(default_factory=Counter)

    def name(self) -> str:
        if self.given:
            return self.given
        plain = self.own.total() * _SHOWN_BY_ITSELF >= self.spellings.total() and self.own
        spellings = self.own if plain else self.spellings
        return min(spellings, key=lambda s: (-spellings[s], s.isupper() or s.islower(), len(s), s))

    def take(self, other: Group) -> None:
        """Takes in the names and people of another that turned out to be the same employer."""
        self.own = self.own or Counter(self.spellings)
        self.spellings.update(other.spellings)
        self.countries.update(other.countries)
        self.has_legal_form |= other.has_legal_form
        self.given = self.given or other.given


_LONGEST_SPELLING, _LONGEST_NAME, _WORDINGS = 400, 30, 5
"""Letters and words of a name, and wordings of one key, that are compared beyond the key."""
_SHOWN_BY_ITSELF = 20
"""The name to which others were joined is the one shown where at least one in so many people write it."""


@dataclass
class Written:
    """One name as written: its shown spelling, what it was reduced to, and the keys of its employers."""

    spelling: str
    reduced: Reduced
    keys: tuple[str, ...]
    reason: str


class Resolver:
    def __init__(self, aliases: Path | None, parents: Path | None, kinds: Path | None, maintained: bool) -> None:
        self.groups: dict[str, Group] = defaultdict(Group)
        self._reduced: dict[str, Reduced] = {}
        self.persons_employ = False
        self.people_names: frozenset[str] = frozenset()
        self.apart = set(apart())
        self.wordings: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.as_written: dict[str, str] = {}
        self.told_apart: set[tuple[str, str]] = set()
        self.targets = self._read_aliases(aliases) if aliases else {}
        self.told = frozenset(self.targets)
        self.known = self._known_names(_named_by(parents, kinds))
        self._keep_apart()
        self.targets = {**self.known, **self.targets}
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

    def _known_names(self, named: set[str]) -> dict[str, str]:
        """The names that are known all over, but for those that a list of the user's tells apart."""
        found = {}
        for other, name in known_names().items():
            key, target = alias_key(other), alias_key(name)
            self.wordings.setdefault(target, name)
            if key != target and key not in named:
                found[key] = target
        return found

    def _read_aliases(self, path: Path) -> dict[str, str]:
        decided = decisions_of(read_aliases(path), path)
        self.aliases, self.told_apart = decided.aliases, set(decided.told_apart())
        ends = decided.ends()
        for target in sorted(set(ends.values())):
            self.groups[target].given = decided.names[target]
        return ends

    def _keep_apart(self) -> None:
        """Lets no name that is known all over lead to an employer that the user tells it apart from."""
        for pair in sorted(self.told_apart):
            ends = {self.known.get(key, key) for key in pair}
            for key in pair if len(ends) == 1 else ():
                self.known.pop(key, None)
        self.apart |= {(self.known.get(one, one), self.known.get(other, other)) for one, other in self.told_apart}
        same = self.targets
        self.apart = {(one, other) for one, other in self.apart if same.get(one, one) != same.get(other, other)}

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
        owners = owners_of(path, self.key, lambda name: alias_key(name) in self.told, maintained, self.told_apart)
        self.renamed = {old for old in owners.renamed if old not in self.told}
        led = owners.renamed | self.targets
        self.targets = {key: owners.renamed.get(target, target) for key, target in led.items()}
        same = self.targets
        led_apart = {(same.get(one, one), same.get(other, other)) for one, other in self.told_apart}
        self.apart |= {(one, other) for one, other in led_apart if one != other}
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

    def written(self, name: str, people: int, country: str | None) -> Written:
        """Takes in one name as written."""
        spelling, reduced = shown(name), self.reduced(name)
        if "department" in reduced.steps:
            spelling = institution(spelling)
        key = reduced.key or spelling
        aliased = self.targets.get(key)
        if not aliased:
            reason = reason_not_employer(name, reduced.plain, people, self.people_names, self.persons_employ)
            if reason:
                return Written(spelling, reduced, (), f"not an employer: {reason}")
        self.as_written.setdefault(key, shown(name))
        self._count(aliased or key, spelling, reduced, people, country)
        why = "" if not aliased else "alias" if key in self.told else "rename" if key in self.renamed else "known name"
        return Written(spelling, reduced, (aliased or key,), why)

    def _count(self, key: str, spelling: str, reduced: Reduced, people: int, country: str | None) -> None:
        group = self.groups[key]
        group.spellings[spelling] += people
        group.has_legal_form |= "legal form" in reduced.steps
        if country:
            group.countries[country] += people

    def holding(self, name: str, people: int, country: str | None) -> Written:
        """Takes in a name that may hold several employers or an address of one, once all others are known."""
        keys = [self.targets.get(key, key) for key in several(name, self)]
        reason = "one of several employers"
        if not keys and (owner := domain(name)) and (owner in self):
            keys, reason = [self.targets.get(owner, owner)], "an address of it"
        if not keys or alias_key(name) in self.targets:
            return self.written(name, people, country)
        spelling, reduced = shown(name), self.reduced(name)
        for key in dict.fromkeys(keys):
            group = self.groups[key]
            group.spellings[spelling] += 0
            if country:
                group.countries[country] += people
        return Written(spelling, reduced, tuple(dict.fromkeys(keys)), reason)

    def __contains__(self, key: object) -> bool:
        """Whether an employer of this key stands alone among the names taken in."""
        group = self.groups.get(self.targets.get(str(key), str(key)))
        return group is not None and group.spellings.total() > 0

    def clustered(self, written: dict[str, Written], shared: SharedNames | None) -> Clustering:
        """Joins the employers whose names are those of one, and moves what was counted for them together."""
        names = {key: self._name(key, group) for key, group in self.groups.items() if group.spellings}
        spellings = [(w.spelling, 1) for w in written.values() if w.keys and len(w.spelling) <= _LONGEST_SPELLING]
        decided = self._decided(names)
        told = Told(
            frozenset(self.anchors()), frozenset(self.apart), self.targets, {k: self.targets[k] for k in decided}
        )
        found = cluster(decided | names, spellings, told, _by_names(written, shared) if shared else None)
        for key in sorted(names):
            if (root := found.root(key)) != key:
                self.groups[root].take(self.groups.pop(key))
        return found

    def _decided(self, names: Mapping[str, Name]) -> dict[str, Name]:
        """The names that the user says are of another: what the rules would join to them goes to that one."""
        found = {}
        for key, spelling in sorted(self.aliases.items()):
            reduced = self.reduced(spelling)
            usable = key in self.told and key not in names and self.targets[key] in names
            if usable and len(spelling) <= _LONGEST_SPELLING and not reason_not_employer(spelling, reduced.plain):
                found[key] = Name(key, unglued(spelling)[:_LONGEST_NAME] or (key,), spelling, 0)
        return found

    def anchors(self) -> set[str]:
        """Employers that a list names: no two of them are one."""
        held = {h for holdings in self.owners.holdings.values() for h in holdings}
        owned = {h.employer for h in held if h.event != "division"}
        return owned | {h.parent for h in held} | set(self.owners.told) | set(self.told_kinds)

    def weighed(self) -> dict[str, tuple[str, int]]:
        """The name and the people of each employer before names are clustered; the name is one that has its key."""
        found = {}
        for key, group in self.groups.items():
            if not group.spellings:
                continue
            own = Counter({s: n for s, n in group.spellings.items() if self.reduced(s).key == key})
            plain = replace(group, spellings=own or group.spellings, own=Counter(), given="").name()
            name = self.wordings.get(key) or (plain if own else self.as_written.get(key, plain))
            found[key] = (group.given or name, group.spellings.total())
        return found

    def _name(self, key: str, group: Group) -> Name:
        spelling = self.wordings.get(key) or group.name()
        same = [s for s in group.spellings if key not in self.wordings and self.reduced(s).key == key]
        wordings = [self._unglued(s) for s in sorted(same, key=len)[-_WORDINGS:] or [spelling]]
        tokens = max(wordings, key=len)[:_LONGEST_NAME]
        if key not in self.wordings and not same:
            tokens = (key,)
        country = most(group.countries) if group.countries else None
        led = [s for s in group.spellings if group.spellings[s] and s not in same]  # one of several counts nobody here
        led = sorted(led, key=lambda s: (-group.spellings[s], s))[:_WORDINGS]
        others = tuple(self._unglued(s)[:_LONGEST_NAME] for s in led)
        return Name(key, tokens or (key,), spelling, max(group.spellings.total(), 0), country or "", others)

    def _unglued(self, spelling: str) -> tuple[str, ...]:
        if len(spelling) > _LONGEST_SPELLING:
            return unglued(spelling[:_LONGEST_SPELLING])
        return unglued(spelling, self.reduced(spelling))


def _named_by(parents: Path | None, kinds: Path | None) -> set[str]:
    """The keys of the names in the user's lists."""
    told = [
        name
        for row in (read_parents(parents, Faults(parents, "")) if parents else ())
        for name in (row.employer, row.parent)
    ]
    told += [row.employer for row in (read_kinds(kinds) if kinds else ())]
    return {alias_key(name) for name in told}


def most(counts: Counter[str] | None) -> str | None:
    return min(counts, key=lambda c: (-counts[c], c)) if counts else None


def _by_names(written: dict[str, Written], shared: SharedNames) -> Shared:
    """Counts by keys what records know by names."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, told in written.items():
        for key in told.keys:
            names[key].append(name)

    def counted(pairs: Sequence[tuple[Collection[str], Collection[str]]]) -> Sequence[tuple[int, int, int]]:
        return shared([([n for key in left for n in names[key]], [n for key in right for n in names[key]])
                       for left, right in pairs])  # fmt: skip

    return counted
