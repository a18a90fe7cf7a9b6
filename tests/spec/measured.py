"""What is expected of each measure, worked out by hand.

In every case Acme is an AI laboratory, Beta a large technology firm that has owned Ceres, a start-up, since 2018, Delta
a university and Echo of unknown kind. Acme is on the list ai_lab, Beta on big_tech and rivals, Ceres on rivals since
2018. ``3/4`` stands for the exact quotient; intervals are rounded to six digits.
"""
# ruff: noqa: E501 (wide tables)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A measure of some careers: what is asked of it, and the rows expected; columns not shown are not checked.

    vintages: what earlier exports of the same careers held, by the day on which they were taken.
    """

    measure: str
    says: str
    positions: str
    rows: str
    by: tuple[str, ...] | None = None
    vintages: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


RETAINED = """
    person | employer | start      | end        | verified   | observed
    -------+----------+------------+------------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2015-07-01 |            |
    bob    | Acme     | 2015-01-01 | 2016-01-01 |            |
    cleo   | Acme     | 2015-01-01 | 2017-07-01 |            |
    dan    | Acme     | 2015-01-01 |            | 2016-01-31 |
    eve    | Acme     | 2015-01-01 | 2016-12-01 |            | 2015-12-01
    fay    | Acme     |            | 2016-12-01 |            |
"""


def _joined(employer: str, country: str, stayed: int, left: int) -> str:
    """So many people of a country who stayed at an employer, and so many who left it within the first month."""
    ends = [*[""] * stayed, *["2015-01-20"] * left]
    return "".join(
        f"    {employer}{country}{number} | {employer} | {country} | 2015-01-01 | {end}\n"
        for number, end in enumerate(ends)
    )


MIXED = (
    """
    person | employer | country | start      | end
    -------+----------+---------+------------+-----------
"""
    + _joined("Acme", "FR", 3, 3)
    + _joined("Acme", "US", 3, 9)
    + _joined("Beta", "FR", 9, 3)
    + _joined("Beta", "US", 3, 3)
)
"""Twice as many at Acme are in the US as in France, and half as many at Beta; the odds of leaving are threefold there."""

TWO_EMPLOYERS = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2015-07-01
    bob    | Acme     | 2015-01-01 |
    cleo   | Acme     | 2015-01-01 |
    dan    | Acme     | 2015-01-01 |
    eve    | Beta     | 2015-01-01 | 2015-04-01
    fay    | Beta     | 2015-01-01 | 2015-07-01
    gus    | Beta     | 2015-01-01 | 2015-10-01
    hal    | Beta     | 2015-01-01 |
"""

LEFT = """
    person | employer | start      | end        | verified
    -------+----------+------------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2016-01-01 |
    anna   | Beta     | 2016-01-01 |            |
    bob    | Acme     | 2015-01-01 | 2016-01-01 |
    bob    | Delta    | 2016-03-01 |            |
    cleo   | Acme     | 2015-01-01 | 2016-07-01 |
    cleo   | Beta     | 2017-01-01 |            |
    dan    | Acme     | 2015-01-01 | 2016-07-01 |
    eve    | Acme     | 2015-01-01 |            | 2016-03-31
    fay    | Acme     | 2015-01-01 | 2016-10-01 |
    fay    | Beta     | 2016-10-01 |            |
    gus    | Acme     | 2015-01-01 |            |
"""

CAME_BACK = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2015-07-01
    anna   | Beta     | 2015-07-01 | 2016-07-01
    anna   | Acme     | 2016-07-01 | 2017-01-01
    anna   | Beta     | 2017-01-01 |
    bob    | Acme     | 2015-01-01 |
    cleo   | Acme     | 2015-01-01 |
"""

WENT_TO_LISTS = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2016-01-01
    anna   | Beta     | 2016-01-01 |
    bob    | Acme     | 2015-01-01 | 2016-01-01
    bob    | Ceres    | 2016-01-01 |
    cleo   | Acme     | 2015-01-01 | 2016-01-01
    dan    | Acme     | 2015-01-01 |
"""

COHORT = """
    person | employer | start      | end        | verified
    -------+----------+------------+------------+-----------
    anna   | Acme     | 2018-01-01 |            |
    bob    | Acme     | 2018-06-15 | 2020-06-16 |
    cleo   | Acme     | 2018-06-15 | 2020-06-15 |
    dan    | Acme     | 2018-12-31 |            |
    eve    | Acme     | 2018-03-01 |            | 2019-05-31
    fay    | Acme     | 2017-12-31 |            |
    gus    | Acme     | 2019-01-01 |            |
    hal    | Beta     | 2018-03-01 | 2019-03-01 |
    hal    | Ceres    | 2019-03-01 |            |
"""

CIRCLE = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2018-01-01 | 2019-01-01
    anna   | Beta     | 2019-01-01 |
    bob    | Acme     | 2018-01-01 | 2019-01-01
    bob    | Beta     | 2019-01-01 |
    cleo   | Beta     | 2018-01-01 | 2019-01-01
    cleo   | Delta    | 2019-01-01 |
    dan    | Beta     | 2018-01-01 | 2019-01-01
    dan    | Delta    | 2019-01-01 |
    eve    | Delta    | 2018-01-01 | 2019-01-01
    eve    | Acme     | 2019-01-01 |
    fay    | Delta    | 2018-01-01 | 2019-01-01
    fay    | Acme     | 2019-01-01 |
"""

STAFF = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2018-06-01 | 2019-03-10
    bob    | Acme     | 2018-06-01 |
    cleo   | Acme     | 2019-02-01 | 2019-11-01
    dan    | Acme     | 2019-05-10 |
"""

MOVED = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2018-01-01 | 2019-01-01
    anna   | Beta     | 2019-01-01 |
    bob    | Acme     | 2018-01-01 | 2019-01-01
    bob    | Beta     | 2019-02-01 |
    cleo   | Acme     | 2018-01-01 | 2019-01-01
    cleo   | Beta     | 2019-02-02 |
    dan    | Acme     | 2018-01-01 | 2019-01-01
    dan    | Beta     | 2019-04-03 |
    eve    | Acme     | 2018-01-01 | 2019-01-01
    eve    | Beta     | 2019-04-04 |
    fay    | Acme     | 2018-01-01 | 2019-01-01
    fay    | Acme     | 2020-01-01 |
    gus    | Acme     | 2018-01-01 | 2018-06-01
    gus    | Beta     | 2018-06-01 | 2018-12-01
    gus    | Acme     | 2018-12-01 |
