"""Charts as text: static SVG for print and pages without scripts, Vega-Lite for the rest."""

from __future__ import annotations

import json
import re
from typing import Any

import vl_convert
from lxml import etree

from mercato.report.language import Language

_VERSION = "6.4"
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
_BUNDLE = "window.vegaEmbed=vegaEmbed;"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)


def still(spec: dict[str, Any], language: Language, prefix: str) -> str:
    """The static SVG of a specification, without a network, scripts or identifiers that another chart could share."""
    locale = number_locale(language)
    svg = vl_convert.vegalite_to_svg(spec, vl_version=_VERSION, format_locale=locale, allowed_base_urls=[])
    return safe(svg, prefix)


def safe(svg: str, prefix: str) -> str:
    """The drawing with only shapes and text left: no script, link, image, style sheet or event in it."""
    root = etree.fromstring(svg.encode("utf-8"), _PARSER)
    for element in list(root.iter()):
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ALLOWED and element.getparent() is not None:
            element.getparent().remove(element)
            continue
        _mend(element, prefix)
    if "viewBox" in root.attrib:
        # Its width is the page's affair; without these it scales with its box.
        root.set("class", "still")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    etree.cleanup_namespaces(root, top_nsmap={None: "http://www.w3.org/2000/svg"})
    return str(etree.tostring(root, encoding="unicode"))


def _mend(element: Any, prefix: str) -> None:
    for key, value in list(element.attrib.items()):
        bare = key.rpartition("}")[2].lower()
        if (
            bare.startswith("on")
            or bare in ("href", "style", "src")
            or bare.startswith("aria")
            or bare in ("role", "tabindex")
        ):
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


def script() -> str:
    """Vega-Embed, Vega-Lite and Vega in one script, as vl-convert holds them; nothing is fetched."""
    return str(vl_convert.javascript_bundle(_BUNDLE, vl_version=_VERSION))
