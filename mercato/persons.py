"""People resolved and joined to records: the lookup table of ids, read by whichever engine runs the careers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from mercato import resolving
from mercato.engines import Engine
from mercato.engines.duckdb import DuckDB
from mercato.identity.people.personkeys import NAME_PREFIX
from mercato.identity.people.resolving import People, resolve_people
from mercato.settings import Options
from mercato.sources.reading import Reading

_KEYS = ("person_id", "source_id", "employer_id")


@dataclass(frozen=True)
class Persons:
    """The people of a market, if any of its ids had to be looked at, as tables of the engine."""

    people: People | None
    persons: ir.Table | None
    doubtful: ir.Table | None

    @property
    def quality(self) -> dict[str, int | float]:
        """What the data-quality chapter tells of people."""
        found = self.people
        if found is None:
            return {}
        return {
            "people_given": found.given,
            "people_joined": found.joined,
            "names_told_apart": found.split,
            "people_found": found.found,
            "doubtful_people": found.in_doubt,
        }

    def applied(self, table: ir.Table, options: Options) -> ir.Table:
        """Records with their people as the options want them."""
        columns, kind = table.columns, table.person_id.type()
        if self.persons is not None and options.people == "resolved":
            known = self.persons.rename({f"known_{name}": name for name in _KEYS})
            told = table.left_join(
                known,
                [
                    table.person_id.cast("string") == known.known_person_id,
                    table.source_id == known.known_source_id,
                    table.employer_id == known.known_employer_id,
                ],
            )
            table = told.mutate(person_id=ibis.coalesce(told.person.cast(kind), told.person_id)).select(columns)
        if self.doubtful is not None and options.doubtful_people == "leave_out":
            doubt = self.doubtful
            table = table.anti_join(doubt, table.person_id.cast("string") == doubt.person)
        return table


def find_persons(
    reader: DuckDB,
    engine: Engine,
    reading: Reading,
    names: pa.Table,
    known_by: dt.date | None,
    as_of: dt.date,
    folder: Path,
) -> Persons:
    """The people behind the ids of all sources; none are looked for where no source gives a name.

    ``names`` are the names of employers with their employer_id; ``known_by`` the day up to which records count, if one
    was stated; ``as_of`` the last day of an open job.
    """
    reader.sql("SELECT 1")  # says that a market is closed before its files are missed
    files: dict[str, Sequence[Path]] = {"positions": reading.positions, "sightings": reading.sightings}
    if not any(_names_people(reader, path) for paths in files.values() for path in paths):
        return Persons(None, None, None)
    tables = resolving.records(reader, files, known_by)
    known = reader.add("names_of_employers", names.select(["employer_name", "employer_id"]))
    parts = [_mentioned(table, name == "sightings", as_of, known) for name, table in tables.items()]
    reader.view("people_records", parts[0] if len(parts) == 1 else parts[0].union(parts[1]))
    people = resolve_people(reader, "people_records", namespaces(reading), folder)
    return Persons(
        people, _opened(engine, "people_persons", people.persons), _opened(engine, "people_doubtful", people.doubtful)
    )


def namespaces(reading: Reading) -> list[int]:
    """A number for each source: tables with the same columns are one, cut into files, so that their names meet."""
    kinds = [(source.format, source.table, *sorted(source.columns.items())) for source in reading.sources]
    shared = [kind if len(kind) > 2 else (str(place),) for place, kind in enumerate(kinds)]
    return [shared.index(kind) for kind in shared]


def _opened(engine: Engine, name: str, folder: Path) -> ir.Table | None:
    if not sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet")):
        return None
    return engine.open(name, [folder])


def _names_people(reader: DuckDB, path: Path) -> bool:
    """Whether a file of records gives names of people, beside ids or instead of them."""
    schema = pq.read_schema(path)
    conditions = ["person_name IS NOT NULL"] if "person_name" in schema.names else []
    if not pa.types.is_integer(schema.field("person_id").type):
        conditions.append(f"starts_with(person_id, '{NAME_PREFIX}')")
    if not conditions:
        return False
    file = str(path).replace("'", "''")
    return bool(reader.sql(f"SELECT 1 FROM '{file}' WHERE {' OR '.join(conditions)} LIMIT 1").num_rows)


def _mentioned(table: ir.Table, seen: bool, as_of: dt.date, known: ir.Table) -> ir.Table:
    """Records as ``identity.mentions`` reads them."""
    told = table.join(known.filter(known.employer_id.notnull()), "employer_name")
    if seen:
        first, last = told.seen_on, _end_of(told.seen_on, told.seen_precision)
        began = ibis.null("int32")
    else:
        first = ibis.coalesce(told.start_date, told.end_date)
        still = ibis.greatest(ibis.coalesce(told.verified_on, ibis.literal(as_of)), first)
        last = _month(told.end_date) + ibis.ifelse(told.end_precision == "year", 11, 0)
        last = ibis.coalesce(last, _month(still)).cast("int32")
        began = ibis.ifelse(told.start_precision == "year", None, _month(told.start_date)).cast("int32")
    return told.select(
        told.person_id.cast("string").name("person_id"), "person_name", "employer_id", "title", "country",
        (told.event if seen else ibis.null("string")).name("event"), "source_id", "record",
        first=_month(first), last=last, began=began, seen=ibis.literal(seen),
        side=told.given_is_side.fill_null(False),
    )  # fmt: skip


def _month(day: ir.DateValue) -> ir.IntegerValue:
    return ((day.year() - 1900) * 12 + day.month() - 1).cast("int32")


def _end_of(day: ir.DateValue, precision: ir.StringValue) -> ir.IntegerValue:
    return (_month(day) + ibis.ifelse(precision == "year", 11, 0)).cast("int32")
