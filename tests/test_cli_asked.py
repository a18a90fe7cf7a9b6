"""What is asked of a market beyond what its records tell: days out of reach, too few people, empty tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import mercato
from mercato.asking import doubts_of_day, doubts_of_minimum
from mercato.errors import SettingsError
from mercato.settings import Options, Settings

ROWS = "\n".join(f"p{i},Acme,2015-01-{i + 1:02d},2018-03-31" for i in range(20))


@pytest.fixture
def careers(tmp_path: Path) -> Path:
    (tmp_path / "careers.csv").write_text(f"person_id,employer,start_date,end_date\n{ROWS}\n", "utf-8")
    return tmp_path / "careers.csv"


def test_a_day_before_the_first_record_is_an_error_with_the_days_that_are_known(careers: Path) -> None:
    with pytest.raises(SettingsError, match=r"2014-12-31 is before .*2015-01-01.*Expected a day up to 2018-03-31"):
        mercato.read(careers, as_of=dt.date(2014, 12, 31))


def test_the_day_of_the_first_record_tells_of_it(careers: Path) -> None:
    with mercato.read(careers, Settings(options=Options(minimum_people=1)), as_of=dt.date(2015, 1, 1)) as market:
        assert market.measure("hires", ["year"]).to_arrow()["estimate"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2018-03-31", ""),
        ("2019-03-31", ""),
        ("2019-05-01", "long after 2018-03-31"),
        ("2021-01-01", "still to come"),
    ],
)
def test_a_day_of_which_nothing_can_be_known_is_doubted(as_of: str, said: str) -> None:
    """The last record is of 31 March 2018 and it is the last day of 2020."""
    doubt = doubts_of_day(dt.date.fromisoformat(as_of), dt.date(2018, 3, 31), dt.date(2020, 12, 31))
    assert (said in doubt) if said else doubt == ""


def test_the_doubts_are_told_while_reading(careers: Path) -> None:
    said: list[str] = []
    settings = Settings(options=Options().set("minimum_people", 1))
    mercato.read(careers, settings, as_of=dt.date(2100, 1, 1), progress=lambda s, share=None: said.append(s)).close()
    warnings = " ".join(sentence for sentence in said if sentence.startswith("WARNING"))
    assert "2100-01-01 is still to come" in warnings
    assert "disclosure control is off" in warnings


def test_few_people_are_warned_of_and_nobody_is_refused() -> None:
    assert "of one person" in doubts_of_minimum(Options().set("minimum_people", "1"))
    assert "as few as 3" in doubts_of_minimum(Options().set("minimum_people", 3))
    assert doubts_of_minimum(Options()) == ""
    for number in ("0", "-1", "0.5"):
        with pytest.raises(SettingsError, match="minimum_people"):
            Options().set("minimum_people", number)
