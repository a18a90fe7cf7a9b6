"""Who is one person: small tables of records with the people that they tell of, worked out by hand."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mercato
from mercato.engines.duckdb import DuckDB
from mercato.identity.people.mentions import RECORDS
from mercato.identity.people.namepairs import GIVEN, INITIALS, LONGER, MISSPELT, OTHER, SAME, macros
from mercato.identity.people.namewords import read_person_names
from mercato.identity.people.personkeys import key_of
from mercato.identity.people.resolving import resolve_people
from mercato.release.edition import write_edition
from mercato.settings import Settings

_TYPES = {
    "person_id": pa.string(), "person_name": pa.string(), "employer_id": pa.int32(), "title": pa.string(),
    "country": pa.string(), "event": pa.string(), "source_id": pa.int32(), "record": pa.int64(), "first": pa.int32(),
    "last": pa.int32(), "began": pa.int32(), "seen": pa.bool_(), "side": pa.bool_(),
}  # fmt: skip
ORCID = "0000-0002-1825-0097"


@pytest.fixture(scope="module")
def engine() -> Any:
    made = DuckDB()
    yield made
    made.close()


def month(text: str) -> int:
    day = dt.date.fromisoformat(text + "-01" * (2 - text.count("-")))
    return (day.year - 1900) * 12 + day.month - 1


def job(source: int, person: str, name: str | None, employer: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    """A job from one month to another; dates of a year alone have no known month of the start."""
    began = month(start) if "-" in start else None
    return {"source_id": source, "person_id": person, "person_name": name, "employer_id": employer,
            "first": month(start), "last": month(end), "began": began, "seen": False, **more}  # fmt: skip


def seen(name: str, employer: int, year: int, paper: str | None = None, source: int = 0) -> dict[str, Any]:
    """A name on a paper of a year."""
    first = month(str(year))
    return {"source_id": source, "person_id": f"name:{name}", "employer_id": employer, "first": first,
            "last": first + 11, "seen": True, "event": paper}  # fmt: skip


def people_of(engine: DuckDB, rows: list[dict[str, Any]], namespaces: list[int] | None = None) -> list[str]:
    """The person of each row."""
    told = [{"record": place, "side": False, **row} for place, row in enumerate(rows, 1)]
    arrays = [pa.array([row.get(column) for row in told], _TYPES[column]) for column in RECORDS]
    engine.add("told", pa.Table.from_arrays(arrays, names=list(RECORDS)))
    sources = max(row["source_id"] for row in rows) + 1
    with tempfile.TemporaryDirectory() as folder:
        people = resolve_people(engine, "told", namespaces or list(range(sources)), Path(folder))
        found = {(r["person_id"], r["source_id"], r["employer_id"]): r["person"]
                 for r in pq.read_table(people.persons).to_pylist()}  # fmt: skip
    return [found.get((r["person_id"], r["source_id"], r["employer_id"]), r["person_id"]) for r in told]


def are_one(engine: DuckDB, *rows: dict[str, Any]) -> bool:
    return len(set(people_of(engine, list(rows)))) == 1


NAMES = [
    ("Charles Perkins", "Perkins Charles", SAME),
    ("Charles Perkins", "Perkins, Charles", SAME),
    ("Charles Perkins", "CHARLES PERKINS", SAME),
    ("Charles Perkins", "Charles Perknis", MISSPELT),
    ("Charles Perkins", "C. Perkins", INITIALS),
    ("John Robert Smith", "J. R. Smith", INITIALS),
    ("Alan Black", "Alan W. Black", LONGER),
    ("Maria Garcia", "Maria Garcia Lopez", LONGER),
    ("Anna Schmidt", "Anna Weber", GIVEN),
    ("Jörg Müller", "Joerg Mueller", SAME),
    ("Alexey Petrov", "Alexei Petrov", SAME),
    ("Jean-Pierre Dupont", "Jean Pierre Dupont", SAME),
    ("Wei-Nan Zhang", "Weinan Zhang", SAME),
    ("José García", "Jose Garcia", SAME),
    ("John A. Smith", "John B. Smith", OTHER),
    ("John Smith", "Mary Smith", OTHER),
    ("J. Smith", "K. Smith", OTHER),
    ("Yang Liu", "Yan Liu", OTHER),
    ("Wenhao Zhang", "Wenhao Zheng", OTHER),
    ("刘洋", "刘阳", OTHER),
    ("刘洋", "Liu Yang", OTHER),
    ("محمد علي", "محمد علوي", OTHER),
    ("Yang Liu 0012", "Yang Liu 0003", OTHER),
]


@pytest.mark.parametrize(("one", "other", "agree"), NAMES)
def test_how_far_two_names_agree(engine: DuckDB, one: str, other: str, agree: int) -> None:
    for statement in macros():
        engine.execute(statement)
    for pair in ([one, other], [other, one]):
        engine.register("pair_of_names", read_person_names(pair))
        told = engine.sql(
            "SELECT name_agreement(x.words, y.words, x.joined, y.joined, x.given, y.given) AS n "
            "FROM pair_of_names x, pair_of_names y WHERE x.name = ? AND y.name = ?",
            pair,
        )
        engine.unregister("pair_of_names")
        assert told["n"][0].as_py() == agree


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\u202e", "😀", "'; DROP TABLE x; --", "(.*)+$[", "a" * 10_000, "\u200f\u05d0\u05d1", "., - '"],
)
def test_any_text_may_stand_where_a_name_is_asked_for(engine: DuckDB, text: str) -> None:
    first, second = job(0, f"name:{text}", None, 1, "2010", "2012"), job(1, "r1", text, 1, "2010", "2012")
    assert len(people_of(engine, [first, second])) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ORCID, f"https://orcid.org/{ORCID}"),
        (ORCID, f"/0/{ORCID}/"),
        ("https://www.linkedin.com/in/Jo-Smith/", "http://fr.linkedin.com/in/jo-smith"),
        ("Jo@Example.org", "jo@example.org"),
        ("https://example.org/people/7/", "http://www.example.org/people/7"),
    ],
)
def test_an_identifier_is_one_however_it_is_written(engine: DuckDB, one: str, other: str) -> None:
    keys = [engine.sql(f"SELECT {key_of('p')} AS k FROM (SELECT ? AS p)", [p])["k"][0].as_py() for p in (one, other)]
    assert keys[0] == keys[1]
    assert are_one(engine, job(0, one, "A B", 1, "2010", "2011"), job(1, other, "C D", 2, "2015", "2016"))


def test_a_resume_and_an_orcid_record_of_one_career_are_one_person_known_by_the_orcid(engine: DuckDB) -> None:
    found = people_of(
        engine,
        [
            job(0, "cv-7", "Perkins Charles", 1, "2010-03", "2014-12"),
            job(0, "cv-7", "Perkins Charles", 2, "2015-02", "2019-12"),
            job(1, ORCID, "Charles Perkins", 1, "2010-03", "2014-12"),
            job(1, ORCID, "Charles Perkins", 2, "2015-02", "2019-12"),
            job(0, "cv-8", "Charles Perkins", 9, "2010-03", "2014-12"),
        ],
    )
    assert found == [ORCID] * 4 + ["cv-8"]


def test_a_married_name_needs_the_same_career(engine: DuckDB) -> None:
    def rows(starts: list[tuple[int, str]]) -> list[dict[str, Any]]:
        mine = [
            job(0, "a", "Anna Schmidt", e, s, "2020-01") for e, s in ((1, "2008-04"), (2, "2012-09"), (3, "2016-02"))
        ]
        return mine + [job(1, "b", "Anna Weber", e, s, "2020-01") for e, s in starts]

    assert are_one(engine, *rows([(1, "2008-04"), (2, "2012-09"), (3, "2016-02")]))
    assert not are_one(engine, *rows([(1, "2008-04")]))
    assert not are_one(engine, *rows([(1, "2009-07"), (2, "2013-01"), (3, "2017-05")]))


def test_two_identifiers_of_one_source_are_two_people_whatever_their_careers(engine: DuckDB) -> None:
    same = [("2010-03", 1), ("2015-02", 2)]
    rows = [job(0, person, "Charles Perkins", e, s, "2018-01") for person in ("a", "b") for s, e in same]
    assert people_of(engine, rows) == ["a", "a", "b", "b"]


def test_somebody_who_may_be_either_of_two_is_neither(engine: DuckDB) -> None:
    rows = [job(0, person, "Charles Perkins", 1, "2010-03", "2014-01") for person in ("a", "b")]
    assert people_of(engine, [*rows, job(1, "r", "Charles Perkins", 1, "2010-03", "2014-01")]) == ["a", "b", "r"]


def test_two_orcid_ids_stay_apart_though_a_resume_fits_both(engine: DuckDB) -> None:
    other = "0000-0001-5109-3700"
    rows = [job(0, o, "Ana Ruiz", 1, "2010-03", "2014-01") for o in (ORCID, other)]
    found = people_of(engine, [*rows, job(1, "r", "Ana Ruiz", 1, "2010-03", "2014-01")])
    assert found[0] != found[1]


def test_one_name_in_two_unlike_sources_needs_an_employer_in_common(engine: DuckDB) -> None:
    one, other = seen("Charles Perkins", 1, 2015), seen("Charles Perkins", 1, 2016, source=1)
    far = seen("Charles Perkins", 2, 2016, source=1)
    assert are_one(engine, one, other)
    assert not are_one(engine, one, far)
    assert len(set(people_of(engine, [one, far], [0, 0]))) == 1  # one list in two files


def test_spellings_of_one_source_need_an_employer_in_common(engine: DuckDB) -> None:
    assert are_one(engine, seen("Görkem Seçer", 1, 2015), seen("Gorkem Secer", 1, 2016))
    assert not are_one(engine, seen("Görkem Seçer", 1, 2015), seen("Gorkem Secer", 2, 2016))


def test_who_stands_on_one_paper_is_not_one_person(engine: DuckDB) -> None:
    assert are_one(engine, seen("T. Rossi", 1, 2015, "p1"), seen("Tim Rossi", 1, 2015, "p2"),
                   seen("Ann Berg", 1, 2015, "p1"), seen("Ann Berg", 1, 2015, "p2")) is False  # fmt: skip
    both = [seen("Tim Rossi", 1, 2015, "p1"), seen("Tim Rosssi", 1, 2015, "p1")]
    assert len(set(people_of(engine, both))) == 2


def test_eight_employers_in_one_year_are_not_one_person(engine: DuckDB) -> None:
    assert len(set(people_of(engine, [seen("Charles Perkins", e, 2015, f"p{e}") for e in range(8)]))) == 8
    assert len(set(people_of(engine, [seen("Charles Perkins", e, 2015 + e, f"p{e}") for e in range(8)]))) == 1


def test_fellow_authors_bind_the_employers_of_one_person(engine: DuckDB) -> None:
    """Ten employers in a year: at the first four always with Berg, at the others with nobody twice."""
    rows = [seen("Charles Perkins", e, 2015, f"p{e}") for e in range(10)]
    rows += [seen("Ann Berg", 50, 2015, f"p{e}") for e in range(4)]
    found = people_of(engine, rows)[:10]
    assert len(set(found[:4])) == 1
    assert len(set(found)) == 7


def test_two_jobs_at_once_in_two_countries_for_years_are_two_people(engine: DuckDB) -> None:
    def rows(country: str) -> list[dict[str, Any]]:
        return [job(0, "name:Jean Martin", None, 1, "2010-01", "2016-01", country="FR"),
                job(0, "name:Jean Martin", None, 2, "2010-06", "2016-01", country=country)]  # fmt: skip

    assert len(set(people_of(engine, rows("CA")))) == 2
    assert len(set(people_of(engine, rows("FR")))) == 1


def test_a_name_that_two_people_claim_is_parted_between_them(engine: DuckDB) -> None:
    rows = [
        job(0, "a", "Jean Martin", 1, "2010-01", "2014-01"),
        job(0, "b", "Jean Martin", 2, "2010-01", "2014-01"),
        *(seen("Jean Martin", 1, year, source=1) for year in (2010, 2011, 2012)),
        *(seen("Jean Martin", 2, year, source=1) for year in (2011, 2012, 2013)),
    ]
    assert people_of(engine, rows) == ["a", "b", "a", "a", "a", "b", "b", "b"]


_name = st.sampled_from(["Ann Berg", "Charles Perkins", "Yang Liu", "Berg Ann", "A. Berg"])
_record = st.tuples(st.integers(0, 1), _name, st.integers(1, 4), st.integers(2008, 2016))


def _rows(drawn: list[tuple[int, str, int, int]]) -> list[dict[str, Any]]:
    return [
        job(source, f"id-{name}-{source}" if source else f"name:{name}", name, employer, f"{year}-03", f"{year + 1}-02")
        for source, name, employer, year in drawn
    ]


@settings(max_examples=5, deadline=None)
@given(drawn=st.lists(_record, min_size=2, max_size=14, unique=True), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(engine: DuckDB, drawn: list[tuple[int, str, int, int]], seed: int) -> None:
    rows = [{**row, "record": place} for place, row in enumerate(_rows(drawn))]
    shuffled = random.Random(seed).sample(list(range(len(rows))), len(rows))
    found, again = people_of(engine, rows), people_of(engine, [rows[i] for i in shuffled])
    assert again == [found[i] for i in shuffled]


@settings(max_examples=5, deadline=None)
@given(names=st.lists(_name, min_size=2, max_size=8), years=st.lists(st.integers(2005, 2015), min_size=8, max_size=8))
def test_a_name_alone_joins_nobody(engine: DuckDB, names: list[str], years: list[int]) -> None:
    """Everybody is at an employer of their own, so nobody is joined with anybody."""
    rows = [job(place % 3, f"id{place}", name, place, f"{year}-03", f"{year + 2}-02")
            for place, (name, year) in enumerate(zip(names, years, strict=False))]  # fmt: skip
    assert people_of(engine, rows) == [row["person_id"] for row in rows]


# Through the market -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sources with names beside ids, and one of names: everybody at Acme, then at Beta."""
    register, resumes, lists = (
        ["person_id,person_name,employer,start,end"],
        ["id,name,company,from,to"],
        ["name,org,year"],
    )
    for n in range(12):
        first, last = ("Charles", "Ann", "Olga", "Pavel")[n % 4], ("Perkinson", "Bergstrom", "Castellano")[n // 4]
        register += [f"R{n},{first} {last},Acme,2010-0{n % 9 + 1}-03,2014-05-01",
                     f"R{n},{first} {last},Beta,2014-05-01,2019-01-01"]  # fmt: skip
        resumes += [f"cv{n},{last} {first},Acme,2010-0{n % 9 + 1},2014-05", f"cv{n},{last} {first},Beta,2014-05,"]
        lists += [f"{first} {last},{org},{year}" for org, year in (("Acme", 2012), ("Beta", 2016))]
    for file, lines in (("register.csv", register), ("resumes.csv", resumes), ("lists.csv", lists)):
        (tmp_path / file).write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


def people_in(market: mercato.Market) -> int:
    spells = market.spells()
    return int(market.run(spells.aggregate(n=spells.person_id.nunique()))["n"][0].as_py())


@pytest.mark.parametrize(("people", "count"), [("resolved", 12), ("as_given", 36)])
def test_three_sources_on_the_same_twelve_people(folder: Path, people: str, count: int) -> None:
    told = Settings(options=Settings().options.set("people", people))
    with mercato.read(folder, told) as market:
        assert people_in(market) == count


def test_no_name_leaves_and_the_chapter_on_quality_tells_of_people(folder: Path) -> None:
    with mercato.read(folder) as market:
        edition = market.edition()
        into = folder / "edition"
        write_edition(edition, into, lambda made, at: None)
    assert edition.quality["people_found"] == 12
    assert edition.quality["doubtful_people"] == 0
    told = b"".join(file.read_bytes() for file in into.rglob("*") if file.is_file())
    assert b"Perkinson" not in told
    assert b"Castellano" not in told


def test_people_in_doubt_are_left_out_where_that_is_asked(tmp_path: Path) -> None:
    """A name on a list that fits two people of the register, who are in doubt with it; the third is not."""
    lines = ["person_id,person_name,employer,start,end"]
    lines += [f"{p},{name},Acme,2010-03-01,2014-01-01" for p, name in
              (("a", "Olga Castellano"), ("b", "Olga Castellano"), ("c", "Ann Berg"))]  # fmt: skip
    (tmp_path / "register.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "lists.csv").write_text(
        "name,org,year\nOlga Castellano,Acme,2012\nOlga Castellano,Acme,2013\n", "utf-8"
    )
    counts = {}
    for choice in ("keep", "leave_out"):
        with mercato.read(tmp_path, Settings(options=Settings().options.set("doubtful_people", choice))) as market:
            counts[choice] = people_in(market)
    assert counts == {"keep": 4, "leave_out": 3}
