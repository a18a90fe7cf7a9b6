"""Which job is the main one on each day, and what came before and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import days_between, full_months, within_months
from mercato.careers.joining import KEY
from mercato.settings import Options

_HIDDEN = ibis.literal(dt.date(1, 1, 1))


def mark_recalls(stays: ir.Table, options: Options) -> ir.Table:
    """Stays with ``is_recall``: a return within ``recall_months`` of the end of an earlier stay there.

    ``returns`` marks all stays of a person who ever came back to an employer.
    """
    here = ibis.window(group_by=("person_id", "employer_id"), order_by=("start", *KEY))
    left = stays.end.lag().over(here)
    recalled = within_months(left, stays.start, options.recall_months).fill_null(False)
    seen = stays.mutate(is_recall=recalled, again=left.notnull().cast("int8"))
    returns = seen.again.max().over(ibis.window(group_by="person_id")) > 0
    return seen.mutate(returns=returns).drop("again")


def choose_main(stays: ir.Table, rule: str | ir.StringValue = "latest") -> ir.Table:
    """Stays with ``main_end``, the first day on which each was no longer the main job; null where it never was.

    By the rule ``latest``: no side role first; then a stay that lies wholly inside another is secondary to it (an
    open one has no known end, so it lies inside none); then the latest start, so that a new job takes over on its
    first day; then the lowest record, and of employers on one record the lowest number. A side role that began beside
    a job does not become the main job when that job ends.

    By ``first`` a job stays the main one until it ends; by ``longest`` it does where it lasts at least as long as the
    next one, as far as both are known. A job that had to wait counts from the day on which it became the main one.
    """
    ranked = _overlaps(stays)
    if not (isinstance(rule, str) and rule == "latest"):
        return _in_turn(ranked, ibis.literal(rule) if isinstance(rule, str) else rule)
    following = ibis.window(
        group_by=("person_id", "may_be_main"),
        order_by=(ranked.start, ranked.source_id.desc(), ranked.record.desc(), ranked.employer_id.desc()),
    )
    taken_over = ranked.start.lead().over(following)
    until = ibis.ifelse((taken_over < ranked.end).fill_null(False), taken_over, ranked.end)
    main = ranked.may_be_main & (until > ranked.start)
    return ranked.mutate(main_end=ibis.ifelse(main, until, None)).drop("may_be_main")


def _in_turn(ranked: ir.Table, rule: ir.StringValue) -> ir.Table:
    """Stays with ``main_end``, each from the day on which all before it had handed over.

    Of two that follow each other, the first hands over when the second begins (always where it is a side role), or
    when it ends itself, as the rule says.
    """
    latest = rule == "latest"
    turns = {key: ibis.ifelse(latest, -ranked[key].cast("int64"), ranked[key]) for key in (*KEY, "employer_id")}
    told = ranked.mutate(
        lasts=days_between(ranked.start, ranked.end),
        at_once=ranked.is_side | latest,
        if_longer=rule == "longest",
        **{f"turn_{key}": turn for key, turn in turns.items()},
    )
    order = (told.start, *(told[f"turn_{key}"] for key in turns))
    next_one = ibis.window(group_by=("person_id", "may_be_main"), order_by=order)
    begins = told.start.lead().over(next_one)
    longer = told.if_longer & (told.lasts.lead().over(next_one) > told.lasts).fill_null(False)
    gives_way = (begins < told.end).fill_null(False) & (told.at_once | longer)
    handed = told.mutate(over=ibis.ifelse(gives_way, begins, told.end))
    before = ibis.window(group_by=("person_id", "may_be_main"), order_by=order, preceding=(None, 1))
    free = ibis.greatest(handed.start, handed.over.max().over(before).fill_null(handed.start))
    placed = handed.mutate(free=free)
    main = placed.may_be_main & (placed.over > placed.free)
    return placed.mutate(
        main_end=ibis.ifelse(main, placed.over, None), start=ibis.ifelse(main, placed.free, placed.start)
    ).select(*(name for name in ranked.columns if name != "may_be_main"), "main_end")


def _overlaps(stays: ir.Table) -> ir.Table:
    """Stays with ``may_be_main`` and ``main_by_rule``, by one pass over each person's stays in time."""
    # Employers named on one record share its number.
    order = (stays.start, stays.is_side, stays.end.desc(), stays.source_id, stays.record, stays.employer_id)
    before = ibis.window(group_by="person_id", order_by=order, preceding=(None, 1))
    seen = stays.mutate(
        job_until=ibis.ifelse(stays.is_side, None, stays.end).max().over(before),
        side_until=ibis.ifelse(stays.is_side, stays.end, None).max().over(before),
        next_stay=stays.start.lead().over(ibis.window(group_by="person_id", order_by=order)),
    )
    in_job = seen.ended & (seen.job_until >= seen.end).fill_null(False)
    in_side = seen.ended & (seen.side_until >= seen.end).fill_null(False)
    beside_job = (seen.job_until > seen.start).fill_null(False)
    secondary = ibis.ifelse(seen.is_side, beside_job | in_side, in_job)
    overlaps = (
        beside_job | (seen.side_until > seen.start).fill_null(False) | (seen.next_stay < seen.end).fill_null(False)
    )
    marked = seen.mutate(may_be_main=~secondary, main_by_rule=overlaps)
    return marked.drop("job_until", "side_until", "next_stay")


def link(
    mains: ir.Table,
    group: Sequence[str],
    order: Sequence[ir.Value],
    last_role: str = "last_role_id",
) -> ir.Table:
    """Main jobs with the ones before and after in their group, and the experience since the first one began.

    ``last_role`` names the column of the role at the end.
    """
    row = ibis.window(group_by=group, order_by=order)
    so_far = ibis.window(group_by=group, order_by=order, preceding=None, following=0)
    hidden = mains.observed_from.notnull() | ~mains.start_known
    linked = mains.mutate(
        previous_employer_id=mains.employer_id.lag().over(row),
        previous_end=mains.main_end.lag().over(row),
        previous_role_id=mains[last_role].lag().over(row),
        next_employer_id=mains.employer_id.lead().over(row),
        next_start=mains.start.lead().over(row),
        career_start=ibis.ifelse(hidden, _HIDDEN, mains.start).min().over(so_far),
    )
    known = linked.career_start > _HIDDEN
    return linked.mutate(
        experience_months=ibis.ifelse(known, full_months(linked.career_start, linked.start), None)
    ).drop("career_start")


LINKED = (
    "previous_employer_id",
    "previous_end",
    "previous_role_id",
    "next_employer_id",
    "next_start",
    "experience_months",
)
