"""Nested JSON made to harm: every record is accepted, or refused with a reason, or there is a clear error."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nested_reading import FIXTURES, read

from mercato.errors import DataError
from mercato.sources import nestedstaging

GOOD = b'{"id": "ada", "full_name": "Ada", "experience": [{"company": {"name": "Acme"}, "start_date": "2016"}]}\n'


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def reasons(folder: Path, *lines: bytes) -> list[str]:
    """The reasons for which these lines, between two good ones, are refused."""
    told = read(folder / "out", put(folder / "a.jsonl", GOOD + b"\n".join(lines) + b"\n" + GOOD.replace(b"ada", b"bo")))
    assert {row["person_id"] for row in told.rows} >= {"ada", "bo"}
    return [reason for *_, reason in told.refused]


def person(experience: str) -> bytes:
    return b'{"id": "x", "full_name": "X", "experience": ' + experience.encode() + b"}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "not JSON"),
        (GOOD[:40], "not JSON"),
        (GOOD.strip() + b" trailing", "not JSON"),
        (GOOD.strip() * 2, "not JSON"),
        (b'{"id": "n\x00", "experience": []}', "not JSON"),
        (b'{"id": "\xff", "experience": []}', "not JSON"),
        (b'{"id": "\\ud800", "experience": []}', "not JSON"),
        (b'{"id": "x", "experience": ' + b"[" * 100_000, "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"17", "not a JSON object"),
        (b"{}", "no experience in it"),
        (b'{"id": "x", "jobs": []}', "no experience in it"),
        (person('"text"'), "experience is not a list"),
        (person('{"company": "text"}'), "experience is not a list"),
        (person("true"), "experience is not a list"),
        (person('["text"]'), "no employer"),
        (person("[null]"), "no employer"),
        (person("[[[]]]"), "no employer"),
        (person('[{"company": null, "start_date": "2016"}]'), "no employer"),
        (person('[{"company": ["Acme"], "start_date": "2016"}]'), "no employer"),
        (person('[{"company": {"name": {"is": "Acme"}}, "start_date": "2016"}]'), "no employer"),
        (person('[{"company": {"name": ["Acme"]}, "start_date": "2016"}]'), "no employer"),
        (person('[{"company": {"name": "  "}, "start_date": "2016"}]'), "no employer"),
        (person('[{"company": {"name": "A\\u0000B"}, "start_date": "2016"}]'), "holds NUL bytes"),
        (person('[{"company": {"name": "' + "A" * 10_000 + '"}, "start_date": "2016"}]'), "longer than 500 characters"),
        (person('[{"company": {"name": "Acme"}, "start_date": ["2016"]}]'), "no date"),
        (person('[{"company": {"name": "Acme"}, "start_date": "soon"}]'), "not a date"),
        (person('[{"company": {"name": "Acme"}, "start_date": "2016", "end_date": "2015"}]'), "end before start"),
    ],
)
def test_a_bad_record_is_one_reject(tmp_path: Path, line: bytes, reason: str) -> None:
    assert reasons(tmp_path, line) == [reason]


@pytest.mark.parametrize("line", [person("null"), person("[]"), b"", b"  \t "])
def test_a_record_without_jobs_is_none(tmp_path: Path, line: bytes) -> None:
    assert reasons(tmp_path, line) == []


def test_of_a_key_that_comes_twice_the_first_counts(tmp_path: Path) -> None:
    twice = b'{"id": "one", "id": "two", "experience": [{"company": {"name": "Acme"}, "start_date": "2016"}]}'
    told = read(tmp_path / "out", put(tmp_path / "a.jsonl", GOOD + twice))
    assert [row["person_id"] for row in told.rows] == ["ada", "one"]


@pytest.mark.parametrize(
    "name",
    ["蚂蚁集团", "שלום \u200fעולם", "🦀 & Söhne", "'; DROP TABLE staged; --", "(.*)+$", "[24]7", "{curly", 'a\\b"c'],
)
def test_names_in_any_script_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    job = {"company": {"name": name}, "title": {"name": name}, "start_date": "2016"}
    line = json.dumps({"id": name, "full_name": name, "experience": [job]}, ensure_ascii=False).encode()
    told = read(tmp_path / "out", put(tmp_path / "it's a 'file'.jsonl", line + b"\n"))
    assert [(r["person_id"], r["employer_name"], r["title"]) for r in told.rows] == [(name, name, name)]


def test_lines_of_any_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made small: a line beyond all, which are 64 MB, is refused and the others are read."""
    monkeypatch.setattr(nestedstaging, "_USUAL_LINE", 1 << 19)
    monkeypatch.setattr(nestedstaging, "LONGEST_LINE", 1 << 20)
    lines = [GOOD.replace(b'"Ada"', b'"' + b"A" * size + b'"').strip() for size in (5_000, 40_000_000)]
    told = read(tmp_path / "out", put(tmp_path / "a.jsonl", GOOD + b"\n".join(lines) + b"\n" + GOOD))
    assert [r["employer_name"] for r in told.rows] == ["Acme"]
    assert told.refused[-1] == ("a.jsonl#3", "", '"a line longer than 1 MB"', "not a JSON object")
    assert [reason for *_, reason in told.refused[:-1]] == ["duplicate of an earlier record"] * 2


def test_a_line_of_sixty_four_megabytes(tmp_path: Path) -> None:
    line = GOOD.replace(b'"Ada"', b'"' + b"A" * (64 << 20) + b'"').replace(b'"ada"', b'"long"')
    told = read(tmp_path / "out", put(tmp_path / "a.jsonl", GOOD + line + GOOD.replace(b"ada", b"bo")))
    assert [r["person_id"] for r in told.rows] == ["ada", "long", "bo"]


@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress])
def test_a_compressed_file_that_is_cut_off_is_an_error(tmp_path: Path, packed) -> None:
    data = b"".join(GOOD.replace(b"ada", b"%d" % number) for number in range(20_000))
    path = put(tmp_path / "a.jsonl.gz", packed(data)[:-30])
    with pytest.raises(DataError, match="is cut short or damaged"):
        read(tmp_path / "out", path)


@pytest.mark.parametrize("cut", [20, 300, 1200])
def test_a_document_that_is_cut_off_is_an_error(tmp_path: Path, cut: int) -> None:
    data = (FIXTURES / "sparql_results.json").read_bytes()[:-cut]
    with pytest.raises(DataError, match="cannot be read as JSON") as raised:
        read(tmp_path / "out", put(tmp_path / "a.json", data))
    assert str(tmp_path) not in str(raised.value)


def test_a_damaged_part_of_a_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        put(folder / f"part_{number}.gz", gzip.compress(GOOD)[: -9 if number == 2 else None])
    put(folder / "part_3.gz", gzip.compress(b""))
    with pytest.raises(DataError, match=r"part_2\.gz"):
        read(tmp_path / "out", folder)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 3000) | st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "full_name", "experience", "company", "name", "title", "levels", "start_date", "location_names"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(_JSON, max_size=6))
def test_any_json_is_accepted_or_refused(tmp_path: Path, values: list) -> None:
    """``read`` checks that no record is lost; a line is at least one record unless it is a person without jobs."""
    lines = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    told = read(tmp_path / "out", put(tmp_path / "a.jsonl", GOOD + lines))
    none = sum(isinstance(v, dict) and "experience" in v and v["experience"] in (None, []) for v in values)
    assert told.sources[0].read >= 1 + len(values) - none
