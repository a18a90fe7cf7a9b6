"""Simulated populations, made once and kept in the data folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import mercato
from benchmarks.child import apart

SEED = 1


def population(data: Path, people: int, messy: bool = False) -> tuple[Path, float]:
    """The folder of a population, and the seconds it took to make it (0 where it was there already)."""
    folder = data / f"{'messy' if messy else 'clean'}-{people}-{_version()}"
    if (folder / "mercato.toml").is_file():
        return folder, 0.0
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder, apart("populations:make", folder=folder, people=people, messy=messy).seconds


def _version() -> str:
    """A mark of the simulator as it stands, so that no population of an older one is taken for its own."""
    sources = sorted(Path(mercato.__file__).with_name("simulate").glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]


def make(folder: str, people: int, messy: bool) -> int:
    """Simulate a population; gives its number of positions."""
    from mercato.simulate.population import simulate

    return simulate(Path(folder), people, SEED, messy).rows
