"""Weighted figures beside the raw ones: the same counts as sums of weights, with intervals from draws of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from mercato.buckets import Buckets
from mercato.careers.weights import BUCKET, BUCKETS, ONE
from mercato.errors import SettingsError
from mercato.imputing import BALANCES, INTERVALS, RATIOS, ratios_of, shares_of
from mercato.measures import Facts, Measure, Request
from mercato.measures.people import row_of
from mercato.statistics.imputation import ARCSINE, PLAIN, ROOT, Scale
from mercato.statistics.interval import Floats, Interval
from mercato.statistics.resampling import Spread, poisson_draws, stretched
from mercato.weighing import Weighed

Run = Callable[[Mapping[str, ir.Table]], dict[str, pa.Table]]
"""Runs the counts of a measure."""


class NotWeighted(SettingsError):
    """A measure whose counts do not follow the weights of people."""


def weighted_table(measure: Measure, request: Request, facts: Facts, weighed: Weighed, run: Run) -> pa.Table:
    """The cells of a measure with weighted estimates and intervals, and the raw ones beside as ``raw_estimate`` ….

    Counts of people stay those of the data, so that disclosure control judges these; ``effective_n`` is what the people
    of a cell are worth, given how unlike their weights are (Kish). Raises NotWeighted for a measure whose counts do not
    follow the weights.
    """
    if not measure.weighable:
        raise NotWeighted(f"{measure.name} is not weighted", remedy="Ask for it with --set weights=none.")
    counted = run(measure.counts(facts, request))
    figures = _Figures(measure, request, facts, measure.figures(counted, facts, request))
    parted = replace(request, by=(*request.by, BUCKET))
    plain, own = (Buckets(counted, run(measure.counts(one, parted))) for one in (weighed.plain, weighed.own))
    squares = Buckets(counted, run(measure.counts(weighed.squares, request)))
    unit, point, square = (figures.once(buckets) for buckets in (plain, own, squares))
    size = figures.size(unit)
    one, sums, of_squares = (_column(table, "n") for table in (unit, point, square))
    effect = _over(one * of_squares, sums**2, 1.0)
    mean = _over(sums, one, 1.0) if size > 1 else np.ones(len(one))
    people = _column(figures.raw, "n") / effect
    told = [
        _Told(names, measure, figures.raw, size > 1 and names[0] == "estimate")
        for names in INTERVALS
        if names[0] in figures.raw.column_names
    ]
    spreads = _spreads(figures, told, plain, own, request)
    found: dict[str, Floats] = {}
    for each in told:
        factor = weighed.scale if each.is_count else 1.0
        middle = each.at(point) / (ONE if each.is_count else 1)
        interval = each.interval(middle, spreads.get(each.names), np.sqrt(effect * mean), people)
        values = (interval.estimate, interval.low, interval.high)
        found |= {name: value * factor for name, value in zip(each.names, values, strict=True)}
        found |= {f"raw_{name}": _column(figures.raw, name) for name in each.names}
    return _beside(figures.raw, {**found, "effective_n": people})


def _beside(raw: pa.Table, found: Mapping[str, Floats]) -> pa.Table:
    columns = {name: raw[name] for name in raw.column_names}
    return pa.table(columns | {name: pa.array(values, from_pandas=True) for name, values in found.items()})


class _Figures:
    """A measure's figures of several counts, in the rows of the raw one."""

    def __init__(self, measure: Measure, request: Request, facts: Facts, raw: pa.Table) -> None:
        self._measure, self._request, self._facts, self.raw = measure, request, facts, raw
        self._keys = [name for name in raw.column_names if name.startswith("key_") or name == "months"]
        self._known = raw.select(self._keys)

    def of(self, counted: Mapping[str, pa.Table]) -> pa.Table:
        """The figure of counts, each row where the raw one stands; null where it is not there."""
        with np.errstate(all="ignore"):
            table = self._measure.figures(counted, self._facts, self._request)
        told = table.select(self._keys)
        if not self._keys or told.equals(self._known):
            return table
        row = row_of(self._known, told, self._keys)
        return table.take(pa.array(row, mask=row < 0))

    def once(self, buckets: Buckets) -> pa.Table:
        """The figure with every bucket taken once."""
        return self.of(next(buckets.drawn(np.ones((BUCKETS, 1)))))

    def size(self, unit: pa.Table) -> int:
        """How much larger estimates are where everybody weighs ONE: ONE for counts, 1 for what is per something.

        Raises NotWeighted where they are neither.
        """
        plain, found = _column(self.raw, "estimate"), _column(unit, "estimate")
        for size in (1, ONE):
            if np.allclose(found, plain * size, rtol=1e-6, atol=1e-9, equal_nan=True):
                return size
        raise NotWeighted(f"{self._measure.name} cannot be weighted", remedy="Ask for it with --set weights=none.")


