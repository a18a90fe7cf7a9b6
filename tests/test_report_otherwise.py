"""What the chapters fold out of figures under other choices: sentences in both languages, and a safe drawing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from lxml import etree
from made_edition import NASTY, standard

from mercato.measures import Request, declared
from mercato.multiverse.summing import summaries_of
from mercato.release.multiverse import Choice, LeftOut, Multiverse, make_multiverse
from mercato.report.chapters.block import View
from mercato.report.chapters.otherwise import FoldOut, change_of, otherwise
from mercato.report.charts.theme import Look
from mercato.report.language import Language
from mercato.report.pages import environment
from mercato.settings import Options

CHOICES = [Choice("censoring", ("verified", "carry")), Choice("main_job", ("latest", "first"))]
OUT = [LeftOut("ownership", (), "no_change_of_owner"), LeftOut("main_job", ("longest",), "time")]


def figure(values: list[float], name: str = "multiverse_retention", **cell: Any) -> Multiverse:
    """Retention of 1,000 people under two choices of two levels each, each value with 3 points on both sides."""
    tables = [
        pa.Table.from_pylist(
            [{**cell, "at_risk": 1000, "estimate": v, "low": v - 0.03, "high": v + 0.03, "n": 1000, "status": "ok"}]
        )
        for v in values
    ]
    request = Request(tuple(cell), (), Options())
    made = make_multiverse(name, declared()["retention"], tables, request, CHOICES, OUT)
    return replace(made, summaries=summaries_of(made))


def folded(code: str, *figures: Multiverse, chapter: str = "keep", simulated: bool = False) -> FoldOut | None:
    edition: Any = replace(standard(), figures={one.name: one for one in figures})
    language = Language(code)
    return otherwise(View(edition, language, Look(language, simulated), "id"), chapter)


def test_the_sentences_in_english() -> None:
    told = folded("en", figure([0.6, 0.61, 0.65, 0.66]))
    assert told is not None
    (one,) = told.figures
    assert one.sentences == [
        "With the choices of this report 60.0%; over all 4 combinations between 60.0% and 66.0%.",
        "50% of them lie inside the 95% interval of the first.",
        "Of the choices, how long open jobs are taken to last moves it most: by 5 points on average when it alone is "
        "switched.",
    ]
    assert one.note == "Rounded to 0.5 points, so that no difference tells of fewer than 5 people."
    assert told.notes == [
        "Not crossed, since nothing would change: which date\N{RIGHT SINGLE QUOTATION MARK}s ownership counts (no "
        "employer changed hands).".replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        "Left out to save time: Main job of two at once: the one that lasts longest. `mercato report --multiverse` "
        "crosses them too.",
    ]


def test_the_sentences_in_french() -> None:
    told = folded("fr", figure([0.6, 0.61, 0.65, 0.66]))
    assert told is not None
    said = (
        " ".join(told.figures[0].sentences).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    assert said == (
        "Avec les choix de ce rapport : 60,0 % ; sur l’ensemble des 4 combinaisons, entre 60,0 % et 66,0 %. "
        "50 % d’entre elles se situent dans l’intervalle à 95 % de la première valeur. "
        "De tous les choix, celui qui compte le plus est la durée prêtée aux postes encore ouverts : 5 points en "
        "moyenne lorsqu’on ne change que lui."
    )


def test_where_nothing_moves_there_is_a_sentence_and_no_drawing() -> None:
    told = folded("en", figure([0.6, 0.6, 0.6, 0.6]))
    assert told is not None
    assert told.figures[0].svg == ""
    assert told.figures[0].sentences == ["60.0% under each of the 4 combinations of choices, as far as it may be told."]


def test_a_withheld_figure_and_an_absent_one_fold_out_nothing() -> None:
    few = figure([0.6, 0.61, 0.65, 0.66])
    few = replace(few, summaries=tuple(replace(one, status="withheld_few_people") for one in few.summaries))
    assert folded("en", few) is None
    assert folded("en") is None
    assert folded("en", figure([0.6, 0.61, 0.65, 0.66]), chapter="tempo") is None


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_drawing_holds_every_combination_once_and_only_shapes_and_text(code: str) -> None:
    made = figure([0.6, 0.61, 0.65, 0.66], "multiverse_retention_by_employer", employer=NASTY)
    told = folded(code, made, simulated=True)
    assert told is not None
    page = str(environment().from_string(
        '{% from "parts.html" import otherwise %}{{ otherwise(folded, say, markup) }}'
    ).render(folded=told, say=Language(code).say, markup=lambda svg: __import__("markupsafe").Markup(svg)))  # fmt: skip
    assert "<img" not in page and "onerror=alert(1)>" not in page
    for text in told.figures[0].svg.split("</svg>")[:-1]:
        drawn = etree.fromstring(text + "</svg>")
        tags = {element.tag.rpartition("}")[2] for element in drawn.iter()}
        assert tags == {"svg", "g", "line", "circle", "rect", "text", "title"}
        assert len(drawn.findall(".//{*}title")) == 4
        assert Language(code).say("simulated.chart") in "".join(drawn.itertext())


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (0.01, "share", "1 point"),
        (0.0123, "share", "1.2 points"),
        (0.0001, "share", "less than 0.1 points"),
        (0.25, "share", "25 points"),
        (3.4, "rate", "3.4"),
        (0.25, "ratio", "0.25"),
    ],
)
def test_changes_in_words(value: float, kind: str, said: str) -> None:
    assert change_of(value, kind, Language("en")) == said


@pytest.mark.parametrize("code", ["en", "fr"])
def test_every_choice_level_and_reason_has_its_words(code: str) -> None:
    from mercato.multiverse.choosing import LEVELS
    from mercato.release.multiverse import REASONS

    language = Language(code)
    for option, levels in LEVELS.items():
        assert language.has(f"choice.{option}") and language.has(f"choice.the_{option}")
        assert all(language.has(f"choice.{option}_{level.replace(',', '_')}") for level in levels)
    assert all(language.has(f"multiverse.why_{reason}") for reason in set(REASONS) - {"time", "other_measure"})
