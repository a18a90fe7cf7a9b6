"""Who keeps people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from mercato.measures.january import january_share
from mercato.report import rows as choose
from mercato.report.chapters import destinations
from mercato.report.chapters.adjusted import adjusted
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
from mercato.report.chapters.findings import (
    behind,
    behind_trend,
    extremes,
    is_told,
    named,
    spread,
    stands,
    trend,
    unranked,
)
from mercato.report.chapters.period import cohort_until, sighted, years
from mercato.report.chapters.taking import takes
from mercato.report.charts import FARTHEST, MOST, PANELS, dot_rows, largest, places, theme
from mercato.report.language import Language
from mercato.report.rows import Row
from mercato.report.wording import brief, digits_of, interval, label_of, name_of, stated

if TYPE_CHECKING:
    from mercato.release.figure import Figure

NAMES = [
    "retention_overall",
    "retention_by_employer",
    "adjusted_retention_by_employer",
    "retention_curve",
    "retention_by_kind",
    "retention_by_family",
    "retention_by_level",
    "retention_by_cohort",
    "cohort_retention_by_employer",
    "attrition_by_employer",
    *destinations.NAMES,
]
COMPARED = ("retention_by_employer", "retention_by_kind", "retention_by_level", "retention_by_family")
MOST_LOST = 0.1
"""Of a cohort, the most that may be lost from sight for a share still there to be told of an employer."""


def keep(view: View) -> Chapter:
    chapter = start(view, "keep")
    chapter.findings = [*_overall(view), *_employers(view)]
    add(chapter, groups(view, "retention_by_employer", dating(view), ranked=True))
    add(chapter, ranking(view, "retention_by_employer"))
    add(chapter, adjusted(view, "adjusted_retention_by_employer"))
    add(chapter, _curve(view, "retention_curve", "retention_curve_overall"))
    if view.figure("retention_curve") is None:
        add(chapter, _curve(view, "retention_curve_overall", ""))
    add(chapter, destinations.overall(view))
    add(chapter, destinations.by_employer(view))
    for name in ("retention_by_kind", "retention_by_level", "retention_by_family"):
        add(chapter, groups(view, name, dating(view)))
    add(chapter, over_time(view, "retention_by_cohort", dating(view)))
    made, cannot = _cohort(view)
    add(chapter, made)
    add(chapter, _attrition(view))
    missing(view, chapter, NAMES)
    for name in ("retention_by_employer", *(() if sighted(view) else ("attrition_by_employer",))):
        chapter.cannot += [s for s in [unranked(view, name, view.rows(name))] if s]
    chapter.cannot += cannot
    chapter.takes = takes(view, COMPARED)
    return chapter


def groups(
    view: View,
    name: str,
    notes: list[str] | None = None,
    *,
    overall: str = "retention_overall",
    ranked: bool = False,
    told: list[str] | None = None,
) -> Block | None:
    """Dots with intervals for the largest groups of a figure, its finding the range that the intervals allow.

    ``told`` are the numbers behind a finding made elsewhere.
    """
    figure = view.figure(name)
    if figure is None:
        return None
    rows, every = dot_rows(figure), view.rows(name)
    language = view.language
    said = behind(view, name, every) if told is None else told
    if len(every) > MOST:
        said.append(chosen(language, len(every)))
    if overall and view.figure(overall):
        said.append(language.say("block.reference"))
    made = block(view, name, spread(view, name, every), [*said, *(notes or [])], overall=overall)
    if made is None or not ranked:
        return made
    return replace(made, grid=table_of(figure, language, rows))


def _attrition(view: View) -> Block | None:
    """Who leaves within a year; of people who are only sighted no employer is named."""
    name = "attrition_by_employer"
    if not sighted(view):
        return groups(view, name, overall="")
    return block(view, name, view.title(name), [view.language.say("tempo.sighted_note")])


def dating(view: View) -> list[str]:
    """How well the dates behind a tenure are known: those known only to the month or year, and the January excess."""
    quality, language = view.edition.quality, view.language
    said = []
    for part, whole in (("coarse_spells", "main_spells"), ("coarse_sightings", "sightings")):
        if quality.get(whole) and not quality.get(part):
            said.append(language.say(f"dating.none_{part}"))
        elif quality.get(whole):
            said.append(language.say(f"dating.{part}", share=language.percent(quality[part] / quality[whole])))
    monthly, january = quality.get("monthly_starts", 0), quality.get("january_starts", 0)
    if monthly and not january:
        said.append(language.say("dating.none_january"))
    elif monthly:
        share, low, high = january_share(january, monthly)
        said.append(
            language.say(
                "dating.january",
                share=language.percent(share),
                low=language.percent(low),
                high=language.percent(high),
                times=language.number(12 * share, 2),
            )
        )
    elif said:
        said.append(language.say("dating.no_january"))
    if unknown := quality.get("unknown_start_spells"):
        said.append(language.say("dating.unknown_starts", count=unknown))
    return [" ".join(said)] if said else []


def _cohort(view: View) -> tuple[Block | None, list[str]]:
    """The newest full cohort at the employers of whose people few were lost from sight, and what stays open."""
    name, language = "cohort_retention_by_employer", view.language
    figure = view.figure(name)
    if figure is None:
        return None, []
    lost = pc.fill_null(pc.divide(pc.cast(figure.table["lost"], "float64"), figure.table["joined"]), 0.0)
    followed = view.with_table(name, figure.table.filter(pc.less_equal(lost, MOST_LOST)))
    rows, every = followed.rows(name), view.rows(name)
    if not any(choose.firm(r, "share") for r in rows):
        return None, [_lost_from_sight(view, every)]
    notes = [language.say("keep.cohort")]
    if len(rows) < len(every):
        notes.append(
            language.say("keep.cohort_lost", count=len(every) - len(rows), most=language.percent(MOST_LOST, 0))
        )
    made = groups(followed, name, [*notes, *dating(view)], overall="")
    return made, [s for s in [unranked(followed, name, rows)] if s]


def _lost_from_sight(view: View, rows: list[Row]) -> str:
    """Between which shares the truth of the newest cohort lies when those lost from sight may all have left or not."""
    name, language = "cohort_retention_by_employer", view.language
    joined, stayed, lost = (sum(r[c] or 0 for r in rows) for c in ("joined", "stayed", "lost"))
    if lost <= MOST_LOST * joined:
        return unranked(view, name, rows)
    return language.say(
        "cannot.lost",
        title=view.title(name),
        count=joined,
        date=language.date(cohort_until(view.edition.as_of)),
        lost=language.percent(lost / joined, 0),
        low=language.percent(stayed / joined, 0),
        high=language.percent((stayed + lost) / joined, 0),
    )


def chosen(language: Language, everything: int) -> str:
    """Which groups are drawn where there are more than fit."""
    numbers = {"large": MOST - FARTHEST, "far": FARTHEST, "all": everything}
    return language.say("block.chosen", **{k: language.count(v) for k, v in numbers.items()})


def ranking(view: View, name: str) -> Block | None:
    """The rank intervals of the employers that the chart of a figure shows; None where all may stand anywhere."""
    figure = view.figure(name)
    if figure is None:
        return None
    rows = [r for r in dot_rows(figure) if r.get("rank_low") is not None]
    count, language = choose.placed(figure), view.language
    if len(rows) < 2 or not any(is_told(r, count) for r in rows):
        return None
    rows.sort(key=lambda r: (r["rank_low"], r["rank_high"], -(r["estimate"] or 0), label_of(r, view.language)))
    told = next(r for r in rows if is_told(r, count))
    title = language.say("rank.title", title=view.title(name), stands=stands(view, name, [told])[0])
    notes = [language.say("rank.note")]
    looks = [replace(view.look, width=width) for width in (theme.WIDE, theme.NARROW)]
    anchor = f"{name.replace('_', '-')}-ranks"
    made = block(view, name, title, notes, rows=rows, svg=places.drawn(rows, count, looks, anchor), anchor=anchor)
    return made


def over_time(view: View, name: str, notes: list[str] | None = None) -> Block | None:
    """A line over time, its finding the change that the intervals allow."""
    rows = [row for row in view.rows(name) if _could_all_reach(view, row)]
    if not rows:
        return None
    return block(view, name, trend(view, name, rows), [*behind_trend(view, name, rows), *(notes or [])])


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
    rows = {int(r.get("months", months)): r for r in choose.listed(choose.select(figure.table))}
    main = rows.pop(months, None)
    if main is None or not choose.firm(main, "share"):
        return []
    told = language.say(
        "keep.overall_sighted" if sighted(view) else "keep.overall",
        count=main["n"],
        value=brief(main, "share", language),
        after=language.after(months),
        interval=interval(main, "share", language, digits_of(main, "share")),
        span=years(view, "retention_overall"),
        date=language.date(view.edition.as_of),
    )
    others = [
        language.say("keep.also", after=language.after(m), stated=stated(rows[m], "share", language, people=False))
        for m in sorted(rows)
        if m > 0 and choose.firm(rows[m], "share")
    ]
    also = [language.say("keep.others", others=language.listed(others))] if others else []
    return [" ".join([told, *also]), *_other_censoring(view)]


def _other_censoring(view: View) -> list[str]:
    """What the other rule for stays still running gives, where that lies outside the interval."""
    figures = [view.figure(name) for name in ("retention_overall", "retention_other_censoring")]
    if figures[0] is None or figures[1] is None:
        return []
    language = view.language
    months = choose.horizon(figures[0].table)
    here, other = (
        [r for r in choose.listed(choose.select(figure.table)) if r["months"] == months] for figure in figures if figure
    )
    if not here or not other or here[0]["low"] <= other[0]["estimate"] <= here[0]["high"]:
        return []
    key = "keep.carried" if view.edition.options.get("censoring") == "verified" else "keep.verified"
    return [
        language.say(
            key,
            after=language.after(int(months or 0)),
            date=language.date(view.edition.as_of),
            here=brief(here[0], "share", language),
            stated=stated(other[0], "share", language, people=False),
        )
    ]


def _employers(view: View) -> list[str]:
    figure = view.figure("retention_by_employer")
    if figure is None:
        return []
    rows = [r for r in view.rows("retention_by_employer") if choose.firm(r, "share")]
    ends, chosen_ = extremes(rows), named(rows, "share")
    if ends is None or chosen_ is None:
        return []
    top, bottom = chosen_
    language = view.language
    key = "keep.best" if choose.apart(*ends, len(rows)) else "keep.sure" if choose.surest(rows) else "keep.alike"
    return [
        language.say(
            key,
            top=name_of(top, language),
            bottom=name_of(bottom, language),
            high=stated(top, "share", language),
            low=stated(bottom, "share", language),
            after=language.after(choose.horizon(figure.table) or 0),
            count=len(rows),
            span=years(view, "retention_by_employer"),
        )
        + _places(stands(view, "retention_by_employer", [top, bottom]))
    ]


def _places(said: list[str]) -> str:
    return "".join(f" {one}." for one in said)


def _curve(view: View, name: str, overall: str) -> Block | None:
    figure = view.figure(name)
    if figure is None:
        return None
    language = view.language
    rows = _curve_rows(view, name)
    notes = [language.say("block.panels")] if overall and view.figure(overall) else []
    drawn = [row for row in rows if row["months"] and row["status"] in choose.SHOWN][:ROWS]
    made = block(view, name, _curve_title(view), [*notes, *dating(view)], overall=overall, rows=drawn)
    return replace(made, risk=_at_risk(view, name, rows)) if made else None


def _curve_title(view: View) -> str:
    """When half of everyone has left, with the interval of that month where the curve's own interval gives it."""
    name, language = "retention_curve_overall", view.language
    overall = (
        choose.listed(choose.select(view.edition.figures[name].table, order="months")) if view.figure(name) else []
    )
    if not overall or (overall[0]["n"] or 0) < choose.FEWEST:
        return language.say("keep.curve")
    half, soonest, latest = (
        next((r["months"] for r in overall if r[c] is not None and r[c] <= 0.5), None)
        for c in ("estimate", "low", "high")
    )
    joined = years(view, name)
    if half is None:
        return language.say("keep.curve_overall_more", months=language.count(overall[-1]["months"]), span=joined)
    if latest is None:
        return language.say("keep.curve_overall_from", months=language.count(soonest), span=joined)
    if soonest == latest:
        return language.say("keep.curve_overall_exact", span=joined, half=language.count(half))
    months = interval({"low": soonest, "high": latest}, "count", language)
    return language.say("keep.curve_overall", span=joined, half=language.count(half), interval=months)


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
