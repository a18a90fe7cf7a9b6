"""Records as read → jobs with an employer and a role: the lookup tables of identity, joined."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mercato.careers.dating import within
from mercato.engines import Engine
from mercato.identity.employers.resolving import Employers, resolve_employers
from mercato.identity.people.personkeys import NAME_PREFIX
from mercato.identity.titles.classifying import classify_titles
from mercato.identity.titles.taxonomies import Taxonomies, read_taxonomies
from mercato.settings import Settings
from mercato.sources.formats import POSITION_FILE, SIGHTING_FILE
from mercato.tables import ROLES

_GIVEN = ("family", "level", "is_ai", "is_side")
_READ = ("title", "place", "person_name", "event")
_BLANK = {"string": "", "boolean": False}
_ROLE = ("family", "level", "is_ai", "is_side")


@dataclass(frozen=True)
class Resolved:
    """Records with employer_id, role_id and is_side; the employers and roles; records that name no employer.

    ids: person_id of every record read, whether it names an employer or not. titled, untold_titles: records with a
    title, and those of them whose family nothing tells. notes: on the taxonomies read.
    """

    positions: ir.Table | None
    sightings: ir.Table | None
    ids: ir.Table
    employers: Employers
    roles: pa.Table
    not_employers: int
    titled: int
    untold_titles: int
    notes: tuple[str, ...]

    def counted(self) -> dict[str, int]:
        """What names and titles left untold, for the data-quality list; titles only where records have any."""
        titles = {"titled": self.titled, "untold_titles": self.untold_titles} if self.titled else {}
        return {"not_employers": self.not_employers, **titles}


def resolve(
    engine: Engine,
    positions: Sequence[Path],
    sightings: Sequence[Path],
    given: dict[str, bool],
    settings: Settings,
    as_of: dt.date,
) -> Resolved:
    """Join each record to its employer and role by its distinct names and titles."""
    tables = records(engine, {"positions": positions, "sightings": sightings}, settings.as_of)
    raw = list(tables.values())
    names, employers = employers_of(engine, raw, settings, as_of)
    used = ["title", *(f"given_{name}" for name in _GIVEN if given.get(name))]
    taxonomies = read_taxonomies(settings.taxonomies)
    written, roles = _roles(engine, raw, used, taxonomies)
    known = engine.add("employer_names", employers.names.select(["employer_name", "employer_id"]))
    lookup = engine.add("written_roles", written.drop_columns(["records"]))
    joined = {name: _joined(table, known, lookup, used) for name, table in tables.items()}
    lost = employers.names.filter(pc.is_null(employers.names["employer_id"]))["employer_name"]
    not_employers = pc.sum(names.filter(pc.is_in(names["employer_name"], lost.combine_chunks()))["people"]).as_py() or 0
    ids = ibis.union(*(table.select("person_id") for table in raw))
    titled, untold = _untold(written, roles)
    return Resolved(
        joined.get("positions"),
        joined.get("sightings"),
        ids,
        employers,
        roles,
        int(not_employers),
        titled,
        untold,
        tuple(taxonomies.notes),
    )


def employers_of(
    engine: Engine, raw: list[ir.Table], settings: Settings, as_of: dt.date, asked: str | None = None
) -> tuple[pa.Table, Employers]:
    """The distinct names of records (employer_name, people, country; people counts records), and their employers.

    asked: a name to be resolved as if it stood among them, where it does not.
    """
    names = _names(engine, raw)
    if asked is not None and not pc.any(pc.equal(names["employer_name"], asked)).as_py():
        names = pa.concat_tables([names, pa.table([[asked], [0], [None]], schema=names.schema)])
    return names, resolve_employers(
        names,
        aliases=settings.aliases,
        parents=settings.parents,
        kinds=settings.kinds,
        groups=settings.groups,
        maintained=settings.options.default_ownership,
        as_of=as_of,
        shared=lambda pairs: _shared(engine, raw, pairs),
        people_names=_named_like_people(engine, raw),
    )


def resolve_vintages(engine: Engine, files: Sequence[Path], names: pa.Table, settings: Settings) -> list[ir.Table]:
    """The positions of several vintages joined to the employers that ``names`` (employer_name → employer_id) knows.

    A name that only an earlier vintage has is an employer of its own, numbered from -3 down.
    """
    raw = [_completed(engine.open(f"raw_vintage_{place}", [file]), "positions") for place, file in enumerate(files)]
    raw = [table.mutate(person_id=table.person_id.cast("string")) for table in raw]
    written = engine.run(ibis.union(*(table.select("employer_name") for table in raw), distinct=True))["employer_name"]
    new = written.filter(pc.invert(pc.is_in(written, names["employer_name"].combine_chunks()))).drop_null().sort()
    numbers = pa.array(range(-3, -3 - len(new), -1), names.schema.field("employer_id").type)
    told = names.select(["employer_name", "employer_id"])
    known = pa.concat_tables([told, pa.table([new, numbers], schema=told.schema)])
    used = ["title", *(f"given_{name}" for name in _GIVEN)]
    titles, _ = _roles(engine, raw, used, read_taxonomies(settings.taxonomies))
    lookup = engine.add("vintages_roles", titles.drop_columns(["records"]))
    employers = engine.add("vintages_employers", known)
    return [_joined(table, employers, lookup, used) for table in raw]


def records(engine: Engine, files: dict[str, Sequence[Path]], as_of: dt.date | None) -> dict[str, ir.Table]:
    """The records of each kind as read, those known by a day where one is stated."""
    tables = {name: _opened(engine, name, found) for name, found in files.items() if found}
    if as_of is None:
        return tables
    return {name: _known_by(table, name, as_of) for name, table in tables.items()}


def _opened(engine: Engine, name: str, files: Sequence[Path]) -> ir.Table:
    """All files as one table; person ids become text where the files do not agree on their type."""
    kinds: dict[bool, list[Path]] = {}
    for file in files:
        kinds.setdefault(pa.types.is_integer(pq.read_schema(file).field("person_id").type), []).append(file)
    if len(kinds) == 1:
        return _completed(engine.open(f"raw_{name}", files), name)
    parts = [
        _completed(engine.open(f"raw_{name}_{int(numbers)}", part), name) for numbers, part in sorted(kinds.items())
    ]
    text = [part.mutate(person_id=part.person_id.cast("string")) for part in parts]
    return text[0].union(text[1].select(text[0].columns))


def _completed(table: ir.Table, name: str) -> ir.Table:
    """The table with every column of its kind of record, null where a file written by Mercato has none."""
    schema = {"positions": POSITION_FILE, "sightings": SIGHTING_FILE}[name]
    missing = ibis.Schema.from_pyarrow(pa.schema([field for field in schema if field.name not in table.columns]))
    return table.mutate(**{column: ibis.null(kind) for column, kind in missing.items()}).select(schema.names)


def _known_by(table: ir.Table, name: str, as_of: dt.date) -> ir.Table:
    """The records that could be known at the end of a day; those of later days would name and end what came before."""
    last = ibis.literal(as_of)
    if name == "sightings":
        return table.filter(within(table.seen_on, table.seen_precision, 0.5) <= last)
    began = table.start_date.isnull() | (within(table.start_date, table.start_precision, 0.5) <= last)
    ended = (within(table.end_date, table.end_precision, 0.5) <= last).fill_null(False)
    return table.filter((began | ended) & (table.observed_from.isnull() | (table.observed_from <= last)))


def _names(engine: Engine, raw: list[ir.Table]) -> pa.Table:
    """Distinct names with the number of records and their most frequent country."""
    parts = [table.select("employer_name", "country") for table in raw]
    every = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    counted = engine.run(every.group_by("employer_name", "country").aggregate(people=every.count()))
    by_people = counted.sort_by([("employer_name", "ascending"), ("people", "descending"), ("country", "ascending")])
    return (
        by_people.group_by("employer_name", use_threads=False)
        .aggregate([("people", "sum"), ("country", "first")])
        .rename_columns(["employer_name", "people", "country"])
    )


def _named_like_people(engine: Engine, raw: list[ir.Table]) -> list[str]:
    """Names of employers that are the name of a person in the same records, whatever the capitals."""
    parts = [table.select("person_name", "employer_name", person_id=table.person_id.cast("string")) for table in raw]
    every = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    written = ibis.ifelse(every.person_id.startswith(NAME_PREFIX), every.person_id[len(NAME_PREFIX) :], None)
    people = every.select(person=ibis.coalesce(every.person_name, written).lower()).distinct()
    employers = every.select("employer_name", spelling=every.employer_name.lower()).distinct()
    met = employers.join(people, employers.spelling == people.person)
    return sorted(engine.run(met.select("employer_name").distinct())["employer_name"].to_pylist())


def _shared(
    engine: Engine, raw: list[ir.Table], pairs: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> list[tuple[int, int, int]]:
    """For each pair of sets of names the people who have one of the first, of the second, and of both."""
    sides = [(number, side, name) for number, both in enumerate(pairs) for side in (0, 1) for name in both[side]]
    columns = zip(*sides, strict=True)
    asked = pa.table([pa.array(c, t) for c, t in zip(columns, (pa.int64(), pa.int8(), pa.string()), strict=True)],
        names=["pair", "side", "asked_name"])  # fmt: skip
    lookup = engine.add("names_asked", asked)
    parts = [table.select(person_id=table.person_id.cast("string"), name=table.employer_name) for table in raw]
    every = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    met = every.join(lookup, every.name == lookup.asked_name)
    by_person = met.group_by("pair", "person_id").aggregate(least=met.side.min(), most=met.side.max())
    counted = by_person.group_by("pair").aggregate(
        left=(by_person.least == 0).cast("int64").sum(),
        right=(by_person.most == 1).cast("int64").sum(),
        both=(by_person.least < by_person.most).cast("int64").sum(),
    )
    found = {row["pair"]: (row["left"], row["right"], row["both"]) for row in engine.run(counted).to_pylist()}
    return [found.get(number, (0, 0, 0)) for number in range(len(pairs))]


def written_titles(engine: Engine, positions: Sequence[Path], sightings: Sequence[Path]) -> pa.Table:
    """Distinct titles as written, with the number of people and of records (title, people, records)."""
    raw = [
        _opened(engine, name, files) for name, files in (("positions", positions), ("sightings", sightings)) if files
    ]
    parts = [table.select("title", person_id=table.person_id.cast("string")) for table in raw]
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    every = every.filter(every.title.notnull() & (every.title != ""))
    return engine.run(every.group_by("title").aggregate(people=every.person_id.nunique(), records=every.count()))


def _untold(written: pa.Table, roles: pa.Table) -> tuple[int, int]:
    """Records with a title, and those of them whose family nothing tells."""
    titled = written.filter(pc.not_equal(pc.utf8_trim_whitespace(written["title"]), ""))
    families = roles["family"].combine_chunks().take(titled["role_id"].combine_chunks())
    untold = pc.sum(titled["records"].filter(pc.is_null(families))).as_py()
    return int(pc.sum(titled["records"]).as_py() or 0), int(untold or 0)


def _roles(engine: Engine, raw: list[ir.Table], used: list[str], taxonomies: Taxonomies) -> tuple[pa.Table, pa.Table]:
    """Distinct titles (with what sources give) → role_id and the number of records, and the roles."""
    parts = [_plain(table, used).select(used) for table in raw]
    every = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    written = engine.run(every.group_by(used).aggregate(records=every.count()))
    read = classify_titles(written.select(["title"]), taxonomies)
    at = pc.index_in(written["title"], value_set=read["title"].combine_chunks())
    told = {name: read[name].take(at) for name in _ROLE}
    for name in _GIVEN:
        if f"given_{name}" in used:
            told[name] = _preferred(written[f"given_{name}"], told[name])
    told["is_side"] = pc.fill_null(told["is_side"], False)
    combinations = pa.table(told).group_by(list(_ROLE), use_threads=False).aggregate([])
    combinations = combinations.sort_by([(name, "ascending") for name in _ROLE])
    roles = combinations.select(list(_ROLE)).add_column(0, "role_id", pa.array(range(len(combinations)), pa.int32()))
    ids = pa.array(_located(pa.table(told), roles), pa.int32())
    written = written.append_column("role_id", ids).append_column("is_side", told["is_side"])
    return written, roles.cast(ROLES.schema)


def _preferred(given: pa.ChunkedArray, read: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(given.type):
        given = pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given)
    elif pa.types.is_integer(given.type):
        given = pc.if_else(pc.less(given, 0), pa.scalar(None, pa.bool_()), pc.equal(given, 1))
    return pc.coalesce(given, read)


def _located(told: pa.Table, roles: pa.Table) -> list[int]:
    """The role of each row; rows are distinct titles, which are few."""
    places = {tuple(row[name] for name in _ROLE): row["role_id"] for row in roles.to_pylist()}
    return [places[tuple(row[name] for name in _ROLE)] for row in told.to_pylist()]


def _plain(table: ir.Table, used: list[str]) -> ir.Table:
    """The columns that tell a role, with no nulls, so that they can be joined."""
    changed: dict[str, ir.Value] = {}
    for name in used:
        column = table[name]
        changed[name] = column.cast("int8").fill_null(-1) if column.type().is_boolean() else column.fill_null("")
    return table.mutate(**changed)


def _joined(raw: ir.Table, known: ir.Table, lookup: ir.Table, used: list[str]) -> ir.Table:
    table = _plain(raw, used)
    employed = table.join(known.filter(known.employer_id.notnull()), "employer_name")
    columns = [name for name in raw.columns if not name.startswith("given_") and name not in _READ]
    renamed = lookup.rename({f"written_{name}": name for name in used})
    told = employed.join(renamed, [employed[name] == renamed[f"written_{name}"] for name in used])
    return told.select(*columns, "employer_id", "role_id", "is_side").drop("employer_name")


def last_day(engine: Engine, positions: Sequence[Path], sightings: Sequence[Path], today: dt.date) -> dt.date:
    """The last day that any record tells of, not after today: the as-of date where none is stated."""
    days: list[ir.Table] = []
    for name, files, columns in (
        (
            "positions",
            positions,
            (("start_date", "start_precision"), ("end_date", "end_precision"), ("verified_on", "")),
        ),
        ("sightings", sightings, (("seen_on", "seen_precision"),)),
    ):
        if files:
            table = _opened(engine, name, files)
            days += [_last(table, day, precision, today) for day, precision in columns]
    found = [value for table in days for value in engine.run(table)["last"].to_pylist() if value is not None]
    return max(found, default=today)


def first_day(engine: Engine, positions: Sequence[Path], sightings: Sequence[Path]) -> dt.date | None:
    """The first day that any record tells of; null where none tells one."""
    days: list[ir.Table] = []
    for name, files, columns in (
        ("positions", positions, ("start_date", "end_date")),
        ("sightings", sightings, ("seen_on",)),
    ):
        if files:
            table = _opened(engine, name, files)
            days += [table.aggregate(first=table[column].min()) for column in columns]
    found = [value for table in days for value in engine.run(table)["first"].to_pylist() if value is not None]
    return min(found, default=None)


def _last(table: ir.Table, day: str, precision: str, today: dt.date) -> ir.Table:
    past = table.filter(table[day] <= ibis.literal(today))
    if not precision:
        return past.aggregate(last=past[day].max())
    year_end = ibis.date(past[day].year().cast("int32"), ibis.literal(12, type="int32"), ibis.literal(31, type="int32"))
    last = ibis.ifelse(past[precision] == "year", year_end, past[day])
    return past.aggregate(last=ibis.least(last.max(), ibis.literal(today)))
