"""The canonical tables: their columns, types, units and keys."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

PRECISIONS = ("day", "month", "year")
LEVELS = ("intern", "entry", "mid", "senior", "lead", "manager", "director", "executive")
GAP_CLASSES = ("direct", "brief", "long")

DIRECT_DAYS = 31
BRIEF_DAYS = 92


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, and what a value means, with its unit."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table: one row per ``row``, unique on ``key``."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)


_text, _day, _flag, _count = pa.string(), pa.date32(), pa.bool_(), pa.int64()

_WHO_AND_WHERE = (
    Column(
        "person_id", _text, "the person, as the source names them; an integer where every source uses integers", True
    ),
    Column("employer_name", _text, "the employer as written", True),
    Column("title", _text, "the job title as written"),
)
_PERSON_NAME = Column(
    "person_name", _text, "the person's name, where the source gives one beside an id; never published"
)
_ORIGIN = (
    Column("place", _text, "place as written"),
    Column("country", _text, "ISO 3166 alpha-2 code where it can be told"),
    Column("source_id", pa.int32(), "number of the source in this run, from 0", True),
    Column("record", _count, "number of the record in its source, from 1", True),
)

POSITIONS = Table(
    "positions",
    "one job of one person as one source states it",
    ("source_id", "record"),
    (
        *_WHO_AND_WHERE,
        Column("start_date", _day, "first day of the stated period of the start; null where the start is unknown"),
        Column("start_precision", _text, "day, month or year"),
        Column(
            "end_date",
            _day,
            "first day no longer there (day), or first day of the stated period; null: not known to have ended",
        ),
        Column("end_precision", _text, "day, month or year"),
        Column("verified_on", _day, "last day on which the record was known to hold"),
        Column(
            "observed_from",
            _day,
            "first day on which this person could be seen; null: seen from the beginning of the career",
        ),
        *_ORIGIN,
        _PERSON_NAME,
    ),
)

SIGHTINGS = Table(
    "sightings",
    "one person seen at one employer on one date",
    ("source_id", "record", "employer_name"),
    (
        *_WHO_AND_WHERE,
        Column("seen_on", _day, "first day of the stated period of the sighting", True),
        Column("seen_precision", _text, "day, month or year", True),
        *_ORIGIN,
        _PERSON_NAME,
        Column("event", _text, "what the person was seen in, such as a paper: who is in one was seen together"),
    ),
)

PAY = Table(
    "pay",
    "what one person is paid in one job on one date, as one source states it",
    ("source_id", "record"),
    (
        Column("paid_on", _day, "first day of the stated period in which it was paid", True),
        Column("paid_precision", _text, "day, month or year", True),
        Column("employer_name", _text, "the employer as written", True),
        Column("title", _text, "the job title as written"),
        Column("amount", pa.float64(), "money in units of the currency, above 0", True),
        Column("currency", _text, "ISO 4217 code where it can be told"),
        Column("period", _text, "what the amount is for: hour, day, week, month or year, where it can be told"),
        Column("concept", _text, "base or total", True),
        Column("country", _text, "ISO 3166 alpha-2 code where it can be told"),
        Column("region", _text, "region as written"),
        Column("source_id", pa.int32(), "number of the source in this run, from 0", True),
        Column("record", _count, "number of the record in its source, from 1", True),
    ),
)

REPORTED_MOVES = Table(
    "reported_moves",
    "one move of one person as somebody reported it, unverified: no stay begins or ends with it",
    ("source_id", "record"),
    (
        Column("person_id", _text, "the person, as the source names them", True),
        Column("origin_name", _text, "the employer left, as written; null where the report names none"),
        Column("destination_name", _text, "the employer joined, as written; null where the report names none"),
        Column("title", _text, "the job title as written"),
        Column("moved_on", _day, "first day of the stated period of the move; null where only the report is dated"),
        Column("moved_precision", _text, "day, month or year"),
        Column("reported_on", _day, "day of the report"),
        Column("place", _text, "place as written"),
        Column("report", _text, "the address or name of the report"),
        Column("source_id", pa.int32(), "number of the source in this run, from 0", True),
        Column("record", _count, "number of the record in its source, from 1", True),
    ),
)

EMPLOYERS = Table(
    "employers",
    "one employer",
    ("employer_id",),
    (
        Column("employer_id", pa.int32(), "number of the employer in this run", True),
        Column("employer", _text, "the name shown", True),
        Column(
            "kind",
            _text,
            "ai_lab, big_tech, startup, university, research, government, hospital, company, unknown, or a user's own",
        ),
        Column("group_id", pa.int32(), "the ultimate parent at the as-of date; itself where it has none"),
        Column("group", _text, "name of the ultimate parent at the as-of date"),
        Column("country", _text, "ISO 3166 alpha-2 code, where known"),
    ),
)

EMPLOYER_NAMES = Table(
    "employer_names",
    "one name as written, or one employer of a name that holds several",
    ("employer_name", "employer_id"),
    (
        Column("employer_name", _text, "the name as written", True),
        Column("employer_id", pa.int32(), "the employer; null: not an employer (a blank, 'unknown', 'self')"),
        Column("reason", _text, "why: exact, legal form, alias, a part, …"),
        Column("score", pa.float64(), "how sure that is, 0 to 1"),
    ),
)

NAME_PAIRS = Table(
    "name_pairs",
    "two employers' names that linkage weighed",
    ("left", "right"),
    (
        Column("left", _text, "the name of fewer people", True),
        Column("right", _text, "the name of more people", True),
        Column("left_id", pa.int32(), "the employer of the first name"),
        Column("right_id", pa.int32(), "the employer of the second name; the same where the two were joined"),
        Column("left_records", _count, "records with the first name"),
        Column("right_records", _count, "records with the second name"),
        Column("probability", pa.float64(), "that the two are one employer, 0 to 1"),
        Column("outcome", _text, "joined, review (the user may decide), or apart (a list says so)"),
        Column("evidence", _text, "what spoke for and against, in bits"),
    ),
)

OWNERSHIP = Table(
    "ownership",
    "one stretch of time during which an employer has one ultimate parent",
    ("employer_id", "from_date"),
    (
        Column("employer_id", pa.int32(), "the employer", True),
        Column(
            "ultimate_id",
            pa.int32(),
            "its ultimate parent then (itself when independent); one that no record names has a number after all",
            True,
        ),
        Column("from_date", _day, "first day", True),
        Column("to_date", _day, "first day no longer so", True),
    ),
)

LISTS = Table(
    "lists",
    "one stretch of time during which an employer is on a list",
    ("employer_id", "list", "from_date"),
    (
        Column("employer_id", pa.int32(), "the employer", True),
        Column("list", _text, "ai_lab, big_tech, or a user's own", True),
        Column("from_date", _day, "first day", True),
        Column("to_date", _day, "first day no longer so", True),
    ),
)

TITLES = Table(
    "titles",
    "one title as written",
    ("title",),
    (
        Column("title", _text, "the title as written", True),
        Column("family", _text, "occupation family"),
        Column("level", _text, "one of " + ", ".join(LEVELS)),
        Column("is_ai", _flag, "whether the title has any word of artificial intelligence (the broad reading)"),
        Column("is_side", _flag, "a side role: board, adviser, volunteer, investor, mentor, freelance"),
        Column("is_ai_strict", _flag, "whether it names a method of AI, or AI itself is what is built or studied"),
        Column("rule", _text, "the words, or the label of a taxonomy, that decided the family"),
        Column("code", _text, "the occupation in the user's own taxonomies"),
        Column("code_system", _text, "esco, onet or rome"),
    ),
)

ROLES = Table(
    "roles",
    "one combination of family, level and kind of role",
    ("role_id",),
    (
        Column("role_id", pa.int32(), "number of the role in this run", True),
        Column("family", _text, "occupation family"),
        Column("level", _text, "one of " + ", ".join(LEVELS)),
        Column("is_ai", _flag, "whether it is artificial intelligence work"),
        Column("is_side", _flag, "a side role", True),
    ),
)

REJECTS = Table(
    "rejects",
    "one row or value that was not accepted",
    ("source_id", "record", "column"),
    (
        Column("source_id", pa.int32(), "number of the source", True),
        Column("file", _text, "the file", True),
        Column("record", _count, "number of the record in the file, from 1 (the first row under the header)", True),
        Column("column", _text, "the column at fault"),
        Column("value", _text, "the value found, at most 200 characters"),
        Column("reason", _text, "why it was not accepted", True),
    ),
)

SPELLS = Table(
    "spells",
    "one uninterrupted stay of one person at one employer",
    ("person_id", "employer_id", "start_date"),
    (
        Column("person_id", _text, "the person", True),
        Column("employer_id", pa.int32(), "the employer", True),
        Column("start_date", _day, "first day (the day first seen where the start is unknown)", True),
        Column("start_known", _flag, "whether the start is known", True),
        Column(
            "seen_from", _day, "first day under observation: the start, or later where observation began later", True
        ),
        Column("end_date", _day, "first day no longer there, or the first day no longer observed", True),
        Column("ended", _flag, "whether the stay is known to have ended", True),
        Column(
            "tenure_months",
            pa.int32(),
            "month of tenure in which it ended (1 = the first), or full months observed",
            True,
        ),
        Column(
            "entry_month", pa.int32(), "full months of tenure already past when the person came under observation", True
        ),
        Column("main_end", _day, "first day on which it was no longer the main job; null: it never was"),
        Column("is_recall", _flag, "a return within 12 months of the end of an earlier stay", True),
        Column("returns", _flag, "whether this person ever came back to an employer", True),
        Column(
            "experience_months", pa.int32(), "full months since the first main job began, 0 for that job; null: unknown"
        ),
        Column("role_id", pa.int32(), "role at the start: its family, level and whether it is AI work are in roles"),
        Column("last_role_id", pa.int32(), "role at the end"),
        Column("country", _text, "country at the start"),
        Column("previous_employer_id", pa.int32(), "previous main employer"),
        Column("previous_end", _day, "when the previous employer stopped being the main one"),
        Column("previous_role_id", pa.int32(), "role at the end of the previous main job"),
        Column("next_employer_id", pa.int32(), "next main employer"),
        Column("next_start", _day, "when the next main job began"),
        Column("arrival", _text, "hire, internal (same owner, rename), bulk (whole workforce moved), or unseen"),
        Column("departure", _text, "separation, internal, bulk, or censored: how it stopped being the main job"),
        Column("positions", pa.int32(), "how many positions were joined"),
        Column("is_coarse", _flag, "whether the start or the end is known only to the month or year"),
        Column("closed_stale", _flag, "whether an open end that nobody closed was closed"),
        Column("main_by_rule", _flag, "whether it overlapped another job, so that a rule chose the main one"),
    ),
)
