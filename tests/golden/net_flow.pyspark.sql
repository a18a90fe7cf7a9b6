-- moves
WITH `t1` AS (
  SELECT
    `t0`.`person_id`,
    `t0`.`arrival`,
    `t0`.`returns`,
    `t0`.`country`,
    `t0`.`previous_employer_id` AS `origin`,
    `t0`.`employer_id` AS `destination`,
    `t0`.`previous_end` AS `left_on`,
    `t0`.`start_date` AS `joined_on`,
    CAST(DATEDIFF(DAY, `t0`.`previous_end`, `t0`.`start_date`) AS INT) AS `gap_days`,
    CASE
      WHEN DATEDIFF(DAY, `t0`.`previous_end`, `t0`.`start_date`) <= 31
      THEN 'direct'
      WHEN DATEDIFF(DAY, `t0`.`previous_end`, `t0`.`start_date`) <= 92
      THEN 'brief'
      ELSE 'long'
    END AS `gap`,
    `t0`.`previous_role_id` AS `origin_role_id`,
    `t0`.`role_id`
  FROM `spells` AS `t0`
  WHERE
    `t0`.`main_end` IS NOT NULL
    AND `t0`.`previous_employer_id` IS NOT NULL
    AND `t0`.`previous_employer_id` <> `t0`.`employer_id`
    AND `t0`.`arrival` <> 'unseen'
    AND `t0`.`arrival` = 'hire'
)
SELECT
  `t6`.`key_employer`,
  COALESCE(`t6`.`arrivals`, 0) AS `arrivals`,
  COALESCE(`t6`.`departures`, 0) AS `departures`,
  COALESCE(`t6`.`people`, 0) AS `people`
FROM (
  SELECT
    `t5`.`key_employer`,
    SUM(`t5`.`arrives`) AS `arrivals`,
    SUM(1 - `t5`.`arrives`) AS `departures`,
    COUNT(DISTINCT `t5`.`person_id`) AS `people`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t2`.`person_id`,
        EXTRACT(year FROM `t2`.`joined_on`) AS `key_year`,
        1 AS `arrives`,
        `t2`.`destination` AS `key_employer`,
        `t2`.`origin` AS `key_other`
      FROM `t1` AS `t2`
      WHERE
        `t2`.`gap` IN ('direct', 'brief')
        AND `t2`.`joined_on` < MAKE_DATE(2024, 7, 1)
        AND `t2`.`origin` <> `t2`.`destination`
    ) AS `t3`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t2`.`person_id`,
        EXTRACT(year FROM `t2`.`joined_on`) AS `key_year`,
        0 AS `arrives`,
        `t2`.`origin` AS `key_employer`,
        `t2`.`destination` AS `key_other`
      FROM `t1` AS `t2`
      WHERE
        `t2`.`gap` IN ('direct', 'brief')
        AND `t2`.`joined_on` < MAKE_DATE(2024, 7, 1)
        AND `t2`.`origin` <> `t2`.`destination`
    ) AS `t4`
  ) AS `t5`
  GROUP BY
    1
) AS `t6`

-- cells
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t4`.`key_employer`,
      `t4`.`month`,
      `t4`.`first_day`,
      COALESCE(`t4`.`came`, 0) AS `came`,
      COALESCE(`t4`.`fresh`, 0) AS `fresh`,
      COALESCE(`t4`.`hires`, 0) AS `hires`,
      COALESCE(`t4`.`direct`, 0) AS `direct`,
      0 AS `gone`,
      0 AS `separations`
    FROM (
      SELECT
        `t2`.`key_employer`,
        `t2`.`month`,
        `t2`.`first_day`,
        SUM(`t2`.`came`) AS `came`,
        SUM(`t2`.`fresh`) AS `fresh`,
        SUM(`t2`.`hires`) AS `hires`,
        SUM(`t2`.`direct`) AS `direct`
      FROM (
        SELECT
          `t0`.`employer_id` AS `key_employer`,
          CAST((
            (
              EXTRACT(year FROM `t0`.`seen_from`) * 12
            ) + EXTRACT(month FROM `t0`.`seen_from`)
          ) - 1 AS INT) AS `month`,
          CAST(EXTRACT(day FROM `t0`.`seen_from`) = 1 AS TINYINT) AS `first_day`,
          1 AS `came`,
          CAST(NOT (
            COALESCE(
              EXTRACT(year FROM `t0`.`previous_end`) = EXTRACT(year FROM `t0`.`seen_from`),
              FALSE
            )
            AND `t0`.`returns`
          ) AS BIGINT) AS `fresh`,
          CAST(`t0`.`arrival` = 'hire' AS BIGINT) AS `hires`,
          CAST((
            `t0`.`arrival` = 'hire'
          )
          AND COALESCE(DATEDIFF(DAY, `t0`.`previous_end`, `t0`.`start_date`) <= 31, FALSE) AS BIGINT) AS `direct`
        FROM `spells` AS `t0`
        WHERE
          COALESCE(`t0`.`seen_from` < `t0`.`main_end`, FALSE)
      ) AS `t2`
      GROUP BY
        1,
        2,
        3
    ) AS `t4`
  ) AS `t6`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      `t3`.`key_employer`,
      `t3`.`month`,
      `t3`.`first_day`,
      0 AS `came`,
      0 AS `fresh`,
      0 AS `hires`,
      0 AS `direct`,
      COALESCE(`t3`.`gone`, 0) AS `gone`,
      COALESCE(`t3`.`separations`, 0) AS `separations`
    FROM (
      SELECT
        `t1`.`key_employer`,
        `t1`.`month`,
        `t1`.`first_day`,
        SUM(`t1`.`gone`) AS `gone`,
        SUM(`t1`.`separations`) AS `separations`
      FROM (
        SELECT
          `t0`.`employer_id` AS `key_employer`,
          CAST((
            (
              EXTRACT(year FROM `t0`.`main_end`) * 12
            ) + EXTRACT(month FROM `t0`.`main_end`)
          ) - 1 AS INT) AS `month`,
          CAST(EXTRACT(day FROM `t0`.`main_end`) = 1 AS TINYINT) AS `first_day`,
          1 AS `gone`,
          CAST(`t0`.`departure` = 'separation' AS BIGINT) AS `separations`
        FROM `spells` AS `t0`
        WHERE
          COALESCE(`t0`.`seen_from` < `t0`.`main_end`, FALSE)
      ) AS `t1`
      GROUP BY
        1,
        2,
        3
    ) AS `t3`
  ) AS `t5`
) AS `t7`
ORDER BY
  `t7`.`key_employer` ASC NULLS LAST,
  `t7`.`month` ASC NULLS LAST,
  `t7`.`first_day` ASC NULLS LAST
