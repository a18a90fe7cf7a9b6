"""Charts as still drawings: SVG of shapes, texts and titles, without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from lxml import etree

from mercato.report.charts.aside import drawing
from mercato.report.charts.theme import FONT, Look
from mercato.report.language import Language

_SVG = "{http://www.w3.org/2000/svg}"
_ALLOWED = {
    "svg",
    "g",
    "path",
    "line",
    "rect",
    "circle",
    "text",
    "tspan",
    "title",
    "desc",
    "defs",
    "clipPath",
    "linearGradient",
    "stop",
}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
# Not for still drawings: addresses, styles, roles, and what Vega says of its own parts.
_DROPPED = {"href", "style", "src", "role", "tabindex", "class", "font-family", "clip-rule"}
# Keys of one letter each: of the Latin, Greek and Russian alphabets, which the fonts of drawings have.
_LETTERS = "".join(chr(c) for span in ((65, 91), (97, 123), (913, 930), (945, 970), (1040, 1104)) for c in range(*span))
_TEXTS = {"title", "text", "subtitle", "sort", "domain"}
TIP = "tip"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)


class Still:
    """The static SVG of a specification, without a network, scripts or identifiers that another chart could share.

    It may be drawn only when it is asked for as text. What a pointer would be told stands in the titles of the marks.
    """

    def __init__(self, spec: dict[str, Any], look: Look, prefix: str) -> None:
        self._look, self._prefix = look, f"{prefix}-{look.shape}"
        # The texts are keys, so that the languages share a drawing where nothing else differs.
        keyed, self._words = _keyed(_with_tips(spec, look.language))
        self._svg = drawing(json.dumps(keyed, separators=(",", ":")))

    @cached_property
    def _text(self) -> str:
        return safe(self._svg.result(), self._prefix, self._look, self._words)

    def __str__(self) -> str:
        return self._text


class Stills(tuple[Still, ...]):
    """The drawings of one chart, of which a style sheet shows one."""

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def __html__(self) -> str:
        return str(self)


def _with_tips(spec: dict[str, Any], language: Language) -> dict[str, Any]:
    """The specification with each row's tooltip as one text, which a still drawing carries as its description."""
    inner = spec.get("spec", spec)
    told = inner["encoding"].get("tooltip")
    encoding = {k: v for k, v in inner["encoding"].items() if k != "tooltip"}
    rows = spec["datasets"]["rows"]
    if told:
        rows = [{**row, TIP: tip} if (tip := _tip(row, told, language)) else row for row in rows]
        encoding["description"] = {"field": TIP, "type": "nominal"}
    unneeded = {c["field"] for c in told or ()} - set(_fields([{**inner, "encoding": encoding}, spec.get("facet")]))
    rows = [{k: v for k, v in row.items() if k not in unneeded} for row in rows]
    datasets = {**spec["datasets"], "rows": rows}
    if inner is spec:
        return {**spec, "datasets": datasets, "encoding": encoding}
    return {**spec, "datasets": datasets, "spec": {**inner, "encoding": encoding}}


def _tip(row: dict[str, Any], told: list[dict[str, Any]], language: Language) -> str:
    pairs = [(c["title"].strip(), row[c["field"]]) for c in told if row.get(c["field"])]
    said = (
        language.say("block.alt_value", label=label, value=value) if label else str(value) for label, value in pairs
    )
    return "\n".join(said)


