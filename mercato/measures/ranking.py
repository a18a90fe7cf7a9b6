"""Between which places each shown cell of a league table stands: rank confidence sets beside its estimate."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from mercato.measures.declare import Measure, Request, Text
from mercato.measures.dimensions import TIME
from mercato.measures.people import groups_of, row_of
from mercato.statistics.imputation import ARCSINE, PLAIN, ROOT, Scale
from mercato.statistics.interval import normal_quantile
from mercato.statistics.ranks import DRAWS, RankSets, rank_sets

RANKS = ("rank_low", "rank_high")
OF_RANKS = Text(
    "rank_low and rank_high: between which places the cell stands among those shown that agree in all but the employer "
    "(1st: the highest estimate). All the ranks of such a table hold together at 95%.",
    "rank_low et rank_high : places entre lesquelles se situe la cellule parmi celles qui sont montrées et ne "
    "diffèrent que par l'employeur (1re : la plus haute estimation). Tous les rangs d'un tel tableau valent ensemble "
    "à 95 %.",
)
_ENDS = (("origin", "destination"), ("origin_group", "destination_group"))
_RANKED = (("employer",), ("group",), *_ENDS)
_SCALES = {
    "retention": ARCSINE,
    "cohort_retention": ARCSINE,
    "attrition": ROOT,
    "entry_share": ARCSINE,
    "net_flow": PLAIN,
    "flow_ratio": ARCSINE,
    "flow_rate_ratio": ARCSINE,
}
_RATIOS = {"flow_ratio", "flow_rate_ratio"}
_DEPENDENT = {"net_flow"}
"""Whose estimates hang together, since who comes to one employer has left another."""
_DRAWN_TABLES = 40
"""Tables up to which critical values are drawn; the ranks of more take Šidák's, which is a little wider."""


def ranked_by(measure: Measure, request: Request) -> tuple[str, ...]:
    """The dimensions whose values a measure puts in order; none where it is told over time or for no employer.

    ``request`` is by the dimensions that the cells have.
    """
    by = set(request.by)
    if measure.name not in _SCALES or by & {*TIME, "other"} or request.options.curve:
        return ()
    return next((names for names in _RANKED if set(names) <= by), ())


def with_ranks(table: pa.Table, measure: Measure, request: Request, shown: np.ndarray) -> pa.Table:
    """Cells with ``rank_low`` and ``rank_high`` before the estimate, null where ``shown`` is false.

    Only shown cells are ranked and counted, so that a rank tells nothing of a withheld one. The cells of one table
    agree in all dimensions but those that are put in order. A table without such dimensions is given back as it is.
    """
    names = ranked_by(measure, request)
    if not names:
        return table
    table = table.drop_columns([name for name in RANKS if name in table.column_names])
    others = [name for name in (*request.by, "months") if name not in names and name in table.column_names]
    rows = np.nonzero(shown)[0]
    ranks = np.full((2, table.num_rows), np.nan)
    part = table.take(pa.array(rows))
    order = np.lexsort([part[name].combine_chunks().dictionary_encode().indices for name in others]) if others else None
    if order is not None:
        rows, part = rows[order], part.take(pa.array(order))
    _, first = groups_of(part, others)
    ends = [*first[1:], part.num_rows][: len(first)]
    for begin, end in zip(first, ends, strict=True):
        found = _sets(part.slice(begin, end - begin), measure, names, request, drawn=len(first) <= _DRAWN_TABLES)
        ranks[:, rows[begin:end]] = found.low, found.high
    place = table.schema.get_field_index("estimate")
    for name, values in zip(RANKS, ranks, strict=True):
        told = pa.array(values, from_pandas=True).cast(pa.int64())
        table, place = table.add_column(place, name, told), place + 1
    return table


def _sets(table: pa.Table, measure: Measure, names: tuple[str, ...], request: Request, drawn: bool) -> RankSets:
    """The rank sets of one table, from its estimates and intervals."""
    estimate, low, high = (
        np.asarray(table[n].cast(pa.float64()).fill_null(np.nan)) for n in ("estimate", "low", "high")
    )
    if measure.name in _RATIOS:
        estimate, low, high = _as_shares(estimate, low, high)
    below, above = errors(estimate, low, high, _SCALES[measure.name])
    return rank_sets(
        _SCALES[measure.name].there(estimate),
        below,
        above,
        opposite=_other_way(table, names) if measure.name in _RATIOS else None,
        dependent=measure.name in _DEPENDENT,
        seed=request.options.seed,
        draws=DRAWS if drawn else 0,
    )


def errors(estimate: np.ndarray, low: np.ndarray, high: np.ndarray, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """The standard errors below and above estimates that their 95% intervals tell, on a scale."""
    z = normal_quantile(0.975)
    placed = scale.there(estimate)
    below, above = (np.maximum(side, 0) / z for side in (placed - scale.there(low), scale.there(high) - placed))
    return below, above


def _as_shares(estimate: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratios a/b as shares a/(a + b), in the same order; 1 where nobody went back."""
    none_back = np.isnan(estimate) & ~np.isnan(low)
    share, least, most = (values / (1 + values) for values in (estimate, low, high))
    return np.where(none_back, 1.0, share), least, np.where(none_back, 1.0, most)


def _other_way(table: pa.Table, names: tuple[str, ...]) -> np.ndarray:
    """The row of each pair's way back, -1 where it is not shown."""
    origin, destination = names
    turned = table.select(names).rename_columns([destination, origin])
    return row_of(turned, table, names)
