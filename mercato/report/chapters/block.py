"""A figure on a page: its finding, its chart, its numbers, what is withheld, and where its files are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mercato.report import rows as choose
from mercato.report.chapters.period import covers, sighted
from mercato.report.charts import stills, theme
from mercato.report.charts.render import Stills
from mercato.report.language import Language
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, label_of, meant, word_of

if TYPE_CHECKING:
    from mercato.release.edition import Edition
    from mercato.release.figure import Figure
    from mercato.report.chapters.otherwise import FoldOut

ROWS = 60
_RAW = {f"raw_{name}" for name in ("estimate", "low", "high", "index", "index_low", "index_high")}
_HIDDEN = {"status", "low", "high", "n", "provisional", "rank_low", "rank_high", *_RAW}
_SHARE_COLUMNS = {"step_up", "pagerank", "hire_rate", "separation_rate", "rotation_rate", "staying"}
_FINE_COLUMNS = {"index", "index_low", "index_high", "average_headcount"}
_FLOORS = {"people": ("minimum_people", 5), "at_risk": ("minimum_at_risk", 10)}
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
    svg: Stills | str
    grid: Grid
    risk: Grid | None = None
    withheld: str = ""


@dataclass
class Chapter:
    """One chapter, finished for the template.

    ``empty`` says why it has no finding, ``takes`` what it would take to tell what it cannot, ``otherwise`` is a
    fold-out.
    """

    key: str
    title: str
    lead: str
    empty: str = ""
    findings: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    otherwise: FoldOut | None = None
    cannot: list[str] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class View:
    """What a chapter is made from: the edition in one language; the year from which careers are in sight, if told."""

    edition: Edition
    language: Language
    look: theme.Look
    id: str
    careers_since: int | None = None

    def figure(self, name: str) -> Figure | None:
        """The figure of this name where it has a shown cell that tells something, else None."""
        figure = self.edition.figures.get(name)
        if figure is None:
            return None
        shown = choose.select(figure.table)
        return figure if shown.num_rows and not any(choose.untold(shown, c) for c in figure.by) else None

    def with_table(self, name: str, table: pa.Table) -> View:
        """The same view with only these cells in one figure."""
        figures = dict(self.edition.figures)
        figures[name] = replace(figures[name], table=table)
        return replace(self, edition=replace(self.edition, figures=figures))

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
    lead = view.language.say(f"lead.{key}")
    if view.edition.weights:
        lead = f"{lead} {view.language.say('lead.weighted')}"
    return Chapter(key, view.language.say(f"chapter.{key}"), lead)


def block(
    view: View,
    name: str,
    title: str,
    notes: list[str] | None = None,
    *,
    overall: str = "",
    rows: list[Row] | None = None,
    svg: Stills | str = "",
    anchor: str = "",
) -> Block | None:
    """The block of a figure, or None where no cell of it can be shown; ``svg`` is a drawing made elsewhere."""
    figure = view.figure(name)
    if figure is None:
        return None
    language, kind = view.language, choose.kind_of(figure)
    anchor = anchor or name.replace("_", "-")
    if not svg:
        svg = stills(figure, view.look, anchor, view.figure(overall) if overall else None)
    grid = table_of(figure, language, rows)
    weighted = language.say("block.weighted") if is_weighted(figure) else ""
    said = [n for n in [*(notes or []), _of_ranks(figure, language), covers(view, name), weighted] if n]
    return Block(
        name=name,
        measure=figure.measure.name,
        anchor=anchor,
        title=title,
        notes=said,
        unit=_unit(figure, kind, language),
        definition=language.say("block.definition", definition=language.text(figure.measure.definition)),
        people=_people(figure, language),
        alt=_alternative(figure, kind, title, said, language),
        svg=svg,
        grid=grid,
        withheld=_withheld(figure, language),
    )


def _of_ranks(figure: Figure, language: Language) -> str:
    """What the ranks of a table say, where it has some."""
    count = choose.placed(figure)
    return language.say("block.ranks", count=count) if count > 1 else ""


def _unit(figure: Figure, kind: str, language: Language) -> str:
    key = "block.unit_of_files" if kind == "share" else "block.unit"
    return language.say(key, unit=language.text(figure.measure.unit))


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


def floors(figure: Figure, language: Language) -> dict[str, str]:
    """The least numbers of people, and of people at risk, that a cell of a figure needs to be shown."""
    options = getattr(getattr(figure, "request", None), "options", None)
    return {key: language.count(getattr(options, name, default)) for key, (name, default) in _FLOORS.items()}


def reason(status: str, figure: Figure, language: Language) -> str:
    """Why a cell of a figure is not shown, in words that name the least number of people."""
    if not language.has(f"reason.{status}"):
        return language.term("status", status)
    return language.say(f"reason.{status}", **floors(figure, language))


def reasons(figure: Figure, language: Language) -> str:
    """The cells that are not shown, counted by reason, in words."""
    counts = choose.withheld(figure)
    if len(counts) == 1:
        return reason(next(iter(counts)), figure, language)
    return language.listed(
        [
            language.say("reasons.item", number=language.count(n), reason=reason(s, figure, language))
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
    said = language.chain(values)
    words = language.say(
        "block.alt", title=title.rstrip(".") + ".", note=" ".join(notes), values=said + "." if said else ""
    )
    return f"{words} {language.say('block.alt_more')}"


def table_of(figure: Figure, language: Language, rows: list[Row] | None = None) -> Grid:
    """The numbers of a figure: the rows given, or its first 60 shown ones (largest first; periods newest first).

    Withheld cells are counted in a note with their reason, so that they do not bury the others.
    """
    time = choose.period_of(figure)
    data = figure.table
    if rows is None:
        order = f"-{time}" if time else "-n"
        rows = choose.listed(choose.select(data, order=order, limit=ROWS))
    kind = choose.kind_of(figure)
    names = [c for c in data.column_names if c not in _HIDDEN and c != "estimate"]
    groups = [c for c in names if c in figure.by]
    rest = [c for c in names if c not in figure.by]
    has_interval = any(r.get("low") is not None for r in rows)
    header = [heading(language, c) for c in groups] + [heading(language, c) for c in rest if c == "months"]
    rest = [c for c in rest if c != "months"]
    header += [language.say("column.estimate")] + ([language.say("column.interval")] if has_interval else [])
    has_raw = is_weighted(figure)
    header += [language.say("column.raw_estimate")] if has_raw else []
    header += [language.say("column.n")] + [heading(language, c) for c in rest]
    if choose.placed(figure):
        header.append(heading(language, "rank"))
    months = ["months"] if "months" in names else []
    body = [_line(figure, row, kind, language, groups, months, rest, has_interval, has_raw) for row in rows]
    numeric = [c in _TIMES for c in groups] + [True] * (len(header) - len(groups))
    note = _rest_of_table(figure, language, rows)
    return Grid(header, [n and i >= len(groups) for i, n in enumerate(numeric)], body, note=note)


def _rest_of_table(figure: Figure, language: Language, rows: list[Row]) -> str:
    """How many shown cells the table leaves to the files, and how many are withheld and why."""
    here = sum(row.get("status", "ok") in choose.SHOWN for row in rows)
    hidden, everything = sum(choose.withheld(figure).values()), choose.select(figure.table).num_rows
    said = []
    if here < everything:
        said.append(language.say("block.rows", shown=language.count(here), all=language.count(everything)))
    if further := hidden - (len(rows) - here):
        said.append(language.say("block.further", count=further, reasons=reasons(figure, language)))
    return " ".join(said)


def heading(language: Language, column: str) -> str:
    return language.say(f"column.{column}") if language.has(f"column.{column}") else column.replace("_", " ")


def _line(
    figure: Figure,
    row: Row,
    kind: str,
    language: Language,
    groups: list[str],
    months: list[str],
    rest: list[str],
    has_interval: bool,
    has_raw: bool,
) -> list[str]:
    cells = [word_of(meant(c, row), row[c], language) for c in groups] + [cell(row[c], c, language) for c in months]
    hidden = row.get("status", "ok") not in choose.SHOWN
    if hidden:
        why = reason(row["status"], figure, language)
        key = "block.withheld_cell" if row["status"].startswith("withheld") else ""
        estimate = f"{language.none} {language.say(key, reason=why) if key else why}"
    else:
        estimate = amount(row["estimate"], kind, language)
    cells.append(estimate)
    if has_interval:
        cells.append(language.none if hidden else interval(row, kind, language))
    if has_raw:
        cells.append(language.none if hidden else _raw(row, kind, language))
    cells.append(language.count(row.get("n")))
    cells += [cell(row[c], c, language) for c in rest]
    return [*cells, places_of(row, language)] if choose.placed(figure) else cells


def places_of(row: Row, language: Language) -> str:
    """Between which places a row stands, as a table holds it; a dash where that is not told."""
    best, worst = row.get("rank_low"), row.get("rank_high")
    return language.none if best is None or worst is None else language.places(best, worst)


def is_weighted(figure: Figure) -> bool:
    """Whether a figure is told weighted, with the unweighted one beside."""
    return "raw_estimate" in figure.table.column_names


def _raw(row: Row, kind: str, language: Language) -> str:
    """The unweighted estimate with its interval."""
    plain = {name: row[f"raw_{name}"] for name in ("estimate", "low", "high")}
    value = amount(plain["estimate"], kind, language)
    if plain["low"] is None and plain["high"] is None:
        return value
    return language.say("number.beside", value=value, interval=interval(plain, kind, language))


def cell(value: Any, column: str, language: Language) -> str:
    """A value of an extra column as text; a dash where it is withheld."""
    if value is None:
        return language.none
    if isinstance(value, bool):
        return language.term("is_ai", str(value).lower())
    if isinstance(value, int):
        return language.count(value)
    if isinstance(value, float):
        if column in _SHARE_COLUMNS:
            return language.percent(value)
        if value.is_integer() and column not in _FINE_COLUMNS:
            return language.count(value)
        return language.number(value, 2 if abs(value) < 10 else 1)
    return word_of(column, value, language)


def missing(view: View, chapter: Chapter, names: list[str]) -> None:
    """Say of the figures of a chapter that are absent, or of which cells are withheld, that it is so and why.

    Figures that lack the same thing share a sentence. A chapter without a finding says what it would take.
    """
    language = view.language
    alike: dict[tuple[str, str], list[str]] = {}
    partly: list[str] = []
    for name in names:
        figure = view.edition.figures.get(name)
        title = view.title(name)
        if figure is None or figure.table.num_rows == 0 or _untold(view, name):
            alike.setdefault(("absent", _needs(view, name, _untold(view, name))), []).append(title)
            continue
        hidden = sum(choose.withheld(figure).values())
        if hidden == figure.table.num_rows:
            alike.setdefault(("all_withheld", _why(figure, language)), []).append(title)
        elif hidden:
            everything = language.count(figure.table.num_rows)
            said = reasons(figure, language)
            partly.append(language.say("cannot.withheld", title=title, reasons=said, count=hidden, all=everything))
    for (key, why), titles in alike.items():
        form = "one" if len(titles) == 1 else "other"
        chapter.cannot.append(language.say(f"cannot.{key}.{form}", titles=language.chain(titles), why=why))
    chapter.cannot += partly
    if not chapter.findings:
        chapter.empty = _empty(view, chapter, names)


def _untold(view: View, name: str) -> bool:
    figure = view.edition.figures.get(name)
    return figure is not None and view.figure(name) is None and choose.select(figure.table).num_rows > 0


def _why(figure: Figure, language: Language) -> str:
    return language.listed([reason(status, figure, language) for status in choose.withheld(figure)])


def _empty(view: View, chapter: Chapter, names: list[str]) -> str:
    """Why a chapter tells nothing, and what would be needed: its first figure stands for the others."""
    language = view.language
    needs = _needs(view, names[0], False)
    if not chapter.blocks:
        figures = [view.edition.figures.get(name) for name in names]
        held = [f for f in figures if f is not None and f.table.num_rows]
        if untold := next((name for name in names if _untold(view, name)), ""):
            return language.say("empty.untold", needs=_needs(view, untold, True))
        if not held:
            return language.say("empty.absent", needs=needs)
        return language.say("empty.withheld", needs=needs, **floors(held[0], language))
    if sighted(view) and chapter.key == "tempo":
        return language.say("empty.sighted")
    floor = {"people": language.count(choose.FEWEST), "points": language.count(100 * choose.WIDEST)}
    return language.say("empty.unsure", **floor)


def _needs(view: View, name: str, untold: bool) -> str:
    """What the data would have to hold: kinds or titles where the figure stands but says nothing of them."""
    suffix = name.rpartition("_by_")[2]
    measure = next((m for m in sorted(_MEASURES, key=len, reverse=True) if name.startswith(m)), "flows")
    kinds = {"kind": "kind", "level": "level", "family": "family", "origins_overall": "kind"}
    return view.language.say(f"needs.{kinds[suffix] if untold and suffix in kinds else measure}")


_MEASURES = (
    "retention", "cohort_retention", "turnover", "attrition", "flows", "flow_ratio", "flow_rate_ratio", "net_flow",
    "gravity_excess", "flow_rank",
    "origins", "entry_share", "hires", "separations", "headcount", "adjusted_retention", "destinations",
)  # fmt: skip
