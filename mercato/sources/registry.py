"""The formats that Mercato reads, in the order in which they are tried."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from mercato.sources import declarations, jsonresume, linkedin, orcid, reportedmoves
from mercato.sources.declared import Declared
from mercato.sources.declared import declarations as nested_declarations
from mercato.sources.formats import Format
from mercato.sources.nested import find
from mercato.sources.tablefiles import may_be_table

_ROLES = "columns whose names, in English or French, say who, where, since when and until when (or seen when)"

TABLES = (
    Format("CSV", "delimited text: comma, semicolon, tab or bar; any encoding; gzip or zstd", _ROLES, may_be_table),
    Format("Parquet", "a Parquet file, or the Parquet files of one folder", _ROLES, may_be_table),
    Format("JSON lines", "one JSON object per line, or one JSON array of objects", _ROLES, may_be_table),
    Format(
        "Excel", "a workbook (xlsx, xlsm, xlsb, xls, ods): its first sheet that holds careers", _ROLES, may_be_table
    ),
)

RECORDS = (orcid.FORMAT, linkedin.FORMAT, jsonresume.FORMAT)


def declared_format(form: Declared) -> Format:
    """A declared format of nested JSON as a format."""
    matches = partial(_is_of, form)
    return Format(form.name, form.description, form.recognised, matches, licence=form.licence, notes=form.notes)


def _is_of(form: Declared, path: Path) -> bool:
    return find(path) is form


NESTED = tuple(map(declared_format, nested_declarations()))

FORMATS: tuple[Format, ...] = (
    *NESTED, *RECORDS, *(one.format for one in declarations.declared()), reportedmoves.FORMAT, *TABLES,
)  # fmt: skip
