"""A table brought into the engine, one column per role, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.errors import DataError, MercatoError
from mercato.settings import SourceSettings
from mercato.sources import excel, opening, relations, tables
from mercato.sources.columns import PERSONNEL, Roles, normal
from mercato.sources.countries import country_code
from mercato.sources.datecolumns import lookup, order_of, settle_orders
from mercato.sources.dates import FIRST_YEAR
from mercato.sources.formats import Broken, Laid
from mercato.sources.nestedstaging import MADE, stage_nested
from mercato.sources.relations import named, quoted
from mercato.sources.tablefiles import TableFile, open_table
from mercato.sources.tables import Staged

MOST_DATES = 2_000_000
"""Distinct strings of one date column beyond which it is not taken for dates."""

_PLACE = "rowid + 1"
_ISO = r"\d{4}-\d\d-\d\d"


class SqlEngine(Protocol):
    """The engine's door for files: statements in its own words."""

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pa.Table: ...

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> None: ...

    def register(self, name: str, table: Any) -> None: ...

    def unregister(self, name: str) -> None: ...


@dataclass
class Stage:
    """A table in the engine, how it was read, and what was found broken in it.

    ``earlier``: its rows that tell two stays, which are two records; the second is numbered ``beyond`` the first.
    """

    staged: Staged
    rows: int
    notes: list[str] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    earlier: int = 0
    beyond: int = 0
    series: Any = None

    def prefix(self, prefix: str) -> None:
        """Put a text before every person id."""
        self.staged = replace(self.staged, prefix=prefix)


@contextmanager
def staged_table(
    engine: SqlEngine, table: TableFile, roles: Roles, into: Path, dates: str, last_year: int
) -> Iterator[Stage]:
    """The table in the engine for as long as the block lasts. Raises DataError where it cannot be read."""
    try:
        stage = _stage(engine, table, roles, into, last_year)
        if roles.months_where_first:
            stage.staged = replace(stage.staged, months=_month_roles(engine, stage.staged))
        _settle_dates(engine, stage, table, dates)
        _find_countries(engine, stage)
        yield stage
    finally:
        for made in ("VIEW staged_rows", "TABLE staged", "TABLE countries", *(f"TABLE dates_{r}" for r in _DATE_ROLES),
                     "TABLE dates_start", "TABLE dates_end", "TABLE broken_lines", "TABLE broken_scans",
                     *(f"TABLE {name}" for name in MADE)):  # fmt: skip
            _drop(engine, made)


@contextmanager
def staged_laid(engine: SqlEngine, laid: Laid, name: str, dates: str, last_year: int) -> Iterator[Stage]:
    """What a format laid out, staged like a table for as long as the block lasts."""
    table = replace(open_table((laid.path,), SourceSettings()), shown=name, laid=True)
    with staged_table(engine, table, Roles("positions", laid.columns), laid.path.parent, dates, last_year) as stage:
        stage.broken += laid.broken
        stage.notes += laid.notes
        yield stage


def _drop(engine: SqlEngine, what: str) -> None:
    with suppress(MercatoError):
        engine.execute(f"DROP {what.replace(' ', ' IF EXISTS ')}")


def _stage(engine: SqlEngine, table: TableFile, roles: Roles, into: Path, last_year: int) -> Stage:
    if table.nested_form is not None:
        return Stage(*stage_nested(engine, table, roles, into, last_year))
    if table.kind == "Parquet":
        return _stage_parquet(engine, table, roles, last_year)
    if table.kind == "Excel":
        return _stage_excel(engine, table, roles, last_year)
    assert table.text is not None
    plain = opening.make_plain(table.text, into)
    if table.kind == "JSON lines":
        return _stage_json(engine, table, roles, plain, last_year)
    return _stage_csv(engine, table, roles, plain, into, last_year)


