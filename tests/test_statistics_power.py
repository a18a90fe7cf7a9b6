"""How many people it takes: published numbers, and tests that find the gap as often as promised."""

from __future__ import annotations

import numpy as np
import pytest

from mercato.measures.taking import people_needed
from mercato.report.chapters.taking import open_pair
from mercato.statistics.power import (
    AT_THE_EDGE,
    people_for_intervals,
    people_for_rates,
    people_for_retentions,
    people_for_shares,
    people_to_tell,
    power_to_tell,
)
from mercato.statistics.shares import wilson


def test_80_against_78_percent() -> None:
    """(1.96 + 0.84)² (0.8 · 0.2 + 0.78 · 0.22) / 0.02² = 6,507; with 1.96² alone 3,185, the number often quoted."""
    assert people_for_shares(0.8, 0.78) == 6507
    assert people_for_shares(0.8, 0.78, power=AT_THE_EDGE) == 3185


def test_the_number_of_a_textbook() -> None:
    """Fleiss, Levin & Paik 2003, without continuity correction: 0.6 against 0.5 at 80% takes 387 or so a side."""
    assert people_for_shares(0.6, 0.5) == pytest.approx(387, abs=3)


@pytest.mark.parametrize("power", [0.5, 0.8])
def test_the_gap_is_found_as_often_as_promised(power: float) -> None:
    people = int(people_for_shares(0.7, 0.6, power))
    draw = np.random.default_rng(4)
    a, b = (draw.binomial(people, share, 20_000) / people for share in (0.7, 0.6))
    error = np.sqrt((a * (1 - a) + b * (1 - b)) / people)
    assert np.mean(np.abs(a - b) > 1.959963984540054 * error) == pytest.approx(power, abs=0.02)
    assert power_to_tell(0.7, 0.6, 0.21 / people, 0.24 / people) == pytest.approx(power, abs=0.005)


def test_without_censoring_a_retention_is_a_share() -> None:
    """Greenwood's variance of a share nobody was lost from is p (1 - p) / n; half as much known takes twice as many."""
    variance = 0.8 * 0.2 / 400, 0.78 * 0.22 / 300
    assert people_for_retentions(0.8, 0.78, *variance, 400, 300) == 6507
    assert people_for_retentions(0.8, 0.78, 2 * variance[0], 2 * variance[1], 400, 300) == pytest.approx(13014, abs=1)


def test_rates_and_medians() -> None:
    """0.2 leavers a year against 0.1, each seen for a year: 7.849 · 0.3 / 0.01 = 235.5; seen for two, half of it."""
    assert people_for_rates(0.2, 0.1) == 236
    assert people_for_rates(0.2, 0.1, 2, 2) == 118
    # Medians of 100 people, 30 (28 to 32) and 31 (29 to 33): 7.849 · 2 · 100 · (2 / 1.96)² = 1,634.6.
    assert people_for_intervals(30, 31, (28, 32), (29, 33), 100, 100) == 1635


def test_no_number_of_people_tells_apart_what_is_equal() -> None:
    assert np.isnan(people_for_shares([0.5], [0.5])).all()
    assert np.isnan(people_to_tell(0.5, 0.4, np.nan, 0.2))
    with pytest.raises(ValueError, match="power"):
        people_for_shares(0.5, 0.4, power=1)
    with pytest.raises(ValueError, match="share"):
        people_for_shares(1.5, 0.4)
    with pytest.raises(ValueError, match="exposure"):
        people_for_rates(0.1, 0.2, 0)
    with pytest.raises(ValueError, match="spread"):
        people_to_tell(0.1, 0.2, -1, 1)


def row(name: str, stayed: int, people: int) -> dict[str, object]:
    share = wilson(stayed, people)
    return {
        "employer": name, "estimate": float(share.estimate), "low": float(share.low), "high": float(share.high),
        "n": people,
    }  # fmt: skip


def test_the_comparison_that_stays_open() -> None:
    """First and last where these overlap; else first and second; none where every order is clear."""
    first, second, last = row("A", 80, 100), row("B", 78, 100), row("C", 20, 100)
    assert open_pair([last, second, first], "share") == (first, second)
    assert open_pair([first, second], "share") == (first, second)
    assert open_pair([first, last], "share") is None
    assert open_pair([first], "share") is None


def test_what_it_takes_is_told_from_the_intervals_of_a_page() -> None:
    """Of 400 people each Wilson's intervals are about those of 80% and 78%: about 6,500, and about half of it."""
    needed, edge = people_needed(row("A", 320, 400), row("B", 312, 400))
    assert needed == pytest.approx(6507, rel=0.01)
    assert edge == pytest.approx(3185, rel=0.01)
    assert people_needed(row("A", 320, 400), row("B", 320, 400)) == (None, None)
    assert people_needed({**row("A", 320, 400), "high": None}, row("B", 312, 400)) == (None, None)
