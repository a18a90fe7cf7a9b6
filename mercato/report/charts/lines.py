"""Lines over time with their bands; small panels where there are several groups."""

from __future__ import annotations

from typing import Any

from mercato.report.charts.theme import (
    BAND,
    BLUE,
    Look,
    Spec,
    axis_format,
    layer,
    number,
    one,
    panels,
    tips,
)
from mercato.report.rows import Row, short_names
from mercato.report.wording import amount, interval, label_of, word_of

COLUMNS = 3
SIZE = {"width": 186, "height": 130}
FEW = 80


def position(period: object) -> float:
    """A year, quarter or month as a number of years, the middle of the period: 2024-03 is 2024.2083."""
    year, _, part = str(period).partition("-")
    if part.startswith("Q"):
        return round(int(year) + (int(part[1:]) - 0.5) / 4, 4)
    return round(int(year) + (int(part) - 0.5) / 12, 4) if part else float(year)


def lines(points: list[Row], kind: str, time: str, look: Look, *, smooth: str = "") -> Spec:
    """Estimates in order of time; ``smooth`` names a column of 12-month sums, drawn as a mean over its months.

    A withheld period breaks the line.
    """
    data = _data(points, kind, time, look, smooth)
    order = list(dict.fromkeys(d["series"] for d in data))
    layers = _layers(data, kind, bool(smooth))
    encoding = {"x": _time(), "tooltip": _tips(data, time, look)}
    if len(order) < 2:
        return one(layers, encoding, {"rows": data}, 260)
    return panels(
        layers, encoding, {"rows": data}, {"field": "series", "sort": order, "columns": COLUMNS, "spacing": 16}, SIZE
    )


def _data(points: list[Row], kind: str, time: str, look: Look, smooth: str) -> list[Row]:
    names = [label_of({k: v for k, v in row.items() if k != time}, look.language) for row in points]
    labels = short_names(names, 26)
    place = {name: i for i, name in enumerate(labels)}
    pairs = sorted(zip(names, points, strict=True), key=lambda pair: (place[pair[0]], position(pair[1][time])))
    return [_point(labels[name], row, kind, time, look, smooth) for name, row in pairs]


def _point(label: str, row: Row, kind: str, time: str, look: Look, smooth: str) -> Row:
    point: dict[str, Any] = {
        "series": label,
        "t": position(row[time]),
        "y": row["estimate"],
        "when": word_of(time, row[time], look.language),
        "value": amount(row["estimate"], kind, look.language),
    }
    if row.get("low") is not None:
        point |= {"low": row["low"], "high": row["high"], "interval": interval(row, kind, look.language)}
    if smooth and row.get(smooth) is not None:
        point["mean"] = round(row[smooth] / 12, 4)
    return point


def _time() -> Spec:
    axis = {
        "format": "d",
        "tickMinStep": 1,
        "grid": False,
        "labelOverlap": True,
        "labelSeparation": 8,
        "labelFlush": True,
        "tickCount": 8,
    }
    return number("t", title=None, axis=axis, scale={"zero": False, "nice": False, "padding": 8})


def _layers(data: list[Row], kind: str, smooth: bool) -> list[Spec]:
    # The axis keeps its 0: a rise from 40 to 44% must not look like a doubling.
    y = number("y", title=None, scale={"zero": True}, axis={"format": axis_format(kind), "tickCount": 5})
    layers = []
    if any("low" in d for d in data):
        layers.append(
            layer("area", {"y": number("low", title=None), "y2": {"field": "high"}}, color=BAND, opacity=0.55)
        )
    if smooth:
        layers.append(layer("line", {"y": y}, color="#8fa9ba", strokeWidth=1))
        layers.append(layer("line", {"y": number("mean", title=None)}, color=BLUE, strokeWidth=2.4))
        return layers
    layers.append(layer("line", {"y": y}, color=BLUE, strokeWidth=2.2))
    if len(data) <= FEW:
        layers.append(layer("point", {"y": y}, filled=True, color=BLUE, size=36, opacity=1))
    return layers


def _tips(data: list[Row], time: str, look: Look) -> list[Spec]:
    said = look.language.say
    pairs = [("series", ""), ("when", said(f"column.{time}")), ("value", said("column.estimate"))]
    if any("low" in d for d in data):
        pairs.append(("interval", said("column.interval")))
    return tips(*pairs)
