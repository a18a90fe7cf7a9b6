"""Which files of an input are sources, and what each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.provenance import files_of
from mercato.settings import Settings, SourceSettings
from mercato.sources.columns import CONSTANT, Roles, recognise_roles
from mercato.sources.formats import Format
from mercato.sources.registry import RECORDS
from mercato.sources.tablefiles import TableFile, may_be_table, open_table

SETTINGS_FILE = "mercato.toml"
_PASSED_OVER = ("readme", "license", "licence", "copying", "notice", "changelog", "truth.json", SETTINGS_FILE)
_LISTS = ("aliases", "parents", "kinds")


@dataclass(frozen=True)
class Recognition:
    """One source before it is read: its files, format, layout and the column that plays each role."""

    paths: tuple[Path, ...]
    name: str
    format: str
    layout: str
    roles: dict[str, str] = field(default_factory=dict)
    record_format: Format | None = None
    table: TableFile | None = None
    told: Roles | None = None

    @property
    def files(self) -> list[Path]:
        return [file for path in self.paths for file in files_of(path)]

    @property
    def sentence(self) -> str:
        """``careers.csv: CSV, utf-8, comma, 1.0 MB; layout spells; person_id ← person_id, employer ← employer_mp``."""
        about = [self.format, *_written(self.table), _size(sum(file.stat().st_size for file in self.files))]
        roles = ", ".join(f"{role} ← {column}" for role, column in self.roles.items())
        return f"{self.name}: {', '.join(about)}; layout {self.layout}" + (f"; {roles}" if roles else "")


def recognise(path: Path, settings: SourceSettings | None = None) -> Recognition:
    """What a file, or a folder that is one source, is. Raises DataError where it is nothing known."""
    if not path.exists():
        raise DataError("there is no such file or folder", where=str(path), remedy="Check the path.")
    return _recognise((path,), settings or SourceSettings())


def find_sources(paths: Sequence[Path], settings: Settings) -> tuple[list[Recognition], list[str]]:
    """The sources among files and folders, and a sentence for each file of a folder that is passed over.

    A file that is named must be a source; a folder must hold one. Raises DataError where that is not so.
    """
    found: list[Recognition] = []
    passed: list[str] = []
    for path in paths:
        if not path.exists():
            raise DataError("there is no such file or folder", where=str(path), remedy="Check the path.")
        here, errors = _in_folder(path, settings) if path.is_dir() else ([_told((path,), settings)], [])
        if not here:
            raise _nothing_in(path, errors)
        found += here
        passed += errors
    return found, passed


def _in_folder(folder: Path, settings: Settings) -> tuple[list[Recognition], list[str]]:
    whole = [f for f in RECORDS if f.matches(folder)]
    if whole:
        return [_told((folder,), settings)], []
    found: list[Recognition] = []
    errors: list[str] = []
    for group in _groups(folder, settings):
        if group[0].is_dir():
            here, passed = _in_folder(group[0], settings)
            found, errors = found + here, errors + passed
            continue
        try:
            found.append(_told(group, settings))
        except DataError as error:
            errors.append(f"passed over: {error}")
    return found, errors


def _groups(folder: Path, settings: Settings) -> list[tuple[Path, ...]]:
    """What a folder holds, in order; its Parquet files of the same columns are parts of one source."""
    lists = {p.resolve() for p in (settings.aliases, settings.parents, settings.kinds) if p is not None}
    children = [p for p in sorted(folder.iterdir()) if not _is_passed_over(p) and p.resolve() not in lists]
    parts: dict[tuple[str, ...], list[Path]] = {}
    groups: list[tuple[Path, ...]] = []
    for child in children:
        if child.suffix == ".parquet" and child.is_file():
            parts.setdefault(_parquet_columns(child), []).append(child)
        else:
            groups.append((child,))
    return sorted([*groups, *(tuple(part) for part in parts.values())])


def _is_passed_over(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "_", "~$", *_PASSED_OVER)) or path.stem.lower() in _LISTS


def _parquet_columns(path: Path) -> tuple[str, ...]:
    try:
        return tuple(f"{f.name} {f.type}" for f in pq.read_schema(path))
    except (OSError, ValueError):
        return (path.name,)


def _told(paths: tuple[Path, ...], settings: Settings) -> Recognition:
    return _recognise(paths, settings.of_source(paths[0].name))


def _recognise(paths: tuple[Path, ...], settings: SourceSettings) -> Recognition:
    path = paths[0]
    name = path.name if len(paths) == 1 else path.parent.name
    for form in RECORDS:
        if form.matches(path):
            return Recognition(paths, name, form.name, "positions", record_format=form)
    if path.is_dir():
        raise _nothing_in(path, [])
    if path.stat().st_size == 0:
        raise DataError("is empty", where=name, expected="a table with a header")
    table = open_table(paths, settings)
    roles = recognise_roles(table.header, settings, name)
    roles = _without_row_numbers(table, roles)
    return Recognition(paths, name, table.kind, roles.layout, roles.columns, table=table, told=roles)


def _without_row_numbers(table: TableFile, roles: Roles) -> Roles:
    """A column called just ``id`` that never repeats while names do numbers the rows, not the people."""
    said = roles.columns.get("person_id", "")
    if said.lower() != "id" or "person_name" not in roles or said.startswith(CONSTANT):
        return roles
    ids, names = table.column(said), table.column(roles.columns["person_name"])
    if len(set(ids)) == len(ids) and len(set(names)) < len(names):
        columns = {role: column for role, column in roles.columns.items() if role != "person_id"}
        return Roles(roles.layout, columns, roles.end_is_last_seen)
    return roles


def _nothing_in(folder: Path, errors: list[str]) -> DataError:
    shown = " ".join(errors[:5]) + (f" And {len(errors) - 5} more." if len(errors) > 5 else "")
    files = [file for file in files_of(folder) if may_be_table(file)]
    found = "holds no file that is recognised as careers" if files or errors else "holds no file that could be a source"
    return DataError(
        found + (f" ({shown})" if shown else ""),
        where=str(folder),
        expected="tables of careers, ORCID records or JSON resumes",
        remedy="Name the file and say its columns with --map, or in mercato.toml.",
    )


def _written(table: TableFile | None) -> list[str]:
    if table is None:
        return []
    if table.sheet:
        return [f"sheet {table.sheet!r}"]
    if table.text is None:
        return []
    signs = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
    sign = [signs.get(table.shape.separator, repr(table.shape.separator))] if table.shape else []
    return [*([table.text.compression] if table.text.compression else []), table.text.encoding, *sign]


def _size(size: int) -> str:
    for unit, bytes_ in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size} bytes"
