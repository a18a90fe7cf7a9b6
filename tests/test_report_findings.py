"""Sentences: what intervals bear is stated, what they do not is not."""

from __future__ import annotations

import datetime as dt
import re
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
    rows = [{"employer": e, "months": 24, "at_risk": 60, **share(value, 100, half)} for e, value, half in cells]
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
    assert made_.blocks[0].title.startswith("Set against their sizes, no pair with enough people")
    assert not made_.findings


def test_a_lower_bound_is_told_as_one() -> None:
    made_ = chapter("win", pairs("flow_ratio_by_pair", "flow_ratio", ("A", "B", None, 2.6, None)))
    assert made_.blocks[0].title == "20 people went from A to B and nobody was seen coming back"
    assert "2.6 or more" in made_.blocks[0].grid.body[0]


def test_net_flows_whose_interval_holds_0_are_not_called_gains() -> None:
    rows = [{"employer": e, "estimate": v, "low": v - 4, "high": v + 4, "n": 50} for e, v in [("A", 9.0), ("B", 1.0)]]
    made_ = chapter("win", made("net_flow_by_employer", "net_flow", ("employer",), rows))
    assert made_.blocks[0].title == "The highest net gain measured is at A: +9.0 per 100 people a year"
    assert made_.findings[0] == (
        "The highest net gain measured is at A: +9.0 per 100 people a year (95% interval +5.0 to +13.0; 50 people). "
        "1 other employer has an interval that reaches that of A, so their order is not sure. "
        "Taken one by one, the interval lies above 0 at 1 of the 2 employers, below 0 at 0, and holds 0 at 1."
    )


def test_withheld_cells_are_counted_beside_a_table_and_never_a_zero() -> None:
    figure = made(
        "attrition_by_employer", "attrition", ("employer",),
        [{"employer": "A", **share(0.2, 50)}, {"employer": "B", **hidden()}],
    )  # fmt: skip
    block = chapter("keep", figure).blocks[0]
    assert [line[0] for line in block.grid.body] == ["A"]
    assert block.grid.note == "And 1 further cell withheld or not defined: fewer than 5 people."
    assert ">A<" in str(block.svg) and ">B<" not in str(block.svg)
    assert block.withheld == (
        "1 cell of 2 is withheld or not defined: fewer than 5 people. "
        "It is left out here and empty in the files, never a zero."
    )


