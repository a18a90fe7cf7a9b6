"""What it would take to tell what cannot be told: how many people on each side of a comparison."""

from __future__ import annotations

import math
from collections.abc import Iterable

from mercato.measures.taking import people_needed
from mercato.report import rows as choose
from mercato.report.chapters.block import View
from mercato.report.chapters.findings import extremes
from mercato.report.rows import Row
from mercato.report.wording import brief, name_of

MOST = 10_000_000
"""People beyond whom a number says nothing but that the gap is too small."""


def takes(view: View, names: Iterable[str]) -> list[str]:
    """For the headline comparison of each figure whose intervals overlap, the people that it would take to tell."""
    return [said for name in names if (said := _of_figure(view, name))]


def _of_figure(view: View, name: str) -> str:
    figure = view.figure(name)
    if figure is None:
        return ""
    kind = choose.kind_of(figure)
    pair = open_pair([r for r in view.rows(name) if choose.firm(r, kind)], kind)
    if pair is None:
        return ""
    top, bottom = pair
    high, low = (brief(row, kind, view.language, other) for row, other in (pair, pair[::-1]))
    needed, edge = people_needed(top, bottom)
    if high == low or needed is None or edge is None:
        return ""
    language = view.language
    return language.say(
        "takes.more" if needed > MOST else "takes.people",
        title=view.title(name),
        top=name_of(top, language),
        bottom=name_of(bottom, language),
        high=high,
        low=low,
        people=language.count(_rounded(min(needed, MOST))),
        edge=language.count(_rounded(min(edge, MOST))),
        here=language.count(top["n"]),
        there=language.count(bottom["n"]),
    )


def open_pair(rows: list[Row], kind: str) -> tuple[Row, Row] | None:
    """The highest and the lowest where these overlap, else the first two where they do; None where order is clear."""
    ends = extremes(rows, kind)
    if ends is None or not choose.apart(*ends):
        return ends
    first, second = sorted(rows, key=lambda r: (-r["estimate"], -(r["n"] or 0)))[:2]
    return None if choose.apart(first, second) else (first, second)


def _rounded(people: float) -> int:
    """A number of people to two figures, since it is no more exact than the estimates."""
    digits = max(0, math.floor(math.log10(max(people, 1))) - 1)
    return int(math.ceil(people / 10**digits) * 10**digits)
