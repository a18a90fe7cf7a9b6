"""The ordered matrix of flows: who leaves (rows) for whom (columns), with the numbers written in."""

from __future__ import annotations

from collections import defaultdict

from mercato.report.charts.theme import (
    FLOW,
    INK,
    Look,
    Spec,
    layer,
    number,
    one,
    text,
    tips,
)
from mercato.report.rows import Row, short_names
from mercato.report.wording import amount, interval, word_of

LARGEST = 10
CELL = 34


def order(rows: list[Row], largest: int = LARGEST) -> list[str]:
    """The employers of the matrix: those with the most moves, those that win most of their moves first."""
    came: dict[str, float] = defaultdict(float)
    left: dict[str, float] = defaultdict(float)
    for row in rows:
        came[row["destination"]] += row["estimate"] or 0
        left[row["origin"]] += row["estimate"] or 0
    total = {name: came[name] + left[name] for name in {*came, *left}}
    biggest = sorted(total, key=lambda name: (-total[name], name))[:largest]
    return sorted(biggest, key=lambda name: (-(came[name] - left[name]) / (total[name] or 1), name))


def matrix(pairs: list[Row], names: list[str], look: Look, kind: str = "count") -> Spec:
    """A square per pair with moves; a withheld pair is a grey square with a dash; no square: no move."""
    said = look.language.say
    full = [word_of("origin", n, look.language) for n in names]
    labels = short_names(full, 20)
    order_ = [labels[n] for n in full]
    data = [_cell(row, labels, kind, look) for row in pairs if row["origin"] in names and row["destination"] in names]
    axis = {"domain": False, "ticks": False}
    across = {**axis, "labelAngle": -45, "orient": "top"}
    encoding = {
        "y": text("from", sort=order_, scale={"domain": order_}, title=said("axis.from"), axis=axis),
        "x": text("to", sort=order_, scale={"domain": order_}, title=said("axis.to"), axis=across),
        "tooltip": tips(
            ("from", said("column.origin")),
            ("to", said("column.destination")),
            ("text", said("column.moves")),
            ("note", ""),
        ),
    }
    return one(_layers(data), encoding, {"rows": data}, CELL * len(names))


def _layers(data: list[Row]) -> list[Spec]:
    dark = round(0.45 * max((d["v"] or 0 for d in data), default=0), 4)
    colour = number("v", scale={"range": list(FLOW), "type": "sqrt"}, legend=None)
    ink = {"condition": {"test": f"datum.v > {dark}", "value": "white"}, "value": INK}
    return [
        layer("rect", {}, only="!isValid(datum.v)", color="#d5dade", cornerRadius=2),
        layer("rect", {"color": colour}, only="isValid(datum.v)", cornerRadius=2),
        layer("text", {"text": text("text"), "color": ink}, fontSize=11),
    ]


def _cell(row: Row, labels: dict[str, str], kind: str, look: Look) -> Row:
    language = look.language
    return {
        "from": labels[word_of("origin", row["origin"], language)],
        "to": labels[word_of("origin", row["destination"], language)],
        "v": row["estimate"],
        "text": amount(row["estimate"], kind, language),
        "note": interval(row, kind, language)
        if row["estimate"] is not None
        else language.term("status", row["status"]),
    }
