"""How much the letters of a word run like those of names of persons, and not like those of words of organisations."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from mercato.identity.kept import kept
from mercato.identity.nonemployers.namelexicon import business_words, person_names
from mercato.identity.nonemployers.placenames import place_words

_UNSEEN = 0.5
_KINDS = 27**3


def likeness(word: str) -> float:
    """The log of how much likelier a folded Latin word is among names of persons than among words of organisations.

    Sums, over the runs of three letters with the ends of the word, the log of their share among faker's and the
    project's names against their share among the words of organisations, each count with a half added.
    """
    table = _table()
    text = f"^{word}$"
    return sum(table.get(run, 0.0) for run in zip(text, text[1:], text[2:], strict=False))


@kept
def _table() -> dict[tuple[str, str, str], float]:
    people = _counted(person_names().all)
    others = _counted(business_words() - place_words())
    of_people = sum(people.values()) + _UNSEEN * _KINDS
    of_others = sum(others.values()) + _UNSEEN * _KINDS
    level = math.log(of_others / of_people)
    runs = people.keys() | others.keys()
    return {r: math.log((people[r] + _UNSEEN) / (others[r] + _UNSEEN)) + level for r in runs}


def _counted(found: Iterable[str]) -> Counter[tuple[str, str, str]]:
    text = "".join(f"^{w}$" for w in sorted(found) if w.isascii() and w.isalpha() and 3 <= len(w) <= 14)
    runs = Counter(zip(text, text[1:], text[2:], strict=False))
    return Counter({run: count for run, count in runs.items() if "$" not in run[:2]})
