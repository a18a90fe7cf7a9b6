"""Who wins people, sizes taken out: moves against what sizes give, and a rank from the whole network of moves."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.errors import SettingsError
from mercato.measures.declare import Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import ENDS, keys, matches
from mercato.measures.people import summed, summed_with_people
from mercato.measures.ranking import RANKS
from mercato.measures.result import columns
from mercato.measures.winning import chosen_moves
from mercato.statistics.gravity import gravity_excess, quasi_independent
from mercato.statistics.ranks import rank_sets
from mercato.statistics.springrank import SpringRank, pagerank, score_errors, springrank, temperature

_TIMES = ("year", "quarter", "month")
_PAIRS = (("origin", "destination"), ("origin_group", "destination_group"), ("origin_kind", "destination_kind"))
_SIDES = {"employer": _PAIRS[0], "group": _PAIRS[1], "kind": _PAIRS[2]}
_MANY, _FEW_DRAWS, _DRAWS = 3_000, 50, 200
_UP = 1.96


def _pair(request: Request) -> tuple[str, str]:
    for pair in _PAIRS:
        if set(pair) == set(request.by):
            return pair
    raise SettingsError(
        "gravity_excess is told of two ends alone",
        expected="--by with " + " or ".join(" and ".join(pair) for pair in _PAIRS),
    )


def _apart(facts: Facts, request: Request, pair: tuple[str, str]) -> ir.Table:
    """All moves between two different ones, whatever is asked of their ends."""
    kept = tuple(part for part in request.where if part[0] not in ENDS)
    ends = tuple(name for name, _ in request.where if name in ENDS)
    made = chosen_moves(facts, Request(tuple(dict.fromkeys((*pair, *ends))), kept, request.options))
    return made.filter(made[f"key_{pair[0]}"] != made[f"key_{pair[1]}"])


def _gravity_counts(facts: Facts, request: Request) -> Counts:
    pair = _pair(request)
    every = _apart(facts, request, pair)
    asked = every
    for name, values in request.where:
        if name in ENDS:
            asked = asked.filter(matches(asked[f"key_{name}"], name, values, facts))
    out, into = (every.mutate(at=every[f"key_{name}"]) for name in pair)
    return {
        "cells": summed_with_people(asked, request, moves=asked.count()),
        "sent": summed(out, ["at"], moves=out.count()).order_by("at"),
        "received": summed(into, ["at"], moves=into.count()).order_by("at"),
    }


def _gravity_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells, sent, received = (counted[name] for name in ("cells", "sent", "received"))
    places = pa.chunked_array([*sent["at"].chunks, *received["at"].chunks], sent["at"].type).unique()
    out, into = (_at(places, side) for side in (sent, received))
    fit = quasi_independent(out, into)
    here, there = (np.asarray(pc.index_in(cells[f"key_{name}"], value_set=places)) for name in _pair(request))
    moves = cells["moves"].to_numpy().astype(float)
    expected = fit.sends[here] * fit.receives[there] if fit.converged else np.full(len(moves), np.nan)
    excess = gravity_excess(moves, expected, out[here], into[there])
    return columns(
        cells.select(keys(request)),
        moves=cells["moves"].to_numpy(),
        expected=expected,
        estimate=excess.estimate,
        low=excess.low,
        high=excess.high,
        n=cells["people"].to_numpy(),
    )


def _at(places: pa.Array, side: pa.Table) -> np.ndarray:
    """The moves of each place on one side, 0 where it has none."""
    found = np.zeros(len(places))
    found[np.asarray(pc.index_in(side["at"], value_set=places))] = side["moves"].to_numpy()
    return found


GRAVITY_EXCESS = declare(
    Measure(
        name="gravity_excess",
        title=Text(
            "Moves against what sizes alone would give", "Mobilités rapportées à ce que donneraient les tailles"
        ),
        unit=Text("times as many moves as expected", "fois le nombre de mobilités attendu"),
        definition=Text(
            "Moves from origin to destination divided by those expected if everyone who leaves the origin chose among "
            "the other destinations by how many people each takes in: a product of one number per origin and one per "
            "destination that gives back all departures and arrivals, nobody moving to the same place (quasi-"
            "independence, by iterative proportional fitting on all employers). Pairs without a move are not listed. "
            "95% interval: exact Poisson limits of the moves, widened by the doubt of the expectation.",
            "Mobilités de l'origine vers la destination rapportées à celles que l'on attendrait si tous ceux qui "
            "quittent l'origine se répartissaient entre les autres destinations selon le nombre de personnes que "
            "chacune accueille : produit d'un nombre par origine et d'un nombre par destination qui redonne tous les "
            "départs et toutes les arrivées, nul ne restant sur place (quasi-indépendance, par ajustement "
            "proportionnel itératif sur tous les employeurs). Les paires sans mobilité ne figurent pas. Intervalle à "
            "95 % : bornes exactes de Poisson des mobilités, élargies du doute sur l'attendu.",
        ),
        reference="Goodman 1968 (quasi-independence); Deming & Stephan 1940; Zou & Donner 2008 (MOVER)",
        dimensions=(*ENDS[:6], "gap", *_TIMES),
        default_by=("origin", "destination"),
        counts=_gravity_counts,
        figures=_gravity_figures,
        extra=("moves", "expected"),
        counted=("moves",),
        of_other_cells=True,
    )
)


def _side(request: Request) -> str:
    if len(request.by) != 1 or request.by[0] not in _SIDES:
        raise SettingsError("flow_rank ranks one kind of unit", expected="--by with one of " + ", ".join(_SIDES))
    return request.by[0]


def _network_counts(facts: Facts, request: Request) -> Counts:
    side = _side(request)
    origin, destination = _SIDES[side]
    kept = tuple(part for part in request.where if part[0] not in _SIDES)
    made = _apart(facts, Request((origin, destination), kept, request.options), (origin, destination))
    out, into = f"key_{origin}", f"key_{destination}"
    both = _seen_from(made, into, side, 1).union(_seen_from(made, out, side, 0))
    for name, values in request.where:
        if name in _SIDES:
            if name != side:
                raise SettingsError(
                    f"flow_rank of each {side} cannot be kept to {name!r}", expected=f"--where {side}=…"
                )
            both = both.filter(matches(both[f"key_{name}"], name, values, facts))
    cells = summed(
        both,
        keys(request),
        arrivals=both.arrives.sum(),
        departures=(1 - both.arrives).sum(),
        people=both.person_id.nunique().cast("int64"),
    )
    pairs = summed(made, [out, into], moves=made.count())
    return {"cells": cells.order_by(keys(request)), "pairs": pairs.order_by([out, into])}


def _seen_from(made: ir.Table, end: str, side: str, arrives: int) -> ir.Table:
    return made.select("person_id", arrives=ibis.literal(arrives, type="int64"), **{f"key_{side}": made[end]})


def _network_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    side = _side(request)
    cells, pairs = counted["cells"], counted["pairs"]
    ends = [pairs[f"key_{name}"] for name in _SIDES[side]]
    places = pa.chunked_array([chunk for end in ends for chunk in end.chunks], ends[0].type).unique()
    here, there = (np.asarray(pc.index_in(end, value_set=places), dtype=np.int64) for end in ends)
    moves, size = pairs["moves"].to_numpy().astype(float), len(places)
    found = springrank(here, there, moves, size)
    drawn = score_errors(found, here, there, moves, _FEW_DRAWS if size > _MANY else _DRAWS, request.options.seed)
    row = np.asarray(pc.index_in(cells[f"key_{side}"], value_set=places), dtype=np.int64)
    part, beside = _parts(found)
    error = drawn.std(axis=0, ddof=1)[row] if len(drawn) else np.full(len(row), np.nan)
    score = np.where(found.converged, found.score[row], np.nan)
    counts = {name: cells[name].to_numpy().astype(np.int64) for name in ("arrivals", "departures")}
    people = cells["people"].to_numpy()
    low, high = _ranks(score, drawn[:, row], part[row], _shown(counts, people, request))
    beta = temperature(found.score, here, there, moves)
    up = np.nan if np.isnan(beta) else 1.0 if np.isinf(beta) else 1 / (1 + np.exp(-2 * beta))
    made = columns(
        cells.select(keys(request)),
        **counts,
        step_up=np.full(len(row), up),
        pagerank=pagerank(here, there, moves, size)[row],
        part=part[row],
        part_size=beside[row],
        rank_low=low,
        rank_high=high,
        estimate=score,
        low=score - _UP * error,
        high=score + _UP * error,
        n=people,
    )
    places = [made.schema.get_field_index(name) for name in RANKS]
    for place, name in zip(places, RANKS, strict=True):
        made = made.set_column(place, name, made[name].cast(pa.int64()))
    return made


def _parts(found: SpringRank) -> tuple[np.ndarray, np.ndarray]:
    """The part of the network in which each is, 1 for the largest, and how many are in it."""
    size = np.bincount(found.component)
    order = np.argsort(-size, kind="stable")
    number = np.empty(len(size), dtype=np.int64)
    number[order] = np.arange(1, len(size) + 1)
    return number[found.component], size[found.component]


def _shown(counts: dict[str, np.ndarray], people: np.ndarray, request: Request) -> np.ndarray:
    """The cells that disclosure control will show, which alone are ranked."""
    least = request.options.minimum_people
    shown = people >= least
    for count in counts.values():
        shown &= (count == 0) | (count >= least)
    return np.asarray(shown)


def _ranks(score: np.ndarray, drawn: np.ndarray, part: np.ndarray, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank sets among those shown of the largest part of the network that has some; NaN elsewhere."""
    low, high = np.full(len(score), np.nan), np.full(len(score), np.nan)
    usable = shown & ~np.isnan(score)
    if usable.any():
        ranked = np.nonzero(usable & (part == part[usable].min()))[0]
        errors = drawn[:, ranked]
        sets = rank_sets(score[ranked], errors.std(axis=0, ddof=1), drawn=errors)
        low[ranked], high[ranked] = sets.low, sets.high
    return low, high


