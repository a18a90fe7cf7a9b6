"""Retention of all employers × cohorts from spells: Mercato's, and pandas with lifelines on a sample of groups."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

HORIZON = 24
_KEYS = ["employer", "cohort"]
_NEEDED = ("employer_id", "start_date", "start_known", "entry_month", "tenure_months", "ended", "main_end", "arrival")


def ours(folder: str, keep: str) -> dict[str, Any]:
    """Time the measure, spells being there; keep the spells and the figure, nothing withheld, for the peer."""
    import pyarrow.parquet as pq

    import mercato

    into = Path(keep)
    into.mkdir(parents=True, exist_ok=True)
    with mercato.read([folder]) as market:
        spells = market.spells()
        begun = time.perf_counter()
        figure = market.measure("retention", by=_KEYS, minimum_people=1, minimum_at_risk=0, variance="greenwood")
        seconds = time.perf_counter() - begun
        table = figure.to_arrow()
        pq.write_table(market.run(spells.select(*_NEEDED)), into / "spells.parquet")
        pq.write_table(_with_ids(market, table), into / "retention.parquet")
    return {"seconds": seconds, "groups": table.num_rows}


def _with_ids(market: Any, table: Any) -> Any:
    """The figure with the employer_id of each employer; only the market's own directory tells it."""
    facts = market._facts(market.settings.options).facts
    directory = facts.directory.select(["employer_id", "employer"])
    return table.join(directory, "employer")


def theirs(folder: str, sample: int, seed: int) -> dict[str, Any]:
    """Time pandas' grouping of all spells and lifelines' fit of a random sample of groups; compare each with ours."""
    import numpy as np
    import pandas as pd

    spells = pd.read_parquet(Path(folder) / "spells.parquet")
    begun = time.perf_counter()
    kept = spells[spells["main_end"].notna() & spells["start_known"] & spells["arrival"].isin(["hire", "unseen"])]
    cohort = pd.to_datetime(kept["start_date"]).dt.year
    groups = kept.groupby([kept["employer_id"], cohort])
    places = groups.indices
    grouping = time.perf_counter() - begun
    keys = list(places)
    chosen = np.random.default_rng(seed).choice(len(keys), min(sample, len(keys)), replace=False)
    durations, ended, entry = (kept[c].to_numpy() for c in ("tenure_months", "ended", "entry_month"))
    found = {}
    begun = time.perf_counter()
    for number in chosen:
        rows = places[keys[number]]
        found[keys[number]] = _fit(durations[rows], ended[rows], entry[rows])
    fitting = time.perf_counter() - begun
    return {
        "grouping": grouping,
        "fitting": fitting,
        "sample": len(chosen),
        "groups": len(keys),
        "people": int(sum(len(places[keys[n]]) for n in chosen)),
        **_compared(found, Path(folder) / "retention.parquet"),
    }


def _fit(durations: Any, ended: Any, entry: Any) -> tuple[float, float, float]:
    """The share still there at the horizon with its interval, as lifelines gives them."""
    from lifelines import KaplanMeierFitter

    late = entry if entry.any() else None
    fitted = KaplanMeierFitter().fit(durations, ended, entry=late)
    last = fitted.confidence_interval_.index.searchsorted(HORIZON, "right") - 1
    low, high = fitted.confidence_interval_.to_numpy()[last]
    return float(fitted.predict(HORIZON)), float(low), float(high)


def _compared(found: dict[Any, tuple[float, float, float]], file: Path) -> dict[str, int]:
    """How many groups could be compared, shares and intervals, and how many differ by more than 1e-9.

    Mercato says nothing where nobody is under observation at the horizon, and lifelines has no interval for a share of
    0 or 1: those are not compared.
    """
    import pandas as pd

    ours = pd.read_parquet(file)
    ours = ours.set_index([ours["employer_id"], ours["cohort"].astype(int)])[
        ["estimate", "low", "high", "events", "at_risk"]
    ]
    shares = intervals = unlike = 0
    for key, (share, low, high) in found.items():
        row = ours.loc[key]
        if pd.isna(row["estimate"]):
            continue
        shares += 1
        differs = abs(row["estimate"] - share) > 1e-9
        if 0 < share < 1:
            intervals += 1
            differs |= not max(abs(row["low"] - low), abs(row["high"] - high)) <= 1e-9
        unlike += bool(differs)
    return {"shares": shares, "intervals": intervals, "unlike": unlike}
