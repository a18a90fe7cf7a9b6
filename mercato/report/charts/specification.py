"""One figure under every combination of choices: estimates in order above, which choices were made below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from mercato.report.charts import theme, ticks
from mercato.report.charts.lettering import fitted
from mercato.report.rows import Row
from mercato.report.wording import amount, interval

TOP, LINE, BETWEEN = 170.0, 15.0, 5.0
NARROW_TOP = 140.0
NAMES, NARROW_NAMES = 0.31, 0.42
GAP = 22.0


@dataclass(frozen=True)
class Line:
    """One choice as it is drawn: its option, its name, and its levels with their words."""

    option: str
    name: str
    levels: dict[str, str]


@dataclass(frozen=True)
class _Frame:
    """Where the drawing stands: the room for names at the left, the head above, and the ends of its scale."""

    look: theme.Look
    names: float
    head: float
    top: float
    low: float
    high: float
    count: int

    @property
    def step(self) -> float:
        return (self.look.width - self.names - 6) / max(self.count, 1)

    def x(self, place: int) -> float:
        return self.names + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        return self.head + self.top * (1 - (value - self.low) / (self.high - self.low))


def stills(rows: Sequence[Row], choices: Sequence[Line], kind: str, look: theme.Look) -> str:
    """The drawings, one for a page or paper and one for a telephone; the first row is that of the run itself."""
    looks = (replace(look, width=width) for width in (theme.WIDE, theme.NARROW))
    return "\n".join(specification(rows, choices, kind, one) for one in looks)


def specification(rows: Sequence[Row], choices: Sequence[Line], kind: str, look: theme.Look) -> str:
    """SVG of a specification curve (Simonsohn, Simmons & Nelson 2020): shapes and escaped text alone."""
    ordered = sorted(enumerate(rows), key=lambda one: (one[1]["estimate"], one[0]))
    marks = _marks(rows, 4 if look.narrow else 5)
    frame = _Frame(
        look,
        (NARROW_NAMES if look.narrow else NAMES) * look.width,
        40.0 if look.simulated else 22.0,
        NARROW_TOP if look.narrow else TOP,
        marks[0],
        marks[-1],
        len(rows),
    )
    own = next(place for place, (number, _) in enumerate(ordered) if number == 0)
    parts = [*_scale(frame, marks, kind), *_own(frame, rows[0], own)]
    parts += [_estimate(frame, row, place, number == 0, choices, kind) for place, (number, row) in enumerate(ordered)]
    below, height = _choices(frame, [row for _, row in ordered], own, choices)
    return _drawing([*_heading(frame), *parts, *below], frame, height)


def _marks(rows: Sequence[Row], most: int) -> list[float]:
    ends = [row[end] for row in rows for end in ("low", "high", "estimate") if row[end] is not None]
    return ticks.steps(min(ends), max(ends), most)


def _scale(frame: _Frame, marks: Sequence[float], kind: str) -> list[str]:
    language, right = frame.look.language, frame.look.width - 6
    digits = 0 if kind != "share" or all(abs(100 * m - round(100 * m)) < 1e-6 for m in marks) else 1
    parts = []
    for mark in marks:
        y, word = frame.y(mark), amount(mark, kind, language, digits if kind == "share" else None)
        parts.append(
            f'<line x1="{frame.names:.1f}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{theme.GRID}"/>'
            f'<text x="{frame.names - 8:.1f}" y="{y + 4:.1f}" text-anchor="end" font-size="{theme.SMALL}" '
            f'fill="{theme.INK}">{escape(word)}</text>'
        )
    return parts


def _own(frame: _Frame, row: Row, place: int) -> list[str]:
    """The interval of the run itself as a band across, and its column."""
    parts = []
    if row["low"] is not None and row["high"] is not None:
        y, height = frame.y(row["high"]), frame.y(row["low"]) - frame.y(row["high"])
        parts.append(
            f'<rect x="{frame.names:.1f}" y="{y:.1f}" width="{frame.look.width - 6 - frame.names:.1f}" '
            f'height="{height:.1f}" fill="{theme.PALE}"/>'
        )
    words = frame.look.language.say("multiverse.own")
    at, room = frame.x(place), frame.look.width - frame.names
    anchor = "start" if at < frame.names + room / 3 else "end" if at > frame.names + 2 * room / 3 else "middle"
    parts.append(
        f'<text x="{at:.1f}" y="{frame.head - 8:.1f}" text-anchor="{anchor}" font-size="{theme.SMALL}" '
        f'fill="{theme.ORANGE}">{escape(words)}</text>'
    )
    return parts


def _estimate(frame: _Frame, row: Row, place: int, is_own: bool, choices: Sequence[Line], kind: str) -> str:
    x, y = frame.x(place), frame.y(row["estimate"])
    colour = theme.ORANGE if is_own else theme.BLUE
    radius = min(3.4, max(1.2, 0.38 * frame.step)) + (1.2 if is_own else 0)
    bar = ""
    if row["low"] is not None and row["high"] is not None:
        bar = (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{frame.y(row["low"]):.1f}" y2="{frame.y(row["high"]):.1f}" '
            f'stroke="{colour if is_own else theme.BAND}" stroke-width="{min(3, max(0.8, 0.3 * frame.step)):.1f}"/>'
        )
    return (
        f'<g>{bar}<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'
        f"<title>{escape(_tip(frame, row, choices, kind))}</title></g>"
    )


def _tip(frame: _Frame, row: Row, choices: Sequence[Line], kind: str) -> str:
    language = frame.look.language
    value = language.say(
        "number.stated", value=amount(row["estimate"], kind, language), interval=interval(row, kind, language)
    )
    said = [language.say("block.alt_value", label=line.name, value=line.levels[row[line.option]]) for line in choices]
    return "\n".join([value, *said])


def _choices(frame: _Frame, rows: Sequence[Row], own: int, choices: Sequence[Line]) -> tuple[list[str], float]:
    """For each choice its name and a line per level, with a dot where it was made; and where the last line ends."""
    y = frame.head + frame.top + GAP
    parts = []
    radius = min(2.8, max(0.9, 0.36 * frame.step))
    for line in choices:
        parts.append(_text(frame, line.name, y, theme.MUTED))
        for level, words in line.levels.items():
            y += LINE
            parts.append(_text(frame, words, y, theme.INK, indent=10))
            dots = "".join(
                f'<circle cx="{frame.x(place):.1f}" cy="{y - 4:.1f}" r="{radius:.1f}" '
                f'fill="{theme.ORANGE if place == own else theme.BLUE}"/>'
                for place, row in enumerate(rows)
                if row[line.option] == level
            )
            right = frame.look.width - 6
            parts.append(
                f'<line x1="{frame.names:.1f}" x2="{right}" y1="{y - 4:.1f}" y2="{y - 4:.1f}" stroke="{theme.GRID}"/>'
                + dots
            )
        y += LINE + BETWEEN
    return parts, y - LINE + 4


def _text(frame: _Frame, words: str, y: float, colour: str, indent: float = 0) -> str:
    shown = fitted(words, frame.names - 12 - indent, theme.SMALL, lines=1)
    return f'<text x="{4 + indent}" y="{y:.1f}" font-size="{theme.SMALL}" fill="{colour}">{escape(shown)}</text>'


def _heading(frame: _Frame) -> list[str]:
    if not frame.look.simulated:
        return []
    words = escape(frame.look.language.say("simulated.chart"))
    return [f'<text x="4" y="14" font-size="12" font-weight="bold" fill="{theme.WARNING}">{words}</text>']


def _drawing(parts: list[str], frame: _Frame, height: float) -> str:
    look = frame.look
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="still {look.shape}" viewBox="0 0 {look.width} {height:.0f}" '
        f'width="{look.width}" height="{height:.0f}" font-family="{theme.FONT}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )
