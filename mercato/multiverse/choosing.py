"""Which choices can matter for a measure of some data, and which are left out and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from mercato.engines import Engine
from mercato.measures import Facts, Measure, Request
from mercato.ownership import owners_in_force
from mercato.release.multiverse import Choice, LeftOut
from mercato.settings import Options

LEVELS: dict[str, tuple[str, ...]] = {
    "censoring": ("verified", "carry"),
    "ownership": ("point_in_time", "pro_forma"),
    "main_job": ("latest", "first", "longest"),
    "dates": ("middle", "early", "late", "impute"),
    "gap": ("direct,brief", "direct", "direct,brief,long"),
    "weights": ("margins", "none"),
}
"""The levels of each choice; that of the run comes first when they are crossed."""
IN_CAREERS = ("censoring", "ownership", "main_job", "dates")
"""The choices that careers are built by; the others are made when a measure is told."""
MOST_ROWS = 30_000_000
"""Positions, counted once for each way of building careers, beyond which the costliest levels are left out."""

QUICK_ROWS = 500_000
QUICK_LEVELS = {"main_job": ("latest", "first"), "dates": ("middle", "early", "late")}
"""What is crossed where nobody asked for more: what takes about as long as careers do."""


@dataclass(frozen=True)
class Ground:
    """What a market is measured from, whatever is chosen.

    jobs: positions and sightings of resolved people (tables.POSITIONS with employer_id, role_id, is_side); ownership,
    employers, lists: as found by identity; facts: of the run's own settings; weighted: where margins are given, the
    cells of a measure with people weighted to them, in one draw of coarse dates or none.
    """

    engine: Engine
    jobs: ir.Table
    ownership: pa.Table
    employers: pa.Table
    lists: pa.Table
    facts: Facts
    folder: Path
    weighted: Callable[[Measure, Request, int | None], pa.Table] | None = None
    progress: Callable[..., None] = lambda sentence, share=None: None

    @cached_property
    def counted(self) -> dict[str, int]:
        """Positions, those that are open and were last verified before the as-of date, and those with a coarse date."""
        j, last = self.jobs, ibis.literal(self.facts.as_of)
        runs_on = j.end_date.isnull()
        stale = runs_on & (j.verified_on < last).fill_null(False)
        coarse = j.start_precision.isin(["month", "year"]) | j.end_precision.isin(["month", "year"])
        told = j.aggregate(
            positions=j.count(),
            stale=stale.cast("int64").sum(),
            coarse=coarse.fill_null(False).cast("int64").sum(),
        )
        found = self.engine.run(told)
        return {name: int(found[name][0].as_py() or 0) for name in found.column_names}

    @cached_property
    def overlaps(self) -> bool:
        """Whether anybody held two jobs at once."""
        s = self.facts.spells
        told = self.engine.run(s.filter(s.main_by_rule).limit(1).select("main_by_rule"))
        return bool(told.num_rows)


def choices_of(
    ground: Ground,
    measure: Measure,
    request: Request,
    most_rows: int = MOST_ROWS,
    levels: dict[str, tuple[str, ...]] | None = None,
) -> tuple[list[Choice], list[LeftOut]]:
    """The choices to cross for what is asked, and those left out with the reason.

    ``levels`` restricts the levels that may be crossed; ``most_rows`` bounds positions × ways of building careers.
    """
    asked = LEVELS | (levels or {})
    if ground.weighted:
        asked |= QUICK_LEVELS
    reasons = {name: _reason(name, ground, measure, request) for name in asked}
    out = [LeftOut(name, (), reason) for name, reason in reasons.items() if reason]
    choices = [_choice(name, asked[name], request.options) for name, reason in reasons.items() if not reason]
    out += [
        LeftOut(name, missing, "time")
        for name, reason in reasons.items()
        if not reason
        and (missing := tuple(v for v in LEVELS[name] if v not in asked[name] and v != text_of(request.options, name)))
    ]
    return _affordable(choices, out, ground.counted["positions"], request.options, most_rows)


def text_of(options: Options, name: str) -> str:
    """An option as a level of a choice."""
    value = getattr(options, name)
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _choice(name: str, levels: Sequence[str], options: Options) -> Choice:
    own = text_of(options, name)
    return Choice(name, (own, *(level for level in levels if level != own)))


def _reason(name: str, ground: Ground, measure: Measure, request: Request) -> str:
    """Why a choice cannot matter, or an empty text."""
    if name == "censoring":
        return "" if ground.counted["stale"] else "nothing_stale"
    if name == "ownership":
        return "" if _owners_differ(ground, request.options) else "no_change_of_owner"
    if name == "main_job":
        return "" if ground.overlaps else "no_overlap"
    if name == "dates":
        return "" if ground.counted["coarse"] else "all_precise"
    if name == "weights":
        return "" if ground.weighted else "no_margins"
    return "" if _looks_at_gaps(ground, measure, request) else "other_measure"


def _owners_differ(ground: Ground, options: Options) -> bool:
    ways = [replace(options, ownership=way) for way in LEVELS["ownership"]]
    dated, now = (owners_in_force(ground.ownership, ground.facts.as_of, way) for way in ways)
    if not dated.num_rows:
        return False
    return not dated.equals(now.cast(dated.schema))


def _looks_at_gaps(ground: Ground, measure: Measure, request: Request) -> bool:
    """Whether other classes of gaps are another question to the spells."""
    asked = [replace(request, options=request.options.set("gap", level)) for level in ("direct", "direct,brief")]
    first, second = (measure.counts(ground.facts, one) for one in asked)
    return any(not first[part].equals(second[part]) for part in first)


def ways_of(level: str, options: Options) -> int:
    """How many careers have to be built for a level."""
    return options.draws if level == "impute" else 1


def _affordable(
    choices: list[Choice], out: list[LeftOut], positions: int, options: Options, most_rows: int
) -> tuple[list[Choice], list[LeftOut]]:
    """The choices without the costliest levels where careers would have to be built from too many rows in all."""
    for name, level in (("dates", "impute"), ("main_job", "longest"), ("dates", "late"), ("main_job", "first")):
        if _rows(choices, positions, options) <= most_rows:
            break
        for place, choice in enumerate(choices):
            if choice.option == name and level in choice.levels[1:]:
                choices[place] = Choice(name, tuple(one for one in choice.levels if one != level))
                out.append(LeftOut(name, (level,), "time"))
    if _rows(choices, positions, options) > most_rows:
        out += [
            LeftOut(one.option, one.levels[1:], "time")
            for one in choices
            if one.option in IN_CAREERS and one.levels[1:]
        ]
        choices = [choice for choice in choices if choice.option not in IN_CAREERS]
    told = [choice for choice in choices if len(choice.levels) > 1]
    return told, out


def _rows(choices: Sequence[Choice], positions: int, options: Options) -> int:
    rows = positions
    for choice in choices:
        if choice.option in IN_CAREERS:
            rows *= sum(ways_of(level, options) for level in choice.levels)
    return rows
