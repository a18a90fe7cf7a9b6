"""One fact per measure, declared once: counts per cell on any engine, and the figures they give."""

from mercato.measures import (  # noqa: F401
    adjusted,
    balance,
    comparing,
    hiring,
    keeping,
    leaving,
    network,
    nowcast,
    tempo,
    winning,
)
from mercato.measures.declare import Facts, Measure, Request, Text, declared

__all__ = ["Facts", "Measure", "Request", "Text", "declared"]
