"""The tempo of the market."""

from __future__ import annotations

import pyarrow.compute as pc

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
from mercato.report.chapters.findings import complete
from mercato.report.chapters.keep import over_time
from mercato.report.charts import POINTS
from mercato.report.rows import Row
from mercato.report.wording import amount, word_of

NAMES = [
    "hires_by_month", "separations_by_month", "headcount_by_month", "turnover_by_year", "flows_by_year", "gap_by_year",
    "headcount_by_employer",
]  # fmt: skip


def tempo(view: View) -> Chapter:
    chapter = start(view, "tempo")
    titles = {name: _monthly_title(view, name) for name in NAMES[:3] if _drawable(view, name)}
    chapter.findings = [f"{t}." for t in titles.values() if t]
    for name, title in titles.items():
        note = view.language.say("tempo.headcount_note" if name.startswith("headcount") else "tempo.monthly_note")
        add(chapter, _monthly(view, name, title, note))
    for name in NAMES[3:5]:
        key = name.removesuffix("_by_year")
        add(chapter, over_time(view, name, [view.language.say(f"tempo.{key}_note"), *_recent(view, name, "year")]))
    add(chapter, _gaps(view))
    add(
        chapter,
        block(view, "headcount_by_employer", view.title("headcount_by_employer"), [view.language.say("block.six")]),
    )
    transfers = view.language.say("tempo.transfers_note")
    add(chapter, block(view, "transfers_by_year", view.title("transfers_by_year"), [transfers]))
    missing(view, chapter, NAMES)
    sparse = [name for name in NAMES[:3] if view.figure(name) and name not in titles]
    chapter.cannot += [view.language.say("cannot.months", title=view.title(name)) for name in sparse]
    return chapter


def _drawable(view: View, name: str) -> bool:
    """Whether at least half of the months drawn can be shown, so that a line means something."""
    figure = view.figure(name)
    if figure is None:
        return False
    drawn = figure.table.sort_by("month").slice(max(0, figure.table.num_rows - POINTS))
    return bool(2 * choose.select(drawn).num_rows >= drawn.num_rows)


def _gaps(view: View) -> Block | None:
    """Changes of employer by the gap between the two jobs; its finding their shares in the last whole year."""
    rows = view.rows("gap_by_year")
    if not rows:
        return None
    language = view.language
    year = complete(view, "gap_by_year", rows)[-1]["year"]
    counts = {r["gap"]: r["estimate"] for r in rows if r["year"] == year}
    title = view.title("gap_by_year")
    if set(counts) == {"direct", "brief", "long"}:
        total = sum(counts.values())
        shares = {gap: language.percent(count / total, 0) for gap, count in counts.items()}
        title = language.say("tempo.gap", year=year, **shares)
    return block(view, "gap_by_year", title, [language.say("tempo.gap_note")])


def _recent(view: View, name: str, time: str) -> list[str]:
    figure = view.edition.figures.get(name)
    if figure is None or pc.count_distinct(figure.table[time]).as_py() <= POINTS:
        return []
    return [view.language.say("tempo.recent", count=view.language.count(POINTS))]


def _monthly_title(view: View, name: str) -> str:
    """The last twelve months, and their change against the twelve before where both are told."""
    rows = complete(view, name, view.rows(name)) if view.figure(name) else []
    if not rows:
        return ""
    language, last, stem = view.language, rows[-1], name.removesuffix("_by_month")
    end = word_of("month", last["month"], language)
    if stem == "headcount" or last.get("sum_12") is None:
        key = "headcount" if stem == "headcount" else "month"
        value = amount(last["estimate"], "count", language)
        return language.say(f"tempo.{key}", last=value, end=end, what=view.title(name))
    told = {"last": language.count(last["sum_12"]), "end": end}
    before = _year_before(rows, last)
    if not before:
        return language.say(f"tempo.{stem}", **told)
    change = last["sum_12"] / before - 1
    sign = "+" if change > 0 else ""
    return language.say(f"tempo.{stem}_change", change=sign + language.percent(change, 0), **told)


def _year_before(rows: list[Row], last: Row) -> float | None:
    year, _, month = str(last["month"]).partition("-")
    wanted = f"{int(year) - 1}-{month}"
    return next((r.get("sum_12") for r in rows if str(r["month"]) == wanted), None)


def _monthly(view: View, name: str, title: str, note: str) -> Block | None:
    if not title:
        return None
    return block(view, name, title, [note, view.language.say("tempo.edge"), *_recent(view, name, "month")])
