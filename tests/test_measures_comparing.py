"""What comparisons of groups give away, and what they refuse."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from test_golden import FACTS

from mercato.errors import SettingsError
from mercato.measures import Request, declared
from mercato.release.disclosure import release
from mercato.settings import Options

DIFFERENCE = declared()["retention_difference"]


def row(employer: str, months: int, people: int) -> dict[str, Any]:
    values = {"retention": 0.8, "reference_retention": 0.7, "ratio": 1.1, "ratio_low": 0.9, "ratio_high": 1.3}
    tests = {"log_rank_p": 0.2, "adjusted_p": 0.2, "at_risk": people}
    return {"employer": employer, "months": months, **values, **tests, "estimate": 0.1, "low": 0.0, "high": 0.2,
            "n": people}  # fmt: skip


def test_the_rest_gives_no_withheld_group_away() -> None:
    """All others of Acme are Beta and Ceres: with Acme and Beta told, the three people of Ceres could be worked out."""
    rows = [row(name, months, n) for months in (12, 24) for name, n in (("Acme", 90), ("Beta", 50), ("Ceres", 3))]
    told = release(pa.Table.from_pylist(rows), DIFFERENCE, Request(("employer",), (), Options())).to_pylist()
    assert [r["status"] for r in told] == ["ok", "withheld_complementary", "withheld_few_people"] * 2
    assert told[1]["reference_retention"] is None and told[2]["adjusted_p"] is None


def cells(*groups: tuple[int, int, int]) -> dict[str, pa.Table]:
    """Counts of employers (number, people, of whom so many left in month 3) followed for two years."""
    own = [
        {"key_employer": e, "month": m, "stays": s, "left": d, "late": 0}
        for e, n, left in groups
        for m, s, d in ((3, left, left), (25, n - left, 0))
        if s
    ]
    months = {m: [r for r in own if r["month"] == m] for m in (3, 25)}
    all_ = [
        {"month": m, "stays": sum(r["stays"] for r in rows), "left": sum(r["left"] for r in rows), "late": 0}
        for m, rows in months.items()
        if rows
    ]
    again = pa.table({"key_employer": pa.array([], pa.int64()), "again": pa.array([], pa.int64())})
    return {
        "cells": pa.Table.from_pylist(own), "again": again, "reference": pa.Table.from_pylist(all_),
        "reference_again": again.select(["again"]),
    }  # fmt: skip


def test_groups_that_are_not_told_do_not_count_among_the_many() -> None:
    """Of three employers one has four people: its p-value is not told, and the others are adjusted for two."""
    found = DIFFERENCE.figures(cells((1, 100, 50), (2, 100, 20), (3, 4, 1)), FACTS, Request(("employer",)))
    p, adjusted = (found[name].to_pylist() for name in ("log_rank_p", "adjusted_p"))
    assert p[2] is None and adjusted[2] is None
    assert adjusted[:2] == pytest.approx([min(2 * p[0], max(p[:2])), max(p[:2])])
    assert found["estimate"].to_pylist()[0] == pytest.approx(0.5 - 83 / 104)


def test_people_who_were_everywhere_are_in_the_rest_too() -> None:
    """The same 40 people were at both employers, so that nobody is elsewhere alone: the rest of each still has 40."""
    counted = cells((1, 40, 20), (2, 40, 10))
    counted["reference_again"] = pa.table({"again": [40]})
    found = DIFFERENCE.figures(counted, FACTS, Request(("employer",)))
    assert found["n"].to_pylist() == [40, 40]


@pytest.mark.parametrize(
    ("measure", "by", "options", "said"),
    [
        ("retention_difference", ("employer", "level"), {}, "employer, level"),
        ("retention_difference", (), {}, "nothing"),
        ("retention_difference", ("list",), {}, "list"),
        ("retention_difference", ("employer",), {"months": "0"}, "months is 0"),
        ("adjusted_retention", ("employer",), {"covariates": "height"}, "height"),
        ("adjusted_retention", ("list",), {}, "list"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    measure: str, by: tuple[str, ...], options: dict[str, Any], said: str
) -> None:
    chosen = Options()
    for name, value in options.items():
        chosen = chosen.set(name, value)
    with pytest.raises(SettingsError, match=said):
        declared()[measure].counts(FACTS, Request(by, (), chosen))
