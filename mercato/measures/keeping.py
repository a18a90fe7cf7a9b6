"""Who keeps people: retention, cohort retention."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import full_months
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import STAY, Subject, keyed, keys
from mercato.measures.people import counted_again, groups_of, people_among, summed, summed_with_people
from mercato.measures.result import columns, repeated
from mercato.statistics.shares import share_interval
from mercato.statistics.survival import survival_from_counts

CURVE_MONTHS = 120


def stays_of(facts: Facts, request: Request) -> ir.Table:
    """Main stays whose beginning is known and that are no transfers, with the keys asked for.

    Who came under observation only after leaving was never at risk.
    """
    s = facts.spells
    known = s.main_end.notnull() & s.start_known & (s.seen_from < s.end_date)
    begun = s.filter(known & s.arrival.isin(["hire", "unseen"]))
    return keyed(begun, facts, request, Subject(day="start_date"))


def _horizons(request: Request) -> np.ndarray:
    if request.options.curve:
        return np.arange(max(*request.options.months, CURVE_MONTHS // 2) + 1)
    return np.array(sorted(set(request.options.months)))


def _retention_counts(facts: Facts, request: Request) -> Counts:
    stays = stays_of(facts, request)
    last = int(_horizons(request).max()) + 1
    return {"cells": cells_of_stays(stays, keys(request), last), "again": counted_again(stays, request)}


def left_of(stays: ir.Table) -> ir.BooleanValue:
    """Whether a stay ended by leaving, and not by a transfer inside one owner."""
    return stays.ended & ~stays.departure.isin(["internal", "bulk"])


def cells_of_stays(stays: ir.Table, by: Sequence[str], last: int) -> ir.Table:
    """Per group and month of tenure: ``stays`` last seen in it, of which ``left``, and those entered ``late`` then.

    Months after ``last`` are told as ``last``. Cells come in the order of their keys and months.
    """
    out = stays.mutate(month=ibis.least(stays.tenure_months, last), left=left_of(stays).cast("int64"))
    late = stays.filter(stays.entry_month > 0).mutate(month=ibis.least(stays.entry_month, last))
    exits = summed(out, (*by, "month"), stays=out.count(), left=out.left.sum())
    entries = summed(late, (*by, "month"), late=late.count())
    cells = exits.mutate(late=ibis.literal(0).cast("int64")).union(
        entries.select(
            *by, "month", stays=ibis.literal(0).cast("int64"), left=ibis.literal(0).cast("int64"), late="late"
        )
    )
    totals = summed(cells, (*by, "month"), stays=cells.stays.sum(), left=cells.left.sum(), late=cells.late.sum())
    return totals.order_by(*by, "month")


def _retention_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    group, first = groups_of(cells, keys(request))
    months = cells["month"].to_numpy()
    stays, left, late = (cells[name].to_numpy().astype(float) for name in ("stays", "left", "late"))
    size = len(first)
    rows = np.bincount(group, stays, size)
    begun = rows - np.bincount(group, late, size)
    horizons = _horizons(request)
    group, months, left, censored, late = _with_beginners(group, months, left, stays - left, late, begun)
    curve = survival_from_counts(group, months, left, censored, late, times=horizons, n_groups=size)
    groups = cells.select(keys(request)).take(pa.array(first))
    people = people_among(rows, groups, counted["again"], keys(request))
    return columns(
        repeated(groups, len(horizons)),
        months=np.tile(horizons, size),
        entered=np.repeat(curve.entered.ravel(), len(horizons)).astype(np.int64),
        events=curve.events.ravel().astype(np.int64),
        at_risk=curve.at_risk.ravel().astype(np.int64),
        estimate=curve.estimate.ravel(),
        low=curve.low.ravel(),
        high=curve.high.ravel(),
        n=np.repeat(people, len(horizons)),
    )


def _with_beginners(
    group: np.ndarray, month: np.ndarray, left: np.ndarray, censored: np.ndarray, late: np.ndarray, begun: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Cells with one more per group at month 0: the people under observation from the start."""
    place = np.searchsorted(group, np.arange(len(begun)))
    zeros = np.zeros(len(begun))
    return (
        np.insert(group, place, np.arange(len(begun))),
        np.insert(month, place, 0),
        np.insert(left, place, zeros),
        np.insert(censored, place, zeros),
        np.insert(late, place, begun),
    )


