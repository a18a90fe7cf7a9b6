"""Public data fetched from a server on this machine that misbehaves in every way that servers do."""

from __future__ import annotations

import datetime as dt
import gzip
import itertools
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import misbehaving
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from misbehaving import CUT, HALF_JSON, HTML, RESET, SILENT, Fault, Server, moved, refused, said, serving

from mercato.cli import mercato
from mercato.errors import DataError, SettingsError
from mercato.fetching import client as asking
from mercato.fetching import openalex, orcid, wikidata
from mercato.fetching.client import Client, user_agent
from mercato.fetching.declare import Source
from mercato.fetching.pace import Pace, retry_after
from mercato.fetching.run import Fetched, fetch
from mercato.sources import orcid as orcid_reader
from mercato.sources.formats import Context
from mercato.stopping import Stopped

ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2026, 3, 1)
CONTACT = "you@example.org"
NOT_JSON = said(b'{"meta": {"count": NaN}, "results": []}')
TRUSTED = ssl.create_default_context()


@pytest.fixture(autouse=True)
def straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no key of the machine's own user."""
    for name in (
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "MERCATO_OPENALEX_KEY",
        "MERCATO_ORCID_TOKEN",
        "MERCATO_CONTACT",
    ):
        monkeypatch.delenv(name, raising=False)


@dataclass
class Time:
    """A clock that moves only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)

    @property
    def waits(self) -> list[float]:
        """The waits that are longer than the pace between requests."""
        return [round(s, 6) for s in self.slept if s > 1.0]


@dataclass
class Heard:
    """What a fetch said, and the last count."""

    said: list[str] = field(default_factory=list)
    done: tuple[int, int | None] = (0, None)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def count(self, done: int, total: int | None) -> None:
        self.done = (done, total)


def run(
    server: Server,
    source: Source,
    into: Path,
    limit: int | None = None,
    time: Time | None = None,
    heard: Heard | None = None,
    **about: object,
) -> Fetched:
    time = time or Time()
    client = Client(
        source, server.address, CONTACT, sleep=time.sleep, clock=lambda: time.now, chance=random.Random(1),
        now=lambda: dt.datetime(2026, 3, 1, tzinfo=dt.UTC), trusted=TRUSTED, **about,
    )  # fmt: skip
    try:
        return fetch(source, into, client, heard or Heard(), limit, lambda: TODAY)
    finally:
        client.close()


def authors(key: str = "k", *institutions: str) -> Source:
    return openalex.source("authors", institutions or ["I4210161460"], None, CONTACT, key)


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and ".fetching" not in p.parts)


def seen(folder: Path) -> dict[str, bytes]:
    """Every file that a report would read, with its bytes."""
    return {name: (folder / name).read_bytes() for name in names(folder)}


@pytest.fixture
def alex() -> Iterator[Server]:
    """OpenAlex with 250 authors: three pages."""
    with serving(misbehaving.openalex(250)) as server:
        yield server


# What is fetched


def test_authors_of_an_institution_one_to_a_line(alex: Server, tmp_path: Path) -> None:
    heard = Heard()
    fetched = run(alex, authors(), tmp_path / "a", heard=heard)
    assert names(tmp_path / "a") == ["authors.jsonl.gz", "mercato.toml"]
    found = lines(tmp_path / "a" / "authors.jsonl.gz")
    assert [author["id"].rpartition("/")[2] for author in found] == [f"A{5000 + n}" for n in range(250)]
    assert found[7]["display_name"] == "Zoë Ōe 7"
    assert found[7]["affiliations"][0]["years"] == [2023, 2022]
    assert heard.done == (250, 250)
    assert fetched.sentence == f"250 authors of OpenAlex are in {tmp_path / 'a'} (4 requests)."
    assert alex.asked[0][0] == "/authors"
    assert alex.asked[0][1]["filter"] == "affiliations.institution.lineage:I4210161460"
    assert [asked["cursor"] for _, asked in alex.asked] == ["*", "100", "200", "300"]


def test_the_note_beside_says_whose_they_are(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "a")
    told = tomllib.loads((tmp_path / "a" / "mercato.toml").read_text("utf-8"))
    assert told["source"]["licence"] == "CC0-1.0"
    assert "retrieved on 2026-03-01; kind authors; institutions I4210161460; 250 authors" in told["source"]["citation"]


def test_who_asks_is_said(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "a")
    assert {headers["user-agent"] for headers in alex.headers} == {"mercato/0.1.0 (+you@example.org)"}
    assert {asked["mailto"] for _, asked in alex.asked} == {CONTACT}


def test_works_since_a_year(alex: Server, tmp_path: Path) -> None:
    run(alex, openalex.source("works", ["I1"], 2018, CONTACT, "k"), tmp_path / "w")
    assert alex.asked[0][1]["filter"] == "authorships.institutions.lineage:I1,from_publication_date:2018-01-01"
    assert len(lines(tmp_path / "w" / "works.jsonl.gz")) == 250


def test_an_institution_by_its_name(alex: Server, tmp_path: Path) -> None:
    heard = Heard()
    run(alex, authors("k", "openai", "I7"), tmp_path / "a", heard=heard)
    assert heard.said == ["openai is OpenAI (United States) (I4210161460) on OpenAlex"]
    assert heard.said[0] in (tmp_path / "a" / "mercato.toml").read_text("utf-8")
    assert alex.asked[1][1]["filter"].endswith(":I7|I4210161460")


def test_a_name_that_two_institutions_bear_is_not_guessed(alex: Server, tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        run(alex, authors("k", "Bell Labs"), tmp_path / "a")
    assert "I1 Bell Labs (US, 5 works); I2 bell labs (FR, 3 works)" in " ".join(str(error.value).split())
    assert "Give the id of the one meant" in str(error.value)
    assert not (tmp_path / "a").exists()


def test_the_name_of_one_goes_before_the_byname_of_another(alex: Server, tmp_path: Path) -> None:
    heard = Heard()
    run(alex, authors("k", "OpenAI (United States)"), tmp_path / "a", heard=heard)
    assert heard.said == ["OpenAI (United States) is OpenAI (United States) (I4210161460) on OpenAlex"]


def test_a_name_that_is_only_part_of_another_is_not_taken(alex: Server, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no institution of OpenAlex is called just 'Bell'.*near: I1 Bell Labs"):
        run(alex, authors("k", "Bell"), tmp_path / "a")


def test_without_a_key_pages_go_by_number_and_a_key_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 250 records and 200 shown without a key, the key brings the last 50, and nobody twice."""
    monkeypatch.setattr(openalex, "_WITHOUT_KEY", 200)
    with serving(misbehaving.openalex(250, needs_key=True)) as server:
        with pytest.raises(DataError) as error:
            run(server, authors(""), tmp_path / "a")
        assert "without a key OpenAlex gives the first 200 records only" in str(error.value)
        assert "set MERCATO_OPENALEX_KEY to it. 200 authors are kept" in str(error.value)
        assert names(tmp_path / "a") == []
        run(server, authors("k"), tmp_path / "a", secret="k")
    ids = [author["id"] for author in lines(tmp_path / "a" / "authors.jsonl.gz")]
    assert len(ids) == len(set(ids)) == 250


