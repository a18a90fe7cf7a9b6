"""Nested JSON read in SQL against a plain loop over the same lines, on records that Hypothesis makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nested_reading import dated, read

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DATES = {"2015": "2015", "2015-03": "2015-03", "2016-07-09": "2016-07-09", "2016-07-09T10:00:00Z": "2016-07-09"}
BAD_DATES = ("2015-02-30", "soon", "2015-13")

names = st.text(st.sampled_from("abcé王 '\"\\;%🦀\u200f"), min_size=1, max_size=6).filter(lambda t: t.strip())
junk = st.sampled_from([None, True, [], {}, [1], {"a": 1}, "", "  "])
texts = st.one_of(names, names, names, junk)
dates = st.one_of(st.sampled_from([*DATES]), st.sampled_from([None, "", *BAD_DATES]))


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with these keys, each of which may be missing."""
    return st.fixed_dictionaries({}, optional=keys)


def text(value: Any) -> str:
    """What a value says as text, a number its digits; lists, objects and blanks say nothing."""
    if isinstance(value, (bool, int)):
        return str(value).lower()
    return value.strip(" \t\r\n\u00a0") if isinstance(value, str) else ""


def at(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and len(value) > key else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def known(value: Any) -> tuple[str, bool]:
    """A date as far as it is known, and whether it can be read."""
    said = text(value)
    return (DATES.get(said, ""), not said or said in DATES)


def write(folder: Path, records: list[Any]) -> Path:
    path = folder / "made.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def person_of(record: Any, key: Any, name: Any) -> str:
    said = text(at(record, *key))
    return said or (f"name:{text(at(record, *name))}" if text(at(record, *name)) else "")


# People Data Labs ------------------------------------------------------------------------------------------------

jobs = some(
    company=st.one_of(some(name=texts), some(name=texts), junk),
    title=st.one_of(some(name=texts, levels=st.lists(st.sampled_from(["cxo", "vp", "senior"]), max_size=2)), junk),
    start_date=dates,
    end_date=dates,
    location_names=st.one_of(st.lists(texts, max_size=2), junk),
)
people = some(id=texts, full_name=texts, experience=st.one_of(st.lists(jobs, max_size=3), st.none()))
PERSON = {
    "id": "first",
    "full_name": "First",
    "experience": [{"company": {"name": "Acme"}, "start_date": "2015", "title": None, "end_date": None}],
}
LEVEL = {"cxo": "executive", "senior": "senior"}


def plain_people(records: list[Any]) -> Iterator[tuple | None]:
    """The jobs of records, one by one; None where one is refused."""
    for record in records:
        if "experience" not in record:
            yield None
        for job in record.get("experience") or []:
            (start, good_start), (end, good_end) = known(at(job, "start_date")), known(at(job, "end_date"))
            person, employer = person_of(record, ["id"], ["full_name"]), text(at(job, "company", "name"))
            levels = at(job, "title", "levels") or []
            level = LEVEL.get(levels[0]) if len(levels) == 1 else None
            backwards = bool(start and end) and (end + "-12-31")[:10] < (start + "-01-01")[:10]
            if not (person and employer and good_start and good_end and (start or end)) or backwards:
                yield None
            else:
                title, place = text(at(job, "title", "name")), text(at(job, "location_names", 0))
                yield person, employer, title, start, end, place, level


@MANY
@given(records=st.lists(people, max_size=8))
def test_people_data_labs(tmp_path: Path, records: list[Any]) -> None:
    told = read(tmp_path / "out", write(tmp_path, [PERSON, *records]))
    expected = list(plain_people([PERSON, *records]))
    assert told.sources[0].read == len(expected)
    repeated = {place for place, reason in ((r["record"], r["reason"]) for r in told.rejects) if "duplicate" in reason}
    stated = {tuple(one[:5]) for one in expected if one is not None}
    found = [
        (
            r["person_id"], r["employer_name"], r["title"] or "", dated(r, "start"), dated(r, "end"),
            r["place"] or "", r["given_level"],
        )
        for r in told.rows
    ]  # fmt: skip
    assert {row[:5] for row in found} == stated
    assert len(found) == len(stated)
    assert set(found) <= set(expected)
    assert len(repeated) == sum(one is not None for one in expected) - len(stated)


# OpenAlex --------------------------------------------------------------------------------------------------------

years = st.one_of(st.lists(st.sampled_from([2015, 2016, None, "2017"]), max_size=3), junk)
affiliations = some(institution=st.one_of(some(display_name=texts, country_code=st.just("FR")), junk), years=years)
AUTHOR = {
    "id": "https://openalex.org/A1",
    "affiliations": [{"institution": {"display_name": "Acme", "country_code": "FR"}, "years": [2015]}],
}


@MANY
@given(
    records=st.lists(some(id=texts, display_name=texts, affiliations=st.lists(affiliations, max_size=3)), max_size=8)
)
def test_openalex_authors(tmp_path: Path, records: list[Any]) -> None:
    expected: list[tuple | None] = [("A1", "Acme", "2015")]
    for record in records:
        if "affiliations" not in record:
            expected.append(None)
        for one in record.get("affiliations") or []:
            stated = one.get("years")
            for year in stated if isinstance(stated, list) and stated else [None]:
                person, employer = (
                    person_of(record, ["id"], ["display_name"]),
                    text(at(one, "institution", "display_name")),
                )
                seen = str(year) if isinstance(year, (int, str)) and not isinstance(year, bool) and year != 1 else ""
                expected.append((person, employer, seen) if person and employer and seen else None)
    told = read(tmp_path / "out", write(tmp_path, [AUTHOR, *records]))
    assert told.sources[0].read == len(expected)
    found = sorted((r["person_id"], r["employer_name"], dated(r, "seen")) for r in told.rows)
    assert found == sorted(one for one in expected if one is not None)


authorships = some(
    author=st.one_of(some(id=texts, display_name=texts), junk),
    raw_author_name=texts,
    institutions=st.one_of(st.lists(st.one_of(some(display_name=texts), junk), max_size=2), junk),
    raw_affiliation_strings=st.one_of(st.lists(texts, max_size=2), junk),
)
works = some(
    id=st.just("https://openalex.org/W2"),
    publication_date=dates,
    publication_year=st.sampled_from([2015, None]),
    authorships=st.lists(authorships, max_size=3),
)
WORK = {
    "id": "https://openalex.org/W1",
    "publication_date": "2016-07-09",
    "authorships": [{"author": {"id": "https://openalex.org/A1"}, "institutions": [{"display_name": "Acme"}]}],
}


def plain_works(records: list[Any]) -> Iterator[tuple | None]:
    for record in records:
        if "authorships" not in record:
            yield None
        said = text(record.get("publication_date"))
        seen, good = (
            known(record.get("publication_date")) if said else (str(record.get("publication_year") or ""), True)
        )
        for one in record.get("authorships") or []:
            names = [text(at(one, "author", "display_name")), text(one.get("raw_author_name"))]
            name = next(filter(None, names), "")
            person = text(at(one, "author", "id")) or (f"name:{name}" if name else "")
            listed, raw = one.get("institutions"), one.get("raw_affiliation_strings")
            if isinstance(listed, list) and listed:
                employers = [text(at(institution, "display_name")) for institution in listed]
            else:
                employers = [text(affiliation) for affiliation in (raw if isinstance(raw, list) and raw else [None])]
            for employer in employers:
                whole = person and employer and seen and good
                yield (person.removeprefix("https://openalex.org/"), employer, seen) if whole else None


@MANY
@given(records=st.lists(works, max_size=8))
def test_openalex_works(tmp_path: Path, records: list[Any]) -> None:
    told = read(tmp_path / "out", write(tmp_path, [WORK, *records]))
    expected = list(plain_works([WORK, *records]))
    assert told.sources[0].read == len(expected)
    found = sorted((r["person_id"], r["employer_name"], dated(r, "seen")) for r in told.rows)
    assert found == sorted(one for one in expected if one is not None)


# Wikidata --------------------------------------------------------------------------------------------------------

items = st.sampled_from(["Q1", "Q2", "Q3"])


def snak(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda v: {"snaktype": "value", "datavalue": {"value": v}}, value)


times = st.builds(
    lambda month, day, precision: {"time": f"+2015-{month:02}-{day:02}T00:00:00Z", "precision": precision},
    st.integers(1, 12), st.integers(1, 28), st.sampled_from([7, 9, 10, 11]),
)  # fmt: skip
statements = st.fixed_dictionaries(
    {"rank": st.sampled_from(["normal", "preferred", "deprecated"])},
    optional={
        "mainsnak": st.one_of(snak(st.builds(lambda q: {"id": q}, items)), st.just({"snaktype": "somevalue"})),
        "qualifiers": st.one_of(
            st.just([]),
            some(
                P580=st.lists(snak(times), min_size=1, max_size=2),
                P582=st.one_of(st.lists(snak(times), min_size=1, max_size=1), st.just([{"snaktype": "somevalue"}])),
                P39=st.lists(snak(st.builds(lambda q: {"id": q}, items)), min_size=1, max_size=1),
            ),
        ),
    },
)
entities = st.fixed_dictionaries(
    {
        "type": st.just("item"),
        "id": items,
        "claims": st.one_of(st.just([]), st.builds(lambda s: {"P108": s}, st.lists(statements, max_size=3))),
    },
    optional={"labels": st.one_of(st.just([]), st.builds(lambda n: {"en": {"value": n}}, names))},
)
EMPLOYED = {
    "type": "item",
    "id": "Q9",
    "claims": {
        "P108": [
            {
                "rank": "normal",
                "mainsnak": {"datavalue": {"value": {"id": "Q8"}}},
                "qualifiers": {"P580": [{"datavalue": {"value": {"time": "+2001-00-00T00:00:00Z", "precision": 9}}}]},
            }
        ]
    },
}


def plain_entities(records: list[Any]) -> Iterator[tuple | None]:
    labels: dict[str, str] = {}
    for record in records:
        said = text(at(record, "labels", "en", "value"))
        if said:
            labels[record["id"]] = min(labels.get(record["id"], said), said)

    def time(one: Any, key: str) -> tuple[str, bool]:
        value = at(one, "qualifiers", key, 0, "datavalue", "value")
        if value is None:
            return "", at(one, "qualifiers", key, 0, "snaktype") != "somevalue"
        kept = {9: 4, 10: 7, 11: 10}.get(value["precision"], 0)
        return value["time"][1 : 1 + kept], kept > 0

    for record in records:
        for one in at(record, "claims", "P108") or []:
            employer = at(one, "mainsnak", "datavalue", "value", "id") or ""
            title = at(one, "qualifiers", "P39", 0, "datavalue", "value", "id") or ""
            (start, good_start), (end, good_end) = time(one, "P580"), time(one, "P582")
            backwards = (
                bool(start and end) and (end + "-12-31" if len(end) < 7 else end + "-31")[:10] < (start + "-01-01")[:10]
            )
            whole = employer and good_start and good_end and (start or end) and one["rank"] != "deprecated"
            if whole and not backwards:
                yield record["id"], labels.get(employer, employer), labels.get(title, title), start, end
            else:
                yield None


@MANY
@given(records=st.lists(entities, max_size=8))
def test_wikidata(tmp_path: Path, records: list[Any]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in [EMPLOYED, *records]]
    path = tmp_path / "dump.json"
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    told = read(tmp_path / "out", path)
    expected = list(plain_entities([EMPLOYED, *records]))
    assert told.sources[0].read == len(expected)
    found = [
        (r["person_id"], r["employer_name"], r["title"] or "", dated(r, "start"), dated(r, "end")) for r in told.rows
    ]
    assert len(found) == len(set(found))
    assert set(found) == {one for one in expected if one is not None}
