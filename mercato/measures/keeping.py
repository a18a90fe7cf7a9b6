"""Who keeps people: retention, cohort retention."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import full_months
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import STAY, keys
from mercato.measures.people import counted_again, groups_of, people_among, summed_with_people
from mercato.measures.result import columns, repeated
from mercato.measures.stays import (
    as_pairs,
    as_stays,
    counted_stays,
    dated,
    horizons,
    may_hang_together,
    pairs_of_stays,
    stays_of,
)
from mercato.statistics.robust import clustered_variances
from mercato.statistics.shares import wilson
from mercato.statistics.survival import survival_from_counts


def _retention_counts(facts: Facts, request: Request) -> Counts:
    stays, by = dated(stays_of(facts, request), request), keys(request)
    counts = {"cells": counted_stays(stays, by), "again": counted_again(stays, request)}
    return {**counts, "pairs": pairs_of_stays(stays, by)} if may_hang_together(facts, request) else counts


def _retention_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells, by, wanted = counted["cells"], keys(request), horizons(request)
    group, first = groups_of(cells, by)
    size = len(first)
    groups = cells.select(by).take(pa.array(first))
    cell, month, left, last_seen, came = _as_counts(cells, group, size)
    variance = _clustered(counted, group, groups, size, request)
    curve = survival_from_counts(cell, month, left, last_seen, came, times=wanted, n_groups=size, variance=variance)
    rows = np.bincount(group, cells["stays"].to_numpy(), size)
    people = people_among(rows, groups, counted["again"], by)
    return columns(
        repeated(groups, len(wanted)),
        months=np.tile(wanted, size),
        entered=np.repeat(curve.entered.ravel(), len(wanted)).astype(np.int64),
        events=curve.events.ravel().astype(np.int64),
        at_risk=curve.at_risk.ravel().astype(np.int64),
        estimate=curve.estimate.ravel(),
        low=curve.low.ravel(),
        high=curve.high.ravel(),
        n=np.repeat(people, len(wanted)),
    )


def _as_counts(cells: pa.Table, group: np.ndarray, size: int) -> tuple[np.ndarray, ...]:
    """Group, month, who left, who was last seen and who came, in the order of groups and months.

    Those under observation from the start come in month 0, in one more cell of each group.
    """
    month, entry = cells["month"].to_numpy(), cells["entry"].to_numpy()
    stays, left = (cells[name].to_numpy().astype(float) for name in ("stays", "left"))
    late = np.flatnonzero(entry > 0)
    begun = np.bincount(group, np.where(entry > 0, 0.0, stays), size)
    place = np.searchsorted(group, np.arange(len(begun)))
    ends = [np.insert(each, place, 0.0) for each in (left, stays - left, np.zeros(len(stays)))]
    ends[2][place + np.arange(len(begun))] = begun
    told = [np.insert(group, place, np.arange(len(begun))), np.insert(month, place, 0), *ends]
    if not len(late):
        return tuple(told)
    none = np.zeros(len(late))
    came = (group[late], entry[late], none, none, stays[late])
    return tuple(np.concatenate(both) for both in zip(told, came, strict=True))


def _clustered(counted: Counted, group: np.ndarray, groups: pa.Table, size: int, request: Request) -> np.ndarray | None:
    """The variance of the log of retention where stays hang together: someone has two in a group, or it is asked."""
    if "pairs" not in counted:
        return None
    pairs = as_pairs(counted["pairs"], groups, keys(request))
    chosen = np.bincount(pairs.group, minlength=size) > 0
    if request.options.variance == "clustered":
        chosen[:] = True
    stays = as_stays(counted["cells"], group)
    return clustered_variances(stays, pairs, horizons(request), chosen, size)


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
            "log-log interval from Greenwood's variance; where anybody has several stays in a group, from the variance "
            "between people (infinitesimal jackknife), since stays of one person are alike.",
            "Estimation de Kaplan-Meier de la part des personnes encore chez l'employeur tant de mois entiers après "
            "leur arrivée : produit, sur les mois, de 1 − départs / personnes à risque. Une personne est à risque à "
            "partir de la plus tardive de deux dates, l'arrivée et le début de l'observation ; celles que l'on a "
            "vues pour la dernière fois en poste sont censurées et non comptées comme parties. Les séjours dont le "
            "début est inconnu, ou nés d'un transfert au sein d'un même propriétaire, sont écartés. Intervalle à "
            "95 % log-log tiré de la variance de Greenwood ; si une même personne compte plusieurs séjours dans un "
            "groupe, de la variance entre personnes (jackknife infinitésimal), car ses séjours se ressemblent.",
        ),
        reference="Kaplan & Meier 1958; Kalbfleisch & Prentice 1980; infinitesimal jackknife: Efron 1982",
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
    share = wilson(stayed, joined)
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
            "owner too, are listed, and not counted as stayers. 95% Wilson interval.",
            "Parmi les personnes arrivées pendant les 12 mois achevés 24 mois avant la date d'arrêté, part de celles "
            "dont on sait qu'elles étaient encore là 24 mois après leur arrivée. Les personnes perdues de vue avant "
            "ce terme, y compris par un transfert au sein d'un même propriétaire, sont indiquées à part et ne comptent "
            "pas comme restées. Intervalle de Wilson à 95 %.",
        ),
        reference="Wilson 1927",
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
