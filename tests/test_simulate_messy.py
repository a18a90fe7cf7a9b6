"""The messy file: what is wrong in it, how often, and that the clean population is still in there."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from mercato.identity.employers.normalise import reduce_name
from mercato.simulate.population import simulate

PEOPLE = 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("messy") / "m", PEOPLE, seed=4, messy=True).folder


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "positions.csv", dtype=str, keep_default_na=False)


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = simulate(tmp_path / "again", PEOPLE, seed=4, messy=True, workers=1).folder
    assert (again / "positions.csv").read_bytes() == (folder / "positions.csv").read_bytes()


def test_dates_are_days_months_or_years(rows: pd.DataFrame) -> None:
    lengths = rows["start_date"].str.len().value_counts(normalize=True)
    assert set(lengths.index) == {10, 7, 4}
    assert lengths[4] == pytest.approx(0.08, abs=0.01) and lengths[7] == pytest.approx(0.25, abs=0.01)
    assert rows["start_date"].str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?").all()


def test_names_come_in_several_spellings_of_the_same_employers(folder: Path, rows: pd.DataFrame) -> None:
    known = set(pd.read_csv(folder / "employers.csv")["employer"])
    keys = {reduce_name(name).key for name in known}
    spelt = set(rows["employer_name"])
    assert len(spelt) > 4 * len(known)
    assert {reduce_name(name).key for name in spelt} <= keys


def test_some_rows_come_twice(rows: pd.DataFrame) -> None:
    assert rows.duplicated().mean() == pytest.approx(0.01, abs=0.004)


def test_some_ends_were_never_filled_in_and_some_jobs_overlap(rows: pd.DataFrame) -> None:
    once = rows.drop_duplicates()
    later = once.groupby("person_id").cumcount(ascending=False)
    stale = (once["end_date"] == "") & (later >= 2)
    assert stale.sum() / (later >= 2).sum() == pytest.approx(0.02, abs=0.005)
    two_at_once = (once["end_date"] == "") & (later == 1)
    assert 0 < two_at_once.mean() < 0.005
    exact = once[(once["start_date"].str.len() == 10) & (once["end_date"].str.len() == 10)]
    following = exact.groupby("person_id")["start_date"].shift(-1)
    assert (exact["end_date"] > following).mean() == pytest.approx(0.02, abs=0.02)
    assert (exact["end_date"] > following).sum() > 50
    assert (exact["end_date"] > exact["start_date"]).all()


def test_titles_are_spelt_freely(rows: pd.DataFrame) -> None:
    titles = set(rows["title"])
    assert {"Senior Software Engineer", "SENIOR SOFTWARE ENGINEER", "Sr. Software Engineer"} <= titles
    assert any(re.match("VP of", title) for title in titles)
