"""The ordered matrix of flows: who leaves (rows) for whom (columns), with the numbers written in."""

from __future__ import annotations

from collections import defaultdict

from mercato.report.charts.lettering import extent, high, labels, width_of
from mercato.report.charts.theme import (
    FLOW,
    LINE,
    PLAIN,
    SMALL,
    Look,
    Spec,
    layer,
    names,
    number,
    one,
    text,
    tips,
)
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, word_of

LARGEST = 10
CELL, NARROW_CELL = 34, 28
# How far a heading that leans by 40 degrees reaches across, as a share of its width.
LEAN = 0.77


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


def matrix(pairs: list[Row], among: list[str], look: Look, kind: str = "count") -> Spec:
    """A square per pair with moves; a withheld pair is a grey square with a dash; no square: no move."""
    size = SMALL if look.narrow else PLAIN
    full = [word_of("origin", n, look.language) for n in among]
    beside = labels(full, (0.33 if look.narrow else 0.28) * look.inside, size)
    over = labels(full, 130 if look.narrow else 150, size, lines=1)
    data = [
        _cell(row, beside, over, kind, look) for row in pairs if row["origin"] in among and row["destination"] in among
    ]
    left, tall = extent(beside.values(), size), extent(over.values(), size)
    # Headings lean where there is room for them to reach out at the right, and stand where there is none.
    reach = [0.0 if look.narrow else LEAN * width_of(over[name], size) + 8 for name in full]
    room = look.inside - left - 8
    width = int(min([room, *((room - out) * len(full) / (i + 0.5) for i, out in enumerate(reach))]))
    step = max(NARROW_CELL if look.narrow else CELL, LINE * high(beside.values()) + 4)
    encoding = {
        "y": _names("from", beside, full, names(beside.values(), left, labelFontSize=size, title=_heading(look))),
        "x": _names("to", over, full, _upright(look, tall, size)),
        "tooltip": _tips(look),
    }
    return one(_layers(data, width / len(among)), encoding, {"rows": data}, width, step * len(among))


def _names(field: str, short: dict[str, str], full: list[str], axis: Spec) -> Spec:
    order_ = [short[n] for n in full]
    # Its heading stands at the upper left, above the names.
    place = {"titleAngle": 0, "titleAlign": "right", "titleBaseline": "bottom", "titleX": -8, "titleY": -6}
    return text(field, sort=order_, scale={"domain": order_}, axis={**axis, **(place if axis["title"] else {})})


def _heading(look: Look) -> str:
    """Which way the moves go: *From ↓ To →*."""
    said = look.language.say
    return f"{said('axis.from')} \N{DOWNWARDS ARROW}  {said('axis.to')} \N{RIGHTWARDS ARROW}"


def _upright(look: Look, tall: int, size: int) -> Spec:
    angle = {"labelAngle": -90} if look.narrow else {"labelAngle": -40}
    height = tall + 6 if look.narrow else round(0.7 * tall) + 14
    lean = {"orient": "top", "labelAlign": "left", "labelFontSize": size, "title": None, "domain": False}
    return {**lean, **angle, "ticks": False, "labelPadding": 6, "minExtent": height, "maxExtent": height}


def _tips(look: Look) -> list[Spec]:
    said = look.language.say
    from_, to = said("column.origin"), said("column.destination")
    return tips(("origin", from_), ("destination", to), ("text", said("column.moves")), ("note", ""))


def _layers(data: list[Row], cell: float) -> list[Spec]:
    # Where white letters begin to be as plain on the blue as dark ones.
    most = max((d["v"] or 0 for d in data), default=0) or 1
    dark = round(0.46 * most, 4)
    colour = number("v", scale={"range": list(FLOW), "type": "sqrt", "domain": [0, most]}, legend=None)
    ink = {"condition": {"test": f"datum.v > {dark}", "value": "white"}, "value": "#0b1519"}
    widest = max((width_of(d["text"], SMALL) for d in data), default=1)
    size = round(SMALL * min(1, (cell - 3) / widest), 1)
    return [
        layer("rect", {}, only="!isValid(datum.v)", color="#d5dade", cornerRadius=2, tip=True),
        layer("rect", {"color": colour}, only="isValid(datum.v)", cornerRadius=2, tip=True),
        layer("text", {"text": text("text"), "color": ink}, fontSize=size),
    ]


def _cell(row: Row, beside: dict[str, str], over: dict[str, str], kind: str, look: Look) -> Row:
    language = look.language
    origin, destination = (word_of("origin", row[c], language) for c in ("origin", "destination"))
    told = row["estimate"] is not None
    return {
        "from": beside[origin],
        "to": over[destination],
        "origin": origin,
        "destination": destination,
        "v": row["estimate"],
        "text": amount(row["estimate"], kind, language),
        "note": interval(row, kind, language) if told else language.term("status", row["status"]),
    }
