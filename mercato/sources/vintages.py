"""Vintages: full exports of the same careers, taken on several dates. The latest one counts; all tell of delays.

Files are vintages of one series where the settings say so (``vintage``, ``series``), or where their names are the same
but for a date, their columns are the same with ends of jobs among them, and nearly everybody of the earlier file stands
in the later one. Lists of everybody at regular dates within one file are another thing (see ``snapshots``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mercato.errors import DataError
from mercato.settings import Settings
from mercato.sources.recognise import Recognition
from mercato.sources.relations import quoted
from mercato.sources.staging import SqlEngine

DEFAULT_SERIES = "profiles"
MOST_GONE = 0.05
"""Of the people of an earlier file, the most that a later one may lack for dated names alone to make them vintages."""
MOST_GONE_SAID = 0.5
"""The same where the settings say that they are vintages: beyond it they are not of one source."""
MOST_AHEAD = 0.01
"""Of the records of a vintage, the most that may begin after its day."""

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?(?!\d)")


@dataclass(frozen=True)
class Dated:
    """One vintage among the sources found: its day and its place."""

    day: dt.date
    place: int


@dataclass(frozen=True)
class SeriesFound:
    """The vintages of one source, the earliest first; ``said`` where the settings say so."""

    name: str
    vintages: tuple[Dated, ...]
    said: bool


@dataclass(frozen=True)
class Vintage:
    """One vintage as read: its day, the file of its records, its source."""

    day: dt.date
    file: Path
    source_id: int


def series_among(found: Sequence[Recognition], settings: Settings) -> list[SeriesFound]:
    """The series of vintages among the sources found. Raises DataError for a series that cannot be one."""
    said: dict[str, list[Dated]] = defaultdict(list)
    alike: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Dated]] = defaultdict(list)
    for place, one in enumerate(found):
        own = settings.sources.get(one.paths[0].name)
        path = one.paths[0]
        if own is not None and (own.vintage or own.series):
            said[own.series or DEFAULT_SERIES].append(Dated(own.vintage or _day_of_name(path, own.series), place))
        elif _has_ends(one) and (named := _dated_name(path)) is not None:
            stem, day = named
            alike[stem, one.format, tuple(sorted(one.roles.items()))].append(Dated(day, place))
    series = [SeriesFound(name, _in_order(name, dated, found), True) for name, dated in said.items()]
    for (stem, *_), dated in alike.items():
        if len({each.day for each in dated}) == len(dated) > 1:
            series.append(SeriesFound(_shown(stem), tuple(sorted(dated, key=lambda each: each.day)), False))
    _refuse_several([each.name for each in series if each.said])
    return [each for each in series if len(each.vintages) > 1]


def kept(
    engine: SqlEngine,
    series: SeriesFound,
    files: Sequence[Path],
    names: Sequence[str],
    tell: Callable[[str], None],
) -> list[Vintage]:
    """The vintages of a series as read, the earliest first; none where dated names alone made them look like some.

    ``files`` and ``names``: the records and the name of each source, by place. Raises DataError where vintages that
    the settings declare are not of one source, or not of the day that is said.
    """
    latest = series.vintages[-1]
    told: list[str] = []
    for each in series.vintages:
        if each is latest:
            told += _ahead(engine, each, files[each.place], names[each.place])
            continue
        gone, people, back = _compared(engine, files[each.place], files[latest.place])
        share = gone / max(people, 1)
        earlier, later = names[each.place], names[latest.place]
        if not series.said and (share > MOST_GONE or back):
            tell(
                f"{earlier} and {later} are read as two sources: their names differ by a date, but "
                + (f"{gone:,} of {people:,} people of the earlier one are not in the later one"
                   if share > MOST_GONE else "more of the later one's records are in the earlier one than back")
                + '. If they are exports of the same careers, say so in mercato.toml: '
                f'[sources."{earlier}"] vintage = {each.day}'
            )  # fmt: skip
            return []
        if share > MOST_GONE_SAID:
            raise DataError(
                f"{gone:,} of its {people:,} people are not in {later}: these are not two dates of one source",
                where=earlier,
                expected=f"vintages of {series.name}: full exports of the same careers",
                remedy="Give each source a series of its own, or leave out `vintage`.",
            )
        if gone:
            told.append(
                f"{gone:,} of {people:,} people of {earlier} have vanished from {later}: what they did is not known"
            )
        if back:
            told.append(
                f"WARNING: more records of {later} are in {earlier} than the other way round; are the dates right?"
            )
        told += _ahead(engine, each, files[each.place], earlier)
    days = ", ".join(str(each.day) for each in series.vintages)
    tell(f"{series.name}: vintages of {days}; {names[latest.place]} counts, the earlier ones tell how late it is known")
    for sentence in told:
        tell(sentence)
    return [Vintage(each.day, files[each.place], each.place) for each in series.vintages]


def _has_ends(one: Recognition) -> bool:
    """Whether it holds careers with their ends: a list of who is there loses those who leave."""
    return one.layout in ("positions", "spells") and ("end" in one.roles or one.record_format is not None)


def _dated_name(path: Path) -> tuple[str, dt.date] | None:
    """The name of a file without its date, and the date; that of its folder where its own name has none."""
    for name, rest in ((path.name, str(path.parent)), (path.parent.name, f"{path.parent.parent}/{path.name}")):
        if (told := _DATE.search(name)) is not None and (day := _day(told)) is not None:
            return f"{rest}/{name[: told.start()]}*{name[told.end() :]}", day
    return None


def _shown(stem: str) -> str:
    """A dated name without its folders, but for the one that is dated."""
    parts = stem.split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and "*" in parts[-2] else parts[-1]


def _day(told: re.Match[str]) -> dt.date | None:
    """The day of a name; the last one of a month."""
    year, month = int(told[1]), int(told[3])
    try:
        if told[4]:
            return dt.date(year, month, int(told[4]))
        return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    except ValueError:
        return None


def _day_of_name(path: Path, series: str) -> dt.date:
    named = _dated_name(path)
    if named is None:
        raise DataError(
            f"is a vintage of {series}, but nothing says of which day",
            where=path.name,
            expected=f'[sources."{path.name}"] vintage = 2024-03-01, or a date in its name',
        )
    return named[1]


def _in_order(name: str, dated: Sequence[Dated], found: Sequence[Recognition]) -> tuple[Dated, ...]:
    """Declared vintages by their day. Raises DataError for two of one day, and for what holds no careers."""
    ordered = sorted(dated, key=lambda each: each.day)
    for each in ordered:
        if found[each.place].layout not in ("positions", "spells"):
            raise DataError(
                f"is declared as a vintage of {name}, but holds {found[each.place].layout}",
                where=found[each.place].name,
                expected="positions with starts and ends",
                remedy="Leave out `vintage`; lists of everybody at regular dates need none.",
            )
    for before, after in pairwise(ordered):
        if before.day == after.day:
            raise DataError(
                f"{found[before.place].name} and {found[after.place].name} are both vintages of {name} of {after.day}",
                where="mercato.toml",
                expected="one file for each day",
                remedy="Correct one of the days, or give the other file a series of its own.",
            )
    return tuple(ordered)


def _refuse_several(names: Sequence[str]) -> None:
    if len(names) > 1:
        raise DataError(
            f"vintages of {len(names)} series are declared: {', '.join(names)}",
            where="mercato.toml",
            expected="vintages of one source: how late things are known differs from one source to the other",
            remedy="Read them in two runs, or leave out `vintage` for all but one.",
        )


def _compared(engine: SqlEngine, earlier: Path, later: Path) -> tuple[int, int, bool]:
    """How many people of the earlier one are gone, how many it has, and whether the two look the wrong way round."""
    a, b = (quoted(str(file)) for file in (earlier, later))
    person = "CAST(person_id AS VARCHAR)"
    who = f"SELECT DISTINCT {person} AS p FROM"
    what = f"SELECT DISTINCT {person} AS p, coalesce(start_date, end_date) AS d FROM"
    counted = engine.sql(
        f"SELECT (SELECT count(*) FROM ({who} {a}) x ANTI JOIN ({who} {b}) y USING (p)) AS gone, "
        f"(SELECT count(DISTINCT {person}) FROM {a}) AS people, "
        f"(SELECT count(*) FROM ({what} {a})) AS first, (SELECT count(*) FROM ({what} {b})) AS second, "
        f"(SELECT count(*) FROM ({what} {a}) x SEMI JOIN ({what} {b}) y USING (p, d)) AS both"
    ).to_pylist()[0]
    # Shares of each that the other holds: a later vintage holds nearly all of an earlier one, and more.
    onward, back = (counted["both"] / max(counted[name], 1) for name in ("first", "second"))
    return int(counted["gone"]), int(counted["people"]), bool(back > onward + MOST_AHEAD)


def _ahead(engine: SqlEngine, each: Dated, file: Path, name: str) -> list[str]:
    """Raise DataError where a vintage knows too much of the days after its own; say where it knows a little."""
    day = f"DATE '{each.day}'"
    told = engine.sql(
        f"SELECT count(*) AS n, count(*) FILTER (WHERE start_date > {day}) AS ahead, "
        f"max(start_date) AS last FROM {quoted(str(file))}"
    ).to_pylist()[0]
    if told["ahead"] > max(MOST_AHEAD * told["n"], 5):
        raise DataError(
            f"{told['ahead']:,} of its {told['n']:,} records begin after {each.day}, the day of which it is a vintage "
            f"(the last on {told['last']})",
            where=name,
            expected="records known by that day",
            remedy="Correct `vintage` in mercato.toml, or the date in the name: the files may be the wrong way round.",
        )
    if told["ahead"]:
        return [f"{told['ahead']:,} records of {name} begin after {each.day}, its own day: announced, not seen"]
    return []