def _fields(part: Any) -> Iterator[str]:
    """The fields that the channels of a specification use."""
    if isinstance(part, dict):
        if isinstance(part.get("field"), str):
            yield part["field"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _fields(inner)


def _keyed(spec: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The specification with short keys for its texts, and the texts by key.

    A drawing takes its time by the letters it has to measure; the charts have given every text its room before.
    """
    keys: dict[str, str] = {}
    tips: dict[str, str] = {}

    def key(text: str) -> str:
        again, place = divmod(len(keys), len(_LETTERS))
        return keys.setdefault(text, _LETTERS[place] + str(again or "")) if text else ""

    def lines(text: str) -> str:
        return "\n".join(map(key, text.split("\n")))

    def cell(name: str, value: Any) -> Any:
        if name == TIP:
            return tips.setdefault(value, f"{TIP}{len(tips)}")
        return lines(value) if isinstance(value, str) else value

    def walk(part: Any, name: str = "") -> Any:
        if isinstance(part, str):
            return lines(part) if name in _TEXTS else part
        if isinstance(part, list):
            return [walk(inner, name) for inner in part]
        if isinstance(part, dict):
            return {k: walk(inner, k) for k, inner in part.items()}
        return part

    told = {k: v if k in ("config", "$schema") else walk(v, k) for k, v in spec.items() if k != "datasets"}
    rows = {
        name: [{column: cell(column, value) for column, value in row.items()} for row in rows]
        for name, rows in spec["datasets"].items()
    }
    return {**told, "datasets": rows}, {key: text for text, key in (keys | tips).items()}


def safe(svg: str, prefix: str, look: Look, words: Mapping[str, str] | None = None) -> str:
    """The drawing with only shapes and text left: no script, link, image, style sheet or event in it.

    ``words`` are the texts that its keys stand for; other texts are numbers, written as the language does.
    """
    root = etree.fromstring(svg.encode("utf-8"), _PARSER)
    for element in list(root.iter()):
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ALLOWED and element.getparent() is not None:
            element.getparent().remove(element)
            continue
        _word(element, name, words or {}, look.language)
        _mend(element, prefix)
    # A drawing is as wide as was asked for: its keys are shorter than the texts.
    height = float(root.get("height", 0)) or 1.0
    shape = {"viewBox": f"0 0 {look.width} {height:g}", "width": str(look.width), "height": f"{height:g}"}
    for name, value in {**shape, "class": f"still {look.shape}", "font-family": FONT}.items():
        root.set(name, value)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    etree.cleanup_namespaces(root, top_nsmap={None: "http://www.w3.org/2000/svg"})
    return str(etree.tostring(root, encoding="unicode"))


def _word(element: Any, name: str, words: Mapping[str, str], language: Language) -> None:
    """The text of an element, and what a pointer is told of it as its title."""
    if name in ("text", "tspan") and element.text:
        element.text = words.get(element.text) or _number(element.text, language)
    tip = words.get(element.get("aria-label", ""))
    if tip:
        title = etree.SubElement(element, f"{_SVG}title")
        title.text = tip


def _number(text: str, language: Language) -> str:
    """A number of an axis, drawn with English signs, with those of the language."""
    locale = number_locale(language)
    signs = {",": locale["thousands"], ".": locale["decimal"], "%": locale.get("percent", "%")}
    if text == "+0":
        return "0"
    return "".join(signs.get(sign, sign) for sign in text)


def _mend(element: Any, prefix: str) -> None:
    for key, value in list(element.attrib.items()):
        bare = key.rpartition("}")[2].lower()
        if bare.startswith(("on", "aria")) or bare in _DROPPED:
            del element.attrib[key]
        elif key == "id":
            element.set(key, f"{prefix}-{value}")
        elif "url(" in value:
            element.set(key, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))


def embedded(data: Any) -> str:
    """JSON that can stand inside a ``<script>`` element: nothing in it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False, default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def number_locale(language: Language) -> dict[str, Any]:
    """The d3 number locale of a language, with the same signs as the pages."""
    if language.code == "fr":
        return {
            "decimal": ",",
            "thousands": "\N{NARROW NO-BREAK SPACE}",
            "grouping": [3],
            "currency": ["", "\N{NO-BREAK SPACE}\N{EURO SIGN}"],
            "percent": "\N{NARROW NO-BREAK SPACE}%",
        }
    return {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]}
