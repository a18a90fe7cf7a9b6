"""Scored pairs of people → who is one person: rivals weighed, contested names parted, clusters that clash torn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from mercato.identity.people.homonyms import components
from mercato.identity.people.mentions import SqlEngine
from mercato.identity.people.namepairs import GIVEN, LONGER

AMBIGUOUS = "may be either of two"
"""Why somebody is in doubt who might be one of several others."""

_ROUNDS = 50

UNITS = (
    "CREATE OR REPLACE TEMP TABLE units AS SELECT CAST(row_number() OVER (ORDER BY subject, part) - 1 AS INTEGER) "
    "AS unit, * FROM (SELECT subject, coalesce(part, 0) AS part, by_name, kinds, name, person_id FROM subjects "
    "LEFT JOIN (SELECT DISTINCT subject, part FROM name_parts) USING (subject))"
)
"""Makes the table of what is linked: one identifier, one name, or one part of a name."""


def settle(engine: SqlEngine, told: dict[str, Any]) -> None:
    """Make the tables ``clusters`` (unit, cluster), ``people_links`` (pairs joined) and ``unsure`` (units in doubt).

    Reads ``people_scored``; ``told`` are the bounds of the section [decision].
    """
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE people_likely AS SELECT * FROM people_scored "
        f"WHERE probability >= {float(told['probability'])} AND name_level > 0 "
        f"AND (career_level > 0 OR (fellows_level > 1 AND name_level >= {LONGER})) "
        f"AND (name_level > {GIVEN} OR starts_level > 2 OR (starts_level = 2 AND title_level = 1))"
    )
    _part_contested(engine)
    # Of several candidates with identifiers of one kind at most one is the person: the best, if it stands out.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE people_rivals AS WITH d AS (SELECT a AS u, b AS v, weight FROM people_likely "
        "UNION ALL SELECT b, a, weight FROM people_likely), k AS (SELECT d.*, unnest(kinds) AS kind FROM d "
        "JOIN units ON unit = v WHERE NOT by_name), r AS (SELECT u, v, weight, max(weight) OVER w AS best, "
        "nth_value(weight, 2) OVER (PARTITION BY u, kind "
        "ORDER BY weight DESC, v ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second FROM k "
        "WINDOW w AS (PARTITION BY u, kind)) SELECT u, v, second IS NOT NULL AND best - second < "
        f"{float(told['margin'])} AS unsure, second IS NULL OR (weight = best AND best - second >= "
        f"{float(told['margin'])}) AS stands FROM r"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE people_edges AS SELECT a, b, weight FROM people_likely ANTI JOIN "
        "(SELECT least(u, v) AS a, greatest(u, v) AS b FROM people_rivals WHERE NOT stands) USING (a, b)"
    )
    units = int(engine.sql("SELECT count(*) AS n FROM units")["n"][0].as_py())
    edges = engine.sql("SELECT a, b, weight FROM people_edges ORDER BY a, b")
    kinds = engine.sql("SELECT unit, unnest(kinds) AS kind FROM units WHERE NOT by_name")
    label, torn, kept = _clusters(units, edges, kinds)
    engine.register("found", pa.table({"unit": np.arange(units, dtype=np.int32), "cluster": label, "torn": torn}))
    engine.execute("CREATE OR REPLACE TEMP TABLE clusters AS SELECT * FROM found")
    engine.unregister("found")
    engine.register("found", edges.filter(pa.array(kept)).select(["a", "b"]))
    engine.execute("CREATE OR REPLACE TEMP TABLE people_links AS SELECT * FROM found")
    engine.unregister("found")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unsure AS SELECT unit FROM clusters WHERE torn UNION "
        "SELECT u FROM people_rivals WHERE unsure"
    )


def _part_contested(engine: SqlEngine) -> None:
    """Part the names that two people with identifiers of one kind lay claim to: each has what it shares with the name.

    What binds two people to a name are the employers that they share with it, so that the weight of a claim stays that
    of the whole name.
    """
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE contested AS SELECT DISTINCT subject FROM (SELECT u, kind FROM (SELECT a AS u, "
        "unnest(y.kinds) AS kind FROM people_likely JOIN units y ON y.unit = b WHERE NOT y.by_name UNION ALL "
        "SELECT b, unnest(x.kinds) FROM people_likely JOIN units x ON x.unit = a WHERE NOT x.by_name) GROUP BY ALL "
        "HAVING count(*) > 1) JOIN units ON unit = u JOIN name_parts USING (subject) WHERE by_name AND NOT is_split"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE name_parts AS SELECT p.* REPLACE (CASE WHEN c.subject IS NULL THEN p.part "
        "ELSE n.part END AS part, p.is_split OR c.subject IS NOT NULL AS is_split, "
        "CASE WHEN c.subject IS NULL THEN doubt END AS doubt) FROM name_parts p "
        "JOIN numbered n USING (subject, employer_id) LEFT JOIN contested c ON c.subject = p.subject"
    )
    engine.execute("CREATE OR REPLACE TEMP TABLE whole_units AS FROM units")
    engine.execute(UNITS)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_mentions AS SELECT u.unit, m.* EXCLUDE (unit) FROM unit_mentions m "
        "LEFT JOIN name_parts p ON p.subject = m.subject AND p.employer_id = m.employer_id "
        "JOIN units u ON u.subject = m.subject AND u.part = coalesce(p.part, 0)"
    )
    # The parts of each whole unit, and those of them that share an employer in about the same time with a claimant.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_parts AS SELECT w.unit AS whole, u.unit, c.subject IS NOT NULL AS contested "
        "FROM whole_units w LEFT JOIN contested c USING (subject) JOIN units u ON u.subject = w.subject "
        "AND (c.subject IS NOT NULL OR u.part = w.part)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE parted_pairs AS WITH stays AS (SELECT unit, employer_id, min(first) AS first, "
        "max(last) AS last FROM unit_mentions GROUP BY ALL), p AS (SELECT p.a, p.b, x.unit AS x, y.unit AS y, "
        "x.contested OR y.contested AS contested FROM people_scored p JOIN unit_parts x ON x.whole = p.a "
        "JOIN unit_parts y ON y.whole = p.b) SELECT a, b, x, y FROM p WHERE NOT contested UNION SELECT a, b, x, y "
        "FROM p JOIN stays s ON s.unit = x JOIN stays t ON t.unit = y AND t.employer_id = s.employer_id "
        "AND s.first <= t.last + 12 AND t.first <= s.last + 12 WHERE contested"
    )
    for table in ("people_likely", "people_scored"):
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT least(x, y) AS a, greatest(x, y) AS b, "
            f"p.* EXCLUDE (a, b) FROM {table} p JOIN parted_pairs USING (a, b)"
        )


def _clusters(units: int, edges: pa.Table, kinds: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The cluster of each unit, whether it was torn, and the edges kept.

    Where a cluster holds two identifiers of one kind, its weakest edges are given up until none does.
    """
    a, b, weight = (edges[name].to_numpy() for name in ("a", "b", "weight"))
    holder = kinds["unit"].to_numpy()
    kind = np.unique(np.array(kinds["kind"].to_pylist(), dtype=str), return_inverse=True)[1]
    kept, torn = np.ones(len(a), bool), np.zeros(units, bool)
    for round_ in range(_ROUNDS + 1):
        label = components(units, a[kept], b[kept])
        at = np.stack([label[holder].astype(np.int64), kind.astype(np.int64)], axis=1).reshape(-1, 2)
        held, times = np.unique(at, axis=0, return_counts=True)
        clashing = np.zeros(units + 1, bool)
        clashing[held[times > 1, 0]] = True
        if not clashing.any():
            break
        torn |= clashing[label]
        within = kept & clashing[label[a]]
        lowest = np.full(units + 1, np.inf)
        np.minimum.at(lowest, label[a[within]], weight[within])
        kept &= ~(within & ((weight <= lowest[label[a]]) | (round_ == _ROUNDS - 1)))
    return label, torn, kept
