"""Whether a text is the name of a person rather than of an employer."""

from __future__ import annotations

import re
from functools import cache

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon
from mercato.identity.nonemployers.eastasian import (
    is_chinese,
    is_japanese,
    is_korean,
    is_surname,
    is_syllables,
    is_written_together,
    without_spaces,
)
from mercato.identity.nonemployers.nameletters import likeness
from mercato.identity.nonemployers.namelexicon import (
    business_endings,
    business_words,
    common_surnames,
    decisive_words,
    lone_given,
    named_after_people,
    person_names,
    sure_given,
    surnames_only,
)
from mercato.identity.nonemployers.placenames import great_cities, place, place_words

_LONGEST = 60
_MOST_WORDS = 6
_NO_PERSON = re.compile(r"[\d@/&+:;_|#=*?!\\<>{}\"“”^$%~]")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]?\s*$")
_PIECE = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*\.?")
_ADDRESS = re.compile(r"\w\w\.(?:[a-z]{2,}|[A-Z]{2,})$")
_CAMEL = re.compile(r"[A-Z][a-z]+")
_GIVEN, _SURNAME, _ENDING, _UNKNOWN = 2.0, 1.5, 1.0, 0.5
_PLACE = 0.4
_ENOUGH = 2.5
_LIKE, _ALL_LIKE, _UNLIKE = 2.5, 6.0, -12.0
_LEADING_FORMS = frozenset(["us", "uk", "eu", "un", "usa"])


def is_person_name(name: str) -> bool:
    """Whether a text has the form of a person's name and its words speak for one.

    Initials with a surname ("A. Barbir"), or words of which given names, surnames, their endings, or Chinese, Korean
    or Japanese syllables are known, and none that is a word of organisations, a place, or a company named so.
    Rules and lists: data/person_names.toml, data/business_words.toml, and the persons of the faker library.
    """
    if not 3 <= len(name) <= _LONGEST or _NO_PERSON.search(name):
        return False
    if not decisive_words().isdisjoint(folded(name).split()):
        return False
    name = _without_remark(name).removeprefix("and ")
    if not name.isascii() and without_spaces(name):
        return is_written_together(name)
    pieces = _PIECE.findall(name.replace(",", " "))
    if len(pieces) == 1 and pieces[0] == name:
        return len(name) > 4 and name.istitle() and folded(name) in lone_given()
    if name.count(",") > 1 or not 1 < len(pieces) <= _MOST_WORDS or _is_company(name) or _ADDRESS.search(name):
        return False
    return _is_person(_Pieces(pieces, name))


def _without_remark(name: str) -> str:
    """ "Eric Rosen (editor" as "Eric Rosen"; another bracket stays, and speaks against a person."""
    found = _BRACKET.search(name)
    if found and (not found.group(1) or set(words(folded(found.group(1)))) <= _after()):
        return name[: found.start()]
    return name if not found else name + "0"


def _is_company(name: str) -> bool:
    tokens = [word for word in words(folded(name)) if word != "and"]
    known = named_after_people()
    return any(tuple(tokens[:size]) in known for size in range(1, len(tokens) + 1))


class _Pieces:
    """The parts of a name: what stands before and after is taken away, initials are told from words."""

    def __init__(self, pieces: list[str], name: str) -> None:
        self.titled = False
        while len(pieces) > 1 and folded(pieces[0]).rstrip(".") in _before():
            pieces = pieces[1:]
            self.titled = True
        while len(pieces) > 1 and folded(pieces[-1]).rstrip(".") in _after():
            pieces = pieces[:-1]
        self.one_case = name.isupper() or name.islower()
        self.dotted = False
        self.initials = 0
        self.words: list[str] = []
        self.leads = False
        self.joined = ""
        for at, piece in enumerate(pieces):
            bare = piece.rstrip(".")
            if _is_initial(piece, bare):
                self.initials += 1
                self.joined += folded(bare)
                self.dotted |= piece.endswith(".")
                self.leads |= at == 0
            elif folded(bare) not in _particles() or at == len(pieces) - 1 or (at == 0 and bare[0].isupper()):
                self.words.append(bare)


def _is_initial(piece: str, bare: str) -> bool:
    """One letter, or two or three as the beginnings of a double name ("JC.", "J-M.")."""
    letters = bare.replace("-", "")
    if len(letters) == 1 or letters in _doubles():
        return True
    if letters.lower() in business_words():
        return False
    return (
        piece.endswith(".") and len(letters) <= 3 and (letters.isupper() or (len(letters) == 2 and letters[1] == "h"))
    )


def _is_person(parts: _Pieces) -> bool:
    if not 1 <= len(parts.words) <= 4:
        return False
    plain = [folded(word) for word in parts.words]
    if place(plain[-2:]) == "country":
        return False
    if _is_asian(parts, plain):
        return True
    if _is_business_run(parts) or (any(map(_is_business, plain)) and not _is_common_surname(parts, plain)):
        return False
    weights = [_weight(word, low, parts.one_case) for word, low in zip(parts.words, plain, strict=True)]
    if parts.initials and parts.dotted and parts.leads:
        weights = [abs(weight) for weight in weights]
    if min(weights) < 0:
        return False
    if parts.initials:
        return _with_initials(parts, plain, weights)
    if parts.titled and max(weights) >= _ENDING:
        return True
    if len(weights) == 1:
        return parts.titled
    return _is_enough(parts, plain, sorted(weights))


