"""A figure: the released cells of one measure, with its words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from mercato.measures.declare import Counted, Facts, Measure, Request, Text
from mercato.measures.dimensions import MEMBERSHIPS, OF_LISTS, labelled
from mercato.measures.provisional import marked
from mercato.measures.ranking import OF_RANKS, RANKS, with_ranks
from mercato.release.disclosure import LOWER_BOUND, OK, release, release_together
from mercato.release.facts import Cells, Hierarchy
from mercato.release.rules import withheld_by_itself
from mercato.settings import Options

if TYPE_CHECKING:
    import pandas
    import polars

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
VALUES = ("estimate", "low", "high", "n", "status")


@dataclass(frozen=True)
class Figure:
    """The released cells of one measure: ``table`` has the ``by`` columns, what the measure adds, then VALUES.

    Withheld and undefined cells are null, with the reason in ``status``.
    """

    name: str
    measure: Measure
    by: tuple[str, ...]
    table: pa.Table
    request: Request

    @property
    def definition(self) -> Text:
        """What is counted: the definition of the measure, and what lists of employers add to it where it is told so."""
        said, names = self.measure.definition, {*self.by, *(name for name, _ in self.request.where)}
        also = [OF_LISTS] if names & set(MEMBERSHIPS) else []
        also += [OF_RANKS] if RANKS[0] in self.table.column_names else []
        return Text(" ".join([said.en, *(t.en for t in also)]), " ".join([said.fr, *(t.fr for t in also)]))

    def to_arrow(self) -> pa.Table:
        """The cells as an Arrow table."""
        return self.table

    def to_pandas(self) -> pandas.DataFrame:
        """The cells as a pandas data frame; needs pandas."""
        return self.table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """The cells as a Polars data frame; needs polars."""
        import polars

        frame = polars.from_arrow(self.table)
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_text(self) -> str:
        """The cells as a table in plain text."""
        names = self.table.column_names
        rows = [[_shown(value) for value in row.values()] for row in self.table.to_pylist()]
        widths = [max(len(name), *(len(row[i]) for row in rows), 1) for i, name in enumerate(names)]
        lines = [[name.ljust(width) for name, width in zip(names, widths, strict=True)]]
        lines += [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
        return "\n".join("  ".join(line).rstrip() for line in lines)

    def to_csv(self) -> str:
        """The cells as CSV text; a text that a spreadsheet would run as a formula has an apostrophe before it."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.table.column_names)
        columns = [[csv_cell(value) for value in self.table[name].to_pylist()] for name in self.table.column_names]
        writer.writerows(zip(*columns, strict=True))
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """The cells with their words, as plain values ready for JSON."""
        measure = self.measure
        return {
            "name": self.name,
            "measure": measure.name,
            "title": {"en": measure.title.en, "fr": measure.title.fr},
            "unit": {"en": measure.unit.en, "fr": measure.unit.fr},
            "definition": {"en": self.definition.en, "fr": self.definition.fr},
            "reference": measure.reference,
            "by": list(self.by),
            "where": {name: list(values) for name, values in self.request.where},
            "options": {k: list(v) if isinstance(v, tuple) else v for k, v in self.request.options.as_dict().items()},
            "columns": self.table.column_names,
            "rows": [list(row.values()) for row in self.table.to_pylist()],
        }

    def to_json(self) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def estimates(measure: Measure, counted: Counted, facts: Facts, request: Request) -> pa.Table:
    """The cells that counts give, with the words of their dimensions; not yet past disclosure control."""
    return labelled(marked(measure.figures(counted, facts, request), facts, request), facts)


def make_figure(name: str, measure: Measure, table: pa.Table, request: Request) -> Figure:
    """The figure of estimated cells, past disclosure control."""
    by = tuple(column for column in table.column_names if column in measure.dimensions)
    of_cells = Request(by, request.where, request.options)
    return Figure(name, measure, by, ranked(release(table, measure, of_cells), measure, of_cells), request)


def ranked(table: pa.Table, measure: Measure, request: Request) -> pa.Table:
    """Released cells with the ranks of those that are shown, made anew where there are some."""
    shown = np.isin(table["status"].to_numpy(zero_copy_only=False), (OK, LOWER_BOUND))
    return with_ranks(table, measure, request, shown)


def cells_of(name: str, measure: Measure, table: pa.Table, request: Request) -> Cells:
    """The cells of a figure that is released together with others; not yet past disclosure control."""
    by = tuple(column for column in table.column_names if column in measure.dimensions)
    told = Request(by, request.where, request.options)
    return Cells(name, measure, table, told, withheld_by_itself(table, measure, told))


def make_figures(
    cells: Sequence[Cells], options: Options, hierarchy: Hierarchy, told: Mapping[str, float]
) -> tuple[dict[str, Figure], frozenset[str]]:
    """The figures of an edition, past disclosure control over all of them at once, and what of ``told`` is withheld.

    hierarchy: the coarser value of each value of a dimension, by ``employer>kind``; told: what the edition counts
    besides its figures.
    """
    tables, besides = release_together(cells, options, hierarchy, told)
    figures = {
        one.name: Figure(one.name, one.measure, one.request.by, ranked(table, one.measure, one.request), one.request)
        for one, table in zip(cells, tables, strict=True)
    }
    return figures, besides


def csv_cell(value: Any) -> Any:
    """A value for a CSV file; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "".join(c if c.isprintable() else " " for c in str(value))[:60]
