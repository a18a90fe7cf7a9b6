"""Files inside folders, gzip files and tar archives, one after the other, never unpacked to disk.

Whatever an archive claims, memory stays bounded: a member is read only up to ``LARGEST_MEMBER`` bytes, a gzip file that
expands beyond reason is refused, and links, devices and names that lead outside the archive are never followed.
"""

from __future__ import annotations

import io
import itertools
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mercato.errors import DataError

LARGEST_MEMBER = 128 << 20
"""Bytes of one file inside a folder or an archive beyond which it is not read."""

LARGEST_RATIO = 200
FREE_EXPANSION = 2 << 30
"""A gzip file may expand to this many bytes freely, and beyond them to LARGEST_RATIO times its own size."""

_CHUNK = 1 << 18
_PIECE = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
_LARGEST_NAME = 1 << 16
_EXTENDED = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_NAMING = (*_EXTENDED, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_AGAIN = "Fetch the file again from where it came."


@dataclass(frozen=True)
class Member:
    """One file: its name relative to the input, and its content, or the fault for which there is none."""

    name: str
    data: bytes
    fault: str = ""


def members(path: Path, wanted: Callable[[str], bool], look: int = 0) -> Iterator[Member]:
    """The wanted files of a file, a folder or a tar archive, in order; ``wanted`` is asked with the name.

    A file ``x.xml.gz`` is asked about as ``x.xml``. Archives inside a folder are read as well. With ``look``, only so
    many names of each folder or archive are looked at, and no more of an archive than one file may be large. Raises
    DataError for an archive that is damaged, cut off or a zip bomb, saying how far it could be read.
    """
    files = walk(path) if path.is_dir() else iter([(path, path.name)])
    for file, name in itertools.islice(files, look or None):
        if is_archive(name):
            with open_stream(file) as stream:
                yield from _members_of_tar(stream, str(file), wanted, look)
        elif wanted(bare_name(name)):
            yield _member(file, name, alone=file == path)


def walk(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files under a folder with their relative names, folder by folder in the order of names, hidden ones left out.

    Only one folder's names are held at a time; links to folders are not followed.
    """
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            for path, name in walk(Path(entry.path)):
                yield path, f"{entry.name}/{name}"
        elif entry.is_file():
            yield Path(entry.path), entry.name


def is_archive(name: str) -> bool:
    """Whether a name is that of a tar archive, gzipped or not."""
    return name.lower().endswith((".tar", ".tar.gz", ".tgz"))


def open_stream(path: Path) -> BinaryIO:
    """The bytes of a file, gunzipped where its first bytes say that it is gzip, however it is named.

    Raises DataError where the file cannot be opened.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=str(path)) from None
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return io.BufferedReader(Gunzip(raw, str(path)), _CHUNK) if packed else raw


def read_at_most(stream: BinaryIO, most: int) -> bytes:
    """The next bytes of a stream, ``most`` of them or all that are left; room is made only for what is there."""
    piece = stream.read(min(most, _PIECE))
    pieces = [piece]
    while len(piece) == _PIECE and (left := most - _PIECE * len(pieces)) > 0:
        piece = stream.read(min(left, _PIECE))
        pieces.append(piece)
    return b"".join(pieces)


def bare_name(name: str) -> str:
    """A file name without the ending that says that it is gzipped."""
    return name[:-3] if name.lower().endswith(".gz") else name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted((e for e in found if not _is_hidden(e.name)), key=lambda e: e.name)
    except OSError as error:
        raise DataError(f"the folder cannot be read ({error.strerror})", where=str(folder)) from None


def _is_hidden(name: str) -> bool:
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in name.split("/"))


def _member(path: Path, name: str, alone: bool) -> Member:
    """One file whole; where it is one of many, what is wrong with it is its own fault and no end to the reading."""
    shown = name.encode("utf-8", "replace").decode()
    try:
        with open_stream(path) as stream:
            data = read_at_most(stream, LARGEST_MEMBER + 1)
    except DataError as error:
        if alone:
            raise
        return Member(shown, b"", error.found)
    return Member(shown, b"", _too_large()) if len(data) > LARGEST_MEMBER else Member(shown, data)


def _too_large() -> str:
    return f"larger than {LARGEST_MEMBER >> 20} MB"


