"""Where people are so many months after joining: bands of those still there and of those gone, by where they went."""

from __future__ import annotations

from typing import Any

from mercato.report.charts import ticks
from mercato.report.charts.lettering import extent, high, labels
from mercato.report.charts.theme import (
    BAND,
    GRID,
    HEAD,
    INK,
    LINE,
    RULE,
    SERIES,
    SMALL,
    Look,
    Spec,
    amounts,
    beside,
    gutter,
    layer,
    number,
    one,
    panels,
    text,
    tips,
)
from mercato.report.rows import SHOWN, Row
from mercato.report.wording import amount, word_of

COLUMNS, NARROW_COLUMNS = 4, 2
BETWEEN, HEIGHT, ALONE = 18, 130, 260
SHARES = (0, 0.25, 0.5, 0.75, 1)
MOST = 6
"""Destinations with a band of their own; the others share one."""
_SYMBOL, _APART = 26, 4
_STAYING, _FEW, _OTHERS, _UNSEEN = "\0staying", "\0few", "elsewhere", "none seen"
_COLOURS = {_STAYING: BAND, _UNSEEN: RULE, _FEW: GRID, _OTHERS: "#3b3b3b"}


def destinations(points: list[Row], look: Look, *, panel: str = "") -> Spec:
    """Bands that add to all who joined, by months since joining; a panel for each group of ``panel`` (a column).

    Those still there are at the bottom, so that the lowest edge is the retention curve. ``points`` hold the withheld
    cells too: what they leave of the whole is a band of its own.
    """
    place = next(
        c for c in ("destination_kind", "destination", "destination_group", "destination_list") if c in points[0]
    )
    order = _places(points, place)
    heads = [word_of(panel, row[panel], look.language) if panel else "" for row in points]
    across = min(len(dict.fromkeys(heads)), NARROW_COLUMNS if look.narrow else COLUMNS) if panel else 1
    left = gutter(SHARES, "share")
    width = beside(look.inside - left, across, BETWEEN)
    over = labels(heads, width, HEAD)
    data: list[Row] = []
    for head in dict.fromkeys(heads):
        mine = [row for row, name in zip(points, heads, strict=True) if name == head]
        data += [{"panel": over[head], "full": head, **band} for band in _bands(mine, place, order, look)]
    last = max([3, *(d["months"] for d in data)])
    seen = {d["place"] for d in data if d["high"] > d["low"]}
    data = [d for d in data if d["place"] in seen]
    layers = [_areas([b for b in _bottom_up(order) if _word(b, place, look) in seen], order, place, look, left)]
    encoding = {"x": _months(last, width, look)}
    names = list(dict.fromkeys(d["panel"] for d in data))
    if not panel:
        return one(layers, encoding, {"rows": data}, width, 220 if look.narrow else ALONE)
    spacing = {"row": 12 + LINE * (high(names) - 1), "column": BETWEEN}
    facet = {"field": "panel", "sort": names, "columns": across, "spacing": spacing}
    return panels(layers, encoding, {"rows": data}, facet, {"width": width, "height": HEIGHT})


def _places(points: list[Row], place: str) -> list[str]:
    """The destinations with a band of their own, the largest first; those of which none is told have none."""
    most: dict[str, float] = {}
    for row in points:
        if row["estimate"] is not None and row[place] not in (_UNSEEN, _OTHERS, None):
            most[row[place]] = max(most.get(row[place], 0.0), row["estimate"])
    return sorted(most, key=lambda name: (-most[name], name))[:MOST]


def _bands(rows: list[Row], place: str, order: list[str], look: Look) -> list[Row]:
    """The edges of each band at each month of one group of which anything is told."""
    months: dict[int, dict[str, float]] = {}
    for row in rows:
        if row.get("status", "ok") not in SHOWN or row["estimate"] is None:
            continue
        told = months.setdefault(int(row["months"]), {_STAYING: row["staying"]})
        name = row[place] if row[place] in (*order, _UNSEEN) else _OTHERS
        told[name] = told.get(name, 0.0) + row["estimate"]
    if months and min(months) <= 3:
        months.setdefault(0, {_STAYING: 1.0})
    found = []
    for month in sorted(months):
        told = months[month]
        told[_FEW] = max(0.0, 1 - sum(told.values()))
        edge = 0.0
        for name in _bottom_up(order):
            top = min(1.0, edge + told.get(name, 0.0))
            found.append(_edge(name, month, edge, top, place, look))
            edge = top
    return found


def _bottom_up(order: list[str]) -> list[str]:
    return [_STAYING, *order, _OTHERS, _UNSEEN, _FEW]


def _edge(name: str, month: int, low: float, high: float, place: str, look: Look) -> Row:
    return {
        "months": month,
        "place": _word(name, place, look),
        "low": round(low, 5),
        "high": round(high, 5),
        "when": look.language.count(month),
        "value": amount(high - low, "share", look.language),
    }


def _word(name: str, place: str, look: Look) -> str:
    """What a band is called."""
    said = {_STAYING: "destinations.staying", _FEW: "destinations.few"}
    return look.language.say(said[name]) if name in said else word_of(place, name, look.language)


def _areas(bands: list[str], order: list[str], place: str, look: Look, left: int) -> Spec:
    colours = dict(zip(order, (SERIES[1], SERIES[2], SERIES[3], SERIES[4], SERIES[0], SERIES[7]), strict=False))
    scale = {"domain": [_word(b, place, look) for b in bands], "range": [{**_COLOURS, **colours}[b] for b in bands]}
    words = list(scale["domain"])
    longest = extent(words, SMALL)
    columns = 1 if look.narrow else max(1, min(3, (look.inside - left) // (longest + _SYMBOL)))
    legend: dict[str, Any] = {
        "orient": "top", "title": None, "columns": columns, "symbolType": "square", "labelColor": INK,
        "labelLimit": 0, "labelFontSize": SMALL, "symbolOpacity": 1,
    }  # fmt: skip
    if not look.titled:
        # A still drawing is made with short keys in place of its texts, which take no room of their own.
        legend["columnPadding"] = longest + _APART
    axis = amounts(SHARES, "share", minExtent=left, maxExtent=left)
    encoding = {
        "y": number("low", title=None, scale={"domain": [0, 1]}, axis=axis),
        "y2": {"field": "high"},
        "color": text("place", scale=scale, legend=legend),
        "tooltip": tips(("full", ""), ("place", ""), ("when", look.language.say("column.months")),
                        ("value", look.language.say("column.estimate"))),
    }  # fmt: skip
    return layer("area", encoding, tip=True, interpolate="step-after", opacity=0.92)


def _months(last: int, width: int, look: Look) -> Spec:
    axis = {
        "values": ticks.of_months(last, max(3, min(7, width // 26))),
        "grid": False,
        "domainColor": RULE,
        "tickSize": 4,
        "title": look.language.say("axis.months"),
    }
    return number("months", axis=axis, scale={"nice": False, "domain": [0, last]})
