"""Choosing and cleaning the rows that a page shows."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_edition import NASTY, hidden, made, share

from mercato.report import rows as choose
from mercato.report.language import Language
from mercato.report.wording import brief, interval, label_of, stated


def test_text_loses_what_cannot_be_seen() -> None:
    assert choose.clean("a\x00b\n c\u202eevil\u200b\ufeff") == "a b c evil"
    assert choose.clean("x" * 1_000_000) == "x" * 119 + "…"


@given(st.text(max_size=400))
def test_clean_text_is_one_line_without_controls(text: str) -> None:
    found = choose.clean(text)
    assert len(found) <= choose.LONGEST
    assert not any(ord(c) < 32 or 0x202A <= ord(c) <= 0x202E or 0xD800 <= ord(c) <= 0xDFFF for c in found)


def test_the_tenure_shown_is_24_months_where_it_can_be() -> None:
    def figure(*cells: tuple[int, bool]) -> pa.Table:
        rows = [{"employer": "A", "months": m, **(share(0.5, 50) if ok else hidden())} for m, ok in cells]
        return made("retention_by_employer", "retention", ("employer",), rows).table

    assert choose.horizon(figure((12, True), (24, True), (36, True))) == 24
    assert choose.horizon(figure((12, True), (24, False), (36, False))) == 12
    assert choose.horizon(figure((12, False), (24, False))) == 24


@pytest.mark.parametrize(
    ("period", "until", "over"),
    [
        ("2024", dt.date(2024, 12, 31), True),
        ("2024", dt.date(2024, 12, 30), False),
        ("2024-Q1", dt.date(2024, 3, 31), True),
        ("2024-Q1", dt.date(2024, 3, 30), False),
        ("2024-02", dt.date(2024, 2, 29), True),
        ("2024-02", dt.date(2024, 2, 28), False),
        ("2030", None, True),
    ],
)
def test_when_a_period_is_over(period: str, until: dt.date | None, over: bool) -> None:
    assert choose.ended(period, until) is over


def test_one_way_of_a_ratio_is_kept() -> None:
    rows = [
        {"origin": "A", "destination": "B", "estimate": 4.0, "low": 2.0, "high": 8.0, "n": 50},
        {"origin": "B", "destination": "A", "estimate": 0.25, "low": 0.1, "high": 0.5, "n": 50},
        {"origin": "A", "destination": "C", "low": 3.0, "n": 12, "status": "lower_bound_only"},
        {"origin": "C", "destination": "A", "estimate": 0.0, "low": 0.0, "high": 0.3, "n": 12},
    ]
    kept = choose.one_way(made("f", "flow_ratio", ("origin", "destination"), rows).table).to_pylist()
    assert [(r["origin"], r["destination"]) for r in kept] == [("A", "B"), ("A", "C")]


def test_withheld_cells_are_counted_by_reason() -> None:
    rows = [
        {"employer": e, **(hidden(s) if s else share(0.5, 9))}
        for e, s in [("A", ""), ("B", "undefined"), ("C", "undefined")]
    ]
    assert choose.withheld(made("f", "attrition", ("employer",), rows)) == {"undefined": 2}


def test_an_infinity_is_not_shown() -> None:
    assert choose.listed(pa.table({"high": [float("inf"), 2.0], "name": [NASTY, "b"]})) == [
        {"high": None, "name": "</script><img src=x onerror=alert(1)><b>\"'&amp; evil"},
        {"high": 2.0, "name": "b"},
    ]


def test_decimals_follow_the_interval() -> None:
    says = Language("en")
    assert brief({"estimate": 0.803, "low": 0.70, "high": 0.90}, "share", says) == "80%"
    assert brief({"estimate": 0.8034, "low": 0.80, "high": 0.81}, "share", says) == "80.3%"
    assert stated({"estimate": 0.8, "low": 0.7, "high": 0.9, "n": 1234}, "share", says) == (
        "80% (95% interval 70% to 90%; 1,234 people)"
    )
    assert interval({"low": 2.6, "high": None}, "ratio", says) == "2.6 or more"


def test_special_origins_have_words_and_employers_keep_their_names() -> None:
    says = Language("fr")
    assert label_of({"origin": "first job"}, says) == "premier emploi"
    assert label_of({"origin": "Other"}, says) == "Other"
    assert label_of({"origin": "unknown", "destination": "Meta"}, says) == "parcours antérieur non observé → Meta"


def test_a_kind_of_origin_has_other_words_among_hires_than_among_moves() -> None:
    says = Language("en")
    assert label_of({"origin_kind": "unknown", "from_origin": 3}, says) == "earlier career not seen"
    assert label_of({"origin_kind": "unknown kind", "from_origin": 3}, says) == "employers of unknown kind"
    assert label_of({"origin_kind": "unknown"}, says) == "employers of unknown kind"


@pytest.mark.parametrize(
    ("n", "half", "kind", "named"),
    [(30, 0.20, "share", True), (29, 0.20, "share", False), (30, 0.21, "share", False), (30, 5.0, "rate", True)],
)
def test_a_sentence_names_only_what_is_firm(n: int, half: float, kind: str, named: bool) -> None:
    row = {"estimate": 0.5, "low": 0.5 - half, "high": 0.5 + half, "n": n, "at_risk": 12}
    assert choose.firm(row, kind) is named


def test_among_shares_of_as_many_people_none_is_left_out_for_what_it_is() -> None:
    """Of 40 people 0% has a narrower interval (0 to 9%) than 50% (35 to 65%): to choose by it would choose the ends."""
    ends = {"estimate": 0.0, "low": 0.0, "high": 0.0876, "n": 40}
    middle = {"estimate": 0.5, "low": 0.352, "high": 0.648, "n": 40}
    assert choose.firm(ends, "share") and choose.firm(middle, "share")


def test_intervals_are_wider_the_more_are_taken_together() -> None:
    row = {"estimate": 0.5, "low": 0.4, "high": 0.6}
    assert choose.widened(row, 1) == pytest.approx((0.4, 0.6))
    # Of 20 together each holds at 1 − 0.05/20: the quantile is 3.0233 instead of 1.9600.
    assert choose.widened(row, 20) == pytest.approx((0.5 - 0.15425, 0.5 + 0.15425), abs=1e-4)
    # A ratio of 4 with 2 to 8: on the logarithm ± log 2, and 2 raised to 1.5425 is 2.913.
    assert choose.widened({"estimate": 4.0, "low": 2.0, "high": 8.0}, 20, "ratio") == pytest.approx(
        (4 / 2.913, 4 * 2.913), rel=1e-3
    )


def test_an_interval_of_one_value_is_written_once() -> None:
    assert interval({"low": 1.0, "high": 1.0}, "share", Language("en")) == "100%"
