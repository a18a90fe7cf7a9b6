"""Dates drawn within their periods widen intervals by Rubin's rules; precise dates change nothing."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import mercato
from mercato.errors import SettingsError
from mercato.imputing import BALANCES, COUNTS, DIFFERENCES, RATIOS, over_draws
from mercato.measures import Request, declared
from mercato.settings import Options
from mercato.statistics.imputation import ARCSINE, PLAIN, ROOT, Scale, combine_draws
from mercato.statistics.rates import poisson_interval
from mercato.statistics.ratios import flow_ratio
from mercato.statistics.shares import wilson

Z = 1.959964


def test_rubins_rules_worked_by_hand() -> None:
    """Five draws: 9, 10, 11, 12 and 13, each with a standard error of 1, so that its limits lie 1.959964 away.

    Mean 11. Within: 1. Between: (4 + 1 + 0 + 1 + 4) / 4 = 2.5. Total: 1 + (1 + 1/5) 2.5 = 4, whose root is 2. Degrees
    of freedom: 4 (1 + 1/3)² = 7.11, of which Student's quantile is 2.3576. Half-width: 4.715.
    """
    estimate = np.array([[9.0], [10], [11], [12], [13]])
    told = combine_draws(estimate, estimate - Z, estimate + Z)
    assert float(told.estimate[0]) == 11
    assert float(told.low[0]) == pytest.approx(11 - 4.715, abs=1e-3)
    assert float(told.high[0]) == pytest.approx(11 + 4.715, abs=1e-3)


def naive(draws: list[tuple[float, float, float]], scale: Scale) -> tuple[float, float, float]:
    """Rubin's rules for one cell, in the words of the textbook."""
    there = [[float(scale.there(np.array(value))) for value in draw] for draw in draws]
    m, mean = len(draws), statistics.mean(draw[0] for draw in draws)
    between = (1 + 1 / m) * statistics.variance([point for point, _, _ in there])
    below = statistics.mean(((point - low) / Z) ** 2 for point, low, _ in there)
    above = statistics.mean(((high - point) / Z) ** 2 for point, _, high in there)
    freedom = (m - 1) * (1 + (below + above) / 2 / between) ** 2 if between else math.inf
    t = float(stats.t.ppf(0.975, freedom)) if between else Z
    middle = float(scale.there(np.array(mean)))
    limits = (middle - t * math.sqrt(below + between), middle + t * math.sqrt(above + between))
    return mean, *(float(scale.back(np.array(limit))) for limit in limits)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8), st.sampled_from(["count", "share", "difference"]))
def test_rubins_rules_are_those_of_a_naive_reading(counts: list[int], kind: str) -> None:
    told = wilson(counts, 40) if kind == "share" else poisson_interval(counts)
    scale = {"share": ARCSINE, "count": ROOT, "difference": PLAIN}[kind]
    found = combine_draws(*(side[:, None] for side in (told.estimate, told.low, told.high)), scale)
    wanted = naive(list(zip(told.estimate, told.low, told.high, strict=True)), scale)
    assert [float(side[0]) for side in (found.estimate, found.low, found.high)] == pytest.approx(wanted, rel=1e-5)
    assert found.low[0] <= found.estimate[0] <= found.high[0]


def test_draws_that_agree_have_the_interval_of_each() -> None:
    """10 people: 4.795 to 18.391, Poisson's exact limits, which lie at unlike distances."""
    told = poisson_interval(np.full((20, 1), 10))
    found = combine_draws(told.estimate, told.low, told.high, ROOT)
    assert [float(side[0]) for side in (found.estimate, found.low, found.high)] == pytest.approx(
        [10, 4.795389, 18.390356]
    )


def request(**options: int) -> Request:
    return Request(("x",), (), Options(**{"minimum_people": 1, "minimum_at_risk": 1, **options}))


def drawn(name: str, *draws: list[dict[str, Any]], **options: int) -> list[dict[str, Any]]:
    """The cells over draws, each draw given by its rows."""
    names = list(dict.fromkeys(key for rows in draws for row in rows for key in row))
    types = {n: pa.float64() if n in ("estimate", "low", "high") else pa.int64() for n in names}
    schema = pa.schema([(n, pa.string() if n.startswith("key_") else types[n]) for n in names])
    tables = [pa.Table.from_pylist(rows, schema) for rows in draws]
    return over_draws(tables, declared()[name], request(**options)).to_pylist()


def counted(cell: str, count: int) -> dict[str, Any]:
    told = poisson_interval(count)
    low, high = float(told.low), float(told.high)
    return {"key_year": cell, "estimate": float(count), "low": low, "high": high, "n": count}


def test_a_count_is_0_in_a_draw_without_the_cell() -> None:
    """2021 has 6 and 3 of the two draws; 2022 has 4 in the second alone, so 2 on average; nothing is lost."""
    rows = drawn("flows", [counted("2021", 6)], [counted("2021", 3), counted("2022", 4)])
    assert [(row["key_year"], row["estimate"]) for row in rows] == [("2021", 4.5), ("2022", 2)]
    assert rows[0]["n"] == 4, "4.5 rounded down"
    assert rows[1]["low"] == 0 and rows[1]["high"] > 10.25, "wider than 4 alone, since another draw has 0"


