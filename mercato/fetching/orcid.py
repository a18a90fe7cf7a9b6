"""ORCID: the public employments of people with an affiliation, one XML file to a person, as ``sources/orcid.py`` reads.

People are found with the public search, a thousand at a time, which shows the first 10,000 only; then each person's
employments are asked for. An affiliation is a name, a ROR or a GRID id; the search counts places of study as well. A
token (``MERCATO_ORCID_TOKEN``) is not needed, but is sent where there is one. Interface: pub.orcid.org, version 3.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from mercato.fetching.answers import json_object, part, schema_error, shown, xml_root
from mercato.fetching.declare import Files, Page, Place, Question, Record, Secret, Source

ADDRESS = "https://pub.orcid.org/v3.0"
TOKEN = Secret("MERCATO_ORCID_TOKEN", header="Authorization")
MOST = 10_000
"""People that the public search shows at most."""

_ROWS = 1_000
_ID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_ROR = re.compile(r"(?:https?://ror\.org/)?(0[a-z0-9]{6}\d{2})")
_GRID = re.compile(r"grid\.\d+\.[0-9a-f]+")
_LOCKED = frozenset({404, 409, 410})
_SEARCH = "a JSON list of people of ORCID (expanded-result, num-found)"
_EMPLOYMENTS = "the employments of a person in ORCID's XML"


def source(affiliations: Sequence[str]) -> Source:
    """ORCID asked for the employments of all who state one of the affiliations."""
    wanted = " OR ".join(map(_clause, affiliations))

    def ask(place: Place) -> Question:
        if place.get("ids"):
            return Question(f"{place['ids'][0]}/employments", {}, "application/vnd.orcid+xml", _LOCKED)
        return Question("expanded-search/", {"q": wanted, "start": str(place["start"]), "rows": str(_ROWS)})

    def read(place: Place, data: bytes | None) -> Page:
        return _employments(place, data) if place.get("ids") else _people(place, data or b"")

    return Source(
        name="orcid", title="ORCID", noun="people", address=ADDRESS, site="orcid.org", rate=8.0,
        licence="CC0-1.0", credit="ORCID public records, https://orcid.org",
        query={"source": "orcid", "affiliations": sorted(affiliations)},
        first={"start": 0}, ask=ask, read=read, saved=Files("records", ".xml"), secret=TOKEN,
    )  # fmt: skip


def _clause(affiliation: str) -> str:
    """An affiliation in the language of the search, in which quotes and backslashes of a name are escaped."""
    if found := _ROR.fullmatch(affiliation):
        return f'ror-org-id:"https://ror.org/{found[1]}"'
    if _GRID.fullmatch(affiliation):
        return f'grid-org-id:"{affiliation}"'
    escaped = affiliation.replace("\\", "\\\\").replace('"', '\\"')
    return f'affiliation-org-name:"{escaped}"'


def _people(place: Place, data: bytes) -> Page:
    told = json_object(data, _SEARCH)
    total = part(told, "num-found", int, _SEARCH)
    found = told.get("expanded-result") or []
    if not isinstance(found, list) or "expanded-result" not in told:
        raise schema_error(f"the answer has no list of people (it has: {shown(', '.join(told), 200)})", _SEARCH)
    ids = [person.get("orcid-id") if isinstance(person, dict) else None for person in found]
    for known in ids:
        if not isinstance(known, str) or not _ID.fullmatch(known):
            raise schema_error(f"{shown(str(known), 60)!r} is no ORCID iD", _SEARCH)
    start = place["start"] + _ROWS
    more = start if ids and start < min(total, MOST) else None
    limited = (
        f"ORCID's search tells of {total:,} people and shows {MOST:,}" if total > MOST and not place["start"] else ""
    )
    return Page((), _after(ids, more), min(total, MOST), said=limited)


def _employments(place: Place, data: bytes | None) -> Page:
    person, *rest = place["ids"]
    following = _after(rest, place["start"])
    if data is None:
        return Page((), following, passed=1)
    root = xml_root(data, _EMPLOYMENTS)
    named = etree.QName(root)
    if "orcid.org/ns" not in (named.namespace or "") or named.localname != "employments":
        raise schema_error(f"an XML {shown(str(named.localname), 40)!r}", _EMPLOYMENTS)
    return Page((Record(person, data),), following)


def _after(ids: Sequence[str | None], start: int | None) -> Place | None:
    """The place of the next person, or of the next page of the search where there is none left."""
    return {"ids": list(ids), "start": start} if ids else (None if start is None else {"start": start})
