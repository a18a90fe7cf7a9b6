"""Where people go: the share gone to each destination, by months since joining."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import days_between
from mercato.careers.weights import WEIGHT
from mercato.errors import SettingsError
from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import (
    ELSEWHERE,
    NONE_SEEN,
    SPECIAL_DESTINATIONS,
    STAY,
    Subject,
    by_list,
    keyed,
    keys,
    matches,
)
from mercato.measures.people import groups_of, summed
from mercato.measures.result import columns, repeated
from mercato.measures.stays import (
    as_pairs,
    as_stays,
    beyond,
    counted_stays,
    dated,
    horizons,
    may_hang_together,
    pairs_of_gone,
    pairs_of_stays,
    pairs_with_gone,
    place_of,
    stays_of,
)
from mercato.statistics.incidence import Gone, Together, incidence
from mercato.statistics.influence import Both, Half
from mercato.tables import BRIEF_DAYS, DIRECT_DAYS

_DESTINATIONS = ("destination", "destination_kind", "destination_group", "destination_list")
_LIST = "destination_list"
_NEXT = Subject(employers={"destination": "next_id"}, began="joined_on")


def _parts(request: Request) -> tuple[Request, Request]:
    """What is asked of the stays, and what of their destinations."""
    wanted = [name for name in request.by if name in _DESTINATIONS]
    asked = [name for name, _ in request.where if name in _DESTINATIONS]
    if not wanted or (_LIST in asked and _LIST not in wanted):
        names = _LIST if _LIST in asked else ", ".join(_DESTINATIONS)
        raise SettingsError("destinations are told by where people go", expected=f"--by with {names}")
    of_stays, of_next = (
        tuple(part for part in request.where if (part[0] in _DESTINATIONS) is there) for there in (False, True)
    )
    group = tuple(name for name in request.by if name not in _DESTINATIONS)
    return Request(group, of_stays, request.options), Request(tuple(wanted), of_next, request.options)


def _with_destination(stays: ir.Table, facts: Facts, request: Request) -> ir.Table:
    """The stays that ended by the last horizon, with the keys of where each went; once for each list of that employer.

    A destination is the next main employer, another one, where that job began within the gap asked for.
    """
    days = days_between(stays.main_end, stays.next_start)
    gap = ibis.cases((days <= DIRECT_DAYS, "direct"), (days <= BRIEF_DAYS, "brief"), else_="long")
    seen = stays.next_employer_id.notnull() & (stays.next_employer_id != stays.employer_id)
    there = (seen & gap.isin(list(request.options.gap))).fill_null(False)
    gone = stays.filter((stays.gone == 1) & (stays.month < beyond(request)))
    gone = gone.mutate(
        next_id=ibis.ifelse(there, stays.next_employer_id, NONE_SEEN).cast("int32"),
        joined_on=ibis.ifelse(there, stays.next_start, stays.start_date),
    )
    asked = tuple(name for name, _ in request.where if name != _LIST)
    plain = tuple(dict.fromkeys(name for name in (*request.by, *asked) if name != _LIST))
    told = keyed(gone, facts, Request(plain), _NEXT)
    if _LIST in request.by:
        told = _by_list(told, facts, request)
    elsewhere = ibis.literal(False)
    for name, values in request.where:
        if name != _LIST:
            special = [word for word in values if word in SPECIAL_DESTINATIONS.values()]
            elsewhere = elsewhere | ~_matches(told, name, [v for v in values if v not in special], special, facts)
    return told.mutate(**{f"key_{name}": _special(told, f"key_{name}", elsewhere) for name in request.by})


def _matches(told: ir.Table, name: str, values: list[str], special: list[str], facts: Facts) -> ir.BooleanValue:
    """Whether a stay went to any of the values; of none seen a stay has no employer to be matched."""
    numbers = [number for number, word in SPECIAL_DESTINATIONS.items() if word in special]
    found = told.next_id.isin(numbers) if numbers else ibis.literal(False)
    if not values:
        return found
    return found | ((told.next_id >= 0) & matches(told[f"key_{name}"], name, values, facts))


def _by_list(told: ir.Table, facts: Facts, request: Request) -> ir.Table:
    """The stays once for each list of where they went, of those asked for."""
    listed = by_list(told, facts, _NEXT, _LIST)
    values = dict(request.where).get(_LIST)
    if values is None:
        return listed
    word = ibis.ifelse(listed.next_id == NONE_SEEN, SPECIAL_DESTINATIONS[NONE_SEEN], listed.key_destination_list)
    return listed.filter(word.isin(list(values)))


def _special(told: ir.Table, key: str, elsewhere: ir.BooleanValue) -> ir.Value:
    """The key of a destination, or what stands for none seen and for one that was not asked for."""
    words = told[key].type().is_string()
    none, others = (SPECIAL_DESTINATIONS[x] if words else x for x in (NONE_SEEN, ELSEWHERE))
    value = told[key].fill_null("unknown") if words else told[key]
    return ibis.cases((elsewhere, others), (told.next_id == NONE_SEEN, none), else_=value)


def _counts(facts: Facts, request: Request) -> Counts:
    of_stays, of_next = _parts(request)
    stays = dated(stays_of(facts, of_stays), request)
    gone = _with_destination(stays, facts, of_next)
    group, line = keys(of_stays), keys(request)
    went = gone.mutate(back=_may_go_twice(gone, line).cast("int32"))
    left = summed(went, (*line, "entry", "month"), left=went.count(), back=went.back.sum().cast("int64"))
    counts = {
        "cells": counted_stays(stays, group),
        "gone": left.order_by(*line, "month", "entry"),
        "people": _people(went.filter(went.back == 1), line),
    }
    if not may_hang_together(facts, request):
        return counts
    return {
        **counts,
        "pairs": pairs_of_stays(stays, group),
        "half": pairs_with_gone(gone, stays, group, line),
        "both": pairs_of_gone(gone, group, line),
    }


def _may_go_twice(gone: ir.Table, line: list[str]) -> ir.BooleanValue:
    """Whether somebody may stand twice in a line: only people who came back leave or join one employer again."""
    if "key_employer" in line:
        return gone.returns
    if "key_destination" in line:
        return gone.returns | (gone.key_destination < 0)
    return ibis.literal(True)


def _people(went: ir.Table, line: list[str]) -> ir.Table:
    """How many people went for the first time in each month, of those who may have gone twice."""
    weights = {WEIGHT: went[WEIGHT].max()} if WEIGHT in went.columns else {}
    first = went.group_by([*line, "person_id"]).aggregate(month=went.month.min(), **weights)
    return summed(first, (*line, "month"), people=first.count().cast("int64"))


def _figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells, went, wanted = counted["cells"], counted["gone"], horizons(request)
    group_keys, line_keys = keys(_parts(request)[0]), keys(request)
    group, first = groups_of(cells, group_keys)
    groups = cells.select(group_keys).take(pa.array(first)) if group_keys else cells.slice(0, min(1, cells.num_rows))
    lines, line = _lines(went, line_keys, groups, group_keys)
    stays = as_stays(cells, group)
    gone = _gone(went, lines, line)
    told = incidence(stays, gone, wanted, groups.num_rows, _together(counted, gone, lines, groups, request))
    entered = np.bincount(group, cells["stays"].to_numpy(), groups.num_rows)
    return columns(
        repeated(lines.select(line_keys), len(wanted)),
        months=np.tile(wanted, lines.num_rows),
        entered=np.repeat(entered[gone.group], len(wanted)).astype(np.int64),
        events=told.events.ravel().astype(np.int64),
        at_risk=told.at_risk.ravel().astype(np.int64),
        staying=told.survival.ravel(),
        estimate=told.estimate.ravel(),
        low=told.low.ravel(),
        high=told.high.ravel(),
        n=_people_by(counted, lines, line, wanted, line_keys).ravel(),
    )


def _lines(went: pa.Table, names: list[str], groups: pa.Table, by: list[str]) -> tuple[pa.Table, np.ndarray]:
    """The groups with their destinations, in the order of ``groups``, with ``group``; and the line of each row."""
    row, first = groups_of(went, names)
    lines = went.select(names).take(pa.array(first))
    group = place_of(lines, groups, by)
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return lines.take(pa.array(order)).append_column("group", pa.array(group[order])), rank[row]


def _gone(went: pa.Table, lines: pa.Table, line: np.ndarray) -> Gone:
    order = np.argsort(line, kind="stable")
    entry, month, left = (went[name].to_numpy()[order] for name in ("entry", "month", "left"))
    weight = left.astype(np.float64)
    cause = np.zeros(lines.num_rows, dtype=np.int64)
    return Gone(
        lines["group"].to_numpy(), cause, line[order], entry.astype(np.int64), month.astype(np.int64), weight, weight
    )


def _together(counted: Counted, gone: Gone, lines: pa.Table, groups: pa.Table, request: Request) -> Together | None:
    """The pairs of stays of one person, and the groups that have any, or all where that is asked for."""
    if "pairs" not in counted:
        return None
    pairs = as_pairs(counted["pairs"], groups, keys(_parts(request)[0]))
    chosen = np.bincount(pairs.group, minlength=groups.num_rows) > 0
    if request.options.variance == "clustered":
        chosen[:] = True
    half, half_line = _in_lines(counted["half"], lines, keys(request))
    both, both_line = _in_lines(counted["both"], lines, keys(request))
    return Together(
        chosen,
        pairs,
        Half(half_line, half["month"], half["other_entry"], half["other_month"], half["other_gone"] > 0, half["pairs"]),
        Both(both_line, both["month"], both["other_month"], both["pairs"]),
    )


def _in_lines(rows: pa.Table, lines: pa.Table, names: list[str]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The columns of rows in the order of their lines, and these."""
    line = place_of(rows, lines, names)
    order = np.argsort(line, kind="stable")
    told = {name: rows[name].to_numpy()[order].astype(np.int64) for name in rows.column_names if name not in names}
    return {**told, "pairs": told["pairs"].astype(np.float64)}, line[order]


