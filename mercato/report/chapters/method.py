"""Data and method: what was read, how each figure is defined, and what limits it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mercato.release.plan import MULTIVERSE
from mercato.report.chapters.block import Grid, View, heading
from mercato.report.chapters.keep import MOST_LOST
from mercato.report.chapters.removed import removed
from mercato.report.chapters.weighted import weights_of
from mercato.report.language import Language
from mercato.report.rows import FEWEST, WIDEST, clean, listed

if TYPE_CHECKING:
    from mercato.release.edition import Edition

REASONS = 80
STANDING = "State of Talent"
BASES = {
    "main_spells": "spells",
    "direct_moves": "moves",
    "brief_moves": "moves",
    "long_moves": "moves",
    "coarse_starts": "starts",
    "monthly_starts": "starts",
    "january_starts": "monthly_starts",
    "coarse_sightings": "sightings",
    "several_employers": "sightings",
    "coarse_spells": "main_spells",
    "unknown_start_spells": "main_spells",
    "delayed_entry_spells": "main_spells",
    "open_spells": "main_spells",
    "recalls": "main_spells",
    "stale_closed": "spells",
    "main_rule_people": "people",
    "people_joined": "people_given",
    "doubtful_people": "people_found",
    "transfers_in": "main_spells",
    "untold_titles": "titled",
}
"""What a count of the data-quality list is a share of."""


@dataclass(frozen=True)
class SourceCard:
    """One source as the page shows it: its name and pairs of label and text."""

    name: str
    facts: list[tuple[str, str]]
    notes: list[str]


@dataclass(frozen=True)
class Definition:
    """One measure as the page defines it."""

    title: str
    text: str
    unit: str
    reference: str
    name: str


@dataclass
class Method:
    """The chapter on data and method, finished for its template."""

    key: str
    title: str
    lead: str
    read: str
    rejects: Grid | None
    quality: list[tuple[str, str]]
    removed: tuple[str, Grid | None]
    definitions: list[Definition]
    options: list[tuple[str, str]]
    sources: list[SourceCard]
    sections: list[tuple[str, list[str]]]
    otherwise: list[str]
    findings: list[str] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)


def title_of(edition: Edition, language: Language) -> str:
    """The edition's title; the standing one in the language of the page."""
    given = clean(edition.title, 200)
    return language.say("page.untitled") if given in ("", STANDING) else given


def method(view: View) -> Method:
    said = view.language.say
    return Method(
        key="method",
        title=said("chapter.method"),
        lead=said("lead.method"),
        read=_read(view),
        rejects=_rejects(view),
        quality=_quality(view),
        removed=removed(view),
        definitions=_definitions(view),
        options=_options(view),
        sources=[_source(view, s) for s in view.edition.sources],
        sections=_sections(view),
        otherwise=_otherwise(view),
    )


def _read(view: View) -> str:
    sources = view.edition.sources
    totals = {k: view.language.count(sum(getattr(s, k) for s in sources)) for k in ("read", "accepted", "rejected")}
    return view.language.say("method.read_lead", count=len(sources), **totals)


def _rejects(view: View) -> Grid | None:
    table = view.edition.rejects
    if table is None or table.num_rows == 0:
        return None
    language = view.language
    rows = listed(
        table.sort_by([("count", "descending"), ("source", "ascending"), ("reason", "ascending")]).slice(0, REASONS)
    )
    columns = ("source", "column", "reason", "count")
    names = {str(s.source_id): clean(s.name, 80) for s in view.edition.sources}
    body = [
        [
            names.get(str(row["source"]), str(row["source"])),
            str(row["column"] or language.none),
            reject_reason(view, str(row["reason"])),
            language.count(row["count"]),
        ]
        for row in rows
    ]
    more = table.num_rows - len(rows)
    note = language.say("method.rejects_more", count=more) if more else ""
    return Grid([heading(language, c) for c in columns], [False, False, False, True], body, note=note)


def reject_reason(view: View, reason: str) -> str:
    """The reason of a reject in the language of the page where it is a known one, else as the reader stated it."""
    return view.language.told("reject", reason)


def _quality(view: View) -> list[tuple[str, str]]:
    """What was counted, in the order of the words, then what has no words yet; counts with their share of a whole."""
    language, told = view.language, dict(view.edition.quality)
    if told.get("monthly_starts"):
        told["january_excess"] = 12 * told.get("january_starts", 0) / told["monthly_starts"]
    named = [key.removeprefix("quality.") for key in language.words if key.startswith("quality.")]
    keys = [key for key in named if key in told] + [key for key in told if key not in named]
    pairs = []
    for key in keys:
        if key.endswith("_share") and f"{key.removesuffix('_share')}_spells" in told:
            continue
        label = language.say(f"quality.{key}") if key in named else key.replace("_", " ").capitalize()
        pairs.append((label, _with_share(view, key, told)))
    return pairs


