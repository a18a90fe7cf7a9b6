"""By what a measure can be told: employer, role, country, time; and the words of their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mercato.careers.calendar import month_number
from mercato.careers.weights import BUCKET
from mercato.errors import SettingsError
from mercato.measures.declare import Facts, Request, Text
from mercato.tables import GAP_CLASSES

EMPLOYER = ("employer", "kind", "group", "list")
ROLE = ("family", "level", "is_ai")
TIME = ("cohort", "year", "quarter", "month")
ENDS = (
    "origin", "destination", "origin_kind", "destination_kind", "origin_group", "destination_group",
    "origin_list", "destination_list",
)  # fmt: skip
MEMBERSHIPS = ("list", "origin_list", "destination_list")
"""Dimensions of which a row may have several values: it is counted in each."""
NO_LIST = "no list"
OF_LISTS = Text(
    "Lists are those of the day of joining: an employer on several then counts in each of them, so that they may add "
    "to more than the whole; one on none counts as “no list”.",
    "Les listes sont celles du jour de l'arrivée : un employeur qui figure alors sur plusieurs compte dans chacune, de "
    "sorte que leur somme peut dépasser l'ensemble ; celui qui ne figure sur aucune compte comme « no list ».",
)
STAY = (*EMPLOYER, *ROLE, "country")

FIRST_JOB = -1
UNKNOWN = -2
SPECIAL_ORIGINS = {FIRST_JOB: "first job", UNKNOWN: "unknown"}
NONE_SEEN = -3
ELSEWHERE = -4
SPECIAL_DESTINATIONS = {NONE_SEEN: "none seen", ELSEWHERE: "elsewhere"}
"""Where no next employer was seen, or none of those asked for."""

_IDS = {
    "employer": "employer",
    "origin": "employer",
    "destination": "employer",
    "other": "employer",
    "group": "group",
    "origin_group": "group",
    "destination_group": "group",
}
_YES, _NO = ("true", "yes", "1", "oui", "vrai"), ("false", "no", "0", "non", "faux")
_VALUES = {
    "is_ai": (*_YES, *_NO),
    "gap": GAP_CLASSES,
    "arrival": ("internal", "bulk"),
}
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12, "cohort": 12}


@dataclass(frozen=True)
class Subject:
    """Which columns of a table the dimensions are told from.

    employers: prefix (``""``, ``origin``, ``destination``) → employer column; role: role column; day: the day that
    gives year, quarter and month; began: the day on which lists of employers are looked up.
    """

    employers: dict[str, str] = field(default_factory=lambda: {"": "employer_id"})
    role: str = "role_id"
    day: str = ""
    began: str = "start_date"


def keyed(table: ir.Table, facts: Facts, request: Request, subject: Subject) -> ir.Table:
    """The rows that the request asks for, with a column ``key_NAME`` for each dimension of its ``by``.

    A row whose employer is on several lists is there once for each where lists are among them, and once elsewhere.
    """
    kept = tuple(part for part in request.where if part[0] in MEMBERSHIPS and part[0] not in request.by)
    columns = table
    for name, values in kept:
        columns = on_lists(columns, facts, subject, name, values)
    request = Request(request.by, tuple(part for part in request.where if part not in kept), request.options)
    names = tuple(dict.fromkeys((*request.by, *(name for name, _ in request.where))))
    for prefix, employer in subject.employers.items():
        columns = _employer_columns(columns, facts, names, prefix, employer)
        if _list_of(prefix) in names:
            columns = by_list(columns, facts, subject, _list_of(prefix))
    if set(names) & set(ROLE):
        columns = _role_columns(columns, facts, subject.role)
    columns = columns.mutate(**{f"key_{name}": _own(columns, name, subject) for name in names if _is_own(name)})
    for name, values in request.where:
        columns = columns.filter(matches(columns[f"key_{name}"], name, values, facts))
    return columns


def keys(request: Request) -> list[str]:
    """The names of the key columns of a request."""
    return [f"key_{name}" for name in request.by]


def by_bucket(request: Request) -> tuple[str, ...]:
    """The dimension of buckets of people, where counts are asked for by them; nothing elsewhere."""
    return (BUCKET,) if BUCKET in request.by else ()


def _employer_columns(table: ir.Table, facts: Facts, names: Sequence[str], prefix: str, column: str) -> ir.Table:
    plain = prefix or "employer"
    kind, group = (f"{prefix}_kind", f"{prefix}_group") if prefix else ("kind", "group")
    if plain in names:
        table = table.mutate(**{f"key_{plain}": table[column]})
    if kind in names or group in names:
        e = facts.employers
        small = e.select(**{"joined_id": e.employer_id, f"key_{kind}": e.kind, f"key_{group}": e.group_id})
        table = table.left_join(small, table[column] == small.joined_id).drop("joined_id")
    return table


def _list_of(prefix: str) -> str:
    return f"{prefix}_list" if prefix else "list"


def _members(facts: Facts) -> ir.Table:
    assert facts.lists is not None, "these facts tell no lists"
    m = facts.lists
    return m.select(member=m.employer_id, member_of=m["list"], since=m.from_date, until=m.to_date)


def by_list(table: ir.Table, facts: Facts, subject: Subject, name: str) -> ir.Table:
    """The rows once for each list that their employer was on when they began, with ``key_NAME``; or in none."""
    m = _members(facts)
    joined = table.left_join(m, _on(table, m, subject, name))
    return joined.mutate(**{f"key_{name}": joined.member_of.fill_null(NO_LIST)}).drop(
        "member", "member_of", "since", "until"
    )


def on_lists(table: ir.Table, facts: Facts, subject: Subject, name: str, values: Sequence[str]) -> ir.Table:
    """The rows whose employer was on any of the lists (or on none) when they began, each once."""
    m = _members(facts)
    named = [value for value in values if value != NO_LIST]
    some = m.filter(m.member_of.isin(named))
    parts = [table.semi_join(some, _on(table, some, subject, name))] if named else []
    if NO_LIST in values:
        parts.append(table.anti_join(m, _on(table, m, subject, name)))
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])


def _on(table: ir.Table, members: ir.Table, subject: Subject, name: str) -> list[ir.BooleanValue]:
    """That the employer of a row was among the members on the day when the row began."""
    employer, day = table[subject.employers[name.removesuffix("list").rstrip("_")]], table[subject.began]
    return [employer == members.member, day >= members.since, day < members.until]


def _role_columns(table: ir.Table, facts: Facts, column: str) -> ir.Table:
    r = facts.roles
    small = r.select(joined_role=r.role_id, key_family=r.family, key_level=r.level, key_is_ai=r.is_ai)
    return table.left_join(small, table[column] == small.joined_role).drop("joined_role")


def _is_own(name: str) -> bool:
    return name in TIME or name in ("country", "gap", "arrival", BUCKET)


def _own(table: ir.Table, name: str, subject: Subject) -> ir.Value:
    if name in TIME:
        return _period(table[subject.day], name)
    return table[name]


def _period(day: ir.DateValue, name: str) -> ir.IntegerValue:
    if name == "quarter":
        return (month_number(day) / PERIOD_MONTHS[name]).floor().cast("int32")
    return month_number(day) if name == "month" else day.year().cast("int32")


def matches(column: ir.Value, name: str, values: Sequence[str], facts: Facts) -> ir.BooleanValue:
    """Whether a key column holds one of the values, as a person writes them."""
    return column.isin([_parsed(name, value, facts) for value in values]).fill_null(False)


def _parsed(name: str, value: str, facts: Facts) -> int | str | bool:
    if name in _IDS:
        words = {"origin": SPECIAL_ORIGINS, "destination": SPECIAL_DESTINATIONS}.get(name.split("_")[0], {})
        special = {word: number for number, word in words.items()}
        return special[value] if value in special else _identifier(_IDS[name], value, facts)
    if name in TIME:
        return period_number(name, value)
    known = _VALUES.get(name)
    if known is None:
        return value.strip().upper() if name == "country" else value
    told = value.strip().lower()
    if told not in known:
        raise SettingsError(f"{name} is {value!r}", expected="one of " + ", ".join(known))
    return told in _YES if name == "is_ai" else told


def _identifier(column: str, value: str, facts: Facts) -> int:
    names = facts.directory[column]
    ids = facts.directory["employer_id" if column == "employer" else "group_id"]
    same = pc.equal(pc.utf8_lower(names), value.strip().lower())
    found = pc.drop_null(pc.filter(ids, same))
    if not len(found):
        near = pc.filter(names, pc.match_substring(names, value.strip(), ignore_case=True)).unique().to_pylist()[:5]
        raise SettingsError(
            f"no {column} is called {value!r}",
            expected="one of " + ", ".join(map(str, near)) if near else f"a name of the column {column}",
            remedy="`mercato measure headcount … --by employer` lists them",
        )
    return int(found[0].as_py())


def period_number(name: str, value: str) -> int:
    """The number of a period as a person writes it: 2024, 2024-Q3, 2024-03."""
    try:
        if name in ("year", "cohort"):
            return int(value)
        year, part = value.upper().replace("Q", "").replace("T", "").split("-")
        parts = 12 // PERIOD_MONTHS[name]
        if not 1 <= int(part) <= parts:
            raise ValueError(value)
        return int(year) * parts + int(part) - 1
    except ValueError:
        example = {"quarter": "2024-Q3", "month": "2024-03"}.get(name, "2024")
        raise SettingsError(f"{name} is {value!r}", expected=f"a {name} like {example}") from None


def labelled(table: pa.Table, facts: Facts) -> pa.Table:
    """The same rows with the words of each dimension's values under its own name, sorted by them."""
    names = [name.removeprefix("key_") for name in table.column_names if name.startswith("key_")]
    order = _order(table, names)
    if order is not None:
        table = table.take(pa.array(order))
    for name in names:
        position = table.schema.get_field_index(f"key_{name}")
        table = table.set_column(position, name, _words(name, table.column(position), facts))
    return table


