"""Words that stand in a dictionary or name a part or a trade, and so do not tell one employer from another."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon

_LONG_ENOUGH = 7
_TYPOS = 2


@cache
def _english() -> tuple[str, ...]:
    lines = files("spylls").joinpath("hunspell", "data", "en", "en_US.dic").read_text("latin-1").splitlines()
    every = (line.split("/", 1)[0].strip() for line in lines)
    return tuple(word for word in every if word.isascii() and word.isalpha())


@cache
def common_words() -> frozenset[str]:
    """Words of everyday language, lower-case and without accents; names of people and places are not among them."""
    return frozenset(word for word in _english() if word.islower()) | frozenset(lexicon("common_words")["words"])


@cache
def proper_words() -> frozenset[str]:
    """Names of people, places and peoples that stand in the dictionary, in small letters, but for those of firms."""
    brands = {word for run in lexicon("parts")["brands"]["words"] for word in words(folded(run))}
    return frozenset(word.lower() for word in _english() if not word.islower()) - brands


@lru_cache(maxsize=1 << 18)
def is_common(word: str) -> bool:
    """Whether a word, or the singular of it, is one of everyday language, a name in it, a unit or a trade."""
    known = common_words()
    if word in known or word in proper_words() or word in single_words():
        return True
    return any(word.endswith(end) and len(word) > 3 + len(end) and word[: -len(end)] in known for end in ("s", "es"))


def singular(word: str) -> str:
    """A word of a dictionary without the s of a plural; any other word as it is."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss") and word[:-1] in _dictionary():
        return word[:-1]
    return word


@cache
def _dictionary() -> frozenset[str]:
    return common_words() | single_words()


@cache
def single_words() -> frozenset[str]:
    """The single words of units, trades and institutions."""
    told = lexicon("parts")
    runs = (*told["units"]["words"], *told["trades"]["words"], *told["institutions"]["heads"])
    return frozenset(word for run in runs for word in words(folded(run)))


@cache
def _long_words() -> tuple[str, ...]:
    told = lexicon("parts")
    every = single_words() | set(told["institutions"]["fields"]) | set(told["institutions"]["translations"].values())
    return tuple(sorted(word for word in every if len(word) >= _LONG_ENOUGH))


@lru_cache(maxsize=1 << 18)
def corrected(word: str) -> str:
    """A long word of the vocabulary for a misspelling of it ("techologies"); any other word as it is.

    Only words in no dictionary are taken for misspellings: at most two letters added, lost, changed or swapped, the
    first one kept.
    """
    if len(word) < _LONG_ENOUGH or not word.isascii() or not word.isalpha() or is_common(word):
        return word
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    allowed = _TYPOS if len(word) > _LONG_ENOUGH + 2 else 1
    near = tuple(known for known in _by_first(word[0]) if abs(len(known) - len(word)) <= allowed)
    found = extractOne(word, near, scorer=OSA.distance, score_cutoff=allowed)
    return found[0] if found else word


@cache
def _by_first(letter: str) -> tuple[str, ...]:
    return tuple(word for word in _long_words() if word[0] == letter)
