"""How long to wait: between two requests, after a failure, and when a server says so."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

LONGEST_BACKOFF = 120.0
"""Seconds that a wait after a failure grows to at most, before jitter."""


@dataclass
class Pace:
    """Keeps requests to one host apart: ``rate`` per second at most, and ``rest`` times as long as the last took."""

    rate: float
    rest: float
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    _next: float = field(default=float("-inf"), init=False)
    _began: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """Wait until the next request may begin."""
        if (wait := self._next - self.clock()) > 0:
            self.sleep(wait)
        self._began = self.clock()
        self._next = self._began + 1 / self.rate

    def end(self) -> None:
        """Note that the answer is there."""
        now = self.clock()
        self._next = max(self._next, now + self.rest * (now - self._began))


def backoff(failures: int, chance: random.Random) -> float:
    """Seconds to wait after so many failures in a row: 1, 2, 4, …, each by a half to one and a half at random."""
    return min(LONGEST_BACKOFF, 2.0 ** (failures - 1)) * (0.5 + chance.random())


def retry_after(header: str, now: dt.datetime) -> float | None:
    """Seconds that a Retry-After header (RFC 9110) asks for, as seconds or as a date; None where it is neither."""
    text = header.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        day = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    day = day if day.tzinfo else day.replace(tzinfo=dt.UTC)
    return max(0.0, (day - now).total_seconds())


def in_words(seconds: float) -> str:
    """A wait in words: 40 seconds, 12 minutes, 14 hours."""
    if seconds < 120:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 7200 else f"{round(seconds / 3600)} hours"
