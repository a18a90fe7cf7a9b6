"""Excel and OpenDocument workbooks: the first sheet that holds careers, its cells as text, formulas as their values."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from mercato.errors import DataError
from mercato.settings import SourceSettings
from mercato.sources.columns import makes_careers

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
BOMB_RATIO = 200
BOMB_BYTES = 2 << 30
_FIRST = 200
_TITLES = 20


def first_rows(path: Path, settings: SourceSettings) -> tuple[str, tuple[str, ...], tuple[tuple[str | None, ...], ...]]:
    """The name of the sheet to read, its header and its first rows. Raises DataError where no sheet has any."""
    book = _book(path)
    names = list(book.sheet_names)
    if settings.sheet and settings.sheet not in names:
        raise DataError(
            f"has no sheet {settings.sheet!r}", where=path.name, expected="one of " + ", ".join(map(repr, names))
        )
    sheets = {name: _cells(book, name, path) for name in ([settings.sheet] if settings.sheet else names)}
    filled = {name: rows for name, rows in sheets.items() if len(rows) > 1}
    if not filled:
        raise DataError("has no sheet with a header and rows", where=path.name)
    place = {name: _place_of_header(rows, settings) for name, rows in filled.items()}
    chosen = next((name for name, found in place.items() if found is not None), next(iter(filled)))
    header, *rows = filled[chosen][place[chosen] or 0 :]
    return chosen, _names(header), tuple(rows[:_FIRST])


def sheet_table(path: Path, sheet: str, names: tuple[str, ...]) -> pa.Table:
    """The rows of a sheet under the header of these names, all as text, in columns ``c0``, ``c1``, …"""
    cells = _cells(_book(path), sheet, path)
    header, *rows = cells[next(place for place, row in enumerate(cells) if _names(row) == names) :]
    width = len(header)
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in range(width)]
    return pa.table({f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(columns)})


def _names(row: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(cell or "" for cell in row)


def _place_of_header(rows: Sequence[tuple[str | None, ...]], settings: SourceSettings) -> int | None:
    """Which of the first rows is a header of careers: titles may stand above it."""
    return next((place for place, row in enumerate(rows[:_TITLES]) if makes_careers(_names(row), settings)), None)


def _book(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    _refuse_bomb(path)
    try:
        return CalamineWorkbook.from_path(str(path))
    except Exception as error:
        raise _damaged(path, error) from None


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from None
    if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * path.stat().st_size:
        raise DataError(
            f"expands to more than {BOMB_RATIO} times its size",
            where=path.name,
            remedy="Save it as CSV if you trust it.",
        )


def _cells(book: Any, sheet: str, path: Path) -> list[tuple[str | None, ...]]:
    """The rows of a sheet from its first row that is not blank, every one as wide as that row."""
    try:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=True)
    except Exception as error:
        raise _damaged(path, error) from None
    texts = [tuple(map(_text, row)) for row in rows]
    while texts and sum(cell is not None for cell in texts[0]) < min(2, len(texts[0])):
        texts.pop(0)
    return [row for row in texts if any(cell is not None for cell in row)]


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _damaged(path: Path, error: Exception) -> DataError:
    said = (str(error) or type(error).__name__).splitlines()[0][:200]
    return DataError(
        f"is not a workbook that can be read ({said})",
        where=path.name,
        remedy="Save it again, or export the sheet as CSV.",
    )
