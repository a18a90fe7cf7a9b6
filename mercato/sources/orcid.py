"""ORCID public records: one XML file, a folder of them, or the public data file's ``.tar.gz``, streamed.

A record is mostly works, so its employments are cut out of the bytes and only they are parsed; the rest is not checked
beyond having its beginning and its end. Whatever could hide an employment or a false one (a comment, CDATA, another
encoding, an unusual layout) is parsed whole. Records of version 2 and 3 are read alike: names are matched without their
namespace. The flavour of one employment to a file (``…/employments/….xml``) is read as well.

An open employment counts as verified on the day on which the list of employments was last changed: that day its owner
saw all of it. The day on which the whole record changed is often that of a publisher's robot adding a work, after which
nobody has looked at the jobs; taken as verified, such days would make people seem to stay longer than they do. Only a
list without a date of its own falls back on the record's.
"""

from __future__ import annotations

import datetime as dt
import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from mercato.errors import MercatoError
from mercato.sources import archives
from mercato.sources.dates import ParsedDate
from mercato.sources.formats import Context, Format
from mercato.sources.gather import Counted, Gatherer, Job, RecordError, date_of

_HEAD = 1 << 14
_TAIL = 1 << 10
_OURS = b"orcid.org/ns"
_LARGEST_PARSED = 32 << 20
_ID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")
_ROOT = re.compile(rb"<((?:[\w.-]+:)?([\w.-]+))(?=[\s/>])[^<>]*>")
_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.:-]+)")
_SECTION = re.compile(rb"<((?:[\w.-]+:)?employments)(?=[\s/>])[^<>]*>")
_PLAIN_ENCODINGS = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15", b"latin1", b"windows-1252")
_RECORDS = ("record", "activities-summary", "activities", "employments", "employment", "employment-summary")
_STUDENT = re.compile(r"\bph\.? ?d\b|\bdoctora(?:l|nd|nt|te)|\bdoctorant|\bth[eè]se\b|\bstudent\b", re.IGNORECASE)
_OTHER_ACTIVITY = re.compile(rf"{_ID.pattern}/(?!employments/)[a-z-]+/[^/]+$")
_FOREIGN = "not an ORCID record"
_CLOSED = "the record was deactivated by its owner"


def matches(path: Path) -> bool:
    """Whether a file or a folder holds ORCID records, judged by the first XML files in it."""
    try:
        if path.is_dir() and not _holds_only_records(path):
            return False
        first = itertools.islice(archives.members(path, _is_xml, 50), 3)
        return any(_OURS in member.data[:_HEAD] for member in first)
    except (MercatoError, OSError):
        return False


def read_batches(path: Path, context: Context) -> Iterator[Counted]:
    """The employments of ORCID records as batches of positions, in constant memory.

    A record of this source is one employment; a file that cannot be read is one reject. Raises DataError for an archive
    that is damaged, cut off or a zip bomb.
    """
    gatherer = Gatherer(context)
    for member in archives.members(path, _is_wanted):
        _gather(member, gatherer)
        if gatherer.is_full:
            yield gatherer.batch()
    yield gatherer.batch()


FORMAT = Format(
    name="orcid",
    description="ORCID public records: an XML file, a folder of them, or the public data file (.tar.gz), streamed",
    recognised="XML whose first lines name a namespace of orcid.org",
    matches=matches,
    read_batches=read_batches,
    licence="CC0-1.0",
    notes=(
        "A record is one employment; a person's record without employments holds none.",
        "Open employments are verified on the day on which the person's list of employments was last changed.",
    ),
)


def _is_xml(name: str) -> bool:
    return name.lower().endswith(".xml")


def _is_wanted(name: str) -> bool:
    """An XML file that may hold employments: where a person has a folder for each kind of activity, only that kind."""
    return _is_xml(name) and not _OTHER_ACTIVITY.search(name)


def _holds_only_records(folder: Path) -> bool:
    """Whether the first files of a folder are XML, archives or notes beside them, so that none would go unread."""
    known = (".xml", ".xml.gz", ".md", ".txt", ".toml")
    first = (name.lower() for _, name in itertools.islice(archives.walk(folder), 50))
    return all(name.endswith(known) or archives.is_archive(name) for name in first)


