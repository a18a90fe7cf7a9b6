-- cells
SELECT
  "t8"."key_employer",
  "t8"."month",
  COALESCE("t8"."stays", 0) AS "stays",
  COALESCE("t8"."left", 0) AS "left",
  COALESCE("t8"."late", 0) AS "late"
FROM (
  SELECT
    "t7"."key_employer",
    "t7"."month",
    SUM("t7"."stays") AS "stays",
    SUM("t7"."left") AS "left",
    SUM("t7"."late") AS "late"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t5"."key_employer",
        "t5"."month",
        COALESCE("t5"."stays", 0) AS "stays",
        COALESCE("t5"."left", 0) AS "left",
        CAST(0 AS BIGINT) AS "late"
      FROM (
        SELECT
          "t3"."key_employer",
          "t3"."month",
          COUNT(*) AS "stays",
          SUM("t3"."left") AS "left"
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
            LEAST("t0"."tenure_months", 25) AS "month",
            CAST("t0"."ended" AND NOT (
              "t0"."departure" IN ('internal', 'bulk')
            ) AS BIGINT) AS "left"
          FROM "spells" AS "t0"
          WHERE
            "t0"."main_end" IS NOT NULL
            AND "t0"."start_known"
            AND "t0"."seen_from" < "t0"."end_date"
            AND "t0"."arrival" IN ('hire', 'unseen')
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
    ) AS "t6"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t2"."key_employer",
        "t2"."month",
        CAST(0 AS BIGINT) AS "stays",
        CAST(0 AS BIGINT) AS "left",
        COALESCE("t2"."late", 0) AS "late"
      FROM (
        SELECT
          "t1"."key_employer",
          "t1"."month",
          COUNT(*) AS "late"
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
            LEAST("t0"."entry_month", 25) AS "month"
          FROM "spells" AS "t0"
          WHERE
            "t0"."main_end" IS NOT NULL
            AND "t0"."start_known"
            AND "t0"."seen_from" < "t0"."end_date"
            AND "t0"."arrival" IN ('hire', 'unseen')
            AND "t0"."entry_month" > 0
        ) AS "t1"
        GROUP BY
          1,
          2
      ) AS "t2"
    ) AS "t4"
  ) AS "t7"
  GROUP BY
    1,
    2
) AS "t8"
ORDER BY
  "t8"."key_employer" ASC,
  "t8"."month" ASC

-- again
SELECT
  "t2"."key_employer",
  COALESCE("t2"."again", 0) AS "again"
FROM (
  SELECT
    "t1"."key_employer",
    COUNT(*) - COUNT(DISTINCT "t1"."person_id") AS "again"
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
      "t0"."employer_id" AS "key_employer"
    FROM "spells" AS "t0"
    WHERE
      "t0"."main_end" IS NOT NULL
      AND "t0"."start_known"
      AND "t0"."seen_from" < "t0"."end_date"
      AND "t0"."arrival" IN ('hire', 'unseen')
      AND "t0"."returns"
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
WHERE
  COALESCE("t2"."again", 0) > 0
