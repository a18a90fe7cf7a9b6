"""Where people go, in the chapter on who keeps people: sentences in both languages and bands that add to everyone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from made_edition import MadeEdition, hidden, made, share, standard

from mercato.report.chapters.block import View
from mercato.report.chapters.destinations import by_employer, overall
from mercato.report.chapters.keep import keep
from mercato.report.charts import theme
from mercato.report.charts.destinations import destinations
from mercato.report.language import Language

KINDS = {"big_tech": 0.5, "startup": 0.3, "none seen": 0.2}
"""Of those who leave, the share that goes there."""


def rows(months: range, employer: str = "", few: str = "") -> list[dict[str, Any]]:
    """Cells of people of whom one in a hundred leaves a month; of the destination ``few`` none is shown."""
    told = []
    for month in months:
        for kind, part in KINDS.items():
            cell = hidden() if kind == few else share(month / 100 * part, 400, 0.02)
            told.append(
                {
                    **({"employer": employer} if employer else {}), "destination_kind": kind, "months": month,
                    "entered": 2000, "events": None if kind == few else int(20 * month * part), "at_risk": 900,
                    "staying": None if kind == few else 1 - month / 100, **cell,
                }
            )  # fmt: skip
    return told


def edition() -> MadeEdition:
    made_one = standard()
    figures = {
        "destinations_overall": made("destinations_overall", "destinations", ("destination_kind",), rows(range(61))),
        "destinations_by_employer": made(
            "destinations_by_employer", "destinations", ("employer", "destination_kind"),
            rows(range(61), "Acme") + rows(range(61), "Beta", few="startup"),
        ),
    }  # fmt: skip
    return replace(made_one, figures={**made_one.figures, **figures})


def view(language: str) -> View:
    made_one, spoken = edition(), Language(language)
    return View(made_one, spoken, theme.Look(spoken, False, until=made_one.as_of), made_one.id)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("12%", "had left for big technology firms", "76% were still there")),
        ("fr", ("grandes entreprises technologiques", "12\N{NARROW NO-BREAK SPACE}%", "encore là")),
    ],
)
def test_the_largest_destination_is_said_beside_those_who_stay(language: str, said: tuple[str, ...]) -> None:
    """After 24 months 24 of 100 have left, half of them for big technology firms."""
    block = overall(view(language))
    assert block is not None and [words for words in said if words not in block.title] == []
    assert len(block.grid.body) == 15, "three destinations after one to five years"
    assert "nan" not in str(block).lower()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_chapter_holds_both_blocks(language: str) -> None:
    names = [block.name for block in keep(view(language)).blocks]
    assert {"destinations_overall", "destinations_by_employer"} <= set(names)
    block = by_employer(view(language))
    assert block is not None and {line[0] for line in block.grid.body} == {"Acme", "Beta"}


@pytest.mark.parametrize("few", ["", "startup"])
@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_bands_add_to_everyone(few: str, width: int) -> None:
    """What is withheld is a band without a destination's name."""
    look = theme.Look(Language("en"), width=width)
    spec = destinations(rows(range(61), few=few), look)
    bands = spec["datasets"]["rows"]
    for month in range(61):
        here = [band for band in bands if band["months"] == month]
        assert sum(band["high"] - band["low"] for band in here) == pytest.approx(1, abs=1e-4)
    names = {band["place"] for band in bands}
    assert names == {"still there", "big technology firms", "no next employer seen", "startups"} - {
        "startups" if few else ""
    } | ({"too few people to tell"} if few else set())
