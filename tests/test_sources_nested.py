"""Nested JSON by declaration: People Data Labs, OpenAlex, Wikidata; the same rows however the file is laid out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from nested_reading import FIXTURES, dated, read

from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.columns import LAYOUTS
from mercato.sources.columnwords import ROLES
from mercato.sources.declared import declarations
from mercato.sources.jsonpaths import shape
from mercato.sources.registry import FORMATS

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "careers" / "openalex_author.json"


def positions(told) -> list[tuple]:
    return [
        (r["person_id"], r["employer_name"], r["title"] or "", dated(r, "start"), dated(r, "end")) for r in told.rows
    ]


def sightings(told) -> list[tuple]:
    return [(r["person_id"], r["employer_name"], r["country"] or "", dated(r, "seen")) for r in told.rows]


def test_people_data_labs(tmp_path: Path) -> None:
    told = read(tmp_path / "out", FIXTURES / "people_data_labs.jsonl")
    assert positions(told) == [
        ("kQ7vLmA0xTz_0000", "lumenwerk", "chief technology officer", "2021-06", ""),
        ("kQ7vLmA0xTz_0000", "[24]seven robotics", "senior engineer", "2018", "2021-05"),
        ("kQ7vLmA0xTz_0000", "university of lyon", "research intern", "2015-09-01", "2018"),
        ("b2Rn0eFyyQw_0000", "Łódź Data Sp. z o.o.", "data scientist", "2017-02", ""),
    ]
    # two levels and "vp" have no single meaning; a country is that of the job, not of the company
    assert [(r["given_level"], r["place"], r["country"], str(r["verified_on"])) for r in told.rows] == [
        ("executive", "lyon, auvergne-rhone-alpes, france", "FR", "2024-03-01"),
        (None, None, None, "2024-03-01"),
        ("intern", "france", "FR", "2024-03-01"),
        (None, None, None, "2020-01-15"),
    ]
    assert told.refused == [
        ("people_data_labs.jsonl#2", "experience[].company.name", None, "no employer"),
        ("people_data_labs.jsonl#2", "experience[].start_date", None, "no date"),
        ("people_data_labs.jsonl#4", "", None, "not JSON"),
        (
            "people_data_labs.jsonl#5", "", '{"id": "zz", "full_name": "another schema", "jobs": []}',
            "no experience in it",
        ),
    ]  # fmt: skip
    assert "1 of 5 records list no job" in told.sources[0].notes


def test_openalex_authors(tmp_path: Path) -> None:
    told = read(tmp_path / "out", FIXTURES / "openalex_authors.jsonl")
    assert sightings(told) == [
        ("A5000000001", "Northbank University", "GB", "2020"),
        ("A5000000001", "Northbank University", "GB", "2019"),
        ("A5000000001", "Northbank Institute of Optics", "GB", "2020"),
    ]
    assert told.refused == [
        ("openalex_authors.jsonl#2", "affiliations[].years[]", None, "no date"),
        ("openalex_authors.jsonl#2", "affiliations[].institution.display_name", None, "no employer"),
    ]
    assert told.sources[0].licence == "CC0-1.0"


def test_openalex_works(tmp_path: Path) -> None:
    told = read(tmp_path / "out", FIXTURES / "openalex_works.jsonl")
    assert sightings(told) == [
        ("A5000000001", "Northbank University", "GB", "2021-03-14"),
        ("A5000000001", "Instituto del Mar", "CL", "2021-03-14"),
        ("A5000000009", "Quantum Start-up, Shenzhen", "", "2021-03-14"),  # no institution: as printed
        ("A5000000009", "School of Physics, Shenzhen", "", "2021-03-14"),
        ("name:P. Only", "Northbank University", "GB", "1998"),  # a first of January is a year
        ("A5000000001", "Instituto del Mar", "CL", "2005"),
    ]
    assert told.refused == [
        ("openalex_works.jsonl#1", "authorships[].institutions[].display_name", None, "no employer"),
    ]


def test_wikidata_dump(tmp_path: Path) -> None:
    told = read(tmp_path / "out", FIXTURES / "wikidata_dump.json")
    assert positions(told) == [
        ("Q900010", "Harbour Observatory", "directrice", "2015", "2018-04"),
        ("Q900010", "Q900099", "", "2018-04-16", ""),  # the file does not hold this employer
    ]
    time = "claims.P108[].qualifiers.P580[0].datavalue.value.time"
    assert told.refused == [
        ("wikidata_dump.json#3", "", None, "a deprecated statement"),
        ("wikidata_dump.json#3", "claims.P108[].mainsnak.datavalue.value.id", None, "no employer"),
        ("wikidata_dump.json#3", time, "coarser than a year", "not a date"),
        ("wikidata_dump.json#3", "", None, "ended on a day that is not known"),
        ("wikidata_dump.json#3", time, None, "no date"),
    ]


def test_sparql_results(tmp_path: Path) -> None:
    told = read(tmp_path / "out", FIXTURES / "sparql_results.json")
    assert positions(told) == [
        ("Q900010", "Harbour Observatory", "director", "2015-01-01", "2018-04"),  # its precision is said: a day
        ("Q900010", "Q900099", "", "2018-04-16", ""),
        ("Q900011", "Harbour Observatory", "", "", "2009"),  # "some value" is no start
    ]
    assert [reason for *_, reason in told.refused] == ["no employer"]


AUTHORS = (FIXTURES / "openalex_authors.jsonl").read_bytes()
_LINES = AUTHORS.splitlines()
_LIST = b"[" + b", ".join(_LINES) + b"]"
_PAGE = b'{"meta": {"count": 3, "page": 1}, "results": ' + _LIST + b', "group_by": []}'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ndjson", AUTHORS),
        ("a.json", AUTHORS),
        ("a.jsonl.gz", gzip.compress(AUTHORS)),
        ("part_000.gz", gzip.compress(AUTHORS)),
        ("a.jsonl.zst", zstandard.compress(AUTHORS)),
        ("a.jsonl", b"\xef\xbb\xbf" + AUTHORS),
        ("a.jsonl", AUTHORS.replace(b"\n", b"\r\n\r\n")),
        ("a.jsonl", AUTHORS.decode().encode("utf-16")),
        ("a.json", _LIST),
        ("a.json", json.dumps(json.loads(_LIST), indent=2).encode()),
        ("a.json", b"[\n" + b",\n".join(_LINES) + b"\n]\n"),
        ("a.json", b"[\r\n" + b" ,\r\n".join(_LINES) + b"\r\n]"),
        ("a.json", _PAGE),
        ("a.json", json.dumps(json.loads(_PAGE), indent=4).encode()),
        ("a.json.gz", gzip.compress(_PAGE)),
        ("a.jsonl", b'{"meta": {}, "results": []}\n' + _PAGE + b"\n"),
    ],
)  # fmt: skip
def test_the_same_rows_however_it_is_laid_out(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    told = read(tmp_path / "out", tmp_path / name)
    assert sightings(told) == [
        ("A5000000001", "Northbank University", "GB", "2020"),
        ("A5000000001", "Northbank University", "GB", "2019"),
        ("A5000000001", "Northbank Institute of Optics", "GB", "2020"),
    ]
    assert [reason for *_, reason in told.refused] == ["no date", "no employer"]


def test_a_long_list_of_lines_is_cut_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mercato.sources.jsontexts._CHUNK", 97)
    (tmp_path / "dump.json").write_bytes(b"[\n" + b",\n".join(_LINES * 5) + b"\n]\n")
    told = read(tmp_path / "out", tmp_path / "dump.json")
    assert (told.sources[0].read, told.sources[0].accepted) == (25, 15)


def test_other_wrappings(tmp_path: Path) -> None:
    jobs = [line for line in (FIXTURES / "people_data_labs.jsonl").read_bytes().splitlines() if b"broken" not in line]
    person = (FIXTURES / "wikidata_dump.json").read_bytes().splitlines()[3]
    for name, data, accepted in (
        ("search.json", b'{"status": 200, "total": 2, "data": [' + b",".join(jobs) + b"]}", 4),
        ("enrich.json", b'{"status": 200, "likelihood": 9, "data": ' + jobs[0] + b"}", 3),
        ("entity.json", b'{"entities": {"Q900010": ' + person + b'}, "success": 1}', 2),
    ):
        (tmp_path / name).write_bytes(data)
        assert read(tmp_path / name.split(".")[0], tmp_path / name).sources[0].accepted == accepted


def test_a_snapshot_is_one_source_and_its_rejects_name_their_part(tmp_path: Path) -> None:
    for day, data in (("01", AUTHORS), ("02", AUTHORS.replace(b"A50", b"A60") + b"broken\n")):
        part = tmp_path / "snapshot" / "authors" / f"updated_date=2024-01-{day}" / "part_000.gz"
        part.parent.mkdir(parents=True)
        part.write_bytes(gzip.compress(data))
    (tmp_path / "snapshot" / "authors" / "manifest").write_text("{}")
    told = read(tmp_path / "out", tmp_path / "snapshot")
    assert [(s.format, s.read, s.accepted) for s in told.sources] == [("OpenAlex authors", 11, 6)]
    assert told.refused[-1] == ("authors/updated_date=2024-01-02/part_000.gz#4", "", None, "not JSON")


def test_a_folder_of_several_formats_is_several_sources(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("people_data_labs.jsonl", "openalex_works.jsonl", "wikidata_dump.json"):
        (folder / name).write_bytes((FIXTURES / name).read_bytes())
    told = read(tmp_path / "out", folder)
    assert [s.format for s in told.sources] == ["OpenAlex works", "People Data Labs", "Wikidata entities"]


def test_roles_may_be_named_and_left_out(tmp_path: Path) -> None:
    name = "openalex_authors.jsonl"
    said = SourceSettings(columns={"employer": "affiliations[].institution.ror", "country": "", "place": "@Earth"})
    told = read(tmp_path / "out", FIXTURES / name, settings=Settings(sources={name: said}))
    assert [(r["employer_name"], r["place"], r.get("country")) for r in told.rows] == [
        ("https://ror.org/00aaaaaa1", "Earth", None),
        ("https://ror.org/00aaaaaa1", "Earth", None),
        ("https://ror.org/00aaaaaa2", "Earth", None),
    ]


def _changed(name: str, old: bytes, new: bytes) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        (folder / name).write_bytes((FIXTURES / name).read_bytes().replace(old, new))
        return folder / name

    return made


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (_changed("openalex_authors.jsonl", b'"affiliations"', b'"affils"'), "has no affiliations: found id, orcid"),
        (
            _changed("openalex_authors.jsonl", b'"institution"', b'"org"'),
            "has no affiliations[].institution: found org",
        ),
        (_changed("openalex_works.jsonl", b'"authorships"', b'"authors"'), "has no authorships: found id, doi"),
        (_changed("people_data_labs.jsonl", b'"company"', b'"firm"'), "has no experience[].company: found firm"),
        (_changed("sparql_results.json", b'"employer', b'"thing'), "no variable says the employer: it has item"),
    ],
)
def test_a_changed_schema_is_an_error_that_lists_what_is_there(tmp_path: Path, made: Callable, found: str) -> None:
    with pytest.raises(DataError, match="is recognised as") as raised:
        read(tmp_path / "out", made(tmp_path))
    assert found in str(raised.value)


@pytest.mark.skipif(not SHARED.is_file(), reason="needs ../shared/data/careers/openalex_author.json")
def test_a_real_author(tmp_path: Path) -> None:
    told = read(tmp_path / "out", SHARED)
    record = json.loads(SHARED.read_text("utf-8"))
    assert told.sources[0].accepted == sum(len(one["years"]) for one in record["affiliations"])
    assert {r["employer_name"] for r in told.rows} == {
        one["institution"]["display_name"] for one in record["affiliations"]
    }


def test_declarations_are_whole() -> None:
    names = [form.name for form in FORMATS]
    for form in declarations():
        assert form.name in names
        assert form.layout in LAYOUTS
        assert set(form.roles) <= set(ROLES)
        for told in (form.strip, form.lengths, form.patterns, form.words):
            assert set(told) <= set(form.roles)
        assert json.loads(shape(form.lists, form.ends))
