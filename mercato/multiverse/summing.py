"""What the choices do to each cell of a multiverse, from its released values alone."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pyarrow as pa

from mercato.release.disclosure import OK
from mercato.release.multiverse import Multiverse, Summary
from mercato.statistics.choices import moved_by


def summaries_of(made: Multiverse) -> tuple[Summary, ...]:
    """What the choices do to each cell."""
    every = prod(len(choice.levels) for choice in made.choices)
    table = made.table
    return tuple(_summary(made, table.slice(begin, every)) for begin in range(0, table.num_rows, every))


def _summary(made: Multiverse, rows: pa.Table) -> Summary:
    levels = [len(choice.levels) for choice in made.choices]
    names = [choice.option for choice in made.choices]
    cell = _cell(made, rows)
    if rows["status"][0].as_py() != OK:
        return Summary(cell, rows["status"][0].as_py(), rows.num_rows)
    estimate, low, high = (
        np.asarray(rows[name].cast(pa.float64()).fill_null(np.nan)) for name in ("estimate", "low", "high")
    )
    moved = moved_by(estimate[None, :], levels)
    # The last bits of an estimate depend on what was added up beside it.
    changes = dict(zip(names, moved.change[0].round(12).tolist(), strict=True))
    most = max(names, key=lambda name: changes[name], default="")
    moves = bool(most) and changes[most] > 0
    known = not np.isnan(low[0]) and not np.isnan(high[0])
    return Summary(
        cell,
        OK,
        rows.num_rows,
        estimate=float(estimate[0]),
        least=float(estimate.min()),
        greatest=float(estimate.max()),
        inside=float(((estimate >= low[0]) & (estimate <= high[0])).mean()) if known else None,
        most=most if moves else "",
        change=changes[most] if moves else 0.0,
        changes=changes,
        shares=dict(zip(names, moved.share[0].tolist(), strict=True)),
        step=float(rows["rounded_to"][0].as_py() or 0),
    )


def _cell(made: Multiverse, rows: pa.Table) -> dict[str, Any]:
    options = {choice.option for choice in made.choices}
    names = [name for name in rows.column_names if name not in options]
    names = names[: names.index("estimate")]
    return {name: rows[name][0].as_py() for name in names}
