"""How late events are reported, from what was known on several dates, and what that makes of the newest counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, Interval, broadcast, normal_quantile, require_counts, tail

LONGEST = 24
"""Months after which an event that is not known yet is no longer waited for, unless said otherwise."""
LEAST_COMPLETE = 0.1
"""The share of events known below which a count is not extrapolated."""
FEWEST_CELLS = 5
_ROUNDS, _CLOSE = 1_000, 1e-9


@dataclass(frozen=True)
class Delays:
    """The distribution of reporting delays, given that an event is reported at all within ``longest`` months.

    Places are whole months gone by since the month of the event ended, up to ``longest``. reported: the share of events
    reported by then; kept: the share of what is known then that later vintages do not withdraw or date to another
    month; completeness: reported / kept, what is known then as a share of what will be known; log_variance and
    kept_variance: the variances of the logarithms of ``reported`` (infinite where it is 0) and ``kept``. dispersion:
    how much more months differ than chance alone makes them (1: not at all); known: the events followed from one
    vintage to the next; late: those of them that the earlier one lacked.
    """

    reported: Floats
    kept: Floats
    log_variance: Floats
    kept_variance: Floats
    dispersion: float
    known: float
    late: float

    @property
    def longest(self) -> int:
        """The delay in months by which everything counts as known."""
        return len(self.reported) - 1

    @property
    def completeness(self) -> Floats:
        """What is known so many months after as a share of what will be known."""
        return self.reported / self.kept

    def place(self, age: ArrayLike) -> NDArray[np.int64]:
        """Where ages stand in the arrays; those before the month is over at 0."""
        place: NDArray[np.int64] = np.clip(np.asarray(age), 0, self.longest).astype(np.int64)
        return place


@dataclass(frozen=True)
class Triangle:
    """What each of several vintages knew of each month: one place per vintage and month.

    month: year × 12 + month - 1; vintage: its place in ``vintages``; known: the events that it dates to the month;
    kept: those of them that the vintage before knew in the same month; vintages: the last month that had wholly gone by
    on the day of each, ascending.
    """

    month: NDArray[np.int64]
    vintage: NDArray[np.int64]
    known: Floats
    kept: Floats
    vintages: NDArray[np.int64]

    def until(self, place: int) -> Triangle:
        """The same as it stood with the vintage at this place."""
        then = self.vintage <= place
        month, vintage = self.month[then], self.vintage[then]
        return Triangle(month, vintage, self.known[then], self.kept[then], self.vintages[: place + 1])

    def counted(self, months: NDArray[np.int64]) -> Floats:
        """What the last vintage knows of months that follow one another."""
        if not len(months):
            return np.zeros(0)
        inside = (self.vintage == len(self.vintages) - 1) & (self.month >= months[0]) & (self.month <= months[-1])
        counts = np.bincount(self.month[inside] - months[0], self.known[inside], len(months))
        return np.asarray(counts, dtype=np.float64)


def triangle(month: ArrayLike, vintage: ArrayLike, known: ArrayLike, kept: ArrayLike, vintages: ArrayLike) -> Triangle:
    """The triangle of these columns. Raises ValueError for negative counts and for vintages that do not ascend."""
    last = np.asarray(vintages, dtype=np.int64)
    if np.any(np.diff(last) <= 0):
        raise ValueError("vintages do not ascend")
    there, before = (np.asarray(v, dtype=np.float64) for v in (known, kept))
    require_counts(known=there, kept=before)
    return Triangle(np.asarray(month, dtype=np.int64), np.asarray(vintage, dtype=np.int64), there, before, last)


def reporting_delays(told: Triangle, longest: int = LONGEST) -> Delays:
    """Reporting delays in months, from what vintages knew one after the other.

    The share reported is the product of reverse-time hazards, P(delay = x | delay ≤ x), which right truncation leaves
    unharmed; where vintages lie more than a month apart, the delays between two are shared out by the distribution
    itself until it no longer changes (self-consistency). Its variance is Greenwood's, from the inverse information of
    the logarithms of what each delay leaves, times the dispersion. The share kept is the product of what stays from one
    vintage to the next. Sources: Lawless 1994; Kalbfleisch and Lawless 1989; Turnbull 1976 for wider steps.
    """
    steps = _steps(told, longest)
    size = int(steps.high.max(initial=0)) + 1
    events, at_risk = _self_consistent(steps, steps.new, steps.known, size)
    reported = _product(_ratio(events, at_risk))
    dispersion = _dispersion(steps, reported)
    kept, kept_variance = _kept(steps, size)
    variance = _log_variance(steps, events, reported) * dispersion
    return Delays(reported, kept, variance, kept_variance, dispersion, float(steps.known.sum()), float(steps.new.sum()))


def nowcast(count: ArrayLike, age: ArrayLike, delays: Delays, confidence: float = 0.95) -> Interval:
    """How many events a month will have once all are reported: count / completeness.

    Of r events known, rS stay, S being the share kept. Those still missing, given these at the share reported F, are
    negative-binomial with mean (rS + 1)(1 - F)/F, as follows from independent reports with nothing known of the total
    beforehand; the variance d·mean/F + ((rS + 1)/F)²·Var(log F) adds the dispersion d of months and the uncertainty of
    F. What is withdrawn has the variance rS(1 - S) + (rS/F)²·Var(log S), put together with the rest by the method of
    variance estimates recovery. NaN before the month is over, and where F is below LEAST_COMPLETE or unsure without
    end.
    """
    counted, after = broadcast(count, age)
    require_counts(count=counted)
    place = delays.place(after)
    share, stay, variance = delays.reported[place], delays.kept[place], delays.log_variance[place]
    sure = (share >= LEAST_COMPLETE) & np.isfinite(variance) & (after >= 0)
    share, variance = np.where(sure, share, np.nan), np.where(sure, variance, np.nan)
    staying = counted * stay
    estimate, missing = staying / share, (staying + 1) * (1 - share) / share
    spread = delays.dispersion * missing / share + ((staying + 1) / share) ** 2 * variance
    gone = np.sqrt(staying * (1 - stay) + (staying / share) ** 2 * delays.kept_variance[place])
    low, high = (staying + _negative_binomial(missing, spread, p) for p in (tail(confidence), 1 - tail(confidence)))
    reach = normal_quantile(1 - tail(confidence)) * gone
    below, above = np.hypot(np.maximum(estimate - low, 0), reach), np.hypot(np.maximum(high - estimate, 0), reach)
    return Interval(estimate, np.maximum(estimate - below, 0), estimate + above)


@dataclass(frozen=True)
class _Steps:
    """What the months gained and lost from one vintage to the next, by their ages (months gone by since the event).

    low, high: the ages at the earlier and at the later vintage; new and known: the events that the later one has and
    the earlier lacked, and all that it has; lost and before: those that the earlier one had and the later lacks, and
    all that it had.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    new: Floats
    known: Floats
    lost: Floats
    before: Floats


