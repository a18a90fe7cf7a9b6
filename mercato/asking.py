"""What is asked of a market, held against what its records tell: values of dimensions, and the as-of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from mercato.errors import DataError, SettingsError
from mercato.measures import Request
from mercato.measures.dimensions import NO_LIST
from mercato.settings import Options
from mercato.sources.countries import country_code
from mercato.sources.reading import Reading

_SPECIAL = {
    "origin_kind": ("first job", "unknown", "unknown kind"),
    "list": (NO_LIST,),
    "origin_list": (NO_LIST, "first job", "unknown"),
    "destination_kind": ("none seen",),
    "destination_list": (NO_LIST, "none seen"),
}
_MANY = 40
FEWEST_WITHHELD = Options().minimum_people
FAR = dt.timedelta(days=366)
"""An as-of date that lies further than this after the last day that any record tells of is doubted."""


def with_known_values(request: Request, values_of: Callable[[str], Sequence[str]]) -> Request:
    """The same request with its values spelt as the records spell them.

    ``values_of`` gives the values that the records hold of ``kind``, ``list``, ``family``, ``level`` or ``country``.
    Raises SettingsError, with these values, for one that none of them is.
    """
    where = tuple((name, _known(name, values, values_of)) for name, values in request.where)
    return replace(request, where=where)


def _known(name: str, values: tuple[str, ...], values_of: Callable[[str], Sequence[str]]) -> tuple[str, ...]:
    column = name.removeprefix("origin_").removeprefix("destination_")
    if column not in ("kind", "list", "family", "level", "country"):
        return values
    held = list(dict.fromkeys((*values_of(column), *_SPECIAL.get(name, ()))))
    spelt = {_plain(value): value for value in held}
    found = []
    for value in values:
        told = (country_code(value) or value) if column == "country" else value
        if _plain(told) not in spelt:
            raise SettingsError(f"no record has the {name} {value!r}", expected=_listed(held))
        found.append(spelt[_plain(told)])
    return tuple(found)


def _plain(value: str) -> str:
    return "_".join(value.strip().casefold().replace("-", " ").split()).replace("__", "_")


def _listed(held: Sequence[str]) -> str:
    if not held:
        return "records that tell any: these tell none"
    return "one of " + ", ".join(held[:_MANY]) + (f" and {len(held) - _MANY} more" if len(held) > _MANY else "")


def same_reading(asked: Options, read: Options) -> None:
    """Raises SettingsError where a measure asks for what was decided when the records were read."""
    if asked.default_ownership != read.default_ownership:
        raise SettingsError(
            "default_ownership cannot be changed for one measure",
            remedy="Read the records again with it: `mercato.read(…, settings)` or `--set default_ownership=off`.",
        )


def doubts_of_day(as_of: dt.date, last: dt.date, today: dt.date) -> str:
    """A warning where nothing can be known of the as-of date: it is to come, or long after the last record."""
    if as_of > today:
        what = f"is still to come (today is {today})"
    elif as_of - last > FAR:
        what = f"is long after {last}, the last day that any record tells of"
    else:
        return ""
    return (
        f"WARNING: the as-of date {as_of} {what}. Nothing is known of the time between: the last months may show no "
        f"hires and no leavers for want of records. Without --as-of it is {min(last, today)}."
    )


def refuse_mere_reports(reading: Reading) -> None:
    """Raise DataError where all that was read are reported moves, which are no careers."""
    if reading.positions or reading.sightings:
        return
    names = ", ".join(source.name for source in reading.sources)
    count = sum(source.accepted for source in reading.sources)
    raise DataError(
        f"holds only reported moves ({count:,} of them): press reports of some people, unverified, and no careers",
        where=names,
        expected="careers: stays or sightings of everybody whom the source covers",
        remedy="Name a source of careers beside it; `mercato check` shows what the reports hold.",
    )


def nothing_known_by(as_of: dt.date, first: dt.date | None, last: dt.date) -> SettingsError:
    """The error for an as-of date at which no record was known yet."""
    began = f" (the first record is of {first})" if first else ""
    return SettingsError(
        f"the as-of date {as_of} is before anything that the records tell of{began}",
        expected=f"a day up to {last}, the last that any record tells of",
        remedy="Leave out --as-of, or name a later day.",
    )


def doubts_of_minimum(options: Options) -> str:
    """A warning where fewer people than the default are enough for a cell to be shown."""
    if options.minimum_people >= FEWEST_WITHHELD:
        return ""
    what = (
        "disclosure control is off: cells of one person are shown"
        if options.minimum_people <= 1
        else f"cells of as few as {options.minimum_people} people are shown"
    )
    return (
        f"WARNING: with minimum_people={options.minimum_people} {what}, and people may be recognised in them. Use it "
        f"for data that you may look at, and do not publish what it gives; the default is {FEWEST_WITHHELD}."
    )
