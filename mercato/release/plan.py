"""Which figures a standard edition holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mercato.release.disclosure import OK

if TYPE_CHECKING:
    from mercato.release.figure import Figure

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
    where: dict[str, str | Sequence[str]] = field(default_factory=dict)
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

MULTIVERSE = "multiverse_"
"""How the names of figures under every combination of choices begin."""
_LARGEST = 3


def headlines(figures: Mapping[str, Figure]) -> list[Planned]:
    """The figures that are told under other choices too: those of the largest groups, where they are shown at all.

    A cell that its own figure withholds is not asked for.
    """
    planned = []
    two_years = {"months": (24,), "curve": False}
    if _shown_cells(figures, "retention_overall"):
        planned.append(Planned(f"{MULTIVERSE}retention", "retention", (), two_years))
    if largest := _shown_cells(figures, "retention_by_employer")[:_LARGEST]:
        names = [row["employer"] for row in largest]
        planned.append(
            Planned(
                f"{MULTIVERSE}retention_by_employer", "retention", ("employer",), two_years, {}, {"employer": names}
            )
        )
    if pairs := _shown_cells(figures, "flow_ratio_by_pair"):
        planned.append(
            Planned(f"{MULTIVERSE}flow_ratio", "flow_ratio", _PAIR, {}, {}, {end: pairs[0][end] for end in _PAIR})
        )
    if employers := _shown_cells(figures, "net_flow_by_employer"):
        one = {"employer": employers[0]["employer"]}
        planned.append(Planned(f"{MULTIVERSE}net_flow", "net_flow", ("employer",), {}, {}, one))
    if _shown_cells(figures, "entry_share_by_year"):
        planned.append(Planned(f"{MULTIVERSE}entry_share", "entry_share", ()))
    return planned


def _shown_cells(figures: Mapping[str, Figure], name: str) -> list[dict[str, Any]]:
    """The shown cells of a figure at two years, if it is told at several, those of the most people first."""
    figure = figures.get(name)
    if figure is None:
        return []
    rows = [row for row in figure.table.to_pylist() if row["status"] == OK and row.get("months", 24) == 24]
    return sorted(rows, key=lambda row: (-row["n"], *(str(row[column]) for column in figure.by)))
