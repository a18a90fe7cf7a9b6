"""What is told of employers and their owners → one employer through renames, and who holds whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from mercato.identity.employers.lists import FIRST_DAY, LAST_DAY, Faults, Owned, read_parents, told_ownership
from mercato.identity.lexicon import lexicon
from mercato.identity.ownership.chains import Holding, Stretch, chain_on, stretches

Key = Callable[[str], str]
_EXPECTED = "at most one owner and one new name of an employer at a time, no employer above itself, and no circle"


@dataclass(frozen=True)
class Owners:
    """Who is one employer through time, and who belonged to whom; employers are known by their keys.

    renamed: the key of a former name → that of the employer; adopted: an employer's key → its earlier names with the
    day of the change (null: another name at any time); names: a name of each key; told: the names in the user's list;
    holdings and stretches by the employer's key.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    adopted: dict[str, list[tuple[str, dt.date | None]]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    holdings: dict[str, list[Holding]] = field(default_factory=dict)
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)

    def name_on(self, key: str, day: dt.date) -> str:
        """The key of the name that an employer bore on a day."""
        changes = [(old, since) for old, since in self.adopted.get(key, ()) if since is not None]
        if not changes or any(since <= day for _, since in changes):
            return key
        return self.name_on(max(changes, key=lambda change: (change[1], change[0]))[0], day)

    def ultimate(self, key: str, day: dt.date) -> str:
        """The key of the ultimate parent on a day, the employer itself where it has none."""
        return next((s.ultimate for s in self.stretches.get(key, ()) if s.from_date <= day < s.to_date), key)

    def levels(self, key: str, day: dt.date) -> int:
        """How many owners stand above an employer on a day."""
        return len(chain_on(key, self.holdings, day))


@cache
def _maintained() -> tuple[Owned, ...]:
    """The ownership that ships with the project."""
    faults = Faults(Path("ownership.toml"), _EXPECTED)
    blank = dict.fromkeys(("employer", "parent", "from", "to", "event"), "")
    told = told_ownership([{**blank, **entry} for entry in lexicon("ownership")["events"]], faults)
    faults.stop()
    return tuple(told)


def owners_of(
    parents: Path | None,
    key: Key,
    aliased: Callable[[str], bool],
    maintained: bool,
    apart: Container[tuple[str, str]] = frozenset(),
) -> Owners:
    """The owners of the user's list, and of the maintained one where the user's says nothing of an employer.

    key: the key of a name, through the user's aliases; aliased: whether these give a name to another; apart: keys, in
    order, of employers that the user tells apart. Raises DataError with all faults of the user's list; where the
    maintained one contradicts it, the user's holds.
    """
    faults = Faults(parents or Path(), _EXPECTED)
    own = read_parents(parents, faults) if parents else []
    renames = _Renames(key)
    for row in own:
        if row.event == "rename":
            renames.add(row, faults)
    held = _held(own, renames, faults)
    found = stretches(held, faults)
    faults.stop()
    usable = _usable(own, key, aliased, renames, apart) if maintained else []
    holdings = _together(_held(own, renames, faults), _held(usable, renames, None), renames)
    quiet = Faults(Path("ownership.toml"), _EXPECTED)
    found = stretches([h for each in holdings.values() for h in each], quiet)
    told = defaultdict(list)
    for row in own:
        for name in filter(None, (row.employer, row.parent)):
            told[renames.final(key(name))].append(name)
    return Owners(renames.finals(), renames.adopted(), renames.names, dict(told), holdings, found)


