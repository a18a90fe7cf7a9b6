"""Which time a figure covers, and from when its periods can be compared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from mercato.report import rows as choose

if TYPE_CHECKING:
    from mercato.report.chapters.block import View

CAREER_YEARS = 40
"""A working life: only then does nobody look like a beginner because the records begin after their first job."""
SETTLING_YEARS = 10
"""Years from the beginning of the records in which most experience lies out of sight: not drawn, not told."""

_MONTHLY = ("headcount_by_month", "hires_by_month", "separations_by_month")
_WHEN = {
    "retention": ("retention_by_cohort", "hires_by_month"),
    "destinations": ("retention_by_cohort", "hires_by_month"),
    "flows": ("flows_by_year", "hires_by_month"),
    "flow_ratio": ("flows_by_year", "hires_by_month"),
    "flow_rate_ratio": ("flows_by_year", "headcount_by_month", "hires_by_month"),
    "gravity_excess": ("flows_by_year", "hires_by_month"),
    "flow_rank": ("flows_by_year", "hires_by_month"),
    "net_flow": ("headcount_by_month", "flows_by_year", "hires_by_month"),
    "transfers": ("transfers_by_year", "hires_by_month"),
    "origins": ("hires_by_month",),
    "entry_share": ("entry_share_by_year", "hires_by_month"),
}
"""The figures whose periods say when what a measure counts took place, the closest first."""


def sighted(view: View) -> bool:
    """Whether most of what is known of people is where they were seen, so that coverage shapes every count."""
    quality = view.edition.quality
    return quality.get("sightings", 0) > quality.get("starts", 0)


def first_seen(view: View) -> str:
    """The month with which the records begin, as ``2015-01``; empty where no monthly figure tells it."""
    return min((first for name in _MONTHLY if (first := _ends(view, name)[0])), default="")


def span(view: View, measure: str) -> str:
    """The years over which a measure pools, in words; empty where nothing tells them."""
    for name in _WHEN.get(measure, ()):
        first, _ = _ends(view, name)
        if first:
            return view.language.span(first[:4], str(view.edition.as_of.year))
    return ""


def years(view: View, name: str) -> str:
    """The years over which a figure pools, set off to follow other words; empty where nothing tells them."""
    told = span(view, view.edition.figures[name].measure.name)
    return f" {told}" if told else ""


def in_title(view: View, name: str) -> str:
    """The period of a pooled figure in brackets, to follow its name; empty for a figure over time."""
    measure = view.edition.figures[name].measure.name
    language, key = view.language, "joined" if measure in ("retention", "destinations") else "over"
    if choose.period_of(view.edition.figures[name]):
        return ""
    if measure == "cohort_retention":
        return language.say("period.cohort", date=language.date(cohort_until(view.edition.as_of)))
    if measure == "attrition":
        return language.say("period.months", month=language.period(last_whole_month(view)))
    told = span(view, measure)
    return language.say(f"period.{key}", span=told) if told else ""


def covers(view: View, name: str) -> str:
    """The sentence on the time and the people that a pooled figure covers; empty for a figure over time."""
    figure = view.edition.figures[name]
    measure, language = figure.measure.name, view.language
    if choose.period_of(figure) not in ("", "cohort"):
        return ""
    date = language.date(view.edition.as_of)
    if measure == "cohort_retention":
        return language.say("covers.cohort_retention", date=language.date(cohort_until(view.edition.as_of)))
    if measure == "attrition":
        return language.say("covers.attrition", month=language.period(last_whole_month(view)))
    told = span(view, measure)
    if not told:
        return language.say("covers.until", date=date)
    measure = "retention" if measure == "destinations" else measure
    key = measure if language.has(f"covers.{measure}") else "flows"
    if measure == "retention" and sighted(view):
        key = "retention_sighted"
    return language.say(f"covers.{key}", span=told, date=date)


def cohort_until(as_of: dt.date) -> dt.date:
    """The day with which the twelve months ended in which the newest full cohort joined: two years before."""
    day = 28 if (as_of.month, as_of.day) == (2, 29) else as_of.day
    return as_of.replace(year=as_of.year - 2, day=day)


def last_whole_month(view: View) -> str:
    """The last month that had wholly gone by when endings could last be seen."""
    after = view.edition.as_of + dt.timedelta(days=1)
    number = after.year * 12 + after.month - 2
    last = _ends(view, "headcount_by_month")[1]
    if sighted(view) and last:
        year, month = (int(part) for part in last.split("-"))
        number = min(number, year * 12 + month - 2)
    return f"{number // 12}-{number % 12 + 1:02}"


def begun(period: object, first: str) -> bool:
    """Whether the records, of which ``first`` is the first month seen, had begun when a period did."""
    return not first or choose.first_month(period) >= first


def careers_since(view: View) -> int | None:
    """The year with which the sight of careers begins; null where no figure tells it."""
    months = first_seen(view) or _ends(view, "entry_share_by_year")[0]
    return int(months[:4]) if months else None


def _ends(view: View, name: str) -> tuple[str, str]:
    """The first month of the first and of the last period of a figure, withheld ones included."""
    figure = view.edition.figures.get(name)
    time = choose.period_of(figure) if figure else ""
    if figure is None or not time or not figure.table.num_rows:
        return "", ""
    ends = pc.min_max(figure.table[time]).as_py()
    if ends["min"] is None:
        return "", ""
    return choose.first_month(ends["min"]), choose.first_month(ends["max"])
