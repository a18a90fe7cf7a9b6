"""Names of simulated people: drawn from those that are given in many countries, so that a few are frequent.

Names come from the library Faker, seeded; how they are handed on (slips of the pen, initials, order, a name taken in
marriage) is drawn here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ORIGINS = {
    "en_US": 0.30, "en_GB": 0.12, "fr_FR": 0.10, "de_DE": 0.08, "es_ES": 0.06, "it_IT": 0.04, "pl_PL": 0.03,
    "nl_NL": 0.03, "pt_BR": 0.04, "tr_TR": 0.02, "en_IN": 0.09, "zh_CN": 0.09,
}  # fmt: skip
"""Where names come from, with their shares; Chinese ones are written in Latin letters."""

_POOL = 4_000
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Random = np.random.Generator
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Named:
    """Names of people in parts: given name, family name, whether the bearer is a woman, the origin of the name."""

    given: Texts
    family: Texts
    woman: NDArray[np.bool_]
    origin: NDArray[np.int8]

    def full(self) -> Texts:
        """Given and family name."""
        return np.asarray(self.given + " " + self.family, dtype=object)


def draw_names(random: Random, people: int, seed: int, crowd: float = 0.0) -> Named:
    """Names of so many people; a share ``crowd`` of them have one of the twenty most frequent names of their origin."""
    shares = np.array(list(ORIGINS.values()))
    origin = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], random.random(people), "right").astype(np.int8)
    woman = random.random(people) < 0.45
    common = random.random(people) < crowd
    given, family = np.empty(people, dtype=object), np.empty(people, dtype=object)
    for place, locale in enumerate(ORIGINS):
        women, men, families = _pools(locale, seed)
        for at, pool, kept in (
            ((origin == place) & woman, women, given), ((origin == place) & ~woman, men, given),
            (origin == place, families, family),
        ):  # fmt: skip
            size = int(at.sum())
            drawn = pool[random.integers(0, len(pool), size)]
            few = _most_frequent(pool)
            kept[at] = np.where(common[at], few[random.integers(0, len(few), size)], drawn)
    return Named(given, family, woman, origin)


def _most_frequent(pool: Texts) -> Texts:
    found, times = np.unique(pool.astype(str), return_counts=True)
    return found[np.lexsort((found, -times))][:20].astype(object)


def _pools(locale: str, seed: int) -> tuple[Texts, Texts, Texts]:
    """Given names of women, of men, and family names, each as often as it is given."""
    from faker import Faker

    fake = Faker(locale)
    fake.seed_instance(seed)
    if locale == "zh_CN":
        romanized = [fake.romanized_name().split(" ", 1) for _ in range(_POOL)]
        given = np.array([r[0] for r in romanized], dtype=object)
        return given, given, np.array([r[-1] for r in romanized], dtype=object)
    makers: tuple[Callable[[], str], ...] = (fake.first_name_female, fake.first_name_male, fake.last_name)
    women, men, families = (np.array([make() for _ in range(_POOL)], dtype=object) for make in makers)
    return women, men, families


@dataclass(frozen=True)
class Habits:
    """How often a name is handed on in another way, each a share of people."""

    slip: float = 0.08
    turned: float = 0.10
    initial: float = 0.06
    married: float = 0.05
    middle: float = 0.05
    plain: float = 0.06
    capitals: float = 0.04


def rewritten(random: Random, names: Named, habits: Habits) -> Texts:
    """The names as another source has them: at most one change of its parts, then of its letters."""
    size = len(names.given)
    given, family = names.given.copy(), names.family.copy()
    change = random.random(size)
    limits = np.cumsum([habits.slip, habits.initial, habits.middle])
    slips, initials, middles = change < limits[0], (change >= limits[0]) & (change < limits[1]), (
        (change >= limits[1]) & (change < limits[2])
    )  # fmt: skip
    for at in np.flatnonzero(slips):
        part = given if random.random() < 0.4 else family
        part[at] = _slipped(random, part[at])
    given[initials] = [f"{name[:1]}." for name in given[initials]]
    letters = random.integers(0, 26, size)
    given[middles] = [
        f"{name} {_LETTERS[i].upper()}." for name, i in zip(given[middles], letters[middles], strict=True)
    ]
    married = names.woman & (names.origin != list(ORIGINS).index("zh_CN")) & (random.random(size) < habits.married)
    family[married] = random.permutation(names.family)[: int(married.sum())]
    whole = given + " " + family
    turned = random.random(size) < habits.turned
    whole[turned] = family[turned] + " " + given[turned]
    bare = random.random(size) < habits.plain
    whole[bare] = [_without_accents(name) for name in whole[bare]]
    loud = random.random(size) < habits.capitals
    whole[loud] = [name.upper() for name in whole[loud]]
    return np.asarray(whole, dtype=object)


def _slipped(random: Random, word: str) -> str:
    """A word with one letter left out, put twice, put for another, or two that change places; never the first one."""
    if len(word) < 3:
        return word
    at = int(random.integers(1, len(word)))
    letter = _LETTERS[int(random.integers(0, 26))]
    kind = int(random.integers(0, 4))
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + letter + word[at:]
    if kind == 2 or at == len(word) - 1:
        return word[:at] + letter + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def arrow(texts: Texts) -> pa.Array:
    """The texts as an Arrow array."""
    return pa.array(texts, pa.string())
