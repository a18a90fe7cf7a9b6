"""Several vintages of the same positions → the arrivals and departures that each of them knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir

from mercato.careers.spells import spells_of, stays
from mercato.engines import Engine, Keep
from mercato.settings import Options

_DIGITS = 4


@dataclass(frozen=True)
class Vintages:
    """What was known on each of several days, ascending.

    ``known``: one row per vintage and main stay with ``vintage`` (the place of its day), person, employer_id, ``began``
    (the day of joining, null where it was not seen) and ``gone`` (the day of leaving, null where nobody knew of one).
    """

    days: tuple[dt.date, ...]
    known: ir.Table

    @property
    def months(self) -> list[int]:
        """The last month (year × 12 + month - 1) that had wholly gone by on each day."""
        after = [day + dt.timedelta(days=1) for day in self.days]
        return [day.year * 12 + day.month - 2 for day in after]


def known_by_vintage(
    engine: Engine, positions: Sequence[ir.Table], days: Sequence[dt.date], options: Options, folder: Path
) -> Vintages:
    """Careers as each vintage alone tells them, those of all vintages built in one go and saved under ``folder``.

    ``positions`` have the columns that careers are built from, one table for each day; a job still open counts up to
    the day of its vintage. Of vintages of one month the last is kept.
    """
    last = {(day.year, day.month): place for place, day in enumerate(days)}
    kept = [place for place in range(len(days)) if place in last.values()]
    parts = [_of_vintage(positions[place], number, days[place]) for number, place in enumerate(kept)]
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    chosen = options.set("censoring", "verified")

    def build(people: ir.Table, keep: Keep) -> dict[str, ir.Table]:
        return stays(people, days[-1], chosen, keep)

    name = folder.name.replace("-", "_")
    saved = engine.save_by_person(build, every, folder, every.select("person_id"))
    stored = {part: engine.open(f"{name}_{part}", [path]) for part, path in saved.items()}
    spells = engine.view(f"{name}_stays", spells_of(**stored))
    engine.save(_known(spells), folder / "known")
    return Vintages(tuple(days[place] for place in kept), engine.open(f"{name}_known", [folder / "known"]))


def _of_vintage(positions: ir.Table, number: int, day: dt.date) -> ir.Table:
    """Positions of one vintage, its people apart from the same ones in others."""
    p, taken = positions, ibis.literal(day)
    person = ibis.literal(f"{number:0{_DIGITS}}") + p.person_id.cast("string")
    return p.mutate(person_id=person, verified_on=ibis.least(p.verified_on.fill_null(taken), taken))


def _known(spells: ir.Table) -> ir.Table:
    s = spells.filter(spells.main_end.notnull())
    return s.select(
        vintage=s.person_id[:_DIGITS].cast("int32"),
        person=s.person_id[_DIGITS:],
        employer_id=s.employer_id,
        began=ibis.ifelse(s.arrival == "hire", s.start_date, None),
        gone=ibis.ifelse(s.departure == "separation", s.main_end, None),
    )
