"""How wide a text is drawn, and how a name is broken into lines that fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# Widths of Helvetica in hundredths of the type size, and of the faces made to its measure (Arial, Liberation Sans).
_WIDTHS = {
    **dict.fromkeys("'|ijl\N{RIGHT SINGLE QUOTATION MARK}", 22),
    **dict.fromkeys("!,./:;I[\\]ft \N{NO-BREAK SPACE}\N{MIDDLE DOT}", 28),
    **dict.fromkeys('"()*-`r{}', 35),
    **dict.fromkeys("Jckvsxyz", 50),
    **dict.fromkeys("FTZ+<=>~", 60),
    **dict.fromkeys("&ABEKPSVXY", 67),
    **dict.fromkeys("CDHNRUw", 73),
    **dict.fromkeys("GOQ", 78),
    **dict.fromkeys("Mm%", 86),
    **dict.fromkeys(f"W@\N{EM DASH}{ELLIPSIS}\N{RIGHTWARDS ARROW}", 100),
    "\N{NARROW NO-BREAK SPACE}": 17,
}
_OTHER = 56


@lru_cache(4096)
def width_of(text: str, size: float) -> float:
    """The width of the longest line of a text in pixels, at a type size in pixels."""
    return max(sum(map(_letter, line)) for line in text.split("\n")) * size / 100


def _letter(letter: str) -> int:
    if letter in _WIDTHS:
        return _WIDTHS[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return 100
    plain = unicodedata.normalize("NFD", letter)
    return 0 if unicodedata.combining(plain[0]) else _WIDTHS.get(plain[0], _OTHER)


def fitted(text: str, width: float, size: float, lines: int = 2) -> str:
    """A text in at most so many lines of at most so many pixels; what does not fit ends in an ellipsis."""
    made: list[str] = []
    rest = text
    while rest and len(made) < lines - 1:
        line, rest = _broken(rest, width, size)
        made.append(line)
    if rest:
        made.append(_cut(rest, width, size))
    return "\n".join(made)


def _broken(text: str, width: float, size: float) -> tuple[str, str]:
    """The words that fit in a line, and the rest; a word that is too long by itself stays whole for the cut."""
    words = text.split(" ")
    count = 1
    while count < len(words) and width_of(" ".join(words[: count + 1]), size) <= width:
        count += 1
    line = " ".join(words[:count])
    if width_of(line, size) <= width:
        return line, " ".join(words[count:])
    fits = _fitting(line, width, size)
    return line[:fits], " ".join([line[fits:], *words[count:]])


def _cut(text: str, width: float, size: float) -> str:
    if width_of(text, size) <= width:
        return text
    return text[: _fitting(text, width - width_of(ELLIPSIS, size), size)].rstrip() + ELLIPSIS


def _fitting(text: str, width: float, size: float) -> int:
    """How many of the first letters fit, at least one."""
    count = 1
    while count < len(text) and width_of(text[: count + 1], size) <= width:
        count += 1
    return count


def labels(names: Iterable[str], width: float, size: float = 12, lines: int = 2) -> dict[str, str]:
    """Names → labels that fit in so many lines of so many pixels, no two the same."""
    made: dict[str, str] = {}
    others: set[str] = set()
    for name in dict.fromkeys(names):
        label = fits = fitted(name, width, size, lines)
        count = 1
        while label in others:
            count += 1
            label = f"{fits} ({count})"
        others.add(label)
        made[name] = label
    return made


def extent(texts: Iterable[str], size: float = 12, most: float = 1000) -> int:
    """The width that the longest of these texts takes, in steps of 8 pixels, at most ``most``."""
    longest = max((width_of(text, size) for text in texts), default=0)
    return int(min(most, -(-longest // 8) * 8))


def high(texts: Iterable[str]) -> int:
    """How many lines the text with the most lines has."""
    return max((text.count("\n") + 1 for text in texts), default=1)
