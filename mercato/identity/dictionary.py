"""The English dictionary that ships with spylls (SCOWL, in Hunspell's form): its words in all their forms."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_PLACE = ("hunspell", "data", "en")


@lru_cache(maxsize=1 << 18)
def is_english(word: str) -> bool:
    """Whether a word of plain letters is in the dictionary, written as it is or, if capitalised, in small letters.

    A form is a stem with one ending, one beginning, or both where the rules let them cross.
    """
    if not word.isalpha() or not word.isascii():
        return False
    return _is_form(word) or (word != word.lower() and _is_form(word.lower()))


def _is_form(word: str) -> bool:
    stems = _stems()
    if word in stems:
        return True
    by_ending, longest = _endings()
    for size in range(min(longest, len(word) - 1) + 1):
        for flag, strip, condition, crosses in by_ending.get(word[len(word) - size :], ()):
            stem = word[: len(word) - size] + strip
            if condition.search(stem) and (flag in stems.get(stem, "") or (crosses and _begun(stem, flag))):
                return True
    return _begun(word, "")


def _begun(word: str, ending: str) -> bool:
    """Whether a word is a stem with a beginning, which also takes the ending."""
    for flag, add, crosses in _beginnings():
        if word.startswith(add) and (crosses or not ending):
            flags = _stems().get(word[len(add) :], "")
            if flag in flags and ending in flags:
                return True
    return False


@cache
def _stems() -> dict[str, str]:
    """Stems with the flags of what may be added to them."""
    lines = files("spylls").joinpath(*_PLACE, "en_US.dic").read_text("latin-1").splitlines()
    found: dict[str, str] = {}
    for line in lines[1:]:
        stem, _, flags = line.strip().partition("/")
        found[stem] = found.get(stem, "") + flags
    return found


@cache
def _rules() -> Any:
    from spylls.hunspell.readers.aff import read_aff
    from spylls.hunspell.readers.file_reader import FileReader

    return read_aff(FileReader(str(files("spylls").joinpath(*_PLACE, "en_US.aff"))))[0]


@cache
def _endings() -> tuple[dict[str, list[tuple[str, str, Any, bool]]], int]:
    """What may follow a stem, with its rules, and the most letters of any."""
    found: dict[str, list[tuple[str, str, Any, bool]]] = {}
    for rules in _rules().SFX.values():
        for rule in rules:
            found.setdefault(rule.add, []).append((rule.flag, rule.strip, rule.cond_regexp, rule.crossproduct))
    return found, max(map(len, found), default=0)


@cache
def _beginnings() -> tuple[tuple[str, str, bool], ...]:
    every = (rule for rules in _rules().PFX.values() for rule in rules)
    return tuple((rule.flag, rule.add, rule.crossproduct) for rule in every)
