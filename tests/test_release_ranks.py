"""Ranks beside released cells: among those shown alone, and only where a table puts employers in order."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from mercato.measures import Request, declared
from mercato.release.figure import make_figure, ranked
from mercato.settings import Options


def kept(employer: str, share: float, people: int, months: int = 24) -> dict[str, Any]:
    return {
        "employer": employer, "months": months, "entered": people, "events": 1, "at_risk": people, "estimate": share,
        "low": share - 0.02, "high": share + 0.02, "n": people,
    }  # fmt: skip


def released(rows: list[dict[str, Any]], by: tuple[str, ...] = ("employer",), **options: Any) -> list[dict[str, Any]]:
    request = Request(by, options=Options(**options))
    return make_figure("f", declared()["retention"], pa.Table.from_pylist(rows), request).table.to_pylist()


def places(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, Any]]:
    return {row["employer"]: (row["rank_low"], row["rank_high"]) for row in rows}


def test_employers_that_differ_for_sure_have_places_of_their_own() -> None:
    rows = [kept("A", 0.9, 400), kept("B", 0.6, 400), kept("C", 0.599, 400), kept("D", 0.2, 400)]
    assert places(released(rows)) == {"A": (1, 1), "B": (2, 3), "C": (2, 3), "D": (4, 4)}


def test_a_withheld_employer_has_no_place_and_takes_none() -> None:
    rows = [kept("A", 0.9, 400), kept("B", 0.6, 3), kept("C", 0.2, 400)]
    assert places(released(rows)) == {"A": (1, 1), "B": (None, None), "C": (2, 2)}


def test_each_horizon_is_a_table_of_its_own() -> None:
    rows = [kept("A", 0.9, 400, 12), kept("A", 0.2, 400, 24), kept("B", 0.6, 400, 12), kept("B", 0.5, 400, 24)]
    found = released(rows, months=(12, 24))
    assert [(r["employer"], r["months"], r["rank_low"]) for r in found] == (
        [("A", 12, 1), ("A", 24, 2), ("B", 12, 2), ("B", 24, 1)]
    )


def test_what_is_told_over_time_is_put_in_no_order() -> None:
    rows = [{**kept("A", 0.9, 400), "cohort": "2020"}, {**kept("B", 0.5, 400), "cohort": "2020"}]
    assert "rank_low" not in released(rows, ("employer", "cohort"))[0]


def test_nobody_shown_and_one_shown_are_no_error() -> None:
    assert places(released([kept("A", 0.9, 3)])) == {"A": (None, None)}
    assert places(released([kept("A", 0.9, 400)])) == {"A": (1, 1)}


def test_ranks_are_made_anew_when_more_is_withheld() -> None:
    request, measure = Request(("employer",), options=Options()), declared()["retention"]
    table = make_figure("f", measure, pa.Table.from_pylist([kept("A", 0.9, 400), kept("B", 0.2, 400)]), request).table
    fewer = table.set_column(table.column_names.index("status"), "status", pa.array(["withheld_complementary", "ok"]))
    assert places(ranked(fewer, measure, request).to_pylist()) == {"A": (None, None), "B": (1, 1)}


def test_both_ways_of_a_pair_are_ranked_as_one_piece_of_news() -> None:
    rows = [
        {
            "origin": a,
            "destination": b,
            "moves": 50,
            "moves_back": 50,
            "estimate": r,
            "low": low,
            "high": high,
            "n": 100,
        }
        for a, b, r, low, high in (("A", "B", 1.3, 0.95, 1.8), ("B", "A", 1 / 1.3, 1 / 1.8, 1 / 0.95))
    ]
    request = Request(("origin", "destination"), options=Options())
    found = make_figure("f", declared()["flow_ratio"], pa.Table.from_pylist(rows), request).table.to_pylist()
    # The interval of the ratio holds 1, so that neither way is sure to be the more frequent one.
    assert [(r["rank_low"], r["rank_high"]) for r in found] == [(1, 2), (1, 2)]
