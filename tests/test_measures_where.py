"""What ``--where`` keeps: a part of the market, never a part of a share or one direction of a pair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mercato
from mercato.errors import MercatoError, SettingsError
from mercato.market import Market


def _moves(origin: str, destination: str, people: int) -> list[str]:
    """People who were 2015-01-10 to 2018-03-01 at one employer and are at the other since."""
    names = [f"{origin}{destination}{number}" for number in range(people)]
    told = ((name, employer, *days) for name in names
            for employer, *days in ((origin, "2015-01-10", "2018-03-01"), (destination, "2018-03-01", "")))  # fmt: skip
    return [",".join(row) for row in told]


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """21 went from Acme to Beta and 6 came back from there, and with them one of the 21; 7 went from Acme to Ceres."""
    file: Path = tmp_path_factory.mktemp("where") / "careers.csv"
    rows = [*_moves("Acme", "Beta", 21), *_moves("Beta", "Acme", 6), *_moves("Acme", "Ceres", 7)]
    rows[1] = rows[1] + "2019-05-01"
    rows.append("AcmeBeta0,Acme,2019-05-01,")
    rows += [f"bonn{i},University of Bonn,2016-02-01,,Senior software engineer,DE" for i in range(5)]
    rows += ["paris,Acme,2015-01-10,2015-02-01,,FR"]
    rows = [row + "," * (5 - row.count(",")) for row in rows]
    file.write_text("person_id,employer,start_date,end_date,title,country\n" + "\n".join(rows) + "\n", "utf-8")
    with mercato.read(file, as_of=dt.date(2020, 12, 31)) as read:
        yield read


def told(market: Market, name: str, by: list[str] | None = None, **where: str) -> list[dict[str, Any]]:
    return market.measure(name, by, where).to_arrow().to_pylist()


@pytest.mark.parametrize("name", ["flow_ratio", "flow_rate_ratio"])
@pytest.mark.parametrize("where", [{"origin": "Acme"}, {"origin": "Acme", "destination": "Beta"}])
def test_a_ratio_asked_for_one_end_keeps_the_way_back(market: Market, name: str, where: dict[str, str]) -> None:
    """27 people made the 28 moves between Acme and Beta: one of them went there and back."""
    every = [row for row in told(market, name) if row["origin"] == "Acme"]
    some = told(market, name, **where)
    assert some == every[: len(some)]
    assert (some[0]["moves"], some[0]["moves_back"], some[0]["n"]) == (21, 7, 27)


def test_a_net_flow_counts_people_once_who_came_and_went(market: Market) -> None:
    """Acme: 7 arrivals and 28 departures of 34 people."""
    acme, beta, ceres = told(market, "net_flow")
    assert (acme["arrivals"], acme["departures"], acme["n"]) == (7, 28, 34)
    assert (beta["arrivals"], beta["departures"], beta["n"]) == (21, 7, 27)
    assert (ceres["arrivals"], ceres["departures"], ceres["n"]) == (7, 0, 7)


def test_a_net_flow_of_one_year_is_told_per_head_of_that_year(market: Market) -> None:
    """Seven joined Ceres on 1 March 2018, so that they are counted on the first days of ten months of twelve."""
    by_year = told(market, "net_flow", ["employer", "year"], year="2018")
    of_year = told(market, "net_flow", ["employer"], year="2018")
    assert [row["headcount"] for row in of_year] == pytest.approx([row["headcount"] for row in by_year])
    assert of_year[2]["headcount"] == pytest.approx(7 * 10 / 12)


def test_a_share_of_origins_is_of_all_hires(market: Market) -> None:
    """Of 27 people whom Beta hired 21 came from Acme; 6 began there."""
    beta = told(market, "origins", ["employer", "origin"], employer="Beta")
    assert [(row["origin"], row["hires"], row["from_origin"]) for row in beta] == [
        ("first job", 27, 6),
        ("Acme", 27, 21),
    ]
    assert told(market, "origins", ["employer", "origin"], employer="Beta", origin="Acme") == beta[1:]
    (all_of_it,) = told(market, "origins", ["employer"], employer="Beta", origin="first job")
    assert all_of_it["estimate"] == pytest.approx(6 / 27)


@pytest.mark.parametrize(
    ("name", "where", "said"),
    [
        ("hires", {"is_ai": "perhaps"}, "perhaps"),
        ("flows", {"gap": "short"}, "short"),
        ("hires", {"month": "2018-13"}, "2018-13"),
        ("hires", {"quarter": "2018-Q5"}, "2018-Q5"),
        ("flows", {"origin": "Nobody"}, "Nobody"),
        ("retention", {"origin": "Acme"}, "origin"),
        ("hires", {"kind": "laboratory"}, "no record has the kind 'laboratory'. Expected one of university, unknown"),
        ("origins", {"origin_kind": "lab"}, "one of university, unknown, first job, unknown kind"),
        ("flows", {"destination_kind": "lab"}, "one of university, unknown"),
        ("hires", {"family": "cooking"}, "no record has the family 'cooking'. Expected one of engineering"),
        ("hires", {"level": "boss"}, "one of senior"),
        ("hires", {"country": "Italy"}, "one of DE, FR"),
        ("hires", {"country": ""}, "one of DE, FR"),
        ("hires", {"group": "Nobody"}, "Nobody"),
    ],
)
def test_what_nothing_can_be_is_told(market: Market, name: str, where: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        told(market, name, **where)


@pytest.mark.parametrize(
    "where",
    [{"country": "Germany"}, {"country": "allemagne"}, {"country": "de"}, {"kind": "University"}, {"level": "SENIOR"}],
)
def test_a_value_may_be_written_as_people_write_it(market: Market, where: dict[str, str]) -> None:
    """Five senior engineers were hired at the University of Bonn, and they alone have a level, a kind and a country."""
    (bonn,) = told(market, "hires", ["employer"], **where)
    assert (bonn["employer"], bonn["estimate"]) == ("University of Bonn", 5)


def test_one_dimension_may_be_named_without_a_list(market: Market) -> None:
    one, listed = (market.measure("flows", by).to_arrow() for by in ("origin", ["origin"]))
    assert one.equals(listed)
    assert one.column_names[0] == "origin"


def test_a_closed_market_says_so(tmp_path: Path) -> None:
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\nanna,Acme,2010-01-01,\n", "utf-8")
    with mercato.read(tmp_path / "careers.csv") as closed:
        pass
    with pytest.raises(MercatoError, match=r"this market is closed\. Ask before close"):
        closed.measure("headcount")
