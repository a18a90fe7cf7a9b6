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
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import STAY, TIME, Subject, keyed, keys
from mercato.measures.monthly import Months, monthly_counts, months_of, seen_in_main_job
from mercato.measures.people import counted_again, people_among, row_of, summed_with_people
from mercato.measures.periods import (
    Rows,
    asked_for,
    period_of,
    periods_of,
    rows_with_people,
    rows_with_stock,
)
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
        return {**monthly_counts(facts, request), "again": _again(facts, request, which)}

    def figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
        months = months_of(counted, facts, request)
        if any(b in TIME for b in request.by):
            told = _by_period(months, which, facts, request)
        else:
            told = _totals(months, which, request)
        return _with_n(told, people_among(told["n"].to_numpy(), told, counted["again"], keys(request)))

    return counts, figures


def _again(facts: Facts, request: Request, which: str) -> ir.Table:
    """How many of the hires or separations of a cell are of people who have another in it."""
    s, day = seen_in_main_job(facts), {"hires": "start_date", "separations": "main_end"}[which]
    true = (s.arrival == "hire") if which == "hires" else (s.departure == "separation")
    told = keyed(s.filter(true), facts, request, Subject(day=day))
    return counted_again(told, request)


def _with_n(table: pa.Table, people: np.ndarray) -> pa.Table:
    return table.set_column(table.schema.get_field_index("n"), "n", pa.array(people))


def _with_people(table: pa.Table, people: pa.Table, request: Request, some: np.ndarray) -> pa.Table:
    """The rows with n, the people of each cell; 0 but for ``some`` rows."""
    row = row_of(table.filter(pa.array(some)), people, keys(request))
    counted = np.zeros(table.num_rows, dtype=np.int64)
    counted[some] = np.append(people["people"].to_numpy(), 0)[row]
    return _with_n(table, counted)


def _totals(months: Months, which: str, request: Request) -> pa.Table:
    total = months.totals(which, asked_for(months.month, "month", request))
    told = poisson_interval(total)
    return columns(months.groups, estimate=told.estimate, low=told.low, high=told.high, n=total)


def _by_period(months: Months, which: str, facts: Facts, request: Request) -> pa.Table:
    """Rows of the periods in which there was anybody, so that 0 stands where nothing happened.

    The period of the as-of date is among them, but not one in which endings can no longer be seen.
    """
    name, size = period_of(request, "month")
    counts, periods = months.count(which), periods_of(months, name, request)
    if facts.endings_until is not None:
        periods = periods[periods < _first_not_whole(months, facts, size)]
    rows = rows_with_people(months, periods, size, counts)
    events = rows.sums(counts)
    told = poisson_interval(events)
    more = {"direct": rows.sums(months.count("direct"))} if which == "hires" else {}
    sums = {"sum_12": _sum_12(rows, counts, request.options.minimum_people)} if name == "month" else {}
    table = rows.table(name, request)
    return columns(table, **more, **sums, estimate=told.estimate, low=told.low, high=told.high, n=events)


def _sum_12(rows: Rows, counts: np.ndarray, minimum: int) -> np.ndarray:
    """Sums over each month and the eleven before it; NaN in the first eleven, and where one of them is withheld."""
    sums, hidden = rows.over_12(counts, (counts > 0) & (counts < minimum))
    return np.where(hidden > 0, np.nan, sums)


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
            adds=(Adds("estimate", name), *(Adds(c, f"{name} (direct)", some=True) for c in extra if c == "direct")),
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
    periods = periods_of(months, name, told)
    seen = (periods * size >= months.first) & (periods * size <= months.first + months.whole_months(facts))
    rows = rows_with_stock(months, periods[seen], size)
    stock = months.stock(rows.group, rows.begin)
    none = np.broadcast_to(np.nan, len(stock))
    return columns(rows.table(name, told), estimate=stock.astype(float), low=none, high=none, n=stock)


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
        adds=(Adds("estimate", "headcount", stock=True),),
    )
)


def _turnover_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    told = _one_time(request, request.options.period if request.options.period != "month" else "year")
    months = months_of(counted, facts, told)
    name, size = period_of(told, "year")
    periods = periods_of(months, name, told)
    rows = rows_with_people(months, periods[periods < _first_not_whole(months, facts, size)], size)
    start = months.stock(rows.group, rows.begin)
    stop = months.closing(rows.group, rows.begin + size)
    hires, gone = (rows.sums(months.count(which)) for which in ("hires", "separations"))
    people = start + rows.sums(months.count("fresh")) - months.on(months.count("early"), rows.group, rows.begin)
    average = (start + stop) / 2
    leaving, joining = rate(gone, average), rate(hires, average)
    return columns(
        rows.table(name, told),
        hires=hires,
        separations=gone,
        headcount_begin=start,
        headcount_end=stop,
        hire_rate=joining.estimate,
        separation_rate=leaving.estimate,
        rotation_rate=(joining.estimate + leaving.estimate) / 2,
        estimate=leaving.estimate,
        low=leaving.low,
        high=leaving.high,
        n=people,
    )


def _first_not_whole(months: Months, facts: Facts, size: int) -> int:
    """The first period that had not wholly gone by on the as-of date."""
    return (months.first + months.whole_months(facts)) // size


_TURNOVER_EXTRA = (
    "hires",
    "separations",
    "headcount_begin",
    "headcount_end",
    "hire_rate",
    "separation_rate",
    "rotation_rate",
)


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
        of_other_cells=True,
        adds=(
            Adds("hires", "hires"),
            Adds("separations", "separations"),
            Adds("headcount_begin", "headcount", stock=True),
            Adds("headcount_end", "closing headcount", stock=True),
        ),
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
    whole = months.whole_months(facts)
    begin, end = months.first + max(0, whole - 12), months.first + whole
    inside = (months.month >= begin) & (months.month < end)
    groups = np.arange(months.size)
    leavers, came = (months.totals(which, inside) for which in ("separations", "came"))
    until = (months.person_months(groups, np.full(months.size, month)) for month in (begin, end))
    average = np.diff(tuple(until), axis=0)[0] / (12 if end - begin == 12 else np.nan)
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
    present = months.stock(groups, np.full(months.size, begin)) + came > 0
    return _with_people(out, counted["people"], request, present).filter(pa.array(present))


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
        of_other_cells=True,
        adds=(Adds("leavers", "separations of twelve months"),),
    )
)
