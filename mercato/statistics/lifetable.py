"""People at risk and leavers of many groups in every month of tenure, laid out as one grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.interval import Floats
from mercato.statistics.survival import Survival, survival_from_counts


@dataclass(frozen=True)
class LifeTable:
    """People at risk in each month of tenure and those who left in it; arrays of shape (…, months), month 1 first.

    Counts of people: tables of separate groups may be added, and that of a part taken from that of the whole.
    """

    at_risk: Floats
    events: Floats

    @property
    def months(self) -> int:
        """The last month of tenure held."""
        return int(self.at_risk.shape[-1])

    def until(self, month: int) -> LifeTable:
        """The same people, followed to this month alone."""
        return LifeTable(self.at_risk[..., :month], self.events[..., :month])

    def without(self, part: LifeTable) -> LifeTable:
        """The rest of the people when those of ``part`` are taken out; raises ValueError where it is no part."""
        rest = LifeTable(self.at_risk - part.at_risk, self.events - part.events)
        if np.any(rest.at_risk < 0) or np.any(rest.events < 0):
            raise ValueError("a part holds more people than the whole")
        return rest


def life_table(
    group: NDArray[Any],
    month: NDArray[Any],
    events: NDArray[Any],
    censored: NDArray[Any],
    entered: NDArray[Any],
    last: int,
    n_groups: int,
) -> LifeTable:
    """The life table (groups × months 1 to ``last``) of counts per (group, month), read as survival_from_counts does.

    At risk in month t are those who entered before t and were not last seen before it. Cells may come in any order and
    more than once; what lies after ``last`` is left out. Raises ValueError for a negative count, for a group outside
    0 to ``n_groups`` - 1, and where more leave than are at risk.
    """
    counts = [np.asarray(values, dtype=np.float64) for values in (events, censored, entered)]
    if any(np.any(~(values >= 0)) for values in counts):
        raise ValueError("a cell holds a negative count")
    if len(group) and (np.min(group) < 0 or np.max(group) >= n_groups):
        raise ValueError(f"a group lies outside 0 to {n_groups - 1}")
    width = last + 1
    place = np.clip(np.asarray(month, dtype=np.int64), 0, width)
    kept = place < width
    cell = np.asarray(group, dtype=np.int64)[kept] * width + place[kept]
    left, lost, came = (np.bincount(cell, values[kept], n_groups * width).reshape(n_groups, width) for values in counts)
    under = np.cumsum((came - left - lost).reshape(n_groups, width), axis=1)[:, :-1].astype(np.float64)
    table = LifeTable(np.where(np.abs(under) < 1e-9, 0.0, under), left.reshape(n_groups, width)[:, 1:].astype(float))
    if np.any(table.events > table.at_risk + 1e-9 * (1 + table.at_risk)):
        raise ValueError("more people leave in a cell than are at risk in it")
    return table


def survival_of(table: LifeTable, times: NDArray[Any], confidence: float = 0.95) -> Survival:
    """Kaplan-Meier estimates of a life table of shape (groups, months) at whole months up to its last."""
    at_risk, events = table.at_risk, table.events
    groups, months = at_risk.shape
    came = np.concatenate([at_risk[:, :1], np.diff(at_risk, axis=1) + events[:, :-1], np.zeros((groups, 1))], axis=1)
    left = np.concatenate([np.zeros((groups, 1)), events], axis=1)
    return survival_from_counts(
        np.repeat(np.arange(groups), months + 1),
        np.tile(np.arange(months + 1), groups),
        left.ravel(),
        np.maximum(-came, 0).ravel(),
        np.maximum(came, 0).ravel(),
        times,
        groups,
        confidence,
    )
