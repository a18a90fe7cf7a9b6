"""The chapters of a report, each from an edition to finished text, charts and tables."""

from __future__ import annotations

from mercato.report.chapters.beginners import beginners
from mercato.report.chapters.block import Block, Chapter, Grid, View
from mercato.report.chapters.keep import keep
from mercato.report.chapters.method import Method, method
from mercato.report.chapters.origins import origins
from mercato.report.chapters.tempo import tempo
from mercato.report.chapters.win import win

CHAPTERS = {"keep": keep, "win": win, "origins": origins, "beginners": beginners, "tempo": tempo}

__all__ = ["CHAPTERS", "Block", "Chapter", "Grid", "Method", "View", "method"]
