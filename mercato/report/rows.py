"""The few rows of a figure that a page shows, chosen in Arrow and made safe to print."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from mercato.release.figure import Figure

Row = dict[str, Any]

SHOWN = ("ok", "lower_bound_only")
LONGEST = 120
FEWEST = 30
"""People behind a figure that a sentence may name; those of fewer are in the tables alone."""
WIDEST = 0.2
"""Half of the widest interval of a retention that a sentence may name."""
_UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]+"
)

_SHARES = {
    "retention",
    "cohort_retention",
    "adjusted_retention",
    "retention_difference",
    "turnover",
    "attrition",
    "origins",
    "entry_share",
    "destinations",
}
_RATIOS = {"flow_ratio", "flow_rate_ratio", "gravity_excess"}
_COUNTS = {"flows", "transfers", "hires", "separations", "headcount", "nowcast_hires", "nowcast_separations"}
_ROLES = ("kind", "family", "level", "origin", "origin_kind", "country")
_PERIODS = ("month", "quarter", "year", "cohort")


def clean(value: object, longest: int = LONGEST) -> str:
    """Text without control and direction characters, on one line, cut at ``longest`` characters."""
    text = str(value)[: longest * 4]
    text = " ".join(_UNSEEN.sub(" ", unicodedata.normalize("NFC", text)).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def kind_of(figure: Figure) -> str:
    """How the estimates of a figure are written: ``share``, ``ratio``, ``count``, ``rate`` (per 100) or ``score``."""
    name = figure.measure.name
    for kind, names in (("share", _SHARES), ("ratio", _RATIOS), ("count", _COUNTS)):
        if name in names:
            return kind
    if name == "flow_rank":
        return "score"
    return "rate" if name == "net_flow" else "share" if name.endswith("_share") else "number"


def period_of(figure: Figure) -> str:
    """The column of time that a figure is by, or an empty text."""
    return next((name for name in _PERIODS if name in figure.by), "")


def has_rows(figure: Figure | None) -> bool:
    return figure is not None and figure.table.num_rows > 0


def select(
    table: pa.Table,
    *,
    equal: Mapping[str, Any] | None = None,
    within: Mapping[str, Iterable[Any]] | None = None,
    statuses: Iterable[str] | None = SHOWN,
    order: str = "",
    limit: int = 0,
) -> pa.Table:
    """The rows with these values and statuses, ordered (``-name``: largest first, ties by the other columns), cut."""
    for name, value in (equal or {}).items():
        if name in table.column_names:
            table = table.filter(pc.equal(table[name], pa.scalar(value, table.schema.field(name).type)))
    wanted = dict(within or {})
    if statuses is not None and "status" in table.column_names:
        wanted["status"] = tuple(statuses)
    for name, values in wanted.items():
        if name in table.column_names:
            table = table.filter(pc.is_in(table[name], pa.array(list(values), table.schema.field(name).type)))
    if order:
        table = table.sort_by(_ordering(table, order))
    return table.slice(0, limit) if limit else table


def _ordering(table: pa.Table, order: str) -> list[tuple[str, str]]:
    first = order.lstrip("-")
    texts = [f.name for f in table.schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
    keys = [(first, "descending" if order.startswith("-") else "ascending")] if first in table.column_names else []
    return keys + [(name, "ascending") for name in texts if name not in (first, "status")]


def listed(table: pa.Table) -> list[Row]:
    """Rows as dictionaries, their texts cleaned; for the few rows of a chart or a page."""
    return [{k: _plain(v) for k, v in row.items()} for row in table.to_pylist()]


def _plain(value: Any) -> Any:
    """Text made safe, and no number that is none: a page or a chart cannot hold an infinity."""
    if isinstance(value, str):
        return clean(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def untold(table: pa.Table, column: str) -> bool:
    """Whether a column of roles, kinds or origins says nothing but that they are unknown."""
    if column not in _ROLES:
        return False
    return set(pc.unique(table[column]).to_pylist()) <= {None, "unknown", "unknown kind"}


def first_month(period: object) -> str:
    """The first month of a year, quarter or month, as ``2024-01``."""
    year, _, part = str(period).partition("-")
    month = 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part) if part else 1
    return f"{year}-{month:02}"


def ended(period: object, until: dt.date | None) -> bool:
    """Whether a year, quarter or month had wholly gone by on a day (always, where no day is told)."""
    year, _, part = str(period).partition("-")
    if until is None or not year.isdigit():
        return True
    last = int(part[1:]) * 3 if part.startswith("Q") else int(part) if part else 12
    after = until + dt.timedelta(days=1)
    return int(year) * 12 + last <= after.year * 12 + after.month - 1


def one_way(table: pa.Table) -> pa.Table:
    """Of ratios told both ways the way that is at least 1, or that has a lower bound alone."""
    return table.filter(pc.fill_null(pc.greater_equal(table["estimate"], 1.0), True))


def withheld(figure: Figure) -> dict[str, int]:
    """How many cells of a figure are withheld or undefined, by status."""
    counts = pc.value_counts(figure.table["status"].combine_chunks()).to_pylist()
    return {
        str(c["values"]): int(c["counts"])
        for c in sorted(counts, key=lambda c: str(c["values"]))
        if c["values"] not in SHOWN
    }


def horizon(table: pa.Table, wanted: int = 24) -> int | None:
    """The tenure in months shown: 24 where the table has it, else the nearest that has a shown row."""
    if "months" not in table.column_names:
        return None
    there = pc.unique(select(table)["months"]).to_pylist() or pc.unique(table["months"]).to_pylist()
    return min((int(m) for m in there if m is not None), key=lambda m: (abs(m - wanted), m), default=None)


def at_horizon(figure: Figure) -> pa.Table:
    """The rows of a figure at the tenure shown; all its rows where it has no tenure."""
    months = horizon(figure.table)
    return figure.table if months is None else select(figure.table, equal={"months": months}, statuses=None)


def firm(row: Row, kind: str) -> bool:
    """Whether a row has enough people for a sentence to name it, and enough of them followed.

    The width of an interval is judged only where people drop out of sight over the months. Elsewhere it follows from
    n and the share itself, so that to judge it would pick out the shares that lie near none or all.
    """
    if row.get("estimate") is None or (row.get("n") or 0) < FEWEST:
        return False
    if kind != "share" or row.get("at_risk") is None:
        return True
    low, high = row.get("low"), row.get("high")
    return low is not None and high is not None and bool(high - low <= 2 * WIDEST + 1e-9)


def apart(a: Row, b: Row, among: int = 1, kind: str = "share") -> bool:
    """Whether the intervals of two rows do not overlap, widened where the two were picked ``among`` several."""
    if any(r[k] is None for r in (a, b) for k in ("estimate", "low", "high")):
        return False
    (a_low, a_high), (b_low, b_high) = (widened(r, among, kind) for r in (a, b))
    return a_low > b_high or b_low > a_high


def surest(rows: list[Row], kind: str = "share") -> tuple[Row, Row] | None:
    """The two rows, the higher first, whose widened intervals lie farthest apart; None where no two are apart."""
    told = [(row, *widened(row, len(rows), kind)) for row in rows if row.get("low") is not None]
    if not told:
        return None
    top, bottom = max(told, key=lambda t: t[1]), min(told, key=lambda t: t[2])
    return (top[0], bottom[0]) if top[1] > bottom[2] else None


def widened(row: Row, among: int, kind: str = "share") -> tuple[float, float]:
    """The interval of a row so widened that all ``among`` such intervals hold together at 95% (Bonferroni).

    Ratios are widened on their logarithms, all else on the scale that it is told in.
    """
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    normal = NormalDist()
    factor = normal.inv_cdf(1 - 0.025 / max(among, 1)) / normal.inv_cdf(0.975)
    if kind == "ratio" and min(estimate, low) > 0:
        return estimate * (low / estimate) ** factor, estimate * (high / estimate) ** factor
    return estimate - (estimate - low) * factor, estimate + (high - estimate) * factor


def placed(figure: Figure) -> int:
    """Among how many the shown cells of a figure have ranks; 0 where it has none."""
    if "rank_high" not in figure.table.column_names:
        return 0
    return int(pc.max(figure.table["rank_high"]).as_py() or 0)
