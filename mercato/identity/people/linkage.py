"""Which people of different ids are one: Splink on DuckDB, with names, careers, places and company as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mercato.identity.people import namepairs
from mercato.identity.people.mentions import SqlEngine

_COMPARED = ("name", "career", "starts", "overlap", "fellows", "country", "title")
_FEWEST_SHARED = 1e-4
LEAST = 0.01
"""Probability below which a pair is not kept, since it will not be joined."""

_MOST_PLACES = 64
_NOTHING = (
    "CREATE OR REPLACE TEMP TABLE people_scored (a INTEGER, b INTEGER, weight DOUBLE, probability DOUBLE, "
    "name_level INTEGER, career_level INTEGER, starts_level INTEGER, fellows_level INTEGER, title_level INTEGER)"
)
_RARE = ("whole", "given")


def link(engine: SqlEngine, weights: Mapping[str, Any]) -> None:
    """Make the table ``people_scored``: a, b (units, a < b), weight in bits, probability, and how far they agree.

    Reads ``units`` (unit, subject, part, by_name, kinds, name), ``mentions``, ``fellows``, ``name_parts`` and
    ``person_names``. Each agreement is worked out once for a pair, and held by its first unit as a number, second unit
    × 8 + level, so that Splink's comparisons are look-ups.
    """
    for statement in namepairs.macros():
        engine.execute(statement)
    _describe_units(engine)
    if not _might_join(engine):
        engine.execute(_NOTHING)
        return
    _block(engine, int(weights["decision"]["group"]))
    _compare(engine)
    people = max(int(weights["decision"]["people"]), _number(engine, "SELECT count(*) AS n FROM units"))
    for column in _RARE:
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE bearers_of_{column} AS SELECT {column}, "
            f"greatest(max(n) - 1, 0.5) / {people} AS tf_{column} "
            f"FROM (SELECT {column}, kind, count(*) AS n FROM (SELECT {column}, unnest(kinds) AS kind "
            f"FROM unit_names JOIN units USING (unit) WHERE {column} <> '') GROUP BY ALL) GROUP BY 1"
        )
    scored = _scored(engine, _settings(weights, people, _shared(engine, people)))
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE people_scored AS SELECT p.a, p.b, s.match_weight AS weight, "
        "s.match_probability AS probability, p.name AS name_level, p.career AS career_level, p.starts AS starts_level, "
        "p.fellows AS fellows_level, p.title AS title_level "
        f"FROM {scored.physical_name} s JOIN agreements p ON p.a = s.unit_l AND p.b = s.unit_r"
    )
    scored.drop_table_from_database_and_remove_from_cache()


def _scored(engine: SqlEngine, settings: dict[str, Any]) -> Any:
    """The pairs that agree with Splink's weights."""
    from splink import Linker
    from splink.backends.duckdb import DuckDBAPI

    api = DuckDBAPI(engine.connection)
    linker = Linker(api.register("unit_evidence"), settings, log_level=None, validate_settings=False)
    for column in _RARE:
        linker.table_management.register_term_frequency_lookup(api.register(f"bearers_of_{column}"), column)
    linker.table_management.register_blocked_pairs_for_predict(api.register("agreeing_pairs"))
    return linker.inference.predict(threshold_match_probability=LEAST, warning_mode="never")


def _might_join(engine: SqlEngine) -> bool:
    """Whether any two ids may be one person at all: some are names, or identifiers are of several kinds."""
    told = engine.sql("SELECT count(DISTINCT kind) + count(*) FILTER (WHERE by_name) AS n FROM (SELECT by_name, "
                      "unnest(kinds) AS kind FROM units)")  # fmt: skip
    return int(told["n"][0].as_py() or 0) > 1


def _number(engine: SqlEngine, query: str) -> int:
    return int(engine.sql(query)["n"][0].as_py() or 0)


