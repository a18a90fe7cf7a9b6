"""Names of persons from East Asia: syllables in Latin letters, or known names in their own scripts."""

from __future__ import annotations

from functools import cache

from mercato.identity.lexicon import lexicon
from mercato.identity.nonemployers.namelexicon import person_names


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str], frozenset[tuple[str, ...]], frozenset[str], frozenset[str]]:
    """Chinese surnames and syllables, pairs that are no people; Korean surnames and syllables."""
    chinese, korean = lexicon("person_names")["chinese"], lexicon("person_names")["korean"]
    spelled = frozenset(start.strip("-") + end for start, ends in chinese["pinyin"].items() for end in ends.split())
    pairs = frozenset(tuple(pair.split()) for pair in chinese["not_people"])
    surnames = frozenset(chinese["surnames"])
    return surnames, spelled | surnames, pairs, frozenset(korean["surnames"]), frozenset(korean["syllables"])


@cache
def _split(word: str, korean: bool) -> bool:
    """Whether a word is one or two syllables."""
    known = _syllables()[4] if korean else _syllables()[1]
    return word in known or any(word[:i] in known and word[i:] in known for i in range(1, len(word)))


def is_syllables(word: str) -> bool:
    """Whether a folded word is two syllables of Chinese or Korean."""
    return 4 <= len(word) <= 14 and (_split(word, True) or _split(word, False))


def is_surname(word: str) -> bool:
    """Whether a folded word is a Chinese or Korean surname."""
    return word in _syllables()[0] or word in _syllables()[3]


def is_chinese(plain: list[str]) -> bool:
    """A surname first or last, and one or two syllables."""
    if not 2 <= len(plain) <= 3 or not all(2 <= len(word) <= 12 for word in plain):
        return False
    surnames, _, not_people, _, _ = _syllables()
    if tuple(plain) in not_people or not (plain[0] in surnames or plain[-1] in surnames):
        return False
    return all(_split(word.replace("-", ""), False) for word in plain)


def is_korean(plain: list[str]) -> bool:
    """A surname first or last, and two syllables (or one)."""
    if not 2 <= len(plain) <= 3:
        return False
    surnames = _syllables()[3]
    rest = plain[1:] if plain[0] in surnames else plain[:-1] if plain[-1] in surnames else []
    together = "".join(rest).replace("-", "")
    return 4 <= len(together) <= 16 and _split(together, True)


def is_japanese(plain: list[str]) -> bool:
    """Two words with the endings of a surname and of a given name."""
    if len(plain) != 2:
        return False
    surnames, given = _japanese()
    one, other = plain
    return any(
        len(a) > 5 and len(b) > 4 and a.endswith(surnames) and b.endswith(given)
        for a, b in ((one, other), (other, one))
    )


@cache
def _japanese() -> tuple[tuple[str, ...], tuple[str, ...]]:
    told = lexicon("person_names")["endings_japanese"]
    return tuple(told["surnames"]), tuple(told["given"])


def without_spaces(name: str) -> bool:
    """Whether a name is in a script that writes names without spaces."""
    return all("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in name)


def is_written_together(name: str) -> bool:
    """A surname and a given name that are both known, three to six characters in all."""
    names = person_names()
    sizes = (1, 2, 3) if 3 <= len(name) <= 6 else ()
    return any(name[:i] in names.surnames and name[i:] in names.given and len(name) - i > 1 for i in sizes)
