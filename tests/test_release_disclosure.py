"""What is withheld cannot be worked out from what is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mercato
from mercato.measures import Request, declared
from mercato.release.disclosure import release
from mercato.settings import Options, Settings

MINIMUM = 5
FEW = "withheld_few_people"
OPTIONS = Options(minimum_people=MINIMUM, minimum_at_risk=10)
quickly = settings(max_examples=100, deadline=None, database=None)


def origins(groups: list[list[int]], dimension: str = "origin_kind") -> list[dict[str, Any]]:
    """Released origins of groups, each a list of hires by origin, one person a hire."""
    rows = [
        {"employer": f"E{g}", dimension: f"o{o}", "hires": sum(group), "from_origin": count,
         "estimate": count / sum(group), "low": 0.1, "high": 0.9, "n": count}
        for g, group in enumerate(groups) for o, count in enumerate(group)
    ]  # fmt: skip
    request = Request(("employer", dimension), (), OPTIONS)
    return release(pa.Table.from_pylist(rows), declared()["origins"], request).to_pylist()


@pytest.mark.parametrize("dimension", ["origin", "origin_kind", "origin_group"])
@pytest.mark.parametrize(
    ("hires", "shown"),
    [
        ([20, 10, 6], [20, 10, 6]),
        ([20, 10, 3], [20]),  # 3 alone would follow from the total, so 10 goes too
        ([20, 10, 1, 1], [20]),  # two people are too few together
        ([20, 10, 4, 3], [20]),  # 7 people in two cells of at most four: 3 or 4 in each
        ([20, 10, 1, 1, 1, 1, 1], [20]),  # five people in five cells: each would be one
        ([20, 10, 4, 4], [20]),  # eight people in two cells of at most four: each would be four
        ([20, 10, 5, 1], [20, 5]),  # 1 and 5 would be known: a cell of at least five is five; 10 may be six to nine
        ([9, 3], []),
        ([3], []),
    ],
)
def test_origins_do_not_follow_from_their_total(dimension: str, hires: list[int], shown: list[int]) -> None:
    rows = origins([hires], dimension)
    assert [row["from_origin"] for row in rows if row["status"] == "ok"] == shown
    hidden = [row for row in rows if row["status"] != "ok"]
    assert all(row[name] is None for row in hidden for name in ("hires", "from_origin", "estimate", "low", "high", "n"))


def test_destinations_do_not_follow_from_those_who_stay() -> None:
    """Of 100 people 20, 10 and 3 had left for three destinations after a year, and 20, 10 and 6 after two.

    The share still there is told elsewhere, so that after a year the 10 go with the 3; nothing is hidden after two.
    """
    gone = {12: {"big_tech": 20, "startup": 10, "none seen": 3}, 24: {"big_tech": 20, "startup": 10, "none seen": 6}}
    rows = [
        {"employer": "E", "destination_kind": kind, "months": months, "entered": 100, "events": count, "at_risk": 60,
         "staying": 0.6, "estimate": count / 100, "low": 0.01, "high": 0.5, "n": count}
        for months, counts in gone.items() for kind, count in counts.items()
    ]  # fmt: skip
    request = Request(("employer", "destination_kind"), (), OPTIONS)
    told = release(pa.Table.from_pylist(rows), declared()["destinations"], request).to_pylist()
    assert [(row["months"], row["destination_kind"]) for row in told if row["status"] == "ok"] == [
        (12, "big_tech"), (24, "big_tech"), (24, "startup"), (24, "none seen"),
    ]  # fmt: skip
    hidden = [row for row in told if row["status"] != "ok"]
    assert all(row[name] is None for row in hidden for name in ("events", "staying", "estimate", "low", "high"))


@quickly
@given(st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=8), min_size=1, max_size=4))
def test_who_knows_the_rule_learns_of_a_few_hires_only_that_they_are_one_to_four(groups: list[list[int]]) -> None:
    """Who knows the total and the rule knows the sum of the withheld cells and the least and most of each."""
    for g, _ in enumerate(groups):
        rows = [row for row in origins(groups) if row["employer"] == f"E{g}"]
        hidden = [row["status"] for row in rows if row["status"] != "ok"]
        totals = {row["hires"] for row in rows if row["status"] == "ok"}
        if not hidden or not totals:
            continue
        rest = totals.pop() - sum(row["from_origin"] for row in rows if row["status"] == "ok")
        few = hidden.count(FEW)
        others = len(hidden) - few
        assert few >= 1
        for people in range(1, MINIMUM):
            least = people + (few - 1) + others * MINIMUM
            most = float("inf") if others else people + (few - 1) * (MINIMUM - 1)
            assert least <= rest <= most


def months_of(groups: list[list[int]]) -> list[list[dict[str, Any]]]:
    """Released hires by month of groups of months, with their sums of twelve, one person a hire."""
    rows = []
    for g, events in enumerate(groups):
        for m, count in enumerate(events):
            sums = sum(events[m - 11 : m + 1]) if m >= 11 else None
            month = f"{2015 + m // 12}-{m % 12 + 1:02}"
            rows.append({"employer": f"E{g}", "month": month, "direct": 0, "sum_12": sums,
                         "estimate": float(count), "low": 0.0, "high": 1.0, "n": count})  # fmt: skip
    table = pa.Table.from_pylist(rows)
    told = release(table, declared()["hires"], Request(("employer", "month"), (), OPTIONS)).to_pylist()
    return [[row for row in told if row["employer"] == f"E{g}"] for g in range(len(groups))]


def test_a_month_does_not_follow_from_sums_that_overlap() -> None:
    """Month 13 of 30 is withheld: without the rule the sum of months 3–14, 2–13 would tell it."""
    (rows,) = months_of([[9] * 12 + [3] + [9] * 17])
    assert [m for m, row in enumerate(rows) if row["sum_12"] is not None] == [11, 24, 25, 26, 27, 28, 29]


def test_a_sum_over_several_withheld_months_is_shown_once_a_year() -> None:
    """2, 3 and 4 are withheld in the last year: nine people together, of three months."""
    (rows,) = months_of([[9] * 20 + [2, 3, 4, 9]])
    assert [m for m, row in enumerate(rows) if row["sum_12"] is not None] == [*range(11, 20), 23]


@quickly
@given(st.lists(st.lists(st.integers(0, 9), min_size=14, max_size=40), min_size=1, max_size=2))
def test_no_month_is_the_solution_of_what_is_shown(groups: list[list[int]]) -> None:
    for rows in months_of(groups):
        hidden = [m for m, row in enumerate(rows) if row["estimate"] is None]
        equations = [
            [float(m - 11 <= h <= m) for h in hidden] for m, row in enumerate(rows) if row["sum_12"] is not None
        ]
        system = np.array(equations).reshape(-1, len(hidden))
        for place in range(len(hidden)):
            wanted = np.eye(len(hidden))[place : place + 1]
            assert np.linalg.matrix_rank(np.vstack([system, wanted])) > np.linalg.matrix_rank(system)


@pytest.mark.parametrize(
    ("there", "back", "status"),
    [(21, 7, "ok"), (21, 3, "withheld_few_people"), (4, 30, "withheld_few_people"), (2, 2, "withheld_few_people")],
)
def test_a_ratio_is_withheld_where_either_flow_is_of_few(there: int, back: int, status: str) -> None:
    row = {"origin": "A", "destination": "B", "moves": there, "moves_back": back, "estimate": there / back, "low": 0.1,
           "high": 9.0, "n": there + back}  # fmt: skip
    request = Request(("origin", "destination"), (), OPTIONS)
    (told,) = release(pa.Table.from_pylist([row]), declared()["flow_ratio"], request).to_pylist()
    assert told["status"] == status
    assert (told["estimate"] is None) == (told["moves"] is None) == (told["n"] is None) == (status != "ok")


def test_few_at_risk_are_withheld_with_their_reason() -> None:
    row = {"employer": "A", "months": 24, "entered": 40, "events": 32, "at_risk": 8, "estimate": 0.2, "low": 0.1,
           "high": 0.4, "n": 40}  # fmt: skip
    (told,) = release(
        pa.Table.from_pylist([row]), declared()["retention"], Request(("employer",), (), OPTIONS)
    ).to_pylist()
    assert told == {**row, "events": None, "at_risk": None, "estimate": None, "low": None, "high": None,
                    "status": "withheld_few_at_risk"}  # fmt: skip


@pytest.mark.parametrize(
    ("hires", "separations", "begin", "status"),
    [(6, 5, 20, "ok"), (0, 5, 20, "ok"), (4, 5, 20, FEW), (6, 1, 20, FEW), (6, 5, 4, FEW)],
)
def test_a_turnover_shows_no_count_that_is_withheld_as_hires_separations_or_headcount(
    hires: int, separations: int, begin: int, status: str
) -> None:
    row = {
        "employer": "Acme", "year": "2020", "hires": hires, "separations": separations, "headcount_begin": begin,
        "headcount_end": begin + hires - separations, "hire_rate": 0.1, "rotation_rate": 0.1, "estimate": 0.2,
        "low": 0.1, "high": 0.3, "n": 30,
    }  # fmt: skip
    request = Request(("employer", "year"), (), OPTIONS)
    (told,) = release(pa.Table.from_pylist([row]), declared()["turnover"], request).to_pylist()
    assert told["status"] == status
    assert (told["hires"], told["n"]) == ((hires, 30) if status == "ok" else (None, None))


def test_an_index_does_not_tell_of_a_base_year_that_is_withheld(tmp_path: Path) -> None:
    """Beginners at Acme: 3 in 2019, 6 in 2020; an index of 2 would give away the 3."""
    rows = [f"p{number},Acme,{2019 if number < 3 else 2020}-05-01,2021-06-01" for number in range(9)]
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    found = {}
    for minimum in (1, MINIMUM):
        options = Settings(options=Options(minimum_people=minimum))
        with mercato.read(tmp_path / "careers.csv", options, as_of=dt.date(2022, 1, 1)) as market:
            found[minimum] = market.measure("entry_share", ["employer", "year"]).to_arrow().to_pylist()
    assert [(row["entry_hires"], row["index"]) for row in found[1]] == [(3, 1), (6, 2)]
    assert [(row["entry_hires"], row["index"]) for row in found[MINIMUM]] == [(None, None), (6, None)]


def market(folder: Path, people: dict[str, int], preset: str) -> mercato.market.Market:
    """A market in which so many people joined each employer in 2019 and stayed; E1 to E3 are labs, others banks."""
    rows = [f"{name}-{n},{name},2019-0{n % 9 + 1}-01," for name, size in people.items() for n in range(size)]
    (folder / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    kinds = [f"{name},{'ai_lab' if name.startswith('Lab') else 'bank'}" for name in people]
    (folder / "kinds.csv").write_text("employer,kind\n" + "\n".join(kinds) + "\n", "utf-8")
    told = Settings(options=Options().set("disclosure", preset), kinds=folder / "kinds.csv")
    return mercato.read(folder / "careers.csv", told, as_of=dt.date(2021, 1, 1))


@pytest.mark.parametrize(
    ("preset", "labs", "banks"),
    [
        ("default", "ok", "withheld_few_employers"),
        ("insee", "withheld_dominant_employer", "withheld_few_employers"),
        ("lehd", "ok", "ok"),
    ],
)
def test_an_aggregate_of_two_employers_or_of_nearly_one_is_withheld(
    tmp_path: Path, preset: str, labs: str, banks: str
) -> None:
    """Labs: 90, 5 and 5 people, the largest 90%; banks: 20 and 10; all: 90 of 130 are 69%."""
    people = {"Lab One": 90, "Lab Two": 5, "Lab Three": 5, "Bank North": 20, "Bank South": 10}
    with market(tmp_path, people, preset) as read:
        told = read.measure("headcount", ["kind", "year"], {"year": "2020"}).to_arrow()
        found = dict(zip(told["kind"].to_pylist(), told["status"].to_pylist(), strict=True))
        assert found == {"ai_lab": labs, "bank": banks}
        assert "employers_behind" not in told.column_names
        assert read.measure("headcount", ["year"], {"year": "2020"}).to_arrow()["status"].to_pylist() == ["ok"]


def test_lehd_shows_three_people_unless_told_otherwise() -> None:
    assert Options().set("disclosure", "lehd").minimum_people == 3
    assert Options().set("minimum_people", 7).set("disclosure", "lehd").minimum_people == 7
    assert Options().set("disclosure", "lehd").set("minimum_people", 7).minimum_people == 7
