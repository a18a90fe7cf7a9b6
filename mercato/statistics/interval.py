"""The interval that every estimator returns, and the quantiles from which intervals are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """An estimate with the lower and upper limit of its interval; NaN where a value is not determined."""

    estimate: Floats
    low: Floats
    high: Floats


def broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    """The values as arrays of floats of one shape."""
    return tuple(np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(*values))


def require_counts(**counts: Floats) -> None:
    """Raises ValueError where a count is negative; NaN passes and stays NaN."""
    for name, values in counts.items():
        if np.any(values < 0):
            raise ValueError(f"{name} holds a negative count")


def tail(confidence: float) -> float:
    """The probability outside a two-sided interval on one side: 0.025 for a confidence of 0.95."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it lies between 0 and 1")
    return (1 - confidence) / 2


def normal_quantile(probability: float) -> float:
    """The quantile of the standard normal law."""
    return float(special.ndtri(probability))


def beta_quantile(a: Floats, b: Floats, probability: float) -> Floats:
    """The quantile of the beta law; 0 where ``a`` is 0 and 1 where ``b`` is 0, as its limits."""
    with np.errstate(all="ignore"):
        inside: Any = special.betaincinv(np.where(a > 0, a, 1.0), np.where(b > 0, b, 1.0), probability)
    known = np.where(a > 0, np.where(b > 0, inside, 1.0), 0.0)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, known)


def gamma_quantile(shape: Floats, probability: float) -> Floats:
    """The quantile of the gamma law of scale 1; 0 where the shape is 0, as its limit."""
    with np.errstate(all="ignore"):
        inside: Any = special.gammaincinv(np.where(shape > 0, shape, 1.0), probability)
    return np.where(np.isnan(shape), np.nan, np.where(shape > 0, inside, 0.0))


def log_log_interval(survival: ArrayLike, greenwood: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """The limits S^exp(z s) and S^exp(-z s) with s = sqrt(greenwood) / |log S|; NaN where S is 0 or 1.

    ``greenwood`` is the sum of d / (n (n - d)), that is the variance of log S.
    """
    share, variance = broadcast(survival, greenwood)
    inside = (share > 0) & (share < 1)
    log = np.log(np.where(inside, share, 0.5))
    with np.errstate(over="ignore"):
        stretch = np.exp(normal_quantile(1 - tail(confidence)) * np.sqrt(variance) / -log)
    low, high = np.exp(log * stretch), np.exp(log / stretch)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)
