"""How many people are behind each cell, counted once each."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures.declare import Request

_OF_ONE_EMPLOYER = {"employer", "origin", "destination"}


def summed(table: ir.Table, by: Sequence[str], **sums: ir.Scalar) -> ir.Table:
    """The sums of each group of rows, or of all rows where there is nothing to group by; a sum of nothing is 0."""
    told = table.group_by(list(by)).aggregate(**sums) if by else table.aggregate(**sums)
    return told.mutate(**{name: told[name].fill_null(0) for name in sums})


def summed_with_people(table: ir.Table, request: Request, **sums: ir.Scalar) -> ir.Table:
    """The sums of each cell of a request, and ``people``: how many there are among its rows, each counted once.

    In a cell of one employer only people who came back to one can stand twice, so that only they are told apart. The
    cells come in the order of their keys.
    """
    by = [f"key_{name}" for name in request.by]
    if not _OF_ONE_EMPLOYER & set(request.by):
        told = summed(table, by, **sums, people=table.person_id.nunique().cast("int64"))
        return told.order_by(by) if by else told
    cells = summed(table, by, **sums, once=ibis.ifelse(table.returns, 0, 1).sum().cast("int64"))
    back = table.filter(table.returns)
    again = summed(back, by, again=back.person_id.nunique().cast("int64"))
    again = again.rename({f"again_{key}": key for key in by})
    joined = cells.left_join(again, [cells[key].identical_to(again[f"again_{key}"]) for key in by])
    return joined.select(*by, *sums, people=joined.once + joined.again.fill_null(0)).order_by(by)


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
