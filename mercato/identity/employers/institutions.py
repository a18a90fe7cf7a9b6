"""Universities and other institutions: one in every language, and with any part of it written beside the name."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import cache
from itertools import pairwise

from mercato.identity.employers.known import famous, known_names, short_names
from mercato.identity.employers.normalise import reduce_name, unglued
from mercato.identity.employers.parts import is_institution
from mercato.identity.lexicon import lexicon
from mercato.identity.places import cities, countries, is_country, is_place, place_at_end, states
from mercato.identity.vocabulary import corrected, is_common, single_words, singular

_SMALL = frozenset(["of", "the", "at", "for", "in", "de", "des", "du", "la", "le", "les", "di", "della", "degli", "dei",
    "do", "da", "del", "der", "fur", "zu", "van", "d", "l", "a", "and", "e", "y", "et", "und", "fo"])  # fmt: skip
_LONGEST = 60
_OF_A_STATE = frozenset(["ministry", "ministere", "ministerio", "government", "gouvernement", "embassy", "parliament",
    "senate", "army", "navy", "force", "agency", "authority", "commission", "council", "federation", "bank", "police",
    "regulator", "regulatory", "state", "royal", "republic", "office", "library", "academy"])  # fmt: skip
"""Words of institutions of which every country has one: its name tells them apart."""
FORMS = {"university": "university", "college": "college", "hochschule": "hochschule",
    "hospital": "hospital", "clinic": "hospital", "academy": "academy", "school": "school", "ministry": "ministry",
    "bank": "bank", "foundation": "foundation", "society": "society", "association": "society",
    "council": "council", "agency": "agency", "museum": "museum", "library": "library"}  # fmt: skip
"""Words that say what an institution is, with what is compared of them."""


def form_of(found: tuple[str, ...]) -> str:
    """What an institution says it is; with its place in the name where the order tells two apart."""
    form = " ".join(sorted({FORMS[word] for word in found if word in FORMS}))
    if form == "university" and unordered(found) is None:
        return "university of" if found[0] == "university" else "university at the end"
    return form


def signature(tokens: Sequence[str]) -> tuple[str, ...]:
    """The words of an institution in English, in their order, without small words and a country at the end."""
    return _signed(tokens)[0]


def country_left_out(tokens: Sequence[str]) -> str:
    """The ISO 3166 code of the country that a signature leaves out, or nothing; China stands for all that it claims."""
    code = _signed(tokens)[1]
    return "CN" if code in ("HK", "MO", "TW") else code


def _signed(tokens: Sequence[str]) -> tuple[tuple[str, ...], str]:
    translations, exonyms = _told("translations"), _told("cities")
    said = [corrected(word) for word in tokens[:_LONGEST]]
    said = [exonyms.get(word, translations.get(word, word)) for word in said]
    said = [
        "university" if word == "uni" and is_place(tuple(said[i + 1 : i + 2])) else word for i, word in enumerate(said)
    ]
    said = [word for word in said if word not in _SMALL] or list(tokens)
    if len(said) > 2 and said[0] in ("us", "usa"):
        said = said[1:]
    size, country = place_at_end(said), ""
    rest = said[:-size] if size else said
    if size and len(rest) > 1 and _OF_A_STATE.isdisjoint(rest) and _tells_one(tuple(rest)):
        country = countries().get(tuple(said[-size:]), "")
        said = rest if country else said
    return tuple(_without_umlaut(singular(word)) for word in said), country


def _without_umlaut(word: str) -> str:
    """ "muenster" as "munster", as it is where the dots are left away; words of a dictionary as they are."""
    if is_common(word) or len(word) < 5:
        return word
    return word.replace("ue", "u").replace("oe", "o").replace("ae", "a")


def unordered(found: tuple[str, ...]) -> frozenset[str] | None:
    """The words of a signature whatever their order; None where the order tells two institutions apart.

    "Munich Technical University" is the Technical University of Munich, but Washington University is not the
    University of Washington: a state, or a word such as "southern", keeps its place.
    """
    other = _other()
    if any((word,) in states() or word in _ORDERED for word in found) or {"science", "technology"} <= set(found):
        return None
    if len(found) == 2 and (found[0] in other or found[1] in other or not _is_city(found)):
        return None
    return frozenset(found)


_ORDERED = frozenset(["state", "north", "south", "east", "west", "southern", "northern", "eastern", "western", "york",
    "miami", "newcastle", "central", "new", "columbia", "boston", "lincoln", "victoria", "saint", "st",
    "concordia", "richmond", "loyola", "american"])  # fmt: skip


_UNITS = frozenset(["institute", "department", "center", "laboratory", "laboratories", "faculty", "division", "group",
    "section", "unit", "chair", "college", "school", "program", "lab", "dept", "office"])  # fmt: skip


def _is_city(found: tuple[str, ...]) -> bool:
    return any((word,) in cities() for word in found if word != "university")


def parts_named(
    found: tuple[str, ...], known: Container[tuple[str, ...]], short: Container[str] = ()
) -> list[tuple[str, ...]]:
    """The signatures of other institutions of which a name is a part, longest first; more than one where they are two.

    ``known`` holds the signatures that stand alone. What is written beside may be a field, a unit, a short form or a
    country, but no word that makes another institution ("East China …"), and no place where it may be a campus.
    """
    size, taken = len(found), [False] * len(found)
    inside: list[tuple[str, ...]] = []
    for length in range(size - 1, 0, -1):
        for start in range(size - length + 1):
            inner = found[start : start + length]
            if inner not in known or any(taken[start : start + length]) or not _names_one(inner, short):
                continue
            if inside or _may_stand_beside(found[:start], inner, found[start + length :]):
                inside.append(inner)
                taken[start : start + length] = [True] * length
    return inside


def _names_one(inner: tuple[str, ...], short: Container[str]) -> bool:
    """Whether the words name one institution and not a sort of them."""
    if len(inner) == 1:
        return inner[0] in _short() or inner[0] in short
    return is_institution(inner) and (_tells_one(inner) or "".join(inner) in famous())


@cache
def _tells_one(inner: tuple[str, ...]) -> bool:
    """Whether one of the words is none of those that make up institutions' names everywhere."""
    return any(word not in _fields() and word not in _other() and word not in single_words() for word in inner)


