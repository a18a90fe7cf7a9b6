"""People who came under observation after they had left were never at risk, nor there to be counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import mercato
from mercato.settings import Options, Settings

ALL = Settings(options=Options(minimum_people=1, minimum_at_risk=1))


def test_who_was_first_seen_after_leaving_is_not_counted(tmp_path: Path) -> None:
    """anna was seen a year after she left, bob on the first day gone, cleo all along; each stayed 24 months.

    At 12 months cleo alone is at risk and stays; at 24 she has left.
    """
    (tmp_path / "careers.csv").write_text(
        "person_id,employer,start_date,end_date,observed_from\n"
        "anna,Acme,2010-01-01,2012-01-01,2013-01-01\n"
        "bob,Acme,2010-01-01,2012-01-01,2012-01-01\n"
        "cleo,Acme,2010-01-01,2012-01-01,\n",
        "utf-8",
    )
    with mercato.read(tmp_path / "careers.csv", ALL, as_of=dt.date(2015, 12, 31)) as market:
        retained = market.measure("retention", months="12,24").to_arrow().to_pylist()
        there = market.measure("headcount", ["year"]).to_arrow().to_pylist()
    assert [(row["at_risk"], row["events"], row["estimate"], row["n"]) for row in retained] == [
        (1, 0, 1, 1),
        (1, 1, 0, 1),
    ]
    assert [(row["year"], row["n"]) for row in there] == [("2010", 1), ("2011", 1)]


def test_sightings_tell_no_period_that_cannot_be_seen_in_full(tmp_path: Path) -> None:
    """Staff lists of every 30 June from 2015 to 2020; anna went from Acme to Beta between those of 2017 and 2018.

    The others stay at Acme, but cleo, who is on no list after 2019. People are seen again after a year, so that
    endings are seen up to June 2019: of 2019 the first of January is told, but not the year. The first day of anybody
    is unseen and no hire; anna is dated halfway, on 30 December 2017.
    """
    lists = {"anna": {2015: "Acme", 2016: "Acme", 2017: "Acme", 2018: "Beta", 2019: "Beta", 2020: "Beta"}}
    lists |= {name: {year: "Acme" for year in range(2015, 2021)} for name in ("bob", "dan")}
    lists["cleo"] = {year: "Acme" for year in range(2015, 2020)}
    rows = [f"{name},{employer},{year}-06-30" for name, told in lists.items() for year, employer in told.items()]
    (tmp_path / "lists.csv").write_text("person_id,employer,seen_on\n" + "\n".join(rows) + "\n", "utf-8")
    with mercato.read(tmp_path / "lists.csv", ALL) as market:
        told = {
            name: market.measure(name, ["year"]).to_arrow().to_pylist()
            for name in ("headcount", "turnover", "hires", "separations")
        }
        attrition = market.measure("attrition", []).to_arrow().to_pylist()
    assert [(row["year"], row["n"]) for row in told["headcount"]] == [(str(year), 4) for year in range(2016, 2020)]
    rates = [(row["year"], row["hires"], row["separations"], row["headcount_end"]) for row in told["turnover"]]
    assert rates == [("2015", 0, 0, 4), ("2016", 0, 0, 4), ("2017", 1, 1, 4), ("2018", 0, 0, 4)]
    for name in ("hires", "separations"):
        assert [(row["year"], row["estimate"] or 0) for row in told[name]] == [
            ("2015", 0), ("2016", 0), ("2017", 1), ("2018", 0)
        ]  # fmt: skip
    assert [(row["leavers"], row["average_headcount"]) for row in attrition] == [(0, 4)]


def test_sightings_beside_positions_tell_no_more(tmp_path: Path) -> None:
    """Two people seen at Acme every June until 2020, one of whom went to Beta in 2017; eve's post is open to 2020.

    Of the sighted no ending can be seen after June 2019, so that 2019 and 2020 are told of nobody.
    """
    rows = [f"anna,{'Acme' if year < 2018 else 'Beta'},{year}-06-30" for year in range(2015, 2021)]
    rows += [f"bob,Acme,{year}-06-30" for year in range(2015, 2021)]
    (tmp_path / "lists.csv").write_text("person_id,employer,seen_on\n" + "\n".join(rows) + "\n", "utf-8")
    (tmp_path / "posts.csv").write_text(
        "person_id,employer,start_date,end_date,verified_on\neve,Acme,2015-01-01,,2020-12-31\n", "utf-8"
    )
    with mercato.read([tmp_path / "lists.csv", tmp_path / "posts.csv"], ALL) as market:
        told = market.measure("turnover", ["year"]).to_arrow().to_pylist()
    assert [row["year"] for row in told] == ["2015", "2016", "2017", "2018"]


def test_attrition_needs_twelve_whole_months(tmp_path: Path) -> None:
    """Ten people since 1 January 2020, two of whom leave on 1 June: a rate after a year, none before."""
    rows = [f"p{number},Acme,2020-01-01,{'2020-06-01' if number < 2 else ''}" for number in range(10)]
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    told = {}
    for day in (dt.date(2020, 11, 30), dt.date(2020, 12, 31)):
        with mercato.read(tmp_path / "careers.csv", ALL, as_of=day) as market:
            (row,) = market.measure("attrition", ["employer"]).to_arrow().to_pylist()
            told[day.month] = (row["leavers"], row["average_headcount"], row["estimate"])
    assert told[11] == (2, None, None)
    assert told[12] == (2, (10 * 5 + 8 * 7) / 12, 2 / ((10 * 5 + 8 * 7) / 12))
