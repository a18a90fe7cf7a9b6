"""One fact per measure, declared once: counts per cell on any engine, and the figures they give."""

from mercato.measures import adjusted, balance, comparing, hiring, keeping, nowcast, tempo, winning  # noqa: F401
from mercato.measures.declare import Facts, Measure, Request, Text, declared

__all__ = ["Facts", "Measure", "Request", "Text", "declared"]
