"""Who hires beginners."""

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
from mercato.report.chapters.findings import complete, spread, trend
from mercato.report.chapters.keep import groups, over_time
from mercato.report.rows import Row
from mercato.report.wording import stated, word_of

NAMES = ["entry_share_by_year", "entry_share_by_kind", "entry_share_by_employer"]


def beginners(view: View) -> Chapter:
    chapter = start(view, "beginners")
    chapter.findings = _findings(view)
    add(chapter, over_time(view, "entry_share_by_year", [view.language.say("beginners.note"), *_index(view)]))
    add(chapter, _by_kind(view))
    add(chapter, groups(view, "entry_share_by_employer", overall=""))
    missing(view, chapter, NAMES)
    return chapter


def _last(view: View) -> Row | None:
    rows = view.rows("entry_share_by_year")
    return complete(view, "entry_share_by_year", rows)[-1] if rows else None


def _findings(view: View) -> list[str]:
    rows = view.rows("entry_share_by_year")
    last = _last(view)
    if last is None:
        return []
    language = view.language
    only = stated(last, "share", language)
    when = word_of("year", last["year"], language)
    change = trend(view, "entry_share_by_year", rows) + "." if len(rows) > 1 else ""
    now = language.say("beginners.now", share=only, year=when)
    return [" ".join(s for s in (now, change, *_index(view)) if s)]


def _index(view: View) -> list[str]:
    """The hires of beginners against the base year, where the edition holds it."""
    last = _last(view)
    if last is None or any(last.get(c) is None for c in ("index", "index_low", "index_high")):
        return []
    language = view.language
    key = "index_up" if last["index_low"] > 1 else "index_down" if last["index_high"] < 1 else "index_flat"
    base = str(view.edition.options.get("base_year", ""))
    span = language.say(
        "number.range", low=language.number(last["index_low"], 2), high=language.number(last["index_high"], 2)
    )
    change = language.percent(abs(last["index"] - 1), 0)
    return [
        language.say(
            f"beginners.{key}", base=base, index=language.number(last["index"], 2), interval=span, change=change
        )
    ]


def _by_kind(view: View) -> Block | None:
    rows = view.rows("entry_share_by_kind")
    if not rows:
        return None
    year = complete(view, "entry_share_by_kind", rows)[-1]["year"]
    newest = [r for r in rows if r["year"] == year]
    return block(
        view,
        "entry_share_by_kind",
        spread(view, "entry_share_by_kind", newest),
        [view.language.say("beginners.kinds_note")],
    )
