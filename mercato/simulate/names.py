"""Invented names of employers, each distinct also when case, punctuation and legal forms are taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

_FIRST = ("Tal", "Nor", "Bex", "Quor", "Vel", "Mar", "Zin", "Hal", "Dor", "Kel", "Lum", "Pry", "Sor", "Wen", "Fal")
_MIDDLE = ("vo", "da", "li", "ri", "ne", "mu", "ta", "sha", "qui", "bro")
_LAST = ("ren", "lex", "mont", "dell", "zar", "vane", "more", "tis", "nova", "rick", "wyn", "stad", "phor", "gard")
_WORDS = {
    "big_tech": ("Technologies", "Systems", "Networks"),
    "ai_lab": ("Intelligence", "Cognition", "Reasoning"),
    "startup": ("Apps", "Analytics", "Robotics", "Payments"),
    "company": ("Industries", "Logistics", "Energy", "Retail", "Foods", "Insurance"),
    "university": ("University",),
    "government": ("Department", "Agency"),
    "hospital": ("Hospital", "Clinic"),
}


def _stems() -> Iterator[str]:
    """2,100 stems, then the same with a number, in an order that mixes their parts."""
    parts = [a + b + c for b, c, a in product(_MIDDLE, _LAST, _FIRST)]
    mixed = [parts[(i * 1009) % len(parts)] for i in range(len(parts))]
    yield from mixed
    for round_ in range(2, 10_000):
        yield from (f"{stem} {round_}" for stem in mixed)


def invent_names(kinds: Iterable[str]) -> list[str]:
    """One name for each employer of a kind, always the same for the same list of kinds."""
    stems = _stems()
    counts: dict[str, int] = {}
    names = []
    for kind in kinds:
        words = _WORDS.get(kind, ("Group",))
        number = counts[kind] = counts.get(kind, -1) + 1
        names.append(f"{next(stems)} {words[number % len(words)]}")
    return names
