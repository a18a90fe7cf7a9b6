"""The tempo of the market."""

from __future__ import annotations

import datetime as dt

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
from mercato.report.chapters.findings import change_between, complete
from mercato.report.chapters.keep import over_time
from mercato.report.chapters.period import begun, first_seen, sighted
from mercato.report.charts import POINTS, is_seasonal
from mercato.report.rows import Row
from mercato.report.wording import stated, word_of

NAMES = [
    "hires_by_month", "separations_by_month", "headcount_by_month", "turnover_by_year", "flows_by_year", "gap_by_year",
    "headcount_by_employer",
]  # fmt: skip


def tempo(view: View) -> Chapter:
    chapter = start(view, "tempo")
    drawn = [name for name in NAMES[:3] if _drawable(view, name)]
    titles = {name: _monthly_title(view, name) for name in drawn}
    if not sighted(view):
        findings = [*(_monthly_finding(view, name) for name in drawn), _turnover_finding(view)]
        chapter.findings = [f for f in findings if f]
    for name, title in titles.items():
        note = view.language.say("tempo.headcount_note" if name.startswith("headcount") else "tempo.monthly_note")
        add(chapter, _monthly(view, name, title, note))
    for name in NAMES[3:5]:
        note = view.language.say(f"tempo.{name.removesuffix('_by_year')}_note")
        add(chapter, _yearly(view, name, [note, *_recent(view, name, "year")]))
    add(chapter, _gaps(view))
    employers = [view.language.say("block.six"), *_coverage(view)]
    add(chapter, block(view, "headcount_by_employer", view.title("headcount_by_employer"), employers))
    transfers = view.language.say("tempo.transfers_note")
    add(chapter, block(view, "transfers_by_year", view.title("transfers_by_year"), [transfers]))
    missing(view, chapter, NAMES)
    sparse = [name for name in NAMES[:3] if view.figure(name) and name not in titles]
    chapter.cannot += [view.language.say("cannot.months", title=view.title(name)) for name in sparse]
    return chapter


def _coverage(view: View) -> list[str]:
    """That counts of people who are only sighted follow what the sources hold."""
    return [view.language.say("tempo.sighted_note")] if sighted(view) else []


def _yearly(view: View, name: str, notes: list[str]) -> Block | None:
    """A line over the years, its finding their change; none is told of people who are only sighted."""
    if not sighted(view):
        return over_time(view, name, notes)
    return block(view, name, view.title(name), [*notes, *_coverage(view)]) if view.rows(name) else None


def _turnover_finding(view: View) -> str:
    """Separations against headcount in the last whole year, with interval and n."""
    name, language = "turnover_by_year", view.language
    rows = [r for r in complete(view, name, view.rows(name)) if choose.firm(r, "share")] if view.rows(name) else []
    if not rows:
        return ""
    last = rows[-1]
    told = {"hires": language.none, "separations": language.none}
    told |= {k: language.count(last[k]) for k in told if last.get(k) is not None}
    year = word_of("year", last["year"], language)
    return language.say("tempo.turnover_summary", year=year, share=stated(last, "share", language), **told)


def _drawable(view: View, name: str) -> bool:
    """Whether at least half of the months drawn can be shown, so that a line means something."""
    figure = view.figure(name)
    if figure is None:
        return False
    drawn = figure.table.sort_by("month").slice(max(0, figure.table.num_rows - POINTS))
    return bool(2 * choose.select(drawn).num_rows >= drawn.num_rows)


