"""Sentences: what intervals bear is stated, what they do not is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from made_edition import MadeEdition, hidden, made, share

from mercato.report.chapters import CHAPTERS, View
from mercato.report.chapters.findings import spread, trend, unranked
from mercato.report.charts.matrix import order
from mercato.report.charts.sankey import chosen
from mercato.report.charts.theme import Look
from mercato.report.language import Language
from mercato.report.rows import listed


def view(*figures: Any, code: str = "en", **changes: Any) -> View:
    language = Language(code)
    edition = MadeEdition(figures={f.name: f for f in figures}, **changes)
    return View(edition, language, Look(language), edition.id)  # type: ignore[arg-type]


def employers(*cells: tuple[str, float, float]) -> Any:
    rows = [{"employer": name, "months": 24, **share(value, 100, half)} for name, value, half in cells]
    return made("retention_by_employer", "retention", ("employer",), rows)


def test_an_order_is_stated_where_intervals_are_apart() -> None:
    figure = employers(("Anthropic", 0.80, 0.05), ("OpenAI", 0.67, 0.05), ("Meta", 0.64, 0.05))
    said = spread(view(figure), figure.name, listed(figure.table))
    assert said == "Retention after two years runs from 64% (Meta) to 80% (Anthropic)"


def test_no_order_is_stated_where_intervals_overlap() -> None:
    figure = employers(("Anthropic", 0.80, 0.10), ("Meta", 0.64, 0.10))
    said = spread(view(figure), figure.name, listed(figure.table))
    assert (
        said == "Retention after two years lies between 64% and 80%; the intervals overlap, so no order can be stated"
    )
    assert "Anthropic" in unranked(view(figure), figure.name, listed(figure.table))


def test_the_same_in_french() -> None:
    figure = employers(("Anthropic", 0.80, 0.05), ("Meta", 0.64, 0.05))
    said = spread(view(figure, code="fr"), figure.name, listed(figure.table))
    assert said == "La part encore là après deux ans va de 64\u202f% (Meta) à 80\u202f% (Anthropic)"


def yearly(*cells: tuple[str, float, float], name: str = "entry_share_by_year") -> Any:
    return made(name, "entry_share", ("year",), [{"year": y, **share(v, 100, h)} for y, v, h in cells])


@pytest.mark.parametrize(
    ("last", "half", "said"),
    [
        (0.10, 0.05, "fell from 30% (2019) to 10% (2023)"),
        (0.50, 0.05, "rose from 30% (2019) to 50% (2023)"),
        (0.31, 0.05, "went from 30% (2019) to 31% (2023), a difference within the intervals"),
    ],
)
def test_a_direction_is_stated_where_the_intervals_bear_it(last: float, half: float, said: str) -> None:
    figure = yearly(("2019", 0.30, half), ("2023", last, half))
    assert trend(view(figure), figure.name, listed(figure.table)).endswith(said)


def test_a_year_under_way_is_not_compared() -> None:
    figure = yearly(("2019", 0.30, 0.02), ("2023", 0.20, 0.02), ("2024", 0.01, 0.001))
    said = trend(view(figure, as_of=dt.date(2024, 6, 30)), figure.name, listed(figure.table))
    assert "2024" not in said


def chapter(key: str, *figures: Any, **changes: Any) -> Any:
    return CHAPTERS[key](view(*figures, **changes))


def pairs(name: str, measure: str, *cells: tuple[str, str, float | None, float, float | None]) -> Any:
    rows = [
        {
            "origin": o,
            "destination": d,
            "estimate": e,
            "low": low,
            "high": high,
            "n": 30,
            "moves": 20,
            "moves_back": 2,
            "status": "ok" if e is not None else "lower_bound_only",
        }
        for o, d, e, low, high in cells
    ]
    return made(name, measure, ("origin", "destination"), rows)


def test_times_more_likely_is_said_of_rates_only() -> None:
    counts = pairs("flow_ratio_by_pair", "flow_ratio", ("A", "B", 4.0, 2.0, 9.0))
    rates = pairs("flow_rate_ratio_by_pair", "flow_rate_ratio", ("A", "B", 3.0, 1.5, 7.0))
    only_counts, both = chapter("win", counts), chapter("win", counts, rates)
    assert not any("likely" in s for s in [*only_counts.findings, *(b.title for b in only_counts.blocks)])
    assert [b.title for b in both.blocks] == [
        "People at A are 3.0 times more likely to move to B than the reverse",
        "For each person who left B for A, 4.0 went from A to B",
    ]


def test_a_ratio_whose_interval_holds_1_is_no_finding() -> None:
    made_ = chapter("win", pairs("flow_rate_ratio_by_pair", "flow_rate_ratio", ("A", "B", 3.0, 0.9, 9.0)))
    assert made_.blocks[0].title.startswith("Set against their sizes, no pair differs from 1")
    assert not made_.findings


def test_a_lower_bound_is_told_as_one() -> None:
    made_ = chapter("win", pairs("flow_ratio_by_pair", "flow_ratio", ("A", "B", None, 2.6, None)))
    assert made_.blocks[0].title == "20 people went from A to B and nobody was seen coming back"
    assert "2.6 or more" in made_.blocks[0].grid.body[0]


def test_net_flows_whose_interval_holds_0_are_not_called_gains() -> None:
    rows = [{"employer": e, "estimate": v, "low": v - 4, "high": v + 4, "n": 50} for e, v in [("A", 9.0), ("B", 1.0)]]
    made_ = chapter("win", made("net_flow_by_employer", "net_flow", ("employer",), rows))
    assert made_.blocks[0].title == "A gains the most against its size: +9.0 per 100 people a year"
    assert "gains exceed losses at 1 of the 2 employers" in made_.findings[0]


def test_a_withheld_cell_is_a_dash_with_its_reason_and_never_a_zero() -> None:
    figure = made(
        "attrition_by_employer", "attrition", ("employer",),
        [{"employer": "A", **share(0.2, 50)}, {"employer": "B", **hidden()}],
    )  # fmt: skip
    block = chapter("keep", figure).blocks[0]
    withheld = next(line for line in block.grid.body if line[0] == "B")
    assert withheld[1:] == ["— withheld: too few people", "—", "—"]
    assert '"B"' not in block.spec
    assert (
        block.withheld
        == "1 cell of 2 is withheld or not defined: too few people. A dash stands for it; it is never a zero."
    )


def test_what_is_absent_is_said_with_its_reason() -> None:
    made_ = chapter("beginners")
    assert not made_.blocks
    assert made_.cannot[0] == (
        "Hires of beginners by year: not in this edition. It needs hires of people whose first job was seen."
    )


def test_groups_that_are_all_unknown_are_not_shown() -> None:
    figure = made("retention_by_level", "retention", ("level",), [{"level": None, "months": 24, **share(0.5, 99)}])
    made_ = chapter("keep", figure)
    assert not made_.blocks
    assert any("job titles that tell a level" in s for s in made_.cannot)


def test_months_too_few_to_draw_are_not_drawn() -> None:
    rows = [
        {"month": f"2024-{m:02}", **(share(0, 1) | {"estimate": 9.0, "n": 9} if m == 6 else hidden())}
        for m in range(1, 13)
    ]
    made_ = chapter("tempo", made("hires_by_month", "hires", ("month",), rows))
    assert not made_.blocks
    assert any("too few months" in s for s in made_.cannot)


def test_the_matrix_puts_winners_first_and_keeps_the_largest() -> None:
    moves = [("A", "B", 9.0), ("B", "A", 1.0), ("C", "A", 5.0), ("D", "C", 0.5)]
    rows = [{"origin": o, "destination": d, "estimate": n} for o, d, n in moves]
    # B: +8 of 10; A: -3 of 15; C: -4.5 of 5.5
    assert order(rows, largest=3) == ["B", "A", "C"]


def test_the_sankey_has_at_most_ten_nodes() -> None:
    rows = [{"origin": f"o{i}", "destination": f"d{j}", "estimate": float(i + j)} for i in range(9) for j in range(9)]
    flows = chosen(rows)
    assert len({r["origin"] for r in flows}) == 5 and len({r["destination"] for r in flows}) == 5
    assert flows[0]["estimate"] == 16.0