def _stage_csv(engine: SqlEngine, table: TableFile, roles: Roles, plain: Path, into: Path, last_year: int) -> Stage:
    """Days read as days where the first rows are ISO; else, and where that fails, all as text; then forgiving."""
    column = {name: f"c{i}" for i, name in enumerate(table.header)}
    days = _iso_roles(table, roles)
    if days:
        try:
            stage = _create(
                engine, table, relations.csv_relation(table, plain, _columns_of(days, roles)), column, roles, days
            )
            if _within_years(engine, stage.staged, last_year):
                if stage.staged.raw:
                    _clean_or_trimmed(engine, stage, plain)
                return _with_year(stage, last_year)
        except Exception as error:
            _raise_ours(error)
    try:
        return _with_year(_create(engine, table, relations.csv_relation(table, plain), column, roles), last_year)
    except Exception as error:
        _raise_ours(error)
        mended, notes = _mended(plain, into, str(error))
    try:
        stage = _create(engine, table, relations.csv_relation(table, mended, forgiving=True), column, roles)
    except Exception as error:
        _raise_ours(error)
        raise _unreadable(table, error) from None
    stage.notes += notes
    stage.broken = _broken_lines(engine)
    if stage.broken:
        stage.staged = replace(stage.staged, record=_record_past(stage.broken))
    return _with_year(stage, last_year)


def _raise_ours(error: Exception) -> None:
    """Let through what already says what to do: our own errors and an interruption of the disk."""
    if isinstance(error, (MercatoError, OSError)):
        raise error


def _mended(plain: Path, into: Path, error: str) -> tuple[Path, list[str]]:
    if "nicode" in error or "utf-8" in error.lower() or "invalid state" in error:
        mended, encoding = opening.mend(plain, into)
        return mended, [f"read as {encoding}"]
    return plain, []


def _unreadable(table: TableFile, error: Exception) -> DataError:
    said = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    return DataError(f"cannot be read as {table.kind} ({said})", where=table.name, remedy="Export it again as CSV.")


