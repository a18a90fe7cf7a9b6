"""Where an axis has its marks: round values, as many as their labels leave room for."""

from __future__ import annotations

import math

_LADDER = (1, 1.5, 2, 3, 4, 5, 7)


def steps(low: float, high: float, most: int) -> list[float]:
    """Round values from the first at or below ``low`` to the first at or above ``high``, at most about ``most``."""
    span = (high - low) or abs(high) or 1.0
    step = _round_step(span / max(1, most - 1))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [_plain(i * step) for i in range(first, max(last, first + 1) + 1)]


def whole(low: float, high: float, most: int) -> list[int]:
    """Whole values (years, months) inside an interval, at most ``most``, at steps of 1, 2, 5, 10, 20 and so on."""
    step = max(1, math.ceil(_round_step((high - low) / max(1, most))))
    while (math.floor(high / step) - math.ceil(low / step)) >= most:
        step = math.ceil(_round_step(step * 1.01))
    return list(range(math.ceil(low / step) * step, math.floor(high) + 1, step))


def of_ratios(low: float, high: float, most: int) -> list[float]:
    """Round ratios inside an interval, for a logarithmic axis: as many of 1, 2, 5 and their tens as fit, else more."""
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[float] = []
    for ladder in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 5), _LADDER, (1, 1.1, 1.2, 1.3, 1.5, 1.7, 2)):
        now = [v for t in tens for r in ladder if low <= (v := _plain(r * 10.0**t)) <= high]
        if len(now) > most:
            break
        found = now
    return found or [1.0]


def of_months(last: int, most: int) -> list[int]:
    """Months since joining from 0, at steps of 3, 6, 12, 24 and so on."""
    step = 3
    while last / step > most - 1:
        step *= 2
    return list(range(0, last + 1, step))


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 and their tens that is at least this."""
    if least <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(least))
    return next((_plain(r * ten) for r in (1, 2, 5, 10) if r * ten >= least * (1 - 1e-9)), 10 * ten)


def _plain(value: float) -> float:
    """Without the dust of binary fractions."""
    return float(f"{value:.10g}")
