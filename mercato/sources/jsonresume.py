"""JSON Resume and its relatives: one ``.json`` file, a folder of them, or JSON lines, streamed.

People write the same few facts under many names; the table at the head of this module lists those that are read. A job
without an end date is open. Several roles listed under one company are several jobs there. Volunteer work is read as
positions that are side roles.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mercato.errors import MercatoError
from mercato.sources import archives
from mercato.sources.dates import LONGEST, OPEN, ParsedDate, parse_period
from mercato.sources.formats import Context, Format
from mercato.sources.gather import Counted, Gatherer, Job, RecordError, date_of, says_nothing, stated_date
from mercato.sources.jsondocuments import TOO_DEEP, Document, documents, is_json, is_lines, of_text

NAMES: dict[str, tuple[str, ...]] = {
    "employer": (
        "company", "company name", "employer", "employer name", "organization", "organisation", "organization name",
        "institution", "entreprise", "societe", "société", "empresa", "name",
    ),
    "title": ("position", "title", "job title", "role", "role title", "designation", "poste", "intitulé", "cargo"),
    "start": ("start date", "start", "date start", "from", "begin", "since", "début", "date début"),
    "end": ("end date", "end", "date end", "to", "until", "finish", "fin", "date fin"),
    "period": ("period", "date", "dates", "time", "work time", "date range", "when", "years", "duration", "période"),
    "place": ("location", "place", "job location", "where", "city", "lieu", "ville"),
    "country": ("country code", "country", "pays"),
    "side": ("x_side job", "side job", "is side"),
    "roles": ("positions", "roles", "jobs", "postes"),
}  # fmt: skip
"""What each fact of a job is called, whatever its case, spaces and dashes; the first that says something counts."""

WORK = ("work", "work experience", "work exp list", "experience", "experiences", "employment", "jobs", "expériences")
VOLUNTEER = ("volunteer", "volunteering", "volunteer experience", "bénévolat")
OTHER_SECTIONS = ("basics", "education", "skills", "awards", "publications", "languages", "interests", "projects")
PERSON_IDS = ("id", "_id", "uuid")

_SNIFFED = 4 << 20
_LINES_SNIFFED = 20
_YEARS = re.compile(r"\d{4}")
_JOBS = re.compile(rb'"(?:work|volunteer)"\s*:\s*\[\s*[\]{]|"basics"\s*:\s*\{\s*"(?!type|properties)')


def matches(path: Path) -> bool:
    """Whether a file or a folder holds JSON resumes, judged by the first of them."""
    try:
        if path.is_dir() and not _holds_only_resumes(path):
            return False
        if path.is_file() and is_json(archives.bare_name(path.name)):
            return _begins_like(path)
        first = itertools.islice(documents(path, look=50), _LINES_SNIFFED)
        return any(_looks_like(document.value) for document in first)
    except (MercatoError, OSError):
        return False


def read_batches(path: Path, context: Context) -> Iterator[Counted]:
    """The jobs of JSON resumes as batches of positions, in constant memory.

    A record of this source is one job; a line or file that cannot be read is one reject. Raises DataError for a file
    that is damaged, cut off or a zip bomb.
    """
    gatherer = Gatherer(context)
    for document in documents(path):
        gatherer.begin()
        _gather(document, gatherer, context.settings.dates)
        if gatherer.is_full:
            yield gatherer.batch()
    yield gatherer.batch()


FORMAT = Format(
    name="jsonresume",
    description="JSON Resume and its relatives: a .json file, a folder of them, or JSON lines, streamed",
    recognised="JSON objects with a list of jobs (work, experience, …) or of volunteer work, or the basics of a resume",
    matches=matches,
    read_batches=read_batches,
    notes=(
        "A record is one job; a resume without jobs holds none.",
        "A job without an end date is open; it is verified on meta.lastModified, where that is given.",
    ),
)


def _holds_only_resumes(folder: Path) -> bool:
    """Whether the first files of a folder are JSON, archives or notes beside them, so that none would go unread."""
    first = (archives.bare_name(name.lower()) for _, name in itertools.islice(archives.walk(folder), 50))
    return all(is_json(n) or n.endswith((".tar", ".tgz", ".md", ".txt", ".toml")) for n in first)


def _looks_like(found: Any) -> bool:
    """Whether a JSON value is a resume: an object with a list of jobs, or with basics that are not a schema's."""
    if not isinstance(found, dict) or "properties" in found or "$defs" in found:
        return False
    plain = _plain_keys(found)
    lists = [plain[key] for key in map(_plain, (*WORK, *VOLUNTEER)) if isinstance(plain.get(key), list)]
    return any(not jobs or isinstance(jobs[0], dict) for jobs in lists) or isinstance(found.get("basics"), dict)


