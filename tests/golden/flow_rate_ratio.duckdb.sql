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
), "t5" AS MATERIALIZED (
  SELECT
    *
  FROM (
    SELECT
      "t2"."person_id",
      "t2"."returns",
      "t2"."origin" AS "key_origin",
      "t2"."destination" AS "key_destination",
      0 AS "back"
    FROM "t1" AS "t2"
    WHERE
      "t2"."gap" IN ('direct', 'brief')
  ) AS "t3"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t2"."person_id",
      "t2"."returns",
      "t2"."destination" AS "key_origin",
      "t2"."origin" AS "key_destination",
      1 AS "back"
    FROM "t1" AS "t2"
    WHERE
      "t2"."gap" IN ('direct', 'brief')
  ) AS "t4"
)
SELECT
  *
FROM (
  SELECT
    "t12"."key_origin",
    "t12"."key_destination",
    "t12"."moves",
    "t12"."moves_back",
    "t12"."rows" - COALESCE("t14"."again", 0) AS "people"
  FROM (
    SELECT
      "t9"."key_origin",
      "t9"."key_destination",
      COALESCE("t9"."moves", 0) AS "moves",
      COALESCE("t9"."moves_back", 0) AS "moves_back",
      COALESCE("t9"."rows", 0) AS "rows"
    FROM (
      SELECT
        "t7"."key_origin",
        "t7"."key_destination",
        SUM(1 - "t7"."back") AS "moves",
        SUM("t7"."back") AS "moves_back",
        COUNT(*) AS "rows"
      FROM (
        SELECT
          *
        FROM "t5" AS "t6"
        WHERE
          "t6"."key_origin" <> "t6"."key_destination"
      ) AS "t7"
      GROUP BY
        1,
        2
    ) AS "t9"
  ) AS "t12"
  LEFT OUTER JOIN (
    SELECT
      "t10"."key_origin" AS "again_key_origin",
      "t10"."key_destination" AS "again_key_destination",
      COALESCE("t10"."again", 0) AS "again"
    FROM (
      SELECT
        "t8"."key_origin",
        "t8"."key_destination",
        COUNT(*) - COUNT(DISTINCT "t8"."person_id") AS "again"
      FROM (
        SELECT
          *
        FROM "t5" AS "t6"
        WHERE
          "t6"."key_origin" <> "t6"."key_destination" AND "t6"."returns"
      ) AS "t8"
      GROUP BY
        1,
        2
    ) AS "t10"
    WHERE
      COALESCE("t10"."again", 0) > 0
  ) AS "t14"
    ON "t12"."key_origin" IS NOT DISTINCT FROM "t14"."again_key_origin"
    AND "t12"."key_destination" IS NOT DISTINCT FROM "t14"."again_key_destination"
) AS "t15"
ORDER BY
  "t15"."key_origin" ASC,
  "t15"."key_destination" ASC

-- exposure
SELECT
  "t2"."exposed",
  COALESCE("t2"."days", 0) AS "days"
FROM (
  SELECT
    "t1"."exposed",
    SUM("t1"."days") AS "days"
  FROM (
    SELECT
      "t0"."person_id",
      "t0"."employer_id",
      "t0"."start_date",
      "t0"."start_known",
      "t0"."seen_from",
      "t0"."end_date",
      "t0"."ended",
      "t0"."tenure_months",
      "t0"."entry_month",
      "t0"."main_end",
      "t0"."is_recall",
      "t0"."returns",
      "t0"."experience_months",
      "t0"."role_id",
      "t0"."last_role_id",
      "t0"."country",
      "t0"."previous_employer_id",
      "t0"."previous_end",
      "t0"."previous_role_id",
      "t0"."next_employer_id",
      "t0"."next_start",
      "t0"."arrival",
      "t0"."departure",
      "t0"."positions",
      "t0"."is_coarse",
      "t0"."closed_stale",
      "t0"."main_by_rule",
      "t0"."employer_id" AS "key_employer",
      CASE
        WHEN DATE_DIFF('DAY', "t0"."seen_from", "t0"."main_end") > 0
        THEN DATE_DIFF('DAY', "t0"."seen_from", "t0"."main_end")
        ELSE 0
      END AS "days",
      "t0"."employer_id" AS "exposed"
    FROM "spells" AS "t0"
    WHERE
      "t0"."main_end" IS NOT NULL
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