def _gather(member: archives.Member, gatherer: Gatherer) -> None:
    """Gather the employments of one file; one that holds another activity than an employment is passed over."""
    try:
        if member.fault:
            raise RecordError("", "", member.fault)
        employments = _employments(member)
    except RecordError as refusal:
        gatherer.begin()
        gatherer.reject(member.name, refusal)
        return
    if employments is not None:
        gatherer.begin()
    name = _name_in(member.data) if employments else ""
    for element, person_id, verified_on in employments or ():
        try:
            gatherer.accept(member.name, replace(_job(element, person_id, verified_on), person_name=name))
        except RecordError as refusal:
            gatherer.reject(member.name, refusal)


def _name_in(data: bytes) -> str:
    """The given and the family name of a record's owner, read without parsing; empty where they are not in UTF-8."""
    found = (re.search(rb"<[\w.-]+:" + part + rb">([^<]{1,500})<", data) for part in (b"given-names", b"family-name"))
    try:
        return html.unescape(" ".join(part[1].decode() for part in found if part))
    except UnicodeDecodeError:
        return ""


_Employment = tuple[etree._Element, str, dt.date | None]


def _employments(member: archives.Member) -> list[_Employment] | None:
    """The employments of a file with their person and the day last verified; None where it is another activity."""
    data, is_utf8 = _plain_bytes(member.data)
    declared = _DECLARATION.match(data[:_HEAD])
    after = declared.end() if declared else 0
    root = _ROOT.search(data[:_HEAD], after)
    has_markup = b"<!" in data
    if has_markup and (b"<!DOCTYPE" in data or b"<!ENTITY" in data):
        raise RecordError("", "", "declares a document type; entities are never resolved")
    is_whole = root is not None and data[-_TAIL:].rstrip().endswith(b"</" + root[1] + b">")
    is_plain = is_utf8 and is_whole and not has_markup and data.find(b"<?", after) < 0 and _OURS in data[:_HEAD]
    if root is None or root[2] != b"record" or not is_plain:
        return _of_tree(_parsed(data), member.name)
    return _of_record(data, root, member.name)


def _plain_bytes(data: bytes) -> tuple[bytes, bool]:
    """The XML in an encoding whose markup is plain ASCII, so that what it declares is seen; and whether it is UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return _DECLARATION.sub(b"", data.decode("utf-16").encode(), count=1), True
        except UnicodeError:
            raise RecordError("", "", "not well-formed XML: broken UTF-16") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise RecordError("", "", "an empty file")
    if b"\0" in data[:_HEAD]:
        raise RecordError("", "", "not a text file")
    declared = _DECLARATION.match(data[:_HEAD])
    encoding = _ENCODING.search(declared[0]) if declared else None
    name = encoding[1].lower() if encoding else b"utf-8"
    if name not in _PLAIN_ENCODINGS:
        raise RecordError("", name.decode("ascii", "replace"), "an encoding that is not read: save it as UTF-8")
    return data, name in _PLAIN_ENCODINGS[:4]


def _parsed(data: bytes) -> etree._Element:
    if len(data) > _LARGEST_PARSED:
        raise RecordError("", "", f"larger than {_LARGEST_PARSED >> 20} MB and not laid out as ORCID lays out a record")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        said = (error.msg or "nothing in it").splitlines()[0]
    except (ValueError, LookupError) as error:
        said = str(error)
    raise RecordError("", "", f"not well-formed XML: {said[:150]}")


def _of_record(data: bytes, root: re.Match[bytes], name: str) -> list[_Employment] | None:
    """The employments of a whole record, parsing its list of employments only."""
    start = data.find(b"<activities:employments")
    section = _SECTION.match(data, max(start, 0)) or _SECTION.search(data, root.end())
    before = data[: min(4 * _HEAD, section.start() if section else len(data))]
    if b"deactivation-date>" in before:
        raise RecordError("", "", _CLOSED)
    if section is None or section[0].endswith(b"/>"):
        return []
    end = data.find(b"</" + section[1] + b">", section.end())
    wrapped = root[0] + data[section.start() : end] + b"</" + section[1] + b"></" + root[1] + b">"
    try:
        tree = _parsed(wrapped if end >= 0 else data)
    except RecordError:
        return _of_tree(_parsed(data), name)
    return _of_tree(tree, name, before)


def _record_modified(before: bytes) -> dt.date | None:
    """The first last-modified date after the record's history has begun, read without parsing."""
    found = re.search(rb"history>.{0,2000}?last-modified-date>([^<]{10,40})<", before, re.DOTALL)
    return _day(found[1].decode("ascii", "replace")) if found else None


