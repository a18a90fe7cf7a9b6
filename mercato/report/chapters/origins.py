"""Where new hires come from."""

from __future__ import annotations

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
from mercato.report.chapters.period import in_title, sighted, years
from mercato.report.charts import largest
from mercato.report.language import Name
from mercato.report.rows import Row
from mercato.report.wording import brief, digits_of, interval, name_of, stated, word_of

NAMES = ["origins_overall", "origins_by_kind", "origins_by_employer"]
_NOT_PLACES = {"first job", "unknown", "unknown kind", "None"}


def origins(view: View) -> Chapter:
    chapter = start(view, "origins")
    chapter.findings = _findings(view)
    add(chapter, _overall(view))
    add(chapter, _panels(view, "origins_by_kind", "kind"))
    add(chapter, _panels(view, "origins_by_employer", "employer"))
    missing(view, chapter, NAMES)
    return chapter


def _column(row: Row) -> str:
    return "origin" if "origin" in row else "origin_kind"


def _place(row: Row) -> str:
    return str(row[_column(row)])


def _split(view: View) -> tuple[Row | None, dict[str, Row]]:
    """The largest origin that is an employer or a kind, and the rows of the origins that are neither."""
    rows = [r for r in view.rows("origins_overall", order="-estimate") if choose.firm(r, "share")]
    places = [r for r in rows if _place(r) not in _NOT_PLACES and r[_column(r)] is not None]
    return (places[0] if places else None), {_place(r): r for r in rows if _place(r) in _NOT_PLACES}


def _name(view: View, row: Row) -> Name:
    return Name(word_of(_column(row), row[_column(row)], view.language))


def _findings(view: View) -> list[str]:
    """The largest origin with its interval and n, then first jobs and what is not known of origins."""
    top, others = _split(view)
    language = view.language
    said = []
    if top is not None:
        said.append(
            language.say(
                "origins.summary_sighted" if sighted(view) else "origins.summary",
                hires=language.count(top.get("hires")),
                share=_of_hires(view, top),
                origin=_name(view, top),
                span=years(view, "origins_overall"),
            )
        )
    for place, key in (("first job", "first"), ("unknown kind", "unknown_kind"), ("unknown", "unseen")):
        if place in others:
            said.append(language.say(f"origins.summary_{key}", share=_of_hires(view, others[place])))
    return [" ".join(said)] if said else []


def _of_hires(view: View, row: Row) -> str:
    """A share of hires with its interval, and the hires and people that it is."""
    language, digits = view.language, digits_of(row, "share")
    if row.get("from_origin") is None:
        return stated(row, "share", language)
    return language.say(
        "origins.stated_sighted" if sighted(view) else "origins.stated",
        value=brief(row, "share", language),
        interval=interval(row, "share", language, digits),
        hires=language.count(row["from_origin"]),
        count=row["n"],
    )


def _overall(view: View) -> Block | None:
    top, others = _split(view)
    language, name = view.language, "origins_overall"
    if top is None:
        return block(view, name, view.title(name), [_note(view)])
    told = {"origin": _name(view, top), "share": brief(top, "share", language), "period": in_title(view, name)}
    title = language.say("origins.overall_sighted" if sighted(view) else "origins.overall", **told)
    if "first job" in others:
        title = language.say("origins.overall_first", first=brief(others["first job"], "share", language), **told)
    return block(view, name, title, [_note(view)])


def _note(view: View) -> str:
    return view.language.say("origins.note_sighted" if sighted(view) else "origins.note")


def _panels(view: View, name: str, group: str) -> Block | None:
    """A panel per employer or kind of employer that hires; its finding the largest share with enough people."""
    figure = view.figure(name)
    if figure is None:
        return None
    language = view.language
    largest_ = largest(figure, group, 6)
    rows = view.rows(name, within={group: largest_}, order="-estimate")
    places = [
        r
        for r in rows
        if _place(r) not in {*_NOT_PLACES, r.get("employer")}
        and r[group] not in (None, "unknown")
        and choose.firm(r, "share")
    ]
    title, notes = language.say(f"origins.by_{group}"), [_note(view)]
    if places:
        first = places[0]
        title = language.say(
            f"origins.by_{group}_finding",
            share=brief(first, "share", language),
            employer=name_of(first, language, group),
            origin=_name(view, first),
            period=in_title(view, name),
        )
        notes.insert(0, language.say("origins.largest", share=_of_hires(view, first), count=len(largest_)))
    if group == "employer":
        notes.insert(0, language.say("origins.panels_note"))
    return block(view, name, title, notes)
