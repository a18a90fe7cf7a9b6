"""Counts by buckets of people, added up as often as each bucket is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

from mercato.careers.weights import BUCKET, BUCKETS
from mercato.measures.people import row_of

_GROUPED = ("month", "first_day", "exposed")
"""Columns of counts by which they are told, besides keys; all other whole numbers are sums."""
_AT_ONCE = 20


class Buckets:
    """The counts of a measure by buckets of people, in the rows of its counts without them (``whole``)."""

    def __init__(self, whole: Mapping[str, pa.Table], parts: Mapping[str, pa.Table]) -> None:
        self._whole = whole
        self._sums = {name: _matrices(whole[name], table) for name, table in parts.items()}

    def drawn(self, draws: np.ndarray) -> Iterator[dict[str, pa.Table]]:
        """The counts of each draw, which is a column of ``draws`` with how often each bucket is drawn."""
        for first in range(0, draws.shape[1], _AT_ONCE):
            some = draws[:, first : first + _AT_ONCE]
            added = {
                name: {column: matrix @ some for column, matrix in sums.items()} for name, sums in self._sums.items()
            }
            for place in range(some.shape[1]):
                yield {name: self._table(name, added[name], place) for name in added}

    def _table(self, name: str, added: Mapping[str, np.ndarray], place: int) -> pa.Table:
        whole = self._whole[name]
        told = {
            column: pa.array(np.rint(added[column][:, place]).astype(np.int64)) if column in added else whole[column]
            for column in whole.column_names
        }
        return pa.table(told)


def _matrices(whole: pa.Table, parts: pa.Table) -> dict[str, sparse.csr_array]:
    """For each column of sums those of each row of ``whole`` (rows) in each bucket (columns)."""
    sums = [field.name for field in whole.schema if _is_sum(field)]
    others = [name for name in whole.column_names if name not in sums]
    row = row_of(parts, whole, others) if others else np.zeros(parts.num_rows, dtype=np.int64)
    key = f"key_{BUCKET}"
    bucket = parts[key].to_numpy() if key in parts.column_names else np.zeros(parts.num_rows, dtype=np.int64)
    known, shape = row >= 0, (whole.num_rows, BUCKETS)
    places = row[known], bucket[known].astype(np.int64)
    return {
        name: sparse.csr_array((parts[name].to_numpy()[known].astype(np.float64), places), shape=shape) for name in sums
    }


def _is_sum(field: pa.Field) -> bool:
    return pa.types.is_int64(field.type) and not field.name.startswith("key_") and field.name not in _GROUPED
