"""Spells → moves, and the changes of employer that are no moves: ownership, renames, whole workforces."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from mercato.careers.calendar import days_between
from mercato.careers.weights import carried
from mercato.tables import BRIEF_DAYS, DIRECT_DAYS


def classify(spells: ir.Table, ownership: ir.Table | None, bulk: ir.Table | None) -> ir.Table:
    """Spells whose ``arrival`` and ``departure`` say where a change of employer was no move.

    ``internal``: both employers had the same ultimate parent on the day of joining (``ownership``: tables.OWNERSHIP);
    ``bulk``: the whole workforce went (``bulk``: origin, destination, from_date, to_date).
    """
    marked = spells
    if ownership is not None:
        marked = _internal(marked, ownership)
    if bulk is not None:
        marked = _bulk(marked, bulk)
    return marked.select(spells.columns)


def _internal(spells: ir.Table, ownership: ir.Table) -> ir.Table:
    s = spells
    for column, employer, day in (
        ("own_then", s.employer_id, s.start_date),
        ("previous_then", s.previous_employer_id, s.start_date),
        ("own_next", s.employer_id, s.next_start),
        ("next_then", s.next_employer_id, s.next_start),
    ):
        s = _ultimate(s, ownership, column, employer.get_name(), day.get_name())
    arrives = (s.arrival == "hire") & (s.own_then == s.previous_then) & (s.employer_id != s.previous_employer_id)
    leaves = (s.departure == "separation") & (s.own_next == s.next_then) & (s.employer_id != s.next_employer_id)
    return _relabel(s, arrives, leaves, "internal")


def _ultimate(spells: ir.Table, ownership: ir.Table, column: str, employer: str, day: str) -> ir.Table:
    owner = ownership.select(
        owned=ownership.employer_id, ultimate=ownership.ultimate_id, since=ownership.from_date, until=ownership.to_date
    )
    joined = spells.left_join(
        owner,
        [spells[employer] == owner.owned, spells[day] >= owner.since, spells[day] < owner.until],
    )
    return joined.mutate(**{column: ibis.coalesce(joined.ultimate, joined[employer])}).drop(
        "owned", "ultimate", "since", "until"
    )


def _bulk(spells: ir.Table, bulk: ir.Table) -> ir.Table:
    arriving = bulk.select(a_from=bulk.origin, a_to=bulk.destination, a_since=bulk.from_date, a_until=bulk.to_date)
    leaving = bulk.select(l_from=bulk.origin, l_to=bulk.destination, l_since=bulk.from_date, l_until=bulk.to_date)
    s = spells
    s = s.left_join(
        arriving,
        [
            s.previous_employer_id == arriving.a_from,
            s.employer_id == arriving.a_to,
            s.previous_end >= arriving.a_since,
            s.previous_end < arriving.a_until,
        ],
    )
    s = s.left_join(
        leaving,
        [
            s.employer_id == leaving.l_from,
            s.next_employer_id == leaving.l_to,
            s.main_end >= leaving.l_since,
            s.main_end < leaving.l_until,
        ],
    )
    arrives = (s.arrival == "hire") & s.a_from.notnull()
    leaves = (s.departure == "separation") & s.l_from.notnull()
    return _relabel(s, arrives, leaves, "bulk")


def _relabel(s: ir.Table, arrives: ir.BooleanValue, leaves: ir.BooleanValue, label: str) -> ir.Table:
    return s.mutate(
        arrival=ibis.ifelse(arrives.fill_null(False), label, s.arrival),
        departure=ibis.ifelse(leaves.fill_null(False), label, s.departure),
    )


def changes(spells: ir.Table) -> ir.Table:
    """One row per change of main employer, moves or not: where from and to, when, and the gap in days.

    ``gap``: direct (at most 31 days), brief (at most 92) or long; ``arrival`` tells moves (hire) from the others.
    """
    s = spells.filter(
        spells.main_end.notnull()
        & spells.previous_employer_id.notnull()
        & (spells.previous_employer_id != spells.employer_id)
        & (spells.arrival != "unseen")
    )
    days = days_between(s.previous_end, s.start_date)
    return s.select(
        "person_id",
        *carried(s),
        "arrival",
        "returns",
        "country",
        origin=s.previous_employer_id,
        destination=s.employer_id,
        left_on=s.previous_end,
        joined_on=s.start_date,
        gap_days=days.cast("int32"),
        gap=ibis.cases((days <= DIRECT_DAYS, "direct"), (days <= BRIEF_DAYS, "brief"), else_="long"),
        origin_role_id=s.previous_role_id,
        role_id=s.role_id,
    )


def moves(spells: ir.Table) -> ir.Table:
    """One row per move: a change of main employer that is not inside one owner nor of a whole workforce."""
    changed = changes(spells)
    return changed.filter(changed.arrival == "hire")
