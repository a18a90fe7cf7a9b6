"""Retention with the people of all groups put equal: what stays of a difference when who is employed is held fixed."""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.errors import SettingsError
from mercato.measures.comparing import months_of_comparison
from mercato.measures.declare import Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import MEMBERSHIPS, ROLE, STAY, keys
from mercato.measures.people import counted_again, groups_of, people_among, row_of, summed
from mercato.measures.result import columns, repeated
from mercato.measures.stays import left_of, stays_of
from mercato.statistics.hazard import Pairs, Stays, comparable_levels, fit, stretches
from mercato.statistics.interval import Interval
from mercato.statistics.lifetable import life_table, survival_of
from mercato.statistics.standardised import standardised_survival
from mercato.statistics.survival import Survival

COVARIATES = (*ROLE, "country", "cohort")
MOST_GROUPS = 300
"""Of more groups than these only the largest are compared: each has an effect of its own."""
FEWEST_LEAVERS = 5
"""Levels of a covariate with fewer leavers are taken together."""
ALONE = "tenure"
_STAY = ("entry", "month", "left")


def _covariates(request: Request) -> list[str]:
    named = [name for name in request.options.covariates if name not in ("", "none")]
    if unknown := [name for name in named if name not in COVARIATES]:
        raise SettingsError(
            f"covariates is {', '.join(unknown)}", expected="some of " + ", ".join(COVARIATES) + ", or none"
        )
    return [name for name in dict.fromkeys(named) if name not in request.by]


def _counts(facts: Facts, request: Request) -> Counts:
    """How many stays there are of each kind, and how many pairs of stays of one person there are of each two kinds."""
    if set(request.by) & set(MEMBERSHIPS):
        raise SettingsError(
            "retention cannot be adjusted by list, since a stay may be on several",
            expected="--by with some of " + ", ".join(_DIMENSIONS),
        )
    names = [f"key_{name}" for name in (*request.by, *_covariates(request))]
    last = int(months_of_comparison(request).max()) + 1
    stays = stays_of(facts, Request((*request.by, *_covariates(request)), request.where, request.options))
    told = stays.mutate(
        entry=ibis.least(stays.entry_month, last),
        month=ibis.least(stays.tenure_months, last),
        left=left_of(stays).cast("int64"),
    )
    cells = summed(told, (*names, *_STAY), stays=told.count().cast("int64"))
    again = counted_again(stays, Request(request.by, (), request.options))
    return {"cells": cells.order_by(*names, *_STAY), "again": again, "pairs": _pairs(told, [*names, *_STAY])}


def _pairs(stays: ir.Table, names: list[str]) -> ir.Table:
    """How many people have a stay of one kind and a later one of another."""
    held = stays.group_by("person_id").aggregate(held=stays.count())
    several = stays.semi_join(held.filter(held.held > 1), "person_id")
    first = several.select("person_id", "start_date", "employer_id", *names)
    second = first.rename({f"other_{name}": name for name in first.columns}).view()
    later = (first.start_date < second.other_start_date) | (
        (first.start_date == second.other_start_date) & (first.employer_id < second.other_employer_id)
    )
    both = first.join(second, [first.person_id == second.other_person_id, later])
    by = [*names, *(f"other_{name}" for name in names)]
    return summed(both, by, pairs=both.count().cast("int64")).order_by(by)


def _figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells, months = counted["cells"], months_of_comparison(request)
    group, first = groups_of(cells, keys(request))
    count = cells["stays"].to_numpy().astype(float)
    size = len(first)
    rows = np.bincount(group, count, size)
    groups = cells.select(keys(request)).take(pa.array(first))
    people = people_among(rows, groups, counted["again"], keys(request))
    raw = _raw(cells, group, size, months)
    told = [_adjusted(cells, counted["pairs"], group, size, int(month), request) for month in months]
    found = {
        name: np.stack([getattr(interval, name) for interval, _ in told], axis=1).ravel() if told else np.zeros(0)
        for name in ("estimate", "low", "high")
    }
    return columns(
        repeated(groups, len(months)),
        months=np.tile(months, size),
        unadjusted=raw.estimate.ravel(),
        unadjusted_low=raw.low.ravel(),
        unadjusted_high=raw.high.ravel(),
        adjusted_for=np.tile(np.array([names for _, names in told], dtype=str), size),
        at_risk=raw.at_risk.ravel().astype(np.int64),
        **found,
        n=np.repeat(people, len(months)).astype(np.int64),
    )


def _raw(cells: pa.Table, group: np.ndarray, size: int, months: np.ndarray) -> Survival:
    """Kaplan-Meier of the same stays."""
    entry, month, left, count = (cells[name].to_numpy() for name in (*_STAY, "stays"))
    none = np.zeros(len(group))
    table = life_table(
        np.append(group, group),
        np.append(month, entry),
        np.append(count * left, none),
        np.append(count * (1 - left), none),
        np.append(none, count),
        int(months.max()),
        size,
    )
    return survival_of(table, months)


