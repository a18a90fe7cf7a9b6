"""Where data come from: origin, licence, hash, and the count of what was read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Source:
    """One source of a run: what it is and how many of its records were read, accepted and rejected.

    ``read = accepted + rejected`` always; ``notes`` are sentences on what was recognised or assumed; ``vintage`` is the
    day on which it was taken, where it is one of several dates of the same source.
    """

    source_id: int
    name: str
    format: str
    table: str
    sha256: str
    bytes: int
    read: int
    accepted: int
    rejected: int
    licence: str = "not stated"
    citation: str = ""
    simulated: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    quality: dict[str, int] = field(default_factory=dict)
    vintage: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def files_of(path: Path) -> list[Path]:
    """The files of a file or folder, in the order of their relative names."""
    if path.is_dir():
        return sorted((p for p in path.rglob("*") if p.is_file()), key=lambda p: p.relative_to(path).as_posix())
    return [path]


def hash_files(paths: Iterable[Path]) -> tuple[str, int]:
    """SHA-256 of the contents of files one after the other, and their size in bytes."""
    digest = hashlib.sha256()
    size = 0
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    return digest.hexdigest(), size
