"""How many people are behind each cell, counted once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.weights import WEIGHT
from mercato.measures.declare import Request

OF_ONE_EMPLOYER = {"key_employer", "key_origin", "key_destination"}


def summed(table: ir.Table, by: Sequence[str], **sums: ir.Scalar) -> ir.Table:
    """The sums of each group of rows, or of all rows where there is nothing to group by; a sum of nothing is 0.

    Where rows have a weight, each counts for so much: a sum is one of values times weight, a count one of weights.
    """
    if WEIGHT in table.columns:
        sums = {name: _weighted(total, table) for name, total in sums.items()}
    told = table.group_by(list(by)).aggregate(**sums) if by else table.aggregate(**sums)
    return told.mutate(**{name: told[name].fill_null(0) for name in sums})


def _weighted(total: ir.Scalar, table: ir.Table) -> ir.Scalar:
    """The same sum with each row counting for its weight; people are not counted once each, but as rows are."""
    weight, heavier = table[WEIGHT], {}
    for node in total.op().find((ops.Sum, ops.Count, ops.CountStar, ops.CountDistinct), filter=ops.Value):
        values = node.arg.to_expr().cast("int64") * weight if isinstance(node, ops.Sum) else weight
        heavier[node] = values.sum().op()
    return cast(ir.Scalar, total.op().replace(heavier, filter=ops.Value).to_expr())


def summed_with_people(table: ir.Table, request: Request, **sums: ir.Scalar) -> ir.Table:
    """The sums of each cell of a request, and ``people``: how many there are among its rows, each counted once.

    The cells come in the order of their keys.
    """
    by = [f"key_{name}" for name in request.by]
    if not OF_ONE_EMPLOYER & set(by):
        told = summed(table, by, **sums, people=table.person_id.nunique().cast("int64"))
        return told.order_by(by) if by else told
    cells = summed(table, by, **sums, rows=table.count().cast("int64"))
    twice = counted_again(table, request)
    twice = twice.rename({f"again_{key}": key for key in by})
    joined = cells.left_join(twice, [cells[key].identical_to(twice[f"again_{key}"]) for key in by])
    return joined.select(*by, *sums, people=joined.rows - joined.again.fill_null(0)).order_by(by)


def counted_again(table: ir.Table, request: Request) -> ir.Table:
    """``again``: how many rows of a cell are of people who stand in it already; cells that have such rows alone.

    In a cell of one employer only people who came back to one can stand twice, so that only they are looked at.
    """
    by = [f"key_{name}" for name in request.by]
    rows = table.filter(table.returns) if OF_ONE_EMPLOYER & set(by) else table
    told = summed(rows, by, again=(rows.count() - rows.person_id.nunique()).cast("int64"))
    return told.filter(told.again > 0)


def people_among(rows: np.ndarray, cells: pa.Table, again: pa.Table, names: Sequence[str]) -> np.ndarray:
    """How many people stand behind each cell with so many rows, ``again`` being what ``counted_again`` tells."""
    twice = np.append(again["again"].to_numpy(), 0)
    return np.asarray(rows - (twice[row_of(cells, again, names)] if names else twice.sum()), dtype=np.int64)


def groups_of(cells: pa.Table, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The number of the group of each row, and the first row of each group, in rows sorted by ``names``."""
    if not cells.num_rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    changes = np.zeros(cells.num_rows, dtype=bool)
    changes[0] = True
    for name in names:
        codes = cells[name].combine_chunks()
        codes = pc.dictionary_encode(codes, null_encoding="encode").indices.to_numpy(zero_copy_only=False)
        changes[1:] |= codes[1:] != codes[:-1]
    return np.cumsum(changes) - 1, np.nonzero(changes)[0]


def row_of(wanted: pa.Table, known: pa.Table, names: Sequence[str]) -> np.ndarray:
    """For each row of ``wanted`` the row of ``known`` with the same keys, of which a null is one; -1 where none is."""
    both = np.zeros(wanted.num_rows + known.num_rows, dtype=np.int64)
    for name in names:
        parts = [*wanted[name].cast(known[name].type).chunks, *known[name].chunks]
        codes = pa.chunked_array(parts, known[name].type).combine_chunks().dictionary_encode(null_encoding="encode")
        _, both = np.unique(both * (len(codes.dictionary) + 1) + codes.indices.to_numpy(), return_inverse=True)
    found = np.full(int(both.max(initial=-1)) + 1, -1, dtype=np.int64)
    found[both[wanted.num_rows :]] = np.arange(known.num_rows)
    return found[both[: wanted.num_rows]]
