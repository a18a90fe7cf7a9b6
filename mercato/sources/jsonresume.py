"""JSON Resume and its relatives: one ``.json`` file, a folder of them, or JSON lines, streamed.

People write the same few facts under many names; the table at the head of this module lists those that are read. A job
without an end date is open. Several roles listed under one company are several jobs there. Volunteer work is read as
positions that are side roles.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from mercato.errors import DataError, MercatoError
from mercato.sources import archives
from mercato.sources.dates import OPEN, ParsedDate, is_blank, is_open_end, parse_date, parse_period
from mercato.sources.formats import Context, Format
from mercato.sources.gather import Counted, Gatherer, Job, Refused, date_of

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
"""What each fact of a job is called, whatever its case, spaces, dashes and underlines; the first that says something."""

WORK = ("work", "work experience", "work exp list", "experience", "experiences", "employment", "jobs", "expériences")
VOLUNTEER = ("volunteer", "volunteering", "volunteer experience", "bénévolat")
OTHER_SECTIONS = ("basics", "education", "skills", "awards", "publications", "languages", "interests", "projects")
PERSON_IDS = ("id", "_id", "uuid")

LONGEST_LINE = 64 << 20
"""Bytes of one line, or of one JSON file, beyond which it is not read."""

_LINES = (".jsonl", ".ndjson", ".jsonlines")
_SNIFFED = 4 << 20
_JOBS = re.compile(rb'"(?:work|volunteer)"\s*:\s*\[\s*[\]{]|"basics"\s*:\s*\{\s*"(?!type|properties)')


def matches(path: Path) -> bool:
    """Whether a file or a folder holds JSON resumes, judged by the first of them."""
    try:
        if path.is_dir() and not _holds_only_resumes(path):
            return False
        if path.is_file() and path.stat().st_size > _SNIFFED and not _is_lines(archives.bare_name(path.name)):
            return _is_json(path.name) and _JOBS.search(_beginning(path)) is not None
        first = itertools.islice(_documents(path, look=50), 20)
        return any(_looks_like(found) for _, _, found in first)
    except (MercatoError, OSError):
        return False


def read_batches(path: Path, context: Context) -> Iterator[Counted]:
    """The jobs of JSON resumes as batches of positions, in constant memory.

    A record of this source is one job; a line or file that cannot be read is one reject. Raises DataError for a file
    that is damaged, cut off or a zip bomb.
    """
    gatherer = Gatherer(context)
    for file, person, found in _documents(path):
        gatherer.begin()
        _gather(file, person, found, gatherer, context.settings.dates)
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

_Document = tuple[str, str, Any]


def _is_lines(name: str) -> bool:
    return name.lower().endswith(_LINES)


def _is_json(name: str) -> bool:
    return name.lower().endswith((".json", *_LINES))


def _holds_only_resumes(folder: Path) -> bool:
    """Whether the first files of a folder are JSON, archives or notes beside them, so that none would go unread."""
    first = (archives.bare_name(name.lower()) for _, name in itertools.islice(archives.walk(folder), 50))
    return all(_is_json(n) or n.endswith((".tar", ".tgz", ".md", ".txt", ".toml")) for n in first)


def _looks_like(found: Any) -> bool:
    """Whether a JSON value is a resume: an object with a list of jobs, or with basics that are not a schema's."""
    if not isinstance(found, dict) or "properties" in found or "$defs" in found:
        return False
    plain = _plain_keys(found)
    lists = [plain[key] for key in map(_plain, (*WORK, *VOLUNTEER)) if isinstance(plain.get(key), list)]
    return any(not jobs or isinstance(jobs[0], dict) for jobs in lists) or isinstance(found.get("basics"), dict)


def _beginning(path: Path) -> bytes:
    with archives.open_stream(path) as stream:
        return stream.read(_SNIFFED)


def _documents(path: Path, look: int = 0) -> Iterator[_Document]:
    """Every record with its file and the name that its person has for want of another; a Refused where it is unreadable."""
    files = archives.walk(path) if path.is_dir() else iter([(path, path.name)])
    for file, name in itertools.islice(files, look or None):
        if archives.is_archive(name):
            yield from _of_archive(file, look)
        elif _is_lines(archives.bare_name(name)):
            with archives.open_stream(file) as stream:
                yield from _of_lines(stream, name)
        elif _is_json(archives.bare_name(name)):
            yield from _of_file(file, name, alone=file == path)


