"""Colours that colour-blind readers tell apart, type sizes, and the mark of simulated data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mercato.report.charts.lettering import extent
from mercato.report.language import Language
from mercato.report.rows import Row

Spec = dict[str, Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

INK = "#1b2a33"
MUTED = "#5b6770"
GRID = "#e3e7ea"
RULE = "#9aa5ad"
BLUE = "#0b5c8f"
ORANGE = "#b8460b"
BAND = "#9cc3dd"
PALE = "#eef1f3"
WARNING = "#a3260b"
SERIES = ("#0b5c8f", "#c4510a", "#007a5a", "#8a4a86", "#9a7400", "#3b3b3b", "#2b8cc4", "#a3260b")
FLOW = ("#edf4f9", "#0b4a75")

FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
# The column of text of a page on a desk and on paper, and on a telephone 390 pixels wide.
WIDE, NARROW = 744, 354
PADDING = 4
SMALL, PLAIN, HEAD = 11, 12, 13
LINE = 13


@dataclass(frozen=True)
class Look:
    """What a chart needs beyond its figure: the language, whether data are simulated, whether it has its own title.

    Periods that had not wholly gone by on the day ``until`` are left out of lines. ``width`` is in pixels.
    """

    language: Language
    simulated: bool = False
    titled: bool = False
    until: dt.date | None = None
    width: int = WIDE

    @property
    def narrow(self) -> bool:
        return self.width < 500

    @property
    def shape(self) -> str:
        """The class of its drawings, by which a style sheet chooses one of the two."""
        return "narrow" if self.narrow else "broad"

    @property
    def inside(self) -> int:
        """The width without the padding at both sides."""
        return self.width - 2 * PADDING


def finish(spec: Spec, look: Look, title: str = "") -> Spec:
    """The specification with the house's type, and its title or the mark of simulated data."""
    mark = look.language.say("simulated.chart") if look.simulated else ""
    lines = [line for line in (title if look.titled else "", mark) if line]
    heading = {"title": _title(lines, WARNING if lines[0] == mark else INK)} if lines else {}
    return {"$schema": SCHEMA, "config": CONFIG, **heading, **spec}


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


def layer(mark: str, encoding: Spec, *, only: str = "", tip: bool = False, **style: Any) -> Spec:
    """One layer: a mark with its style, where ``only`` (an expression) holds; a pointer is told of those with a tip."""
    told: Spec = {"mark": {"type": mark, **({} if tip else {"aria": False}), **style}, "encoding": encoding}
    return {"transform": [{"filter": only}], **told} if only else told


def names(texts: Iterable[str], width: int, **more: Any) -> Spec:
    """An axis of names: they take this width whatever their letters, and are broken at their line ends."""
    return {
        "domain": False,
        "ticks": False,
        "title": None,
        "labelPadding": 8,
        "minExtent": width + 8,
        "maxExtent": width + 8,
        **_broken(texts),
        **_centred(texts),
        **more,
    }


def _broken(texts: Iterable[str]) -> Spec:
    several = any("\n" in one for one in texts)
    return {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": LINE} if several else {}


def _centred(texts: Iterable[str]) -> Spec:
    """Names on two lines stand around their row: the first line above its middle, the second below."""
    test = {"test": "indexof(datum.value, '\\n') > 0", "value": "alphabetic"}
    several = any("\n" in one for one in texts)
    return {"labelBaseline": {"condition": test, "value": "middle"}} if several else {}


def amounts(values: Sequence[float], kind: str, **more: Any) -> Spec:
    """An axis of numbers with its marks at these values; its labels take the width of the longest."""
    return {"values": list(values), "format": axis_format(kind), "ticks": False, "domain": False, **more}


def gutter(values: Sequence[float], kind: str) -> int:
    """The width that the labels of a vertical axis of numbers take."""
    signs = {"share": lambda v: f"{v * 100:.0f}\N{NARROW NO-BREAK SPACE}%", "rate": lambda v: f"{v:+.0f}"}
    return extent([signs.get(kind, lambda v: f"{v:,g}")(v) for v in values]) + 6


def one(layers: list[Spec], encoding: Spec, data: dict[str, list[Row]], width: int, height: int | Spec) -> Spec:
    """Layers in one plot of this size."""
    return {**rows(), "datasets": data, "width": width, "height": height, "encoding": encoding, "layer": layers}


def panels(layers: list[Spec], encoding: Spec, data: dict[str, list[Row]], facet: Spec, size: Spec) -> Spec:
    """Layers in small panels; ``facet`` says by what, in which order, how many beside each other and how far apart."""
    by = {
        "type": "nominal",
        "title": None,
        "header": {"labelAnchor": "start", **_broken(facet["sort"])},
        "field": facet["field"],
        "sort": facet["sort"],
    }
    inner = {**size, "encoding": encoding, "layer": layers}
    shape = {"columns": facet["columns"], "spacing": facet["spacing"]}
    return {**rows(), "datasets": data, "facet": by, **shape, "spec": inner}


def beside(width: float, columns: int, between: int) -> int:
    """The width of each of so many panels with so much between them.

    A line reaches a little beyond its panel, and the last mark of an axis by half its width.
    """
    return int(width - 8 - between * (columns - 1)) // max(1, columns) - 5


def axis_format(kind: str) -> str:
    """The d3 format of an axis of shares, ratios, counts or rates."""
    return {"share": ".0%", "ratio": "~g", "count": ",d", "rate": "+.0f", "score": "+~g"}.get(kind, "~g")


CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "padding": PADDING,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": PLAIN,
        "titleFontSize": PLAIN,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": RULE,
        "tickColor": RULE,
        # Names are cut before they come here, and every mark of an axis is one that was asked for.
        "labelLimit": 0,
        "labelOverlap": False,
        "labelBound": False,
        "labelFlush": False,
        "aria": False,
    },
    "header": {"labelFontSize": HEAD, "labelFontWeight": "bold", "labelColor": INK, "labelLimit": 0, "title": None},
    "title": {"font": FONT},
}
