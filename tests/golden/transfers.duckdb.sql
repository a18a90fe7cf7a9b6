-- cells
SELECT
  *
FROM (
  SELECT
    "t6"."key_origin",
    "t6"."key_destination",
    "t6"."key_arrival",
    "t6"."moves",
    "t6"."rows" - COALESCE("t8"."again", 0) AS "people"
  FROM (
    SELECT
      "t3"."key_origin",
      "t3"."key_destination",
      "t3"."key_arrival",
      COALESCE("t3"."moves", 0) AS "moves",
      COALESCE("t3"."rows", 0) AS "rows"
    FROM (
      SELECT
        "t1"."key_origin",
        "t1"."key_destination",
        "t1"."key_arrival",
        COUNT(*) AS "moves",
        COUNT(*) AS "rows"
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
          "t0"."role_id",
          "t0"."previous_employer_id" AS "key_origin",
          "t0"."employer_id" AS "key_destination",
          "t0"."arrival" AS "key_arrival"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL
          AND "t0"."previous_employer_id" IS NOT NULL
          AND "t0"."previous_employer_id" <> "t0"."employer_id"
          AND "t0"."arrival" <> 'unseen'
          AND "t0"."arrival" <> 'hire'
      ) AS "t1"
      GROUP BY
        1,
        2,
        3
    ) AS "t3"
  ) AS "t6"
  LEFT OUTER JOIN (
    SELECT
      "t4"."key_origin" AS "again_key_origin",
      "t4"."key_destination" AS "again_key_destination",
      "t4"."key_arrival" AS "again_key_arrival",
      COALESCE("t4"."again", 0) AS "again"
    FROM (
      SELECT
        "t2"."key_origin",
        "t2"."key_destination",
        "t2"."key_arrival",
        COUNT(*) - COUNT(DISTINCT "t2"."person_id") AS "again"
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
          "t0"."role_id",
          "t0"."previous_employer_id" AS "key_origin",
          "t0"."employer_id" AS "key_destination",
          "t0"."arrival" AS "key_arrival"
        FROM "spells" AS "t0"
        WHERE
          "t0"."main_end" IS NOT NULL
          AND "t0"."previous_employer_id" IS NOT NULL
          AND "t0"."previous_employer_id" <> "t0"."employer_id"
          AND "t0"."arrival" <> 'unseen'
          AND "t0"."arrival" <> 'hire'
          AND "t0"."returns"
      ) AS "t2"
      GROUP BY
        1,
        2,
        3
    ) AS "t4"
    WHERE
      COALESCE("t4"."again", 0) > 0
  ) AS "t8"
    ON "t6"."key_origin" IS NOT DISTINCT FROM "t8"."again_key_origin"
    AND "t6"."key_destination" IS NOT DISTINCT FROM "t8"."again_key_destination"
    AND "t6"."key_arrival" IS NOT DISTINCT FROM "t8"."again_key_arrival"
) AS "t9"
ORDER BY
  "t9"."key_origin" ASC,
  "t9"."key_destination" ASC,
  "t9"."key_arrival" ASC
