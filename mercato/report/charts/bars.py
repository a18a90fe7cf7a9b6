"""Shares as bars with their intervals, one panel per group."""

from __future__ import annotations

from typing import Any

from mercato.report.charts.theme import (
    INK,
    Look,
    Spec,
    axis_format,
    layer,
    number,
    one,
    panels,
    text,
    tips,
)
from mercato.report.rows import Row, short_names
from mercato.report.wording import amount, interval, word_of

COLUMNS = 2
STEP = 21
SIZE = {"width": 180, "height": {"step": STEP}}


def bars(shares: list[Row], look: Look, *, panel: str = "", kind: str = "share") -> Spec:
    """One bar per origin, longest first; with ``panel`` (a column) a small panel per group, each in its own order."""
    data = _data(shares, look, panel, kind)
    groups = list(dict.fromkeys(d["panel"] for d in data))
    order: Any = [d["label"] for d in data] if len(groups) < 2 else {"field": "x", "op": "max", "order": "descending"}
    y = text("label", sort=order, title=None, axis={"domain": False, "ticks": False, "labelPadding": 6})
    encoding = {"y": y, "tooltip": _tips(look)}
    layers = _layers(kind, max((d["high"] or 0 for d in data), default=0))
    if len(groups) < 2:
        return one(layers, encoding, {"rows": data}, STEP * len(data) + 6)
    by = {"field": "panel", "sort": groups, "columns": COLUMNS, "spacing": 18}
    # Each panel has its own names at its left: the page's script must leave room for them.
    own = {"resolve": {"scale": {"y": "independent"}}, "usermeta": {"beside": 150}}
    return {**panels(layers, encoding, {"rows": data}, by, SIZE), **own}


def _data(shares: list[Row], look: Look, panel: str, kind: str) -> list[Row]:
    columns = ("origin", "origin_kind", "origin_group", "destination")
    column = next((c for c in columns if shares and c in shares[0]), "origin")
    names = [word_of(column, row.get(column), look.language) for row in shares]
    labels = short_names(names, 24)
    heads = [word_of(panel, row[panel], look.language) if panel else "" for row in shares]
    groups = short_names(heads, 28)
    return [
        {
            "label": labels[name],
            "panel": groups[head],
            "full": name,
            "x": row["estimate"],
            "low": row["low"] if row["low"] is not None else row["estimate"],
            "high": row["high"] if row["high"] is not None else row["estimate"],
            "value": amount(row["estimate"], kind, look.language),
            "interval": interval(row, kind, look.language),
            "n": look.language.count(row["n"]),
        }
        for name, head, row in zip(names, heads, shares, strict=True)
    ]


def _layers(kind: str, top: float) -> list[Spec]:
    # Room at the right for the number that follows the longest bar.
    ticks = {"values": [0, 0.25, 0.5, 0.75, 1]} if kind == "share" and top > 0.5 else {"tickCount": 4}
    x = number("x", title=None, axis={"format": axis_format(kind), **ticks}, scale={"domain": [0, top * 1.22 or 1]})
    return [
        layer("bar", {"x": x}, color="#5f9dc4", height={"band": 0.72}),
        layer("rule", {"x": number("low", title=None), "x2": {"field": "high"}}, color=INK, strokeWidth=1.4),
        layer(
            "text", {"x": number("high", title=None), "text": text("value")}, align="left", dx=6, fontSize=11, color=INK
        ),
    ]


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    pairs = (
        ("full", ""),
        ("value", said("column.estimate")),
        ("interval", said("column.interval")),
        ("n", said("column.n")),
    )
    return tips(*pairs)
