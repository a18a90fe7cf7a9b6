"""Planted figures held against figures found."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import mercato
from mercato.errors import DataError
from mercato.simulate.check import check_planted
from mercato.simulate.population import simulate
from mercato.simulate.truth import figure


def test_inside_outside_and_withheld(tmp_path: Path) -> None:
    told = [
        figure("retention", {"employer": "A"}, 0.8, months=24),
        figure("retention", {"employer": "B"}, 0.5, months=24),
        figure("retention", {"employer": "C"}, 0.5, months=24),
        figure("retention", {"employer": "D"}, 0.5, months=24),
        figure("entry_share", {"kind": "ai_lab", "year": 2019}, 0.1),
    ]
    (tmp_path / "truth.json").write_text(json.dumps({"figures": told}))
    asked = []

    def measure(name: str, by: list[str], options: dict[str, Any]) -> list[dict[str, Any]]:
        asked.append((name, by, options))
        if name == "entry_share":
            return [{"kind": "ai_lab", "year": "2019", "low": 0.05, "high": None}]
        return [
            {"employer": "A", "low": 0.7, "high": 0.9},
            {"employer": "B", "low": 0.6, "high": 0.9},
            {"employer": "C", "low": None, "high": None},
        ]

    found = check_planted(tmp_path, measure)
    assert asked == [("retention", ["employer"], {"months": 24}), ("entry_share", ["kind", "year"], {})]
    assert found.inside == {"retention": 1, "entry_share": 1}
    assert found.compared == {"retention": 2, "entry_share": 1}
    assert found.withheld == {"retention": 2}
    assert found.share == pytest.approx(2 / 3)
    assert [f["cell"]["employer"] for f, _ in found.outside] == ["B"]


def test_nothing_planted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mercato simulate"):
        check_planted(tmp_path, lambda *_: [])
    (tmp_path / "truth.json").write_text('{"figures": []}')
    assert math.isnan(check_planted(tmp_path, lambda *_: []).share)


@pytest.mark.parametrize("messy", [False, True])
def test_mercato_finds_what_was_planted(tmp_path: Path, messy: bool) -> None:
    """From files to figures: names joined, dates read, spells and moves made, intervals computed."""
    market = mercato.read([simulate(tmp_path / "s", 30_000, seed=2, messy=messy).folder])

    def measure(name: str, by: list[str], options: dict[str, Any]) -> list[dict[str, Any]]:
        return market.measure(name, by=by, **options).to_arrow().to_pylist()

    found = check_planted(tmp_path / "s", measure)
    assert set(found.compared) == {"retention", "flow_ratio", "origins", "entry_share"}
    assert sum(found.compared.values()) > 350
    assert found.share >= (0.9 if messy else 0.92)
