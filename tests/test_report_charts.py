"""Charts: valid Vega-Lite for every figure, marked when simulated, safe as drawings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from made_edition import EMPLOYERS, NASTY, hidden, made, share, standard

from mercato.report.charts import chart, draw
from mercato.report.charts.lines import position
from mercato.report.charts.render import embedded, safe
from mercato.report.charts.sankey import sankey
from mercato.report.charts.theme import Look
from mercato.report.language import Language
from mercato.report.notebook import as_html

EDITION = standard([NASTY, "x" * 1_000, *EMPLOYERS])
LOOK = Look(Language("en"))


@pytest.mark.parametrize("name", sorted(EDITION.figures))
def test_every_figure_has_a_valid_altair_chart(name: str) -> None:
    drawn = chart(EDITION.figures[name], "fr")  # type: ignore[arg-type]
    assert drawn.to_dict()["title"]["text"].endswith("(fr)")


def _marks(spec: dict[str, Any]) -> set[str]:
    layers = spec.get("layer") or spec["spec"]["layer"]
    return {layer["mark"]["type"] for layer in layers}


@pytest.mark.parametrize(
    ("name", "marks", "columns"),
    [
        ("retention_by_employer", {"rule", "point", "text"}, 0),
        ("retention_curve", {"area", "line"}, 4),
        ("flows_by_pair", {"rect", "text"}, 0),
        ("origins_by_employer", {"bar", "rule", "text"}, 2),
        ("entry_share_by_kind", {"area", "line", "point"}, 3),
        ("hires_by_month", {"line"}, 0),
    ],
)
def test_the_drawing_suits_the_figure(name: str, marks: set[str], columns: int) -> None:
    spec = draw(EDITION.figures[name], LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert _marks(spec) == marks
    assert spec["usermeta"]["columns"] == columns


def test_no_withheld_cell_is_drawn() -> None:
    rows = [{"employer": "A", **share(0.2, 50)}, {"employer": "Hidden Ltd", **hidden()}]
    spec = draw(made("attrition_by_employer", "attrition", ("employer",), rows), LOOK)  # type: ignore[arg-type]
    assert "Hidden Ltd" not in json.dumps(spec)


def test_a_withheld_pair_is_a_square_without_a_number() -> None:
    rows = [
        {"origin": "A", "destination": "B", "estimate": 9.0, "n": 9},
        {"origin": "B", "destination": "A", **hidden()},
    ]
    spec = draw(made("flows_by_pair", "flows", ("origin", "destination"), rows), LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert [(c["from"], c["v"], c["text"]) for c in spec["datasets"]["rows"]] == [("A", 9.0, "9"), ("B", None, "—")]


def test_a_withheld_month_breaks_the_line() -> None:
    rows = [{"month": "2024-01", "estimate": 9.0, "n": 9}, {"month": "2024-02", **hidden()}]
    spec = draw(made("headcount_by_month", "headcount", ("month",), rows), LOOK)  # type: ignore[arg-type]
    assert spec is not None
    assert [r["y"] for r in spec["datasets"]["rows"]] == [9.0, None]


def test_a_figure_without_a_shown_cell_is_not_drawn() -> None:
    figure = made("attrition_by_employer", "attrition", ("employer",), [{"employer": "A", **hidden()}])
    assert draw(figure, LOOK) is None  # type: ignore[arg-type]
    assert "No cell of this figure" in json.dumps(chart(figure).to_dict())  # type: ignore[arg-type]


def test_the_reference_is_at_the_tenure_of_the_groups() -> None:
    groups = [{"employer": "A", "months": 12, **share(0.9, 50)}, {"employer": "A", "months": 24, **hidden()}]
    overall = [{"months": 12, **share(0.8, 500)}, {"months": 24, **share(0.6, 500)}]
    spec = draw(
        made("retention_by_employer", "retention", ("employer",), groups),  # type: ignore[arg-type]
        LOOK,
        made("retention_overall", "retention", (), overall),  # type: ignore[arg-type]
    )
    assert spec is not None
    assert spec["datasets"]["level"] == [{"estimate": 0.8}]


@pytest.mark.parametrize(("code", "mark"), [("en", "SIMULATED DATA"), ("fr", "DONNÉES SIMULÉES")])
def test_simulated_data_are_marked_inside_every_chart(code: str, mark: str) -> None:
    look = Look(Language(code), simulated=True)
    for figure in EDITION.figures.values():
        spec = draw(figure, look)  # type: ignore[arg-type]
        assert spec is not None and spec["title"]["text"] == mark


def test_positions_on_the_axis_of_time() -> None:
    assert [position(p) for p in ("2024", "2024-Q1", "2024-01", "2024-12")] == [2024.0, 2024.125, 2024.0417, 2024.9583]


def test_a_drawing_keeps_only_shapes_and_text() -> None:
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        '<defs><clipPath id="c"><rect width="9"/></clipPath></defs>'
        '<g clip-path="url(#c)" style="x"><text>a &lt;b&gt;</text>'
        '<a xlink:href="javascript:x()"><text>b</text></a></g><script>x()</script><image href="http://x"/>'
        "<foreignObject><p>x</p></foreignObject></svg>"
    )
    found = safe(hostile, "f1")
    assert 'id="f1-c"' in found and "url(#f1-c)" in found and "a &lt;b&gt;" in found
    assert not any(word in found for word in ("script", "onload", "image", "foreign", "href", "style=", "javascript"))


def test_json_in_a_page_cannot_end_its_element() -> None:
    text = embedded({"name": "</script><!-- \u2028"})
    assert json.loads(text) == {"name": "</script><!-- \u2028"}
    assert not any(c in text for c in "<>&\u2028")


def test_the_sankey_escapes_names() -> None:
    rows = [
        {"origin": "<b>&", "destination": "D", "estimate": 9.0},
        {"origin": "E", "destination": "D", "estimate": 1.0},
    ]
    assert "<b>" not in sankey(rows, LOOK) and "&lt;b&gt;&amp;" in sankey(rows, LOOK)


def test_a_notebook_shows_chart_and_table() -> None:
    shown = as_html(EDITION.figures["attrition_by_employer"])  # type: ignore[arg-type]
    assert shown.count("<svg") == 1 and "<table>" in shown and "<img" not in shown
