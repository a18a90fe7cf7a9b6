"""Coarse dates drawn within their periods: the cells of several draws, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from mercato.measures import Measure, Request
from mercato.measures.ranking import RANKS
from mercato.statistics.imputation import ARCSINE, PLAIN, ROOT, combine_draws
from mercato.statistics.interval import Interval
from mercato.statistics.rates import poisson_interval
from mercato.statistics.shares import wilson

RATIOS = {"flow_ratio", "flow_rate_ratio"}
COUNTS = {"flows", "transfers", "hires", "separations", "headcount", "nowcast_hires", "nowcast_separations"}
BALANCES = {"net_flow", "flow_rank"}
DIFFERENCES = {"retention_difference"}
INTERVALS = (
    ("estimate", "low", "high"),
    ("index", "index_low", "index_high"),
    ("ratio", "ratio_low", "ratio_high"),
    ("unadjusted", "unadjusted_low", "unadjusted_high"),
)
_RAW = tuple((f"raw_{a}", f"raw_{b}", f"raw_{c}") for a, b, c in INTERVALS)


def over_draws(draws: Sequence[pa.Table], measure: Measure, request: Request) -> pa.Table:
    """The cells of any draw, with the estimates and intervals of all draws by Rubin's rules and their mean counts.

    A draw without the cell counts 0 in it where it is told by a number of people or moves; a draw in which a rate,
    ratio or share has nobody to be told of is left out of it. Counts are means rounded down. ``n`` is the smallest
    that any draw has, where that is too few people for the cell to be shown.
    """
    drawn = _Drawn(draws, measure, _cells_of(draws))
    words = [name for name in drawn.names if pa.types.is_string(draws[0][name].type)]
    kept = [*drawn.keys, *words]
    told = {name: drawn.counted(name) for name in drawn.names if name not in kept}
    for names in (*INTERVALS, *_RAW):
        if names[0] in told:
            found = _combined(drawn, names)
            told |= dict(zip(names, (found.estimate, found.low, found.high), strict=True))
    if "net" in told:
        told["net"] = told["arrivals"] - told["departures"]
    told |= _told_of_the_few(drawn, told, request)
    return pa.table(
        {name: drawn.key(name) if name in kept else pa.array(told[name], from_pandas=True) for name in drawn.names}
    )


def _cells_of(draws: Sequence[pa.Table]) -> np.ndarray:
    """The number of the cell of each row of the draws, one draw after the other."""
    cell = np.zeros(sum(draw.num_rows for draw in draws), dtype=np.int64)
    for name in _keys(draws[0]):
        column = pa.chunked_array([chunk for draw in draws for chunk in draw[name].chunks], draws[0][name].type)
        codes = column.combine_chunks().dictionary_encode(null_encoding="encode")
        _, cell = np.unique(cell * (len(codes.dictionary) + 1) + codes.indices.to_numpy(), return_inverse=True)
    return cell


def _keys(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name.startswith("key_") or name == "months"]


@dataclass(frozen=True)
class _Drawn:
    """The rows of several draws and the number of the cell of each, one draw after the other."""

    draws: Sequence[pa.Table]
    measure: Measure
    cell: np.ndarray

    @property
    def names(self) -> list[str]:
        return list(self.draws[0].column_names)

    @property
    def keys(self) -> list[str]:
        return _keys(self.draws[0])

    @property
    def size(self) -> int:
        return int(self.cell.max(initial=-1)) + 1

    @cached_property
    def draw(self) -> np.ndarray:
        """The draw of each row."""
        return np.repeat(np.arange(len(self.draws)), [draw.num_rows for draw in self.draws])

    def rows(self, name: str) -> pa.ChunkedArray:
        return pa.chunked_array([chunk for draw in self.draws for chunk in draw[name].chunks], self.draws[0][name].type)

    def key(self, name: str) -> pa.ChunkedArray:
        """A key column of the cells."""
        first = np.zeros(self.size, dtype=np.int64)
        first[self.cell[::-1]] = np.arange(len(self.cell))[::-1]
        return self.rows(name).take(pa.array(first))

    def values(self, name: str, absent: float = np.nan) -> np.ndarray:
        """A column as one row per draw and one place per cell; ``absent`` where a draw lacks the cell."""
        found = np.full((len(self.draws), self.size), absent)
        values = self.rows(name).cast(pa.float64()).fill_null(np.nan).to_numpy()
        found[self.draw, self.cell] = values
        return found

    @cached_property
    def absent(self) -> np.ndarray:
        """Which draws lack which cells."""
        found = np.ones((len(self.draws), self.size), dtype=bool)
        found[self.draw, self.cell] = False
        return found

    def counted(self, name: str) -> np.ndarray:
        """The mean of a column: whole numbers rounded down, with 0 for an absent cell; others of what is known.

        Of ranks the widest, where every draw has one.
        """
        if name in RANKS:
            values = self.values(name)
            return np.asarray(values.min(axis=0) if name == RANKS[0] else values.max(axis=0))
        if pa.types.is_integer(self.draws[0][name].type):
            return np.asarray(np.floor(self.values(name, 0).mean(axis=0) + 1e-9).astype(np.int64))
        values = self.values(name)
        known = ~np.isnan(values)
        count = known.sum(axis=0)
        mean: np.ndarray = np.divide(np.nansum(values, axis=0), count, out=np.full(self.size, np.nan), where=count > 0)
        if name in self.measure.counted:
            return np.where((~known & ~self.absent).any(axis=0), np.nan, np.floor(mean + 1e-9))
        return mean


def _combined(drawn: _Drawn, names: tuple[str, str, str]) -> Interval:
    estimate, low, high = (drawn.values(name) for name in names)
    if drawn.measure.name in RATIOS or names[0].endswith(("index", "ratio")):
        return ratios_of(combine_draws(*shares_of(estimate, low, high), ARCSINE))
    if drawn.measure.share:
        return combine_draws(*_with_no_one(drawn, estimate, low, high), ARCSINE)
    if drawn.measure.name in COUNTS | BALANCES:
        estimate = np.where(drawn.absent, 0, estimate)
    if drawn.measure.name in COUNTS and not np.isnan(high).all():
        none = poisson_interval(0)
        low, high = np.where(drawn.absent, none.low, low), np.where(drawn.absent, none.high, high)
    return combine_draws(estimate, low, high, PLAIN if drawn.measure.name in BALANCES | DIFFERENCES else ROOT)


def _with_no_one(
    drawn: _Drawn, estimate: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares with 0 of all where a draw lacks the cell of a group that it has, and the cells of a group add to all."""
    parts = [name for name in drawn.keys if name.removeprefix("key_") in drawn.measure.additive]
    if not parts:
        return estimate, low, high
    groups = [draw.select([name for name in drawn.keys if name not in parts]) for draw in drawn.draws]
    group = np.zeros(drawn.size, dtype=np.int64)
    group[drawn.cell] = _cells_of(groups) if groups[0].num_columns else 0
    total = drawn.values(drawn.measure.counted[0])
    of_group = np.full((len(drawn.draws), int(group.max(initial=-1)) + 1), np.nan)
    draw, cell = np.nonzero(~drawn.absent)
    of_group[draw, group[cell]] = total[draw, cell]
    none = wilson(0, of_group[:, group])
    told = (np.where(drawn.absent, other, own) for own, other in zip(
        (estimate, low, high), (none.estimate, none.low, none.high), strict=True))  # fmt: skip
    return next(told), next(told), next(told)


