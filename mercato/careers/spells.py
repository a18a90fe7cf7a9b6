"""Positions → spells: one row per person, employer and uninterrupted stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import full_months, started_months
from mercato.careers.dating import date_jobs
from mercato.careers.joining import KEY, close_stale, join_stays
from mercato.careers.main_job import LINKED, choose_main, link, mark_recalls
from mercato.settings import Options
from mercato.tables import SPELLS

Keep = Callable[[ir.Table], ir.Table]
Rule = Callable[[ir.Table], ir.StringValue]
"""Which rule chooses the main job, told from each stay, where one run holds several."""

PLAIN = (
    "person_id",
    "employer_id",
    "role_id",
    "country",
    "observed_from",
    "start",
    "end",
    "ended",
    "is_coarse",
    *LINKED,
)
"""The columns of stored plain stays; all others of spells follow from them."""


def as_it_is(step: ir.Table) -> ir.Table:
    """Keep nothing: the step is computed where it is read."""
    return step


def spells(
    positions: ir.Table, as_of: dt.date, options: Options, keep: Keep = as_it_is, draw: int | None = None
) -> ir.Table:
    """One row per person × employer × uninterrupted stay (tables.SPELLS), as known at the end of ``as_of``.

    ``positions`` has the columns of tables.POSITIONS with employer_id, role_id and is_side. People with a plain career
    (jobs one after the other, each at another employer) take a short way that gives the same rows as the general one.
    """
    return spells_of(**stays(positions, as_of, options, keep, draw))


def stays(
    positions: ir.Table,
    as_of: dt.date,
    options: Options,
    keep: Keep = as_it_is,
    draw: int | None = None,
    rule: Rule | None = None,
) -> dict[str, ir.Table]:
    """Spells as they are stored, in two parts: ``plain`` (PLAIN) and ``general`` (STORED)."""
    jobs = date_jobs(positions, as_of, options, draw)
    plain, entangled = _parted(jobs, keep)
    return {"plain": plain, "general": _general_stays(entangled, options, rule)}


def spells_of(plain: ir.Table, general: ir.Table) -> ir.Table:
    """Spells from both parts of what is stored."""
    return told_changes(_plain_stays(plain).union(general.select(*STORED)))


def general_spells(jobs: ir.Table, options: Options) -> ir.Table:
    """Spells of dated jobs, whatever their overlaps, gaps and returns."""
    return told_changes(_general_stays(jobs, options))


def _general_stays(jobs: ir.Table, options: Options, rule: Rule | None = None) -> ir.Table:
    joined = mark_recalls(join_stays(close_stale(jobs, options), options), options)
    chosen = choose_main(joined, rule(joined) if rule else options.main_job)
    ranked = chosen.mutate(is_main=chosen.main_end.notnull())
    linked = link(ranked, ("person_id", "is_main"), (ranked.start, *(ranked[k] for k in KEY)))
    kept = {name: ibis.ifelse(linked.is_main, linked[name], None) for name in LINKED}
    return _described(linked.mutate(**kept))


def _parted(jobs: ir.Table, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """Stays of people with a plain career (PLAIN), and the jobs of the others.

    A career is plain when its jobs follow each other without overlap, each at another employer, and none is a side
    role, of unknown start, or open before the last. A plain career has no two starts alike, so that the start alone
    orders it.
    """
    whole = jobs.mutate(main_end=jobs.end, is_coarse=jobs.start_coarse | jobs.end_coarse)
    linked = keep(link(whole, ("person_id",), (whole.start,), "role_id"))
    odd = keep(_entangled(linked))
    plain = linked.anti_join(odd, [linked.person_id == odd.odd_id]).select(*PLAIN)
    return plain, linked.semi_join(odd, [linked.person_id == odd.odd_id]).select(jobs.columns)


def _entangled(linked: ir.Table) -> ir.Table:
    """The people whose careers are not plain."""
    crossed = linked.filter(
        linked.is_side
        | ~linked.start_known
        | (linked.previous_end > linked.start).fill_null(False)
        | (~linked.ended & linked.next_start.notnull())
    )
    stays_at = linked.group_by("person_id", "employer_id").aggregate(stays=linked.count())
    back = stays_at.filter(stays_at.stays > 1)
    return crossed.select(odd_id=crossed.person_id).union(back.select(odd_id=back.person_id)).distinct()


def _plain_stays(plain: ir.Table) -> ir.Table:
    return _described(
        plain.mutate(
            last_role_id=plain.role_id,
            start_known=ibis.literal(True),
            main_end=plain.end,
            is_recall=ibis.literal(False),
            returns=ibis.literal(False),
            main_by_rule=ibis.literal(False),
            closed_stale=ibis.literal(False),
            positions=ibis.literal(1, type="int32"),
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
        entry_month=ibis.ifelse(seen_from == s.start, 0, full_months(s.start, seen_from)).cast("int32"),
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
