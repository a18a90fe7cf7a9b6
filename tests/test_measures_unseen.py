"""People who came under observation after they had left were never at risk, nor there to be counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import mercato
from mercato.settings import Options, Settings

ALL = Settings(options=Options(minimum_people=1, minimum_at_risk=1))


def test_who_was_first_seen_after_leaving_is_not_counted(tmp_path: Path) -> None:
    """anna was seen a year after she left, bob on the first day gone, cleo all along; each stayed 24 months.

    At 12 months cleo alone is at risk and stays; at 24 she has left.
    """
    (tmp_path / "careers.csv").write_text(
        "person_id,employer,start_date,end_date,observed_from\n"
        "anna,Acme,2010-01-01,2012-01-01,2013-01-01\n"
        "bob,Acme,2010-01-01,2012-01-01,2012-01-01\n"
        "cleo,Acme,2010-01-01,2012-01-01,\n",
        "utf-8",
    )
    with mercato.read(tmp_path / "careers.csv", ALL, as_of=dt.date(2015, 12, 31)) as market:
        retained = market.measure("retention", months="12,24").to_arrow().to_pylist()
        there = market.measure("headcount", ["year"]).to_arrow().to_pylist()
    assert [(row["at_risk"], row["events"], row["estimate"], row["n"]) for row in retained] == [
        (1, 0, 1, 1),
        (1, 1, 0, 1),
    ]
    assert [(row["year"], row["n"]) for row in there] == [("2010", 1), ("2011", 1)]
