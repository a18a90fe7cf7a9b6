"""Survival curves with their bands, one small panel per group, everyone in grey behind."""

from __future__ import annotations

from mercato.report.charts.theme import (
    BAND,
    BLUE,
    Look,
    Spec,
    layer,
    number,
    one,
    panels,
    tips,
)
from mercato.report.rows import Row, short_names
from mercato.report.wording import amount, interval, label_of

COLUMNS = 4
SIZE = {"width": 132, "height": 120}


def curves(points: list[Row], look: Look, *, overall: list[Row] | None = None) -> Spec:
    """Share still there by months since joining: steps with bands, a panel for each group in the order given."""
    data = _data(points, look)
    order = list(dict.fromkeys(d["panel"] for d in data))
    behind = _behind(overall or [], order) if len(order) > 1 else []
    # One data set for all layers, since panels are split on it: the grey rows carry `all`, the others `s`.
    sets = {"rows": [*data, *behind]}
    layers = _layers(bool(behind))
    encoding = {"x": _months(look), "tooltip": _tips(look)}
    if len(order) < 2:
        return one(layers, encoding, sets, 300)
    return panels(layers, encoding, sets, {"field": "panel", "sort": order, "columns": COLUMNS, "spacing": 14}, SIZE)


def _data(points: list[Row], look: Look) -> list[Row]:
    names = [label_of(row, look.language) for row in points]
    labels = short_names(names, 18)
    return [
        {
            "panel": labels[name],
            "months": row["months"],
            "s": row["estimate"],
            "low": row["low"],
            "high": row["high"],
            "value": amount(row["estimate"], "share", look.language),
            "interval": interval(row, "share", look.language),
            "risk": look.language.count(row.get("at_risk")),
        }
        for name, row in zip(names, points, strict=True)
    ]


def _behind(overall: list[Row], order: list[str]) -> list[Row]:
    return [
        {"panel": p, "months": r["months"], "all": r["estimate"]}
        for p in order
        for r in overall
        if r["months"] % 3 == 0
    ]


def _months(look: Look) -> Spec:
    axis = {"values": [0, 12, 24, 36, 48, 60], "grid": False, "labelOverlap": True}
    return number("months", title=look.language.say("axis.months"), axis=axis, scale={"nice": False})


def _layers(behind: bool) -> list[Spec]:
    ticks = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    y = number("s", title=None, scale={"domain": [0, 1]}, axis=ticks)
    band = {"y": number("low", title=None), "y2": {"field": "high"}}
    own = "isValid(datum.s)"
    grey = layer(
        "line",
        {"y": number("all", title=None)},
        only="isValid(datum.all)",
        color="#8a959c",
        strokeDash=[4, 3],
        strokeWidth=1.2,
    )
    layers = [
        layer("area", band, only=own, interpolate="step-after", color=BAND, opacity=0.6),
        layer("line", {"y": y}, only=own, interpolate="step-after", color=BLUE, strokeWidth=2),
    ]
    return [grey, *layers] if behind else layers


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    return tips(
        ("panel", ""),
        ("months", said("column.months")),
        ("value", said("column.estimate")),
        ("interval", said("column.interval")),
        ("risk", said("column.at_risk")),
    )
