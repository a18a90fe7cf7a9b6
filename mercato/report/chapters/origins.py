"""Where new hires come from."""

from __future__ import annotations

from mercato.report.chapters.block import (
    Block,
    Chapter,
    View,
    add,
    block,
    missing,
    start,
)
from mercato.report.charts import largest
from mercato.report.language import Name
from mercato.report.rows import Row
from mercato.report.wording import brief, name_of, stated, word_of

NAMES = ["origins_overall", "origins_by_kind", "origins_by_employer"]
_NOT_PLACES = {"first job", "unknown", "None"}


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


def _split(view: View) -> tuple[Row | None, Row | None]:
    """The largest origin that is an employer or a kind, and the row of first jobs."""
    rows = view.rows("origins_overall", order="-estimate", limit=60)
    places = [r for r in rows if _place(r) not in _NOT_PLACES and r[_column(r)] is not None]
    first = next((r for r in rows if _place(r) == "first job"), None)
    return (places[0] if places else None), first


def _name(view: View, row: Row) -> Name:
    return Name(word_of(_column(row), row[_column(row)], view.language))


def _findings(view: View) -> list[str]:
    top, first = _split(view)
    language = view.language
    said = []
    if top is not None:
        said.append(language.say("origins.summary", share=stated(top, "share", language), origin=_name(view, top)))
    if first is not None:
        said.append(language.say("origins.summary_first", first=stated(first, "share", language)))
    return [" ".join(said)] if said else []


def _overall(view: View) -> Block | None:
    top, first = _split(view)
    language = view.language
    if top is None:
        title = view.title("origins_overall")
    elif first is None:
        title = language.say("origins.overall", origin=_name(view, top), share=brief(top, "share", language))
    else:
        title = language.say(
            "origins.overall_first",
            origin=_name(view, top),
            share=brief(top, "share", language),
            first=brief(first, "share", language),
        )
    return block(view, "origins_overall", title, [language.say("origins.note")])


def _panels(view: View, name: str, group: str) -> Block | None:
    """A panel per employer or kind of employer that hires; its finding the largest origin of the largest one."""
    figure = view.figure(name)
    if figure is None:
        return None
    language = view.language
    largest_ = largest(figure, group, 6)
    rows = view.rows(name, within={group: largest_}, order="-estimate", limit=400)
    places = [r for r in rows if _place(r) not in _NOT_PLACES and r[group] not in (None, "unknown")]
    title = language.say(f"origins.by_{group}")
    if places:
        title = language.say(
            f"origins.by_{group}_finding",
            share=brief(places[0], "share", language),
            employer=name_of(places[0], language, group),
            origin=_name(view, places[0]),
        )
    notes = [language.say("origins.note")]
    if group == "employer":
        notes.insert(0, language.say("origins.panels_note"))
    return block(view, name, title, notes)
