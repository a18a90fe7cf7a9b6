"""How much our choices matter: a headline figure under every combination of them, as a fold-out of its chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mercato.report import rows as choose
from mercato.report.charts.specification import Line, stills
from mercato.report.language import Language, Name
from mercato.report.rows import clean
from mercato.report.wording import amount

if TYPE_CHECKING:
    from mercato.release.multiverse import Multiverse, Summary
    from mercato.report.chapters.block import View

NAMES = {
    "keep": ("multiverse_retention", "multiverse_retention_by_employer"),
    "win": ("multiverse_flow_ratio", "multiverse_net_flow"),
    "beginners": ("multiverse_entry_share",),
}
"""The figures that a chapter folds out."""


@dataclass(frozen=True)
class Otherwise:
    """One figure under other choices, finished for the template; ``svg`` is safe markup, all else plain text."""

    name: str
    anchor: str
    title: str
    sentences: list[str]
    alt: str
    svg: str
    note: str


@dataclass(frozen=True)
class FoldOut:
    """The figures of a chapter under other choices, and what was not crossed."""

    figures: list[Otherwise]
    notes: list[str]


def otherwise(view: View, chapter: str) -> FoldOut | None:
    """The headline figures of a chapter under other choices, those that are shown; None where none is."""
    figures: list[Any] = [view.edition.figures.get(name) for name in NAMES.get(chapter, ())]
    held = [figure for figure in figures if figure is not None and figure.choices]
    made = [
        _one(view, figure, summary, number)
        for figure in held
        for number, summary in enumerate(figure.summaries)
        if summary.status == "ok"
    ]
    return FoldOut(made, _left_out(view.language, held[0])) if made else None


def _one(view: View, figure: Multiverse, summary: Summary, number: int) -> Otherwise:
    language, kind = view.language, choose.kind_of(figure)
    rows = choose.listed(figure.table.slice(number * summary.combinations, summary.combinations))
    lines = [_line(language, choice.option, choice.levels) for choice in figure.choices]
    title, moves = _title(language, figure, summary), bool(summary.most)
    said = [*_spread(language, summary, kind), *([_most(language, summary, kind)] if moves else [])]
    return Otherwise(
        name=figure.name,
        anchor=f"{figure.name}-{number}".replace("_", "-"),
        title=title,
        sentences=said,
        alt=f"{title}. {' '.join(said)}",
        svg=stills(rows, lines, kind, view.look) if moves else "",
        note=_rounding(language, figure, summary, kind),
    )


def _line(language: Language, option: str, levels: tuple[str, ...]) -> Line:
    return Line(
        option, language.say(f"choice.{option}"), {level: level_words(language, option, level) for level in levels}
    )


def level_words(language: Language, option: str, level: str) -> str:
    """A level of a choice in words, or as it is written where it has none."""
    key = f"choice.{option}_{level.replace(',', '_')}"
    return language.say(key) if language.has(key) else clean(level)


def _title(language: Language, figure: Multiverse, summary: Summary) -> str:
    key = f"multiverse.{figure.name.removeprefix('multiverse_')}"
    values = {name: Name(clean(value)) for name, value in summary.cell.items()}
    return language.say(key, **values)


def _spread(language: Language, summary: Summary, kind: str) -> list[str]:
    """Between which values the figure lies, and how many of them lie inside its own interval."""
    low, high, own = (amount(value, kind, language) for value in (summary.least, summary.greatest, summary.estimate))
    if not summary.most:
        return [language.say("multiverse.same", count=summary.combinations, own=own)]
    said = [language.say("multiverse.spread", count=summary.combinations, own=own, low=low, high=high)]
    if summary.inside is not None:
        key = "all_inside" if summary.inside == 1 else "inside"
        said.append(language.say(f"multiverse.{key}", share=language.percent(summary.inside, 0)))
    return said


def _most(language: Language, summary: Summary, kind: str) -> str:
    change = change_of(summary.change or 0, kind, language)
    return language.say("multiverse.most", choice=language.say(f"choice.the_{summary.most}"), change=change)


def change_of(value: float, kind: str, language: Language) -> str:
    """A change of an estimate: in points for shares, else in its unit."""
    if kind == "share":
        points = 100 * value
        return _points(language, points) if points >= 0.05 else language.say("multiverse.little")
    return language.number(value, 1 if value >= 1 else 2)


def _points(language: Language, points: float) -> str:
    digits = 0 if points >= 10 or abs(points - round(points)) < 1e-9 else 1
    form = "one" if language.locale.plural_form(round(points, digits)) == "one" else "other"
    return language.say(f"multiverse.point_{form}", value=language.number(points, digits))


def _rounding(language: Language, figure: Multiverse, summary: Summary, kind: str) -> str:
    if not summary.step:
        return ""
    plain = language.number(summary.step, _digits(summary.step))
    step = _points(language, 100 * summary.step) if kind == "share" else plain
    people = language.count(figure.request.options.minimum_people)
    return language.say("multiverse.rounded", step=step, people=people)


def _digits(step: float) -> int:
    return next(
        digits for digits in range(6) if abs(step * 10**digits - round(step * 10**digits)) < 1e-9 or digits == 5
    )


def _left_out(language: Language, figure: Multiverse) -> list[str]:
    """What was not crossed: choices that cannot matter with their reasons, and levels left out to save time."""
    named = {one.option for one in figure.choices}
    cannot = [
        language.say(
            "multiverse.because",
            choice=language.say(f"choice.the_{one.option}"),
            reason=language.say(f"multiverse.why_{one.reason}"),
        )
        for one in figure.left_out
        if one.reason not in ("time", "other_measure") and one.option not in named
    ]
    late = [
        language.say(
            "block.alt_value",
            label=language.say(f"choice.{one.option}"),
            value=language.listed([level_words(language, one.option, v) for v in one.levels]),
        )
        for one in figure.left_out
        if one.reason == "time" and one.levels
    ]
    said = [language.say("multiverse.left_out", choices=language.chain(cannot))] if cannot else []
    return said + ([language.say("multiverse.time", levels=language.chain(late))] if late else [])
