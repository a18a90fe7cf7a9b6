"""What a measure is: one fact, declared once, with its words, its counts and its estimator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir
import pyarrow as pa

from mercato.careers.vintages import Vintages
from mercato.errors import SettingsError
from mercato.settings import Options


@dataclass(frozen=True)
class Text:
    """The same words in English and French."""

    en: str
    fr: str


@dataclass(frozen=True)
class Facts:
    """What every measure is computed from.

    spells, employers, roles: tables as declared in tables.py, on one engine; names: employer_id → name shown, and
    groups: group_id → name, as Arrow tables; as_of: the last day known; endings_until: the last day on which an ending
    could be seen, earlier than as_of where people are only sighted (null: as_of); lists: who is on which list when;
    vintages: what several dates of the same source knew, and known_when: hires and separations counted by month and
    vintage.
    """

    spells: ir.Table
    employers: ir.Table
    roles: ir.Table
    directory: pa.Table
    as_of: dt.date
    endings_until: dt.date | None = None
    lists: ir.Table | None = None
    vintages: Vintages | None = None
    known_when: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What is asked of a measure: by which dimensions, for which part of the facts, under which options."""

    by: tuple[str, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Adds:
    """How one column of a measure adds up: whole numbers that ``column`` counts, of which parts make a whole.

    of: what is counted, by name; columns of any measure with the same name count the same events, so that a cell that
    one of them withholds is withheld by all. named: dimension of the measure → that of what is counted, null where the
    count is not told by it (hires of all origins beside each origin); ``origin`` and ``destination`` may change places.
    some: that it counts some of the people of a row only (who left, of who joined), so that it may be 0; elsewhere it
    is at least the people of the row. stock: people there on the first day of a period, which do not add over time.

    Which cells add to which is found from the numbers: those told by more dimensions, or finer ones (month and year,
    employer and kind), are parts of those told by fewer, and the rest of the whole, where they leave any, is unknown.
    """

    column: str
    of: str
    named: Mapping[str, str | None] = field(default_factory=dict)
    some: bool = False
    stock: bool = False


Counts = Mapping[str, ir.Table]
Counted = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Measure:
    """One measure: words, dimensions it can be asked by, counts per cell, and figures from counts.

    ``additive`` names the dimensions over which the cells of a group add to a published total, so that a single
    withheld one could be worked out; ``extra`` names the columns between the dimensions and the estimate;
    ``of_other_cells`` says that what is counted are cells of other measures, or gives such a one away.
    ``weighable`` says that its counts may be sums of weights, which are told for every part of the people.
    ``adds`` declares how what is counted adds up, over all figures of an edition; without it each column of
    ``counted`` that holds whole numbers is taken to count something of its own, told by all dimensions.
    """

    name: str
    title: Text
    unit: Text
    definition: Text
    reference: str
    dimensions: tuple[str, ...]
    default_by: tuple[str, ...]
    counts: Callable[[Facts, Request], Counts]
    figures: Callable[[Counted, Facts, Request], pa.Table]
    extra: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    additive: tuple[str, ...] = ()
    share: bool = False
    of_other_cells: bool = False
    weighable: bool = True
    adds: tuple[Adds, ...] = ()

    def check(self, request: Request) -> None:
        """Raise SettingsError where the request names a dimension that this measure does not have."""
        for name in (*request.by, *(column for column, _ in request.where)):
            if name not in self.dimensions:
                raise SettingsError(
                    f"{self.name} cannot be told by {name!r}", expected="some of " + ", ".join(self.dimensions)
                )
        if len(set(request.by)) < len(request.by):
            raise SettingsError(f"a dimension is named twice: {', '.join(request.by)}")


_DECLARED: dict[str, Measure] = {}


def declare(measure: Measure) -> Measure:
    """Make a measure known by its name."""
    _DECLARED[measure.name] = measure
    return measure


def declared() -> dict[str, Measure]:
    """All measures by name, in the order of the definitions."""
    return dict(_DECLARED)