RETENTION = declare(
    Measure(
        name="retention",
        title=Text("People still there", "Personnes encore présentes"),
        unit=Text("share of people, 0 to 1", "part des personnes, de 0 à 1"),
        definition=Text(
            "Kaplan–Meier estimate of the share of people still at the employer so many whole months after they "
            "joined: the product over months of 1 − leavers / people at risk. People are at risk from the later of "
            "joining and coming under observation; those last seen there are censored, not counted as leavers. "
            "Stays whose beginning is unknown, or that began by a transfer inside one owner, are left out. 95% "
            "log-log interval from Greenwood's variance.",
            "Estimation de Kaplan-Meier de la part des personnes encore chez l'employeur tant de mois entiers après "
            "leur arrivée : produit, sur les mois, de 1 − départs / personnes à risque. Une personne est à risque à "
            "partir de la plus tardive de deux dates, l'arrivée et le début de l'observation ; celles que l'on a "
            "vues pour la dernière fois en poste sont censurées et non comptées comme parties. Les séjours dont le "
            "début est inconnu, ou nés d'un transfert au sein d'un même propriétaire, sont écartés. Intervalle à "
            "95 % log-log tiré de la variance de Greenwood.",
        ),
        reference="Kaplan & Meier 1958; Kalbfleisch & Prentice 1980",
        dimensions=(*STAY, "cohort", "year"),
        default_by=("employer",),
        counts=_retention_counts,
        figures=_retention_figures,
        extra=("months", "entered", "events", "at_risk"),
        counted=("entered", "events", "at_risk"),
        share=True,
        adds=(
            Adds("entered", "stays"),
            Adds("events", "stays that ended", some=True),
            Adds("at_risk", "stays at risk", some=True),
        ),
    )
)


def _cohort_counts(facts: Facts, request: Request) -> Counts:
    months = request.options.months[0]
    stays = stays_of(facts, request)
    since_joining = full_months(stays.start_date, ibis.literal(facts.as_of))
    joined = stays.filter((stays.arrival == "hire") & (since_joining >= months) & (since_joining < months + 12))
    stayed = ibis.ifelse(joined.ended, joined.tenure_months > months, joined.tenure_months >= months)
    lost = ~stayed & (~joined.ended | joined.departure.isin(["internal", "bulk"]))
    marked = joined.mutate(stayed=stayed.cast("int64"), lost=lost.cast("int64"))
    cells = summed_with_people(
        marked, request, joined=marked.count(), stayed=marked.stayed.sum(), lost=marked.lost.sum()
    )
    return {"cells": cells}


def _cohort_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    joined, stayed, lost = (cells[c].to_numpy().astype(np.int64) for c in ("joined", "stayed", "lost"))
    share = share_interval(stayed, joined)
    return columns(
        cells.select(keys(request)),
        joined=joined,
        stayed=stayed,
        left=joined - stayed - lost,
        lost=lost,
        estimate=share.estimate,
        low=share.low,
        high=share.high,
        n=cells["people"].to_numpy(),
    )


COHORT_RETENTION = declare(
    Measure(
        name="cohort_retention",
        title=Text("Joined two years ago, known to be still there", "Arrivés il y a deux ans et toujours présents"),
        unit=Text("share of people, 0 to 1", "part des personnes, de 0 à 1"),
        definition=Text(
            "Of the people who joined in the 12 months that ended 24 months before the as-of date, the share known to "
            "be still there 24 months after joining. People lost to follow-up before that, by a transfer inside one "
            "owner too, are listed, and not counted as stayers. "
            "95% Wilson interval, widened to the mid-P limits where one side of the share counts 20 or fewer.",
            "Parmi les personnes arrivées pendant les 12 mois achevés 24 mois avant la date d'arrêté, part de celles "
            "dont on sait qu'elles étaient encore là 24 mois après leur arrivée. Les personnes perdues de vue avant "
            "ce terme, y compris par un transfert au sein d'un même propriétaire, sont indiquées à part et ne comptent "
            "pas comme restées. "
            "Intervalle de Wilson à 95 %, élargi aux bornes mid-P si l'un des côtés de la part compte 20 cas ou moins.",
        ),
        reference="Wilson 1927; Lancaster 1961 (mid-P)",
        dimensions=STAY,
        default_by=("employer",),
        counts=_cohort_counts,
        figures=_cohort_figures,
        extra=("joined", "stayed", "left", "lost"),
        counted=("joined", "stayed", "left", "lost"),
        share=True,
        adds=(
            Adds("joined", "joined two years ago"),
            Adds("stayed", "joined and stayed", some=True),
            Adds("left", "joined and left", some=True),
            Adds("lost", "joined and lost", some=True),
        ),
    )
)
