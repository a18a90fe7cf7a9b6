"""Which employers are on which lists, and when: the user's groups, and the standing lists of labs and large firms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from mercato.identity.employers.lists import FIRST_DAY, LAST_DAY, read_groups
from mercato.tables import LISTS

STANDING = ("ai_lab", "big_tech")
"""Kinds of employer that are lists without the user saying so."""

Days = tuple[dt.date, dt.date]


def lists_of(groups: Path | None, key: Callable[[str], str], ids: Mapping[str, int], employers: pa.Table) -> pa.Table:
    """LISTS of the employers in ``ids`` (key → number).

    A list that the user's groups name holds what they say and nothing else; the standing ones of other names hold the
    employers of that kind.
    """
    told: dict[tuple[int, str], list[Days]] = {}
    rows = read_groups(groups) if groups else []
    for row in rows:
        number = ids.get(key(row.employer))
        if number is not None:
            told.setdefault((number, row.group), []).append((row.from_date, row.to_date))
    standing = set(STANDING) - {row.group for row in rows}
    for number, kind in enumerate(employers["kind"].to_pylist()):
        if kind in standing:
            told[number, kind] = [(FIRST_DAY, LAST_DAY)]
    lines = [(*member, *days) for member, spans in sorted(told.items()) for days in _apart(spans)]
    columns = [[line[i] for line in lines] for i in range(len(LISTS.schema))]
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, LISTS.schema, strict=True)]
    return pa.table(arrays, schema=LISTS.schema)


def _apart(spans: list[Days]) -> list[Days]:
    """Stretches that overlap or touch as one, so that no day is in two."""
    joined: list[Days] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
