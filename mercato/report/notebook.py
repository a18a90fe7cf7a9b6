"""A figure as a notebook shows it: its title, its chart and its first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mercato.report import rows as choose
from mercato.report.chapters.block import table_of
from mercato.report.charts import draw, theme
from mercato.report.charts.render import Still
from mercato.report.language import Language
from mercato.report.pages import environment

if TYPE_CHECKING:
    from mercato.release.figure import Figure

ROWS = 20


def as_html(figure: Figure, language: str = "en") -> str:
    """The figure as a fragment of HTML: chart and table of at most 20 rows, everything escaped, nothing fetched."""
    words = Language(language)
    look = theme.Look(words, bool(getattr(figure, "simulated", False)))
    spec = draw(figure, look)
    rows = choose.listed(figure.table.slice(0, ROWS))
    context = {
        "title": choose.clean(words.text(figure.measure.title), 200),
        "unit": words.say("block.unit", unit=words.text(figure.measure.unit)),
        "svg": str(Still(spec, look, f"notebook-{choose.clean(figure.name, 60)}")) if spec else "",
        "table": table_of(figure, words, rows),
    }
    return environment().get_template("notebook.html").render(context)