def test_what_is_absent_is_said_with_its_reason() -> None:
    made_ = chapter("beginners")
    assert not made_.blocks
    assert made_.cannot == [
        "Hires of beginners by year; Hires of beginners by kind of employer; Hires of beginners by employer: "
        "not in this edition. They need hires of people whose first job was seen."
    ]
    assert made_.empty == (
        "Nothing can be told here: the records hold nothing of what it takes. "
        "It would need hires of people whose first job was seen."
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


MONTHS = made("hires_by_month", "hires", ("month",), [{"month": m, **hidden()} for m in ("2015-01", "2015-02")])
"""The records begin in January 2015."""


def overall(people: int = 400, **changes: Any) -> Any:
    rows = [{"months": m, **share(v, people, h)} for m, v, h in ((12, 0.9, 0.02), (24, 0.8, 0.04))]
    return made("retention_overall", "retention", (), rows)


def test_a_pooled_finding_says_of_whom_of_when_how_many_and_how_sure() -> None:
    english = chapter("keep", overall(), MONTHS).findings
    assert english == [
        "Of 400 people who joined an employer from 2015 to 2025, an estimated 80% were still there two years later "
        "(95% interval 76% to 84%; stays followed until June 30, 2025). "
        "Of the same people: 90% (95% interval 88% to 92%) after one year."
    ]
    french = CHAPTERS["keep"](view(overall(), MONTHS, code="fr")).findings
    assert [re.sub("[\u00a0\u202f]", " ", s) for s in french] == [
        "Sur 400 personnes arrivées chez un employeur de 2015 à 2025, on estime à 80 % la part encore en poste deux "
        "ans plus tard (intervalle à 95 % : de 76 % à 84 % ; séjours suivis jusqu’au 30 juin 2025). "
        "Pour les mêmes personnes : 90 % (intervalle à 95 % : de 88 % à 92 %) après un an."
    ]


def test_every_pooled_figure_says_when() -> None:
    flows = [{"origin": "A", "destination": "B", "estimate": 40.0, "low": 28.0, "high": 55.0, "n": 40}]
    net = [{"employer": "A", "estimate": 9.0, "low": 5.0, "high": 13.0, "n": 50}]
    chapters = {
        "keep": [employers(("A", 0.8, 0.02), ("B", 0.6, 0.02))],
        "win": [
            made("flows_by_pair", "flows", ("origin", "destination"), flows),
            made("net_flow_by_employer", "net_flow", ("employer",), net),
            pairs("flow_ratio_by_pair", "flow_ratio", ("A", "B", 4.0, 2.0, 9.0)),
        ],
        "origins": [
            made("origins_overall", "origins", ("origin_kind",), [{"origin_kind": "company", **share(0.4, 900)}])
        ],
    }
    for key, figures in chapters.items():
        made_ = chapter(key, *figures, MONTHS)
        assert made_.findings
        for said in [*made_.findings, *(b.title for b in made_.blocks)]:
            assert "from 2015 to 2025" in said, said
        for block in made_.blocks:
            assert any("June 30, 2025" in note for note in block.notes), block.title


def test_few_people_are_named_in_no_sentence() -> None:
    rows = [{"employer": e, "months": 24, **share(v, n, 0.05)} for e, v, n in (("A", 0.8, 29), ("B", 0.3, 12))]
    made_ = chapter("keep", made("retention_by_employer", "retention", ("employer",), rows))
    assert made_.findings == []
    assert made_.blocks[0].title.startswith("Retention after two years: nothing can be told of any one group")
    assert [line[0] for line in made_.blocks[0].grid.body] == ["A", "B"]
    assert made_.cannot[-1] == (
        "Retention by employer: nothing can be told of a single one; none has enough people (30, and where stays are "
        "followed over months an interval of at most 20 points either way)."
    )


def test_a_wide_interval_is_named_in_no_sentence() -> None:
    figure = employers(("Sure", 0.60, 0.05), ("Unsure", 0.75, 0.22), ("Low", 0.30, 0.05))
    said = spread(view(figure), figure.name, listed(figure.table))
    assert said == "Retention after two years runs from 30% (Low) to 60% (Sure)"


def test_the_more_are_compared_the_farther_the_highest_must_lie_from_the_lowest() -> None:
    """80% ± 5 and 68% ± 5 are apart between two; among sixty equal ones chance alone sets two so far apart."""
    two = employers(("High", 0.80, 0.05), ("Low", 0.68, 0.05))
    sixty = employers(("High", 0.80, 0.05), ("Low", 0.68, 0.05), *((f"E{i}", 0.74, 0.05) for i in range(58)))
    assert spread(view(two), two.name, listed(two.table)).endswith("runs from 68% (Low) to 80% (High)")
    said = spread(view(sixty), sixty.name, listed(sixty.table))
    assert "with so many compared, chance alone may set them so far apart" in said
    assert not unranked(view(two), two.name, listed(two.table))
    assert "High and Low" in unranked(view(sixty), sixty.name, listed(sixty.table))


def test_the_surest_difference_is_told_where_the_ends_are_too_uncertain() -> None:
    figure = employers(("Tiny", 0.95, 0.10), ("Large", 0.90, 0.02), ("Low", 0.80, 0.03))
    said = spread(view(figure), figure.name, listed(figure.table))
    assert said.startswith("Retention after two years is 90% (Large) against 80% (Low), the surest difference of all")


def cohort(*cells: tuple[str, int, int, int]) -> Any:
    rows = [
        {"employer": e, "joined": joined, "stayed": stayed, "lost": lost, **share(stayed / joined, joined, 0.08)}
        for e, joined, stayed, lost in cells
    ]
    return made("cohort_retention_by_employer", "cohort_retention", ("employer",), rows)


def test_a_cohort_lost_from_sight_is_not_told() -> None:
    made_ = chapter("keep", cohort(("A", 100, 5, 90), ("B", 100, 15, 60)))
    assert not made_.blocks
    assert made_.cannot[-1] == (
        "Newest full cohort still there after two years: cannot be told. Of 200 people who joined in the twelve months "
        "to June 30, 2023, 75% were lost from sight within two years, so that the share still there lies anywhere "
        "between 10% and 85%."
    )


def test_employers_whose_people_were_lost_from_sight_are_left_out() -> None:
    made_ = chapter("keep", cohort(("A", 100, 80, 2), ("B", 100, 40, 5), ("C", 100, 0, 95)))
    assert made_.blocks[0].title.endswith("runs from 40% (B) to 80% (A)")
    assert {line[0] for line in made_.blocks[0].grid.body} == {"A", "B"}
    assert "1 employer of whose people more than 10% were lost from sight is left out." in made_.blocks[0].notes


def beginners(first: int, last: int, **cell: Any) -> Any:
    rows = [{"year": str(y), **share(0.9 - 0.015 * (y - first), 900, 0.01), **cell} for y in range(first, last + 1)]
    return made("entry_share_by_year", "entry_share", ("year",), rows)


def test_no_trend_of_beginners_is_told_before_a_working_life_was_in_sight() -> None:
    made_ = chapter("beginners", beginners(1995, 2025))
    assert made_.blocks[0].title == "In 2024, 46% of hires went to people with at most a year of experience"
    assert not any("fell" in s or "rose" in s for s in [*made_.findings, made_.blocks[0].title])
    assert "The records begin in 1995" in made_.findings[0]
    drawn = [line[0] for line in made_.blocks[0].grid.body]
    assert (drawn[-1], drawn[0]) == ("2005", "2024"), "neither the first ten years nor the one under way"
    assert made_.cannot[-1].startswith("Hires of beginners from 1995 to 2004: not told.")


def test_a_trend_of_beginners_is_told_once_working_lives_were_in_sight() -> None:
    made_ = chapter("beginners", beginners(1971, 2025))
    assert made_.blocks[0].title.startswith("The share of hires with at most a year of experience fell from 26% (2014)")


def test_beginners_of_the_first_years_are_no_base_to_compare_with() -> None:
    index = {"index": 0.5, "index_low": 0.4, "index_high": 0.6}
    early, late = (
        chapter("beginners", beginners(2015, 2025, **index)),
        chapter("beginners", beginners(1995, 2025, **index)),
    )
    assert not any("Against 2019" in s for s in early.findings)
    assert "Against 2019, the number of hires of beginners in 2024 stands at 0.50" in late.findings[0]


def test_a_year_in_which_the_records_begin_is_not_compared() -> None:
    figure = yearly(("2019", 0.90, 0.02), ("2020", 0.30, 0.02), ("2023", 0.30, 0.02), name="turnover_by_year")
    months = made("hires_by_month", "hires", ("month",), [{"month": "2019-06", **hidden()}])
    assert "90%" not in trend(view(figure, months), figure.name, listed(figure.table))
    assert "90%" in trend(view(figure), figure.name, listed(figure.table))


QUALITY = {
    "main_spells": 200,
    "coarse_spells": 50,
    "monthly_starts": 120,
    "january_starts": 20,
    "unknown_start_spells": 3,
}
DATING = (
    "In 25.0% of the stays the beginning or the end is known only to the month or year. January excess: 16.7% of the "
    "starts known to the month or day fall in January (95% interval 10.8% to 24.3%), 2.00 times the one in twelve that "
    "an even spread would give. 3 stays whose beginning is not known are left out."
)


def test_every_tenure_figure_says_how_well_its_dates_are_known() -> None:
    level = made("retention_by_level", "retention", ("level",), [{"level": "mid", "months": 24, **share(0.5, 99)}])
    years = [{"cohort": str(y), "months": 24, **share(0.5, 99)} for y in (2019, 2020)]
    curve = made("retention_curve_overall", "retention", (), [{"months": m, **share(0.9, 99)} for m in range(9)])
    figures = [
        employers(("A", 0.8, 0.02), ("B", 0.6, 0.02)), level, curve, cohort(("A", 100, 80, 2), ("B", 100, 40, 5)),
        made("retention_by_cohort", "retention", ("cohort",), years),
    ]  # fmt: skip
    blocks = chapter("keep", *figures, quality=QUALITY).blocks
    assert len(blocks) == 5
    for block in blocks:
        assert DATING in block.notes, block.name


def test_dates_known_to_the_day_are_said_to_be() -> None:
    sure = {"main_spells": 200, "coarse_spells": 0, "monthly_starts": 120, "january_starts": 0}
    block = chapter("keep", employers(("A", 0.8, 0.02), ("B", 0.6, 0.02)), quality=sure).blocks[0]
    assert "The beginning and the end of every stay are known to the day." in " ".join(block.notes)
    assert "none of the starts known to the month or day fall in January" in " ".join(block.notes)


def test_the_other_rule_for_stays_still_running_is_told_where_it_matters() -> None:
    far = made("retention_other_censoring", "retention", (), [{"months": 24, **share(0.9, 400, 0.03)}])
    near = made("retention_other_censoring", "retention", (), [{"months": 24, **share(0.82, 400, 0.03)}])
    options = {"censoring": "verified"}
    said = chapter("keep", overall(), far, options=options).findings[1]
    assert said == (
        "This depends on how stays still running are counted. Here each counts only until the day on which it was last "
        "verified, and 80% are still there after two years; if all were taken to last until June 30, 2025, it would be "
        "90% (95% interval 87% to 93%), outside the interval."
    )
    assert len(chapter("keep", overall(), near, options=options).findings) == 1


SIGHTED = {"people": 100, "sightings": 400, "coarse_sightings": 400}


@pytest.mark.parametrize("others", [{}, {"starts": 399}])
def test_sightings_tell_neither_first_jobs_nor_a_tempo(others: dict[str, int]) -> None:
    seen = SIGHTED | others
    rows = [{"origin_kind": "university", "hires": 300, "from_origin": 240, **share(0.8, 200)}]
    origins = chapter("origins", made("origins_overall", "origins", ("origin_kind",), rows), quality=seen)
    words = " ".join([*origins.findings, *origins.blocks[0].notes])
    assert "first job" not in words
    assert "The first employer at which a person was seen is not counted as a hire" in words
    tempo = chapter("tempo", yearly(("2019", 0.5, 0.02), ("2023", 0.2, 0.02), name="turnover_by_year"), quality=seen)
    assert tempo.blocks[0].title == "Turnover by year"
    assert tempo.empty.startswith("The tempo of the market cannot be told from sightings")


def test_positions_beside_fewer_sightings_tell_a_tempo() -> None:
    told = yearly(("2019", 0.5, 0.02), ("2023", 0.2, 0.02), name="turnover_by_year")
    assert not chapter("tempo", told, quality=SIGHTED | {"starts": 400}).empty


def test_an_origin_of_unknown_kind_is_not_a_career_out_of_sight() -> None:
    cells = (("company", 0.5), ("unknown kind", 0.3), ("unknown", 0.2))
    rows = [{"origin_kind": k, "hires": 300, "from_origin": int(300 * v), **share(v, 200)} for k, v in cells]
    made_ = chapter("origins", made("origins_overall", "origins", ("origin_kind",), rows))
    assert [line[0] for line in made_.blocks[0].grid.body] == [
        "other companies", "earlier career not seen", "employers of unknown kind",
    ]  # fmt: skip
    said = made_.findings[0]
    assert "The previous employer is of unknown kind in 30%" in said
    assert "The earlier career could not be seen in 20%" in said
    assert made_.blocks[0].title == "50% of hires came from other companies"


def test_the_largest_flow_says_which_others_may_be_as_large() -> None:
    rows = [
        {"origin": o, "destination": d, "estimate": n, "low": n - 10, "high": n + 10, "n": int(n)}
        for o, d, n in (("A", "B", 50.0), ("B", "A", 45.0), ("C", "A", 20.0))
    ]
    said = chapter("win", made("flows_by_pair", "flows", ("origin", "destination"), rows)).findings
    assert said == [
        "Among 3 employers compared, the largest flow counted goes from A to B: 50 moves (95% interval 40 to 60; "
        "50 people). 1 other flow has an interval that reaches it, so their order is not sure."
    ]


def test_rates_of_employers_of_different_ages_are_not_compared_in_a_sentence() -> None:
    rates = pairs(
        "flow_rate_ratio_by_pair", "flow_rate_ratio", ("Young", "Old", 9.0, 4.0, 20.0), ("A", "B", 3.0, 1.5, 7.0)
    )
    first = {"Young": 2020, "Old": 1990, "A": 1990, "B": 1991}
    heads = [{"employer": e, "year": str(y), "estimate": 50.0, "n": 50} for e, y in first.items()]
    made_ = chapter("win", rates, made("headcount_by_employer", "headcount", ("employer", "year"), heads))
    assert made_.blocks[0].title.startswith("People at A are 3.0 times more likely")
    assert not any("Young" in s for s in made_.findings)


def test_twelve_months_are_compared_with_the_interval_of_the_change() -> None:
    def monthly(last: int, before: int) -> Any:
        sums = {"2024-06": before, "2025-06": last}
        months = [f"{y}-{m:02}" for y in (2023, 2024, 2025) for m in range(1, 13) if (y, m) <= (2025, 6)]
        rows = [{"month": m, "sum_12": sums.get(m), "estimate": 50.0, "n": 50} for m in months]
        return made("hires_by_month", "hires", ("month",), rows)

    # Of 800 against 400 the logarithm has the error √(1/800 + 1/400) = 0.0612: 2·e^∓0.12 − 1 = 77% and 125%.
    assert chapter("tempo", monthly(800, 400)).findings[0] == (
        "Hires counted in these records in the twelve months to June 2025: 800, +100% against the 400 of the twelve "
        "months before (95% interval of the change +77% to +126%)."
    )
    assert chapter("tempo", monthly(405, 400)).findings[0].endswith("holds 0, so no change can be stated.")


def test_a_figure_of_kinds_all_unknown_says_what_would_be_needed() -> None:
    rows = [{"origin_kind": "unknown kind", "hires": 300, "from_origin": 300, **share(1.0, 200)}]
    made_ = chapter("origins", made("origins_overall", "origins", ("origin_kind",), rows))
    assert made_.empty == (
        "Nothing can be told here: what was counted is all of unknown kind. "
        "It would need kinds of employers (a list may be given)."
    )


@pytest.mark.parametrize("name", ["OpenAI", "Le Monde", "Les Échos", "Anthropic", "hôpital Necker"])
def test_french_puts_no_article_or_elision_before_the_name_of_an_employer(name: str) -> None:
    net = [{"employer": e, "estimate": 9.0, "low": 5.0, "high": 13.0, "n": 50} for e in (name, "B")]
    flows = [{"origin": name, "destination": "B", "estimate": 40.0, "low": 28.0, "high": 55.0, "n": 40}]
    figures = [
        made("flows_by_pair", "flows", ("origin", "destination"), flows),
        pairs("flow_ratio_by_pair", "flow_ratio", (name, "B", 4.0, 2.0, 9.0)),
        pairs("flow_rate_ratio_by_pair", "flow_rate_ratio", (name, "B", 3.0, 1.5, 7.0)),
        made(
            "origins_by_employer",
            "origins",
            ("employer", "origin"),
            [{"employer": "B", "origin": name, **share(0.4, 99)}],
        ),
        employers((name, 0.8, 0.02), ("B", 0.6, 0.02)),
        made("net_flow_by_employer", "net_flow", ("employer",), net),
    ]
    told = view(*figures, code="fr")
    chapters = [CHAPTERS[key](told) for key in ("keep", "win", "origins")]
    sentences = [s for c in chapters for s in [*c.findings, *(b.title for b in c.blocks)]]
    assert sum(name in s for s in sentences) >= 6
    for said in sentences:
        assert not re.search(rf"(\b(de|du|des|à|au|aux|le|la|les) |[dl]’){re.escape(name)}", said), said
