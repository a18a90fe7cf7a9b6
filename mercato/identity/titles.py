"""Job titles as written → occupation family, level, artificial intelligence work, side role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from mercato.identity.folding import folded, repaired, words
from mercato.identity.lexicon import lexicon
from mercato.identity.runs import Runs
from mercato.tables import LEVELS, TITLES

_SEXES = re.compile(r"[(\[]?\b[hfmwdx](?:\s*[/|]\s*[hfmwdxn]){1,3}\b[)\]]?")
_ENDINGS = re.compile(
    r"(?<=[a-z])(?:\((?:e|ne|euse|trice|rice|ere|se|le|es|ve|te|s)\)|[·•.‧/](?:e|ne|euse|trice|rice|ere|es|ve|te|s)\b(?:[·•.‧]s\b)?)"
)
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])")
_SEGMENT = re.compile(r"[,;|(\[@]|\s[-–—]\s|\s(?:at|chez|to)\s")
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Title:
    """What a title tells; a null family or level is not told."""

    family: str | None
    level: str | None
    is_ai: bool
    is_side: bool


@dataclass(frozen=True)
class _Lexicon:
    levels: Runs
    grades: dict[str, str]
    families: Runs
    weak: Runs
    order: dict[str, int]
    ai: Runs
    ai_joined: tuple[str, ...]
    side: Runs
    side_whole: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    told = lexicon("titles")
    level = told["level"]
    levels = [(p, "none") for p in level["none"]] + [(p, "cut") for p in level["cut"]]
    levels += [(p, name) for name in LEVELS for p in level[name]]
    families = told["family"]
    return _Lexicon(
        levels=Runs(levels),
        grades={grade: name for name, grades in level["grades"].items() for grade in grades},
        families=Runs((p, name) for name, said in families.items() for p in said["any"]),
        weak=Runs((p, name) for name, said in families.items() for p in said.get("weak", [])),
        order={name: rank for rank, name in enumerate(families)},
        ai=Runs([(p, "") for p in told["ai"]["not"]] + [(p, "ai") for p in told["ai"]["any"]]),
        ai_joined=tuple(p for p in told["ai"]["any"] if not p.isascii()),
        side=Runs([(p, "") for p in told["side"]["not"]] + [(p, "side") for p in told["side"]["any"]]),
        side_whole=frozenset(" ".join(words(folded(p))) for p in told["side"]["whole"]),
    )


def classify_titles(titles: pa.Table) -> pa.Table:
    """Family, level, is_ai and is_side of distinct titles (column ``title``), in the schema of TITLES.

    A blank title tells nothing: family and level null, not AI, not a side role. A null title has no row.
    """
    distinct = sorted({t for t in titles["title"].to_pylist() if t is not None})
    told = [classify(title) for title in distinct]
    columns = [
        distinct,
        [t.family for t in told],
        [t.level for t in told],
        [t.is_ai for t in told],
        [t.is_side for t in told],
    ]
    return pa.table(
        [pa.array(c, type=f.type) for c, f in zip(columns, TITLES.schema, strict=True)], schema=TITLES.schema
    )


def classify(title: str) -> Title:
    """What one title tells."""
    text = _prepared(title)
    tokens = words(text)[:_LONGEST_TITLE]
    if not tokens:
        return Title(None, None, False, False)
    known = _lexicon()
    family = _family(tokens, known)
    level = _level(tokens, known) or ("mid" if family else None)
    return Title(family, level, _is_ai(tokens, text, known), _is_side(tokens, text, known))


def _prepared(title: str) -> str:
    text = folded(repaired(title[:2000]))
    if "/" in text or "|" in text:
        text = _SEXES.sub(" ", text)
    text = _ENDINGS.sub("", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m.group().replace(".", "") + " ", text)
    return text.replace("c++", "cpp").replace("c#", "csharp").replace("&", " and ").replace("'", " ").replace("’", " ")


def _family(tokens: list[str], known: _Lexicon) -> str | None:
    """The family of the longest run, then of the first one."""
    for runs in (known.families, known.weak):
        found = runs.find(tokens)
        if found:
            return min(found, key=lambda f: (-f[1], f[0], known.order[f[2]]))[2]
    return None


def _level(tokens: list[str], known: _Lexicon) -> str | None:
    found: list[str] = []
    for place, _, meaning in known.levels.find(tokens):
        if meaning == "cut" and place > 0:
            break
        if meaning == "intern":
            return meaning
        if meaning not in ("none", "cut"):
            found.append(meaning)
    if found:
        return max(found, key=LEVELS.index)
    for place in range(len(tokens) - 1, 0, -1):
        word = tokens[place]
        if word in known.grades and (word.isalpha() or place == len(tokens) - 1):
            return known.grades[word]
    return None


def _is_ai(tokens: list[str], text: str, known: _Lexicon) -> bool:
    if any(meaning for _, _, meaning in known.ai.find(tokens)):
        return True
    return not text.isascii() and any(word in text for word in known.ai_joined)


def _is_side(tokens: list[str], text: str, known: _Lexicon) -> bool:
    if any(meaning for _, _, meaning in known.side.find(tokens)):
        return True
    first = " ".join(words(_SEGMENT.split(text, maxsplit=1)[0]))
    return first in known.side_whole
