"""The same measures in DuckDB SQL written by hand, with intervals, withheld cells, names and order."""

from __future__ import annotations

from typing import Any

_Z = 1.959963984540054
_MONTH = "CAST(year({0}) * 12 + month({0}) - 1 AS INTEGER)"
_PEOPLE = "count(*) FILTER (NOT returns) + count(DISTINCT person_id) FILTER (returns)"

RETENTION = f"""
WITH stays AS (
    SELECT employer_id, year(start_date) AS cohort, tenure_months, entry_month, ended, returns, person_id
    FROM spells WHERE main_end IS NOT NULL AND start_known AND arrival IN ('hire', 'unseen')
), cells AS (
    SELECT employer_id, cohort, month, sum(stays) AS stays, sum(gone) AS gone, sum(late) AS late
    FROM (
        SELECT employer_id, cohort, least(tenure_months, 25) AS month, count(*) AS stays,
            count(*) FILTER (ended) AS gone, 0 AS late
        FROM stays GROUP BY ALL
        UNION ALL
        SELECT employer_id, cohort, least(entry_month, 25), 0, 0, count(*) FROM stays WHERE entry_month > 0 GROUP BY ALL
    ) GROUP BY ALL
), at_risk AS (
    SELECT *, sum(stays) OVER every - sum(late) OVER every + coalesce(sum(late) OVER before, 0)
        - coalesce(sum(stays) OVER before, 0) AS people
    FROM cells
    WINDOW every AS (PARTITION BY employer_id, cohort),
        before AS (PARTITION BY employer_id, cohort ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), multiplied AS (
    SELECT employer_id, cohort, sum(stays) AS entered, coalesce(sum(gone) FILTER (month <= 24), 0) AS events,
        sum(stays) - sum(late) + coalesce(sum(late) FILTER (month < 24), 0)
            - coalesce(sum(stays) FILTER (month < 24), 0) AS at_risk,
        coalesce(sum(ln(1 - gone / people)) FILTER (month <= 24 AND gone > 0 AND gone < people), 0) AS log_survival,
        coalesce(sum(gone / people / (people - gone)) FILTER (month <= 24 AND gone > 0 AND gone < people), 0)
            AS variance,
        max(people) FILTER (month <= 24 AND gone > 0 AND gone = people) AS last_left
    FROM at_risk GROUP BY ALL
), counted AS (
    SELECT employer_id, cohort, {_PEOPLE} AS n FROM stays GROUP BY ALL
), estimated AS (
    SELECT *, CASE WHEN last_left > 0 THEN 0 WHEN at_risk = 0 THEN NULL ELSE exp(log_survival) END AS survival,
        exp({_Z} * sqrt(variance) / nullif(-log_survival, 0)) AS stretch
    FROM multiplied
), told AS (
    SELECT name AS employer, cohort, CASE WHEN n < 5 THEN 'withheld' WHEN at_risk < 10 THEN 'few at risk'
            ELSE 'ok' END AS status, entered, events, at_risk, survival,
        CASE WHEN last_left > 0 THEN 0 WHEN events = 0 THEN pow(0.025, 1 / at_risk)
            ELSE exp(log_survival * stretch) END AS low,
        CASE WHEN last_left > 0 THEN 1 - pow(0.025, 1 / last_left) WHEN events = 0 THEN 1
            ELSE exp(log_survival / stretch) END AS high, n
    FROM estimated JOIN counted USING (employer_id, cohort) JOIN employer USING (employer_id)
)
SELECT employer, cohort, status, CASE WHEN status <> 'withheld' THEN entered END AS entered,
    CASE WHEN status = 'ok' THEN events END AS events, CASE WHEN status = 'ok' THEN at_risk END AS at_risk,
    CASE WHEN status = 'ok' THEN survival END AS estimate, CASE WHEN status = 'ok' THEN low END AS low,
    CASE WHEN status = 'ok' THEN high END AS high, CASE WHEN status <> 'withheld' THEN n END AS n
FROM told ORDER BY employer, cohort
"""

_MOVES = """
SELECT person_id, returns, previous_employer_id AS origin_id, employer_id, start_date,
    CASE WHEN start_date - previous_end <= 31 THEN 'direct' WHEN start_date - previous_end <= 92 THEN 'brief'
        ELSE 'long' END AS gap
FROM spells
WHERE main_end IS NOT NULL AND arrival = 'hire' AND previous_employer_id <> employer_id
"""

