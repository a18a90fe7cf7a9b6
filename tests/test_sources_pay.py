"""Pay beside sightings: amounts as people write them, their currency and period, and what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from mercato.engines import open_engine
from mercato.settings import Settings, SourceSettings
from mercato.sources.pay import currency_code, period_of
from mercato.sources.reading import Reading, read_sources
from mercato.tables import PAY

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "careers"


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    opened = open_engine()
    yield opened
    opened.close()


def read(engine: Any, file: Path, into: Path, **said: Any) -> Reading:
    return read_sources([file], engine, into / "read", Settings(source=SourceSettings(**said)))


def amounts(engine: Any, folder: Path, *texts: str, header: str = "salary") -> list[tuple[Any, ...]]:
    """Record, amount, currency and period of what is kept of a staff list with these texts of pay."""
    file = folder / "staff.csv"
    lines = [f"name;employer;year;{header}", *(f"p{n};Acme;2019;{text}" for n, text in enumerate(texts))]
    file.write_text("\n".join(lines) + "\n")
    reading = read(engine, file, folder)
    assert reading.sources[0].accepted == len(texts)
    found = pq.read_table(reading.pay[0])
    assert found.schema.names == list(PAY.names)
    return [(r["record"], r["amount"], r["currency"], r["period"]) for r in found.to_pylist()]


@pytest.mark.parametrize(
    ("text", "amount", "currency", "period"),
    [
        ("$172,200.00", 172_200, "USD", None),
        ("45 000 €", 45_000, "EUR", None),
        ("45\u202f000,50\u00a0€", 45_000.5, "EUR", None),
        ("45.000,00", 45_000, None, None),
        ("1.234.567,89", 1_234_567.89, None, None),
        ("12,00,000", 1_200_000, None, None),
        ("CHF 95'000", 95_000, "CHF", None),
        ("52k", 52_000, None, None),
        ("SEK 480 k", 480_000, "SEK", None),
        ("£38,500 per annum", 38_500, "GBP", "year"),
        ("EUR 3200 / month", 3_200, "EUR", "month"),
        ("38.5", 38.5, None, None),
        ("38461.538", 38_461.538, None, None),
        ("1.722e5", 172_200, None, None),
        ("¥ 9000000", 9_000_000, None, None),
    ],
)
def test_amounts_as_people_write_them(
    engine: Any, tmp_path: Path, text: str, amount: float, currency: str | None, period: str | None
) -> None:
    assert amounts(engine, tmp_path, text) == [(1, amount, currency, period)]


def test_one_sign_alone_parts_thousands_where_the_whole_column_says_so(engine: Any, tmp_path: Path) -> None:
    assert [a for _, a, *_ in amounts(engine, tmp_path, "45.000", "51.250", "108.300")] == [45_000, 51_250, 108_300]
    assert [a for _, a, *_ in amounts(engine, tmp_path, "45.125", "51.25", "8.3")] == [45.125, 51.25, 8.3]
    assert [a for _, a, *_ in amounts(engine, tmp_path, "45,000", "51,250")] == [45_000, 51_250]
    assert [a for _, a, *_ in amounts(engine, tmp_path, "45,125", "51,2")] == [45.125, 51.2]
    assert [a for _, a, *_ in amounts(engine, tmp_path, "45.000", "45.000,00")] == [45_000, 45_000]


def test_zero_negative_absurd_and_unreadable_amounts_are_left_out_of_pay_alone(engine: Any, tmp_path: Path) -> None:
    texts = ("100", "0", "0.00", "-5", "(500)", "99999999999999", "Level 5", "40000-45000", "", "n/a", "🚀12", "'-- 1")
    assert amounts(engine, tmp_path, *texts) == [(1, 100, None, None)]
    reading = read(engine, tmp_path / "staff.csv", tmp_path)
    note = next(note for note in reading.sources[0].notes if note.startswith("pay"))
    assert "1 records; left out are 4 zero or negative, 1 beyond belief, 5 unreadable and 1 blank" in note
    assert (reading.sources[0].quality["pay_records"], reading.sources[0].quality["pay_left_out"]) == (1, 10)


def test_names_of_columns_tell_currency_period_and_concept(engine: Any, tmp_path: Path) -> None:
    assert amounts(engine, tmp_path, "100", header="Annual Salary (EUR)") == [(1, 100, "EUR", "year")]
    assert amounts(engine, tmp_path, "100", header="salary_in_usd") == [(1, 100, "USD", None)]
    assert amounts(engine, tmp_path, "100", header="Salaire mensuel brut") == [(1, 100, None, "month")]
    file = tmp_path / "t.csv"
    file.write_text("name,employer,year,Total Compensation,currency,pay_basis\na,Acme,2019,100,cad,Per Annum\n")
    (row,) = pq.read_table(read(engine, file, tmp_path).pay[0]).to_pylist()
    assert (row["currency"], row["period"], row["concept"]) == ("CAD", "year", "total")
    assert (row["paid_on"], row["paid_precision"], row["employer_name"]) == (dt.date(2019, 1, 1), "year", "Acme")


def test_codes_and_signs_of_currencies() -> None:
    assert [currency_code(text) for text in ("usd", "$", "€", "CA$", "¥", "kr", "XX", "")] == [
        "USD", "USD", "EUR", "CAD", None, None, None, None
    ]  # fmt: skip
    assert [period_of(text) for text in ("Per Annum", "mensuel", "HOURLY", "par jour", "biweekly")] == [
        "year", "month", "hour", "day", None
    ]  # fmt: skip


def test_stays_without_a_date_of_sight_have_no_pay(engine: Any, tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("person_id,employer,start_date,salary\np,Acme,2019-01-01,100\n")
    assert read(engine, file, tmp_path).pay == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not beside the project")
def test_the_staff_lists_of_the_white_house(engine: Any, tmp_path: Path) -> None:
    """Real lists of eleven years: 26 salaries are zero, one line names nobody."""
    file = SHARED / "white_house_staff_salaries_2009_2019.csv"
    reading = read(engine, file, tmp_path, columns={"employer": "@The White House"})
    paid = pq.read_table(reading.pay[0]).to_pylist()
    assert reading.sources[0].table == "sightings"
    assert {(r["currency"], r["period"], r["concept"]) for r in paid} == {("USD", "year", "base")}
    assert any("left out are 26 zero or negative, 0 beyond belief, 0 unreadable" in n for n in reading.sources[0].notes)
    assert len(paid) == reading.sources[0].accepted - 26
