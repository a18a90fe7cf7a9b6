"""Jobs of one person at one employer that belong together → stays."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import day_number, within_months
from mercato.settings import Options

KEY = ("source_id", "record")
_JOBS_AT_MOST = 1 << 24
_NO_ROLE = -1


def close_stale(jobs: ir.Table, options: Options) -> ir.Table:
    """Jobs with each open end that nobody closed put at the start of the next job.

    An open job after which the same person began two or more others that are not side roles is taken to have
    ended when the first of these began; ``closed_stale`` marks it.
    """
    if options.stale_open == "keep":
        return jobs.mutate(closed_stale=ibis.literal(False))
    later = ibis.range_window(group_by="person_id", order_by=day_number(jobs.start), following=(1, None))
    began = ~jobs.is_side & jobs.start_known
    seen = jobs.mutate(
        later_jobs=began.cast("int32").sum().over(later).fill_null(0),
        next_start=ibis.ifelse(began, jobs.start, None).min().over(later),
    )
    stale = ~seen.ended & (seen.later_jobs >= 2)
    closed = seen.mutate(
        closed_stale=stale,
        end=ibis.ifelse(stale, seen.next_start, seen.end),
        ended=seen.ended | stale,
    )
    return closed.drop("later_jobs", "next_start")


def join_stays(jobs: ir.Table, options: Options) -> ir.Table:
    """Stays: jobs of a person at an employer that overlap, or lie apart by a bridged gap, as one row.

    A gap is bridged when it is at most ``bridge_months`` long and the person had no other employer in it; side
    roles elsewhere do not count as another employer.
    """
    numbered = _numbered(_cut(jobs, options))
    return _aggregated(numbered)


def _cut(jobs: ir.Table, options: Options) -> ir.Table:
    """Jobs with ``begins``: whether a new stay begins with this job."""
    before = ibis.range_window(group_by="person_id", order_by=day_number(jobs.start), preceding=(None, 1))
    here = ibis.window(group_by=("person_id", "employer_id"), order_by=("start", *KEY), preceding=(None, 1))
    reach = jobs.mutate(
        anywhere_until=ibis.ifelse(jobs.is_side, None, jobs.end).max().over(before),
        here_until=jobs.end.max().over(here),
    )
    apart = reach.start > reach.here_until
    elsewhere = (reach.anywhere_until > reach.here_until).fill_null(False)
    bridged = within_months(reach.here_until, reach.start, options.bridge_months) & ~elsewhere
    begins = reach.here_until.isnull() | (apart & ~bridged)
    return reach.mutate(begins=begins)


def _numbered(jobs: ir.Table) -> ir.Table:
    """Jobs with the number of their ``stay``, and ``reach``: greatest for the job that ends last, then began last."""
    order = {"group_by": (jobs.person_id, jobs.employer_id), "order_by": (jobs.start, *(jobs[k] for k in KEY))}
    number = ibis.row_number().over(ibis.window(**order))
    return jobs.mutate(
        stay=jobs.begins.cast("int32").sum().over(ibis.window(**order, preceding=None, following=0)),
        reach=day_number(jobs.end).cast("int64") * _JOBS_AT_MOST + number,
    )


def _aggregated(jobs: ir.Table) -> ir.Table:
    def at_start(column: ir.Column) -> ir.Scalar:
        return ibis.ifelse(jobs.begins, column, None).max()

    def at_end(column: ir.Column) -> ir.Scalar:
        return column.argmax(jobs.reach)

    open_until = ibis.ifelse(jobs.ended, None, jobs.end).max()
    closed_until = ibis.ifelse(jobs.ended, jobs.end, None).max()
    stays = jobs.group_by("person_id", "employer_id", "stay").aggregate(
        start=jobs.start.min(),
        end=jobs.end.max(),
        ended=ibis.ifelse(open_until.isnull(), True, (closed_until >= open_until).fill_null(False)),
        start_known=at_start(jobs.start_known.cast("int8")) > 0,
        is_side=jobs.is_side.cast("int8").min() > 0,
        observed_from=jobs.observed_from.min(),
        role_id=at_start(jobs.role_id),
        last_role_id=at_end(jobs.role_id.fill_null(_NO_ROLE)).nullif(_NO_ROLE),
        country=at_start(jobs.country),
        source_id=at_start(jobs.source_id),
        record=at_start(jobs.record),
        positions=jobs.record.count().cast("int32"),
        is_coarse=(at_start(jobs.start_coarse.cast("int8")) + at_end(jobs.end_coarse.cast("int8"))) > 0,
        closed_stale=jobs.closed_stale.cast("int8").max() > 0,
    )
    return stays.drop("stay")