def _of_archive(path: Path, look: int) -> Iterator[_Document]:
    for member in archives.members(path, _is_json, look):
        if member.fault:
            yield member.name, member.name, Refused("", "", member.fault)
        elif _is_lines(member.name):
            for number, line in enumerate(member.data.splitlines(), 1):
                yield from _of_line(line, number, member.name)
        else:
            yield from _of_text(member.data, member.name)


def _of_lines(stream: BinaryIO, name: str) -> Iterator[_Document]:
    for number in itertools.count(1):
        line = stream.readline(LONGEST_LINE)
        if not line:
            return
        too_long = len(line) == LONGEST_LINE and not line.endswith(b"\n")
        if too_long:
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            yield name, "", Refused("", f"line {number}", _too_long())
        else:
            yield from _of_line(line, number, name)


def _too_long() -> str:
    return f"longer than {LONGEST_LINE >> 20} MB"


def _of_line(line: bytes, number: int, name: str) -> Iterator[_Document]:
    line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    if line.strip():
        yield name, f"{name}#{number}", _parsed(line)


def _of_file(path: Path, name: str, alone: bool) -> Iterator[_Document]:
    shown = name.encode("utf-8", "replace").decode()
    try:
        with archives.open_stream(path) as stream:
            data = stream.read(LONGEST_LINE + 1)
    except DataError as error:
        if alone:
            raise
        yield shown, shown, Refused("", "", error.found)
        return
    yield from _of_text(data, shown)


def _of_text(data: bytes, name: str) -> Iterator[_Document]:
    """The record of a JSON file, or the records of one that holds a list of them."""
    if len(data) > LONGEST_LINE:
        yield name, name, Refused("", "", _too_long())
        return
    found = _parsed(data)
    if isinstance(found, list):
        yield from ((name, f"{name}#{number}", one) for number, one in enumerate(found, 1))
    else:
        yield name, name, found


