"""How single values are worded: an amount, its interval, the label of a group."""

from __future__ import annotations

from mercato.report.language import Language, Name
from mercato.report.rows import Row

_CODED = {
    "kind": "kind", "level": "level", "is_ai": "is_ai", "gap": "gap", "family": "family", "arrival": "arrival",
    "origin_kind": "origin_kind", "destination_kind": "kind",
}  # fmt: skip
_TIMES = ("month", "quarter", "year", "cohort")
_PLACES = ("origin", "destination", "origin_group")
GROUPS = ("employer", "group", "kind", "family", "level", "is_ai", "country", "gap", "arrival", "origin_kind", *_TIMES)
_ENDS = ("origin", "destination_kind", "destination")
UNKNOWN = (None, "unknown")
ARROW = "\N{RIGHTWARDS ARROW}"


def amount(value: float | None, kind: str, language: Language, digits: int | None = None) -> str:
    """An estimate as its kind is written: 80.3%, 10.6, 1,234 or +12.3; a dash where there is none."""
    if value is None:
        return language.none
    if kind == "share":
        return language.percent(value, 1 if digits is None else digits)
    if kind == "ratio":
        return language.ratio(value)
    if kind == "count":
        return language.count(value)
    if kind == "score":
        return language.signed(value, 2)
    return language.signed(value) if kind == "rate" else language.number(value, 1 if digits is None else digits)


def interval(row: Row, kind: str, language: Language, digits: int | None = None) -> str:
    """The interval of a row: *78% to 82%*, *from 3.2 up*, or a dash."""
    low, high = row.get("low"), row.get("high")
    if low is None and high is None:
        return language.none
    if high is None or high == float("inf"):
        return language.say("number.from_up", low=amount(low, kind, language, digits))
    ends = amount(low, kind, language, digits), amount(high, kind, language, digits)
    return ends[0] if ends[0] == ends[1] else language.say("number.range", low=ends[0], high=ends[1])


def digits_of(row: Row, kind: str) -> int:
    """Decimals that the interval can bear: none for a share whose interval is wider than two points."""
    low, high = row.get("low"), row.get("high")
    if kind != "share" or low is None or high is None:
        return 1
    return 0 if high - low > 0.02 else 1


def stated(row: Row, kind: str, language: Language, people: bool = True, unit: str = "") -> str:
    """An estimate with its interval and n in brackets, as a sentence takes it; without n where it was said before.

    ``unit`` names the words for what is counted, such as ``moves``.
    """
    digits = digits_of(row, kind)
    value = amount(row["estimate"], kind, language, digits)
    if unit:
        value = language.say(f"unit.{unit}", **({"count": row["estimate"]} if kind == "count" else {"value": value}))
    counted = people and row.get("n") is not None
    if row.get("low") is None:
        return language.say("number.stated_n", value=value, count=row["n"]) if counted else value
    if not counted:
        return language.say("number.stated", value=value, interval=interval(row, kind, language, digits))
    return language.say(
        "number.stated_full",
        value=value,
        interval=interval(row, kind, language, digits),
        count=row["n"],
    )


def brief(row: Row, kind: str, language: Language, *beside: Row) -> str:
    """An estimate with the decimals that its interval, and those of the rows set beside it, can bear."""
    return amount(row["estimate"], kind, language, min(digits_of(r, kind) for r in (row, *beside)))


def word_of(column: str, value: object, language: Language) -> str:
    """The value of a grouping column in words: a level, a kind, a month, an employer.

    ``origin_kind`` is that of the measure origins, where *unknown* is a career that could not be seen.
    """
    if value is None:
        section = _CODED.get(column, "origin")
        return language.term(section if language.has(f"{section}.unknown") else "origin", "unknown")
    if column in _TIMES:
        return language.period(value)
    if isinstance(value, bool):
        return language.term("is_ai", str(value).lower())
    if column in _PLACES:
        # Only these are no names of employers.
        return (
            language.term("origin", str(value))
            if value in ("first job", "unknown", "none seen", "elsewhere")
            else str(value)
        )
    if column == "origin_kind" and not language.has(f"origin_kind.{str(value).replace(' ', '_')}"):
        return language.term("kind", str(value))
    if column in _CODED:
        return language.term(_CODED[column], str(value))
    return str(value)


def label_of(row: Row, language: Language) -> str:
    """The group that a row is about; for a pair *origin → destination*."""
    if "origin" in row and "destination" in row:
        return f" {ARROW} ".join(word_of(c, row[c], language) for c in ("origin", "destination"))
    parts = [word_of(meant(name, row), row[name], language) for name in (*GROUPS, *_ENDS) if name in row]
    return " \N{MIDDLE DOT} ".join(parts) if parts else language.say("block.everyone")


def meant(column: str, row: Row) -> str:
    """The column whose words a value takes: outside the measure origins a kind of origin is a kind like any other."""
    return "kind" if column == "origin_kind" and "from_origin" not in row else column


def name_of(row: Row, language: Language, column: str = "") -> Name:
    return Name(word_of(column, row[column], language) if column else label_of(row, language))
