"""Lists of everybody at regular dates: who is missing from the next one has left between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables_text import read_day, read_precision, read_table

from mercato.engines import open_engine
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.reading import Reading, read_sources

ENDS = [dt.date(2020, month + 1, 1) - dt.timedelta(days=1) for month in range(1, 12)]
REST = [f"r{number}" for number in range(30)]
"""People who are on every list, so that most people of a list are on the next."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def lists(*people: tuple[str, str, str], days: list[Any] | None = None, header: str = "") -> str:
    """A file of lists: each person with an employer and a sign per list, a letter for the title held or a dot."""
    lines = [header or "employee_id,snapshot_date,legal_entity,job_title"]
    for place, day in enumerate(days or ENDS[:6]):
        lines += [f"{name},{day},Acme,Clerk" for name in REST]
        lines += [f"{name},{day},{employer},{signs[place]}" for name, employer, signs in people if signs[place] != "."]
    return "\n".join(lines) + "\n"


def read(engine: Any, folder: Path, text: str, **said: Any) -> Reading:
    file = folder / "headcount.csv"
    file.write_text(text)
    reading = read_sources([file], engine, folder / "read", Settings(source=SourceSettings(**said)))
    for source in reading.sources:
        assert source.read == source.accepted + source.rejected
    return reading


def stays(reading: Reading) -> list[tuple[Any, ...]]:
    names = ("person_id", "employer_name", "title", "start_date", "start_precision", "end_date", "end_precision",
             "verified_on", "observed_from")  # fmt: skip
    found = [row for path in reading.positions for row in pq.read_table(path).to_pylist()]
    kept = (row for row in found if row["person_id"] not in REST)
    return sorted(
        (tuple(row.get(name) for name in names) for row in kept), key=lambda row: (row[0], row[3] or dt.date.min)
    )


def assert_stays(reading: Reading, text: str) -> None:
    assert stays(reading) == [
        (
            row["person"], row["employer"], row["title"], read_day(row["start"]), read_precision(row["start"]),
            read_day(row["end"]), read_precision(row["end"]), read_day(row["verified"]), read_day(row["from"]),
        )
        for row in read_table(text)
    ]  # fmt: skip


def test_ends_of_months_tell_the_month_of_coming_and_going(engine: Any, tmp_path: Path) -> None:
    """Who is on the first list came before it: no start. Who is on the last has not left: no end."""
    reading = read(engine, tmp_path, lists(
        ("always", "Acme", "tttttt"), ("came", "Acme", "...ttt"), ("went", "Acme", "ttt..."),
        ("back", "Acme", "t..t.."), ("rose", "Acme", "aaabbb"), ("moved", "Acme", "tt...."),
        ("moved", "Beta", "..tttt"),
    ))  # fmt: skip
    assert_stays(reading, """
        person | employer | title | start   | end     | verified   | from
        always | Acme     | t     |         |         | 2020-06-30 | 2020-01-31
        back   | Acme     | t     |         | 2020-02 |            | 2020-01-31
        back   | Acme     | t     | 2020-04 | 2020-05 |            | 2020-01-31
        came   | Acme     | t     | 2020-04 |         | 2020-06-30 | 2020-01-31
        moved  | Acme     | t     |         | 2020-03 |            | 2020-01-31
        moved  | Beta     | t     | 2020-03 |         | 2020-06-30 | 2020-01-31
        rose   | Acme     | a     |         | 2020-04 |            | 2020-01-31
        rose   | Acme     | b     | 2020-04 |         | 2020-06-30 | 2020-01-31
        went   | Acme     | t     |         | 2020-04 |            | 2020-01-31
    """)  # fmt: skip
    source = reading.sources[0]
    assert source.table == "positions"
    assert source.notes[0].startswith("read as 6 complete lists of people, one a month, from 2020-01-31 to 2020-06-30")


def test_a_month_missing_for_everybody_makes_nobody_a_leaver(engine: Any, tmp_path: Path) -> None:
    days = [day for day in ENDS[:7] if day.month != 4]
    reading = read(engine, tmp_path, lists(
        ("always", "Acme", "tttttt"), ("went", "Acme", "ttt..."), ("came", "Acme", "...ttt"), days=days
    ))  # fmt: skip
    assert_stays(reading, """
        person | employer | title | start      | end        | verified   | from
        always | Acme     | t     |            |            | 2020-07-31 | 2020-01-31
        came   | Acme     | t     | 2020-05-01 |            | 2020-07-31 | 2020-01-31
        went   | Acme     | t     |            | 2020-05-01 |            | 2020-01-31
    """)  # fmt: skip
    assert "1 times lists are missing for everybody, which makes nobody a leaver" in reading.sources[0].notes