def _gaps(view: View) -> Block | None:
    """Changes of employer by the gap between the two jobs; its finding their shares in the last whole year."""
    name, language = "gap_by_year", view.language
    rows = view.rows(name)
    if not rows:
        return None
    year = complete(view, name, rows)[-1]["year"]
    newest = {r["gap"]: r for r in rows if r["year"] == year}
    title, notes = view.title(name), [language.say("tempo.gap_note"), *_coverage(view)]
    total = sum(r["estimate"] for r in newest.values())
    if set(newest) == {"direct", "brief", "long"} and total >= choose.FEWEST:
        shares = {gap: language.percent(r["estimate"] / total, 0) for gap, r in newest.items()}
        title = language.say("tempo.gap", year=year, all=language.count(total), **shares)
        values = [
            language.say("behind.value", label=word_of("gap", gap, language), value=stated(r, "count", language))
            for gap, r in newest.items()
        ]
        notes.insert(0, f"{language.chain(values)}.")
    return block(view, name, title, notes)


def _recent(view: View, name: str, time: str) -> list[str]:
    figure = view.edition.figures.get(name)
    if figure is None or pc.count_distinct(figure.table[time]).as_py() <= POINTS:
        return []
    return [view.language.say("tempo.recent", count=view.language.count(POINTS))]


def _newest(view: View, name: str) -> Row | None:
    """The last whole month that can be shown."""
    rows = complete(view, name, view.rows(name)) if view.figure(name) else []
    return rows[-1] if rows else None


def _monthly_title(view: View, name: str) -> str:
    """The last twelve months; the number there for a headcount."""
    last, language, stem = _newest(view, name), view.language, name.removesuffix("_by_month")
    if last is None or sighted(view):
        return view.title(name) if last else ""
    end = word_of("month", last["month"], language)
    if stem == "headcount":
        return language.say("tempo.headcount", last=language.count(last["estimate"]), date=_first_of(view, last))
    if last.get("sum_12") is None:
        return view.title(name)
    return language.say(f"tempo.{stem}", last=language.count(last["sum_12"]), end=end)


def _first_of(view: View, row: Row) -> str:
    year, month = (int(part) for part in str(row["month"]).split("-"))
    return view.language.date(dt.date(year, month, 1))


def _monthly_finding(view: View, name: str) -> str:
    """The last twelve months and their change against the twelve before, with the interval of the change."""
    last, language, stem = _newest(view, name), view.language, name.removesuffix("_by_month")
    if last is None:
        return ""
    if stem == "headcount":
        if not choose.firm(last, "count"):
            return ""
        return language.say("tempo.headcount_summary", count=last["estimate"], date=_first_of(view, last))
    if last.get("sum_12") is None or last["sum_12"] < choose.FEWEST:
        return ""
    told = {"last": language.count(last["sum_12"]), "end": word_of("month", last["month"], language)}
    before = _year_before(view, name, last)
    if not before:
        return language.say(f"tempo.{stem}", **told) + "."
    change = change_between(last["sum_12"], before)
    unsure = change["low"] <= 0 <= change["high"]
    low, high = (_signed_percent(view, change[c]) for c in ("low", "high"))
    return language.say(
        f"tempo.{stem}_{'flat' if unsure else 'change'}",
        before=language.count(before),
        change=_signed_percent(view, change["estimate"]),
        interval=language.say("number.range", low=low, high=high),
        **told,
    )


def _signed_percent(view: View, value: float) -> str:
    digits = 0 if abs(value) >= 0.1 else 1 if abs(value) >= 0.001 else 2
    return ("+" if value > 0 else "") + view.language.percent(value, digits)


def _year_before(view: View, name: str, last: Row) -> float | None:
    """The sum of the twelve months before, where the records had begun by then."""
    year, _, month = str(last["month"]).partition("-")
    wanted = f"{int(year) - 1}-{month}"
    first = f"{int(year) - 2}-{month}"
    if not begun(first, first_seen(view)):
        return None
    return next((r.get("sum_12") for r in view.rows(name) if str(r["month"]) == wanted), None)


def _monthly(view: View, name: str, title: str, note: str) -> Block | None:
    if not title:
        return None
    by_one = is_seasonal(view.edition.figures[name])
    notes = [view.language.say("tempo.seasonal_note") if by_one else note, *_coverage(view)]
    recent = [] if by_one else _recent(view, name, "month")
    return block(view, name, title, [*notes, view.language.say("tempo.edge"), *recent])
