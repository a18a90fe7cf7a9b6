"""How often the intervals of differences, mean tenures and adjusted retentions hold the truth; size of the tests."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks.plan import Plan
from benchmarks.row import Row, Section
from benchmarks.validity.coverage import share_held
from mercato.statistics.comparing import difference, log_rank_pairs, ratio
from mercato.statistics.hazard import Stays, fit, stretches
from mercato.statistics.interval import Interval
from mercato.statistics.lifetable import LifeTable, life_table, survival_of
from mercato.statistics.power import AT_THE_EDGE, people_for_shares
from mercato.statistics.restricted import restricted_mean
from mercato.statistics.standardised import standardised_survival

PEOPLE = (10, 30, 100, 1000)
MARKETS, OF_MODELS = 1000, 200
HORIZON = 24
_KEPT = (0.3, 0.5, 0.8, 0.95)
_SEED = 47
_NOTES = (
    "Stays of 24 months, a third under observation only after some months, all watched for 12 months to six years.",
    "Mean tenure and log-rank: over truths of 30%, 50%, 80% and 95% still there. Differences and ratios: between each",
    "of these and the next. The log-rank test: the share of markets without a difference it calls different at 5%.",
    "Adjusted retention: two employers of n people, of whom 80% and 20% are of a kind that leaves at a third of the",
    "odds of the other; the raw figure of the first misses by what is stated.",
)


def comparing(plan: Plan) -> Section:
    """Coverage of what compares groups, and whether the tests keep to their level and power."""
    rows = []
    for n in PEOPLE:
        rows += _of_curves(n, max(50, plan.size(MARKETS)))
    rows += [_adjusted(n, max(20, plan.size(OF_MODELS))) for n in PEOPLE[1:]]
    rows += [_power(power) for power in (0.8, AT_THE_EDGE)]
    return Section("Comparing groups", tuple(rows), _NOTES)


def _of_curves(n: int, markets: int) -> list[Row]:
    random = np.random.default_rng([_SEED, n])
    tables = [_drawn(random, n, markets, kept) for kept in _KEPT]
    again = [_drawn(random, n, markets, kept) for kept in _KEPT]
    means = [_held(restricted_mean(table)[0], _mean_of(kept)) for table, kept in zip(tables, _KEPT, strict=True)]
    curves = [_retention(table) for table in tables]
    pairs = list(zip(curves, curves[1:], _KEPT, _KEPT[1:], strict=False))
    apart = [_held(difference(a, b), p - q) for a, b, p, q in pairs]
    times = [_held(ratio(a, b), p / q) for a, b, p, q in pairs]
    called = [np.nanmean(log_rank_pairs(a, b).p < 0.05) for a, b in zip(tables, again, strict=True)]
    told = (("mean tenure", means), ("difference of retention", apart), ("ratio of retention", times))
    return [_coverage(name, n, held) for name, held in told] + [
        Row(
            f"log-rank test at 5%, n = {n:,}",
            "≤ 6.5%",
            f"{np.mean(called):.1%} (at worst {np.max(called):.1%})",
            None,
            bool(np.mean(called) <= 0.065),
        )
    ]


def _coverage(name: str, n: int, held: list[float]) -> Row:
    low, high = (0.92, 1.0) if n <= PEOPLE[0] else (0.93, 0.975)
    told = float(np.mean(held))
    reach = f"{low:.0%} to {high:.1%}"
    return Row(
        f"coverage: {name}, n = {n:,}", reach, f"{told:.1%} (at worst {min(held):.1%})", None, low <= told <= high
    )


def _held(found: Interval, truth: float) -> float:
    limits = {name: getattr(found, name).ravel() for name in ("estimate", "low", "high")}
    return share_held(pa.table(limits), truth)


def _retention(table: LifeTable) -> Interval:
    found = survival_of(table, np.array([HORIZON]))
    return Interval(found.estimate[:, 0], found.low[:, 0], found.high[:, 0])


def _mean_of(kept: float) -> float:
    curve = kept ** (np.arange(HORIZON + 1) / HORIZON)
    return float(np.sum((curve[1:] + curve[:-1]) / 2))


def _drawn(random: np.random.Generator, n: int, markets: int, kept: float) -> LifeTable:
    size = (markets, n)
    entry = np.where(random.random(size) < 1 / 3, random.integers(1, HORIZON // 2, size), 0)
    leaving = entry + random.geometric(1 - kept ** (1 / HORIZON), size)
    until = np.maximum(random.integers(HORIZON // 2, 3 * HORIZON, size), entry + 1)
    last, left = np.minimum(leaving, until), leaving <= until
    market, none = np.repeat(np.arange(markets), n), np.zeros(markets * n)
    return life_table(
        np.append(market, market),
        np.append(entry, last),
        np.append(none, left),
        np.append(none, ~left),
        np.append(none + 1, none),
        HORIZON,
        markets,
    )


def _adjusted(n: int, markets: int) -> Row:
    """Two employers: the truth is the mean over both kinds of people, of whom there are as many in all."""
    random = np.random.default_rng([_SEED, n, 1])
    base, more = 0.02, 3.0
    odds = np.array([[base, base * more], [base * 1.5, base * 1.5 * more]])
    chance = odds / (1 + odds)
    truth = ((1 - chance) ** HORIZON).mean(axis=1)
    held, missed = [], []
    for _ in range(markets):
        employer = np.repeat([0, 1], n)
        kind = (np.arange(2 * n) % 5 < np.where(employer == 0, 4, 1)).astype(np.int64)
        leaving = random.geometric(chance[employer, kind])
        until = random.integers(HORIZON // 2, 3 * HORIZON, 2 * n)
        last, left = np.minimum(leaving, until), leaving <= until
        stays = Stays((employer, kind), np.zeros(2 * n, dtype=np.int64), last, left, np.ones(2 * n))
        found = standardised_survival(fit(stays, stretches(last, left, np.ones(2 * n), HORIZON)), stays, HORIZON)
        held += ((found.low <= truth) & (truth <= found.high))[~np.isnan(found.low)].tolist()
        missed.append(((1 - chance) ** HORIZON)[0] @ [0.2, 0.8] - truth[0])
    told = float(np.mean(held))
    what = f"coverage: adjusted retention, 2 × n = {n:,} (raw misses by {100 * np.mean(missed):+.0f} points)"
    return Row(what, "93% to 97.5%", f"{told:.1%}", None, 0.93 <= told <= 0.975)


def _power(power: float) -> Row:
    """Whether 80% is told from 78% as often as promised with the people that are said to be needed."""
    people = int(people_for_shares(0.8, 0.78, power))
    random = np.random.default_rng([_SEED, people])
    a, b = (random.binomial(people, share, 20_000) / people for share in (0.8, 0.78))
    found = float(np.mean(np.abs(a - b) > 1.959963984540054 * np.sqrt((a * (1 - a) + b * (1 - b)) / people)))
    what = f"80% told from 78% with {people:,} people on each side"
    return Row(what, f"{power:.0%} ± 1", f"{found:.1%}", None, abs(found - power) < 0.01)
