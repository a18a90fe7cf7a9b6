"""Days and months as arrays: days since 1970-01-01, months by anniversary."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int32]

_FIRST, _LAST = np.datetime64("1970-01", "M"), np.datetime64("2120-01", "M")
_MONTH_START = np.arange(_FIRST, _LAST).astype("M8[D]").astype(np.int32)
_MONTH_OF = np.repeat(np.arange(len(_MONTH_START) - 1, dtype=np.int32), np.diff(_MONTH_START))
FIRST_YEAR = 1970


def day_number(text: str) -> int:
    """Days from 1970-01-01 to a day like 2025-06-30."""
    return int(np.datetime64(text, "D").astype(np.int64))


def month_of(day: Days) -> NDArray[np.int32]:
    """Months from January 1970 to the month of each day."""
    return _MONTH_OF[day]


def year_of(day: Days) -> NDArray[np.int32]:
    """The calendar year of each day."""
    return _MONTH_OF[day] // 12 + FIRST_YEAR


def anniversary(day: Days, months: NDArray[Any]) -> Days:
    """The day so many months later; the last of the month where the month is too short."""
    first = _MONTH_OF[day]
    into_month = day - _MONTH_START[first]
    target = np.minimum(first + months, len(_MONTH_START) - 2)
    return np.asarray(np.minimum(_MONTH_START[target] + into_month, _MONTH_START[target + 1] - 1))


def full_months(start: Days, end: Days) -> NDArray[np.int32]:
    """Whole months gone by from one day to a later one."""
    first, last = _MONTH_OF[start], _MONTH_OF[end]
    short = (end - _MONTH_START[last]) < (start - _MONTH_START[first])
    return last - first - short


def first_of_month(day: Days) -> Days:
    """The first day of the month of each day."""
    return _MONTH_START[_MONTH_OF[day]]


def days_of_year(year: NDArray[Any]) -> tuple[Days, Days]:
    """The first day of each year and the number of its days."""
    first = _MONTH_START[(year - FIRST_YEAR) * 12]
    return first, _MONTH_START[(year + 1 - FIRST_YEAR) * 12] - first
