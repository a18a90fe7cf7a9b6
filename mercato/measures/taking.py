"""What it would take to tell two cells of a figure apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mercato.statistics.power import AT_THE_EDGE, people_for_intervals


def people_needed(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """People on each side to find the gap in four cases of five, and for a gap of just this size to be significant."""
    if any(row.get(column) is None for row in (a, b) for column in ("estimate", "low", "high", "n")):
        return None, None
    sides = (a["estimate"], b["estimate"], (a["low"], a["high"]), (b["low"], b["high"]), a["n"], b["n"])
    found = float(people_for_intervals(*sides)), float(people_for_intervals(*sides, power=AT_THE_EDGE))
    told = [value if math.isfinite(value) else None for value in found]
    return told[0], told[1]