"""

OWNED = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Beta     | 2017-01-01 | 2019-01-01
    anna   | Ceres    | 2019-01-01 |
    bob    | Beta     | 2017-01-01 | 2017-06-01
    bob    | Ceres    | 2017-06-01 |
"""

WHOLE = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2017-01-01 | 2019-01-01
    anna   | Delta    | 2019-01-01 |
    bob    | Acme     | 2017-01-01 | 2019-02-01
    bob    | Delta    | 2019-02-01 |
    cleo   | Acme     | 2017-01-01 | 2019-03-01
    cleo   | Delta    | 2019-03-01 |
    dan    | Beta     | 2017-01-01 | 2019-01-01
    dan    | Delta    | 2019-01-01 |
    eve    | Beta     | 2017-01-01 |
"""

ONE_SIDED = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2018-01-01 | 2019-01-01
    anna   | Beta     | 2019-01-01 |
    bob    | Acme     | 2018-01-01 | 2019-01-01
    bob    | Beta     | 2019-01-01 |
    cleo   | Acme     | 2018-01-01 | 2019-01-01
    cleo   | Beta     | 2019-01-01 |
    dan    | Beta     | 2018-01-01 | 2019-01-01
    dan    | Acme     | 2019-01-01 |
    eve    | Acme     | 2018-01-01 | 2019-01-01
    eve    | Delta    | 2019-01-01 |
    fay    | Acme     | 2018-01-01 | 2019-01-01
    fay    | Delta    | 2019-01-01 |
"""

YEARS = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2019-01-01 | 2020-01-01
    anna   | Beta     | 2020-01-01 |
    bob    | Beta     | 2019-01-01 | 2020-01-01
    bob    | Acme     | 2020-01-01 |
    cleo   | Acme     | 2019-01-01 | 2020-01-01
    cleo   | Beta     | 2020-01-01 |
"""

NET = (
    YEARS
    + """
    dan    | Acme     | 2019-01-01 | 2019-07-01
    dan    | Delta    | 2019-07-01 |
"""
)

LISTED_MOVES = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2018-01-01 | 2019-01-01
    anna   | Beta     | 2019-01-01 |
    bob    | Ceres    | 2016-01-01 | 2017-01-01
    bob    | Acme     | 2017-01-01 |
    cleo   | Delta    | 2017-01-01 | 2019-01-01
    cleo   | Ceres    | 2019-01-01 |
"""

LISTED_HIRES = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Beta     | 2018-01-01 | 2019-01-01
    anna   | Acme     | 2019-01-01 |
    bob    | Delta    | 2018-01-01 | 2019-01-01
    bob    | Acme     | 2019-01-01 |
    cleo   | Acme     | 2019-01-01 |
"""

LISTED_STAYS = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Beta     | 2015-01-01 | 2015-07-01
    bob    | Acme     | 2015-01-01 | 2017-01-01
    cleo   | Ceres    | 2016-01-01 | 2016-07-01
    dan    | Ceres    | 2018-01-01 | 2021-01-01
"""

HIRED = """
    person | employer | start      | end        | observed
    -------+----------+------------+------------+-----------
    anna   | Acme     | 2015-01-01 | 2016-01-01 |
    anna   | Beta     | 2019-01-01 |            |
    eve    | Acme     | 2015-01-01 | 2018-12-01 |
    eve    | Beta     | 2019-01-01 |            |
    bob    | Beta     | 2019-01-01 |            |
    cleo   | Delta    | 2015-01-01 | 2019-01-01 |
    cleo   | Beta     | 2019-01-01 |            |
    dan    | Beta     | 2019-01-01 |            | 2018-06-01
"""

BEGINNERS = """
    person | employer | start      | end        | observed
    -------+----------+------------+------------+-----------
    anna   | Acme     | 2019-01-01 | 2020-01-01 |
    anna   | Beta     | 2020-01-01 |            |
    bob    | Acme     | 2019-01-01 | 2020-01-02 |
    bob    | Beta     | 2020-02-01 |            |
    cleo   | Acme     | 2019-06-01 |            |
    dan    | Acme     | 2020-03-01 |            |
    eve    | Acme     | 2019-05-01 |            | 2018-01-01
"""

TEMPO = """
    person | employer | start      | end
    -------+----------+------------+-----------
    anna   | Acme     | 2019-01-15 | 2019-03-01
    anna   | Beta     | 2019-04-01 | 2019-05-01
    bob    | Acme     | 2019-01-20 | 2019-02-15
    cleo   | Acme     | 2020-01-10 |
"""

# One joins on the 10th of every month of 2019, and two on that of January 2020.
_DAYS = [*(f"2019-{month:02}-10" for month in range(1, 13)), "2020-01-10", "2020-01-10"]
MONTH_BY_MONTH = "person | employer | start | end\n" + "".join(
    f"p{number} | Acme | {day} |\n" for number, day in enumerate(_DAYS)
)

