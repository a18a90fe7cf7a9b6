"""What a format is: how it is recognised and how its records are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from mercato.settings import SourceSettings
from mercato.tables import POSITIONS, SIGHTINGS

GIVEN = pa.schema(
    [
        pa.field("given_family", pa.string()),
        pa.field("given_level", pa.string()),
        pa.field("given_is_ai", pa.bool_()),
        pa.field("given_is_side", pa.bool_()),
    ]
)
"""What a source may say of a job beyond the canonical columns; null where it says nothing."""

POSITION_FILE = pa.schema([*POSITIONS.schema, *GIVEN])
SIGHTING_FILE = pa.schema([*SIGHTINGS.schema, *GIVEN])

MAXIMUM_VALUE = 200
"""Characters of a refused value that are kept in the rejects."""


@dataclass(frozen=True)
class Reject:
    """One record that was not accepted: its number in the file from 1, the column at fault, the value, the reason."""

    record: int
    column: str
    value: str
    reason: str
    file: str = ""


@dataclass(frozen=True)
class Batch:
    """Some records of a source, in order: those accepted and those not.

    ``positions`` has the schema POSITION_FILE. Each reject is one whole record, so that the records read are
    ``positions.num_rows + len(rejects)``.
    """

    positions: pa.RecordBatch
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What a record reader is told: the number of its source, what the user said of it, the last day to believe."""

    source_id: int = 0
    settings: SourceSettings = field(default_factory=SourceSettings)
    today: dt.date = field(default_factory=dt.date.today)


@dataclass(frozen=True)
class Broken:
    """A record that could not be parted into columns: its number, its text, why, and its file among many."""

    record: int
    value: str
    reason: str
    file: str = ""


@dataclass(frozen=True)
class Laid:
    """A source laid out as one Parquet table, to be judged like any other.

    ``columns``: role → column of the table, all of them text or days; two columns more, ``record`` and ``file``, tell
    the number and the file of each. ``broken``: the records that are not in the table.
    """

    path: Path
    columns: dict[str, str]
    broken: tuple[Broken, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One kind of input.

    ``matches`` is asked with a file or a folder, reads as little as it can and never raises; a folder that matches is
    one source. ``read_batches`` streams its records in constant memory and raises DataError; ``lay_out`` writes them
    into a folder as a table instead; a format with neither is a table, which the engine reads. ``description`` and
    ``recognised`` are sentences for the list of formats.
    """

    name: str
    description: str
    recognised: str
    matches: Callable[[Path], bool]
    read_batches: Callable[[Path, Context], Iterator[Batch]] | None = None
    lay_out: Callable[[Path, Path, Context], Laid] | None = None
    licence: str = ""
    notes: tuple[str, ...] = ()
