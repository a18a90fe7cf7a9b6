"""Counts worked out from what is told of them: shares, ratios, and 95% intervals that only one count gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import beta, chi2

_Z = 1.959963984540054
_CLOSE = 1e-7
_LARGEST = 3_000


def inverted(row: Mapping[str, float]) -> dict[str, float]:
    """Counts that the numbers of a row tell without printing them: ``part``, ``whole``, ``there``, ``back``."""
    estimate, low, high = (row.get(name) for name in ("estimate", "low", "high"))
    if estimate is None or low is None or high is None:
        return {}
    if 0 <= low <= estimate <= high <= 1:
        whole = _of_wilson(estimate, low, high)
        if whole is not None:
            return {"part": float(round(estimate * whole)), "whole": float(whole)}
    if estimate == round(estimate) and _close(high, chi2.ppf(0.975, 2 * estimate + 2) / 2):
        return {"part": float(estimate)}
    return _of_ratio(estimate, low, high)


def _of_wilson(share: float, low: float, high: float) -> int | None:
    """The number of which a share has this Wilson interval, of which one side may have been widened."""
    whole = np.arange(1, _LARGEST)
    middle = (share + _Z**2 / (2 * whole)) / (1 + _Z**2 / whole)
    half = _Z / (1 + _Z**2 / whole) * np.sqrt(share * (1 - share) / whole + _Z**2 / (4 * whole**2))
    fits = (np.abs(middle - half - low) < _CLOSE) | (np.abs(middle + half - high) < _CLOSE)
    fits &= np.abs(share * whole - np.rint(share * whole)) < 1e-6 * whole
    found = whole[fits]
    return int(found[0]) if len(found) == 1 else None


def _of_ratio(ratio: float, low: float, high: float) -> dict[str, float]:
    """The two counts whose ratio has this interval of Clopper and Pearson."""
    back = np.arange(1, _LARGEST)
    there = np.rint(ratio * back)
    fits = (np.abs(there / back - ratio) < 1e-9 * max(1.0, ratio)) & (there > 0)
    there, back = there[fits], back[fits]
    limit = beta.ppf(0.025, there, back + 1)
    same = np.abs(limit / (1 - limit) - low) < 1e-6 * max(1.0, low)
    if same.sum() != 1:
        return {}
    return {"there": float(there[same][0]), "back": float(back[same][0])}


def _close(told: float, worked_out: float) -> bool:
    return bool(abs(told - worked_out) < _CLOSE * max(1.0, abs(worked_out)))
