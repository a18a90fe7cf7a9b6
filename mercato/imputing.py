"""Coarse dates drawn within their periods: the same cells over several draws, put together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.measures import Measure
from mercato.statistics.imputation import combine_draws

_VALUES = ("estimate", "low", "high")


def with_draws(middle: pa.Table, draws: Iterable[pa.Table], measure: Measure) -> pa.Table:
    """The cells of ``middle`` with the estimate and interval of all draws; its counts stay those of middle dates."""
    aligned = [_aligned(middle, draw, measure) for draw in draws]
    estimate, low, high = (np.array([cells[i] for cells in aligned]) for i in range(len(_VALUES)))
    combined = combine_draws(estimate, low, high)
    bounds = (0.0, 1.0) if measure.share else (None, None)
    for name, value in zip(_VALUES, (combined.estimate, combined.low, combined.high), strict=True):
        place = middle.schema.get_field_index(name)
        middle = middle.set_column(place, name, pa.array(np.clip(value, *bounds), from_pandas=True))
    return middle


def _aligned(middle: pa.Table, draw: pa.Table, measure: Measure) -> list[np.ndarray]:
    """The values of a draw in the order of the cells of ``middle``, NaN where it lacks a cell."""
    names = [name for name in middle.column_names if name in measure.dimensions or name == "months"]
    at = pc.index_in(_keys(middle, names), value_set=_keys(draw, names))
    return [np.asarray(draw[name].cast(pa.float64()).take(at).fill_null(np.nan), dtype=float) for name in _VALUES]


def _keys(table: pa.Table, names: list[str]) -> pa.Array:
    """One text per row that tells its cell."""
    if not names:
        return pa.array([""] * table.num_rows)
    parts = [pc.fill_null(table[name].cast(pa.string()), "\x00") for name in names]
    joined = pc.binary_join_element_wise(*parts, "\x1f")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
