"""Transfers of whole workforces: examples worked out by hand, and a naive reading of the rule."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mercato
from mercato.careers.bulk import find_bulk_transfers
from mercato.engines import Engine
from mercato.settings import Options, Settings

Stay = dict[str, Any]
STAYS = pa.schema(
    [
        ("employer_id", pa.int32()),
        ("seen_from", pa.date32()),
        ("main_end", pa.date32()),
        ("departure", pa.string()),
        ("next_employer_id", pa.int32()),
        ("next_start", pa.date32()),
    ]
)
DAY = dt.timedelta(days=1)


def stay(employer: int, since: dt.date, left: dt.date, to: int | None = None, gap: int = 0) -> Stay:
    """A stay that ended by a move to another employer so many days later, or that was still running."""
    return {
        "employer_id": employer,
        "seen_from": since,
        "main_end": left,
        "departure": "censored" if to is None else "separation",
        "next_employer_id": to,
        "next_start": None if to is None else left + gap * DAY,
    }


def found(engine: Engine, stays: list[Stay], **options: Any) -> list[tuple[int, int, str, str]]:
    table = engine.add("bulk_stays", pa.Table.from_pylist(stays, STAYS))
    rows = find_bulk_transfers(engine, table, Options(**options)).to_pylist()
    return [(r["origin"], r["destination"], r["from_date"].isoformat(), r["to_date"].isoformat()) for r in rows]


def leaving(days: list[str], to: int, employer: int = 1) -> list[Stay]:
    return [stay(employer, dt.date(2015, 1, 1), dt.date.fromisoformat(day), to) for day in days]


STAYING = [stay(1, dt.date(2015, 1, 1), dt.date(2024, 1, 1))]


def test_ten_of_twelve_people_who_go_to_one_employer_within_three_months_are_a_transfer(engine: Engine) -> None:
    went = leaving(["2020-03-20"] * 5 + ["2020-06-20"] * 5, to=2)
    assert found(engine, went + STAYING * 2) == [(1, 2, "2020-03-20", "2020-06-21")]


@pytest.mark.parametrize(
    ("why", "stays"),
    [
        ("ten of thirteen are 77%", leaving(["2020-03-20"] * 10, to=2) + STAYING * 3),
        ("nine people are too few", leaving(["2020-03-20"] * 9, to=2)),
        ("the last went a day too late", leaving(["2020-03-20"] * 9 + ["2020-06-21"], to=2)),
        ("they went to two employers", leaving(["2020-03-20"] * 6, to=2) + leaving(["2020-03-20"] * 6, to=3)),
        ("they took four months to begin", [stay(1, dt.date(2015, 1, 1), dt.date(2020, 3, 1), 2, 120)] * 12),
        ("nobody left", STAYING * 12),
    ],
)
def test_what_is_no_transfer(engine: Engine, why: str, stays: list[Stay]) -> None:
    assert found(engine, stays) == []


def test_who_left_before_the_others_is_no_part_of_their_transfer(engine: Engine) -> None:
    early, others = leaving(["2020-01-05"], to=2), leaving(["2020-05-10"] * 20, to=2)
    assert found(engine, early + others) == [(1, 2, "2020-05-10", "2020-08-11")]


def test_people_who_joined_in_the_month_of_the_transfer_count_among_those_there(engine: Engine) -> None:
    joined = [stay(1, dt.date(2020, 5, 2), dt.date(2024, 1, 1))] * 5
    went = leaving(["2020-05-10"] * 12, to=2)
    assert found(engine, went) == [(1, 2, "2020-05-10", "2020-08-11")]
    assert found(engine, went + joined) == []


def test_people_who_left_earlier_in_the_month_no_longer_count(engine: Engine) -> None:
    gone = [stay(1, dt.date(2015, 1, 1), dt.date(2020, 5, 2))] * 20
    assert found(engine, gone + leaving(["2020-05-10"] * 12, to=2)) == [(1, 2, "2020-05-10", "2020-08-11")]


def test_the_end_of_the_months_is_the_last_day_of_a_shorter_one(engine: Engine) -> None:
    went = leaving(["2019-11-30"] * 9 + ["2020-02-29"], to=2)
    assert found(engine, went) == [(1, 2, "2019-11-30", "2020-03-01")]


def test_the_rule_can_be_made_looser(engine: Engine) -> None:
    went = leaving(["2020-03-20"] * 3, to=2) + STAYING * 3
    assert found(engine, went, bulk_people=3, bulk_share=0.5, bulk_months=1) == [(1, 2, "2020-03-20", "2020-04-21")]


def naive(stays: list[Stay], options: Options) -> list[tuple[int, int, str, str]]:
    """For each pair and each day on which somebody went that way: who went within the months that follow?"""
    windows = []
    present = [s for s in stays if s["seen_from"] < s["main_end"]]
    soon = [s for s in present if s["departure"] == "separation" and s["next_employer_id"] != s["employer_id"]]
    soon = [s for s in soon if (s["next_start"] - s["main_end"]).days <= 92]
    for origin, destination in sorted({(s["employer_id"], s["next_employer_id"]) for s in soon}):
        went = [s["main_end"] for s in soon if (s["employer_id"], s["next_employer_id"]) == (origin, destination)]
        for first in sorted(set(went)):
            until = later(first, options.bulk_months) + DAY
            here = [s for s in present if s["employer_id"] == origin]
            there = sum(s["seen_from"] < first <= s["main_end"] for s in here)
            gone = sum(first <= day < until for day in went)
            if gone >= options.bulk_people and gone >= options.bulk_share * there:
                windows.append((origin, destination, first, until))
    merged: list[tuple[int, int, dt.date, dt.date]] = []
    for window in windows:
        if merged and merged[-1][:2] == window[:2] and window[2] < merged[-1][3]:
            merged[-1] = (*merged[-1][:3], window[3])
        else:
            merged.append(window)
    return [(o, d, start.isoformat(), end.isoformat()) for o, d, start, end in merged]


def later(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


days = st.integers(0, 400).map(lambda number: dt.date(2019, 10, 1) + number * DAY)
some_stays = st.lists(
    st.builds(
        lambda employer, first, length, to, gap: stay(employer, first, first + length * DAY, to, gap),
        st.integers(1, 2),
        days,
        st.integers(0, 200),
        st.one_of(st.none(), st.integers(1, 3)),
        st.sampled_from([0, 92, 93]),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(some_stays, st.sampled_from([2, 3]), st.sampled_from([0.2, 0.5]), st.sampled_from([1, 3]))
def test_transfers_equal_the_naive_reading(
    duckdb_engine: Engine, stays: list[Stay], people: int, share: float, months: int
) -> None:
    told = {"bulk_people": people, "bulk_share": share, "bulk_months": months}
    assert found(duckdb_engine, stays, **told) == naive(stays, Options(**told))


def test_who_leaves_a_day_after_the_months_of_a_transfer_makes_a_move(tmp_path: Path) -> None:
    """Eleven people go from Acme to Beta from 20 March 2020 on, within three months; a twelfth on 21 June."""
    days = ["2020-03-20"] * 10 + ["2020-06-20", "2020-06-21"]
    rows = [
        line
        for number, day in enumerate(days)
        for line in (f"p{number},Acme,2015-01-01,{day}", f"p{number},Beta,{day},2022-01-01")
    ]
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    every = Settings(options=Options(minimum_people=1))
    with mercato.read(tmp_path / "careers.csv", every, as_of=dt.date(2023, 1, 1)) as market:
        moves, transfers, gone = (
            market.measure(name, by).to_arrow()["estimate"].to_pylist()
            for name, by in (("flows", ["origin"]), ("transfers", ["arrival"]), ("separations", []))
        )
    assert (moves, transfers) == ([1], [11])
    assert sum(gone) == 13