class _Told:
    """An estimate with its limits (``names``): how it is told, and the scale on which draws of it vary evenly."""

    def __init__(self, names: tuple[str, str, str], measure: Measure, raw: pa.Table, is_count: bool) -> None:
        self.names, self._raw, self.is_count = names, raw, is_count
        self.is_ratio = measure.name in RATIOS or names[0] == "index"
        below = any(np.any(_column(raw, name) < 0) for name in names)
        self.scale: Scale = (
            ARCSINE if self.is_ratio or measure.share else PLAIN if below or measure.name in BALANCES else ROOT
        )

    @property
    def has_limits(self) -> bool:
        return not all(np.isnan(_column(self._raw, name)).all() for name in self.names[1:])

    def at(self, table: pa.Table) -> Floats:
        """The estimates of a table, ratios a/b as shares a/(a + b); a count that is not there is 0."""
        estimate, low = (_column(table, name) for name in self.names[:2])
        if self.is_count:
            return np.asarray(np.nan_to_num(estimate))
        return shares_of(estimate, low, low)[0] if self.is_ratio else estimate

    def interval(
        self, middle: Floats, spreads: tuple[Floats, Floats] | None, otherwise: Floats, people: Floats
    ) -> Interval:
        """The interval of weighted estimates; nothing is told where nothing raw is."""
        raw = Interval(*(_column(self._raw, name) for name in self.names))
        raw = Interval(*shares_of(raw.estimate, raw.low, raw.high)) if self.is_ratio else raw
        middle = np.where(np.isnan(raw.estimate), np.nan, middle)
        found = (
            Interval(middle, *np.full((2, len(middle)), np.nan))
            if spreads is None
            else stretched(raw, middle, *spreads, otherwise, people, self.scale)
        )
        return ratios_of(found) if self.is_ratio else found


def _spreads(
    figures: _Figures, told: Sequence[_Told], plain: Buckets, own: Buckets, request: Request
) -> dict[tuple[str, str, str], tuple[Floats, Floats]]:
    """How much the raw and the weighted estimates with limits vary over draws of people, on their scales."""
    varying = [each for each in told if each.has_limits]
    if not varying:
        return {}
    draws = poisson_draws(BUCKETS, request.options.resamples, request.options.seed)
    over = []
    for buckets in (plain, own):
        spreads = {each.names: Spread(figures.raw.num_rows) for each in varying}
        for counted in buckets.drawn(draws):
            table = figures.of(counted)
            for each in varying:
                spreads[each.names].add(each.scale.there(each.at(table)))
        over.append(spreads)
    return {each.names: (over[0][each.names].deviation, over[1][each.names].deviation) for each in varying}


def _column(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].cast(pa.float64()).fill_null(np.nan).to_numpy())


def _over(a: Floats, b: Floats, otherwise: float) -> Floats:
    return np.asarray(np.divide(a, b, out=np.full(a.shape, otherwise), where=b > 0))
