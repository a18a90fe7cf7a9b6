"""Files that are no careers, or not as they seem: what is said of each, and what is read all the same."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources import recognise
from mercato.sources.recognise import find_sources

HEADER = "person_id,employer,start_date,end_date\n"
ROWS = "p1,Acme,2015-01-10,2016-02-01\np2,Bolt,2015-03-10,\n"
STAYS = [{"person_id": f"p{i}", "employer": "Acme", "start_date": "2015-01-10"} for i in range(3)]
MOVE = {"person": "Ada", "from": "Acme", "to": "Bolt"}

SAID = {
    "page.csv": ("<!DOCTYPE html><html><table>\n</table></html>", r"is a web page \(HTML\)"),
    "list.xml": ('<?xml version="1.0"?>\n<list><one/></list>', "is XML, but no ORCID record"),
    "bare.txt": ("<list>\n<one/></list>", "is XML, but no ORCID record"),
    "broken.json": ('{"person_id": "p1",\n "employer": ', "is not JSON .* at line 2"),
    "number.json": ("17", "one value, 17"),
    "nothing.json": ("[]", "an empty list"),
    "wrapped.json": (json.dumps({"data": STAYS}, indent=1), "one object that holds 'data'.*write that list alone"),
    "lists.json": ('[["person_id", "employer"], ["p1", "Acme"]]', "a list of 2 values such as"),
    "deep.json": ("[" * 100_000, "nested too deeply"),
    "moves.json": (json.dumps([MOVE] * 3), r"a move or an event \('from' and 'to' hold no dates\)"),
    "moves.csv": ("name,from,to\nAda,Acme,Bolt\n", "write a move as two rows"),
    "nested.jsonl": (
        "\n".join(json.dumps({**one, "employer": {"name": "Acme"}}) for one in STAYS),
        "Left out, since they hold lists or objects and not single values: 'employer'",
    ),
    "headless.csv": (ROWS, r"The first line seems to be a record \('2015-01-10' is a date\)"),
    "signs.csv": ((HEADER + ROWS).replace(",", "^"), r'say separator = "\^" under \[source\]'),
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_file_is_instead_of_careers_is_said(tmp_path: Path, name: str) -> None:
    content, said = SAID[name]
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(DataError, match=said) as error:
        recognise.recognise(tmp_path / name)
    assert name in str(error.value)


def test_the_first_sign_that_parts_the_columns_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "signs.csv").write_text((HEADER + ROWS).replace(",", "^"), "utf-8")
    found = recognise.recognise(tmp_path / "signs.csv", SourceSettings(separator="^"))
    assert found.roles["employer"] == "employer"


@pytest.mark.parametrize(
    ("titles", "line"),
    [
        ("Staff of Acme\n", 2),
        ("Staff of Acme\nExported on 3 May\n\n", 4),
        ("Staff of Acme, all sites\n,,,\n", 3),
    ],
)
def test_lines_of_titles_above_the_header_are_passed_over(tmp_path: Path, titles: str, line: int) -> None:
    (tmp_path / "staff.csv").write_text(titles + HEADER + ROWS, "utf-8")
    found = recognise.recognise(tmp_path / "staff.csv")
    assert found.roles == {"person_id": "person_id", "employer": "employer", "start": "start_date", "end": "end_date"}
    assert f"header on line {line}" in found.sentence


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    """A pipe that nobody writes to would be waited for without end."""
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path(os.devnull)):
        with pytest.raises(DataError, match="a device, a pipe or a socket"):
            recognise.recognise(path)
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match=r"is a link to .*nowhere\.csv, where nothing is"):
        recognise.recognise(tmp_path / "link.csv")


def test_a_folder_that_holds_itself_is_looked_in_once(tmp_path: Path) -> None:
    (tmp_path / "careers.csv").write_text(HEADER + ROWS, "utf-8")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "again").symlink_to(tmp_path)
    found, passed = find_sources([tmp_path], Settings())
    assert [one.name for one in found] == ["careers.csv"]
    assert ["again: a link to a folder that was looked in already" in one for one in passed] == [True]


def test_a_folder_of_other_files_is_given_up_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "MOST_FILES", 3)
    for number in range(5):
        (tmp_path / f"note{number}.txt").write_text("nothing\nof use\n", "utf-8")
    with pytest.raises(DataError, match="none of the first 3 files in it are careers"):
        find_sources([tmp_path], Settings())


def test_the_same_bytes_are_read_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(HEADER + ROWS, "utf-8")
    (tmp_path / "c.csv").write_text(HEADER + ROWS.replace("p", "q"), "utf-8")
    found, passed = find_sources([tmp_path, tmp_path / "a.csv"], Settings())
    assert [one.name for one in found] == ["a.csv", "c.csv"]
    assert [one.endswith("a.csv, read once") for one in passed] == [True, True]


def test_the_same_bytes_told_apart_by_settings_are_read_twice(tmp_path: Path) -> None:
    for name in ("acme.csv", "bolt.csv"):
        (tmp_path / name).write_text("person_id,year\np1,2015\np2,2016\n", "utf-8")
    said = {f"{name}.csv": SourceSettings(columns={"employer": f"@{name}"}) for name in ("acme", "bolt", "ceres")}
    found, passed = find_sources([tmp_path], Settings(sources=said))
    assert len(found) == 2
    assert ["'ceres.csv'" in one and "no file" in one for one in passed] == [True]


def test_an_edition_in_a_folder_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "careers.csv").write_text(HEADER + ROWS, "utf-8")
    (tmp_path / "edition" / "figures").mkdir(parents=True)
    (tmp_path / "edition" / "edition.json").write_text("{}", "utf-8")
    (tmp_path / "edition" / "figures" / "spells.csv").write_text(HEADER + ROWS + ROWS, "utf-8")
    found, passed = find_sources([tmp_path], Settings())
    assert [one.name for one in found] == ["careers.csv"]
    assert passed == []
