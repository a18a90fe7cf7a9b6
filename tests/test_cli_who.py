"""`mercato who`: which employer a name is in the data, what else leads to it, and what was nearly joined."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mercato.cli import mercato
from mercato.errors import DataError
from mercato.naming import WIDEST, cut, in_words, reason_in_words

DATA = Path(__file__).resolve().parents[1] / "mercato" / "identity" / "data"
NAMES = {
    "Bluebird Robotics": 30, "Bluebird Robotics Ltd.": 4, "BLUEBIRD ROBOTICS": 2, "Quanterra Instruments": 60,
    "Quanterrra Instruments": 1, "Google": 12, "Google Inc.": 3, "Google / Quanterra Instruments": 1, "unemployed": 2,
    "=Hostile; DROP TABLE names": 1, "Maria Gonzalez": 1,
}  # fmt: skip


@pytest.fixture
def careers(tmp_path: Path) -> Path:
    names = [name for name, count in NAMES.items() for _ in range(count)]
    rows = "".join(f'p{i},"{name}",2015-01-10,2018-03-01\n' for i, name in enumerate(names))
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + rows, "utf-8")
    return tmp_path / "careers.csv"


def run(*words: object) -> Result:
    return CliRunner().invoke(mercato, ["who", *map(str, words)])


def told(*words: object) -> dict[str, Any]:
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_name_that_leads_to_an_employer_is_shown_with_its_records_and_why(careers: Path) -> None:
    found = told("Bluebird Robotics Ltd.", careers)
    (employer,) = found["employers"]
    assert (found["in_the_data"], found["records"]) == (True, 4)
    assert (employer["employer"], employer["records"]) == ("Bluebird Robotics", 36)
    assert [(row["name"], row["records"], row["reason"]) for row in employer["names"]] == [
        ("Bluebird Robotics", 30, "the name shown"),
        ("Bluebird Robotics Ltd.", 4, "the same but for the legal form"),
        ("BLUEBIRD ROBOTICS", 2, "the same but for case and punctuation"),
    ]


def test_owners_lists_and_texts_of_several_employers_are_told(careers: Path) -> None:
    (employer,) = told("Google", careers)["employers"]
    assert employer["kind"] == "big_tech"
    assert [(o["owner"], o["from"]) for o in employer["owners"]] == [("Alphabet", "2015-10")]
    assert [each["list"] for each in employer["lists"]] == ["big_tech"]
    assert [row["name"] for row in employer["among_several"]] == ["Google / Quanterra Instruments"]
    assert employer["records"] == 15
    said = run("Google", careers).stdout
    assert "Owned by Alphabet from 2015-10" in said
    assert "On the list big_tech" in said
    assert "1 name holds it among several employers" in said


def test_a_text_of_several_employers_shows_each(careers: Path) -> None:
    found = told("Google / Quanterra Instruments", careers)
    assert [employer["employer"] for employer in found["employers"]] == ["Google", "Quanterra Instruments"]


def test_a_misspelling_says_why_it_was_joined(careers: Path) -> None:
    said = run("Quanterrra Instruments", careers).stdout
    assert "much like it: one letter differs in a long word" in said
    assert "Joined because the names are much alike:" in said
    assert "for: one letter differs in a long word" in said


def test_a_name_that_no_record_has_is_resolved_as_if_one_had(careers: Path) -> None:
    found = told("Bluebird Robotics GmbH", careers)
    assert not found["in_the_data"]
    assert [employer["employer"] for employer in found["employers"]] == ["Bluebird Robotics"]
    assert "No record has the name “Bluebird Robotics GmbH”" in run("Bluebird Robotics GmbH", careers).stdout


def test_a_name_that_leads_nowhere_is_an_error_with_the_nearest_names(careers: Path) -> None:
    result = run("Blueberg Robots", careers)
    assert result.exit_code == 1
    assert isinstance(result.exception, DataError)
    assert "'Blueberg Robots' is not among the 11 names read" in str(result.exception)
    assert "The nearest are: Bluebird Robotics" in str(result.exception)


def test_no_person_is_offered_as_a_name_like_another(careers: Path) -> None:
    result = run("Mariah Gonzales", careers)
    assert result.exit_code == 1
    assert "Maria Gonzalez" not in str(result.exception)


def test_a_name_that_is_no_employer_says_why(careers: Path) -> None:
    assert "“unemployed” (2 records) is not an employer: " in run("unemployed", careers).stdout
    assert told("unemployed", careers)["not_an_employer"]


def test_the_users_list_is_the_reason_where_it_decided(careers: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,alias\nQuanterra Instruments,Bluebird Robotics\n", "utf-8")
    (employer,) = told("Bluebird Robotics", careers, "--aliases", tmp_path / "a.csv")["employers"]
    assert employer["employer"] == "Quanterra Instruments"
    assert {r["name"]: r["reason"] for r in employer["names"]}["Bluebird Robotics"] == "your list"


def test_thirty_names_are_shown_unless_all_are_asked_for(tmp_path: Path) -> None:
    """'Zorblax' in 40 spellings that differ in punctuation alone."""
    rows = "".join(f"p{i},Zorblax{'.' * i},2015-01-10,2018-03-01\n" for i in range(1, 41))
    (tmp_path / "c.csv").write_text("person_id,employer,start_date,end_date\n" + rows, "utf-8")
    few, every = run("Zorblax.", tmp_path / "c.csv").stdout, run("Zorblax.", tmp_path / "c.csv", "--all").stdout
    assert "40 names as written lead to it, with 40 records; the first 30 (--all shows every one)" in few
    assert (few.count("  1.00  "), every.count("  1.00  ")) == (30, 40)


@pytest.mark.parametrize("name", ["=Hostile; DROP TABLE names", "x" * 10_000, "[.*+?^${}()|", "\u202eelgooG", "😀", ""])
def test_hostile_names_end_well(careers: Path, name: str) -> None:
    result = run(name, careers)
    assert result.exit_code in (0, 1)
    assert result.exception is None or isinstance(result.exception, DataError | SystemExit), result.exception
    assert max(map(len, (result.stdout + str(result.exception)).splitlines())) < 700


def test_long_and_invisible_names_are_cut_on_screen() -> None:
    assert len(cut("x" * 10_000)) == WIDEST
    assert cut("Acme\u202e\0\nLtd") == "Acme Ltd"
    assert cut("Acme") == "Acme"


def test_evidence_is_told_in_words_the_heaviest_first() -> None:
    said = in_words("name typo +9.5; form unsaid -3; frequency far +5; numbers other -12")
    assert said == (
        "for: one letter differs, one is written at least 50 times as often as the other; "
        "against: their numbers differ, one says what sort of institution it is, the other does not"
    )


def test_every_level_of_evidence_has_words() -> None:
    weights, words = (tomllib.loads((DATA / f"{n}.toml").read_text("utf-8")) for n in ("weights", "evidence"))
    levels = {(c, level) for c, each in weights.items() if isinstance(each, dict) for level in each}
    assert levels == {(c, level) for c, each in words.items() for level in each if c != "reasons"}


def test_reasons_of_layers_are_told_in_words() -> None:
    assert reason_in_words("alias") == "your list"
    assert reason_in_words("parts: a trade") == "its name with a trade"
    assert reason_in_words("led by: begins with its name, and 'x{0}' is no employer") == (
        "begins with its name, and 'x{0}' is no employer"
    )
    assert reason_in_words("a reason of {tomorrow}") == "a reason of {tomorrow}"
