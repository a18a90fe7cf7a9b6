"""Colours that colour-blind readers tell apart, type sizes, and the mark of simulated data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mercato.report.language import Language
from mercato.report.rows import Row

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

INK = "#1b2a33"
MUTED = "#5b6770"
GRID = "#e3e7ea"
BLUE = "#0b5c8f"
ORANGE = "#b8460b"
BAND = "#9cc3dd"
PALE = "#eef1f3"
WARNING = "#a3260b"
SERIES = ("#0b5c8f", "#c4510a", "#007a5a", "#8a4a86", "#9a7400", "#3b3b3b", "#2b8cc4", "#a3260b")
FLOW = ("#edf4f9", "#0b4a75")

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
WIDTH = 660


@dataclass(frozen=True)
class Look:
    """What a chart needs beyond its figure: the language, whether data are simulated, whether it has its own title.

    Periods that had not wholly gone by on the day ``until`` are left out of lines.
    """

    language: Language
    simulated: bool = False
    titled: bool = False
    until: dt.date | None = None


def finish(spec: Spec, look: Look, title: str = "", *, columns: int = 0) -> Spec:
    """The specification with the house's type, its title or the mark of simulated data, and how it narrows on a phone.

    ``columns`` is the number of panels beside each other, 0 without panels; ``usermeta`` tells the page's script.
    """
    mark = look.language.say("simulated.chart") if look.simulated else ""
    lines = [line for line in (title if look.titled else "", mark) if line]
    heading = {"title": _title(lines, WARNING if lines[0] == mark else INK)} if lines else {}
    usermeta = {"columns": columns, **spec.get("usermeta", {})}
    return {"$schema": SCHEMA, "config": CONFIG, **heading, **spec, "usermeta": usermeta}


def _title(lines: list[str], colour: str) -> Spec:
    return {
        "text": lines[0],
        "subtitle": lines[1:],
        "anchor": "start",
        "color": colour,
        "subtitleColor": WARNING,
        "fontSize": 14 if len(lines) > 1 or colour == INK else 12,
        "subtitleFontSize": 12,
        "offset": 10,
    }


def rows(name: str = "rows") -> Spec:
    """The reference to the data of this name."""
    return {"data": {"name": name}}


def number(field: str, **more: Any) -> Spec:
    """A channel of a quantity."""
    return {"field": field, "type": "quantitative", **more}


def text(field: str, **more: Any) -> Spec:
    """A channel of names or finished texts."""
    return {"field": field, "type": "nominal", **more}


def tips(*pairs: tuple[str, str]) -> list[Spec]:
    """What a pointer shows: pairs of a field of finished text and its heading (a space where it needs none)."""
    return [text(field, title=heading or " ") for field, heading in pairs]


def layer(mark: str, encoding: Spec, *, only: str = "", **style: Any) -> Spec:
    """One layer: a mark with its style, where ``only`` (an expression) holds."""
    told: Spec = {"mark": {"type": mark, **style}, "encoding": encoding}
    return {"transform": [{"filter": only}], **told} if only else told


def one(layers: list[Spec], encoding: Spec, data: dict[str, list[Row]], height: int) -> Spec:
    """Layers in one plot as wide as the column of text."""
    size = {"width": WIDTH, "height": height, "autosize": {"type": "fit-x"}}
    return {**rows(), "datasets": data, **size, "encoding": encoding, "layer": layers}


def panels(layers: list[Spec], encoding: Spec, data: dict[str, list[Row]], facet: Spec, size: Spec) -> Spec:
    """Layers in small panels; ``facet`` says by what, in which order and how many beside each other."""
    by = {
        "type": "nominal",
        "title": None,
        "header": {"labelAnchor": "start"},
        "field": facet["field"],
        "sort": facet["sort"],
    }
    inner = {**size, "encoding": encoding, "layer": layers}
    shape = {"columns": facet["columns"], "spacing": facet["spacing"]}
    return {**rows(), "datasets": data, "facet": by, **shape, "spec": inner}


def axis_format(kind: str) -> str:
    """The d3 format of an axis of shares, ratios, counts or rates."""
    return {"share": ".0%", "ratio": "~g", "count": ",d", "rate": "+.0f"}.get(kind, "~g")


CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": "#9aa5ad",
        "tickColor": "#9aa5ad",
        # Names are cut before they come here; to measure them for cutting would double the time of a drawing.
        "labelLimit": 0,
    },
    "header": {"labelFontSize": 13, "labelFontWeight": "bold", "labelColor": INK, "labelLimit": 0, "title": None},
    "legend": {"labelFontSize": 12, "titleFontSize": 12, "labelLimit": 0, "orient": "top", "title": None},
    "title": {"font": FONT},
}
