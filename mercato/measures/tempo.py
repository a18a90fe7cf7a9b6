"""How fast the market turns: hires, separations, headcount, turnover, attrition, net flow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.errors import SettingsError
from mercato.measures.declare import Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import STAY, TIME, Subject, keyed, keys
from mercato.measures.monthly import (
    Months,
    asked_for,
    by_period,
    expanded,
    monthly_counts,
    months_of,
    period_of,
    rows_where,
    seen_in_main_job,
)
from mercato.measures.people import row_of, summed_with_people
from mercato.measures.result import columns
from mercato.statistics.rates import poisson_interval, rate

_TIMES = ("year", "quarter", "month")


def _one_time(request: Request, fallback: str) -> Request:
    """The request with exactly one dimension of time."""
    told = [b for b in request.by if b in TIME]
    if len(told) > 1:
        raise SettingsError(f"two dimensions of time: {', '.join(told)}", expected="one of " + ", ".join(_TIMES))
    return request if told else replace(request, by=(*request.by, fallback))


def _events(which: str) -> tuple[Callable[..., Counts], Callable[..., pa.Table]]:
    def counts(facts: Facts, request: Request) -> Counts:
        return {**monthly_counts(facts, request), "people": _people(facts, request, which)}

    def figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
        months = months_of(counted, facts, request)
        if not any(b in TIME for b in request.by):
            inside = asked_for(months.months, "month", request)
            return _totals(months, getattr(months, which)[:, inside], counted["people"], request)
        name, size = period_of(request, "month")
        events, periods = by_period(getattr(months, which), months.months, size)
        told = _counted(months, events, periods, name, request, _direct(months, which, size))
        return _with_people(told, counted["people"], request)

    return counts, figures


def _people(facts: Facts, request: Request, which: str) -> ir.Table:
    """How many people there are behind each cell of hires or separations, each counted once."""
    s, day = seen_in_main_job(facts), {"hires": "start_date", "separations": "main_end"}[which]
    true = (s.arrival == "hire") if which == "hires" else (s.departure == "separation")
    told = keyed(s.filter(true), facts, request, Subject(day=day))
    return summed_with_people(told, request)


def _with_people(table: pa.Table, people: pa.Table, request: Request) -> pa.Table:
    """The rows with n, the people of each cell; 0 where nothing happened."""
    row = row_of(table, people, keys(request))
    counted = np.append(people["people"].to_numpy(), 0)
    return table.set_column(table.schema.get_field_index("n"), "n", pa.array(counted[row]))


def _direct(months: Months, which: str, size: int) -> dict[str, np.ndarray]:
    return {"direct": by_period(months.direct, months.months, size)[0].ravel()} if which == "hires" else {}


def _totals(months: Months, events: np.ndarray, people: pa.Table, request: Request) -> pa.Table:
    total = events.sum(axis=1)
    told = poisson_interval(total)
    table = columns(months.groups, estimate=told.estimate, low=told.low, high=told.high, n=total)
    return _with_people(table, people, request)


def _counted(
    months: Months, events: np.ndarray, periods: np.ndarray, name: str, request: Request, more: dict[str, np.ndarray]
) -> pa.Table:
    table = expanded(months.groups, periods, len(events), name, request)
    told = poisson_interval(events.ravel())
    sums = {"sum_12": _sum_12(events, request.options.minimum_people).ravel()} if name == "month" else {}
    out = columns(table, **more, **sums, estimate=told.estimate, low=told.low, high=told.high, n=events.ravel())
    return rows_where(out, (_alive(months, name, events.shape) & asked_for(periods, name, request)).ravel())


def _sum_12(events: np.ndarray, minimum: int) -> np.ndarray:
    """Sums over each month and the eleven before it; NaN in the first eleven, and where one of them is withheld."""
    hidden = _over_12((events > 0) & (events < minimum)) > 0
    return np.where(hidden, np.nan, _over_12(events))


def _over_12(events: np.ndarray) -> np.ndarray:
    total = np.cumsum(np.pad(events, ((0, 0), (1, 0))), axis=1).astype(float)
    sums = np.full(events.shape, np.nan)
    if events.shape[1] >= 12:
        sums[:, 11:] = total[:, 12:] - total[:, :-12]
    return sums


def _alive(months: Months, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Periods in which a group had anybody: people at its start, or arrivals in it."""
    size = {"month": 1, "quarter": 3}.get(name, 12)
    begun, _ = by_period((months.stock[:, :-1] + months.came) > 0, months.months, size)
    return begun.reshape(shape) > 0


