"""Runs of words that stand for something, found in the words of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from mercato.identity.folding import folded, words

Run = tuple[int, int, str]
"""The place of a run in a text, its number of words, and what it stands for."""


class Runs:
    """Runs of words with what each stands for; finds the longest ones in a title."""

    def __init__(
        self, entries: Iterable[tuple[str, str]], spelt: Callable[[list[str]], list[str]] | None = None
    ) -> None:
        self.exact: dict[tuple[str, ...], str] = {}
        self.beginnings: dict[str, str] = {}
        for phrase, meaning in entries:
            run = tuple(words(folded(phrase.rstrip("*"))))
            run = run if spelt is None else tuple(spelt(list(run)))
            if phrase.endswith("*") and len(run) == 1:
                self.beginnings.setdefault(run[0], meaning)
            else:
                self.exact.setdefault(run, meaning)
        self.lengths = _lengths(self.exact)
        self.firsts = frozenset(run[0] for run in self.exact if run)
        self.single = lru_cache(maxsize=200_000)(self._single)

    def _single(self, word: str) -> str | None:
        found = self.exact.get((word,))
        if found is None:
            starts = (self.beginnings.get(word[:size]) for size in range(len(word), 2, -1))
            found = next((meaning for meaning in starts if meaning), None)
        return found

    def find(self, tokens: Sequence[str]) -> list[Run]:
        """Place, number of words and meaning of the longest run at each place, left to right, without overlap."""
        if not self.beginnings and self.firsts.isdisjoint(tokens):
            return []
        found = []
        place, end = 0, len(tokens)
        lengths, exact, single = self.lengths, self.exact, self.single
        while place < end:
            first, size, meaning = tokens[place], 1, None
            for longer in lengths.get(first, ()):
                if place + longer <= end:
                    meaning = exact.get(tuple(tokens[place : place + longer]))
                    if meaning is not None:
                        size = longer
                        break
            if meaning is None:
                meaning = single(first)
            if meaning is not None:
                found.append((place, size, meaning))
            place += size
        return found

    def at(self, tokens: Sequence[str], place: int) -> tuple[int, str | None]:
        """The longest run that begins at a place."""
        first = tokens[place]
        for size in self.lengths.get(first, ()):
            meaning = self.exact.get(tuple(tokens[place : place + size]))
            if meaning is not None and place + size <= len(tokens):
                return size, meaning
        return 1, self.single(first)


def _lengths(runs: Iterable[tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """The lengths above 1 of the runs that begin with a word, longest first."""
    lengths: dict[str, set[int]] = {}
    for run in runs:
        if len(run) > 1:
            lengths.setdefault(run[0], set()).add(len(run))
    return {word: tuple(sorted(sizes, reverse=True)) for word, sizes in lengths.items()}
