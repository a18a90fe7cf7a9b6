"""Records as the linking of people sees them: who is mentioned, where, when, with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow as pa

from mercato.identity.people.namewords import read_person_names
from mercato.identity.people.personkeys import NAME_PREFIX, UNIT, is_name, key_of, kind_of


class SqlEngine(Protocol):
    """The engine's door: statements in its own words, and what Splink runs on."""

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pa.Table: ...

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> None: ...

    def register(self, name: str, table: Any) -> None: ...

    def unregister(self, name: str) -> None: ...

    @property
    def connection(self) -> Any: ...


RECORDS = (
    "person_id", "person_name", "employer_id", "title", "country", "event", "source_id", "record", "first", "last",
    "began", "seen", "side",
)  # fmt: skip
"""The columns that are read: months are counted from January 1900; ``began`` is null where the month is not known."""


def read_mentions(engine: SqlEngine, records: str, namespaces: Sequence[int]) -> int:
    """Make the tables ``subjects``, ``mentions`` and ``person_names``; gives how many different names there are.

    ``records`` is a table or view with the columns RECORDS, whose order of rows does not matter. ``namespaces`` numbers
    each source: sources of one number share the names that stand for people. A subject is one identifier, or one name
    as written in one namespace: ``by_name``; ``kinds`` are those of its identifiers.
    """
    sources = pa.table({"source_id": pa.array(range(len(namespaces)), pa.int32()),
                        "namespace": pa.array(namespaces, pa.int32())})  # fmt: skip
    engine.register("told_namespaces", sources)
    engine.execute("CREATE OR REPLACE TEMP TABLE namespaces AS SELECT * FROM told_namespaces")
    engine.unregister("told_namespaces")
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE people_given AS SELECT person_id, namespace, {is_name('person_id')} AS by_name, "
        f"CASE WHEN {is_name('person_id')} THEN person_id || {UNIT} || namespace ELSE {key_of('person_id')} END "
        "AS key, person_name FROM (SELECT person_id, namespace, "
        "arg_min(person_name, (-n, person_name)) FILTER (WHERE person_name IS NOT NULL) AS person_name "
        f"FROM (SELECT person_id, namespace, person_name, count(*) AS n FROM {records} "
        "JOIN namespaces USING (source_id) GROUP BY ALL) GROUP BY ALL)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE subjects AS SELECT "
        "CAST(row_number() OVER (ORDER BY by_name, key) - 1 AS INTEGER) AS subject, "
        "by_name, key, name, kinds, person_id FROM (SELECT key, by_name, "
        f"min(person_id) AS person_id, min(CASE WHEN by_name THEN substr(person_id, {len(NAME_PREFIX) + 1}) "
        f"ELSE person_name END) AS name, list_sort(list(DISTINCT {kind_of('key', 'namespace')})) AS kinds "
        "FROM people_given GROUP BY ALL)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE mentions AS SELECT subject, employer_id, r.source_id, r.record, "
        "CAST(greatest(first, 0) AS INTEGER) AS first, CAST(greatest(last, first, 0) AS INTEGER) AS last, "
        "CAST(began AS INTEGER) AS began, seen, side, country, "
        "CASE WHEN title IS NOT NULL AND title <> '' THEN hash(lower(title), employer_id) END AS job, "
        "CASE WHEN event IS NOT NULL THEN hash(event, namespace) END AS event "
        f"FROM {records} r JOIN namespaces USING (source_id) JOIN people_given g USING (person_id, namespace) "
        "JOIN subjects s ON s.key = g.key AND s.by_name = g.by_name"
    )
    names = engine.sql("SELECT DISTINCT name FROM subjects WHERE name IS NOT NULL ORDER BY name")["name"].to_pylist()
    engine.register("read_names", read_person_names(names))
    engine.execute("CREATE OR REPLACE TEMP TABLE person_names AS SELECT * FROM read_names")
    engine.unregister("read_names")
    return len(names)
