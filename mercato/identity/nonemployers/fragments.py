"""Parts of institutions, of documents and of addresses that name no employer by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from mercato.identity.folding import folded, shown, words
from mercato.identity.lexicon import lexicon
from mercato.identity.nonemployers.placenames import place

_MAIL = re.compile(r"^(?:mailto:)?[\w.+'-]{1,64}@(?:[\w-]+\.)*?([\w-]+)\.(?:co\.|com\.|ne\.|or\.)?\w{2,}$")
_MARKUP = re.compile(r"^\s*(?:<[^<>]{0,200}>\s*)+$|^\s*[{\[][^\w]*[}\]]\s*$")
_NUMBERED = re.compile(r"^\s*\d+(?:\.\d+)+\.?\s+\w")
_CODE = re.compile(r"^(?:\d+|\d{3,}[a-z]|[a-z]\d{5,}|\d+(?:[-./]\d+)+)$")
_DIGIT = re.compile(r"\d")
_LONGEST = 14


def is_mail_of_nobody(name: str) -> bool:
    """Whether a text is an e-mail address at a host that anybody may use."""
    if "@" not in name or len(name) > 254:
        return False
    found = _MAIL.match(shown(name).lower())
    return bool(found) and found.group(1) in _set("mail", "hosts") if found else False


def is_markup(name: str) -> bool:
    """Whether a text is nothing but tags or empty brackets."""
    return name[:1] in "<{[" and len(name) < 1000 and bool(_MARKUP.match(name))


def is_code(plain: Sequence[str]) -> bool:
    """Whether the plain words are a number, a code, a date, or a telephone number."""
    text = " ".join(plain)
    if not plain or len(plain) > 8 or not _DIGIT.search(text):
        return False
    if text in _set("codes", "employers"):
        return False
    if all(_CODE.match(word) for word in plain) and (len(plain) == 1 or len("".join(plain)) > 5):
        return True
    rest = [word for word in plain if not word.isdigit()]
    digits = sum(len(word) for word in plain if word.isdigit())
    if digits >= 6 and set(rest) <= _set("codes", "phone"):
        return True
    return 0 < digits <= 8 and len(plain) <= 4 and bool(rest) and set(rest) <= _months()


@cache
def _months() -> frozenset[str]:
    from babel import Locale

    found: set[str] = set()
    for language in ("en", "fr", "de", "es", "it", "pt", "nl"):
        forms = Locale.parse(language).months["format"]
        found.update(
            word for width in ("wide", "abbreviated") for m in forms[width].values() for word in words(folded(m))
        )
    return frozenset(found | {"de"})


def is_department(plain: Sequence[str]) -> bool:
    """Whether the plain words are a department, school or laboratory, or fields of study, and no institution."""
    if not plain or len(plain) > _LONGEST:
        return False
    text = " ".join(plain)
    if text in _set("departments", "names"):
        return False
    if len(plain) == 1:
        return not text.isascii() and _is_department_together(text)
    rest = _without(plain, _set("departments", "small"))
    units, fields = _set("departments", "units"), _set("departments", "fields")
    if not rest:
        return False
    if rest[0] == "graduate" and len(rest) > 1 and rest[1] == "school":
        rest, plain = rest[1:], plain[1:]
    if rest[0] in units and len(rest) > 1 and plain[1] in _set("departments", "joints"):
        named = plain[0].startswith("lab") and plain[1] == "for"
        return not named and all(word in fields or word in units for word in rest[1:]) and not _is_government(plain)
    if rest[-1] in _set("departments", "after") and len(rest) > 1:
        return all(word in fields or word in units for word in rest[:-1]) and rest[0] not in ("national", "space")
    if len(rest) > 1 and all(word in fields for word in rest):
        strict = _set("departments", "strict")
        return rest[-1] in _set("departments", "disciplines") and all(word in strict for word in rest)
    return False


def _is_government(plain: Sequence[str]) -> bool:
    """ "Department of Energy": a government's, whatever country."""
    if plain[0] not in ("department", "departments", "dept", "departement", "departamento"):
        return False
    rest = " ".join(word for word in plain[1:] if word not in ("of", "for", "the"))
    return rest in _set("departments", "governments")


def _is_department_together(text: str) -> bool:
    told = lexicon("fragments")["departments"]
    for suffix in told["suffixes"]:
        if text.endswith(suffix) and len(text) > len(suffix):
            left = text.removesuffix(suffix)
            for field in told["suffix_fields"]:
                left = left.replace(field, "")
            return not left
    return False