def _begins_like(path: Path) -> bool:
    """Whether the beginning of a JSON file is that of resumes, one or a list of them or one on each line."""
    with archives.open_stream(path) as stream:
        beginning = archives.read_at_most(stream, _SNIFFED)
    if is_lines(archives.bare_name(path.name)):
        lines = beginning.removeprefix(b"\xef\xbb\xbf").split(b"\n", _LINES_SNIFFED)[:_LINES_SNIFFED]
        return any(_looks_like(document.value) for line in lines for document in of_text(line, ""))
    if len(beginning) == _SNIFFED:
        return _JOBS.search(beginning) is not None
    return any(_looks_like(document.value) for document in itertools.islice(of_text(beginning, ""), _LINES_SNIFFED))


def _gather(document: Document, gatherer: Gatherer, order: str) -> None:
    """Gather the jobs of one document; one that is no resume is one reject."""
    file = document.file
    try:
        record = _resume(document.value)
        sections = [(_section(record, WORK), None), (_section(record, VOLUNTEER), True)]
    except (RecordError, RecursionError) as fault:
        gatherer.reject(file, fault if isinstance(fault, RecordError) else RecordError("", "", TOO_DEEP))
        return
    person_id, verified_on = _person(record) or document.name, _verified(record)
    name = _name(record)
    for entries, is_side in sections:
        for entry in entries:
            try:
                job = _job(entry, order)
                side = is_side or job.is_side
                told = replace(job, person_id=person_id, verified_on=verified_on, is_side=side, person_name=name)
                gatherer.accept(file, told)
            except RecordError as refusal:
                gatherer.reject(file, refusal)
            except RecursionError:
                gatherer.reject(file, RecordError("", "", TOO_DEEP))


@lru_cache(maxsize=1 << 12)
def _plain(key: str) -> str:
    return re.sub(r"[\s_-]", "", key).casefold()


def _plain_keys(found: dict[str, Any]) -> dict[str, Any]:
    return {_plain(key[:50]): value for key, value in found.items()}


_PLAIN_NAMES = {fact: tuple(map(_plain, names)) for fact, names in NAMES.items()}
_SHARED = {"company": "employer", "location": "place", "country": "country"}
_KNOWN_SECTIONS = frozenset(map(_plain, (*WORK, *VOLUNTEER, *OTHER_SECTIONS)))


def _resume(found: Any) -> dict[str, Any]:
    if isinstance(found, RecordError):
        raise found
    if not isinstance(found, dict):
        raise RecordError("", _text(found), "not a resume: not a JSON object")
    record = _plain_keys(found)
    if not record.keys() & _KNOWN_SECTIONS:
        raise RecordError("", ", ".join(list(found)[:20]), "not a resume: no work, no basics, no education")
    return record