def _adjusted(
    cells: pa.Table, pairs: pa.Table, group: np.ndarray, size: int, month: int, request: Request
) -> tuple[Interval, str]:
    """The standardised retention of each group at one tenure, and what it is adjusted for."""
    entry, last, left, count = (cells[name].to_numpy().astype(np.int64) for name in (*_STAY, "stays"))
    nothing = Interval(*(np.full(size, np.nan) for _ in range(3)))
    gone = (left == 1) & (last <= month) & (last > entry)
    largest = _largest(np.bincount(group, count, size), np.bincount(group[gone], count[gone], size))
    kept = np.flatnonzero(largest[group] >= 0)
    if not gone[kept].any():
        return nothing, ""
    edges = stretches(last[kept], gone[kept], count[kept].astype(float), month)
    stays = Stays((largest[group[kept]],), entry[kept], last[kept], left[kept] == 1, count[kept].astype(float))
    used: list[str] = []
    for name in _covariates(request):
        code = _levels(cells[f"key_{name}"].combine_chunks(), count, gone)[kept]
        wider = replace(stays, codes=(*stays.codes, code))
        together, finite = comparable_levels(wider, edges)
        if code.any() and bool(together[finite].all()):
            stays, used = wider, [*used, name]
    hazard = fit(stays, edges, _of_people(cells, pairs, kept))
    found = standardised_survival(hazard, stays, month)
    place = np.where(largest >= 0, largest, 0)
    limits = (
        np.where((largest >= 0) & hazard.converged, values[place], np.nan)
        for values in (found.estimate, found.low, found.high)
    )
    return Interval(*limits), ", ".join(used) or ALONE


def _largest(stays: np.ndarray, leavers: np.ndarray) -> np.ndarray:
    """The number of each of the largest groups that people left, -1 for others."""
    found = np.full(len(stays), -1, dtype=np.int64)
    order = np.argsort(-stays, kind="stable")
    chosen = np.sort(order[leavers[order] > 0][:MOST_GROUPS])
    found[chosen] = np.arange(len(chosen))
    return found


def _levels(column: pa.Array, count: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """A code for each level of a covariate, those with few leavers together."""
    codes = pc.dictionary_encode(column, null_encoding="encode").indices.to_numpy(zero_copy_only=False).astype(np.int64)
    size = int(codes.max(initial=-1)) + 1
    leavers = np.bincount(codes[gone], count[gone], size)
    rare = leavers < FEWEST_LEAVERS
    number = np.where(rare, 0, np.cumsum(~rare) - (0 if rare.any() else 1))
    return np.asarray(number[codes], dtype=np.int64)


def _of_people(cells: pa.Table, pairs: pa.Table, kept: np.ndarray) -> Pairs:
    """The pairs of stays of one person among the stays kept, by their places there."""
    names = [name for name in cells.column_names if name != "stays"]
    place = np.full(cells.num_rows + 1, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    sides = []
    for prefix in ("", "other_"):
        side = pairs.select([f"{prefix}{name}" for name in names]).rename_columns(names)
        sides.append(place[row_of(side, cells, names)])
    both = (sides[0] >= 0) & (sides[1] >= 0)
    return Pairs(sides[0][both], sides[1][both], pairs["pairs"].to_numpy().astype(float)[both])


_DIMENSIONS = (*(name for name in STAY if name not in MEMBERSHIPS), "cohort", "year")

ADJUSTED_RETENTION = declare(
    Measure(
        name="adjusted_retention",
        title=Text("People still there, with the same people everywhere", "Personnes encore présentes, à profil égal"),
        unit=Text("share of people, 0 to 1", "part des personnes, de 0 à 1"),
        definition=Text(
            "The share that would still be there if every group had the people of all groups compared: a logit of "
            "leaving in a month on the tenure (in stretches of three months), the group and the covariates (option "
            "covariates: occupation, level, year of joining, country) gives each person's chances in each group, and "
            "these are averaged over all of them. unadjusted is the plain Kaplan–Meier figure of the same stays; "
            "adjusted_for names the covariates used. One that would part the groups, so that some share nobody alike, "
            "is left out; its rare values are taken together. A group has no adjusted figure where nobody or everybody "
            "left, or beyond the 300 largest. It supposes that a covariate raises or lowers the odds of leaving alike "
            "in all groups, and says nothing of differences that are not in the data. 95% interval by the delta "
            "method, stays of one person counted as one cluster, and never narrower than the model's own.",
            "Part des personnes qui seraient encore là si chaque groupe avait celles de tous les groupes comparés : un "
            "modèle logit du départ dans le mois selon l'ancienneté (par tranches de trois mois), le groupe et les "
            "covariables (option covariates : métier, niveau, année d'arrivée, pays) donne les chances de chacun dans "
            "chaque groupe, dont on prend la moyenne. unadjusted est l'estimation de Kaplan-Meier des mêmes séjours ; "
            "adjusted_for nomme les covariables retenues. Celle qui séparerait les groupes, au point que certains "
            "n'aient plus personne de comparable, est écartée ; ses valeurs rares sont réunies. Un groupe n'a pas de "
            "valeur ajustée si personne, ou tout le monde, en est parti, ni au-delà des 300 plus grands. On suppose "
            "qu'une covariable élève ou abaisse pareillement les chances de départ dans tous les groupes ; rien n'est "
            "dit des différences absentes des données. Intervalle à 95 % par la méthode delta, les séjours d'une même "
            "personne formant une grappe, et jamais plus étroit que celui du modèle.",
        ),
        reference="Allison 1982; Robins 1986; Liang & Zeger 1986",
        dimensions=_DIMENSIONS,
        default_by=("employer",),
        counts=_counts,
        figures=_figures,
        extra=("months", "unadjusted", "unadjusted_low", "unadjusted_high", "adjusted_for", "at_risk"),
        counted=("at_risk",),
        share=True,
        weighable=False,
    )
)
