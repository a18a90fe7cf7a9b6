"""Names of employers reduced to what is compared: two spellings of one employer give one key."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from mercato.identity.employers.legal_forms import without_attached, without_legal_forms
from mercato.identity.folding import folded, repaired, shown, words
from mercato.identity.lexicon import lexicon
from mercato.identity.nonemployers.placeholders import placeholder

_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_]?(?![^\W_])")
_BRACKETED = re.compile(r"\(([^()]{0,200})(?:\)|$)|\[([^\[\]]{0,200})(?:\]|$)")
_UPPER = re.compile(r"(?<![^\W_])[A-Z]{2,4}(?![^\W_])|\bSpA\b")
_LOWER = re.compile(r"[^\W\d_A-Z]")
_PASSES = 8
_SMALL = frozenset(
    [
        "of",
        "and",
        "the",
        "for",
        "in",
        "at",
        "de",
        "la",
        "le",
        "les",
        "des",
        "du",
        "et",
        "d",
        "l",
        "fur",
        "und",
        "di",
        "der",
        "del",
        "e",
        "y",
    ]
)


class Reduced(NamedTuple):
    """A name as it is compared, and what was done to it on the way."""

    key: str
    plain: tuple[str, ...]
    steps: frozenset[str]
    tokens: tuple[str, ...] = ()


def normalise(name: str) -> str:
    """The words by which a name is compared, with single spaces; normalising twice changes nothing.

    Width, case, accents of Latin and Greek letters, punctuation, legal forms, a leading "The", remarks such as
    "(acquired by …)" and usual abbreviations are taken away. Nothing is guessed: other words stay other names.
    """
    return " ".join(reduced(name)[0])


def reduce_name(name: str) -> Reduced:
    """The key of a name, its plain words (case and punctuation only), and the steps taken."""
    tokens, plain, steps = reduced(name)
    return Reduced(joined(tokens), tuple(plain), frozenset(steps), tuple(tokens))


def institution(name: str) -> str:
    """A name as written without the departments before it."""
    return shown(_without_parts(name, set()))


_GLUED = re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Þ][a-zà-ÿA-Z])|(?<=[A-Z]{3})(?=[A-Z][a-z]{3})")


def unglued(name: str, known: Reduced | None = None) -> tuple[str, ...]:
    """The words compared of a name, those written together apart ("UniversityParis").

    The words joined are the same key; ``known`` is what the name as it is reduces to, where that is known.
    """
    from mercato.identity.vocabulary import corrected

    apart = _GLUED.sub(" ", name)
    tokens = known.tokens if known is not None and apart == name else reduced(apart)[0]
    return tuple(corrected(word) for word in tokens)


def joined(tokens: list[str]) -> str:
    """Words written together, since "Deep Mind" and "DeepMind" are one; digits side by side stay apart."""
    key = "".join(tokens)
    if key.isalpha():
        return key
    if any(a[-1].isdigit() and b[0].isdigit() for a, b in pairwise(tokens)):
        return " ".join(tokens)
    return key


def reduced(name: str) -> tuple[list[str], list[str], set[str]]:
    """The words compared, the plain words, and the names of the steps that changed something."""
    text = shown(repaired(shown(name)))
    plain = words(folded(text))
    steps: set[str] = set()
    tokens = _once(text, steps)
    for _ in range(_PASSES):
        before, text = tokens, " ".join(tokens)
        tokens = _without_forms(tokens, "", set(), steps) if text.isascii() else _once(text, steps)
        if tokens == before:
            break
    return (tokens or plain), plain, steps


def _once(text: str, steps: set[str]) -> list[str]:
    text = written = _without_parts(_without_remarks(text, steps), steps)
    dotted: set[str] = set()
    text = _undotted(folded(text), dotted)
    text = _without_address(text, steps)
    whole, text = text, without_attached(text)
    if not words(text):
        text = whole
    if text != whole:
        steps.add("legal form")
    tokens = words(text.replace("&", " and ").replace("+", " plus "))
    return _without_forms(tokens, written, dotted, steps)


def _without_forms(tokens: list[str], written: str, dotted: set[str], steps: set[str]) -> list[str]:
    """The words in their usual spelling, without legal forms and "The"."""
    spelled = _spelled(tokens)
    if spelled != tokens:
        steps.add("abbreviation")
    left = without_legal_forms(spelled, dotted, lambda: _capitals(written))
    if len(left) < len(spelled):
        steps.add("legal form")
    while len(left) > 1 and left[0] == "the":
        left = left[1:]
    return left


def _capitals(text: str) -> set[str]:
    """Short words in capitals, where other letters are not; lower-cased."""
    if not _LOWER.search(text):
        return set()
    return {word.lower() for word in _UPPER.findall(text)}


def _undotted(text: str, dotted: set[str]) -> str:
    """ "s.a." as "sa", noting that it was written with dots."""
    if "." not in text:
        return text

    def close(match: re.Match[str]) -> str:
        word = match.group().replace(".", "")
        if len(word) > 1:
            dotted.add(word)
        return word + (" " if len(word) == 1 else "")

    return _DOTTED.sub(close, text)


@cache
def _addresses() -> re.Pattern[str]:
    endings = "|".join(re.escape(e) for e in lexicon("spelling")["addresses"]["endings"])
    return re.compile(rf"(?:https?://)?(?:www\.)?(?<![\w.@-])([^\W_][\w-]*)\.(?:{endings})(?![\w-]|\.\w)/?")


def _without_address(text: str, steps: set[str]) -> str:
    """ "amazon.com" as "amazon", unless no employer would be left ("freelance.com")."""
    if "." not in text:
        return text
    found = _addresses().search(text)
    if not found or placeholder(words(found.group(1))):
        return text
    steps.add("web address")
    return text[: found.start()] + found.group(1) + text[found.end() :]


@cache
def _remarks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    told = lexicon("spelling")["remarks"]

    def either(phrases: list[str]) -> str:
        return "|".join(p.replace(" ", r"[\W_]+") for p in sorted(phrases, key=len, reverse=True))

    inside = re.compile(rf"[\W_]*(?:{either(told['anywhere'] + told['in_brackets'])})(?![^\W_])")
    after = re.compile(rf"\s*(?:[,;]|\s[-–—])\s*(?:{either(told['anywhere'])})\s")
    return inside, after


def _without_remarks(text: str, steps: set[str]) -> str:
    inside, after = _remarks()
    if "(" in text or "[" in text:
        bare = _BRACKETED.sub(lambda m: " " if _is_remark(m, text, inside) else m.group(), text)
        if bare != text and words(bare):
            text = bare
            steps.add("remark")
    if "," in text or ";" in text or "-" in text or not text.isascii():
        low = folded(text)
        found = after.search(low)
        if found and words(low[: found.start()]):
            text = text[: found.start()] if len(low) == len(text) else low[: found.start()]
            steps.add("remark")
    return text


@cache
def _parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    told = lexicon("spelling")["parts"]
    starts = "|".join(sorted(told["starts"], key=len, reverse=True))
    institutions = "|".join([*told["institutions"], "univ"])
    return re.compile(rf"\W*(?:the\s+)?(?:{starts})\b"), re.compile(rf"\b(?:{institutions})\b")


def _without_parts(text: str, steps: set[str]) -> str:
    """ "Department of Physics, University of Oslo" as "University of Oslo"."""
    if "," not in text:
        return text
    part, institution = _parts()
    first, _, rest = text.partition(",")
    while rest and part.match(folded(first[:60])) and not institution.search(folded(first)):
        if not institution.search(folded(rest)) or len(words(rest)) < 2:
            break
        text = rest
        steps.add("department")
        first, _, rest = text.partition(",")
    return text


def _is_remark(match: re.Match[str], text: str, inside: re.Pattern[str]) -> bool:
    said = match.group(1) if match.group(1) is not None else match.group(2)
    return bool(inside.match(folded(said))) or _is_initials(said, text[: match.start()])


def _is_initials(short: str, long: str) -> bool:
    """Whether a bracket holds only the short form of the words before it: "University College London (UCL)"."""
    letters = "".join(words(folded(short)))
    if not 2 <= len(letters) <= 10 or not short[:1].isupper() or " " in short.strip():
        return False
    return spells(letters, words(folded(long))[-12:])


def spells(letters: str, tokens: list[str]) -> bool:
    """Whether the letters are beginnings of all the words, in order, small words and short ones optional."""
    reached = {0}
    for token in tokens:
        nxt = set(reached) if token in _SMALL else set()
        for start in reached:
            size = 0
            while start + size < len(letters) and size < len(token) and token[size] == letters[start + size]:
                size += 1
                nxt.add(start + size)
        reached = nxt
    return len(tokens) > 1 and len(letters) in reached


@cache
def _spellings() -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    told = lexicon("spelling")
    university = told["university"]
    return told["words"], frozenset(university["short"]), frozenset(university["before"])


def _spelled(tokens: list[str]) -> list[str]:
    other, short, before = _spellings()
    if len(tokens) > 2 and tokens[0] in short and tokens[1] in before:
        tokens = ["university", *tokens[1:]]
    elif len(tokens) == 2 and tokens[1] == "u" and len(tokens[0]) > 3:
        tokens = [tokens[0], "university"]
    if other.keys().isdisjoint(tokens):
        return tokens
    return [other.get(t, t) for t in tokens]
