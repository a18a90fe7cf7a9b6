"""How often the 95% intervals of the measures hold the truth, in simulated markets of few and of many people."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks.plan import Plan
from benchmarks.row import Row, Section
from benchmarks.validity.markets import CASES, Case

PEOPLE = (10, 30, 100, 1000)
MARKETS, MARKETS_OF_EXACT = 1000, 10_000
_SEED = 20
_FEW = 10
_NOTES = (
    f"Each row is {MARKETS:,} simulated markets for each of several truths (say, shares from 2% to 95%), with n people",
    "in each; the counts drawn go through the figures of the measure itself. The first number is over all of them, the",
    "one in brackets that of the truth that fares worst. A limit that is not determined is no limit.",
    "The bounds are 93% to 97.5% from n = 30 on, 92% at n = 10; intervals that are exact hold the truth in at least",
    "95% whatever it is, and are wider than that where counts are few: so near the bound they are tried in",
    f"{MARKETS_OF_EXACT:,} markets, and judged with two standard errors of that number of draws.",
)


def coverage(plan: Plan) -> Section:
    """The share of intervals that hold the truth, by measure and number of people."""
    rows = [
        _row(case, n, max(50, plan.size(MARKETS_OF_EXACT if case.exact else MARKETS))) for case in CASES for n in PEOPLE
    ]
    return Section("Coverage of 95% intervals", tuple(rows), _NOTES)


def _row(case: Case, n: int, markets: int) -> Row:
    held = np.array([_held(case, n, markets, place) for place in range(len(case.truths))])
    told, worst = held.mean(), held.min()
    low, high = bounds(case, n)
    what = f"coverage: {case.name}{', exact' if case.exact else ''}, n = {n:,}"
    measured = f"{told:.1%}" + (f" (at worst {worst:.1%})" if len(held) > 1 else "")
    chance = 2 * (low * (1 - low) / (markets * len(held))) ** 0.5 if case.exact else 0.0
    reach = f"≥ {low:.0%}" if high >= 1 else f"{low:.0%} to {high:.1%}"
    return Row(what, reach, measured, None, bool(low - chance <= told <= high))


def bounds(case: Case, n: int) -> tuple[float, float]:
    """Within which the coverage has to lie."""
    if case.exact:
        return 0.95, 1.0
    return (0.92, 1.0) if n <= _FEW else (0.93, 0.975)


def _held(case: Case, n: int, markets: int, place: int) -> float:
    random = np.random.default_rng([_SEED, n, place, *case.name.encode()])
    table, truth = case.draw(random, n, markets, case.truths[place])
    return share_held(table, truth, case.columns)


def share_held(table: pa.Table, truth: float, columns: tuple[str, str, str] = ("estimate", "low", "high")) -> float:
    """The share of rows whose interval holds the truth, among those with at least one limit."""
    _, low, high = (table[name].cast(pa.float64()).fill_null(np.nan).to_numpy() for name in columns)
    known = ~(np.isnan(low) & np.isnan(high))
    slack = 1e-12 * abs(truth)
    inside = (np.isnan(low) | (low <= truth + slack)) & (np.isnan(high) | (truth - slack <= high))
    return float(inside[known].mean()) if known.any() else float("nan")
