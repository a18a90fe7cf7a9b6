"""Simulated populations: same seed same bytes, and the planted truth found again by a naive count in numpy."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mercato.errors import SettingsError
from mercato.identity.employers.normalise import reduce_name
from mercato.settings import load_settings
from mercato.simulate import histories
from mercato.simulate.market import market
from mercato.simulate.population import simulate
from mercato.statistics.ratios import flow_ratio
from mercato.statistics.shares import wilson
from mercato.statistics.survival import kaplan_meier


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("simulated") / "a", 200_000, seed=5).folder


@pytest.fixture(scope="module")
def jobs(population: Path) -> pd.DataFrame:
    table = pq.read_table(population / "positions.parquet").to_pandas()
    table = table.rename(columns=lambda name: name.removeprefix("given_"))
    table = table.astype({"employer_name": str, "title": str})
    kinds = pd.read_csv(population / "employers.csv").set_index("employer")["kind"]
    table["kind"] = table["employer_name"].map(kinds)
    start, end = pd.to_datetime(table["start_date"]), pd.to_datetime(table["end_date"])
    as_of = pd.Timestamp("2025-06-30")
    last = end.fillna(as_of)
    months = (last.dt.year - start.dt.year) * 12 + last.dt.month - start.dt.month
    table["ended"] = end.notna()
    begun = months + (last.dt.day > start.dt.day)
    table["tenure"] = np.where(table["ended"], begun, months - (last.dt.day < start.dt.day))
    table["start"], table["end"], table["year"] = start, end, start.dt.year
    same = table["person_id"].eq(table["person_id"].shift())
    table["origin"] = table["employer_name"].shift().where(same)
    table["gap"] = (start - end.shift()).dt.days.where(same)
    first = start.groupby(table["person_id"]).transform("min")
    table["experience"] = (
        (start.dt.year - first.dt.year) * 12 + start.dt.month - first.dt.month - (start.dt.day < first.dt.day)
    )
    return table


class Naive:
    """The intervals of all cells of a measure, by the plainest way; None for a cell with too few people."""

    def __init__(self, jobs: pd.DataFrame) -> None:
        self.jobs = jobs
        self.made: dict[Any, Any] = {}

    def interval(self, figure: dict[str, Any]) -> tuple[float, float] | None:
        measure, cell, options = figure["measure"], figure["cell"], figure["options"]
        key = (measure, *cell, *options.values())
        if key not in self.made:
            self.made[key] = getattr(self, measure)(list(cell), **options)
        return self.made[key].get(tuple(cell.values()))

    def retention(self, by: list[str], months: int) -> dict[Any, Any]:
        columns = [{"employer": "employer_name", "kind": "kind", "cohort": "year"}[name] for name in by]
        group, cells = pd.MultiIndex.from_frame(self.jobs[columns]).factorize()
        found = kaplan_meier(self.jobs["tenure"], self.jobs["ended"], groups=group, times=[months])
        shown = found.at_risk[:, 0] >= 10
        return {c: (found.low[i, 0], found.high[i, 0]) for i, c in enumerate(cells) if shown[i]}

    def flow_ratio(self, by: list[str]) -> dict[Any, Any]:
        soon = self.jobs[self.jobs["gap"] <= 92]
        flows = soon.groupby(["origin", "employer_name"]).size().to_dict()
        pairs = [(i, j) for i, j in flows if (j, i) in flows]
        found = flow_ratio([flows[i, j] for i, j in pairs], [flows[j, i] for i, j in pairs])
        return dict(zip(pairs, zip(found.low, found.high, strict=True), strict=True))

    def origins(self, by: list[str]) -> dict[Any, Any]:
        hires = self.jobs.groupby("kind").size()
        return {
            (kind, origin): self._share(people, hires[kind])
            for (kind, origin), people in self.jobs.groupby(["kind", "origin"]).size().items()
        }

    def entry_share(self, by: list[str]) -> dict[Any, Any]:
        entry = (self.jobs["experience"] <= 12).groupby([self.jobs["kind"], self.jobs["year"]])
        counts = entry.agg(["sum", "size"])
        return {cell: self._share(k, n) for cell, k, n in counts.itertuples()}

    def _share(self, k: int, n: int) -> tuple[float, float] | None:
        share = wilson(k, n)
        return (float(share.low), float(share.high)) if n >= 5 else None


@pytest.fixture(scope="module")
def naive(jobs: pd.DataFrame) -> Naive:
    return Naive(jobs)


def test_planted_figures_lie_in_their_intervals(population: Path, naive: Naive) -> None:
    """At least 92% of all; the figures of one measure hang together, so that fewer may do for one alone."""
    inside: dict[str, list[bool]] = {}
    for figure in json.loads((population / "truth.json").read_text("utf-8"))["figures"]:
        limits = naive.interval(figure)
        if limits:
            inside.setdefault(figure["measure"], []).append(limits[0] <= figure["value"] <= limits[1])
    assert {measure: len(of) >= 40 for measure, of in inside.items()} == dict.fromkeys(inside, True)
    assert set(inside) == {"retention", "flow_ratio", "origins", "entry_share"}
    assert np.mean([hit for of in inside.values() for hit in of]) >= 0.92
    assert min(np.mean(of) for of in inside.values()) >= 0.8


def test_the_same_seed_gives_the_same_bytes_however_many_hands_make_it(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in "abc")
    simulate(first, 70_000, seed=9, workers=1)
    simulate(second, 70_000, seed=9, workers=3)
    simulate(third, 70_000, seed=10)
    assert _hashes(first) == _hashes(second)
    assert _hashes(first)["positions.parquet"] != _hashes(third)["positions.parquet"]


def test_a_block_does_not_depend_on_what_is_made_beside_it() -> None:
    world = market(500, 3, dt.date(2025, 6, 30))
    tables = histories.Tables.of(world)
    alone = histories.make_block(tables, 3, 1, 2000)
    histories.make_block(tables, 3, 0, histories.BLOCK)
    after = histories.make_block(tables, 3, 1, 2000)
    np.testing.assert_array_equal(alone.end, after.end)
    assert alone.person.min() == histories.BLOCK + 1


def test_clean_positions_hold_together(population: Path, jobs: pd.DataFrame) -> None:
    """Sorted by person and start, no overlap, no employer twice in a row, open ends last, nothing in the future."""
    same = jobs["person_id"].eq(jobs["person_id"].shift())
    assert jobs["person_id"].is_monotonic_increasing
    assert (jobs["gap"].dropna() >= 0).all()
    assert not (jobs["origin"] == jobs["employer_name"]).any()
    assert jobs.loc[same, "start"].gt(jobs["start"].shift()[same]).all()
    assert not (same & ~jobs["ended"].shift(fill_value=True)).any()
    assert jobs["start"].lt("2025-06-30").all() and jobs["end"].dropna().le("2025-06-30").all()
    assert (jobs["end"].dropna() > jobs["start"][jobs["ended"]]).all()
    names = pq.read_schema(population / "positions.parquet").names
    assert names[:5] == ["person_id", "employer_name", "title", "start_date", "start_precision"]


def test_the_folder_says_that_it_is_simulated(population: Path) -> None:
    settings = load_settings(population / "mercato.toml")
    assert settings.source.simulated and settings.as_of == dt.date(2025, 6, 30)
    assert settings.kinds == population / "employers.csv"
    assert json.loads((population / "truth.json").read_text("utf-8"))["simulated"] is True


def test_levels_follow_experience_and_titles_follow_levels(jobs: pd.DataFrame) -> None:
    beginners = jobs["experience"] <= 12
    assert set(jobs["level"][beginners]) == {"intern", "entry"}
    assert not set(jobs["level"][~beginners]) & {"intern", "entry"}
    assert jobs["title"][jobs["level"] == "senior"].str.startswith("Senior ").all()
    research = jobs[(jobs["family"] == "research") & (jobs["level"] == "mid")]
    assert set(research["title"][research["is_ai"]]) == {"AI Research Scientist"}


@pytest.mark.parametrize(("people", "seed", "employers"), [(0, 1, None), (10, -1, None), (10, 1, 3)])
def test_numbers_out_of_range_are_refused(tmp_path: Path, people: int, seed: int, employers: int | None) -> None:
    with pytest.raises(SettingsError, match="at least"):
        simulate(tmp_path / "x", people, seed, employers=employers)


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(SettingsError, match="thesis"):
        simulate(tmp_path, 100)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(SettingsError, match="cannot be written"):
        simulate(tmp_path / "thesis.docx" / "x", 100)


def test_a_few_people_are_enough_and_a_second_run_takes_the_place_of_the_first(tmp_path: Path) -> None:
    simulate(tmp_path, 1, messy=True)
    simulate(tmp_path, 1)
    assert {p.name for p in tmp_path.iterdir()} == {"positions.parquet", "employers.csv", "truth.json", "mercato.toml"}


def test_a_run_that_is_stopped_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path, 1000, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_names_stay_apart_when_case_and_legal_forms_go(population: Path) -> None:
    names = pd.read_csv(population / "employers.csv")["employer"]
    spelt = (spelling for name in names for spelling in (name, name.upper(), f"{name}, Inc.", f"{name} GmbH"))
    assert len({reduce_name(name).key for name in spelt}) == len(names)
