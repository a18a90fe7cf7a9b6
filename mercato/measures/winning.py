"""Who wins people: flows, their ratios, net flows."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.calendar import days_between
from mercato.careers.moves import changes, moves
from mercato.careers.weights import carried
from mercato.errors import SettingsError
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import ENDS, MEMBERSHIPS, ROLE, Subject, by_bucket, keyed, keys, matches, on_lists
from mercato.measures.people import summed, summed_with_people
from mercato.measures.result import columns
from mercato.statistics.rates import poisson_interval
from mercato.statistics.ratios import flow_ratio, rate_ratio

_SUBJECT = Subject(employers={"origin": "origin", "destination": "destination"}, day="joined_on", began="joined_on")
_PAIRS = (
    ("origin", "destination"),
    ("origin_group", "destination_group"),
    ("origin_kind", "destination_kind"),
    ("origin_list", "destination_list"),
)
_OTHER_END = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}
_ADDS_BOTH_WAYS = (Adds("moves", "moves"), Adds("moves_back", "moves", _OTHER_END))
_TIMES = ("year", "quarter", "month")
_YEAR_DAYS = 365.25


def chosen_moves(facts: Facts, request: Request, subject: Subject = _SUBJECT) -> ir.Table:
    """Moves of the gap classes asked for (all, where the request tells them apart), with its keys."""
    made = moves(facts.spells)
    asked = {*request.by, *(name for name, _ in request.where)}
    if "gap" not in asked:
        made = made.filter(made.gap.isin(list(request.options.gap)))
    return keyed(made, facts, request, subject)


def _flow_counts(facts: Facts, request: Request) -> Counts:
    made = chosen_moves(facts, request)
    return {"cells": summed_with_people(made, request, moves=made.count())}


def _flow_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    moved = poisson_interval(cells["moves"].to_numpy())
    return columns(
        cells.select(keys(request)),
        estimate=moved.estimate,
        low=moved.low,
        high=moved.high,
        n=cells["people"].to_numpy(),
    )


FLOWS = declare(
    Measure(
        name="flows",
        title=Text("Moves between employers", "Mobilités entre employeurs"),
        unit=Text("moves", "mobilités"),
        definition=Text(
            "Changes of main employer, counted in the period of joining, where the new job began within 92 days of "
            "the end of the old one (direct: at most 31 days; brief: at most 92). Changes inside one ultimate owner "
            "and transfers of whole workforces are not moves. 95% exact Poisson interval.",
            "Changements d'employeur principal, comptés à la date d'arrivée, lorsque le nouvel emploi commence au "
            "plus 92 jours après la fin du précédent (direct : 31 jours au plus ; bref : 92 au plus). Les changements "
            "au sein d'un même propriétaire ultime et les transferts d'effectifs entiers ne sont pas des mobilités. "
            "Intervalle de Poisson exact à 95 %.",
        ),
        reference="Hyatt et al., Job-to-Job Flows, US Census Bureau",
        dimensions=(*ENDS, *ROLE, "country", "gap", *_TIMES),
        default_by=("origin", "destination"),
        counts=_flow_counts,
        figures=_flow_figures,
        counted=("estimate",),
        additive=("gap",),
        adds=(Adds("estimate", "moves"),),
    )
)


def _transfer_counts(facts: Facts, request: Request) -> Counts:
    changed = changes(facts.spells)
    others = keyed(changed.filter(changed.arrival != "hire"), facts, request, _SUBJECT)
    return {"cells": summed_with_people(others, request, moves=others.count())}


TRANSFERS = declare(
    Measure(
        name="transfers",
        title=Text("Changes of employer that are not moves", "Changements d'employeur qui ne sont pas des mobilités"),
        unit=Text("changes", "changements"),
        definition=Text(
            "Changes of main employer inside one ultimate owner (internal) and those of a whole workforce: at least "
            "80% of an employer's people, and at least 10, to one other employer within 3 months (bulk). They are "
            "counted here so that nothing vanishes. 95% exact Poisson interval.",
            "Changements d'employeur principal au sein d'un même propriétaire ultime (internal) et transferts "
            "d'effectifs entiers : au moins 80 % des personnes d'un employeur, et au moins 10, vers un même autre en "
            "3 mois (bulk). Ils sont comptés ici pour que rien ne disparaisse. Intervalle de Poisson exact à 95 %.",
        ),
        reference="LEHD successor–predecessor rule, US Census Bureau",
        dimensions=(*ENDS, "arrival", *_TIMES),
        default_by=("origin", "destination", "arrival"),
        counts=_transfer_counts,
        figures=_flow_figures,
        counted=("estimate",),
        additive=ENDS,
        adds=(Adds("estimate", "transfers"),),
    )
)


def _pair(request: Request) -> tuple[str, str]:
    if len(set(request.by) & set(_PAIRS[-1])) == 1:
        raise SettingsError("a ratio of flows needs the lists of both ends", expected="--by with both, or neither")
    for pair in _PAIRS:
        if set(pair) <= set(request.by):
            return pair
    raise SettingsError(
        "a ratio of flows needs two ends",
        expected="--by with " + " or ".join("both " + " and ".join(p) for p in _PAIRS),
    )


def _both_ways(facts: Facts, request: Request) -> ir.Table:
    """Moves as seen from either end: each once as it went, and once as a move back with its ends changed over.

    What is asked of the ends (``--where origin=…``) is asked after that, so that it keeps both directions of a pair.
    """
    lists = tuple(part for part in request.where if part[0] in MEMBERSHIPS and part[0] not in request.by)
    ends = tuple(part for part in request.where if part[0] in ENDS and part not in lists)
    others = tuple(part for part in request.where if part[0] not in ENDS)
    of_ends = [name for name in (*request.by, *(name for name, _ in ends)) if name in ENDS]
    by = tuple(dict.fromkeys((*request.by, *of_ends, *(_OTHER_END[name] for name in of_ends))))
    made = back = chosen_moves(facts, Request(by, others, request.options))
    for name, values in lists:
        made = on_lists(made, facts, _SUBJECT, name, values)
        back = on_lists(back, facts, _SUBJECT, _OTHER_END[name], values)
    turned = back.mutate(**{f"key_{name}": back[f"key_{_OTHER_END[name]}"] for name in by if name in ENDS})
    kept = ("person_id", *carried(made), "returns", *(f"key_{name}" for name in by))
    there, back = (
        table.select(*kept, back=ibis.literal(number, type="int64")) for number, table in enumerate((made, turned))
    )
    both = there.union(back)
    for name, values in ends:
        both = both.filter(matches(both[f"key_{name}"], name, values, facts))
    return both


def _pair_counts(facts: Facts, request: Request) -> Counts:
    origin, destination = (f"key_{name}" for name in _pair(request))
    both = _both_ways(facts, request)
    apart = both.filter(both[origin] != both[destination])
    cells = summed_with_people(apart, request, moves=(1 - apart.back).sum(), moves_back=apart.back.sum())
    return {"cells": cells}


def _ratio_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    there, back = cells["moves"].to_numpy(), cells["moves_back"].to_numpy()
    ratio = flow_ratio(there, back)
    return columns(
        cells.select(keys(request)),
        moves=there,
        moves_back=back,
        estimate=ratio.estimate,
        low=ratio.low,
        high=ratio.high,
        n=cells["people"].to_numpy(),
    )


FLOW_RATIO = declare(
    Measure(
        name="flow_ratio",
        title=Text("Moves one way for one the other way", "Mobilités dans un sens pour une dans l'autre"),
        unit=Text("moves per move back", "mobilités par mobilité en retour"),
        definition=Text(
            "Moves from origin to destination divided by moves from destination to origin. Exact conditional 95% "
            "interval: Clopper–Pearson for the share of one direction, turned into a ratio. Where nobody went back, "
            "the lower bound alone. It mostly rewards the employer that grows: for a likelihood see flow_rate_ratio.",
            "Mobilités de l'origine vers la destination rapportées à celles de sens inverse. Intervalle conditionnel "
            "exact à 95 % : Clopper-Pearson pour la part d'un sens, convertie en rapport. Si personne n'est revenu, "
            "seule la borne inférieure est donnée. Ce rapport favorise surtout l'employeur qui grandit : pour une "
            "propension, voir flow_rate_ratio.",
        ),
        reference="Clopper & Pearson 1934",
        dimensions=(*ENDS, *ROLE, "country", "gap", *_TIMES),
        default_by=("origin", "destination"),
        counts=_pair_counts,
        figures=_ratio_figures,
        extra=("moves", "moves_back"),
        counted=("moves", "moves_back"),
        of_other_cells=True,
        adds=_ADDS_BOTH_WAYS,
    )
)


def _exposure(facts: Facts, end: str, parts: tuple[str, ...]) -> ir.Table:
    """Days in the main job at each employer, kind, group or list."""
    s = facts.spells.filter(facts.spells.main_end.notnull())
    name = {"origin": "employer", "origin_kind": "kind", "origin_group": "group", "origin_list": "list"}[end]
    at = keyed(s, facts, Request(by=(name, *parts)), Subject())
    days = days_between(at.seen_from, at.main_end)
    at = at.mutate(days=ibis.ifelse(days > 0, days, 0))
    at = at.mutate(exposed=at[f"key_{name}"])
    return summed(at, ["exposed", *(f"key_{part}" for part in parts)], days=at.days.sum())


def _rate_ratio_counts(facts: Facts, request: Request) -> Counts:
    return {**_pair_counts(facts, request), "exposure": _exposure(facts, _pair(request)[0], by_bucket(request))}


def _rate_ratio_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    origin, destination = (f"key_{name}" for name in _pair(request))
    years_there, years_back = (_looked_up(counted["exposure"], cells[key]) for key in (origin, destination))
    there, back = cells["moves"].to_numpy(), cells["moves_back"].to_numpy()
    ratio = rate_ratio(there, years_there, back, years_back)
    return columns(
        cells.select(keys(request)),
        moves=there,
        moves_back=back,
        origin_years=years_there,
        destination_years=years_back,
        estimate=ratio.estimate,
        low=ratio.low,
        high=ratio.high,
        n=cells["people"].to_numpy(),
    )


def _looked_up(exposure: pa.Table, key: pa.ChunkedArray) -> np.ndarray:
    at = pc.index_in(key, value_set=exposure["exposed"].combine_chunks())
    return np.asarray(exposure["days"].take(at)).astype(float) / _YEAR_DAYS


FLOW_RATE_RATIO = declare(
    Measure(
        name="flow_rate_ratio",
        title=Text("How many times more likely one way than the other", "Combien de fois plus probable dans un sens"),
        unit=Text("ratio of yearly rates", "rapport de taux annuels"),
        definition=Text(
            "Moves from origin to destination per person-year in the main job at the origin, divided by moves the "
            "other way per person-year at the destination. Exact conditional 95% interval.",
            "Mobilités de l'origine vers la destination par année-personne d'emploi principal à l'origine, rapportées "
            "à celles de sens inverse par année-personne à la destination. Intervalle conditionnel exact à 95 %.",
        ),
        reference="Clopper & Pearson 1934; conditional test of two Poisson rates (Przyborowski & Wilenski 1940)",
        dimensions=(*ENDS, "gap"),
        default_by=("origin", "destination"),
        counts=_rate_ratio_counts,
        figures=_rate_ratio_figures,
        extra=("moves", "moves_back", "origin_years", "destination_years"),
        counted=("moves", "moves_back"),
        of_other_cells=True,
        adds=_ADDS_BOTH_WAYS,
    )
)