def test_a_key_is_sent_and_never_shown(tmp_path: Path) -> None:
    with serving(misbehaving.openalex(150, needs_key=True)) as server:
        server.faults.extend([None, refused(403)])
        with pytest.raises(DataError) as error:
            run(server, authors("secret-key"), tmp_path / "a", secret="secret-key")
        assert server.asked[0][1]["api_key"] == "secret-key"
    kept = "".join(p.read_text("utf-8") for p in (tmp_path / "a" / ".fetching").iterdir())
    assert "secret-key" not in str(error.value) + kept
    assert CONTACT not in str(error.value)
    assert "The key in MERCATO_OPENALEX_KEY may be wrong" in str(error.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [("https://api.openalex.org", True), ("http://api.openalex.org", False), ("https://mirror.example", False),
     ("https://evilopenalex.org", False), ("http://127.0.0.1:8000", True)],
)  # fmt: skip
def test_whom_a_key_is_told(address: str, told: bool) -> None:
    assert Client(authors(), address, CONTACT, "key")._may_be_told() is told


def test_careers_of_an_employer_with_all_employers_of_its_people(tmp_path: Path) -> None:
    """250 people of Q95 in pages of 200; each brings the stay before as well."""
    with serving(misbehaving.wikidata(250)) as server:
        fetched = run(server, wikidata.source(["Q95"]), tmp_path / "w")
        assert len(server.asked) == 2
    assert names(tmp_path / "w") == ["mercato.toml", "statements.jsonl.gz"]
    tables = lines(tmp_path / "w" / "statements.jsonl.gz")
    rows = [row for table in tables for row in table["results"]["bindings"]]
    assert fetched.count == len(tables) == 250
    assert tables[0]["head"]["vars"][:4] == ["person", "personLabel", "employer", "employerLabel"]
    assert len(rows) == 500
    assert [row["employerLabel"]["value"] for row in rows[:2]] == ["Xerox", "Google"]
    assert len({row["person"]["value"] for row in rows}) == 250


def test_who_was_at_two_of_the_employers_comes_once(tmp_path: Path) -> None:
    with serving(misbehaving.wikidata(30)) as server:
        assert run(server, wikidata.source(["Q95", "Q5"]), tmp_path / "w").count == 30
    assert len(lines(tmp_path / "w" / "statements.jsonl.gz")) == 30


def test_a_query_that_takes_too_long_is_asked_for_by_halves(tmp_path: Path) -> None:
    """The service manages fewer than 100 people at once: 200 fail, 100 fail, 50 do."""
    with serving(misbehaving.wikidata(120, heavy=100)) as server:
        run(server, wikidata.source(["Q95"]), tmp_path / "w")
        sizes = [asked["query"].split("LIMIT ")[1].split()[0] for _, asked in server.asked]
    assert sizes == ["200", "200", "100", "100", "50", "50", "50"]
    with serving(misbehaving.wikidata(120)) as server:
        run(server, wikidata.source(["Q95"]), tmp_path / "whole")
    assert seen(tmp_path / "w") == seen(tmp_path / "whole")


