"""Owners as the numbered tables of a run: who belongs to whom when, and why two employers have one owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from mercato.identity.employers.lists import FIRST_DAY, LAST_DAY
from mercato.identity.ownership.chains import Holding, what_joins
from mercato.identity.ownership.events import Owners
from mercato.tables import OWNERSHIP


def tops_on(owners: Owners, people: Mapping[str, int], day: dt.date) -> list[str]:
    """The employer at the top of each one's group on a day, in the order of ``people`` (key → how many records).

    Where no record names the ultimate parent, it is the one nearest to it, then the one with the most people.
    """
    ultimate = {key: owners.ultimate(key, day) for key in people}
    below: dict[str, list[str]] = {}
    for key, top in ultimate.items():
        below.setdefault(top, []).append(key)
    tops = {
        top: top if top in people else min(keys, key=lambda k: (owners.levels(k, day), -people[k], k))
        for top, keys in below.items()
    }
    return [tops[top] for top in ultimate.values()]


def ownership_table(owners: Owners, ids: Mapping[str, int]) -> pa.Table:
    """OWNERSHIP of the employers in ``ids``; ultimate parents that are not in it are numbered after them."""
    held = {key: parts for key, parts in owners.stretches.items() if key in ids}
    others = sorted({s.ultimate for parts in held.values() for s in parts} - set(ids))
    numbers = dict(ids) | {key: len(ids) + i for i, key in enumerate(others)}
    rows = sorted((ids[key], s.from_date, s.to_date, numbers[s.ultimate]) for key, parts in held.items() for s in parts)
    columns = [[row[i] for row in rows] for i in (0, 3, 1, 2)]
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, OWNERSHIP.schema, strict=True)]
    return pa.table(arrays, schema=OWNERSHIP.schema)


@dataclass(frozen=True)
class Ties:
    """What ties employers to owners, in words and as facts; employers are known by their numbers.

    keys, shown: the key and the shown name of each employer, by its number.
    """

    owners: Owners = field(default_factory=Owners)
    keys: Sequence[str] = ()
    shown: Sequence[str] = ()

    def said_of(self, employer: Any) -> str:
        """The end of a sentence on an employer: its owners from and to when, then a full stop."""
        key, name = self.keys[employer], self._name
        parts = [
            f"{name(s.ultimate)!r} from {s.from_date} to {s.to_date}"
            for s in self.owners.stretches.get(key, ())
            if s.ultimate != key
        ]
        return f", owned by {', '.join(parts)}." if parts else "."

    def owned(self, employer: int) -> list[dict[str, Any]]:
        """The owners of an employer by date, as ``between`` tells them, each with the ultimate owner in that time."""
        key = self.keys[employer]
        return [
            {**self._fact(holding), "ultimate": self._name(self.owners.ultimate(holding.parent, holding.from_date))}
            for holding in self.owners.holdings.get(key, ())
        ]

    def between(self, origin: str, destination: str, until: dt.date) -> list[dict[str, Any]]:
        """Why two employers, by their shown names, had one ultimate owner when they last had by a day.

        Each is an employer, its owner, the event (lists.EVENTS), and from and to when, blank where not told.
        """
        one, other = (self.keys[self._numbers[name]] for name in (origin, destination))
        first, second = what_joins(one, other, self.owners.holdings, until)
        return [self._fact(holding) for holding in dict.fromkeys([*first, *second])]

    def _fact(self, holding: Holding) -> dict[str, Any]:
        return {
            "employer": self._name(holding.employer),
            "owner": self._name(holding.parent),
            "event": holding.event,
            "from": holding.since or ("" if holding.from_date == FIRST_DAY else holding.from_date.isoformat()),
            "to": holding.until or ("" if holding.to_date == LAST_DAY else holding.to_date.isoformat()),
        }

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.shown)}

    def _name(self, key: str) -> str:
        number = self._by_key.get(key)
        return self.owners.names.get(key, key) if number is None else self.shown[number]

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.keys)}
