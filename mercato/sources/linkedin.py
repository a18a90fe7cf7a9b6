"""LinkedIn's own data export: the zip as it comes, its unpacked folder, or a folder of many; an export is a person.

``Positions.csv`` holds jobs, ``Volunteering.csv`` side roles, ``Profile.csv`` the name. Nothing is unpacked to disk.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.errors import DataError, MercatoError
from mercato.sources import opening, zips
from mercato.sources.archives import LARGEST_MEMBER
from mercato.sources.excel import ENDINGS
from mercato.sources.exportcsv import ExportError, Rows, holds_jobs, job_rows, person_in
from mercato.sources.formats import MAXIMUM_VALUE, Broken, Context, Format, Laid
from mercato.sources.tables import NAME_PREFIX

POSITIONS, PROFILE, VOLUNTEERING = "positions.csv", "profile.csv", "volunteering.csv"
WANTED = frozenset((POSITIONS, PROFILE, VOLUNTEERING))
ROLES = ("person_id", "person_name", "employer", "title", "place", "start", "end", "is_side")
SCHEMA = pa.schema(
    [
        *((role, pa.string()) for role in ROLES),
        ("verified_on", pa.date32()),
        ("record", pa.int64()),
        ("file", pa.string()),
    ]
)
ROWS = 100_000
_BESIDE = frozenset(
    ("profile.csv", "connections.csv", "skills.csv", "education.csv", "registration.csv", "rich media.csv")
)
_NAMED = re.compile(r"linkedin_?data_?export(?:[_-](\d{1,2})-(\d{1,2})-(\d{4}))?", re.IGNORECASE)
_LOOKED_AT = 50
_DEPTH = 4


@dataclass
class Export:
    """One export: its name, its wanted files in lower case, the day it was made, and what it holds else."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    made_on: dt.date | None = None
    fault: str = ""
    beside: tuple[str, ...] = ()


def matches(path: Path) -> bool:
    """Whether a file or folder is one export, or a folder of nothing but exports, judged by the first of them."""
    try:
        if path.is_dir():
            return _is_export_folder(path) or _holds_only_exports(path)
        return _is_export_zip(path) or (path.name.lower() == POSITIONS and holds_jobs(_beginning(path)))
    except (MercatoError, OSError):
        return False


def lay_out(path: Path, into: Path, context: Context) -> Laid:
    """The jobs of one export or of many as one table. Raises DataError where one export alone cannot be read."""
    writer = _Writer(into / "exports.parquet", tuple(sorted(context.settings.columns.items())))
    alone = not path.is_dir() or _is_export_folder(path)
    try:
        for export in _exports(path):
            if alone and (export.fault or POSITIONS not in export.files):
                raise _unreadable(export)
            writer.take(export)
    finally:
        writer.close()
    if not writer.rows:
        raise _no_jobs(path, writer)
    return Laid(writer.path, writer.columns, tuple(writer.broken), tuple(writer.notes()))


FORMAT = Format(
    name="LinkedIn export",
    description="LinkedIn's own data export: the zip, its unpacked folder, or a folder of many",
    recognised="a zip or folder with Positions.csv: company, title, start and end, in English or French",
    matches=matches,
    lay_out=lay_out,
    notes=(
        "One export is one person, called by the address of the profile, else by the name and a hash of the export, so "
        "that two exports of one name stay two people.",
        "A position without an end is open; volunteering is a side role.",
    ),
)


def _is_export_zip(path: Path) -> bool:
    if opening.kind_of(path) != "zip" or path.suffix.lower() in ENDINGS:
        return False
    if _NAMED.search(path.name):
        return True
    names = {_base(name) for name in zips.names_in(path)}
    return POSITIONS in names or len(names & _BESIDE) > 1


def _is_export_folder(folder: Path) -> bool:
    names = {entry.name.lower(): entry for entry in _entries(folder) if entry.is_file()}
    if POSITIONS not in names:
        return bool(_NAMED.search(folder.name)) and PROFILE in names
    tables = {name for name in names if name.endswith(".csv")} - WANTED
    known = PROFILE in names or bool(_NAMED.search(folder.name)) or not tables
    return known and holds_jobs(_beginning(Path(names[POSITIONS].path)))


