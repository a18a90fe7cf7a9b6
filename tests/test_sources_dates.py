"""Dates as people write them: what is read, to what precision, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mercato.sources.datecolumns import Order, lookup, order_of, settle_orders
from mercato.sources.dates import from_excel_serial, is_blank, is_open_end, parse_date, parse_period, why_not

WRITTEN = [
    ("2015", "2015-01-01", "year"),
    ("2015.0", "2015-01-01", "year"),
    ("2015-03", "2015-03-01", "month"),
    ("2015.06", "2015-06-01", "month"),
    ("03/2015", "2015-03-01", "month"),
    ("2015-03-01", "2015-03-01", "day"),
    ("2015-3-1", "2015-03-01", "day"),
    ("20150301", "2015-03-01", "day"),
    ("2015-03-01T23:30:00+02:00", "2015-03-01", "day"),
    ("2015-03-01 10:00:00", "2015-03-01", "day"),
    ("2015-00-00", "2015-01-01", "year"),
    ("13/1/2015", "2015-01-13", "day"),
    ("Mar 2015", "2015-03-01", "month"),
    ("Jan-19", "2019-01-01", "month"),
    ("March 1st, 2015", "2015-03-01", "day"),
    ("12-MAR-2015", "2015-03-12", "day"),
    ("Monday, March 2, 2015", "2015-03-02", "day"),
    ("mars 2015", "2015-03-01", "month"),
    ("1er mars 2015", "2015-03-01", "day"),
    ("juil. 2014", "2014-07-01", "month"),
    ("févr. 2019", "2019-02-01", "month"),
    ("AOÛT 2019", "2019-08-01", "month"),
    ("été 2012", "2012-01-01", "year"),
    ("Summer 2011", "2011-01-01", "year"),
    ("début 2015", "2015-01-01", "year"),
    ("Q3 2015", "2015-08-01", "month"),
    ("T3 2015", "2015-08-01", "month"),
    ("2018年11月", "2018-11-01", "month"),
    ("12 de marzo de 2015", "2015-03-12", "day"),
]


@pytest.mark.parametrize(("text", "day", "precision"), WRITTEN)
def test_a_date_is_read_with_the_precision_it_was_written_with(text: str, day: str, precision: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert (found.date, found.precision, found.open) == (dt.date.fromisoformat(day), precision, False)


@pytest.mark.parametrize(
    "text",
    ["2024-09-31", "2019-02-30", "2015-13-01", "0001-01-01", "1849", "9998", "yesterday", "2 years ago", "March", "12",
     "hello 2015", "room 12 in March 2015", "3/1/2015", "", "x" * 10_000, "41000"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_reason(text: str) -> None:
    assert parse_date(text) is None
    assert why_not(text)


def test_the_order_of_day_and_month_decides() -> None:
    assert parse_date("3/1/2015", "dmy").date == dt.date(2015, 1, 3)  # type: ignore[union-attr]
    assert parse_date("3/1/2015", "mdy").date == dt.date(2015, 3, 1)  # type: ignore[union-attr]
    assert parse_date("13/1/2015", "mdy") is None
    assert why_not("3/1/2015") == "day and month cannot be told apart"


@pytest.mark.parametrize(
    "text",
    ["", "Present", "current", "now", "aujourd\u2019hui", "à ce jour", "en cours", "9999-12-31", "2999-12-31", "N/A"],
)
def test_ends_that_are_open(text: str) -> None:
    assert is_open_end(text)


def test_a_word_for_now_is_not_blank_and_a_date_is_not_open() -> None:
    assert not is_blank("Present")
    assert not is_open_end("2015-03-01")
    assert not is_open_end("garbage")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Summer 2011-2013", "2011-01-01 year", "2013-01-01 year"),
        ("04/2020-04/2020", "2020-04-01 month", "2020-04-01 month"),
        ("10/2018-Present", "2018-10-01 month", "open"),
        ("2024.09-2025.04", "2024-09-01 month", "2025-04-01 month"),
        ("2015-2018", "2015-01-01 year", "2018-01-01 year"),
        ("2015-03-2016-04", "2015-03-01 month", "2016-04-01 month"),
        ("2015-01/2016-03", "2015-01-01 month", "2016-03-01 month"),
        ("March - June 2015", "2015-03-01 month", "2015-06-01 month"),
        ("du 1er mars 2015 au 3 avril 2016", "2015-03-01 day", "2016-04-03 day"),
        ("depuis 2015", "2015-01-01 year", "open"),
        ("2018 -", "2018-01-01 year", "open"),
        ("garbage", "none", "none"),
    ],
)
def test_periods(text: str, start: str, end: str) -> None:
    def shown(found: object) -> str:
        if found is None:
            return "none"
        return "open" if found.open else f"{found.date} {found.precision}"  # type: ignore[attr-defined]

    assert tuple(map(shown, parse_period(text))) == (start, end)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)))
def test_every_way_of_writing_a_day_gives_that_day(day: dt.date) -> None:
    months = (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
    )
    months += ("décembre",)
    for text, order in [
        (day.isoformat(), ""),
        (f"{day.day}/{day.month}/{day.year}", "dmy"),
        (f"{day.month}/{day.day}/{day.year}", "mdy"),
        (f"{day.day} {months[day.month - 1]} {day.year}", ""),
        (f"{day:%B} {day.day}, {day.year}", ""),
    ]:
        found = parse_date(text, order)
        assert found is not None and (found.date, found.precision) == (day, "day")


@given(st.text(max_size=30))
def test_any_text_gives_a_date_within_the_years_believed_or_none(text: str) -> None:
    found = parse_date(text, library=False)
    assert (
        found is None or found.open or (found.date is not None and 1900 <= found.date.year <= dt.date.today().year + 2)
    )


def test_excel_serials() -> None:
    assert from_excel_serial(42005) == dt.date(2015, 1, 1)
    assert from_excel_serial(3) is None
    made = lookup(["42005", "43000"], "")
    assert made["date"].to_pylist() == [dt.date(2015, 1, 1), dt.date(2017, 9, 22)]
    assert lookup(["42005", "2015"], "")["reason"].to_pylist() == ["not a date", None]


def test_evidence_for_the_order_of_day_and_month() -> None:
    assert order_of(["13/01/2015", "01/02/2015"]).decided == "dmy"
    assert order_of(["01/13/2015", "01/02/2015"]).decided == "mdy"
    assert order_of(["13/01/2015", "01/13/2015"]).decided == "mixed"
    assert order_of(["01.02.2015"]).decided == "dmy"
    assert Order(dmy=1000, mdy=1).decided == "dmy"
    neighbours = {"start": Order(either=3), "end": Order(dmy=2)}
    assert settle_orders(neighbours, "", False, "f") == {"start": "dmy", "end": "dmy"}


def test_a_mixture_of_orders_names_the_likelier_one() -> None:
    """Three dates can only be day first and one month first."""
    stray = order_of(["13/01/2015", "14/01/2015", "15/01/2015", "01/25/2015", "02/03/2015"])
    assert "(3 and 1 different dates can only be so)" in stray.mixture
    assert "--dates dmy takes them" in stray.mixture
