"""Simulated populations, made once and kept in the data folder."""

from __future__ import annotations

import hashlib
import shutil
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


def foreign(data: Path, people: int) -> Path:
    """The same population as Parquet of another's making: other column names, no mark of Mercato."""
    clean = population(data, people)[0]
    folder = clean.with_name(f"foreign-{clean.name}")
    if not (folder / "mercato.toml").is_file():
        apart("populations:make_foreign", clean=clean, folder=folder)
    return folder


def make_foreign(clean: str, folder: str) -> None:
    """Copy a population's positions and lists; the settings come last, so that a folder with them is whole."""
    import duckdb

    into = Path(folder)
    into.mkdir(exist_ok=True)
    duckdb.execute("SET preserve_insertion_order = true")
    duckdb.execute(
        "COPY (SELECT person_id, employer_name, title, start_date, end_date, verified_on, country, "
        "given_family AS family, given_level AS level, given_is_ai AS is_ai "
        f"FROM '{clean}/positions.parquet') TO '{into}/positions.parquet' (FORMAT parquet, COMPRESSION snappy)"
    )
    for name in ("employers.csv", "mercato.toml"):
        shutil.copy(Path(clean) / name, into / name)


def _version() -> str:
    """A mark of the simulator as it stands, so that no population of an older one is taken for its own."""
    sources = sorted(Path(mercato.__file__).with_name("simulate").glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]


def make(folder: str, people: int, messy: bool) -> int:
    """Simulate a population; gives its number of positions."""
    from mercato.simulate.population import simulate

    return simulate(Path(folder), people, SEED, messy).rows