@pytest.mark.parametrize("name", ['a "b" \\', "x\ny", 'Robert"; DROP', "}} UNION {{ ?a ?b ?c", "谷歌 \u202e"])
def test_a_name_stays_a_name_in_a_query(tmp_path: Path, name: str) -> None:
    """What stands between the quotes, unescaped, is the name again."""
    with serving(misbehaving.wikidata(3)) as server:
        run(server, wikidata.source([name]), tmp_path / "w")
        query = server.asked[0][1]["query"]
    quoted = query.split("VALUES ?name { ")[1].split("@en")[0]
    assert json.loads(quoted) == name


def test_an_employer_whose_name_several_bear(tmp_path: Path) -> None:
    with serving(misbehaving.wikidata(3, named=("Q5", "Q6"))) as server:
        with pytest.raises(DataError, match="several employers of Wikidata bear the name 'Acme': Q5 Name of Q5"):
            run(server, wikidata.source(["Acme"]), tmp_path / "w")
        with pytest.raises(DataError, match="no employer of anybody on Wikidata is called 'Acme'"):
            server.interface = misbehaving.wikidata(3, named=())
            run(server, wikidata.source(["Acme"]), tmp_path / "w")


def test_orcid_records_are_read_as_they_were_fetched(tmp_path: Path) -> None:
    with serving(misbehaving.orcid(5, locked=(2,))) as server:
        fetched = run(server, orcid.source(["Mistral AI", "03vek6s52", "grid.5509.9"]), tmp_path / "o")
    assert server.asked[0][1]["q"] == (
        'affiliation-org-name:"Mistral AI" OR ror-org-id:"https://ror.org/03vek6s52" OR grid-org-id:"grid.5509.9"'
    )
    assert (fetched.count, fetched.total, fetched.passed) == (4, 5, 1)
    assert "1 could not be had" in fetched.sentence
    assert names(tmp_path / "o") == ["mercato.toml"] + [f"records/0000-0001-0000-000{n}.xml" for n in (0, 1, 3, 4)]
    assert orcid_reader.matches(tmp_path / "o")
    batches = list(orcid_reader.read_batches(tmp_path / "o", Context(source_id=1, today=TODAY)))
    rows = [row for batch in batches for row in batch.positions.to_pylist()]
    assert [(row["person_id"], row["employer_name"], str(row["start_date"])) for row in rows] == [
        (f"0000-0001-0000-000{n}", "Mistral AI", "2023-05-01") for n in (0, 1, 3, 4)
    ]


def test_orcid_asks_a_thousand_at_a_time_and_says_where_the_search_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orcid, "_ROWS", 3)
    monkeypatch.setattr(orcid, "MOST", 6)
    heard = Heard()
    with serving(misbehaving.orcid(8)) as server:
        run(server, orcid.source(["Mistral AI"]), tmp_path / "o", heard=heard)
        starts = [asked["start"] for path, asked in server.asked if path == "/expanded-search/"]
    assert starts == ["0", "3"]
    assert len(names(tmp_path / "o")) == 1 + 6
    assert heard.said == ["ORCID's search tells of 8 people and shows 6"]


def test_nobody_found_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    with serving(misbehaving.orcid(0)) as server, pytest.raises(DataError, match="ORCID tells of no people there"):
        run(server, orcid.source(["Nowhere"]), tmp_path / "o")
    assert not (tmp_path / "o").exists()


# Politeness


def test_requests_are_kept_apart() -> None:
    """Two a second: the second and third wait half a second from the one before; a rest of 3 waits for 3 times 2 s."""
    time = Time()
    pace = Pace(2.0, 3.0, time.sleep, lambda: time.now)
    pace.begin()
    pace.end()
    pace.begin()
    time.now += 2.0
    pace.end()
    pace.begin()
    assert time.slept == [0.5, 6.0]


def test_every_request_of_a_fetch_keeps_the_pace(alex: Server, tmp_path: Path) -> None:
    time = Time()
    run(alex, authors(), tmp_path / "a", time=time)
    assert time.slept == pytest.approx([0.2, 0.2, 0.2])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("Sun, 01 Mar 2026 00:00:40 GMT", 40.0), ("Sun, 01 Mar 2026 00:00:40 -0000", 40.0),
     ("Sat, 28 Feb 2026 00:00:00 GMT", 0.0), ("soon", None),
     ("", None), ("-5", None), ("9" * 40, None)],
)  # fmt: skip
def test_what_retry_after_asks_for(header: str, seconds: float | None) -> None:
    assert retry_after(header, dt.datetime(2026, 3, 1, tzinfo=dt.UTC)) == seconds


@pytest.mark.parametrize("header", ["40", "Sun, 01 Mar 2026 00:00:40 GMT"])
def test_too_many_requests_waits_as_long_as_it_is_told(alex: Server, tmp_path: Path, header: str) -> None:
    time = Time()
    alex.faults.extend([refused(429, header)])
    run(alex, authors(), tmp_path / "a", time=time)
    assert time.waits == [40.0]
    assert len(lines(tmp_path / "a" / "authors.jsonl.gz")) == 250


