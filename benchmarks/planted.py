"""Planted figures held against the intervals that Mercato finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mercato
from mercato.simulate.check import Planted, check_planted


def planted(folder: Path) -> Planted:
    """Measure a simulated population and compare it with its ``truth.json``."""
    with mercato.read([folder]) as market:

        def measure(name: str, by: list[str], options: dict[str, Any]) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = market.measure(name, by=by, **options).to_arrow().to_pylist()
            return rows

        return check_planted(folder, measure)


def counted(folder: str) -> dict[str, Any]:
    """The same as numbers, with each figure that lay outside as a line of text."""
    found = planted(Path(folder))
    return {
        "inside": sum(found.inside.values()),
        "compared": sum(found.compared.values()),
        "withheld": sum(found.withheld.values()),
        "by_measure": {name: [found.inside.get(name, 0), count] for name, count in found.compared.items()},
        "misses": [_miss(figure, row) for figure, row in found.outside],
    }


def _miss(figure: dict[str, Any], row: dict[str, Any]) -> str:
    cell = ", ".join(f"{name} {value}" for name, value in {**figure["cell"], **figure["options"]}.items())
    low, high = (f"{row[limit]:.5g}" if row[limit] is not None else "no limit" for limit in ("low", "high"))
    return f"{figure['measure']} ({cell}): planted {figure['value']:.5g}, found {low} to {high}, n {row['n']}"
