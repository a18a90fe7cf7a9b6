"""Zip archives, member by member, never unpacked to disk: what they hold, and the bytes of the members that are wanted.

A member that is protected by a password, leads outside the archive or expands beyond reason is a fault, not a file.
"""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mercato.errors import DataError
from mercato.sources.archives import LARGEST_MEMBER, LARGEST_RATIO

FREE_EXPANSION = 16 << 20
"""Bytes to which a member may expand freely, and beyond them to LARGEST_RATIO times its packed size."""

MOST_MEMBERS = 200_000
LOCKED = "is protected by a password"
_NO_DATE = (1980, 1, 1)


@dataclass(frozen=True)
class Packed:
    """One member of a zip: its name, its bytes, the day it was written on; or the fault for which it has none."""

    name: str
    data: bytes
    written_on: dt.date | None = None
    fault: str = ""


def names_in(path: Path) -> list[str]:
    """The names of a zip's members. Raises DataError for what is no whole zip."""
    with _opened(path) as archive:
        return archive.namelist()


def packed(path: Path, wanted: Callable[[str], bool]) -> Iterator[Packed]:
    """The wanted members of a zip in the order of names. Raises DataError for what is no whole zip."""
    with _opened(path) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if not member.is_dir() and wanted(member.filename):
                yield _member(archive, member)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise DataError(
            f"is not a whole zip archive ({str(error)[:100] or 'it ends in the middle'})",
            where=path.name,
            remedy="Fetch it again from where it came.",
        ) from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=path.name) from None
    if len(archive.filelist) > MOST_MEMBERS:
        archive.close()
        raise DataError(f"holds more than {MOST_MEMBERS:,} files", where=path.name, remedy="Unpack it first.")
    return archive


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Packed:
    name = member.filename.encode("utf-8", "replace").decode()
    if fault := _fault(member):
        return Packed(name, b"", fault=fault)
    try:
        with archive.open(member) as stream:
            data = stream.read(LARGEST_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return Packed(name, b"", fault="is damaged")
    return Packed(name, data, _day(member))


def _fault(member: zipfile.ZipInfo) -> str:
    parts = member.filename.replace("\\", "/").split("/")
    if member.flag_bits & 1:
        return LOCKED
    if not parts[0] or ".." in parts or parts[0].endswith(":"):
        return "its name leads outside the archive"
    if member.file_size > LARGEST_MEMBER:
        return f"larger than {LARGEST_MEMBER >> 20} MB"
    if member.file_size > max(FREE_EXPANSION, LARGEST_RATIO * member.compress_size):
        return f"expands more than {LARGEST_RATIO} times: a zip bomb"
    return ""


def _day(member: zipfile.ZipInfo) -> dt.date | None:
    """The day of a member, where its zip tells one: the first day that a zip can tell stands for none."""
    try:
        day = dt.date(*member.date_time[:3])
    except ValueError:
        return None
    return None if member.date_time[:3] == _NO_DATE or day > dt.date.today() else day
