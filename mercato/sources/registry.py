"""The formats that Mercato reads, in the order in which they are tried."""

from __future__ import annotations

from mercato.sources import jsonresume, linkedin, orcid, reportedmoves
from mercato.sources.declarations import declared
from mercato.sources.formats import Format
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

FORMATS: tuple[Format, ...] = (*RECORDS, *(one.format for one in declared()), reportedmoves.FORMAT, *TABLES)