def _steps(told: Triangle, longest: int) -> _Steps:
    """The steps from each vintage to the next of months that were over by the earlier one, within the window."""
    last = len(told.vintages) - 1
    if last < 1:
        ages, none = np.zeros(0, dtype=np.int64), np.zeros(0)
        return _Steps(ages, ages, none, none, none, none)
    first = int(told.vintages[0]) - longest
    months = np.arange(first, int(told.vintages[-1]) + 1)
    inside = (told.month >= first) & (told.month <= months[-1])
    place, size = told.vintage[inside] * len(months) + told.month[inside] - first, (last + 1) * len(months)
    grids = (np.bincount(place, counts[inside], size).reshape(last + 1, -1) for counts in (told.known, told.kept))
    known, kept = (np.asarray(grid, dtype=np.float64) for grid in grids)
    low, high = (vintages[:, None] - months for vintages in (told.vintages[:-1], told.vintages[1:]))
    # The last step out of the window is taken to end with it.
    high = np.minimum(high, longest)
    fit = (low >= 0) & (low < longest) & ((known[1:] > 0) | (known[:-1] > 0))
    return _Steps(
        low[fit],
        high[fit],
        np.maximum(known[1:] - kept[1:], 0)[fit],
        known[1:][fit],
        np.maximum(known[:-1] - kept[1:], 0)[fit],
        known[:-1][fit],
    )


def _self_consistent(steps: _Steps, some: Floats, every: Floats, size: int) -> tuple[Floats, Floats]:
    """Events of each delay, and those at risk of it in reverse time: of no greater delay, their month seen so late.

    ``some`` of ``every`` event of a step have a delay between its two ages, the others one of no more than the lower.
    """
    delay = np.arange(size)
    low, high = steps.low[:, None], steps.high[:, None]
    within = ((delay > low) & (delay <= high)) * 1.0
    old = (every - some)[:, None]
    likely = np.ones(size)
    events = at_risk = np.zeros(size)
    for _ in range(_ROUNDS):
        shares = within * likely
        total = shares.sum(axis=1, keepdims=True)
        shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0) * some[:, None]
        events = shares.sum(axis=0)
        at_risk = (within * (old + np.cumsum(shares, axis=1))).sum(axis=0)
        if not np.any(steps.high - steps.low > 1):
            break
        before, likely = likely, np.diff(_product(_ratio(events, at_risk)), prepend=0.0)
        if np.abs(likely - before).max() < _CLOSE:
            break
    return events, at_risk


