"""One name that several people bear: their careers told apart where they separate, doubted where they do not.

A name at several employers is one person unless that cannot be. Employers are bound to each other by a record that
states both, by people who were seen with the name at both, and by a job that begins where another ends. What is not
bound lies in parts; a name with too many parts at once is as many people as it has parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from mercato.identity.people.mentions import SqlEngine

TOLD_APART, COMMON_NAME, CROWDED = "careers that cannot be one", "common name", "too many employers at once"
"""Why a name was split into several people, or is in doubt."""

MOST_STAYS = 200
"""Employers of one name beyond which jobs are not compared pair by pair: such a name is wide in any case."""


def find_parts(engine: SqlEngine, told: Mapping[str, Any], names: int) -> None:
    """Make the table ``name_parts``: subject, employer_id, part from 0, and why it is in doubt (null: it is not).

    Reads ``mentions``, ``subjects`` and ``person_names``; ``told`` are the bounds of the section [homonyms];
    ``names`` how many different names there are. Only subjects known by name alone, at two employers or more.
    """
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE name_stays AS SELECT CAST(row_number() OVER (ORDER BY subject, employer_id) - 1 "
        "AS INTEGER) AS node, subject, employer_id, first, last, countries FROM (SELECT subject, employer_id, "
        "min(first) AS first, max(last) AS last, list_distinct(list(country) FILTER (WHERE country IS NOT NULL)) "
        "AS countries FROM mentions SEMI JOIN (SELECT subject FROM mentions JOIN subjects USING (subject) "
        "WHERE by_name GROUP BY subject HAVING count(DISTINCT employer_id) > 1) USING (subject) GROUP BY ALL)"
    )
    _expect_bearers(engine, names, told["people"])
    _number_parts(engine, _bonds(engine, told))
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE name_widths AS SELECT subject, max(parts) AS width FROM ("
        "SELECT subject, year, count(DISTINCT part) AS parts FROM years_seen "
        "JOIN numbered USING (subject, employer_id) GROUP BY ALL) GROUP BY subject"
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE far_apart AS WITH numbered AS (FROM numbered SEMI JOIN (SELECT subject "
        f"FROM numbered GROUP BY subject HAVING count(*) <= {MOST_STAYS}) USING (subject)) "
        "SELECT DISTINCT a.subject FROM numbered a JOIN numbered b "
        f"ON a.subject = b.subject AND a.part < b.part AND least(a.last, b.last) - greatest(a.first, b.first) >= "
        f"{int(told['apart'])} AND len(a.countries) > 0 AND len(b.countries) > 0 "
        "AND NOT list_has_any(a.countries, b.countries)"
    )
    split = (
        f"(width >= {int(told['any'])} OR (bearers >= {float(told['expected'])} AND width >= {int(told['common'])}) "
        "OR f.subject IS NOT NULL)"
    )
    crowded = f"max(employers) OVER (PARTITION BY subject, part) >= {2 * int(told['any'])}"
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE name_parts AS SELECT subject, employer_id, "
        "CASE WHEN is_split THEN part ELSE 0 END AS part, is_split, "
        f"CASE WHEN NOT is_split AND parts > 1 AND bearers >= {float(told['doubtful'])} "
        f"THEN '{COMMON_NAME}' WHEN {crowded} THEN '{CROWDED}' END AS doubt FROM (SELECT n.subject, n.employer_id, "
        f"n.part, {split} AS is_split, bearers, max(n.part) OVER (PARTITION BY n.subject) + 1 AS parts, "
        "coalesce(employers, 0) AS employers FROM numbered n JOIN bearers USING (subject) "
        "LEFT JOIN name_widths w ON w.subject = n.subject LEFT JOIN far_apart f ON f.subject = n.subject "
        "LEFT JOIN (SELECT subject, part, max(employers) AS employers FROM (SELECT subject, part, year, "
        "count(DISTINCT employer_id) AS employers FROM years_seen JOIN numbered USING (subject, employer_id) "
        "GROUP BY ALL) GROUP BY ALL) c ON c.subject = n.subject AND c.part = n.part)"
    )


def _expect_bearers(engine: SqlEngine, names: int, people: int) -> None:
    """``bearers``: how many others bear a name by chance, from how many names hold its first and its last word."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE bearers AS WITH n AS (SELECT DISTINCT whole, given, family FROM person_names), "
        "g AS (SELECT given, count(*) AS n FROM n GROUP BY 1), f AS (SELECT family, count(*) AS n FROM n GROUP BY 1) "
        "SELECT subject, CASE WHEN given = '' THEN 9.0 * greatest(f.n - 1, 0) "
        f"ELSE (g.n - 1) * (f.n - 1) END / {max(names, people // 10)}.0 AS bearers "
        "FROM subjects JOIN person_names p USING (name) JOIN g USING (given) JOIN f USING (family) WHERE by_name"
    )
    # A sighting is of its year; a job counts in the years whose middle it spans, so that a change is not two at once.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE years_seen AS SELECT DISTINCT subject, employer_id, first // 12 AS year "
        "FROM mentions SEMI JOIN name_stays USING (subject) WHERE seen UNION SELECT subject, employer_id, "
        "unnest(range((first + 5) // 12, (last - 6) // 12 + 1)) FROM mentions SEMI JOIN name_stays USING (subject) "
        "WHERE NOT seen AND NOT side"
    )