def _event_measure(name: str, title: Text, unit: Text, definition: Text, extra: tuple[str, ...]) -> Measure:
    counts, figures = _events(name)
    return declare(
        Measure(
            name=name,
            title=title,
            unit=unit,
            definition=definition,
            reference="Hyatt et al., Job-to-Job Flows, US Census Bureau",
            dimensions=(*STAY, *_TIMES),
            default_by=("month",),
            counts=counts,
            figures=figures,
            extra=extra,
            counted=extra,
        )
    )


HIRES = _event_measure(
    "hires",
    Text("Hires", "Embauches"),
    Text("hires", "embauches"),
    Text(
        "People whose main job began at the employer in the period, the day of joining being known; transfers inside "
        "one owner are not hires. direct counts those who joined at most 31 days after leaving their previous main "
        "job. sum_12 adds the month and the eleven before it. 95% exact Poisson interval.",
        "Personnes dont l'emploi principal a commencé chez l'employeur pendant la période, la date d'arrivée étant "
        "connue ; un transfert au sein d'un même propriétaire n'est pas une embauche. direct compte celles arrivées "
        "au plus 31 jours après la fin de l'emploi principal précédent. sum_12 cumule le mois et les onze précédents. "
        "Intervalle de Poisson exact à 95 %.",
    ),
    ("direct", "sum_12"),
)

SEPARATIONS = _event_measure(
    "separations",
    Text("Separations", "Départs"),
    Text("separations", "départs"),
    Text(
        "People whose main job at the employer ended in the period, or gave way to another; transfers inside one owner "
        "and people last seen in post are not separations. sum_12 adds the month and the eleven before it. 95% exact "
        "Poisson interval.",
        "Personnes dont l'emploi principal chez l'employeur a pris fin pendant la période, ou a cédé la place à un "
        "autre ; les transferts au sein d'un même propriétaire et les personnes vues en poste pour la dernière fois "
        "n'en sont pas. sum_12 cumule le mois et les onze précédents. Intervalle de Poisson exact à 95 %.",
    ),
    ("sum_12",),
)


def _headcount_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    told = _one_time(request, "month")
    months = months_of(counted, facts, told)
    name, size = period_of(told, "month")
    start = months.months // size * size == months.months
    periods = months.months[start] // size
    stock = months.stock[:, :-1][:, start]
    table = expanded(months.groups, periods, len(stock), name, told)
    out = columns(table, estimate=stock.ravel().astype(float), low=_none(stock), high=_none(stock), n=stock.ravel())
    seen = months.months[start] <= months.first + months.whole_months(facts)
    return rows_where(out, ((stock > 0) & seen & asked_for(periods, name, told)).ravel())


def _none(like: np.ndarray) -> np.ndarray:
    return np.full(like.size, np.nan)


HEADCOUNT = declare(
    Measure(
        name="headcount",
        title=Text("Headcount", "Effectif"),
        unit=Text("people", "personnes"),
        definition=Text(
            "People whose main job it is on the first day of the period and who are under observation then. A count "
            "of the people in the data: it has no sampling interval, and says nothing of those who are not in them.",
            "Personnes dont c'est l'emploi principal au premier jour de la période et qui sont alors observées. C'est "
            "un dénombrement des personnes présentes dans les données : il n'a pas d'intervalle d'échantillonnage et "
            "ne dit rien des absents.",
        ),
        reference="Beginning-of-quarter employment, LEHD, US Census Bureau",
        dimensions=(*STAY, *_TIMES),
        default_by=("month",),
        counts=monthly_counts,
        figures=_headcount_figures,
    )
)


def _turnover_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    told = _one_time(request, request.options.period if request.options.period != "month" else "year")
    months = months_of(counted, facts, told)
    name, size = period_of(told, "year")
    periods = _whole_periods(months, facts, size)
    if not len(periods):
        return _empty_turnover(months, name, told)
    begin, end = (periods * size - months.first, (periods + 1) * size - months.first)
    start = np.where(begin[None, :] >= 0, months.stock[:, np.maximum(begin, 0)], 0)
    stop = _over(months.came - months.gone, np.zeros_like(end), end)
    hires, gone, came = (_over(grid, begin, end) for grid in (months.hires, months.separations, months.came))
    inside = np.clip(begin, 0, months.early.shape[1] - 1)
    people = start + _over(months.fresh, begin, end) - np.where(begin >= 0, months.early[:, inside], 0)
    average = (start + stop) / 2
    leaving, joining = rate(gone.ravel(), average.ravel()), rate(hires.ravel(), average.ravel())
    out = columns(
        expanded(months.groups, periods, len(start), name, told),
        hires=hires.ravel(),
        separations=gone.ravel(),
        headcount_begin=start.ravel(),
        headcount_end=stop.ravel(),
        hire_rate=joining.estimate,
        separation_rate=leaving.estimate,
        rotation_rate=(joining.estimate + leaving.estimate) / 2,
        estimate=leaving.estimate,
        low=leaving.low,
        high=leaving.high,
        n=people.ravel(),
    )
    return rows_where(out, ((start + came > 0) & asked_for(periods, name, told)).ravel())


