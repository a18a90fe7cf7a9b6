"""What a simulated population was planted with lies inside the intervals that Mercato finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.planted import planted
from mercato.simulate.population import simulate

PEOPLE = 60_000
LEAST, MOST = 0.92, 0.995


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("planted") / "clean", PEOPLE, seed=5).folder


def test_planted_figures_lie_inside_their_intervals(folder: Path) -> None:
    """95% intervals hold about 95%: fewer are wrong, and all of them would be too wide."""
    found = planted(folder)
    assert sum(found.compared.values()) > 400
    assert LEAST <= found.share <= MOST
    assert found.inside["retention"] / found.compared["retention"] >= LEAST


def test_figures_planted_elsewhere_do_not(folder: Path, tmp_path: Path) -> None:
    """The same people held against figures a tenth higher: most no longer lie inside, so the check can fail."""
    told = json.loads((folder / "truth.json").read_text())
    for figure in told["figures"]:
        figure["value"] *= 1.1
    other = tmp_path / "other"
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).symlink_to(file) if file.name != "truth.json" else None
    (other / "truth.json").write_text(json.dumps(told))
    assert planted(other).share < 0.6


def test_messy_records_tell_the_same(tmp_path: Path) -> None:
    """Names in variants, coarse dates, stale open ends, overlaps and repeated rows cost little of the share."""
    found = planted(simulate(tmp_path / "messy", PEOPLE, seed=5, messy=True).folder)
    assert sum(found.compared.values()) > 400
    assert found.share >= LEAST - 0.02