def test_wikidata_asks_for_a_minute_of_rest_where_it_does_not_say_how_long(tmp_path: Path) -> None:
    time = Time()
    with serving(misbehaving.wikidata(5)) as server:
        server.faults.append(refused(429))
        run(server, wikidata.source(["Q95"]), tmp_path / "w", time=time)
    assert time.waits == [60.0]


def test_a_wait_of_hours_is_left_to_the_user(alex: Server, tmp_path: Path) -> None:
    time = Time()
    alex.faults.extend([None, refused(429, "36000", b'{"message": "Daily limit exceeded"}')])
    with pytest.raises(DataError) as error:
        run(alex, authors(), tmp_path / "a", time=time)
    assert "answers 429: Daily limit exceeded, and asks to come back in 10 hours" in str(error.value)
    assert "100 authors are kept" in str(error.value)
    assert time.waits == []


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_server_that_is_down_is_asked_later_and_later(alex: Server, tmp_path: Path, status: int) -> None:
    """Waits of about 1, 2, 4 and 8 seconds, each by a half to one and a half."""
    time = Time()
    alex.faults.extend([refused(status)] * 4)
    run(alex, authors(), tmp_path / "a", time=time)
    backoffs = [wait for wait in time.slept if wait not in (0.2,) and abs(wait - 0.2) > 1e-6]
    assert len(backoffs) == 4
    assert all(0.5 * 2**n <= wait <= 1.5 * 2**n for n, wait in enumerate(backoffs))


def test_jitter_differs_between_two_who_ask(alex: Server, tmp_path: Path) -> None:
    waits = []
    for seed in (1, 2):
        time = Time()
        alex.faults.extend([refused(503)] * 3)
        client = Client(authors(), alex.address, CONTACT, sleep=time.sleep, clock=lambda t=time: t.now,
                        chance=random.Random(seed))  # fmt: skip
        fetch(authors(), tmp_path / str(seed), client, Heard())
        waits.append(time.waits)
    assert waits[0] != waits[1]


# What goes wrong


@pytest.mark.parametrize(
    "fault",
    [CUT, RESET, HALF_JSON, HTML, said(b""), said(b"\x1f\x8b\x00"), NOT_JSON],
)
def test_a_fault_that_passes_is_not_seen(alex: Server, tmp_path: Path, fault: Fault) -> None:
    run(alex, authors(), tmp_path / "undisturbed")
    alex.faults.extend([fault, None, fault, fault])
    run(alex, authors(), tmp_path / "a")
    assert seen(tmp_path / "a") == seen(tmp_path / "undisturbed")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (HTML, "an HTML page ('<!DOCTYPE html>"),
        (HALF_JSON, "JSON that is cut short or broken"),
        (CUT, "broke the answer off"),
        (RESET, "(asked 6 times)"),
        (said(b""), "an empty answer, not a JSON list of OpenAlex"),
        (said(b"\x1b[31mred"), "'[31mred'"),
        (said(b"[" * 100_000), "nested beyond reason"),
        (refused(503, body=b"<html>"), "answers 503 (asked 6 times)"),
    ],
)
def test_a_fault_that_stays_ends_after_six_tries(alex: Server, tmp_path: Path, fault: Fault, told: str) -> None:
    alex.faults.extend([None, *[fault] * 6])
    with pytest.raises(DataError) as error:
        run(alex, authors(), tmp_path / "a")
    assert told in str(error.value)
    assert "/authors?filter=affiliations.institution.lineage:I4210161460" in str(error.value)
    assert f"100 authors are kept in {tmp_path / 'a'}; run the same command again" in str(error.value)
    assert len(alex.asked) == 1 + 6


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"[1]", "a list where"),
        (b'{"data": [], "links": {}}', "the answer has no 'results' (it has: data, links)"),
        (b'{"meta": {"count": 3}, "results": {"a": 1}}', "'results' of the answer is an object, not a list"),
        (b'{"meta": {"count": "3"}, "results": []}', "'meta.count' of the answer is a text, not a number"),
        (b'{"meta": {"count": 3}, "results": [{"name": "x"}]}', "a result has no id"),
        (b'{"meta": {"count": 3, "next_cursor": 5}, "results": []}', "'meta.next_cursor' of the answer is no text"),
        (b'{"meta": {"count": 3}, "results": [{"id": "../../x\\u0000"}]}', "is no id of OpenAlex"),
    ],
)
def test_another_schema_is_told_at_once(alex: Server, tmp_path: Path, body: bytes, told: str) -> None:
    alex.faults.extend([None, said(body)])
    with pytest.raises(DataError) as error:
        run(alex, authors(), tmp_path / "a")
    assert told in str(error.value)
    assert "Expected" in str(error.value)
    assert "100 authors are kept" in str(error.value)
    assert len(alex.asked) == 2


