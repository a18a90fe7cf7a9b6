"""Given names, surnames and words of organisations: what a word of a name speaks for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from mercato.identity.folding import folded, words
from mercato.identity.kept import kept
from mercato.identity.lexicon import lexicon
from mercato.identity.nonemployers.placenames import place_words

_SHORTEST = 2


class PersonNames(NamedTuple):
    """Folded given names and surnames as single words; ``weak`` are given names that are words or brands too."""

    given: frozenset[str]
    surnames: frozenset[str]
    weak: frozenset[str]
    all: frozenset[str]


@kept
def person_names() -> PersonNames:
    """The names of the faker library's persons in all its languages, and the project's own; built once (0.6 s)."""
    told = lexicon("person_names")
    given, surnames = _of_faker()
    weak = frozenset(told["weak_given"]["names"])
    own = frozenset(name for names in told["given"].values() for name in names)
    family = surnames | set(told["surnames"]["names"])
    given = given | own
    return PersonNames(frozenset(given - weak), frozenset(family), weak, frozenset(given | family))


def _of_faker() -> tuple[set[str], set[str]]:
    import faker.providers.person as persons

    given: set[str] = set()
    surnames: set[str] = set()
    for found in pkgutil.iter_modules(persons.__path__):
        provider = importlib.import_module(f"{persons.__name__}.{found.name}").Provider
        for attribute in dir(provider):
            names = getattr(provider, attribute)
            if attribute.startswith("_") or "name" not in attribute or not isinstance(names, (tuple, list, dict, set)):
                continue
            if "first" in attribute:
                given.update(_texts(names))
            elif "last" in attribute:
                surnames.update(_texts(names))
    return _folded_words(given), _folded_words(surnames)


def _texts(names: Iterable[Any]) -> Iterator[str]:
    for name in names:
        if isinstance(name, str):
            yield name
        elif isinstance(name, tuple):
            yield from (part for part in name if isinstance(part, str))


def _folded_words(names: set[str]) -> set[str]:
    """All names folded at once; a name of several words gives each of them and the words written together."""
    found: set[str] = set()
    for line in folded("\n".join(sorted(names))).split("\n"):
        parts = words(line)
        found.update(part for part in parts if len(part) >= _SHORTEST or part > "\u2e80")
        if len(parts) == 2:
            found.add("".join(parts))
    return found


@kept
def sure_given() -> frozenset[str]:
    """Given names of the project's own list that name no place and no organisation."""
    own = frozenset(name for names in lexicon("person_names")["given"].values() for name in names)
    return own - place_words() - business_words() - person_names().weak


@kept
def lone_given() -> frozenset[str]:
    """Sure given names that speak for a person alone; short forms ("Charlie") are names of firms as often."""
    return sure_given() - frozenset(lexicon("person_names")["given"]["english_short"])


@kept
def common_surnames() -> frozenset[str]:
    """Words of organisations that are common words and surnames besides ("Hill")."""
    told = lexicon("business_words")["words"]
    return frozenset([*told["common"], *told["trades"]]) & person_names().surnames


@kept
def surnames_only() -> frozenset[str]:
    """Surnames of the project's own list: as sure as a given name."""
    return frozenset(lexicon("person_names")["surnames"]["names"])


@cache
def business_words() -> frozenset[str]:
    """Words with which a name is no person's: the project's list, the common words of faker, names of places."""
    from faker.providers.company.en_US import Provider as Companies
    from faker.providers.job import Provider as Jobs
    from faker.providers.lorem.en_US import Provider as Lorem

    told = lexicon("business_words")["words"]
    people = person_names().all - person_names().weak
    common = {word for text in (*Lorem.word_list, *Jobs.jobs) for word in words(folded(text))}
    for phrases in (*Companies.catch_phrase_words, *Companies.bsWords):
        common.update(word for phrase in phrases for word in words(folded(phrase)))
    own = {word for part in told.values() for word in part}
    return frozenset(own | (common - people) | (place_words() - people))


@cache
def legal_words() -> frozenset[str]:
    """Legal forms that a firm's name ends in, as single words."""
    return frozenset(lexicon("business_words")["words"]["legal"])


@cache
def decisive_words() -> frozenset[str]:
    """Words of organisations that are in no name of a person: a quick first look at a text."""
    told = lexicon("person_names")
    around = [word for part in told["around"].values() for word in part]
    asian = [*told["chinese"]["surnames"], *told["korean"]["surnames"], *told["korean"]["syllables"]]
    people = common_surnames() | person_names().all | frozenset([*around, *asian])
    return frozenset(word for word in business_words() - people - place_words() if len(word) > 3)


@cache
def business_endings() -> tuple[str, ...]:
    """Ends of words by which they are of an organisation ("…soft", "…tech")."""
    return tuple(lexicon("business_words")["endings"]["words"])


@cache
def named_after_people() -> frozenset[tuple[str, ...]]:
    """Names of employers that are names of people too, as words without "and"."""
    names = lexicon("business_words")["named_after_people"]["names"]
    return frozenset(tuple(word for word in words(folded(name)) if word != "and") for name in names)
