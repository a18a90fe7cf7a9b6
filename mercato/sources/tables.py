"""Tables to records: the SQL that reads a table's columns as text and judges its rows, in DuckDB's words.

A table is staged first, one column per role, as text or, where its days are plainly ISO, as days. Distinct texts are
dated in a lookup table. ``judged`` then has one row per record: its fields, and the number of its fault, or 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mercato.sources.columns import CONSTANT, Roles
from mercato.sources.dates import FIRST_YEAR
from mercato.sources.formats import GIVEN, POSITION_FILE, SIGHTING_FILE
from mercato.sources.relations import quoted
from mercato.tables import LEVELS, PRECISIONS

LONGEST_NAME = 500
LONGEST_TITLE = 2000
NAME_PREFIX = "name:"
BLANK_PEOPLE = ("n/a", "na", "null", "none", "nan", "-", "?", "unknown", "inconnu")
COPY = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4, DICTIONARY_SIZE_LIMIT 6000)"
PRECISION = f"ENUM({', '.join(map(quoted, PRECISIONS))})"
"""The type of a precision: few texts that repeat are written ten times as fast by their number."""

MAY_BE_LEFT_OUT = frozenset(("verified_on", "observed_from", "place", "country", "person_name", "event", *GIVEN.names))
"""Columns of a file that it need not have where its source says nothing of them."""

_DAY_SAID = f"CAST('day' AS {PRECISION})"
_MONTH_SAID = f"CAST('month' AS {PRECISION})"
_NOTHING = "CAST(NULL AS "

FAULTS = (
    ("", "empty or unreadable record"),
    ("person_id", "no person"),
    ("employer", "no employer"),
    ("person_id", f"longer than {LONGEST_NAME} characters"),
    ("employer", f"longer than {LONGEST_NAME} characters"),
    ("title", f"longer than {LONGEST_TITLE} characters"),
    ("person_id", "holds NUL bytes"),
    ("employer", "holds NUL bytes"),
    ("title", "holds NUL bytes"),
    ("start", ""),
    ("end", ""),
    ("start", "no date"),
    ("end", "end before start"),
    ("seen_on", ""),
    ("seen_on", "no date"),
    ("status", "has left, by its status, without a date of leaving"),
    ("seen_on", "on a date with a tenth of the people of the lists before and after"),
    ("", "duplicate of an earlier record"),
    ("", ""),
)
"""The faults of a record, numbered from 1: the role at fault and the reason; an empty one is told with the record."""

DUPLICATE, REFUSED = len(FAULTS) - 1, len(FAULTS)
NO_LIST = DUPLICATE - 1
CENSORED = ("left_censored", "right_censored", "next_snapshot_after")


@dataclass(frozen=True)
class Staged:
    """A staged table: its name, how to say a record's number, the roles that are text and those that are days.

    ``raw``: its texts are as in the file, not yet trimmed; ``clean``: no record of it has a fault. ``of_files``: a
    column ``file`` names the file of each record. ``months``: roles whose days are months. ``refusals``: how to say a
    record's file and place, where the column ``refused`` has the reason of what was not read, and ``found`` that.
    """

    name: str
    roles: Roles
    record: str
    days: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    integer_ids: bool = False
    prefix: str = ""
    separator: str = ""
    titles_alike: bool = False
    last_year: int = 0
    bounds: tuple[str, str] = ("", "")
    columns: dict[str, str] = field(default_factory=dict)
    raw: bool = False
    clean: bool = False
    of_files: bool = False
    months: frozenset[str] = frozenset()
    latest: str = ""
    refusals: str = ""


def without(staged: Staged, roles: Roles, left_out: Sequence[str]) -> Staged:
    """A staged table taken to be of other roles, some of its columns left out."""
    columns = {role: said for role, said in staged.columns.items() if role not in left_out}
    days, texts = staged.days - set(left_out), staged.texts - set(left_out)
    return replace(staged, roles=roles, columns=columns, days=days, texts=texts)


def stage_columns(
    roles: Roles, column: dict[str, str], days: frozenset[str], reshaped: bool, odd_spaces: bool
) -> dict[str, str]:
    """An expression for each role: constants as they are said, text trimmed with blanks as null, days as days.

    ``column`` gives the SQL of each source column; ``days`` are the roles already read as days. ``reshaped`` texts of
    dates keep their day only, so that a time of day does not make every one of them distinct. ``odd_spaces`` are tabs,
    line ends and hard spaces around values, which are slow to trim.
    """

    def text(role: str) -> str:
        said = roles.columns[role]
        spaces = ", ' \t\r\n\u00a0'" if odd_spaces else ""
        if said.startswith(CONSTANT):
            return quoted(said[1:])
        parts = [f"nullif(trim({column[name]}{spaces}), '')" for name in (said, *roles.also.get(role, ()))]
        return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"

    def date(role: str) -> str:
        if role in days:
            return column[roles.columns[role]]
        said = text(role)
        if not reshaped:
            return said
        return (
            f"CASE WHEN regexp_matches({said}, '^\\d{{4}}-\\d\\d-\\d\\d[T ]\\d') THEN left({said}, 10) ELSE {said} END"
        )

    employer = f"coalesce({text('employer')}, {text('employer_raw')})" if "employer_raw" in roles else text("employer")
    found = {"person": _person(roles, text), "employer": employer}
    if "person_id" in roles and _is_named(roles):
        found["person_name"] = _name(roles, text)
    for role in roles.columns:
        if role in roles.dates:
            found[role] = date(role)
        elif role not in ("person_id", "person_name", "first_name", "last_name", "employer", "employer_raw", *_PARTS):
            found[role] = text(role)
    if "period" in found:
        found["start"] = found["end"] = found.pop("period")
    for side in ("start", "end"):
        if side not in found and f"{side}_year" in roles:
            found[side] = _from_parts(side, roles, text)
    if "is_current" in roles and "end" in found and "end" not in days:
        found["end"] = f"CASE WHEN {_is_true(text('is_current'))} THEN NULL ELSE {found['end']} END"
    found.pop("is_current", None)
    return found


_PARTS = ("start_year", "start_month", "end_year", "end_month")


def _person(roles: Roles, text: object) -> str:
    say = text  # the id where there is one, else the name, marked so that no name is taken for an id
    assert callable(say)
    if not _is_named(roles):
        return str(say("person_id"))
    name = f"'{NAME_PREFIX}' || {_name(roles, text)}"
    return f"coalesce({_unless_blank(say('person_id'))}, {name})" if "person_id" in roles else name


def _is_named(roles: Roles) -> bool:
    return "person_name" in roles or "last_name" in roles


def _name(roles: Roles, text: object) -> str:
    """The name of the person as written, null where there is none."""
    say = text
    assert callable(say)
    if "person_name" in roles:
        return _unless_blank(say("person_name"))
    first = f"{say('first_name')}" if "first_name" in roles else "NULL"
    return f"nullif(concat_ws(' ', {first}, {say('last_name')}), '')"


def _unless_blank(expression: str) -> str:
    blanks = ", ".join(map(quoted, BLANK_PEOPLE))
    blank = f"length({expression}) < 8 AND list_contains([{blanks}], lower({expression}))"
    return f"CASE WHEN {blank} THEN NULL ELSE {expression} END"


def _from_parts(side: str, roles: Roles, text: object) -> str:
    say = text
    assert callable(say)
    year = f"regexp_replace({say(f'{side}_year')}, '\\.0$', '')"
    if f"{side}_month" not in roles:
        return year
    month = f"regexp_replace({say(f'{side}_month')}, '\\.0$', '')"
    number = f"try_cast({month} AS INTEGER)"
    return (
        f"CASE WHEN {month} IS NULL OR {year} IS NULL THEN {year} WHEN {number} IS NULL THEN {month} || ' ' || {year} "
        f"ELSE {year} || '-' || {month} END"
    )


_YES = ", ".join(map(quoted, ("1", "1.0", "true", "t", "yes", "y", "oui", "o", "vrai", "x")))


def _is_true(expression: str) -> str:
    return f"coalesce(list_contains([{_YES}], lower({expression})), false)"


def raw_columns(roles: Roles, column: dict[str, str]) -> dict[str, str]:
    """The columns of each role just as they are, for a file that may need no change."""
    names = {"person_id": "person"}
    found = {names.get(role, role): column[said] for role, said in roles.columns.items()}
    if "employer_raw" in found:
        found["employer"] = f"coalesce({found['employer']}, {found['employer_raw']})"
    return found


def suspicion(staged: Staged) -> str:
    """A query that counts the rows with anything to trim or to refuse: cheap tests that let no fault pass."""
    odd = ["of_person IS NULL", "of_employer IS NULL", f"strlen(of_employer) > {LONGEST_NAME}"]
    if not staged.integer_ids:
        blanks = ", ".join(map(quoted, BLANK_PEOPLE))
        odd += [f"strlen(of_person) > {LONGEST_NAME}", f"lower(of_person) IN ({blanks})"]
    if "title" in staged.columns:
        odd.append(f"strlen(of_title) > {LONGEST_TITLE}")
    if {"start", "end"} <= staged.days:
        odd += ["of_end < of_start", "(of_start IS NULL AND of_end IS NULL)"]
    else:
        odd.append(f"of_{'start' if 'start' in staged.days else 'end'} IS NULL")
    for role in sorted(set(staged.columns) - staged.days - ({"person"} if staged.integer_ids else set())):
        odd += [f"of_{role} < '!'", f"ends_with(of_{role}, ' ')"]
    return f"SELECT count(*) AS n FROM {staged.name} WHERE {' OR '.join(odd)}"


def _has(staged: Staged, role: str) -> bool:
    return role in staged.days or role in staged.texts


def date_of(staged: Staged, role: str) -> tuple[str, str, str]:
    """The date, the precision and the reason of a role, as expressions."""
    if role in staged.days:
        return (
            f"s.of_{role}",
            f"CASE WHEN s.of_{role} IS NOT NULL THEN {_MONTH_SAID if role in staged.months else _DAY_SAID} END",
            _out_of_range(f"s.of_{role}", staged),
        )
    if role in staged.texts:
        return f"d_{role}.date", f"d_{role}.precision", f"d_{role}.reason"
    return "CAST(NULL AS DATE)", "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"


def _out_of_range(day: str, staged: Staged) -> str:
    return (
        f"CASE WHEN year({day}) NOT BETWEEN {FIRST_YEAR} AND {staged.last_year} "
        f"THEN 'year outside {FIRST_YEAR}-{staged.last_year}' END"
    )


def joins(staged: Staged) -> str:
    return "".join(f" LEFT JOIN dates_{r} d_{r} ON d_{r}.text = s.of_{r}" for r in sorted(staged.texts)) + (
        " LEFT JOIN countries c ON c.text = s.of_country" if "country" in staged.columns else ""
    )


def _text(staged: Staged, role: str) -> str:
    return f"s.of_{role}" if role in staged.columns else "CAST(NULL AS VARCHAR)"


def _flag(staged: Staged, role: str) -> str:
    if role not in staged.columns:
        return "CAST(NULL AS BOOLEAN)"
    return f"CASE WHEN s.of_{role} IS NOT NULL THEN {_is_true(f's.of_{role}')} END"


def _common(staged: Staged, source_id: int) -> dict[str, str]:
    if staged.prefix:
        person = f"CASE WHEN s.of_person IS NOT NULL THEN {quoted(staged.prefix)} || CAST(s.of_person AS VARCHAR) END"
    else:
        person = "CAST(s.of_person AS BIGINT)" if staged.integer_ids else "s.of_person"
    return {
        "person_id": person,
        "employer_name": "s.of_employer",
        "title": _text(staged, "title"),
        "place": _text(staged, "place"),
        "country": "c.code" if "country" in staged.columns else "CAST(NULL AS VARCHAR)",
        "source_id": f"CAST({source_id} AS INTEGER)",
        "record": f"CAST({staged.record} AS BIGINT)",
        "person_name": _short(staged, "person_name"),
        "given_family": _meant(staged, "family") if "family" in staged.roles.values else _text(staged, "family"),
        "given_level": _level(staged),
        "given_is_ai": _flag(staged, "is_ai"),
        "given_is_side": _flag(staged, "is_side"),
    }


def _short(staged: Staged, role: str) -> str:
    """A text that no record is refused for, cut where it is too long."""
    return f"left(s.of_{role}, {LONGEST_NAME})" if role in staged.columns else "CAST(NULL AS VARCHAR)"


def _level(staged: Staged) -> str:
    if "level" not in staged.columns:
        return "CAST(NULL AS VARCHAR)"
    if "level" in staged.roles.values:
        return _meant(staged, "level")
    level = "lower(s.of_level)"
    return f"CASE WHEN {level} IN ({', '.join(map(quoted, LEVELS))}) THEN {level} END"


def _meant(staged: Staged, role: str) -> str:
    """What the codes of a column mean; null for those that a declaration leaves out. A number may be written 4.0."""
    said = f"regexp_replace(lower(CAST(s.of_{role} AS VARCHAR)), '\\.0+$', '')"
    cases = " ".join(f"WHEN {quoted(code)} THEN {quoted(ours)}" for code, ours in staged.roles.values[role].items())
    return f"CASE {said} {cases} END" if role in staged.columns else "CAST(NULL AS VARCHAR)"


def _name_faults(staged: Staged) -> list[str]:
    columns = [f"s.of_{c}" for c in staged.columns if not staged.roles.columns.get(c, "").startswith(CONSTANT)]
    empty = " AND ".join(f"{c} IS NULL" for c in columns)
    title = _text(staged, "title")
    blanks = "" if staged.integer_ids else f" OR lower(s.of_person) IN ({', '.join(map(quoted, BLANK_PEOPLE))})"
    return [
        *([f"WHEN s.refused IS NOT NULL THEN {REFUSED}"] if staged.refusals else []),
        f"WHEN s.of_person IS NULL AND {empty} THEN 1",
        f"WHEN s.of_person IS NULL{blanks} THEN 2",
        "WHEN s.of_employer IS NULL THEN 3",
        f"WHEN length(s.of_person) > {LONGEST_NAME} THEN 4",
        f"WHEN length(s.of_employer) > {LONGEST_NAME} THEN 5",
        f"WHEN length({title}) > {LONGEST_TITLE} THEN 6",
        "WHEN contains(s.of_person, chr(0)) THEN 7",
        "WHEN contains(s.of_employer, chr(0)) THEN 8",
        f"WHEN contains({title}, chr(0)) THEN 9",
    ]


def written(columns: dict[str, str]) -> list[str]:
    """The names of the columns that are worth writing: a column that nobody fills is left out where it may be."""
    return [name for name, said in columns.items() if name not in MAY_BE_LEFT_OUT or not said.startswith(_NOTHING)]


LEFT_WORDS = (
    "terminated", "term", "left", "leaver", "former", "former employee", "ex employee", "ex-employee", "resigned",
    "retired", "separated", "departed", "dismissed", "withdrawn", "sorti", "sortie", "sorti(e)", "parti", "partie",
    "parti(e)", "démissionnaire", "demissionnaire", "démission", "demission", "licencié", "licenciée", "licencie",
    "licenciee", "retraité", "retraitée", "retraite", "ancien salarié", "ancien salarie", "radié", "radie",
)  # fmt: skip
"""What the status of somebody who is no longer there says, in lower case."""


_LEFT = ", ".join(map(quoted, LEFT_WORDS))


def stay(staged: Staged, earlier: bool = False) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """The start and the end of a stay, each as date, precision and reason.

    Where somebody was hired again the stay is the last one, which an end before it did not end; ``earlier`` is the stay
    before it.
    """
    start, end = date_of(staged, "start"), date_of(staged, "end")
    if _has(staged, "last_worked"):
        end = _either(end, date_of(staged, "last_worked"), f"{end[0]} IS NULL", days_on=1)
    if not _has(staged, "rehired") or earlier:
        return start, end
    again = date_of(staged, "rehired")
    nothing = ("CAST(NULL AS DATE)", "NULL", "NULL")
    return (
        _either(start, again, f"{again[0]} > {start[0]} OR {start[0]} IS NULL"),
        (*_either(end, nothing, f"{again[0]} > {end[0]}")[:2], end[2]),
    )


def _either(
    one: tuple[str, str, str], other: tuple[str, str, str], when: str, days_on: int = 0
) -> tuple[str, str, str]:
    """One date, or the other where a condition holds."""
    date = f"CAST({other[0]} + {days_on} AS DATE)" if days_on else other[0]
    said = f"CASE WHEN {when} THEN {{}} ELSE {{}} END"
    return (
        f"({said.format(date, one[0])})",
        f"({said.format(other[1], one[1])})",
        f"coalesce({one[2]}, {other[2]})",
    )


def has_earlier(staged: Staged) -> str:
    """A condition: a stay that ended before its person was hired again."""
    if not _has(staged, "rehired"):
        return "false"
    (start, _, _), (end, _, _) = stay(staged, earlier=True)
    return f"coalesce({date_of(staged, 'rehired')[0]} > {end} AND {end} >= {start}, false)"


def position_columns(staged: Staged, source_id: int, earlier: bool = False) -> dict[str, str]:
    """An expression for each column of a position file, in its order."""
    (start, start_precision, _), (end, end_precision, _) = stay(staged, earlier)
    columns = {
        **_common(staged, source_id),
        **_spell(staged, start, start_precision, end, end_precision),
    }
    return {field.name: columns[field.name] for field in POSITION_FILE}


def judged_positions(staged: Staged, source_id: int, earlier: bool = False) -> str:
    """One row per record: the columns of a position file, ``fault``, and the reason where a date has one.

    ``earlier``: only the stays before those of people who were hired again.
    """
    (start, _, start_reason), (end, end_precision, end_reason) = stay(staged, earlier)
    last_of_end = f"CASE {end_precision} WHEN 'day' THEN {end} WHEN 'month' THEN last_day({end}) "
    last_of_end += f"ELSE make_date(year({end}), 12, 31) END"
    listed = ", ".join(f"{said} AS {name}" for name, said in position_columns(staged, source_id, earlier).items())
    kept = f" WHERE {has_earlier(staged)}" if earlier else ""
    if staged.clean:
        return f"SELECT {listed}, 0 AS fault, CAST(NULL AS VARCHAR) AS reason FROM {staged.name} s{joins(staged)}"
    faults = [
        *_name_faults(staged),
        f"WHEN {start_reason} IS NOT NULL THEN 10",
        f"WHEN {end_reason} IS NOT NULL THEN 11",
        f"WHEN {start} IS NULL AND {end} IS NULL THEN 12",
        f"WHEN {last_of_end} < {start} THEN 13",
        *([f"WHEN {end} IS NULL AND lower(s.of_status) IN ({_LEFT}) THEN 16"] if "status" in staged.columns else []),
    ]
    reason = f"coalesce({_refused(staged)}{start_reason}, {end_reason})"
    return (
        f"SELECT {listed}, CASE {' '.join(faults)} ELSE 0 END AS fault, {reason} AS reason "
        f"FROM {staged.name} s{joins(staged)}{kept}"
    )


def _spell(staged: Staged, start: str, start_precision: str, end: str, end_precision: str) -> dict[str, str]:
    """The dates of a spell: a censored side has none; an end between two snapshots is the middle day of the two."""
    verified, observed = date_of(staged, "verified_on")[0], date_of(staged, "observed_from")[0]
    plain = {
        "start_date": start,
        "start_precision": start_precision,
        "end_date": end,
        "end_precision": end_precision,
        "verified_on": f"CASE WHEN {end} IS NULL THEN DATE {quoted(staged.latest)} END" if staged.latest else verified,
        "observed_from": observed,
    }
    if staged.roles.layout != "spells":
        return plain
    first, last = (f"DATE {quoted(day)}" if day else "CAST(NULL AS DATE)" for day in staged.bounds)
    left = _is_true("s.of_left_censored") if "left_censored" in staged.columns else "false"
    after = date_of(staged, "next_snapshot_after")[0]
    if "right_censored" in staged.columns:
        right = _is_true("s.of_right_censored")
    elif _has(staged, "next_snapshot_after"):
        right = f"{after} IS NULL"
    else:
        right = f"coalesce({end} >= {last}, false)" if staged.roles.end_is_last_seen else "false"
    gone = f"{end} + 1" if staged.roles.end_is_last_seen else end
    middle = f"CASE WHEN {after} > {end} THEN {end} + CAST(({after} - {end} + 1) // 2 AS INTEGER) ELSE {gone} END"
    return {
        "start_date": f"CASE WHEN {left} THEN NULL ELSE {start} END",
        "start_precision": f"CASE WHEN {left} THEN NULL ELSE {start_precision} END",
        "end_date": f"CAST(CASE WHEN {right} THEN NULL ELSE {middle} END AS DATE)",
        "end_precision": f"CASE WHEN {right} THEN NULL ELSE {end_precision} END",
        "verified_on": f"CASE WHEN {right} THEN coalesce({end}, {verified}) ELSE {verified} END",
        "observed_from": f"coalesce({observed}, CASE WHEN {left} THEN {start} ELSE {first} END)",
    }


def sighting_columns(staged: Staged, source_id: int) -> dict[str, str]:
    """An expression for each column of a sighting file, in its order."""
    seen, precision, _ = date_of(staged, "seen_on")
    columns = {
        **_common(staged, source_id),
        "seen_on": seen,
        "seen_precision": precision,
        "event": _short(staged, "event"),
    }
    return {field.name: columns[field.name] for field in SIGHTING_FILE}


def judged_sightings(staged: Staged, source_id: int) -> str:
    """One row per record: the columns of a sighting file with its employers still joined, ``fault`` and reason."""
    seen, _, reason = date_of(staged, "seen_on")
    faults = [*_name_faults(staged), f"WHEN {reason} IS NOT NULL THEN 14", f"WHEN {seen} IS NULL THEN 15"]
    if staged.separator:
        faults.insert(3, f"WHEN trim(replace(s.of_employer, {quoted(staged.separator)}, ' ')) = '' THEN 3")
    columns = sighting_columns(staged, source_id)
    if staged.roles.layout == "snapshots":
        for role in ("start", "end"):
            columns[f"known_{role}"], columns[f"known_{role}_precision"], _ = date_of(staged, role)
    listed = ", ".join(f"{said} AS {name}" for name, said in columns.items())
    return (
        f"SELECT {listed}, CASE {' '.join(faults)} ELSE 0 END AS fault, coalesce({_refused(staged)}{reason}) AS reason "
        f"FROM {staged.name} s{joins(staged)}"
    )


def _refused(staged: Staged) -> str:
    return "s.refused, " if staged.refusals else ""


def split_employers(judged: str, columns: Sequence[str], separator: str, titles_alike: bool) -> str:
    """Sightings with one row per employer of a record; titles are told apart with them where they count the same."""
    names = ", ".join(columns)
    if not separator:
        return f"SELECT {names} FROM ({judged}) WHERE fault = 0"
    sign = quoted(separator)
    title = (
        "CASE WHEN len(titles) = len(names) THEN nullif(trim(titles[i]), '') ELSE title END"
        if titles_alike
        else "title"
    )
    replaced = f"names[i] AS employer_name, {title} AS title"
    return (
        f"SELECT {names} FROM (SELECT * REPLACE ({replaced}) FROM "
        f"(SELECT {names}, names, titles, unnest(range(1, len(names) + 1)) AS i FROM "
        f"(SELECT *, list_transform(string_split(employer_name, {sign}), lambda x: trim(x)) AS names, "
        f"string_split(title, {sign}) AS titles FROM ({judged}) WHERE fault = 0)) "
        "WHERE names[i] <> '' AND list_position(names, names[i]) = i)"
    )
