"""What titles do to the records of a market: families from taxonomies, and the share of titles that tell none."""

from __future__ import annotations

from pathlib import Path

import pytest

import mercato
from mercato.report.words import load
from mercato.settings import Settings

FOLDER = Path(__file__).parent / "fixtures" / "taxonomies"


def _careers(folder: Path, titles: list[str], kind: str = "positions") -> Path:
    head = {"positions": "person_id,employer,title,start_date", "sightings": "person_id,employer,title,year"}[kind]
    day = {"positions": "2015-01-10", "sightings": "2015"}[kind]
    file = folder / f"{kind}.csv"
    file.write_text("\n".join([head, *(f"{i},Acme,{title},{day}" for i, title in enumerate(titles))]), "utf-8")
    return file


def test_the_titles_that_tell_no_family_are_counted(tmp_path: Path) -> None:
    """Of five records four have a title, and two of these tell no family."""
    with mercato.read(_careers(tmp_path, ["Nurse", "Zorglub", "Zorglub", " ", "Software Engineer"])) as market:
        counted = market._resolved.counted()
    assert (counted["titled"], counted["untold_titles"]) == (4, 2)


def test_titles_of_positions_and_sightings_are_counted_together(tmp_path: Path) -> None:
    files = [_careers(tmp_path, ["Nurse", "Zorglub"]), _careers(tmp_path, ["Zorglub"], "sightings")]
    with mercato.read(files) as market:
        counted = market._resolved.counted()
    assert (counted["titled"], counted["untold_titles"]) == (3, 2)


def test_records_without_titles_have_no_share(tmp_path: Path) -> None:
    file = tmp_path / "careers.csv"
    file.write_text("person_id,employer,start_date\n1,Acme,2015-01-10\n2,Acme,2016-01-10\n", "utf-8")
    with mercato.read(file) as market:
        assert set(market._resolved.counted()) == {"not_employers"}


def test_a_taxonomy_of_the_settings_gives_families(tmp_path: Path) -> None:
    file = _careers(tmp_path, ["Mégissier"] * 6)
    told: list[str] = []
    settings = Settings(taxonomies=(FOLDER / "rome.csv",))
    with mercato.read(file, settings, progress=lambda sentence, share=None: told.append(sentence)) as market:
        families = market.measure("hires", by=["family"]).table["family"].to_pylist()
    assert families == ["media"]
    assert any(sentence.startswith("rome.csv: ") for sentence in told)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_share_has_words(language: str) -> None:
    assert {"quality.titled", "quality.untold_titles"} <= set(load(language))
