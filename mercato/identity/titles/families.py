"""The families of occupations: what each holds, its codes, and which family a code is of."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache

from mercato.identity.lexicon import lexicon

SYSTEMS = ("isco", "soc", "rome")
_LISTED = {"isco": "ISCO-08", "soc": "SOC 2018", "rome": "ROME"}


@dataclass(frozen=True)
class Family:
    """One family: its name, what it holds in each language, and the beginnings of its codes in each system.

    ``also``: beginnings of codes that count as another family's but whose people may be of this one.
    """

    name: str
    described: dict[str, str]
    codes: dict[str, tuple[str, ...]]
    also: dict[str, tuple[str, ...]]


@cache
def families() -> tuple[Family, ...]:
    """Every family, in the order in which ties between words are settled."""
    return tuple(
        Family(
            name,
            {"en": told["en"], "fr": told["fr"]},
            {system: tuple(told.get(system, ())) for system in SYSTEMS},
            {system: tuple(told.get(f"{system}_also", ())) for system in SYSTEMS},
        )
        for name, told in lexicon("families").items()
    )


@cache
def _starts(system: str) -> dict[str, str]:
    return {start: family.name for family in families() for start in family.codes[system]}


def family_of_code(system: str, code: str) -> str | None:
    """The family whose declared codes the code begins with, the longest beginning first; null where none does."""
    starts = _starts(system)
    plain = this_edition(code) if system == "soc" else code
    return next((starts[plain[:size]] for size in range(len(plain), 0, -1) if plain[:size] in starts), None)


def families_of_group(system: str, group: str) -> frozenset[str]:
    """The families some of whose declared codes, their own or also theirs, lie in a group (the beginning of a code)."""
    own = family_of_code(system, group)
    overlapping = {
        family.name
        for family in families()
        for start in (*family.codes[system], *family.also[system])
        if start.startswith(group) or (group.startswith(start) and start in family.also[system])
    }
    return frozenset(overlapping | ({own} if own else set()))


@cache
def _earlier() -> dict[str, str]:
    return dict(lexicon("soc_2010")["became"])


def this_edition(code: str) -> str:
    """A SOC 2010 or O*NET-SOC 2010 code of computer work as the SOC 2018 code that it became; others as they are."""
    became = _earlier()
    return became.get(code) or became.get(code[:7]) or code


def list_families(language: str = "en") -> str:
    """Every family with what it holds and its codes, one paragraph each."""
    return "\n\n".join(_listed(family, language) for family in families())


def _listed(family: Family, language: str) -> str:
    lines = textwrap.wrap(family.described[language], 92, initial_indent="    ", subsequent_indent="    ")
    for system, name in _LISTED.items():
        if family.codes[system]:
            told = f"{name}: {' '.join(family.codes[system])}"
            lines += textwrap.wrap(told, 92, initial_indent="    ", subsequent_indent="      ")
    return "\n".join([family.name, *lines])
