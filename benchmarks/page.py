"""The tables on the terminal and as pages of docs."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.row import Row, Section

_DOCS = Path(__file__).resolve().parents[1] / "docs"


@dataclass(frozen=True)
class Page:
    """A page that keeps a table: its file, its heading, and the sentences before the table."""

    file: Path
    heading: str
    before: tuple[str, ...]


PERFORMANCE = Page(
    _DOCS / "performance.md",
    "Performance",
    (
        "The ratio is what was found against the figure to reach: at most 1 is reached. Each heavy part runs in a",
        "process of its own; memory is the most that process held. What is compared runs in one go,",
        "one after the other.",
    ),
)
ACCURACY = Page(
    _DOCS / "accuracy.md",
    "Accuracy",
    (
        "The ratio is the figure to reach against what was found: at most 1 is reached. Answers made by hand and known",
        "truths are what the names, titles and people are judged by; the files lie beside the project.",
    ),
)
VALIDITY = Page(
    _DOCS / "validity.md",
    "Validity",
    (
        "Whether the figures hold what they promise: on simulated markets of which the truth is known, and against",
        "other implementations. A row without a ratio is judged by the bounds that it states.",
    ),
)
_HEADS = ("what", "figure to reach", "measured", "ratio", "")
_WIDTHS = (70, 16, 42, 6, 3)
_PACKAGES = ("duckdb", "ibis-framework", "pyarrow", "numpy", "polars", "pandas", "lifelines")


def line(row: Row) -> str:
    """A row for the terminal."""
    return "  ".join(cell.ljust(width) for cell, width in zip(row.cells(), _WIDTHS, strict=True)).rstrip()


def heads() -> str:
    """The heads of the columns for the terminal."""
    return "  ".join(head.ljust(width) for head, width in zip(_HEADS, _WIDTHS, strict=True)).rstrip()


def write_page(sections: Sequence[Section], command: str, page: Page) -> Path:
    """Write each section into the page, with its table, the day and the machine; other sections stay as they are."""
    kept = dict(_sections(page.file)) | {section.title: _written(section) for section in sections}
    head = [
        f"# {page.heading}",
        "",
        f"Kept by `{command}`; `--only NAME` measures one part anew, and each part says when that was.",
        "",
        *page.before,
        "",
    ]
    parts = (f"## {title}\n\n{text}\n" for title, text in kept.items())
    page.file.write_text("\n".join(head) + "\n" + "\n".join(parts), encoding="utf-8")
    return page.file


def _sections(file: Path) -> Iterator[tuple[str, str]]:
    """The sections of a page by their titles."""
    if not file.exists():
        return
    for part in file.read_text("utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        yield title.strip(), text.strip()


def _written(section: Section) -> str:
    lines = [
        f"Measured on {dt.date.today()}, with {machine()}.",
        "",
        "| " + " | ".join(_HEADS) + " |",
        "|" + " --- |" * len(_HEADS),
        *("| " + " | ".join(row.cells()) + " |" for row in section.rows),
    ]
    if section.notes:
        lines += ["", *section.notes]
    return "\n".join(lines)


def machine() -> str:
    """The size of this machine and the versions that matter."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(part.split(":", 1)[1].strip() for part in lines if part.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
