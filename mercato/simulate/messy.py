"""The same positions as people hand them over: names in several spellings, coarse dates, gaps in what was kept up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from mercato.simulate.histories import BLOCK, Histories
from mercato.simulate.jobs import TITLES, title_code
from mercato.simulate.world import COUNTRIES, World

MONTH_SHARE, YEAR_SHARE = 0.25, 0.08
STALE_SHARE, REPEATED_SHARE, VARIANT_SHARE = 0.02, 0.01, 0.5
_FORMS = ("{}", "{}, Inc.", "{} LLC", "{} Ltd", "{} GmbH", "{} S.A.", " {} ")


class MessyPositions:
    """Text columns as in a spreadsheet. What is done to a row is drawn from a stream of the seed and its block."""

    schema = pa.schema(
        [
            (name, pa.string())
            for name in ("person_id", "employer_name", "title", "start_date", "end_date", "verified_on", "country")
        ]
    )

    def __init__(self, world: World, as_of: int, seed: int) -> None:
        self._as_of = as_of
        self._seed = seed
        self._employers = pa.array([spelt for name in world.employers for spelt in spellings(name)])
        self._titles = pa.array([spelt for title in TITLES for spelt in title_spellings(title)])
        self._countries = pa.array(COUNTRIES)

    def table(self, block: Histories) -> pa.Table:
        random = np.random.default_rng([self._seed, int(block.person[0]) // BLOCK, 1])
        size = len(block.person)
        title = title_code(block.family, block.level, block.is_ai)
        stale = _stale(block) & (random.random(size) < STALE_SHARE)
        precision = precisions(random, size)
        table = pa.Table.from_arrays(
            [
                pa.array(block.person).cast(pa.string()),
                self._employers.take(pa.array(spelt(random, block.employer, EMPLOYER_SPELLINGS))),
                self._titles.take(pa.array(spelt(random, title, TITLE_SPELLINGS))),
                dates(block.start, precision),
                dates(block.end, precision, block.open | stale),
                dates(np.full(size, self._as_of, dtype=np.int32), np.full(size, 2)),
                self._countries.take(pa.array(block.country)),
            ],
            schema=self.schema,
        )
        return table.take(pa.array(repeated(random, size)))

    def writer(self, path: Path) -> Any:
        return pa_csv.CSVWriter(path, self.schema, write_options=pa_csv.WriteOptions(quoting_style="needed"))


def spellings(name: str) -> list[str]:
    """An employer's name as people write it, ``EMPLOYER_SPELLINGS`` of them."""
    return [*(form.format(name) for form in _FORMS), name.upper(), name.lower(), name.replace(" ", "  ")]


def title_spellings(title: str) -> list[str]:
    """A title as people write it, ``TITLE_SPELLINGS`` of them."""
    return [title, title.lower(), title.upper(), title.replace("Senior ", "Sr. ").replace("Vice President", "VP")]


EMPLOYER_SPELLINGS = len(_FORMS) + 3
TITLE_SPELLINGS = 4


def precisions(random: np.random.Generator, size: int) -> NDArray[np.int64]:
    """How dates are told: 0 for the year, 1 for the month, 2 for the day."""
    return np.searchsorted([YEAR_SHARE, YEAR_SHARE + MONTH_SHARE], random.random(size), "right")


def spelt(random: np.random.Generator, codes: NDArray[Any], spellings: int) -> NDArray[np.int64]:
    """The plain spelling for half of the rows, any for the others."""
    drawn = random.integers(0, spellings, len(codes))
    return codes.astype(np.int64) * spellings + np.where(random.random(len(codes)) < VARIANT_SHARE, drawn, 0)


def _stale(block: Histories) -> NDArray[np.bool_]:
    """Ended jobs with two or more later ones of the same person: their end can be told from the next start."""
    later = np.zeros(len(block.person), dtype=bool)
    later[:-2] = block.person[:-2] == block.person[2:]
    return later & ~block.open


def dates(days: NDArray[np.int32], precision: NDArray[Any], blank: Any = None) -> pa.Array:
    """Days as 2019-03-14, 2019-03 or 2019, blank where told."""
    text = pa.array(days, pa.date32()).cast(pa.string())
    month, year = (pc.utf8_slice_codeunits(text, 0, n) for n in (7, 4))
    shown = pc.if_else(pa.array(precision == 0), year, pc.if_else(pa.array(precision == 1), month, text))
    return shown if blank is None else pc.if_else(pa.array(blank), "", shown)


def repeated(random: np.random.Generator, size: int) -> NDArray[np.int64]:
    """Row numbers with some of them twice."""
    return np.repeat(np.arange(size), 1 + (random.random(size) < REPEATED_SHARE))
