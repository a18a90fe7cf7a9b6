"""Copies of a market side by side, each under other settings, so that careers and measures run once for all of them.

A copy has its own people, employers and group, told by their numbers; nothing of one copy ever meets another.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.build import build_careers
from mercato.careers.dating import FRACTIONS, drawn_fraction, placed
from mercato.measures import Facts, Measure, Request
from mercato.multiverse.choosing import Ground
from mercato.ownership import owners_in_force
from mercato.settings import Options

_MARK = "\x1f"
_EMPLOYERS = ("employer", "origin", "destination", "other")
_HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Universe:
    """One way of building careers: its options, and the number of the draw of coarse dates where they are drawn."""

    options: Options
    draw: int | None = None


@dataclass(frozen=True)
class Copies:
    """The careers of several universes: ``facts`` of all of them, ``stride`` between the employers of two copies."""

    facts: Facts
    universes: tuple[Universe, ...]
    stride: int
    folder: Path

    def tables_of(self, measure: Measure, request: Request, count: Callable[[ir.Table], pa.Table]) -> list[pa.Table]:
        """The cells of a measure in each universe, keys as numbers, as the measure would tell them of it alone."""
        mark = mark_of(measure, request) if len(self.universes) > 1 else ""
        by = (mark, *request.by) if mark and mark not in request.by else request.by
        asked = Request(by, tuple(self._everywhere(part) for part in request.where), request.options)
        counted = {part: count(expression) for part, expression in measure.counts(self.facts, asked).items()}
        found = measure.figures(counted, self.facts, asked)
        if not mark:
            return [self._own(found, 0, request.by)]
        told = np.asarray(pc.fill_null(found[f"key_{mark}"].cast(pa.int64()), -1))
        copy = told // self.stride if mark in _EMPLOYERS else told
        kept = found if mark in request.by else found.drop_columns([f"key_{mark}"])
        return [self._own(kept.filter(pa.array(copy == c)), c, request.by) for c in range(len(self.universes))]

    def close(self) -> None:
        """Remove the files of these careers."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _everywhere(self, part: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
        """What is asked of an employer, asked of it in every copy."""
        name, values = part
        if name not in _EMPLOYERS:
            return part
        special = [value for value in values if value in ("first job", "unknown") and name == "origin"]
        named = [value.strip() for value in values if value not in special]
        copies = [f"{value}{_MARK}{c}" for value in named for c in range(len(self.universes))]
        return name, (*special, *copies)

    def _own(self, table: pa.Table, copy: int, by: Sequence[str]) -> pa.Table:
        """Rows of one copy with the numbers that their employers have in the market."""
        for name in by:
            if name in _EMPLOYERS:
                key = f"key_{name}"
                column = table[key]
                own = pc.if_else(pc.greater_equal(column, 0), pc.subtract(column, copy * self.stride), column)
                table = table.set_column(table.schema.get_field_index(key), key, own.cast(column.type))
        return table


def mark_of(measure: Measure, request: Request) -> str:
    """The dimension that tells the copies apart when a measure is told of all of them, or an empty text."""
    names = {*request.by, *(name for name, _ in request.where)}
    if any(name.endswith("group") for name in names):
        return ""
    if "group" in measure.dimensions and "other" not in measure.dimensions:
        return "group"
    own = next((name for name in _EMPLOYERS[:3] if name in request.by), "")
    if own == "employer" or {"origin", "destination"} <= set(request.by):
        return own
    return "destination_group" if measure.name in ("flows", "transfers") else ""


