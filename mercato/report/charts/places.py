"""Rank intervals: for each group a bar over the places at which it may stand."""

from __future__ import annotations

from collections.abc import Iterable

from mercato.report.charts import ticks
from mercato.report.charts.lettering import extent, labels
from mercato.report.charts.render import Still, Stills
from mercato.report.charts.theme import (
    BAND,
    GRID,
    MUTED,
    PLAIN,
    SMALL,
    Look,
    Spec,
    finish,
    layer,
    names,
    number,
    one,
    text,
    tips,
)
from mercato.report.rows import Row
from mercato.report.wording import label_of

STEP, WIDEST = 20, 230


def places(groups: list[Row], count: int, look: Look) -> Spec:
    """One line per group: a bar from the best to the worst of ``count`` places, which stand beside it in words."""
    said = look.language
    full = [label_of(row, said) for row in groups]
    short = labels(full, 0.38 * look.inside if look.narrow else WIDEST, PLAIN)
    told = [
        {
            "label": short[name],
            "full": name,
            # A bar covers its places whole.
            "low": row["rank_low"] - 0.5,
            "high": row["rank_high"] + 0.5,
            "places": said.places(row["rank_low"], row["rank_high"]),
        }
        for name, row in zip(full, groups, strict=True)
    ]
    order = [str(d["label"]) for d in told]
    left, right = extent(order, PLAIN), extent((str(d["places"]) for d in told), SMALL) + 10
    width = look.inside - left - right - 16
    marks = [v for v in [1, *ticks.whole(2, count, max(2, width // 60))] if 1 <= v <= count]
    scale = {"domain": [0.5, count + 0.5], "nice": False, "zero": False}
    axis = {"values": marks, "format": ",d", "ticks": False, "domain": False}
    x = number("low", title=None, scale=scale, axis=axis)
    y = text("label", sort=order, axis=names(order, left, grid=True, gridColor=GRID, gridDash=[1, 3]))
    layers = [
        layer("rule", {"x": x, "x2": {"field": "high"}}, strokeWidth=9, color=BAND, opacity=1, tip=True),
        layer(
            "text", {"x": {"value": "width"}, "text": text("places")}, align="left", dx=10, color=MUTED, fontSize=SMALL
        ),
    ]
    tooltip = tips(("full", ""), ("places", said.say("column.rank")))
    return one(layers, {"y": y, "tooltip": tooltip}, {"rows": told}, width, STEP * len(order))


def drawn(groups: list[Row], count: int, looks: Iterable[Look], prefix: str) -> Stills:
    """The still drawings of rank intervals, one for each look."""
    return Stills(Still(finish(places(groups, count, look), look), look, prefix) for look in looks)
