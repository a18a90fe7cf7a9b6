"""The planted labour market of ``mercato simulate``."""

from __future__ import annotations

import datetime as dt

import numpy as np

from mercato.simulate.names import invent_names
from mercato.simulate.world import Floats, World

FIRST_YEAR = 2000
_BIG_TECH, _AI_LABS = 34, 16
_POOLS = {"startup": 0.22, "company": 0.30, "university": 0.06, "government": 0.05, "hospital": 0.04}
_POOL_EMPLOYERS = {"startup": 0.46, "company": 0.40, "university": 0.05, "government": 0.04, "hospital": 0.05}
_POOL_RETENTION = {"startup": 0.55, "company": 0.60, "university": 0.72, "government": 0.78, "hospital": 0.68}
_BY_TENURE_YEAR = np.array([1.0, 1.2, 1.0, 0.8, 0.65, 0.5])


def market(employers: int, seed: int, as_of: dt.date, overlap: float = 0.0) -> World:
    """Fifty large employers (big technology firms and AI laboratories), each with rates and draws of its own, and
    a long tail of others whose sizes follow Zipf's law within their kind.

    Entry-level hiring at the large ones falls after 2019, people leave companies sooner each year, and AI
    laboratories grow from 2015 on.
    """
    random = np.random.default_rng([seed, 7])
    large = _BIG_TECH + _AI_LABS
    kinds = ["big_tech"] * _BIG_TECH + ["ai_lab"] * _AI_LABS
    category = list(range(large))
    weight = [1.0] * large
    for place, (pool, size) in enumerate(_pool_sizes(employers - large).items()):
        kinds += [pool] * size
        category += [large + place] * size
        weight += (1 / (np.arange(size) + 10.0) ** 0.9).tolist()
    years = as_of.year - FIRST_YEAR + 1
    names = tuple(invent_names(kinds))
    labels = (*names[:large], *_POOLS)
    return World(
        employers=names,
        kinds=tuple(kinds),
        category=np.array(category, dtype=np.int32),
        weight=np.array(weight),
        labels=labels,
        alone=tuple([True] * large + [False] * len(_POOLS)),
        first_year=FIRST_YEAR,
        choice=_choice(random, large, years),
        leaving=_leaving(random, large),
        pressure=_pressure(large, years),
        entrants=_entrants(years),
        ai_share=np.array([0.12] * _BIG_TECH + [0.6] * _AI_LABS + [0.1, 0.03, 0.05, 0.01, 0.01]),
        as_of=as_of,
        overlap=overlap,
    )


def _pool_sizes(employers: int) -> dict[str, int]:
    sizes = {pool: max(2, int(share * employers)) for pool, share in _POOL_EMPLOYERS.items()}
    sizes["company"] += employers - sum(sizes.values())
    return sizes


def _leaving(random: np.random.Generator, large: int) -> Floats:
    """Monthly rates by year of tenure, from the planted share still there after 24 months."""
    retention = np.concatenate([random.uniform(0.45, 0.84, large), list(_POOL_RETENTION.values())])
    per_month = -np.log(retention) / (12 * _BY_TENURE_YEAR[:2].sum())
    return np.asarray(per_month[:, None] * _BY_TENURE_YEAR)


def _pressure(large: int, years: int) -> Floats:
    pressure = np.ones((large + len(_POOLS), years))
    pressure[large + list(_POOLS).index("company")] = np.linspace(0.8, 1.5, years)
    return pressure


def _entrants(years: int) -> Floats:
    calendar = np.arange(years) + FIRST_YEAR
    coming = 1 + 0.02 * (calendar - FIRST_YEAR) - 0.09 * np.clip(calendar - 2019, 0, None)
    return np.where(calendar <= 2024, coming, 0.0)


def _choice(random: np.random.Generator, large: int, years: int) -> Floats:
    """Draws of employers and kinds: size by affinity by the tide of the year.

    First jobs go to large employers less and less after 2019.
    """
    calendar = np.arange(years) + FIRST_YEAR
    zipf = np.concatenate([1 / np.arange(1, _BIG_TECH + 1), 0.35 / np.arange(1, _AI_LABS + 1)]) ** 0.8
    size = np.concatenate([0.33 * zipf / zipf.sum(), list(_POOLS.values())])
    affinity = random.lognormal(0, 0.5, (large + len(_POOLS) + 1, large + len(_POOLS)))
    tide = np.ones((years, len(size)))
    tide[:, :_BIG_TECH] *= np.interp(calendar, [2000, 2015, 2021, 2023, 2025], [0.6, 1.0, 1.5, 0.7, 0.9])[:, None]
    tide[:, _BIG_TECH:large] *= np.interp(calendar, [2000, 2012, 2020, 2025], [0.05, 0.3, 1.0, 2.5])[:, None]
    draw = affinity[:, None, :] * size * tide
    draw[-1, :, :large] *= np.interp(calendar, [2019, 2024], [1.0, 0.4])[:, None]
    singles = np.arange(large)
    draw[singles, :, singles] = 0
    return np.asarray(draw / draw.sum(axis=2, keepdims=True))