def most_copies(ground: Ground, rows: int) -> int:
    """How many copies at most may stand side by side, for so many positions in all."""
    return max(1, min(rows // max(ground.counted["positions"], 1), _HIGHEST // _stride(ground) - 1))


def copy_market(ground: Ground, universes: Sequence[Universe], base: Options, folder: Path) -> Copies:
    """The careers of a market in several universes, saved under ``folder``."""
    stride = _stride(ground)
    name = folder.name
    settings = ground.engine.add(f"{name}_universes", _settings(universes))
    jobs = _copied_jobs(ground.jobs, settings, stride)
    owned = _copied_ownership(ground, universes, stride)
    # What distinguishes the copies is in their rows, so that one run builds them all.
    plain = replace(base, censoring="verified", dates="middle", main_job="latest", january="as_given")
    rule = _rule_of([universe.options.main_job for universe in universes], stride)
    careers = build_careers(ground.engine, jobs, owned, ground.facts.as_of, plain, folder, rule=rule)
    employers = _copied_employers(ground.employers, len(universes), stride)
    lists = _copied(ground.lists, len(universes), stride, ("employer_id",))
    facts = replace(
        ground.facts,
        spells=careers.spells,
        employers=ground.engine.add(f"{name}_employers", employers),
        directory=employers.select(["employer_id", "employer", "group_id", "group"]),
        lists=ground.engine.add(f"{name}_lists", lists),
    )
    return Copies(facts, tuple(universes), stride, folder)


def _stride(ground: Ground) -> int:
    return int(pc.max(ground.employers["employer_id"]).as_py() or 0) + 1


def _settings(universes: Sequence[Universe]) -> pa.Table:
    """One row per universe: its number, whether open jobs are carried, and where coarse dates are put."""
    return pa.table(
        {
            "copy": pa.array(range(len(universes)), pa.int32()),
            "is_carried": pa.array([u.options.censoring == "carry" for u in universes], pa.bool_()),
            "at": pa.array([FRACTIONS.get(u.options.dates, 0.5) for u in universes], pa.float64()),
            "draw": pa.array(
                [None if u.draw is None else u.options.seed * 1_000 + u.draw for u in universes], pa.int64()
            ),
        }
    )


def _copied_jobs(jobs: ir.Table, settings: ir.Table, stride: int) -> ir.Table:
    """Every job once per universe, its people, employers, days and last day known those of that universe."""
    every = jobs.cross_join(settings)

    def fraction(which: int) -> ir.FloatingValue:
        return ibis.ifelse(every.draw.isnull(), every.at, drawn_fraction(every, every.draw.fill_null(0), which))

    days = placed(every, fraction)
    own = days.mutate(
        person_id=days["copy"].cast("string") + ":" + days.person_id.cast("string"),
        employer_id=(days.employer_id + days["copy"] * stride).cast("int32"),
        start_date=days.start,
        end_date=days.end,
        start_precision=ibis.literal("day"),
        end_precision=ibis.literal("day"),
        verified_on=ibis.ifelse(days.is_carried, None, days.verified_on),
    )
    return own.select(jobs.columns)


def _rule_of(rules: Sequence[str], stride: int) -> Callable[[ir.Table], ir.StringValue] | None:
    if set(rules) == {"latest"}:
        return None

    def rule(stays: ir.Table) -> ir.StringValue:
        copy = (stays.employer_id / stride).floor().cast("int32")
        others = [
            (copy.isin([c for c, own in enumerate(rules) if own == name]), ibis.literal(name))
            for name in sorted(set(rules) - {"latest"})
        ]
        return ibis.cases(*others, else_=ibis.literal("latest"))

    return rule


def _copied_ownership(ground: Ground, universes: Sequence[Universe], stride: int) -> pa.Table:
    parts = []
    for copy, universe in enumerate(universes):
        own = owners_in_force(ground.ownership, ground.facts.as_of, universe.options)
        for name in ("employer_id", "ultimate_id"):
            moved = pc.add(own[name].cast(pa.int64()), copy * stride).cast(own.schema.field(name).type)
            own = own.set_column(own.schema.get_field_index(name), name, moved)
        parts.append(own)
    return pa.concat_tables(parts)


def _copied_employers(employers: pa.Table, copies: int, stride: int) -> pa.Table:
    """The employers of every copy, which is a group; names bear the number of the copy."""
    told = _copied(employers, copies, stride, ("employer_id",))
    copy = np.repeat(np.arange(copies), employers.num_rows)
    text = pa.array(copy.astype(str), pa.string())
    named = pc.binary_join_element_wise(told["employer"].cast(pa.string()).combine_chunks(), text, _MARK)
    changed = {"employer": named, "group_id": pa.array(copy.astype(np.int32)), "group": text}
    for name, column in changed.items():
        place = told.schema.get_field_index(name)
        told = told.set_column(place, name, column.cast(employers.schema.field(name).type))
    return told


def _copied(table: pa.Table, copies: int, stride: int, ids: Sequence[str]) -> pa.Table:
    """A table once per copy, with its numbers of employers moved by a stride."""
    told = pa.concat_tables([table] * copies)
    shift = np.repeat(np.arange(copies) * stride, table.num_rows)
    for name in ids:
        kind = table.schema.field(name).type
        moved = pa.array(np.asarray(told[name].cast(pa.int64())) + shift).cast(kind)
        told = told.set_column(told.schema.get_field_index(name), name, moved)
    return told
