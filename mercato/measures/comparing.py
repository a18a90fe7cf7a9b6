"""Groups beside each other: retention against the rest or a named group, and mean tenure within a horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mercato.errors import SettingsError
from mercato.measures.declare import Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import MEMBERSHIPS, STAY, keys, matches
from mercato.measures.people import counted_again, groups_of, people_among
from mercato.measures.result import columns, repeated
from mercato.measures.stays import cells_of_stays, stays_of
from mercato.statistics.comparing import adjusted_for_many, difference, log_rank_pairs, ratio
from mercato.statistics.interval import Interval
from mercato.statistics.lifetable import LifeTable, life_table, survival_of
from mercato.statistics.restricted import restricted_mean

REST = "rest"
_DIMENSIONS = (*STAY, "cohort", "year")
_BLOCK = 4_096


@dataclass(frozen=True)
class _Groups:
    """Groups of stays: the key of each, its life table, its stays under observation and its people."""

    keys: pa.Table
    table: LifeTable
    entered: np.ndarray
    people: np.ndarray


def _groups(cells: pa.Table, again: pa.Table, names: list[str], last: int) -> _Groups:
    group, first = groups_of(cells, names)
    size = len(first)
    month = cells["month"].to_numpy()
    stays, left, late = (cells[name].to_numpy().astype(float) for name in ("stays", "left", "late"))
    rows = np.bincount(group, stays, size)
    begun = rows - np.bincount(group, late, size)
    every = np.arange(size)
    table = life_table(
        np.append(group, every),
        np.append(month, np.zeros(size, dtype=np.int64)),
        np.append(left, np.zeros(size)),
        np.append(stays - left, np.zeros(size)),
        np.append(late, begun),
        last,
        size,
    )
    found = cells.select(names).take(pa.array(first))
    return _Groups(found, table, rows, people_among(rows, found, again, names))


def months_of_comparison(request: Request) -> np.ndarray:
    """The horizons asked for, each at least a month; raises SettingsError where none is."""
    months = np.array(sorted({month for month in request.options.months if month > 0}))
    if not len(months):
        raise SettingsError("months is 0", expected="a tenure of at least 1 month, like months=24")
    return months


def _compared(request: Request) -> str:
    """The dimension whose values are compared."""
    if len(request.by) != 1 or request.by[0] in MEMBERSHIPS:
        raise SettingsError(
            f"retention_difference is asked by {', '.join(request.by) or 'nothing'}",
            expected="--by with one of " + ", ".join(name for name in _DIMENSIONS if name not in MEMBERSHIPS),
            remedy="Narrow the people compared with --where.",
        )
    return request.by[0]


def _difference_counts(facts: Facts, request: Request) -> Counts:
    """Counts of the groups asked for and of what they are held against, which --where on them does not narrow."""
    name, options = _compared(request), request.options
    chosen = [values for column, values in request.where if column == name]
    within = tuple(part for part in request.where if part[0] != name)
    stays = stays_of(facts, Request(request.by, within, options))
    last = int(months_of_comparison(request).max())
    own = against = stays
    for values in chosen:
        own = own.filter(matches(own[f"key_{name}"], name, values, facts))
    by: list[str] = []
    if options.reference != REST:
        against = stays.filter(matches(stays[f"key_{name}"], name, (options.reference,), facts))
        by = keys(request)
    told = Request(request.by if by else (), (), options)
    return {
        "cells": cells_of_stays(own, keys(request), last + 1),
        "again": counted_again(own, request),
        "reference": cells_of_stays(against, by, last + 1),
        "reference_again": counted_again(against, told),
    }


def _difference_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    names, months = keys(request), months_of_comparison(request)
    last = int(months.max())
    own = _groups(counted["cells"], counted["again"], names, last)
    named = names if request.options.reference != REST else []
    other = _groups(counted["reference"], counted["reference_again"], named, last)
    if named and other.keys.num_rows:
        own = _without(own, other.keys[names[0]][0].as_py())
    parts = [
        _compare(own, other, bool(named), slice(start, start + _BLOCK), months)
        for start in range(0, len(own.people), _BLOCK)
    ] or [_compare(own, other, bool(named), slice(0, 0), months)]
    told = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    p = _told_p(told, request)
    told["log_rank_p"], told["adjusted_p"] = p, adjusted_for_many(p, told["months"])
    return columns(repeated(own.keys, len(months)), **{name: told[name] for name in _DIFFERENCE_COLUMNS})


def _told_p(told: dict[str, np.ndarray], request: Request) -> np.ndarray:
    """The p-values of the cells that may be shown: those of others neither count among the many nor tell of any."""
    options = request.options
    shown = (told["n"] >= options.minimum_people) & (told["at_risk"] >= options.minimum_at_risk)
    return np.where(shown & ~np.isnan(told["estimate"]), told["p"], np.nan)


def _without(groups: _Groups, key: object) -> _Groups:
    """The groups but the one that the others are held against."""
    kept = np.array([value != key for value in groups.keys.column(0).to_pylist()], dtype=bool)
    table = LifeTable(groups.table.at_risk[kept], groups.table.events[kept])
    return _Groups(groups.keys.filter(pa.array(kept)), table, groups.entered[kept], groups.people[kept])


def _beyond(people: np.ndarray, whole: int) -> np.ndarray:
    """At least how many people are in the rest of each group: those never in it, or those of the largest other one."""
    order = np.argsort(people, kind="stable")
    largest = np.full(len(people), people[order[-1]] if len(people) else 0)
    if len(people):
        largest[order[-1]] = people[order[-2]] if len(people) > 1 else 0
    return np.asarray(np.maximum(whole - people, largest))


def _compare(own: _Groups, other: _Groups, named: bool, part: slice, months: np.ndarray) -> dict[str, np.ndarray]:
    """The comparison of some of the groups at each horizon, a row per group and horizon."""
    table, people = LifeTable(own.table.at_risk[part], own.table.events[part]), own.people[part]
    whole = other.table if len(other.people) else LifeTable(np.zeros((1, table.months)), np.zeros((1, table.months)))
    every = LifeTable(*(np.broadcast_to(values, table.at_risk.shape) for values in (whole.at_risk, whole.events)))
    held = every if named else every.without(table)
    beyond = other.people.sum() if named else _beyond(own.people, other.people.sum())[part]
    here, there = survival_of(table, months), survival_of(held, months)
    kept, kept_there = (Interval(s.estimate, s.low, s.high) for s in (here, there))
    apart, times = difference(kept, kept_there), ratio(kept, kept_there)
    tests = [log_rank_pairs(table.until(int(month)), held.until(int(month))) for month in months]
    return {
        "months": np.tile(months, len(people)),
        "retention": kept.estimate.ravel(),
        "reference_retention": kept_there.estimate.ravel(),
        "ratio": times.estimate.ravel(),
        "ratio_low": times.low.ravel(),
        "ratio_high": times.high.ravel(),
        "p": np.stack([test.p for test in tests], axis=1).ravel(),
        "at_risk": np.minimum(here.at_risk, there.at_risk).ravel().astype(np.int64),
        "estimate": apart.estimate.ravel(),
        "low": apart.low.ravel(),
        "high": apart.high.ravel(),
        "n": np.repeat(np.minimum(people, beyond), len(months)).astype(np.int64),
    }


_DIFFERENCE_COLUMNS = (
    "months", "retention", "reference_retention", "ratio", "ratio_low", "ratio_high", "log_rank_p", "adjusted_p",
    "at_risk", "estimate", "low", "high", "n",
)  # fmt: skip

RETENTION_DIFFERENCE = declare(
    Measure(
        name="retention_difference",
        title=Text("People still there, against the rest", "Personnes encore présentes, face au reste"),
        unit=Text("difference of shares, -1 to 1", "écart de parts, de -1 à 1"),
        definition=Text(
            "Retention of a group less that of all other people taken together, or of the group named by the option "
            "reference; both are Kaplan–Meier estimates at the same tenure. The interval of the difference, and of the "
            "ratio, is recovered from those of the two sides, taken as independent. log_rank_p is the log-rank test of "
            "the two curves up to that tenure, with delayed entry and ties; adjusted_p allows for how many groups are "
            "compared at once (Benjamini–Hochberg): of the differences called real at 0.05, at most one in twenty is "
            "a false alarm on average. People at risk and n are those of the smaller side. What is asked of the groups "
            "compared narrows which are told, not what they are compared with.",
            "Taux de présence d'un groupe moins celui de toutes les autres personnes réunies, ou du groupe que nomme "
            "l'option reference ; tous deux sont des estimations de Kaplan-Meier à la même ancienneté. L'intervalle de "
            "l'écart, comme celui du rapport, se déduit de ceux des deux côtés, supposés indépendants. log_rank_p est "
            "le test du log-rank des deux courbes jusqu'à cette ancienneté, avec entrées tardives et ex aequo ; "
            "adjusted_p tient compte du nombre de groupes comparés à la fois (Benjamini-Hochberg) : parmi les écarts "
            "dits réels au seuil de 0,05, une fausse alerte sur vingt au plus en moyenne. Les personnes à risque et n "
            "sont ceux du côté le moins nombreux. Un filtre sur les groupes comparés restreint ceux que l'on donne, "
            "non ce à quoi on les compare.",
        ),
        reference="Zou & Donner 2008; Donner & Zou 2012; Mantel 1966; Benjamini & Hochberg 1995",
        dimensions=_DIMENSIONS,
        default_by=("employer",),
        counts=_difference_counts,
        figures=_difference_figures,
        extra=_DIFFERENCE_COLUMNS[:-4],
        counted=("at_risk",),
        additive=_DIMENSIONS,
        weighable=False,
    )
)


def _tenure_counts(facts: Facts, request: Request) -> Counts:
    stays = stays_of(facts, request)
    last = int(months_of_comparison(request).max()) + 1
    return {"cells": cells_of_stays(stays, keys(request), last), "again": counted_again(stays, request)}


def _tenure_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    months = months_of_comparison(request)
    groups = _groups(counted["cells"], counted["again"], keys(request), int(months.max()))
    means = [restricted_mean(groups.table.until(int(month)))[0] for month in months]
    estimate, low, high = (
        np.stack([getattr(mean, name) for mean in means], axis=1).ravel() for name in ("estimate", "low", "high")
    )
    return columns(
        repeated(groups.keys, len(months)),
        months=np.tile(months, len(groups.people)),
        entered=np.repeat(groups.entered, len(months)).astype(np.int64),
        at_risk=groups.table.at_risk[:, months - 1].ravel().astype(np.int64),
        estimate=estimate,
        low=low,
        high=high,
        n=np.repeat(groups.people, len(months)).astype(np.int64),
    )


RESTRICTED_MEAN_TENURE = declare(
    Measure(
        name="restricted_mean_tenure",
        title=Text("Months stayed on average", "Mois passés en moyenne"),
        unit=Text("months, up to the tenure stated", "mois, jusqu'à l'ancienneté indiquée"),
        definition=Text(
            "How many of the first so many months people spend at the employer on average: the area under the "
            "Kaplan–Meier curve up to that tenure, who leaves in a month being taken to leave in its middle. It needs "
            "nobody to be followed until leaving, and uses the whole curve where retention uses one point. 95% "
            "interval from Greenwood's variance, on a logit scale, widened where few left.",
            "Nombre de mois passés en moyenne chez l'employeur parmi les premiers, en nombre indiqué : aire sous la "
            "courbe de Kaplan-Meier jusqu'à cette ancienneté, tout départ étant placé au milieu de son mois. Il n'est "
            "pas nécessaire de suivre chacun jusqu'à son départ, et toute la courbe est utilisée là où le taux de "
            "présence n'en retient qu'un point. Intervalle à 95 % tiré de la variance de Greenwood, sur une échelle "
            "logit, élargi lorsque les départs sont peu nombreux.",
        ),
        reference="Irwin 1949; Royston & Parmar 2013; Klein & Moeschberger 2003",
        dimensions=_DIMENSIONS,
        default_by=("employer",),
        counts=_tenure_counts,
        figures=_tenure_figures,
        extra=("months", "entered", "at_risk"),
        counted=("entered", "at_risk"),
    )
)
