"""Weights: the bias they take away where groups are missing at known rates, and the coverage of weighted intervals."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import mercato
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Row, Section, at_most
from benchmarks.validity.coverage import MARKETS, PEOPLE, bounds, share_held
from benchmarks.validity.markets import CASES
from mercato.careers.weights import BUCKETS, ONE
from mercato.market import settings_of
from mercato.measures import Request
from mercato.measures.keeping import COHORT_RETENTION, RETENTION
from mercato.settings import Options, Settings
from mercato.weighing import Weighed
from mercato.weighted import weighted_table

POPULATION = 60_000
SEEN = {"ai_lab": 0.9, "startup": 0.8, "big_tech": 0.5, "university": 0.25, "company": 0.3, "government": 0.1}
"""Of the people at each kind of employer, how many the records hold; others like hospitals as governments."""
STRATA = (0.5, 0.3, 0.2), (0.2, 0.3, 0.5), (0.65, 0.75, 0.85)
"""Of three groups the share in the population, the share in the data, and how many are still there at 24 months."""
_HORIZON = 24
_SEED = 7


def weights(plan: Plan) -> Section:
    """The bias of raw and weighted retention of part of a population, and the coverage of weighted intervals."""
    rows = [*_missing(plan), *(_held(name, n, max(50, plan.size(MARKETS))) for name in _DRAWN for n in PEOPLE)]
    return Section(
        "Weights by margins",
        tuple(rows),
        (
            "Missing groups: of simulated careers only those of some people are kept, of each kind of employer a part "
            f"from 10% to 90%; the margins are those of the whole. Coverage: {MARKETS:,} markets of three groups that "
            "the data hold in other shares than the population, and that stay for unlike times.",
        ),
    )


def _missing(plan: Plan) -> list[Row]:
    people = max(5_000, plan.size(POPULATION))
    folder, _ = population(plan.data, people)
    with plan.folder() as kept:
        truth = _part_of(folder, kept)
        settings = settings_of([kept], Settings(margins=(kept / "kinds.csv",)))
        options: dict[str, Any] = {"resamples": 50, "weight_limit": 0}
        with mercato.read([kept], settings) as market:
            whole = market.measure("retention", (), **options).to_arrow().to_pylist()
            families = market.measure("retention", ("family",), **options).to_arrow().to_pylist()
    rows = []
    for name, found in (("all people", whole), ("the family worst told", families)):
        told = [row for row in found if row["status"] == "ok" and row["n"] >= 100]
        bias = [
            max((abs(row[column] - truth[row.get("family")]) for row in told), default=np.nan) * 100
            for column in ("estimate", "raw_estimate")
        ]
        what = f"retention of {name}, groups missing from {counted(people)} people: weighted, points off"
        limit = 1.0 if name == "all people" else bias[1]
        rows.append(at_most(what, round(limit, 2), bias[0], "", f"{bias[0]:.2f} (unweighted {bias[1]:.2f})"))
    return rows


def _part_of(folder: Path, kept: Path) -> dict[str | None, float]:
    """Write the careers of a part of the people, and the margins of all; gives the retention of all, by family too."""
    with mercato.read([folder]) as market:
        truth = {None: market.measure("retention", ()).to_arrow()["estimate"][0].as_py()}
        for row in market.measure("retention", ("family",)).to_arrow().to_pylist():
            truth[row["family"]] = row["estimate"]
        there = _kinds(market)
    known = there.filter(pc.is_valid(there["now"]))
    counts = known.group_by("now").aggregate([("now", "count")]).to_pylist()
    lines = [f"{row['now']},{row['now_count']}" for row in counts]
    (kept / "kinds.csv").write_text("\n".join(["kind,people", *lines]) + "\n", "utf-8")
    random = np.random.default_rng(_SEED)
    chance = np.array([SEEN.get(kind, 0.1) for kind in there["kind"].to_pylist()])
    seen = there["person_id"].filter(pa.array(random.random(len(chance)) < chance))
    positions = pq.read_table(folder / "positions.parquet")
    pq.write_table(
        positions.filter(pc.is_in(positions["person_id"], seen.combine_chunks())), kept / "positions.parquet"
    )
    for name in ("employers.csv", "mercato.toml"):
        shutil.copy(folder / name, kept / name)
    return truth


def _kinds(market: Any) -> pa.Table:
    """Of each person the kind of the last main employer, and that of the day of the margins (null: none)."""
    s = market.spells()
    s = s.filter(s.main_end.notnull() & (s.seen_from <= ibis.literal(market.as_of)))
    last = market.run(s.group_by("person_id").aggregate(at=s.employer_id.argmax(s.seen_from), until=s.main_end.max()))
    directory = market._resolved.employers.employers
    kinds = dict(zip(directory["employer_id"].to_pylist(), directory["kind"].to_pylist(), strict=True))
    kind = pa.array([kinds[number] for number in last["at"].to_pylist()])
    now = pc.if_else(pc.greater(last["until"], pa.scalar(market.as_of, pa.date32())), kind, None)
    return last.append_column("kind", kind).append_column("now", now)


def _people(random: np.random.Generator, n: int, markets: int) -> Mapping[str, np.ndarray]:
    """People of so many markets: their market, weight, bucket, and whether they leave before the horizon, and when."""
    shares, seen, kept = (np.array(part) for part in STRATA)
    stratum = random.choice(3, (markets, n), p=seen)
    rate = 1 - kept ** (1 / _HORIZON)
    tenure = random.geometric(rate[stratum])
    return {
        "market": np.repeat(np.arange(markets), n),
        "weight": np.rint(ONE * (shares / seen)[stratum]).astype(np.int64).ravel(),
        "bucket": random.integers(0, BUCKETS, markets * n),
        "month": np.minimum(tenure, _HORIZON + 1).ravel(),
        "left": (tenure <= _HORIZON).ravel(),
    }


def _added(keys: Mapping[str, np.ndarray], **sums: np.ndarray) -> pa.Table:
    table = pa.table({**{name: values for name, values in keys.items()}, **sums})
    told = table.group_by(list(keys)).aggregate([(name, "sum") for name in sums])
    return told.rename_columns([*keys, *sums]).sort_by([(name, "ascending") for name in keys])


def _retention(
    people: Mapping[str, np.ndarray], weight: np.ndarray, parts: Mapping[str, np.ndarray]
) -> dict[str, pa.Table]:
    keys = {"key_employer": people["market"], **parts}
    none = np.zeros(len(weight), dtype=np.int64)
    cells = _added(
        keys | {"month": people["month"]}, stays=weight, left=weight * people["left"].astype(np.int64), late=none
    )
    return {"cells": cells, "again": pa.table({name: pa.array([], pa.int64()) for name in (*keys, "again")})}


def _cohort(
    people: Mapping[str, np.ndarray], weight: np.ndarray, parts: Mapping[str, np.ndarray]
) -> dict[str, pa.Table]:
    stayed = weight * (~people["left"]).astype(np.int64)
    keys = {"key_employer": people["market"], **parts}
    return {"cells": _added(keys, joined=weight, stayed=stayed, lost=weight * 0, people=weight)}


_DRAWN = {"retention": (RETENTION, _retention), "cohort_retention": (COHORT_RETENTION, _cohort)}


def _held(name: str, n: int, markets: int) -> Row:
    measure, counts = _DRAWN[name]
    people = _people(np.random.default_rng([_SEED, n]), n, markets)
    ones = np.ones(len(people["weight"]), dtype=np.int64)
    buckets = {"key_bucket": people["bucket"]}
    facts = counts(people, ones, {})
    squares = np.rint((people["weight"] / ONE) ** 2 * ONE).astype(np.int64)
    weighed: Any = Weighed(
        counts(people, ones * ONE, buckets), counts(people, people["weight"], buckets), counts(people, squares, {}), 1.0
    )  # type: ignore[arg-type]
    request = Request(("employer",), options=Options(months=(_HORIZON,)))
    found = weighted_table(
        replace(measure, counts=lambda told, _: told), request, facts, weighed, lambda told: dict(told)
    )
    shares, _, kept = (np.array(part) for part in STRATA)
    held = share_held(found, float((shares * kept).sum()))
    low, high = bounds(next(case for case in CASES if case.name == name), n)
    reach = f"≥ {low:.0%}" if high >= 1 else f"{low:.0%} to {high:.1%}"
    return Row(f"coverage: weighted {name}, n = {n:,}", reach, f"{held:.1%}", None, bool(low <= held <= high))
