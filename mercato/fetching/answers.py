"""Answers made plain: JSON objects and XML trees of the shape asked for, or a clear word on what they are instead."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from mercato.errors import DataError
from mercato.fetching.declare import Malformed

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a number", type(None): "null"}


def shown(text: str | bytes, most: int = 120) -> str:
    """The beginning of a foreign text on one line, with nothing in it that a terminal would obey."""
    decoded = text[: 4 * most].decode("utf-8", "replace") if isinstance(text, bytes) else text
    plain = _UNSEEN.sub(" ", decoded).strip()
    return plain if len(plain) <= most else plain[:most] + "…"


def json_object(data: bytes, expected: str) -> dict[str, Any]:
    """The JSON object of an answer. Raises Malformed for HTML, cut JSON or nothing at all, naming what was found."""
    start = data[:512].lstrip().lower()
    if not start:
        raise Malformed(f"an empty answer, not {expected}")
    if start.startswith((b"<!doctype html", b"<html")):
        raise Malformed(f"an HTML page ({shown(data, 60)!r}), not {expected}")
    try:
        told = json.loads(data, parse_constant=_refused)
    except RecursionError:
        raise Malformed(f"JSON nested beyond reason, not {expected}") from None
    except ValueError as error:
        what = "JSON that is cut short or broken" if start.startswith((b"{", b"[")) else f"{shown(data, 60)!r}"
        raise Malformed(f"{what} ({shown(str(error), 80)}), not {expected}") from None
    if not isinstance(told, dict):
        raise schema_error(f"{kind(told)} where {expected} stood", expected)
    return told


def part(told: dict[str, Any], path: str, of: type, expected: str) -> Any:
    """What lies at a path like ``meta.count``. Raises DataError where it is missing or of another type."""
    value: Any = told
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            keys = shown(", ".join(map(str, value)) if isinstance(value, dict) else kind(value), 200)
            raise schema_error(f"the answer has no {path!r} (it has: {keys or 'nothing'})", expected)
        value = value[name]
    if not isinstance(value, of) or (of is int and isinstance(value, bool)):
        raise schema_error(f"{path!r} of the answer is {kind(value)}, not {_KINDS.get(of, of.__name__)}", expected)
    return value


def xml_root(data: bytes, expected: str) -> etree._Element:
    """The root of an XML answer; no entity or document type is resolved. Raises Malformed for what is not XML."""
    if not data.strip():
        raise Malformed(f"an empty answer, not {expected}")
    if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise Malformed(f"an HTML page ({shown(data, 60)!r}), not {expected}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise Malformed(f"no well-formed XML ({shown(str(error), 80)}), not {expected}") from None


def as_line(value: Any) -> bytes:
    """A JSON value on one line of ASCII, with its keys in the order in which they came."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def kind(value: Any) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), type(value).__name__)


def schema_error(found: str, expected: str) -> DataError:
    """An answer of its kind, but not of the schema known."""
    return DataError(
        found,
        expected=expected,
        remedy="The interface may have changed; see whether a newer Mercato knows it.",
    )


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
