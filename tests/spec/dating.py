"""From stated dates to days: the middle of coarse periods, censoring, delayed entry, the as-of date."""

import datetime as dt

from spec.case import Case

CASES = {
    "coarse dates lie in the middle of their period": Case(
        "31 days: the 16th. 30 days: the 16th. February: the 15th. A year: 2 July.",
        """
        person | employer | start   | end
        -------+----------+---------+--------
        anna   | Acme     | 2010-01 | 2011-04
        bob    | Acme     | 2011-02 | 2012-02
        cleo   | Acme     | 2010    | 2012
        """,
        """
        person | employer | start_date | end_date   | is_coarse | tenure_months
        anna   | Acme     | 2010-01-16 | 2011-04-16 | yes       | 15
        bob    | Acme     | 2011-02-15 | 2012-02-15 | yes       | 12
        cleo   | Acme     | 2010-07-02 | 2012-07-02 | yes       | 24
        """,
    ),
    "start and end in one coarse period": Case(
        "The end moves to the middle of what is left of its period after the start.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        dan    | Acme     | 2010       | 2010
        eve    | Acme     | 2010-03    | 2010-03
        fay    | Acme     | 2010-11-01 | 2010
        gus    | Acme     | 2010       | 2010-03-01
        """,
        """
        person | employer | start_date | end_date   | is_coarse | tenure_months
        dan    | Acme     | 2010-07-02 | 2010-10-02 | yes       | 3
        eve    | Acme     | 2010-03-16 | 2010-03-24 | yes       | 1
        fay    | Acme     | 2010-11-01 | 2010-12-02 | yes       | 2
        gus    | Acme     | 2010-01-30 | 2010-03-01 | yes       | 2
        """,
    ),
    "a stay lasts at least a day": Case(
        "An end on the day of the start, or before it, leaves one day.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        hal    | Acme     | 2010-03-01 | 2010-03-01
        ida    | Acme     | 2010-03-01 | 2009-01-01
        """,
        """
        person | employer | start_date | end_date   | ended | tenure_months
        hal    | Acme     | 2010-03-01 | 2010-03-02 | yes   | 1
        ida    | Acme     | 2010-03-01 | 2010-03-02 | yes   | 1
        """,
    ),
    "tenure counts the months begun, or the full months observed": Case(
        "Jan left on the anniversary, Kim a day later; Lea and Max are still there.",
        """
        person | employer | start      | end        | verified
        -------+----------+------------+------------+-----------
        jan    | Acme     | 2010-03-10 | 2011-03-10 |
        kim    | Acme     | 2010-03-10 | 2011-03-11 |
        lea    | Acme     | 2010-03-10 |            | 2011-03-09
        max    | Acme     | 2010-03-10 |            | 2011-03-08
        """,
        """
        person | employer | end_date   | ended | tenure_months
        jan    | Acme     | 2011-03-10 | yes   | 12
        kim    | Acme     | 2011-03-11 | yes   | 13
        lea    | Acme     | 2011-03-10 | no    | 12
        max    | Acme     | 2011-03-09 | no    | 11
        """,
    ),
    "an open position counts up to its last verification": Case(
        "Without one it counts to the end of the as-of day; a verification after that day counts for nothing.",
        """
        person | employer | start      | end | verified
        -------+----------+------------+-----+-----------
        nia    | Acme     | 2018-01-01 |     | 2019-06-30
        oda    | Acme     | 2018-01-01 |     |
        pam    | Acme     | 2018-01-01 |     | 2025-01-01
        """,
        """
        person | employer | end_date   | ended | tenure_months | departure
        nia    | Acme     | 2019-07-01 | no    | 18            | censored
        oda    | Acme     | 2021-01-01 | no    | 36            | censored
        pam    | Acme     | 2021-01-01 | no    | 36            | censored
        """,
    ),
    "censoring carried to the as-of date": Case(
        "With censoring=carry an open position counts to the end of the as-of day.",
        """
        person | employer | start      | end | verified
        -------+----------+------------+-----+-----------
        nia    | Acme     | 2018-01-01 |     | 2019-06-30
        """,
        """
        person | employer | end_date   | ended | tenure_months
        nia    | Acme     | 2021-01-01 | no    | 36
        """,
        options={"censoring": "carry"},
    ),
    "an as-of date in the past uses nothing later": Case(
        "On 30 June 2015 Rob was still at Acme, Beta lay ahead, and Sam had left that day.",
        """
        person | employer | start      | end        | verified
        -------+----------+------------+------------+-----------
        rob    | Acme     | 2012-01-01 | 2016-01-01 | 2019-01-01
        rob    | Beta     | 2016-01-01 |            | 2019-01-01
        sam    | Acme     | 2012-01-01 | 2015-06-30 |
        tia    | Acme     | 2012-01-01 | 2015-07-01 |
        una    | Acme     | 2015-06-30 | 2018-01-01 |
        vic    | Acme     | 2015-07-01 | 2018-01-01 |
        """,
        """
        person | employer | start_date | end_date   | ended | next_employer | tenure_months | departure
        rob    | Acme     | 2012-01-01 | 2015-07-01 | no    |               | 42            | censored
        sam    | Acme     | 2012-01-01 | 2015-06-30 | yes   |               | 42            | separation
        tia    | Acme     | 2012-01-01 | 2015-07-01 | no    |               | 42            | censored
        una    | Acme     | 2015-06-30 | 2015-07-01 | no    |               | 0             | censored
        """,
        as_of=dt.date(2015, 6, 30),
    ),
    "a later job does not close an open one before it is known": Case(
        "On 30 June 2013 only one job had followed the open one.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        max    | Acme     | 2010-01-01 |
        max    | Beta     | 2012-01-01 | 2014-01-01
        max    | Ceres    | 2015-01-01 |
        """,
        """
        person | employer | start_date | end_date   | ended | closed_stale | main_end   | departure
        max    | Acme     | 2010-01-01 | 2013-07-01 | no    | no           | 2012-01-01 | separation
        max    | Beta     | 2012-01-01 | 2013-07-01 | no    | no           | 2013-07-01 | censored
        """,
        as_of=dt.date(2013, 6, 30),
    ),
    "at risk only once observed": Case(
        "Wes was first seen 30 months into his stay; Xia before hers began.",
        """
        person | employer | start      | end        | observed
        -------+----------+------------+------------+-----------
        wes    | Acme     | 2010-01-01 | 2015-01-01 | 2012-07-01
        xia    | Acme     | 2010-01-01 | 2015-01-01 | 2009-01-01
        yan    | Acme     | 2010-01-01 | 2011-01-01 | 2012-07-01
        """,
        """
        person | employer | start_date | seen_from  | entry_month | tenure_months | arrival | experience_months
        wes    | Acme     | 2010-01-01 | 2012-07-01 | 30          | 60            | unseen  |
        xia    | Acme     | 2010-01-01 | 2010-01-01 | 0           | 60            | hire    |
        yan    | Acme     | 2010-01-01 | 2011-01-01 | 12          | 12            | unseen  |
        """,
    ),
    "an unknown start": Case(
        "The stay counts from the first day seen, else from its last day; its arrival was not seen.",
        """
        person | employer | start      | end        | observed
        -------+----------+------------+------------+-----------
        zoe    | Acme     |            | 2015-01-01 | 2012-07-01
        zoe    | Beta     | 2015-01-01 | 2016-01-01 | 2012-07-01
        abe    | Acme     |            | 2015-01-01 |
        abe    | Beta     | 2015-01-01 | 2016-01-01 |
        """,
        """
        person | employer | start_date | start_known | end_date   | arrival | experience_months | is_coarse
        zoe    | Acme     | 2012-07-01 | no          | 2015-01-01 | unseen  |                   | no
        zoe    | Beta     | 2015-01-01 | yes         | 2016-01-01 | hire    |                   | no
        abe    | Acme     | 2014-12-31 | no          | 2015-01-01 | unseen  |                   | no
        abe    | Beta     | 2015-01-01 | yes         | 2016-01-01 | hire    |                   | no
        """,
    ),
    "coarse dates on the first day of their period": Case(
        "2010 is 1 January 2010, June 2012 is 1 June.",
        """
        person | employer | start | end
        -------+----------+-------+--------
        anna   | Acme     | 2010  | 2012-06
        """,
        """
        person | employer | start_date | end_date   | is_coarse | tenure_months
        anna   | Acme     | 2010-01-01 | 2012-06-01 | yes       | 29
        """,
        options={"dates": "early"},
    ),
    "coarse dates on the last day of their period": Case(
        "2010 is 31 December 2010, June 2012 is 30 June.",
        """
        person | employer | start | end
        -------+----------+-------+--------
        anna   | Acme     | 2010  | 2012-06
        """,
        """
        person | employer | start_date | end_date   | is_coarse | tenure_months
        anna   | Acme     | 2010-12-31 | 2012-06-30 | yes       | 18
        """,
        options={"dates": "late"},
    ),
}
