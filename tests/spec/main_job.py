"""At most one job a day is the main one."""
# ruff: noqa: E501 (wide tables)

from spec.case import Case

CASES = {
    "a new job takes over on its first day": Case(
        "Anna joined Beta a month before she left Acme.",
        """
        person | employer | role | start      | end
        -------+----------+------+------------+-----------
        anna   | Acme     | 1    | 2010-01-01 | 2012-02-01
        anna   | Beta     | 2    | 2012-01-01 | 2014-01-01
        """,
        """
        person | employer | start_date | end_date   | main_end   | main_by_rule | previous_employer | previous_end | previous_role_id | next_employer | next_start | departure
        anna   | Acme     | 2010-01-01 | 2012-02-01 | 2012-01-01 | yes          |                   |              |                  | Beta          | 2012-01-01 | separation
        anna   | Beta     | 2012-01-01 | 2014-01-01 | 2014-01-01 | yes          | Acme              | 2012-01-01   | 1                |               |            | separation
        """,
    ),
    "a job wholly inside another is secondary": Case(
        "Bob's year at Beta lies inside his years at Acme, and Cleo's begins on the same day.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        bob    | Acme     | 2010-01-01 | 2014-01-01
        bob    | Beta     | 2011-01-01 | 2012-01-01
        cleo   | Acme     | 2010-01-01 | 2014-01-01
        cleo   | Beta     | 2010-01-01 | 2012-01-01
        """,
        """
        person | employer | start_date | main_end   | main_by_rule | next_employer | arrival
        bob    | Acme     | 2010-01-01 | 2014-01-01 | yes          |               | hire
        bob    | Beta     | 2011-01-01 |            | yes          |               |
        cleo   | Acme     | 2010-01-01 | 2014-01-01 | yes          |               | hire
        cleo   | Beta     | 2010-01-01 |            | yes          |               |
        """,
    ),
    "an open job lies inside no other": Case(
        "Where Beta ends is not known, so it takes over from Acme.",
        """
        person | employer | start      | end        | verified
        -------+----------+------------+------------+-----------
        dan    | Acme     | 2010-01-01 | 2014-01-01 |
        dan    | Beta     | 2011-01-01 |            | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | ended | main_end   | departure
        dan    | Acme     | 2010-01-01 | 2014-01-01 | yes   | 2011-01-01 | separation
        dan    | Beta     | 2011-01-01 | 2012-01-02 | no    | 2012-01-02 | censored
        """,
    ),
    "no side role before a job": Case(
        "Eve's board seat began beside her job and does not become the main job when that ends.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        eve    | Acme     | no   | 2010-01-01 | 2012-01-01
        eve    | Beta     | yes  | 2011-01-01 | 2015-01-01
        eve    | Ceres    | no   | 2013-01-01 | 2014-01-01
        """,
        """
        person | employer | start_date | main_end   | previous_employer | next_employer
        eve    | Acme     | 2010-01-01 | 2012-01-01 |                   | Ceres
        eve    | Beta     | 2011-01-01 |            |                   |
        eve    | Ceres    | 2013-01-01 | 2014-01-01 | Acme              |
        """,
    ),
    "a side role alone is main until a job begins": Case(
        "Fay freelanced first; the job at Acme takes over although it lies inside the freelancing.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        fay    | Beta     | yes  | 2010-01-01 | 2016-01-01
        fay    | Acme     | no   | 2012-01-01 | 2014-01-01
        """,
        """
        person | employer | start_date | main_end   | previous_employer
        fay    | Beta     | 2010-01-01 | 2012-01-01 |
        fay    | Acme     | 2012-01-01 | 2014-01-01 | Beta
        """,
    ),
    "a side role that begins with a job is beside it": Case(
        "Both began on one day, and the side role lasts longer.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        gus    | Beta     | yes  | 2010-01-01 | 2016-01-01
        gus    | Acme     | no   | 2010-01-01 | 2014-01-01
        """,
        """
        person | employer | start_date | main_end
        gus    | Beta     | 2010-01-01 |
        gus    | Acme     | 2010-01-01 | 2014-01-01
        """,
    ),
    "of jobs alike the lowest record is main": Case(
        "Two sources' rows in another order: record 5 comes before record 8, whichever is listed first.",
        """
        person | employer | start      | end        | record
        -------+----------+------------+------------+-------
        hal    | Beta     | 2010-01-01 | 2012-01-01 | 8
        hal    | Acme     | 2010-01-01 | 2012-01-01 | 5
        ida    | Beta     | 2010-01-01 |            | 8
        ida    | Acme     | 2010-01-01 |            | 5
        """,
        """
        person | employer | start_date | main_end
        hal    | Acme     | 2010-01-01 | 2012-01-01
        hal    | Beta     | 2010-01-01 |
        ida    | Acme     | 2010-01-01 | 2021-01-01
        ida    | Beta     | 2010-01-01 |
        """,
    ),
    "three jobs that overlap in turn": Case(
        "Each takes over from the one before; the one inside the second is passed over.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        jan    | Acme     | 2010-01-01 | 2012-01-01
        jan    | Beta     | 2011-01-01 | 2015-01-01
        jan    | Delta    | 2012-01-01 | 2013-01-01
        jan    | Ceres    | 2014-01-01 | 2016-01-01
        """,
        """
        person | employer | start_date | main_end   | previous_employer | next_employer | main_by_rule
        jan    | Acme     | 2010-01-01 | 2011-01-01 |                   | Beta          | yes
        jan    | Beta     | 2011-01-01 | 2014-01-01 | Acme              | Ceres         | yes
        jan    | Delta    | 2012-01-01 |            |                   |               | yes
        jan    | Ceres    | 2014-01-01 | 2016-01-01 | Beta              |               | yes
        """,
    ),
    "experience counts from the first main job": Case(
        "Full months by anniversaries; a job that was never main has none; gaps count as time gone by.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        kim    | Acme     | 2010-01-15 | 2011-01-15
        kim    | Beta     | 2011-01-14 | 2013-01-01
        kim    | Delta    | 2011-06-01 | 2011-09-01
        kim    | Ceres    | 2014-01-15 | 2015-01-01
        """,
        """
        person | employer | start_date | experience_months
        kim    | Acme     | 2010-01-15 | 0
        kim    | Beta     | 2011-01-14 | 11
        kim    | Delta    | 2011-06-01 |
        kim    | Ceres    | 2014-01-15 | 48
        """,
    ),
    "the short way gives what the long way gives": Case(
        "Lea's plain career has one job after another; Max's has one overlap, ten years before.",
        """
        person | employer | role | start      | end
        -------+----------+------+------------+-----------
        lea    | Acme     | 1    | 2010-01-01 | 2011-01-01
        lea    | Beta     | 2    | 2011-01-01 | 2012-01-01
        lea    | Ceres    | 3    | 2013-01-01 |
        max    | Delta    | 1    | 2000-01-01 | 2001-01-01
        max    | Echo     | 1    | 2000-03-01 | 2000-06-01
        max    | Acme     | 1    | 2010-01-01 | 2011-01-01
        max    | Beta     | 2    | 2011-01-01 | 2012-01-01
        max    | Ceres    | 3    | 2013-01-01 |
        """,
        """
        person | employer | start_date | end_date   | main_end   | tenure_months | experience_months | previous_employer | previous_role_id | next_employer | departure
        lea    | Acme     | 2010-01-01 | 2011-01-01 | 2011-01-01 | 12            | 0                 |                   |                  | Beta          | separation
        lea    | Beta     | 2011-01-01 | 2012-01-01 | 2012-01-01 | 12            | 12                | Acme              | 1                | Ceres         | separation
        lea    | Ceres    | 2013-01-01 | 2021-01-01 | 2021-01-01 | 96            | 36                | Beta              | 2                |               | censored
        max    | Delta    | 2000-01-01 | 2001-01-01 | 2001-01-01 | 12            | 0                 |                   |                  | Acme          | separation
        max    | Echo     | 2000-03-01 | 2000-06-01 |            | 3             |                   |                   |                  |               |
        max    | Acme     | 2010-01-01 | 2011-01-01 | 2011-01-01 | 12            | 120               | Delta             | 1                | Beta          | separation
        max    | Beta     | 2011-01-01 | 2012-01-01 | 2012-01-01 | 12            | 132               | Acme              | 1                | Ceres         | separation
        max    | Ceres    | 2013-01-01 | 2021-01-01 | 2021-01-01 | 96            | 156               | Beta              | 2                |               | censored
        """,
    ),
    "first come: the job one holds stays the main one until it ends": Case(
        "Anna's second job counts from the day on which the first one ended; Bob's ended before it could.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2010-01-01 | 2012-02-01
        anna   | Beta     | 2012-01-01 | 2014-01-01
        bob    | Acme     | 2010-01-01 | 2014-01-01
        bob    | Beta     | 2011-01-01 | 2012-01-01
        bob    | Ceres    | 2013-01-01 |
        """,
        """
        person | employer | start_date | end_date   | main_end   | tenure_months | previous_employer | previous_end | next_employer | next_start | arrival | departure
        anna   | Acme     | 2010-01-01 | 2012-02-01 | 2012-02-01 | 25            |                   |              | Beta          | 2012-02-01 | hire    | separation
        anna   | Beta     | 2012-02-01 | 2014-01-01 | 2014-01-01 | 23            | Acme              | 2012-02-01   |               |            | hire    | separation
        bob    | Acme     | 2010-01-01 | 2014-01-01 | 2014-01-01 | 48            |                   |              | Ceres         | 2014-01-01 | hire    | separation
        bob    | Beta     | 2011-01-01 | 2012-01-01 |            | 12            |                   |              |               |            |         |
        bob    | Ceres    | 2014-01-01 | 2021-01-01 | 2021-01-01 | 84            | Acme              | 2014-01-01   |               |            | hire    | censored
        """,
        options={"main_job": "first"},
    ),
    "first come: no side role before a job": Case(
        "Fay's freelancing gives way to the job that lies inside it, whichever came first.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        fay    | Beta     | yes  | 2010-01-01 | 2016-01-01
        fay    | Acme     | no   | 2012-01-01 | 2014-01-01
        """,
        """
        person | employer | start_date | main_end   | previous_employer
        fay    | Beta     | 2010-01-01 | 2012-01-01 |
        fay    | Acme     | 2012-01-01 | 2014-01-01 | Beta
        """,
        options={"main_job": "first"},
    ),
    "first come: of jobs alike the lowest record is main": Case(
        "Both began on one day and neither has ended.",
        """
        person | employer | start      | end | record
        -------+----------+------------+-----+-------
        ida    | Beta     | 2010-01-01 |     | 8
        ida    | Acme     | 2010-01-01 |     | 5
        """,
        """
        person | employer | start_date | main_end
        ida    | Acme     | 2010-01-01 | 2021-01-01
        ida    | Beta     | 2010-01-01 |
        """,
        options={"main_job": "first"},
    ),
    "longest: the longer of two jobs has the time in which they overlap": Case(
        "Acme is longer than Beta, which has to wait; Ceres is longer than Beta and takes over at once.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        jan    | Acme     | 2010-01-01 | 2014-01-01
        jan    | Beta     | 2013-01-01 | 2016-01-01
        jan    | Ceres    | 2015-01-01 | 2020-01-01
        """,
        """
        person | employer | start_date | end_date   | main_end   | tenure_months | next_employer | next_start
        jan    | Acme     | 2010-01-01 | 2014-01-01 | 2014-01-01 | 48            | Beta          | 2014-01-01
        jan    | Beta     | 2014-01-01 | 2016-01-01 | 2015-01-01 | 24            | Ceres         | 2015-01-01
        jan    | Ceres    | 2015-01-01 | 2020-01-01 | 2020-01-01 | 60            |               |
        """,
        options={"main_job": "longest"},
    ),
}
