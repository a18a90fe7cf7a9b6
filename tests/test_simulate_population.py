"""Simulated populations: same seed same bytes, and the planted truth found again by a naive count in numpy."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mercato.errors import SettingsError
from mercato.settings import load_settings
from mercato.simulate import histories
from mercato.simulate.population import simulate
from mercato.statistics.ratios import flow_ratio
from mercato.statistics.shares import wilson
from mercato.statistics.survival import kaplan_meier


def _hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("simulated") / "a", 300_000, seed=5).folder


@pytest.fixture(scope="module")
def jobs(population: Path) -> pd.DataFrame:
    table = pq.read_table(population / "positions.parquet").to_pandas(types_mapper=None)
    table = table.astype({"employer_name": str})
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


def _found(jobs: pd.DataFrame, figure: dict[str, Any]) -> tuple[float, float, bool]:
    """The interval of one figure, by the plainest way."""
    cell = figure["cell"]
    if figure["measure"] == "retention":
        mine = np.ones(len(jobs), dtype=bool)
        for name, column in {"employer": "employer_name", "kind": "kind", "cohort": "year"}.items():
            if name in cell:
                mine &= (jobs[column] == cell[name]).to_numpy()
        stays = jobs[mine]
        found = kaplan_meier(stays["tenure"], stays["ended"], times=[figure["options"]["months"]])
        return float(found.low[0, 0]), float(found.high[0, 0]), bool(found.at_risk[0, 0] >= 10)
    if figure["measure"] == "flow_ratio":
        soon = jobs[jobs["gap"] <= 92]
        there, back = (
            int(((soon["origin"] == a) & (soon["employer_name"] == b)).sum())
            for a, b in ((cell["origin"], cell["destination"]), (cell["destination"], cell["origin"]))
        )
        ratio = flow_ratio(there, back)
        return float(ratio.low), float(ratio.high), there + back >= 5
    hired = jobs[jobs["kind"] == cell["kind"]]
    if figure["measure"] == "origins":
        share = wilson(int((hired["origin"] == cell["origin"]).sum()), len(hired))
    else:
        hired = hired[hired["year"] == cell["year"]]
        share = wilson(int((hired["experience"] <= 12).sum()), len(hired))
    return float(share.low), float(share.high), len(hired) >= 5


@pytest.mark.parametrize("measure", ["retention", "flow_ratio", "origins", "entry_share"])
def test_planted_figures_lie_in_their_intervals(population: Path, jobs: pd.DataFrame, measure: str) -> None:
    told = json.loads((population / "truth.json").read_text("utf-8"))["figures"]
    inside = []
    for figure in told:
        if figure["measure"] == measure:
            low, high, shown = _found(jobs, figure)
            if shown:
                inside.append(low <= figure["value"] <= high)
    assert len(inside) >= 20
    assert np.mean(inside) >= 0.92, f"{np.mean(inside):.3f} of {len(inside)}"
