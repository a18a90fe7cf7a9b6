-- cells
SELECT
  `t9`.`key_employer`,
  `t9`.`key_family`,
  `t9`.`key_level`,
  `t9`.`key_cohort`,
  `t9`.`key_country`,
  `t9`.`entry`,
  `t9`.`month`,
  `t9`.`left`,
  COALESCE(`t9`.`stays`, 0) AS `stays`
FROM (
  SELECT
    `t8`.`key_employer`,
    `t8`.`key_family`,
    `t8`.`key_level`,
    `t8`.`key_cohort`,
    `t8`.`key_country`,
    `t8`.`entry`,
    `t8`.`month`,
    `t8`.`left`,
    COUNT(*) AS `stays`
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
      `t7`.`key_family`,
      `t7`.`key_level`,
      `t7`.`key_is_ai`,
      EXTRACT(year FROM `t7`.`start_date`) AS `key_cohort`,
      `t7`.`country` AS `key_country`,
      LEAST(`t7`.`entry_month`, 25) AS `entry`,
      LEAST(`t7`.`tenure_months`, 25) AS `month`,
      CAST(`t7`.`ended` AND NOT (
        `t7`.`departure` IN ('internal', 'bulk')
      ) AS BIGINT) AS `left`
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
        `t6`.`key_family`,
        `t6`.`key_level`,
        `t6`.`key_is_ai`
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
          `t4`.`joined_role`,
          `t4`.`key_family`,
          `t4`.`key_level`,
          `t4`.`key_is_ai`
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
            `t0`.`employer_id` AS `key_employer`
          FROM `spells` AS `t0`
          WHERE
            `t0`.`main_end` IS NOT NULL
            AND `t0`.`start_known`
            AND `t0`.`seen_from` < `t0`.`end_date`
            AND `t0`.`arrival` IN ('hire', 'unseen')
        ) AS `t5`
        LEFT OUTER JOIN (
          SELECT
            `t1`.`role_id` AS `joined_role`,
            `t1`.`family` AS `key_family`,
            `t1`.`level` AS `key_level`,
            `t1`.`is_ai` AS `key_is_ai`
          FROM `roles` AS `t1`
        ) AS `t4`
          ON `t5`.`role_id` = `t4`.`joined_role`
      ) AS `t6`
    ) AS `t7`
  ) AS `t8`
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8
) AS `t9`
ORDER BY
  `t9`.`key_employer` ASC NULLS LAST,
  `t9`.`key_family` ASC NULLS LAST,
  `t9`.`key_level` ASC NULLS LAST,
  `t9`.`key_cohort` ASC NULLS LAST,
  `t9`.`key_country` ASC NULLS LAST,
  `t9`.`entry` ASC NULLS LAST,
  `t9`.`month` ASC NULLS LAST,
  `t9`.`left` ASC NULLS LAST

-- again
SELECT
  `t9`.`key_employer`,
  COALESCE(`t9`.`again`, 0) AS `again`
FROM (
  SELECT
    `t8`.`key_employer`,
    COUNT(*) - COUNT(DISTINCT `t8`.`person_id`) AS `again`
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
      `t7`.`key_family`,
      `t7`.`key_level`,
      `t7`.`key_is_ai`,
      EXTRACT(year FROM `t7`.`start_date`) AS `key_cohort`,
      `t7`.`country` AS `key_country`
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
        `t6`.`key_family`,
        `t6`.`key_level`,
        `t6`.`key_is_ai`
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
          `t4`.`joined_role`,
          `t4`.`key_family`,
          `t4`.`key_level`,
          `t4`.`key_is_ai`
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
            `t0`.`employer_id` AS `key_employer`
          FROM `spells` AS `t0`
          WHERE
            `t0`.`main_end` IS NOT NULL
            AND `t0`.`start_known`
            AND `t0`.`seen_from` < `t0`.`end_date`
            AND `t0`.`arrival` IN ('hire', 'unseen')
        ) AS `t5`
        LEFT OUTER JOIN (
          SELECT
            `t1`.`role_id` AS `joined_role`,
            `t1`.`family` AS `key_family`,
            `t1`.`level` AS `key_level`,
            `t1`.`is_ai` AS `key_is_ai`
          FROM `roles` AS `t1`
        ) AS `t4`
          ON `t5`.`role_id` = `t4`.`joined_role`
      ) AS `t6`
    ) AS `t7`
    WHERE
      `t7`.`returns`
  ) AS `t8`
  GROUP BY
    1
) AS `t9`
WHERE
  COALESCE(`t9`.`again`, 0) > 0

-- pairs
WITH `t8` AS (
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
    `t7`.`key_family`,
    `t7`.`key_level`,
    `t7`.`key_is_ai`,
    EXTRACT(year FROM `t7`.`start_date`) AS `key_cohort`,
    `t7`.`country` AS `key_country`,
    LEAST(`t7`.`entry_month`, 25) AS `entry`,
    LEAST(`t7`.`tenure_months`, 25) AS `month`,
    CAST(`t7`.`ended` AND NOT (
      `t7`.`departure` IN ('internal', 'bulk')
    ) AS BIGINT) AS `left`
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
      `t6`.`key_family`,
      `t6`.`key_level`,
      `t6`.`key_is_ai`
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
        `t4`.`joined_role`,
        `t4`.`key_family`,
        `t4`.`key_level`,
        `t4`.`key_is_ai`
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
          `t0`.`employer_id` AS `key_employer`
        FROM `spells` AS `t0`
        WHERE
          `t0`.`main_end` IS NOT NULL
          AND `t0`.`start_known`
          AND `t0`.`seen_from` < `t0`.`end_date`
          AND `t0`.`arrival` IN ('hire', 'unseen')
      ) AS `t5`
      LEFT OUTER JOIN (
        SELECT
          `t1`.`role_id` AS `joined_role`,
          `t1`.`family` AS `key_family`,
          `t1`.`level` AS `key_level`,
          `t1`.`is_ai` AS `key_is_ai`
        FROM `roles` AS `t1`
      ) AS `t4`
        ON `t5`.`role_id` = `t4`.`joined_role`
    ) AS `t6`
  ) AS `t7`
)
SELECT
  `t18`.`key_employer`,
  `t18`.`key_family`,
  `t18`.`key_level`,
  `t18`.`key_cohort`,
  `t18`.`key_country`,
  `t18`.`entry`,
  `t18`.`month`,
  `t18`.`left`,
  `t18`.`other_key_employer`,
  `t18`.`other_key_family`,
  `t18`.`other_key_level`,
  `t18`.`other_key_cohort`,
  `t18`.`other_key_country`,
  `t18`.`other_entry`,
  `t18`.`other_month`,
  `t18`.`other_left`,
  COALESCE(`t18`.`pairs`, 0) AS `pairs`
