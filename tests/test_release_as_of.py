"""An as-of date in the past uses nothing later: all figures are those of the records cut to what was known then."""

from __future__ import annotations

import csv
import datetime as dt
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mercato
from mercato.errors import SettingsError
from mercato.release.edition import Edition
from mercato.release.plan import PLAN
from mercato.settings import Options, Settings

SEEN = Settings(options=Options(minimum_people=1, minimum_at_risk=1, bulk_people=4))
SPELLINGS = {"Acme": ("Acme", "ACME Inc.", "Acme, Inc"), "Beta": ("Beta", "beta Ltd", "BETA"), "Ceres": ("Ceres",)}
TITLES = ("Junior engineer", "Engineer", "Senior research scientist", "Director", "")
ABOUT_FILES = ("starts", "coarse_starts", "coarse_ends", "monthly_starts", "january_starts", "open_ends",
               "unknown_starts", "duplicates", "sightings", "coarse_sightings", "several_employers",
               "people_by_name")  # fmt: skip

Row = dict[str, Any]


def made_positions(seed: int) -> list[Row]:
    """Careers of 60 people; the spelling of names changes over time, and a workforce moves as one in 2018."""
    chance, rows = random.Random(seed), []
    for person in range(60):
        day = dt.date(2010, 1, 1) + dt.timedelta(days=chance.randrange(2500))
        observed = chance.choice([None, None, day + dt.timedelta(days=chance.randrange(900))])
        for _ in range(chance.randrange(1, 6)):
            employer = chance.choice(list(SPELLINGS))
            late = day.year > 2015
            end = day + dt.timedelta(days=chance.randrange(20, 1500))
            rows.append({
                "person_id": f"p{person}",
                "employer": SPELLINGS[employer][-1 if late else 0],
                "title": chance.choice(TITLES),
                "start_date": day,
                "end_date": end if chance.random() < 0.8 else None,
                "verified_on": None if chance.random() < 0.5 else end,
                "observed_from": observed,
                "country": chance.choice(["US", "FR", "CA"]) if late else "US",
            })  # fmt: skip
            day = end + dt.timedelta(days=chance.choice([0, 1, 40, 200, -30]))
    for person in range(12):
        rows += [moved(person, "Dodo", 2012, 2018), moved(person, "Eos", 2018, 2022)]
    return rows


def moved(person: int, employer: str, start: int, end: int) -> Row:
    days = {"start_date": dt.date(start, 4, 1), "end_date": dt.date(end, 4, 1)}
    blank = dict.fromkeys(("verified_on", "observed_from"))
    return {"person_id": f"m{person}", "employer": employer, "title": "", "country": "US", **days, **blank}


def known_positions(rows: list[Row], day: dt.date) -> list[Row]:
    """What the records said at the end of a day: begun and seen by then, ends to come still open."""
    known = [r for r in rows if r["start_date"] <= day and (r["observed_from"] or day) <= day]
    return [cut(row, day) for row in known]


def cut(row: Row, day: dt.date) -> Row:
    if row["end_date"] and row["end_date"] > day:
        return {**row, "end_date": None, "verified_on": day}
    return {**row, "verified_on": row["verified_on"] and min(row["verified_on"], day)}


def made_sightings(seed: int) -> list[Row]:
    chance = random.Random(seed)
    return [
        {"person_id": f"p{person}", "employer": chance.choice(SPELLINGS[chance.choice(list(SPELLINGS))]), "year": year}
        for person in range(60)
        for year in sorted(chance.sample(range(2008, 2023), chance.randrange(1, 8)))
    ]


@pytest.fixture(autouse=True)
def one_figure_of_each_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    last_of_each = {planned.measure: planned for planned in PLAN}
    monkeypatch.setattr("mercato.market.PLAN", tuple(last_of_each.values()))


def edition(folder: Path, rows: list[Row], day: dt.date) -> Edition:
    folder.mkdir(parents=True)
    with (folder / "careers.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with mercato.read(folder / "careers.csv", replace(SEEN, as_of=day)) as market:
        return market.edition()


def told(made: Edition) -> dict[str, Any]:
    """All that an edition says of careers; what it says of its files differs, since the files do."""
    quality = {name: value for name, value in made.quality.items() if name not in ABOUT_FILES}
    return {"quality": quality, **{name: figure.to_csv() for name, figure in made.figures.items()}}


@pytest.mark.parametrize("day", [dt.date(2014, 6, 30), dt.date(2018, 4, 20)])
def test_positions_of_later_days_change_nothing(tmp_path: Path, day: dt.date) -> None:
    rows = made_positions(7)
    known = known_positions(rows, day)
    assert len(known) < len(rows)
    assert told(edition(tmp_path / "all", rows, day)) == told(edition(tmp_path / "known", known, day))


def test_sightings_of_later_days_change_nothing(tmp_path: Path) -> None:
    """A later sighting elsewhere would end a stay halfway to it, and so would say that somebody left."""
    rows, day = made_sightings(3), dt.date(2015, 12, 31)
    known = [row for row in rows if row["year"] <= day.year]
    assert told(edition(tmp_path / "all", rows, day)) == told(edition(tmp_path / "known", known, day))


def test_a_day_before_all_records_is_told(tmp_path: Path) -> None:
    made = made_positions(7)
    first = min(row["start_date"] for row in made if row["start_date"])
    with pytest.raises(SettingsError, match=f"2001-01-01 is before anything .* first record is of {first}"):
        edition(tmp_path / "all", made, dt.date(2001, 1, 1))
