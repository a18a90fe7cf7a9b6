"""Probabilistic linkage of the names that no rule resolved, by Splink (Fellegi and Sunter 1969) with stated weights."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from mercato.identity.lexicon import lexicon
from mercato.identity.places import is_place
from mercato.identity.vocabulary import is_common

SHORTEST, LONGEST = 4, 40
"""Letters of the telling words from and up to which two names are compared for misspellings."""
RARE = 30
"""Names that hold a word, up to which the word brings names together."""
MEMORY = "4GB"

_TYPO = "damerau_levenshtein(stem_l, stem_r)"
_LATIN = "strlen(stem_l) = length(stem_l) AND strlen(stem_r) = length(stem_r)"
_SHORTER = "least(length(stem_l), length(stem_r))"
_LONGER = "abs(length(stem_l) - length(stem_r))"
_CLOSE = f"{_LATIN} AND {_LONGER} <= 2"
_UNSAID = "(form_l = '' AND starts_with(form_r, 'university') OR form_r = '' AND starts_with(form_l, 'university'))"
_KEPT = "left(stem_l, 1) = left(stem_r, 1)"


def _in_words_of(letters: int) -> str:
    """Whether a word of no dictionary, of so many letters, stands alone in the name that fewer people wrote.

    "Engine" is no slip for "Engie", however many more write that.
    """
    alone = (
        f"people_{one} <= people_{other} AND len(list_filter(unknown_{one}, "
        f"lambda x: length(x) >= {letters} AND NOT list_contains(tokens_{other}, x))) > 0"
        for one, other in (("l", "r"), ("r", "l"))
    )
    return f"({' OR '.join(alone)})"


def _holds(one: str, other: str) -> str:
    """Whether one name holds all words of the other, and nothing else that is in a dictionary."""
    more = f"list_filter(tokens_{one}, lambda x: NOT list_contains(tokens_{other}, x))"
    return f"list_has_all(tokens_{one}, tokens_{other}) AND list_has_all(unknown_{one}, {more})"


_MORE, _FEWER = "greatest(people_l, people_r)", "least(people_l, people_r)"
_COMPARISONS: dict[str, tuple[tuple[str, str], ...]] = {
    "name": (
        ("same", "stem_l = stem_r"),
        ("long_typo", f"{_CLOSE} AND {_SHORTER} >= 8 AND {_TYPO} = 1 AND {_in_words_of(7)}"),
        (
            "long_typos",
            f"{_CLOSE} AND {_SHORTER} >= 11 AND {_LONGER} <= 2 AND {_KEPT} AND {_TYPO} = 2 AND {_in_words_of(7)}",
        ),
        (
            "typo",
            f"{_CLOSE} AND {_SHORTER} + {_LONGER} >= 6 AND {_KEPT} AND {_TYPO} = 1 AND {_in_words_of(5)}",
        ),
        (
            "short_form",
            "(length(stem_l) >= 4 AND stem_l = initials_r) OR (length(stem_r) >= 4 AND stem_r = initials_l)",
        ),
        (
            "brand_and_more",
            f"{_LATIN} AND len(list_intersect(unknown_l, unknown_r)) > 0"
            f" AND ({_holds('l', 'r')} OR {_holds('r', 'l')})",
        ),
        ("contained", "list_has_all(tokens_l, tokens_r) OR list_has_all(tokens_r, tokens_l)"),
        ("other", "ELSE"),
    ),
    "form": (
        ("same", "form_l = form_r"),
        (
            "bare",
            f"stem_l = stem_r AND {_UNSAID} AND len(unknown_l) > 0 AND place_l || place_r = ''",
        ),
        ("unsaid", _UNSAID),
        ("other", "ELSE"),
    ),
    "numbers": (("same", "numbers_l = numbers_r"), ("other", "ELSE")),
    "place": (
        ("unsaid", "place_l = '' OR place_r = ''"),
        ("same", "place_l = place_r"),
        ("other", "ELSE"),
    ),
    "country": (("unknown", "country_l = '' OR country_r = ''"), ("same", "country_l = country_r"), ("other", "ELSE")),
    "frequency": (
        ("both_many", f"{_FEWER} >= 20"),
        ("far", f"{_MORE} >= 50 * {_FEWER} AND {_FEWER} <= 5"),
        ("wide", f"{_MORE} >= 10 * {_FEWER} AND {_FEWER} <= 5"),
        ("some", f"{_MORE} >= 3 * {_FEWER}"),
        ("alike", "ELSE"),
    ),
}

RECORD = pa.schema(
    [
        ("unique_id", pa.int64()), ("stem", pa.string()), ("initials", pa.string()), ("tokens", pa.list_(pa.string())),
        ("unknown", pa.list_(pa.string())), ("form", pa.string()), ("numbers", pa.string()), ("place", pa.string()),
        ("country", pa.string()), ("people", pa.int64()), ("typo", pa.list_(pa.string())),
        ("rare", pa.list_(pa.string())),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Telling:
    """What is compared of one cluster of names.

    words: those that tell the employer; form: what sort of institution they say, or nothing; places: where it is said
    to be; people: who wrote any of its names; country: where most of them are, or nothing.
    """

    words: tuple[str, ...]
    form: str
    places: tuple[str, ...]
    people: int
    country: str = ""


@dataclass(frozen=True)
class Pair:
    """Two clusters (by their numbers), and the bits that speak for one employer, by comparison."""

    left: int
    right: int
    levels: tuple[tuple[str, str, float], ...]

    @property
    def bits(self) -> float:
        return sum((bits for _, _, bits in self.levels), start=float(lexicon("weights")["prior"]))

    def with_level(self, comparison: str, level: str) -> Pair:
        return Pair(self.left, self.right, (*self.levels, (comparison, level, weight(comparison, level))))


def probability(bits: float) -> float:
    """Odds in bits as a probability."""
    return float(1 / (1 + 2.0 ** -max(min(bits, 60.0), -60.0)))


def weight(comparison: str, level: str) -> float:
    return float(lexicon("weights")[comparison][level])


def pairs_of(tellings: Sequence[Telling]) -> list[Pair]:
    """The pairs of clusters that may be one employer, with what speaks for and against each.

    Only names that share a rare word, a misspelling of the telling words, or a short form are compared, so that the
    work grows little faster than the number of names. Pairs that nothing could lift above the threshold of review
    are left out.
    """
    if len(tellings) < 2:
        return []
    records = _records(tellings)
    if not _any_together(records):
        return []
    scored = _scored(records)
    least = math.log2(lexicon("weights")["review"] / (1 - lexicon("weights")["review"])) - weight("people", "many")
    names = list(_COMPARISONS)
    columns = [scored[f"gamma_{name}"].to_pylist() for name in names]
    found = []
    for left, right, *gammas in zip(
        scored["unique_id_l"].to_pylist(), scored["unique_id_r"].to_pylist(), *columns, strict=True
    ):
        levels = tuple((n, _level(n, g), weight(n, _level(n, g))) for n, g in zip(names, gammas, strict=True))
        pair = Pair(min(left, right), max(left, right), levels)
        if pair.bits >= least:
            found.append(pair)
    return sorted(found, key=lambda pair: (-pair.bits, pair.left, pair.right))


def _any_together(records: pa.Table) -> bool:
    """Whether blocking brings any two records together: Splink takes a second to say that it does not."""
    for name in ("typo", "rare"):
        values = records[name].combine_chunks().flatten()
        if len(values) > len(values.unique()):
            return True
    return False


def _level(comparison: str, gamma: int) -> str:
    """Splink numbers levels from the last, 0, upwards."""
    levels = _COMPARISONS[comparison]
    return levels[len(levels) - 1 - gamma][0]


def _records(tellings: Sequence[Telling]) -> pa.Table:
    shared: Counter[str] = Counter()
    for told in tellings:
        shared.update(set(told.words))
    rows = [_record(i, told, shared) for i, told in enumerate(tellings)]
    columns = list(zip(*rows, strict=True))
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, RECORD, strict=True)], schema=RECORD)


def _record(number: int, told: Telling, shared: Mapping[str, int]) -> tuple[Any, ...]:
    stem = "".join(told.words)
    initials = "".join(word[0] for word in told.words) if len(told.words) >= SHORTEST else ""
    unknown = sorted({w for w in told.words if len(w) >= SHORTEST and not is_common(w) and not is_place((w,))})
    numbers = " ".join(sorted(word for word in told.words if any(c.isdigit() for c in word)))
    rare = sorted({word for word in told.words if shared[word] <= RARE and len(word) > 2})
    short = [f"={initials}"] if initials else []
    if SHORTEST <= len(stem) <= 8:
        short.append(f"={stem}")
    return (
        number, stem, initials, sorted(set(told.words)), unknown, told.form, numbers, " ".join(told.places),
        told.country, max(told.people, 1), _without_a_letter(stem), rare + short,
    )  # fmt: skip


def _without_a_letter(stem: str) -> list[str]:
    """The stem, and the stem without each of its letters: two within one letter of each other share one of these."""
    if not SHORTEST < len(stem) <= LONGEST:
        return [stem]
    return sorted({stem, *(stem[:i] + stem[i + 1 :] for i in range(len(stem)))})


def _scored(records: pa.Table) -> pa.Table:
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        probability_two_random_records_match=probability(float(lexicon("weights")["prior"])),
        blocking_rules_to_generate_predictions=[
            block_on("typo", arrays_to_explode=["typo"]),
            block_on("rare", arrays_to_explode=["rare"]),
        ],
        comparisons=_comparisons(),
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )
    api = DuckDBAPI(":memory:")
    api.duckdb_con.execute(f"SET memory_limit = '{MEMORY}'")
    try:
        least = float(lexicon("weights")["prior"])
        predicted = Linker(
            api.register(records), settings, log_level=logging.ERROR, validate_settings=False
        ).inference.predict(threshold_match_weight=least)
        kept = ["unique_id_l", "unique_id_r", *(f"gamma_{name}" for name in _COMPARISONS)]
        return predicted.as_duckdbpyrelation().select(", ".join(kept)).to_arrow_table()
    finally:
        api.duckdb_con.close()


@cache
def _comparisons() -> list[Any]:
    return [
        {
            "output_column_name": name,
            "comparison_levels": [
                {"sql_condition": condition, "label_for_charts": level, **_chances(weight(name, level))}
                for level, condition in levels
            ],
        }
        for name, levels in _COMPARISONS.items()
    ]


def _chances(bits: float) -> dict[str, float]:
    """Chances of a level among names of one employer and of two, whose ratio is the weight."""
    among_one = 0.5 if bits >= 0 else 0.5 * 2.0**bits
    return {"m_probability": among_one, "u_probability": 0.5 * 2.0 ** -max(bits, 0.0)}
