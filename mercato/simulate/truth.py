"""The figures that the planted parameters imply.

Retention follows from the rates alone. Flows, origins and entry shares follow from the probabilities of
the next employer once it is known how many people left whom, when, with what experience: the expected
count is the sum over those starts of the planted probability, and what was drawn varies round it as a
binomial count does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.simulate.world import BRIEF, DIRECT, World

MONTHS = (12, 24, 36)
_PAIRS, _ORIGINS = 60, 20
_FEWEST = 10.0

Figure = dict[str, Any]


def figure(measure: str, cell: dict[str, Any], value: float, **options: Any) -> Figure:
    """One planted figure: the measure, its cell, its options, the column and its true value."""
    return {"measure": measure, "cell": cell, "options": options, "column": "estimate", "value": float(value)}


def figures(world: World, starts: NDArray[np.int64]) -> list[Figure]:
    """Every planted figure, but for retention where families leave at different rates.

    ``starts`` as in :class:`~mercato.simulate.histories.Histories`.
    """
    kept = [] if world.haste else retention(world)
    return [*kept, *flow_ratios(world, starts), *origins(world, starts), *entry_shares(world, starts)]


def retention(world: World) -> list[Figure]:
    """By large employer and by kind; by kind and cohort where the planted rate depends on the year of the start."""
    found = []
    steady = np.all(world.pressure == world.pressure[:, :1], axis=1)
    whole = {kind for kind, single in zip(_kinds(world), world.alone, strict=True) if single}
    for category, label in enumerate(world.labels):
        if world.alone[category]:
            cells: list[tuple[dict[str, Any], int]] = [({"employer": label}, world.first_year)]
        elif label in whole:
            continue
        elif steady[category]:
            cells = [({"kind": label}, world.first_year)]
        else:
            last = world.as_of.year - 4
            cells = [({"kind": label, "cohort": year}, year) for year in range(world.first_year, last + 1)]
        found += [
            figure("retention", cell, world.survival(category, months, year), months=months)
            for cell, year in cells
            for months in MONTHS
        ]
    return found


def expected_flows(world: World, starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected direct and brief moves from each category (rows; the last: first jobs) to each."""
    left = starts[:, :, :, [DIRECT, BRIEF]].sum(axis=(2, 3))
    return np.asarray(np.einsum("oy,oyc->oc", left, world.choice))


def flow_ratios(world: World, starts: NDArray[np.int64]) -> list[Figure]:
    """The pairs that the world names, then those of large employers with the most people on the thinner side."""
    flows = expected_flows(world, starts)[:-1]
    singles = [int(single) for single in np.flatnonzero(world.alone)]
    told = [(world.labels.index(origin), world.labels.index(destination)) for origin, destination in world.pairs]
    pairs = [(i, j) for i in singles for j in singles if flows[i, j] > flows[j, i] >= _FEWEST and (i, j) not in told]
    pairs.sort(key=lambda pair: -flows[pair[1], pair[0]])
    found = []
    for i, j in [*told, *pairs][:_PAIRS]:
        cell = {"origin": world.labels[i], "destination": world.labels[j]}
        found.append(figure("flow_ratio", cell, float(flows[i, j] / flows[j, i])))
    return found


def origins(world: World, starts: NDArray[np.int64]) -> list[Figure]:
    """Of all hires of the kinds that large employers make up, the share from each of the main large origins."""
    left = starts.sum(axis=(2, 3))
    hires = np.einsum("oy,oyc->oc", left, world.choice)
    found = []
    for kind, members in _large_kinds(world).items():
        share = hires[:, members].sum(axis=1) / hires[:, members].sum()
        singles = np.flatnonzero(world.alone)
        for origin in singles[np.argsort(-share[singles])][:_ORIGINS]:
            found.append(figure("origins", {"kind": kind, "origin": world.labels[origin]}, share[origin]))
    return found


def entry_shares(world: World, starts: NDArray[np.int64]) -> list[Figure]:
    """By kind and year, for all whole years."""
    by_experience = starts.sum(axis=3)
    hires = np.einsum("oye,oyc->yec", by_experience, world.choice)
    kinds = _kinds(world)
    found = []
    for kind in dict.fromkeys(kinds):
        of_kind = hires[:, :, [c for c, k in enumerate(kinds) if k == kind]].sum(axis=2)
        for year in range(world.years):
            if world.first_year + year >= world.as_of.year or of_kind[year].sum() < 100:
                continue
            share = of_kind[year, 1] / of_kind[year].sum()
            found.append(figure("entry_share", {"kind": kind, "year": world.first_year + year}, share))
    return found


def _kinds(world: World) -> list[str]:
    """The kind of each category."""
    first = np.zeros(len(world.labels), dtype=np.int64)
    first[world.category[::-1]] = np.arange(len(world.category))[::-1]
    return [world.kinds[i] for i in first]


def _large_kinds(world: World) -> dict[str, list[int]]:
    """The kinds of which every employer is a category of its own, with those categories."""
    kinds = _kinds(world)
    mixed = {kind for kind, single in zip(kinds, world.alone, strict=True) if not single}
    members: dict[str, list[int]] = {}
    for category, kind in enumerate(kinds):
        if kind not in mixed:
            members.setdefault(kind, []).append(category)
    return members
