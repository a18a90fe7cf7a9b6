"""Seconds of each part of a run, in the order of the parts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """``parts``: name → seconds."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._since = time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a block to a part."""
        begun = time.perf_counter()
        yield
        self.parts[name] = self.parts.get(name, 0.0) + time.perf_counter() - begun

    def lap(self, name: str) -> None:
        """Add the time since the last lap, or the beginning, to a part."""
        now = time.perf_counter()
        self.parts[name] = self.parts.get(name, 0.0) + now - self._since
        self._since = now


def told(parts: dict[str, float]) -> str:
    """The parts as one line."""
    return "; ".join(f"{name} {seconds:.1f} s" for name, seconds in parts.items())
