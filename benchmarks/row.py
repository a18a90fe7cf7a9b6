"""One row of the table: what was measured, the figure to reach, what was found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``ratio``: what was found against the figure to reach, above 1 where it falls short; ``ok`` None: no verdict."""

    what: str
    reach: str
    measured: str
    ratio: float | None
    ok: bool | None

    def cells(self) -> tuple[str, str, str, str, str]:
        """The row as five texts."""
        verdict = {True: "ok", False: "NOT", None: ""}[self.ok]
        return self.what, self.reach, self.measured, "" if self.ratio is None else f"{self.ratio:.2f}", verdict


@dataclass(frozen=True)
class Section:
    """The rows of one benchmark, and sentences on how they were measured."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def at_most(what: str, limit: float, found: float, unit: str, measured: str = "") -> Row:
    """A row that is ok where what was found is at most the limit."""
    return Row(what, f"≤ {limit:g} {unit}", measured or f"{_short(found)} {unit}", found / limit, found <= limit)


def at_least(what: str, limit: float, found: float, unit: str, measured: str = "") -> Row:
    """A row that is ok where what was found is at least the limit."""
    ratio = limit / found if found else float("inf")
    return Row(what, f"≥ {limit:g} {unit}", measured or f"{_short(found)} {unit}", ratio, found >= limit)


def same(what: str, unlike: int) -> Row:
    """A row that is ok where two ways gave the same; what is not the same cannot be compared in speed."""
    return Row(f"{what}: cells unlike by more than 1e-9", "0", f"{unlike:,}", None, unlike == 0)


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
