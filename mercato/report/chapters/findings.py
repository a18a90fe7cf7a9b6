"""Sentences that a figure can bear: differences are stated only where intervals do not overlap."""

from __future__ import annotations

import math
from statistics import NormalDist

from mercato.report import rows as choose
from mercato.report.chapters.block import View
from mercato.report.chapters.period import begun, first_seen, in_title
from mercato.report.rows import Row
from mercato.report.wording import UNKNOWN, brief, label_of, name_of, stated, word_of

SPAN = 10
LIKELY_BY_CHANCE = 0.05
_NEARLY_ANYWHERE = 0.1


def what(view: View, name: str, when: str = "") -> str:
    """What a figure measures, as the subject of a sentence, with its tenure and its period in words."""
    figure = view.edition.figures[name]
    months = choose.horizon(figure.table) or next(iter(view.edition.options.get("months", ())), 24)
    after = view.language.after(int(months))
    period = in_title(view, name)
    if view.language.has(f"what.{name}"):
        return view.language.say(f"what.{name}", after=after, when=when, period=period)
    return view.title(name) + period


def extremes(rows: list[Row], kind: str = "share") -> tuple[Row, Row] | None:
    """The rows of the highest and the lowest estimate that are firm, or None where fewer than two can be compared."""
    told = [r for r in rows if choose.firm(r, kind)]
    if len(told) < 2:
        return None
    top = max(told, key=lambda r: (r["estimate"], r["n"] or 0))
    bottom = min(told, key=lambda r: (r["estimate"], -(r["n"] or 0)))
    return top, bottom


def spread(view: View, name: str, rows: list[Row]) -> str:
    """How far a figure ranges between groups: an order where the intervals allow one, else that they do not.

    Only groups with enough people are named, and the more are compared the wider their intervals are taken.
    """
    figure = view.edition.figures[name]
    language, kind, time = view.language, choose.kind_of(figure), choose.period_of(figure)
    subject = what(view, name, word_of(time, rows[0][time], language) if time else "")
    told = [r for r in _without(_known(rows), time) if choose.firm(r, kind)]
    if not told:
        return language.say("compare.few", what=subject.rstrip(","), **_floor(view))
    ends = extremes(told, kind)
    if ends is None:
        only = told[0]
        return language.say(
            "compare.single", what=subject.rstrip(","), value=brief(only, kind, language), only=name_of(only, language)
        )
    top, bottom = named(told, kind) or ends
    return language.say(
        f"compare.{_comparison(view, told, ends, kind)}",
        what=subject,
        high=brief(top, kind, language, bottom),
        low=brief(bottom, kind, language, top),
        top=name_of(top, language),
        bottom=name_of(bottom, language),
    )


def _comparison(view: View, told: list[Row], ends: tuple[Row, Row], kind: str) -> str:
    if brief(ends[0], kind, view.language) == brief(ends[1], kind, view.language):
        return "same"
    if choose.apart(*ends, len(told), kind):
        return "apart"
    if choose.surest(told, kind):
        return "sure"
    return "chance" if choose.apart(*ends) else "alike"


def named(told: list[Row], kind: str) -> tuple[Row, Row] | None:
    """The rows that a sentence names: the highest and the lowest, or the surest pair where these are not apart."""
    ends = extremes(told, kind)
    if ends is None or choose.apart(*ends, len(told), kind):
        return ends
    return choose.surest(told, kind) or ends


def behind(view: View, name: str, rows: list[Row]) -> list[str]:
    """The numbers behind ``spread``: the highest and the lowest with interval and n, and who is left unnamed."""
    figure = view.edition.figures[name]
    language, kind, time = view.language, choose.kind_of(figure), choose.period_of(figure)
    known = _without(_known(rows), time)
    told = [r for r in known if choose.firm(r, kind)]
    ends = named(told, kind) or tuple(told[:1])
    values = [
        language.say("behind.value", label=label_of(r, language), value=stated(r, kind, language)) for r in ends[::-1]
    ]
    said = [f"{language.chain(values)}."] if values else []
    if 0 < len(told) < len(known):
        said.append(language.say("behind.floor", count=len(told), all=language.count(len(known)), **_floor(view)))
    return said


def _floor(view: View) -> dict[str, str]:
    return {"people": view.language.count(choose.FEWEST), "points": view.language.count(100 * choose.WIDEST)}


def _without(rows: list[Row], time: str) -> list[Row]:
    return [{k: v for k, v in row.items() if k != time} for row in rows]


def complete(view: View, name: str, rows: list[Row]) -> list[Row]:
    """The rows of periods wholly in the records, in order of time; all, where none was.

    A period is left out that was still running on the as-of date, or during which the records began.
    """
    time = choose.period_of(view.edition.figures[name])
    told = sorted((r for r in rows if r["estimate"] is not None), key=lambda r: str(r[time]))
    over = [r for r in told if time == "cohort" or choose.ended(r[time], view.edition.as_of)]
    first = first_seen(view)
    return [r for r in over if begun(r[time], first)] or over or told


