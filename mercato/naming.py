"""The names of employers that inputs hold, resolved, and what they say in words: no careers are built."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from mercato import asking, resolving
from mercato.engines.duckdb import DuckDB
from mercato.identity.employers.resolving import Employers
from mercato.identity.folding import shown
from mercato.identity.lexicon import lexicon
from mercato.market import Progress
from mercato.settings import Settings
from mercato.sources.reading import read_sources

WIDEST = 60


@dataclass(frozen=True)
class Names:
    """The distinct names of the records read (employer_name, people, country; people counts records), resolved."""

    names: pa.Table
    employers: Employers
    as_of: dt.date

    def records(self) -> dict[str, int]:
        """The records with each name as written."""
        return dict(zip(self.names["employer_name"].to_pylist(), self.names["people"].to_pylist(), strict=True))


def read_names(
    inputs: Sequence[Path], settings: Settings, progress: Progress, asked: str | None = None, memory: str = ""
) -> Names:
    """The employers' names in files and folders; ``asked`` is resolved as if it stood among them.

    ``settings`` are those in force, those of each folder's own ``mercato.toml`` among them. Raises DataError for inputs
    that cannot be read and for lists that contradict themselves.
    """
    folder = Path(tempfile.mkdtemp(prefix="mercato-"))
    reader = DuckDB(memory=memory, scratch=folder)
    try:
        reading = read_sources(inputs, reader, folder, settings, progress)
        asking.refuse_mere_reports(reading)
        files = (reading.positions, reading.sightings)
        last = resolving.last_day(reader, *files, dt.date.today())
        as_of = settings.as_of or last
        raw = list(
            resolving.records(
                reader, dict(zip(("positions", "sightings"), files, strict=True)), settings.as_of
            ).values()
        )
        progress("resolving employers", 0.5)
        names, employers = resolving.employers_of(reader, raw, settings, as_of, asked)
        if not names.num_rows:
            raise asking.nothing_known_by(as_of, resolving.first_day(reader, *files), last)
        return Names(names, employers, as_of)
    finally:
        reader.close()
        shutil.rmtree(folder, ignore_errors=True)


def cut(name: str, widest: int = WIDEST) -> str:
    """A name as a screen may show it: one line, nothing invisible, at most so many characters."""
    plain = "".join(c if c.isprintable() else " " for c in shown(name[: widest * 4]))
    return plain if len(plain) <= widest and len(name) <= widest * 4 else plain[: widest - 1] + "…"


def in_words(evidence: str) -> str:
    """The evidence of a pair (tables.NAME_PAIRS) in words: what speaks for it, what against, the heaviest first."""
    told = []
    for part in filter(None, evidence.split("; ")):
        comparison, level, bits = part.split(" ")
        told.append((float(bits), lexicon("evidence")[comparison][level]))
    told.sort(key=lambda each: -abs(each[0]))
    sides = {"for": [words for bits, words in told if bits > 0], "against": [words for bits, words in told if bits < 0]}
    return "; ".join(f"{side}: {', '.join(words)}" for side, words in sides.items() if words)


def reason_in_words(reason: str) -> str:
    """Why a name as written is an employer; what a layer adds after its colon is kept."""
    words: dict[str, str] = lexicon("evidence")["reasons"]
    layer, _, more = reason.partition(": ")
    if layer == "likeness":
        levels: dict[str, str] = lexicon("evidence")["name"]
        more = ", ".join(levels.get(level, level) for level in more.split(", "))
    return words[layer].replace("{more}", more) if layer in words else reason


def pairs_as_rows(pairs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairs of names (tables.NAME_PAIRS) with their evidence in words."""
    return [{**pair, "evidence": in_words(pair["evidence"])} for pair in pairs]
