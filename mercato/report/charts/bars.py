"""Shares as bars with their intervals, one panel per group."""

from __future__ import annotations

from typing import Any

from mercato.report.charts.lettering import extent, high, labels
from mercato.report.charts.theme import (
    HEAD,
    INK,
    LINE,
    PLAIN,
    SMALL,
    Look,
    Spec,
    beside,
    layer,
    names,
    number,
    one,
    panels,
    text,
    tips,
)
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, word_of

BETWEEN, ROOM = 28, 48
PLACES = ("origin", "origin_kind", "origin_group", "destination")
STEP = 22


def bars(shares: list[Row], look: Look, *, panel: str = "", kind: str = "share") -> Spec:
    """One bar per origin, longest first; with ``panel`` (a column) a small panel per group, each in its own order."""
    columns = 1 if look.narrow or not panel else 2
    box = beside(look.inside, columns, BETWEEN)
    column = next((c for c in PLACES if shares and c in shares[0]), PLACES[0])
    full = [word_of(column, row.get(column), look.language) for row in shares]
    short = labels(full, 0.4 * box if panel or look.narrow else 230, PLAIN)
    left = extent(short.values(), PLAIN)
    width = box - left - 8
    heads = [word_of(panel, row[panel], look.language) if panel else "" for row in shares]
    over = labels(heads, width, HEAD)
    data = [_bar(row, name, kind, look) for name, row in zip(full, shares, strict=True)]
    for told, name, head in zip(data, full, heads, strict=True):
        told |= {"label": short[name], "panel": over[head]}
    groups = list(over.values())
    shown = [d["label"] for d in data]
    order: Any = shown if not panel else {"field": "x", "op": "max", "order": "descending"}
    y = text("label", sort=order, axis=names(shown, left))
    encoding = {"y": y, "tooltip": _tips(look)}
    layers = _layers(data, width)
    step = max(STEP, LINE * high(shown) + 5)
    if not panel:
        return one(layers, encoding, {"rows": data}, width, step * len(data) + 6)
    spacing = {"row": 40 + LINE * (high(groups) - 1), "column": BETWEEN + left + 8}
    by = {"field": "panel", "sort": groups, "columns": columns, "spacing": spacing}
    size = {"width": width, "height": {"step": step}}
    # Each panel has its own names at its left; plots stand in line whatever their names and headings take.
    own = {"resolve": {"scale": {"y": "independent"}}, "bounds": "flush"}
    return {**panels(layers, encoding, {"rows": data}, by, size), **own}


def _bar(row: Row, name: str, kind: str, look: Look) -> Row:
    return {
        "full": name,
        "x": row["estimate"],
        "low": row["low"] if row["low"] is not None else row["estimate"],
        "high": row["high"] if row["high"] is not None else row["estimate"],
        "value": amount(row["estimate"], kind, look.language),
        "interval": interval(row, kind, look.language),
        "n": look.language.count(row["n"]),
    }


def _layers(data: list[Row], width: int) -> list[Spec]:
    # Room at the right for the number that follows the longest bar; with the numbers there an axis says no more.
    top = max((d["high"] or 0 for d in data), default=0) or 1
    x = number("x", title=None, axis=None, scale={"domain": [0, top * width / max(1, width - ROOM)], "nice": False})
    return [
        layer("bar", {"x": x}, color="#5f9dc4", height={"band": 0.72}, tip=True),
        layer("rule", {"x": number("low", title=None), "x2": {"field": "high"}}, color=INK, strokeWidth=1.4),
        layer("text", {"x": number("high", title=None), "text": text("value")}, align="left", dx=6, fontSize=SMALL,
              color=INK),
    ]  # fmt: skip


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    pairs = (
        ("full", ""),
        ("value", said("column.estimate")),
        ("interval", said("column.interval")),
        ("n", said("column.n")),
    )
    return tips(*pairs)