CASES = {
    "retention with delayed entry": Asked(
        "retention",
        # Anna leaves in her 6th month of 4 at risk (eve is not yet seen): 3/4. Bob leaves in the 12th, when bob, cleo,
        # dan and eve (seen since month 11) are at risk: 3/4 × 3/4 = 9/16. Eve leaves in the 23rd, when only she and
        # cleo are left: 9/32. Greenwood's sums: 1/12 + 1/12 and that + 1/2. Fay's start is unknown: she is left out.
        "People are at risk from the later of joining and coming under observation.",
        RETAINED,
        """
        employer | months | entered | events | at_risk | estimate | low      | high     | n | status
        Acme     | 12     | 5       | 2      | 4       | 9/16     | 0.099104 | 0.866572 | 5 | ok
        Acme     | 24     | 5       | 3      | 1       | 9/32     | 0.011345 | 0.698195 | 5 | ok
        """,
        options={"months": "12,24"},
    ),
    "retention with a transfer inside the owner": Asked(
        "retention",
        # At Beta bob leaves in month 5 of 2 at risk, anna is censored in month 24: 1/2, Greenwood 1/2. At Ceres anna's
        # stay began by a transfer and does not count; of one at risk and none gone the lower limit is 0.025^(1/1).
        "A transfer censors the stay, and begins none.",
        OWNED,
        """
        employer | months | entered | events | at_risk | estimate | low      | high     | n | status
        Beta     | 24     | 2       | 1      | 1       | 1/2      | 0.005983 | 0.910410 | 2 | ok
        Ceres    | 24     | 1       | 0      | 1       | 1        | 0.025    | 1        | 1 | ok
        """,
    ),
    "retention where a person came back": Asked(
        "retention",
        # Two of four stays ended in month 6, both anna's. Her influence on the share is (1/2 + 1/2)/4, that of each of
        # the others -(1/2)/4: the variance is 1/16 + 2/64 = 3/32, where stays that do not hang together give 1/16.
        "Stays of one person are alike: the interval is wider than that of as many people.",
        CAME_BACK,
        """
        employer | months | entered | events | at_risk | estimate | low      | high     | n | status
        Acme     | 12     | 4       | 2      | 2       | 1/2      | 0.019922 | 0.884536 | 3 | ok
        """,
        where={"employer": "Acme"},
        options={"months": "12"},
    ),
    "retention of everyone where a person came back": Asked(
        "retention",
        # All six stays: anna's last at Beta and those of bob and cleo go on; of six three ended by month 12, all hers.
        # Her influences add to 3/12 - 1/12 = 1/6, the others are -1/12 each: the variance is 1/36 + 2/144 = 1/24, that
        # of stays that do not hang together 1/24 as well.
        "Stays of one person at several employers are alike too.",
        CAME_BACK,
        """
        months | entered | events | at_risk | estimate | low      | high     | n | status
        12     | 6       | 3      | 4       | 1/2      | 0.110948 | 0.803709 | 3 | ok
        """,
        by=(),
        options={"months": "12"},
    ),
    "retention as if each stay were another person's": Asked(
        "retention",
        "Greenwood's variance on request.",
        CAME_BACK,
        """
        employer | months | estimate | low      | high     | n | status
        Acme     | 12     | 1/2      | 0.057847 | 0.844861 | 3 | ok
        """,
        where={"employer": "Acme"},
        options={"months": "12", "variance": "greenwood"},
    ),
    "destinations by kind": Asked(
        "destinations",
        # Seven joined. In month 12 anna goes to Beta (big technology) and bob, 60 days later, to Delta (a university):
        # 1/7 each, 5/7 stay. Eve is last seen after 15 months. In month 18 four are at risk; cleo, who joined Beta half
        # a year later, and dan go where nobody saw them: 5/7 x 2/4 = 5/14. In month 21 two are left and fay goes to
        # Beta: 1/7 + 5/14 x 1/2 = 9/28. With the 5/28 who stay they add to 1. Nobody unseen in the first twelve
        # months, of seven: at most 1 - 0.025^(1/7).
        "Each destination has its share of all who joined; they and those who stay add to 1.",
        LEFT,
        """
        employer | destination_kind | months | entered | events | at_risk | staying | estimate | low      | high     | n | status
        Acme     | big_tech         | 12     | 7       | 1      | 7       | 5/7     | 1/7      | 0.021439 | 0.665946 | 1 | ok
        Acme     | big_tech         | 24     | 7       | 2      | 1       | 5/28    | 9/28     | 0.090141 | 0.796423 | 2 | ok
        Acme     | university       | 12     | 7       | 1      | 7       | 5/7     | 1/7      | 0.021439 | 0.665946 | 1 | ok
        Acme     | university       | 24     | 7       | 1      | 1       | 5/28    | 1/7      | 0.021439 | 0.665946 | 1 | ok
        Acme     | none seen        | 12     | 7       | 0      | 7       | 5/7     | 0        | 0        | 0.409616 | 0 | ok
        Acme     | none seen        | 24     | 7       | 2      | 1       | 5/28    | 5/14     | 0.106622 | 0.822978 | 2 | ok
        """,
        where={"employer": "Acme"},
        options={"months": "12,24", "minimum_people": 0},
    ),
    "destinations however long the gap": Asked(
        "destinations",
        # Cleo went to Beta too: of the 5/14 who left in month 18 one half.
        "With gap=direct,brief,long the next employer counts whenever that job began.",
        LEFT,
        """
        destination | months | estimate | n | status
        Beta        | 24     | 1/2      | 3 | ok
        Delta       | 24     | 1/7      | 1 | ok
        none seen   | 24     | 5/28     | 1 | ok
        """,
        by=("destination",),
        where={"employer": "Acme"},
        options={"gap": "direct,brief,long"},
    ),
    "destinations of which one is asked for": Asked(
        "destinations",
        "The others still take people away: they are told together.",
        LEFT,
        """
        destination | months | estimate | n | status
        Beta        | 24     | 9/28     | 2 | ok
        elsewhere   | 24     | 1/2      | 3 | ok
        """,
        by=("destination",),
        where={"employer": "Acme", "destination_kind": "big_tech"},
    ),
    "destinations of a person who came back": Asked(
        "destinations",
        # The figures of retention turned over; one person stands behind two events.
        "Two stays of one person that ended for one destination are two events and one person.",
        CAME_BACK,
        """
        employer | destination_kind | months | entered | events | at_risk | estimate | low      | high     | n | status
        Acme     | big_tech         | 12     | 4       | 2      | 2       | 1/2      | 0.115464 | 0.980078 | 1 | ok
        """,
        where={"employer": "Acme"},
        options={"months": "12"},
    ),
    "destinations by list": Asked(
        "destinations",
        # Beta is on two lists, Ceres on one since 2018, after bob came.
        "A destination on several lists counts in each, as on the day of joining.",
        WENT_TO_LISTS,
        """
        destination_list | months | events | staying | estimate | n | status
        big_tech         | 12     | 1      | 1/4     | 1/4      | 1 | ok
        rivals           | 12     | 1      | 1/4     | 1/4      | 1 | ok
        no list          | 12     | 1      | 1/4     | 1/4      | 1 | ok
        none seen        | 12     | 1      | 1/4     | 1/4      | 1 | ok
        """,
        by=("destination_list",),
        where={"employer": "Acme"},
        options={"months": "12"},
    ),
    "cohort retention with lost people": Asked(
        "cohort_retention",
        # As of 2020-12-31 the cohort joined in 2018: fay came a day early, gus a day late. Bob stayed 24 months and a
        # day, cleo 24 months, which is one who left in the 24th. Eve was last seen after 15 months. At Beta hal was
        # transferred to the start-up that it owns: he is lost, not gone.
        "Who joined in the 12 months that ended 24 months ago.",
        COHORT,
        """
        employer | joined | stayed | left | lost | estimate | low      | high     | n | status
        Acme     | 5      | 3      | 1    | 1    | 3/5      | 0.230724 | 0.882379 | 5 | ok
        Beta     | 1      | 0      | 0    | 1    | 0        | 0        | 0.793451 | 1 | ok
        """,
    ),
    "turnover of years": Asked(
        "turnover",
        # 2018: nobody on 1 January, 2 on 31 December; 2 hired: 2/1. 2019: 2 and 2 (bob, dan), 2 hired, 2 gone (anna,
        # cleo): 2/2, Poisson limits of 2 halved. 2020: bob and dan all year; the upper limit of 0 is 3.688879, halved.
        "Separations over the mean of the headcounts at both ends of the year.",
        STAFF,
        """
        year | hires | separations | headcount_begin | headcount_end | hire_rate | rotation_rate | estimate | low      | high     | n | status
        2018 | 2     | 0           | 0               | 2             | 2         | 1             | 0        | 0        | 3.688879 | 2 | ok
        2019 | 2     | 2           | 2               | 2             | 1         | 1             | 1        | 0.121105 | 3.612344 | 4 | ok
        2020 | 0     | 0           | 2               | 2             | 0         | 0             | 0        | 0        | 1.844440 | 2 | ok
        """,
    ),
    "turnover counts a person once": Asked(
        "turnover",
        # Anna and bob joined on the first day of 2019, which is not a second time. Cleo had two jobs in that year.
        # At the beginning there are 2, at the end 1 (bob): 3 gone over 3/2.
        "n is people, not people and arrivals.",
        """
        person | employer | start      | end
        anna   | Acme     | 2019-01-01 | 2019-07-01
        bob    | Acme     | 2019-01-01 |
        cleo   | Acme     | 2019-02-01 | 2019-05-01
        cleo   | Beta     | 2019-05-01 | 2019-09-01
        """,
        """
        year | hires | separations | headcount_begin | headcount_end | estimate | n
        2019 | 4     | 3           | 2               | 1             | 2        | 3
        2020 | 0     | 0           | 1               | 1             | 0        | 1
        """,
    ),
    "attrition": Asked(
        "attrition",
        # In 2020 anna and cleo left. Anna is there on 6 firsts of months, bob on 12, cleo on 7 (April to October):
        # 25/12 on average. 2 / (25/12) = 24/25; Poisson limits of 2 times 12/25. Dan had left before.
        "Leavers of the last 12 whole months over the mean of monthly headcounts.",
        """
        person | employer | start      | end
        anna   | Acme     | 2018-06-01 | 2020-07-01
        bob    | Acme     | 2018-06-01 |
        cleo   | Acme     | 2020-03-15 | 2020-10-15
        dan    | Acme     | 2018-06-01 | 2019-10-01
        """,
        """
        employer | leavers | average_headcount | estimate | low     | high     | n | status
        Acme     | 2       | 25/12             | 24/25    | 0.11626 | 3.467850 | 3 | ok
        """,
    ),
    "flows between employers": Asked(
        "flows",
        # Gaps: anna 0 days, bob 31, cleo 32, dan 92, eve 93 (long, not counted), gus 0 and 0. Fay came back to Acme.
        "Direct and brief moves; a return to the own employer is none.",
        MOVED,
        """
        origin | destination | estimate | low      | high      | n | status
        Acme   | Beta        | 5        | 1.623486 | 11.668332 | 5 | ok
        Beta   | Acme        | 1        | 0.025318 | 5.571643  | 1 | ok
        """,
    ),
    "flows by gap class": Asked(
        "flows",
        "Where the class is told, long moves are too; gus moved twice and is one person.",
        MOVED,
        """
        gap    | estimate | low      | high      | n
        direct | 4        | 1.089865 | 10.241589 | 3
        brief  | 2        | 0.242209 | 7.224688  | 2
        long   | 1        | 0.025318 | 5.571643  | 1
        """,
        by=("gap",),
    ),
    "flows of one year and one gap class": Asked(
        "flows",
        "A part of the market, by year of joining.",
        MOVED,
        """
        year | estimate | n
        2019 | 3        | 3
        """,
        by=("year",),
        where={"year": "2019", "gap": "brief|long"},
    ),
    "a move before the owner came": Asked(
        "flows",
        "Beta bought Ceres in 2018: bob moved in 2017, anna was transferred in 2019.",
        OWNED,
        """
        origin | destination | estimate | n
        Beta   | Ceres       | 1        | 1
        """,
    ),
    "transfers inside an owner": Asked(
        "transfers",
        "Nothing vanishes: what is no move is counted here.",
        OWNED,
        """
        origin | destination | arrival  | estimate | low      | high     | n | status
        Beta   | Ceres       | internal | 1        | 0.025318 | 5.571643 | 1 | ok
        """,
    ),
    "transfers in bulk": Asked(
        "transfers",
        "All three people of Acme go to Delta within three months; one of two at Beta does.",
        WHOLE,
        """
        origin | destination | arrival | estimate | low      | high     | n | status
        Acme   | Delta       | bulk    | 3        | 0.618672 | 8.767273 | 3 | ok
        """,
        options={"bulk_people": 3},
    ),
    "flow ratio": Asked(
        "flow_ratio",
        # Clopper–Pearson for 3 of 4 is 0.194120 to 0.993691: odds 0.24088 to 157.49. For 2 of 2 the lower limit alone
        # is 0.158114: odds 0.187809; the other way round the upper one is 1/0.187809.
        "Moves one way for one the other way; nobody back gives the lower bound alone.",
        ONE_SIDED,
        """
        origin | destination | moves | moves_back | estimate | low      | high       | n | status
        Acme   | Beta        | 3     | 1          | 3        | 0.240880 | 157.492088 | 4 | ok
        Beta   | Acme        | 1     | 3          | 1/3      | 0.006350 | 4.151441   | 4 | ok
        Acme   | Delta       | 2     | 0          |          | 0.187809 |            | 2 | lower_bound_only
        Delta  | Acme        | 0     | 2          | 0        | 0        | 5.324558   | 2 | ok
        """,
    ),
    "moves against sizes": Asked(
        "gravity_excess",
        # Two leave each and two come to each: those who leave would go to either of the others, one to each.
        # Poisson limits of 2 are 0.242209 and 7.224688; the doubt of the 1 expected, 1.959964 √(1/1 + 1/1) in
        # logarithms, widens them to 2 exp(-√(2.111129² + 2.771808²)) and 2 exp(√(1.284378² + 2.771808²)).
        "Twice as many went from each to the next as the sizes of the three would give.",
        CIRCLE,
        """
        origin | destination | moves | expected | estimate | low      | high      | n
        Acme   | Beta        | 2     | 1.000000 | 2.000000 | 0.061356 | 42.438655 | 2
        Beta   | Delta       | 2     | 1.000000 | 2.000000 | 0.061356 | 42.438655 | 2
        Delta  | Acme        | 2     | 1.000000 | 2.000000 | 0.061356 | 42.438655 | 2
        """,
    ),
    "moves against sizes from one place": Asked(
        "gravity_excess",
        "What is asked of an end keeps the sizes of all.",
        CIRCLE,
        """
        origin | destination | moves | expected | estimate
        Acme   | Beta        | 2     | 1.000000 | 2.000000
        """,
        where={"origin": "Acme"},
    ),
    "rank in the network": Asked(
        "flow_rank",
        # Three of four moves between Acme and Beta go to Beta: (3 - 1) / 4 of a step; both between Acme and Delta go to
        # Delta: one step. With a mean of 0 Acme is at -1/2, Beta at 0, Delta at 1/2. With x = e^beta the moves are
        # likeliest where (3/2 - x/2) / (1 + x) + 2 / (1 + x²) = 0, x³ = 3x² + 3x + 7: x = 4.134879, x² / (1 + x²).
        "Each move is a spring that would lift its end one step above its beginning.",
        ONE_SIDED,
        """
        employer | arrivals | departures | step_up  | part | part_size | estimate  | n
        Acme     | 1        | 5          | 0.944742 | 1    | 3         | -0.500000 | 6
        Beta     | 3        | 1          | 0.944742 | 1    | 3         | 0.000000  | 4
        Delta    | 2        | 0          | 0.944742 | 1    | 3         | 0.500000  | 2
        """,
    ),
    "rank in two parts of a network": Asked(
        "flow_rank",
        # anna went from Acme to Beta, bob from Delta to Echo, and nobody between the two pairs.
        "Nothing orders employers between which no path of moves leads, and one move makes no order sure.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2018-01-01 | 2019-01-01
        anna   | Beta     | 2019-01-01 |
        bob    | Delta    | 2018-01-01 | 2019-01-01
        bob    | Echo     | 2019-01-01 |
        """,
        """
        employer | part | part_size | estimate  | rank_low | rank_high
        Acme     | 1    | 2         | -0.500000 | 1        | 2
        Beta     | 1    | 2         | 0.500000  | 1        | 2
        Delta    | 2    | 2         | -0.500000 |          |
        Echo     | 2    | 2         | 0.500000  |          |
        """,
    ),
    "flow rate ratio": Asked(
        "flow_rate_ratio",
        # 2019 has 365 days and 2020 has 366. At Acme anna, cleo 365 each and bob 366: 1096. At Beta bob 365, anna and
        # cleo 366: 1097. (2/1096) / (1/1097) = 1097/548; the limits of 2:1, 0.104118 and 117.994, times 1097/1096.
        "Moves per person-year at the origin over moves back per person-year at the destination.",
        YEARS,
        """
        origin | destination | moves | moves_back | origin_years | destination_years | estimate | low      | high       | n | status
        Acme   | Beta        | 2     | 1          | 4384/1461    | 4388/1461         | 1097/548 | 0.104213 | 118.102032 | 3 | ok
        Beta   | Acme        | 1     | 2          | 4388/1461    | 4384/1461         | 548/1097 | 0.008467 | 9.595775   | 3 | ok
        """,
    ),
    "net flow in total": Asked(
        "net_flow",
        # Acme: bob came; anna, cleo and dan left. Person-years, from the firsts of months: anna and cleo 12 months
        # each, dan 6, bob 12: 42/12. Net -2 per 3.5, times 100 = -400/7. MOVER for 1 - 3: -7.849055 to 3.154672.
        "Arrivals less departures per 100 person-years.",
        NET,
        """
        employer | arrivals | departures | net | headcount | estimate | low       | high     | n | status
        Acme     | 1        | 3          | -2  | 7/2       | -400/7   | -224.2587 | 90.13348 | 4 | ok
        Beta     | 2        | 1          | 1   | 3         | 100/3    | -129.9311 | 210.4942 | 3 | ok
        Delta    | 1        | 0          | 1   | 3/2       | 200/3    | -187.6982 | 371.4429 | 1 | ok
        """,
        options={"provisional_quarters": 0},
    ),
    "net flow without the newest quarters": Asked(
        "net_flow",
        # Anna's move of January 2020 counts, bob's of July does not. Acme: anna 6 months and bob 12 up to June 2020;
        # Beta: anna 6.
        "Moves and person-years of the two newest quarters, July to December 2020, are left out.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2019-07-01 | 2020-01-01
        anna   | Beta     | 2020-01-01 |
        bob    | Acme     | 2019-07-01 | 2020-07-01
        bob    | Beta     | 2020-07-01 |
        """,
        """
        employer | arrivals | departures | net | headcount | n
        Acme     | 0        | 1          | -1  | 3/2       | 1
        Beta     | 1        | 0          | 1   | 1/2       | 1
        """,
    ),
    "net flow against each other employer": Asked(
        "net_flow",
        "The denominator is the employer's own, whoever the other is.",
        NET,
        """
        employer | other | arrivals | departures | net | headcount | estimate | low       | high     | n
        Acme     | Beta  | 1        | 2          | -1  | 7/2       | -200/7   | -180.4236 | 111.3695 | 3
        Acme     | Delta | 0        | 1          | -1  | 7/2       | -200/7   | -159.1898 | 80.44209 | 1
        Beta     | Acme  | 2        | 1          | 1   | 3         | 100/3    | -129.9311 | 210.4942 | 3
        Delta    | Acme  | 1        | 0          | 1   | 3/2       | 200/3    | -187.6982 | 371.4429 | 1
        """,
        by=("employer", "other"),
        options={"provisional_quarters": 0},
    ),
    "origins of hires": Asked(
        "origins",
        # Beta hired five: two from Acme (one after three years), one from Delta, bob in his first job, and dan, of
        # whom nothing before June 2018 can be seen. 2/5 + 1/5 + 1/5 + 1/5 = 1.
        "First job and unknown are origins of their own, and shares add to 1.",
        HIRED,
        """
        employer | origin    | hires | from_origin | estimate | low      | high     | n | status
        Acme     | first job | 2     | 2           | 1        | 0.342380 | 1        | 2 | ok
        Beta     | Acme      | 5     | 2           | 2/5      | 0.117621 | 0.769276 | 2 | ok
        Beta     | Delta     | 5     | 1           | 1/5      | 0.036224 | 0.624465 | 1 | ok
        Beta     | first job | 5     | 1           | 1/5      | 0.036224 | 0.624465 | 1 | ok
        Beta     | unknown   | 5     | 1           | 1/5      | 0.036224 | 0.624465 | 1 | ok
        Delta    | first job | 1     | 1           | 1        | 0.206549 | 1        | 1 | ok
        """,
        options={"minimum_people": 0},
    ),
    "origins by kind": Asked(
        "origins",
        "The same hires by the kind of the previous employer.",
        HIRED,
        """
        origin_kind | hires | from_origin | estimate | n
        ai_lab      | 5     | 2           | 2/5      | 2
        university  | 5     | 1           | 1/5      | 1
        first job   | 5     | 1           | 1/5      | 1
        unknown     | 5     | 1           | 1/5      | 1
        """,
        by=("origin_kind",),
        where={"employer": "Beta"},
        options={"minimum_people": 0},
    ),
    "origins of unknown kind": Asked(
        "origins",
        # Beta hires anna from Echo, whose kind nobody told; bob, of whom nothing before June 2018 can be seen; and cleo
        # in her first job.
        "An employer whose kind is not known is one origin, and a career that could not be seen another.",
        """
        person | employer | start      | end        | observed
        -------+----------+------------+------------+-----------
        anna   | Echo     | 2015-01-01 | 2019-01-01 |
        anna   | Beta     | 2019-01-01 |            |
        bob    | Beta     | 2019-01-01 |            | 2018-06-01
        cleo   | Beta     | 2019-01-01 |            |
        """,
        """
        origin_kind  | hires | from_origin | estimate | n
        first job    | 3     | 1           | 1/3      | 1
        unknown      | 3     | 1           | 1/3      | 1
        unknown kind | 3     | 1           | 1/3      | 1
        """,
        by=("origin_kind",),
        where={"employer": "Beta"},
        options={"minimum_people": 0},
    ),
    "entry share with its index": Asked(
        "entry_share",
        # 2019: anna, bob and cleo in first jobs; eve's experience is unknown and she does not count. 2020: anna with
        # 12 months and dan with none are beginners, bob with 13 is not: 2/3. Index 2/3 of 2019's; limits of 2:3.
        "Hires with at most 12 months of experience, and their number against 2019.",
        BEGINNERS,
        """
        year | hires | entry_hires | index | index_low | index_high | estimate | low      | high     | n | status
        2019 | 3     | 3           | 1     | 0.133938  | 7.466164   | 1        | 0.438503 | 1        | 3 | ok
        2020 | 3     | 2           | 2/3   | 0.055682  | 5.819757   | 2/3      | 0.207660 | 0.938508 | 3 | ok
        """,
    ),
    "entry share of another base and bound": Asked(
        "entry_share",
        "With no month of experience only first jobs are entries; against 2020, 2019 stands at 3.",
        BEGINNERS,
        """
        year | hires | entry_hires | index | estimate
        2019 | 3     | 3           | 3     | 1
        2020 | 3     | 1           | 1     | 1/3
        """,
        options={"experience_months": 0, "base_year": 2020},
    ),
    "hires": Asked(
        "hires",
        # 2019: anna at Acme, bob, and anna again at Beta, 31 days after she left: 3 hires, 1 direct, of 2 people.
        "Hires of a year, and how many came directly.",
        TEMPO,
        """
        year | direct | estimate | low      | high     | n | status
        2019 | 1      | 3        | 0.618672 | 8.767273 | 2 | ok
        2020 | 0      | 1        | 0.025318 | 5.571643 | 1 | ok
        """,
        by=("year",),
    ),
    "hires in total": Asked(
        "hires",
        "All hires of an employer; anna stood there once, and cleo came later.",
        TEMPO,
        """
        employer | estimate | n
        Acme     | 3        | 3
        Beta     | 1        | 1
        """,
        by=("employer",),
    ),
    "hires of one year": Asked(
        "hires",
        "A part of time can be kept.",
        TEMPO,
        """
        month   | direct | estimate | n
        2019-01 | 0      | 2        | 2
        2019-02 | 0      | 0        | 0
        2019-04 | 1      | 1        | 1
        """,
        by=("month",),
        where={"year": "2019"},
        options={"minimum_people": 0},
    ),
    "separations": Asked(
        "separations",
        # Anna left twice and bob once in 2019; nobody left in 2020.
        "Ends of main jobs; where nobody is behind a cell, it is withheld.",
        TEMPO,
        """
        year | estimate | low      | high     | n | status
        2019 | 3        | 0.618672 | 8.767273 | 2 | ok
        2020 |          |          |          |   | withheld_few_people
        """,
        by=("year",),
    ),
    "separations on the first day of the year": Asked(
        "separations",
        # Anna's first day gone is 1 January 2020, when nobody is left at Acme: her leaving belongs to 2020 all the same.
        "A period has a row where somebody left, if only on its first day.",
        """
        person | employer | start      | end
        anna   | Acme     | 2019-03-01 | 2020-01-01
        """,
        """
        employer | year | estimate | n | status
        Acme     | 2019 |          |   | withheld_few_people
        Acme     | 2020 | 1        | 1 | ok
        """,
        by=("employer", "year"),
    ),
    "hires that are provisional": Asked(
        "hires",
        # Up to 31 December 2020 the two newest quarters begin in July.
        "Months of the two newest quarters are marked.",
        TEMPO,
        """
        quarter | provisional | estimate | n
        2020-Q1 | False       | 1        | 1
        2020-Q2 | False       | 0        | 0
        2020-Q3 | True        | 0        | 0
        2020-Q4 | True        | 0        | 0
        """,
        by=("quarter",),
        where={"year": "2020"},
        options={"minimum_people": 0},
    ),
    "hires of the newest months once all are reported": Asked(
        "nowcast_hires",
        # Three vintages, to the end of October, November and December 2020. Anna of October was there in the first;
        # bob of October came with the second, cleo of November and dan of October with the third; eve of December was
        # there at once. One month after: the second knew 2 of October, of whom 1 new; the third 1 of November, who is
        # new: of 3, 2 are new, so 1/3 stay. Two months after: of the third's 3 of October 1 is new: 2/3 stay. Known
        # at the end of a month: 1/3 × 2/3 = 2/9; a month after: 2/3; two months after: all.
        "Each month is divided by the share that vintages knew so long after.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2020-10-05 |
        bob    | Acme     | 2020-10-06 |
        dan    | Acme     | 2020-10-07 |
        cleo   | Acme     | 2020-11-05 |
        eve    | Acme     | 2020-12-05 |
        """,
        """
        month   | reported | completeness | late | provisional | estimate | n | status
        2020-10 | 3        | 1            | 3    | False       | 3        | 3 | ok
        2020-11 | 1        | 2/3          | 3    | True        | 3/2      | 1 | ok
        2020-12 | 1        | 2/9          | 3    | True        | 9/2      | 1 | ok
        """,
        vintages={
            "2020-10-31": """
                person | employer | start      | end
                -------+----------+------------+-----------
                anna   | Acme     | 2020-10-05 |
            """,
            "2020-11-30": """
                person | employer | start      | end
                -------+----------+------------+-----------
                anna   | Acme     | 2020-10-05 |
                bob    | Acme     | 2020-10-06 |
            """,
        },
    ),
    "separations of the newest months once all are reported": Asked(
        "nowcast_separations",
        # The first vintage had eve leaving in November; the second, in October. It knew 3 leavers of October, 2 of them
        # new; the third knew fay of November, who is new: a month after, 3 of 4 are new and 1/4 stays. Of October the
        # third knew 4, 1 of them new: two months after, 3/4 stay. Known at the end of a month: 1/4 × 3/4 = 3/16.
        "An end that a later vintage dates to another month is known from then on alone.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2020-10-01 | 2020-10-10
        bob    | Acme     | 2020-10-02 | 2020-10-11
        dan    | Acme     | 2020-10-03 | 2020-10-12
        eve    | Acme     | 2020-10-04 | 2020-10-13
        fay    | Acme     | 2020-10-05 | 2020-11-20
        gus    | Acme     | 2020-10-06 | 2020-12-10
        """,
        """
        month   | reported | completeness | late | provisional | estimate | n | status
        2020-10 | 4        | 1            | 4    | False       | 4        | 4 | ok
        2020-11 | 1        | 3/4          | 4    | True        | 4/3      | 1 | ok
        2020-12 | 1        | 3/16         | 4    | True        | 16/3     | 1 | ok
        """,
        where={"employer": "Acme"},
        vintages={
            "2020-10-31": """
                person | employer | start      | end
                -------+----------+------------+-----------
                anna   | Acme     | 2020-10-01 | 2020-10-10
                bob    | Acme     | 2020-10-02 |
                dan    | Acme     | 2020-10-03 |
                eve    | Acme     | 2020-10-04 | 2020-11-13
            """,
            "2020-11-30": """
                person | employer | start      | end
                -------+----------+------------+-----------
                anna   | Acme     | 2020-10-01 | 2020-10-10
                bob    | Acme     | 2020-10-02 | 2020-10-11
                dan    | Acme     | 2020-10-03 |
                eve    | Acme     | 2020-10-04 | 2020-10-13
            """,
        },
    ),
    "headcount": Asked(
        "headcount",
        # On 1 April 2019 anna is at Beta; on the first days of quarters in 2020 cleo is at Acme, but not on 1 January.
        "People whose main job it is on the first day.",
        TEMPO,
        """
        quarter | estimate | low | high | n | status
        2019-Q2 | 1        |     |      | 1 | ok
        2020-Q2 | 1        |     |      | 1 | ok
        2020-Q3 | 1        |     |      | 1 | ok
        2020-Q4 | 1        |     |      | 1 | ok
        """,
        by=("quarter",),
    ),
    "sums of twelve months": Asked(
        "hires",
        # January to December 2019: 12. A month on, January 2019's one goes and January 2020's two come: 13.
        "The month and the eleven before it.",
        MONTH_BY_MONTH,
        """
        month   | sum_12 | estimate
        2019-11 |        | 1
        2019-12 | 12     | 1
        2020-01 | 13     | 2
        """,
        where={"month": "2019-11|2019-12|2020-01"},
    ),
    "flows between lists": Asked(
        "flows",
        "A move counts for each list of either end, on the day of joining: Ceres was on none when bob left it in 2017.",
        LISTED_MOVES,
        """
        origin_list | destination_list | estimate | n
        ai_lab      | big_tech         | 1        | 1
        ai_lab      | rivals           | 1        | 1
        no list     | ai_lab           | 1        | 1
        no list     | rivals           | 1        | 1
        """,
        by=("origin_list", "destination_list"),
    ),
    "flows to any of two lists": Asked(
        "flows",
        "Asked for a part of the market, a move counts once although Beta is on both lists.",
        LISTED_MOVES,
        """
        year | estimate | n
        2019 | 2        | 2
        """,
        by=("year",),
        where={"destination_list": "big_tech|rivals"},
    ),
    "flows from no list": Asked(
        "flows",
        "Those from employers on no list on the day, and on one that is named, are kept together.",
        LISTED_MOVES,
        """
        origin | estimate
        Acme   | 1
        Ceres  | 1
        Delta  | 1
        """,
        by=("origin",),
        where={"origin_list": "no list|ai_lab"},
    ),
    "flow ratio of lists": Asked(
        "flow_ratio",
        "Each pair of lists is a pair: two of Acme went to Beta, and one of Beta to Acme.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2018-01-01 | 2019-01-01
        anna   | Beta     | 2019-01-01 |
        bob    | Acme     | 2018-01-01 | 2019-01-01
        bob    | Beta     | 2019-01-01 |
        cleo   | Beta     | 2018-01-01 | 2019-01-01
        cleo   | Acme     | 2019-01-01 |
        """,
        """
        origin_list | destination_list | moves | moves_back | estimate | n
        ai_lab      | big_tech         | 2     | 1          | 2        | 3
        ai_lab      | rivals           | 2     | 1          | 2        | 3
        big_tech    | ai_lab           | 1     | 2          | 1/2      | 3
        rivals      | ai_lab           | 1     | 2          | 1/2      | 3
        """,
        by=("origin_list", "destination_list"),
    ),
    "flow ratio from a list": Asked(
        "flow_ratio",
        "What is asked of one end keeps the way back, and counts nobody twice for two lists.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2018-01-01 | 2019-01-01
        anna   | Beta     | 2019-01-01 |
        bob    | Acme     | 2018-01-01 | 2019-01-01
        bob    | Beta     | 2019-01-01 |
        cleo   | Beta     | 2018-01-01 | 2019-01-01
        cleo   | Acme     | 2019-01-01 |
        dan    | Delta    | 2018-01-01 | 2019-01-01
        dan    | Acme     | 2019-01-01 |
        """,
        """
        origin | destination | moves | moves_back | n
        Beta   | Acme        | 1     | 2          | 3
        """,
        where={"origin_list": "big_tech|rivals"},
    ),
    "rate ratio of lists": Asked(
        "flow_rate_ratio",
        "anna was two years at Acme and then one at Beta, bob the other way round: as likely either way.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2017-01-01 | 2019-01-01
        anna   | Beta     | 2019-01-01 | 2020-01-01
        bob    | Beta     | 2017-01-01 | 2019-01-01
        bob    | Acme     | 2019-01-01 | 2020-01-01
        """,
        """
        origin_list | destination_list | moves | moves_back | estimate
        ai_lab      | big_tech         | 1     | 1          | 1
        ai_lab      | rivals           | 1     | 1          | 1
        big_tech    | ai_lab           | 1     | 1          | 1
        rivals      | ai_lab           | 1     | 1          | 1
        """,
        by=("origin_list", "destination_list"),
    ),
    "origins by list": Asked(
        "origins",
        "anna came from Beta, which is on two lists: their shares are of three hires each and add to more than 1.",
        LISTED_HIRES,
        """
        employer | origin_list | hires | from_origin | estimate
        Acme     | big_tech    | 3     | 1           | 1/3
        Acme     | rivals      | 3     | 1           | 1/3
        Acme     | no list     | 3     | 1           | 1/3
        Acme     | first job   | 3     | 1           | 1/3
        Beta     | first job   | 1     | 1           | 1
        Delta    | first job   | 1     | 1           | 1
        """,
        by=("employer", "origin_list"),
    ),
    "origins on a list": Asked(
        "origins",
        "Of the hires of Acme, those who came from an employer on either list, or had their first job: two of three.",
        LISTED_HIRES,
        """
        employer | hires | from_origin | estimate
        Acme     | 3     | 2           | 2/3
        Beta     | 1     | 1           | 1
        Delta    | 1     | 1           | 1
        """,
        by=("employer",),
        where={"origin_list": "big_tech|rivals|first job"},
    ),
    "retention by list": Asked(
        "retention",
        "A stay belongs to the lists of the day on which it began: Ceres was on none in 2016.",
        LISTED_STAYS,
        """
        list     | months | entered | estimate
        ai_lab   | 12     | 1       | 1
        big_tech | 12     | 1       | 0
        no list  | 12     | 1       | 0
        rivals   | 12     | 2       | 1/2
        """,
        by=("list",),
        options={"months": "12", "minimum_at_risk": "0"},
    ),
    "headcount by list": Asked(
        "headcount",
        "Whoever works at Beta counts on both of its lists.",
        LISTED_MOVES,
        """
        list     | year | estimate
        ai_lab   | 2020 | 1
        big_tech | 2020 | 1
        rivals   | 2020 | 2
        """,
        by=("list", "year"),
        where={"year": "2020"},
    ),
    "retention against the rest": Asked(
        "retention_difference",
        "3/4 stay at Acme for 12 months and 1/4 elsewhere. Log-rank, of leavers at Acme: 1 seen; of those in months 3, 6 and 9 1/2, 8/7 and 3/5 expected; variance 1/4 + 20/49 + 6/25.",
        TWO_EMPLOYERS,
        """
        employer | months | retention | reference_retention | estimate | low       | high     | ratio | ratio_low | ratio_high | log_rank_p | adjusted_p | at_risk | n
        Acme     | 12     | 3/4       | 1/4                 | 1/2      | -0.247961 | 0.820058 | 3     | 0.417103  | 83.941679  | 0.189714   | 0.189714   | 1       | 4
        Beta     | 12     | 1/4       | 3/4                 | -1/2     | -0.820058 | 0.247961 | 1/3   | 0.011913  | 2.397490   | 0.189714   | 0.189714   | 1       | 4
        """,
        options={"months": "12"},
    ),
    "retention against a named group": Asked(
        "retention_difference",
        "Held against Acme, Beta alone is told; within 6 months one of four left Acme, two of four Beta.",
        TWO_EMPLOYERS,
        """
        employer | months | retention | reference_retention | estimate | n
        Beta     | 6      | 1/2       | 3/4                 | -1/4     | 4
        """,
        options={"months": "6", "reference": "Acme"},
    ),
    "one group told against all others": Asked(
        "retention_difference",
        "To ask for Acme alone leaves Beta among those it is held against.",
        TWO_EMPLOYERS,
        """
        employer | months | reference_retention | estimate
        Acme     | 12     | 1/4                 | 1/2
        """,
        where={"employer": "Acme"},
        options={"months": "12"},
    ),
    "retention against nobody": Asked(
        "retention_difference",
        "Of a single employer there is nobody to hold it against.",
        RETAINED,
        """
        employer | months | estimate | low | high | log_rank_p | status
        Acme     | 12     |          |     |      |            | withheld_few_people
        """,
        options={"months": "12"},
    ),
    "restricted mean tenure": Asked(
        "restricted_mean_tenure",
        "Of 12 months, who leaves Acme in the sixth stays 5.5 and the others 12; at Beta 2.5, 5.5, 8.5 and 12.",
        TWO_EMPLOYERS,
        """
        employer | months | entered | at_risk | estimate | low      | high      | n
        Acme     | 12     | 4       | 3       | 83/8     | 2.953667 | 11.904647 | 4
        Beta     | 12     | 4       | 1       | 57/8     | 2.604808 | 10.621419 | 4
        """,
        options={"months": "12"},
    ),
    "adjusted retention": Asked(
        "adjusted_retention",
        "Half of all are in each country: 1/2 and 1/4 of them would stay at Acme, 3/4 and 1/2 at Beta. Raw, 6 of 18 and 12 of 18 do.",
        MIXED,
        """
        employer | months | unadjusted | estimate | adjusted_for | at_risk | n
        Acme     | 1      | 1/3 | 0.375000 | country      | 18      | 18
        Beta     | 1      | 2/3 | 0.625000 | country      | 18      | 18
        """,
        options={"months": "1"},
    ),
    "retention adjusted for nothing": Asked(
        "adjusted_retention",
        "Without covariates what is left is the raw figure.",
        MIXED,
        """
        employer | months | unadjusted | estimate | adjusted_for
        Acme     | 1      | 1/3 | 0.333333 | tenure
        Beta     | 1      | 2/3 | 0.666667 | tenure
        """,
        options={"months": "1", "covariates": "none"},
    ),
    "retention of whom nobody left": Asked(
        "adjusted_retention",
        "Where nobody left there is nothing to adjust, and the raw figure stands alone.",
        """
        person | employer | start      | end
        -------+----------+------------+-----------
        anna   | Acme     | 2015-01-01 |
        bob    | Acme     | 2015-01-01 |
        """,
        """
        employer | months | unadjusted | estimate | adjusted_for | status
        Acme     | 24     | 1   |          |              | undefined
        """,
    ),
}
