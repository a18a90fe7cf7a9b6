"""Gathers the jobs that a document states, one by one, into batches of positions and rejects."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from mercato.sources.countries import country_code
from mercato.sources.dates import LONGEST, ParsedDate, is_blank, parse_date, why_not
from mercato.sources.datewords import BLANKS
from mercato.sources.formats import MAXIMUM_VALUE, POSITION_FILE, Batch, Context, Reject

ROWS = 20_000
"""Records in a batch."""

LONGEST_NAME = 1_000
"""Characters beyond which an employer, a title or a person id is not taken for one."""

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")


_LONGEST_BLANK = max(map(len, BLANKS)) + 2
_is_blank = lru_cache(maxsize=1 << 16)(is_blank)


class RecordError(ValueError):
    """Why a job or a document is not accepted: the column at fault, the value found, the reason."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


@dataclass(frozen=True)
class Job:
    """One job as a document states it; ``end`` with ``open`` or None: not known to have ended."""

    person_id: str
    employer: str
    title: str = ""
    start: ParsedDate | None = None
    end: ParsedDate | None = None
    verified_on: dt.date | None = None
    place: str = ""
    country: str = ""
    is_side: bool | None = None
    person_name: str = ""


@dataclass(frozen=True)
class Counted(Batch):
    """A batch, and how many documents (people's records, files, lines) have been read since the last one."""

    documents: int = 0


class Gatherer:
    """Numbers the records of one source from 1, sorts them, and hands them out in batches."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows: list[tuple[Any, ...]] = []
        self._rejects: list[Reject] = []
        self._count = 0
        self._documents = 0

    def begin(self) -> None:
        """Count one document more."""
        self._documents += 1

    def accept(self, file: str, job: Job) -> None:
        """Take one job; one that cannot be believed becomes a reject."""
        try:
            row = self._row(job)
        except RecordError as refusal:
            self.reject(file, refusal)
            return
        self._count += 1
        name = tidy(job.person_name[:LONGEST_NAME]) or None
        self._rows.append((*row, self._context.source_id, self._count, name, None, None, None, job.is_side))

    def reject(self, file: str, refusal: RecordError) -> None:
        self._count += 1
        value = tidy(refusal.value[: 2 * MAXIMUM_VALUE])[:MAXIMUM_VALUE]
        self._rejects.append(Reject(self._count, refusal.column, value, refusal.reason, file))

    @property
    def is_full(self) -> bool:
        return len(self._rows) + len(self._rejects) >= ROWS

    def batch(self) -> Counted:
        """What has been gathered since the last batch."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(POSITION_FILE)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, POSITION_FILE, strict=True)]
        made = Counted(pa.RecordBatch.from_arrays(arrays, schema=POSITION_FILE), self._rejects, self._documents)
        self._rows, self._rejects, self._documents = [], [], 0
        return made

    def _row(self, job: Job) -> tuple[Any, ...]:
        employer, title = _short("employer_name", job.employer), _short("title", job.title)
        if says_nothing(employer):
            raise RecordError("employer_name", employer, "no employer")
        start, end = self._dates(job)
        verified_on = min(job.verified_on, self._context.today) if job.verified_on else None
        return (
            _short("person_id", job.person_id),
            employer,
            title or None,
            start.date if start else None,
            start.precision if start else None,
            end.date if end else None,
            end.precision if end else None,
            verified_on,
            None,
            tidy(job.place[:LONGEST_NAME]) or None,
            country_code(job.country[:LONGEST_NAME]),
        )

    def _dates(self, job: Job) -> tuple[ParsedDate | None, ParsedDate | None]:
        start, end = job.start, job.end if job.end and job.end.date else None
        if start and start.open:
            raise RecordError("start_date", "", "the start is not a date")
        if start is None and end is None:
            raise RecordError("start_date", "", "no dates")
        if start and end and last_day(end) < _date(start):
            raise RecordError("end_date", f"{_date(start)} to {_date(end)}", "end before start")
        return start, end


def date_of(column: str, text: str, order: str = "") -> ParsedDate | None:
    """The date that a text states, None where it states none; RecordError where it cannot be believed."""
    if says_nothing(text):
        return None
    found, reason = stated_date(text[: LONGEST + 1], order)
    if found is None:
        raise RecordError(column, text, reason)
    return found


@lru_cache(maxsize=1 << 16)
def stated_date(text: str, order: str) -> tuple[ParsedDate | None, str]:
    """A date or the reason for which it is none; remembered, since the same texts come again and faults cost most."""
    found = parse_date(text, order)
    return found, "" if found else why_not(text, order)


def says_nothing(text: str) -> bool:
    """Whether a text is blank, or a word for nothing."""
    bare = text.strip()
    return not bare or (len(bare) <= _LONGEST_BLANK and _is_blank(bare))


def last_day(stated: ParsedDate) -> dt.date:
    """The last day of the period that a date states."""
    day = _date(stated)
    if stated.precision == "year":
        return day.replace(month=12, day=31)
    if stated.precision == "month":
        return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return day


def tidy(text: str) -> str:
    """A text on one line, without control characters and broken characters, which no table can hold."""
    return _UNSEEN.sub(" ", text).strip()


def _date(stated: ParsedDate) -> dt.date:
    assert stated.date is not None
    return stated.date


def _short(column: str, text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise RecordError(column, text, f"longer than {LONGEST_NAME:,} characters")
    return tidy(text)
