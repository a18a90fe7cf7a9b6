-- cells
SELECT
  *
FROM (
  SELECT
    "t6"."key_employer",
    "t6"."key_origin",
    "t6"."from_origin",
    "t6"."rows" - COALESCE("t8"."again", 0) AS "people"
  FROM (
    SELECT
      "t3"."key_employer",
      "t3"."key_origin",
      COALESCE("t3"."from_origin", 0) AS "from_origin",
      COALESCE("t3"."rows", 0) AS "rows"
    FROM (
      SELECT
        "t1"."key_employer",
        "t1"."key_origin",
        COUNT(*) AS "from_origin",
        COUNT(*) AS "rows"
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
          CASE
            WHEN "t0"."previous_employer_id" IS NOT NULL
            THEN "t0"."previous_employer_id"
            WHEN "t0"."experience_months" IS NOT NULL
            THEN -1
            ELSE -2
          END AS "origin_id",
          "t0"."employer_id" AS "key_employer",
          CASE
            WHEN "t0"."previous_employer_id" IS NOT NULL
            THEN "t0"."previous_employer_id"
            WHEN "t0"."experience_months" IS NOT NULL
            THEN -1
            ELSE -2
          END AS "key_origin"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL AND "t0"."arrival" = 'hire'
      ) AS "t1"
      GROUP BY
        1,
        2
    ) AS "t3"
  ) AS "t6"
  LEFT OUTER JOIN (
    SELECT
      "t4"."key_employer" AS "again_key_employer",
      "t4"."key_origin" AS "again_key_origin",
      COALESCE("t4"."again", 0) AS "again"
    FROM (
      SELECT
        "t2"."key_employer",
        "t2"."key_origin",
        COUNT(*) - COUNT(DISTINCT "t2"."person_id") AS "again"
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
          CASE
            WHEN "t0"."previous_employer_id" IS NOT NULL
            THEN "t0"."previous_employer_id"
            WHEN "t0"."experience_months" IS NOT NULL
            THEN -1
            ELSE -2
          END AS "origin_id",
          "t0"."employer_id" AS "key_employer",
          CASE
            WHEN "t0"."previous_employer_id" IS NOT NULL
            THEN "t0"."previous_employer_id"
            WHEN "t0"."experience_months" IS NOT NULL
            THEN -1
            ELSE -2
          END AS "key_origin"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL AND "t0"."arrival" = 'hire' AND "t0"."returns"
      ) AS "t2"
      GROUP BY
        1,
        2
    ) AS "t4"
    WHERE
      COALESCE("t4"."again", 0) > 0
  ) AS "t8"
    ON "t6"."key_employer" IS NOT DISTINCT FROM "t8"."again_key_employer"
    AND "t6"."key_origin" IS NOT DISTINCT FROM "t8"."again_key_origin"
) AS "t9"
ORDER BY
  "t9"."key_employer" ASC,
  "t9"."key_origin" ASC
