"""How large each benchmark is, and where its data lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """``share`` of the full sizes (1, or 1/50 for a quick look, whose figures prove nothing); ``data``: a folder."""

    data: Path
    share: float = 1.0
    verbose: bool = False

    def size(self, number: int) -> int:
        """A full size as it is to be run."""
        return max(1, round(number * self.share))

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder for what this run alone writes and compares, removed afterwards."""
        self.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="run-", dir=self.data) as folder:
            yield Path(folder)


def counted(number: int) -> str:
    """A number of people as words: 10 million, 200,000."""
    millions = number / 1_000_000
    return f"{millions:g} million" if millions >= 1 else f"{number:,}"
