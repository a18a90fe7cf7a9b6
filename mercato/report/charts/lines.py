"""Lines over time with their bands; small panels where there are several groups."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from mercato.report.charts import ticks
from mercato.report.charts.lettering import high, labels
from mercato.report.charts.theme import (
    BAND,
    BLUE,
    HEAD,
    LINE,
    RULE,
    Look,
    Spec,
    amounts,
    beside,
    gutter,
    layer,
    number,
    one,
    panels,
    tips,
)
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, label_of, word_of

COLUMNS, NARROW_COLUMNS = 3, 2
BETWEEN = 20
HEIGHT, ALONE = 130, 260
FEW = 80


def position(period: object) -> float:
    """A year, quarter or month as a number of years, the middle of the period: 2024-03 is 2024.2083."""
    year, _, part = str(period).partition("-")
    if part.startswith("Q"):
        return round(int(year) + (int(part[1:]) - 0.5) / 4, 4)
    return round(int(year) + (int(part) - 0.5) / 12, 4) if part else float(year)


def lines(points: list[Row], kind: str, time: str, look: Look, *, smooth: str = "", columns: bool = False) -> Spec:
    """Estimates in order of time; ``smooth`` names a column of 12-month sums, drawn as a mean over its months.

    A withheld period breaks the line; with ``columns`` each period is a bar by itself, and a withheld one a gap.
    """
    points = _told(points, time)
    full = [_name(row, time, look) for row in points]
    across = min(len(dict.fromkeys(full)), NARROW_COLUMNS if look.narrow else COLUMNS)
    values = _values(points, kind)
    left = gutter(values, kind)
    width = beside(look.inside - left, across, BETWEEN)
    data = _data(points, kind, time, look, smooth, labels(full, width, HEAD))
    order = list(dict.fromkeys(d["series"] for d in data))
    layers = _layers(data, kind, bool(smooth), values, left)
    if columns:
        layers = [_columns(layers[-1], width, len(data))]
    encoding = {"x": _time(data, width), "tooltip": _tips(data, time, look)}
    if len(order) < 2:
        return one(layers, encoding, {"rows": data}, width, ALONE if not look.narrow else 200)
    spacing = {"row": 14 + LINE * (high(order) - 1), "column": BETWEEN}
    facet = {"field": "series", "sort": order, "columns": across, "spacing": spacing}
    return panels(layers, encoding, {"rows": data}, facet, {"width": width, "height": HEIGHT})


def _told(points: list[Row], time: str) -> list[Row]:
    """Without the periods before the first and after the last of which anything is told."""
    there = [position(row[time]) for row in points if row["estimate"] is not None]
    return [row for row in points if there and min(there) <= position(row[time]) <= max(there)]


def _name(row: Row, time: str, look: Look) -> str:
    return label_of({k: v for k, v in row.items() if k != time}, look.language)


def _values(points: list[Row], kind: str) -> list[float]:
    """The marks of the vertical axis. It keeps its 0: a rise from 40 to 44% must not look like a doubling."""
    told = [row[c] for row in points for c in ("estimate", "low", "high") if row.get(c) is not None]
    # A band that runs off at a period with few people must not press the rest flat.
    top = max((row["estimate"] for row in points if row["estimate"] is not None), default=1.0)
    ends = [min(max(v, -1.5 * abs(top)), 1.5 * top) for v in told] if top > 0 else told
    return ticks.steps(min(0.0, *ends), max(0.0, *ends), 5) if ends else [0.0, 1.0]


def _data(points: list[Row], kind: str, time: str, look: Look, smooth: str, short: dict[str, str]) -> list[Row]:
    place = {name: i for i, name in enumerate(short)}
    pairs = sorted(((_name(row, time, look), row) for row in points), key=lambda p: (place[p[0]], position(p[1][time])))
    data = [_point(short[name], name, row, kind, time, look, smooth) for name, row in pairs]
    for before, point in pairwise(data):
        if point.get("late") and not before.get("late") and point["series"] == before["series"]:
            before["edge"] = True
    return data


def _point(label: str, name: str, row: Row, kind: str, time: str, look: Look, smooth: str) -> Row:
    point: dict[str, Any] = {
        "series": label,
        "full": name,
        "t": position(row[time]),
        "y": row["estimate"],
        "when": word_of(time, row[time], look.language),
        "value": amount(row["estimate"], kind, look.language),
    }
    if row.get("low") is not None:
        point |= {"low": row["low"], "high": row["high"], "interval": interval(row, kind, look.language)}
    if row.get("provisional"):
        point["late"] = True
    if smooth and row.get(smooth) is not None:
        point["mean"] = round(row[smooth] / 12, 4)
    return point


def _time(data: list[Row], width: int) -> Spec:
    there = [d["t"] for d in data] or [0.0]  # where every period is withheld, nothing is drawn
    first, last = min(there), max(there)
    # Half a month or a year more at both ends, so that no dot is cut.
    room = max((last - first) * 6 / width, 0.04)
    # A year takes 28 pixels, and half of one may reach out at either end.
    values = ticks.whole(first - room / 2, last + room / 2, max(2, width // 44))
    axis = {"values": values, "format": "d", "grid": False, "title": None, "domainColor": RULE, "tickSize": 4}
    return number("t", axis=axis, scale={"zero": False, "nice": False, "domain": [first - room, last + room]})


def _layers(data: list[Row], kind: str, smooth: bool, values: list[float], left: int) -> list[Spec]:
    axis = amounts(values, kind, minExtent=left, maxExtent=left)
    y = number("y", title=None, scale={"domain": [values[0], values[-1]], "nice": False}, axis=axis)
    layers = []
    if any("low" in d for d in data):
        band = {"y": number("low", title=None), "y2": {"field": "high"}}
        layers.append(layer("area", band, color=BAND, opacity=0.55, clip=True))
    late = any(d.get("late") for d in data)
    if smooth:
        layers += _line({"y": y}, late, color="#8fa9ba", strokeWidth=1)
        layers += _line({"y": number("mean", title=None)}, late, color=BLUE, strokeWidth=2.4)
    else:
        layers += _line({"y": y}, late, color=BLUE, strokeWidth=2.2)
    seen = {"size": 36, "opacity": 1} if len(data) <= FEW and not smooth else {"size": 120, "opacity": 0, "clip": True}
    return [*layers, layer("point", {"y": y}, only="isValid(datum.y)", filled=True, color=BLUE, tip=True, **seen)]


def _line(encoding: Spec, late: bool, **style: Any) -> list[Spec]:
    """A line, dashed from the last period that is not provisional on."""
    if not late:
        return [layer("line", encoding, **style)]
    dashed = {**style, "strokeDash": [3, 3], "opacity": 0.75}
    return [
        layer("line", encoding, only="!datum.late", **style),
        layer("line", encoding, only="datum.late || datum.edge", **dashed),
    ]


def _columns(points: Spec, width: int, count: int) -> Spec:
    """A bar per period in place of a dot, a little apart from the next."""
    mark = {"type": "bar", "color": BLUE, "width": max(1.0, round(0.8 * width / max(1, count), 2))}
    return {**points, "mark": mark}


def _tips(data: list[Row], time: str, look: Look) -> list[Spec]:
    said = look.language.say
    pairs = [("full", ""), ("when", said(f"column.{time}")), ("value", said("column.estimate"))]
    if any("low" in d for d in data):
        pairs.append(("interval", said("column.interval")))
    return tips(*pairs)
