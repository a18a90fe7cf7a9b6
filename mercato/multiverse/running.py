"""Measures under every combination of choices: careers of several settings at once, then each measure of them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pyarrow as pa

from mercato.imputing import over_draws
from mercato.measures import Measure, Request
from mercato.measures.dimensions import labelled
from mercato.multiverse.choosing import IN_CAREERS, LEVELS, MOST_ROWS, Ground, choices_of
from mercato.multiverse.copies import Copies, Universe, copy_market, mark_of, most_copies
from mercato.multiverse.summing import summaries_of
from mercato.release.figure import make_figure
from mercato.release.multiverse import Choice, LeftOut, Multiverse, combinations, make_multiverse
from mercato.settings import Options

ROWS_AT_ONCE = 5_000_000
"""Positions of all copies that stand side by side."""


@dataclass(frozen=True)
class Question:
    """What is asked of a measure, and the name that its figure gets; ``own``: the released cells of its own figure."""

    name: str
    measure: Measure
    request: Request
    own: pa.Table | None = None


@dataclass(frozen=True)
class _Asked:
    """A question with its choices: those careers are built by, which all questions share, and its own."""

    question: Question
    choices: tuple[Choice, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def own(self) -> list[Choice]:
        return [choice for choice in self.choices if choice.option not in IN_CAREERS]


def under_all_choices(
    ground: Ground,
    questions: Sequence[Question],
    most_rows: int = MOST_ROWS,
    levels: dict[str, tuple[str, ...]] | None = None,
) -> list[Multiverse]:
    """The multiverse of each question; all of them are asked under the same options of careers.

    ``levels`` restricts the levels of choices that are crossed, ``most_rows`` the rows that careers are built from.
    """
    asked = [_asked(ground, question, most_rows, levels) for question in questions]
    base = questions[0].request.options
    shared = [choice for choice in asked[0].choices if choice.option in IN_CAREERS]
    universes = [
        (place, one) for place, levels_ in enumerate(combinations(shared)) for one in _universes(base, shared, levels_)
    ]
    together = all(mark_of(question.measure, question.request) for question in questions)
    size = most_copies(ground, ROWS_AT_ONCE) if together else 1
    found: list[dict[tuple[int, tuple[str, ...]], list[pa.Table]]] = [{} for _ in asked]
    for begin in range(0, len(universes), size):
        part = universes[begin : begin + size]
        ground.progress(f"careers under {len(universes)} settings", 0.3 + 0.6 * begin / len(universes))
        copies = copy_market(ground, [one for _, one in part], base, ground.folder / f"copies_{begin}")
        for one, tables in zip(asked, found, strict=True):
            _measured(ground, copies, [place for place, _ in part], one, tables)
        copies.close()
    return [_put_together(ground, one, shared, tables) for one, tables in zip(asked, found, strict=True)]


def _asked(ground: Ground, question: Question, most_rows: int, levels: dict[str, tuple[str, ...]] | None) -> _Asked:
    choices, out = choices_of(ground, question.measure, question.request, most_rows, levels)
    order = [*IN_CAREERS, *(name for name in LEVELS if name not in IN_CAREERS)]
    choices.sort(key=lambda choice: order.index(choice.option))
    return _Asked(question, tuple(choices), tuple(out))


def _universes(base: Options, shared: Sequence[Choice], levels: Sequence[str]) -> list[Universe]:
    """The universe of a combination, or one for each draw where coarse dates are drawn."""
    options = _set(base, shared, levels)
    if options.dates != "impute":
        return [Universe(options)]
    return [Universe(options, draw) for draw in range(options.draws)]


def _set(options: Options, choices: Sequence[Choice], levels: Sequence[str]) -> Options:
    for choice, level in zip(choices, levels, strict=True):
        options = options.set(choice.option, level)
    return options


def _measured(
    ground: Ground,
    copies: Copies,
    places: Sequence[int],
    one: _Asked,
    found: dict[tuple[int, tuple[str, ...]], list[pa.Table]],
) -> None:
    question = one.question
    for levels in combinations(one.own):
        request = replace(question.request, options=_set(question.request.options, one.own, levels))
        if ground.weighted and request.options.weights == "margins":
            tables = [_weighted(ground.weighted, question.measure, request, universe) for universe in copies.universes]
        else:
            tables = copies.tables_of(question.measure, request, ground.engine.run)
        for place, table in zip(places, tables, strict=True):
            found.setdefault((place, levels), []).append(table)


def _weighted(
    figures: Callable[[Measure, Request, int | None], pa.Table], measure: Measure, request: Request, universe: Universe
) -> pa.Table:
    """The cells of a measure with people weighted, in one universe."""
    chosen = {name: getattr(universe.options, name) for name in IN_CAREERS}
    return figures(measure, replace(request, options=replace(request.options, **chosen)), universe.draw)


def _put_together(
    ground: Ground,
    one: _Asked,
    shared: Sequence[Choice],
    found: dict[tuple[int, tuple[str, ...]], list[pa.Table]],
) -> Multiverse:
    """The multiverse of the tables of each combination; several tables of one are draws of coarse dates."""
    question, told = one.question, []
    for (place, levels), own in product(enumerate(combinations(shared)), combinations(one.own)):
        options = _set(_set(question.request.options, shared, levels), one.own, own)
        request = replace(question.request, options=options)
        tables = found[place, own]
        table = over_draws(tables, question.measure, request) if options.dates == "impute" else tables[0]
        figure = make_figure(question.name, question.measure, labelled(table, ground.facts), request)
        told.append(figure.table)
    if question.own is not None:
        told[0] = question.own
    made = make_multiverse(question.name, question.measure, told, question.request, one.choices, one.left_out)
    return replace(made, summaries=summaries_of(made))
