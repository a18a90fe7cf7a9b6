"""Moves against what the sizes of both ends alone would give: quasi-independence without the diagonal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mercato.statistics.interval import Floats, Interval, tail
from mercato.statistics.interval import normal_quantile as quantile
from mercato.statistics.rates import poisson_interval

TOLERANCE = 1e-10
_MOST_ROUNDS, _FAR = 2_000, 1e100


@dataclass(frozen=True)
class Expected:
    """Expected moves from i to j, i and j being different, as ``sends[i] * receives[j]``; whether the fit arrived."""

    sends: Floats
    receives: Floats
    converged: bool


def quasi_independent(departures: ArrayLike, arrivals: ArrayLike) -> Expected:
    """Expected moves that agree with all departures and arrivals, nobody moving from a place to itself.

    Iterative proportional fitting (Deming & Stephan 1940) of the product sends_i receives_j off the diagonal, without
    a matrix of pairs: the sum over others is the total less its own. Departures and arrivals have one sum. A fit with
    the margins need not exist, as where one place has more departures than all others have arrivals; what comes
    closest is then told, and ``converged`` is false. Source: Goodman (1968) for quasi-independence.
    """
    out, into = (np.asarray(margin, dtype=np.float64) for margin in (departures, arrivals))
    if np.any(~(out >= 0)) or np.any(~(into >= 0)) or abs(out.sum() - into.sum()) > 1e-9 * max(out.sum(), 1):
        raise ValueError("departures and arrivals are no margins of one table")
    sends, receives = out.copy(), into / max(into.sum(), 1)
    for _ in range(_MOST_ROUNDS):
        before = sends
        sends = _scaled(out, receives)
        receives = _scaled(into, sends)
        if max(sends.max(initial=0), receives.max(initial=0)) > _FAR:
            break
        if np.all(np.abs(sends - before) <= TOLERANCE * np.maximum(before, 1e-300)):
            break
    fitted = sends * (receives.sum() - receives)
    return Expected(sends, receives, bool(np.all(np.abs(fitted - out) <= 1e-6 * np.maximum(out, 1))))


def _scaled(margin: Floats, other: Floats) -> Floats:
    total = other.sum()
    rest = np.maximum(total - other, 0.0)
    # Where hardly anything is left beside one place, no product has the margins.
    found = np.zeros_like(margin)
    np.divide(margin, rest, out=found, where=(margin > 0) & (rest > 1e-9 * total))
    return found


def gravity_excess(
    moves: ArrayLike,
    expected: ArrayLike,
    departures: ArrayLike,
    arrivals: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Moves over expected ones with an interval that holds the doubt of both; NaN where none is expected.

    The limits are those of the exact Poisson interval of the moves over the expectation, moved on in logarithms by the
    doubt of the expectation, whose variance is about 1 / departures + 1 / arrivals (of the origin and of the
    destination, without the moves between the two); the distances of both add up as squares (MOVER, Zou & Donner 2008).
    """
    seen, awaited = np.asarray(moves, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    counted = poisson_interval(seen, confidence)
    rest = [np.maximum(np.asarray(m, dtype=np.float64) - seen, 1.0) for m in (departures, arrivals)]
    doubt = quantile(1 - tail(confidence)) * np.sqrt(1 / rest[0] + 1 / rest[1])
    per = np.where(awaited > 0, awaited, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.log(np.where(seen > 0, seen, counted.high))
        below = np.hypot(middle - np.log(counted.low), doubt)
        above = np.hypot(np.log(counted.high) - middle, doubt)
    low = np.where(seen > 0, np.exp(middle - below), 0.0)
    return Interval(seen / per, low / per, np.exp(middle + above) / per)