def _known(rows: list[Row]) -> list[Row]:
    """The rows whose kind, occupation or level is known, for a sentence; all, where none is."""
    columns = ("kind", "family", "level")
    return [r for r in rows if not any(c in r and r[c] in UNKNOWN for c in columns)] or rows


def _trimmed(rows: list[Row]) -> list[Row]:
    """The rows without those of 0 at either end, where records begin or stop and nothing could be seen."""
    seen = [i for i, row in enumerate(rows) if row["estimate"]]
    return rows[seen[0] : seen[-1] + 1] if seen else rows


def ends_of_trend(view: View, name: str, rows: list[Row]) -> tuple[Row, Row] | None:
    """The first and the last of the last ten whole periods with enough people; None where there are not two."""
    kind = choose.kind_of(view.edition.figures[name])
    firm = [r for r in complete(view, name, rows) if kind == "count" or choose.firm(r, kind)]
    told = _trimmed(firm)[-SPAN - 1 :]
    return (told[0], told[-1]) if len(told) > 1 else None


def trend(view: View, name: str, rows: list[Row]) -> str:
    """How a figure changed over its last ten whole periods, with a direction only where the intervals bear one."""
    figure = view.edition.figures[name]
    language, kind, time = view.language, choose.kind_of(figure), choose.period_of(figure)
    subject = what(view, name)
    ends = ends_of_trend(view, name, rows)
    if ends is None:
        return language.say("compare.no_trend", what=subject.rstrip(","))
    first, last = ends
    return language.say(
        f"compare.{_direction(first, last, kind)}",
        what=subject,
        first=brief(first, kind, language, last),
        last=brief(last, kind, language, first),
        start=word_of(time, first[time], language),
        end=word_of(time, last[time], language),
    )


def _direction(first: Row, last: Row, kind: str) -> str:
    if kind == "count" and first.get("low") is None:
        return "count_change"
    if not choose.apart(first, last):
        return "flat"
    return "up" if last["estimate"] > first["estimate"] else "down"


def behind_trend(view: View, name: str, rows: list[Row]) -> list[str]:
    """The numbers behind ``trend``, each with its interval and n."""
    figure = view.edition.figures[name]
    ends = ends_of_trend(view, name, rows)
    kind, time, language = choose.kind_of(figure), choose.period_of(figure), view.language
    values = [
        language.say("behind.value", label=word_of(time, r[time], language), value=stated(r, kind, language))
        for r in ends or ()
    ]
    return [f"{language.chain(values)}."] if values else []


def stands(view: View, name: str, rows: list[Row]) -> list[str]:
    """Between which places each of these rows stands, in a sentence; nothing of rows that may stand nearly anywhere."""
    language, count = view.language, choose.placed(view.edition.figures[name])
    said = []
    for row in rows:
        best, worst = row.get("rank_low"), row.get("rank_high")
        if best is not None and worst is not None and is_told(row, count):
            ends = {"low": language.ordinal(best), "high": language.ordinal(worst)}
            key = "rank.sole" if best == worst else "rank.between"
            said.append(language.say(key, name=label_of(row, language), all=language.count(count), **ends))
    return said


def is_told(row: Row, count: int) -> bool:
    """Whether the places of a row leave out a tenth of all, so that they say something."""
    return count > 1 and row["rank_high"] - row["rank_low"] + 1 <= (1 - _NEARLY_ANYWHERE) * count


def unranked(view: View, name: str, rows: list[Row]) -> str:
    """The sentence that employers cannot be put in order, where that is so; else an empty text."""
    if not rows:
        return ""
    kind = choose.kind_of(view.edition.figures[name])
    told = [r for r in rows if choose.firm(r, kind)]
    ends = extremes(told, kind)
    if ends is None:
        return "" if told else view.language.say("cannot.few", title=view.title(name), **_floor(view))
    if ends[0]["estimate"] == ends[1]["estimate"] or choose.surest(told, kind):
        return ""
    top, bottom = (name_of(r, view.language) for r in ends)
    return view.language.say("cannot.alike", title=view.title(name), top=top, bottom=bottom)


def chance_of(count: int) -> int:
    """How many of so many intervals leave out the truth by chance alone."""
    return round(LIKELY_BY_CHANCE * count)


def change_between(last: float, before: float) -> Row:
    """The relative change from one count to another with its 95% interval, both taken as Poisson."""
    ratio, error = last / before, math.sqrt(1 / last + 1 / before) * NormalDist().inv_cdf(0.975)
    return {"estimate": ratio - 1, "low": ratio * math.exp(-error) - 1, "high": ratio * math.exp(error) - 1}