class Gunzip(io.RawIOBase):
    """A gzip file as the bytes in it; refuses, with a DataError, one that is cut off, damaged or a bomb."""

    def __init__(self, packed: BinaryIO, where: str) -> None:
        self._packed = packed
        self._where = where
        self._engine = zlib.decompressobj(31)
        self._left = b""
        self._taken = 0
        self._given = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._packed.close()
        super().close()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        self._given += len(data)
        if self._given > FREE_EXPANSION and self._given > LARGEST_RATIO * self._taken:
            found = f"expands more than {LARGEST_RATIO} times, beyond {FREE_EXPANSION >> 30} GB: a zip bomb"
            raise DataError(found, where=self._where, remedy="Unpack it first if you trust where it came from.")
        return len(data)

    def _next(self, most: int) -> bytes:
        while True:
            if self._engine.eof and not self._begin_again():
                return b""
            source = self._left or self._take()
            try:
                data = self._engine.decompress(source, min(most, _PIECE))
            except zlib.error:
                raise self._error(f"the gzip file is damaged after {self._given:,} bytes of content") from None
            self._left = self._engine.unconsumed_tail
            if data:
                return data
            if not source and not self._engine.eof:
                raise self._error(f"the gzip file is cut off after {self._given:,} bytes of content")

    def _begin_again(self) -> bool:
        """Whether another gzip stream follows the one that has ended; zeros that only fill up do not count."""
        rest = self._engine.unused_data.lstrip(b"\0")
        while not rest and (rest := self._take()):
            rest = rest.lstrip(b"\0")
        if not rest:
            return False
        self._engine, self._left = zlib.decompressobj(31), rest
        return True

    def _take(self) -> bytes:
        data = self._packed.read(_CHUNK)
        self._taken += len(data)
        return data

    def _error(self, found: str) -> DataError:
        return DataError(found, where=self._where, remedy=_AGAIN)


def _members_of_tar(stream: BinaryIO, where: str, wanted: Callable[[str], bool], look: int) -> Iterator[Member]:
    tar = _Tar(stream, where)
    passed = 0
    for header in itertools.islice(iter(tar.next, None), look or None):
        passed += header.size
        if look and passed > LARGEST_MEMBER:
            return
        if not wanted(header.name) or header.isdir() or header.isdev():
            tar.skip(header)
        elif fault := _fault(header):
            tar.skip(header)
            yield Member(header.name, b"", fault)
        elif _is_hidden(header.name):
            tar.skip(header)
        else:
            yield Member(header.name, tar.take(header.size))


def _fault(header: tarfile.TarInfo) -> str:
    parts = header.name.replace("\\", "/").split("/")
    if not parts[0] or ".." in parts or parts[0].endswith(":"):
        return "its name leads outside the archive"
    if not header.isreg():
        return "a link, not a file"
    return _too_large() if header.size > LARGEST_MEMBER else ""


class _Tar:
    """The members of a tar stream, read once forward; ``next`` must be followed by ``take`` or ``skip``.

    The standard library's reader keeps every member it has seen and believes any length of an extended name; this one
    does neither. It relies on that reader for the layout of a header.
    """

    def __init__(self, stream: BinaryIO, where: str) -> None:
        self._stream = stream
        self._where = where
        self._count = 0
        self._last = ""

    def next(self) -> tarfile.TarInfo | None:
        given: dict[str, str] = {}
        while True:
            header = self._header()
            if header is None:
                return None
            if header.type not in _NAMING:
                break
            if header.type != tarfile.XGLTYPE:
                given |= self._names(header)
            else:
                self.skip(header)
        name = given.get("path", header.name)
        header.name = name.encode("utf-8", "replace").decode()
        size = given.get("size", "")
        header.size = int(size) if size.isdecimal() and len(size) < 20 else header.size
        if header.type == tarfile.GNUTYPE_SPARSE or any(key.startswith("GNU.sparse") for key in given):
            raise self._error("holds a sparse file, which is not read")
        self._count, self._last = self._count + 1, header.name
        return header

    def take(self, size: int) -> bytes:
        data = read_at_most(self._stream, size)
        if len(data) < size:
            raise self._error("is cut off")
        self._pass(-size % _BLOCK)
        return data

    def skip(self, header: tarfile.TarInfo) -> None:
        if header.isreg() or header.type not in tarfile.SUPPORTED_TYPES or header.type in _NAMING:
            self._pass(header.size + -header.size % _BLOCK)

    def _pass(self, left: int) -> None:
        while left > 0:
            passed = len(self._stream.read(min(left, _CHUNK)))
            if not passed:
                raise self._error("is cut off")
            left -= passed

    def _header(self) -> tarfile.TarInfo | None:
        block = self._stream.read(_BLOCK)
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            self._drain()
            return None
        except (tarfile.HeaderError, ValueError):
            raise self._error("is cut off" if len(block) < _BLOCK else "is damaged") from None
        if header.size < 0:
            raise self._error("is damaged")
        return header

    def _drain(self) -> None:
        """Read to the end, so that a gzip file whose end is missing is noticed."""
        while self._stream.read(_CHUNK):
            pass

    def _names(self, header: tarfile.TarInfo) -> dict[str, str]:
        if header.size > _LARGEST_NAME:
            raise self._error("has a name of more than 64 kB")
        data = self.take(header.size)
        if header.type == tarfile.GNUTYPE_LONGNAME:
            return {"path": data.rstrip(b"\0").decode("utf-8", "replace")}
        return {} if header.type == tarfile.GNUTYPE_LONGLINK else _extended(data)

    def _error(self, found: str) -> DataError:
        after = f"after {self._count:,} members" + (f" (the last one {self._last[:100]!r})" if self._last else "")
        return DataError(f"the archive {found} {after}", where=self._where, remedy=_AGAIN)


def _extended(data: bytes) -> dict[str, str]:
    """The ``length key=value`` lines of an extended header."""
    found = {}
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or len(length) > 6 or not len(length) < int(length) <= len(data):
            break
        line, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, _, value = line.rstrip(b"\n").partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found
