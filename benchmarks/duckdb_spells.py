"""The same spells in DuckDB SQL written by hand: dates, overlaps, stays, main job, what came before and after."""

from __future__ import annotations

from typing import Any

AS_OF = "DATE '2025-06-30'"
ROWS_PER_BUCKET = 4_000_000
_COPY = "(FORMAT parquet, COMPRESSION lz4)"

LOOKUPS = """
CREATE TABLE employer AS
    SELECT CAST(row_number() OVER (ORDER BY name) - 1 AS INTEGER) AS employer_id, name
    FROM (SELECT DISTINCT trim(employer_name) AS name FROM positions);
CREATE TABLE written_employer AS
    SELECT written, employer_id
    FROM (SELECT DISTINCT employer_name AS written FROM positions) JOIN employer ON trim(written) = name;
CREATE TABLE role AS
    SELECT CAST(row_number() OVER () AS INTEGER) AS role_id, title, given_family, given_level, given_is_ai,
        regexp_matches(lower(title), 'board|advis|volunteer|investor|mentor|freelance') AS is_side
    FROM (SELECT DISTINCT title, given_family, given_level, given_is_ai FROM positions);
"""

_JOBS = f"""
WITH placed AS (
    SELECT person_id, employer_id, role_id, is_side, country, record, verified_on, end_date,
        start_date + CASE start_precision WHEN 'month' THEN CAST(day(last_day(start_date)) // 2 AS INTEGER)
            WHEN 'year' THEN 182 ELSE 0 END AS start,
        end_date + CASE end_precision WHEN 'month' THEN CAST(day(last_day(end_date)) // 2 AS INTEGER)
            WHEN 'year' THEN 182 ELSE 0 END AS stop,
        start_precision <> 'day' OR coalesce(end_precision <> 'day', false) AS is_coarse
    FROM bucket
    JOIN written_employer ON written = employer_name
    JOIN role USING (title, given_family, given_level, given_is_ai)
), dated AS (
    SELECT * EXCLUDE (stop, verified_on, end_date), coalesce(stop <= {AS_OF}, false) AS ended,
        greatest(start + 1, CASE WHEN stop <= {AS_OF} THEN stop WHEN stop IS NOT NULL THEN {AS_OF} + 1
            ELSE least(coalesce(verified_on, {AS_OF}), {AS_OF}) + 1 END) AS until
    FROM placed
    WHERE start <= {AS_OF}
)
"""

LINKED = f"""
CREATE OR REPLACE TEMP TABLE linked AS {_JOBS}
SELECT *, lag(until) OVER person AS previous_end, lag(employer_id) OVER person AS previous_employer_id,
    lag(role_id) OVER person AS previous_role_id, lead(employer_id) OVER person AS next_employer_id,
    lead(start) OVER person AS next_start, first_value(start) OVER person AS career_start
FROM dated
WINDOW person AS (PARTITION BY person_id ORDER BY start, record);
"""

ENTANGLED = """
CREATE OR REPLACE TEMP TABLE entangled AS
SELECT person_id FROM linked WHERE previous_end > start OR is_side OR (NOT ended AND next_start IS NOT NULL)
UNION
SELECT DISTINCT person_id FROM (SELECT person_id FROM linked GROUP BY person_id, employer_id HAVING count(*) > 1);
"""

