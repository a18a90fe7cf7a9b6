"""Many markets at once with a known truth: the counts that the measures' estimators see, an employer per market."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from mercato.measures.balance import NET_FLOW
from mercato.measures.declare import Facts, Measure, Request
from mercato.measures.hiring import ENTRY_SHARE, ORIGINS
from mercato.measures.keeping import COHORT_RETENTION, RETENTION
from mercato.measures.leaving import DESTINATIONS
from mercato.measures.tempo import ATTRITION, HIRES, SEPARATIONS, TURNOVER
from mercato.measures.winning import FLOW_RATE_RATIO, FLOW_RATIO, FLOWS

YEAR = 2024
HORIZON = 24
_FIRST = YEAR * 12
_DAYS = 365.25
_NONE = ibis.table({"none": "int64"}, name="none")
_FACTS = Facts(_NONE, _NONE, _NONE, pa.table({}), dt.date(YEAR, 12, 31))
_NEVER = pa.table({"key_employer": pa.array([], pa.int64()), "again": pa.array([], pa.int64())})

Draw = Callable[[np.random.Generator, int, int, Any], tuple[pa.Table, float]]
"""From random numbers, people per market, markets, one truth: the figures, a row per market, and their true value."""


@dataclass(frozen=True)
class Case:
    """A measure whose interval is tried: at several truths, ``columns`` being its estimate and limits.

    exact: the interval holds the truth at least as often as it says, whatever the truth.
    """

    name: str
    draw: Draw
    truths: tuple[Any, ...]
    exact: bool = False
    columns: tuple[str, str, str] = ("estimate", "low", "high")


def _told(measure: Measure, by: tuple[str, ...], **counted: pa.Table) -> pa.Table:
    return measure.figures(counted, _FACTS, Request(by))


def _markets(markets: int, times: int = 1) -> np.ndarray:
    return np.repeat(np.arange(markets), times)


def _stays(random: np.random.Generator, n: int, markets: int, kept: float, watched: bool) -> tuple[pa.Table, float]:
    """Stays with one rate of leaving; unless ``watched`` a third is entered late, and all are censored at some time."""
    rate = 1 - kept ** (1 / (HORIZON + 1))
    size = (markets, n)
    tenure = random.geometric(rate, size) - 1
    entry = np.zeros(size, dtype=np.int64)
    until = np.full(size, HORIZON + 1)
    if not watched:
        entry = np.where(random.random(size) < 1 / 3, random.integers(1, HORIZON // 2, size), 0)
        tenure = np.where(entry > 0, tenure + entry + 1, tenure)
        until = np.maximum(random.integers(HORIZON // 2, 3 * HORIZON, size), entry + 1)
    left = tenure <= until
    month = np.minimum(np.where(left, tenure, until), HORIZON + 1)
    left &= tenure <= HORIZON
    cells = _counted(entry, month, left)
    return _told(RETENTION, ("employer",), cells=cells, again=_NEVER), kept


def _counted(entry: np.ndarray, month: np.ndarray, left: np.ndarray) -> pa.Table:
    """How many stays of each market, a row of the arrays, there are of each month and entry, and how many ended."""
    width, markets = HORIZON + 2, len(month)
    code = (np.arange(markets)[:, None] * width + month) * width + entry
    known, place = np.unique(code, return_inverse=True)
    stays, gone = (np.bincount(place.ravel(), weight.ravel()).astype(int) for weight in (np.ones(code.shape), left))
    return pa.table({"key_employer": known // width**2, "month": known // width % width, "entry": known % width,
                     "stays": stays, "left": gone})  # fmt: skip


def retention(random: np.random.Generator, n: int, markets: int, kept: float) -> tuple[pa.Table, float]:
    """Everybody under observation from the first day to the horizon."""
    return _stays(random, n, markets, kept, watched=True)


def retention_late(random: np.random.Generator, n: int, markets: int, kept: float) -> tuple[pa.Table, float]:
    """A third under observation only after some months, and everybody until some time from half the horizon on."""
    return _stays(random, n, markets, kept, watched=False)


def destinations(random: np.random.Generator, n: int, markets: int, gone: float) -> tuple[pa.Table, float]:
    """Half leave by the horizon, ``gone`` of all for one kind of employer; as in the other case, a third comes late."""
    rate = 1 - 0.5 ** (1 / (HORIZON + 1))
    size = (markets, n)
    entry = np.where(random.random(size) < 1 / 3, random.integers(1, HORIZON // 2, size), 0)
    tenure = random.geometric(rate, size) - 1
    tenure = np.where(entry > 0, tenure + entry + 1, tenure)
    until = np.maximum(random.integers(HORIZON // 2, 3 * HORIZON, size), entry + 1)
    left = (tenure <= until) & (tenure <= HORIZON)
    month = np.minimum(np.where(tenure <= until, tenure, until), HORIZON + 1)
    there = left & (random.random(size) < gone / 0.5)
    went = _counted(entry, month, there)
    none = pa.table({"key_employer": _markets(markets), "month": np.zeros(markets, int),
                     "entry": np.zeros(markets, int), "left": np.zeros(markets, int)})  # fmt: skip
    lines = pa.concat_tables([none, went.select(none.column_names)]).sort_by("key_employer")
    lines = lines.append_column("key_destination_kind", pa.array(["ai_lab"] * lines.num_rows))
    lines = lines.append_column("back", pa.array(np.zeros(lines.num_rows, int)))
    people = lines.slice(0, 0).append_column("people", pa.array([], pa.int64()))
    told = _told(DESTINATIONS, ("employer", "destination_kind"), cells=_counted(entry, month, left), gone=lines,
                 people=people)  # fmt: skip
    return told, gone


def cohort_retention(random: np.random.Generator, n: int, markets: int, kept: float) -> tuple[pa.Table, float]:
    stayed = random.binomial(n, kept, markets)
    cells = pa.table({"key_employer": _markets(markets), "joined": np.full(markets, n), "stayed": stayed,
                      "lost": np.zeros(markets, int), "people": np.full(markets, n)})  # fmt: skip
    return _told(COHORT_RETENTION, ("employer",), cells=cells), kept


def origins(random: np.random.Generator, n: int, markets: int, share: float) -> tuple[pa.Table, float]:
    came = random.binomial(n, share, markets)
    both = np.column_stack([came, n - came]).ravel()
    cells = pa.table({"key_employer": _markets(markets, 2), "key_origin": np.tile([0, 1], markets),
                      "from_origin": both, "people": both})  # fmt: skip
    told = _told(ORIGINS, ("employer", "origin"), cells=cells)
    return told.take(pa.array(np.arange(0, 2 * markets, 2))), share


def entry_share(random: np.random.Generator, n: int, markets: int, share: float) -> tuple[pa.Table, float]:
    cells = pa.table({"key_employer": _markets(markets), "hires": np.full(markets, n),
                      "entry_hires": random.binomial(n, share, markets), "people": np.full(markets, n)})  # fmt: skip
    return _told(ENTRY_SHARE, ("employer",), cells=cells), share


def entry_index(random: np.random.Generator, n: int, markets: int, index: float) -> tuple[pa.Table, float]:
    """Entry hires of a base year, about n, and of a year after it."""
    base = Request(()).options.base_year
    entry = np.column_stack([random.poisson(n, markets), random.poisson(n * index, markets)]).ravel()
    cells = pa.table({"key_employer": _markets(markets, 2), "key_year": np.tile([base, base + 1], markets),
                      "hires": entry * 2, "entry_hires": entry, "people": entry * 2})  # fmt: skip
    told = _told(ENTRY_SHARE, ("employer", "year"), cells=cells)
    return told.take(pa.array(np.arange(1, 2 * markets, 2))), index


def flows(random: np.random.Generator, n: int, markets: int, part: float) -> tuple[pa.Table, float]:
    moves = random.poisson(n * part, markets)
    cells = pa.table({"key_origin": _markets(markets), "key_destination": _markets(markets), "moves": moves,
                      "people": moves})  # fmt: skip
    return _told(FLOWS, ("origin", "destination"), cells=cells), n * part


def _there_and_back(there: np.ndarray, back: np.ndarray) -> pa.Table:
    size = len(there)
    return pa.table({"key_origin": _markets(size), "key_destination": _markets(size) + size, "moves": there,
                     "moves_back": back, "people": there + back})  # fmt: skip


def flow_ratio(random: np.random.Generator, n: int, markets: int, ratio: float) -> tuple[pa.Table, float]:
    there = random.binomial(n, ratio / (1 + ratio), markets)
    return _told(FLOW_RATIO, ("origin", "destination"), cells=_there_and_back(there, n - there)), ratio


def flow_rate_ratio(random: np.random.Generator, n: int, markets: int, ratio: float) -> tuple[pa.Table, float]:
    """About n moves, between an employer and another that is three times as large."""
    years = np.repeat([2.0 * n, 6.0 * n], markets)
    back = n / (ratio / 3 + 1)
    cells = _there_and_back(random.poisson(n - back, markets), random.poisson(back, markets))
    exposure = pa.table({"exposed": np.arange(2 * markets), "days": years * _DAYS})
    return _told(FLOW_RATE_RATIO, ("origin", "destination"), cells=cells, exposure=exposure), ratio


def _monthly(markets: int, month: np.ndarray, first_day: bool, **counts: np.ndarray) -> pa.Table:
    """Cells as ``monthly_counts`` makes them, from counts of shape (markets, months); what is not told is 0."""
    size, told = (markets, len(month)), dict.fromkeys(("came", "fresh", "hires", "direct", "gone", "separations"), None)
    cells = {name: np.zeros(size, int) if counts.get(name) is None else counts[name] for name in told}
    return pa.table({"key_employer": _markets(markets, len(month)), "month": np.tile(month, markets),
                     "first_day": np.full(markets * len(month), int(first_day)),
                     **{name: count.ravel() for name, count in cells.items()}})  # fmt: skip


def _in_order(*cells: pa.Table) -> pa.Table:
    return pa.concat_tables(cells).sort_by([(name, "ascending") for name in ("key_employer", "month", "first_day")])


def net_flow(random: np.random.Generator, n: int, markets: int, arriving: float) -> tuple[pa.Table, float]:
    """About n moves in a year, such a part of them arrivals, at an employer of n people at its beginning."""
    arrivals, departures = random.poisson(n * arriving, markets), random.poisson(n * (1 - arriving), markets)
    stock = np.full((markets, 1), n)
    cells = _monthly(markets, np.array([_FIRST]), True, came=stock, fresh=stock)
    moved = pa.table({"key_employer": _markets(markets), "arrivals": arrivals, "departures": departures,
                      "people": arrivals + departures})  # fmt: skip
    return _told(NET_FLOW, ("employer",), moves=moved, cells=cells), 100 * (2 * arriving - 1)


def _events(which: str, measure: Measure) -> Draw:
    def draw(random: np.random.Generator, n: int, markets: int, part: float) -> tuple[pa.Table, float]:
        """About n people whose events fall in any of twelve months."""
        counts = random.poisson(n * part / 12, (markets, 12))
        cells = _monthly(markets, _FIRST + np.arange(12), False, came=counts, fresh=counts, **{which: counts})
        return _told(measure, ("employer",), cells=cells, again=_NEVER), n * part

    return draw


@dataclass(frozen=True)
class _Staff:
    """A year at employers: people there on its first day, and those who come in it, leaving at one yearly rate."""

    begin: int
    coming: float
    leaving: float

    @classmethod
    def of(cls, n: int, truth: tuple[float, float]) -> _Staff:
        """About n people, ``truth`` being the yearly rates of leaving and of joining."""
        leaving, joining = truth
        begin = max(1, round(n / (1 + joining)))
        return cls(begin, joining * begin, leaving)

    def cells(self, random: np.random.Generator, markets: int) -> pa.Table:
        late = random.poisson(self.coming, markets)
        market = np.concatenate([np.repeat(np.arange(markets), self.begin), np.repeat(np.arange(markets), late)])
        came = np.concatenate([np.zeros(markets * self.begin), random.random(int(late.sum())) * 12])
        left = came + random.standard_exponential(len(came)) * 12 / self.leaving
        coming, going = (
            np.bincount((market * 12 + day.astype(int))[kept], minlength=markets * 12).reshape(markets, 12)
            for day, kept in ((came, came > 0), (np.minimum(left, 12), left < 12))
        )
        there = np.full((markets, 1), self.begin)
        return _in_order(
            _monthly(markets, np.array([_FIRST]), True, came=there, fresh=there),
            _monthly(markets, _FIRST + np.arange(12), False, came=coming, fresh=coming, hires=coming, gone=going,
                     separations=going),
        )  # fmt: skip

    def left(self, until: np.ndarray | float) -> np.ndarray:
        """How many are expected to have left by a part of the year."""
        gone = 1 - np.exp(-self.leaving * np.asarray(until))
        return np.asarray(self.begin * gone + self.coming * (until - gone / self.leaving))

    def stock(self, at: np.ndarray | float) -> np.ndarray:
        """How many are expected to be there."""
        return np.asarray(self.begin + self.coming * np.asarray(at) - self.left(at))


def turnover(random: np.random.Generator, n: int, markets: int, truth: tuple[float, float]) -> tuple[pa.Table, float]:
    staff = _Staff.of(n, truth)
    told = _told(TURNOVER, ("employer", "year"), cells=staff.cells(random, markets))
    return told, float(staff.left(1) / (staff.stock(0) + staff.stock(1)) * 2)


def attrition(random: np.random.Generator, n: int, markets: int, truth: tuple[float, float]) -> tuple[pa.Table, float]:
    staff = _Staff.of(n, truth)
    everybody = pa.table({"key_employer": _markets(markets), "people": np.full(markets, n)})
    told = _told(ATTRITION, ("employer",), cells=staff.cells(random, markets), people=everybody)
    return told, float(staff.left(1) / staff.stock(np.arange(12) / 12).mean())


_SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.64, 0.8, 0.95, 0.99)
_RATES = ((0.05, 0.1), (0.1, 0.1), (0.2, 0.3), (0.4, 0.2), (0.6, 0.8), (1.0, 1.0), (1.5, 1.5))
CASES = (
    Case("retention", retention, (0.3, 0.5, 0.64, 0.8, 0.9, 0.95)),
    Case("retention, late entry and censoring", retention_late, (0.3, 0.5, 0.64, 0.8, 0.9, 0.95)),
    Case("destinations, late entry and censoring", destinations, (0.02, 0.05, 0.1, 0.25, 0.45)),
    Case("cohort_retention", cohort_retention, _SHARES),
    Case("flow_ratio", flow_ratio, (0.1, 0.5, 1, 2, 10), exact=True),
    Case("flow_rate_ratio", flow_rate_ratio, (0.1, 0.5, 1, 2, 10), exact=True),
    Case("flows", flows, (1,), exact=True),
    Case("origins", origins, _SHARES),
    Case("entry_share", entry_share, _SHARES),
    Case("entry_share, index", entry_index, (0.5, 1, 2), exact=True, columns=("index", "index_low", "index_high")),
    Case("hires", _events("hires", HIRES), (1,), exact=True),
    Case("separations", _events("separations", SEPARATIONS), (1,), exact=True),
    Case("turnover", turnover, _RATES),
    Case("attrition", attrition, _RATES, exact=True),
    Case("net_flow", net_flow, (0.1, 0.3, 0.5, 0.7, 0.9)),
)
