"""Survival as it would be if every group had the people of all: averages of a fitted hazard (g-computation)."""

from __future__ import annotations

import numpy as np

from mercato.statistics.factors import Design
from mercato.statistics.hazard import Codes, Hazard, Stays
from mercato.statistics.interval import Floats, Interval, log_log_interval

_BLOCK = 1 << 22


def standardised_survival(hazard: Hazard, stays: Stays, horizon: int, confidence: float = 0.95) -> Interval:
    """The share still there at the horizon in each level of the first factor, had it the stays of all levels.

    For each kind of stay the fitted chances of leaving are those of its other factors and of the level asked for; the
    shares that stay are averaged over all stays of levels that can be compared. The interval is symmetric on
    log(-log S), its variance by the delta method from the larger of the clustered and the model's covariance; the
    stays averaged over are taken as given, and those of a level of another factor from which nobody or everybody left
    do so in every group. NaN for a level that cannot be compared, or from which nobody or everybody
    left.
    """
    kept = hazard.comparable[stays.codes[0]]
    levels = np.flatnonzero(hazard.comparable)
    size = len(hazard.comparable)
    estimate, low, high = (np.full(size, np.nan) for _ in range(3))
    if not len(levels) or not kept.any():
        return Interval(estimate, low, high)
    others, weight = _kinds(tuple(code[kept] for code in stays.codes[1:]), stays.count[kept])
    lengths = np.diff(np.append(0, np.minimum(hazard.edges, horizon))).clip(0).astype(np.float64)
    block = max(1, _BLOCK // max(len(weight), 1))
    for start in range(0, len(levels), block):
        part = levels[start : start + block]
        share, slope = _averaged(hazard, part, others, weight, lengths)
        spread = [np.einsum("ij,jk,ik->i", slope, matrix, slope) for matrix in (hazard.covariance, hazard.model)]
        estimate[part] = share
        low[part], high[part] = log_log_interval(
            share, np.maximum(*spread) / np.maximum(share, 1e-300) ** 2, confidence
        )
    return Interval(np.where(np.isnan(low), np.nan, estimate), low, high)


def _kinds(codes: tuple[Codes, ...], count: Floats) -> tuple[tuple[Codes, ...], Floats]:
    """The combinations of levels that there are, and the share of the stays that have each."""
    place = np.zeros(len(count), dtype=np.int64)
    for code in codes:
        _, place = np.unique(place * (int(code.max(initial=0)) + 1) + code, return_inverse=True)
    first = np.zeros(int(place.max()) + 1, dtype=np.int64)
    first[place] = np.arange(len(place))
    return tuple(code[first] for code in codes), np.bincount(place, count) / count.sum()


def _averaged(
    hazard: Hazard, levels: Codes, others: tuple[Codes, ...], weight: Floats, lengths: Floats
) -> tuple[Floats, Floats]:
    """The average share that stays in each level, and how it changes with each effect (levels × effects)."""
    sizes = tuple(len(part) for part in hazard.effects[1:])
    design = Design(len(lengths), (), sizes)
    shift = sum((part[code] for part, code in zip(hazard.effects[2:], others, strict=True)), np.zeros(len(weight)))
    base = hazard.effects[1][levels][:, None] + shift[None, :]
    stayed = np.zeros(base.shape)
    chances = []
    for effect, months in zip(hazard.effects[0], lengths, strict=True):
        odds = base + effect
        stayed -= months * np.logaddexp(0, odds)
        chances.append(months / (1 + np.exp(-odds)))
    share = np.exp(stayed) * weight[None, :]
    slope = np.zeros((len(levels), design.width))
    pulled = np.zeros(base.shape)
    for stretch, chance in enumerate(chances):
        pull = -share * chance
        slope[:, stretch] = pull.sum(axis=1)
        pulled += pull
    places = list(design.factors())
    slope[np.arange(len(levels)), places[0][0] + levels] = pulled.sum(axis=1)
    rows = np.arange(len(levels))[:, None]
    for code, (start, size) in zip(others, places[1:], strict=True):
        cell = (rows * size + code[None, :]).ravel()
        slope[:, start : start + size] = np.bincount(cell, pulled.ravel(), len(levels) * size).reshape(-1, size)
    return share.sum(axis=1), slope