def test_a_share_is_told_of_the_draws_with_people() -> None:
    """Nobody of 2022 is at risk in the first draw: the second alone tells of it, as it would by itself."""
    half = {"key_year": "2022", "months": 24, "at_risk": 8, "estimate": 0.5, "low": 0.215, "high": 0.785, "n": 8}
    none = {**half, "at_risk": 0, "estimate": None, "low": None, "high": None, "n": 3}
    (row,) = drawn("retention", [none], [half])
    assert [row["estimate"], row["low"], row["high"]] == pytest.approx([0.5, 0.215, 0.785])
    (absent,) = drawn("retention", [], [half])
    assert absent["estimate"] == 0.5


def origin(name: str, people: int, hires: int) -> dict[str, Any]:
    share = wilson(people, hires)
    interval = {"estimate": float(share.estimate), "low": float(share.low), "high": float(share.high)}
    return {"key_employer": "Acme", "key_origin": name, "hires": hires, "from_origin": people, **interval, "n": people}


def test_a_share_of_all_hires_is_0_where_none_came_from_there() -> None:
    """Of 10 hires 4 came from Beta and 6 from Delta; in the other draw all 10 are from Beta: 0.7 and 0.3 on average."""
    rows = drawn("origins", [origin("Beta", 4, 10), origin("Delta", 6, 10)], [origin("Beta", 10, 10)])
    assert [(row["key_origin"], row["estimate"]) for row in rows] == [("Beta", 0.7), ("Delta", 0.3)]
    assert [(row["hires"], row["from_origin"]) for row in rows] == [(10, 7), (5, 3)]


def ratio(there: int, back: int) -> dict[str, Any]:
    told = flow_ratio(there, back)
    known = {name: None if np.isnan(v) else float(v) for name, v in vars(told).items()}
    return {"key_origin": "Acme", "moves": there, "moves_back": back, **known, "n": there + back}


def test_a_ratio_keeps_its_lower_limit_where_a_draw_has_nobody_back() -> None:
    """9 to 1 and 10 to 0 are shares of 0.9 and 1: 0.95 on average, that is 19 to 1.

    As angles: estimates 1.249 and 1.571, lower limits 0.841 and 0.982. Within, below: 0.0668, on both sides 0.0382;
    between 20 draws: 1.05 · 0.0273 = 0.0286. Student's quantile of 103 degrees: 1.983. The limit is 1.345 − 1.983 ·
    √0.0954 = 0.733, a share of 0.447, that is 0.81 to 1.
    """
    (row,) = drawn("flow_ratio", *[[ratio(9, 1)], [ratio(10, 0)]] * 10)
    assert row["estimate"] == pytest.approx(19)
    assert row["low"] == pytest.approx(0.81, abs=0.005)
    assert row["high"] is None, "a share of 1 is within the interval"
    (alone,) = drawn("flow_ratio", [ratio(10, 0)], [ratio(10, 0)])
    assert alone["estimate"] is None and alone["high"] is None
    assert alone["low"] == pytest.approx(ratio(10, 0)["low"])


def test_a_cell_of_too_few_people_in_any_draw_is_of_too_few() -> None:
    """9 and 4 people are 6 on average, but 4 is fewer than 5; so is 0 where a draw lacks the cell."""
    rows = drawn("flows", [counted("2021", 9)], [counted("2021", 4), counted("2022", 12)], minimum_people=5)
    assert [row["n"] for row in rows] == [4, 0]
    (row,) = drawn("flow_ratio", [ratio(9, 3)], [ratio(9, 6)], minimum_people=5)
    assert row["n"] == 3, "one of the flows is of three people in one draw"


def test_every_measure_has_a_way_to_be_put_together() -> None:
    shares = {name for name, measure in declared().items() if measure.share}
    rates = {"turnover", "attrition", "restricted_mean_tenure"}
    assert shares.isdisjoint(RATIOS | COUNTS | BALANCES)
    assert set(declared()) == shares | RATIOS | COUNTS | BALANCES | DIFFERENCES | rates


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
        assert drawn == pytest.approx(middle)


def test_every_measure_is_told_over_draws(tmp_path: Path) -> None:
    """With dates known to the day the draws agree, and every figure is what it is without them."""
    with mercato.read(_careers(tmp_path, "{}-03-05", "{}-08-09"), as_of=dt.date(2020, 12, 31)) as market:
        for name in declared():
            middle, drawn = (
                market.measure(name, dates=dates, draws=3, minimum_people=1).to_arrow()
                for dates in ("middle", "impute")
            )
            assert drawn.schema == middle.schema, name
            assert drawn.num_rows == middle.num_rows, name
            for one, other in zip(drawn.to_pylist(), middle.to_pylist(), strict=True):
                assert one == pytest.approx(other, nan_ok=True), name


@pytest.mark.parametrize("draws", [0, 1])
def test_a_single_draw_tells_nothing(tmp_path: Path, draws: int) -> None:
    with (
        mercato.read(_careers(tmp_path, "{}", "{}"), as_of=dt.date(2020, 12, 31)) as market,
        pytest.raises(SettingsError, match="at least 2"),
    ):
        market.measure("retention", dates="impute", draws=draws)