def shares_of(estimate: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratios a/b as shares a/(a + b): 1 where nobody went back, which has a lower limit alone."""
    none_back = np.isnan(estimate) & ~np.isnan(low)
    shares = (values / (1 + values) for values in (estimate, low, high))
    return np.where(none_back, 1, next(shares)), next(shares), np.where(none_back, 1, next(shares))


def ratios_of(share: Interval) -> Interval:
    """Shares a/(a + b) as ratios a/b, NaN where the share may be 1."""
    told = (np.divide(p, 1 - p, out=np.full(p.shape, np.nan), where=p < 1) for p in (
        share.estimate, share.low, share.high))  # fmt: skip
    return Interval(*told)


def _told_of_the_few(drawn: _Drawn, told: dict[str, np.ndarray], request: Request) -> dict[str, np.ndarray]:
    """``n`` and ``at_risk``, as in the draw with the fewest where these are too few for the cell to be shown."""
    least = drawn.values("n", 0).min(axis=0)
    if drawn.measure.of_other_cells:
        for name in drawn.measure.counted:
            count = drawn.values(name, 0)
            least = np.minimum(least, np.where(count > 0, count, np.inf).min(axis=0))
    found = {"n": np.where(least < request.options.minimum_people, least, told["n"]).astype(np.int64)}
    if "at_risk" in told:
        few = drawn.values("at_risk", 0).min(axis=0)
        found["at_risk"] = np.where(few < request.options.minimum_at_risk, few, told["at_risk"]).astype(np.int64)
    return found