def _describe_units(engine: SqlEngine) -> None:
    """``unit_mentions``; ``unit_stays``, a row for each unit and employer; ``unit_names``, one for each with a name."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_mentions AS SELECT u.unit, m.* FROM mentions m "
        "LEFT JOIN name_parts p ON p.subject = m.subject AND p.employer_id = m.employer_id "
        "JOIN units u ON u.subject = m.subject AND u.part = coalesce(p.part, 0)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_stays AS SELECT unit, employer_id, min(first) AS first, max(last) AS last, "
        "min(began) AS began FROM unit_mentions GROUP BY ALL"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_names AS SELECT unit, whole, joined, words, given FROM units "
        "JOIN person_names USING (name) WHERE len(words) > 0"
    )


def _block(engine: SqlEngine, group: int) -> None:
    """``candidate_pairs``: units with a word of their names and an employer in about the same time in common.

    Where too many records have both, the month of the start must agree too, or the whole name and the year; so that
    pairs grow with records and not with their square. Fellows in common do for an employer where the name is the same.
    """
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE words_at AS SELECT hash(ltrim(w, '=+'), employer_id) AS key, unit, first, last, "
        "began, whole FROM (SELECT unit, whole, unnest(words) AS w FROM unit_names) "
        "JOIN unit_stays USING (unit) WHERE length(w) > 1"
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE crowded_keys AS SELECT key FROM words_at GROUP BY key HAVING count(*) > {group}"
    )
    finer = (
        "SELECT hash(key, began) AS key, unit, first, last FROM crowded WHERE began IS NOT NULL UNION ALL "
        "SELECT hash(key, whole, unnest(range(first // 12, least(last // 12, first // 12 + 8) + 1)), 1) AS key, "
        "unit, first, last FROM crowded"
    )
    met = (
        "SELECT DISTINCT hash(fellow, whole) AS key, unit, -1 AS first, 99999 AS last FROM unit_mentions "
        "JOIN fellows USING (subject, event) JOIN unit_names USING (unit)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE block_keys AS WITH crowded AS "
        f"(FROM words_at SEMI JOIN crowded_keys USING (key)), finer AS ({finer}), met AS ({met}) "
        "SELECT key, unit, first, last FROM words_at ANTI JOIN crowded_keys USING (key) UNION ALL "
        f"SELECT * FROM finer SEMI JOIN (SELECT key FROM finer GROUP BY key HAVING count(*) <= {group}) USING (key) "
        "UNION ALL SELECT * FROM met SEMI JOIN "
        f"(SELECT key FROM met GROUP BY key HAVING count(*) <= {group}) USING (key)"
    )
    # Two identifiers of one kind are two people, and so is who stands beside another in one event.
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE candidate_pairs AS SELECT a, b FROM (SELECT DISTINCT a.unit AS a, b.unit AS b "
        "FROM block_keys a JOIN block_keys b ON a.key = b.key AND a.unit < b.unit AND a.first <= b.last + 12 "
        "AND b.first <= a.last + 12) JOIN units x ON x.unit = a JOIN units y ON y.unit = b AND x.subject <> y.subject "
        "WHERE x.by_name OR y.by_name OR NOT list_has_any(x.kinds, y.kinds)"
    )


def _compare(engine: SqlEngine) -> None:
    """``agreements``: the pairs whose names agree, with every level (-1: it says nothing); the same for Splink."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE named_pairs AS SELECT * FROM (SELECT a, b, "
        f"CASE WHEN x.whole = y.whole THEN {namepairs.SAME} ELSE "
        "name_agreement(x.words, y.words, x.joined, y.joined, x.given, y.given) END AS name FROM candidate_pairs "
        "JOIN unit_names x ON x.unit = a JOIN unit_names y ON y.unit = b) WHERE name > 0"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE named_pairs AS FROM named_pairs ANTI JOIN (SELECT DISTINCT x.unit AS a, "
        "y.unit AS b FROM unit_mentions x JOIN unit_mentions y ON x.event = y.event AND x.unit < y.unit "
        "SEMI JOIN (SELECT event FROM fellows) f ON f.event = x.event) USING (a, b)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE some_units AS SELECT a AS unit FROM named_pairs UNION SELECT b FROM named_pairs"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_lists AS SELECT * FROM (SELECT unit, "
        "list(DISTINCT employer_id) AS employers, "
        "list(DISTINCT employer_id * 4096 + began) FILTER (WHERE began IS NOT NULL) AS begun, "
        f"flatten(list({_years('first // 12', 'last // 12')})) AS held, "
        f"flatten(list({_years('first // 12 - 1', 'last // 12 + 1')})) AS reach "
        "FROM unit_stays SEMI JOIN some_units USING (unit) GROUP BY unit) "
        "JOIN (SELECT unit, list(DISTINCT job) FILTER (WHERE job IS NOT NULL) AS jobs, "
        "list(DISTINCT country) FILTER (WHERE country IS NOT NULL) AS countries "
        "FROM unit_mentions SEMI JOIN some_units USING (unit) GROUP BY unit) USING (unit) "
        "LEFT JOIN (SELECT unit, list(DISTINCT fellow) AS fellows FROM (SELECT unit, subject, event FROM unit_mentions "
        "SEMI JOIN some_units USING (unit)) JOIN fellows USING (subject, event) GROUP BY unit) USING (unit)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE agreements AS SELECT a, b, name, "
        "career_agreement(shared, near) AS career, "
        "CASE WHEN shared = 0 OR begun IS NULL THEN -1 WHEN begun > 0 THEN least(begun, 3) + 1 "
        "WHEN beside THEN 1 ELSE 0 END AS starts, "
        "CASE WHEN fewest < 2 THEN -1 WHEN common >= 0.99 * fewest THEN 3 WHEN common >= 0.6 * fewest THEN 2 "
        "WHEN common >= 0.3 * fewest THEN 1 ELSE 0 END AS overlap, "
        "CASE WHEN met IS NULL THEN -1 ELSE least(met, 3) END AS fellows, "
        "coalesce(CAST(country AS INTEGER), -1) AS country, coalesce(CAST(job AS INTEGER), -1) AS title FROM ("
        "SELECT a, b, name, shared_employers(x.held, y.held) AS shared, "
        "list_has_any(x.held, y.reach) OR list_has_any(x.reach, y.held) AS near, "
        f"{_where_both('begun', 'len(list_intersect(x.begun, y.begun))')} AS begun, "
        "list_has_any(x.begun, months_beside(y.begun)) AS beside, "
        "least(len(x.employers), len(y.employers)) AS fewest, len(list_intersect(x.employers, y.employers)) AS common, "
        f"{_where_both('fellows', 'len(list_intersect(x.fellows, y.fellows))')} AS met, "
        f"{_where_both('countries', 'list_has_any(x.countries, y.countries)')} AS country, "
        f"{_where_both('jobs', 'list_has_any(x.jobs, y.jobs)')} AS job FROM named_pairs "
        "JOIN unit_lists x ON x.unit = a JOIN unit_lists y ON y.unit = b)"
    )
    held = ", ".join(f"list(CAST(b AS BIGINT) * 8 + {name} + 1) AS {name}" for name in _COMPARED)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE unit_evidence AS SELECT unit, whole, given, {', '.join(_COMPARED)} "
        "FROM unit_names SEMI JOIN some_units USING (unit) "
        f"LEFT JOIN (SELECT a AS unit, {held} FROM agreements GROUP BY a) USING (unit)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE agreeing_pairs AS SELECT '0' AS match_key, a AS join_key_l, b AS join_key_r "
        "FROM agreements"
    )