def test_a_list_that_one_employer_did_not_deliver_makes_nobody_a_leaver(engine: Any, tmp_path: Path) -> None:
    crowd = [(f"c{number:02}", "Beta", "tt.ttt") for number in range(12)]
    reading = read(engine, tmp_path, lists(*crowd, ("few", "Gamma", "tt.ttt")))
    told = {row[0]: [r[3:6:2] for r in stays(reading) if r[0] == row[0]] for row in stays(reading)}
    assert told["c00"] == told["c11"] == [(None, None)]
    assert told["few"] == [(None, dt.date(2020, 3, 1)), (dt.date(2020, 4, 1), None)]


def test_lists_that_are_not_at_ends_of_months_give_the_middle_day(engine: Any, tmp_path: Path) -> None:
    """The 16th of January to the 16th of February are 31 days: the middle day is the 1st of February."""
    days = [dt.date(2020, month, 16) for month in range(1, 7)]
    reading = read(engine, tmp_path, lists(("came", "Acme", ".ttttt"), ("went", "Acme", "ttttt."), days=days))
    assert_stays(reading, """
        person | employer | title | start      | end        | verified   | from
        came   | Acme     | t     | 2020-02-01 |            | 2020-06-16 | 2020-01-16
        went   | Acme     | t     |            | 2020-06-01 |            | 2020-01-16
    """)  # fmt: skip


@pytest.mark.parametrize(("column", "form"), [("Period", "%Y-%m"), ("Mois", "%m/%Y"), ("as_of_date", "%Y-%m-%d")])
def test_periods_are_the_ends_of_their_months(engine: Any, tmp_path: Path, column: str, form: str) -> None:
    reading = read(engine, tmp_path, lists(
        ("came", "Acme", ".ttttt"), days=[day.strftime(form) for day in ENDS[:6]],
        header=f"Matricule,{column},Entité,Poste",
    ))  # fmt: skip
    assert_stays(reading, """
        person | employer | title | start   | end | verified   | from
        came   | Acme     | t     | 2020-02 |     | 2020-06-30 | 2020-01-31
    """)  # fmt: skip


def test_dates_of_hire_and_termination_in_the_lists_are_believed_where_they_fit(engine: Any, tmp_path: Path) -> None:
    lines = ["employee_id,month,entity,job_title,hire_date,termination_date"]
    for place, day in enumerate(ENDS[:5]):
        lines += [f"{name},{day},Acme,Clerk,2015-03-01," for name in REST]
        lines += [f"old,{day},Acme,t,2011-05-02,"] * (place < 3)
        lines += [f"new,{day},Acme,t,2020-02-17,{'2020-04-20' if place == 3 else ''}"] * (1 <= place <= 3)
        lines += [f"again,{day},Acme,t,2001-01-01,"] * (place >= 2)
    reading = read(engine, tmp_path, "\n".join(lines) + "\n")
    assert_stays(reading, """
        person | employer | title | start      | end        | verified   | from
        again  | Acme     | t     | 2020-03    |            | 2020-05-31 | 2020-01-31
        new    | Acme     | t     | 2020-02-17 | 2020-04-20 |            | 2020-01-31
        old    | Acme     | t     | 2011-05-02 | 2020-04    |            | 2020-01-31
    """)  # fmt: skip


def test_a_stray_date_is_no_list(engine: Any, tmp_path: Path) -> None:
    text = lists(("went", "Acme", "ttt...")) + "went,2020-04-15,Acme,t\n"
    reading = read(engine, tmp_path, text, layout="snapshots")
    assert len(stays(reading)) == 1
    assert pq.read_table(reading.rejects)["reason"].to_pylist() == [
        "on a date with a tenth of the people of the lists before and after"
    ]


def test_after_a_long_gap_nothing_is_concluded(engine: Any, tmp_path: Path) -> None:
    days = [dt.date(2018, 1, 31), dt.date(2018, 2, 28), *ENDS[:6]]
    reading = read(engine, tmp_path, lists(
        ("went", "Acme", "tt......"), ("came", "Acme", "..tttttt"), ("stayed", "Acme", "tttttttt"), days=days
    ))  # fmt: skip
    assert_stays(reading, """
        person | employer | title | start | end | verified   | from
        came   | Acme     | t     |       |     | 2020-06-30 | 2020-01-31
        stayed | Acme     | t     |       |     | 2020-06-30 | 2018-01-31
        went   | Acme     | t     |       |     | 2018-02-28 | 2018-01-31
    """)  # fmt: skip


