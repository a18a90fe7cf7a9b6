"""Retention of people who are only seen now and then: Turnbull's estimate against the middle between two sightings."""

from __future__ import annotations

import numpy as np

from benchmarks.plan import Plan
from benchmarks.row import Row, Section
from mercato.statistics.survival import kaplan_meier
from mercato.statistics.turnbull import turnbull

PEOPLE, EVERY, UNTIL, MONTHS = 20_000, 18.0, 90.0, (12, 24, 36)
MEAN_TENURE, MOST = 30.0, 1.0
_NOTES = (
    "People who leave at a constant rate, seen when they begin and then about every 18 months until 90: a departure",
    "lies between two sightings. Retention after 12, 24 and 36 months, the largest distance from the truth in points.",
    "Beside: Kaplan-Meier with departures put in the middle.",
)


def sighted(plan: Plan) -> Section:
    """The bias of both, and how far the conditions of a maximum are missed."""
    people = max(2_000, plan.size(PEOPLE))
    random = np.random.default_rng(8)
    tenure = random.exponential(MEAN_TENURE, people)
    seen = np.cumsum(random.uniform(0.6, 1.4, (people, 12)) * EVERY, axis=1)
    seen = np.round(np.where(seen <= UNTIL, seen, np.nan), 0)
    after = np.nanmax(np.where(seen < tenure[:, None], seen, 0.0), axis=1)
    later = np.where(seen >= tenure[:, None], seen, np.inf)
    by = np.nanmin(later, axis=1)
    truth = np.exp(-np.array(MONTHS) / MEAN_TENURE)
    found = turnbull(after, by, times=MONTHS)
    middle = np.where(np.isinf(by), after, (after + by) / 2)
    usual = kaplan_meier(middle, ~np.isinf(by), times=MONTHS).estimate[0]
    bias, other = (100 * float(np.abs(x - truth).max()) for x in (found.estimate[0], usual))
    ok = bias < MOST and bias < other
    rows = (
        Row("bias: retention between sightings, Turnbull", f"< {MOST:g} point",
            f"{bias:.2f} points (middle: {other:.2f})", bias / MOST, ok),
        Row("Turnbull: Kuhn-Tucker conditions missed by at most", "≤ 1e-6", f"{found.gap[0]:.1e}", None,
            bool(found.gap[0] <= 1e-6)),
    )  # fmt: skip
    return Section("Tenures between sightings", rows, _NOTES)
