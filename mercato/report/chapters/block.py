"""A figure on a page: its finding, its chart, its numbers, what is withheld, and where its files are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from mercato.report import rows as choose
from mercato.report.charts import draw, theme
from mercato.report.charts.render import embedded, still
from mercato.report.language import Language
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, label_of, word_of

if TYPE_CHECKING:
    from mercato.release.edition import Edition
    from mercato.release.figure import Figure

ROWS = 60
_HIDDEN = {"status", "low", "high", "n"}
_SHARE_COLUMNS = {"hire_rate", "separation_rate", "rotation_rate"}
_TEXTS = ("employer", "kind", "family", "level", "is_ai", "country", "gap", "origin", "origin_kind", "destination")
_TIMES = ("cohort", "year", "quarter", "month")


@dataclass(frozen=True)
class Grid:
    """A table of finished texts; ``numeric`` says which columns are set to the right."""

    header: list[str]
    numeric: list[bool]
    body: list[list[str]]
    caption: str = ""
    note: str = ""


@dataclass(frozen=True)
class Block:
    """One figure of a chapter, finished for the template; ``svg`` is safe markup, all else is plain text."""

    name: str
    measure: str
    anchor: str
    title: str
    notes: list[str]
    unit: str
    definition: str
    people: str
    alt: str
    svg: str
    spec: str
    grid: Grid
    risk: Grid | None = None
    withheld: str = ""


@dataclass
class Chapter:
    """One chapter, finished for the template."""

    key: str
    title: str
    lead: str
    findings: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class View:
    """What a chapter is made from: the edition in one language."""

    edition: Edition
    language: Language
    look: theme.Look
    id: str

    def figure(self, name: str) -> Figure | None:
        """The figure of this name where it has a shown cell that tells something, else None."""
        figure = self.edition.figures.get(name)
        if figure is None:
            return None
        shown = choose.select(figure.table)
        return figure if shown.num_rows and not any(choose.untold(shown, c) for c in figure.by) else None

    def title(self, name: str) -> str:
        """What a figure is called: its name in words, or the title of its measure."""
        if self.language.has(f"title.{name}"):
            return self.language.say(f"title.{name}")
        figure = self.edition.figures.get(name)
        return self.language.text(figure.measure.title) if figure else name

    def rows(self, name: str, **wanted: Any) -> list[Row]:
        """The shown rows of a figure, at its horizon where it has several tenures; none where it is absent."""
        figure = self.figure(name)
        return choose.listed(choose.select(choose.at_horizon(figure), **wanted)) if figure else []


def start(view: View, key: str) -> Chapter:
    return Chapter(key, view.language.say(f"chapter.{key}"), view.language.say(f"lead.{key}"))


def block(
    view: View,
    name: str,
    title: str,
    notes: list[str] | None = None,
    *,
    overall: str = "",
    rows: list[Row] | None = None,
    svg: str = "",
    anchor: str = "",
) -> Block | None:
    """The block of a figure, or None where no cell of it can be shown; ``svg`` is a drawing made elsewhere."""
    figure = view.figure(name)
    if figure is None:
        return None
    language, kind = view.language, choose.kind_of(figure)
    anchor = anchor or name.replace("_", "-")
    spec: dict[str, Any] | None = None
    if not svg:
        spec = draw(figure, view.look, view.figure(overall) if overall else None)
        svg = still(spec or {}, language, anchor)
    grid = table_of(figure, language, rows)
    said = [n for n in notes or [] if n]
    return Block(
        name=name,
        measure=figure.measure.name,
        anchor=anchor,
        title=title,
        notes=said,
        unit=language.say("block.unit", unit=language.text(figure.measure.unit)),
        definition=language.say("block.definition", definition=language.text(figure.measure.definition)),
        people=_people(figure, language),
        alt=_alternative(figure, kind, title, said, language),
        svg=svg,
        spec=embedded(spec) if spec else "",
        grid=grid,
        withheld=_withheld(figure, language),
    )


def add(chapter: Chapter, made: Block | None) -> None:
    if made is not None:
        chapter.blocks.append(made)


def _people(figure: Figure, language: Language) -> str:
    if "n" not in figure.table.column_names:
        return ""
    ends = pc.min_max(choose.select(figure.table)["n"]).as_py()
    if ends["min"] is None:
        return ""
    key = "people_one" if ends["min"] == ends["max"] else "people"
    return language.say(f"block.{key}", least=language.count(ends["min"]), most=language.count(ends["max"]))


def reasons(figure: Figure, language: Language) -> str:
    """The cells that are not shown, counted by reason, in words."""
    counts = choose.withheld(figure)
    if len(counts) == 1:
        return language.term("status", next(iter(counts)))
    return language.listed(
        [
            language.say("reasons.item", number=language.count(n), reason=language.term("status", s))
            for s, n in counts.items()
        ]
    )


def _withheld(figure: Figure, language: Language) -> str:
    hidden = sum(choose.withheld(figure).values())
    if not hidden:
        return ""
    everything = language.count(figure.table.num_rows)
    return language.say("block.withheld", count=hidden, all=everything, reasons=reasons(figure, language))


def _alternative(figure: Figure, kind: str, title: str, notes: list[str], language: Language) -> str:
    rows = choose.listed(choose.select(choose.at_horizon(figure), order="-n", limit=8))
    values = [
        language.say("block.alt_value", label=label_of(row, language), value=amount(row["estimate"], kind, language))
        for row in rows
    ]
    said = "; ".join(values)
    words = language.say(
        "block.alt", title=title.rstrip(".") + ".", note=" ".join(notes), values=said + "." if said else ""
    )
    return f"{words} {language.say('block.alt_more')}"


def table_of(figure: Figure, language: Language, rows: list[Row] | None = None) -> Grid:
    """The numbers of a figure: the rows given, or its first 60 (largest first; periods newest first)."""
    time = choose.period_of(figure)
    data = figure.table
    if rows is None:
        rows = choose.listed(choose.select(data, statuses=None, order=f"-{time}" if time else "-n", limit=ROWS))
    kind = choose.kind_of(figure)
    names = [c for c in data.column_names if c not in _HIDDEN and c != "estimate"]
    groups = [c for c in names if c in figure.by]
    rest = [c for c in names if c not in figure.by]
    has_interval = any(r.get("low") is not None for r in rows)
    header = [heading(language, c) for c in groups] + [heading(language, c) for c in rest if c == "months"]
    rest = [c for c in rest if c != "months"]
    header += [language.say("column.estimate")] + ([language.say("column.interval")] if has_interval else [])
    header += [language.say("column.n")] + [heading(language, c) for c in rest]
    months = ["months"] if "months" in names else []
    body = [_line(row, kind, language, groups, months, rest, has_interval) for row in rows]
    numeric = [c in _TIMES for c in groups] + [True] * (len(header) - len(groups))
    note = ""
    if len(rows) < data.num_rows:
        note = language.say("block.rows", shown=language.count(len(rows)), all=language.count(data.num_rows))
    return Grid(header, [n and i >= len(groups) for i, n in enumerate(numeric)], body, note=note)


def heading(language: Language, column: str) -> str:
    return language.say(f"column.{column}") if language.has(f"column.{column}") else column.replace("_", " ")


def _line(
    row: Row, kind: str, language: Language, groups: list[str], months: list[str], rest: list[str], has_interval: bool
) -> list[str]:
    cells = [word_of(c, row[c], language) for c in groups] + [cell(row[c], c, language) for c in months]
    hidden = row.get("status", "ok") not in choose.SHOWN
    if hidden:
        reason = language.term("status", row["status"])
        key = "block.withheld_cell" if row["status"].startswith("withheld") else ""
        estimate = f"{language.none} {language.say(key, reason=reason) if key else reason}"
    else:
        estimate = amount(row["estimate"], kind, language)
    cells.append(estimate)
    if has_interval:
        cells.append(language.none if hidden else interval(row, kind, language))
    cells.append(language.count(row.get("n")))
    return cells + [cell(row[c], c, language) for c in rest]


def cell(value: Any, column: str, language: Language) -> str:
    """A value of an extra column as text; a dash where it is withheld."""
    if value is None:
        return language.none
    if isinstance(value, bool):
        return language.term("is_ai", str(value).lower())
    if isinstance(value, int):
        return language.count(value)
    if isinstance(value, float):
        return (
            language.percent(value) if column in _SHARE_COLUMNS else language.number(value, 2 if abs(value) < 10 else 1)
        )
    return word_of(column, value, language)


def missing(view: View, chapter: Chapter, names: list[str]) -> None:
    """Say of each figure of a chapter that is absent, or of which cells are withheld, that it is so and why."""
    language = view.language
    for name in names:
        figure = view.edition.figures.get(name)
        title = view.title(name)
        untold = figure is not None and view.figure(name) is None and choose.select(figure.table).num_rows > 0
        if figure is None or figure.table.num_rows == 0 or untold:
            needs = _needs(view, name, untold)
            chapter.cannot.append(language.say("cannot.absent", title=title, needs=needs))
            continue
        hidden = sum(choose.withheld(figure).values())
        if hidden:
            key = "cannot.all_withheld" if hidden == figure.table.num_rows else "cannot.withheld"
            said = reasons(figure, language)
            everything = language.count(figure.table.num_rows)
            chapter.cannot.append(language.say(key, title=title, reasons=said, count=hidden, all=everything))


def _needs(view: View, name: str, untold: bool) -> str:
    """What the data would have to hold: kinds or titles where the figure stands but says nothing of them."""
    suffix = name.rpartition("_by_")[2]
    measure = next((m for m in sorted(_MEASURES, key=len, reverse=True) if name.startswith(m)), "flows")
    return view.language.say(f"needs.{suffix if untold and suffix in ('kind', 'level', 'family') else measure}")


_MEASURES = (
    "retention", "cohort_retention", "turnover", "attrition", "flows", "flow_ratio", "flow_rate_ratio", "net_flow",
    "origins", "entry_share", "hires", "separations", "headcount",
)  # fmt: skip
