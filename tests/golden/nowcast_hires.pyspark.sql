-- cells
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
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
        `t2`.`month`,
        `t2`.`first_day`,
        SUM(`t2`.`came`) AS `came`,
        SUM(`t2`.`fresh`) AS `fresh`,
        SUM(`t2`.`hires`) AS `hires`,
        SUM(`t2`.`direct`) AS `direct`
      FROM (
        SELECT
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
        2
    ) AS `t4`
  ) AS `t6`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
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
        `t1`.`month`,
        `t1`.`first_day`,
        SUM(`t1`.`gone`) AS `gone`,
        SUM(`t1`.`separations`) AS `separations`
      FROM (
        SELECT
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
        2
    ) AS `t3`
  ) AS `t5`
) AS `t7`
ORDER BY
  `t7`.`month` ASC NULLS LAST,
  `t7`.`first_day` ASC NULLS LAST

-- again
SELECT
  `t2`.`key_month`,
  COALESCE(`t2`.`again`, 0) AS `again`
FROM (
  SELECT
    `t1`.`key_month`,
    COUNT(*) - COUNT(DISTINCT `t1`.`person_id`) AS `again`
  FROM (
    SELECT
      `t0`.`person_id`,
      `t0`.`employer_id`,
      `t0`.`start_date`,
      `t0`.`start_known`,
      `t0`.`seen_from`,
      `t0`.`end_date`,
      `t0`.`ended`,
      `t0`.`tenure_months`,
      `t0`.`entry_month`,
      `t0`.`main_end`,
      `t0`.`is_recall`,
      `t0`.`returns`,
      `t0`.`experience_months`,
      `t0`.`role_id`,
      `t0`.`last_role_id`,
      `t0`.`country`,
      `t0`.`previous_employer_id`,
      `t0`.`previous_end`,
      `t0`.`previous_role_id`,
      `t0`.`next_employer_id`,
      `t0`.`next_start`,
      `t0`.`arrival`,
      `t0`.`departure`,
      `t0`.`positions`,
      `t0`.`is_coarse`,
      `t0`.`closed_stale`,
      `t0`.`main_by_rule`,
      CAST((
        (
          EXTRACT(year FROM `t0`.`start_date`) * 12
        ) + EXTRACT(month FROM `t0`.`start_date`)
      ) - 1 AS INT) AS `key_month`
    FROM `spells` AS `t0`
    WHERE
      COALESCE(`t0`.`seen_from` < `t0`.`main_end`, FALSE) AND `t0`.`arrival` = 'hire'
  ) AS `t1`
  GROUP BY
    1
) AS `t2`
WHERE
  COALESCE(`t2`.`again`, 0) > 0

-- known_when
WITH `t2` AS (
  SELECT DISTINCT
    `t1`.`vintage`,
    `t1`.`month`,
    `t1`.`person`,
    `t1`.`employer_id`
  FROM (
    SELECT
      `t0`.`vintage`,
      `t0`.`person`,
      `t0`.`employer_id`,
      `t0`.`began`,
      `t0`.`gone`,
      `t0`.`began` AS `day`,
      CAST((
        (
          EXTRACT(year FROM `t0`.`began`) * 12
        ) + EXTRACT(month FROM `t0`.`began`)
      ) - 1 AS INT) AS `month`
    FROM `known` AS `t0`
    WHERE
      `t0`.`began` IS NOT NULL
  ) AS `t1`
  WHERE
    `t1`.`month` >= 24272
)
SELECT
  `t8`.`vintage`,
  `t8`.`month`,
  COALESCE(`t8`.`known`, 0) AS `known`,
  COALESCE(`t8`.`kept`, 0) AS `kept`
FROM (
  SELECT
    `t7`.`vintage`,
    `t7`.`month`,
    COUNT(*) AS `known`,
    SUM(`t7`.`kept`) AS `kept`
  FROM (
    SELECT
      `t4`.`vintage`,
      `t4`.`month`,
      CAST(`t6`.`by` IS NOT NULL AS BIGINT) AS `kept`
    FROM `t2` AS `t4`
    LEFT OUTER JOIN (
      SELECT
        CAST(`t3`.`vintage` + 1 AS INT) AS `next`,
        `t3`.`month` AS `then`,
        `t3`.`person` AS `by`,
        `t3`.`employer_id` AS `at`
      FROM `t2` AS `t3`
    ) AS `t6`
      ON `t4`.`vintage` = `t6`.`next`
      AND `t4`.`month` = `t6`.`then`
      AND `t4`.`person` = `t6`.`by`
      AND `t4`.`employer_id` = `t6`.`at`
  ) AS `t7`
  GROUP BY
    1,
    2
) AS `t8`
ORDER BY
  `t8`.`vintage` ASC NULLS LAST,
  `t8`.`month` ASC NULLS LAST
