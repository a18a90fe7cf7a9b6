"""What the people of an edition weigh, and what that costs: a section of the method chapter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from mercato.report.chapters.block import View, heading
from mercato.report.rows import clean


def weights_of(view: View) -> tuple[str, list[str]]:
    """The margins, how unlike the weights are, how many people are at a bound, and Kish's effective number."""
    language, told = view.language, view.edition.weights
    said = language.say
    day = language.date(dt.date.fromisoformat(told["day"]))
    people = {"people": language.count(told["people"]), "population": language.count(told["population"])}
    texts = [said("weights.what", day=day, **people), _margins(view, told)]
    ends = {name: language.number(told[name], 2) for name in ("smallest", "p05", "median", "p95", "largest")}
    texts.append(said("weights.spread", **ends))
    texts.append(
        said("weights.trimmed", share=language.percent(told["trimmed"]), gap=language.percent(max(told["gap"], 0.001)))
        if told["trimmed"] > 0 or told["gap"] > _MET
        else said("weights.untrimmed")
    )
    effect = told["people"] / told["effective_n"] if told["effective_n"] else 1.0
    worth = {"effective": language.count(told["effective_n"]), "effect": language.number(effect, 2)}
    texts.append(said("weights.kish", people=people["people"], **worth))
    texts.append(said("weights.intervals"))
    return said("weights.title"), texts


_MET = 1e-6


def _margins(view: View, told: dict[str, Any]) -> str:
    language = view.language
    listed = [
        language.say(
            "weights.margin",
            count=margin["categories"],
            file=clean(margin["file"], 80),
            columns=" \N{MULTIPLICATION SIGN} ".join(heading(language, name) for name in margin["dimensions"]),
        )
        for margin in told["margins"]
    ]
    return language.say("weights.margins", margins=language.chain(listed))
