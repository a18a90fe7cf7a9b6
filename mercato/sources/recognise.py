"""Which files of an input are sources, and what each of them is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.provenance import files_of, hash_files
from mercato.settings import LISTS, Settings, SourceSettings
from mercato.sources import reportedmoves
from mercato.sources.columns import CONSTANT, Roles, recognise_roles
from mercato.sources.declarations import declaration_of
from mercato.sources.formats import Format
from mercato.sources.mistaken import explained
from mercato.sources.nested import find, holds, open_nested
from mercato.sources.registry import RECORDS, declared_format
from mercato.sources.tablefiles import TableFile, open_table

SETTINGS_FILE = "mercato.toml"
_PASSED_OVER = ("readme", "license", "licence", "copying", "notice", "changelog", "truth.json", SETTINGS_FILE)
MOST_FILES = 1_000
"""Files of a folder that are looked at before it is given up, where none of them is a source."""


MOST_UNUSED = 12
"""Columns without a role that are named."""


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
        unused = f"; not used: {', '.join(self.unused)}" if self.unused else ""
        return f"{self.name}: {', '.join(about)}; layout {self.layout}" + (f"; {roles}" if roles else "") + unused

    @property
    def unused(self) -> list[str]:
        """The first columns of a table that play no role, in their order."""
        if self.table is None or self.told is None:
            return []
        played = {*self.roles.values(), *self.told.columns.values(), *self.told.lists.values()}
        left = [column.strip() or "(no name)" for column in self.table.header if column not in played]
        more = [f"and {len(left) - MOST_UNUSED} more"] if len(left) > MOST_UNUSED else []
        return left[:MOST_UNUSED] + more


def recognise(path: Path, settings: SourceSettings | None = None) -> Recognition:
    """What a file, or a folder that is one source, is. Raises DataError where it is nothing known."""
    _refuse_absent(path)
    return _recognise((path,), settings or SourceSettings())


def find_sources(paths: Sequence[Path], settings: Settings) -> tuple[list[Recognition], list[str]]:
    """The sources among files and folders, and a sentence for each file that is passed over.

    A file that is named must be a source; a folder must hold one. Raises DataError where that is not so.
    """
    for path in paths:
        _refuse_absent(path)
    search = _Search(settings)
    for path in paths:
        before, passed = len(search.found), len(search.passed)
        if path.is_dir():
            search.begin(path)
        else:
            search.found.append(_told((path,), settings))
        if len(search.found) == before:
            raise _nothing_in(path, search.passed[passed:])
    found, repeated = _each_once(search.found, settings)
    return found, [*search.passed, *repeated, *_settings_of_none(found, settings)]


def _refuse_absent(path: Path) -> None:
    """Raise DataError for what is neither a file nor a folder, before it is opened: a pipe waits for ever."""
    if path.is_file() or path.is_dir():
        return
    if path.exists():
        raise DataError(
            "is neither a file nor a folder, but a device, a pipe or a socket",
            where=str(path),
            expected="a file that can be read more than once",
            remedy="Save what comes from it into a file first.",
        )
    if path.is_symlink():
        raise DataError(f"is a link to {os.readlink(path)}, where nothing is", where=str(path), remedy="Mend the link.")
    raise DataError("there is no such file or folder", where=str(path), remedy="Check the path.")


class _Search:
    """The sources found in folders, folder by folder; a folder that was looked in once is not looked in again."""

    def __init__(self, settings: Settings) -> None:
        self.found: list[Recognition] = []
        self.passed: list[str] = []
        self._settings = settings
        self._seen: set[tuple[int, int]] = set()
        self._files = 0
        self._root = Path()

    def begin(self, folder: Path) -> None:
        """Look in a folder that was named. Raises DataError where too much of it is something else."""
        self._root, self._files = folder, 0
        try:
            self.look_in(folder)
        except OSError as error:
            raise DataError(f"the folder cannot be read ({error.strerror})", where=str(folder)) from None

    def look_in(self, folder: Path) -> None:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in self._seen:
            self.passed.append(f"passed over: {folder}: a link to a folder that was looked in already")
            return
        self._seen.add((status.st_dev, status.st_ino))
        if find(folder) is not None or _record_format(folder) is not None:
            self.found.append(_told((folder,), self._settings))
            return
        for group in _groups(folder, self._settings):
            if group[0].is_dir():
                self._look_below(group[0])
            elif group[0].is_file():
                self._try(group, folder)

    def _look_below(self, folder: Path) -> None:
        try:
            self.look_in(folder)
        except OSError as error:
            self.passed.append(f"passed over: {folder}: the folder cannot be read ({error.strerror})")

    def _try(self, group: tuple[Path, ...], folder: Path) -> None:
        try:
            self.found.append(_told(group, self._settings))
        except DataError as error:
            self.passed.append(f"passed over: {error}")
        except OSError as error:
            self.passed.append(f"passed over: {group[0].name}: cannot be read ({error.strerror})")
        self._files += len(group)
        if self._files >= MOST_FILES and not self.found:
            raise DataError(
                f"none of the first {MOST_FILES:,} files in it are careers; the last one looked at is in {folder}",
                where=str(self._root),
                expected="a folder of career files",
                remedy="Name the files themselves, or the folder that they lie in.",
            )


def _each_once(found: Sequence[Recognition], settings: Settings) -> tuple[list[Recognition], list[str]]:
    """The sources without those whose files are the same, byte for byte, as those of an earlier one."""
    kept: list[Recognition] = []
    passed: list[str] = []
    by_size: dict[int, list[Recognition]] = {}
    for one in found:
        alike = by_size.setdefault(sum(file.stat().st_size for file in one.files), [])
        said = settings.of_source(one.paths[0].name)
        same = next((o for o in alike if _is_same(o, one) and settings.of_source(o.paths[0].name) == said), None)
        if same is not None:
            passed.append(f"WARNING: passed over: {one.paths[0]}: the same bytes as {same.paths[0]}, read once")
        else:
            alike.append(one)
            kept.append(one)
    return kept, passed


def _is_same(one: Recognition, other: Recognition) -> bool:
    if [file.resolve() for file in one.files] == [file.resolve() for file in other.files]:
        return True
    return hash_files(one.files) == hash_files(other.files)


def _settings_of_none(found: Sequence[Recognition], settings: Settings) -> list[str]:
    known = {one.paths[0].name for one in found}
    return [
        f"WARNING: what [sources.{name!r}] says is of no file that is read: those are {', '.join(sorted(known)[:10])}"
        for name in settings.sources
        if name not in known
    ]


def _groups(folder: Path, settings: Settings) -> list[tuple[Path, ...]]:
    """What a folder holds, in order; its Parquet files of the same columns are parts of one source."""
    lists = {os.path.realpath(p) for p in (settings.aliases, settings.parents, settings.kinds) if p is not None}
    children = [p for p in sorted(folder.iterdir()) if not _is_passed_over(p) and os.path.realpath(p) not in lists]
    parts: dict[tuple[str, ...], list[Path]] = {}
    groups: list[tuple[Path, ...]] = []
    for child in children:
        if child.suffix == ".parquet" and child.is_file():
            apart = settings.sources.get(child.name)
            vintage = (child.name,) if apart is not None and (apart.vintage or apart.series) else ()
            parts.setdefault((*_parquet_columns(child), *vintage), []).append(child)
        else:
            groups.append((child,))
    return sorted([*groups, *(tuple(part) for part in parts.values())])


def _is_passed_over(path: Path) -> bool:
    name = path.name.lower()
    return name.startswith((".", "_", "~$", *_PASSED_OVER)) or path.stem.lower() in LISTS or _is_edition(path)


def _is_edition(path: Path) -> bool:
    """Whether a folder is an edition that an earlier report made."""
    try:
        return (path / "edition.json").is_file() and (path / "figures").is_dir()
    except OSError:
        return False


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
    if (nested := find(path)) is not None:
        table, roles = open_nested(path, nested, settings)
        form = declared_format(nested)
        return Recognition(paths, name, form.name, roles.layout, roles.columns, form, table, roles)
    if (record := _record_format(path)) is not None:
        return Recognition(paths, name, record.name, "positions", record_format=record)
    if path.is_dir():
        raise _nothing_in(path, [])
    if path.stat().st_size == 0:
        raise DataError("is empty", where=name, expected="a table with a header")
    table = open_table(paths, settings)
    moves = reportedmoves.roles_of(table) if not settings.layout and not settings.columns else None
    if moves is not None:
        return Recognition(paths, name, table.kind, moves.layout, moves.columns, table=table, told=moves)
    declared = declaration_of(table.header, settings)
    try:
        roles = (declared.roles if declared else recognise_roles)(table.header, settings, name)
    except DataError as error:
        raise explained(error, table) from None
    roles = _without_row_numbers(table, roles)
    kind = f"{declared.name}, {table.kind}" if declared else table.kind
    return Recognition(paths, name, kind, roles.layout, roles.columns, table=table, told=roles)


def _record_format(path: Path) -> Format | None:
    """The format whose records a file holds, or a whole folder of them."""
    found = next((form for form in RECORDS if form.matches(path)), None)
    return None if found is not None and path.is_dir() and holds(path) else found


def _without_row_numbers(table: TableFile, roles: Roles) -> Roles:
    """A column called just ``id`` that never repeats while names do numbers the rows, not the people."""
    said = roles.columns.get("person_id", "")
    if said.lower() != "id" or "person_name" not in roles or said.startswith(CONSTANT):
        return roles
    ids, names = table.column(said), table.column(roles.columns["person_name"])
    if len(set(ids)) == len(ids) and len(set(names)) < len(names):
        return replace(roles, columns={role: column for role, column in roles.columns.items() if role != "person_id"})
    return roles


def _nothing_in(folder: Path, errors: list[str]) -> DataError:
    shown = " ".join(errors[:5]) + (f" And {len(errors) - 5} more." if len(errors) > 5 else "")
    found = "holds no file that is recognised as careers" if errors else "holds no file that could be a source"
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
    below = [f"header on line {table.shape.skip + 1}"] if table.shape and table.shape.skip else []
    return [*([table.text.compression] if table.text.compression else []), table.text.encoding, *sign, *below]


def _size(size: int) -> str:
    for unit, bytes_ in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size} bytes"
