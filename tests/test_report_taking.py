"""What it would take, and adjusted beside raw, in words."""

from __future__ import annotations

from typing import Any

import pytest
from made_edition import made, share
from test_report_findings import view

from mercato.report.chapters.adjusted import adjusted
from mercato.report.chapters.taking import takes
from mercato.report.charts import draw
from mercato.statistics.shares import wilson

NAME = "retention_by_employer"


def kept(name: str, stayed: int, people: int) -> dict[str, Any]:
    told = wilson(stayed, people)
    interval = {"estimate": float(told.estimate), "low": float(told.low), "high": float(told.high)}
    return {"employer": name, "months": 24, "at_risk": people, **interval, "n": people, "status": "ok"}


def employers(*rows: dict[str, Any]) -> Any:
    return made(NAME, "retention", ("employer",), list(rows))


def test_80_against_78_percent_is_said_with_both_numbers() -> None:
    figure = employers(kept("Anthropic", 320, 400), kept("DeepMind", 312, 400), kept("Meta", 40, 400))
    (said,) = takes(view(figure), (NAME,))
    assert said == (
        "Retention by employer: Anthropic (80%) and DeepMind (78%) cannot be told apart with 400 and 400 people. To "
        "find a gap of that size in four cases out of five would take about 6,500 people on each side; for it to be "
        "just significant, about 3,200."
    )


def test_the_same_in_french() -> None:
    figure = employers(kept("Anthropic", 320, 400), kept("DeepMind", 312, 400))
    (said,) = takes(view(figure, code="fr"), (NAME,))
    assert "on ne peut pas départager Anthropic (80\u202f%) et DeepMind (78\u202f%)" in said
    assert "environ 6\u202f500 de chaque côté" in said and "environ 3\u202f200" in said


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("a clear order", [kept("A", 390, 400), kept("B", 200, 400), kept("C", 40, 400)]),
        ("alike to the digit", [kept("A", 320, 400), kept("B", 320, 400)]),
        ("a single employer", [kept("A", 320, 400)]),
        ("few people", [kept("A", 8, 10), kept("B", 7, 10)]),
    ],
)
def test_nothing_is_said_where_nothing_stays_open(name: str, rows: list[dict[str, Any]]) -> None:
    assert takes(view(employers(*rows)), (NAME, "not_there")) == []


def raw(name: str, estimate: float, beside: float, used: str) -> dict[str, Any]:
    told = {
        "unadjusted": beside,
        "unadjusted_low": beside - 0.05,
        "unadjusted_high": beside + 0.05,
        "adjusted_for": used,
        "at_risk": 60,
    }
    return {"employer": name, "months": 24, **told, **share(estimate, 100, 0.05)}


@pytest.mark.parametrize(
    ("code", "moved"),
    [
        ("en", "The figure that moves most is that of OpenAI: 55% raw, 67% with the same people as the others."),
        ("fr", "est celle d\u2019OpenAI\u00a0: 55\u202f% en données brutes, 67\u202f% avec les mêmes personnes"),
    ],
)
def test_adjusted_stands_beside_raw(code: str, moved: str) -> None:
    rows = [raw("Anthropic", 0.80, 0.81, "level, country"), raw("OpenAI", 0.67, 0.55, "level, country")]
    figure = made("adjusted_retention_by_employer", "adjusted_retention", ("employer",), rows)
    seen = view(figure, code=code)
    block = adjusted(seen, figure.name)
    assert block is not None and any(moved in note for note in block.notes)
    assert seen.language.say("adjusted.level") in block.notes[0] and "Anthropic" in block.title
    drawn = draw(figure, seen.look)
    assert drawn is not None and '"raw"' in str(drawn).replace("'", '"')
    assert adjusted(view(code=code), figure.name) is None
