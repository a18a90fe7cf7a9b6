"""Sentences that a figure can bear: differences are stated only where intervals do not overlap."""

from __future__ import annotations

from mercato.report import rows as choose
from mercato.report.chapters.block import View
from mercato.report.rows import Row
from mercato.report.wording import UNKNOWN, brief, name_of, word_of

SPAN = 10


def what(view: View, name: str, when: str = "") -> str:
    """What a figure measures, as the subject of a sentence, with its tenure and its period in words."""
    figure = view.edition.figures[name]
    months = choose.horizon(figure.table) or next(iter(view.edition.options.get("months", ())), 24)
    after = view.language.after(int(months))
    if view.language.has(f"what.{name}"):
        return view.language.say(f"what.{name}", after=after, when=when)
    return view.title(name)


def extremes(rows: list[Row]) -> tuple[Row, Row] | None:
    """The rows of the highest and the lowest estimate, or None where fewer than two can be compared."""
    told = [r for r in rows if r["estimate"] is not None]
    if len(told) < 2:
        return None
    top = max(told, key=lambda r: (r["estimate"], r["n"] or 0))
    bottom = min(told, key=lambda r: (r["estimate"], -(r["n"] or 0)))
    return top, bottom


def spread(view: View, name: str, rows: list[Row]) -> str:
    """How far a figure ranges between groups: an order where the intervals allow one, else that they do not."""
    figure = view.edition.figures[name]
    language, kind, time = view.language, choose.kind_of(figure), choose.period_of(figure)
    subject = what(view, name, word_of(time, rows[0][time], language) if time else "")
    rows = [{k: v for k, v in row.items() if k != time} for row in _known(rows)]
    ends = extremes(rows)
    if ends is None:
        only = rows[0]
        return language.say(
            "compare.single", what=subject.rstrip(","), value=brief(only, kind, language), only=name_of(only, language)
        )
    top, bottom = ends
    key = "compare.apart" if choose.apart(top, bottom) else "compare.alike"
    if brief(top, kind, language) == brief(bottom, kind, language):
        key = "compare.same"
    return language.say(
        key,
        what=subject,
        high=brief(top, kind, language),
        low=brief(bottom, kind, language),
        top=name_of(top, language),
        bottom=name_of(bottom, language),
    )


def complete(view: View, name: str, rows: list[Row]) -> list[Row]:
    """The rows of periods that had wholly gone by on the as-of date, in order of time; all, where none had."""
    time = choose.period_of(view.edition.figures[name])
    told = sorted((r for r in rows if r["estimate"] is not None), key=lambda r: str(r[time]))
    return [r for r in told if time == "cohort" or choose.ended(r[time], view.edition.as_of)] or told


def _known(rows: list[Row]) -> list[Row]:
    """The rows whose kind, occupation or level is known, for a sentence; all, where none is."""
    columns = ("kind", "family", "level")
    return [r for r in rows if not any(c in r and r[c] in UNKNOWN for c in columns)] or rows


def _trimmed(rows: list[Row]) -> list[Row]:
    """The rows without those of 0 at either end, where records begin or stop and nothing could be seen."""
    seen = [i for i, row in enumerate(rows) if row["estimate"]]
    return rows[seen[0] : seen[-1] + 1] if seen else rows


def trend(view: View, name: str, rows: list[Row]) -> str:
    """How a figure changed over its last ten periods, with a direction only where the intervals bear one."""
    figure = view.edition.figures[name]
    language, kind, time = view.language, choose.kind_of(figure), choose.period_of(figure)
    told = _trimmed(complete(view, name, rows))[-SPAN - 1 :]
    subject = what(view, name)
    if len(told) < 2:
        only = told[0]
        return language.say(
            "compare.single",
            what=subject.rstrip(","),
            value=brief(only, kind, language),
            only=word_of(time, only[time], language),
        )
    first, last = told[0], told[-1]
    if kind == "count":
        key = "compare.count_change"
    elif not choose.apart(first, last):
        key = "compare.flat"
    else:
        key = "compare.up" if last["estimate"] > first["estimate"] else "compare.down"
    return language.say(
        key,
        what=subject,
        first=brief(first, kind, language),
        last=brief(last, kind, language),
        start=word_of(time, first[time], language),
        end=word_of(time, last[time], language),
    )


def unranked(view: View, name: str, rows: list[Row]) -> str:
    """The sentence that employers cannot be put in order, where that is so; else an empty text."""
    ends = extremes(rows)
    if ends is None or ends[0]["estimate"] == ends[1]["estimate"] or choose.apart(*ends):
        return ""
    top, bottom = (name_of(r, view.language) for r in ends)
    return view.language.say("cannot.alike", title=view.title(name), top=top, bottom=bottom)
