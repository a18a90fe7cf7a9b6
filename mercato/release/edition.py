"""An edition: figures, sources and settings, written once and identified by their content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mercato.errors import DataError
from mercato.provenance import Source
from mercato.release.figure import Figure

MARK = "edition.json"


@dataclass(frozen=True)
class Edition:
    """Everything that is published of one run; no row of a person is in it.

    rejects: source, column, reason and how many records; quality: what was counted on the way from records to
    spells; ownership: of each pair of employers with changes inside one owner, what made them one; weights: the
    margins by which people are weighted, and what that cost; empty where they are not.
    """

    title: str
    as_of: dt.date
    version: str
    sources: tuple[Source, ...]
    options: dict[str, Any]
    figures: dict[str, Figure]
    rejects: pa.Table
    quality: dict[str, int | float]
    ownership: tuple[dict[str, Any], ...] = ()
    weights: dict[str, Any] = field(default_factory=dict)

    @property
    def simulated(self) -> bool:
        """Whether any source of it is simulated."""
        return any(source.simulated for source in self.sources)

    @property
    def id(self) -> str:
        """Hash of the content: the same inputs and settings give the same id."""
        digest = hashlib.sha256()
        for part in (self._about(), *(self.figures[name].to_csv() for name in sorted(self.figures))):
            digest.update(part.encode())
            digest.update(b"\0")
        return digest.hexdigest()[:16]

    def _about(self) -> str:
        about = self.to_dict(with_id=False)
        return json.dumps(about, ensure_ascii=False, sort_keys=True, default=str)

    def to_dict(self, with_id: bool = True) -> dict[str, Any]:
        """What ``edition.json`` says. ``created`` is the as-of date: the same run made later has the same bytes."""
        head = {"id": self.id} if with_id else {}
        return {
            **head,
            "title": self.title,
            "created": self.as_of.isoformat(),
            "as_of": self.as_of.isoformat(),
            "version": self.version,
            "simulated": self.simulated,
            "settings": {k: list(v) if isinstance(v, tuple) else v for k, v in self.options.items()},
            "sources": [source.as_dict() for source in self.sources],
            "quality": self.quality,
            "rejects": self.rejects.to_pylist(),
            "ownership": list(self.ownership),
            "figures": sorted(self.figures),
            **({"weights": self.weights} if self.weights else {}),
        }


def write_edition(edition: Edition, folder: Path, also: Callable[[Edition, Path], None]) -> Path:
    """Write an edition into ``folder``; ``also`` adds the pages. Either all of it is there in the end, or nothing.

    A folder that holds an earlier edition is replaced; one that holds anything else is refused.
    """
    refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        making.chmod(0o755)
        _write_figures(edition, making / "figures")
        also(edition, making)
        (making / MARK).write_text(json.dumps(edition.to_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        refuse_foreign(folder)
        _put_in_place(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return folder


def _put_in_place(making: Path, folder: Path) -> None:
    """Give a whole edition its name; an earlier one is put aside first, and put back where that fails."""
    if not folder.exists():
        making.rename(folder)
        return
    aside = making.with_name(making.name + "-before")
    folder.rename(aside)
    try:
        making.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def refuse_foreign(folder: Path) -> None:
    """Raise DataError for a folder that holds anything but an edition."""
    if folder.is_file():
        raise DataError(
            "a file stands where the edition should go", where=str(folder), remedy="Name a folder with --into"
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise DataError(
            "the folder is not empty and holds no edition",
            where=str(folder),
            remedy="Name an empty folder, or one that an earlier report made, with --into",
        )


def _write_figures(edition: Edition, folder: Path) -> None:
    folder.mkdir()
    for name, figure in edition.figures.items():
        pq.write_table(figure.table, folder / f"{name}.parquet")
        (folder / f"{name}.csv").write_text(figure.to_csv(), "utf-8")
        (folder / f"{name}.json").write_text(figure.to_json(), "utf-8")
