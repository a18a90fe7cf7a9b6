"""Dots with intervals, in order: the honest form of a league table."""

from __future__ import annotations

from typing import Any

from mercato.report.charts import ticks
from mercato.report.charts.lettering import extent, high, labels
from mercato.report.charts.theme import (
    BAND,
    BLUE,
    GRID,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PLAIN,
    SMALL,
    Look,
    Spec,
    amounts,
    layer,
    names,
    number,
    one,
    rows,
    text,
    tips,
)
from mercato.report.rows import Row
from mercato.report.wording import ARROW, amount, interval, label_of, word_of

STEP, BETWEEN = 24, 8
WIDEST = 230


def dots(groups: list[Row], kind: str, look: Look, *, reference: Row | None = None) -> Spec:
    """One line per group: a dot at the estimate, a bar over its interval, its n at the right edge.

    A row with a lower bound alone is a triangle at that bound, one with an ``unadjusted`` figure beside it has a ring
    there. ``reference`` is a dashed line; ratios have a line at 1 and rates one at 0. Where there is little room the
    names of pairs stand above their line.
    """
    above = look.narrow and _is_pair(groups[0])
    data = {"rows": _data(groups, kind, look, above)}
    told = data["rows"]
    order = [d["label"] for d in told]
    left = 0 if above else extent((d["label"] for d in told), PLAIN)
    right = extent((d["n_text"] for d in told), SMALL) + 10
    width = look.inside - left - right - 16
    level = _level(kind, reference)
    x = number("low", title=None, **_scale(kind, told, level, width))
    shown = {"grid": True, "gridColor": GRID, "gridDash": [1, 3], "labels": not above}
    axis = names(order, left, **shown)
    y = text("label", sort=order, axis=axis)
    layers = [
        layer("rule", {"x": x, "x2": {"field": "high"}}, strokeWidth=3.5, color=BAND, opacity=1, tip=True),
        layer("point", {"x": number("estimate")}, only="!datum.bound", filled=True, size=90, color=BLUE, opacity=1,
              tip=True),
        layer("point", {"x": number("low")}, only="datum.bound", shape="triangle-right", filled=True, size=110,
              color=ORANGE, opacity=1, tip=True),
        layer("text", {"x": {"value": "width"}, "text": text("n_text")}, align="left", dx=10, color=MUTED,
              fontSize=SMALL),
    ]  # fmt: skip
    if any(d["raw"] is not None for d in told):
        layers.append(
            layer("point", {"x": number("raw")}, only="datum.raw !== null", filled=False, size=80, color=ORANGE,
                  strokeWidth=2, opacity=1)
        )  # fmt: skip
    if above:
        layers += _names_above(order)
    if level is not None:
        data["level"] = [{"estimate": level}]
        layers.insert(0, _across(reference is not None))
    step = max(STEP, LINE * high(order) + 7) + (STEP - BETWEEN if above else 0)
    return one(layers, {"y": y, "tooltip": _tips(look)}, data, width, step * len(order))


def _across(reference: bool) -> Spec:
    """The line of everyone, or of no difference, through all rows."""
    style: Spec = {"strokeDash": [4, 3], "color": MUTED} if reference else {"color": INK, "strokeOpacity": 0.6}
    # The layers' common y would add a line for a group without a name.
    encoding = {"x": number("estimate"), "y": {"value": 0}, "y2": {"value": "height"}, "tooltip": {"value": None}}
    return {**rows("level"), **layer("rule", encoding, **style)}


def _names_above(order: list[str]) -> list[Spec]:
    """Names whose last line stands over their row, those on one line and those on two."""
    style: Spec = {"align": "left", "baseline": "alphabetic", "fontSize": PLAIN, "color": INK}
    encoding = {"x": {"value": 0}, "text": text("label")}
    if high(order) < 2:
        return [layer("text", encoding, dy=-BETWEEN, **style)]
    two = "indexof(datum.label, '\\n') > 0"
    lines: Spec = {"lineBreak": "\n", "lineHeight": LINE}
    return [
        layer("text", encoding, only=f"!({two})", dy=-BETWEEN, **style),
        layer("text", encoding, only=two, dy=-BETWEEN - LINE, **style, **lines),
    ]


def _level(kind: str, reference: Row | None) -> float | None:
    if reference is not None and reference.get("estimate") is not None:
        return float(reference["estimate"])
    return {"ratio": 1.0, "rate": 0.0, "score": 0.0}.get(kind)


def _data(groups: list[Row], kind: str, look: Look, above: bool) -> list[Row]:
    full = [label_of(row, look.language) for row in groups]
    short = _labels(groups, full, look, above)
    said = look.language
    return [
        {
            "label": short[name],
            "full": name,
            "estimate": row["estimate"],
            "low": row["low"] if row["low"] is not None else row["estimate"],
            "high": _high(row),
            "bound": row["estimate"] is None,
            "raw": row.get("unadjusted"),
            "n_text": said.say("block.n", n=said.count(row["n"])) if row["n"] is not None else "",
            "value": amount(row["estimate"], kind, said),
            "interval": interval(row, kind, said),
        }
        for name, row in zip(full, groups, strict=True)
    ]


def _labels(groups: list[Row], full: list[str], look: Look, above: bool) -> dict[str, str]:
    """Labels of the rows by their full names; those of a pair of employers on two lines where they stand beside."""
    if above:
        return labels(full, look.inside - 8, PLAIN)
    if not _is_pair(groups[0]):
        return labels(full, 0.38 * look.inside if look.narrow else WIDEST, PLAIN)
    ends = [word_of(c, row[c], look.language) for row in groups for c in ("origin", "destination")]
    short = labels(ends, WIDEST - 16, PLAIN, lines=1)
    pairs = ((name, iter(ends[2 * i : 2 * i + 2])) for i, name in enumerate(full))
    return {name: f"{short[next(two)]}\n{ARROW} {short[next(two)]}" for name, two in pairs}


def _is_pair(row: Row) -> bool:
    return "origin" in row and "destination" in row


def _high(row: Row) -> float | None:
    if row["high"] is not None:
        return float(row["high"])
    value = row["low"] if row["estimate"] is None else row["estimate"]
    return None if value is None else float(value)


def _scale(kind: str, data: list[Row], level: float | None, width: int) -> dict[str, Any]:
    ends = [d[k] for d in data for k in ("low", "high", "raw") if d[k] is not None] + ([] if level is None else [level])
    low, top = min(ends, default=0.0), max(ends, default=1.0)
    most = max(3, width // 70)
    if kind == "ratio":
        ends = [v for v in ends if v > 0]
        low, top = min(ends) * 0.92, max(ends) * 1.08
        scale = {"type": "log", "nice": False, "domain": [low, top]}
        return {"scale": scale, "axis": amounts(ticks.of_ratios(low, top, most), kind)}
    values = ticks.steps(min(0.0, low), 1.0 if kind == "share" and 0.6 < top <= 1 else max(0.0, top), most)
    return {"scale": {"domain": [values[0], values[-1]], "nice": False}, "axis": amounts(values, kind)}


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    pairs = (("full", ""), ("value", said("column.estimate")), ("interval", said("column.interval")), ("n_text", ""))
    return tips(*pairs)