def _may_stand_beside(before: tuple[str, ...], inner: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return _may_come_before(before, inner) and _may_come_after(inner, after)


def _may_come_before(before: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    if not before:
        return True
    if before[-1] in _other() or is_place(before[-1:]) or is_place(before[-2:]) or _has_head(before, inner):
        return False
    if before[0] in _UNITS:
        return True
    fields = _fields()
    if inner[0] == "university" and before[-1] in fields and before[-1] not in _UNITS:
        return False  # "Science University of Tokyo"
    if before[-1] in fields:
        return True
    return all(word in fields or _is_short_form(word) for word in before)


def _may_come_after(inner: tuple[str, ...], after: tuple[str, ...]) -> bool:
    if not after:
        return True
    if after[0] in _other() or _has_head(after, inner) or any(word.isdigit() for word in after):
        return False
    fields = _fields()
    if after[0] in fields and (after[0] in _UNITS or not _UNITS.isdisjoint(after)):
        return True
    if after[0] in fields and (inner[-1] == "university" or {"science", "technology"} & set(after)):
        return False  # "Helsinki University" in "Helsinki University of Technology"
    telling = [word for word in inner if word not in single_words() and word not in fields]
    if "".join(inner) in famous() and "university" not in inner:
        return all(word in fields or is_place((word,)) or _is_short_form(word) for word in after)
    if _has_place(after) and "hospital" in inner:
        return False
    if _has_place(after):
        sure = len(telling) > 1 or any(not is_common(word) and not is_place((word,)) for word in telling)
        return sure and not _has_state(inner) and all(is_place((word,)) or word in fields for word in after)
    if any(cities().get((word,), 0) >= _MANY_UNIVERSITIES for word in telling):
        return all(word in fields for word in after)  # "University of Paris" in "Paris-Dauphine University"
    return all(word in fields or (not _has_state(inner) and _is_short_form(word)) for word in after)


_MANY_UNIVERSITIES = 1_000_000
"""People of a city that is likely to have several universities, told apart by one more word."""


def _has_state(run: tuple[str, ...]) -> bool:
    """Whether a state or a country stands in the words: what follows may be a campus."""
    runs = (run[i:j] for i in range(len(run)) for j in range(i + 1, len(run) + 1))
    return any(part in states() or is_country(part) for part in runs)


def _is_short_form(word: str) -> bool:
    """Whether a word looks like the short form of a unit: in no dictionary, with a number in it or few vowels."""
    if any(c.isdigit() for c in word):
        return not word.isdigit()
    vowels = sum(c in "aeiouy" for c in word)
    return not is_common(word) and not is_place((word,)) and (len(word) <= 4 or vowels <= len(word) / 3)


def _has_head(beside: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    """Whether another institution is named; a college or school is a part of a university."""
    heads = _main_heads() - {"college", "academy"} if "university" in inner else _main_heads()
    return not heads.isdisjoint(beside)


def named_inside(found: tuple[str, ...], tokens: Sequence[str]) -> tuple[str, ...] | None:
    """ "Waseda University" in the signature of "GITS Waseda University": a university's name by its shape, or None."""
    if "university" not in found or len(found) < 3:
        return None
    place = found.index("university")
    start = place if any(a == "university" and b in _SMALL for a, b in pairwise(tokens)) else place - 1
    inner = found[max(start, 0) : start + 2]
    if len(inner) < 2 or not _names_one(inner, ()):
        return None
    word = inner[0] if inner[1] == "university" else inner[1]
    if is_common(word) or (word,) in states() or is_country((word,)):
        return None
    before, after = found[:start], found[start + 2 :]
    alone = all(word in _fields() or len(word) < 5 for word in before)
    return inner if alone and _may_stand_beside(before, inner, after) else None


def institute_of_network(tokens: Sequence[str], spelling: str) -> tuple[str, str] | None:
    """("fraunhofer", "fokus") for "FhG Fokus": the network and the short name of its institute, or None."""
    networks, aside = _networks()
    network = next((networks[word] for word in tokens if word in networks), None)
    if network is None:
        return None
    rest = [word for word in tokens if word not in networks and word not in aside and not is_place((word,))]
    if len(rest) > 1:
        rest = [word for word in rest if word.upper() in spelling and len(word) < 7]
    return (network, rest[0]) if len(rest) == 1 and len(rest[0]) > 1 and not is_common(rest[0]) else None


@cache
def _networks() -> tuple[dict[str, str], frozenset[str]]:
    told = lexicon("parts")["networks"]
    words = {word: name for name, others in told["names"].items() for word in (name, *others)}
    return words, _SMALL | frozenset(told["aside"])


def _has_place(run: tuple[str, ...]) -> bool:
    return any(
        run[i:j] in cities() or run[i:j] in states() for i in range(len(run)) for j in range(i + 1, len(run) + 1)
    )


@cache
def _told(name: str) -> dict[str, str]:
    return dict(lexicon("parts")["institutions"].get(name) or lexicon("parts")[name])


@cache
def _fields() -> frozenset[str]:
    told = lexicon("parts")["institutions"]["fields"]
    return frozenset(told) | {singular(word) for word in told}


@cache
def _other() -> frozenset[str]:
    return frozenset(lexicon("parts")["institutions"]["other"])


@cache
def _main_heads() -> frozenset[str]:
    """Words of which each stands for an institution of its own: two of them are two institutions."""
    return frozenset(["university", "college", "polytechnic", "hospital", "academy", "ministry", "foundation", "bank"])


@cache
def _short() -> frozenset[str]:
    """Short forms of institutions that are known all over."""
    return short_names()


@cache
def known_signatures() -> dict[tuple[str, ...], str]:
    """Signatures of the names of institutions that are known all over, with the key of the institution."""
    found = {}
    for other, name in known_names().items():
        for said in (other, name):
            tokens = unglued(said)
            if is_institution(tokens):
                found[signature(tokens)] = reduce_name(name).key
    return found
