"""One figure from several imputed data sets."""

from __future__ import annotations

import numpy as np

from mercato.statistics.interval import Floats, Interval, normal_quantile, tail


def combine_draws(estimate: Floats, low: Floats, high: Floats, confidence: float = 0.95) -> Interval:
    """The mean of estimates over draws, with the variance between draws added to that within (Rubin's rules).

    The arrays have one row per draw and one column per cell; NaN where a draw has no estimate, which leaves that draw
    out of the cell. Each side of the interval keeps its own width: the square of the mean distance to the limit plus
    z² (1 + 1/m) times the variance between the m draws (Rubin 1987). NaN where no draw has an estimate.
    """
    draws = np.sum(~np.isnan(estimate), axis=0)
    known = draws > 0
    count = np.where(known, draws, 1)
    mean = np.where(known, np.nansum(estimate, axis=0) / count, np.nan)
    spread = np.nansum((estimate - mean) ** 2, axis=0) / np.maximum(count - 1, 1)
    between = normal_quantile(1 - tail(confidence)) ** 2 * (1 + 1 / count) * spread
    below, above = (np.nansum(side, axis=0) / count for side in (estimate - low, high - estimate))
    return Interval(mean, mean - np.sqrt(below**2 + between), mean + np.sqrt(above**2 + between))