CLASSES = f"SELECT gap, count(*) AS moves FROM ({_MOVES}) GROUP BY gap"

FLOWS = f"""
WITH counted AS (
    SELECT origin_id, employer_id, year(start_date) AS year, count(*) AS moves, {_PEOPLE} AS n
    FROM ({_MOVES}) WHERE gap <> 'long' GROUP BY ALL
), shown AS (
    SELECT origin_id, employer_id, year, n >= 5 AS ok, moves, n FROM counted
)
SELECT o.name AS origin, d.name AS destination, year, CASE WHEN ok THEN moves END AS estimate,
    CASE WHEN ok THEN i.low END AS low, CASE WHEN ok THEN i.high END AS high, CASE WHEN ok THEN n END AS n,
    CASE WHEN ok THEN 'ok' ELSE 'withheld' END AS status
FROM shown JOIN employer o ON o.employer_id = origin_id JOIN employer d ON d.employer_id = shown.employer_id
JOIN poisson i ON i.count = moves
ORDER BY origin, destination, year
"""

_FIRST_JOB, _UNKNOWN = "'first job'", "'unknown'"
_SIZED = "n, origin_id < 0, origin_id"
ORIGINS = f"""
WITH counted AS (
    SELECT employer_id, CASE WHEN previous_employer_id IS NOT NULL THEN previous_employer_id
            WHEN experience_months IS NOT NULL THEN -1 ELSE -2 END AS origin_id, count(*) AS from_origin, {_PEOPLE} AS n
    FROM spells WHERE main_end IS NOT NULL AND arrival = 'hire' GROUP BY ALL
), shared AS (
    SELECT *, n < 5 AS few, sum(from_origin) OVER hired AS hires, from_origin / sum(from_origin) OVER hired AS share,
        count(*) FILTER (n < 5) OVER hired AS fews, count(*) OVER sized AS cells, sum(n) OVER sized AS behind,
        sum(from_origin) OVER sized AS rest, sum(CASE WHEN n < 5 THEN 1 ELSE 5 END) OVER sized AS least
    FROM counted
    WINDOW hired AS (PARTITION BY employer_id), sized AS (PARTITION BY employer_id ORDER BY {_SIZED} ROWS
        UNBOUNDED PRECEDING)
), judged AS (
    SELECT *, cells >= fews AND cells > 1 AND behind >= 5 AND rest <> least
            AND NOT (cells = fews AND rest = 4 * cells AND behind = rest) AS safe
    FROM shared
), told AS (
    SELECT *, {_Z * _Z} / hires AS spread, NOT few AND (fews = 0 OR coalesce(bool_or(safe) OVER smaller, false)) AS ok
    FROM judged
    WINDOW smaller AS (PARTITION BY employer_id ORDER BY {_SIZED} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT e.name AS employer, coalesce(o.name, CASE origin_id WHEN -1 THEN {_FIRST_JOB} ELSE {_UNKNOWN} END) AS origin,
    CASE WHEN ok THEN hires END AS hires, CASE WHEN ok THEN from_origin END AS from_origin,
    CASE WHEN ok THEN share END AS estimate,
    CASE WHEN ok THEN (share + spread / 2 - {_Z} * sqrt((share * (1 - share) + spread / 4) / hires)) / (1 + spread) END
        AS low,
    CASE WHEN ok THEN (share + spread / 2 + {_Z} * sqrt((share * (1 - share) + spread / 4) / hires)) / (1 + spread) END
        AS high,
    CASE WHEN ok THEN n END AS n, CASE WHEN ok THEN 'ok' ELSE 'withheld' END AS status
FROM told JOIN employer e ON e.employer_id = told.employer_id LEFT JOIN employer o ON o.employer_id = origin_id
ORDER BY employer, origin
"""

