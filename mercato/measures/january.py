"""How many starts fall in January: people who know the year alone often put down its beginning."""

from __future__ import annotations

from mercato.statistics.shares import wilson


def january_share(january: float, starts: float) -> tuple[float, float, float]:
    """The share of starts known to the month or day that fall in January, and its 95% interval; 1/12 were they even."""
    found = wilson(january, starts)
    return float(found.estimate), float(found.low), float(found.high)