def _create(
    engine: SqlEngine,
    table: TableFile,
    relation: str,
    column: dict[str, str],
    roles: Roles,
    days: frozenset[str] = frozenset(),
) -> Stage:
    """Stage a relation as a table; the number of a record is its place, from 1, told while the file is read.

    A window tells it, which has one thread read the file, since expressions may lose the order of its rows.
    """
    if days == frozenset(roles.dates) and _is_plain(table, roles):
        return _create_raw(engine, table, relation, column, roles, days)
    chosen = tables.stage_columns(roles, column, days, not days, table.has_odd_spaces)
    listed = ", ".join(f"{expression} AS of_{role}" for role, expression in chosen.items())
    numbered = f"(SELECT *, row_number() OVER () AS record FROM {relation})"
    engine.execute(f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {listed}, record FROM {numbered}")
    texts = frozenset(role for role in chosen if role in _DATE_ROLES and role not in days)
    return Stage(Staged("staged", roles, "s.record", days, texts, columns=chosen), _count(engine, "staged"))


def _create_raw(
    engine: SqlEngine, table: TableFile, relation: str, column: dict[str, str], roles: Roles, days: frozenset[str]
) -> Stage:
    """Stage columns as they stand, laid in the order of the file by all threads at once: a row's place is its number.

    Where the first ids are whole numbers all are staged as such, unless one of them is not written plainly.
    """
    chosen = tables.raw_columns(roles, column)
    numbers = all(value.isdecimal() for value in table.column(roles.columns["person_id"]))
    for as_numbers in [True, False] if numbers else [False]:
        said = chosen["person"]
        number = f"TRY_CAST({said} AS BIGINT)"
        kept = {**chosen, "person": number} if as_numbers else chosen
        listed = ", ".join(f"{expression} AS of_{role}" for role, expression in kept.items())
        odd = f"CAST({number} AS VARCHAR) IS DISTINCT FROM {said}" if as_numbers else "false"
        with _in_order(engine):
            engine.execute(f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {listed}, {odd} AS odd FROM {relation}")
        if not as_numbers or not _count(engine, "staged WHERE odd"):
            break
    staged = Staged("staged", roles, f"s.{_PLACE}", days, integer_ids=as_numbers, columns=chosen, raw=True)
    return Stage(staged, _count(engine, "staged"))


def _count(engine: SqlEngine, rows: str) -> int:
    return int(engine.sql(f"SELECT count(*) AS n FROM {rows}")["n"][0].as_py())


@contextmanager
def _in_order(engine: SqlEngine) -> Iterator[None]:
    """Keep the order of rows for as long as the block lasts, which the engine else need not."""
    engine.execute("SET preserve_insertion_order = true")
    try:
        yield
    finally:
        engine.execute("SET preserve_insertion_order = false")


def _is_plain(table: TableFile, roles: Roles) -> bool:
    """Whether each role is one column, to be taken as it stands."""
    composed = {"person_name", "last_name", *tables.CENSORED, *PERSONNEL}
    said = roles.columns.values()
    return (
        roles.layout == "positions"
        and "person_id" in roles
        and not composed & set(roles.columns)
        and not any(column.startswith("@") for column in said)
        and len(set(said)) == len(roles.columns)
        and not table.has_odd_spaces
    )


def _clean_or_trimmed(engine: SqlEngine, stage: Stage, plain: Path) -> None:
    """Mark a raw table as clean where nothing in it is odd; else put a view before it that trims its texts."""
    staged = stage.staged
    if not opening.holds_nul(plain) and not engine.sql(tables.suspicion(staged))["n"][0].as_py():
        stage.staged = replace(staged, clean=True)
        return
    trimmed = {role: f"nullif(trim(CAST(of_{role} AS VARCHAR)), '')" for role in staged.columns}
    if "employer_raw" in trimmed:
        trimmed["employer"] = f"coalesce({trimmed['employer']}, {trimmed['employer_raw']})"
    shown = [f"of_{role}" if role in staged.days else f"{said} AS of_{role}" for role, said in trimmed.items()]
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW staged_rows AS SELECT {', '.join(shown)}, {_PLACE} AS record FROM staged"
    )
    stage.staged = replace(staged, name="staged_rows", record="s.record", raw=False)


_FRENCH = {
    *("debut", "fin", "embauche", "entree", "sortie", "employeur", "entreprise", "societe", "matricule"),
    *("salarie", "poste", "nom", "prenom", "pays", "ville", "annee"),
}
_DATE_ROLES = (
    "start",
    "end",
    "rehired",
    "last_worked",
    "next_snapshot_after",
    "verified_on",
    "observed_from",
    "seen_on",
)


def _with_year(stage: Stage, last_year: int) -> Stage:
    stage.staged = replace(stage.staged, last_year=last_year)
    return stage


def _iso_roles(table: TableFile, roles: Roles) -> frozenset[str]:
    """The date roles whose first values are all ISO days; all of them or none, so that one reading serves."""
    import re

    if roles.also or "is_current" in roles or {"period", "start_year", "end_year"} & set(roles.columns):
        return frozenset()
    values = {role: table.column(roles.columns[role]) for role in roles.dates if roles.columns[role][:1] != "@"}
    iso = re.compile(_ISO)
    return frozenset(role for role, said in values.items() if said and all(iso.fullmatch(v) for v in said))


def _columns_of(days: frozenset[str], roles: Roles) -> frozenset[str]:
    return frozenset(roles.columns[role] for role in days)


def _within_years(engine: SqlEngine, staged: Staged, last_year: int) -> bool:
    """Whether no day lies outside the years believed: 0001 and 9999 need the slower reading, which knows them."""
    parts = [f"min(year(of_{d})) >= {FIRST_YEAR} AND max(year(of_{d})) <= {last_year}" for d in sorted(staged.days)]
    shown = ", ".join(f"coalesce({part}, true) AS p{i}" for i, part in enumerate(parts))
    return all(engine.sql(f"SELECT {shown} FROM {staged.name}").to_pylist()[0].values())


def _month_roles(engine: SqlEngine, staged: Staged) -> frozenset[str]:
    """The roles whose days are all the first of their month, so that they state months."""
    days = sorted(staged.days)
    shown = ", ".join(f"coalesce(bool_and(day(of_{role}) = 1), false) AS {role}" for role in days)
    told = engine.sql(f"SELECT {shown} FROM {staged.name}").to_pylist()[0] if days else {}
    return frozenset(role for role in days if told[role])


def _broken_lines(engine: SqlEngine) -> list[Broken]:
    found = engine.sql(
        "SELECT min(line) AS line, left(any_value(csv_line), 200) AS value, min(error_message) AS reason, "
        "max(length(csv_line) - length(replace(csv_line, chr(10), ''))) AS breaks "
        "FROM broken_lines GROUP BY line_byte_position ORDER BY 1"
    )
    return [Broken(r["line"] - 1, r["value"] or "", _why_broken(r["reason"], r["breaks"])) for r in found.to_pylist()]


def _why_broken(reason: str, breaks: int | None) -> str:
    said = reason.splitlines()[0].strip().rstrip(".").lower()
    return f"broken line: {said}" + (f" (it runs over {breaks + 1} lines)" if breaks else "")


def _record_past(broken: list[Broken]) -> str:
    """A record's number, moved on by the broken records before it."""
    if len(broken) > 10_000:
        return f"s.record + {len(broken)}"
    before = [record - place for place, record in enumerate((b.record for b in broken), 1)]
    listed = ", ".join(map(str, before))
    return f"s.record + len(list_filter([{listed}], lambda b: b < s.record))"


def _stage_json(engine: SqlEngine, table: TableFile, roles: Roles, plain: Path, last_year: int) -> Stage:
    assert table.text is not None
    sample = table.text.sample.lstrip()
    form = "array" if sample.startswith("[") else "newline_delimited"
    if form == "newline_delimited" and not sample.splitlines()[0].rstrip().endswith("}"):
        form = "unstructured"
    relation = relations.json_relation(plain, table.header, form)
    try:
        stage = _create(engine, table, relation, {name: named(name) for name in table.header}, roles)
    except Exception as error:
        _raise_ours(error)
        raise _unreadable(table, error) from None
    return _with_year(stage, last_year)


def _stage_excel(engine: SqlEngine, table: TableFile, roles: Roles, last_year: int) -> Stage:
    engine.register("sheet", excel.sheet_table(table.paths[0], table.sheet, table.header))
    try:
        stage = _create(engine, table, "sheet", {name: f"c{i}" for i, name in enumerate(table.header)}, roles)
    finally:
        engine.unregister("sheet")
    return _with_year(stage, last_year)


def _stage_parquet(engine: SqlEngine, table: TableFile, roles: Roles, last_year: int) -> Stage:
    """Parquet is not copied: a view over the files, days taken from columns of days."""
    assert table.schema is not None
    column, days = _parquet_columns(table, roles)
    try:
        own = "record, file" if table.laid else f"{_offsets(table.paths)} AS record"
        relation = relations.parquet_relation(table.paths)
        for chosen_days in [days, frozenset()] if days else [days]:
            source = column if chosen_days else {name: f"CAST({named(name)} AS VARCHAR)" for name in table.header}
            chosen = tables.stage_columns(roles, source, chosen_days, not chosen_days, table.has_odd_spaces)
            listed = ", ".join(f"{expression} AS of_{role}" for role, expression in chosen.items())
            engine.execute(f"CREATE OR REPLACE TEMP VIEW staged_rows AS SELECT {listed}, {own} FROM {relation}")
            texts = frozenset(role for role in chosen if role in _DATE_ROLES and role not in chosen_days)
            staged = Staged("staged_rows", roles, "s.record", chosen_days, texts, columns=chosen, of_files=table.laid)
            if not chosen_days or _within_years(engine, staged, last_year):
                break
        rows = sum(pq.read_metadata(path).num_rows for path in table.paths)
    except Exception as error:
        _raise_ours(error)
        raise _unreadable(table, error) from None
    return _with_year(Stage(staged, rows), last_year)


def _parquet_columns(table: TableFile, roles: Roles) -> tuple[dict[str, str], frozenset[str]]:
    assert table.schema is not None
    column, days = {}, set()
    for name in table.header:
        kind = table.schema.field(name).type
        is_day = pa.types.is_date(kind) or pa.types.is_timestamp(kind)
        column[name] = f"CAST({named(name)} AS {'DATE' if is_day else 'VARCHAR'})"
        if is_day:
            days |= {role for role in roles.dates if roles.columns[role] == name and role != "period"}
            days -= set(roles.also)
            if not any(roles.columns[role] == name for role in days):
                column[name] = f"CAST({named(name)} AS VARCHAR)"
    return column, frozenset(days)


def _offsets(paths: Sequence[Path]) -> str:
    """The number of a row among all files: its place in its file, after the rows of the files before."""
    if len(paths) == 1:
        return "file_row_number + 1"
    before, cases = 0, []
    for path in paths:
        cases.append(f"WHEN {quoted(str(path))} THEN {before}")
        before += pq.read_metadata(path).num_rows
    return f"CASE filename {' '.join(cases)} END + file_row_number + 1"


def _settle_dates(engine: SqlEngine, stage: Stage, table: TableFile, dates: str) -> None:
    """Date the distinct texts of each date column into a lookup table."""
    roles = stage.staged.roles
    distinct = {role: _distinct(engine, stage.staged, role, table) for role in sorted(stage.staged.texts)}
    evidence = {_column(roles, role): order_of(texts) for role, texts in distinct.items()}
    orders = settle_orders(evidence, dates, _is_french(table), table.name)
    for role, texts in distinct.items():
        order = orders[_column(roles, role)]
        part = role if "period" in roles and role in ("start", "end") else ""
        made = lookup(texts, order, part, is_start=role in ("start", "rehired", "seen_on"))
        engine.register("dated", made)
        precision = f"CAST(precision AS {tables.PRECISION}) AS precision"
        engine.execute(f"CREATE OR REPLACE TEMP TABLE dates_{role} AS SELECT * REPLACE ({precision}) FROM dated")
        engine.unregister("dated")
        if order == "mixed":
            stage.notes.append(f"{_column(roles, role)} {evidence[_column(roles, role)].mixture}")
        elif order and evidence[_column(roles, role)] != type(evidence[_column(roles, role)])():
            stage.notes.append(f"{_column(roles, role)} read as {order}")


def _column(roles: Roles, role: str) -> str:
    return roles.columns.get(role) or roles.columns.get("period") or roles.columns.get(f"{role}_year") or role


def _distinct(engine: SqlEngine, staged: Staged, role: str, table: TableFile) -> list[str]:
    found = engine.sql(
        f"SELECT DISTINCT of_{role} AS t FROM {staged.name} "
        f"WHERE of_{role} IS NOT NULL ORDER BY t LIMIT {MOST_DATES + 1}"
    )
    if found.num_rows > MOST_DATES:
        raise DataError(
            f"column {_column(staged.roles, role)!r}, taken for dates, has more than {MOST_DATES:,} different texts",
            where=table.name,
            expected="dates",
            remedy=f"Name another column: --map {role}=COLUMN.",
        )
    return [str(text) for text in found["t"].to_pylist()]


def _is_french(table: TableFile) -> bool:
    """Whether a header says that its dates are written the French way."""
    words = {word for name in table.header for word in normal(name).split("_")}
    return bool(words & _FRENCH)


def _find_countries(engine: SqlEngine, stage: Stage) -> None:
    if "country" not in stage.staged.columns:
        return
    found = engine.sql(
        f"SELECT DISTINCT of_country AS t FROM {stage.staged.name} WHERE of_country IS NOT NULL LIMIT 100000"
    )
    texts = found["t"].to_pylist()
    made = pa.table({"text": pa.array(texts, pa.string()), "code": pa.array(map(country_code, texts), pa.string())})
    engine.register("found_countries", made)
    engine.execute("CREATE OR REPLACE TEMP TABLE countries AS SELECT * FROM found_countries")
    engine.unregister("found_countries")
