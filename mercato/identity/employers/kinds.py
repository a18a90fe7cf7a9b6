"""What kind of employer a name tells of: university, hospital, AI laboratory, …"""

from __future__ import annotations

from functools import cache

from mercato.identity.employers.normalise import reduce_name
from mercato.identity.lexicon import lexicon
from mercato.identity.runs import Runs

_LONGEST_NAME = 60


@cache
def _names() -> dict[str, str]:
    return {reduce_name(name).key: kind for kind, names in lexicon("kinds")["names"].items() for name in names}


@cache
def _words() -> tuple[Runs, tuple[str, ...]]:
    """Runs of words that stand for the rank of a kind, and the kinds by rank."""
    told = lexicon("kinds")["words"]
    runs = Runs((phrase, str(rank)) for rank, said in enumerate(told) for phrase in said["any"])
    return runs, tuple(said["kind"] for said in told)


def kind_of(key: str, plain: tuple[str, ...]) -> str:
    """The kind by the name alone; empty where it tells nothing."""
    known = _names().get(key)
    if known:
        return known
    runs, kinds = _words()
    plain = plain[:_LONGEST_NAME]
    ranks = [int(meaning) for i in range(len(plain)) if (meaning := runs.at(plain, i)[1])]
    joined = "".join(plain)
    if not ranks and not joined.isascii():
        ranks = [int(rank) for run, rank in runs.exact.items() if not run[0].isascii() and run[0] in joined]
    return kinds[min(ranks)] if ranks else ""