def is_cut_off(plain: Sequence[str]) -> bool:
    """Whether the plain words are kinds of institutions, and perhaps a place, that end in the middle of a name."""
    if not plain or len(plain) > _LONGEST:
        return False
    if " ".join(plain) in _set("cut_off", "names"):
        return True
    ends, general = _set("cut_off", "ends"), _set("cut_off", "general")
    fields, small = _set("departments", "fields"), _set("departments", "small")
    if plain[-1] in ends and len(plain) > 1:
        head = _without(plain[:-1], small)
        if head and all(word in general or word in fields for word in head):
            return True
        of_a_place = [word for word in head if word not in general]
        return bool(head) and len(of_a_place) < len(head) and bool(place(of_a_place))
    rest = _without(plain, small)
    return len(rest) > 1 and rest[-1] in _set("departments", "adjectives") and all(word in fields for word in rest)


def is_document(name: str, plain: Sequence[str]) -> bool:
    """Whether a text is a heading, the title of a document, or a sentence."""
    if not plain or len(plain) > 40:
        return False
    if _NUMBERED.match(name) or " ".join(plain) in _set("documents", "alone"):
        return True
    if plain[0] in _set("documents", "first") and len(plain) == 2 and plain[1].isdigit():
        return True
    if _starts(plain, "documents"):
        return True
    if _set("cut_off", "general").isdisjoint(plain) and _is_title(plain):
        return True
    return is_sentence(plain)


def _is_title(plain: Sequence[str]) -> bool:
    """The title of a document by its nouns, in a text without the words of institutions."""
    nouns = _set("documents", "nouns")
    if len(plain) > 1 and plain[-1] in _set("documents", "short"):
        return True
    if len(plain) > 3 and (plain[-1] in nouns or "protocol" in plain[2:]):
        return True
    if len(plain) > 3 and plain[0] in nouns and plain[1] in ("for", "of", "to"):
        return True
    if len(plain) > 4 and ("for" in plain[2:-1] or plain[-1] in _set("cut_off", "ends")):
        return not nouns.isdisjoint(plain[1:-1])
    return False


def is_sentence(plain: Sequence[str]) -> bool:
    """Whether the plain words are a sentence: small words of speech, which names of employers do without."""
    if len(plain) < 3:
        return False
    said = _set("sentences", "words")
    spoken = 0 if said.isdisjoint(plain) else sum(word in said for word in plain)
    if plain[0] in ("i", "je") and plain[1] in _set("sentences", "verbs"):
        return True
    long = len(plain) > 3 and spoken > 1
    if _starts(plain, "sentences") and (long or spoken > 2 or plain[-1] in _set("sentences", "endings")):
        return True
    return long and 3 * spoken >= len(plain)


def is_job(plain: Sequence[str]) -> bool:
    """Whether the plain words are the title of a job and nothing else."""
    if not plain or len(plain) > 10:
        return False
    if len(plain) == 1 and not plain[0].isascii():
        return plain[0] in _set("jobs", "together")
    nouns = _set("jobs", "nouns")
    if len(plain) == 1:
        return plain[0] in nouns and plain[0] not in _set("jobs", "not_alone")
    if plain[-1] not in nouns and not (plain[0] in nouns and plain[1] in ("of", "de", "en", "in", "and", "science")):
        return False
    others = _set("jobs", "modifiers"), _set("departments", "fields")
    return all(word in nouns or word in others[0] or word in others[1] for word in plain)


@cache
def _runs(part: str) -> tuple[frozenset[str], frozenset[str], tuple[int, ...]]:
    """What a text may start with, the first words of these, and how many words they have."""
    starts = frozenset(" ".join(words(folded(s))) for s in lexicon("fragments")[part]["starts"])
    first = frozenset(s.partition(" ")[0] for s in starts)
    return starts, first, tuple(sorted({s.count(" ") + 1 for s in starts}))


def _starts(plain: Sequence[str], part: str) -> bool:
    starts, first, sizes = _runs(part)
    return plain[0] in first and any(len(plain) >= size and " ".join(plain[:size]) in starts for size in sizes)


@cache
def _set(part: str, name: str) -> frozenset[str]:
    return frozenset(folded(word) for word in lexicon("fragments")[part][name])


def _without(plain: Iterable[str], small: frozenset[str]) -> list[str]:
    return [word for word in plain if word not in small]
