"""Wikidata: the employers (P108) of people who had one of the employers asked for, with start, end and role.

All employers of each such person are fetched, since a move is seen only where both ends are. Queries are split by
employer and into pages of people in the order of their ids, and a page that the service cannot answer within its time
is asked for again by halves. What is saved is a line to a person: the table that the service would give of that person.
A name is looked up among labels and aliases, and taken only where exactly one employer of anybody bears it. Limits of
the service: one query at a time, 60 seconds each, 60 seconds of work in a minute.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mercato.errors import DataError
from mercato.fetching.answers import as_line, json_object, part, schema_error, shown
from mercato.fetching.declare import Lines, Page, Place, Question, Record, Source

ADDRESS = "https://query.wikidata.org"
LANGUAGES = ("en", "mul", "fr", "de", "es", "it", "pt", "nl", "sv", "pl", "ru", "ja", "zh", "ko", "ar")
VARIABLES = (
    "person", "personLabel", "employer", "employerLabel", "statement",
    "start", "startPrecision", "end", "endPrecision", "position", "positionLabel",
)  # fmt: skip
_ROWS = 200
_FEWEST = 5
_ENTITY = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d{0,11})")
_ID = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?([Qq][1-9]\d{0,11})")
_EXPECTED = "a JSON table of Wikidata's query service (head, results.bindings)"

_STATEMENTS = """SELECT {variables} WHERE {{
  {{ SELECT DISTINCT ?person WHERE {{
    ?person p:P108 ?stay ; wdt:P31 wd:Q5 .
    ?stay ps:P108 wd:{employer} ; wikibase:rank ?standing .
    FILTER(?standing != wikibase:DeprecatedRank)
    FILTER(STR(?person) > "{after}")
  }} ORDER BY STR(?person) LIMIT {size} }}
  ?person p:P108 ?statement .
  ?statement ps:P108 ?employer ; wikibase:rank ?rank .
  FILTER(?rank != wikibase:DeprecatedRank)
  OPTIONAL {{ ?statement pq:P580 ?start .
    OPTIONAL {{ ?statement pqv:P580 [ wikibase:timeValue ?start ; wikibase:timePrecision ?startPrecision ] . }} }}
  OPTIONAL {{ ?statement pq:P582 ?end .
    OPTIONAL {{ ?statement pqv:P582 [ wikibase:timeValue ?end ; wikibase:timePrecision ?endPrecision ] . }} }}
  OPTIONAL {{ ?statement pq:P39|pq:P794|pq:P3831 ?position . }}
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "{languages}". }}
}}"""

_NAMED = """SELECT ?item ?itemLabel ?itemDescription (COUNT(DISTINCT ?person) AS ?people) WHERE {{
  VALUES ?name {{ {names} }}
  ?item rdfs:label|skos:altLabel ?name .
  ?person p:P108/ps:P108 ?item .
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "{languages}". }}
}} GROUP BY ?item ?itemLabel ?itemDescription ORDER BY DESC(?people) LIMIT 6"""


def source(employers: Sequence[str]) -> Source:
    """Wikidata asked for the careers of the people of employers, given by Q-id or name."""
    ids = [found[1].upper() for employer in employers if (found := _ID.fullmatch(employer))]
    names = [employer for employer in employers if not _ID.fullmatch(employer)]
    return Source(
        name="wikidata", title="Wikidata", noun="people", address=ADDRESS, site="wikidata.org", rate=1.0, rest=1.0,
        pause=60.0,
        licence="CC0-1.0", credit="Wikidata, https://www.wikidata.org",
        query={"source": "wikidata", "employers": sorted(employers)},
        first=_first(names, ids), ask=_ask, read=_read, smaller=_smaller,
        saved=Lines("statements.jsonl.gz"),
    )  # fmt: skip


def _ask(place: Place) -> Question:
    languages = ",".join(LANGUAGES)
    if place.get("names"):
        names = " ".join(f"{_literal(place['names'][0])}@{language}" for language in LANGUAGES)
        query = _NAMED.format(names=names, languages=languages)
    else:
        variables = " ".join(f"?{name}" for name in VARIABLES)
        query = _STATEMENTS.format(
            variables=variables, employer=place["ids"][0], after=place["after"], size=place["size"], languages=languages
        )
    return Question("sparql", {"query": query, "format": "json"}, "application/sparql-results+json")


def _read(place: Place, data: bytes | None) -> Page:
    rows = part(json_object(data or b"", _EXPECTED), "results.bindings", list, _EXPECTED)
    if not all(isinstance(row, dict) for row in rows):
        raise schema_error("a row of the answer is no object", _EXPECTED)
    if place.get("names"):
        return _resolved(place, rows)
    by_person: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_person.setdefault(_value(row, "person"), []).append(row)
    records = tuple(_record(person, by_person[person]) for person in sorted(by_person))
    if len(by_person) < place["size"]:
        return Page(records, _following(place["ids"][1:]))
    last = max(by_person)
    if last <= place["after"]:
        raise schema_error(f"the people after {place['after']} end with {last}", _EXPECTED)
    return Page(records, {**place, "after": last})


def _record(person: str, rows: list[dict[str, Any]]) -> Record:
    """All rows of a person, in an order of their own, as the service's answer to a query for that person alone."""
    found = _ENTITY.fullmatch(person)
    if not found:
        raise schema_error(f"{shown(person, 80)!r} is no person of Wikidata", _EXPECTED)
    told = sorted({as_line({name: row[name] for name in VARIABLES if name in row}) for row in rows})
    head = b'{"head":{"vars":' + as_line(list(VARIABLES)) + b'},"results":{"bindings":['
    return Record(found[1], head + b",".join(told) + b"]}}")


