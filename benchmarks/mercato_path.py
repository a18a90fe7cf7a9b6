"""The way of Mercato from a folder of positions to spells, moves and measures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

MEASURES: dict[str, tuple[str, list[str]]] = {
    "retention": ("retention", ["employer", "cohort"]),
    "flows": ("flows", ["origin", "destination", "year"]),
    "headcount": ("headcount", ["employer", "month"]),
    "hires": ("hires", ["employer", "month"]),
    "separations": ("separations", ["employer", "month"]),
    "origins": ("origins", ["employer", "origin"]),
}
"""What is measured: name → measure and dimensions; variances are those that SQL written by hand can tell."""


def memory_limit() -> str:
    """What Mercato gives DuckDB where nothing is said, as every user has it; the peers get the same."""
    from mercato.engines.duckdb import DuckDB

    engine = DuckDB()
    try:
        return str(engine.sql("SELECT current_setting('memory_limit') AS memory")["memory"][0].as_py())
    finally:
        engine.close()


def whole(folder: str, keep: str = "") -> dict[str, Any]:
    """Read, resolve, build careers, measure; gives the seconds of each part and the rows of each figure.

    With ``keep`` the figures are then written there as Parquet, after the clock has stopped.
    """
    from benchmarks.child import peak_memory
    from benchmarks.clock import Clock

    clock = Clock()
    import mercato
    from mercato.careers.moves import moves

    clock.lap("imports")

    def progress(sentence: str, share: float | None = None) -> None:
        if sentence.startswith("resolving"):
            clock.lap("reading")

    with mercato.read([folder], progress=progress) as market:
        clock.lap("names")
        spells = market.spells()
        clock.lap("careers")
        made = moves(spells)
        classes = market.run(made.group_by("gap").aggregate(moves=made.count()))
        clock.lap("moves")
        figures = {}
        for name, (measure, by) in MEASURES.items():
            figures[name] = market.measure(measure, by=by, variance="greenwood").to_arrow()
            clock.lap(name)
        peak = peak_memory()
        if keep:
            _keep(figures, Path(keep))
    return {
        "parts": clock.parts,
        "peak": peak,
        "moves": sum(classes["moves"].to_pylist()),
        "rows": {name: figure.num_rows for name, figure in figures.items()},
    }


def _keep(figures: dict[str, Any], folder: Path) -> None:
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        pq.write_table(figure, folder / f"{name}.parquet")


def tables(folder: str, keep: str = "") -> dict[str, Any]:
    """Flows by pair and year, and tenure counts by employer and cohort, as counts of people's spells."""
    from benchmarks.child import peak_memory

    begun = time.perf_counter()
    import mercato

    with mercato.read([folder]) as market:
        spells = market.spells()
        made = {"flows": market.run(_flow_counts(spells)), "tenures": market.run(_tenure_counts(spells))}
        seconds, peak = time.perf_counter() - begun, peak_memory()
        if keep:
            _keep(made, Path(keep))
    return {"rows": {name: table.num_rows for name, table in made.items()}, "peak": peak, "seconds": seconds}


def _flow_counts(spells: Any) -> Any:
    import ibis

    from mercato.careers.moves import moves

    made = moves(spells)
    made = made.filter(made.gap != "long").mutate(year=made.joined_on.year())
    people = ibis.ifelse(made.returns, 0, 1).sum() + ibis.ifelse(made.returns, made.person_id, None).nunique()
    return made.group_by("origin", "destination", "year").aggregate(moves=made.count(), people=people)


def _tenure_counts(spells: Any) -> Any:
    import ibis

    stays = spells.filter(spells.main_end.notnull() & spells.start_known)
    stays = stays.mutate(cohort=stays.start_date.year(), month=ibis.least(stays.tenure_months, 25))
    left = stays.ended.cast("int64").sum()
    return stays.group_by("employer_id", "cohort", "month").aggregate(stays=stays.count(), left=left)