FLOW_RANK = declare(
    Measure(
        name="flow_rank",
        title=Text("Rank in the network of moves", "Rang dans le réseau des mobilités"),
        unit=Text("steps above the mean of the network", "échelons au-dessus de la moyenne du réseau"),
        definition=Text(
            "SpringRank: the score of each employer on one line that best lets each move go up by one step. step_up is "
            "the share of moves expected to go up, not down, between two employers one step apart (fitted to all "
            "moves). Sizes play no part: what counts is from where people come and where they go. Scores compare "
            "employers of one part of the network alone (part: 1 is the largest; part_size: how many are in it), and "
            "the mean of each part is 0. Interval and rank_low, rank_high: 95%, moves of each pair drawn as Poisson "
            "counts; ranks hold together, among the employers shown of the largest part. pagerank: the share of time "
            "that a walk along moves spends there, for comparison.",
            "SpringRank : score de chaque employeur sur une ligne qui permet au mieux à chaque mobilité de monter d'un "
            "échelon. step_up : part des mobilités attendues vers le haut, et non vers le bas, entre deux employeurs "
            "distants d'un échelon (ajustée à toutes les mobilités). La taille ne joue pas : seul compte d'où l'on "
            "vient et où l'on va. Les scores ne comparent que les employeurs d'une même partie du réseau (part : 1 est "
            "la plus grande ; part_size : combien en font partie), et la moyenne de chaque partie est 0. Intervalle et "
            "rank_low, rank_high : 95 %, les mobilités de chaque paire tirées selon une loi de Poisson ; les rangs "
            "valent ensemble, parmi les employeurs montrés de la plus grande partie. pagerank : part du temps qu'une "
            "marche au fil des mobilités y passe, pour comparaison.",
        ),
        reference="De Bacco, Larremore & Moore 2018; Mogstad, Romano, Shaikh & Wilhelm 2023; Page et al. 1999",
        dimensions=(*_SIDES, "gap", *_TIMES),
        default_by=("employer",),
        counts=_network_counts,
        figures=_network_figures,
        extra=("arrivals", "departures", "step_up", "pagerank", "part", "part_size", "rank_low", "rank_high"),
        counted=("arrivals", "departures"),
        of_other_cells=True,
    )
)
