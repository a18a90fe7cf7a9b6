"""Who hires beginners."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from mercato.report import rows as choose
from mercato.report.chapters.block import (
    Block,
    Chapter,
    View,
    add,
    block,
    missing,
    start,
)
from mercato.report.chapters.findings import behind, behind_trend, complete, spread, trend
from mercato.report.chapters.keep import groups
from mercato.report.chapters.period import CAREER_YEARS, SETTLING_YEARS, careers_since
from mercato.report.rows import Row
from mercato.report.wording import brief, digits_of, interval, label_of, name_of, stated, word_of

NAMES = ["entry_share_by_year", "entry_share_by_kind", "entry_share_by_employer"]
YEAR, KIND = NAMES[:2]
KINDS = 3


def beginners(view: View) -> Chapter:
    """The share of beginners among hires, without the years in which everybody looks like one."""
    view = replace(view, careers_since=careers_since(view))
    chapter = start(view, "beginners")
    settled = _settled(view)
    chapter.findings = _findings(settled)
    add(chapter, _by_year(settled))
    add(chapter, _by_kind(settled))
    add(chapter, groups(view, "entry_share_by_employer", _pooled(view), overall=""))
    missing(view, chapter, NAMES)
    chapter.cannot += _too_early(view)
    return chapter


def _settled(view: View) -> View:
    """The view without the first years of the records, in which most experience lies out of sight, and the last.

    A year still running has fewer hires than the base year, which would make an index of them look like a fall.
    """
    since = view.careers_since
    for name in (YEAR, KIND):
        figure = view.edition.figures.get(name)
        if figure is not None and figure.table.num_rows:
            view = view.with_table(name, _whole(figure.table, (since or -SETTLING_YEARS) + SETTLING_YEARS, view))
    return view


def _whole(table: pa.Table, first: int, view: View) -> pa.Table:
    """The rows of the years from the first that had gone by on the as-of date."""
    told = [int(y) >= first and choose.ended(y, view.edition.as_of) for y in table["year"].to_pylist()]
    return table.filter(pa.array(told, pa.bool_()))


def _comparable(view: View, rows: list[Row]) -> list[Row]:
    """The rows of years before which whole working lives had been in sight, so that shares can be compared."""
    since = view.careers_since
    return [r for r in rows if since is None or int(r["year"]) >= since + CAREER_YEARS]


def _last(view: View) -> Row | None:
    rows = [r for r in complete(view, YEAR, view.rows(YEAR)) if choose.firm(r, "share")] if view.rows(YEAR) else []
    return rows[-1] if rows else None


def _findings(view: View) -> list[str]:
    last = _last(view)
    if last is None:
        return []
    language = view.language
    now = language.say(
        "beginners.now",
        year=word_of("year", last["year"], language),
        value=brief(last, "share", language),
        hires=language.count(last.get("hires")) if last.get("hires") else language.count(last["n"]),
        interval=interval(last, "share", language, digits_of(last, "share")),
        count=last["n"],
    )
    return [" ".join([now, *_change(view), *_index(view, last), *_bias(view)]), *_kinds(view, last["year"])]


def _change(view: View) -> list[str]:
    rows = _comparable(view, view.rows(YEAR))
    return [trend(view, YEAR, rows) + "."] if len(rows) > 1 else []


def _bias(view: View, form: str = "") -> list[str]:
    """That the share is too high, and falls by itself, while the records are younger than a working life."""
    since = view.careers_since
    if since is None or since + CAREER_YEARS <= view.edition.as_of.year:
        return []
    return [view.language.say(f"beginners.startup{form}", year=str(since), years=view.language.count(CAREER_YEARS))]


def _pooled(view: View) -> list[str]:
    """That a share over all years holds the first ones too."""
    since = view.careers_since
    return [view.language.say("beginners.pooled", since=str(since))] if since is not None else []


def _too_early(view: View) -> list[str]:
    """The years of beginners that cannot be told, and why."""
    since, rows = view.careers_since, view.rows(YEAR)
    early = [str(r["year"]) for r in rows if since is not None and int(r["year"]) < since + SETTLING_YEARS]
    if not early:
        return []
    said = {"years": view.language.count(SETTLING_YEARS), "since": str(since)}
    return [view.language.say("beginners.too_early", span=view.language.span(min(early), max(early)), **said)]


def _index(view: View, row: Row) -> list[str]:
    """The hires of beginners against the base year, where the edition holds it and saw careers by then."""
    base = view.edition.options.get("base_year")
    since = view.careers_since
    unseen = any(row.get(c) is None for c in ("index", "index_low", "index_high"))
    if unseen or base is None or (since is not None and int(base) < since + SETTLING_YEARS):
        return []
    language = view.language
    key = "index_up" if row["index_low"] > 1 else "index_down" if row["index_high"] < 1 else "index_flat"
    return [
        language.say(
            f"beginners.{key}",
            base=str(base),
            year=str(row["year"]),
            index=language.number(row["index"], 2),
            interval=_index_span(view, row),
            change=language.percent(abs(row["index"] - 1), 0),
        )
    ]


def _index_span(view: View, row: Row) -> str:
    low, high = (view.language.number(row[c], 2) for c in ("index_low", "index_high"))
    return view.language.say("number.range", low=low, high=high)


def _kinds(view: View, year: object) -> list[str]:
    """The kinds of employer whose hires of beginners differ from the base year beyond their interval."""
    language, base = view.language, view.edition.options.get("base_year")
    rows = [r for r in view.rows(KIND, order="-n") if r["year"] == year and choose.firm(r, "share")]
    known = [r for r in rows if r["kind"] not in (None, "unknown") and _index(view, r)]
    changed = [r for r in known if r["index_low"] > 1 or r["index_high"] < 1]
    values = [
        language.say(
            "beginners.kind",
            kind=name_of(r, language, "kind"),
            index=language.number(r["index"], 2),
            interval=_index_span(view, r),
            share=stated(r, "share", language),
        )
        for r in changed[:KINDS]
    ]
    return (
        [language.say("beginners.by_kind", base=str(base), year=str(year), kinds=language.chain(values))]
        if values
        else []
    )


def _by_year(view: View) -> Block | None:
    rows = view.rows(YEAR)
    last = _last(view)
    if not rows or last is None:
        return None
    language, comparable = view.language, _comparable(view, rows)
    notes = [language.say("beginners.note"), *_index(view, last), *_bias(view, "_short")]
    if len(comparable) > 1:
        return block(view, YEAR, trend(view, YEAR, comparable), [*behind_trend(view, YEAR, comparable), *notes])
    year = word_of("year", last["year"], language)
    title = language.say("beginners.title", year=year, value=brief(last, "share", language))
    told = language.say("behind.value", label=label_of(last, language), value=stated(last, "share", language))
    return block(view, YEAR, title, [f"{told}.", *notes])


def _by_kind(view: View) -> Block | None:
    rows = view.rows(KIND)
    if not rows:
        return None
    year = complete(view, KIND, rows)[-1]["year"]
    newest = [r for r in rows if r["year"] == year]
    notes = [*behind(view, KIND, newest), view.language.say("beginners.kinds_note"), *_bias(view, "_short")]
    return block(view, KIND, spread(view, KIND, newest), notes)
