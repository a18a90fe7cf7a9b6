"""Job titles as written → occupation family, level, artificial intelligence work, side role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import pyarrow as pa

from mercato.identity.folding import folded, words
from mercato.identity.lexicon import lexicon
from mercato.identity.runs import Run, Runs
from mercato.identity.titles.taxonomies import Occupation, Taxonomies
from mercato.identity.titles.words import Mending, parts, plain, written_out
from mercato.tables import LEVELS, TITLES

_SEGMENT = re.compile(r"[,;|(\[@]|\s[-–—]\s|\s(?:at|chez|to)\s")
_TIERS = ("any", "generic", "topic", "weak")
_MASKED = "\0"


@dataclass(frozen=True, slots=True)
class Title:
    """What a title tells; a null family or level is not told.

    is_ai: any word of artificial intelligence. is_ai_strict: a method of it, or AI itself is what is built or studied.
    rule: the words that decided the family. code, code_system: the occupation in the user's own taxonomies.
    """

    family: str | None
    level: str | None
    is_ai: bool
    is_side: bool
    is_ai_strict: bool = False
    rule: str | None = None
    code: str | None = None
    code_system: str | None = None


@dataclass(frozen=True)
class _Lexicon:
    levels: Runs
    grades: dict[str, str]
    numbered: frozenset[str]
    deputy: frozenset[str]
    families: Runs
    order: dict[str, int]
    ai: Runs
    ai_joined: tuple[tuple[str, str], ...]
    built_by: frozenset[str]
    side: Runs
    side_whole: frozenset[str]
    side_firsts: frozenset[str]
    mending: Mending
    ranks: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    told, families = lexicon("titles"), lexicon("families")
    level, side, ai = told["level"], told["side"], told["ai"]
    grades = {g: name for key in ("grades", "rungs") for name, grades in level[key].items() for g in grades}
    levels = _runs([(p, "none") for p in level["none"]] + [(p, "cut") for p in level["cut"]]
        + [(p, name) for name in LEVELS for p in level[name]])  # fmt: skip
    of_families = _runs(
        [(p, f"{tier} {name}") for tier in _TIERS for name, said in families.items() for p in said.get(tier, [])]
    )
    return _Lexicon(
        levels=levels,
        grades=grades,
        numbered=frozenset(level["numbered"]["after"]),
        deputy=frozenset(level["deputy"]),
        families=of_families,
        order={name: rank for rank, name in enumerate(families)},
        ai=_runs([(p, "") for p in ai["not"]] + [(p, kind) for kind in ("method", "word") for p in ai[kind]]),
        ai_joined=tuple((p, kind) for kind in ("method", "word") for p in ai[kind] if not p.isascii()),
        built_by=frozenset(ai["built_by"]),
        side=_runs([(p, "") for p in side["not"]] + [(p, kind) for kind in ("board", "any") for p in side[kind]]),
        side_whole=frozenset(" ".join(words(folded(p))) for p in side["whole"]),
        side_firsts=frozenset(written_out(words(folded(p)))[0] for p in side["whole"]),
        mending=Mending(word for runs in (of_families, levels) for phrase in runs.exact for word in phrase),
        ranks=frozenset(p for name in LEVELS[:5] for p in level[name] if " " not in p) | grades.keys(),
    )


def _runs(entries: list[tuple[str, str]]) -> Runs:
    return Runs(entries, written_out)


def classify_titles(titles: pa.Table, taxonomies: Taxonomies | None = None) -> pa.Table:
    """What distinct titles (column ``title``) tell, in the schema of TITLES.

    A blank title tells nothing: family and level null, not AI, not a side role. A null title has no row.
    """
    distinct = sorted({t for t in titles["title"].to_pylist() if t is not None})
    told = [classify(title, taxonomies) for title in distinct]
    columns = [distinct if f.name == "title" else [getattr(t, f.name) for t in told] for f in TITLES.schema]
    return pa.table(
        [pa.array(c, type=f.type) for c, f in zip(columns, TITLES.schema, strict=True)], schema=TITLES.schema
    )


def classify(title: str, taxonomies: Taxonomies | None = None) -> Title:
    """What one title tells. Taxonomies give codes, and the family of a title that the rules do not understand."""
    text = plain(title)
    tokens = written_out(words(text))
    if not tokens:
        return Title(None, None, False, False)
    known = _lexicon()
    told = _told(tokens, text, known)
    coded = taxonomies.find(parts(text), known.ranks) if taxonomies else None
    if told.family is None and not (coded and coded[1].family):
        mended = known.mending.mended(tokens)
        if mended != tokens:
            told = _told(mended, " ".join(mended), known)
    return _with_code(told, *coded, known) if coded else told


def _with_code(told: Title, label: Sequence[str], occupation: Occupation, known: _Lexicon) -> Title:
    """The same with the code of an occupation, and with its family where the title told none."""
    coded = replace(told, code=occupation.code, code_system=occupation.system if occupation.code else None)
    if told.family or not occupation.family:
        return coded
    rule = f"{occupation.system}: {' '.join(label)}"
    strict = told.is_ai_strict or (told.is_ai and occupation.family in known.built_by)
    return replace(coded, family=occupation.family, level=told.level or "mid", is_ai_strict=strict, rule=rule)


def _told(tokens: list[str], text: str, known: _Lexicon) -> Title:
    side = [run for run in known.side.find(tokens) if run[2]]
    is_side = bool(side) or (tokens[0] in known.side_firsts and _first_part(text) in known.side_whole)
    for place, size, meaning in side:
        if meaning == "board":
            tokens = [*tokens[:place], *[_MASKED] * size, *tokens[place + size :]]
    ranks = known.levels.find(tokens)
    cuts = (place or size for place, size, meaning in ranks if meaning == "cut")
    cut = next(cuts, len(tokens))
    decided = _family(tokens, text, cut, known)
    family = decided[2].partition(" ")[2] if decided else None
    level = _level(tokens, ranks, cut, known) or ("mid" if family else None)
    ai = _ai(tokens, text, known)
    return Title(
        family,
        level,
        is_ai=bool(ai),
        is_side=is_side,
        is_ai_strict="method" in ai or ("word" in ai and family in known.built_by),
        rule=" ".join(tokens[decided[0] : decided[0] + decided[1]]) if decided else None,
    )


def _first_part(text: str) -> str:
    return " ".join(words(_SEGMENT.split(text, maxsplit=1)[0]))


def _family(tokens: list[str], text: str, cut: int, known: _Lexicon) -> Run | None:
    """The run of words that decides the family: the weightiest, then the first one."""
    found = known.families.find(tokens)
    found = [run for run in found if run[0] < cut] or found
    if len(found) < 2:
        return found[0] if found else None
    topics = any(meaning.startswith("topic") for _, _, meaning in found)
    heads = _heads(found, text) if not topics and any(m.startswith("generic") for _, _, m in found) else frozenset()

    def weight(run: Run) -> tuple[float, int, int]:
        place, size, meaning = run
        tier, _, name = meaning.partition(" ")
        if tier == "any":
            heavy = 10.0 * size
        elif tier == "generic":
            heavy = 15.0 if place in heads else 4.0
        else:
            heavy = 6.0 if tier == "topic" else 0.5 if name == "management" else 1.0
        return -heavy, place, known.order[name]

    return min(found, key=weight)


def _heads(found: Sequence[Run], text: str) -> frozenset[int]:
    """The places of runs that are the first or the last one of their part of the title."""
    ends, place = [], 0
    for part in parts(text):
        place += len(part)
        ends.append(place)
    heads, begin = set(), 0
    for end in ends:
        inside = [run[0] for run in found if begin <= run[0] < end]
        heads |= {inside[0], inside[-1]} if inside else set()
        begin = end
    return frozenset(heads)


def _level(tokens: list[str], ranks: Sequence[Run], cut: int, known: _Lexicon) -> str | None:
    found = [meaning for place, _, meaning in ranks if place < cut and meaning not in ("none", "cut")]
    if "intern" in found:
        return "intern"
    if found:
        highest = max(found, key=LEVELS.index)
        return "manager" if highest == "director" and not known.deputy.isdisjoint(tokens) else highest
    for place in range(len(tokens) - 1, -1, -1):
        word = tokens[place]
        if word in known.grades and _is_grade(tokens, place, known):
            return known.grades[word]
    return None


def _is_grade(tokens: list[str], place: int, known: _Lexicon) -> bool:
    """Whether a word that may be a grade is one: a letter and a number anywhere, other grades after a word."""
    word = tokens[place]
    if not word.isalpha() and not word.isdigit():
        return True
    return place > 0 and tokens[place - 1] not in known.numbered and (word.isalpha() or place == len(tokens) - 1)


def _ai(tokens: list[str], text: str, known: _Lexicon) -> set[str]:
    """The kinds of AI words in a title: method, word."""
    kinds = {meaning for _, _, meaning in known.ai.find(tokens) if meaning}
    if not text.isascii():
        kinds |= {kind for word, kind in known.ai_joined if word in text}
    return kinds
