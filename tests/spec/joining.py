"""Positions that belong together are one spell; a return is another."""
# ruff: noqa: E501 (wide tables)

from spec.case import Case

CASES = {
    "one position is one spell": Case(
        "The end is the first day no longer there; a stay that ended in its 18th month has tenure 18.",
        """
        person | employer | role | country | start      | end
        -------+----------+------+---------+------------+-----------
        anna   | Acme     | 1    | FR      | 2010-01-01 | 2011-06-16
        """,
        """
        person | employer | start_date | end_date   | ended | tenure_months | entry_month | main_end   | positions | role_id | last_role_id | country | is_recall | returns | arrival | departure  | is_coarse | main_by_rule
        anna   | Acme     | 2010-01-01 | 2011-06-16 | yes   | 18            | 0           | 2011-06-16 | 1         | 1       | 1            | FR      | no        | no      | hire    | separation | no        | no
        """,
    ),
    "overlapping positions are joined": Case(
        "A promotion at the same employer does not end the stay; the roles at both ends are kept.",
        """
        person | employer | role | start      | end
        -------+----------+------+------------+-----------
        bob    | Acme     | 1    | 2010-01-01 | 2012-03-01
        bob    | Acme     | 2    | 2012-02-01 | 2014-01-01
        """,
        """
        person | employer | start_date | end_date   | positions | role_id | last_role_id | tenure_months | main_by_rule
        bob    | Acme     | 2010-01-01 | 2014-01-01 | 2         | 1       | 2            | 48            | no
        """,
    ),
    "the role at the end is that of the job that ends last": Case(
        "A short assignment inside a longer job at the same employer is not the last role.",
        """
        person | employer | role | start      | end
        -------+----------+------+------------+-----------
        bea    | Acme     | 1    | 2010-01-01 | 2014-01-01
        bea    | Acme     | 2    | 2012-01-01 | 2013
        """,
        """
        person | employer | start_date | end_date   | role_id | last_role_id | is_coarse
        bea    | Acme     | 2010-01-01 | 2014-01-01 | 1       | 1            | no
        """,
    ),
    "a gap of three months is bridged": Case(
        "From 30 November, three months end on the last day of February.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        cleo   | Acme     | 2010-01-15 | 2010-11-30
        cleo   | Acme     | 2011-02-28 | 2012-01-15
        dan    | Acme     | 2010-01-15 | 2010-06-15
        dan    | Acme     | 2010-09-15 | 2012-01-15
        """,
        """
        person | employer | start_date | end_date   | positions | tenure_months | is_recall | returns
        cleo   | Acme     | 2010-01-15 | 2012-01-15 | 2         | 24            | no        | no
        dan    | Acme     | 2010-01-15 | 2012-01-15 | 2         | 24            | no        | no
        """,
    ),
    "three months and a day are not bridged": Case(
        "The second stay is a recall, as it begins within twelve months of the first one's end.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        cleo   | Acme     | 2010-01-15 | 2010-11-30
        cleo   | Acme     | 2011-03-01 | 2012-01-15
        dan    | Acme     | 2010-01-15 | 2010-06-15
        dan    | Acme     | 2010-09-16 | 2012-01-15
        """,
        """
        person | employer | start_date | end_date   | positions | is_recall | returns
        cleo   | Acme     | 2010-01-15 | 2010-11-30 | 1         | no        | yes
        cleo   | Acme     | 2011-03-01 | 2012-01-15 | 1         | yes       | yes
        dan    | Acme     | 2010-01-15 | 2010-06-15 | 1         | no        | yes
        dan    | Acme     | 2010-09-16 | 2012-01-15 | 1         | yes       | yes
        """,
    ),
    "bridging can be switched off": Case(
        "With bridge_months=0 only positions that touch or overlap are joined.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        eve    | Acme     | 2010-01-01 | 2010-06-01
        eve    | Acme     | 2010-06-01 | 2011-01-01
        eve    | Acme     | 2011-01-02 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | positions | is_recall
        eve    | Acme     | 2010-01-01 | 2011-01-01 | 2         | no
        eve    | Acme     | 2011-01-02 | 2012-01-01 | 1         | yes
        """,
        options={"bridge_months": 0},
    ),
    "another employer in the gap forbids bridging": Case(
        "One day at Beta between two stays at Acme makes three spells.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        fay    | Acme     | 2010-01-01 | 2011-01-01
        fay    | Beta     | 2011-01-15 | 2011-01-16
        fay    | Acme     | 2011-02-01 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | is_recall | previous_employer | next_employer
        fay    | Acme     | 2010-01-01 | 2011-01-01 | no        |                   | Beta
        fay    | Beta     | 2011-01-15 | 2011-01-16 | no        | Acme              | Acme
        fay    | Acme     | 2011-02-01 | 2012-01-01 | yes       | Beta              |
        """,
    ),
    "another employer that reaches into the gap forbids bridging": Case(
        "Beta began before the gap and lasts into it.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        gus    | Acme     | 2010-01-01 | 2011-01-01
        gus    | Beta     | 2010-12-01 | 2011-01-02
        gus    | Acme     | 2011-02-01 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | main_end   | is_recall
        gus    | Acme     | 2010-01-01 | 2011-01-01 | 2010-12-01 | no
        gus    | Beta     | 2010-12-01 | 2011-01-02 | 2011-01-02 | no
        gus    | Acme     | 2011-02-01 | 2012-01-01 | 2012-01-01 | yes
        """,
    ),
    "another employer that only touches the gap does not": Case(
        "Beta ended on the day on which Acme paused; the day after, the person was nowhere else.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        hal    | Acme     | 2010-01-01 | 2011-01-01
        hal    | Beta     | 2010-12-01 | 2011-01-01
        hal    | Acme     | 2011-02-01 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | positions
        hal    | Acme     | 2010-01-01 | 2012-01-01 | 2
        hal    | Beta     | 2010-12-01 | 2011-01-01 | 1
        """,
    ),
    "positions that touch are joined whatever else there was": Case(
        "Nothing lies between them, although Beta went on beside both.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        hugo   | Acme     | 2010-01-01 | 2011-01-01
        hugo   | Beta     | 2010-06-01 | 2011-06-01
        hugo   | Acme     | 2011-01-01 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | positions | main_end
        hugo   | Acme     | 2010-01-01 | 2012-01-01 | 2         | 2012-01-01
        hugo   | Beta     | 2010-06-01 | 2011-06-01 | 1         |
        """,
    ),
    "a side role elsewhere does not forbid bridging": Case(
        "A board seat at Beta lasts through the pause at Acme.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        ida    | Acme     | no   | 2010-01-01 | 2011-01-01
        ida    | Beta     | yes  | 2010-06-01 | 2015-01-01
        ida    | Acme     | no   | 2011-02-01 | 2012-01-01
        """,
        """
        person | employer | start_date | end_date   | positions | main_end
        ida    | Acme     | 2010-01-01 | 2012-01-01 | 2         | 2012-01-01
        ida    | Beta     | 2010-06-01 | 2015-01-01 | 1         |
        """,
    ),
    "a return is a recall up to twelve months": Case(
        "Ian came back after exactly a year, Jan a day later.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        ian    | Acme     | 2010-01-01 | 2011-05-10
        ian    | Acme     | 2012-05-10 | 2013-01-01
        jan    | Acme     | 2010-01-01 | 2011-05-10
        jan    | Acme     | 2012-05-11 | 2013-01-01
        """,
        """
        person | employer | start_date | is_recall | returns
        ian    | Acme     | 2010-01-01 | no        | yes
        ian    | Acme     | 2012-05-10 | yes       | yes
        jan    | Acme     | 2010-01-01 | no        | yes
        jan    | Acme     | 2012-05-11 | no        | yes
        """,
    ),
    "a stay is known to have ended when a closed job outlasts the open one": Case(
        "Kim's second contract was never closed but last verified before the first one ended.",
        """
        person | employer | start      | end        | verified
        -------+----------+------------+------------+-----------
        kim    | Acme     | 2010-01-01 | 2013-01-01 |
        kim    | Acme     | 2011-01-01 |            | 2011-12-31
        lea    | Acme     | 2010-01-01 | 2013-01-01 |
        lea    | Acme     | 2011-01-01 |            | 2013-06-30
        """,
        """
        person | employer | start_date | end_date   | ended | departure
        kim    | Acme     | 2010-01-01 | 2013-01-01 | yes   | separation
        lea    | Acme     | 2010-01-01 | 2013-07-01 | no    | censored
        """,
    ),
    "an open end that nobody closed is closed": Case(
        "After two later jobs the open one is taken to have ended when the first of them began; after one it is not.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        max    | Acme     | 2010-01-01 |
        max    | Beta     | 2012-01-01 | 2014-01-01
        max    | Ceres    | 2014-01-01 |
        nia    | Acme     | 2010-01-01 |
        nia    | Beta     | 2012-01-01 |
        """,
        """
        person | employer | start_date | end_date   | ended | closed_stale | main_end   | departure
        max    | Acme     | 2010-01-01 | 2012-01-01 | yes   | yes          | 2012-01-01 | separation
        max    | Beta     | 2012-01-01 | 2014-01-01 | yes   | no           | 2014-01-01 | separation
        max    | Ceres    | 2014-01-01 | 2021-01-01 | no    | no           | 2021-01-01 | censored
        nia    | Acme     | 2010-01-01 | 2021-01-01 | no    | no           | 2012-01-01 | separation
        nia    | Beta     | 2012-01-01 | 2021-01-01 | no    | no           | 2021-01-01 | censored
        """,
    ),
    "later side roles close nothing": Case(
        "One job and one board seat after the open one are not two jobs.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        oda    | Acme     | no   | 2010-01-01 |
        oda    | Beta     | yes  | 2012-01-01 | 2014-01-01
        oda    | Ceres    | no   | 2014-01-01 |
        """,
        """
        person | employer | start_date | end_date   | closed_stale | main_end
        oda    | Acme     | 2010-01-01 | 2021-01-01 | no           | 2014-01-01
        oda    | Beta     | 2012-01-01 | 2014-01-01 | no           |
        oda    | Ceres    | 2014-01-01 | 2021-01-01 | no           | 2021-01-01
        """,
    ),
    "open ends can be kept": Case(
        "With stale_open=keep Acme stays open; Beta, which ended inside it, is secondary to it.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        max    | Acme     | 2010-01-01 |
        max    | Beta     | 2012-01-01 | 2014-01-01
        max    | Ceres    | 2014-01-01 |
        """,
        """
        person | employer | start_date | end_date   | ended | closed_stale | main_end   | departure
        max    | Acme     | 2010-01-01 | 2021-01-01 | no    | no           | 2014-01-01 | separation
        max    | Beta     | 2012-01-01 | 2014-01-01 | yes   | no           |            |
        max    | Ceres    | 2014-01-01 | 2021-01-01 | no    | no           | 2021-01-01 | censored
        """,
        options={"stale_open": "keep"},
    ),
}
