"""Disclosure control over all figures of an edition at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mercato.release.facts import BESIDES, MOVES, Cells, Fact, Facts, Hierarchy
from mercato.release.protection import Pattern, Problem, protect
from mercato.release.rules import CODES, FEW_AT_RISK, FEW_PEOPLE, OF_EMPLOYERS
from mercato.settings import Options

_SUM_COST = 0.3
_WHOLE_COST = 3.0
_NEAR = 0.15
"""How near, as a share of it, a count may be told that is withheld for its employers."""


@dataclass(frozen=True)
class Withheld:
    """What is withheld of an edition.

    rows: of each figure which rows, by themselves or to protect others; sums: which sums of twelve months; besides:
    names of counts told besides the figures; bare: how many withheld counts nothing could protect.
    """

    rows: list[np.ndarray]
    sums: list[np.ndarray]
    besides: frozenset[str]
    bare: int


def complements(
    cells: Sequence[Cells],
    options: Options,
    hierarchy: Hierarchy | None = None,
    told: Mapping[str, float] | None = None,
) -> Withheld:
    """What is withheld of figures so that nothing withheld can be bounded closely from all that is told.

    ``told`` are the counts that an edition tells besides its figures, by name. Every withheld count of few people may
    then be any number of people from 1 to ``minimum_people`` - 1, for all that the edition tells; every other withheld
    count lies in an interval at least as wide, and no part of a withheld cell is known exactly.
    """
    facts = Facts(hierarchy)
    facts.read(cells)
    _told_besides(facts, told or {})
    if not facts.all:
        nothing = [np.zeros(figure.table.num_rows, dtype=bool) for figure in cells]
        return Withheld(nothing, nothing, frozenset(), 0)
    facts.relate()
    places, problem = _problem(facts, cells, options)
    return _marked(cells, places, protect(problem))


def _told_besides(facts: Facts, told: Mapping[str, float]) -> None:
    """Take in the counts of moves that the edition tells of all its data."""
    for what in sorted({fact.of for fact in facts.all if fact.of.partition("#")[0] == "moves"}):
        for place, (name, part) in enumerate(MOVES.items()):
            if name in told and facts.number(what, (part,)) is None:
                facts.add(what, (part,), float(told[name])).places.append((BESIDES, place, None))


def _problem(
    facts: Facts, cells: Sequence[Cells], options: Options
) -> tuple[dict[tuple[int, int, str | None], int], Problem]:
    places: dict[tuple[int, int, str | None], int] = {}
    fact, place = [], []
    for number, one in enumerate(facts.all):
        for at in one.places:
            fact.append(number)
            place.append(places.setdefault(at, len(places)))
    shut = np.array(
        [f != BESIDES and column is None and cells[f].status[row] in _SHUT for f, row, column in places], dtype=bool
    )
    value = np.array([one.value for one in facts.all])
    down, up = _room(facts, options.minimum_people)
    needs = list(_needs(facts, cells, options.minimum_people, down, up))
    cost = np.array([_cost(one.key, one.value, one.places) for one in facts.all])
    return places, Problem(
        _matrix(facts),
        np.array([equation.rest for equation in facts.equations]),
        np.array(facts.within, dtype=np.int64).reshape(-1, 2),
        value, down, up, cost,
        np.array(fact, dtype=np.int64), np.array(place, dtype=np.int64), len(places), shut, needs,
    )  # fmt: skip


_EMPLOYERS = {CODES[status] for status in OF_EMPLOYERS}
_SHUT = {CODES[status] for status in (FEW_PEOPLE, FEW_AT_RISK, *OF_EMPLOYERS)}


def _cost(key: tuple[tuple[str, object], ...], value: float, places: Sequence[tuple[int, int, str | None]]) -> float:
    rows = sum(_SUM_COST if column else 1.0 for _, _, column in places)
    return rows * (1 + 0.05 * float(np.log1p(abs(value)))) * (1.0 if key else _WHOLE_COST)


def _matrix(facts: Facts) -> sparse.csr_array:
    entries = [
        (row, member, sign)
        for row, equation in enumerate(facts.equations)
        for members, sign in (((equation.whole,), 1.0), (equation.parts, -1.0), (equation.less, 1.0))
        for member in members
    ]
    row, column, sign = (list(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
    return sparse.csr_array((sign, (row, column)), (len(facts.equations), len(facts.all)))


def _room(facts: Facts, minimum: int) -> tuple[np.ndarray, np.ndarray]:
    """How far each fact may shrink and grow where it is withheld, for all that the reason for it says."""
    some, few, own = (
        np.array(flags, dtype=bool)
        for flags in zip(*((f.some, _is_few(f, minimum), f.own) for f in facts.all), strict=True)
    )
    value, people = np.array([(fact.value, _people(fact, minimum)) for fact in facts.all]).T
    down = np.where(some | ~own, value, np.maximum(0, people - np.where(few, 1, minimum)))
    return down, np.where(few, minimum - 1 - people, np.inf)


def _is_few(fact: Fact, minimum: int) -> bool:
    """Whether a fact is withheld for its few people; nobody is not few where two other counts are held together."""
    if fact.some or not fact.own:
        return False
    return 0 < fact.value < minimum if fact.people is None else fact.people < minimum


def _people(fact: Fact, minimum: int) -> float:
    """How many people a fact is of, for one who takes each of few to be counted once."""
    if fact.people is None or fact.people >= minimum:
        return fact.value if fact.people is None else fact.people
    return min(fact.value, minimum - 1)


def _needs(
    facts: Facts, cells: Sequence[Cells], minimum: int, down: np.ndarray, up: np.ndarray
) -> Iterator[tuple[int, float]]:
    """How far withheld facts have to be free to move: down or up, by number."""
    width = float(max(minimum - 2, 1))
    for number, fact in enumerate(facts.all):
        if not fact.own:
            continue
        statuses = {int(cells[f].status[row]) for f, row, column in fact.places if column is None and f != BESIDES}
        few = CODES[FEW_PEOPLE] in statuses
        if few and _is_few(fact, minimum):
            yield from ((number, float(amount)) for amount in (-down[number], up[number]) if amount)
        elif few and fact.some and not all(cells[f].measure.of_other_cells for f, _, _ in fact.places):
            yield number, -1.0 if fact.value >= 1 else 1.0
        elif CODES[FEW_AT_RISK] in statuses and fact.some and fact.value > 0:
            yield number, -width if fact.value >= width else width
        elif statuses & _EMPLOYERS and not fact.some:
            yield number, max(width, float(round(_NEAR * fact.value)))


def _marked(cells: Sequence[Cells], places: Mapping[tuple[int, int, str | None], int], pattern: Pattern) -> Withheld:
    rows = [np.zeros(figure.table.num_rows, dtype=bool) for figure in cells]
    sums = [np.zeros(figure.table.num_rows, dtype=bool) for figure in cells]
    besides = set()
    for (figure, row, column), place in places.items():
        if pattern.shut[place] and figure == BESIDES:
            besides.add(list(MOVES)[row])
        elif pattern.shut[place]:
            (sums if column == "sum_12" else rows)[figure][row] = True
    return Withheld(rows, sums, frozenset(besides), len(pattern.failed))
