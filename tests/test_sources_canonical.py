"""Parquet that Mercato wrote is read in place; a mark on a file whose values say otherwise is not believed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import mercato
from mercato.sources.canonical import MARK
from mercato.tables import POSITIONS


def _positions(folder: Path, last_end: dt.date | None) -> Path:
    rows = [
        {
            "person_id": f"p{i}",
            "employer_name": "Acme",
            "title": "engineer",
            "start_date": dt.date(2015, 1, 1),
            "start_precision": "day",
            "end_date": last_end if i == 9 else dt.date(2018, 1, 1),
            "end_precision": "day",
            "source_id": 0,
            "record": i + 1,
        }
        for i in range(10)
    ]
    table = pa.Table.from_pylist(rows, schema=POSITIONS.schema).replace_schema_metadata(MARK)
    pq.write_table(table, folder / "positions.parquet")
    return folder / "positions.parquet"


@pytest.mark.parametrize(("end", "rejected"), [(dt.date(2018, 1, 1), 0), (dt.date(2014, 1, 1), 1)])
def test_marked_positions_are_believed_only_where_they_can_be(tmp_path: Path, end: dt.date, rejected: int) -> None:
    with mercato.read(_positions(tmp_path, end)) as market:
        source = market.sources[0]
        hires = market.measure("hires", by=["year"]).to_arrow().to_pylist()
    assert (source.read, source.accepted, source.rejected) == (10, 10 - rejected, rejected)
    assert ("written by Mercato" in " ".join(source.notes)) is (rejected == 0)
    assert [(row["year"], row["estimate"]) for row in hires if row["estimate"]] == [("2015", 10 - rejected)]
