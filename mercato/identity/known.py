"""Names of one employer that no rule could tell: short forms and former names that are known all over."""

from __future__ import annotations

from functools import cache

from mercato.identity.lexicon import lexicon


@cache
def known_names() -> dict[str, str]:
    """Other names, as they are written, with the name of their employer."""
    return {other: name for name, others in lexicon("known")["names"].items() for other in others}


@cache
def short_names() -> frozenset[str]:
    """Those of them that are one word, in small letters."""
    return frozenset(name.lower() for name in known_names() if name.isalnum())


@cache
def famous() -> frozenset[str]:
    """Keys of names that are known all over, so that they need not stand alone in the data."""
    from mercato.identity.normalise import reduce_name

    kinds = lexicon("kinds")["names"]
    every = {*known_names().values(), *(name for kind in ("ai_lab", "big_tech") for name in kinds[kind])}
    return frozenset(reduce_name(name).key for name in every)