MONTHLY = f"""
CREATE OR REPLACE TEMP TABLE monthly AS
WITH changed AS (
    SELECT employer_id, {_MONTH.format("seen_from")} AS month, day(seen_from) = 1 AS first_day, 1 AS came, 0 AS gone,
        CAST(arrival = 'hire' AS INTEGER) AS hired, 0 AS separated,
        CAST(arrival = 'hire' AND coalesce(start_date - previous_end <= 31, false) AS INTEGER) AS direct
    FROM spells WHERE main_end IS NOT NULL
    UNION ALL
    SELECT employer_id, {_MONTH.format("main_end")}, day(main_end) = 1, 0, 1, 0,
        CAST(departure = 'separation' AS INTEGER), 0
    FROM spells WHERE main_end IS NOT NULL
), counted AS (
    SELECT employer_id, month, sum(came) AS came, sum(came - gone) AS change,
        sum(came - gone) FILTER (first_day) AS first_change, sum(hired) AS hired, sum(separated) AS separated,
        sum(direct) AS direct
    FROM changed GROUP BY ALL
), grid AS (
    SELECT employer_id, month
    FROM employer CROSS JOIN (SELECT unnest(range(min(month), 2025 * 12 + 6)) AS month FROM counted)
), filled AS (
    SELECT employer_id, month, coalesce(came, 0) AS came, coalesce(hired, 0) AS hired,
        coalesce(separated, 0) AS separated, coalesce(direct, 0) AS direct, coalesce(change, 0) AS change,
        coalesce(first_change, 0) AS first_change
    FROM grid LEFT JOIN counted USING (employer_id, month)
)
SELECT *, sum(change) OVER w - change + first_change AS stock,
    CASE WHEN count(*) OVER year = 12 THEN sum(hired) OVER year END AS hired_12,
    CASE WHEN count(*) OVER year = 12 THEN sum(separated) OVER year END AS separated_12
FROM filled
WINDOW w AS (PARTITION BY employer_id ORDER BY month),
    year AS (PARTITION BY employer_id ORDER BY month ROWS BETWEEN 11 PRECEDING AND CURRENT ROW)
"""

_MONTH_WORD = "printf('%04d-%02d', month // 12, month % 12 + 1)"

HEADCOUNT = f"""
SELECT name AS employer, {_MONTH_WORD} AS month, CASE WHEN stock >= 5 THEN stock END AS estimate,
    CASE WHEN stock >= 5 THEN stock END AS n, CASE WHEN stock >= 5 THEN 'ok' ELSE 'withheld' END AS status
FROM monthly JOIN employer USING (employer_id) WHERE stock > 0 ORDER BY ALL
"""


def _events(column: str, more: str) -> str:
    shown = f"CASE WHEN {column} >= 5 THEN"
    return f"""
SELECT name AS employer, {_MONTH_WORD} AS month, {more} CASE WHEN {column}_12 = 0 OR {column}_12 >= 5
    THEN {shown} {column}_12 END END AS sum_12, {shown} {column} END AS estimate, {shown} i.low END AS low,
    {shown} i.high END AS high, {shown} {column} END AS n, {shown} 'ok' ELSE 'withheld' END AS status
FROM monthly JOIN employer USING (employer_id) JOIN poisson i ON i.count = {column}
WHERE stock > 0 OR came > 0 OR {column} > 0 ORDER BY employer, month
"""


HIRES = _events("hired", "CASE WHEN hired >= 5 AND (direct = 0 OR direct >= 5) THEN direct END AS direct,")
SEPARATIONS = _events("separated", "")

TABLES = {
    "retention": RETENTION,
    "flows": FLOWS,
    "headcount": HEADCOUNT,
    "hires": HIRES,
    "separations": SEPARATIONS,
    "origins": ORIGINS,
}


def add_intervals(connection: Any) -> None:
    """The exact Poisson interval of every count there may be, as a table to look it up in."""
    import numpy as np
    import pyarrow as pa
    from scipy.special import gammaincinv

    most = connection.sql(
        "SELECT max(rows) FROM (SELECT count(*) AS rows FROM spells GROUP BY employer_id)"
    ).fetchall()[0][0]
    count = np.arange(most + 1)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), 0.025), 0.0)
    intervals = pa.table({"count": count, "low": low, "high": gammaincinv(count + 1, 0.975)})
    connection.register("intervals", intervals)
    connection.execute("CREATE OR REPLACE TEMP TABLE poisson AS SELECT * FROM intervals")
