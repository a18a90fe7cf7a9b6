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
    """Those of institutions that are one word, in small letters."""
    from mercato.identity.employers.parts import is_institution
    from mercato.identity.folding import folded, words

    kinds = lexicon("kinds")["names"]
    research = {*kinds["research"], *kinds["university"]}
    told = known_names()
    of_institutions = {o for o, name in told.items() if name in research or is_institution(words(folded(name)))}
    return frozenset(name.lower() for name in of_institutions | research if name.isalnum())


@cache
def apart() -> frozenset[tuple[str, str]]:
    """Pairs of keys of employers that are two whatever their names."""
    from mercato.identity.employers.normalise import reduce_name

    return frozenset((reduce_name(one).key, reduce_name(other).key) for one, other in lexicon("apart")["pairs"])


@cache
def famous() -> frozenset[str]:
    """Keys of names that are known all over, so that they need not stand alone in the data."""
    from mercato.identity.employers.normalise import reduce_name

    kinds = lexicon("kinds")["names"]
    every = {*known_names().values(), *(name for kind in ("ai_lab", "big_tech") for name in kinds[kind])}
    return frozenset(reduce_name(name).key for name in every)
