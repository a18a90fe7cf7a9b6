"""Counts of measures by the plain reading of the definitions: spells one at a time, people as sets.

It shares nothing with the expressions that it checks but the names of columns.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]
Cells = dict[Key, Row]
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class World:
    """Employers and roles by number, and the last day known."""

    employers: dict[int, Row]
    roles: dict[int, Row]
    as_of: dt.date

    def told(self, name: str, event: Row) -> Any:
        """The value of a dimension for an event: {"": employer, "origin": …, "destination": …, "role", "day", …}."""
        if name in ("family", "level", "is_ai"):
            found = self.roles.get(event["role_id"], {}).get(name)
            return {True: "true", False: "false"}.get(found) if name == "is_ai" else found
        if name in ("year", "quarter", "month"):
            return period(name, event["day"])
        if name in ("country", "gap"):
            return event[name]
        end, _, what = name.rpartition("_") if "_" in name else ("", "", name)
        if what in ("origin", "destination"):
            end, what = what, "employer"
        who = event[end]
        return who if isinstance(who, str) else self.employers[who][what]


def period(name: str, day: dt.date) -> str:
    return {
        "year": f"{day.year}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "month": f"{day.year}-{day.month:02}",
    }[name]


def mains(spells: Iterable[Row]) -> list[Row]:
    return [spell for spell in spells if spell["main_end"] is not None]


def hires_of(spells: Iterable[Row]) -> list[Row]:
    return [
        {**s, "": s["employer_id"], "origin": origin_of(s), "day": s["start_date"]}
        for s in mains(spells)
        if s["arrival"] == "hire"
    ]


def origin_of(spell: Row) -> int | str:
    if spell["previous_employer_id"] is not None:
        return int(spell["previous_employer_id"])
    return "unknown" if spell["experience_months"] is None else "first job"


def moves_of(spells: Iterable[Row]) -> list[Row]:
    made = []
    for s in hires_of(spells):
        if s["previous_employer_id"] in (None, s["employer_id"]):
            continue
        days = (s["start_date"] - s["previous_end"]).days
        gap = "direct" if days <= 31 else "brief" if days <= 92 else "long"
        made.append({**s, "origin": s["previous_employer_id"], "destination": s["employer_id"], "gap": gap})
    return made


def separations_of(spells: Iterable[Row], before: dt.date) -> list[Row]:
    gone = [s for s in mains(spells) if s["departure"] == "separation" and s["seen_from"] < s["main_end"] < before]
    return [{**s, "": s["employer_id"], "day": s["main_end"]} for s in gone]


def there(spells: Iterable[Row], day: dt.date) -> list[Row]:
    return [{**s, "": s["employer_id"], "day": day} for s in mains(spells) if s["seen_from"] <= day < s["main_end"]]


def counted(
    world: World, events: Iterable[Row], by: tuple[str, ...], where: dict[str, tuple[str, ...]],
    more: Callable[[list[Row]], Row] = lambda events: {},
) -> Cells:  # fmt: skip
    """Events and distinct people of each cell."""
    cells: dict[Key, list[Row]] = defaultdict(list)
    for event in events:
        if all(world.told(name, event) in values for name, values in where.items()):
            cells[tuple(world.told(name, event) for name in by)].append(event)
    return {
        key: {"count": len(found), "n": len({event["person_id"] for event in found}), **more(found)}
        for key, found in cells.items()
    }
