"""Positions and sightings → the saved spells of a market, and what was counted on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from mercato.careers.bulk import find_bulk_transfers
from mercato.careers.moves import classify
from mercato.careers.spells import Rule, spells_of, stays
from mercato.engines import Engine
from mercato.settings import Options


@dataclass(frozen=True)
class Careers:
    """The saved spells, and the transfers of whole workforces found in them."""

    spells: ir.Table
    bulk: pa.Table


def build_careers(
    engine: Engine,
    positions: ir.Table,
    ownership: pa.Table,
    as_of: dt.date,
    options: Options,
    folder: Path,
    draw: int | None = None,
    ids: ir.Table | None = None,
    rule: Rule | None = None,
) -> Careers:
    """Save the spells of all people under ``folder``, as known at the end of the as-of day.

    ``ids``: the person_id of every position, where that is known without all that positions are joined to.
    ``rule``: which rule chooses the main job of each stay, instead of the one of the options.
    """
    name = folder.name.replace("-", "_")
    saved = engine.save_by_person(
        lambda people, keep: stays(people, as_of, options, keep, draw, rule), positions, folder, ids
    )
    parts = {part: engine.open(f"{name}_{part}", [path]) for part, path in saved.items()}
    spells = engine.view(f"{name}_stays", spells_of(**parts))
    owners = engine.add(f"{name}_ownership", ownership) if ownership.num_rows else None
    if owners is not None:
        engine.save(classify(spells, owners, None), folder / "owned")
        spells = engine.open(f"{name}_owned", [folder / "owned"])
    bulk = find_bulk_transfers(engine, spells, options)
    if bulk.num_rows:
        engine.save(classify(spells, None, engine.add(f"{name}_bulk", bulk)), folder / "spells")
        spells = engine.open(f"{name}_spells", [folder / "spells"])
    return Careers(spells, bulk)
