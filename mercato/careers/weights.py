"""What people weigh: the columns that spells have when a market is weighted, and how they go along."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

WEIGHT = "weight"
"""Whole number: how much a person counts for, in units of 1/ONE of the mean weight."""
BUCKET = "bucket"
"""Which of BUCKETS groups of people a person falls in, whoever the person is."""
ONE = 1 << 20
"""A weight of 1. Weights are whole numbers, so that sums of them are the same in any order and on any engine."""
BUCKETS = 1024

_DIGITS = "0123456789abcdef"


def carried(table: ir.Table) -> list[str]:
    """Those of the columns of weights that a table of people has; what selects from it keeps them."""
    return [name for name in (WEIGHT, BUCKET) if name in table.columns]


def bucket_of(person: ir.Value) -> ir.IntegerValue:
    """The bucket of a person, from the first ten bits of the MD5 of the id, which every engine reckons alike."""
    digest = person.cast("string").hexdigest("md5")
    first, second, third = (ibis.literal(_DIGITS).find(digest.substr(place, 1)) for place in range(3))
    return (first * 64 + second * 4 + (third / 4).floor()).cast("int32")
