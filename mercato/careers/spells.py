"""Positions → spells: one row per person, employer and uninterrupted stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import LONGEST_MONTH, days_between, full_months, started_months
from mercato.careers.dating import date_jobs
from mercato.careers.joining import KEY, close_stale, join_stays
from mercato.careers.main_job import LINKED, choose_main, link, mark_recalls
from mercato.settings import Options
from mercato.tables import SPELLS

PLAIN_JOBS = 10

Keep = Callable[[ir.Table], ir.Table]


def as_it_is(step: ir.Table) -> ir.Table:
    """Keep nothing: the step is computed where it is read."""
    return step


def spells(
    positions: ir.Table, as_of: dt.date, options: Options, keep: Keep = as_it_is, draw: int | None = None
) -> ir.Table:
    """One row per person × employer × uninterrupted stay (tables.SPELLS), as known at the end of ``as_of``.

    ``positions`` has the columns of tables.POSITIONS with employer_id, role_id and is_side. People
    with a plain career (a few jobs, one after the other, each at another employer) take a short way that gives the
    same rows as the general one.
    """
    return told_changes(stays(positions, as_of, options, keep, draw))


def stays(
    positions: ir.Table, as_of: dt.date, options: Options, keep: Keep = as_it_is, draw: int | None = None
) -> ir.Table:
    """Spells as they are stored: without arrival and departure (``told_changes`` adds them)."""
    jobs = date_jobs(positions, as_of, options, draw)
    plain, entangled = _parted(jobs, options, keep)
    return _plain_spells(plain).union(_general_stays(entangled, options))


def general_spells(jobs: ir.Table, options: Options) -> ir.Table:
    """Spells of dated jobs, whatever their overlaps, gaps and returns."""
    return told_changes(_general_stays(jobs, options))


def _general_stays(jobs: ir.Table, options: Options) -> ir.Table:
    joined = mark_recalls(join_stays(close_stale(jobs, options), options), options)
    chosen = choose_main(joined)
    ranked = chosen.mutate(is_main=chosen.main_end.notnull())
    linked = link(ranked, ("person_id", "is_main"), (ranked.start, *(ranked[k] for k in KEY)))
    kept = {name: ibis.ifelse(linked.is_main, linked[name], None) for name in LINKED}
    return _described(linked.mutate(**kept))


def _parted(jobs: ir.Table, options: Options, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """Linked jobs of people with a plain career, and the jobs of the others.

    A career is plain when its jobs are few and follow each other without overlap, none soon after an earlier one at
    the same employer, and none is a side role, of unknown start, or open before the last. A plain career has no two
    starts alike, so that the start alone orders it.
    """
    whole = jobs.mutate(main_end=jobs.end)
    earlier = {f"at_{k}": ("employer_id", k) for k in range(2, PLAIN_JOBS + 1)}
    lagged = link(whole, ("person_id",), (whole.start,), "role_id", {**earlier, "left_2": ("end", 2)})
    linked = keep(_flagged(lagged, list(earlier), options).drop(*earlier, "left_2"))
    noted = linked.filter(linked.entangled | linked.again)
    people = noted.group_by(noted_id=noted.person_id).aggregate(odd=noted.entangled.cast("int8").max())
    known = linked.left_join(people, linked.person_id == people.noted_id)
    plain = known.filter(known.odd.fill_null(0) == 0).mutate(returns=known.noted_id.notnull())
    entangled = people.filter(people.odd > 0)
    return plain, linked.select(jobs.columns).semi_join(entangled, [linked.person_id == entangled.noted_id])


def _flagged(linked: ir.Table, earlier: list[str], options: Options) -> ir.Table:
    """Linked jobs with ``entangled`` (it makes the career no plain one) and ``again`` (an employer come back to)."""
    again = (linked.employer_id == linked.previous_employer_id).fill_null(False)
    back = reduce(or_, [(linked.employer_id == linked[name]).fill_null(False) for name in earlier])
    near = max(options.bridge_months, options.recall_months) * LONGEST_MONTH
    odd = (
        linked.is_side
        | ~linked.start_known
        | (linked.previous_end > linked.start)
        | (~linked.ended & linked.next_start.notnull())
        | linked[earlier[-1]].notnull()
        | (again & (days_between(linked.previous_end, linked.start) <= near))
        | (back & (days_between(linked.left_2, linked.start) <= near))
    )
    return linked.mutate(entangled=odd.fill_null(False), again=again | back)


def _plain_spells(linked: ir.Table) -> ir.Table:
    return _described(
        linked.mutate(
            last_role_id=linked.role_id,
            is_recall=ibis.literal(False),
            main_by_rule=ibis.literal(False),
            closed_stale=ibis.literal(False),
            positions=ibis.literal(1, type="int32"),
            is_coarse=linked.start_coarse | linked.end_coarse,
        )
    )


def _described(stays: ir.Table) -> ir.Table:
    """Spells with tenure and delayed entry."""
    s = stays
    seen_from = ibis.greatest(s.start, ibis.least(s.observed_from.fill_null(s.start), s.end))
    return s.select(
        *(name for name in STORED if name not in _MADE),
        start_date=s.start,
        end_date=s.end,
        seen_from=seen_from,
        tenure_months=ibis.ifelse(s.ended, started_months(s.start, s.end), full_months(s.start, s.end)).cast("int32"),
        entry_month=full_months(s.start, seen_from),
    ).select(*STORED)


_MADE = ("start_date", "end_date", "seen_from", "tenure_months", "entry_month")
STORED = tuple(name for name in SPELLS.names if name not in ("arrival", "departure"))
"""The columns of spells but for arrival and departure, which follow from them."""


def told_changes(stays: ir.Table) -> ir.Table:
    """Spells with ``arrival`` and ``departure``: how each began and stopped being the main job, owners apart."""
    s = stays
    never = s.main_end.isnull()
    replaced = (s.next_start <= s.main_end).fill_null(False)
    told = s.mutate(
        arrival=ibis.cases((never, None), (s.start_known & (s.seen_from == s.start_date), "hire"), else_="unseen"),
        departure=ibis.cases((never, None), (s.ended | replaced, "separation"), else_="censored"),
    )
    return told.select(*SPELLS.names)
