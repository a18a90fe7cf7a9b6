"""Which figures a standard edition holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN_EMPLOYERS = 60
PAIRED_EMPLOYERS = 20
CURVED_EMPLOYERS = 8
FOCUSED = {SHOWN_EMPLOYERS: 25, PAIRED_EMPLOYERS: 10}
"""How many are shown instead where the reader names employers to look at, so that these are seen."""
HORIZONS = (12, 24, 36)


@dataclass(frozen=True)
class Planned:
    """One figure of an edition: its measure, dimensions and options.

    ``among`` restricts dimensions of employers to so many of the largest ones: dimension → how many; ``where`` keeps
    one value of others; ``only_shown`` leaves out withheld cells, where that there are any people in one says too much.
    """

    name: str
    measure: str
    by: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    among: dict[str, int] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    only_shown: bool = False


def _shown(*dimensions: str, count: int = SHOWN_EMPLOYERS) -> dict[str, int]:
    return dict.fromkeys(dimensions, count)


_MONTHS = {"months": HORIZONS}
_PAIR = ("origin", "destination")

OTHER_CENSORING = Planned("retention_other_censoring", "retention", (), _MONTHS)
"""Retention under the other rule for stays still running, where the two rules can differ."""

REMOVED = "transfers_by_pair"
"""Between which employers the changes inside one owner were, which are no moves."""

PLAN: tuple[Planned, ...] = (
    Planned("retention_overall", "retention", (), _MONTHS),
    Planned("retention_curve_overall", "retention", (), {"curve": True, "months": (60,)}),
    Planned("retention_by_employer", "retention", ("employer",), _MONTHS, _shown("employer")),
    Planned(
        "adjusted_retention_by_employer",
        "adjusted_retention",
        ("employer",),
        {},
        _shown("employer", count=PAIRED_EMPLOYERS),
    ),
    Planned(
        "retention_curve",
        "retention",
        ("employer",),
        {"curve": True, "months": (60,)},
        _shown("employer", count=CURVED_EMPLOYERS),
    ),
    Planned("destinations_overall", "destinations", ("destination_kind",), {"curve": True, "months": (60,)}),
    Planned(
        "destinations_by_employer",
        "destinations",
        ("employer", "destination_kind"),
        {"curve": True, "months": (60,)},
        _shown("employer", count=CURVED_EMPLOYERS),
    ),
    Planned("retention_by_kind", "retention", ("kind",), _MONTHS),
    Planned("retention_by_family", "retention", ("family",), _MONTHS),
    Planned("retention_by_level", "retention", ("level",), _MONTHS),
    Planned("retention_by_cohort", "retention", ("cohort",), _MONTHS),
    Planned("cohort_retention_by_employer", "cohort_retention", ("employer",), {}, _shown("employer")),
    Planned("attrition_by_employer", "attrition", ("employer",), {}, _shown("employer")),
    Planned("flows_by_pair", "flows", _PAIR, {}, _shown(*_PAIR, count=PAIRED_EMPLOYERS)),
    Planned("flows_by_year", "flows", ("year",)),
    Planned("gap_by_year", "flows", ("year", "gap")),
    Planned("flow_ratio_by_pair", "flow_ratio", _PAIR, {}, _shown(*_PAIR, count=PAIRED_EMPLOYERS)),
    Planned("flow_rate_ratio_by_pair", "flow_rate_ratio", _PAIR, {}, _shown(*_PAIR, count=PAIRED_EMPLOYERS)),
    Planned("gravity_excess_by_pair", "gravity_excess", _PAIR, {}, _shown(*_PAIR, count=PAIRED_EMPLOYERS)),
    Planned("flow_rank_by_employer", "flow_rank", ("employer",), {}, _shown("employer")),
    Planned("net_flow_by_employer", "net_flow", ("employer",), {}, _shown("employer")),
    Planned("transfers_by_year", "transfers", ("year", "arrival")),
    Planned("transfers_by_kind", "transfers", ("arrival",)),
    Planned(REMOVED, "transfers", _PAIR, {}, {}, {"arrival": "internal"}, only_shown=True),
    Planned("origins_overall", "origins", ("origin_kind",)),
    Planned("origins_by_employer", "origins", ("employer", "origin"), {}, _shown("employer", count=CURVED_EMPLOYERS)),
    Planned("origins_by_kind", "origins", ("kind", "origin_kind")),
    Planned("entry_share_by_year", "entry_share", ("year",)),
    Planned("entry_share_by_kind", "entry_share", ("kind", "year")),
    Planned("entry_share_by_employer", "entry_share", ("employer",), {}, _shown("employer")),
    Planned("turnover_by_year", "turnover", ("year",)),
    Planned("hires_by_month", "hires", ("month",)),
    Planned("separations_by_month", "separations", ("month",)),
    Planned("headcount_by_month", "headcount", ("month",)),
    Planned("headcount_by_employer", "headcount", ("employer", "year"), {}, _shown("employer")),
)
