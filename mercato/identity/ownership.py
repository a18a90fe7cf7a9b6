"""Who owns an employer in the end, day by day, through chains of owners."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from mercato.identity.lists import FIRST_DAY, LAST_DAY, Faults

_LONGEST_CHAIN = 100


@dataclass(frozen=True)
class Holding:
    """An employer (by key) held by a parent (by key) on the days of ``[from_date, to_date)``."""

    line: str
    employer: str
    parent: str
    from_date: dt.date
    to_date: dt.date


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
    if faults.found:
        return {}
    return {employer: _merged(_climb(employer, owners, faults)) for employer in owners}


def _refuse_overlaps(held: list[Holding], faults: Faults) -> None:
    for i in range(len(held) - 1, 0, -1):
        before, after = held[i - 1], held[i]
        if after.from_date >= before.to_date:
            continue
        if (before.parent, before.from_date, before.to_date) == (after.parent, after.from_date, after.to_date):
            del held[i]
        else:
            faults.add(after.line, f"overlaps {before.line}: one employer with two owners on {after.from_date}")


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
            _once(faults, path[0].line, f"{what} on {start} (through {', '.join(sorted({h.line for h in path[:5]}))})")
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
