"""What people weigh so that those in the data stand for a population whose margins are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.careers.calendar import days_between
from mercato.careers.weights import BUCKET, ONE, WEIGHT, bucket_of
from mercato.engines import Engine
from mercato.errors import DataError
from mercato.margins import OTHER, MarginTable, listed, refuse_contradictions, spelt
from mercato.measures import Facts, Request
from mercato.measures.dimensions import Subject, keyed, keys, labelled
from mercato.statistics.raking import Margin, Raked, effective_n, rake

SQUARE = "weight_square"
FEW = 0.01
"""Categories of which nobody is in the data are left out where they hold at most this share of the population."""
_FAR = 0.01
_DAY_ZERO = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Weights:
    """The weight of each cell of people (``cells``: its keys, ``weight`` and ``weight_square``), and what they cost.

    scale: how many people of the population a weight of 1 stands for; notes: sentences on what was mended; told: what
    the method chapter says.
    """

    cells: pa.Table
    dimensions: tuple[str, ...]
    day: dt.date
    scale: float
    notes: tuple[str, ...]
    told: dict[str, Any]


@dataclass(frozen=True)
class Weighed:
    """The facts of a market whose spells have weights: of 1 each, of each person's own, and the squares of these.

    scale: how many people of the population a weight of 1 stands for.
    """

    plain: Facts
    own: Facts
    squares: Facts
    scale: float


def weigh(engine: Engine, facts: Facts, tables: Sequence[MarginTable], day: dt.date, limit: float) -> Weights:
    """The weights with which the people in main jobs on a day add to the margins.

    Raises DataError where margins contradict each other or the data, with what was found.
    """
    refuse_contradictions(tables)
    dimensions = tuple(dict.fromkeys(name for table in tables for name in table.dimensions))
    cells = _cells(engine, facts, dimensions, day)
    people = cells["there"].to_numpy().astype(float)
    if not people.sum():
        raise DataError(f"nobody is in a main job on {day}", remedy="Name another day with --margins-on.")
    words = [_words(cells, facts, name) for name in dimensions]
    notes: list[str] = []
    total = next((table.total for table in tables if not table.is_share), float(people.sum()))
    margins = [
        _margin(table, [words[dimensions.index(name)] for name in table.dimensions], people, total, day, notes)
        for table in tables
    ]
    raked = _raked(people, margins, tables, limit, notes)
    mean = total / people.sum()
    weight = np.maximum(np.rint(raked.weight / mean * ONE), 1).astype(np.int64)
    square = np.maximum(np.rint((weight / ONE) ** 2 * ONE), 1).astype(np.int64)
    kept = cells.select(keys(Request(dimensions)))
    kept = kept.append_column(WEIGHT, pa.array(weight)).append_column(SQUARE, pa.array(square))
    return Weights(
        kept, dimensions, day, mean, tuple(notes), _told(tables, raked, people, raked.weight / mean, day, total)
    )


def _cells(engine: Engine, facts: Facts, dimensions: tuple[str, ...], day: dt.date) -> pa.Table:
    """Every cell in which anybody ever had a main job, and how many had one there on the day."""
    on = ibis.literal(day)
    s = facts.spells.filter(facts.spells.main_end.notnull())
    request = Request(dimensions)
    at = keyed(s, facts, request, Subject(day="start_date"))
    there = (at.seen_from <= on) & (at.main_end > on)
    told = at.mutate(there=there.cast("int64")).group_by(keys(request)).aggregate(there=lambda t: t.there.sum())
    cells = engine.run(told.order_by(keys(request)))
    if "list" in dimensions:
        now = s.filter((s.seen_from <= on) & (s.main_end > on))
        if engine.run(now.aggregate(n=now.count()))["n"][0].as_py() != sum(cells["there"].to_pylist()):
            raise DataError(
                "some employers are on several lists at once, so that their people would count in each",
                expected="margins by lists that share no employer",
                remedy="Give margins by another dimension, or lists apart (--groups).",
            )
    return cells


def _words(cells: pa.Table, facts: Facts, name: str) -> list[str | None]:
    """The values of a dimension of the cells, spelt as margins are."""
    shown = labelled(cells.select([f"key_{name}"]).append_column("row", pa.array(np.arange(cells.num_rows))), facts)
    words = dict(zip(shown["row"].to_pylist(), shown[name].to_pylist(), strict=True))
    return [None if words[row] is None else spelt(name, str(words[row])) for row in range(cells.num_rows)]


def _margin(
    table: MarginTable, words: list[list[str | None]], people: np.ndarray, total: float, day: dt.date, notes: list[str]
) -> Margin:
    """The margin with the category of each cell; people of whom a dimension is not known keep their share."""
    places = range(len(table.dimensions))
    named = [table.words(place) for place in places]
    number = {category: place for place, category in enumerate(table.categories)}
    unknown, stray = len(number), []
    category = np.full(len(people), unknown)
    for cell in range(len(people)):
        told = tuple(
            OTHER if table.has_other(place) and words[place][cell] not in (None, "unknown", *named[place])
            else words[place][cell]
            for place in places
        )  # fmt: skip
        if told in number:
            category[cell] = number[told]  # type: ignore[index]
        elif None not in told and "unknown" not in told and people[cell] > 0:
            stray.append(" × ".join(map(str, told)))
    if stray:
        raise DataError(
            f"names no {' × '.join(table.dimensions)} {listed(list(dict.fromkeys(stray)))}, of which there are people "
            f"in the data on {day}",
            where=table.where,
            remedy=f"Add a line for each, or one for {OTHER!r}.",
        )
    target = np.append(np.array(table.people), 0.0)
    there = np.bincount(category, people, len(target))
    _leave_out_empty(table, there, target, day, notes)
    share = there[unknown] / people.sum()
    if share > 0:
        what = " × ".join(table.dimensions)
        notes.append(f"{table.where}: {share:.1%} of people have no known {what} on {day}; they keep that share.")
    target *= total * (1 - share) / target.sum() if share < 1 else 0.0
    target[unknown] = total * share
    return Margin(category, target)


def _leave_out_empty(table: MarginTable, there: np.ndarray, target: np.ndarray, day: dt.date, notes: list[str]) -> None:
    """Set aside categories with nobody in the data; raises DataError where they hold too much of the population."""
    empty = np.flatnonzero((there == 0) & (target > 0))
    if not len(empty):
        return
    names = listed([" × ".join(table.categories[place]) for place in empty])
    share = float(target[empty].sum() / target.sum())
    what = f"nobody in the data on {day} is of {' × '.join(table.dimensions)} {names}"
    if share > FEW:
        known = [" × ".join(table.categories[place]) for place in np.flatnonzero(there[:-1] > 0)]
        raise DataError(
            f"{what}, which the margin gives {share:.1%} of all people",
            where=table.where,
            expected=f"categories that the data hold, like {listed(known)}" if known else "categories of the data",
            remedy=f"Correct the name, join the line with another one, or put both into {OTHER!r}.",
        )
    notes.append(f"{table.where}: {what}; {share:.2%} of the population are left out.")
    target[empty] = 0.0


def _raked(
    people: np.ndarray, margins: list[Margin], tables: Sequence[MarginTable], limit: float, notes: list[str]
) -> Raked:
    """Weights within the limit; raises DataError for margins that the people cannot meet together at any weights."""
    free = rake(people, margins)
    if free.gap > _FAR:
        raise DataError(
            f"the margins cannot be met together by the people in the data: the best weights are off by {free.gap:.0%}",
            where=", ".join(table.where for table in tables),
            remedy="Join small categories, or give fewer margins.",
        )
    raked = rake(people, margins, limit) if limit > 1 else free
    if raked.gap > 1e-6:
        notes.append(
            f"Weights are held between 1/{limit:g} and {limit:g} times the mean ({raked.trimmed:.1%} of people are at "
            f"a bound), so that the margins are met to {raked.gap:.1%} only."
        )
    return raked


def _told(
    tables: Sequence[MarginTable], raked: Raked, people: np.ndarray, weight: np.ndarray, day: dt.date, total: float
) -> dict[str, Any]:
    there = people > 0
    order = np.argsort(weight[there])
    shares = np.cumsum(people[there][order]) / people.sum()
    quantiles = {
        name: float(weight[there][order][min(int(np.searchsorted(shares, at)), len(order) - 1)])
        for name, at in (("p05", 0.05), ("median", 0.5), ("p95", 0.95))
    }
    return {
        "day": day.isoformat(),
        "population": total,
        "people": int(people.sum()),
        "effective_n": effective_n(weight, people),
        "trimmed": raked.trimmed,
        "gap": raked.gap,
        "rounds": raked.rounds,
        "smallest": float(weight[there].min()),
        "largest": float(weight[there].max()),
        **quantiles,
        "margins": [
            {
                "file": Path(table.where).name,
                "dimensions": list(table.dimensions),
                "categories": len(table.categories),
                "people": table.total,
                "is_share": table.is_share,
            }
            for table in tables
        ],
    }


def weighed_facts(facts: Facts, spells: ir.Table, scale: float) -> Weighed:
    """The facts with weights on their spells, which have the columns of ``weighted_spells``."""
    plain, own, squares = (
        replace(facts, spells=spells.mutate(**{WEIGHT: weight}).drop(SQUARE))
        for weight in (ibis.literal(ONE, type="int64"), spells[WEIGHT], spells[SQUARE])
    )
    return Weighed(plain, own, squares, scale)


def weighted_spells(engine: Engine, facts: Facts, weights: Weights, folder: Path) -> ir.Table:
    """The spells with what their person weighs, saved under ``folder``.

    A person who is in a main job on the day has the weight of that job's cell; any other that of the last main job
    before the day, or, where there is none, of the first one after it; without any main job the mean weight.
    """
    numbered = weights.cells.append_column("cell", pa.array(np.arange(weights.cells.num_rows)))
    known = engine.add(f"{folder.name}_cells", numbered)
    request, day = Request(weights.dimensions), ibis.literal(weights.day)
    by = keys(request)

    def build(people: ir.Table, keep: Any) -> dict[str, ir.Table]:
        main = people.filter(people.main_end.notnull())
        at = keyed(main, facts, request, Subject(day="start_date")).select("person_id", "seen_from", *by)
        cells = known.rename({f"of_{key}": key for key in by})
        found = at.inner_join(cells, [at[key].identical_to(cells[f"of_{key}"]) for key in by])
        after = days_between(ibis.literal(_DAY_ZERO), found.seen_from).cast("int64")
        near = ibis.ifelse(found.seen_from <= day, 10_000_000 + after, 5_000_000 - after)
        ranked = found.select("person_id", rank=near * numbered.num_rows + found.cell)
        best = ranked.group_by("person_id").aggregate(best=ranked["rank"].max())
        chosen = best.select(weighed=best.person_id, chosen=(best.best % numbered.num_rows).cast("int64"))
        own = people.left_join(chosen, people.person_id == chosen.weighed)
        small = known.select("cell", WEIGHT, SQUARE)
        own = own.left_join(small, own.chosen == small.cell)
        made = own.select(
            *people.columns,
            **{WEIGHT: own[WEIGHT].fill_null(ONE), SQUARE: own[SQUARE].fill_null(ONE)},
            **{BUCKET: bucket_of(own.person_id)},
        )
        return {"weighted": made}

    saved = engine.save_by_person(build, facts.spells, folder)
    return engine.open(f"{folder.name}_weighted", [saved["weighted"]])