STAYS = """
CREATE OR REPLACE TEMP TABLE stays AS
WITH jobs AS (
    SELECT * EXCLUDE (previous_end, previous_employer_id, previous_role_id, next_employer_id, next_start, career_start)
    FROM linked SEMI JOIN entangled USING (person_id)
), later AS (
    SELECT *, count(*) FILTER (NOT is_side) OVER after AS later_jobs,
        min(start) FILTER (NOT is_side) OVER after AS next_job
    FROM jobs
    WINDOW after AS (PARTITION BY person_id ORDER BY start
        RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING)
), closed AS (
    SELECT * EXCLUDE (later_jobs, next_job, until, ended), NOT ended AND later_jobs >= 2 AS closed_stale,
        CASE WHEN NOT ended AND later_jobs >= 2 THEN CAST(next_job AS DATE) ELSE until END AS until,
        ended OR later_jobs >= 2 AS ended
    FROM later
), reached AS (
    SELECT *, max(until) OVER here AS here_until, max(until) FILTER (NOT is_side) OVER before AS anywhere_until
    FROM closed
    WINDOW here AS (PARTITION BY person_id, employer_id ORDER BY start, record
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        before AS (PARTITION BY person_id ORDER BY start
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING)
), begun AS (
    SELECT *, here_until IS NULL OR (start > here_until AND NOT (
        start <= here_until + INTERVAL 3 MONTH AND NOT coalesce(anywhere_until > here_until, false))) AS begins
    FROM reached
), numbered AS (
    SELECT *, sum(CAST(begins AS INTEGER)) OVER (PARTITION BY person_id, employer_id ORDER BY start, record) AS stay
    FROM begun
)
SELECT person_id, employer_id, min(start) AS start, max(until) AS until, bool_and(is_side) AS is_side,
    arg_max(ended, (until, NOT ended)) AS ended, arg_min(role_id, (start, record)) AS role_id,
    arg_max(role_id, (until, start, record)) AS last_role_id, arg_min(country, (start, record)) AS country,
    min(record) AS record, CAST(count(*) AS INTEGER) AS positions, bool_or(is_coarse) AS is_coarse,
    bool_or(closed_stale) AS closed_stale
FROM numbered
GROUP BY person_id, employer_id, stay;
"""

MAIN = """
CREATE OR REPLACE TEMP TABLE mains AS
WITH seen AS (
    SELECT *, lag(until) OVER here AS left_on, max(until) FILTER (NOT is_side) OVER before AS job_until,
        max(until) FILTER (is_side) OVER before AS side_until, lead(start) OVER wide AS next_stay
    FROM stays
    WINDOW here AS (PARTITION BY person_id, employer_id ORDER BY start),
        wide AS (PARTITION BY person_id ORDER BY start, is_side, until DESC, record),
        before AS (PARTITION BY person_id ORDER BY start, is_side, until DESC, record
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), ranked AS (
    SELECT *, coalesce(start <= left_on + INTERVAL 12 MONTH, false) AS is_recall,
        bool_or(left_on IS NOT NULL) OVER (PARTITION BY person_id) AS returns,
        NOT CASE WHEN is_side THEN coalesce(job_until > start, false) OR 
                (ended AND coalesce(side_until >= until, false))
            ELSE ended AND coalesce(job_until >= until, false) END AS may_be_main,
        coalesce(job_until > start, false) OR coalesce(side_until > start, false)
            OR coalesce(next_stay < until, false) AS main_by_rule
    FROM seen
), taken AS (
    SELECT *, least(until, coalesce(lead(start) OVER (PARTITION BY person_id, may_be_main
        ORDER BY start, record DESC), until)) AS given_up
    FROM ranked
)
SELECT * EXCLUDE (given_up), CASE WHEN may_be_main AND given_up > start THEN given_up END AS main_end FROM taken;
"""

