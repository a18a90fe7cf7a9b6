"""Keys struck at random."""

from __future__ import annotations

import re
from collections.abc import Sequence

_REPEATED = re.compile(r"^(\w{2,4})\1{2,}\w{0,3}$")
_ONE_KEY = re.compile(r"^(\w)\1{3,}$")
_ROWS = ("qwert", "azert", "asdf", "zxcv", "qsdf", "wxcv", "hjkl", "poiuy", "lkjh", "fdsa", "йцук", "фыва", "ячсм")
_NO_VOWEL = re.compile(r"^[bcdfghjklmnpqrstvwxz]{8,}$")
_HOME_ROW = re.compile(r"^[asdfghjkl]{6,}$")


def is_noise(plain: Sequence[str]) -> bool:
    """Whether one word, or each of a few, is a run along the keyboard, a repetition, or consonants only."""
    return 0 < len(plain) <= 3 and all(_is_struck(word) for word in plain)


def _is_struck(word: str) -> bool:
    if not 4 <= len(word) <= 60:
        return False
    if word.startswith(_ROWS) or _ONE_KEY.match(word) or _REPEATED.match(word):
        return True
    if _NO_VOWEL.match(word):
        return True
    return bool(_HOME_ROW.match(word)) and 4 * word.count("a") <= len(word)
