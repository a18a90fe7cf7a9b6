-- cells
SELECT
  *
FROM (
  SELECT
    "t6"."key_employer",
    "t6"."joined",
    "t6"."stayed",
    "t6"."lost",
    "t6"."rows" - COALESCE("t8"."again", 0) AS "people"
  FROM (
    SELECT
      "t3"."key_employer",
      COALESCE("t3"."joined", 0) AS "joined",
      COALESCE("t3"."stayed", 0) AS "stayed",
      COALESCE("t3"."lost", 0) AS "lost",
      COALESCE("t3"."rows", 0) AS "rows"
    FROM (
      SELECT
        "t1"."key_employer",
        COUNT(*) AS "joined",
        SUM("t1"."stayed") AS "stayed",
        SUM("t1"."lost") AS "lost",
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
          "t0"."employer_id" AS "key_employer",
          CAST(CASE
            WHEN "t0"."ended"
            THEN "t0"."tenure_months" > 24
            ELSE "t0"."tenure_months" >= 24
          END AS BIGINT) AS "stayed",
          CAST(NOT (
            CASE
              WHEN "t0"."ended"
              THEN "t0"."tenure_months" > 24
              ELSE "t0"."tenure_months" >= 24
            END
          )
          AND (
            NOT (
              "t0"."ended"
            ) OR "t0"."departure" IN ('internal', 'bulk')
          ) AS BIGINT) AS "lost"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL
          AND "t0"."start_known"
          AND "t0"."seen_from" < "t0"."end_date"
          AND "t0"."arrival" IN ('hire', 'unseen')
          AND "t0"."arrival" = 'hire'
          AND CAST((
            CAST((
              (
                EXTRACT(year FROM MAKE_DATE(2024, 12, 31)) * 12
              ) + EXTRACT(month FROM MAKE_DATE(2024, 12, 31))
            ) - 1 AS INT) - CAST((
              (
                EXTRACT(year FROM "t0"."start_date") * 12
              ) + EXTRACT(month FROM "t0"."start_date")
            ) - 1 AS INT)
          ) - CAST(EXTRACT(day FROM MAKE_DATE(2024, 12, 31)) < EXTRACT(day FROM "t0"."start_date") AS INT) AS INT) >= 24
          AND CAST((
            CAST((
              (
                EXTRACT(year FROM MAKE_DATE(2024, 12, 31)) * 12
              ) + EXTRACT(month FROM MAKE_DATE(2024, 12, 31))
            ) - 1 AS INT) - CAST((
              (
                EXTRACT(year FROM "t0"."start_date") * 12
              ) + EXTRACT(month FROM "t0"."start_date")
            ) - 1 AS INT)
          ) - CAST(EXTRACT(day FROM MAKE_DATE(2024, 12, 31)) < EXTRACT(day FROM "t0"."start_date") AS INT) AS INT) < 36
      ) AS "t1"
      GROUP BY
        1
    ) AS "t3"
  ) AS "t6"
  LEFT OUTER JOIN (
    SELECT
      "t4"."key_employer" AS "again_key_employer",
      COALESCE("t4"."again", 0) AS "again"
    FROM (
      SELECT
        "t2"."key_employer",
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
          "t0"."employer_id" AS "key_employer",
          CAST(CASE
            WHEN "t0"."ended"
            THEN "t0"."tenure_months" > 24
            ELSE "t0"."tenure_months" >= 24
          END AS BIGINT) AS "stayed",
          CAST(NOT (
            CASE
              WHEN "t0"."ended"
              THEN "t0"."tenure_months" > 24
              ELSE "t0"."tenure_months" >= 24
            END
          )
          AND (
            NOT (
              "t0"."ended"
            ) OR "t0"."departure" IN ('internal', 'bulk')
          ) AS BIGINT) AS "lost"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL
          AND "t0"."start_known"
          AND "t0"."seen_from" < "t0"."end_date"
          AND "t0"."arrival" IN ('hire', 'unseen')
          AND "t0"."arrival" = 'hire'
          AND CAST((
            CAST((
              (
                EXTRACT(year FROM MAKE_DATE(2024, 12, 31)) * 12
              ) + EXTRACT(month FROM MAKE_DATE(2024, 12, 31))
            ) - 1 AS INT) - CAST((
              (
                EXTRACT(year FROM "t0"."start_date") * 12
              ) + EXTRACT(month FROM "t0"."start_date")
            ) - 1 AS INT)
          ) - CAST(EXTRACT(day FROM MAKE_DATE(2024, 12, 31)) < EXTRACT(day FROM "t0"."start_date") AS INT) AS INT) >= 24
          AND CAST((
            CAST((
              (
                EXTRACT(year FROM MAKE_DATE(2024, 12, 31)) * 12
              ) + EXTRACT(month FROM MAKE_DATE(2024, 12, 31))
            ) - 1 AS INT) - CAST((
              (
                EXTRACT(year FROM "t0"."start_date") * 12
              ) + EXTRACT(month FROM "t0"."start_date")
            ) - 1 AS INT)
          ) - CAST(EXTRACT(day FROM MAKE_DATE(2024, 12, 31)) < EXTRACT(day FROM "t0"."start_date") AS INT) AS INT) < 36
          AND "t0"."returns"
      ) AS "t2"
      GROUP BY
        1
    ) AS "t4"
    WHERE
      COALESCE("t4"."again", 0) > 0
  ) AS "t8"
    ON "t6"."key_employer" IS NOT DISTINCT FROM "t8"."again_key_employer"
) AS "t9"
ORDER BY
  "t9"."key_employer" ASC