def _order(table: pa.Table, names: Sequence[str]) -> np.ndarray | None:
    """The rows in the order of their keys, nulls last; employers are numbered in the order of their names.

    Null where they are in that order already.
    """
    if not names:
        return None
    packed, room = np.zeros(table.num_rows, dtype=np.int64), 1
    codes = []
    for name in names:
        codes.append(_codes(table[f"key_{name}"].combine_chunks()))
        size = int(codes[-1].max(initial=0)) + 1
        room *= size
        if room < 2**62:
            packed *= size
            packed += codes[-1]
    if room >= 2**62:
        return np.lexsort(codes[::-1])
    if not np.any(packed[1:] < packed[:-1]):
        return None
    return np.argsort(packed, kind="stable" if "months" in table.column_names else None)


def _codes(column: pa.Array) -> np.ndarray:
    """Whole numbers from 0 that order a column as its values do, nulls last."""
    if pa.types.is_integer(column.type):
        values = column.cast(pa.int64())
        low, high = (pc.min_max(values)[end].as_py() or 0 for end in ("min", "max"))
        return np.asarray(pc.fill_null(pc.subtract(values, low), high - low + 1))
    return np.asarray(pc.rank(column, sort_keys="ascending", tiebreaker="dense")).astype(np.int64)


def _words(name: str, column: pa.ChunkedArray, facts: Facts) -> pa.Array:
    if name in _IDS:
        return _names(_IDS[name], column, facts)
    if name in TIME:
        return period_words(name, column.to_numpy(zero_copy_only=False))
    if name == "is_ai":
        return pc.if_else(column, "true", "false")
    return column


