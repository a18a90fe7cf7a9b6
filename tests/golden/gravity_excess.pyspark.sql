-- cells
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
  *
FROM (
  SELECT
    `t8`.`key_origin`,
    `t8`.`key_destination`,
    `t8`.`moves`,
    `t8`.`rows` - COALESCE(`t10`.`again`, 0) AS `people`
  FROM (
    SELECT
      `t5`.`key_origin`,
      `t5`.`key_destination`,
      COALESCE(`t5`.`moves`, 0) AS `moves`,
      COALESCE(`t5`.`rows`, 0) AS `rows`
    FROM (
      SELECT
        `t3`.`key_origin`,
        `t3`.`key_destination`,
        COUNT(*) AS `moves`,
        COUNT(*) AS `rows`
      FROM (
        SELECT
          `t2`.`person_id`,
          `t2`.`arrival`,
          `t2`.`returns`,
          `t2`.`country`,
          `t2`.`origin`,
          `t2`.`destination`,
          `t2`.`left_on`,
          `t2`.`joined_on`,
          `t2`.`gap_days`,
          `t2`.`gap`,
          `t2`.`origin_role_id`,
          `t2`.`role_id`,
          `t2`.`origin` AS `key_origin`,
          `t2`.`destination` AS `key_destination`
        FROM `t1` AS `t2`
        WHERE
          `t2`.`gap` IN ('direct', 'brief') AND `t2`.`origin` <> `t2`.`destination`
      ) AS `t3`
      GROUP BY
        1,
        2
    ) AS `t5`
  ) AS `t8`
  LEFT OUTER JOIN (
    SELECT
      `t6`.`key_origin` AS `again_key_origin`,
      `t6`.`key_destination` AS `again_key_destination`,
      COALESCE(`t6`.`again`, 0) AS `again`
    FROM (
      SELECT
        `t4`.`key_origin`,
        `t4`.`key_destination`,
        COUNT(*) - COUNT(DISTINCT `t4`.`person_id`) AS `again`
      FROM (
        SELECT
          `t2`.`person_id`,
          `t2`.`arrival`,
          `t2`.`returns`,
          `t2`.`country`,
          `t2`.`origin`,
          `t2`.`destination`,
          `t2`.`left_on`,
          `t2`.`joined_on`,
          `t2`.`gap_days`,
          `t2`.`gap`,
          `t2`.`origin_role_id`,
          `t2`.`role_id`,
          `t2`.`origin` AS `key_origin`,
          `t2`.`destination` AS `key_destination`
        FROM `t1` AS `t2`
        WHERE
          `t2`.`gap` IN ('direct', 'brief')
          AND `t2`.`origin` <> `t2`.`destination`
          AND `t2`.`returns`
      ) AS `t4`
      GROUP BY
        1,
        2
    ) AS `t6`
    WHERE
      COALESCE(`t6`.`again`, 0) > 0
  ) AS `t10`
    ON `t8`.`key_origin` IS NOT DISTINCT FROM `t10`.`again_key_origin`
    AND `t8`.`key_destination` IS NOT DISTINCT FROM `t10`.`again_key_destination`
) AS `t11`
ORDER BY
  `t11`.`key_origin` ASC NULLS LAST,
  `t11`.`key_destination` ASC NULLS LAST

-- sent
SELECT
  `t3`.`at`,
  COALESCE(`t3`.`moves`, 0) AS `moves`
FROM (
  SELECT
    `t2`.`at`,
    COUNT(*) AS `moves`
  FROM (
    SELECT
      `t1`.`person_id`,
      `t1`.`arrival`,
      `t1`.`returns`,
      `t1`.`country`,
      `t1`.`origin`,
      `t1`.`destination`,
      `t1`.`left_on`,
      `t1`.`joined_on`,
      `t1`.`gap_days`,
      `t1`.`gap`,
      `t1`.`origin_role_id`,
      `t1`.`role_id`,
      `t1`.`origin` AS `key_origin`,
      `t1`.`destination` AS `key_destination`,
      `t1`.`origin` AS `at`
    FROM (
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
    ) AS `t1`
    WHERE
      `t1`.`gap` IN ('direct', 'brief') AND `t1`.`origin` <> `t1`.`destination`
  ) AS `t2`
  GROUP BY
    1
) AS `t3`
ORDER BY
  `t3`.`at` ASC NULLS LAST

-- received
SELECT
  `t3`.`at`,
  COALESCE(`t3`.`moves`, 0) AS `moves`
FROM (
  SELECT
    `t2`.`at`,
    COUNT(*) AS `moves`
  FROM (
    SELECT
      `t1`.`person_id`,
      `t1`.`arrival`,
      `t1`.`returns`,
      `t1`.`country`,
      `t1`.`origin`,
      `t1`.`destination`,
      `t1`.`left_on`,
      `t1`.`joined_on`,
      `t1`.`gap_days`,
      `t1`.`gap`,
      `t1`.`origin_role_id`,
      `t1`.`role_id`,
      `t1`.`origin` AS `key_origin`,
      `t1`.`destination` AS `key_destination`,
      `t1`.`destination` AS `at`
    FROM (
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
    ) AS `t1`
    WHERE
      `t1`.`gap` IN ('direct', 'brief') AND `t1`.`origin` <> `t1`.`destination`
  ) AS `t2`
  GROUP BY
    1
) AS `t3`
ORDER BY
  `t3`.`at` ASC NULLS LAST
