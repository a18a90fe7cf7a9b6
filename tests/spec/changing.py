"""Spells become moves: one row per change of main employer, classed by the days between."""

from spec.case import Case

CASES = {
    "the gap decides the class": Case(
        "Up to 31 days is direct, up to 92 brief, beyond long; an overlap is a gap of no days.",
        """
        person | employer | role | start      | end
        -------+----------+------+------------+-----------
        anna   | Acme     | 1    | 2010-01-01 | 2011-01-01
        anna   | Beta     | 2    | 2011-01-01 | 2012-01-01
        bob    | Acme     | 1    | 2010-01-01 | 2011-01-01
        bob    | Beta     | 2    | 2011-02-01 | 2012-01-01
        cleo   | Acme     | 1    | 2010-01-01 | 2011-01-01
        cleo   | Beta     | 2    | 2011-02-02 | 2012-01-01
        dan    | Acme     | 1    | 2010-01-01 | 2011-01-01
        dan    | Beta     | 2    | 2011-04-03 | 2012-01-01
        eve    | Acme     | 1    | 2010-01-01 | 2011-01-01
        eve    | Beta     | 2    | 2011-04-04 | 2012-01-01
        fay    | Acme     | 1    | 2010-01-01 | 2011-06-01
        fay    | Beta     | 2    | 2011-01-01 | 2012-01-01
        """,
        moves="""
        person | origin | destination | left_on    | joined_on  | gap_days | gap    | origin_role_id | role_id
        anna   | Acme   | Beta        | 2011-01-01 | 2011-01-01 | 0        | direct | 1              | 2
        bob    | Acme   | Beta        | 2011-01-01 | 2011-02-01 | 31       | direct | 1              | 2
        cleo   | Acme   | Beta        | 2011-01-01 | 2011-02-02 | 32       | brief  | 1              | 2
        dan    | Acme   | Beta        | 2011-01-01 | 2011-04-03 | 92       | brief  | 1              | 2
        eve    | Acme   | Beta        | 2011-01-01 | 2011-04-04 | 93       | long   | 1              | 2
        fay    | Acme   | Beta        | 2011-01-01 | 2011-01-01 | 0        | direct | 1              | 2
        """,
    ),
    "what is no move": Case(
        "A first job, a job never main, a return with nothing between, and an arrival before observation began.",
        """
        person | employer | start      | end        | observed
        -------+----------+------------+------------+-----------
        gus    | Acme     | 2010-01-01 | 2011-01-01 |
        hal    | Acme     | 2010-01-01 | 2014-01-01 |
        hal    | Beta     | 2011-01-01 | 2012-01-01 |
        ida    | Acme     | 2010-01-01 | 2011-01-01 |
        ida    | Acme     | 2013-01-01 | 2014-01-01 |
        jan    | Acme     | 2010-01-01 | 2011-01-01 | 2012-01-01
        jan    | Beta     | 2011-01-01 | 2013-01-01 | 2012-01-01
        jan    | Ceres    | 2013-01-01 | 2014-01-01 | 2012-01-01
        """,
        moves="""
        person | origin | destination | joined_on
        jan    | Beta   | Ceres       | 2013-01-01
        """,
    ),
    "there and back are two moves": Case(
        "Kim went from Acme to Beta and came back; a side role on the way is none.",
        """
        person | employer | side | start      | end
        -------+----------+------+------------+-----------
        kim    | Acme     | no   | 2010-01-01 | 2011-01-01
        kim    | Ceres    | yes  | 2010-06-01 | 2012-01-01
        kim    | Beta     | no   | 2011-01-10 | 2011-03-01
        kim    | Acme     | no   | 2011-03-01 | 2012-01-01
        """,
        moves="""
        person | origin | destination | left_on    | joined_on  | gap_days | returns
        kim    | Acme   | Beta        | 2011-01-01 | 2011-01-10 | 9        | yes
        kim    | Beta   | Acme        | 2011-03-01 | 2011-03-01 | 0        | yes
        """,
    ),
}
