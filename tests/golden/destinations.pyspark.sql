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

-- gone
SELECT
  `t9`.`key_employer`,
  `t9`.`key_destination_kind`,
  `t9`.`entry`,
  `t9`.`month`,
  COALESCE(`t9`.`left`, 0) AS `left`,
  COALESCE(`t9`.`back`, 0) AS `back`
FROM (
  SELECT
    `t8`.`key_employer`,
    `t8`.`key_destination_kind`,
    `t8`.`entry`,
    `t8`.`month`,
    COUNT(*) AS `left`,
    SUM(`t8`.`back`) AS `back`
  FROM (
    SELECT
      `t7`.`person_id`,
      `t7`.`employer_id`,
      `t7`.`start_date`,
      `t7`.`start_known`,
      `t7`.`seen_from`,
      `t7`.`end_date`,
      `t7`.`ended`,
      `t7`.`tenure_months`,
      `t7`.`entry_month`,
      `t7`.`main_end`,
      `t7`.`is_recall`,
      `t7`.`returns`,
      `t7`.`experience_months`,
      `t7`.`role_id`,
      `t7`.`last_role_id`,
      `t7`.`country`,
      `t7`.`previous_employer_id`,
      `t7`.`previous_end`,
      `t7`.`previous_role_id`,
      `t7`.`next_employer_id`,
      `t7`.`next_start`,
      `t7`.`arrival`,
      `t7`.`departure`,
      `t7`.`positions`,
      `t7`.`is_coarse`,
      `t7`.`closed_stale`,
      `t7`.`main_by_rule`,
      `t7`.`key_employer`,
      `t7`.`entry`,
      `t7`.`month`,
      `t7`.`gone`,
      `t7`.`next_id`,
      `t7`.`joined_on`,
      CASE
        WHEN FALSE
        THEN 'elsewhere'
        WHEN `t7`.`next_id` = -3
        THEN 'none seen'
        ELSE COALESCE(`t7`.`key_destination_kind`, 'unknown')
      END AS `key_destination_kind`,
      `t7`.`key_destination_group`,
      CAST(`t7`.`returns` AS INT) AS `back`
    FROM (
      SELECT
        `t6`.`person_id`,
        `t6`.`employer_id`,
        `t6`.`start_date`,
        `t6`.`start_known`,
        `t6`.`seen_from`,
        `t6`.`end_date`,
        `t6`.`ended`,
        `t6`.`tenure_months`,
        `t6`.`entry_month`,
        `t6`.`main_end`,
        `t6`.`is_recall`,
        `t6`.`returns`,
        `t6`.`experience_months`,
        `t6`.`role_id`,
        `t6`.`last_role_id`,
        `t6`.`country`,
        `t6`.`previous_employer_id`,
        `t6`.`previous_end`,
        `t6`.`previous_role_id`,
        `t6`.`next_employer_id`,
        `t6`.`next_start`,
        `t6`.`arrival`,
        `t6`.`departure`,
        `t6`.`positions`,
        `t6`.`is_coarse`,
        `t6`.`closed_stale`,
        `t6`.`main_by_rule`,
        `t6`.`key_employer`,
        `t6`.`entry`,
        `t6`.`month`,
        `t6`.`gone`,
        `t6`.`next_id`,
        `t6`.`joined_on`,
        `t6`.`key_destination_kind`,
        `t6`.`key_destination_group`
      FROM (
        SELECT
          `t5`.`person_id`,
          `t5`.`employer_id`,
          `t5`.`start_date`,
          `t5`.`start_known`,
          `t5`.`seen_from`,
          `t5`.`end_date`,
          `t5`.`ended`,
          `t5`.`tenure_months`,
          `t5`.`entry_month`,
          `t5`.`main_end`,
          `t5`.`is_recall`,
          `t5`.`returns`,
          `t5`.`experience_months`,
          `t5`.`role_id`,
          `t5`.`last_role_id`,
          `t5`.`country`,
          `t5`.`previous_employer_id`,
          `t5`.`previous_end`,
          `t5`.`previous_role_id`,
          `t5`.`next_employer_id`,
          `t5`.`next_start`,
          `t5`.`arrival`,
          `t5`.`departure`,
          `t5`.`positions`,
          `t5`.`is_coarse`,
          `t5`.`closed_stale`,
          `t5`.`main_by_rule`,
          `t5`.`key_employer`,
          `t5`.`entry`,
          `t5`.`month`,
          `t5`.`gone`,
          `t5`.`next_id`,
          `t5`.`joined_on`,
          `t3`.`joined_id`,
          `t3`.`key_destination_kind`,
          `t3`.`key_destination_group`
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
            ) AS INT) AS `gone`,
            IF(
              COALESCE(
                (
                  `t0`.`next_employer_id` IS NOT NULL
                )
                AND (
                  `t0`.`next_employer_id` <> `t0`.`employer_id`
                )
                AND CASE
                  WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                  THEN 'direct'
                  WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                  THEN 'brief'
                  ELSE 'long'
                END IN ('direct', 'brief'),
                FALSE
              ),
              `t0`.`next_employer_id`,
              -3
            ) AS `next_id`,
            IF(
              COALESCE(
                (
                  `t0`.`next_employer_id` IS NOT NULL
                )
                AND (
                  `t0`.`next_employer_id` <> `t0`.`employer_id`
                )
                AND CASE
                  WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                  THEN 'direct'
                  WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                  THEN 'brief'
                  ELSE 'long'
                END IN ('direct', 'brief'),
                FALSE
              ),
              `t0`.`next_start`,
              `t0`.`start_date`
            ) AS `joined_on`
          FROM `spells` AS `t0`
          WHERE
            `t0`.`main_end` IS NOT NULL
            AND `t0`.`start_known`
            AND `t0`.`seen_from` < `t0`.`end_date`
            AND `t0`.`arrival` IN ('hire', 'unseen')
            AND CAST(`t0`.`ended` AND NOT (
              `t0`.`departure` IN ('internal', 'bulk')
            ) AS INT) = 1
            AND LEAST(`t0`.`tenure_months`, 25) < 25
        ) AS `t5`
        LEFT OUTER JOIN (
          SELECT
            `t1`.`employer_id` AS `joined_id`,
            `t1`.`kind` AS `key_destination_kind`,
            `t1`.`group_id` AS `key_destination_group`
          FROM `employers` AS `t1`
        ) AS `t3`
          ON `t5`.`next_id` = `t3`.`joined_id`
      ) AS `t6`
    ) AS `t7`
  ) AS `t8`
  GROUP BY
    1,
    2,
    3,
    4
) AS `t9`
ORDER BY
  `t9`.`key_employer` ASC NULLS LAST,
  `t9`.`key_destination_kind` ASC NULLS LAST,
  `t9`.`month` ASC NULLS LAST,
  `t9`.`entry` ASC NULLS LAST

