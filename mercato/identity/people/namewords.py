"""Names of people as written → the words that are compared, without merging names of other scripts."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import pyarrow as pa

from mercato.identity.folding import folded, repaired, shown, words

NAMES = pa.schema(
    [
        ("name", pa.string()),
        ("whole", pa.string()),
        ("joined", pa.string()),
        ("words", pa.list_(pa.string())),
        ("given", pa.string()),
        ("family", pa.string()),
    ]
)
"""A name as written; its words in alphabetical order and in one; those that are compared; the first and the last one.

Words of one mark are never a slip of the pen for each other: those that many names have begin with ``+``; those of
other scripts than Latin, with digits, that may be Chinese, and short ones begin with ``=``.
"""

LONGEST = 200
FREQUENT = 5
SHORT = 4
_LATIN = re.compile("[a-z]+")
_INITIALS = 1
_PINYIN = re.compile(
    "(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[iu]ang|iong|[aeio]ng|[iu]a[in]|iao|[aeu]i|ao|ou|iu|[iuv]e|er|[aeiu]n"
    "|[iu]a|uo|[aoeiuv])){1,3}"
)
_VARIANTS = (
    (re.compile("([aou])e(?=[^aeiou]|$)"), r"\1"),
    (re.compile("(?<=[aeiou])y|(?<=[^aeiou])y$"), "i"),
    (re.compile("ph"), "f"),
    (re.compile("kh"), "h"),
    (re.compile("ck"), "k"),
    (re.compile("t?sch"), "sh"),
    (re.compile("w"), "v"),
    (re.compile(r"([a-z])\1+"), r"\1"),
)


def read_person_names(names: Sequence[str]) -> pa.Table:
    """The table NAMES of distinct names, one row each in their order; a name without letters has no words."""
    parted = [_parted(name) for name in names]
    known = Counter(word for spelt in parted for word in set(spelt))
    particles = _lists()["particles"]
    rows = [_row(name, spelt, known, particles) for name, spelt in zip(names, parted, strict=True)]
    columns = list(zip(*rows, strict=True)) or [()] * len(NAMES)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, NAMES, strict=True)], schema=NAMES)


def _row(name: str, spelt: list[str], known: Counter[str], particles: frozenset[str]) -> tuple[object, ...]:
    told = [word for word in spelt if word not in particles]
    told = told if len(told) > 1 else spelt
    compared = sorted({_marked(word, known[word] > FREQUENT) for word in told})
    given, family = (told[0], told[-1]) if told else ("", "")
    is_full = len(given) > _INITIALS or not _LATIN.fullmatch(given)
    whole = " ".join(sorted(told))
    return name, whole, "".join(spelt), compared, given if is_full else "", family


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    text = resources.files("mercato.identity").joinpath("data/name_words.toml").read_text("utf-8")
    return {key: frozenset(found) for key, found in tomllib.loads(text).items()}


def _parted(name: str) -> list[str]:
    """The words of a name, the given name first where a comma puts the family name before it."""
    text = folded(repaired(shown(name[:LONGEST])))
    family, comma, given = text.partition(",")
    spelt = [*words(given), *words(family)] if comma and words(given) and words(family) else words(text)
    titles = _lists()["titles"]
    kept = [word for word in spelt if word not in titles]
    return list(map(_loose, kept if len(kept) > 1 else spelt))


@lru_cache(maxsize=1 << 18)
def _loose(word: str) -> str:
    """A word as it may also be written in Latin letters: Müller and Mueller, Alexey and Alexei are one."""
    if len(word) <= SHORT - 1 or not _LATIN.fullmatch(word) or _PINYIN.fullmatch(word):
        return word
    for found, put in _VARIANTS:
        word = found.sub(put, word)
    return word


@lru_cache(maxsize=1 << 18)
def _marked(word: str, is_frequent: bool) -> str:
    if len(word) == _INITIALS and _LATIN.fullmatch(word):
        return word
    if not _LATIN.fullmatch(word) or _PINYIN.fullmatch(word):
        return f"={word}"
    if is_frequent:
        return f"+{word}"
    return f"={word}" if len(word) <= SHORT else word
