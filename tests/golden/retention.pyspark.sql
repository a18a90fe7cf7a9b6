-- cells
SELECT
  `t2`.`key_employer`,
  `t2`.`entry`,
  `t2`.`month`,
  COALESCE(`t2`.`stays`, 0) AS `stays`,
  COALESCE(`t2`.`left`, 0) AS `left`
FROM (
  SELECT
    `t1`.`key_employer`,
    `t1`.`entry`,
    `t1`.`month`,
    COUNT(*) AS `stays`,
    SUM(`t1`.`gone`) AS `left`
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
      `t0`.`employer_id` AS `key_employer`,
      LEAST(`t0`.`entry_month`, 25) AS `entry`,
      LEAST(`t0`.`tenure_months`, 25) AS `month`,
      CAST(`t0`.`ended` AND NOT (
        `t0`.`departure` IN ('internal', 'bulk')
      ) AS INT) AS `gone`
    FROM `spells` AS `t0`
    WHERE
      `t0`.`main_end` IS NOT NULL
      AND `t0`.`start_known`
      AND `t0`.`seen_from` < `t0`.`end_date`
      AND `t0`.`arrival` IN ('hire', 'unseen')
  ) AS `t1`
  GROUP BY
    1,
    2,
    3
) AS `t2`
ORDER BY
  `t2`.`key_employer` ASC NULLS LAST,
  `t2`.`month` ASC NULLS LAST,
  `t2`.`entry` ASC NULLS LAST

-- again
SELECT
  `t2`.`key_employer`,
  COALESCE(`t2`.`again`, 0) AS `again`
FROM (
  SELECT
    `t1`.`key_employer`,
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
      `t0`.`employer_id` AS `key_employer`,
      LEAST(`t0`.`entry_month`, 25) AS `entry`,
      LEAST(`t0`.`tenure_months`, 25) AS `month`,
      CAST(`t0`.`ended` AND NOT (
        `t0`.`departure` IN ('internal', 'bulk')
      ) AS INT) AS `gone`
    FROM `spells` AS `t0`
    WHERE
      `t0`.`main_end` IS NOT NULL
      AND `t0`.`start_known`
      AND `t0`.`seen_from` < `t0`.`end_date`
      AND `t0`.`arrival` IN ('hire', 'unseen')
      AND `t0`.`returns`
  ) AS `t1`
  GROUP BY
    1
) AS `t2`
WHERE
  COALESCE(`t2`.`again`, 0) > 0

-- pairs
SELECT
  `t6`.`key_employer`,
  `t6`.`entry`,
  `t6`.`month`,
  `t6`.`gone`,
  `t6`.`other_entry`,
  `t6`.`other_month`,
  `t6`.`other_gone`,
  COALESCE(`t6`.`pairs`, 0) AS `pairs`
FROM (
  SELECT
    `t5`.`key_employer`,
    `t5`.`entry`,
    `t5`.`month`,
    `t5`.`gone`,
    `t5`.`other_entry`,
    `t5`.`other_month`,
    `t5`.`other_gone`,
    COUNT(*) AS `pairs`
  FROM (
    SELECT
      `t3`.`person_id`,
      `t3`.`employer_id`,
      `t3`.`start_date`,
      `t3`.`key_employer`,
      `t3`.`entry`,
      `t3`.`month`,
      `t3`.`gone`,
      `t4`.`other_person_id`,
      `t4`.`other_employer_id`,
      `t4`.`other_start_date`,
      `t4`.`other_key_employer`,
      `t4`.`other_entry`,
      `t4`.`other_month`,
      `t4`.`other_gone`
    FROM (
      SELECT
        `t0`.`person_id`,
        `t0`.`employer_id`,
        `t0`.`start_date`,
        `t0`.`employer_id` AS `key_employer`,
        LEAST(`t0`.`entry_month`, 25) AS `entry`,
        LEAST(`t0`.`tenure_months`, 25) AS `month`,
        CAST(`t0`.`ended` AND NOT (
          `t0`.`departure` IN ('internal', 'bulk')
        ) AS INT) AS `gone`
      FROM `spells` AS `t0`
      WHERE
        `t0`.`main_end` IS NOT NULL
        AND `t0`.`start_known`
        AND `t0`.`seen_from` < `t0`.`end_date`
        AND `t0`.`arrival` IN ('hire', 'unseen')
        AND (
          (
            LEAST(`t0`.`entry_month`, 25) < LEAST(`t0`.`tenure_months`, 25)
          )
          OR (
            LEAST(`t0`.`entry_month`, 25) = 0
          )
        )
        AND `t0`.`returns`
    ) AS `t3`
    INNER JOIN (
      SELECT
        `t0`.`person_id` AS `other_person_id`,
        `t0`.`employer_id` AS `other_employer_id`,
        `t0`.`start_date` AS `other_start_date`,
        `t0`.`employer_id` AS `other_key_employer`,
        LEAST(`t0`.`entry_month`, 25) AS `other_entry`,
        LEAST(`t0`.`tenure_months`, 25) AS `other_month`,
        CAST(`t0`.`ended` AND NOT (
          `t0`.`departure` IN ('internal', 'bulk')
        ) AS INT) AS `other_gone`
      FROM `spells` AS `t0`
      WHERE
        `t0`.`main_end` IS NOT NULL
        AND `t0`.`start_known`
        AND `t0`.`seen_from` < `t0`.`end_date`
        AND `t0`.`arrival` IN ('hire', 'unseen')
        AND (
          (
            LEAST(`t0`.`entry_month`, 25) < LEAST(`t0`.`tenure_months`, 25)
          )
          OR (
            LEAST(`t0`.`entry_month`, 25) = 0
          )
        )
        AND `t0`.`returns`
    ) AS `t4`
      ON `t3`.`person_id` = `t4`.`other_person_id`
      AND `t3`.`key_employer` IS NOT DISTINCT FROM `t4`.`other_key_employer`
      AND (
        (
          `t3`.`start_date` < `t4`.`other_start_date`
        )
        OR (
          (
            `t3`.`start_date` = `t4`.`other_start_date`
          )
          AND (
            `t3`.`employer_id` < `t4`.`other_employer_id`
          )
        )
      )
  ) AS `t5`
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7
) AS `t6`