class _Renames:
    """Former names of employers and what they lead to."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.names: dict[str, str] = {}
        self._next: dict[str, tuple[str, dt.date | None, str]] = {}

    def copy(self) -> _Renames:
        made = _Renames(self.key)
        made._next = dict(self._next)
        return made

    def add(self, row: Owned, faults: Faults | None) -> bool:
        """Takes in one rename; where it cannot be, it goes to ``faults`` and False comes back."""
        old, new = self.key(row.employer), self.key(row.parent)
        day = None if row.from_date == FIRST_DAY else row.from_date
        known = self._next.get(old)
        wrong = ""
        if old == new:
            wrong = f"{row.employer!r} and {row.parent!r} are one name already"
        elif known is not None and known[0] != new:
            wrong = f"{row.employer!r} has another new name already ({known[2]})"
        elif known is None and self.final(new) == old:
            wrong = f"the new names of {row.employer!r} go round in a circle"
        if wrong:
            if faults is not None:
                faults.add(row.line, wrong)
            return False
        self._next.setdefault(old, (new, day, row.line))
        return True

    def final(self, key: str) -> str:
        while key in self._next:
            key = self._next[key][0]
        return key

    def finals(self) -> dict[str, str]:
        return {old: self.final(old) for old in self._next}

    def adopted(self) -> dict[str, list[tuple[str, dt.date | None]]]:
        found: dict[str, list[tuple[str, dt.date | None]]] = defaultdict(list)
        for old, (new, day, _) in sorted(self._next.items()):
            found[new].append((old, day))
        return dict(found)

    def of(self, name: str) -> str:
        """The key of the employer of a name, which is kept as one of its names."""
        self.names.setdefault(self.key(name), name)
        return self.final(self.key(name))


def _held(told: Sequence[Owned], renames: _Renames, faults: Faults | None) -> list[Holding]:
    """Who holds whom by what is told; contradictions go to ``faults``, or are passed over without one."""
    held: list[Holding] = []
    for row in told:
        if row.event in ("rename", "independent"):
            for name in filter(None, (row.employer, row.parent)):
                renames.of(name)
            continue
        employer, parent = renames.of(row.employer), renames.of(row.parent)
        if employer == parent:
            if faults is not None:
                faults.add(row.line, f"{row.employer!r} is its own owner")
        elif row.event != "spin-off":
            event, days = row.event, (row.from_date, row.to_date)
            held.append(Holding(row.line, employer, parent, *days, event, row.since, row.until))
    for row in told:
        if row.event == "spin-off" and renames.of(row.employer) != renames.of(row.parent):
            _split(row, held, renames, faults)
    return held


def _split(row: Owned, held: list[Holding], renames: _Renames, faults: Faults | None) -> None:
    """Ends what a spin-off ends, with the month in which it fell; without a beginning, it had always been so."""
    pair = (renames.of(row.employer), renames.of(row.parent))
    later = [h.from_date for h in held if h.employer == pair[0] and h.from_date >= row.from_date]
    last = min([_next_month(row.from_date), *later])
    before = [i for i, h in enumerate(held) if (h.employer, h.parent) == pair and h.from_date < row.from_date]
    if not before:
        held.append(Holding(row.line, *pair, FIRST_DAY, last, row.event, "", row.since))
        return
    place = max(before, key=lambda i: held[i].from_date)
    if held[place].to_date in (LAST_DAY, row.from_date):
        held[place] = replace(held[place], to_date=last, event=row.event, until=row.since)
    elif faults is not None:
        faults.add(row.line, f"{row.employer!r} had left {row.parent!r} on another day already ({held[place].line})")


def _next_month(day: dt.date) -> dt.date:
    """The first day of the month after a day, the last of all days where there is none."""
    if (day.year, day.month) == (LAST_DAY.year, LAST_DAY.month):
        return LAST_DAY
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _usable(
    own: Sequence[Owned],
    key: Key,
    aliased: Callable[[str], bool],
    renames: _Renames,
    apart: Container[tuple[str, str]],
) -> list[Owned]:
    """What the maintained list says of employers of which the user's own says nothing; its renames are taken in."""
    free = [row for row in _maintained() if not aliased(row.employer)]
    named = {key(row.employer) for row in own}
    for row in free:
        one, other = sorted((key(row.employer), key(row.parent))) if row.event == "rename" else ("", "")
        if row.event != "rename" or (one, other) in apart:
            continue
        if key(row.employer) not in named and not _joins_own(row, own, renames):
            renames.add(row, None)
    owned = {renames.final(employer) for employer in named}
    return [row for row in free if row.event != "rename" and renames.final(key(row.employer)) not in owned]


def _joins_own(row: Owned, own: Sequence[Owned], renames: _Renames) -> bool:
    """Whether a rename would make one of two employers that the user's list tells apart."""
    tried = renames.copy()
    tried.add(row, None)
    apart = [o for o in own if o.event not in ("rename", "independent")]
    owned = {renames.of(o.employer) for o in apart}
    return {renames.of(row.employer), renames.of(row.parent)} <= owned or any(
        tried.of(o.employer) == tried.of(o.parent) for o in apart
    )


def _together(own: list[Holding], maintained: Iterable[Holding], renames: _Renames) -> dict[str, list[Holding]]:
    """The user's holdings, and those of the maintained list that neither overlap another nor close a circle."""
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in dict.fromkeys(own):
        held[holding.employer].append(holding)
    for holding in maintained:
        mine = held[holding.employer]
        free = all(h.to_date <= holding.from_date or holding.to_date <= h.from_date for h in mine)
        if free and not _reaches(holding.parent, holding.employer, held, holding.from_date, holding.to_date):
            mine.append(holding)
    return {employer: sorted(each, key=lambda h: h.from_date) for employer, each in held.items() if each}


def _reaches(below: str, above: str, held: dict[str, list[Holding]], start: dt.date, end: dt.date) -> bool:
    """Whether ``above`` owns ``below`` through others on any of the days."""
    if below == above:
        return True
    spans = ((h.parent, max(start, h.from_date), min(end, h.to_date)) for h in held.get(below, ()))
    return any(low < high and _reaches(parent, above, held, low, high) for parent, low, high in spans)
