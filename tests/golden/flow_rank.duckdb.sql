-- cells
WITH "t1" AS MATERIALIZED (
  SELECT
    "t0"."person_id",
    "t0"."arrival",
    "t0"."returns",
    "t0"."country",
    "t0"."previous_employer_id" AS "origin",
    "t0"."employer_id" AS "destination",
    "t0"."previous_end" AS "left_on",
    "t0"."start_date" AS "joined_on",
    CAST(DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") AS INT) AS "gap_days",
    CASE
      WHEN DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") <= 31
      THEN 'direct'
      WHEN DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") <= 92
      THEN 'brief'
      ELSE 'long'
    END AS "gap",
    "t0"."previous_role_id" AS "origin_role_id",
    "t0"."role_id"
  FROM "spells" AS "t0"
  WHERE
    NOT "t0"."main_end" IS NULL
    AND NOT "t0"."previous_employer_id" IS NULL
    AND "t0"."previous_employer_id" <> "t0"."employer_id"
    AND "t0"."arrival" <> 'unseen'
    AND "t0"."arrival" = 'hire'
)
SELECT
  "t6"."key_employer",
  COALESCE("t6"."arrivals", 0) AS "arrivals",
  COALESCE("t6"."departures", 0) AS "departures",
  COALESCE("t6"."people", 0) AS "people"
FROM (
  SELECT
    "t5"."key_employer",
    SUM("t5"."arrives") AS "arrivals",
    SUM(1 - "t5"."arrives") AS "departures",
    COUNT(DISTINCT "t5"."person_id") AS "people"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t2"."person_id",
        1 AS "arrives",
        "t2"."destination" AS "key_employer"
      FROM "t1" AS "t2"
      WHERE
        "t2"."gap" IN ('direct', 'brief') AND "t2"."origin" <> "t2"."destination"
    ) AS "t3"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t2"."person_id",
        0 AS "arrives",
        "t2"."origin" AS "key_employer"
      FROM "t1" AS "t2"
      WHERE
        "t2"."gap" IN ('direct', 'brief') AND "t2"."origin" <> "t2"."destination"
    ) AS "t4"
  ) AS "t5"
  GROUP BY
    1
) AS "t6"
ORDER BY
  "t6"."key_employer" ASC

-- pairs
SELECT
  "t3"."key_origin",
  "t3"."key_destination",
  COALESCE("t3"."moves", 0) AS "moves"
FROM (
  SELECT
    "t2"."key_origin",
    "t2"."key_destination",
    COUNT(*) AS "moves"
  FROM (
    SELECT
      "t1"."person_id",
      "t1"."arrival",
      "t1"."returns",
      "t1"."country",
      "t1"."origin",
      "t1"."destination",
      "t1"."left_on",
      "t1"."joined_on",
      "t1"."gap_days",
      "t1"."gap",
      "t1"."origin_role_id",
      "t1"."role_id",
      "t1"."origin" AS "key_origin",
      "t1"."destination" AS "key_destination"
    FROM (
      SELECT
        "t0"."person_id",
        "t0"."arrival",
        "t0"."returns",
        "t0"."country",
        "t0"."previous_employer_id" AS "origin",
        "t0"."employer_id" AS "destination",
        "t0"."previous_end" AS "left_on",
        "t0"."start_date" AS "joined_on",
        CAST(DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") AS INT) AS "gap_days",
        CASE
          WHEN DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") <= 31
          THEN 'direct'
          WHEN DATE_DIFF('DAY', "t0"."previous_end", "t0"."start_date") <= 92
          THEN 'brief'
          ELSE 'long'
        END AS "gap",
        "t0"."previous_role_id" AS "origin_role_id",
        "t0"."role_id"
      FROM "spells" AS "t0"
      WHERE
        "t0"."main_end" IS NOT NULL
        AND "t0"."previous_employer_id" IS NOT NULL
        AND "t0"."previous_employer_id" <> "t0"."employer_id"
        AND "t0"."arrival" <> 'unseen'
        AND "t0"."arrival" = 'hire'
    ) AS "t1"
    WHERE
      "t1"."gap" IN ('direct', 'brief') AND "t1"."origin" <> "t1"."destination"
  ) AS "t2"
  GROUP BY
    1,
    2
) AS "t3"
ORDER BY
  "t3"."key_origin" ASC,
  "t3"."key_destination" ASC