def _of_tree(root: etree._Element, name: str, before: bytes = b"") -> list[_Employment] | None:
    """The employments under an element; ``before`` is what stands before it in a record that was not parsed whole."""
    _refuse_unlike(root)
    if _local(root) not in _RECORDS:
        return None
    history = _child(root, "history")
    if _child(history, "deactivation-date") is not None:
        raise RecordError("", "", _CLOSED)
    person_id = _person_of(root, name)
    lone = _local(root) in ("employment", "employment-summary")
    found = [root] if lone else list(root.iter("{*}employment-summary", "{*}employment"))
    if not found:
        return []
    if not person_id:
        raise RecordError("person_id", "", "no ORCID iD")
    section = next(root.iter("{*}employments"), None)
    latest = max((day for day in map(_modified, found) if day), default=None)
    verified_on = _modified(section) or latest or _modified(history) or _record_modified(before)
    return [(element, person_id, verified_on) for element in found]


def _refuse_unlike(root: etree._Element) -> None:
    """Refuse what is not ORCID's, and in its own words an error that stands in the place of a record."""
    if _OURS not in (etree.QName(root).namespace or "").encode():
        raise RecordError("", _local(root), _FOREIGN)
    if _local(root) == "error":
        told = _texts(root)
        message = told.get("user-message") or told.get("developer-message") or "no reason given"
        reason = f"ORCID gave an error instead of the record: {message[:200]}"
        raise RecordError("", told.get("developer-message", ""), reason)


def _person_of(root: etree._Element, name: str) -> str:
    """The ORCID iD of a record: in its path, else in its identifier, else in the name of its file."""
    identifier = root.find("{*}orcid-identifier")
    stated = [root.get("path", ""), " ".join(identifier.itertext()) if identifier is not None else ""]
    within = root.iter("{*}employments", "{*}employment-summary")
    stated += [element.get("path", "") for element in itertools.islice(within, 2)]
    found = next((match for text in [*stated, name] if (match := _ID.search(text))), None)
    return found[0].upper() if found else ""


def _job(element: etree._Element, person_id: str, verified_on: dt.date | None) -> Job:
    told = _texts(element)
    organization = _child(element, "organization")
    address = _texts(_child(organization, "address"))
    return Job(
        person_id=person_id,
        employer=_texts(organization).get("name", ""),
        title=_title(told.get("role-title", ""), told.get("department-name", "")),
        start=_date("start_date", _child(element, "start-date")),
        end=_date("end_date", _child(element, "end-date")),
        verified_on=verified_on,
        place=", ".join(part for part in (address.get("city", ""), address.get("region", "")) if part),
        country=address.get("country", ""),
    )


def _title(role: str, department: str) -> str:
    """The role; a department only where no role is given and it says that the job was that of a student."""
    return role or (department if _STUDENT.search(department) else "")


def _date(column: str, element: etree._Element | None) -> ParsedDate | None:
    """A date in parts, known to the last part given; RecordError where the parts are no date."""
    parts = _texts(element)
    given = [parts.get(part, "") for part in ("year", "month", "day")]
    known = list(itertools.takewhile(lambda part: part.strip("0"), given))
    if not known:
        return None
    text = "-".join([known[0], *(part.zfill(2) for part in known[1:])])
    return date_of(column, text)


def _modified(element: etree._Element | None) -> dt.date | None:
    return _day(_texts(element).get("last-modified-date", ""))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return element.find("{*}" + name) if element is not None else None


def _texts(element: etree._Element | None) -> dict[str, str]:
    """The texts of an element's children by their names without namespace."""
    if element is None:
        return {}
    return {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element if isinstance(child.tag, str)}
