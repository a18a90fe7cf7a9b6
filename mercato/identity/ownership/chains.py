"""Who owns an employer in the end, day by day, through chains of owners."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from mercato.identity.employers.lists import FIRST_DAY, LAST_DAY, Faults

_LONGEST_CHAIN = 100


@dataclass(frozen=True)
class Holding:
    """An employer (by key) held by a parent (by key) on the days of ``[from_date, to_date)``.

    event: what made it so (lists.EVENTS); since, until: both days as told.
    """

    line: str
    employer: str
    parent: str
    from_date: dt.date
    to_date: dt.date
    event: str = "acquisition"
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Stretch:
    """The ultimate parent of one employer on the days of ``[from_date, to_date)``; itself when independent."""

    ultimate: str
    from_date: dt.date
    to_date: dt.date


def stretches(holdings: list[Holding], faults: Faults) -> dict[str, list[Stretch]]:
    """For every employer that has an owner at some time, complete and disjoint stretches in order of time.

    Overlapping owners of one employer and circles of owners are added to ``faults``.
    """
    owners: dict[str, list[Holding]] = defaultdict(list)
    for holding in sorted(set(holdings), key=lambda h: (h.from_date, h.to_date, h.parent, h.line)):
        owners[holding.employer].append(holding)
    for held in owners.values():
        _refuse_overlaps(held, faults)
    return {employer: _merged(_climb(employer, owners, faults)) for employer in owners}


def _refuse_overlaps(held: list[Holding], faults: Faults) -> None:
    """Takes what overlaps an earlier one out of an employer's holdings, and adds it to ``faults`` unless it repeats."""
    kept: list[Holding] = []
    for holding in held:
        before = max(kept, key=lambda h: h.to_date, default=None)
        if before is None or holding.from_date >= before.to_date:
            kept.append(holding)
        elif (before.parent, before.from_date, before.to_date) != (holding.parent, holding.from_date, holding.to_date):
            when = "from the beginning" if holding.from_date == FIRST_DAY else f"on {holding.from_date}"
            what = f"one employer with two owners {when}"
            faults.add(holding.line, f"overlaps {before.line}: {what}")
    held[:] = kept


def _climb(employer: str, owners: dict[str, list[Holding]], faults: Faults) -> list[Stretch]:
    """Follows the owners upward, splitting time where an owner changes."""
    found = []
    todo: list[tuple[str, dt.date, dt.date, tuple[Holding, ...]]] = [(employer, FIRST_DAY, LAST_DAY, ())]
    while todo:
        node, start, end, path = todo.pop()
        seen = [employer, *(h.parent for h in path)]
        if node in seen[:-1] or len(path) > _LONGEST_CHAIN:
            what = (
                "a circle of owners" if node in seen[:-1] else f"more than {_LONGEST_CHAIN} owners one above the other"
            )
            when = "from the beginning" if start == FIRST_DAY else f"on {start}"
            _once(faults, path[0].line, f"{what} {when} (through {', '.join(sorted({h.line for h in path[:5]}))})")
            continue
        for holding in owners.get(node, ()):
            low, high = max(start, holding.from_date), min(end, holding.to_date)
            if low >= high:
                continue
            todo.append((holding.parent, low, high, (*path, holding)))
            if start < low:
                found.append(Stretch(node, start, low))
            start = high
        if start < end:
            found.append(Stretch(node, start, end))
    return sorted(found, key=lambda s: s.from_date)


def _once(faults: Faults, line: str, what: str) -> None:
    if not any(known.startswith(f"{line}:") for known in faults.found):
        faults.add(line, what)


def _merged(parts: list[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for part in parts:
        if merged and merged[-1].ultimate == part.ultimate:
            merged[-1] = Stretch(part.ultimate, merged[-1].from_date, part.to_date)
        else:
            merged.append(part)
    return merged


def owner_on(employer: str, holdings: dict[str, list[Holding]], day: dt.date) -> Holding | None:
    """What an employer's holdings say of a day."""
    return next((h for h in holdings.get(employer, ()) if h.from_date <= day < h.to_date), None)


def chain_on(employer: str, holdings: dict[str, list[Holding]], day: dt.date) -> list[Holding]:
    """The holdings from an employer up to its ultimate parent on a day; none for its own master."""
    chain: list[Holding] = []
    while (holding := owner_on(chain[-1].parent if chain else employer, holdings, day)) is not None:
        if len(chain) > _LONGEST_CHAIN:
            break
        chain.append(holding)
    return chain


def what_joins(
    one: str, other: str, holdings: dict[str, list[Holding]], until: dt.date
) -> tuple[list[Holding], list[Holding]]:
    """The holdings that put two employers below one ultimate parent, on the last day up to ``until`` when any did.

    Those of the one and those of the other, each up to the first owner that they share; both empty where none did.
    """
    above = _above(one, holdings) + _above(other, holdings)
    ends = {until, *(h.to_date - dt.timedelta(days=1) for h in above if FIRST_DAY < h.to_date <= until)}
    for day in sorted(ends, reverse=True):
        chains = [chain_on(employer, holdings, day) for employer in (one, other)]
        seen = [[employer, *(h.parent for h in chain)] for employer, chain in zip((one, other), chains, strict=True)]
        shared = next((key for key in seen[0] if key in seen[1]), None)
        if shared is not None:
            first, second = (chain[: keys.index(shared)] for chain, keys in zip(chains, seen, strict=True))
            return first, second
    return [], []


def _above(employer: str, holdings: dict[str, list[Holding]]) -> list[Holding]:
    """All holdings of an employer and of whoever owned it at any time."""
    found: dict[Holding, None] = {}
    todo, done = [employer], set[str]()
    while todo:
        key = todo.pop()
        if key not in done:
            done.add(key)
            found |= dict.fromkeys(holdings.get(key, ()))
            todo += [h.parent for h in holdings.get(key, ())]
    return list(found)
