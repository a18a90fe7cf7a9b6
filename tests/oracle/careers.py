"""Spells by the plain reading of the definitions: one person at a time, one day at a time where days matter.

Slow on purpose, and written from the definitions alone; it shares nothing with the expressions that it checks but
the names of columns.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from mercato.settings import Options

Position = dict[str, Any]
Spell = dict[str, Any]
DAY = dt.timedelta(days=1)


@dataclass
class Job:
    """A position with one start and one end."""

    position: Position
    start: dt.date
    end: dt.date
    ended: bool
    closed_stale: bool = False

    @property
    def employer(self) -> int:
        return int(self.position["employer_id"])

    @property
    def is_side(self) -> bool:
        return bool(self.position["is_side"])

    @property
    def start_known(self) -> bool:
        return self.position["start_date"] is not None

    @property
    def place_in_sources(self) -> tuple[int, int]:
        return (self.position["source_id"], self.position["record"])


@dataclass
class Stay:
    """Jobs of one person at one employer that belong together, in the order in which they began."""

    jobs: list[Job]
    main_end: dt.date | None = None
    waited: dt.date | None = None
    """From when it counts, where it had to wait to become the main job."""

    @property
    def start(self) -> dt.date:
        return self.jobs[0].start

    @property
    def begins(self) -> dt.date:
        """The day from which the stay counts."""
        return self.waited or self.start

    @property
    def end(self) -> dt.date:
        return max(job.end for job in self.jobs)

    @property
    def ended(self) -> bool:
        """Known to have ended: a closed job reaches at least as far as every open one."""
        return any(job.ended and job.end == self.end for job in self.jobs)

    @property
    def employer(self) -> int:
        return self.jobs[0].employer

    @property
    def is_side(self) -> bool:
        return all(job.is_side for job in self.jobs)

    @property
    def last(self) -> Job:
        """The job that ends the stay; of several, the one that began last."""
        return max((job for job in self.jobs if job.end == self.end), key=lambda j: (j.start, j.place_in_sources))

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.start, *self.jobs[0].place_in_sources)


def oracle_spells(positions: list[Position], as_of: dt.date, options: Options) -> list[Spell]:
    """The spells of all people, as rows with the columns of tables.SPELLS."""
    people = defaultdict(list)
    for position in positions:
        people[position["person_id"]].append(position)
    return [spell for person in people.values() for spell in spells_of_person(person, as_of, options)]


def spells_of_person(positions: list[Position], as_of: dt.date, options: Options) -> list[Spell]:
    jobs = [job for position in positions if (job := dated(position, as_of, options))]
    jobs.sort(key=lambda job: (job.start, job.place_in_sources))
    if options.stale_open == "close":
        jobs = [closed_if_stale(job, jobs) for job in jobs]
    stays = joined(jobs, options)
    mark_main(stays)
    if options.main_job != "latest":
        mark_main_in_turn(stays, options.main_job)
    return described(stays, options)


# Dates


def period(day: dt.date, precision: str) -> tuple[dt.date, dt.date]:
    """First day of the stated period, and the first day after it."""
    if precision == "month":
        return day, day + calendar.monthrange(day.year, day.month)[1] * DAY
    if precision == "year":
        return day, dt.date(day.year + 1, 1, 1)
    return day, day


def middle(first: dt.date, after: dt.date) -> dt.date:
    return first + (after - first).days // 2 * DAY


def dated(position: Position, as_of: dt.date, options: Options) -> Job | None:
    start, end = stated(position, options.dates)
    last_verified = min(position["verified_on"] or as_of, as_of)
    ended = end is not None and end <= as_of
    if not ended:
        holds_beyond = end is not None
        end = as_of + DAY if holds_beyond or options.censoring == "carry" else last_verified + DAY
    if start is None:
        seen = position["observed_from"]
        start = seen if seen is not None and seen < end else end - DAY
    if start > as_of:
        return None
    return Job(position, start, max(end, start + DAY), ended)


def stated(position: Position, dates: str = "middle") -> tuple[dt.date | None, dt.date | None]:
    """Start and end as stated: coarse ones where the rule puts them, within their periods when in the wrong order."""
    put = {"early": lambda first, after: first, "middle": middle, "late": lambda first, after: max(first, after - DAY)}
    start = end = start_first = end_after = None
    if position["start_date"] is not None:
        start_first, start_after = period(position["start_date"], position["start_precision"])
        start = put[dates](start_first, start_after)
    if position["end_date"] is not None:
        end_first, end_after = period(position["end_date"], position["end_precision"])
        end = put[dates](end_first, end_after)
    if start is not None and end is not None and end <= start:
        if start < end_after:
            end = middle(start, end_after + DAY)
        elif start_first < end:
            start = middle(start_first, end)
    return start, end


def closed_if_stale(job: Job, jobs: list[Job]) -> Job:
    later = [other.start for other in jobs if other.start > job.start and not other.is_side and other.start_known]
    if job.ended or len(later) < 2:
        return job
    return Job(job.position, job.start, min(later), True, closed_stale=True)


# Months


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def anniversary(day: dt.date, months: int) -> tuple[int, int]:
    """The same day number so many months later, as a month and a day that this month may not have."""
    return (day.year * 12 + day.month + months, day.day)


def full_months(start: dt.date, end: dt.date) -> int:
    months = 0
    while anniversary(start, months + 1) <= anniversary(end, 0):
        months += 1
    return months


def started_months(start: dt.date, end: dt.date) -> int:
    months = 0
    while anniversary(start, months) < anniversary(end, 0):
        months += 1
    return months


# Stays


def joined(jobs: list[Job], options: Options) -> list[Stay]:
    stays: list[Stay] = []
    for job in jobs:
        here = [stay for stay in stays if stay.employer == job.employer]
        if here and belongs(job, here[-1], jobs, options):
            here[-1].jobs.append(job)
        else:
            stays.append(Stay([job]))
    return stays


def belongs(job: Job, stay: Stay, jobs: list[Job], options: Options) -> bool:
    if job.start <= stay.end:
        return True
    if job.start > months_later(stay.end, options.bridge_months):
        return False
    gap = [stay.end + days * DAY for days in range((job.start - stay.end).days)]
    others = [other for other in jobs if other.employer != job.employer and not other.is_side]
    return not any(other.start <= day < other.end for other in others for day in gap)


def inside(stay: Stay, other: Stay) -> bool:
    """Whether a stay that ended lies wholly inside another; of two alike, the one with the higher record does."""
    if not stay.ended or stay is other or not (other.start <= stay.start and stay.end <= other.end):
        return False
    alike = (stay.start, stay.end) == (other.start, other.end)
    return not alike or other.order < stay.order


def candidate(stay: Stay, stays: list[Stay]) -> bool:
    """Whether a stay may be the main job at all."""
    jobs = [other for other in stays if not other.is_side and other is not stay]
    if not stay.is_side:
        return not any(inside(stay, job) for job in jobs)
    beside = any(job.start <= stay.start < job.end for job in jobs)
    within = any(inside(stay, other) for other in stays if other.is_side)
    return not beside and not within


def mark_main(stays: list[Stay]) -> None:
    """A stay is main from its first day or never, until its end or the first day on which another comes before it."""
    candidates = [stay for stay in stays if candidate(stay, stays)]
    for stay in candidates:
        day = stay.start
        while day < stay.end and first_in_rank(candidates, day) is stay:
            day += DAY
        stay.main_end = day if day > stay.start else None


def mark_main_in_turn(stays: list[Stay], rule: str) -> None:
    """Each candidate hands over to the next one, at its own end or when the next begins; who waits counts from then."""
    candidates = sorted(
        (stay for stay in stays if candidate(stay, stays)), key=lambda stay: (*stay.order, stay.employer)
    )
    free = dt.date.min
    for stay, following in zip(candidates, [*candidates[1:], None], strict=True):
        start, end = stay.start, stay.end
        over = end
        if following is not None and following.start < end:
            longer = following.end - following.start > end - start
            if stay.is_side or (rule == "longest" and longer):
                over = following.start
        began = max(start, free)
        stay.main_end = over if over > began else None
        stay.waited = began if stay.main_end else None
        free = max(free, over)


def first_in_rank(candidates: list[Stay], day: dt.date) -> Stay:
    active = [stay for stay in candidates if stay.start <= day < stay.end]
    latest = max(stay.start for stay in active)
    return min((stay for stay in active if stay.start == latest), key=lambda stay: stay.order)


# Spells


def described(stays: list[Stay], options: Options) -> list[Spell]:
    mains = sorted((stay for stay in stays if stay.main_end), key=lambda stay: (stay.begins, *stay.order))
    came_back = len({stay.employer for stay in stays}) < len(stays)
    rows = []
    for stay in stays:
        is_main = stay.main_end is not None
        place = mains.index(stay) if is_main else -1
        previous = mains[place - 1] if place > 0 else None
        following = mains[place + 1] if is_main and place + 1 < len(mains) else None
        left = [other.end for other in stays if other.employer == stay.employer and other.start < stay.start]
        others = [other for other in stays if other is not stay]
        first, last = stay.jobs[0], stay.last
        observed = first.position["observed_from"]
        begins = stay.begins
        seen_from = max(begins, min(observed or begins, stay.end))
        rows.append(
            {
                "person_id": first.position["person_id"],
                "employer_id": stay.employer,
                "start_date": begins,
                "start_known": first.start_known,
                "seen_from": seen_from,
                "end_date": stay.end,
                "ended": stay.ended,
                "tenure_months": (started_months if stay.ended else full_months)(begins, stay.end),
                "entry_month": full_months(begins, seen_from),
                "main_end": stay.main_end,
                "is_recall": bool(left) and stay.start <= months_later(max(left), options.recall_months),
                "returns": came_back,
                "experience_months": experience(stay, mains[: place + 1]) if is_main else None,
                "role_id": first.position["role_id"],
                "last_role_id": last.position["role_id"],
                "country": first.position["country"],
                "previous_employer_id": previous.employer if previous else None,
                "previous_end": previous.main_end if previous else None,
                "previous_role_id": previous.last.position["role_id"] if previous else None,
                "next_employer_id": following.employer if following else None,
                "next_start": following.begins if following else None,
                "arrival": arrival(stay, seen_from) if is_main else None,
                "departure": departure(stay, following) if is_main else None,
                "positions": len(stay.jobs),
                "is_coarse": coarse(first, "start") or coarse(last, "end"),
                "closed_stale": any(job.closed_stale for job in stay.jobs),
                "main_by_rule": any(o.start < stay.end and stay.start < o.end for o in others),
            }
        )
    return rows


def experience(stay: Stay, mains: list[Stay]) -> int | None:
    if any(not main.jobs[0].start_known or main.jobs[0].position["observed_from"] for main in mains):
        return None
    return full_months(mains[0].begins, stay.begins)


def arrival(stay: Stay, seen_from: dt.date) -> str:
    return "hire" if stay.jobs[0].start_known and seen_from == stay.begins else "unseen"


def departure(stay: Stay, following: Stay | None) -> str:
    replaced = following is not None and stay.main_end is not None and following.begins <= stay.main_end
    return "separation" if stay.ended or replaced else "censored"


def coarse(job: Job, which: str) -> bool:
    """Whether a date is known to the month or year only; an end that is still to come is not known at all."""
    if which == "end" and (job.closed_stale or not job.ended):
        return False
    return job.position[f"{which}_date"] is not None and job.position[f"{which}_precision"] != "day"
