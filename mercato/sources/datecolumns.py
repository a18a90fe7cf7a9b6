"""A column of dates: which order of day and month it is in, and the date of each of its distinct strings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from mercato.errors import DataError
from mercato.sources.dates import ParsedDate, from_excel_serial, is_blank, parse_date, parse_period, why_not

LOOKUP = pa.schema(
    [
        pa.field("text", pa.string()),
        pa.field("date", pa.date32()),
        pa.field("precision", pa.string()),
        pa.field("reason", pa.string()),
    ]
)
LIBRARY_STRINGS = 2000
"""Distinct strings of one column that may be put to the date library, which is slow."""

MINORITY = 0.01
"""Share of contrary dates up to which a column's order of day and month is believed."""

_SLASHED = re.compile(r"\s*(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_ORDERS = ("dmy", "mdy")


@dataclass(frozen=True)
class Order:
    """How many distinct strings of a column can only be day-month, only month-day, or either; and those with dots."""

    dmy: int = 0
    mdy: int = 0
    either: int = 0

    def __add__(self, other: Order) -> Order:
        return Order(self.dmy + other.dmy, self.mdy + other.mdy, self.either + other.either)

    @property
    def mixture(self) -> str:
        """What to say of a column in which both are evident."""
        likelier = "dmy" if self.dmy >= self.mdy else "mdy"
        return (
            f"mixes day/month and month/day ({self.dmy:,} and {self.mdy:,} different dates can only be so): dates that "
            f"may be either are refused; --dates {likelier} takes them, and refuses what cannot be read so"
        )

    @property
    def decided(self) -> str:
        """``dmy``, ``mdy``, ``mixed`` where both are evident, or nothing where neither is."""
        if not self.dmy + self.mdy:
            return ""
        minority = min(self.dmy, self.mdy)
        if minority > MINORITY * (self.dmy + self.mdy):
            return "mixed"
        return "dmy" if self.dmy > self.mdy else "mdy"


def order_of(texts: Iterable[str]) -> Order:
    """The evidence of distinct strings for one order of day and month or the other; dots are always day first."""
    dmy = mdy = either = 0
    for text in texts:
        match = _SLASHED.match(text)
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second or (match[2] == "." and second <= 12):
            dmy += 1
        elif second > 12 >= first:
            mdy += 1
        elif first != second and first <= 12:
            either += 1
    return Order(dmy, mdy, either)


def settle_orders(evidence: dict[str, Order], said: str, is_french: bool, where: str) -> dict[str, str]:
    """The order of each date column: as said, by its own evidence, by its neighbours', by a French header.

    Raises DataError where dates can be read either way and nothing tells which.
    """
    if said and said not in _ORDERS:
        raise DataError(f"dates = {said!r} is not an order", where=where, expected="dmy or mdy")
    together = sum(evidence.values(), Order()).decided
    settled = {}
    for column, order in evidence.items():
        choice = said or order.decided or (together if together in _ORDERS else "") or ("dmy" if is_french else "")
        if not choice and order.either:
            raise DataError(
                f"the dates in {column!r} may be day/month or month/day, and no date in it tells which",
                where=where,
                expected="one date at least with a day above 12",
                remedy='Say it with --dates dmy (or mdy), or dates = "dmy" in mercato.toml.',
            )
        settled[column] = choice
    return settled


def lookup(texts: Sequence[str], order: str, part: str = "", is_start: bool = False) -> pa.Table:
    """Each distinct string with its date and precision, or the reason for which it has none.

    ``part`` is ``start`` or ``end`` for a column of periods. Words for "still so" have neither date nor reason, unless
    they stand in the place of a start.
    """
    serials = _are_serials(texts)
    reader = _Reader("" if order == "mixed" else order, part, is_start, serials)
    rows = [reader.row(text) for text in texts]
    return pa.Table.from_pylist([dict(zip(LOOKUP.names, row, strict=True)) for row in rows], schema=LOOKUP)


def _are_serials(texts: Sequence[str]) -> bool:
    """Whether a column holds Excel day numbers only: five figures each, every one a day that can be believed."""
    said = [text.strip() for text in texts if not is_blank(text)]
    numbers = [text for text in said if _SERIAL.fullmatch(text)]
    return bool(said) and len(numbers) == len(said) and all(from_excel_serial(float(text)) for text in numbers)


@dataclass
class _Reader:
    order: str
    part: str
    is_start: bool
    serials: bool
    asked: int = 0

    def row(self, text: str) -> tuple[str, dt.date | None, str | None, str | None]:
        if is_blank(text):
            return text, None, None, None
        found = self._found(text)
        if found is None:
            return text, None, None, self._reason(text)
        if found.open:
            return text, None, None, "not a start" if self.is_start else None
        return text, found.date, found.precision, None

    def _found(self, text: str) -> ParsedDate | None:
        if self.part:
            start, end = parse_period(text, self.order)
            return start if self.part == "start" else end
        if self.serials:
            return ParsedDate(from_excel_serial(float(text)), "day")
        found = parse_date(text, self.order, library=False)
        if found is None and self.asked < LIBRARY_STRINGS:
            self.asked += 1
            found = parse_date(text, self.order)
        return found

    def _reason(self, text: str) -> str:
        if self.part:
            return "not a period"
        return why_not(text, self.order, library=False) or "not a date"