def _kept(steps: _Steps, size: int) -> tuple[Floats, Floats]:
    """The share of what is known at each age that stays, and the variance of its logarithm (Greenwood's).

    Months of which everything is lost are left out.
    """
    lost, there = _self_consistent(steps, steps.lost, steps.before, size)
    lost = np.where(lost < there * (1 - 1e-9), lost, 0.0)
    terms = _ratio(lost, there * (there - lost))
    return _product(_ratio(lost, there)), np.append(np.cumsum(terms[:0:-1])[::-1], 0.0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    """The quotient, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _product(hazard: Floats) -> Floats:
    """The distribution function from reverse-time hazards: the product of what each greater delay leaves."""
    return np.append(np.cumprod(1 - hazard[:0:-1])[::-1], 1.0)


def _log_variance(steps: _Steps, events: Floats, reported: Floats) -> Floats:
    """The variance of the logarithm of the share reported at each delay, infinite where it is 0.

    With u = -log(1 - hazard), events first seen between the ages l and h tell of log(1 - exp(-S)), S the sum of u over
    the delays between: information exp(-S)/(1 - exp(-S))² on that sum. Delays of no event have none, nor variance. What
    wide steps leave open has the information of one event more.
    """
    delay = np.arange(len(reported))
    some = steps.new > 0
    low, high, count = (v[some] for v in (steps.low, steps.high, steps.new))
    before, after = reported[low], reported[high]
    left = np.divide(before, after, out=np.zeros(len(low)), where=after > 0)
    told = (left > 0) & (left < 1)
    active = (events > 1e-9) & (delay > 0)
    if not active.any():
        return np.where(reported > 0, 0.0, np.inf)
    between = ((delay > low[:, None]) & (delay <= high[:, None]))[np.ix_(told, active)] * 1.0
    weight = count[told] * left[told] / (1 - left[told]) ** 2
    information = (between * weight[:, None]).T @ between
    open_ends = np.any(high - low > 1) | (np.diag(information) == 0)
    size = -np.diff(np.log(np.maximum(reported, 1e-12)), prepend=0.0)[active]
    information += np.diag(np.where(open_ends, 1 / np.maximum(np.abs(size), 1e-6) ** 2, 0.0))
    greater = (delay[active] > delay[:, None]) * 1.0
    variance = np.einsum("ij,ji->i", greater, np.linalg.solve(information, greater.T))
    return np.where(reported > 0, np.maximum(variance, 0.0), np.inf)


def _dispersion(steps: _Steps, reported: Floats) -> float:
    """Pearson's statistic per degree of freedom over what each month gained from one vintage to the next, at least 1.

    Of the events of a month known at the later age, those new since the earlier one are binomial where every month is
    reported alike. Gains of which less than one was to be expected are left out.
    """
    later = reported[steps.high]
    share = 1 - np.divide(reported[steps.low], later, out=np.ones(len(later)), where=later > 0)
    expected, spread = steps.known * share, steps.known * share * (1 - share)
    kept = (expected >= 1) & (spread > 0)
    freedom = int(kept.sum()) - len(np.unique(steps.high[kept]))
    if freedom < FEWEST_CELLS:
        return 1.0
    return max(1.0, float(((steps.new - expected)[kept] ** 2 / spread[kept]).sum()) / freedom)


def _negative_binomial(mean: Floats, variance: Floats, probability: float) -> Floats:
    """The quantile of the negative binomial law with this mean and variance; 0 where the mean is 0."""
    some = (mean > 0) & (variance > mean)
    safe_mean, safe_variance = np.where(some, mean, 1.0), np.where(some, variance, 2.0)
    chance = safe_mean / safe_variance
    found = stats.nbinom.ppf(probability, safe_mean * chance / (1 - chance), chance)
    poisson = stats.poisson.ppf(probability, np.where(mean > 0, mean, 0.0))
    told = np.where(some, found, np.where(mean > 0, poisson, 0.0))
    return np.where(np.isnan(mean), np.nan, told)
