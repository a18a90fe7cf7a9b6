"""What tells one cluster of names from another, for linkage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from mercato.identity.employers.institutions import FORMS, form_of, signature
from mercato.identity.employers.joining import Clusters, Name
from mercato.identity.employers.likeness import Telling
from mercato.identity.employers.parts import is_institution, is_strong, parts_of
from mercato.identity.places import is_place
from mercato.identity.vocabulary import singular

FORMS_OF_ONE = 8
"""Different wordings of one cluster that are compared, those of most people first."""


def tellings_of(names: Mapping[str, Name], clusters: Clusters) -> tuple[list[str], list[Telling]]:
    """The root and the telling words of each wording of each cluster, with the people and country of the whole."""
    people: Counter[str] = Counter()
    wordings: dict[str, dict[Telling, None]] = {}
    countries: dict[str, Counter[str]] = {}
    for key, name in sorted(names.items(), key=lambda item: (-item[1].people, len(item[0]), item[0])):
        root = clusters.root(key)
        people[root] += name.people
        if name.country:
            countries.setdefault(root, Counter())[name.country] += name.people
        for told in (told for tokens in (name.tokens, *name.wordings) for told in telling(tokens)):
            known = wordings.setdefault(root, {})
            if len(known) < FORMS_OF_ONE:
                known.setdefault(told)
    roots, made = [], []
    for root in sorted(wordings):
        where = countries.get(root)
        country = min(where, key=lambda c: (-where[c], c)) if where else ""
        for told in wordings[root]:
            roots.append(root)
            made.append(replace(told, people=people[root], country=country))
    return roots, made


def telling(tokens: tuple[str, ...]) -> list[Telling]:
    """What one name tells, without its people: of an institution its words, of a company all words and its brand."""
    if is_institution(tokens):
        said = signature(tokens)
        words = tuple(word for word in said if word not in FORMS)
        places = tuple(sorted(word for word in words if is_place((word,))))
        return [Telling(words or said, form_of(said), places, 0)]
    steps = parts_of(tokens)
    brand = next((step.brand for step in reversed(steps) if is_strong(step.brand)), steps[0].brand)
    told = (tuple(map(singular, words)) for words in (brand, steps[0].brand))
    return [Telling(words, "", (), 0) for words in dict.fromkeys(told)]
