"""Text without the differences that carry no meaning: width, case, accents, punctuation, damaged encodings."""

from __future__ import annotations

import html
import re
import unicodedata

_MARKS_OF_LATIN_AND_GREEK = re.compile(r"(?<=[a-zα-ω])[\u0300-\u036f]+")
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ʻ": "",
        "ʼ": "",
    }
)
_APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʹ](?=\\w)")
_DAMAGED = re.compile("[ÃÂâÄÅ][\u0080-\u00bf\u2000-\u20ff\u0152-\u0178\u0192\u02c6\u02dc\u2122]")
_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
_SPACES = re.compile(r"\s+")


def shown(text: str) -> str:
    """The text as it may be shown: no control or invisible characters, single spaces, trimmed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    spaced = _SPACES.sub(" ", text)
    return _SPACES.sub(" ", _UNSEEN.sub("", spaced)).strip()


def repaired(text: str) -> str:
    """The text with UTF-8 that was read as Western European put right, and HTML entities as characters."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if text.isascii():
        return text
    for _ in range(3):
        if not _DAMAGED.search(text):
            break
        better = _reread(text)
        if better is None:
            break
        text = better
    return text


def _reread(text: str) -> str | None:
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return None


def folded(text: str) -> str:
    """Lower-case text of one width without accents on Latin and Greek letters; punctuation is kept.

    Marks of other scripts stay: in Japanese, Hindi or Thai they make another word.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _MARKS_OF_LATIN_AND_GREEK.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def words(text: str) -> list[str]:
    """The words of folded text; an apostrophe inside a word joins it."""
    text = _APOSTROPHES.sub("", text)
    if text.isascii():
        return _WORD.findall(text)
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
    return "".join(kept).split()