FROM (
  SELECT
    `t17`.`key_employer`,
    `t17`.`key_family`,
    `t17`.`key_level`,
    `t17`.`key_cohort`,
    `t17`.`key_country`,
    `t17`.`entry`,
    `t17`.`month`,
    `t17`.`left`,
    `t17`.`other_key_employer`,
    `t17`.`other_key_family`,
    `t17`.`other_key_level`,
    `t17`.`other_key_cohort`,
    `t17`.`other_key_country`,
    `t17`.`other_entry`,
    `t17`.`other_month`,
    `t17`.`other_left`,
    COUNT(*) AS `pairs`
  FROM (
    SELECT
      `t10`.`person_id`,
      `t10`.`start_date`,
      `t10`.`employer_id`,
      `t10`.`key_employer`,
      `t10`.`key_family`,
      `t10`.`key_level`,
      `t10`.`key_cohort`,
      `t10`.`key_country`,
      `t10`.`entry`,
      `t10`.`month`,
      `t10`.`left`,
      `t16`.`other_person_id`,
      `t16`.`other_start_date`,
      `t16`.`other_employer_id`,
      `t16`.`other_key_employer`,
      `t16`.`other_key_family`,
      `t16`.`other_key_level`,
      `t16`.`other_key_cohort`,
      `t16`.`other_key_country`,
      `t16`.`other_entry`,
      `t16`.`other_month`,
      `t16`.`other_left`
    FROM `t8` AS `t10`
    LEFT SEMI JOIN (
      SELECT
        *
      FROM (
        SELECT
          `t9`.`person_id`,
          COUNT(*) AS `held`
        FROM `t8` AS `t9`
        GROUP BY
          1
      ) AS `t11`
      WHERE
        `t11`.`held` > 1
    ) AS `t13`
      ON `t10`.`person_id` = `t13`.`person_id`
    INNER JOIN (
      SELECT
        `t14`.`person_id` AS `other_person_id`,
        `t14`.`start_date` AS `other_start_date`,
        `t14`.`employer_id` AS `other_employer_id`,
        `t14`.`key_employer` AS `other_key_employer`,
        `t14`.`key_family` AS `other_key_family`,
        `t14`.`key_level` AS `other_key_level`,
        `t14`.`key_cohort` AS `other_key_cohort`,
        `t14`.`key_country` AS `other_key_country`,
        `t14`.`entry` AS `other_entry`,
        `t14`.`month` AS `other_month`,
        `t14`.`left` AS `other_left`
      FROM (
        SELECT
          `t10`.`person_id`,
          `t10`.`start_date`,
          `t10`.`employer_id`,
          `t10`.`key_employer`,
          `t10`.`key_family`,
          `t10`.`key_level`,
          `t10`.`key_cohort`,
          `t10`.`key_country`,
          `t10`.`entry`,
          `t10`.`month`,
          `t10`.`left`
        FROM `t8` AS `t10`
        LEFT SEMI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t9`.`person_id`,
              COUNT(*) AS `held`
            FROM `t8` AS `t9`
            GROUP BY
              1
          ) AS `t11`
          WHERE
            `t11`.`held` > 1
        ) AS `t13`
          ON `t10`.`person_id` = `t13`.`person_id`
      ) AS `t14`
    ) AS `t16`
      ON `t10`.`person_id` = `t16`.`other_person_id`
      AND (
        (
          `t10`.`start_date` < `t16`.`other_start_date`
        )
        OR (
          (
            `t10`.`start_date` = `t16`.`other_start_date`
          )
          AND (
            `t10`.`employer_id` < `t16`.`other_employer_id`
          )
        )
      )
  ) AS `t17`
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16
) AS `t18`
ORDER BY
  `t18`.`key_employer` ASC NULLS LAST,
  `t18`.`key_family` ASC NULLS LAST,
  `t18`.`key_level` ASC NULLS LAST,
  `t18`.`key_cohort` ASC NULLS LAST,
  `t18`.`key_country` ASC NULLS LAST,
  `t18`.`entry` ASC NULLS LAST,
  `t18`.`month` ASC NULLS LAST,
  `t18`.`left` ASC NULLS LAST,
  `t18`.`other_key_employer` ASC NULLS LAST,
  `t18`.`other_key_family` ASC NULLS LAST,
  `t18`.`other_key_level` ASC NULLS LAST,
  `t18`.`other_key_cohort` ASC NULLS LAST,
  `t18`.`other_key_country` ASC NULLS LAST,
  `t18`.`other_entry` ASC NULLS LAST,
  `t18`.`other_month` ASC NULLS LAST,
  `t18`.`other_left` ASC NULLS LAST
