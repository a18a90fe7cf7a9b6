"""Where those who leave go, within the chapter on who keeps people."""

from __future__ import annotations

from mercato.report import rows as choose
from mercato.report.chapters.block import ROWS, Block, View, block
from mercato.report.chapters.period import years
from mercato.report.charts import PANELS, largest
from mercato.report.language import Name
from mercato.report.rows import Row
from mercato.report.wording import brief, stated, word_of

NAMES = ["destinations_overall", "destinations_by_employer"]
_NOT_PLACES = ("none seen", "elsewhere", "unknown", None)
_MARKS = (12, 24, 36, 48, 60)


def overall(view: View) -> Block | None:
    """Everyone's destinations, its finding the share of one with enough people, beside those still there."""
    name = "destinations_overall"
    figure = view.figure(name)
    if figure is None:
        return None
    language, places = view.language, _places(view.rows(name, order="-estimate"))
    title, notes = view.title(name), _notes(view)
    if places:
        first = places[0]
        rivals = [row for row in places[1:] if row["high"] >= first["low"]]
        after = language.after(choose.horizon(figure.table) or 0)
        told = {
            "after": after,
            "place": Name(word_of("destination_kind", first["destination_kind"], language)),
            "span": years(view, name),
        }
        title = language.say(
            "destinations.overall",
            share=brief(first, "share", language),
            staying=language.percent(first["staying"], 0),
            **told,
        )
        key = "destinations.tied" if rivals else "destinations.largest"
        counted = {"count": len(rivals)} if rivals else {}
        notes.insert(0, language.say(key, stated=stated(first, "share", language), **counted, **told))
    rows = choose.listed(choose.select(figure.table, within={"months": _MARKS}, order="months"))
    return block(view, name, title, notes, rows=rows[:ROWS])


def by_employer(view: View) -> Block | None:
    """Destinations of the largest employers, a panel for each."""
    name = "destinations_by_employer"
    figure = view.figure(name)
    if figure is None:
        return None
    names = largest(figure, "employer", PANELS)
    months = choose.horizon(figure.table) or 0
    wanted = {"employer": names, "months": (months,)}
    rows = choose.listed(choose.select(figure.table, within=wanted, order="employer"))
    clean = [choose.clean(n) for n in names]
    rows.sort(key=lambda row: (clean.index(row["employer"]), -row["estimate"]))
    return block(view, name, view.title(name), _notes(view), rows=rows[:ROWS])


def _places(rows: list[Row]) -> list[Row]:
    """The destinations that are kinds of employers and have enough people, as the rows are ordered."""
    return [row for row in rows if row["destination_kind"] not in _NOT_PLACES and choose.firm(row, "share")]


def _notes(view: View) -> list[str]:
    return [view.language.say("destinations.note"), view.language.say("destinations.unseen")]