def _bonds(engine: SqlEngine, told: Mapping[str, Any]) -> pa.Table:
    """Pairs of nodes of one name that belong to one person."""
    common = float(told["expected"])
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE fellows AS WITH e AS (SELECT DISTINCT event, subject FROM mentions "
        "WHERE event IS NOT NULL), few AS (SELECT event FROM e GROUP BY event HAVING count(*) BETWEEN 2 AND "
        f"{int(told['together'])}), kept AS (SELECT e.* FROM e SEMI JOIN few USING (event)), "
        "who AS (SELECT s.subject, p.whole FROM subjects s JOIN person_names p USING (name) "
        f"LEFT JOIN bearers b ON b.subject = s.subject WHERE coalesce(b.bearers, 0) < {common}) "
        "SELECT DISTINCT a.subject, a.event, who.whole AS fellow FROM kept a JOIN kept b ON a.event = b.event "
        "AND a.subject <> b.subject JOIN who ON who.subject = b.subject"
    )
    return engine.sql(
        "WITH placed AS (SELECT n.node, m.subject, m.source_id, m.record, m.event, m.first, m.last, m.seen "
        "FROM mentions m JOIN name_stays n USING (subject, employer_id)), "
        "stated AS (SELECT min(node) OVER (PARTITION BY subject, source_id, record) AS a, node AS b FROM placed), "
        "one_event AS (SELECT min(node) OVER (PARTITION BY subject, event) AS a, node AS b FROM placed "
        "WHERE event IS NOT NULL), "
        "with_fellow AS (SELECT min(node) OVER (PARTITION BY subject, fellow) AS a, node AS b "
        "FROM (SELECT DISTINCT placed.subject, placed.node, f.fellow FROM placed "
        "JOIN fellows f USING (subject, event))), "
        "jobs AS (SELECT DISTINCT subject, node, first, last FROM placed WHERE NOT seen), "
        "soon AS (SELECT subject, node, unnest(range(last - 1, last + 4)) AS month FROM jobs), "
        "ends AS (SELECT x.node AS a, y.node AS b, count(*) OVER (PARTITION BY x.node) AS after, "
        "count(*) OVER (PARTITION BY y.node) AS before FROM soon x JOIN jobs y ON x.subject = y.subject "
        "AND x.month = y.first AND x.node <> y.node) "
        "SELECT DISTINCT a, b FROM (SELECT * FROM stated UNION ALL SELECT * FROM one_event UNION ALL "
        "SELECT * FROM with_fellow UNION ALL SELECT a, b FROM ends WHERE after = 1 AND before = 1) WHERE a <> b"
    )


def _number_parts(engine: SqlEngine, bonds: pa.Table) -> None:
    """``numbered``: the stays with the part of their name, from 0 for the one that begins first."""
    nodes = engine.sql("SELECT count(*) AS n FROM name_stays")["n"][0].as_py()
    label = components(nodes, bonds["a"].to_numpy(), bonds["b"].to_numpy())
    engine.register("labels", pa.table({"node": np.arange(nodes, dtype=np.int32), "label": label}))
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE numbered AS SELECT subject, employer_id, first, last, countries, "
        "dense_rank() OVER (PARTITION BY subject ORDER BY began, lowest) - 1 AS part FROM (SELECT *, "
        "min(first) OVER (PARTITION BY label) AS began, min(node) OVER (PARTITION BY label) AS lowest "
        "FROM name_stays JOIN labels USING (node))"
    )
    engine.unregister("labels")


def components(nodes: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The number of the connected component of each node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not nodes:
        return np.zeros(0, np.int32)
    edges = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(nodes, nodes))
    return np.asarray(connected_components(edges, directed=False)[1], np.int32)
