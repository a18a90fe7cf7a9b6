-- cells
SELECT
  "t2"."key_year",
  COALESCE("t2"."hires", 0) AS "hires",
  COALESCE("t2"."entry_hires", 0) AS "entry_hires",
  COALESCE("t2"."people", 0) AS "people"
FROM (
  SELECT
    "t1"."key_year",
    COUNT(*) AS "hires",
    SUM("t1"."entry") AS "entry_hires",
    COUNT(DISTINCT "t1"."person_id") AS "people"
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
      EXTRACT(year FROM "t0"."start_date") AS "key_year",
      CAST("t0"."experience_months" <= 12 AS BIGINT) AS "entry"
    FROM "spells" AS "t0"
    WHERE
      "t0"."main_end" IS NOT NULL
      AND "t0"."arrival" = 'hire'
      AND "t0"."experience_months" IS NOT NULL
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."key_year" ASC
