"""Words that stand in a dictionary or name a part or a trade, and so do not tell one employer from another."""

from __future__ import annotations

from functools import cache, lru_cache

from mercato.identity.dictionary import is_english
from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon

_LONG_ENOUGH = 7
_TYPOS = 2


@cache
def _more_words() -> frozenset[str]:
    return frozenset(lexicon("common_words")["words"]) | single_words()


@cache
def _brands() -> frozenset[str]:
    return frozenset(word for run in lexicon("parts")["brands"]["words"] for word in words(folded(run)))


@lru_cache(maxsize=1 << 18)
def is_everyday(word: str) -> bool:
    """Whether a word, in small letters and without accents, is one of everyday language, in any of its forms."""
    return word in _more_words() or is_english(word)


@lru_cache(maxsize=1 << 18)
def is_common(word: str) -> bool:
    """Whether a word is one of everyday language, or the name of a person, a place or a people in its dictionary."""
    if is_everyday(word):
        return True
    return word not in _brands() and is_english(word.capitalize())


@lru_cache(maxsize=1 << 16)
def singular(word: str) -> str:
    """A word of a dictionary without the s of a plural; any other word as it is."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss") and is_everyday(word[:-1]):
        return word[:-1]
    return word


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
