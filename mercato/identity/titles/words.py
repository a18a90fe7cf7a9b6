"""A title as words that can be compared: no endings of gender, abbreviations written out, slips put right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from mercato.identity.folding import folded, repaired, words
from mercato.identity.lexicon import lexicon

_SEXES = re.compile(r"[(\[]?\b[hfmwdx](?:\s*[/|-]\s*[hfmwdxn]){1,3}\b[)\]]?")
_ENDINGS = re.compile(
    r"(?<=[a-z])"
    r"(?:\((?:e|ne|euse|trice|rice|ere|se|le|es|ve|te|s|ienne|iere|eure)\)"
    r"|[·•.‧/](?:e|ne|euse|trice|rice|ere|se|es|ve|te|s|ienne|iere|eure)\b(?:[·•.‧]s\b)?)"
)
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])")
_PARTS = re.compile(r"[,;:|/()\[\]@]|\s[-–—]\s?|\s?[–—]\s|\s(?:at|chez|for|pour)\s")
_LONGEST_TEXT = 2000
_LONGEST_TITLE = 60
_SHORTEST_MENDED = 7


def plain(title: str) -> str:
    """The title folded, without endings of gender and dots of abbreviations; at most 2,000 characters of it."""
    text = folded(repaired(title[:_LONGEST_TEXT]))
    if "/" in text or "|" in text or "-" in text:
        text = _SEXES.sub(" ", text)
    text = _ENDINGS.sub("", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m.group().replace(".", "") + " ", text)
    return text.replace("c++", "cpp").replace("c#", "csharp").replace("&", " and ").replace("'", " ").replace("’", " ")


def written_out(tokens: Iterable[str]) -> list[str]:
    """The words with abbreviations and usual misspellings written out; at most 60."""
    same = _same()
    found: list[str] = []
    for token in tokens:
        if token in same:
            found += same[token]
        else:
            found.append(token)
    return found[:_LONGEST_TITLE]


def parts(text: str) -> list[list[str]]:
    """The words of each part of a folded title, between commas, slashes, brackets, dashes and the like."""
    return [found for part in _PARTS.split(text) if (found := written_out(words(part)))]


@cache
def _same() -> dict[str, list[str]]:
    return {short: said.split() for said, shorts in lexicon("titles")["same"].items() for short in shorts}


class Mending:
    """Words of the lists one letter away (left out, added, changed or swapped) from what is written."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = {word for word in known if len(word) >= _SHORTEST_MENDED and word.isascii() and word.isalpha()}
        self.shortened: dict[str, list[str]] = {}
        for word in sorted(self.known):
            for less in {word[:i] + word[i + 1 :] for i in range(1, len(word))}:
                self.shortened.setdefault(less, []).append(word)
        self.one = lru_cache(maxsize=200_000)(self._mended)

    def mended(self, tokens: Sequence[str]) -> list[str]:
        """The words, each that is not known as the one known word it is a letter away from."""
        return [self.one(token) for token in tokens]

    def _mended(self, token: str) -> str:
        if len(token) < _SHORTEST_MENDED - 1 or len(token) > 24 or token in self.known or not token.isalpha():
            return token
        less = {token[:i] + token[i + 1 :] for i in range(1, len(token))}
        found = {word for word in self.shortened.get(token, ())} | {word for word in less if word in self.known}
        found |= {word for short in less for word in self.shortened.get(short, ()) if _one_apart(word, token)}
        near = {word for word in found if word[0] == token[0]}
        return near.pop() if len(near) == 1 else token


def _one_apart(one: str, other: str) -> bool:
    """Whether two words of one length differ in one letter or in two neighbours swapped."""
    unlike = [i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(unlike) > 2:
        return False
    if len(unlike) < 2:
        return True
    first, second = unlike
    return second == first + 1 and one[first] == other[second] and one[second] == other[first]
