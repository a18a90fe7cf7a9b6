"""What is planted: who exists, whom they draw, how fast people leave, who comes in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

COUNTRIES = ("US", "GB", "FR", "DE", "CA", "IN", "CH", "NL", "IE", "SG")
COUNTRY_SHARES = (0.46, 0.11, 0.08, 0.07, 0.07, 0.12, 0.03, 0.02, 0.02, 0.02)

DIRECT, BRIEF, LONG = 0, 1, 2
FIRST_JOB = 3


@dataclass(frozen=True)
class World:
    """The planted parameters of a population.

    Employers fall into categories: a large employer is one of its own (named in ``alone``), the others
    share one per kind and are chosen in it by ``weight``. Arrays, with C categories, Y years from
    ``first_year`` and E employers:

    choice (C + 1, Y, C): probability of the next category given the one left (the last row: first jobs)
        and the year of the start; rows add to 1, and 0 on the diagonal of an employer of its own.
    leaving (C, K): monthly rate of leaving in each year of tenure, the last one from then on; the
        probability to stay a month is exp(-rate).
    pressure (C, Y): factor on that rate by the year in which the stay began.
    entrants (Y,): relative number of people whose career begins in each year.
    gaps: probabilities of a direct, a brief and a long gap.
    overlap: share of direct moves in which the new job starts up to 45 days before the old one ends.
    pairs: origins and destinations whose flow ratio is always among the planted figures.
    haste: factors on the rate of leaving by family; none where all leave alike.
    """

    employers: tuple[str, ...]
    kinds: tuple[str, ...]
    category: NDArray[np.int32]
    weight: Floats
    labels: tuple[str, ...]
    alone: tuple[bool, ...]
    first_year: int
    choice: Floats
    leaving: Floats
    pressure: Floats
    entrants: Floats
    ai_share: Floats
    as_of: dt.date
    gaps: tuple[float, float, float] = (0.62, 0.18, 0.20)
    overlap: float = 0.0
    pairs: tuple[tuple[str, str], ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)
    haste: tuple[float, ...] = ()

    @property
    def years(self) -> int:
        return len(self.entrants)

    def survival(self, category: int, months: int, year: int | None = None) -> float:
        """The planted probability to be still there so many months after the start (in ``year``)."""
        steps = np.minimum(np.arange(months) // 12, self.leaving.shape[1] - 1)
        factor = 1.0 if year is None else float(self.pressure[category, year - self.first_year])
        return float(np.exp(-factor * self.leaving[category, steps].sum()))


def cumulative_rows(probabilities: Floats) -> Floats:
    """Rows of probabilities as one rising array: row r holds values from r to r + 1, for :func:`pick`."""
    rows = probabilities.reshape(-1, probabilities.shape[-1])
    total = np.cumsum(rows, axis=1)
    total /= total[:, -1:]
    return np.asarray((total + np.arange(len(rows))[:, None]).ravel())


def pick(rising: Floats, width: int, row: NDArray[Any], uniform: Floats) -> NDArray[np.int32]:
    """One column of each given row by its probabilities."""
    place = np.searchsorted(rising, row + uniform * (1 - 1e-9), "right")
    return np.asarray(place - row * width, dtype=np.int32)
