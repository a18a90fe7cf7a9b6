"""What earlier vintages would have told of their newest months, against what is known now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mercato.statistics.delay import LONGEST, Triangle, nowcast, reporting_delays
from mercato.statistics.interval import Floats


@dataclass(frozen=True)
class Grades:
    """Past nowcasts against what is known now, by the age of the month when it was told (``age``, ascending).

    months: how many were graded; counted, told and known: the events known then, told then, and known now (made
    complete); covered: how many of the intervals held what is known now.
    """

    age: NDArray[np.int64]
    months: NDArray[np.int64]
    counted: Floats
    told: Floats
    known: Floats
    covered: NDArray[np.int64]


def graded(told: Triangle, longest: int = LONGEST, complete: float = 0.95, oldest: int = 11) -> Grades:
    """What each vintage from the third on would have told of its newest months, against what the last one knows.

    Only months are graded that the last vintage knows to the share ``complete`` at least. ``oldest``: the greatest age
    that is graded.
    """
    last = len(told.vintages) - 1
    now = reporting_delays(told, longest)
    found: list[tuple[Floats, ...]] = []
    for place in range(2, last):
        then = told.until(place)
        months = np.arange(then.vintages[-1] - oldest, then.vintages[-1] + 1)
        share = now.completeness[now.place(told.vintages[-1] - months)]
        months, share = months[share >= complete], share[share >= complete]
        age, counted, known = then.vintages[-1] - months, then.counted(months), told.counted(months) / share
        made = nowcast(counted, age, reporting_delays(then, longest))
        held = (made.low <= np.ceil(known)) & (np.floor(known) <= made.high)
        sure = ~np.isnan(made.estimate) & (known > 0)
        found.append(tuple(v[sure] for v in (age.astype(float), counted, made.estimate, known, held.astype(float))))
    columns = [np.concatenate(part) for part in zip(*found, strict=True)] if found else [np.zeros(0)] * 5
    ages, place_of = np.unique(columns[0].astype(np.int64), return_inverse=True)
    columns[0] = np.ones(len(place_of))
    total = [np.bincount(place_of, values, len(ages)).astype(np.float64) for values in columns]
    return Grades(ages, total[0].astype(np.int64), total[1], total[2], total[3], total[4].astype(np.int64))
