"""The folder of a simulated population: clean positions in Parquet, kinds, settings."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mercato.errors import DataError, SettingsError
from mercato.simulate.histories import Histories
from mercato.simulate.jobs import FAMILIES, TITLES, title_code
from mercato.simulate.world import COUNTRIES, World
from mercato.sources.canonical import MARK
from mercato.tables import LEVELS

CLEAN, MESSY = "positions.parquet", "positions.csv"
TRUTH, OWNERS, MARGINS = "_truth", "parents.csv", "_margins.csv"
_OURS = {CLEAN, MESSY, "employers.csv", "truth.json", "mercato.toml", TRUTH, OWNERS, MARGINS}
_EXPORT = re.compile(r"positions-\d{4}-\d\d-\d\d\.csv")


def make_folder(into: Path) -> None:
    """Makes the folder and empties it of an earlier population; refuses one that holds anything else."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        foreign = sorted(p.name for p in into.iterdir() if not _is_ours(p))
        if foreign:
            raise SettingsError(
                f"holds {foreign[0]}" + (f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""),
                where=str(into),
                expected="an empty or new folder",
                remedy="Name another one.",
            )
        for path in into.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise SettingsError(f"cannot be written ({error.strerror})", where=str(into), expected="a folder") from None


def _is_ours(path: Path) -> bool:
    """Whether an earlier population may have left a file, or the folder of its truth."""
    if path.is_dir():
        return path.name == TRUTH and all(_is_ours(inner) and inner.is_file() for inner in path.iterdir())
    name = path.name.removesuffix(".part")
    return name in _OURS or _EXPORT.fullmatch(name) is not None


def writing(write: Callable[[Path], None], path: Path) -> None:
    """Writes a file under another name and gives it its own only when it is whole."""
    all_written(lambda parts: write(parts[0]), [path])


def all_written(write: Callable[[Sequence[Path]], None], paths: Sequence[Path]) -> None:
    """Writes files under other names and gives them their own only when all are whole."""
    parts = [path.with_name(path.name + ".part") for path in paths]
    try:
        write(parts)
        for part, path in zip(parts, paths, strict=True):
            os.replace(part, path)
    except BaseException as error:
        for part in parts:
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            where = str(paths[0])
            raise DataError(f"could not be written ({error.strerror or error})", where=where) from None
        raise


def write_text(text: str, path: Path) -> None:
    """Writes a text file whole or not at all."""

    def write(part: Path) -> None:
        part.write_text(text, encoding="utf-8")

    writing(write, path)


def in_order(make: Callable[[Any], Any], items: Iterator[Any], workers: int) -> Iterator[Any]:
    """What ``make`` gives for each item, in the order of the items, with few of them held at a time."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Any]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(make, item))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class CleanPositions:
    """Positions as they are: days, one name per employer, ends known up to the as-of day."""

    schema = pa.schema(
        [
            ("person_id", pa.int64()),
            ("employer_name", pa.dictionary(pa.int32(), pa.string())),
            ("title", pa.dictionary(pa.int16(), pa.string())),
            ("start_date", pa.date32()),
            ("start_precision", pa.dictionary(pa.int8(), pa.string())),
            ("end_date", pa.date32()),
            ("end_precision", pa.dictionary(pa.int8(), pa.string())),
            ("verified_on", pa.date32()),
            ("country", pa.dictionary(pa.int8(), pa.string())),
            ("source_id", pa.int32()),
            ("record", pa.int64()),
            ("given_family", pa.dictionary(pa.int8(), pa.string())),
            ("given_level", pa.dictionary(pa.int8(), pa.string())),
            ("given_is_ai", pa.bool_()),
        ],
        metadata=MARK,
    )

    def __init__(self, world: World, as_of: int) -> None:
        self._as_of = as_of
        self._employers = pa.array(world.employers)
        self._titles, self._day = pa.array(TITLES), pa.array(["day"])
        self._countries, self._families, self._levels = pa.array(COUNTRIES), pa.array(FAMILIES), pa.array(LEVELS)

    def table(self, block: Histories) -> pa.Table:
        zeros = np.zeros(len(block.person), dtype=np.int8)
        return pa.Table.from_arrays(
            [
                pa.array(block.person),
                _coded(block.employer, self._employers),
                _coded(title_code(block.family, block.level, block.is_ai), self._titles),
                pa.array(block.start, pa.date32()),
                _coded(zeros, self._day),
                pa.array(block.end, pa.date32(), mask=block.open),
                _coded(zeros, self._day, block.open),
                pa.array(np.full(len(zeros), self._as_of, dtype=np.int32), pa.date32()),
                _coded(block.country, self._countries),
                pa.array(np.zeros(len(zeros), dtype=np.int32)),
                pa.array(np.arange(1, len(zeros) + 1)),
                _coded(block.family, self._families),
                _coded(block.level, self._levels),
                pa.array(block.is_ai),
            ],
            schema=self.schema,
        )

    def writer(self, path: Path) -> Any:
        return _Numbered(pq.ParquetWriter(path, self.schema, compression="snappy", write_statistics=_PRUNED))


_PRUNED = ["person_id", "start_date"]


class _Numbered:
    """A writer that numbers the records of the blocks one after the other."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self._writer, self._before = writer, 0

    def write_table(self, table: pa.Table) -> None:
        place = table.schema.get_field_index("record")
        running = pc.add(table["record"], pa.scalar(self._before, pa.int64()))
        self._writer.write_table(table.set_column(place, table.schema.field(place), running))
        self._before += table.num_rows

    def __enter__(self) -> _Numbered:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()


def _coded(codes: Any, names: pa.Array, mask: Any = None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), names)


def write_kinds(employers: Iterable[str], kinds: Iterable[str], path: Path) -> None:
    """``employers.csv``: each employer with its kind."""

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["employer", "kind"])
            writer.writerows(zip(employers, kinds, strict=True))

    writing(write, path)


def write_truth(truth: dict[str, Any], path: Path) -> None:
    """``truth.json``: what was planted and the figures it implies."""
    text = json.dumps(truth, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_text(text, path)


def write_settings(
    title: str,
    as_of: dt.date,
    licence: str,
    citation: str,
    simulated: bool,
    path: Path,
    focus: Sequence[str] = (),
    owners: bool = False,
) -> None:
    """``mercato.toml``: title, as-of day, kinds, employers in focus, licence, citation, whether it is simulated."""
    lines = [
        f"title = {json.dumps(title, ensure_ascii=False)}",
        f"as_of = {as_of}",
        'kinds = "employers.csv"',
        *([f'parents = "{OWNERS}"'] if owners else []),
        *([f"focus = {json.dumps(list(focus), ensure_ascii=False)}"] if focus else []),
        "",
        # Names of real firms in a made world bring no real owners along.
        *(["[options]", "default_ownership = false", ""] if simulated else []),
        "[source]",
        f"simulated = {str(simulated).lower()}",
        f"licence = {json.dumps(licence)}",
        f"citation = {json.dumps(citation, ensure_ascii=False)}",
        "",
    ]
    write_text("\n".join(lines), path)
