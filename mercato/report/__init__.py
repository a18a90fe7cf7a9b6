"""Pages of an edition: chapters in words, charts and tables, in English and French."""

from __future__ import annotations

from mercato.report.charts.aside import drawing_aside
from mercato.report.pages import write_report

__all__ = ["drawing_aside", "write_report"]
