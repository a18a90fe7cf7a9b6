"""Legal forms of companies at the end or the beginning of a name, after the cleanco library's list of terms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from cleanco.clean import get_unique_terms

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon

_LONGEST = 5


@cache
def _forms() -> tuple[frozenset[tuple[str, ...]], frozenset[str], frozenset[str]]:
    """All forms as runs of words; those that need capitals or dots; those that need dots."""
    told = lexicon("legal_forms")
    forms: set[tuple[str, ...]] = set()
    for term in [*get_unique_terms(), *told["more"]]:
        spelled = folded(term.replace("&", " and ").strip())
        forms.add(tuple(words(spelled.replace(".", ""))))
        apart = tuple(words(spelled))
        if len(apart) > 1:
            forms.add(apart)
    forms.discard(())
    return frozenset(forms), frozenset(told["cautious"]), frozenset(told["dotted"])


@cache
def _ends() -> frozenset[str]:
    return frozenset(form[-1] for form in _forms()[0])


@cache
def _leading() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(folded(term))) for term in lexicon("legal_forms")["leading"])


@cache
def hanging() -> frozenset[str]:
    return frozenset(lexicon("legal_forms")["hanging"])


@cache
def _attached() -> tuple[str, ...]:
    return tuple(folded(term) for term in lexicon("legal_forms")["attached"])


def without_attached(text: str) -> str:
    """Folded text without the forms of East Asian names, which are written together with the name."""
    if text.isascii():
        return text
    for form in _attached():
        text = text.removeprefix(form)
        text = text.removesuffix(form)
    return text


def without_legal_forms(tokens: list[str], dotted: set[str], capitals: Callable[[], set[str]]) -> list[str]:
    """The words of a name without its legal forms; a name that is nothing but a form stays whole.

    ``dotted`` holds the words written with dots ("s.a."), ``capitals`` gives those written in capitals beside
    words that are not.
    """
    left = tokens
    while (size := _trailing_size(left, dotted, capitals)) and left[-size - 1] not in hanging():
        left = left[:-size]
    while len(left) > 1:
        size = next((n for n in (2, 1) if len(left) > n and tuple(left[:n]) in _leading()), 0)
        if not size:
            break
        left = left[size:]
    return left


def _trailing_size(tokens: list[str], dotted: set[str], capitals: Callable[[], set[str]]) -> int:
    """How many words at the end are a legal form; 0 where nothing would be left."""
    if len(tokens) < 2 or tokens[-1] not in _ends():
        return 0
    forms, cautious, needs_dots = _forms()
    for size in range(min(_LONGEST, len(tokens) - 1), 0, -1):
        form = tuple(tokens[-size:])
        if form not in forms:
            continue
        if size > 1:
            return size
        word = form[0]
        if word in needs_dots and word not in dotted:
            continue
        if word in cautious and word not in dotted and word not in capitals():
            continue
        return size
    return 0
