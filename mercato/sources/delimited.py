"""CSV and its kin: which character parts the fields, where the header stands, what the first rows look like."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mercato.errors import DataError
from mercato.settings import SEPARATORS

_CANDIDATES = (",", ";", "\t", "|")
_ROWS = 200
_TITLES = 20
_FIELD = 32 << 20


@dataclass(frozen=True)
class Delimited:
    """The shape of a delimited text: its separator, lines to skip before the header, the header, the first rows."""

    separator: str
    skip: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shape_of(sample: str, where: str, separator: str = "") -> Delimited:
    """The shape that makes the first rows most alike. Raises DataError without a header or rows."""
    skip = _blank_lines(sample)
    candidates = (_named(separator),) if separator else _CANDIDATES
    shapes = [_shape(sample, candidate, skip) for candidate in candidates]
    best = max(shapes, key=_evenness)
    if not best.header or not any(cell.strip() for cell in best.header):
        raise DataError("has no header", where=where, expected="a first line with the names of the columns")
    if not best.rows:
        raise DataError("has a header and no rows under it", where=where, expected="at least one row")
    return best


def shape_below_titles(sample: str, separator: str, is_header: Callable[[Sequence[str]], bool]) -> Delimited | None:
    """The shape of a text whose header stands below lines of titles: the first line that is one; null without any."""
    candidates = (_named(separator),) if separator else _CANDIDATES
    for skip, line in enumerate(sample.splitlines()[:_TITLES]):
        if not line.strip():
            continue
        shapes = (_shape(sample, candidate, skip) for candidate in candidates)
        for shape in shapes:
            if len(shape.header) > 1 and shape.rows and is_header(shape.header):
                return shape
    return None


def _named(separator: str) -> str:
    return SEPARATORS.get(separator, separator)


def _blank_lines(sample: str) -> int:
    skip = 0
    for line in sample.splitlines():
        if line.strip(" \t,;|") or skip > 1000:
            break
        skip += 1
    return skip


def _shape(sample: str, separator: str, skip: int) -> Delimited:
    limit = csv.field_size_limit(_FIELD)
    try:
        lines = io.StringIO(sample, newline="")
        for _ in range(skip):
            lines.readline()
        reader = csv.reader(lines, delimiter=separator)
        rows = []
        for row in reader:
            if row:
                rows.append(tuple(row))
            if len(rows) > _ROWS:
                break
    except csv.Error:
        rows = []
    finally:
        csv.field_size_limit(limit)
    if not rows:
        return Delimited(separator, skip, (), ())
    header = tuple(cell.strip() for cell in rows[0])
    return Delimited(separator, skip, header, tuple(rows[1:]))


def _evenness(shape: Delimited) -> tuple[float, int]:
    """The share of rows as wide as the header, where the header has several columns; then the width."""
    width = len(shape.header)
    if width < 2:
        return 0.0, width
    even = sum(len(row) == width for row in shape.rows)
    return round((1 + even) / (1 + len(shape.rows)), 1), width
