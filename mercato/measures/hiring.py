"""Where hires come from, and who hires beginners."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures.declare import Adds, Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import (
    FIRST_JOB,
    SPECIAL_ORIGINS,
    STAY,
    UNKNOWN,
    Subject,
    by_list,
    ids_of_special_origins,
    keyed,
    keys,
    matches,
    on_lists,
)
from mercato.measures.people import groups_of, row_of, summed, summed_with_people
from mercato.measures.result import columns
from mercato.statistics.ratios import index_to_base
from mercato.statistics.shares import wilson

_TIMES = ("year", "quarter", "month")
_ORIGINS = ("origin", "origin_kind", "origin_group", "origin_list")
_LIST = "origin_list"
UNKNOWN_KIND = "unknown kind"
"""The kind of origin that is an employer whose kind is not known; ``unknown`` is a career that could not be seen."""


def _origin_counts(facts: Facts, request: Request) -> Counts:
    s = facts.spells
    hired = s.filter(s.main_end.notnull() & (s.arrival == "hire"))
    hired = hired.mutate(origin_id=ids_of_special_origins(hired.previous_employer_id, hired.experience_months))
    subject = Subject(employers={"": "employer_id", "origin": "origin_id"}, day="start_date")
    asked = tuple(part for part in request.where if part[0] in _ORIGINS)
    others = tuple(part for part in request.where if part[0] not in _ORIGINS)
    by = tuple(name for name in dict.fromkeys((*request.by, *(name for name, _ in asked))) if name != _LIST)
    told = keyed(hired, facts, Request(by, others, request.options), subject)
    told = told.mutate(**{f"key_{name}": _special(told, f"key_{name}") for name in by if name in _ORIGINS[1:]})
    chosen = told
    for name, values in asked:
        if name == _LIST:
            chosen = _from_lists(chosen, facts, subject, values)
        else:
            chosen = chosen.filter(matches(chosen[f"key_{name}"], name, values, facts))
    if _LIST in request.by:
        chosen = _by_origin_list(chosen, facts, subject, dict(asked).get(_LIST))
    group = [f"key_{name}" for name in request.by if name not in _ORIGINS]
    cells = {"cells": summed_with_people(chosen, request, from_origin=chosen.count())}
    apart = asked or _LIST in request.by
    return {**cells, "hires": summed(told, group, hires=told.count())} if apart else cells


def _from_lists(told: ir.Table, facts: Facts, subject: Subject, values: Sequence[str]) -> ir.Table:
    """The hires from employers on any of the lists, or whose origin is one of the special ones, each once."""
    special = [number for number, word in SPECIAL_ORIGINS.items() if word in values]
    named = [value for value in values if value not in SPECIAL_ORIGINS.values()]
    parts = [told.filter(told.origin_id.isin(special))] if special else []
    if named:
        parts.append(on_lists(told.filter(told.origin_id >= 0), facts, subject, _LIST, named))
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])


def _by_origin_list(told: ir.Table, facts: Facts, subject: Subject, values: Sequence[str] | None) -> ir.Table:
    """The hires once for each list of their origin, of those asked for."""
    listed = by_list(told, facts, subject, _LIST)
    key = ibis.cases(
        *((listed.origin_id == number, word) for number, word in SPECIAL_ORIGINS.items()), else_=listed.key_origin_list
    )
    listed = listed.mutate(key_origin_list=key)
    return listed if values is None else listed.filter(listed.key_origin_list.isin(list(values)))


def _special(told: ir.Table, key: str) -> ir.Value:
    """The origin, with first jobs and careers not seen apart from an employer whose kind nobody told."""
    if told[key].type().is_string():
        kind = told[key].fill_null("unknown")
        return ibis.cases(
            (told.origin_id == FIRST_JOB, SPECIAL_ORIGINS[FIRST_JOB]),
            (told.origin_id == UNKNOWN, SPECIAL_ORIGINS[UNKNOWN]),
            else_=ibis.ifelse(kind == "unknown", UNKNOWN_KIND, kind),
        )
    return ibis.ifelse(told.origin_id < 0, told.origin_id, told[key])


def _origin_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    groups = [key for key in keys(request) if key.removeprefix("key_") not in _ORIGINS]
    cells = counted["cells"]
    if groups != keys(request)[: len(groups)]:
        cells = cells.take(pc.sort_indices(cells, sort_keys=[(key, "ascending") for key in groups]))
    from_origin = cells["from_origin"].to_numpy().astype(np.int64)
    hires = _hires(counted, cells, from_origin, groups)
    share = wilson(from_origin, hires)
    return columns(
        cells.select(keys(request)),
        hires=hires,
        from_origin=from_origin,
        estimate=share.estimate,
        low=share.low,
        high=share.high,
        n=cells["people"].to_numpy(),
    )


def _hires(counted: Counted, cells: pa.Table, from_origin: np.ndarray, groups: list[str]) -> np.ndarray:
    """All hires of each row's group, from whatever origin; rows are sorted by group."""
    if "hires" in counted:
        every = counted["hires"]
        return np.asarray(every["hires"].to_numpy().astype(np.int64)[row_of(cells, every, groups)])
    group, first = groups_of(cells, groups)
    return np.asarray(np.bincount(group, from_origin, len(first)).astype(np.int64)[group])


