"""The parts of an employer's name: what it goes by, and the units, trades and places written beside that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from mercato.identity.employers.legal_forms import hanging
from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon
from mercato.identity.places import is_place, place_at_end, place_at_start
from mercato.identity.vocabulary import corrected, is_common

_LONGEST_RUN = 5
_NUMERALS = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"])
DISTINCTIVE = 4
"""Letters from which a word of no dictionary tells an employer by itself."""


class Parts(NamedTuple):
    """Some of the words of a name, and which kinds of words were taken from it until then."""

    brand: tuple[str, ...]
    removed: frozenset[str]


def is_institution(tokens: Sequence[str]) -> bool:
    """Whether a name is that of a university or another institution, whose parts have names of their own."""
    heads, runs = _heads()
    if not heads.isdisjoint(tokens):
        return True
    text = f" {' '.join(tokens)} "
    return any(run in text for run in runs)


def parts_of(tokens: Sequence[str]) -> list[Parts]:
    """The words of a company's name, and what is left of them step by step as units, trades and places are taken."""
    left = [corrected(word) for word in tokens]
    found = [Parts(tuple(left), frozenset())]
    removed = set[str]()
    before = _until_form(left)
    if len(before) < len(left):
        left = before
        removed.add("plain unit")
        found.append(Parts(tuple(left), frozenset(removed)))
    while step := _last(left) or _first(left):
        left, kind = step
        removed.add(kind)
        found.append(Parts(tuple(left), frozenset(removed)))
    return found


def is_strong(brand: Sequence[str]) -> bool:
    """Whether the words are known for one employer alone: one is in no dictionary and no place, or all are a brand."""
    if tuple(brand) in _runs("brands"):
        return True
    least = DISTINCTIVE if len(brand) > 1 else DISTINCTIVE + 1
    return any(len(word) >= least and _tells(word) for word in brand)


def is_brand(words_of_it: Sequence[str]) -> bool:
    """Whether words are known for one employer however they go on: long ones of no dictionary, or a brand."""
    if tuple(words_of_it) in _runs("brands"):
        return True
    return all(len(word) > DISTINCTIVE and _tells(word) for word in words_of_it)


def is_short_form(brand: Sequence[str]) -> bool:
    """Whether a name is one short word of no dictionary, as short forms are."""
    return len(brand) == 1 and len(brand[0]) >= 3 and _tells(brand[0])


def _tells(word: str) -> bool:
    return not is_common(word) and not word.isdigit() and not is_place((word,))


def _until_form(tokens: list[str]) -> list[str]:
    """The words before a legal form that stands in their middle."""
    for place in range(1, len(tokens) - 1):
        for size in (2, 1):
            numbered = any(word.isdigit() or word in _NUMERALS for word in tokens[place:])
            if (
                tuple(tokens[place : place + size]) in _middle()
                and not numbered
                and (place > 1 or not is_common(tokens[0]))
            ):
                return tokens[:place]
    return tokens


def _last(tokens: list[str]) -> tuple[list[str], str] | None:
    """The words without the run at their end that is a unit, a trade or a place."""
    for size in range(min(_LONGEST_RUN, len(tokens) - 1), 0, -1):
        run, rest = tuple(tokens[-size:]), tokens[:-size]
        kind = "" if run in _runs("brands") else _kind(run, place_at_end(run) == size)
        if kind and rest[-1] not in hanging() and run[0] not in hanging():
            return rest, kind
    return None


def _first(tokens: list[str]) -> tuple[list[str], str] | None:
    """The words without the run at their beginning, where a name that tells an employer is left."""
    for size in range(min(_LONGEST_RUN, len(tokens) - 1), 0, -1):
        run, rest = tuple(tokens[:size]), tokens[size:]
        kind = _kind(run, place_at_start(run) == size)
        if (
            kind
            and (is_strong(rest) or (kind == "place" and is_short_form(rest)))
            and rest[0] not in hanging()
            and run[-1] not in hanging()
        ):
            return rest, "before"
    return None


def _kind(run: tuple[str, ...], is_a_place: bool) -> str:
    if run in _plain():
        return "plain unit"
    if run in _runs("units"):
        return "unit"
    if len(run) > 1 and run[-1] in _ends() and beside().issuperset(run[:-1]) and businesses().isdisjoint(run):
        return "plain unit"
    if run in _runs("trades"):
        return "trade"
    return "place" if is_a_place else ""


@cache
def _plain() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(folded(run))) for run in lexicon("parts")["units"]["plain"])


@cache
def _ends() -> frozenset[str]:
    return frozenset(lexicon("parts")["units"]["ends"])


@cache
def beside() -> frozenset[str]:
    """Words of units, trades and fields, of which a laboratory or a center may be."""
    trades = {word for run in (*_runs("trades"), *_runs("units")) for word in run}
    return frozenset(trades | set(lexicon("parts")["institutions"]["fields"]))


@cache
def _runs(kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(folded(run))) for run in lexicon("parts")[kind]["words"])


@cache
def businesses() -> frozenset[str]:
    """Words of lines of business that make another employer of a name that begins with a brand."""
    return frozenset(lexicon("parts")["businesses"]["words"])


@cache
def _middle() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(folded(run))) for run in lexicon("legal_forms")["middle"])


@cache
def _heads() -> tuple[frozenset[str], tuple[str, ...]]:
    told = [words(folded(head)) for head in lexicon("parts")["institutions"]["heads"]]
    return frozenset(h[0] for h in told if len(h) == 1), tuple(f" {' '.join(h)} " for h in told if len(h) > 1)
