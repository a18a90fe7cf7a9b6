"""Dates drawn within their periods widen intervals by Rubin's rules; precise dates change nothing."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path

import numpy as np
import pytest

import mercato
from mercato.statistics.imputation import combine_draws


def test_rubins_rules_worked_by_hand() -> None:
    """Estimates 0.4 and 0.6, each ± 0.1. Mean 0.5; variance between draws 0.02; z² (1 + 1/2) 0.02 = 0.11524.

    Half-width: √(0.1² + 0.11524) = 0.35390.
    """
    told = combine_draws(np.array([[0.4], [0.6]]), np.array([[0.3], [0.5]]), np.array([[0.5], [0.7]]))
    assert float(told.estimate[0]) == pytest.approx(statistics.mean([0.4, 0.6]))
    assert float(told.low[0]) == pytest.approx(0.5 - 0.35390, abs=1e-4)
    assert float(told.high[0]) == pytest.approx(0.5 + 0.35390, abs=1e-4)


def _careers(folder: Path, start: str, end: str) -> Path:
    rows = ["person_id,employer,start_date,end_date"]
    rows += [f"p{i},Acme,{start.format(2010 + i % 5)},{end.format(2012 + i % 6)}" for i in range(60) if i % 6 >= i % 5]
    (folder / "careers.csv").write_text("\n".join(rows), "utf-8")
    return folder / "careers.csv"


@pytest.mark.parametrize(("start", "end", "widens"), [("{}", "{}", True), ("{}-03-05", "{}-08-09", False)])
def test_only_coarse_dates_are_drawn(tmp_path: Path, start: str, end: str, widens: bool) -> None:
    with mercato.read(_careers(tmp_path, start, end), as_of=dt.date(2020, 12, 31)) as market:
        middle, drawn, again = (
            market.measure("retention", dates=dates, draws=5).to_arrow().to_pylist()[0]
            for dates in ("middle", "impute", "impute")
        )
    assert drawn == again
    if widens:
        assert abs(drawn["estimate"] - middle["estimate"]) > 0.01
    else:
        assert drawn["estimate"] == pytest.approx(middle["estimate"])
        assert drawn["high"] - drawn["low"] == pytest.approx(middle["high"] - middle["low"])
