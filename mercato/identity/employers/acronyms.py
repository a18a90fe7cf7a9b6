"""Short forms of names that the names themselves tell: "China Internet Network Information Center (CNNIC)"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from mercato.identity.employers.normalise import spells
from mercato.identity.folding import folded, words
from mercato.identity.places import is_somewhere

_BRACKET = re.compile(
    r"^(?P<long>[^()\[\]]{4,})[(\[](?P<short>[^()\[\]]{2,12})(?:[)\]]|$)|^(?P<first>[^()\[\]\s]{2,12})\s*[(\[](?P<after>[^()\[\]]{4,})(?:[)\]]|$)"
)
_SURE = 0.9
SHORTEST = 3


def told_in(name: str) -> tuple[str, str] | None:
    """The short form and the words it stands for, where a name holds both; None elsewhere."""
    found = _BRACKET.match(name)
    if found:
        short, long = (found["short"], found["long"]) if found["long"] else (found["first"], found["after"])
        said = words(folded(long))
        if _stands_for(short, said) or (_is_short(short) and _within(short, said)):
            return "".join(words(folded(short))), long
        return None
    said = name.split()
    for short, long in ((said[-1], said[:-1]), (said[0], said[1:])) if len(said) > 2 else ():
        if short.isupper() and _stands_for(short, words(folded(" ".join(long)))):
            return "".join(words(folded(short))), " ".join(long)
    return None


def _stands_for(short: str, long: list[str]) -> bool:
    letters = "".join(words(folded(short)))
    return " " not in short.strip() and SHORTEST <= len(letters) <= 10 and spells(letters, long[-12:])


def _within(short: str, long: list[str]) -> bool:
    """Whether the letters of four or more stand in the words in that order, the first one first: CNNIC, INRIA."""
    letters, left = short.strip().lower(), iter("".join(long))
    return len(letters) > SHORTEST and long[0][0] == letters[0] and all(letter in left for letter in letters)


def _is_short(short: str) -> bool:
    """Whether the text in brackets behind a name can only be a short form: capitals, no place."""
    said = short.strip()
    return said.isalpha() and said.isupper() and SHORTEST <= len(said) <= 8 and not is_somewhere((said.lower(),))


def short_forms(told: Iterable[tuple[str, str, int]], cluster: Mapping[str, str]) -> dict[str, str]:
    """For each short form the cluster that it means, where nine of ten people who wrote both mean the same.

    ``told`` are (short form, key of the long one, people); ``cluster`` the cluster of a key.
    """
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for short, long, people in told:
        counted[short][cluster.get(long, long)] += max(people, 1)
    sure = {}
    for short, meanings in counted.items():
        meaning, people = meanings.most_common(1)[0]
        if people >= _SURE * meanings.total():
            sure[short] = meaning
    return sure
