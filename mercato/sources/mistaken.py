"""What a file that holds no table of careers seems to be, in words, and what to do about it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mercato.errors import DataError
from mercato.sources.columns import normal
from mercato.sources.dates import parse_date
from mercato.sources.opening import Text

if TYPE_CHECKING:
    from mercato.sources.tablefiles import TableFile

_FROM = {"from", "from_company", "from_employer", "origin", "de", "old_employer", "previous_employer", "source_company"}
_TO = {"to", "to_company", "to_employer", "destination", "vers", "new_employer", "next_employer", "hired_by"}
_FORMATS = (
    "one JSON object per line, or one array of objects, each with a person, an employer and dates; or JSON Resume files"
)
_ROWS_LOOKED_AT = 20


def explained(error: DataError, table: TableFile) -> DataError:
    """The same error with what the table seems to be instead, where that can be told."""
    hint = next(
        filter(None, (look(table) for look in (_moves, _wrapped, _nested, _one_column, _headless, _merged))), ""
    )
    if not hint:
        return error
    return DataError(error.found, where=error.where, expected=error.expected, remedy=hint)


def refuse_markup(text: Text) -> None:
    """Raise DataError for HTML and XML, which would otherwise be read as a table of one column."""
    start = text.sample.lstrip()[:500].lower()
    if start.startswith(("<!doctype html", "<html")):
        raise DataError(
            "is a web page (HTML)", where=text.path.name, expected="a table", remedy="Save the table in it as CSV."
        )
    if start.startswith(("<?xml", "<!doctype", "<!--")) or re.match(r"<[\w:.-]+[\s/>]", start):
        raise DataError(
            "is XML, but no ORCID record",
            where=text.path.name,
            expected="ORCID records, the one kind of XML that is read",
            remedy="Export the table as CSV.",
        )


def no_records(text: Text) -> DataError:
    """The error for a JSON file without objects: what it holds instead."""
    return DataError(
        _held(text),
        where=text.path.name,
        expected=_FORMATS,
        remedy="Where the records lie in a list within an object, write that list alone.",
    )


def _held(text: Text) -> str:
    try:
        value = json.loads(text.sample)
    except RecursionError:
        return "is JSON nested too deeply to be read"
    except json.JSONDecodeError as error:
        if text.whole:
            return f"is not JSON ({error.msg.lower()} at line {error.lineno:,}, character {error.colno:,})"
        return "holds no JSON object on any of its first lines"
    return f"holds no JSON records, but {_kind(value)}"


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value):,} values such as {_short(value[0])}" if value else "an empty list"
    if isinstance(value, dict):
        return f"one object that holds {', '.join(map(repr, list(value)[:10]))}" if value else "an empty object"
    return f"one value, {_short(value)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def _moves(table: TableFile) -> str:
    ends = [_fullest(table, [name for name in table.header if normal(name) in words]) for words in (_FROM, _TO)]
    if not all(ends) or any(_are_dates(table.column(end)) for end in ends):
        return ""
    return (
        f"A row seems to be a move or an event ({ends[0]!r} and {ends[1]!r} hold no dates), and rows must be stays or "
        "sightings: write a move as two rows of the person, one that ends at the old employer and one that begins at "
        "the new; or give each a person and a date, to have them read as reported moves, apart from careers."
    )


def _fullest(table: TableFile, names: Sequence[str]) -> str:
    return max(names, key=lambda name: len(table.column(name)), default="")


def _are_dates(values: Sequence[str]) -> bool:
    said = values[:_ROWS_LOOKED_AT]
    return not said or sum(parse_date(value) is not None for value in said) * 2 >= len(said)


def _wrapped(table: TableFile) -> str:
    if table.kind != "JSON lines" or len(table.rows) != 1:
        return ""
    held = [name for name in table.nested if name not in table.header]
    if not held:
        return ""
    return (
        f"The file is one JSON object, and its records may lie in it under {', '.join(map(repr, held[:5]))}: write "
        "them as one object per line, or as one array of objects."
    )


def _nested(table: TableFile) -> str:
    if not table.nested:
        return ""
    return (
        f"Left out, since they hold lists or objects and not single values: {', '.join(map(repr, table.nested[:10]))}; "
        "write what is needed of them into columns of their own."
    )


def _one_column(table: TableFile) -> str:
    if table.shape is None or len(table.header) > 1:
        return ""
    signs = sorted({c for c in table.header[0] if not c.isalnum() and c not in " _-.'\"()/"})
    like = f" like {signs[0]!r}" if signs else ""
    return (
        f"It was read as one column: where another sign{like} parts the columns, say separator = "
        f"{json.dumps(signs[0] if signs else '^')} under [source] in mercato.toml."
    )


def _headless(table: TableFile) -> str:
    dates = [name for name in table.header if (found := parse_date(name, "dmy")) and found.precision == "day"]
    if not dates:
        return ""
    return f"The first line seems to be a record ({dates[0]!r} is a date): put the names of the columns above it."


def _merged(table: TableFile) -> str:
    if table.kind != "Excel" or not any(not name for name in table.header):
        return ""
    return "Some columns have no name: put the header into one row, each column with its name, no cells merged."
