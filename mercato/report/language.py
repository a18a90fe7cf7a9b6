"""One language: its sentences, its numbers, its dates."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, get_decimal_symbol, parse_pattern

from mercato.report.words import french_spaces, load

_MINUS = "\N{MINUS SIGN}"
_DASH = "\N{EM DASH}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_NOTHING = 1e-12
_VOWELS = "AEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜ"
_VALUE = re.compile(r"\d[\d,.]*\d|\d|'[^']*'|\"[^\"]*\"")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


class Name(str):
    """The name of an employer or group in a sentence; ``{x:de}`` is French *de* with its elision."""

    def __format__(self, spec: str) -> str:
        if spec != "de":
            return super().__format__(spec)
        return f"d\N{RIGHT SINGLE QUOTATION MARK}{self}" if self[:1].upper() in _VOWELS else f"de {self}"


@lru_cache(maxsize=64)
def _pattern(text: str) -> NumberPattern:
    return parse_pattern(text)


@lru_cache(maxsize=1 << 15)
def _in_pattern(pattern: str, value: float, code: str) -> str:
    """A number as a pattern and a language write it, with the sign for minus; pages say the same number many times."""
    return str(_pattern(pattern).apply(value, Locale.parse(code))).replace("-", _MINUS)


class Language:
    """The words of one language and the way in which it writes numbers, shares, ratios and dates."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(code)
        self.words = load(code)
        self.none = _DASH
        spaced = get_decimal_symbol(self.locale) == ","
        self._percent = "#,##0{} %" if spaced else "#,##0{}%"
        self._between = _THIN if spaced else ""

    def has(self, key: str) -> bool:
        return key in self.words

    def say(self, key: str, **values: object) -> str:
        """The sentence of this key with its values; a ``count`` that is a number chooses singular or plural."""
        count = values.get("count")
        if isinstance(count, (int, float)):
            form = self.locale.plural_form(abs(count))
            key = next((k for k in (f"{key}.{form}", f"{key}.other") if k in self.words), key)
            values["count"] = self.count(count)
        return self.words[key].format(**values)

    def term(self, section: str, value: str) -> str:
        """The word for a coded value (a kind, a level, a status), or the value itself where there is none."""
        key = f"{section}.{str(value).replace(' ', '_')}"
        return self.words.get(key) or str(value).replace("_", " ")

    def told(self, section: str, sentence: str) -> str:
        """A sentence that a source brought along, in this language where the words have it, else as it stands.

        Numbers and quoted texts in it are values, so that one entry does for all sentences that differ by them.
        """
        values = _VALUE.findall(sentence)
        slug = "_".join(re.findall(r"[a-z0-9]+", _VALUE.sub(" ", sentence).lower()))
        if f"{section}.{slug}" not in self.words:
            return sentence
        written = [self.count(int(v.replace(",", ""))) if _THOUSANDS.fullmatch(v) else v for v in values]
        return self.say(f"{section}.{slug}", **{f"v{i}": v for i, v in enumerate(written)})

    def text(self, both: Any) -> str:
        """The words of a measure in this language, as the language sets them."""
        told = str(getattr(both, self.code))
        return french_spaces(told).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") if self.code == "fr" else told

    def number(self, value: float | None, digits: int = 1) -> str:
        """A number with this many decimals, or a dash."""
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return self.none
        # Adding 0 turns a rounded -0.0 into 0.0.
        return _in_pattern("#,##0" + _decimals(digits), round(value, digits) + 0, self.code)

    def count(self, value: float | None) -> str:
        return self.number(value, 0)

    def ordinal(self, rank: int) -> str:
        """A place in an order: *1st*, *22nd*, *13th*; French *1re*, *2e*, as places are feminine."""
        if self.code == "fr":
            return f"{self.count(rank)}{'re' if rank == 1 else 'e'}"
        last = 0 if rank % 100 in (11, 12, 13) else rank % 10
        return self.count(rank) + {1: "st", 2: "nd", 3: "rd"}.get(last, "th")

    def places(self, best: int, worst: int) -> str:
        """The places from one to another, as a table holds them: *1st\N{EN DASH}4th*, *2nd*."""
        ends = self.ordinal(best), self.ordinal(worst)
        return ends[0] if best == worst else "\N{EN DASH}".join(ends)

    def percent(self, value: float | None, digits: int = 1) -> str:
        """A share of 1 as a percentage with this many decimals, or a dash.

        None and all have no decimals, and a share that would round to one of them says on which side of it it lies.
        """
        if value is None or not math.isfinite(value):
            return self.none
        least = 10.0 ** -(digits + 2)
        if abs(value) < _NOTHING or abs(value - 1) < _NOTHING:
            return self._written(round(value), 0)
        if 0 < value < least / 2:
            return f"<{self._between}{self._written(least, digits)}"
        if 1 - least / 2 < value < 1:
            return f">{self._between}{self._written(1 - least, digits)}"
        return self._written(value, digits)

    def _written(self, share: float, digits: int) -> str:
        return _in_pattern(self._percent.format(_decimals(digits)), share, self.code).replace(" %", f"{_THIN}%")

    def ratio(self, value: float | None) -> str:
        """A ratio with two or three significant figures, near 1 with two decimals, or a dash."""
        if value is None or not math.isfinite(value):
            return self.none
        return self.number(value, 2 if abs(value) < 1.095 else 1 if abs(value) < 20 else 0)

    def signed(self, value: float | None, digits: int = 1) -> str:
        text = self.number(value, digits)
        return f"+{text}" if value is not None and round(value, digits) > 0 else text

    def date(self, day: dt.date) -> str:
        text = str(format_date(day, "long", locale=self.locale))
        return text.replace("1", "1er", 1) if self.code == "fr" and day.day == 1 else text

    def period(self, value: object) -> str:
        """A year, quarter or month written as ``2024``, ``2024-Q1`` or ``2024-03``, in words."""
        text = str(value)
        year, _, part = text.partition("-")
        if not year.isdigit() or not part:
            return text
        if part[:1] == "Q" and part[1:].isdigit():
            return self.say(f"period.quarter_{part[1:]}", year=year) if self.has(f"period.quarter_{part[1:]}") else text
        if part.isdigit() and 1 <= int(part) <= 12:
            return str(format_date(dt.date(int(year), int(part), 1), "MMMM y", locale=self.locale))
        return text

    def span(self, first: object, last: object) -> str:
        """The time from one period to another as a sentence takes it: *in 2019*, *from 2015 to 2024*."""
        if str(first) == str(last):
            return self.say("period.in", period=self.period(first))
        return self.say("period.from_to", first=self.period(first), last=self.period(last))

    def after(self, months: int) -> str:
        """A tenure in words: *two years*, *18 months*."""
        key = f"tenure.{months}"
        return self.words[key] if key in self.words else self.say("tenure.months", months=self.count(months))

    def chain(self, items: Iterable[str]) -> str:
        """Items one after the other, with the sign between them as the language sets it: *a; b*."""
        return self.words["list.then"].join(items)

    def listed(self, items: list[str]) -> str:
        """Items as a sentence lists them: *a, b and c*."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.words['list.and']} {items[-1]}"


def _decimals(digits: int) -> str:
    return "." + "0" * digits if digits else ""