-- people
SELECT
  `t10`.`key_employer`,
  `t10`.`key_destination_kind`,
  `t10`.`month`,
  COALESCE(`t10`.`people`, 0) AS `people`
FROM (
  SELECT
    `t9`.`key_employer`,
    `t9`.`key_destination_kind`,
    `t9`.`month`,
    COUNT(*) AS `people`
  FROM (
    SELECT
      `t8`.`key_employer`,
      `t8`.`key_destination_kind`,
      `t8`.`person_id`,
      MIN(`t8`.`month`) AS `month`
    FROM (
      SELECT
        `t7`.`person_id`,
        `t7`.`employer_id`,
        `t7`.`start_date`,
        `t7`.`start_known`,
        `t7`.`seen_from`,
        `t7`.`end_date`,
        `t7`.`ended`,
        `t7`.`tenure_months`,
        `t7`.`entry_month`,
        `t7`.`main_end`,
        `t7`.`is_recall`,
        `t7`.`returns`,
        `t7`.`experience_months`,
        `t7`.`role_id`,
        `t7`.`last_role_id`,
        `t7`.`country`,
        `t7`.`previous_employer_id`,
        `t7`.`previous_end`,
        `t7`.`previous_role_id`,
        `t7`.`next_employer_id`,
        `t7`.`next_start`,
        `t7`.`arrival`,
        `t7`.`departure`,
        `t7`.`positions`,
        `t7`.`is_coarse`,
        `t7`.`closed_stale`,
        `t7`.`main_by_rule`,
        `t7`.`key_employer`,
        `t7`.`entry`,
        `t7`.`month`,
        `t7`.`gone`,
        `t7`.`next_id`,
        `t7`.`joined_on`,
        CASE
          WHEN FALSE
          THEN 'elsewhere'
          WHEN `t7`.`next_id` = -3
          THEN 'none seen'
          ELSE COALESCE(`t7`.`key_destination_kind`, 'unknown')
        END AS `key_destination_kind`,
        `t7`.`key_destination_group`,
        CAST(`t7`.`returns` AS INT) AS `back`
      FROM (
        SELECT
          `t6`.`person_id`,
          `t6`.`employer_id`,
          `t6`.`start_date`,
          `t6`.`start_known`,
          `t6`.`seen_from`,
          `t6`.`end_date`,
          `t6`.`ended`,
          `t6`.`tenure_months`,
          `t6`.`entry_month`,
          `t6`.`main_end`,
          `t6`.`is_recall`,
          `t6`.`returns`,
          `t6`.`experience_months`,
          `t6`.`role_id`,
          `t6`.`last_role_id`,
          `t6`.`country`,
          `t6`.`previous_employer_id`,
          `t6`.`previous_end`,
          `t6`.`previous_role_id`,
          `t6`.`next_employer_id`,
          `t6`.`next_start`,
          `t6`.`arrival`,
          `t6`.`departure`,
          `t6`.`positions`,
          `t6`.`is_coarse`,
          `t6`.`closed_stale`,
          `t6`.`main_by_rule`,
          `t6`.`key_employer`,
          `t6`.`entry`,
          `t6`.`month`,
          `t6`.`gone`,
          `t6`.`next_id`,
          `t6`.`joined_on`,
          `t6`.`key_destination_kind`,
          `t6`.`key_destination_group`
        FROM (
          SELECT
            `t5`.`person_id`,
            `t5`.`employer_id`,
            `t5`.`start_date`,
            `t5`.`start_known`,
            `t5`.`seen_from`,
            `t5`.`end_date`,
            `t5`.`ended`,
            `t5`.`tenure_months`,
            `t5`.`entry_month`,
            `t5`.`main_end`,
            `t5`.`is_recall`,
            `t5`.`returns`,
            `t5`.`experience_months`,
            `t5`.`role_id`,
            `t5`.`last_role_id`,
            `t5`.`country`,
            `t5`.`previous_employer_id`,
            `t5`.`previous_end`,
            `t5`.`previous_role_id`,
            `t5`.`next_employer_id`,
            `t5`.`next_start`,
            `t5`.`arrival`,
            `t5`.`departure`,
            `t5`.`positions`,
            `t5`.`is_coarse`,
            `t5`.`closed_stale`,
            `t5`.`main_by_rule`,
            `t5`.`key_employer`,
            `t5`.`entry`,
            `t5`.`month`,
            `t5`.`gone`,
            `t5`.`next_id`,
            `t5`.`joined_on`,
            `t3`.`joined_id`,
            `t3`.`key_destination_kind`,
            `t3`.`key_destination_group`
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
              ) AS INT) AS `gone`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_employer_id`,
                -3
              ) AS `next_id`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_start`,
                `t0`.`start_date`
              ) AS `joined_on`
            FROM `spells` AS `t0`
            WHERE
              `t0`.`main_end` IS NOT NULL
              AND `t0`.`start_known`
              AND `t0`.`seen_from` < `t0`.`end_date`
              AND `t0`.`arrival` IN ('hire', 'unseen')
              AND CAST(`t0`.`ended` AND NOT (
                `t0`.`departure` IN ('internal', 'bulk')
              ) AS INT) = 1
              AND LEAST(`t0`.`tenure_months`, 25) < 25
          ) AS `t5`
          LEFT OUTER JOIN (
            SELECT
              `t1`.`employer_id` AS `joined_id`,
              `t1`.`kind` AS `key_destination_kind`,
              `t1`.`group_id` AS `key_destination_group`
            FROM `employers` AS `t1`
          ) AS `t3`
            ON `t5`.`next_id` = `t3`.`joined_id`
        ) AS `t6`
      ) AS `t7`
      WHERE
        CAST(`t7`.`returns` AS INT) = 1
    ) AS `t8`
    GROUP BY
      1,
      2,
      3
  ) AS `t9`
  GROUP BY
    1,
    2,
    3
) AS `t10`

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

