"""Starts in January: their share with its interval, and a start on 1 January read as its year alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import mercato
from mercato.errors import SettingsError
from mercato.measures.january import january_share

ALL = {"months": 24, "minimum_people": 1, "minimum_at_risk": 0}


def test_the_share_of_january_and_its_interval() -> None:
    """30 of 120 starts; both limits lie well above one in twelve, and 10 of 120 are just what is expected."""
    assert january_share(30, 120) == pytest.approx((0.25, 0.181, 0.334), abs=0.001)
    share, low, high = january_share(10, 120)
    assert share == pytest.approx(1 / 12) and low < 1 / 12 < high


def test_a_start_on_new_years_day_may_be_read_as_the_year(tmp_path: Path) -> None:
    """Anna is there from 1 January 2020 to 15 January 2022. In the middle of the year she is there for 19 months only.

    Bob, who began on 2 January, is left as he is.
    """
    records = tmp_path / "positions.csv"
    records.write_text(
        "person_id,employer_name,start_date,end_date\n"
        "anna,Acme Works,2020-01-01,2022-01-15\nbob,Beta Works,2020-01-02,2022-01-15\n"
    )
    with mercato.read([records]) as market:
        found = {
            rule: {row["employer"]: row["estimate"] for row in market.measure(
                "retention", by=["employer"], january=rule, **ALL).to_arrow().to_pylist()}
            for rule in ("as_given", "year")
        }  # fmt: skip
        with pytest.raises(SettingsError, match="as_given, year"):
            market.measure("retention", january="no")
    assert found["as_given"] == {"Acme Works": 1, "Beta Works": 1}
    assert found["year"] == {"Acme Works": 0, "Beta Works": 1}