SIGHTED = {
    "three dates": lists(days=ENDS[:3]),
    "years": lists(days=[2016, 2017, 2018, 2019, 2020]),
    "irregular dates": lists(days=["2020-01-05", "2020-01-09", "2020-03-30", "2020-09-01", "2021-04-04"]),
    "people who seldom recur": "person,date,employer\n"
    + "".join(f"p{40 * place + number},{day},Acme\n" for place, day in enumerate(ENDS[:6]) for number in range(40)),
}  # fmt: skip


@pytest.mark.parametrize("what", SIGHTED)
def test_what_is_no_series_of_lists_stays_sightings(engine: Any, tmp_path: Path, what: str) -> None:
    reading = read(engine, tmp_path, SIGHTED[what])
    assert (reading.sources[0].table, len(reading.positions)) == ("sightings", 0)


def test_the_layout_may_be_said(engine: Any, tmp_path: Path) -> None:
    text = lists(("went", "Acme", "ttt..."))
    assert read(engine, tmp_path, text, layout="sightings").sources[0].table == "sightings"
    three = read(engine, tmp_path, lists(("went", "Acme", "t.."), days=ENDS[:3]), layout="snapshots")
    assert [row[5] for row in stays(three)] == [dt.date(2020, 2, 1)]
    with pytest.raises(DataError, match="has 1 lists by its column 'snapshot_date'"):
        read(engine, tmp_path, lists(days=ENDS[:1]), layout="snapshots")


def test_stays_verified_on_one_day_stay_positions(engine: Any, tmp_path: Path) -> None:
    text = "employee_id,company,hire_date,termination_date,extraction_date\n" + "".join(
        f"{n},Acme,2019-01-0{1 + n % 9},,2020-01-31\n" for n in range(50)
    )
    assert len(read(engine, tmp_path, text).positions) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("ab.", min_size=8, max_size=8), min_size=1, max_size=6))
def test_stays_are_the_runs_of_lists(engine: Any, tmp_path: Path, signs: list[str]) -> None:
    """Against runs found one sign after the other."""
    people = [(f"p{number}", "Acme", one) for number, one in enumerate(signs)]
    reading = read(engine, tmp_path, lists(*people, days=ENDS[:8]), layout="snapshots")
    expected = []
    for name, _, one in people:
        for place, sign in enumerate(one):
            if sign != "." and (place == 0 or one[place - 1] != sign):
                last = next((end for end in range(place, 8) if end == 7 or one[end + 1] != sign), place)
                start = None if place == 0 else ENDS[place].replace(day=1)
                end = None if last == 7 else ENDS[last] + dt.timedelta(days=1)
                expected.append((name, sign, start, end, ENDS[7] if last == 7 else None))
    assert sorted(expected, key=repr) == sorted(((r[0], r[2], r[3], r[5], r[7]) for r in stays(reading)), key=repr)


def test_yearly_lists_that_are_said_to_be_complete_tell_the_year_of_coming_and_going(
    engine: Any, tmp_path: Path
) -> None:
    text = lists(
        ("always", "Acme", "tttt"), ("came", "Acme", "..tt"), ("went", "Acme", "tt.."),
        days=[2018, 2019, 2020, 2021], header="person,year,employer,title",
    )  # fmt: skip
    assert_stays(
        read(engine, tmp_path, text, layout="snapshots"),
        """
        person | employer | title | start | end  | verified   | from
        always | Acme     | t     |       |      | 2021-12-31 | 2018-12-31
        came   | Acme     | t     | 2020  |      | 2021-12-31 | 2018-12-31
        went   | Acme     | t     |       | 2020 |            | 2018-12-31
    """,
    )


def test_a_gap_of_more_than_a_step_and_a_half_concludes_nothing_of_yearly_lists(engine: Any, tmp_path: Path) -> None:
    text = lists(("went", "Acme", "tt.."), days=[2016, 2017, 2020, 2021], header="person,year,employer,title")
    (row,) = stays(read(engine, tmp_path, text, layout="snapshots"))
    assert row[5] is None and row[7] == dt.date(2017, 12, 31)


def test_two_lists_in_one_month_are_no_series_of_lists(engine: Any, tmp_path: Path) -> None:
    """A month with two dates is that of papers or of payments; unless it is said, nobody left by not being named."""
    days = [dt.date(2020, 1, 1), dt.date(2020, 2, 1), dt.date(2020, 3, 1), dt.date(2020, 4, 1), dt.date(2020, 5, 1)]
    once = lists(("went", "Acme", "tt..."), days=days)
    twice = lists(("went", "Acme", "tt...."), days=[*days, dt.date(2020, 5, 15)])
    assert read(engine, tmp_path, once).positions and not read(engine, tmp_path, once).sightings
    assert read(engine, tmp_path, twice).sightings and not read(engine, tmp_path, twice).positions
