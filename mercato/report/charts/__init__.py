"""Charts of figures: which drawing suits which measure, and the drawing itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from mercato.report import rows as choose
from mercato.report.charts import theme
from mercato.report.charts.bars import bars
from mercato.report.charts.curves import curves
from mercato.report.charts.destinations import destinations
from mercato.report.charts.dots import dots
from mercato.report.charts.lines import lines
from mercato.report.charts.matrix import LARGEST, matrix, order
from mercato.report.charts.render import Still, Stills
from mercato.report.language import Language
from mercato.tables import GAP_CLASSES, LEVELS

if TYPE_CHECKING:
    import altair as alt

    from mercato.release.figure import Figure

MOST = 25
FARTHEST = 10
PANELS = 8
POINTS = 240
SEASONS = 84


def chart(figure: Figure, language: str = "en") -> alt.Chart:
    """The chart of a figure, chosen by what it is by: curves, lines over time, a matrix, bars or dots with intervals.

    At most 25 groups, 8 panels and the last 240 periods are drawn; a figure without a shown cell gives an empty chart.
    """
    import altair as alt

    look = theme.Look(Language(language), bool(getattr(figure, "simulated", False)), titled=True)
    return alt.Chart.from_dict(draw(figure, look) or _empty(figure, look))


def draw(figure: Figure, look: theme.Look, overall: Figure | None = None) -> theme.Spec | None:
    """Its Vega-Lite specification; None without a shown cell. ``overall`` is the figure of everyone, for reference."""
    if choose.select(figure.table).num_rows == 0:
        return None
    spec = _chosen(figure, look, overall)
    title = look.language.text(figure.measure.title)
    return theme.finish(spec, look, title)


def stills(figure: Figure, look: theme.Look, prefix: str, overall: Figure | None = None) -> Stills:
    """Its still drawings, one for a page or paper and one for a telephone; empty without a shown cell."""
    looks = [replace(look, width=width) for width in (theme.WIDE, theme.NARROW)]
    specs = [(draw(figure, one, overall), one) for one in looks]
    return Stills(Still(spec, one, prefix) for spec, one in specs if spec)


def _chosen(figure: Figure, look: theme.Look, overall: Figure | None) -> theme.Spec:
    table, kind = figure.table, choose.kind_of(figure)
    columns = table.column_names
    time = choose.period_of(figure)
    if "staying" in columns and pc.count_distinct(table["months"]).as_py() > 6:
        return _destinations(figure, look)
    if "months" in columns and pc.count_distinct(table["months"]).as_py() > 6:
        return _curves(figure, look, overall)
    if {"origin", "destination"} <= set(columns) and kind == "count":
        pairs = pairs_of(figure)
        return matrix(pairs, order(pairs), look, kind)
    if time:
        return _lines(figure, kind, time, look)
    if figure.measure.name == "origins":
        return _bars(figure, look)
    return dots(dot_rows(figure), kind, look, reference=_reference(overall, choose.horizon(table)))


def dot_rows(figure: Figure, most: int = MOST) -> list[choose.Row]:
    """The rows of a chart of dots, highest estimate first.

    Where there are more than fit: the largest groups, and of the others those whose intervals lie farthest out, so
    that a small employer that plainly differs is seen.
    """
    table = choose.select(choose.at_horizon(figure), order="-n")
    is_ratio = choose.kind_of(figure) == "ratio"
    if is_ratio:
        table = choose.one_way(table)
    if table.num_rows > most:
        rest, count = table.slice(most - FARTHEST), FARTHEST if is_ratio else FARTHEST // 2
        high = choose.select(rest, order="-low", limit=count)
        low = choose.select(rest, order="high").slice(0, FARTHEST - count)
        table = pa.concat_tables([table.slice(0, most - FARTHEST), high, low])
    rows = list({str(r): r for r in choose.listed(table)}.values())
    return sorted(rows, key=lambda r: -(r["estimate"] if r["estimate"] is not None else r["low"] or 0))


def pairs_of(figure: Figure, most: int = 4000) -> list[choose.Row]:
    """The largest flows between pairs, and the withheld ones, of which only the status is known."""
    order_by = "-estimate"
    shown = choose.select(figure.table, order=order_by, limit=most)
    names = set(shown["origin"].slice(0, 400).to_pylist()) | set(shown["destination"].slice(0, 400).to_pylist())
    # A withheld pair matters only where both employers are drawn, so those of the largest flows are enough.
    hidden = choose.select(figure.table, statuses=None, within={"origin": names, "destination": names})
    hidden = hidden.filter(pc.invert(pc.is_in(hidden["status"], pa.array(choose.SHOWN))))
    return choose.listed(shown) + choose.listed(hidden.slice(0, most))


def _curves(figure: Figure, look: theme.Look, overall: Figure | None) -> theme.Spec:
    names = largest(figure, next((b for b in figure.by), ""), PANELS)
    table = figure.table if not names else choose.select(figure.table, within={figure.by[0]: names}, statuses=None)
    table = choose.select(table, order="months")
    rows = choose.listed(table)
    if names:
        clean = [choose.clean(n) for n in names]
        rows.sort(key=lambda r: (clean.index(r[figure.by[0]]), r["months"]))
    behind = choose.listed(choose.select(overall.table, order="months")) if overall is not None else None
    return curves(rows, look, overall=behind)


def _destinations(figure: Figure, look: theme.Look) -> theme.Spec:
    group = next((b for b in figure.by if not b.startswith("destination")), "")
    names = largest(figure, group, PANELS) if group else []
    within = {group: names} if names else {}
    rows = choose.listed(choose.select(figure.table, within=within, statuses=None, order="months"))
    if names:
        clean = [choose.clean(n) for n in names]
        rows.sort(key=lambda r: (clean.index(r[group]), r["months"]))
    return destinations(rows, look, panel=group)


def _lines(figure: Figure, kind: str, time: str, look: theme.Look) -> theme.Spec:
    group = next((b for b in figure.by if b != time), "")
    known = (str(p) for p in pc.unique(figure.table[time]).to_pylist() if p is not None)
    periods = sorted(p for p in known if time == "cohort" or choose.ended(p, look.until))[-POINTS:]
    names = _in_order(group, largest(figure, group, 6)) if group else []
    within: dict[str, Any] = {time: _typed(periods, figure.table.schema.field(time).type)}
    if names:
        within[group] = names
    table = choose.select(choose.at_horizon(figure), within=within, statuses=None)
    rows = choose.listed(table)
    if names:
        cleaned = [choose.clean(n) for n in names]
        rows.sort(key=lambda r: (cleaned.index(str(r[group])), str(r[time])))
    if time == "month" and not group and is_seasonal(figure):
        return lines(rows[-(36 if look.narrow else SEASONS) :], kind, time, look, columns=True)
    summed = figure.measure.name != "headcount" and time == "month" and "sum_12" in table.column_names
    return lines(rows, kind, time, look, smooth="sum_12" if summed else "")


def is_seasonal(figure: Figure) -> bool:
    """Whether so many months are withheld that few sums of twelve can be told: its months are drawn one by one."""
    table = figure.table
    if "sum_12" not in table.column_names or "month" not in table.column_names:
        return False
    last = table.sort_by("month").slice(max(0, table.num_rows - POINTS))
    return bool(2 * (last.num_rows - last["sum_12"].null_count) < choose.select(last).num_rows)


def _in_order(column: str, names: list[str]) -> list[str]:
    """Groups that have an order of their own in that order, others as they are."""
    orders = {"gap": GAP_CLASSES, "level": LEVELS}
    return [n for n in orders[column] if n in names] if column in orders else names


def _typed(values: list[str], kind: pa.DataType) -> list[Any]:
    return [int(v) for v in values] if pa.types.is_integer(kind) else list(values)


def _bars(figure: Figure, look: theme.Look) -> theme.Spec:
    group = next((b for b in figure.by if b not in ("origin", "destination", "origin_kind", "origin_group")), "")
    if not group:
        return bars(choose.listed(choose.select(figure.table, order="-estimate", limit=MOST)), look)
    rows: list[choose.Row] = []
    for name in largest(figure, group, 6):
        rows += choose.listed(choose.select(figure.table, equal={group: name}, order="-estimate", limit=7))
    return bars(rows, look, panel=group)


def largest(figure: Figure, column: str, most: int) -> list[str]:
    """The groups with the most people behind a shown cell, most first."""
    table = choose.select(figure.table)
    if not column or "n" not in table.column_names or table.num_rows == 0:
        return []
    top = table.group_by(column).aggregate([("n", "max")])
    top = top.sort_by([("n_max", "descending"), (column, "ascending")])
    return [v for v in top[column].slice(0, most).to_pylist() if v is not None]


def _reference(overall: Figure | None, months: int | None) -> choose.Row | None:
    """Everyone's row at the same tenure as the groups'."""
    if overall is None:
        return None
    rows = choose.listed(choose.select(overall.table, equal={} if months is None else {"months": months}))
    return rows[0] if len(rows) == 1 else None


def _empty(figure: Figure, look: theme.Look) -> theme.Spec:
    words = [theme.layer("text", {"text": theme.text("text")}, color=theme.MUTED)]
    spec = theme.one(words, {}, {"rows": [{"text": look.language.say("block.nothing")}]}, look.inside, 60)
    return theme.finish(spec, look, look.language.text(figure.measure.title))


__all__ = ["LARGEST", "chart", "draw", "is_seasonal", "stills"]
