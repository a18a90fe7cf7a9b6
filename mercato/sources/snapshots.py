"""Lists of everybody at regular dates → stays: who is missing from the next list has left between the two.

A personnel system's headcount by month is such a series. A table with a person, an employer and a date is taken for one
where it has ``FEWEST`` dates or more, of days or months, one at most in a calendar month; two thirds of the steps from
one date to the next are the same one, two or three months; of the people of a list ``RECURRING`` or more are on the
next; and few lines repeat person, employer and date. Papers, yearly staff lists and the like are sightings.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.sources import tables
from mercato.sources.formats import POSITION_FILE
from mercato.sources.relations import quoted
from mercato.sources.staging import SqlEngine, Stage

FEWEST = 4
LONGEST_STEP = 3
RECURRING = 0.8
REPEATED = 0.05
SAME_STEP = 2 / 3
MOST_DATES = 2_000
LONGEST_GAP = 200
"""Days between two lists beyond which nothing is concluded from who is on the one and not on the other, unless the
user says that a table is a series of lists whose usual step is longer."""

USUAL_STEPS = 1.5
"""Usual steps between two lists up to which something is concluded of lists that are further apart than that."""

FULL_LIST = 10
"""People of one employer whose absence from one or two lists, with half of them back, is a list not delivered."""

_FEW = 0.1


@dataclass(frozen=True)
class Series:
    """The days of the lists in order, and what is no list: dates on which a tenth of the usual number are named.

    step: months between two lists, 0 where they are irregular; gap: days between two lists from which on nothing is
    concluded.
    """

    days: tuple[dt.date, ...]
    odd: tuple[dt.date, ...]
    step: int
    gap: int = LONGEST_GAP


def series_of(engine: SqlEngine, stage: Stage) -> Series | None:
    """The series of lists that a staged table holds, by the rule at the head of this module; None where it is none."""
    found = _dates(engine, stage)
    if found is None or any(precision == "year" for _, precision in found):
        return None
    series = _series({day: count for (day, _), count in found.items()})
    months = {(day.year, day.month) for day in series.days}
    if len(series.days) < FEWEST or len(months) < len(series.days) or not series.step:
        return None
    return series if _recurs(engine, stage, series) else None


def write_stays(
    engine: SqlEngine, stage: Stage, source_id: int, accepted: Path, series: Series | None
) -> tuple[str, int]:
    """Write the stays that a series of lists tells of; gives the judged rows and how many of them are refused.

    Raises DataError where there are fewer than two lists.
    """
    series = series or _said(engine, stage)
    judged = _judged(stage, source_id, series)
    _prepare(engine, judged, series)
    names = tables.written(tables.position_columns(stage.staged, source_id))
    engine.execute(f"COPY (SELECT {', '.join(_written(names))} FROM {_STAYS}) TO {quoted(str(accepted))} {tables.COPY}")
    refused = int(engine.sql(f"SELECT count(*) AS n FROM ({judged}) WHERE fault > 0")["n"][0].as_py())
    stage.notes += _notes(engine, stage, series, refused, pq.read_metadata(accepted).num_rows)
    for made in ("listed", "lists", "undelivered"):
        engine.execute(f"DROP TABLE IF EXISTS {made}")
    return judged, refused


def _dates(engine: SqlEngine, stage: Stage) -> dict[tuple[dt.date, str], int] | None:
    """The dates of a table, each with its precision, and how many rows have them; None where they are too many."""
    staged = stage.staged
    day, precision, _ = tables.date_of(staged, "seen_on")
    found = engine.sql(
        f"SELECT {day} AS day, CAST({precision} AS VARCHAR) AS precision, count(*) AS n "
        f"FROM {staged.name} s{tables.joins(staged)} WHERE {day} IS NOT NULL GROUP BY ALL LIMIT {MOST_DATES + 1}"
    ).to_pylist()
    if len(found) > MOST_DATES:
        return None
    return {(_end_of(row["day"], row["precision"]), row["precision"]): row["n"] for row in found}


def _end_of(day: dt.date, precision: str) -> dt.date:
    """The day of a list that is dated by its month or year: the last of it."""
    if precision == "day":
        return day
    month = 12 if precision == "year" else day.month
    return dt.date(day.year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _series(counts: dict[dt.date, int]) -> Series:
    days = sorted(counts)
    odd = tuple(
        day
        for before, day, after in zip(days, days[1:], days[2:], strict=False)
        if counts[day] < _FEW * min(counts[before], counts[after])
    )
    kept = tuple(day for day in days if day not in odd)
    months = [12 * day.year + day.month for day in kept]
    steps = Counter(b - a for a, b in pairwise(months)).most_common(1)
    step, often = steps[0] if steps else (0, 0)
    regular = 1 <= step <= LONGEST_STEP and often >= SAME_STEP * (len(kept) - 1)
    return Series(kept, odd, step if regular else 0)


def _recurs(engine: SqlEngine, stage: Stage, series: Series) -> bool:
    """Whether most people of a list are on the next, and few lines repeat person, employer and date."""
    staged = stage.staged
    day = _day(tables.date_of(staged, "seen_on"))
    rows = f"SELECT s.of_person AS p, s.of_employer AS e, {day} AS day FROM {staged.name} s{tables.joins(staged)}"
    told = engine.sql(
        f"WITH listed AS (SELECT p, e, k FROM ({rows}) JOIN {_numbered(series)} USING (day) WHERE p IS NOT NULL), "
        "people AS (SELECT DISTINCT p, k FROM listed), "
        "again AS (SELECT k, lead(k) OVER (PARTITION BY p ORDER BY k) AS next FROM people) "
        "SELECT (SELECT count(*) FROM listed) AS lines, "
        "(SELECT count(*) FROM (SELECT DISTINCT p, e, k FROM listed)) AS once, "
        f"(SELECT avg(CASE WHEN next = k + 1 THEN 1.0 ELSE 0 END) FROM again WHERE k < {len(series.days)}) AS share"
    ).to_pylist()[0]
    few_repeated = told["lines"] - told["once"] <= REPEATED * told["lines"]
    return few_repeated and (told["share"] or 0.0) >= RECURRING


def _day(date: tuple[str, str, str]) -> str:
    day, precision, _ = date
    return (
        f"CAST(CASE CAST({precision} AS VARCHAR) WHEN 'day' THEN {day} WHEN 'month' THEN last_day({day}) "
        f"ELSE make_date(year({day}), 12, 31) END AS DATE)"
    )


def _numbered(series: Series) -> str:
    """The lists as rows: the day and its number from 1."""
    listed = ", ".join(f"(DATE '{day}', {number})" for number, day in enumerate(series.days, 1))
    return f"(SELECT day, k FROM (VALUES {listed}) AS numbered(day, k))"


def _said(engine: SqlEngine, stage: Stage) -> Series:
    """The series of a table that the user says is one."""
    found = _dates(engine, stage) or {}
    series = _series({day: count for (day, _), count in found.items()})
    if len(series.days) < 2:
        column = stage.staged.roles.columns.get("seen_on", "")
        raise DataError(
            f"has {len(series.days)} lists by its column {column!r}, and who left is told by the next list",
            expected=f"lists of at least two and at most {MOST_DATES:,} dates",
            remedy="Read it as --layout sightings, or name the column with --map seen_on=COLUMN.",
        )
    usual = median((after - before).days for before, after in pairwise(series.days))
    return replace(series, gap=max(LONGEST_GAP, int(USUAL_STEPS * usual)))


def _judged(stage: Stage, source_id: int, series: Series) -> str:
    """Judged sightings, with what is on a date of which there is no list refused."""
    judged = tables.judged_sightings(stage.staged, source_id)
    if not series.odd:
        return judged
    odd = ", ".join(f"DATE '{day}'" for day in series.odd)
    day = _day(("seen_on", "seen_precision", ""))
    return (
        f"SELECT * REPLACE (CASE WHEN fault = 0 AND {day} IN ({odd}) THEN {tables.NO_LIST} ELSE fault END AS fault) "
        f"FROM ({judged})"
    )


def _prepare(engine: SqlEngine, judged: str, series: Series) -> None:
    """The tables ``listed``: who was on which list, and ``lists``: the lists of each employer, in order."""
    day = _day(("seen_on", "seen_precision", ""))
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE listed AS SELECT * FROM "
        f"(SELECT *, {day} AS day FROM ({judged}) WHERE fault = 0) JOIN {_numbered(series)} USING (day)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE undelivered AS "
        "WITH counted AS (SELECT employer_name, k, list_distinct(list(person_id)) AS people FROM listed GROUP BY ALL), "
        "pairs AS (SELECT *, lead(k) OVER w AS next, lead(people) OVER w AS later FROM counted "
        "WINDOW w AS (PARTITION BY employer_name ORDER BY k)) "
        "SELECT employer_name, unnest(range(k + 1, next)) AS k FROM pairs WHERE next - k BETWEEN 2 AND 3 "
        f"AND len(people) >= {FULL_LIST} AND 2 * len(list_intersect(people, later)) >= len(people)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE lists AS "
        "WITH all_lists AS (SELECT e.employer_name, n.day, n.k FROM "
        f"(SELECT DISTINCT employer_name FROM undelivered UNION ALL SELECT NULL) e CROSS JOIN {_numbered(series)} n) "
        "SELECT employer_name, day, k, row_number() OVER w AS place, "
        f"CASE WHEN day - lag(day) OVER w <= {series.gap} THEN lag(day) OVER w END AS before, "
        f"CASE WHEN lead(day) OVER w - day <= {series.gap} THEN lead(day) OVER w END AS after "
        "FROM all_lists WHERE NOT EXISTS (FROM undelivered u "
        "WHERE u.employer_name = all_lists.employer_name AND u.k = all_lists.k) "
        "WINDOW w AS (PARTITION BY employer_name ORDER BY k)"
    )


_FIRST = ("place", "country", "person_name", "given_family", "given_level", "given_is_ai", "given_is_side")
_PLACED = (
    "(SELECT l.*, n.place AS place_of_list, n.before, n.after FROM listed l JOIN lists n ON n.k = l.k AND "
    "n.employer_name IS NOT DISTINCT FROM (CASE WHEN l.employer_name IN (SELECT employer_name FROM undelivered) "
    "THEN l.employer_name END))"
)
_LISTED_ONCE = (
    "(SELECT person_id, employer_name, title, place_of_list, min(day) AS day, min(before) AS before, "
    "min(after) AS after, min(record) AS record, min(source_id) AS source_id, min(known_start) AS known_start, "
    "arg_min(known_start_precision, known_start) AS known_start_precision, max(known_end) AS known_end, "
    "arg_max(known_end_precision, known_end) AS known_end_precision, "
    + ", ".join(f"arg_min({name}, record) AS {name}" for name in _FIRST)
    + f" FROM {_PLACED} GROUP BY ALL)"
)
_RUNS = (
    "(SELECT *, place_of_list - row_number() OVER "
    f"(PARTITION BY person_id, employer_name, title ORDER BY place_of_list) AS run FROM {_LISTED_ONCE})"
)
_STAYS = (
    "(SELECT person_id, employer_name, title, min(record) AS record, min(source_id) AS source_id, min(day) AS first, "
    "max(day) AS last, arg_min_null(before, day) AS before, arg_max_null(after, day) AS after, "
    "arg_min(known_start, day) AS known_start, arg_min(known_start_precision, day) AS known_start_precision, "
    "arg_max(known_end, day) AS known_end, arg_max(known_end_precision, day) AS known_end_precision, "
    + ", ".join(f"arg_min({name}, day) AS {name}" for name in _FIRST)
    + f" FROM {_RUNS} GROUP BY person_id, employer_name, title, run ORDER BY record)"
)

_UNSEEN_BEFORE = "(before IS NULL)"
_UNSEEN_AFTER = "(after IS NULL)"
_KNOWN_START = f"(known_start <= first AND (known_start > before OR {_UNSEEN_BEFORE}))"
_KNOWN_END = f"(known_end > first AND CASE WHEN {_UNSEEN_AFTER} THEN known_end <= last ELSE known_end <= after END)"


def _between(one: str, other: str, part: str) -> str:
    """The date between two lists: the month or the year between where they are its ends, else the middle day."""
    month = f"last_day({one}) = {one} AND last_day({one} + 1) = {other}"
    year = f"month({one}) = 12 AND day({one}) = 31 AND {other} = make_date(year({one}) + 1, 12, 31)"
    if part == "precision":
        return f"CASE WHEN {month} THEN 'month' WHEN {year} THEN 'year' ELSE 'day' END"
    return f"CASE WHEN {month} OR {year} THEN {one} + 1 ELSE {one} + CAST(({other} - {one} + 1) // 2 AS INTEGER) END"


def _written(names: list[str]) -> list[str]:
    """An expression for each column of a position file that is worth writing."""
    said = {
        "start_date": f"CASE WHEN {_KNOWN_START} THEN known_start WHEN {_UNSEEN_BEFORE} THEN NULL "
        f"ELSE {_between('before', 'first', 'date')} END",
        "start_precision": f"CASE WHEN {_KNOWN_START} THEN CAST(known_start_precision AS VARCHAR) "
        f"WHEN {_UNSEEN_BEFORE} THEN NULL ELSE {_between('before', 'first', 'precision')} END",
        "end_date": f"CASE WHEN {_KNOWN_END} THEN known_end WHEN {_UNSEEN_AFTER} THEN NULL "
        f"ELSE {_between('last', 'after', 'date')} END",
        "end_precision": f"CASE WHEN {_KNOWN_END} THEN CAST(known_end_precision AS VARCHAR) "
        f"WHEN {_UNSEEN_AFTER} THEN NULL ELSE {_between('last', 'after', 'precision')} END",
        "verified_on": f"CASE WHEN {_UNSEEN_AFTER} AND NOT coalesce({_KNOWN_END}, false) THEN last END",
        "observed_from": f"CASE WHEN {_UNSEEN_BEFORE} THEN first ELSE (SELECT min(day) FROM lists) END",
    }
    kept = [name for name in POSITION_FILE.names if name in {*names, *said}]
    types = {"start_precision": tables.PRECISION, "end_precision": tables.PRECISION}
    types |= dict.fromkeys(("start_date", "end_date", "verified_on", "observed_from"), "DATE")
    return [f"CAST({said.get(name, name)} AS {types[name]}) AS {name}" if name in types else name for name in kept]


def _notes(engine: SqlEngine, stage: Stage, series: Series, refused: int, stays: int) -> list[str]:
    days = series.days
    every = {1: "month", 2: "second month", 3: "quarter"}.get(series.step, "")
    notes = [
        f"read as {len(days):,} complete lists of people{f', one a {every}' if every else ''}, from {days[0]} to "
        f"{days[-1]}: who is missing from the next list has left between the two; {stage.rows - refused:,} lines make "
        f"{stays:,} stays (--layout sightings reads them as mere sightings)"
    ]
    months = [12 * day.year + day.month for day in days]
    missing = sum(b - a > series.step for a, b in pairwise(months)) if series.step else 0
    if missing:
        notes.append(f"{missing:,} times lists are missing for everybody, which makes nobody a leaver")
    absent = int(engine.sql("SELECT count(*) AS n FROM undelivered")["n"][0].as_py())
    if absent:
        notes.append(f"{absent:,} lists of single employers are missing and most of their people back on the next one")
    if series.odd:
        notes.append(f"{len(series.odd):,} dates hold fewer than a tenth of the people of the lists around: no lists")
    return notes
