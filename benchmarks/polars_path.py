"""The same flows and tenure counts in Polars written by hand: one window, and the rest for odd careers."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Any

AS_OF = dt.date(2025, 6, 30)
_COLUMNS = (
    "record",
    "person_id",
    "employer_name",
    "start_date",
    "start_precision",
    "end_date",
    "end_precision",
    "verified_on",
)
_ENTANGLED = ("previous_end", "origin", "next_start")


def tables(folder: str, keep: str = "") -> dict[str, Any]:
    """From positions to both tables; gives the rows of each and the most memory held."""
    from benchmarks.child import peak_memory

    begun = time.perf_counter()
    import polars as pl

    jobs = _jobs(pl, str(Path(folder) / "positions.parquet"))
    linked = _linked(pl, jobs)
    odd = _odd_people(pl, linked)
    plain = linked.join(odd, on="person_id", how="anti")
    general = _linked_stays(pl, linked.join(odd, on="person_id", how="semi").drop(_ENTANGLED))
    stays = pl.concat([plain.select(general.columns), general])
    made = {"flows": _flows(pl, stays), "tenures": _tenures(pl, stays)}
    seconds, peak = time.perf_counter() - begun, peak_memory()
    for name, table in made.items() if keep else ():
        Path(keep).mkdir(parents=True, exist_ok=True)
        table.write_parquet(Path(keep) / f"{name}.parquet")
    return {"rows": {name: table.height for name, table in made.items()}, "peak": peak, "seconds": seconds}


def _jobs(pl: Any, file: str) -> Any:
    """Jobs in order of person and start, dated as they stood on the as-of day."""
    raw = pl.scan_parquet(file).select(*_COLUMNS)
    last = pl.lit(AS_OF)
    placed = raw.with_columns(
        start=_placed(pl, "start_date", "start_precision"), stop=_placed(pl, "end_date", "end_precision")
    ).filter(pl.col("start") <= last)
    ended = (pl.col("stop") <= last).fill_null(False)
    verified = pl.min_horizontal(pl.col("verified_on").fill_null(last), last)
    censored = pl.when(pl.col("stop").is_not_null()).then(last).otherwise(verified).dt.offset_by("1d")
    until = pl.max_horizontal(pl.when(ended).then("stop").otherwise(censored), pl.col("start").dt.offset_by("1d"))
    dated = placed.select(
        "person_id", "record", "start", until=until, ended=ended, employer=pl.col("employer_name").cast(pl.Categorical)
    )
    return dated.sort("person_id", "start", "record").collect(engine="streaming")


def _placed(pl: Any, day: str, precision: str) -> Any:
    month = pl.col(day).dt.offset_by("15d")
    return (
        pl.when(pl.col(precision).cast(pl.String) == "year")
        .then(pl.col(day).dt.offset_by("182d"))
        .when(pl.col(precision).cast(pl.String) == "month")
        .then(month)
        .otherwise(pl.col(day))
    )


def _beside(pl: Any, column: str, rows: int, same: str = "person_id") -> Any:
    """The value so many rows before (after, where negative), within the same person; the rows are in order."""
    return pl.when(pl.col(same) == pl.col(same).shift(rows)).then(pl.col(column).shift(rows))


def _linked(pl: Any, jobs: Any) -> Any:
    return jobs.with_columns(
        previous_end=_beside(pl, "until", 1), origin=_beside(pl, "employer", 1), next_start=_beside(pl, "start", -1)
    ).with_columns(main_end=pl.col("until"), returns=pl.lit(False))


def _odd_people(pl: Any, linked: Any) -> Any:
    """People with jobs that overlap, an open one before another, or two at one employer."""
    crossing = (pl.col("previous_end") > pl.col("start")).fill_null(False) | (
        ~pl.col("ended") & pl.col("next_start").is_not_null()
    )
    crossed = linked.lazy().filter(crossing).select("person_id")
    again = linked.lazy().group_by("person_id", "employer").len().filter(pl.col("len") > 1).select("person_id")
    return pl.concat([crossed, again]).unique().collect(engine="streaming")


def _linked_stays(pl: Any, jobs: Any) -> Any:
    """Stays of odd careers: stale ends closed, jobs of one stay joined, the main job chosen, linked."""
    return _main(pl, _joined(pl, _closed(pl, jobs)))


def _closed(pl: Any, jobs: Any) -> Any:
    starts = jobs.select("person_id", later="start")
    open_jobs = jobs.filter(~pl.col("ended"))
    later = (
        open_jobs.select("person_id", "record", "start")
        .join(starts, on="person_id")
        .filter(pl.col("later") > pl.col("start"))
        .group_by("record")
        .agg(pl.len().alias("count"), pl.col("later").min())
        .filter(pl.col("count") >= 2)
    )
    stale = pl.col("later").is_not_null()
    return (
        jobs.join(later, on="record", how="left")
        .with_columns(until=pl.when(stale).then("later").otherwise("until"), ended=pl.col("ended") | stale)
        .drop("later", "count")
    )


def _joined(pl: Any, jobs: Any) -> Any:
    before = jobs.sort("person_id", "start", "record").with_columns(
        anywhere=pl.col("until").cum_max().shift(1).over("person_id")
    )
    here = before.sort("person_id", "employer", "start", "record").with_columns(
        here=pl.col("until").cum_max().shift(1).over("person_id", "employer")
    )
    bridged = (pl.col("start") <= pl.col("here").dt.offset_by("3mo")) & ~(
        pl.col("anywhere") > pl.col("here")
    ).fill_null(False)
    begins = pl.col("here").is_null() | ((pl.col("start") > pl.col("here")) & ~bridged)
    numbered = here.with_columns(stay=begins.cum_sum())
    return (
        numbered.group_by("stay")
        .agg(
            pl.col("person_id", "employer").first(),
            pl.col("start").min(),
            pl.col("record").min(),
            pl.col("ended").sort_by("until", pl.col("ended").not_()).last(),
            pl.col("until").max(),
        )
        .drop("stay")
    )


def _main(pl: Any, stays: Any) -> Any:
    marked = (
        stays.sort(["person_id", "start", "until", "record"], descending=[False, False, True, False])
        .with_columns(
            inside=pl.col("ended") & (pl.col("until").cum_max().shift(1).over("person_id") >= pl.col("until")),
            returns=pl.struct("person_id", "employer").is_duplicated().any().over("person_id"),
        )
        .with_columns(may_be=~pl.col("inside").fill_null(False))
        .sort(["person_id", "start", "record"], descending=[False, False, True])
    )
    main = marked.filter("may_be").with_columns(taken=_beside(pl, "start", -1))
    main = main.with_columns(main_end=pl.min_horizontal("until", "taken")).filter(pl.col("main_end") > pl.col("start"))
    return main.with_columns(previous_end=_beside(pl, "main_end", 1), origin=_beside(pl, "employer", 1)).select(
        "person_id", "employer", "start", "until", "ended", "main_end", "returns", "previous_end", "origin"
    )


def _flows(pl: Any, stays: Any) -> Any:
    gap = (pl.col("start") - pl.col("previous_end")).dt.total_days()
    moved = stays.lazy().filter(pl.col("origin").is_not_null() & (pl.col("origin") != pl.col("employer")) & (gap <= 92))
    people = pl.col("returns").not_().sum() + pl.col("person_id").filter("returns").n_unique()
    return (
        moved.group_by("origin", pl.col("employer").alias("destination"), year=pl.col("start").dt.year())
        .agg(moves=pl.len(), people=people)
        .collect(engine="streaming")
    )


def _tenures(pl: Any, stays: Any) -> Any:
    start, until = pl.col("start").dt, pl.col("until").dt
    months = 12 * (until.year() - start.year()) + until.month().cast(pl.Int32) - start.month().cast(pl.Int32)
    over, short = (until.day() > start.day()).cast(pl.Int32), (until.day() < start.day()).cast(pl.Int32)
    tenure = pl.min_horizontal(months + pl.when("ended").then(over).otherwise(-short), pl.lit(25))
    return (
        stays.lazy()
        .group_by("employer", cohort=start.year(), month=tenure)
        .agg(stays=pl.len(), left=pl.col("ended").sum())
        .collect(engine="streaming")
    )
