"""One figure from several imputed data sets, by Rubin's rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from mercato.statistics.interval import Floats, Interval, normal_quantile, tail


@dataclass(frozen=True)
class Scale:
    """The scale on which an interval is about symmetric, and the way back from it; increasing and finite throughout."""

    there: Callable[[Floats], Floats]
    back: Callable[[Floats], Floats]


PLAIN = Scale(lambda values: values, lambda values: values)
"""For differences."""
ROOT = Scale(np.sqrt, lambda values: np.maximum(values, 0) ** 2)
"""For counts and rates: the root of a Poisson count varies about as much whatever the count, and 0 has one."""
ARCSINE = Scale(lambda values: np.arcsin(np.sqrt(values)), lambda values: np.sin(np.clip(values, 0, np.pi / 2)) ** 2)
"""For shares: the angle of a binomial share varies about as much whatever the share, and 0 and 1 have one."""

_AS_NORMAL = 1e8
"""Degrees of freedom from which on Student's law is the normal one."""


def combine_draws(
    estimate: Floats, low: Floats, high: Floats, scale: Scale = PLAIN, confidence: float = 0.95
) -> Interval:
    """The mean of estimates over draws, and an interval of their variance within and between draws (Rubin 1987).

    The arrays have one row per draw and one column per cell; NaN where a draw has no estimate, which leaves that draw
    out of the cell. On the scale, T = W + (1 + 1/m) B with W the mean variance within and B the variance between the m
    draws, and the limits lie t √T from the estimate, t the quantile of Student's law with
    (m - 1) (1 + W / ((1 + 1/m) B))² degrees of freedom. W is told by the intervals of the draws, each side by its own
    distances to the limit, so that draws which agree give the interval of each. NaN where no draw has an estimate or
    none a limit.
    """
    known = ~np.isnan(estimate)
    draws = known.sum(axis=0)
    mean = _mean(estimate)
    placed = scale.there(np.where(known, estimate, np.nan))
    spread = np.where(known, placed - _mean(placed), 0) ** 2
    between = (1 + 1 / np.maximum(draws, 1)) * spread.sum(axis=0) / np.maximum(draws - 1, 1)
    z = normal_quantile(1 - tail(confidence))
    below, above = (_mean(((scale.there(limit) - placed) / z) ** 2) for limit in (low, high))
    t = _student(between, _mean(np.array([below, above])), draws, confidence)
    middle = scale.there(mean)
    return Interval(
        mean, scale.back(middle - t * np.sqrt(below + between)), scale.back(middle + t * np.sqrt(above + between))
    )


def _student(between: Floats, within: Floats, draws: Floats, confidence: float) -> Floats:
    """The quantile for Rubin's degrees of freedom; the normal one where draws do not differ."""
    differ = between > 0
    ratio = np.divide(within, between, out=np.full(between.shape, np.nan), where=differ)
    freedom = np.minimum((draws - 1) * (1 + ratio) ** 2, _AS_NORMAL)
    quantile = special.stdtrit(freedom, 1 - tail(confidence))
    return np.asarray(np.where(differ, quantile, normal_quantile(1 - tail(confidence))))


def _mean(values: Floats) -> Floats:
    """The mean over rows of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0).sum(axis=0)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
