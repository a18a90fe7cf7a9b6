"""Cumulative incidence and its variances against R's survival and etm, whose output is kept with the tests."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import numpy as np

from benchmarks.child import ROOT
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_most
from mercato.statistics.competing import cumulative_incidence
from mercato.statistics.robust import robust_standard_error

_NOTES = (
    "Sixteen stays of eleven people in two groups, with ties, delayed entry, sampling weights and people with several",
    "stays: the largest difference from what R 4.2.2 prints (survival 3.5.3; etm 1.1.1 for Aalen's variance with",
    "delayed entry). The calls stand in tests/oracle/r_survival.py; tests hold the lung data of R, too, and a naive",
    "version in exact fractions.",
)


def destinations(plan: Plan) -> Section:
    """The largest difference of estimates and standard errors from R's."""
    told = _of_r()
    arguments = (told.MONTH, told.CAUSE, told.ENTRY, told.WEIGHT, told.GROUP)
    alone = cumulative_incidence(*arguments, times=told.TIMES, robust=True)
    people = cumulative_incidence(*arguments, told.PERSON, told.TIMES)
    plain = cumulative_incidence(told.MONTH, told.CAUSE, told.ENTRY, groups=told.GROUP, times=told.TIMES)
    rows = (
        _row("destinations: estimates", alone.estimate, told.ESTIMATE),
        _row("destinations: robust standard errors, weighted", alone.standard_error, told.ROBUST),
        _row("destinations: person-clustered standard errors, weighted", people.standard_error, told.CLUSTERED),
        _row("destinations: Aalen's standard errors", plain.standard_error, told.AALEN),
        _row("retention: person-clustered standard errors, weighted", _retention(told), told.RETENTION),
    )
    return Section("Against R's survival", rows, _NOTES)


def _retention(told: ModuleType) -> np.ndarray:
    late = np.where(told.ENTRY == 0, -1, told.ENTRY)
    return np.array(
        [
            robust_standard_error(told.MONTH[at], told.CAUSE[at] > 0, told.TIMES, late[at], told.WEIGHT[at],
                                  told.PERSON[at])
            for at in (group == told.GROUP for group in (0, 1))
        ]
    )  # fmt: skip


def _row(what: str, found: np.ndarray, expected: np.ndarray) -> Row:
    difference = float(np.abs(found - expected).max())
    return at_most(f"{what}: off R's by at most", 1e-9, difference, "", f"{difference:.1e}")


def _of_r() -> ModuleType:
    """What R printed, as the tests keep it."""
    file = ROOT / "tests" / "oracle" / "r_survival.py"
    spec = importlib.util.spec_from_file_location("r_survival", file)
    assert spec is not None and spec.loader is not None, file
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
