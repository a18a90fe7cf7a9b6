"""Nested JSON brought into the engine, one row per job and one column per role, ready to be judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mercato.errors import DataError, MercatoError
from mercato.sources import jsontexts, nested, nestedsql, tables
from mercato.sources.columns import DATES, Roles
from mercato.sources.declared import Declared
from mercato.sources.opening import Text
from mercato.sources.relations import LONGEST_LINE, named, quoted
from mercato.sources.tablefiles import TableFile
from mercato.sources.tables import Staged

if TYPE_CHECKING:
    from mercato.sources.staging import SqlEngine

_FILE = re.compile(r' in file "[^"]*"')
_USUAL_LINE = 16 << 20
_LARGEST_DOCUMENT = 1 << 30
MADE = ("nested_pages", "nested_lines", "nested_labels", "nested_names", "nested_parts", "nested_staged")
"""The tables that are made on the way, besides ``staged``."""


def stage_nested(
    engine: SqlEngine, table: TableFile, roles: Roles, into: Path, last_year: int
) -> tuple[Staged, int, list[str]]:
    """Stage every part of a source; gives the staged table, its rows and what to say of it.

    The rows of ``staged`` are the jobs and, with their reason in ``refused``, what could not be read as records.
    Raises DataError for a part that is damaged, or is no JSON at all.
    """
    form = table.nested_form
    assert form is not None
    staging = _Staging(engine, form, roles, into)
    for path in table.paths:
        staging.add(path, _name(path, table.folder))
    staging.finish()
    texts = frozenset(role for role in staging.columns if role in DATES)
    file = "(SELECT name FROM nested_parts p WHERE p.part = s.part) || '#' || s.line"
    staged = Staged(
        "staged_rows", roles, "s.record", texts=texts, columns=staging.columns, last_year=last_year, refusals=file
    )
    return staged, staging.rows(), staging.notes()


def _name(path: Path, folder: Path | None) -> str:
    return str(path.relative_to(folder)) if folder is not None and folder.is_dir() else path.name


class _Staging:
    """The parts of one source, staged one after the other in the order of their jobs."""

    def __init__(self, engine: SqlEngine, form: Declared, roles: Roles, into: Path) -> None:
        self._engine, self._form, self._into = engine, form, into
        self._parts = self._records = self._jobless = 0
        said = {role: named(f"said_{role}") for role in roles.columns}
        self.columns = tables.stage_columns(
            Roles(roles.layout, {role: role for role in said}), said, frozenset(), reshaped=False, odd_spaces=False
        )
        made = ", ".join(f"of_{column} VARCHAR" for column in self.columns)
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE staged ({made}, line BIGINT, refused VARCHAR, found VARCHAR, part INTEGER)"
        )
        engine.execute("CREATE OR REPLACE TEMP TABLE nested_parts (part INTEGER, name VARCHAR)")
        engine.execute("CREATE OR REPLACE TEMP TABLE nested_labels (id VARCHAR, label VARCHAR)")

    def add(self, path: Path, name: str) -> None:
        """Stage the records of one file. Raises DataError where it is damaged."""
        try:
            text = nested.look(path)
        except DataError as error:
            if error.found == "is empty" and self._parts:
                return
            raise
        plain = jsontexts.made_plain(text, self._into)
        try:
            self._engine.execute("SET preserve_insertion_order = true")
            self._read_records(text, plain, name)
            self._engine.execute(f"INSERT INTO nested_parts VALUES ({self._parts}, {quoted(name)})")
            self._add_jobs()
        finally:
            self._engine.execute("SET preserve_insertion_order = false")
            if plain != path:
                plain.unlink(missing_ok=True)
        self._parts += 1

    def _read_records(self, text: Text, plain: Path, name: str) -> None:
        """Read records into ``nested_lines``, in their order, with the number of their line or page where told."""
        for relation in self._relations(text, plain):
            numbered = f"SELECT CAST(NULL AS BIGINT) AS line, json FROM {relation}"
            try:
                if nested.is_paged(text, self._form):
                    self._engine.execute(f"CREATE OR REPLACE TEMP TABLE nested_pages AS SELECT json FROM {relation}")
                    numbered = nestedsql.records_of_pages(
                        self._form, "SELECT rowid + 1 AS line, json FROM nested_pages"
                    )
                lines = nestedsql.lines(self._form, numbered)
                self._engine.execute(f"CREATE OR REPLACE TEMP TABLE nested_lines AS {lines}")
                return
            except (MercatoError, OSError):
                raise
            except Exception as error:
                said = _FILE.sub("", str(error).strip().splitlines()[0])[:300]
                if "maximum_object_size" not in said:
                    remedy = "Get it whole, or write it as JSON lines."
                    raise DataError(f"cannot be read as JSON ({said})", where=name, remedy=remedy) from None
        raise DataError(f"holds one value longer than {_LARGEST_DOCUMENT >> 20} MB", where=name)

    def _relations(self, text: Text, plain: Path) -> Iterator[str]:
        """The ways of reading a file, each for longer values than the one before; lines beyond all are cut out."""
        layout = jsontexts.layout(text)
        if layout != jsontexts.LINES:
            for size in (LONGEST_LINE, _LARGEST_DOCUMENT):
                yield f"read_json_objects({quoted(str(plain))}, format = '{layout}', maximum_object_size = {size})"
            return
        cut = self._into / "cut.json"
        for size, file in ((_USUAL_LINE, plain), (LONGEST_LINE, plain), (LONGEST_LINE, cut)):
            if file == cut:
                jsontexts.cut_long_lines(plain, cut, LONGEST_LINE)
            said = f"format = '{layout}', maximum_object_size = {size}, ignore_errors = true"
            yield f"read_json_objects({quoted(str(file))}, {said})"

    def _add_jobs(self) -> None:
        engine, form = self._engine, self._form
        rows = "(SELECT * REPLACE (coalesce(line, rowid + 1) AS line) FROM nested_lines)"
        listed = ", ".join(self.columns.values())
        jobs = nestedsql.Jobs(form, f"(SELECT * FROM {rows} WHERE refused IS NULL)").query
        engine.execute(f"INSERT INTO staged SELECT {listed}, line, refused, NULL, {self._parts} FROM ({jobs})")
        blank = ", ".join("NULL" for _ in self.columns)
        engine.execute(
            f"INSERT INTO staged SELECT {blank}, line, refused, found, {self._parts} FROM {rows} "
            "WHERE refused IS NOT NULL"
        )
        self._records += self._count("nested_lines")
        self._jobless += self._count(f"nested_lines WHERE {nestedsql.jobless(form)}")
        if form.labels is not None:
            engine.execute(f"INSERT INTO nested_labels {nestedsql.labels(form, 'nested_lines')}")
        engine.execute("DROP TABLE nested_lines")

    def finish(self) -> None:
        """Number the rows, and give those that hold ids of records the names that the source has for them."""
        labels = self._form.labels
        if labels is None:
            self._engine.execute("CREATE OR REPLACE TEMP VIEW staged_rows AS SELECT *, rowid + 1 AS record FROM staged")
            return
        self._engine.execute(
            "CREATE OR REPLACE TEMP TABLE nested_names AS SELECT id, min(label) AS label FROM nested_labels "
            "WHERE label IS NOT NULL GROUP BY id"
        )
        held = [role for role in labels.roles if role in self.columns]
        named_ = ", ".join(f"coalesce(n{n}.label, s.of_{role}) AS of_{role}" for n, role in enumerate(held))
        joined = " ".join(f"LEFT JOIN nested_names n{n} ON n{n}.id = s.of_{role}" for n, role in enumerate(held))
        numbered = "(SELECT *, rowid + 1 AS record FROM staged)"
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE nested_staged AS SELECT s.* REPLACE ({named_}) FROM {numbered} s {joined}"
        )
        self._engine.execute("CREATE OR REPLACE TEMP VIEW staged_rows AS SELECT * FROM nested_staged")

    def rows(self) -> int:
        """Jobs, and records that could not be read."""
        return self._count("staged")

    def notes(self) -> list[str]:
        """How many records list no job."""
        return [f"{self._jobless:,} of {self._records:,} records list no job"] if self._jobless else []

    def _count(self, rows: str) -> int:
        return int(self._engine.sql(f"SELECT count(*) AS n FROM {rows}")["n"][0].as_py())