def _is_enough(parts: _Pieces, plain: list[str], weights: list[float]) -> bool:
    """Known names, or words whose letters run like those of names; letters that run otherwise speak against."""
    like = [likeness(word) for word in plain]
    if weights[0] < _ENDING and min(like) < _UNLIKE:
        return False
    enough = _ENOUGH + 0.5 * (len(weights) - 2)
    if sum(weights) >= enough and weights[-1] >= _SURNAME and (len(weights) == 2 or weights[-2] >= _ENDING):
        return True
    unknown = weights[0] > 0 and not parts.one_case and len(weights) < 4
    return unknown and min(like) >= 0 and sum(like) >= _ALL_LIKE + 3 * (len(weights) - 2)


def _is_asian(parts: _Pieces, plain: list[str]) -> bool:
    """A Chinese, Korean or Japanese name in Latin letters; large cities and known companies are none of its words."""
    if "AI" in parts.words or not great_cities().isdisjoint(plain):
        return False
    if parts.initials:
        surname = is_surname(plain[0])
        return parts.dotted and parts.leads and len(plain) == 1 and len(plain[0]) > 1 and surname
    return is_chinese(plain) or is_korean(plain) or (is_japanese(plain) and not parts.one_case)


def _with_initials(parts: _Pieces, plain: list[str], weights: list[float]) -> bool:
    """Dotted initials before one word need nothing more than that it looks like a name; others need a known name."""
    if parts.initials > 3:
        return False
    if not parts.leads:
        within = len(weights) > 1 and sum(weights) >= _GIVEN
        known = within or max(weights) >= _GIVEN or likeness(plain[0]) >= (_LIKE if parts.dotted else 2 * _LIKE)
        return known and not (parts.joined == "u" and not parts.dotted)
    if max(len(word) for word in parts.words) < 3 and not parts.dotted:
        return False
    like = min(likeness(word) for word in plain)
    if parts.dotted and len(weights) == 2 and like >= 0:
        return True
    if parts.dotted and len(weights) == 1:
        return len(plain[0]) > 2 and (weights[0] >= _ENDING or not parts.words[0].isupper() or like >= 0)
    return max(weights) >= _ENDING or (min(weights) > 0 and like >= _LIKE)


def _is_business_run(parts: _Pieces) -> bool:
    """Initials that are a legal form or a country: "Ferrari N.V.", "U.S. Bancorp"."""
    if len(parts.joined) < 2 or (parts.leads and not parts.dotted):
        return False
    return parts.joined in (_LEADING_FORMS if parts.leads else business_words())


def _is_common_surname(parts: _Pieces, plain: list[str]) -> bool:
    """A sure given name and a common word that is a surname too: "Tom Hill"."""
    if len(plain) != 2 or parts.one_case:
        return False
    one, other = plain
    return (one in sure_given() and other in common_surnames()) or (other in sure_given() and one in common_surnames())


def _is_business(word: str) -> bool:
    known = business_words()
    if word in known:
        return True
    if "-" in word:
        return any(part in known for part in word.split("-"))
    return word.endswith(business_endings()) and word not in person_names().all


def _weight(written: str, word: str, one_case: bool) -> float:
    """How much a word speaks for a person; below 0 where it speaks against."""
    names = person_names()
    together = word.replace("-", "").replace("'", "").replace("’", "")
    if together in place_words():
        return _ENDING if together in names.given else _PLACE
    if written.isupper() and not one_case and len(written) < 6:
        return _SURNAME if together in names.surnames and len(written) > 2 else -1.0
    if together in names.given:
        return _GIVEN
    if together in surnames_only():
        return _GIVEN
    if together in names.surnames or together in names.weak:
        return _SURNAME
    parts = [folded(part) for part in (word.split("-") if "-" in word else _CAMEL.findall(written))]
    if len(parts) > 1:
        if names.all.issuperset(parts):
            return _GIVEN
        asian = is_chinese(parts) or is_korean(parts)
        if "".join(parts) == together and not asian and parts[0] not in _particles():
            return -1.0 if names.all.isdisjoint(parts) else _ENDING
    if is_syllables(together):
        return _SURNAME
    if _ends_like_a_name(together):
        return _ENDING
    if len(word) < 3 or len(word) > 16 or not written.isalpha():
        return 0.0
    if one_case or written.islower():
        return _UNKNOWN if likeness(word) >= _LIKE else 0.0
    return _UNKNOWN


def _ends_like_a_name(word: str) -> bool:
    told = _endings()
    return any(word.endswith(ends) and len(word) >= least for least, ends in told)


@cache
def _endings() -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Endings by the least length of the word: three letters more than the ending."""
    by_length: dict[int, list[str]] = {}
    for ends in lexicon("person_names")["endings"].values():
        for end in ends:
            by_length.setdefault(len(end) + 3, []).append(end)
    return tuple((least, tuple(ends)) for least, ends in by_length.items())


@cache
def _around() -> tuple[frozenset[str], ...]:
    told = lexicon("person_names")["around"]
    return tuple(frozenset(told[name]) for name in ("particles", "before", "after", "doubles"))


def _particles() -> frozenset[str]:
    return _around()[0]


def _before() -> frozenset[str]:
    return _around()[1]


def _after() -> frozenset[str]:
    return _around()[2]


def _doubles() -> frozenset[str]:
    return _around()[3]