@pytest.mark.parametrize(
    ("source", "body", "told"),
    [
        (wikidata.source(["Q95"]), b'{"boolean": true}', "the answer has no 'results.bindings' (it has: boolean)"),
        (wikidata.source(["Q95"]), b'{"results": {"bindings": [{"x": 1}]}}', "a row has no 'person' (it has: x)"),
        (wikidata.source(["Q95"]), b'{"results": {"bindings": [7]}}', "a row of the answer is no object"),
        (orcid.source(["x"]), b'{"result": [], "num-found": 1}', "no list of people (it has: result, num-found)"),
        (orcid.source(["x"]), b'{"expanded-result": [{"orcid-id": "../x"}], "num-found": 1}', "'../x' is no ORCID iD"),
    ],
)
def test_another_schema_of_the_others(alex: Server, tmp_path: Path, source: Source, body: bytes, told: str) -> None:
    alex.faults.append(said(body))
    with pytest.raises(DataError) as error:
        run(alex, source, tmp_path / "a")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<html><body>hello</body></html>", "an HTML page"),
        (b"<a:employments xmlns:a='http://www.orcid.org/ns/activities'>", "no well-formed XML"),
        (b"<employments/>", "an XML 'employments'"),
        (b"<e:error xmlns:e='http://www.orcid.org/ns/error'/>", "an XML 'error'"),
    ],
)
def test_a_record_that_is_none(tmp_path: Path, body: bytes, told: str) -> None:
    with serving(misbehaving.orcid(3)) as server:
        server.faults.extend([None, None, *[said(body)] * 6])
        with pytest.raises(DataError) as error:
            run(server, orcid.source(["Mistral AI"]), tmp_path / "o")
    assert told in str(error.value)
    assert "1 people are kept" in str(error.value)


