"""What was counted on the way from records to figures, for the chapter on data and method."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from mercato.careers.moves import changes
from mercato.engines import Engine
from mercato.engines.duckdb import DuckDB
from mercato.measures import Facts
from mercato.provenance import Source
from mercato.sources.reading import Reading

_REJECTED = pa.schema(
    [("source", pa.string()), ("column", pa.string()), ("reason", pa.string()), ("count", pa.int64())]
)


def rejects_by_reason(reader: DuckDB, reading: Reading) -> pa.Table:
    """How many records were rejected, by source, column and reason; the values themselves stay behind."""
    reader.open("rejected", [reading.rejects])
    counted = reader.sql(
        'SELECT source_id, coalesce("column", \'\') AS "column", reason, count(*) AS "count" FROM rejected '
        "GROUP BY ALL ORDER BY source_id, 4 DESC, 2, 3"
    )
    names = {source.source_id: source.name for source in reading.sources}
    rows = [(names[row["source_id"]], row["column"], row["reason"], row["count"]) for row in counted.to_pylist()]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, _REJECTED, strict=True)], schema=_REJECTED)


def quality_of(
    engine: Engine, facts: Facts, bulk: pa.Table, sources: Sequence[Source], of_names: dict[str, int]
) -> dict[str, int | float]:
    """Counts of people, employers, spells and moves, and of what the rules of careers touched."""
    totals: dict[str, int | float] = {}
    for source in sources:
        for name, value in source.quality.items():
            totals[name] = totals.get(name, 0) + value
    told = {name: int(values[0].as_py() or 0) for name, values in _columns(engine.run(_of_spells(facts.spells)))}
    changed = {name: int(values[0].as_py() or 0) for name, values in _columns(engine.run(_of_changes(facts.spells)))}
    main = max(told["main_spells"], 1)
    return {
        **totals,
        **told,
        **changed,
        "bulk_transfers": bulk.num_rows,
        **of_names,
        "coarse_share": told["coarse_spells"] / main,
    }


def _columns(table: pa.Table) -> list[tuple[str, pa.ChunkedArray]]:
    return [(name, table[name]) for name in table.column_names]


def _of_spells(s: ir.Table) -> ir.Table:
    def people(flag: ir.BooleanValue) -> ir.Scalar:
        return ibis.ifelse(flag, s.person_id, None).nunique()

    main = s.main_end.notnull()
    return s.aggregate(
        people=s.person_id.nunique(),
        employers=s.employer_id.nunique(),
        spells=s.count(),
        main_spells=main.cast("int64").sum(),
        coarse_spells=(main & s.is_coarse).cast("int64").sum(),
        unknown_start_spells=(main & ~s.start_known).cast("int64").sum(),
        delayed_entry_spells=(main & (s.entry_month > 0)).cast("int64").sum(),
        open_spells=(main & ~s.ended).cast("int64").sum(),
        recalls=(main & s.is_recall).cast("int64").sum(),
        stale_closed=s.closed_stale.cast("int64").sum(),
        main_rule_people=people(s.main_by_rule),
        transfers_in=(s.arrival.isin(["internal", "bulk"])).cast("int64").sum(),
    )


def _of_changes(spells: ir.Table) -> ir.Table:
    made = changes(spells)
    moved = made.arrival == "hire"
    return made.aggregate(
        moves=(moved & (made.gap != "long")).cast("int64").sum(),
        direct_moves=(moved & (made.gap == "direct")).cast("int64").sum(),
        brief_moves=(moved & (made.gap == "brief")).cast("int64").sum(),
        long_moves=(moved & (made.gap == "long")).cast("int64").sum(),
    )
