"""Net flow: arrivals less departures, in total or against each other employer."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.moves import moves
from mercato.careers.weights import carried
from mercato.errors import SettingsError
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import Subject, by_bucket, keyed, keys, matches
from mercato.measures.monthly import Months, monthly_counts, months_of
from mercato.measures.people import summed
from mercato.measures.provisional import first_provisional, settled_until
from mercato.measures.result import columns
from mercato.statistics.rates import difference_of_counts

_SIDES = ("employer", "kind", "group")
_SEEN_FROM: tuple[dict[str, str | None], ...] = tuple(
    {"employer": own, "kind": f"{own}_kind", "group": f"{own}_group", "other": other}
    for own, other in (("destination", "origin"), ("origin", "destination"))
)


def _side(request: Request) -> str:
    told = [b for b in request.by if b in _SIDES]
    if len(told) != 1:
        raise SettingsError("net_flow needs one side to tell it for", expected="--by with one of " + ", ".join(_SIDES))
    return told[0]


def _net_counts(facts: Facts, request: Request) -> Counts:
    side = _side(request)
    made = moves(facts.spells)
    settled = ibis.literal(settled_until(facts, request.options))
    made = made.filter(made.gap.isin(list(request.options.gap)) & (made.joined_on < settled))
    ends = {"employer": ("origin", "destination")}.get(side, (f"origin_{side}", f"destination_{side}"))
    told = keyed(
        made,
        facts,
        Request((*ends, *by_bucket(request))),
        Subject({"origin": "origin", "destination": "destination"}, day="joined_on", began="joined_on"),
    )
    year = told.joined_on.year().cast("int32")
    apart = told.mutate(key_year=year).filter(told[f"key_{ends[0]}"] != told[f"key_{ends[1]}"])
    parts = [f"key_{part}" for part in by_bucket(request)]
    both = _seen_from(apart, ends[1], ends[0], side, 1, parts).union(
        _seen_from(apart, ends[0], ends[1], side, 0, parts)
    )
    chosen = both
    for name, values in request.where:
        if f"key_{name}" not in both.columns:
            told = ", ".join(column.removeprefix("key_") for column in both.columns if column.startswith("key_"))
            raise SettingsError(f"net_flow of each {side} cannot be kept to {name!r}", expected=f"--where with {told}")
        chosen = chosen.filter(matches(chosen[f"key_{name}"], name, values, facts))
    cells = summed(
        chosen,
        keys(request),
        arrivals=chosen.arrives.sum(),
        departures=(1 - chosen.arrives).sum(),
        people=chosen.person_id.nunique().cast("int64"),
    )
    stock = monthly_counts(facts, Request((side, *by_bucket(request))))
    return {"moves": cells, "cells": stock["cells"]}


def _seen_from(made: ir.Table, own: str, other: str, side: str, arrives: int, parts: list[str]) -> ir.Table:
    """The moves as one side sees them."""
    return made.select(
        "person_id",
        "key_year",
        *carried(made),
        *parts,
        arrives=ibis.literal(arrives, type="int64"),
        **{f"key_{side}": made[f"key_{own}"], "key_other": made[f"key_{other}"]},
    )


def _net_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["moves"]
    months = months_of(counted, facts, Request((_side(request),)))
    years = _person_years(cells, months, facts, request)
    arrivals, departures = (cells[name].to_numpy().astype(np.int64) for name in ("arrivals", "departures"))
    net = difference_of_counts(arrivals, departures)
    factor = np.full(len(years), np.nan)
    np.divide(100.0, years, out=factor, where=years > 0)
    return columns(
        cells.select(keys(request)),
        arrivals=arrivals,
        departures=departures,
        net=arrivals - departures,
        headcount=years,
        estimate=net.estimate * factor,
        low=net.low * factor,
        high=net.high * factor,
        n=cells["people"].to_numpy(),
    )


def _person_years(cells: pa.Table, months: Months, facts: Facts, request: Request) -> np.ndarray:
    """Person-years in the main job behind each cell: in its year, or in all months that are asked for."""
    side = f"key_{_side(request)}"
    rows = {value: row for row, value in enumerate(months.groups[side].to_pylist())}
    row = np.array([rows.get(value, -1) for value in cells[side].to_pylist()], dtype=int)
    stop = _end(months, facts, request)
    if "year" in request.by:
        return _exposure(months, row, cells["key_year"].to_numpy().astype(np.int64), stop)
    asked = [{int(value) for value in values} for name, values in request.where if name == "year"]
    if asked:
        years = (_exposure(months, row, np.full(len(row), year), stop) for year in set.intersection(*asked))
        return sum(years, np.zeros(len(row)))
    return months.person_months(row, np.full(len(row), _end(months, facts, request))) / 12


def _end(months: Months, facts: Facts, request: Request) -> int:
    """The month with which the person-years stop: the first provisional one, or the one after the last."""
    first = first_provisional(facts, request.options)
    return months.last + 1 if first is None else int(np.clip(first, months.first, months.last + 1))


def _exposure(months: Months, row: np.ndarray, year: np.ndarray, stop: int) -> np.ndarray:
    """Person-years of groups in a year up to a month, 0 where the group is -1."""
    begin, end = (np.clip(12 * (year + more), months.first, stop) for more in (0, 1))
    return np.asarray(months.person_months(row, end) - months.person_months(row, begin)) / 12


NET_FLOW = declare(
    Measure(
        name="net_flow",
        title=Text("Net flow of people", "Solde des mobilités"),
        unit=Text("people gained per 100 employed and year", "personnes gagnées pour 100 employées et par an"),
        definition=Text(
            "Moves to the employer less moves from it (main job, direct and brief), in total or against each other "
            "employer, per 100 person-years in the main job there. Months that are still provisional (the two newest "
            "quarters, where no earlier vintage tells more) are left out: those who join and those who leave do not "
            "become known equally fast. 95% interval for a difference of two counts (MOVER from exact Poisson limits).",
            "Mobilités vers l'employeur moins mobilités depuis celui-ci (emploi principal, directes et brèves), au "
            "total ou face à chaque autre employeur, pour 100 années-personnes d'emploi principal. Les mois encore "
            "provisoires (les deux derniers trimestres, si aucun millésime antérieur n'en dit plus) sont laissés de "
            "côté : arrivées et départs ne sont pas connus aussi vite. Intervalle à 95 % pour une différence de deux "
            "dénombrements (MOVER, à partir des bornes exactes de Poisson).",
        ),
        reference="Zou & Donner 2008 (MOVER)",
        dimensions=(*_SIDES, "other", "year"),
        default_by=("employer",),
        counts=_net_counts,
        figures=_net_figures,
        extra=("arrivals", "departures", "net", "headcount"),
        counted=("arrivals", "departures"),
        of_other_cells=True,
        adds=(Adds("arrivals", "moves", _SEEN_FROM[0]), Adds("departures", "moves", _SEEN_FROM[1])),
    )
)