def _smaller(place: Place) -> Place | None:
    size = place.get("size", 0) // 2
    return {**place, "size": size} if size >= _FEWEST else None


def _following(ids: list[str]) -> Place | None:
    return {"ids": ids, "after": "", "size": _ROWS} if ids else None


def _resolved(place: Place, rows: list[dict[str, Any]]) -> Page:
    """The next place once the first name is known. Raises DataError where it is that of none, or of several."""
    name, *rest = place["names"]
    found = [(entity[1], row) for row in rows if (entity := _ENTITY.fullmatch(_value(row, "item")))]
    if len(found) != 1:
        raise _unclear(name, found)
    chosen, row = found[0]
    said = f"{shown(name)} is {shown(_text(row, 'itemLabel'))} ({chosen}) on Wikidata"
    return Page((), _first(rest, [*place["ids"], chosen]), said=said)


def _first(names: list[str], ids: list[str]) -> Place:
    """The place of the next name to look up, or of the first people where all are known."""
    ids = list(dict.fromkeys(ids))
    return {"names": names, "ids": ids} if names else {"ids": ids, "after": "", "size": _ROWS}


def _unclear(name: str, found: list[tuple[str, dict[str, Any]]]) -> DataError:
    shortlist = "; ".join(
        f"{chosen} {shown(_text(row, 'itemLabel'), 60)} ({shown(_text(row, 'itemDescription'), 80) or 'undescribed'},"
        f" {shown(_text(row, 'people'), 12)} people)"
        for chosen, row in found[:5]
    )
    several = f"several employers of Wikidata bear the name {shown(name)!r}: {shortlist}"
    return DataError(
        several if found else f"no employer of anybody on Wikidata is called {shown(name)!r}",
        where="--employer",
        remedy="Give the id of the one meant, like --employer Q95.",
    )


def _value(row: dict[str, Any], name: str) -> str:
    if found := _text(row, name):
        return found
    raise schema_error(f"a row has no {name!r} (it has: {shown(', '.join(row), 200)})", _EXPECTED)


def _text(row: dict[str, Any], name: str) -> str:
    cell = row.get(name)
    found = cell.get("value") if isinstance(cell, dict) else None
    return found if isinstance(found, str) else ""


def _literal(text: str) -> str:
    """A text as SPARQL writes it, whatever is in it."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(sign, sign) for sign in text) + '"'