def _holds_only_exports(folder: Path) -> bool:
    """Whether the first entries of a folder are exports or notes beside them, so that nothing would go unread."""
    found = False
    for entry in islice(_entries(folder), _LOOKED_AT):
        path = Path(entry.path)
        if entry.is_file() and path.suffix.lower() in (".md", ".txt", ".toml", ".pdf"):
            continue
        is_export = _is_export_folder(path) if entry.is_dir() else entry.is_file() and _is_export_zip(path)
        if not is_export:
            return False
        found = True
    return found


def _exports(path: Path) -> Iterator[Export]:
    if path.is_dir():
        yield from _below(path, path.name, _DEPTH)
    elif path.name.lower() == POSITIONS:
        yield Export(path.name, {POSITIONS: _read(path)})
    else:
        yield from _in_zip(path, path.name)


def _below(folder: Path, name: str, depth: int) -> Iterator[Export]:
    entries = _entries(folder)
    own = {
        entry.name.lower(): Path(entry.path) for entry in entries if entry.name.lower() in WANTED and entry.is_file()
    }
    if own:
        yield _unpacked(name, own)
    for entry in entries:
        path, shown = Path(entry.path), f"{name}/{entry.name}" if depth < _DEPTH else entry.name
        if entry.is_dir(follow_symlinks=False) and depth and not own:
            yield from _below(path, shown, depth - 1)
        elif entry.is_file() and path.suffix.lower() == ".zip" and not own:
            yield from _in_zip(path, shown)


def _unpacked(name: str, files: dict[str, Path]) -> Export:
    try:
        return Export(name, {base: _read(path) for base, path in files.items()}, _day_in(name))
    except ExportError as fault:
        return Export(name, fault=str(fault))
    except OSError as error:
        return Export(name, fault=f"cannot be read ({error.strerror})")


def _in_zip(path: Path, shown: str) -> Iterator[Export]:
    """The exports in a zip: one for each of its folders that holds some of the wanted files."""
    name = shown.encode("utf-8", "replace").decode()
    found: dict[str, Export] = {}
    try:
        for member in zips.packed(path, lambda member: _base(member) in WANTED and "__macosx/" not in member.lower()):
            place = member.name[: -len(_base(member.name))]
            export = found.setdefault(place, Export(f"{name}/{place}".rstrip("/"), made_on=_day_in(path.name)))
            _add(export, member)
    except DataError as error:
        found = {"": Export(name, fault=error.found)}
    if not found:
        found = {"": Export(name, beside=tuple(_held(path)))}
    if len(found) > 1:
        found = {place: one for place, one in found.items() if POSITIONS in one.files or one.fault} or found
    yield from found.values()


def _add(export: Export, member: zips.Packed) -> None:
    base = _base(member.name)
    if member.fault:
        export.fault = export.fault or f"{base.capitalize()}: {member.fault}"
        return
    export.files[base] = member.data
    if base == POSITIONS:
        export.made_on = min(filter(None, (member.written_on, export.made_on)), default=None)


def _held(path: Path) -> list[str]:
    try:
        return zips.names_in(path)
    except DataError:
        return []