-- half
SELECT
  `t13`.`key_employer`,
  `t13`.`key_destination_kind`,
  `t13`.`month`,
  `t13`.`other_entry`,
  `t13`.`other_month`,
  `t13`.`other_gone`,
  COALESCE(`t13`.`pairs`, 0) AS `pairs`
FROM (
  SELECT
    `t12`.`key_employer`,
    `t12`.`key_destination_kind`,
    `t12`.`month`,
    `t12`.`other_entry`,
    `t12`.`other_month`,
    `t12`.`other_gone`,
    COUNT(*) AS `pairs`
  FROM (
    SELECT
      `t11`.`person_id`,
      `t11`.`employer_id`,
      `t11`.`start_date`,
      `t11`.`key_employer`,
      `t11`.`key_destination_kind`,
      `t11`.`month`,
      `t5`.`other_person_id`,
      `t5`.`other_employer_id`,
      `t5`.`other_start_date`,
      `t5`.`other_key_employer`,
      `t5`.`other_entry`,
      `t5`.`other_month`,
      `t5`.`other_gone`
    FROM (
      SELECT
        `t9`.`person_id`,
        `t9`.`employer_id`,
        `t9`.`start_date`,
        `t9`.`key_employer`,
        CASE
          WHEN FALSE
          THEN 'elsewhere'
          WHEN `t9`.`next_id` = -3
          THEN 'none seen'
          ELSE COALESCE(`t9`.`key_destination_kind`, 'unknown')
        END AS `key_destination_kind`,
        `t9`.`month`
      FROM (
        SELECT
          `t8`.`person_id`,
          `t8`.`employer_id`,
          `t8`.`start_date`,
          `t8`.`start_known`,
          `t8`.`seen_from`,
          `t8`.`end_date`,
          `t8`.`ended`,
          `t8`.`tenure_months`,
          `t8`.`entry_month`,
          `t8`.`main_end`,
          `t8`.`is_recall`,
          `t8`.`returns`,
          `t8`.`experience_months`,
          `t8`.`role_id`,
          `t8`.`last_role_id`,
          `t8`.`country`,
          `t8`.`previous_employer_id`,
          `t8`.`previous_end`,
          `t8`.`previous_role_id`,
          `t8`.`next_employer_id`,
          `t8`.`next_start`,
          `t8`.`arrival`,
          `t8`.`departure`,
          `t8`.`positions`,
          `t8`.`is_coarse`,
          `t8`.`closed_stale`,
          `t8`.`main_by_rule`,
          `t8`.`key_employer`,
          `t8`.`entry`,
          `t8`.`month`,
          `t8`.`gone`,
          `t8`.`next_id`,
          `t8`.`joined_on`,
          `t8`.`key_destination_kind`,
          `t8`.`key_destination_group`
        FROM (
          SELECT
            `t7`.`person_id`,
            `t7`.`employer_id`,
            `t7`.`start_date`,
            `t7`.`start_known`,
            `t7`.`seen_from`,
            `t7`.`end_date`,
            `t7`.`ended`,
            `t7`.`tenure_months`,
            `t7`.`entry_month`,
            `t7`.`main_end`,
            `t7`.`is_recall`,
            `t7`.`returns`,
            `t7`.`experience_months`,
            `t7`.`role_id`,
            `t7`.`last_role_id`,
            `t7`.`country`,
            `t7`.`previous_employer_id`,
            `t7`.`previous_end`,
            `t7`.`previous_role_id`,
            `t7`.`next_employer_id`,
            `t7`.`next_start`,
            `t7`.`arrival`,
            `t7`.`departure`,
            `t7`.`positions`,
            `t7`.`is_coarse`,
            `t7`.`closed_stale`,
            `t7`.`main_by_rule`,
            `t7`.`key_employer`,
            `t7`.`entry`,
            `t7`.`month`,
            `t7`.`gone`,
            `t7`.`next_id`,
            `t7`.`joined_on`,
            `t3`.`joined_id`,
            `t3`.`key_destination_kind`,
            `t3`.`key_destination_group`
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
              ) AS INT) AS `gone`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_employer_id`,
                -3
              ) AS `next_id`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_start`,
                `t0`.`start_date`
              ) AS `joined_on`
            FROM `spells` AS `t0`
            WHERE
              `t0`.`main_end` IS NOT NULL
              AND `t0`.`start_known`
              AND `t0`.`seen_from` < `t0`.`end_date`
              AND `t0`.`arrival` IN ('hire', 'unseen')
              AND CAST(`t0`.`ended` AND NOT (
                `t0`.`departure` IN ('internal', 'bulk')
              ) AS INT) = 1
              AND LEAST(`t0`.`tenure_months`, 25) < 25
          ) AS `t7`
          LEFT OUTER JOIN (
            SELECT
              `t1`.`employer_id` AS `joined_id`,
              `t1`.`kind` AS `key_destination_kind`,
              `t1`.`group_id` AS `key_destination_group`
            FROM `employers` AS `t1`
          ) AS `t3`
            ON `t7`.`next_id` = `t3`.`joined_id`
        ) AS `t8`
      ) AS `t9`
      WHERE
        (
          (
            `t9`.`entry` < `t9`.`month`
          ) OR (
            `t9`.`entry` = 0
          )
        )
        AND `t9`.`returns`
    ) AS `t11`
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
    ) AS `t5`
      ON `t11`.`person_id` = `t5`.`other_person_id`
      AND `t11`.`key_employer` IS NOT DISTINCT FROM `t5`.`other_key_employer`
      AND (
        (
          `t11`.`start_date` <> `t5`.`other_start_date`
        )
        OR (
          `t11`.`employer_id` <> `t5`.`other_employer_id`
        )
      )
  ) AS `t12`
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6
) AS `t13`

