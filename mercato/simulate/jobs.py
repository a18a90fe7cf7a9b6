"""Titles, families and levels of simulated jobs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mercato.simulate.world import cumulative_rows, pick
from mercato.tables import LEVELS

FAMILIES = ("engineering", "data", "research", "product", "design", "sales", "operations", "finance")
FAMILY_SHARES = (0.38, 0.12, 0.14, 0.09, 0.05, 0.09, 0.09, 0.04)
AI_FAMILIES = np.array([1.0, 1.0, 1.3, 0.5, 0.0, 0.0, 0.0, 0.0])

_PLAIN = (
    "Software Engineer",
    "Data Scientist",
    "Research Scientist",
    "Product Manager",
    "Product Designer",
    "Account Executive",
    "Operations Analyst",
    "Financial Analyst",
)
_AI = (
    "Machine Learning Engineer",
    "Data Scientist, Machine Learning",
    "AI Research Scientist",
    "AI Product Manager",
    "Product Designer",
    "Account Executive",
    "Operations Analyst",
    "Financial Analyst",
)
_FIELD = (
    "Engineering",
    "Data Science",
    "Research",
    "Product",
    "Design",
    "Sales",
    "Operations",
    "Finance",
)

_EXPERIENCE = np.array([13, 49, 97, 181])
_SHARES = np.array(
    [
        [0.08, 0.92, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00],
        [0.00, 0.00, 0.86, 0.12, 0.01, 0.01, 0.00, 0.00],
        [0.00, 0.00, 0.38, 0.44, 0.08, 0.10, 0.00, 0.00],
        [0.00, 0.00, 0.16, 0.42, 0.16, 0.18, 0.07, 0.01],
        [0.00, 0.00, 0.12, 0.34, 0.18, 0.20, 0.12, 0.04],
    ]
)


def level_table() -> NDArray[np.float64]:
    """Shares of the levels by experience, ready to pick from."""
    return cumulative_rows(_SHARES)


def pick_level(table: NDArray[np.float64], experience: NDArray[Any], uniform: NDArray[np.float64]) -> NDArray[np.int8]:
    """A level for each job by the months of experience at its start; interns and beginners up to 12 months only."""
    band = np.searchsorted(_EXPERIENCE, experience, "right")
    return pick(table, len(LEVELS), band, uniform).astype(np.int8)


def _title(family: int, level: str, is_ai: bool) -> str:
    work = _AI[family] if is_ai else _PLAIN[family]
    field = _FIELD[family] + (", AI" if is_ai else "")
    return {
        "intern": f"{work} Intern",
        "entry": f"Junior {work}",
        "mid": work,
        "senior": f"Senior {work}",
        "lead": f"Lead {work}",
        "manager": f"{field} Manager" if family != 3 else f"Group {work}",
        "director": f"Director of {field}",
        "executive": f"Vice President of {field}",
    }[level]


_WRITTEN = [
    _title(family, level, is_ai) for family in range(len(FAMILIES)) for level in LEVELS for is_ai in (False, True)
]
TITLES = tuple(dict.fromkeys(_WRITTEN))
"""Every title once."""

_CODES = np.array([TITLES.index(title) for title in _WRITTEN], dtype=np.int16)


def title_code(family: NDArray[Any], level: NDArray[Any], is_ai: NDArray[Any]) -> NDArray[np.int16]:
    """The place of each title in ``TITLES``."""
    return np.asarray(_CODES[(family.astype(np.int16) * len(LEVELS) + level) * 2 + is_ai])
