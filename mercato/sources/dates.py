"""Dates as people write them, in English and French, with the precision they were written with.

``parse_date`` reads one date, ``parse_period`` a stretch such as ``10/2018-Present``. A date is the first day of the
period that was stated. A season is known only to the year; a quarter is dated by its middle month, half a year by its
year.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from mercato.sources import datewords as words

FIRST_YEAR = 1850
YEARS_AHEAD = 2
LONGEST = 80
"""Characters beyond which a text is not looked at as a date."""

_EXCEL_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class ParsedDate:
    """A date and its precision (day, month or year); ``open`` with no date: still so, no end."""

    date: dt.date | None
    precision: str
    open: bool = False


OPEN = ParsedDate(None, "", True)


class DateError(ValueError):
    """Why a text is not a date that can be believed."""


def parse_date(text: str, order: str = "", library: bool = True) -> ParsedDate | None:
    """The date that a text states, or None where it states none that can be believed.

    ``order`` is ``dmy`` or ``mdy`` for dates like 3/1/2015; without it such a date is read only when one order is
    possible. Words for "still so" and end-of-time markers such as 9999-12-31 give ``ParsedDate(None, "", open=True)``.
    ``library=False`` leaves out the slow last resort for dates in other languages.
    """
    try:
        return _read(text, order, library)
    except DateError:
        return None


def why_not(text: str, order: str = "", library: bool = True) -> str:
    """The reason for which ``parse_date`` gives None; empty where it gives a date."""
    try:
        _read(text, order, library)
    except DateError as reason:
        return str(reason)
    return ""


def is_blank(text: str | None) -> bool:
    """Whether a text says nothing: empty, a dash, ``N/A``, ``null``, ``0000-00-00``."""
    return text is None or _plain(text) in words.BLANKS


def is_open_end(text: str | None) -> bool:
    """Whether a text in the place of an end says that there is none: blank, ``Present``, ``à ce jour``, 9999-12-31."""
    if is_blank(text):
        return True
    found = parse_date(str(text))
    return found is not None and found.open


def parse_period(text: str, order: str = "") -> tuple[ParsedDate | None, ParsedDate | None]:
    """The start and the end of a period such as ``Summer 2011-2013`` or ``10/2018-Present``; None where not stated.

    A single date is both the start and the end of its period; ``since 2015`` has an open end.
    """
    plain = _plain(text)
    since = words.SINCE.match(plain)
    if since:
        return parse_date(plain[since.end() :], order), OPEN
    plain = words.FROM.sub("", plain)
    whole = parse_date(plain, order)
    if whole is not None:
        return whole, whole
    found = [pair for pair in (_halves(*cut, order) for cut in _cuts(plain)) if pair]
    alike = [pair for pair in found if pair[0].precision == pair[1].precision]
    best = (alike or found)[:1]
    return best[0] if best else (None, None)


def from_excel_serial(number: float) -> dt.date | None:
    """The day of an Excel serial number (1 = 1900-01-01), or None outside the years believed."""
    if not 61 <= number < 100_000:
        return None
    day = _EXCEL_EPOCH + dt.timedelta(days=int(number))
    return day if FIRST_YEAR <= day.year <= _last_year() else None


def _last_year() -> int:
    return dt.date.today().year + YEARS_AHEAD


def _plain(text: str) -> str:
    """Lower case, without accents, with one kind of dash and single spaces."""
    folded = unicodedata.normalize("NFKD", text[: LONGEST + 1].replace("\u2019", "'")).casefold()
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    bare = unicodedata.normalize("NFC", re.sub("[\u2010-\u2015\u2212\u301c\uff5e]", "-", bare))
    return re.sub(r"\s+", " ", bare).strip(" \t,;")


def _cuts(plain: str) -> list[tuple[str, str]]:
    """The places at which a text may be cut into a start and an end, the plainest first."""
    spots = [m.span() for m in words.BETWEEN.finditer(plain)]
    spots += [m.span() for m in re.finditer(r"[-/~]", plain)]
    return [(plain[:left].strip(" -"), plain[right:].strip()) for left, right in spots]


def _halves(left: str, right: str, order: str) -> tuple[ParsedDate, ParsedDate] | None:
    end = OPEN if is_open_end(right) else parse_date(right, order)
    year = re.search(r"(?:19|20)\d\d$", right)
    if end is None and re.fullmatch(r"\d\d", right) and re.search(r"(?:19|20)\d\d$", left):
        end = parse_date(left[-4:-2] + right)
    start = parse_date(left, order)
    if start is None and year and re.fullmatch(r"[a-z.]+|\d{1,2}( [a-z.]+)?", left):
        start = parse_date(f"{left} {year.group()}", order)
    return (start, end) if start and end and not start.open else None


@lru_cache(maxsize=65536)
def _read(text: str, order: str, library: bool) -> ParsedDate:
    if len(text) > LONGEST:
        raise DateError("too long to be a date")
    plain = _plain(text)
    if plain in words.OPEN_ENDS:
        return OPEN
    if plain in words.BLANKS:
        raise DateError("no date")
    plain = words.WEEKDAY.sub("", words.ABOUT.sub("", plain)).strip(" ,.")
    for pattern, reader in _RULES:
        match = pattern.fullmatch(plain)
        if match:
            return reader(match, order)
    if not library:
        raise DateError("not a date")
    return _by_library(text, order)


def _made(year: int, month: int = 0, day: int = 0) -> ParsedDate:
    """The date of whole numbers, where a 0 stands for a part that is not known."""
    if _is_forever(year, month, day):
        return OPEN
    if not FIRST_YEAR <= year <= _last_year():
        raise DateError(f"year {year:04d} outside {FIRST_YEAR}-{_last_year()}")
    if month > 12:
        raise DateError("month outside 1-12")
    if month == 0 or day == 0:
        if day:
            raise DateError("day without a month")
        return ParsedDate(dt.date(year, month or 1, 1), "month" if month else "year")
    if day > calendar.monthrange(year, month)[1]:
        raise DateError("no such day in the calendar")
    return ParsedDate(dt.date(year, month, day), "day")


def _is_forever(year: int, month: int, day: int) -> bool:
    """End-of-time markers of personnel systems: 31 December 9999, 4712 or ..99, 1 January ..00."""
    far = year > _last_year()
    last = (month, day) in ((12, 31), (0, 0), (12, 0)) and (year in (4712, 9999) or (day and year % 100 == 99))
    first = (month, day) == (1, 1) and (year == 9999 or year % 100 == 0)
    return far and bool(last or first)


def _year_of(text: str) -> int:
    """A year of four figures, or of two, which is taken as the latest that may be."""
    number = int(text)
    if len(text) > 2:
        return number
    return 2000 + number if 2000 + number <= _last_year() else 1900 + number


def _ymd(match: re.Match[str], order: str) -> ParsedDate:
    return _made(*(int(part or 0) for part in match.groups()[:3]))


def _day_month_year(match: re.Match[str], order: str) -> ParsedDate:
    first, second, year = int(match[1]), int(match[2]), _year_of(match[3])
    if first > 31 or second > 31:
        raise DateError("no such day in the calendar")
    if first == second or (order == "dmy" and second <= 12):
        return _made(year, second, first)
    if order == "mdy" and first <= 12:
        return _made(year, first, second)
    if first > 12 >= second and order != "mdy":
        return _made(year, second, first)
    if second > 12 >= first and order != "dmy":
        return _made(year, first, second)
    if order or (first > 12 and second > 12):
        raise DateError(f"not a date in the order {order or 'dmy or mdy'}")
    raise DateError("day and month cannot be told apart")


def _month_year(match: re.Match[str], order: str) -> ParsedDate:
    return _made(int(match[2]), int(match[1]))


def _named(match: re.Match[str], order: str) -> ParsedDate:
    parts = match.groupdict()
    return _made(_year_of(parts["year"]), words.MONTHS[parts["month"]], int(parts.get("day") or 0))


def _quarter(match: re.Match[str], order: str) -> ParsedDate:
    return _made(int(match["year"]), 3 * int(match["quarter"]) - 1)


def _year_only(match: re.Match[str], order: str) -> ParsedDate:
    return _made(int(match["year"]))


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("MONTH", words.MONTH).replace("DAY", words.DAY).replace("TIME", words.TIME))


_RULES = (
    (_rule(r"(?P<year>\d{4})(?:\.0)?"), _year_only),
    (_rule(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})TIME"), _ymd),
    (_rule(r"(\d{4})[-/.](\d{1,2})"), _ymd),
    (_rule(r"(\d{4})(\d\d)(\d\d)(?:\.0)?"), _ymd),
    (_rule(r"(\d{4})(\d\d)(?:\.0)?"), _ymd),
    (_rule(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})TIME"), _day_month_year),
    (_rule(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d\d)"), _day_month_year),
    (_rule(r"(\d{1,2}) ?[-/. ] ?(\d{4})"), _month_year),
    (_rule(r"(?P<month>MONTH)[-/., ]*(?:of |de |')?(?P<year>\d{4})"), _named),
    (_rule(r"(?P<month>MONTH)(?:-| ?')(?P<year>\d\d)"), _named),
    (_rule(r"(?P<year>\d{4})[-/., ]*(?P<month>MONTH)"), _named),
    (_rule(r"DAY[-/. ]*(?:of |de )?(?P<month>MONTH)[-/., ]*(?P<year>\d{4})TIME"), _named),
    (_rule(r"DAY[-/ ](?P<month>MONTH)[-/ ](?P<year>\d\d)"), _named),
    (_rule(r"(?P<month>MONTH)[-/. ]*DAY[-/., ]+(?P<year>\d{4})TIME"), _named),
    (_rule(r"(?P<year>\d{4})[-/., ]+(?P<month>MONTH)[-/. ]+DAY"), _named),
    (_rule(r"[qt](?P<quarter>[1-4])[-/., ]*(?P<year>\d{4})"), _quarter),
    (_rule(r"(?P<quarter>[1-4]) ?[qt][-/., ]*(?P<year>\d{4})"), _quarter),
    (_rule(r"(?P<year>\d{4})[-/., ]*[qt](?P<quarter>[1-4])"), _quarter),
    (_rule(r"(?P<quarter>[1-4])(?:st|nd|rd|th|er|e|eme) (?:quarter|trimestre)(?: of| de)? (?P<year>\d{4})"), _quarter),
    (_rule(r"[hs][12][-/., ]*(?P<year>\d{4})"), _year_only),
    (_rule(r"(?P<year>\d{4})[-/., ]*[hs][12]"), _year_only),
    (re.compile(rf"(?:{words.SEASON})[-/., ]*(?:of |de )?(?P<year>\d{{4}})"), _year_only),
    (re.compile(rf"(?P<year>\d{{4}})[-/., ]*(?:{words.SEASON})"), _year_only),
    (_rule("(\\d{4}) ?[\u5e74\ub144](?: ?(\\d{1,2}) ?[\u6708\uc6d4])?(?: ?(\\d{1,2}) ?[\u65e5\u53f7\uc77c])?"), _ymd),
)


def _by_library(text: str, order: str) -> ParsedDate:
    """The last resort, for other languages: believed only where every number of the text is a part of the date."""
    numbers = [int(n) for n in re.findall(r"\d+", _plain(text))]
    if not re.search(r"(?<!\d)\d{4}(?!\d)", text) or len(numbers) > 3 or not re.search(r"[^\W\d_]{3}", text):
        raise DateError("not a date")
    found = _asked(text, order)
    if found is None or found.date is None:
        raise DateError("not a date")
    day = found.date
    stated = [day.year] + [day.day] * (found.precision == "day")
    if found.precision == "year" or sorted(numbers) not in (sorted(stated), sorted([*stated, day.month])):
        raise DateError("not a date")
    return _made(day.year, day.month, day.day if found.precision == "day" else 0)


def _asked(text: str, order: str) -> ParsedDate | None:
    import warnings

    from dateparser import parse

    settings = {
        "REQUIRE_PARTS": ["month", "year"],
        "PARSERS": ["absolute-time"],
        "DATE_ORDER": (order or "dmy").upper(),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            first, last = (
                parse(text, languages=list(words.OTHER_LANGUAGES), settings={**settings, "PREFER_DAY_OF_MONTH": which})
                for which in ("first", "last")
            )
        except (ValueError, OverflowError, RecursionError):
            return None
    if first is None or last is None or (first.year, first.month) != (last.year, last.month):
        return None
    return ParsedDate(first.date(), "day" if first.date() == last.date() else "month")
