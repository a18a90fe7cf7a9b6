"""Employers named on one record: which is the main one does not hang on the order in which rows come."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import ibis
import pyarrow as pa
from made_histories import AS_OF, POSITIONS

from mercato.careers.spells import spells
from mercato.engines import Engine
from mercato.settings import Options


def of_two_employers(person: int, low: int, high: int) -> list[dict[str, Any]]:
    """A person seen on one record at two employers from 2012 on, until the end of 2013."""
    shared = {
        "person_id": person, "role_id": None, "is_side": False, "country": None, "start_date": dt.date(2012, 1, 1),
        "start_precision": "day", "end_date": dt.date(2014, 1, 1), "end_precision": "day", "verified_on": None,
        "observed_from": None, "source_id": 1, "record": person,
    }  # fmt: skip
    return [shared | {"employer_id": employer} for employer in (low, high)]


def test_of_employers_on_one_record_the_first_is_the_main_one_whatever_the_order_of_rows(engine: Engine) -> None:
    rows = [row for person in range(1, 41) for row in of_two_employers(person, 2 * person, 2 * person + 1)]
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        positions = engine.add("positions", pa.Table.from_pylist(rows, POSITIONS))
        found = engine.run(spells(positions, AS_OF, Options()).filter(ibis._.main_end.notnull())).to_pylist()
        assert {row["person_id"]: row["employer_id"] for row in found} == {p: 2 * p for p in range(1, 41)}
