"""How far the defects of records bend figures, and how much of that each correction takes back."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv as pa_csv

import mercato
from benchmarks.child import apart
from benchmarks.plan import Plan, counted
from benchmarks.row import Row, Section
from mercato.settings import Settings
from mercato.simulate.files import MARGINS, OWNERS, TRUTH
from mercato.simulate.population import simulate
from mercato.statistics.survival import kaplan_meier

PEOPLE, SEED, MONTHS = 20_000, 3, 24
MOST = 1.0
_NOTES = (
    "The same simulated people, told fully and with a defect in their records: how far two-year retention is from that",
    "of the full records, in points, without the correction and with it. To reach: less than 1 point with it, and less",
    "than without. Retention is that of all people, but for acquisitions, where it is that of startups.",
)


@dataclass(frozen=True)
class Trial:
    """A defect, what corrects it in words, and the retention found with the correction and without."""

    defects: tuple[str, ...]
    by: str
    with_it: Callable[[Path], float]
    without: Callable[[Path], float]
    where: tuple[tuple[str, str], ...] = ()


def retention(folder: Path, where: tuple[tuple[str, str], ...] = (), settings: Settings | None = None,
              column: str = "estimate", **options: Any) -> float:  # fmt: skip
    """The share still there after two years."""
    with mercato.read([folder], settings) as market:
        found = market.measure("retention", by=[], where=dict(where), months=MONTHS, **options).to_arrow()
    return float(found[column][0].as_py())


def _rid(folder: Path, column: str) -> Path:
    """The folder with a column of its records left out."""
    copy = _copied(folder, f"no-{column}")
    for path in copy.glob("positions*.csv"):
        pa_csv.write_csv(_texts(path).drop_columns(column), path)
    return copy


def _unowned(folder: Path) -> Path:
    """The folder without its list of owners."""
    copy = _copied(folder, "no-owners")
    (copy / OWNERS).unlink()
    settings = copy / "mercato.toml"
    settings.write_text("".join(x for x in settings.read_text().splitlines(True) if not x.startswith("parents")))
    return copy


def _copied(folder: Path, name: str) -> Path:
    copy = folder.with_name(f"{folder.name}-{name}")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(TRUTH))
    return copy


def _texts(path: Path) -> Any:
    names = pa_csv.open_csv(path).schema.names
    return pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, "string")))


def _every_row(folder: Path) -> float:
    """Retention over all rows, as if each were a stay of its own."""
    table = _texts(folder / "positions.csv").to_pandas()
    start, end, last = (
        table[name].to_numpy("datetime64[D]") for name in ("start_date", "end_date", "verified_on")
    )  # fmt: skip
    ended = ~np.isnat(end)
    days = (np.where(ended, end, last) - start).astype(float)
    found = kaplan_meier(np.maximum(days, 1), ended, times=[MONTHS * 30.4375])
    return float(found.estimate[0, 0])


STARTUPS = (("kind", "startup"),)
TRIALS = {
    "stale": Trial(("stale",), "people count up to the day their record was verified", retention,
                   lambda folder: retention(folder, censoring="carry")),
    "truncated": Trial(("truncated",), "delayed entry", retention,
                       lambda folder: retention(_rid(folder, "observed_from"))),
    "acquired": Trial(("acquired",), "owners at each date", lambda folder: retention(folder, STARTUPS),
                      lambda folder: retention(_unowned(folder), STARTUPS, bulk_people=10**8), STARTUPS),
    "simultaneous": Trial(("simultaneous",), "one main job at a time", retention, _every_row),
    "january": Trial(("january",), "1 January read as the year, drawn within it",
                     lambda folder: retention(folder, january="year", dates="impute"), retention),
    "homonyms": Trial(("homonyms",), "people told apart by their careers", retention,
                      lambda folder: retention(folder, people="as_given")),
}  # fmt: skip
if "margins" in {field.name for field in dataclasses.fields(Settings)}:
    TRIALS["missing"] = Trial(
        ("missing",), "weights to the margins of families",
        lambda folder: retention(folder, settings=Settings(margins=(folder / MARGINS,)), weights="margins"),
        retention,
    )  # fmt: skip


def trial(name: str, folder: str, people: int) -> dict[str, float]:
    """The truth and what is found with the correction and without, in a folder of this run alone."""
    told = TRIALS[name]
    into = Path(folder)
    simulate(into, people, SEED, flaws=told.defects)
    return {
        "truth": retention(into / TRUTH, told.where),
        "with": told.with_it(into),
        "without": told.without(into),
    }


def defects(plan: Plan) -> Section:
    """Retention with each defect, corrected and not, against the same people told fully."""
    people = max(5_000, plan.size(PEOPLE))
    rows = []
    for name in TRIALS:
        with plan.folder() as folder:
            found = apart("validity.defects:trial", name=name, folder=folder / name, people=people).value
        rows.append(_row(name, found))
    return Section(f"Defects of records, {counted(people)} people", tuple(rows), _NOTES)


def _row(name: str, found: dict[str, float]) -> Row:
    corrected, bent = (100 * (found[which] - found["truth"]) for which in ("with", "without"))
    measured = f"{corrected:+.2f} points (without: {bent:+.2f})"
    ok = abs(corrected) < MOST and abs(corrected) < abs(bent)
    return Row(f"bias: {name}, {TRIALS[name].by}", f"< {MOST:g} point", measured, abs(corrected) / MOST, ok)
