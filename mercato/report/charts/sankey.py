"""The largest flows as a Sankey drawing of at most ten nodes, laid out here since Vega-Lite has none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from mercato.report.charts import theme
from mercato.report.charts.lettering import labels
from mercato.report.rows import Row
from mercato.report.wording import ARROW, word_of

SIDE = 5
HEIGHT, GAP, BAR = 370.0, 14.0, 12.0
TYPE, LINE = 12.5, 14.0


@dataclass
class _Node:
    label: str
    full: str
    total: float
    y: float = 0.0
    used: float = 0.0


@dataclass(frozen=True)
class _Frame:
    """Where the drawing stands: its width, the room for names at either side, and for the headings above."""

    width: float
    names: float
    top: float

    @property
    def left(self) -> float:
        return self.names

    @property
    def right(self) -> float:
        return self.width - self.names - BAR


def chosen(rows: list[Row], side: int = SIDE) -> list[Row]:
    """The flows between at most five origins and five destinations, taken from the largest flow down."""
    origins: dict[str, None] = {}
    destinations: dict[str, None] = {}
    ordered = sorted((r for r in rows if r["estimate"]), key=lambda r: (-r["estimate"], r["origin"], r["destination"]))
    for row in ordered:
        fits = (row["origin"] in origins or len(origins) < side) and (
            row["destination"] in destinations or len(destinations) < side
        )
        if fits:
            origins[row["origin"]] = destinations[row["destination"]] = None
    return [r for r in ordered if r["origin"] in origins and r["destination"] in destinations]


def stills(rows: list[Row], look: theme.Look) -> str:
    """The drawings of flows as ribbons, one for a page or paper and one for a telephone."""
    return "\n".join(sankey(rows, replace(look, width=width)) for width in (theme.WIDE, theme.NARROW))


def sankey(rows: list[Row], look: theme.Look) -> str:
    """SVG of ribbons whose width is the number of moves; nothing in it but shapes and escaped text."""
    frame = _Frame(look.width, (0.31 if look.narrow else 0.27) * look.width, 46.0 if look.simulated else 26.0)
    flows = chosen(rows)
    left, right = _nodes(flows, "origin", look, frame), _nodes(flows, "destination", look, frame)
    total = sum(r["estimate"] for r in flows)
    scale = (HEIGHT - frame.top - GAP * (max(len(left), len(right)) - 1)) / total
    for nodes in (left, right):
        _stack(nodes, scale, frame)
    colours = {name: theme.SERIES[i % len(theme.SERIES)] for i, name in enumerate(left)}
    # Ribbons leave and arrive in the order of the nodes opposite, so that few of them cross.
    places = {name: i for i, name in enumerate(right)}
    origins = {name: i for i, name in enumerate(left)}
    flows = sorted(flows, key=lambda r: (origins[r["origin"]], places[r["destination"]]))
    ends = ((r, left[r["origin"]], right[r["destination"]], colours[r["origin"]]) for r in flows)
    ribbons = [_ribbon(r, start, end, scale, colour, look, frame) for r, start, end, colour in ends]
    bars = [_bar(n, frame.left, "end", colours[name], scale, look) for name, n in left.items()]
    bars += [_bar(n, frame.right, "start", theme.INK, scale, look) for n in right.values()]
    return _drawing([*_headings(look, frame), *ribbons, *bars], look, frame)


def _nodes(flows: list[Row], column: str, look: theme.Look, frame: _Frame) -> dict[str, _Node]:
    totals: dict[str, float] = {}
    for row in flows:
        totals[row[column]] = totals.get(row[column], 0) + row["estimate"]
    ordered = sorted(totals, key=lambda name: (-totals[name], name))
    full = {name: word_of("origin", name, look.language) for name in ordered}
    short = labels(full.values(), frame.names - 12, TYPE, lines=3)
    return {name: _Node(short[full[name]], full[name], totals[name]) for name in ordered}


def _stack(nodes: dict[str, _Node], scale: float, frame: _Frame) -> None:
    height = sum(n.total for n in nodes.values()) * scale + GAP * (len(nodes) - 1)
    y = frame.top + (HEIGHT - frame.top - height) / 2
    for node in nodes.values():
        node.y = node.used = y
        y += node.total * scale + GAP


def _ribbon(row: Row, start: _Node, end: _Node, scale: float, colour: str, look: theme.Look, frame: _Frame) -> str:
    width = row["estimate"] * scale
    x0, x1 = frame.left + BAR, frame.right
    y0, y1, middle = start.used + width / 2, end.used + width / 2, (x0 + x1) / 2
    start.used += width
    end.used += width
    words = f"{start.full} {ARROW} {end.full}\n{look.language.count(row['estimate'])}"
    path = f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.42" stroke-width="{max(width, 0.8):.1f}">'
        f"<title>{escape(words)}</title></path>"
    )


def _bar(node: _Node, x: float, anchor: str, colour: str, scale: float, look: theme.Look) -> str:
    height = max(node.total * scale, 1.0)
    at = x - 7 if anchor == "end" else x + BAR + 7
    lines = [*node.label.split("\n"), look.language.count(node.total)]
    y = node.y + height / 2 - LINE * len(lines) / 2 + TYPE - 2
    texts = [
        f'<tspan x="{at:.1f}" y="{y + LINE * i:.1f}"'
        + (f' font-size="{TYPE - 1}" fill="{theme.MUTED}"' if i == len(lines) - 1 else "")
        + f">{escape(line)}</tspan>"
        for i, line in enumerate(lines)
    ]
    return (
        f'<rect x="{x:.1f}" y="{node.y:.1f}" width="{BAR}" height="{height:.1f}" fill="{colour}"/>'
        f'<text text-anchor="{anchor}" font-size="{TYPE}" fill="{theme.INK}">{"".join(texts)}</text>'
    )


def _headings(look: theme.Look, frame: _Frame) -> list[str]:
    said = look.language.say
    marks = [(frame.left + BAR, "end", said("axis.from")), (frame.right, "start", said("axis.to"))]
    texts = [
        f'<text x="{x:.1f}" y="{frame.top - 13}" text-anchor="{anchor}" font-size="12" fill="{theme.MUTED}">'
        f"{escape(text)}</text>"
        for x, anchor, text in marks
    ]
    if look.simulated:
        words = escape(said("simulated.chart"))
        texts.append(f'<text x="4" y="14" font-size="12" font-weight="bold" fill="{theme.WARNING}">{words}</text>')
    return texts


def _drawing(parts: list[str], look: theme.Look, frame: _Frame) -> str:
    box = f"{frame.width:.0f} {HEIGHT + 14:.0f}"
    width, height = box.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="still {look.shape}" viewBox="0 0 {box}" width="{width}" '
        f'height="{height}" font-family="{theme.FONT}" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )
