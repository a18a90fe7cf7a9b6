"""Who keeps people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from mercato.report import rows as choose
from mercato.report.chapters.block import (
    ROWS,
    Block,
    Chapter,
    Grid,
    View,
    add,
    block,
    missing,
    start,
    table_of,
)
from mercato.report.chapters.findings import extremes, spread, trend, unranked
from mercato.report.charts import FARTHEST, MOST, PANELS, dot_rows, largest
from mercato.report.language import Language
from mercato.report.rows import Row
from mercato.report.wording import brief, name_of, stated

if TYPE_CHECKING:
    from mercato.release.figure import Figure

NAMES = [
    "retention_overall",
    "retention_by_employer",
    "retention_curve",
    "retention_by_kind",
    "retention_by_family",
    "retention_by_level",
    "retention_by_cohort",
    "cohort_retention_by_employer",
    "attrition_by_employer",
]


def keep(view: View) -> Chapter:
    chapter = start(view, "keep")
    chapter.findings = [*_overall(view), *_employers(view)]
    add(chapter, groups(view, "retention_by_employer", ranked=True))
    add(chapter, _curve(view, "retention_curve", "retention_curve_overall"))
    if view.figure("retention_curve") is None:
        add(chapter, _curve(view, "retention_curve_overall", ""))
    for name in ("retention_by_kind", "retention_by_level", "retention_by_family"):
        add(chapter, groups(view, name))
    add(chapter, over_time(view, "retention_by_cohort"))
    add(chapter, groups(view, "cohort_retention_by_employer", [view.language.say("keep.cohort")], overall=""))
    add(chapter, groups(view, "attrition_by_employer", overall=""))
    missing(view, chapter, NAMES)
    for name in ("retention_by_employer", "cohort_retention_by_employer", "attrition_by_employer"):
        if figure := view.figure(name):
            chapter.cannot += [s for s in [unranked(view, name, dot_rows(figure))] if s]
    return chapter


def groups(
    view: View, name: str, notes: list[str] | None = None, *, overall: str = "retention_overall", ranked: bool = False
) -> Block | None:
    """Dots with intervals for the largest groups of a figure, its finding the range that the intervals allow."""
    figure = view.figure(name)
    if figure is None:
        return None
    rows = dot_rows(figure)
    language = view.language
    shown = choose.select(choose.at_horizon(figure)).num_rows
    said = list(notes or [])
    if shown > MOST:
        said.append(chosen(language, shown))
    if overall and view.figure(overall):
        said.append(language.say("block.reference"))
    if ranked:
        said.append(language.say("block.compare_ranks"))
    made = block(view, name, spread(view, name, rows), said, overall=overall)
    if made is None or not ranked:
        return made
    return _with_ranks(view, made, rows)


def chosen(language: Language, everything: int) -> str:
    """Which groups are drawn where there are more than fit."""
    numbers = {"large": MOST - FARTHEST, "far": FARTHEST, "all": everything}
    return language.say("block.chosen", **{k: language.count(v) for k, v in numbers.items()})


def _with_ranks(view: View, made: Block, rows: list[Row]) -> Block:
    figure = view.edition.figures[made.name]
    grid = table_of(figure, view.language, rows)
    spans = [f"{view.language.count(a)}\N{EN DASH}{view.language.count(b)}" for a, b in choose.ranks(rows)]
    body = [[*line, span] for line, span in zip(grid.body, spans, strict=True)]
    header = [*grid.header, view.language.say("column.rank")]
    return replace(made, grid=Grid(header, [*grid.numeric, True], body, grid.caption, grid.note))


def over_time(view: View, name: str, notes: list[str] | None = None) -> Block | None:
    """A line over time, its finding the change that the intervals allow."""
    rows = [row for row in view.rows(name) if _could_all_reach(view, row)]
    return block(view, name, trend(view, name, rows), notes) if rows else None


def _could_all_reach(view: View, row: Row) -> bool:
    """Whether everyone of the cohort joined long enough before the as-of date to reach the horizon."""
    if "cohort" not in row or "months" not in row:
        return True
    as_of = view.edition.as_of
    return (int(row["cohort"]) + 1) * 12 + int(row["months"]) <= as_of.year * 12 + as_of.month


def _overall(view: View) -> list[str]:
    figure = view.figure("retention_overall")
    if figure is None:
        return []
    language = view.language
    months = choose.horizon(figure.table) or 0
    rows = {r.get("months", months): r for r in choose.listed(choose.select(figure.table))}
    said = []
    if months in rows:
        told = stated(rows.pop(months), "share", language)
        after = language.after(months)
        said.append(language.say("keep.after_cap", after_start=after[:1].upper() + after[1:], stated=told))
    said += [
        language.say("keep.also", after=language.after(int(m)), stated=stated(rows[m], "share", language))
        for m in sorted(rows)
        if int(m) > 0
    ]
    return [" ".join(said), *_other_censoring(view)] if said else []


def _other_censoring(view: View) -> list[str]:
    """What the other rule for stays still running gives, where that lies outside the interval."""
    figures = [view.figure(name) for name in ("retention_overall", "retention_other_censoring")]
    if figures[0] is None or figures[1] is None:
        return []
    months = choose.horizon(figures[0].table)
    here, other = (
        [r for r in choose.listed(choose.select(figure.table)) if r["months"] == months] for figure in figures if figure
    )
    if not here or not other or here[0]["low"] <= other[0]["estimate"] <= here[0]["high"]:
        return []
    key = "keep.carried" if view.edition.options.get("censoring") == "verified" else "keep.verified"
    return [view.language.say(key, stated=stated(other[0], "share", view.language))]


def _employers(view: View) -> list[str]:
    figure = view.figure("retention_by_employer")
    ends = extremes(dot_rows(figure)) if figure else None
    if ends is None:
        return []
    top, bottom = ends
    language = view.language
    key = "keep.best" if choose.apart(top, bottom) else "keep.alike"
    return [
        language.say(
            key,
            top=name_of(top, language),
            bottom=name_of(bottom, language),
            high=brief(top, "share", language),
            low=brief(bottom, "share", language),
        )
    ]


def _curve(view: View, name: str, behind: str) -> Block | None:
    figure = view.figure(name)
    if figure is None:
        return None
    language = view.language
    rows = _curve_rows(view, name)
    notes = [language.say("block.panels")] if behind and view.figure(behind) else []
    made = block(view, name, _curve_title(view, name), notes, overall=behind, rows=rows[:ROWS])
    return replace(made, risk=_at_risk(view, name, rows)) if made else None


def _curve_title(view: View, name: str) -> str:
    overall = (
        choose.listed(choose.select(view.edition.figures["retention_curve_overall"].table, order="months"))
        if view.figure("retention_curve_overall")
        else []
    )
    half = next((r["months"] for r in overall if r["estimate"] <= 0.5), None)
    if half is not None:
        return view.language.say("keep.curve_overall", months=view.language.count(half))
    if overall:
        return view.language.say("keep.curve_overall_more", months=view.language.count(overall[-1]["months"]))
    return view.language.say("keep.curve")


def _curve_rows(view: View, name: str) -> list[Row]:
    figure = view.edition.figures[name]
    group = next(iter(figure.by), "")
    within: dict[str, object] = {"months": _marks(figure)}
    names = largest(figure, group, PANELS) if group else []
    if names:
        within[group] = names
    rows = choose.listed(choose.select(figure.table, within=within, statuses=None, order="months"))  # type: ignore[arg-type]
    clean = [choose.clean(n) for n in names]
    return sorted(rows, key=lambda r: (clean.index(r[group]) if names else 0, r["months"]))


def _marks(figure: Figure) -> tuple[int, ...]:
    """The months of the table at risk: to five years, or closer together where nobody was followed so long."""
    told = pc.max(choose.select(figure.table)["months"]).as_py() or 0
    step = 12 if told > 36 else 6 if told > 18 else 3
    return tuple(range(0, min(60, max(told, step)) + 1, step))


def _at_risk(view: View, name: str, rows: list[Row]) -> Grid | None:
    if not rows or "at_risk" not in rows[0]:
        return None
    language = view.language
    group = next(iter(view.edition.figures[name].by), "")
    lines: dict[str, dict[int, str]] = {}
    for row in rows:
        label = row[group] if group else language.say("block.everyone")
        lines.setdefault(label, {})[int(row["months"])] = language.count(row["at_risk"])
    months = [m for m in _marks(view.edition.figures[name]) if any(m in line for line in lines.values())]
    header = [language.say(f"column.{group}") if group else "", *[language.count(m) for m in months]]
    body = [[label, *[line.get(m, language.none) for m in months]] for label, line in lines.items()]
    return Grid(header, [False, *[True] * len(months)], body, caption=language.say("block.risk"))
