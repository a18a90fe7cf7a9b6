"""Which ownership counts: the one of each date, or today's applied to the past."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from mercato.settings import Options
from mercato.tables import OWNERSHIP

_ALWAYS = (dt.date(1, 1, 1), dt.date(9999, 12, 31))


def owners_in_force(ownership: pa.Table, as_of: dt.date, options: Options) -> pa.Table:
    """Stretches of ownership (tables.OWNERSHIP): as dated, or those of the as-of date for all time (pro_forma)."""
    if options.ownership == "point_in_time" or not ownership.num_rows:
        return ownership
    day = pa.scalar(as_of, pa.date32())
    now = ownership.filter(pc.and_(pc.less_equal(ownership["from_date"], day), pc.greater(ownership["to_date"], day)))
    since, until = (pa.array([bound] * now.num_rows, pa.date32()) for bound in _ALWAYS)
    return pa.table([now["employer_id"], now["ultimate_id"], since, until], schema=OWNERSHIP.schema)
