"""How much our choices matter: a headline figure under every combination of them, as a fold-out of its chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mercato.report import rows as choose
from mercato.report.charts.specification import Line, stills
from mercato.report.language import Language, Name
from mercato.report.rows import Row, clean
from mercato.report.wording import amount, interval

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


def otherwise(view: View, chapter: str) -> list[Otherwise]:
    """The headline figures of a chapter under other choices, those that are shown."""
    made = []
    for name in NAMES.get(chapter, ()):
        figure: Any = view.edition.figures.get(name)
        if figure is None:
            continue
        for number, summary in enumerate(figure.summaries):
            if summary.status == "ok" and figure.choices:
                made.append(_one(view, figure, summary, number))
    return made


def _one(view: View, figure: Multiverse, summary: Summary, number: int) -> Otherwise:
    language, kind = view.language, choose.kind_of(figure)
    rows = choose.listed(figure.table.slice(number * summary.combinations, summary.combinations))
    lines = [_line(language, choice.option, choice.levels) for choice in figure.choices]
    title = _title(language, figure, summary)
    said = [*_spread(language, rows, summary, kind), _most(language, summary, kind)]
    notes = [*_rounding(language, figure, summary, kind), *_left_out(language, figure)]
    return Otherwise(
        name=figure.name,
        anchor=f"{figure.name}-{number}".replace("_", "-"),
        title=title,
        sentences=[" ".join(said), *([" ".join(notes)] if notes else [])],
        alt=f"{title}. {' '.join(said)}",
        svg=stills(rows, lines, kind, view.look),
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


def _spread(language: Language, rows: list[Row], summary: Summary, kind: str) -> list[str]:
    ends = {
        "low": amount(summary.least, kind, language),
        "high": amount(summary.greatest, kind, language),
        "own": amount(summary.estimate, kind, language),
        "interval": interval(rows[0], kind, language),
    }
    if ends["low"] == ends["high"]:
        return [language.say("multiverse.same", count=summary.combinations, **ends)]
    said = [language.say("multiverse.spread", count=summary.combinations, **ends)]
    if summary.inside is not None:
        key = "all_inside" if summary.inside == 1 else "inside"
        said.append(language.say(f"multiverse.{key}", share=language.percent(summary.inside, 0), **ends))
    return said


def _most(language: Language, summary: Summary, kind: str) -> str:
    if not summary.most or not summary.change:
        return language.say("multiverse.none")
    return language.say(
        "multiverse.most",
        choice=language.say(f"choice.the_{summary.most}"),
        change=change_of(summary.change, kind, language),
    )


def change_of(value: float, kind: str, language: Language) -> str:
    """A change of an estimate: in points for shares, else in its unit."""
    if kind == "share":
        points = 100 * value
        return _points(language, points) if points >= 0.05 else language.say("multiverse.little")
    return language.number(value, 1 if value >= 1 else 2)


def _points(language: Language, points: float) -> str:
    digits = 1 if points < 10 else 0
    form = "one" if language.locale.plural_form(round(points, digits)) == "one" else "other"
    return language.say(f"multiverse.point_{form}", value=language.number(points, digits))


def _rounding(language: Language, figure: Multiverse, summary: Summary, kind: str) -> list[str]:
    if not summary.step:
        return []
    step = (
        _points(language, 100 * summary.step)
        if kind == "share"
        else language.number(summary.step, _digits(summary.step))
    )
    people = language.count(figure.request.options.minimum_people)
    return [language.say("multiverse.rounded", step=step, people=people)]


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
