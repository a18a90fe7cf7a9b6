"""The changes of employer that ownership removed from the moves: how many, between whom, and why."""

from __future__ import annotations

from typing import Any

from mercato.release.plan import REMOVED
from mercato.report import rows as choose
from mercato.report.chapters.block import Grid, View, floors, heading
from mercato.report.language import Language, Name
from mercato.report.rows import clean

PAIRS = 25
_OWN, _ALL = "internal", "transfers_by_kind"
_WORDS = {"division": "part", "merger": "merged"}


def removed(view: View) -> tuple[str, Grid | None]:
    """A paragraph on the changes inside one owner, and the table of the largest pairs; blank where nothing tells."""
    figure = view.edition.figures.get(_ALL)
    if figure is None:
        return "", None
    language, said = view.language, view.language.say
    kinds = {row["arrival"]: row for row in choose.listed(figure.table)}
    told = kinds.get(_OWN)
    if told is None:
        return said("removed.none"), None
    if told["estimate"] is None:
        return said("removed.few", people=floors(figure, language)["people"]), None
    lead = [said("removed.all", count=round(told["estimate"]))]
    grid = _pairs(view)
    lead.append(said("removed.pairs" if grid else "removed.no_pairs", people=floors(figure, language)["people"]))
    if view.edition.options.get("ownership") == "pro_forma":
        lead.append(said("removed.pro_forma"))
    return " ".join(lead), grid


def _pairs(view: View) -> Grid | None:
    """The pairs with the most changes, each with what made the two employers one."""
    language, figure = view.language, view.edition.figures.get(REMOVED)
    if figure is None or not figure.table.num_rows:
        return None
    reasons = {(tie["origin"], tie["destination"]): tie["reason"] for tie in view.edition.ownership}
    shown = [row for row in choose.listed(figure.table) if row["estimate"] is not None]
    shown.sort(key=lambda row: (-row["estimate"], row["origin"], row["destination"]))
    body = [
        [
            clean(row["origin"]),
            clean(row["destination"]),
            language.count(row["estimate"]),
            language.chain(reason(language, fact) for fact in reasons.get((row["origin"], row["destination"]), ())),
        ]
        for row in shown[:PAIRS]
    ]
    header = [heading(language, "origin"), heading(language, "destination")]
    header += [language.say("removed.changes"), language.say("removed.reason")]
    more = len(shown) - len(body)
    note = language.say("removed.more", count=more, file=f"figures/{REMOVED}.csv") if more else ""
    return Grid(header, [False, False, True, False], body, note=note)


def reason(language: Language, fact: dict[str, Any]) -> str:
    """What made an employer a part of another, with its dates: *DeepMind belonged to Google from January 2014*."""
    ends = {end: language.period(fact[end][: len("2014-01")]) for end in ("from", "to")}
    dated = "_".join(end for end in ("from", "to") if fact[end])
    key = ".".join(filter(None, ("removed", _WORDS.get(fact["event"], "belonged"), dated or "always")))
    who = {end: Name(clean(fact[end])) for end in ("employer", "owner")}
    return language.say(key, **who, since=ends["from"], until=ends["to"])