class _Writer:
    """Writes the jobs of exports as rows of one table, a part at a time, and keeps what could not be parted."""

    def __init__(self, path: Path, said: tuple[tuple[str, str], ...]) -> None:
        self.path, self.rows, self.broken = path, 0, list[Broken]()
        self._said = said
        self._parquet = pq.ParquetWriter(path, SCHEMA)
        self._columns: dict[str, list[object]] = {name: [] for name in SCHEMA.names}
        self._record = 0
        self._counts: Counter[str] = Counter()

    @property
    def columns(self) -> dict[str, str]:
        left_out = () if self._counts["verified"] else ("verified_on",)
        return {name: name for name in (*ROLES, "verified_on") if name not in left_out}

    def take(self, export: Export) -> None:
        """Add the jobs of one export; an export that cannot be read is one record refused."""
        self._counts["exports"] += 1
        fault = export.fault or ("" if POSITIONS in export.files else "holds no Positions.csv")
        if fault:
            self._refuse(export.name, "", fault)
            return
        person, name = _person(export)
        self._counts["by name" if person.startswith(NAME_PREFIX) else "by address" if name else "nameless"] += 1
        self._counts["verified"] += export.made_on is not None
        for base, is_side in ((POSITIONS, None), (VOLUNTEERING, "true")):
            try:
                rows = job_rows(export.files.get(base, b""), self._said)
            except ExportError as refusal:
                self._refuse(export.name, refusal.value, str(refusal))
                continue
            self._add(export, rows, {"person_id": person, "person_name": name, "is_side": is_side})

    def _add(self, export: Export, rows: Rows, told: dict[str, str | None]) -> None:
        count = rows.count
        for name, values in self._columns.items():
            if name in told:
                values += [told[name]] * count
            elif name == "record":
                values += range(self._record + 1, self._record + count + 1)
            elif name == "file":
                values += [export.name] * count
            elif name == "verified_on":
                values += [export.made_on] * count
            else:
                values += rows.columns.get(name) or [None] * count
        self._record += count
        self.rows += count
        for value, reason in rows.broken:
            self._refuse(export.name, value, reason)
        if len(self._columns["record"]) >= ROWS:
            self._flush()

    def _refuse(self, file: str, value: str, reason: str) -> None:
        self._record += 1
        self.broken.append(Broken(self._record, value[:MAXIMUM_VALUE], reason, file))

    def _flush(self) -> None:
        arrays = [pa.array(self._columns[f.name], f.type) for f in SCHEMA]
        self._parquet.write_batch(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
        self._columns = {name: [] for name in SCHEMA.names}

    def close(self) -> None:
        self._flush()
        self._parquet.close()

    def notes(self) -> Iterator[str]:
        counts = self._counts
        yield (
            f"{counts['exports']:,} exports: {counts['by address']:,} people by the address of their profile, "
            f"{counts['by name']:,} by name and a hash of the export, {counts['nameless']:,} by the hash alone"
        )
        dated = counts["verified"]
        yield f"open positions are verified on the day of the export, which {dated:,} of {counts['exports']:,} tell"


def _person(export: Export) -> tuple[str, str | None]:
    """The id of the person of an export, and the name where it tells one."""
    address, name = person_in(export.files.get(PROFILE, b""))
    digest = hashlib.sha256(export.files[POSITIONS] + b"\0" + export.files.get(PROFILE, b"")).hexdigest()[:12]
    if address:
        return f"linkedin:{address}", name or None
    return (f"{NAME_PREFIX}{name} #{digest}", name) if name else (f"export:{digest}", None)


def _unreadable(export: Export) -> DataError:
    if zips.LOCKED in export.fault:
        remedy = "Unpack it with its password, and name the folder."
        return DataError("is protected by a password", where=export.name, remedy=remedy)
    if export.fault:
        return DataError(export.fault, where=export.name, remedy="Fetch the export again, or unpack it.")
    held = ", ".join(map(repr, [*export.beside, *export.files][:10])) or "nothing of it"
    return DataError(
        f"holds no Positions.csv, but {held}",
        where=export.name,
        expected="LinkedIn's export with Positions.csv, in which the jobs are",
        remedy="Ask LinkedIn for the export again, with the profile in it.",
    )


def _no_jobs(path: Path, writer: _Writer) -> DataError:
    reasons = Counter(broken.reason for broken in writer.broken).most_common(5)
    said = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
    return DataError(
        "holds no position" + (f": {said}" if said else ""),
        where=path.name,
        expected="Positions.csv with company, title, start and end (Company Name, Title, Started On, Finished On)",
        remedy="Say what another column means with --map, for example --map start=COLUMN." if said else "",
    )


def _day_in(name: str) -> dt.date | None:
    """The day in the name of an export, month first as LinkedIn writes it."""
    match = _NAMED.search(name)
    if match is None or not match[3]:
        return None
    month, day = (int(match[1]), int(match[2])) if int(match[1]) <= 12 else (int(match[2]), int(match[1]))
    try:
        found = dt.date(int(match[3]), month, day)
    except ValueError:
        return None
    return found if found <= dt.date.today() else None


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(1 << 16)


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(LARGEST_MEMBER + 1)
    if len(data) > LARGEST_MEMBER:
        raise ExportError(f"{path.name} is larger than {LARGEST_MEMBER >> 20} MB")
    return data


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        kept = (entry for entry in found if not entry.name.startswith((".", "_")))
        return sorted(kept, key=lambda entry: entry.name)
