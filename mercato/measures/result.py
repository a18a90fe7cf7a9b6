"""Putting the columns of a figure together."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def columns(keys: pa.Table, **values: np.ndarray) -> pa.Table:
    """A table of the key columns and then ``values``, with NaN as null."""
    told = {name: keys.column(name) for name in keys.column_names}
    return pa.table(told | {name: pa.array(np.asarray(value), from_pandas=True) for name, value in values.items()})


def repeated(table: pa.Table, times: int) -> pa.Table:
    """Each row of a table so many times, one after the other."""
    if not table.num_columns:
        return table
    return table.take(pa.array(np.repeat(np.arange(table.num_rows), times)))
