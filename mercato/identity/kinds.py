"""What kind of employer a name tells of: university, hospital, AI laboratory, …"""

from __future__ import annotations

from functools import cache

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon
from mercato.identity.normalise import reduce_name

_LONGEST = 4


@cache
def _names() -> dict[str, str]:
    return {reduce_name(name).key: kind for kind, names in lexicon("kinds")["names"].items() for name in names}


@cache
def _words() -> tuple[dict[str, int], dict[str, int], list[str]]:
    """Runs of words and beginnings of words with the rank of their kind, and the kinds by rank."""
    runs: dict[str, int] = {}
    beginnings: dict[str, int] = {}
    kinds = []
    for rank, told in enumerate(lexicon("kinds")["words"]):
        kinds.append(told["kind"])
        for phrase in told["any"]:
            plain = " ".join(words(folded(phrase)))
            (beginnings if phrase.endswith("*") else runs).setdefault(plain, rank)
    return runs, beginnings, kinds


def kind_of(key: str, plain: tuple[str, ...]) -> str:
    """The kind by the name alone; empty where it tells nothing."""
    known = _names().get(key)
    if known:
        return known
    runs, beginnings, kinds = _words()
    ranks = [runs[run] for run in _runs(plain) if run in runs]
    for word in plain:
        ranks += [rank for start, rank in beginnings.items() if word.startswith(start)]
    if not ranks and not "".join(plain).isascii():
        joined = "".join(plain)
        ranks = [rank for run, rank in runs.items() if not run.isascii() and run in joined]
    return kinds[min(ranks)] if ranks else ""


def _runs(plain: tuple[str, ...]) -> list[str]:
    plain = plain[:60]
    return [" ".join(plain[i : i + n]) for n in range(1, _LONGEST + 1) for i in range(len(plain) - n + 1)]