def _whole_periods(months: Months, facts: Facts, size: int) -> np.ndarray:
    """Periods that had wholly gone by on the as-of date."""
    last = (months.first + months.whole_months(facts)) // size
    return np.arange(months.first // size, last)


def _over(grid: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    total = np.cumsum(np.pad(grid, ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, end] - total[:, np.maximum(begin, 0)])


_TURNOVER_EXTRA = (
    "hires",
    "separations",
    "headcount_begin",
    "headcount_end",
    "hire_rate",
    "separation_rate",
    "rotation_rate",
)


def _empty_turnover(months: Months, name: str, request: Request) -> pa.Table:
    table = expanded(months.groups, np.zeros(0, dtype=int), len(months.stock), name, request)
    return columns(table, **{c: np.zeros(0) for c in (*_TURNOVER_EXTRA, "estimate", "low", "high", "n")})


TURNOVER = declare(
    Measure(
        name="turnover",
        title=Text("Turnover", "Taux de sortie"),
        unit=Text("separations per person employed", "départs par personne employée"),
        definition=Text(
            "Separations in the period divided by the mean of the headcounts on its first and its last day. hire_rate "
            "is the same for hires (taux d'entrée), rotation_rate the mean of both. Only periods that had wholly gone "
            "by on the as-of date. 95% exact Poisson interval.",
            "Départs de la période rapportés à la moyenne des effectifs du premier et du dernier jour (taux de "
            "sortie). hire_rate est le taux d'entrée, rotation_rate la moyenne des deux (taux de rotation). Seules "
            "figurent les périodes entièrement écoulées à la date d'arrêté. Intervalle de Poisson exact à 95 %.",
        ),
        reference="LEHD, US Census Bureau; Dares Résultats 2011-073",
        dimensions=(*STAY, "year", "quarter"),
        default_by=("year",),
        counts=monthly_counts,
        figures=_turnover_figures,
        extra=_TURNOVER_EXTRA,
        counted=("hires", "separations", "headcount_begin", "headcount_end"),
    )
)


def _attrition_counts(facts: Facts, request: Request) -> Counts:
    s, after = seen_in_main_job(facts), (facts.endings_until or facts.as_of) + dt.timedelta(days=1)
    end = after.replace(day=1)
    begin = end.replace(year=max(end.year - 1, 1))
    there = s.filter((s.seen_from < ibis.literal(end)) & (s.main_end >= ibis.literal(begin)))
    people = summed_with_people(keyed(there, facts, request, Subject()), request)
    return {**monthly_counts(facts, request), "people": people}


def _attrition_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    months = months_of(counted, facts, request)
    end = months.whole_months(facts)
    begin = max(0, end - 12)
    leavers = months.separations[:, begin:end].sum(axis=1)
    average = months.stock[:, begin:end].sum(axis=1) / (12 if end - begin == 12 else np.nan)
    told = rate(leavers, average)
    out = columns(
        months.groups,
        leavers=leavers,
        average_headcount=average,
        estimate=told.estimate,
        low=told.low,
        high=told.high,
        n=leavers,
    )
    present = months.stock[:, begin] + months.came[:, begin:end].sum(axis=1) > 0
    return rows_where(_with_people(out, counted["people"], request), present)


ATTRITION = declare(
    Measure(
        name="attrition",
        title=Text("Attrition over twelve months", "Départs sur douze mois"),
        unit=Text("leavers per person employed", "départs par personne employée"),
        definition=Text(
            "Separations in the last 12 whole months before the as-of date, divided by the mean of the headcounts on "
            "the first day of each of them. 95% exact Poisson interval.",
            "Départs des 12 derniers mois entiers avant la date d'arrêté, rapportés à la moyenne des effectifs au "
            "premier jour de chacun d'eux. Intervalle de Poisson exact à 95 %.",
        ),
        reference="Garwood 1936 (interval)",
        dimensions=STAY,
        default_by=("employer",),
        counts=_attrition_counts,
        figures=_attrition_figures,
        extra=("leavers", "average_headcount"),
        counted=("leavers",),
    )
)
