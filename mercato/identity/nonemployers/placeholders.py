"""Words that people write where an employer is asked for and they have or tell none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon


@cache
def _not_employers() -> tuple[dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    starts: dict[str, str] = {}
    for reason, told in lexicon("not_employers").items():
        for name in told["names"]:
            parts = words(folded(name))
            names[" ".join(parts)] = names["".join(parts)] = reason
        starts.update({" ".join(words(folded(n))): reason for n in told["starts"]})
    return names, starts


@cache
def _misspellings() -> tuple[tuple[re.Pattern[str], str], ...]:
    told = lexicon("not_employers").items()
    return tuple((re.compile("|".join(s["misspelt"])), reason) for reason, s in told if "misspelt" in s)


def _misspelt(text: str) -> str:
    return next((reason for pattern, reason in _misspellings() if pattern.fullmatch(text)), "")


@cache
def _start_lengths() -> dict[str, tuple[int, ...]]:
    """By the first word, how many words the texts have that a name may start with."""
    lengths: dict[str, set[int]] = {}
    for start in _not_employers()[1]:
        lengths.setdefault(start.partition(" ")[0], set()).add(start.count(" ") + 1)
    return {first: tuple(sorted(found)) for first, found in lengths.items()}


def placeholder(plain: Sequence[str]) -> str:
    """Why the plain words of a name are no employer's ("self-employed", "student", …); empty where they may be."""
    if not plain:
        return "blank"
    names, starts = _not_employers()
    if len(plain) <= 8:
        reason = names.get(" ".join(plain)) or names.get("".join(plain))
        if reason:
            return reason
    if plain[-1] in ("com", "io"):
        return ""
    if len(plain) <= 2 and (reason := _misspelt("".join(plain))):
        return reason
    for size in _start_lengths().get(plain[0], ()):
        if len(plain) >= size and (reason := starts.get(" ".join(plain[:size]))):
            return reason
    return ""