-- both
SELECT
  `t13`.`key_employer`,
  `t13`.`key_destination_kind`,
  `t13`.`month`,
  `t13`.`other_month`,
  COALESCE(`t13`.`pairs`, 0) AS `pairs`
FROM (
  SELECT
    `t12`.`key_employer`,
    `t12`.`key_destination_kind`,
    `t12`.`month`,
    `t12`.`other_month`,
    COUNT(*) AS `pairs`
  FROM (
    SELECT
      `t10`.`person_id`,
      `t10`.`employer_id`,
      `t10`.`start_date`,
      `t10`.`key_employer`,
      `t10`.`key_destination_kind`,
      `t10`.`month`,
      `t11`.`other_person_id`,
      `t11`.`other_employer_id`,
      `t11`.`other_start_date`,
      `t11`.`other_key_employer`,
      `t11`.`other_key_destination_kind`,
      `t11`.`other_month`
    FROM (
      SELECT
        `t7`.`person_id`,
        `t7`.`employer_id`,
        `t7`.`start_date`,
        `t7`.`key_employer`,
        CASE
          WHEN FALSE
          THEN 'elsewhere'
          WHEN `t7`.`next_id` = -3
          THEN 'none seen'
          ELSE COALESCE(`t7`.`key_destination_kind`, 'unknown')
        END AS `key_destination_kind`,
        `t7`.`month`
      FROM (
        SELECT
          `t6`.`person_id`,
          `t6`.`employer_id`,
          `t6`.`start_date`,
          `t6`.`start_known`,
          `t6`.`seen_from`,
          `t6`.`end_date`,
          `t6`.`ended`,
          `t6`.`tenure_months`,
          `t6`.`entry_month`,
          `t6`.`main_end`,
          `t6`.`is_recall`,
          `t6`.`returns`,
          `t6`.`experience_months`,
          `t6`.`role_id`,
          `t6`.`last_role_id`,
          `t6`.`country`,
          `t6`.`previous_employer_id`,
          `t6`.`previous_end`,
          `t6`.`previous_role_id`,
          `t6`.`next_employer_id`,
          `t6`.`next_start`,
          `t6`.`arrival`,
          `t6`.`departure`,
          `t6`.`positions`,
          `t6`.`is_coarse`,
          `t6`.`closed_stale`,
          `t6`.`main_by_rule`,
          `t6`.`key_employer`,
          `t6`.`entry`,
          `t6`.`month`,
          `t6`.`gone`,
          `t6`.`next_id`,
          `t6`.`joined_on`,
          `t6`.`key_destination_kind`,
          `t6`.`key_destination_group`
        FROM (
          SELECT
            `t5`.`person_id`,
            `t5`.`employer_id`,
            `t5`.`start_date`,
            `t5`.`start_known`,
            `t5`.`seen_from`,
            `t5`.`end_date`,
            `t5`.`ended`,
            `t5`.`tenure_months`,
            `t5`.`entry_month`,
            `t5`.`main_end`,
            `t5`.`is_recall`,
            `t5`.`returns`,
            `t5`.`experience_months`,
            `t5`.`role_id`,
            `t5`.`last_role_id`,
            `t5`.`country`,
            `t5`.`previous_employer_id`,
            `t5`.`previous_end`,
            `t5`.`previous_role_id`,
            `t5`.`next_employer_id`,
            `t5`.`next_start`,
            `t5`.`arrival`,
            `t5`.`departure`,
            `t5`.`positions`,
            `t5`.`is_coarse`,
            `t5`.`closed_stale`,
            `t5`.`main_by_rule`,
            `t5`.`key_employer`,
            `t5`.`entry`,
            `t5`.`month`,
            `t5`.`gone`,
            `t5`.`next_id`,
            `t5`.`joined_on`,
            `t3`.`joined_id`,
            `t3`.`key_destination_kind`,
            `t3`.`key_destination_group`
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
              ) AS INT) AS `gone`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_employer_id`,
                -3
              ) AS `next_id`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_start`,
                `t0`.`start_date`
              ) AS `joined_on`
            FROM `spells` AS `t0`
            WHERE
              `t0`.`main_end` IS NOT NULL
              AND `t0`.`start_known`
              AND `t0`.`seen_from` < `t0`.`end_date`
              AND `t0`.`arrival` IN ('hire', 'unseen')
              AND CAST(`t0`.`ended` AND NOT (
                `t0`.`departure` IN ('internal', 'bulk')
              ) AS INT) = 1
              AND LEAST(`t0`.`tenure_months`, 25) < 25
          ) AS `t5`
          LEFT OUTER JOIN (
            SELECT
              `t1`.`employer_id` AS `joined_id`,
              `t1`.`kind` AS `key_destination_kind`,
              `t1`.`group_id` AS `key_destination_group`
            FROM `employers` AS `t1`
          ) AS `t3`
            ON `t5`.`next_id` = `t3`.`joined_id`
        ) AS `t6`
      ) AS `t7`
      WHERE
        (
          (
            `t7`.`entry` < `t7`.`month`
          ) OR (
            `t7`.`entry` = 0
          )
        )
        AND `t7`.`returns`
    ) AS `t10`
    INNER JOIN (
      SELECT
        `t7`.`person_id` AS `other_person_id`,
        `t7`.`employer_id` AS `other_employer_id`,
        `t7`.`start_date` AS `other_start_date`,
        `t7`.`key_employer` AS `other_key_employer`,
        CASE
          WHEN FALSE
          THEN 'elsewhere'
          WHEN `t7`.`next_id` = -3
          THEN 'none seen'
          ELSE COALESCE(`t7`.`key_destination_kind`, 'unknown')
        END AS `other_key_destination_kind`,
        `t7`.`month` AS `other_month`
      FROM (
        SELECT
          `t6`.`person_id`,
          `t6`.`employer_id`,
          `t6`.`start_date`,
          `t6`.`start_known`,
          `t6`.`seen_from`,
          `t6`.`end_date`,
          `t6`.`ended`,
          `t6`.`tenure_months`,
          `t6`.`entry_month`,
          `t6`.`main_end`,
          `t6`.`is_recall`,
          `t6`.`returns`,
          `t6`.`experience_months`,
          `t6`.`role_id`,
          `t6`.`last_role_id`,
          `t6`.`country`,
          `t6`.`previous_employer_id`,
          `t6`.`previous_end`,
          `t6`.`previous_role_id`,
          `t6`.`next_employer_id`,
          `t6`.`next_start`,
          `t6`.`arrival`,
          `t6`.`departure`,
          `t6`.`positions`,
          `t6`.`is_coarse`,
          `t6`.`closed_stale`,
          `t6`.`main_by_rule`,
          `t6`.`key_employer`,
          `t6`.`entry`,
          `t6`.`month`,
          `t6`.`gone`,
          `t6`.`next_id`,
          `t6`.`joined_on`,
          `t6`.`key_destination_kind`,
          `t6`.`key_destination_group`
        FROM (
          SELECT
            `t5`.`person_id`,
            `t5`.`employer_id`,
            `t5`.`start_date`,
            `t5`.`start_known`,
            `t5`.`seen_from`,
            `t5`.`end_date`,
            `t5`.`ended`,
            `t5`.`tenure_months`,
            `t5`.`entry_month`,
            `t5`.`main_end`,
            `t5`.`is_recall`,
            `t5`.`returns`,
            `t5`.`experience_months`,
            `t5`.`role_id`,
            `t5`.`last_role_id`,
            `t5`.`country`,
            `t5`.`previous_employer_id`,
            `t5`.`previous_end`,
            `t5`.`previous_role_id`,
            `t5`.`next_employer_id`,
            `t5`.`next_start`,
            `t5`.`arrival`,
            `t5`.`departure`,
            `t5`.`positions`,
            `t5`.`is_coarse`,
            `t5`.`closed_stale`,
            `t5`.`main_by_rule`,
            `t5`.`key_employer`,
            `t5`.`entry`,
            `t5`.`month`,
            `t5`.`gone`,
            `t5`.`next_id`,
            `t5`.`joined_on`,
            `t3`.`joined_id`,
            `t3`.`key_destination_kind`,
            `t3`.`key_destination_group`
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
              ) AS INT) AS `gone`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_employer_id`,
                -3
              ) AS `next_id`,
              IF(
                COALESCE(
                  (
                    `t0`.`next_employer_id` IS NOT NULL
                  )
                  AND (
                    `t0`.`next_employer_id` <> `t0`.`employer_id`
                  )
                  AND CASE
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 31
                    THEN 'direct'
                    WHEN DATEDIFF(DAY, `t0`.`main_end`, `t0`.`next_start`) <= 92
                    THEN 'brief'
                    ELSE 'long'
                  END IN ('direct', 'brief'),
                  FALSE
                ),
                `t0`.`next_start`,
                `t0`.`start_date`
              ) AS `joined_on`
            FROM `spells` AS `t0`
            WHERE
              `t0`.`main_end` IS NOT NULL
              AND `t0`.`start_known`
              AND `t0`.`seen_from` < `t0`.`end_date`
              AND `t0`.`arrival` IN ('hire', 'unseen')
              AND CAST(`t0`.`ended` AND NOT (
                `t0`.`departure` IN ('internal', 'bulk')
              ) AS INT) = 1
              AND LEAST(`t0`.`tenure_months`, 25) < 25
          ) AS `t5`
          LEFT OUTER JOIN (
            SELECT
              `t1`.`employer_id` AS `joined_id`,
              `t1`.`kind` AS `key_destination_kind`,
              `t1`.`group_id` AS `key_destination_group`
            FROM `employers` AS `t1`
          ) AS `t3`
            ON `t5`.`next_id` = `t3`.`joined_id`
        ) AS `t6`
      ) AS `t7`
      WHERE
        (
          (
            `t7`.`entry` < `t7`.`month`
          ) OR (
            `t7`.`entry` = 0
          )
        )
        AND `t7`.`returns`
    ) AS `t11`
      ON `t10`.`person_id` = `t11`.`other_person_id`
      AND `t10`.`key_employer` IS NOT DISTINCT FROM `t11`.`other_key_employer`
      AND `t10`.`key_destination_kind` IS NOT DISTINCT FROM `t11`.`other_key_destination_kind`
      AND (
        (
          `t10`.`start_date` < `t11`.`other_start_date`
        )
        OR (
          (
            `t10`.`start_date` = `t11`.`other_start_date`
          )
          AND (
            `t10`.`employer_id` < `t11`.`other_employer_id`
          )
        )
      )
  ) AS `t12`
  GROUP BY
    1,
    2,
    3,
    4
) AS `t13`
