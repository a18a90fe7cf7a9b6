"""The simulated demo: AI laboratories and the employers round them, planted with published figures.

The published figures are those of the State of Talent Report 2025: who was still there after two years, who
came for one who left, where laboratories hire from, how few beginners big technology firms take. Everything
else is made up so that the figures can hold together. No person in it is real.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mercato.simulate.histories import BLOCK, Tables, make_block
from mercato.simulate.names import invent_names
from mercato.simulate.population import write_population
from mercato.simulate.truth import expected_flows
from mercato.simulate.world import Floats, World

PEOPLE, SEED = 100_000, 10
FIRST_YEAR = 1995
AS_OF = dt.date(2025, 6, 30)
TITLE = "AI labs (simulated)"
CITATION = (
    "Simulated by Mercato: no real person is in it. Employers bear real names; their figures are planted after "
    "the State of Talent Report 2025 where it states one, and invented where it does not"
)

LABS = {"Anthropic": 0.80, "Google DeepMind": 0.78, "OpenAI": 0.67, "Hugging Face": 0.70}
BIG_TECH = {"Google": 0.62, "Meta": 0.64, "Microsoft": 0.63, "Amazon": 0.52, "Stripe": 0.58, "Apple": 0.65}
STARTUPS = tuple(np.linspace(0.63, 0.80, 12).round(3).tolist())
TO_ANTHROPIC = {"Google DeepMind": 10.6, "OpenAI": 8.2, "Hugging Face": 2.0}
ORIGINS = {"Google": 0.054, "Meta": 0.043, "Microsoft": 0.032, "Amazon": 0.027, "Stripe": 0.021, "Apple": 0.017}
ENTRY_SHARE = ((2009, 0.18), (2019, 0.17), (2021, 0.13), (2023, 0.085), (2024, 0.07), (2025, 0.07))
INDUSTRY = ((2005, 0.50), (2024, 0.40))

_COMPANIES, _UNIVERSITIES = 400, 40
_FOUNDED = {"Google DeepMind": 2011, "OpenAI": 2016, "Anthropic": 2021, "Hugging Face": 2017}
_FOUNDED |= {"Google": 1999, "Meta": 2005, "Amazon": 1996, "Stripe": 2011}
_SIZES = {"Anthropic": 0.011, "Google DeepMind": 0.010, "OpenAI": 0.012, "Hugging Face": 0.004}
_SIZES |= {"Google": 0.05, "Meta": 0.035, "Microsoft": 0.05, "Amazon": 0.06, "Stripe": 0.012, "Apple": 0.035}
_STARTUP_SIZE, _STARTUP_FOUNDED = 0.005, 2013
_COMPANY_SIZE, _UNIVERSITY_SIZE = 0.58, 0.07
_ROUNDS, _FITTED_BLOCKS = 4, 3


def write_ai_labs(into: Path, people: int = PEOPLE, seed: int = SEED) -> Path:
    """Writes the folder of the demo: positions, kinds, settings and ``truth.json``."""
    write_population(ai_labs(), into, people, seed, False, TITLE, CITATION, focus=[*LABS, *BIG_TECH])
    return into


def ai_labs() -> World:
    """The planted market. What depends on how many leave whom is set by simulating it a few times over."""
    world = _draft()
    for seed in range(_ROUNDS):
        world = _fitted(world, _starts(world, seed))
    return world


def _draft() -> World:
    """The market before flows, origins and entry-level hires are fitted."""
    startup_names = invent_names(["startup"] * len(STARTUPS))
    singles = [*LABS, *BIG_TECH, *startup_names]
    kinds = ["ai_lab"] * len(LABS) + ["big_tech"] * len(BIG_TECH) + ["startup"] * len(STARTUPS)
    pools = ["company"] * _COMPANIES + ["university"] * _UNIVERSITIES
    worded = ["startup"] * len(STARTUPS) + ["big_tech"] * _COMPANIES + ["university"] * _UNIVERSITIES
    names = [*singles, *invent_names(worded)[len(STARTUPS) :]]
    large, years = len(singles), AS_OF.year - FIRST_YEAR + 1
    members = [*range(large), *[large] * _COMPANIES, *[large + 1] * _UNIVERSITIES]
    retention = [*LABS.values(), *BIG_TECH.values(), *STARTUPS, INDUSTRY[0][1], 0.60]
    ai_share = [0.75] * len(LABS) + [0.15] * len(BIG_TECH) + [0.5] * len(STARTUPS) + [0.04, 0.15]
    return World(
        employers=tuple(names),
        kinds=(*kinds, *pools),
        category=np.array(members, dtype=np.int32),
        weight=np.concatenate([np.ones(large), _zipf(_COMPANIES), _zipf(_UNIVERSITIES)]),
        labels=(*singles, "company", "university"),
        alone=(*([True] * large), False, False),
        first_year=FIRST_YEAR,
        choice=_choice(singles, years),
        leaving=_leaving(retention),
        pressure=_pressure(large, years),
        entrants=np.ones(years),
        ai_share=np.array(ai_share),
        as_of=AS_OF,
        gaps=(0.74, 0.14, 0.12),
        pairs=tuple((name, "Anthropic") for name in TO_ANTHROPIC),
        notes={"to_anthropic_per_one_back": TO_ANTHROPIC, "origins_of_ai_labs": ORIGINS},
    )


def _zipf(employers: int) -> Floats:
    return np.asarray(1 / (np.arange(employers) + 8.0) ** 0.8)


def _leaving(retention: Iterable[float]) -> Floats:
    """Monthly rates by year of tenure for the planted shares still there after 24 months."""
    by_tenure_year = np.array([0.9, 1.1, 1.0, 0.8, 0.6, 0.5])
    per_month = -np.log(list(retention)) / (12 * by_tenure_year[:2].sum())
    return np.asarray(per_month[:, None] * by_tenure_year)


def _calendar(years: int) -> NDArray[np.int64]:
    return np.arange(years) + FIRST_YEAR


def _along(points: tuple[tuple[int, float], ...], years: int) -> Floats:
    return np.asarray(np.interp(_calendar(years), [year for year, _ in points], [value for _, value in points]))


def _pressure(large: int, years: int) -> Floats:
    """People leave companies sooner with each cohort: from half still there after two years to 40%."""
    pressure = np.ones((large + 2, years))
    pressure[large] = np.log(_along(INDUSTRY, years)) / np.log(INDUSTRY[0][1])
    return pressure


def _choice(singles: list[str], years: int) -> Floats:
    """Draws by size and founding year; laboratories, AI startups and universities feed laboratories."""
    large = len(singles)
    sizes = [_SIZES.get(name, _STARTUP_SIZE) for name in singles]
    draw = np.tile(np.array([*sizes, _COMPANY_SIZE, _UNIVERSITY_SIZE]), (large + 3, years, 1))
    founded = np.array([_FOUNDED.get(n, FIRST_YEAR if n in BIG_TECH else _STARTUP_FOUNDED) for n in singles])
    draw[:, :, :large] *= _calendar(years)[:, None] >= founded
    labs, big_tech = slice(0, len(LABS)), slice(len(LABS), len(LABS) + len(BIG_TECH))
    draw[:, :, labs] *= _along(((2012, 0.5), (2020, 1.0), (2025, 2.2)), years)[:, None]
    draw[:, :, big_tech] *= _along(((2019, 1.0), (2021, 1.2), (2023, 0.75), (2025, 0.85)), years)[:, None]
    feeders = [*range(len(LABS)), *range(len(LABS) + len(BIG_TECH), large), large + 1]
    draw[np.ix_(feeders, range(years), range(len(LABS)))] *= 6
    draw[0, :, [1, 2]] *= 0.25
    draw[large, :, labs] *= 0.6
    draw[large + 2, :, labs] *= 0.25
    draw[np.arange(large), :, np.arange(large)] = 0
    return np.asarray(draw / draw.sum(axis=2, keepdims=True))


def _starts(world: World, seed: int) -> NDArray[np.int64]:
    tables = Tables.of(world)
    return np.asarray(sum(make_block(tables, seed, block, BLOCK).starts for block in range(_FITTED_BLOCKS)))


def _fitted(world: World, starts: NDArray[np.int64]) -> World:
    """The world with its draws set to the published figures, given who left whom and when.

    What is added to one destination is taken from the companies, so that rows still add to 1 and the others stay.
    """
    choice = world.choice.copy()
    _fit_origins(world, choice, starts)
    _fit_flows(world, choice, starts)
    _fit_entry(world, choice, starts)
    company = world.labels.index("company")
    choice[:, :, company] += 1 - choice.sum(axis=2)
    if choice.min() < 0:
        raise ValueError("the published figures cannot hold together in so small a market")
    return replace(world, choice=choice)


def _fit_flows(world: World, choice: Floats, starts: NDArray[np.int64]) -> None:
    flows = expected_flows(replace(world, choice=choice), starts)
    anthropic = world.labels.index("Anthropic")
    for name, ratio in TO_ANTHROPIC.items():
        other = world.labels.index(name)
        choice[other, :, anthropic] *= ratio * flows[anthropic, other] / flows[other, anthropic]


def _fit_origins(world: World, choice: Floats, starts: NDArray[np.int64]) -> None:
    labs = slice(0, len(LABS))
    hires = np.einsum("oy,oyc->o", starts.sum(axis=(2, 3)), choice[:, :, labs])
    known = [world.labels.index(name) for name in ORIGINS]
    others = hires.sum() - hires[known].sum()
    for origin, share in zip(known, ORIGINS.values(), strict=True):
        choice[origin, :, labs] *= share * others / (1 - sum(ORIGINS.values())) / hires[origin]


def _fit_entry(world: World, choice: Floats, starts: NDArray[np.int64]) -> None:
    """First jobs at big technology firms, year by year, so that beginners make the stated share of their hires."""
    firms = slice(len(LABS), len(LABS) + len(BIG_TECH))
    hires = np.einsum("oye,oyc->oye", starts.sum(axis=3), choice[:, :, firms])
    first_jobs, second_jobs = hires[-1, :, 1], hires[:-1, :, 1].sum(axis=0)
    share = _along(ENTRY_SHARE, world.years)
    wanted = share / (1 - share) * hires[:, :, 0].sum(axis=0) - second_jobs
    fitted = (_calendar(world.years) >= ENTRY_SHARE[0][0]) & (first_jobs > 0)
    factor = np.where(fitted, np.maximum(wanted, 0) / np.where(first_jobs > 0, first_jobs, 1), 1.0)
    choice[-1, :, firms] *= factor[:, None]