def _section(record: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The entries of the first section of these names that holds some, each role at one company on its own."""
    for name in map(_plain, names):
        section = record.get(name)
        if isinstance(section, dict):
            section = [section]
        if section and not isinstance(section, list):
            raise RecordError(name, _text(section), "not a list of jobs")
        if section:
            return [role for entry in section for role in _roles(entry)]
    return []


def _roles(entry: Any) -> list[Any]:
    """The entry itself, or the roles listed in it, each at the entry's employer and place."""
    if not isinstance(entry, dict):
        return [entry]
    entry = _plain_keys(entry)
    roles = _first(entry, "roles")
    if not isinstance(roles, list) or not all(isinstance(role, dict) for role in roles):
        return [entry]
    shared = {name: _first(entry, fact) for name, fact in _SHARED.items()}
    told = {name: value for name, value in shared.items() if not _is_empty(value)}
    return [{"title": role.get("name"), **_plain_keys(role), **told} for role in roles]


def _job(entry: Any, order: str) -> Job:
    if _is_empty(entry):
        raise RecordError("", "", "blank entry")
    if not isinstance(entry, dict):
        raise RecordError("", _text(entry), "not a job: not a JSON object")
    start, end = _stay(entry, order)
    place = _first(entry, "place")
    within = _plain_keys(place) if isinstance(place, dict) else {}
    return Job(
        person_id="",
        employer=_text(_first(entry, "employer")),
        title=_text(_first(entry, "title")),
        start=start,
        end=end,
        place=_text(place),
        country=_text(_first(entry, "country") or _first(within, "country")) or _country_in(_text(place)),
        is_side=True if _first(entry, "side") is True else None,
    )


def _country_in(place: str) -> str:
    """The country that ends a place, where it is spelt out: a short ending may be a state, and Georgia is one too."""
    last = place[-100:].rpartition(",")[2].strip()
    return last if len(last) > 3 and last.casefold() != "georgia" else ""


def _stay(entry: dict[str, Any], order: str) -> tuple[ParsedDate | None, ParsedDate | None]:
    """The start and the end of a job; an end that is missing or says "still so" is open."""
    start, end = _first(entry, "start"), _first(entry, "end")
    if _is_empty(start) and _is_empty(end):
        period = _first(entry, "period")
        if not isinstance(period, list):
            return _period(_moment(period), order)
        if len(period) == 1 and _date(_moment(period[0]), order) is None:
            return _period(_moment(period[0]), order)
        start, end = [*period, None, None][:2]
    first, last = _moment(start), _moment(end)
    if says_nothing(last) and not says_nothing(first) and _date(first, order) is None:
        both = _stretch(first[: LONGEST + 1], order)
        if both[1] is not None and (both[1].open or len(_YEARS.findall(first)) > 1):
            return both
    return date_of("start_date", first, order), OPEN if says_nothing(last) else date_of("end_date", last, order)


def _date(text: str, order: str) -> ParsedDate | None:
    return stated_date(text[: LONGEST + 1], order)[0]


_stretch = lru_cache(maxsize=1 << 16)(parse_period)


def _period(text: str, order: str) -> tuple[ParsedDate | None, ParsedDate | None]:
    if says_nothing(text):
        return None, None
    start, end = _stretch(text[: LONGEST + 1], order)
    if start is None:
        raise RecordError("start_date", text, "not a period that can be read")
    return start, end


def _moment(value: Any) -> str:
    """A date as text, also where it was given in parts."""
    if isinstance(value, dict):
        parts = _plain_keys(value)
        given = [_text(parts.get(part)) for part in ("year", "month", "day")]
        told = itertools.takewhile(lambda part: not says_nothing(part), given)
        return "-".join(part.zfill(2) for part in told)
    return _text(value)


def _first(entry: dict[str, Any], fact: str) -> Any:
    """The first value that says something under one of a fact's names."""
    values = (entry[name] for name in _PLAIN_NAMES[fact] if name in entry)
    return next((value for value in values if not _is_empty(value)), None)


def _is_empty(value: Any) -> bool:
    """Whether nothing is said: a blank, or a list or an object of nothing but blanks."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is None or (isinstance(value, str) and says_nothing(value))


def _text(value: Any) -> str:
    """A value as one text: an object by its name or its place, a list by its texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(part for part in map(_text, value[:20]) if part)
    if isinstance(value, dict):
        parts = _plain_keys(value)
        town = [parts.get("city"), parts.get("region")]
        return _text(parts.get("name")) or _text(town) or _text(parts.get("address"))
    return ""


def _person(record: dict[str, Any]) -> str:
    """The person's id as the record gives it, else one made from the e-mail address, which is not kept."""
    for name in map(_plain, PERSON_IDS):
        if isinstance(record.get(name), str) and not says_nothing(record[name]):
            return str(record[name])
    basics = record.get("basics")
    email = basics.get("email") if isinstance(basics, dict) else None
    if not isinstance(email, str) or "@" not in email:
        return ""
    return "email-" + hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]


def _name(record: dict[str, Any]) -> str:
    """The name that the basics of a resume give."""
    basics = record.get("basics")
    name = basics.get("name") if isinstance(basics, dict) else None
    return name if isinstance(name, str) and not says_nothing(name) else ""


def _verified(record: dict[str, Any]) -> dt.date | None:
    meta = record.get("meta")
    stated = meta.get("lastModified") if isinstance(meta, dict) else None
    found = _date(stated, "") if isinstance(stated, str) else None
    return found.date if found else None
