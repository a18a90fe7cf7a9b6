"""How much each of several choices moves a figure that was computed under every combination of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Moved:
    """What each choice does to each figure: arrays of figures × choices.

    change: the mean absolute change when that choice alone is switched away from its first level, over all settings of
    the others and all its other levels; share: its part of the variance over all combinations, 0 to 1 (the variance of
    the means by level; the rest is what choices do together), 0 where nothing varies.
    """

    change: np.ndarray
    share: np.ndarray


def moved_by(estimates: np.ndarray, levels: Sequence[int]) -> Moved:
    """What each choice does, from estimates of figures × combinations.

    ``levels`` says how many levels each choice has; combinations are all of them, the last choice going fastest, so
    that the first one has each choice at its first level. Main effects of a full factorial design (Sobol' 1993).
    """
    estimates = np.asarray(estimates, dtype=float)
    if estimates.shape[-1] != int(np.prod(levels, dtype=int)):
        raise ValueError(f"{estimates.shape[-1]} combinations of {list(levels)} levels")
    whole = estimates.reshape(len(estimates), *levels)
    spread = estimates.var(axis=1) if estimates.size else np.zeros(len(estimates))
    change, share = (np.zeros((len(estimates), len(levels))) for _ in range(2))
    for place, count in enumerate(levels):
        by_level = np.moveaxis(whole, place + 1, 1).reshape(len(estimates), count, -1)
        if count > 1:
            change[:, place] = np.abs(by_level[:, 1:] - by_level[:, :1]).mean(axis=(1, 2))
        between = by_level.mean(axis=2).var(axis=1)
        np.divide(between, spread, out=share[:, place], where=spread > 1e-24)
    return Moved(change, np.clip(share, 0, 1))