SPELLS = f"""
COPY (
    WITH relinked AS (
        SELECT person_id, employer_id, role_id, last_role_id, country, start, until, ended, main_end, is_recall,
            returns, main_by_rule, closed_stale, is_coarse, positions, lag(main_end) OVER w AS previous_end,
            lag(employer_id) OVER w AS previous_employer_id, lag(last_role_id) OVER w AS previous_role_id,
            lead(employer_id) OVER w AS next_employer_id, lead(start) OVER w AS next_start,
            first_value(start) OVER w AS career_start
        FROM mains WHERE main_end IS NOT NULL
        WINDOW w AS (PARTITION BY person_id ORDER BY start)
        UNION ALL
        SELECT person_id, employer_id, role_id, last_role_id, country, start, until, ended, main_end, is_recall,
            returns, main_by_rule, closed_stale, is_coarse, positions, NULL, NULL, NULL, NULL, NULL, NULL
        FROM mains WHERE main_end IS NULL
        UNION ALL
        SELECT person_id, employer_id, role_id, role_id, country, start, until, ended, until, false, false,
            false, false, is_coarse, 1, previous_end, previous_employer_id, previous_role_id, next_employer_id,
            next_start, career_start
        FROM linked ANTI JOIN entangled USING (person_id)
    )
    SELECT person_id, employer_id, role_id, last_role_id, country, start AS start_date, true AS start_known,
        start AS seen_from, until AS end_date, ended, main_end, is_recall, returns, main_by_rule, closed_stale,
        is_coarse, positions, previous_end, previous_employer_id, previous_role_id, next_employer_id, next_start,
        CAST(12 * (year(until) - year(start)) + month(until) - month(start)
            + CASE WHEN ended THEN CAST(day(until) > day(start) AS INTEGER)
                ELSE -CAST(day(until) < day(start) AS INTEGER) END AS INTEGER) AS tenure_months,
        0 AS entry_month,
        CAST(12 * (year(start) - year(career_start)) + month(start) - month(career_start)
            - CAST(day(start) < day(career_start) AS INTEGER) AS INTEGER) AS experience_months,
        CASE WHEN main_end IS NOT NULL THEN 'hire' END AS arrival,
        CASE WHEN main_end IS NULL THEN NULL WHEN ended OR coalesce(next_start <= main_end, false) THEN 'separation'
            ELSE 'censored' END AS departure
    FROM relinked
) TO '{{file}}' {_COPY};
"""

SUSPECTS = """
WITH changed AS (
    SELECT employer_id, date_trunc('month', day) AS month, sum(change) AS change
    FROM (SELECT employer_id, seen_from AS day, 1 AS change FROM spells WHERE main_end IS NOT NULL
        UNION ALL SELECT employer_id, main_end, -1 FROM spells WHERE main_end IS NOT NULL)
    GROUP BY ALL
), stock AS (
    SELECT employer_id, month, sum(change) OVER (PARTITION BY employer_id ORDER BY month) - change AS people
    FROM changed
), gone AS (
    SELECT employer_id, date_trunc('month', main_end) AS month, count(*) AS people
    FROM spells
    WHERE departure = 'separation' AND next_employer_id <> employer_id AND next_start - main_end <= 92
    GROUP BY ALL
), windowed AS (
    SELECT employer_id, month, sum(people) OVER (PARTITION BY employer_id ORDER BY month
        RANGE BETWEEN CURRENT ROW AND INTERVAL 2 MONTH FOLLOWING) AS people
    FROM gone
)
SELECT DISTINCT w.employer_id
FROM windowed w JOIN stock s USING (employer_id, month)
WHERE w.people >= greatest(0.8 * s.people, 10);
"""


def make_spells(connection: Any, people: int, folder: str) -> int:
    """Write the spells of each bucket of people as Parquet; gives the number of employers that may have moved whole."""
    rows = connection.sql("SELECT count(*) FROM positions").fetchall()[0][0]
    count = -(-rows // ROWS_PER_BUCKET)
    connection.execute(LOOKUPS)
    for number in range(count):
        low, high = people * number // count, people * (number + 1) // count
        connection.execute(
            "CREATE OR REPLACE TEMP VIEW bucket AS SELECT * FROM positions "
            f"WHERE person_id >= {low} AND person_id < {high}"
        )
        for statement in (LINKED, ENTANGLED, STAYS, MAIN):
            connection.execute(statement)
        connection.execute(SPELLS.format(file=f"{folder}/part-{number}.parquet"))
    connection.execute(f"CREATE OR REPLACE VIEW spells AS SELECT * FROM '{folder}/*.parquet'")
    return len(connection.sql(SUSPECTS).fetchall())
