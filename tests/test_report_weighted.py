"""Weighted figures on the pages: both numbers side by side, and what the weights are, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from made_edition import MadeEdition, standard

from mercato.report.chapters.block import View, start, table_of
from mercato.report.chapters.method import method
from mercato.report.charts import theme
from mercato.report.language import Language

WEIGHTS: dict[str, Any] = {
    "day": "2025-06-01", "population": 1_000_000.0, "people": 12_000, "effective_n": 9_000.0, "trimmed": 0.013,
    "gap": 0.002, "rounds": 12, "smallest": 0.2, "largest": 5.0, "p05": 0.4, "median": 0.9, "p95": 2.5,
    "margins": [
        {"file": "families.csv", "dimensions": ["family", "country"], "categories": 12, "people": 1e6}
    ],
}  # fmt: skip


def weighted() -> MadeEdition:
    made = standard()
    figure = made.figures["retention_by_kind"]
    table = figure.table
    for name in ("estimate", "low", "high"):
        raw = [None if value is None else value / 2 for value in table[name].to_pylist()]
        table = table.append_column(f"raw_{name}", pa.array(raw, pa.float64()))
    table = table.append_column("effective_n", pa.array([100.5] * table.num_rows))
    return replace(made, figures=made.figures | {figure.name: replace(figure, table=table)}, weights=WEIGHTS)


def view(edition: MadeEdition, code: str) -> View:
    language = Language(code)
    return View(edition, language, theme.Look(language, False, until=edition.as_of), edition.id)  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "heading"), [("en", "Without weights"), ("fr", "Sans pondération")])
def test_a_table_has_both_estimates_side_by_side(code: str, heading: str) -> None:
    made = weighted()
    grid = table_of(made.figures["retention_by_kind"], Language(code))  # type: ignore[arg-type]
    assert heading in grid.header and not [name for name in grid.header if "raw" in name]
    row = grid.body[0]
    share, beside = (row[grid.header.index(name)].split("%")[0] for name in (grid.header[2], heading))
    told = (
        float(text.replace(",", ".").replace("\N{NO-BREAK SPACE}", "").replace("\u202f", ""))
        for text in (share, beside)
    )
    first, second = told
    assert second == pytest.approx(first / 2, abs=0.06)


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_method_chapter_tells_the_weights(code: str) -> None:
    titles = {title: " ".join(texts) for title, texts in method(view(weighted(), code)).sections}
    text = titles[{"en": "Weights", "fr": "Pondération"}[code]]
    for part in ("families.csv", "12"):
        assert part in text
    assert ("9,000" if code == "en" else "9\u202f000") in text
    assert "1.33" in text or "1,33" in text
    assert "{" not in text and "nan" not in text.lower()


def test_without_weights_the_pages_say_nothing_of_them() -> None:
    plain = view(standard(), "en")
    assert not [title for title, _ in method(plain).sections if title == "Weights"]
    assert "weighted" not in start(plain, "keep").lead and "weighted" in start(view(weighted(), "en"), "keep").lead
