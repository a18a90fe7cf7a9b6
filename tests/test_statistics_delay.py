"""Reporting delays: small triangles worked out by hand, a naive count of every event, and simulated late reports."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.statistics.delay import Triangle, nowcast, reporting_delays, triangle
from mercato.statistics.grading import graded


def told(rows: list[tuple[int, int, int, int]], vintages: list[int]) -> Triangle:
    """A triangle of rows (month, vintage, known, kept)."""
    return triangle(*np.array(rows, dtype=np.int64).reshape(-1, 4).T, vintages)


def of_events(events: list[tuple[int, int]], vintages: list[int]) -> Triangle:
    """The triangle of events (month, delay in months) that are never withdrawn."""
    rows = []
    for place, last in enumerate(vintages):
        for month in {m for m, _ in events if m <= last}:
            known = sum(m == month and m + delay <= last for m, delay in events)
            before = sum(m == month and place > 0 and m + delay <= vintages[place - 1] for m, delay in events)
            rows.append((month, place, known, before))
    return told([row for row in rows if row[2]], vintages)


def test_three_vintages_by_hand() -> None:
    # Month 100 has 6, 9 and 10 events in the three vintages; month 101 has 5 and 10. A month after, 3 + 5 of 9 + 10 are
    # new; two months after, 1 of 10. So 9/10 are known a month after, and 9/10 × 11/19 at once.
    made = reporting_delays(told([(100, 0, 6, 0), (100, 1, 9, 6), (101, 1, 5, 0), (100, 2, 10, 9), (101, 2, 10, 5)],
                                 [100, 101, 102]))  # fmt: skip
    assert made.completeness == pytest.approx([9 / 10 * 11 / 19, 9 / 10, 1])
    # Greenwood: new / (known × (known - new)), added over the greater delays.
    assert made.log_variance == pytest.approx([8 / (19 * 11) + 1 / (10 * 9), 1 / (10 * 9), 0])
    assert (made.known, made.late) == (29, 9)


def test_what_is_withdrawn_by_hand() -> None:
    # Of 10 known at once, 2 are gone a month after and 4 have come: 8/12 reported, 8/10 kept; so 10/12 of what will be.
    made = reporting_delays(told([(100, 0, 10, 0), (100, 1, 12, 8)], [100, 101]))
    assert made.reported == pytest.approx([8 / 12, 1])
    assert made.kept == pytest.approx([8 / 10, 1])
    assert made.completeness == pytest.approx([10 / 12, 1])
    assert nowcast(10, 0, made).estimate == pytest.approx(12)


def test_a_month_without_late_reports_is_complete() -> None:
    made = reporting_delays(told([(100, 0, 7, 0), (100, 1, 7, 7)], [100, 101]))
    assert made.completeness == pytest.approx([1, 1])
    complete = nowcast(7, 0, made)
    assert (complete.estimate, complete.low, complete.high) == (7, 7, 7)


def test_nothing_is_told_where_nothing_was_known_at_once() -> None:
    made = reporting_delays(told([(100, 1, 9, 0)], [100, 101]))
    found = nowcast([3, 0], [0, 0], made)
    assert np.isnan([found.estimate, found.low, found.high]).all()
    assert nowcast(9, 1, made).estimate == 9


@pytest.mark.parametrize("vintages", [[], [100]])
def test_one_vintage_tells_of_no_delay(vintages: list[int]) -> None:
    made = reporting_delays(told([(100, 0, 9, 0)] if vintages else [], vintages))
    assert (made.known, made.late, made.longest) == (0, 0, 0)


def test_vintages_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        told([], [101, 100])
    with pytest.raises(ValueError, match="ascend"):
        told([], [100, 100])


def test_delays_longer_than_the_window_are_not_waited_for() -> None:
    late = [(100, 0)] * 4 + [(100, 1)] * 4 + [(100, 30)] * 90
    made = reporting_delays(of_events(late, [100, 101, 131]), longest=24)
    assert made.completeness[0] == pytest.approx(1 / 2 * made.completeness[1])
    assert made.longest == 24


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(90, 105), st.integers(0, 8)), min_size=1, max_size=60), st.integers(2, 8))
def test_monthly_vintages_against_every_event_looked_at(events: list[tuple[int, int]], count: int) -> None:
    """P(delay = x | delay ≤ x), naively: events of that delay among those of no greater one, where both can be seen."""
    vintages = list(range(106 - count, 106))
    made = reporting_delays(of_events(events, vintages))
    size = made.longest + 1
    naive = np.ones(size)
    for x in range(size - 2, -1, -1):
        seen = [(m, d) for m, d in events for a, b in pairwise(vintages) if b - m == x + 1 and a - m == x]
        new, known = sum(d == x + 1 for _, d in seen), sum(d <= x + 1 for _, d in seen)
        naive[x] = naive[x + 1] * (1 - (new / known if known else 0))
    assert made.completeness == pytest.approx(naive, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(95, 105), st.integers(0, 20)), max_size=40),
    st.sets(st.integers(92, 106), min_size=1, max_size=6),
)
def test_bounds_hold_whatever_is_known(events: list[tuple[int, int]], days: set[int]) -> None:
    vintages = sorted(days)
    delays = reporting_delays(of_events(events, vintages))
    assert np.all((delays.reported >= 0) & (delays.reported <= 1 + 1e-9))
    assert np.all(np.diff(delays.reported) >= -1e-9)
    assert np.all(delays.log_variance >= 0)
    found = nowcast(np.arange(5), np.arange(5), delays)
    known = ~np.isnan(found.estimate)
    assert np.all(np.isfinite(found.high[known]))
    assert np.all((found.low <= found.estimate)[known] & (found.estimate <= found.high)[known])


DELAYS = np.array([0.35, 0.2, 0.15, 0.1, 0.08, 0.06, 0.04, 0.02])


@pytest.mark.parametrize(("step", "count"), [(1, 10), (3, 5), (6, 4)])
def test_late_reports_are_made_up_for(step: int, count: int) -> None:
    """Over many draws the nowcast of the newest months is right on average, and its interval holds the truth."""
    random, errors, held = np.random.default_rng(4), [], []
    vintages = list(range(200 - step * (count - 1), 201, step))
    for _ in range(60):
        truth, rows = {}, []
        for month in range(150, 201):
            delay = random.choice(len(DELAYS), truth.setdefault(month, int(random.poisson(150))), p=DELAYS)
            known = [int((month + delay <= last).sum()) if month <= last else 0 for last in vintages]
            rows += [(month, k, n, known[k - 1] if k else 0) for k, n in enumerate(known) if n]
        made = told(rows, vintages)
        months = np.arange(195, 201)
        found = nowcast(made.counted(months), 200 - months, reporting_delays(made))
        whole = np.array([truth[month] for month in months])
        errors.append(found.estimate - whole)
        held.append((found.low <= whole) & (whole <= found.high))
    assert abs(np.mean(errors)) / 150 < 0.02
    assert 0.92 <= np.mean(held) <= 1


def test_past_nowcasts_are_graded() -> None:
    events = [(month, delay) for month in range(80, 101) for delay, often in enumerate((6, 3, 1)) for _ in range(often)]
    grades = graded(of_events(events, list(range(90, 101))))
    # Every month has 10 events: 6 known at once, 9 a month after; each nowcast says 10.
    assert grades.counted[:3] / grades.months[:3] == pytest.approx([6, 9, 10])
    assert grades.told / grades.months == pytest.approx(np.full(len(grades.age), 10))
    assert np.array_equal(grades.covered, grades.months)


def test_too_few_vintages_are_not_graded() -> None:
    assert not len(graded(of_events([(100, 0)], [100, 101])).age)
