"""Dots with intervals, in order: the honest form of a league table."""

from __future__ import annotations

from typing import Any

from mercato.report.charts.theme import (
    BAND,
    BLUE,
    INK,
    MUTED,
    ORANGE,
    Look,
    Spec,
    axis_format,
    layer,
    number,
    one,
    rows,
    text,
    tips,
)
from mercato.report.rows import Row, short_names
from mercato.report.wording import ARROW, amount, interval, label_of, word_of

STEP, TWO_LINES = 24, 34
LONGEST = 34


def dots(groups: list[Row], kind: str, look: Look, *, reference: Row | None = None) -> Spec:
    """One line per group: a dot at the estimate, a bar over its interval, its n at the right edge.

    A row with a lower bound alone is a triangle at that bound. ``reference`` is a dashed line; ratios have a line at
    1 and rates one at 0.
    """
    data = {"rows": _data(groups, kind, look)}
    names = [d["label"] for d in data["rows"]]
    axis = {"format": axis_format(kind), "tickCount": 5, "domain": False, "ticks": False}
    x = {"title": None, "scale": _scale(kind, data["rows"]), "axis": axis}
    pair = _is_pair(groups[0])
    lines = {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": 13} if pair else {}
    y = text("label", sort=names, title=None, axis={"domain": False, "ticks": False, "labelPadding": 8, **lines})
    layers = [
        layer("rule", {"x": number("low", **x), "x2": {"field": "high"}}, strokeWidth=3, color=BAND, opacity=1),
        layer("point", {"x": number("estimate")}, only="!datum.bound", filled=True, size=90, color=BLUE, opacity=1),
        layer(
            "point", {"x": number("low")}, only="datum.bound", shape="triangle-right", filled=True, size=110,
            color=ORANGE, opacity=1,
        ),
        layer("text", {"x": {"value": "width"}, "text": text("n_text")}, align="left", dx=8, color=MUTED, fontSize=11),
    ]  # fmt: skip
    level = _level(kind, reference)
    if level is not None:
        data["level"] = [{"estimate": level}]
        style = {"strokeDash": [4, 3], "color": MUTED} if reference else {"color": INK, "strokeOpacity": 0.6}
        # The layers' common y would add a line for a group without a name.
        across = {"x": number("estimate"), "y": {"value": 0}, "y2": {"value": "height"}, "tooltip": {"value": None}}
        layers.insert(0, {**rows("level"), **layer("rule", across, **style)})
    return one(layers, {"y": y, "tooltip": _tips(look)}, data, (TWO_LINES if pair else STEP) * len(names))


def _level(kind: str, reference: Row | None) -> float | None:
    if reference is not None and reference.get("estimate") is not None:
        return float(reference["estimate"])
    return {"ratio": 1.0, "rate": 0.0}.get(kind)


def _data(groups: list[Row], kind: str, look: Look) -> list[Row]:
    names = [label_of(row, look.language) for row in groups]
    labels = _labels(groups, names, look)
    said = look.language
    return [
        {
            "label": labels[name],
            "full": name,
            "estimate": row["estimate"],
            "low": row["low"] if row["low"] is not None else row["estimate"],
            "high": _high(row),
            "bound": row["estimate"] is None,
            "n_text": said.say("block.n", n=said.count(row["n"])) if row["n"] is not None else "",
            "value": amount(row["estimate"], kind, said),
            "interval": interval(row, kind, said),
        }
        for name, row in zip(names, groups, strict=True)
    ]


def _labels(groups: list[Row], names: list[str], look: Look) -> dict[str, str]:
    """Short labels of the rows by their full names; those of a pair of employers on two lines."""
    if not groups or not _is_pair(groups[0]):
        return short_names(names, LONGEST)
    ends = [word_of(c, row[c], look.language) for row in groups for c in ("origin", "destination")]
    short = short_names(ends, LONGEST - 4)
    pairs = ((name, iter(ends[2 * i : 2 * i + 2])) for i, name in enumerate(names))
    return {name: f"{short[next(two)]}\n{ARROW} {short[next(two)]}" for name, two in pairs}


def _is_pair(row: Row) -> bool:
    return "origin" in row and "destination" in row


def _high(row: Row) -> float | None:
    if row["high"] is not None:
        return float(row["high"])
    value = row["low"] if row["estimate"] is None else row["estimate"]
    return None if value is None else float(value)


def _scale(kind: str, data: list[Row]) -> dict[str, Any]:
    if kind == "ratio":
        ends = [1.0, *(d[k] for d in data for k in ("low", "high") if d[k])]
        return {"type": "log", "nice": False, "domain": [min(ends) * 0.9, max(ends) * 1.1]}
    if kind == "share":
        top = max(d["high"] for d in data)
        if 0.6 < top <= 1:
            return {"domain": [0, 1]}
        return {"domain": [0, max(0.01, top * 1.08)], "nice": True}
    return {"zero": True, "nice": True}


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    pairs = (("full", ""), ("value", said("column.estimate")), ("interval", said("column.interval")), ("n_text", ""))
    return tips(*pairs)
