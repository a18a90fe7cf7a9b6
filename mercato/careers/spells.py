"""Positions → spells: one row per person, employer and uninterrupted stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import full_months, started_months
from mercato.careers.dating import date_jobs
from mercato.careers.joining import KEY, close_stale, join_stays
from mercato.careers.main_job import LINKED, choose_main, link, mark_recalls
from mercato.settings import Options
from mercato.tables import SPELLS

PLAIN_JOBS = 7

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
    jobs = date_jobs(positions, as_of, options, draw)
    plain, entangled = _parted(jobs, options, keep)
    every = _plain_spells(plain).union(general_spells(entangled, options))
    return every.select(*SPELLS.names)


def general_spells(jobs: ir.Table, options: Options) -> ir.Table:
    """Spells of dated jobs, whatever their overlaps, gaps and returns."""
    stays = mark_recalls(join_stays(close_stale(jobs, options), options), options)
    chosen = choose_main(stays)
    ranked = chosen.mutate(is_main=chosen.main_end.notnull())
    linked = link(ranked, ("person_id", "is_main"), (ranked.start, *(ranked[k] for k in KEY)))
    kept = {name: ibis.ifelse(linked.is_main, linked[name], None) for name in LINKED}
    return _described(linked.mutate(**kept))


def _parted(jobs: ir.Table, options: Options, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """Linked jobs of people with a plain career, and the jobs of the others.

    A career is plain when its jobs are few and follow each other without overlap, each at another employer, and
    none is a side role, of unknown start, or open before the last. A plain career has no two starts alike, so that
    the start alone orders it.
    """
    whole = jobs.mutate(main_end=jobs.end)
    earlier = {f"at_{k}": ("employer_id", k) for k in range(2, PLAIN_JOBS + 1)}
    linked = keep(link(whole, ("person_id",), (whole.start,), "role_id", earlier))
    returns = [linked.employer_id == linked[name] for name in ("previous_employer_id", *earlier)]
    odd = (
        linked.is_side
        | ~linked.start_known
        | (linked.previous_end > linked.start)
        | (~linked.ended & linked.next_start.notnull())
        | linked[f"at_{PLAIN_JOBS}"].notnull()
    )
    odd = reduce(or_, returns, odd).fill_null(False)
    entangled = linked.filter(odd).select("person_id").distinct()
    plain = linked.anti_join(entangled, "person_id")
    return plain, linked.select(jobs.columns).semi_join(entangled, "person_id")


def _plain_spells(linked: ir.Table) -> ir.Table:
    return _described(
        linked.mutate(
            last_role_id=linked.role_id,
            is_recall=ibis.literal(False),
            returns=ibis.literal(False),
            main_by_rule=ibis.literal(False),
            closed_stale=ibis.literal(False),
            positions=ibis.literal(1, type="int32"),
            is_coarse=linked.start_coarse | linked.end_coarse,
        )
    )


def _described(stays: ir.Table) -> ir.Table:
    """Spells with tenure, delayed entry, and how they began and stopped being the main job."""
    s = stays
    seen_from = ibis.greatest(s.start, ibis.least(s.observed_from.fill_null(s.start), s.end))
    is_main = s.main_end.notnull()
    replaced = (s.next_start <= s.main_end).fill_null(False)
    spells = s.mutate(
        start_date=s.start,
        end_date=s.end,
        seen_from=seen_from,
        tenure_months=ibis.ifelse(s.ended, started_months(s.start, s.end), full_months(s.start, s.end)).cast("int32"),
        entry_month=full_months(s.start, seen_from),
        arrival=ibis.cases((~is_main, None), (s.start_known & (seen_from == s.start), "hire"), else_="unseen"),
        departure=ibis.cases((~is_main, None), (s.ended | replaced, "separation"), else_="censored"),
    )
    return spells.select(*SPELLS.names)