def _with_share(view: View, key: str, told: dict[str, Any]) -> str:
    value, whole = quality_value(view, key, told[key]), told.get(BASES.get(key, ""))
    if not whole or not told[key]:
        return value
    share = view.language.percent(told[key] / whole)
    return view.language.say("quality.with_share", count=value, share=share)


def quality_value(view: View, key: str, value: Any) -> str:
    """A share as a percentage, a count as a count, other numbers with two decimals."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return clean(view.language.none if value is None else value)
    if isinstance(value, int):
        return view.language.count(value)
    return view.language.percent(value) if key.endswith("_share") else view.language.number(value, 2)


def _definitions(view: View) -> list[Definition]:
    found: dict[str, Any] = {}
    for figure in view.edition.figures.values():
        found.setdefault(figure.measure.name, figure.measure)
    return [
        Definition(
            title=view.language.text(m.title),
            text=view.language.text(m.definition),
            unit=view.language.say("block.unit", unit=view.language.text(m.unit)),
            reference=view.language.say("method.reference", reference=m.reference) if m.reference else "",
            name=name,
        )
        for name, m in found.items()
    ]


def _options(view: View) -> list[tuple[str, str]]:
    return [(clean(name), _option(value)) for name, value in sorted(view.edition.options.items())]


def _option(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return clean(", ".join(str(v) for v in value))
    return clean(value, 200)


def _source(view: View, source: Any) -> SourceCard:
    language = view.language
    said = language.say
    stated = "" if source.licence == "not stated" else source.licence
    facts = [
        ("method.format", clean(source.format)),
        ("method.table", language.term("table", clean(source.table))),
        ("method.licence", clean(stated, 300) or said("method.not_stated")),
        ("method.citation", clean(language.told("citation", source.citation), 600)),
        ("method.read_rows", language.count(source.read)),
        ("method.accepted", language.count(source.accepted)),
        ("method.rejected", language.count(source.rejected)),
        ("method.size", said("method.bytes", count=language.count(source.bytes))),
        ("method.hash", clean(source.sha256)),
        ("method.columns", _columns(view, source.columns)),
    ]
    return SourceCard(
        name=clean(source.name),
        facts=[(said(key), text) for key, text in facts if text],
        notes=[clean(language.told("note", n), 400) for n in source.notes[:20]],
    )


def _columns(view: View, columns: dict[str, str]) -> str:
    pairs = [(clean(field_, 60), clean(column, 60)) for field_, column in list(columns.items())[:40]]
    return view.language.chain(view.language.say("method.column_map", field=f, column=c) for f, c in pairs)


def _otherwise(view: View) -> list[str]:
    """How figures are told under other choices, or why none is."""
    held = any(name.startswith(MULTIVERSE) for name in view.edition.figures)
    keys = ("method_1", "method_2") if held else ("method_none",)
    return [view.language.say(f"multiverse.{key}") for key in keys]


def _sections(view: View) -> list[tuple[str, list[str]]]:
    said, language, options = view.language.say, view.language, view.edition.options
    bounds = {
        "people": language.count(options.get("minimum_people", 5)),
        "at_risk": language.count(options.get("minimum_at_risk", 10)),
    }
    named = {
        "people": language.count(FEWEST),
        "points": language.count(100 * WIDEST),
        "lost": language.percent(MOST_LOST, 0),
    }
    edition = {
        "id": view.id,
        "date": language.date(view.edition.as_of),
        "version": clean(view.edition.version),
        "title": title_of(view.edition, view.language),
    }
    return [
        (
            said("method.disclosure"),
            [said("method.disclosure_1", **bounds), said("method.disclosure_2"), said("method.disclosure_3")],
        ),
        (
            said("method.intervals"),
            [said("method.intervals_1"), said("method.intervals_2"), said("method.intervals_3", **named)],
        ),
        *([weights_of(view)] if view.edition.weights else []),
        (said("method.limits"), [said(f"method.limits_{i}") for i in range(1, 8)]),
        (
            said("method.edition"),
            [said("method.edition_line", **edition), said("method.edition_cite", **edition), said("method.files")],
        ),
    ]
