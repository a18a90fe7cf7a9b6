-- cells
SELECT
  *
FROM (
  SELECT
    `t8`.`key_origin`,
    `t8`.`key_destination`,
    `t8`.`key_arrival`,
    `t8`.`moves`,
    `t8`.`once` + COALESCE(`t7`.`again`, 0) AS `people`
  FROM (
    SELECT
      `t4`.`key_origin`,
      `t4`.`key_destination`,
      `t4`.`key_arrival`,
      COALESCE(`t4`.`moves`, 0) AS `moves`,
      COALESCE(`t4`.`once`, 0) AS `once`
    FROM (
      SELECT
        `t1`.`key_origin`,
        `t1`.`key_destination`,
        `t1`.`key_arrival`,
        COUNT(*) AS `moves`,
        SUM(IF(`t1`.`returns`, 0, 1)) AS `once`
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
          `t0`.`role_id`,
          `t0`.`previous_employer_id` AS `key_origin`,
          `t0`.`employer_id` AS `key_destination`,
          `t0`.`arrival` AS `key_arrival`
        FROM `spells` AS `t0`
        WHERE
          `t0`.`main_end` IS NOT NULL
          AND `t0`.`previous_employer_id` IS NOT NULL
          AND `t0`.`previous_employer_id` <> `t0`.`employer_id`
          AND `t0`.`arrival` <> 'unseen'
          AND `t0`.`arrival` <> 'hire'
      ) AS `t1`
      GROUP BY
        1,
        2,
        3
    ) AS `t4`
  ) AS `t8`
  LEFT OUTER JOIN (
    SELECT
      `t3`.`key_origin` AS `again_key_origin`,
      `t3`.`key_destination` AS `again_key_destination`,
      `t3`.`key_arrival` AS `again_key_arrival`,
      COALESCE(`t3`.`again`, 0) AS `again`
    FROM (
      SELECT
        `t2`.`key_origin`,
        `t2`.`key_destination`,
        `t2`.`key_arrival`,
        COUNT(DISTINCT `t2`.`person_id`) AS `again`
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
          `t0`.`role_id`,
          `t0`.`previous_employer_id` AS `key_origin`,
          `t0`.`employer_id` AS `key_destination`,
          `t0`.`arrival` AS `key_arrival`
        FROM `spells` AS `t0`
        WHERE
          `t0`.`main_end` IS NOT NULL
          AND `t0`.`previous_employer_id` IS NOT NULL
          AND `t0`.`previous_employer_id` <> `t0`.`employer_id`
          AND `t0`.`arrival` <> 'unseen'
          AND `t0`.`arrival` <> 'hire'
          AND `t0`.`returns`
      ) AS `t2`
      GROUP BY
        1,
        2,
        3
    ) AS `t3`
  ) AS `t7`
    ON `t8`.`key_origin` IS NOT DISTINCT FROM `t7`.`again_key_origin`
    AND `t8`.`key_destination` IS NOT DISTINCT FROM `t7`.`again_key_destination`
    AND `t8`.`key_arrival` IS NOT DISTINCT FROM `t7`.`again_key_arrival`
) AS `t9`
ORDER BY
  `t9`.`key_origin` ASC NULLS LAST,
  `t9`.`key_destination` ASC NULLS LAST,
  `t9`.`key_arrival` ASC NULLS LAST
