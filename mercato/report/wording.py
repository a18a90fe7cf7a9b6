"""How single values are worded: an amount, its interval, the label of a group."""

from __future__ import annotations

from mercato.report.language import Language, Name
from mercato.report.rows import Row

_CODED = {
    "kind": "kind", "level": "level", "is_ai": "is_ai", "gap": "gap", "family": "family", "arrival": "arrival",
    "origin_kind": "kind", "destination_kind": "kind",
}  # fmt: skip
_TIMES = ("month", "quarter", "year", "cohort")
_PLACES = ("origin", "destination", "origin_group")
GROUPS = ("employer", "group", "kind", "family", "level", "is_ai", "country", "gap", "arrival", "origin_kind", *_TIMES)
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
    return language.signed(value) if kind == "rate" else language.number(value, 1 if digits is None else digits)


def interval(row: Row, kind: str, language: Language, digits: int | None = None) -> str:
    """The interval of a row: *78% to 82%*, *from 3.2 up*, or a dash."""
    low, high = row.get("low"), row.get("high")
    if low is None and high is None:
        return language.none
    if high is None or high == float("inf"):
        return language.say("number.from_up", low=amount(low, kind, language, digits))
    return language.say(
        "number.range", low=amount(low, kind, language, digits), high=amount(high, kind, language, digits)
    )


def digits_of(row: Row, kind: str) -> int:
    """Decimals that the interval can bear: none for a share whose interval is wider than two points."""
    low, high = row.get("low"), row.get("high")
    if kind != "share" or low is None or high is None:
        return 1
    return 0 if high - low > 0.02 else 1


def stated(row: Row, kind: str, language: Language) -> str:
    """An estimate with its interval and n in brackets, as a sentence takes it."""
    digits = digits_of(row, kind)
    value = amount(row["estimate"], kind, language, digits)
    if row.get("low") is None:
        if row.get("n") is None:
            return value
        return language.say("number.stated_n", value=value, n=language.count(row["n"]))
    words = language.say("number.stated", value=value, interval=interval(row, kind, language, digits))
    if row.get("n") is None:
        return words
    return language.say(
        "number.stated_full",
        value=value,
        interval=interval(row, kind, language, digits),
        n=language.count(row["n"]),
    )


def brief(row: Row, kind: str, language: Language) -> str:
    """An estimate with the decimals that its interval can bear."""
    return amount(row["estimate"], kind, language, digits_of(row, kind))


def word_of(column: str, value: object, language: Language) -> str:
    """The value of a grouping column in words: a level, a kind, a month, an employer."""
    if value is None:
        section = _CODED.get(column, "origin")
        return language.term(section if language.has(f"{section}.unknown") else "origin", "unknown")
    if column in _TIMES:
        return language.period(value)
    if isinstance(value, bool):
        return language.term("is_ai", str(value).lower())
    if column in _PLACES:
        # Only these two are no names of employers.
        return language.term("origin", str(value)) if value in ("first job", "unknown") else str(value)
    if column in _CODED:
        return language.term(_CODED[column], str(value))
    return str(value)


def label_of(row: Row, language: Language) -> str:
    """The group that a row is about; for a pair *origin → destination*."""
    if "origin" in row and "destination" in row:
        return f" {ARROW} ".join(word_of(c, row[c], language) for c in ("origin", "destination"))
    parts = [word_of(name, row[name], language) for name in (*GROUPS, "origin") if name in row]
    return " \N{MIDDLE DOT} ".join(parts) if parts else language.say("block.everyone")


def name_of(row: Row, language: Language, column: str = "") -> Name:
    return Name(word_of(column, row[column], language) if column else label_of(row, language))