def _people_by(counted: Counted, lines: pa.Table, line: np.ndarray, wanted: np.ndarray, names: list[str]) -> np.ndarray:
    """How many people had gone by each month, each counted once: of shape (lines, months)."""
    went, people = counted["gone"], counted["people"]
    once = (went["left"].to_numpy() - went["back"].to_numpy()).astype(np.int64)
    row = np.concatenate([line, place_of(people, lines, names)])
    month = np.concatenate([went["month"].to_numpy(), people["month"].to_numpy()])
    count = np.concatenate([once, people["people"].to_numpy().astype(np.int64)])
    column = np.searchsorted(wanted, month)
    kept = column < len(wanted)
    shape = lines.num_rows, len(wanted)
    found = np.bincount((row * shape[1] + column)[kept], count[kept], shape[0] * shape[1])
    return np.asarray(np.cumsum(found.reshape(shape), axis=1).astype(np.int64))


DESTINATIONS = declare(
    Measure(
        name="destinations",
        title=Text("Where people go", "Où partent les gens"),
        unit=Text("share of people, 0 to 1", "part des personnes, de 0 à 1"),
        definition=Text(
            "Share of the people who joined an employer that had left it for each destination so many whole months "
            "later: the sum, over months, of the share still there just before × leavers to that destination / people "
            "at risk (Aalen–Johansen), so that all destinations and the share still there (retention) add to 1. The "
            "destination is the next main employer where that job began within 92 days (the option gap), and “none "
            "seen” otherwise: nothing is known of what these people did, least of all those who left shortly before "
            "the as-of date. People are at risk, censored and left out as in retention. 95% interval: log-log for the "
            "share not gone there, from Aalen's discrete variance; where anybody has several stays in a group, from "
            "the variance between people (infinitesimal jackknife).",
            "Parmi les personnes arrivées chez un employeur, part de celles qui l'avaient quitté pour chaque "
            "destination tant de mois entiers plus tard : somme, sur les mois, de la part encore présente juste avant "
            "× départs vers cette destination / personnes à risque (Aalen-Johansen), de sorte que toutes les "
            "destinations et la part encore présente (retention) totalisent 1. La destination est l'employeur "
            "principal suivant lorsque cet emploi a commencé au plus 92 jours après (option gap), et « none seen » "
            "sinon : on ne sait rien de ce que ces personnes ont fait, surtout de celles parties peu avant la date "
            "d'arrêté. Les personnes sont à risque, censurées et écartées comme pour retention. Intervalle à 95 % : "
            "log-log pour la part non partie vers cette destination, tiré de la variance discrète d'Aalen ; si une "
            "même personne compte plusieurs séjours dans un groupe, de la variance entre personnes (jackknife "
            "infinitésimal).",
        ),
        reference="Aalen & Johansen 1978; infinitesimal jackknife: Efron 1982",
        dimensions=(*STAY, "cohort", "year", *_DESTINATIONS),
        default_by=("employer", "destination_kind"),
        counts=_counts,
        figures=_figures,
        extra=("months", "entered", "events", "at_risk", "staying"),
        counted=("entered", "at_risk", "events"),
        additive=_DESTINATIONS,
        share=True,
        adds=(
            Adds("entered", "stays", dict.fromkeys(_DESTINATIONS)),
            Adds("events", "stays that ended", some=True),
            Adds("at_risk", "stays at risk", dict.fromkeys(_DESTINATIONS), some=True),
        ),
    )
)