def _where_both(column: str, value: str) -> str:
    """A value where both units have a list, null elsewhere."""
    return f"CASE WHEN x.{column} IS NOT NULL AND y.{column} IS NOT NULL THEN {value} END"


def _years(first: str, last: str) -> str:
    """Employer and year of each year of a stay, as numbers."""
    until = f"least({last}, {first} + {_MOST_PLACES}) + 1"
    return f"list_transform(range(greatest({first}, 0), {until}), lambda y: employer_id * 256 + y)"


def _shared(engine: SqlEngine, people: int) -> float:
    """The share of pairs of people that are ever at one employer in one year."""
    found = engine.sql(
        "WITH y AS (SELECT employer_id, unnest(range(first // 12, "
        f"least(last // 12 + 1, first // 12 + {_MOST_PLACES}))) AS year FROM unit_stays), "
        "n AS (SELECT employer_id, count(*) AS n FROM y GROUP BY employer_id, year) "
        f"SELECT sum(most * most) / pow({people}, 2) AS n "
        "FROM (SELECT employer_id, max(n) AS most FROM n GROUP BY 1)"
    )
    return min(max(float(found["n"][0].as_py() or 0.0), _FEWEST_SHARED), 0.2)


def _settings(weights: Mapping[str, Any], people: int, shared: float) -> dict[str, Any]:
    """The model in Splink's terms: each comparison with its levels, and their stated m and u."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unit",
        "probability_two_random_records_match": 1 / people,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [_comparison(name, weights[name], shared if name == "career" else 1.0) for name in _COMPARED],
    }


def _comparison(name: str, told: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """One comparison: its levels in the order of the weights, the last one where none of the others holds."""

    def agree(level: int) -> str:
        return f"list_contains({name}_l, unit_r * 8 + {level + 1})"

    shown: list[dict[str, Any]] = [{"sql_condition": f"{name}_l IS NULL OR {agree(-1)}", "is_null_level": True,
                                    "label_for_charts": "says nothing"}]  # fmt: skip
    for place, (label, weight) in enumerate(told.items(), 1):
        level: dict[str, Any] = {"label_for_charts": label, "m_probability": weight["m"]}
        is_last = place == len(told)
        level["sql_condition"] = "ELSE" if is_last else agree(len(told) - place)
        if isinstance(weight["u"], str):
            level |= {"u_probability": 1e-4, "tf_adjustment_column": {"name": "whole"}.get(weight["u"], weight["u"]),
                      "tf_adjustment_weight": 1.0, "disable_tf_exact_match_detection": True}  # fmt: skip
        else:
            level["u_probability"] = weight["u"] if is_last else min(weight["u"] * scale, 0.5)
        shown.append(level)
    return {"output_column_name": name, "comparison_levels": shown}