ORIGINS = declare(
    Measure(
        name="origins",
        title=Text("Where hires come from", "D'où viennent les recrues"),
        unit=Text("share of hires, 0 to 1", "part des embauches, de 0 à 1"),
        definition=Text(
            "Of the hires of an employer or group, the share that came from each previous main employer, whatever "
            "the gap. First jobs are an origin of their own, and so are hires whose earlier career could not be seen "
            "(unknown); an employer whose kind is not known is another (unknown kind). Shares of a group add to 1. 95% "
            "Wilson interval.",
            "Parmi les embauches d'un employeur ou d'un groupe, part de chaque employeur principal précédent, quel "
            "que soit l'intervalle entre les deux. Le premier emploi est une origine à part entière, de même que les "
            "embauches dont le parcours antérieur n'a pas pu être observé (unknown) ; un employeur de type inconnu en "
            "est encore une autre (unknown kind). Les parts d'un groupe totalisent 1. Intervalle de Wilson à 95 %.",
        ),
        reference="Wilson 1927",
        dimensions=(*STAY, *_ORIGINS, *_TIMES),
        default_by=("employer", "origin"),
        counts=_origin_counts,
        figures=_origin_figures,
        extra=("hires", "from_origin"),
        counted=("hires", "from_origin"),
        additive=_ORIGINS,
        share=True,
        adds=(Adds("hires", "hires", dict.fromkeys(_ORIGINS)), Adds("from_origin", "hires")),
    )
)


def _entry_counts(facts: Facts, request: Request) -> Counts:
    s = facts.spells
    hired = s.filter(s.main_end.notnull() & (s.arrival == "hire") & s.experience_months.notnull())
    told = keyed(hired, facts, request, Subject(day="start_date"))
    told = told.mutate(entry=(told.experience_months <= request.options.experience_months).cast("int64"))
    return {"cells": summed_with_people(told, request, hires=told.count(), entry_hires=told.entry.sum())}


def _entry_figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
    cells = counted["cells"]
    hires, entry = (cells[name].to_numpy().astype(np.int64) for name in ("hires", "entry_hires"))
    share = wilson(entry, hires)
    base = _base(cells, entry, request)
    base[base < request.options.minimum_people] = 0
    index = index_to_base(entry, base)
    low, high = (np.where(base > 0, limit, np.nan) for limit in (index.low, index.high))
    return columns(
        cells.select(keys(request)),
        hires=hires,
        entry_hires=entry,
        index=index.estimate,
        index_low=low,
        index_high=high,
        estimate=share.estimate,
        low=share.low,
        high=share.high,
        n=cells["people"].to_numpy(),
    )


def _base(cells: pa.Table, entry: np.ndarray, request: Request) -> np.ndarray:
    """Entry hires of each row's group in the base year; 0 where there is none, or no year is told."""
    if "year" not in request.by:
        return np.zeros(len(entry))
    others = [key for key in keys(request) if key != "key_year"]
    numbered = cells.append_column("row", pa.array(np.arange(cells.num_rows)))
    if others:
        numbered = numbered.take(pc.sort_indices(numbered, sort_keys=[(key, "ascending") for key in others]))
    group, first = groups_of(numbered, others)
    row = numbered["row"].to_numpy()
    is_base = (numbered["key_year"].to_numpy() == request.options.base_year).astype(float)
    base = np.zeros(len(entry))
    base[row] = np.bincount(group, is_base * entry[row], len(first))[group]
    return base


ENTRY_SHARE = declare(
    Measure(
        name="entry_share",
        title=Text("Beginners among hires", "Débutants parmi les embauches"),
        unit=Text("share of hires, 0 to 1", "part des embauches, de 0 à 1"),
        definition=Text(
            "Share of hires with at most 12 months of experience since the first main job began, first jobs included, "
            "among hires whose experience is known. 95% Wilson interval. The index compares the number of such hires "
            "with the base year's (1 = as many), with an exact conditional interval; there is none where those of the "
            "base year are too few to be shown.",
            "Part des embauches de personnes ayant au plus 12 mois d'expérience depuis le début du premier emploi "
            "principal, premiers emplois compris, parmi les embauches dont l'expérience est connue. Intervalle de "
            "Wilson à 95 %. L'indice rapporte le nombre de ces embauches à celui de l'année de base (1 = autant), "
            "avec un intervalle conditionnel exact ; il manque si celles de l'année de base sont trop peu nombreuses.",
        ),
        reference="Wilson 1927; Clopper & Pearson 1934",
        dimensions=(*STAY, *_TIMES),
        default_by=("year",),
        counts=_entry_counts,
        figures=_entry_figures,
        extra=("hires", "entry_hires", "index", "index_low", "index_high"),
        counted=("hires", "entry_hires"),
        share=True,
        adds=(Adds("hires", "hires of known experience"), Adds("entry_hires", "hires of beginners", some=True)),
    )
)
