"""The largest flows as a Sankey drawing of at most ten nodes, laid out here since Vega-Lite has none."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from mercato.report.charts import theme
from mercato.report.rows import Row, short_names
from mercato.report.wording import word_of

SIDE = 5
WIDTH, HEIGHT, GAP, BAR = 660.0, 360.0, 14.0, 12.0
LABELS = 190.0
TOP = 26.0


@dataclass
class _Node:
    label: str
    total: float
    y: float = 0.0
    used: float = 0.0


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


def sankey(rows: list[Row], look: theme.Look) -> str:
    """SVG of ribbons whose width is the number of moves; nothing in it but shapes and escaped text."""
    flows = chosen(rows)
    left, right = _nodes(flows, "origin", look), _nodes(flows, "destination", look)
    total = sum(r["estimate"] for r in flows)
    scale = (HEIGHT - TOP - GAP * (max(len(left), len(right)) - 1)) / total
    for nodes in (left, right):
        _stack(nodes, scale)
    colours = {name: theme.SERIES[i % len(theme.SERIES)] for i, name in enumerate(left)}
    # Ribbons leave and arrive in the order of the nodes opposite, so that few of them cross.
    places = {name: i for i, name in enumerate(right)}
    origins = {name: i for i, name in enumerate(left)}
    flows = sorted(flows, key=lambda r: (origins[r["origin"]], places[r["destination"]]))
    ribbons = [_ribbon(r, left[r["origin"]], right[r["destination"]], scale, colours[r["origin"]], look) for r in flows]
    bars = [_bar(n, LABELS, "end", colours[name], scale, look) for name, n in left.items()]
    bars += [_bar(n, WIDTH - LABELS - BAR, "start", theme.INK, scale, look) for n in right.values()]
    return _frame([*_headings(look), *ribbons, *bars])


def _nodes(flows: list[Row], column: str, look: theme.Look) -> dict[str, _Node]:
    totals: dict[str, float] = {}
    for row in flows:
        totals[row[column]] = totals.get(row[column], 0) + row["estimate"]
    ordered = sorted(totals, key=lambda name: (-totals[name], name))
    labels = short_names([word_of("origin", name, look.language) for name in ordered], 24)
    return {name: _Node(labels[word_of("origin", name, look.language)], totals[name]) for name in ordered}


def _stack(nodes: dict[str, _Node], scale: float) -> None:
    height = sum(n.total for n in nodes.values()) * scale + GAP * (len(nodes) - 1)
    y = TOP + (HEIGHT - TOP - height) / 2
    for node in nodes.values():
        node.y = node.used = y
        y += node.total * scale + GAP


def _ribbon(row: Row, start: _Node, end: _Node, scale: float, colour: str, look: theme.Look) -> str:
    width = row["estimate"] * scale
    x0, x1 = LABELS + BAR, WIDTH - LABELS - BAR
    y0, y1, middle = start.used + width / 2, end.used + width / 2, (x0 + x1) / 2
    start.used += width
    end.used += width
    words = f"{start.label} \N{RIGHTWARDS ARROW} {end.label}: {look.language.count(row['estimate'])}"
    path = f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.42" stroke-width="{max(width, 0.8):.1f}">'
        f"<title>{escape(words)}</title></path>"
    )


def _bar(node: _Node, x: float, anchor: str, colour: str, scale: float, look: theme.Look) -> str:
    height = max(node.total * scale, 1.0)
    at = x - 7 if anchor == "end" else x + BAR + 7
    middle = node.y + height / 2
    number = look.language.count(node.total)
    return (
        f'<rect x="{x:.1f}" y="{node.y:.1f}" width="{BAR}" height="{height:.1f}" fill="{colour}"/>'
        f'<text x="{at:.1f}" y="{middle:.1f}" text-anchor="{anchor}" font-size="12.5" fill="{theme.INK}">'
        f'<tspan x="{at:.1f}" dy="-0.15em">{escape(node.label)}</tspan>'
        f'<tspan x="{at:.1f}" dy="1.15em" font-size="11.5" fill="{theme.MUTED}">{escape(number)}</tspan></text>'
    )


def _headings(look: theme.Look) -> list[str]:
    said = look.language.say
    marks = [(LABELS + BAR, "end", said("axis.from")), (WIDTH - LABELS - BAR, "start", said("axis.to"))]
    texts = [
        f'<text x="{x:.1f}" y="13" text-anchor="{anchor}" font-size="12" fill="{theme.MUTED}">{escape(text)}</text>'
        for x, anchor, text in marks
    ]
    if look.simulated:
        words = escape(said("simulated.chart"))
        texts.append(
            f'<text x="{WIDTH / 2}" y="13" text-anchor="middle" font-size="12" font-weight="bold" '
            f'fill="{theme.WARNING}">{words}</text>'
        )
    return texts


def _frame(parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT + 14:.0f}" width="{WIDTH:.0f}" '
        f'height="{HEIGHT + 14:.0f}" font-family="{theme.FONT}">{"".join(parts)}</svg>'
    )