def test_a_server_that_never_answers(alex: Server, tmp_path: Path) -> None:
    alex.faults.extend([SILENT, None, SILENT])
    run(alex, authors(), tmp_path / "a", timeout=0.3)
    alex.released.set()
    assert len(lines(tmp_path / "a" / "authors.jsonl.gz")) == 250


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving(misbehaving.openalex(1)) as server:
        pass
    with pytest.raises(DataError, match=r"cannot be reached .*asked 6 times"):
        run(server, authors(), tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_an_answer_that_drips_for_ever(alex: Server, tmp_path: Path) -> None:
    """Each answer takes an hour of the clock."""
    time = Time()
    alex.after = lambda number: time.sleep(3600.0)
    with pytest.raises(DataError, match="the answer was not whole after 5 minutes"):
        run(alex, authors(), tmp_path / "a", time=time)


def test_an_enormous_page(alex: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LARGEST_ANSWER", 1 << 20)
    alex.faults.append(said(b" " * (3 << 20)))
    with pytest.raises(DataError, match="the answer is larger than 1 MB"):
        run(alex, authors(), tmp_path / "a")
    assert len(alex.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_told_in_the_words_of_the_server(alex: Server, tmp_path: Path, status: int) -> None:
    alex.faults.extend([None, refused(status, body=b'{"error": "Bad", "message": "Unknown filter\\u001b[0m"}')])
    with pytest.raises(DataError) as error:
        run(alex, authors(), tmp_path / "a")
    assert f"answers {status}: Unknown filter [0m" in str(error.value)
    assert "100 authors are kept" in str(error.value)
    assert len(alex.asked) == 2


def test_a_cursor_that_leads_round(alex: Server, tmp_path: Path) -> None:
    """A page whose next page is an earlier one, directly or by another, would never end."""
    first = b'{"meta": {"count": 3, "next_cursor": "one"}, "results": [{"id": "A1"}]}'
    second = b'{"meta": {"count": 3, "next_cursor": "two"}, "results": [{"id": "A2"}]}'
    for answers in ([first] * 3, [first, second, first, second]):
        alex.faults.extend(said(answer) for answer in answers)
        with pytest.raises(DataError, match="OpenAlex leads back to a page that it gave already"):
            run(alex, authors(), tmp_path / f"{len(answers)}")
        alex.faults.clear()


def test_a_redirect_on_the_same_site_is_followed(alex: Server, tmp_path: Path) -> None:
    alex.faults.append(moved("/authors?per_page=100&cursor=200"))
    assert run(alex, authors(), tmp_path / "a").count == 50


@pytest.mark.parametrize("target", ["http://localhost:9/x", "https://evil.example/x", "//evil.example", "file:///etc"])
def test_a_redirect_to_another_site_is_refused(alex: Server, tmp_path: Path, target: str) -> None:
    alex.faults.append(moved(target))
    with pytest.raises(DataError, match=r"sends on to .*Expected an answer of 127.0.0.1 itself"):
        run(alex, authors(), tmp_path / "a")
    assert len(alex.asked) == 1


@pytest.mark.parametrize(
    ("old", "new", "good"),
    [
        ("https://api.openalex.org/a", "https://data.openalex.org/a", True),
        ("https://api.openalex.org/a", "https://openalex.org/a", True),
        ("https://api.openalex.org/a", "http://api.openalex.org/a", False),
        ("https://api.openalex.org/a", "https://evilopenalex.org/a", False),
        ("https://api.openalex.org/a", "https://openalex.org.evil.com/a", False),
        ("https://mirror.example/a", "https://api.openalex.org/a", False),
        ("http://mirror.example/a", "https://mirror.example/a", True),
    ],
)
def test_what_is_the_same_site(old: str, new: str, good: bool) -> None:
    client = Client(authors(), "https://api.openalex.org", CONTACT)
    if good:
        assert client._followed(old, new) == new
    else:
        with pytest.raises(DataError):
            client._followed(old, new)


def test_redirects_without_end(alex: Server, tmp_path: Path) -> None:
    alex.faults.extend([moved("/authors")] * 9)
    with pytest.raises(DataError, match="is sent on more than 3 times"):
        run(alex, authors(), tmp_path / "a")


# Broken off and gone on with


def test_an_error_in_the_middle_and_the_same_command_again(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "undisturbed")
    alex.asked.clear()
    alex.faults.extend([None, None, refused(403)])
    with pytest.raises(DataError, match="200 authors are kept"):
        run(alex, authors(), tmp_path / "a")
    assert names(tmp_path / "a") == []
    heard = Heard()
    run(alex, authors(), tmp_path / "a", heard=heard)
    assert heard.said == [f"going on from 200 authors in {tmp_path / 'a'}"]
    assert [asked["cursor"] for _, asked in alex.asked] == ["*", "100", "200", "200", "300"]
    assert seen(tmp_path / "a") == seen(tmp_path / "undisturbed")


def test_what_a_killed_run_wrote_beyond_its_last_whole_page_is_cut_away(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "undisturbed")
    alex.faults.extend([None, refused(403)])
    with pytest.raises(DataError):
        run(alex, authors(), tmp_path / "a")
    for name in ("records", "keys"):
        with (tmp_path / "a" / ".fetching" / name).open("ab") as stream:
            stream.write(b'{"id": "A9999", "disp')
    run(alex, authors(), tmp_path / "a")
    assert seen(tmp_path / "a") == seen(tmp_path / "undisturbed")


def test_orcid_goes_on_with_the_people_who_are_missing(tmp_path: Path) -> None:
    with serving(misbehaving.orcid(5)) as server:
        run(server, orcid.source(["Mistral AI"]), tmp_path / "undisturbed")
        server.asked.clear()
        server.faults.extend([None, None, None, refused(404, body=b""), refused(401)])
        with pytest.raises(DataError, match="2 people are kept"):
            run(server, orcid.source(["Mistral AI"]), tmp_path / "o")
        (tmp_path / "o" / ".fetching" / "records" / ".0000-0001-0000-0004.xml.part").write_bytes(b"<half")
        fetched = run(server, orcid.source(["Mistral AI"]), tmp_path / "o")
    assert (fetched.count, fetched.passed) == (4, 1)
    assert len([path for path, _ in server.asked if path == "/expanded-search/"]) == 1


def test_run_again_after_the_end_asks_nothing(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "a")
    before = seen(tmp_path / "a")
    alex.asked.clear()
    assert run(alex, authors(), tmp_path / "a").sentence.endswith("(nothing new was asked for).")
    assert alex.asked == []
    assert seen(tmp_path / "a") == before


@pytest.mark.parametrize("make", [lambda: authors(), lambda: orcid.source(["Mistral AI"])], ids=["lines", "files"])
def test_a_limit_and_then_a_larger_one(tmp_path: Path, make: Callable[[], Source]) -> None:
    """The limit cuts the second page of authors; what was left out of it comes with the larger limit."""
    interface, everybody, limit = {
        "openalex": (misbehaving.openalex(250), 250, 130),
        "orcid": (misbehaving.orcid(7), 7, 3),
    }[make().name]
    with serving(interface) as server:
        few = run(server, make(), tmp_path / "a", limit)
        assert (few.count, few.total) == (limit, everybody)
        assert few.sentence.startswith(f"{limit} of {everybody} ")
        assert f"{limit} of {everybody}" in (tmp_path / "a" / "mercato.toml").read_text("utf-8")
        again = run(server, make(), tmp_path / "a", limit - 1)
        assert (again.count, again.requests) == (limit, 0)
        run(server, make(), tmp_path / "a")
        run(server, make(), tmp_path / "whole")
    assert seen(tmp_path / "a") == seen(tmp_path / "whole")


def test_another_query_into_the_same_folder_is_refused(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "a")
    before = seen(tmp_path / "a")
    with pytest.raises(DataError) as error:
        run(alex, authors("k", "I1"), tmp_path / "a")
    assert "holds the answers to another query: institutions ['I4210161460']" in str(error.value)
    assert "Expected institutions ['I1']. Name another folder with --into" in str(error.value)
    assert seen(tmp_path / "a") == before


def test_a_folder_of_something_else_is_left_alone(alex: Server, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match="holds other files"):
        run(alex, authors(), tmp_path)
    with pytest.raises(DataError, match="is a file"):
        run(alex, authors(), tmp_path / "thesis.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("make", [lambda: authors(), lambda: orcid.source(["Mistral AI"])], ids=["lines", "files"])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_stopped_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Source], is_done: bool
) -> None:
    """Stopped just before, or just after, each time that a file is put in its place; run again, nothing is amiss."""
    interface = misbehaving.openalex(250) if make().name == "openalex" else misbehaving.orcid(3)
    real = os.replace
    with serving(interface) as server:
        run(server, make(), tmp_path / "quiet")
        for moment in itertools.count():
            left = iter(range(moment))

            def stopping_here(old: Path, new: Path, left: Iterator[int] = left) -> None:
                is_now = next(left, None) is None
                if is_now and not is_done:
                    raise Stopped
                real(old, new)
                if is_now:
                    raise Stopped

            with monkeypatch.context() as patched:
                patched.setattr(os, "replace", stopping_here)
                try:
                    run(server, make(), tmp_path / str(moment))
                except Stopped:
                    pass
                else:
                    break
            run(server, make(), tmp_path / str(moment))
            assert seen(tmp_path / str(moment)) == seen(tmp_path / "quiet"), moment
    assert moment > 5


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 99, "query": {}, "place": null}'])
def test_a_state_that_says_nothing(alex: Server, tmp_path: Path, text: str) -> None:
    run(alex, authors(), tmp_path / "a")
    (tmp_path / "a" / ".fetching" / "state.json").write_text(text)
    with pytest.raises(DataError, match="Remove the folder and fetch anew"):
        run(alex, authors(), tmp_path / "a")


def test_records_that_somebody_took_away(alex: Server, tmp_path: Path) -> None:
    alex.faults.extend([None, refused(403)])
    with pytest.raises(DataError):
        run(alex, authors(), tmp_path / "a")
    (tmp_path / "a" / ".fetching" / "records").write_bytes(b"")
    with pytest.raises(DataError, match="is shorter than what was fetched"):
        run(alex, authors(), tmp_path / "a")


def test_two_runs_into_one_folder(alex: Server, tmp_path: Path) -> None:
    """The second is refused while the first is waiting for an answer, and the first ends well."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        begun.set()
        go_on.wait(20)

    alex.after = hold
    first = threading.Thread(target=run, args=(alex, authors(), tmp_path / "a"))
    first.start()
    begun.wait(20)
    with pytest.raises(DataError, match="another run is filling it"):
        run(alex, authors(), tmp_path / "a")
    go_on.set()
    first.join()
    assert len(lines(tmp_path / "a" / "authors.jsonl.gz")) == 250


def test_a_note_of_the_users_own_is_kept(alex: Server, tmp_path: Path) -> None:
    run(alex, authors(), tmp_path / "a", limit=10)
    (tmp_path / "a" / "mercato.toml").write_text('title = "Mine"\n')
    run(alex, authors(), tmp_path / "a")
    assert (tmp_path / "a" / "mercato.toml").read_text() == 'title = "Mine"\n'


FAULTS = st.sampled_from(
    [None, None, None, refused(429, "3"), refused(500), refused(502), refused(503), refused(504), CUT, RESET,
     HALF_JSON, HTML, said(b""), refused(403), said(b'{"schema": "new"}')]
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(FAULTS, max_size=25), which=st.sampled_from(["openalex", "wikidata", "orcid"]))
def test_whatever_goes_wrong_on_the_way_the_files_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, faults: list[Fault | None], which: str
) -> None:
    """A fetch that ends with errors is run again; in the end every file is, byte for byte, that of a quiet day."""
    source = {
        "openalex": authors(),
        "wikidata": wikidata.source(["Q95", "Q5"]),
        "orcid": orcid.source(["Mistral AI"]),
    }[which]
    interface = {
        "openalex": misbehaving.openalex(250),
        "wikidata": misbehaving.wikidata(330),
        "orcid": misbehaving.orcid(6, locked=(4,)),
    }[which]
    folder = tmp_path_factory.mktemp("fetching")
    with serving(interface) as server:
        run(server, source, folder / "quiet")
        server.faults.extend(faults)
        for _ in range(len(faults) + 1):
            try:
                run(server, source, folder / "stormy")
                break
            except DataError:
                assert names(folder / "stormy") == []
        assert seen(folder / "stormy") == seen(folder / "quiet")


# The command


def command(*words: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    told = [sys.executable, "-m", "mercato.cli", *map(str, words)]
    about = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(told, cwd=cwd, capture_output=True, text=True, timeout=120, env=about)


@pytest.mark.parametrize(
    ("interface", "source", "accepted"),
    [
        (misbehaving.openalex(120), authors(), 480),
        (misbehaving.openalex(120), openalex.source("works", ["I1"], None, CONTACT, "k"), 120),
        (misbehaving.wikidata(30), wikidata.source(["Q95"]), 60),
        (misbehaving.orcid(3), orcid.source(["Mistral AI"]), 3),
    ],
    ids=["authors", "works", "wikidata", "orcid"],
)
def test_fetched_records_are_an_input_of_check(
    tmp_path: Path, interface: misbehaving.Interface, source: Source, accepted: int
) -> None:
    """Each author was at two places in two years each; each work has one author; each person had two employers."""
    if source.name != "orcid":
        pytest.importorskip("mercato.sources.nested", reason="the readers of OpenAlex and Wikidata are not there yet")
    with serving(interface) as server:
        run(server, source, tmp_path / "a")
    done = CliRunner().invoke(mercato, ["check", str(tmp_path / "a")])
    assert f"{accepted} read = {accepted} accepted + 0 rejected" in done.output


def test_the_command_says_what_came_and_what_comes_next(tmp_path: Path) -> None:
    with serving(misbehaving.orcid(3)) as server:
        done = command("fetch", "orcid", "--affiliation", "Mistral AI", "--into", "o", "--base-url", server.address,
                       cwd=tmp_path, MERCATO_CONTACT=CONTACT)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "3 people of ORCID are in o (4 requests). Next: mercato report o\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["openalex", "--institution", "I1", "--into", "a"], "--contact"),
        (["openalex", "--into", "a", "--contact", CONTACT], "--institution"),
        (["openalex", "--institution", "I1", "--since", "2018", "--into", "a", "--contact", CONTACT], "Add --works"),
        (["orcid", "--affiliation", "x", "--limit", "0", "--into", "a", "--contact", CONTACT], "--limit"),
    ],
)
def test_wrong_usage_is_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(mercato, ["fetch", *words])
    assert done.exit_code == 2
    assert told in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--contact", "nobody", "neither an e-mail address nor a web address"),
        ("--contact", "a@b.c\r\nX: y", "neither an e-mail address nor a web address"),
        ("--base-url", "ftp://x.org", "is not the address of an interface"),
        ("--base-url", "http://a b", "is not the address of an interface"),
        ("--affiliation", "\x1b[2J", "is not a name that can be asked for"),
        ("--affiliation", "x" * 301, "is not a name that can be asked for"),
        ("--affiliation", " ", "is not a name that can be asked for"),
    ],
)
def test_wrong_values_are_errors_of_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    words = {"--affiliation": "x", "--contact": CONTACT, "--base-url": "http://127.0.0.1:9", "--into": "a"}
    given = [word for pair in {**words, option: value}.items() for word in pair]
    done = CliRunner().invoke(mercato, ["fetch", "orcid", *given])
    assert isinstance(done.exception, SettingsError)
    assert told in str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_code_1_in_one_paragraph(tmp_path: Path) -> None:
    """Another query into the folder of a first one."""
    with serving(misbehaving.orcid(1)) as server:
        words = ("--into", "o", "--contact", CONTACT, "--base-url", server.address)
        assert command("fetch", "orcid", "--affiliation", "x", *words, cwd=tmp_path).returncode == 0
        done = command("fetch", "orcid", "--affiliation", "y", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("mercato: o: holds the answers to another query: affiliations ['x']. Expected")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("contact", ["you@example.org", "https://example.org/us", "http://example.org"])
def test_contacts_that_reach_somebody(contact: str) -> None:
    assert user_agent(contact) == f"mercato/0.1.0 (+{contact})"


@pytest.mark.parametrize("contact", ["", "you", "you@", "(x) you@example.org", "é@example.org", "a@" + "b" * 300])
def test_contacts_that_do_not(contact: str) -> None:
    with pytest.raises(SettingsError):
        user_agent(contact)


def test_ctrl_c_keeps_whole_pages_and_the_same_command_goes_on(tmp_path: Path) -> None:
    words = ("fetch", "orcid", "--affiliation", "Mistral AI", "--into", "o", "--contact", CONTACT, "--base-url")
    with serving(misbehaving.orcid(6)) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "mercato.cli", *words, server.address],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        server.after = lambda number: process.send_signal(signal.SIGINT) if number == 4 else None
        out, told = process.communicate(timeout=60)
        assert process.returncode == 130
        assert out == ""
        assert "Whole pages are kept in o: the same command goes on from there." in told
        assert "Traceback" not in told
        assert names(tmp_path / "o") == []
        server.after = lambda number: None
        again = command(*words, server.address, cwd=tmp_path)
        assert again.returncode == 0
        assert "going on from" in again.stderr
        assert len(names(tmp_path / "o")) == 1 + 6
        assert len([path for path, _ in server.asked if path == "/expanded-search/"]) == 1


def test_the_other_commands_do_not_load_what_fetching_needs(tmp_path: Path) -> None:
    code = "import sys, mercato.cli; print([m for m in ('httpx', 'tenacity', 'lxml', 'tqdm') if m in sys.modules])"
    about = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=about, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"


def test_every_source_says_how_politely_it_is_asked() -> None:
    for source in (authors(), wikidata.source(["Q95"]), orcid.source(["x"])):
        assert source.address.startswith("https://")
        assert source.address.split("/")[2].endswith(source.site)
        assert 0 < source.rate <= 10
        assert source.licence == "CC0-1.0"
        assert replace(source, rate=1.0).query["source"] == source.name
