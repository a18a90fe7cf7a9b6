"""OpenAlex: authors with their affiliations by year, or works with those of their authors, by institution.

Lists are paged by a cursor where the user has a key (free of charge, in ``MERCATO_OPENALEX_KEY``), and by number, which
ends at 10,000 records, where not. Institutions are filtered by lineage, so that laboratories, campuses and subsidiaries
count with them. A name is looked up, and taken only where exactly one institution bears it. Interface as documented at
developers.openalex.org in 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mercato.errors import DataError
from mercato.fetching.answers import as_line, json_object, part, schema_error, shown
from mercato.fetching.declare import Lines, Page, Place, Question, Record, Secret, Source

ADDRESS = "https://api.openalex.org"
KEY = Secret("MERCATO_OPENALEX_KEY", parameter="api_key")
MOST_INSTITUTIONS = 100
_ROWS = 100
_WITHOUT_KEY = 10_000
_ID = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:institutions/)?)?([Ii]\d{1,12})")
_ROR = re.compile(r"(?:https?://ror\.org/)?(0[a-z0-9]{6}\d{2})")
_FIELDS = {
    "authors": "id,orcid,display_name,display_name_alternatives,affiliations,last_known_institutions,works_count,"
    "created_date,updated_date",
    "works": "id,doi,title,type,publication_date,publication_year,is_retracted,authorships",
    "institutions": "id,ror,display_name,display_name_alternatives,display_name_acronyms,country_code,works_count",
}
_LINEAGE = {"authors": "affiliations.institution.lineage", "works": "authorships.institutions.lineage"}
_EXPECTED = "a JSON list of OpenAlex (meta, results)"


def source(kind: str, institutions: Sequence[str], since: int | None, contact: str, key: str) -> Source:
    """OpenAlex asked for the ``authors`` or ``works`` of institutions, given by id, ROR or name."""
    ids = list(dict.fromkeys(found[1].upper() for name in institutions if (found := _ID.fullmatch(name))))
    names = [name for name in institutions if not _ID.fullmatch(name)]
    private = {"mailto": contact} if "@" in contact else {}

    def ask(place: Place) -> Question:
        if place.get("names"):
            return Question("institutions", {**_lookup(place["names"][0]), **private})
        told = [f"{_LINEAGE[kind]}:{'|'.join(place['ids'])}"]
        told += [f"from_publication_date:{since}-01-01"] if since else []
        return Question(kind, {"filter": ",".join(told), "select": _FIELDS[kind], **_paging(place, key), **private})

    def read(place: Place, data: bytes | None) -> Page:
        told = json_object(data or b"", _EXPECTED)
        results = part(told, "results", list, _EXPECTED)
        if place.get("names"):
            return _resolved(place, results)
        records = tuple(Record(_short_id(result), as_line(result)) for result in results)
        total = part(told, "meta.count", int, _EXPECTED)
        return Page(records, _next(place, told, bool(results), total, key), total)

    return Source(
        name="openalex", title="OpenAlex", noun=kind, address=ADDRESS, site="openalex.org", rate=5.0,
        licence="CC0-1.0", credit="OpenAlex, https://openalex.org (Priem, Piwowar and Orr 2022, arXiv:2205.01833)",
        query={"source": "openalex", "kind": kind, "institutions": sorted(institutions), "since": since},
        first={"names": names, "ids": ids},
        ask=ask, read=read, saved=Lines(f"{kind}.jsonl.gz"), secret=KEY,
    )  # fmt: skip


def _lookup(name: str) -> dict[str, str]:
    """How an institution is looked up: by ROR, or by name."""
    fields = {"select": _FIELDS["institutions"], "per_page": "25"}
    if found := _ROR.fullmatch(name):
        return {"filter": f"ror:https://ror.org/{found[1]}", **fields}
    return {"search": name, **fields}


def _paging(place: Place, key: str) -> dict[str, str]:
    rows = {"per_page": str(_ROWS)}
    if "cursor" in place or key:
        return {**rows, "cursor": place.get("cursor", "*")}
    page = place.get("page", 1)
    if page * _ROWS > _WITHOUT_KEY:
        raise DataError(
            f"without a key OpenAlex gives the first {_WITHOUT_KEY:,} records only",
            remedy=f"Get a free key at openalex.org/settings/api, set {KEY.variable} to it.",
        )
    return {**rows, "page": str(page)}


def _next(place: Place, told: dict[str, Any], any_came: bool, total: int, key: str) -> Place | None:
    ids = place["ids"]
    if "cursor" in place or key:
        cursor = part(told, "meta", dict, _EXPECTED).get("next_cursor")
        if cursor is not None and not isinstance(cursor, str):
            raise schema_error("'meta.next_cursor' of the answer is no text", _EXPECTED)
        return {"ids": ids, "cursor": cursor} if cursor and any_came else None
    page = place.get("page", 1)
    return {"ids": ids, "page": page + 1} if any_came and page * _ROWS < total else None


def _short_id(result: Any) -> str:
    found = result.get("id") if isinstance(result, dict) else None
    if not isinstance(found, str) or not found:
        raise schema_error(f"a result has no id ({shown(str(result), 80)})", _EXPECTED)
    return found.rpartition("/")[2]


def _resolved(place: Place, results: list[Any]) -> Page:
    """The next place once the first name is known. Raises DataError where it is that of none, or of several."""
    name, *rest = place["names"]
    found = [result for result in results if isinstance(result, dict) and isinstance(result.get("id"), str)]
    exact = found
    if not _ROR.fullmatch(name):
        exact = [r for r in found if _folded(r.get("display_name")) == _folded(name)]
        exact = exact or [r for r in found if _folded(name) in _other_names(r)]
    if len(exact) != 1:
        raise _unclear(name, exact or found, bool(exact))
    chosen, told = _short_id(exact[0]), shown(str(exact[0].get("display_name")))
    ids = list(dict.fromkeys([*place["ids"], chosen]))
    following: Place = {"names": rest, "ids": ids} if rest else {"ids": ids}
    return Page((), following, said=f"{shown(name)} is {told} ({chosen}) on OpenAlex")


def _other_names(result: dict[str, Any]) -> set[str]:
    lists = (result.get("display_name_alternatives"), result.get("display_name_acronyms"))
    return {_folded(name) for names in lists if isinstance(names, list) for name in names}


def _folded(name: Any) -> str:
    return " ".join(str(name).casefold().split())


def _unclear(name: str, found: list[dict[str, Any]], several: bool) -> DataError:
    shortlist = "; ".join(
        f"{_short_id(r)} {shown(str(r.get('display_name')), 60)}"
        f" ({shown(str(r.get('country_code') or '?'), 10)}, {r.get('works_count', '?')} works)"
        for r in found[:5]
    )
    said = "several institutions of OpenAlex bear the name" if several else "no institution of OpenAlex is called just"
    near = f": {shortlist}" if several else (f" (near: {shortlist})" if shortlist else "")
    return DataError(
        f"{said} {shown(name)!r}{near}",
        where="--institution",
        remedy="Give the id of the one meant, like --institution I136199984.",
    )
