"""How far two names of people, or two careers, agree: the macros by which the engine compares a pair."""

from __future__ import annotations

SAME, LONGER, MISSPELT, INITIALS, GIVEN, OTHER = 5, 4, 3, 2, 1, 0
"""How far two names agree, the most first."""

_SLIP = (
    "a[1] = b[1] AND greatest(length(a), length(b)) > 4 AND damerau_levenshtein(a, b) <= "
    "CASE WHEN greatest(length(a), length(b)) > 7 THEN 2 ELSE 1 END"
)
_IS_INITIAL = "length(w) = 1"
_MACROS = {
    # One word for another: never where both allow no slip.
    "slip_of(x, y)": "NOT (x[1] = y[1] AND x[1] IN ('=', '+')) AND slip_between(ltrim(x, '=+'), ltrim(y, '=+'))",
    "slip_between(a, b)": _SLIP,
    "are_initials(ws)": f"len(ws) > 0 AND len(list_filter(ws, lambda w: {_IS_INITIAL})) = len(ws)",
    "initials_fit(ws, vs)": (
        "len(list_filter(ws, lambda w: len(list_filter(vs, lambda v: ltrim(v, '=+')[1] = w)) = 0)) = 0"
    ),
    "full_words(ws)": "len(list_filter(ws, lambda w: length(w) > 1))",
    "rest_agreement(common, a, b, ga, gb)": (
        f"CASE WHEN len(a) = 0 AND len(b) = 0 THEN {SAME} "
        f"WHEN full_words(common) > 1 AND (len(a) = 0 OR len(b) = 0) THEN {LONGER} "
        f"WHEN full_words(common) > 0 AND len(a) = 1 AND len(b) = 1 AND slip_of(a[1], b[1]) THEN {MISSPELT} "
        f"WHEN full_words(common) > 0 AND are_initials(a) AND len(b) >= len(a) AND initials_fit(a, b) THEN {INITIALS} "
        f"WHEN full_words(common) > 0 AND are_initials(b) AND len(a) >= len(b) AND initials_fit(b, a) THEN {INITIALS} "
        f"WHEN are_initials(a) OR are_initials(b) THEN {OTHER} "
        "WHEN len(a) = 1 AND len(b) = 1 AND a[1][1] IN ('=', '+') AND a[1][1] = b[1][1] "
        f"AND damerau_levenshtein(a[1], b[1]) < 3 THEN {OTHER} "  # Zhang and Zheng: no marriage
        f"WHEN ga = gb AND length(ga) > 2 AND len(a) > 0 AND len(b) > 0 AND full_words(common) = 1 THEN {GIVEN} "
        f"ELSE {OTHER} END"
    ),
    "name_agreement(a, b, ja, jb, ga, gb)": (
        f"CASE WHEN ja = jb THEN {SAME} ELSE rest_agreement(list_intersect(a, b), "
        "list_filter(a, lambda w: NOT list_contains(b, w)), "
        "list_filter(b, lambda w: NOT list_contains(a, w)), ga, gb) END"
    ),
    # Places in time are numbers: employer × 256 + year past 1900, employer × 4096 + month past 1900.
    "shared_employers(a, b)": "len(list_distinct(list_transform(list_intersect(a, b), lambda x: x // 256)))",
    "career_agreement(shared, near)": "CASE WHEN shared > 0 THEN least(shared, 3) + 1 WHEN near THEN 1 ELSE 0 END",
    "months_beside(s)": "list_concat(list_transform(s, lambda x: x - 1), list_transform(s, lambda x: x + 1))",
}
_ORDER = (
    "slip_between", "slip_of", "are_initials", "initials_fit", "full_words", "rest_agreement", "name_agreement",
    "shared_employers", "career_agreement", "months_beside",
)  # fmt: skip


def macros() -> list[str]:
    """The statements that make the macros, in DuckDB's words."""
    by_name = {head.partition("(")[0]: (head, body) for head, body in _MACROS.items()}
    return [f"CREATE OR REPLACE TEMP MACRO {by_name[n][0]} AS ({by_name[n][1]})" for n in _ORDER]
