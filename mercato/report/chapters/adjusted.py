"""Adjusted beside raw retention: how much of a difference is whom an employer hires."""

from __future__ import annotations

from mercato.report import rows as choose
from mercato.report.chapters.block import Block, View, block
from mercato.report.chapters.findings import spread
from mercato.report.wording import amount, brief, digits_of, name_of


def adjusted(view: View, name: str) -> Block | None:
    """Dots of retention with the same people everywhere, a ring at the raw figure, and which of them moves most."""
    figure = view.figure(name)
    if figure is None:
        return None
    language, rows = view.language, [r for r in view.rows(name) if r["unadjusted"] is not None]
    used = next((r["adjusted_for"] for r in rows), "")
    words = [language.say(f"adjusted.{part}") for part in used.split(", ") if language.has(f"adjusted.{part}")]
    notes = [language.say("adjusted.note", used=language.listed(words)) if words else language.say("adjusted.alone")]
    firm = [r for r in rows if choose.firm(r, "share")]
    moved = max(firm, key=lambda r: abs(r["estimate"] - r["unadjusted"]), default=None)
    if moved and brief(moved, "share", language) != amount(
        moved["unadjusted"], "share", language, digits_of(moved, "share")
    ):
        notes.append(
            language.say(
                "adjusted.moved",
                name=name_of(moved, language),
                raw=amount(moved["unadjusted"], "share", language, digits_of(moved, "share")),
                value=brief(moved, "share", language),
            )
        )
    return block(view, name, spread(view, name, view.rows(name)), notes)