def period_words(name: str, number: np.ndarray) -> pa.Array:
    """The words of period numbers: 2024, 2024-Q3, 2024-03; null where there is none."""
    known = ~np.isnan(number)
    if not known.any():
        return pa.nulls(len(number), pa.string())
    first, last = (int(end(number[known])) for end in (np.min, np.max))
    place = np.where(known, number - first, 0).astype(np.int32)
    return worded(_words_of(name, np.arange(first, last + 1)), pa.array(place, mask=~known))


def worded(words: pa.Array, place: pa.Array) -> pa.Array:
    """The word at each place, null where there is none; many times faster than to take them."""
    return pa.DictionaryArray.from_arrays(place, words).dictionary_decode()


def _words_of(name: str, number: np.ndarray) -> pa.Array:
    per_year = 12 // PERIOD_MONTHS[name]
    year, part = np.char.zfill((number // per_year).astype(str), 4), (number % per_year + 1).astype(str)
    if per_year == 1:
        text = year
    elif per_year == 4:
        text = np.char.add(np.char.add(year, "-Q"), part)
    else:
        text = np.char.add(np.char.add(year, "-"), np.char.zfill(part, 2))
    return pa.array(text, pa.string())


def _names(column: str, ids: pa.ChunkedArray, facts: Facts) -> pa.Array:
    directory = facts.directory
    shown = directory["employer_id" if column == "employer" else "group_id"].cast(pa.int64())
    special = {**SPECIAL_ORIGINS, **SPECIAL_DESTINATIONS}
    numbers = pa.concat_arrays([shown.combine_chunks(), pa.array(list(special), pa.int64())])
    words = pa.concat_arrays([directory[column].combine_chunks().cast(pa.string()), pa.array(special.values())])
    return worded(words, pc.index_in(ids.combine_chunks().cast(pa.int64()), value_set=numbers))


def ids_of_special_origins(previous: ir.Value, experience: ir.Value) -> ir.Value:
    """The previous employer, or the number that stands for a first job or an unknown origin."""
    return ibis.cases((previous.notnull(), previous), (experience.notnull(), FIRST_JOB), else_=UNKNOWN)
