"""Where the real data lie, and what is said where they do not."""

from __future__ import annotations

from pathlib import Path

from benchmarks.row import Row, Section

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def absent(title: str, file: Path) -> Section:
    """The section of a benchmark whose data are not beside the project: no verdict."""
    shown = "/".join(file.parts[-2:])
    return Section(title, (Row(title, "", "not measured", None, None),), (f"{shown} is not beside the project.",))