def _parsed(data: bytes) -> Any:
    """The JSON value of a text, with its numbers left as written (2018.10 is a month); a Refused where it is not JSON."""
    try:
        encoding = json.detect_encoding(data)
        return json.loads(data.decode(encoding), parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except RecursionError:
        return Refused("", _shown(data), "nested too deeply")
    except json.JSONDecodeError as error:
        return Refused("", _shown(data), f"not JSON: {error.msg} at character {error.pos + 1:,}")
    except UnicodeDecodeError:
        return Refused("", _shown(data), "not JSON: not a text in UTF-8")
    except ValueError as error:
        return Refused("", _shown(data), f"not JSON: {error}")


def _shown(data: bytes) -> str:
    return data[:200].decode("utf-8", "replace")


def _gather(file: str, person: str, found: Any, gatherer: Gatherer, order: str) -> None:
    """Gather the jobs of one record; a record that is none is one reject."""
    try:
        record = _resume(found)
        sections = [(_section(record, WORK), None), (_section(record, VOLUNTEER), True)]
    except Refused as refusal:
        gatherer.reject(file, refusal)
        return
    person_id, verified_on = _person(record) or person, _verified(record)
    for entries, is_side in sections:
        for entry in entries:
            try:
                job = _job(entry, order)
                side = is_side or job.is_side
                gatherer.accept(file, replace(job, person_id=person_id, verified_on=verified_on, is_side=side))
            except Refused as refusal:
                gatherer.reject(file, refusal)


def _plain(key: str) -> str:
    return re.sub(r"[\s_-]", "", key[:50]).casefold()


def _plain_keys(found: dict[str, Any]) -> dict[str, Any]:
    return {_plain(key): value for key, value in found.items()}


_PLAIN_NAMES = {fact: tuple(map(_plain, names)) for fact, names in NAMES.items()}
_KNOWN_SECTIONS = frozenset(map(_plain, (*WORK, *VOLUNTEER, *OTHER_SECTIONS)))


def _resume(found: Any) -> dict[str, Any]:
    if isinstance(found, Refused):
        raise found
    if not isinstance(found, dict):
        raise Refused("", _text(found), "not a resume: not a JSON object")
    record = _plain_keys(found)
    if not record.keys() & _KNOWN_SECTIONS:
        raise Refused("", ", ".join(list(found)[:20]), "not a resume: no work, no basics, no education")
    return record


def _section(record: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The entries of the first section of these names that holds some, with the roles at one company each on its own."""
    for name in map(_plain, names):
        section = record.get(name)
        if isinstance(section, dict):
            section = [section]
        if section and not isinstance(section, list):
            raise Refused(name, _text(section), "not a list of jobs")
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
    company = {"company": _first(entry, "employer"), "location": _first(entry, "place"), "country": _first(entry, "country")}
    told = {key: value for key, value in company.items() if not _is_empty(value)}
    return [{"title": role.get("name"), **_plain_keys(role), **told} for role in roles]


def _job(entry: Any, order: str) -> Job:
    if _is_empty(entry):
        raise Refused("", "", "blank entry")
    if not isinstance(entry, dict):
        raise Refused("", _text(entry), "not a job: not a JSON object")
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
        country=_text(_first(entry, "country") or _first(within, "country")),
        is_side=True if _first(entry, "side") is True else None,
    )


def _stay(entry: dict[str, Any], order: str) -> tuple[ParsedDate | None, ParsedDate | None]:
    """The start and the end of a job; an end that is missing or says "still so" is open."""
    start, end = _first(entry, "start"), _first(entry, "end")
    if _is_empty(start) and _is_empty(end):
        period = _first(entry, "period")
        if not isinstance(period, list):
            return _period(_moment(period), order)
        if len(period) == 1 and parse_date(_moment(period[0]), order) is None:
            return _period(_moment(period[0]), order)
        start, end = [*period, None, None][:2]
    first, last = _moment(start), _moment(end)
    if is_blank(last) and not is_blank(first) and parse_date(first, order) is None:
        both = parse_period(first, order)
        if both[0] is not None:
            return both
    return date_of("start_date", first, order), OPEN if is_open_end(last) else date_of("end_date", last, order)


def _period(text: str, order: str) -> tuple[ParsedDate | None, ParsedDate | None]:
    if is_blank(text):
        return None, None
    start, end = parse_period(text, order)
    if start is None:
        raise Refused("start_date", text, "not a period that can be read")
    return start, end


def _moment(value: Any) -> str:
    """A date as text, also where it was given in parts."""
    if isinstance(value, dict):
        parts = _plain_keys(value)
        return "-".join(_text(parts.get(part)).zfill(2) for part in ("year", "month", "day") if not _is_empty(parts.get(part)))
    return _text(value)


def _first(entry: dict[str, Any], fact: str) -> Any:
    """The first value that says something under one of a fact's names."""
    values = (entry.get(name) for name in _PLAIN_NAMES[fact])
    return next((value for value in values if not _is_empty(value)), None)


def _is_empty(value: Any) -> bool:
    """Whether nothing is said: a blank, or a list or an object of nothing but blanks."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list):
        return all(map(_is_empty, value))
    return value is None or (isinstance(value, str) and is_blank(value))


def _text(value: Any) -> str:
    """A value as one text: an object by its name or its place, a list by its texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(part for part in map(_text, value[:20]) if part)
    if isinstance(value, dict):
        parts = _plain_keys(value)
        return _text(parts.get("name")) or _text([parts.get(part) for part in ("city", "region")]) or _text(parts.get("address"))
    return ""


def _person(record: dict[str, Any]) -> str:
    """The person's id as the record gives it, else one made from the e-mail address, which is not kept."""
    for name in map(_plain, PERSON_IDS):
        if isinstance(record.get(name), str) and not is_blank(record[name]):
            return str(record[name])
    basics = record.get("basics")
    email = basics.get("email") if isinstance(basics, dict) else None
    if not isinstance(email, str) or "@" not in email:
        return ""
    return "email-" + hashlib.sha256(email.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]


def _verified(record: dict[str, Any]) -> dt.date | None:
    meta = record.get("meta")
    stated = meta.get("lastModified") if isinstance(meta, dict) else None
    found = parse_date(stated) if isinstance(stated, str) else None
    return found.date if found else None
