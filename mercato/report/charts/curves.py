"""Survival curves with their bands, one small panel per group, everyone in grey behind."""

from __future__ import annotations

from mercato.report.charts import ticks
from mercato.report.charts.lettering import high, labels
from mercato.report.charts.theme import (
    BAND,
    BLUE,
    HEAD,
    LINE,
    MUTED,
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
from mercato.report.wording import amount, interval, label_of

COLUMNS, NARROW_COLUMNS = 4, 2
BETWEEN, HEIGHT = 18, 130
TOLD_EVERY = 6
SHARES = (0, 0.25, 0.5, 0.75, 1)


def curves(points: list[Row], look: Look, *, overall: list[Row] | None = None) -> Spec:
    """Share still there by months since joining: steps with bands, a panel for each group in the order given."""
    names = [label_of(row, look.language) for row in points]
    count = len(dict.fromkeys(names))
    columns = min(count, NARROW_COLUMNS if look.narrow else COLUMNS)
    left = gutter(SHARES, "share")
    width = beside(look.inside - left, columns, BETWEEN)
    data = _data(points, labels(names, width, HEAD), look)
    order = list(dict.fromkeys(d["panel"] for d in data))
    last = max([3, *(int(row["months"]) for row in points if row["estimate"] is not None)])
    behind = _behind(overall or [], order, last) if len(order) > 1 else []
    # One data set for all layers, since panels are split on it: the grey rows carry `all`, the others `s`.
    sets = {"rows": [*data, *behind]}
    layers = _layers(bool(behind), left)
    encoding = {"x": _months(last, width, look), "tooltip": _tips(look)}
    if len(order) < 2:
        return one(layers, encoding, sets, width, 240 if look.narrow else 300)
    spacing = {"row": 12 + LINE * (high(order) - 1), "column": BETWEEN}
    facet = {"field": "panel", "sort": order, "columns": columns, "spacing": spacing}
    return panels(layers, encoding, sets, facet, {"width": width, "height": HEIGHT})


def _data(points: list[Row], short: dict[str, str], look: Look) -> list[Row]:
    return [
        {
            "panel": short[label_of(row, look.language)],
            "full": label_of(row, look.language),
            "months": row["months"],
            "when": look.language.count(row["months"]),
            "s": row["estimate"],
            "low": row["low"],
            "high": row["high"],
            "value": amount(row["estimate"], "share", look.language),
            "interval": interval(row, "share", look.language),
            "risk": look.language.count(row.get("at_risk")),
        }
        for row in points
    ]


def _behind(overall: list[Row], order: list[str], last: int) -> list[Row]:
    """Everyone's curve for each panel, as far as the longest of the others goes."""
    return [
        {"panel": p, "months": r["months"], "all": r["estimate"]}
        for p in order
        for r in overall
        if r["months"] % 3 == 0 and r["months"] <= last
    ]


def _months(last: int, width: int, look: Look) -> Spec:
    values = ticks.of_months(last, max(3, min(7, width // 26)))
    axis = {
        "values": values,
        "grid": False,
        "domainColor": RULE,
        "tickSize": 4,
        "title": look.language.say("axis.months"),
    }
    return number("months", axis=axis, scale={"nice": False, "domain": [0, last]})


def _layers(behind: bool, left: int) -> list[Spec]:
    axis = amounts(SHARES, "share", minExtent=left, maxExtent=left)
    y = number("s", title=None, scale={"domain": [0, 1]}, axis=axis)
    band = {"y": number("low", title=None), "y2": {"field": "high"}}
    own = "isValid(datum.s)"
    dash: Spec = {"color": MUTED, "strokeDash": [4, 3], "strokeWidth": 1.2}
    grey = layer("line", {"y": number("all", title=None)}, only="isValid(datum.all)", **dash)
    layers = [
        layer("area", band, only=own, interpolate="step-after", color=BAND, opacity=0.6),
        layer("line", {"y": y}, only=own, interpolate="step-after", color=BLUE, strokeWidth=2),
        layer("point", {"y": y}, only=f"{own} && datum.months % {TOLD_EVERY} == 0", size=160, filled=True, opacity=0,
              clip=True, tip=True),
    ]  # fmt: skip
    return [grey, *layers] if behind else layers


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    return tips(
        ("full", ""),
        ("when", said("column.months")),
        ("value", said("column.estimate")),
        ("interval", said("column.interval")),
        ("risk", said("column.at_risk")),
    )
