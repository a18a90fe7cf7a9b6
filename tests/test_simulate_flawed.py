"""Records with defects: what each does to them, that they compose, and that the truth lies beside."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from mercato.errors import SettingsError
from mercato.simulate.defects import DEFECTS, chosen
from mercato.simulate.population import simulate

PEOPLE = 4_000
AS_OF = "2025-06-30"


def _records(folder: Path, name: str = "positions.csv") -> pd.DataFrame:
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """The records under each defect alone, and of none, of the same people."""
    folder = tmp_path_factory.mktemp("flawed")
    told = {"none": simulate(folder / "none", PEOPLE, 7, vintages=[dt.date(2025, 6, 30)]).positions}
    told |= {name: simulate(folder / name, PEOPLE, 7, flaws=[name]).positions for name in DEFECTS}
    return {name: _records(path.parent, path.name) for name, path in told.items()}


def test_jobs_beside_a_job_are_added_and_the_others_stay(flawed: dict[str, pd.DataFrame]) -> None:
    more = flawed["simultaneous"]
    assert len(flawed["none"]) * 1.02 < len(more) < len(flawed["none"]) * 1.2
    assert {"Advisor", "Mentor"} <= set(more["title"]) and not {"Advisor"} & set(flawed["none"]["title"])


def test_who_is_there_when_a_startup_is_bought_goes_on_at_the_buyer_that_day(flawed: dict[str, pd.DataFrame]) -> None:
    split = flawed["acquired"]
    before, after = split.iloc[:-1].reset_index(drop=True), split.iloc[1:].reset_index(drop=True)
    passed_on = (before["person_id"] == after["person_id"]) & (before["end_date"] == after["start_date"])
    assert passed_on.sum() >= len(split) - len(flawed["none"]) > 10


def test_of_some_families_few_are_there(flawed: dict[str, pd.DataFrame]) -> None:
    shares = flawed["missing"].groupby("family")["person_id"].nunique()
    assert shares["engineering"] / shares["finance"] > 1.5 * (0.38 / 0.04) and set(shares.index) > {"finance"}


def test_some_are_followed_only_from_a_day_on(flawed: dict[str, pd.DataFrame]) -> None:
    seen = flawed["truncated"]
    late = seen[seen["observed_from"] != ""]
    assert 0.2 < len(late) / len(seen) < 0.5
    assert ((late["end_date"] == "") | (late["end_date"] > late["observed_from"])).all()
    assert (late["start_date"] < late["observed_from"]).mean() > 0.2


def test_what_came_after_the_last_look_is_not_in_the_record(flawed: dict[str, pd.DataFrame]) -> None:
    old = flawed["stale"]
    assert 0.1 < (old["verified_on"] < AS_OF).mean() < 0.4
    assert (old["start_date"] <= old["verified_on"]).all() and (old["end_date"] <= old["verified_on"]).all()


def test_what_is_new_is_entered_late(flawed: dict[str, pd.DataFrame]) -> None:
    def recent(records: pd.DataFrame, column: str) -> int:
        return int((records[column] >= "2025-05-01").sum())

    assert recent(flawed["late"], "start_date") < 0.8 * recent(flawed["none"], "start_date")
    assert recent(flawed["late"], "end_date") < 0.5 * recent(flawed["none"], "end_date")


def test_starts_heap_on_the_first_of_january(flawed: dict[str, pd.DataFrame]) -> None:
    shares = {name: flawed[name]["start_date"].str.endswith("-01-01").mean() for name in ("none", "january")}
    assert shares["none"] < 0.01 and shares["january"] == pytest.approx(0.35, abs=0.03)


def test_people_told_by_name_have_no_id_and_some_share_one(flawed: dict[str, pd.DataFrame]) -> None:
    named = flawed["homonyms"]
    assert "person_id" not in named and named["person_name"].nunique() < flawed["none"]["person_id"].nunique()


def test_exports_of_several_days_tell_the_same_records_as_far_as_known(tmp_path: Path) -> None:
    days = [dt.date(2024, 12, 31), dt.date(2025, 6, 30)]
    made = simulate(tmp_path / "v", PEOPLE, 7, messy=True, flaws=["late", "stale"], vintages=days)
    early, last = (_records(made.folder, f"positions-{day}.csv").drop_duplicates() for day in days)
    assert (early["verified_on"] <= "2024-12-31").all() and early["start_date"].max() <= "2024-12-31"
    keys = ["person_id", "employer_name", "title", "start_date"]
    both = early.merge(last, on=keys, how="left", suffixes=("", "_later"))
    assert both["end_date_later"].notna().all(), "what was once recorded stays so, told alike"
    assert ((both["end_date"] == "") | (both["end_date"] == both["end_date_later"])).all()
    assert ((both["end_date"] == "") & (both["end_date_later"] != "")).sum() > 20


def test_everything_at_once_is_the_same_again_and_keeps_the_truth(tmp_path: Path) -> None:
    made = [simulate(tmp_path / name, 500, 7, messy=True, flaws=["everything"], workers=n)
            for name, n in (("a", 1), ("b", 3))]  # fmt: skip
    files = [sorted(p.relative_to(one.folder) for p in one.folder.rglob("*.*")) for one in made]
    assert files[0] == files[1] and Path("_truth/positions.parquet") in files[0]
    assert all((made[0].folder / p).read_bytes() == (made[1].folder / p).read_bytes() for p in files[0])
    simulate(tmp_path / "a", 500, 8), "a folder of an earlier population is emptied"
    assert not (tmp_path / "a" / "_truth").exists()


def test_nonsense_is_refused(tmp_path: Path) -> None:
    assert chosen(("late,stale", "january")) == ("late", "stale", "january")
    with pytest.raises(SettingsError, match="no defect 'lat'"):
        simulate(tmp_path / "x", 10, flaws=["lat"])
    with pytest.raises(SettingsError, match="2030"):
        simulate(tmp_path / "x", 10, vintages=[dt.date(2030, 1, 1)])
    assert not (tmp_path / "x").exists()
    (tmp_path / "own" / "_truth").mkdir(parents=True)
    (tmp_path / "own" / "_truth" / "mine.txt").write_text("mine")
    with pytest.raises(SettingsError, match="_truth"):
        simulate(tmp_path / "own", 10, flaws=["late"])
