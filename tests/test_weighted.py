"""Weighted measures: a person who weighs three is three people; the same draws on every engine; equal weights."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from lifelines import KaplanMeierFitter
from made_histories import POSITIONS

from mercato.careers.build import build_careers
from mercato.careers.weights import BUCKET, BUCKETS, ONE, WEIGHT, bucket_of
from mercato.engines import Engine
from mercato.market import check_request
from mercato.measures import Facts, declared
from mercato.settings import Options
from mercato.statistics.resampling import poisson_draws
from mercato.tables import EMPLOYERS, OWNERSHIP, ROLES
from mercato.weighing import SQUARE, Weighed, weighed_facts
from mercato.weighted import weighted_table

AS_OF = dt.date(2020, 6, 30)
KINDS = ("ai_lab", "big_tech", "startup")
DIRECTORY = pa.Table.from_pylist(
    [
        {"employer_id": i, "employer": f"Firm {i}", "kind": KINDS[i % 3], "group_id": i, "group": f"Firm {i}"}
        for i in range(1, 7)
    ],
    EMPLOYERS.schema,
)
ROLES_TOLD = pa.Table.from_pylist(
    [
        {"role_id": i, "family": f"family {i}", "level": ("entry", "senior")[i % 2], "is_ai": i == 1, "is_side": False}
        for i in range(1, 4)
    ],
    ROLES.schema,
)
ASKED: dict[str, list[tuple[str, ...]]] = {
    "retention": [(), ("employer",), ("kind", "cohort"), ("family",)],
    "flow_rate_ratio": [("origin", "destination"), ("origin_kind", "destination_kind")],
    "net_flow": [("employer",), ("kind", "year")],
    "origins": [("origin_kind",), ("employer", "origin")],
    "entry_share": [("year",), ("kind",)],
    "attrition": [(), ("employer",)],
    "hires": [("month",), ("employer", "year"), ()],
}


def positions() -> pa.Table:
    """Careers of 90 people at six employers, some still running, some seen late, from numbers drawn once."""
    rng = np.random.default_rng(11)
    rows: list[dict[str, Any]] = []
    for person in range(90):
        day = dt.date(2014, 1, 1) + dt.timedelta(days=int(rng.integers(0, 1200)))
        late = day + dt.timedelta(days=200) if person % 9 == 0 else None
        for place in range(int(rng.integers(1, 5))):
            end = day + dt.timedelta(days=int(rng.integers(60, 900)))
            row = dict.fromkeys(POSITIONS.names) | {"person_id": person, "employer_id": int(rng.integers(1, 7))}
            row |= {"role_id": int(rng.integers(1, 4)), "country": str(rng.choice(["FR", "US"])), "start_date": day}
            row |= {"start_precision": "day", "end_precision": "day", "is_side": False, "source_id": 1}
            row |= {"end_date": end if end < AS_OF else None, "observed_from": late, "record": person * 10 + place}
            rows.append(row)
            day = end + dt.timedelta(days=int(rng.choice([0, 0, 10, 50, 200])))
            if day >= AS_OF:
                break
    return pa.Table.from_pylist(rows, POSITIONS)


@pytest.fixture(scope="module")
def spells(duckdb_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    made = duckdb_engine.add("weighted_positions", positions())
    folder = tmp_path_factory.mktemp("careers") / "weighted"
    built = build_careers(duckdb_engine, made, pa.Table.from_pylist([], OWNERSHIP.schema), AS_OF, Options(), folder)
    return duckdb_engine.run(built.spells)


def weight_of(person: int) -> int:
    return 1 + person * 7 % 3


def repeated(spells: pa.Table) -> pa.Table:
    """Everybody as often as they weigh, as people of their own."""
    people = spells["person_id"].to_numpy()
    times = np.array([weight_of(person) for person in people])
    which = np.concatenate([np.arange(n) for n in times])
    rows = spells.take(pa.array(np.repeat(np.arange(len(people)), times)))
    return rows.set_column(0, "person_id", pa.array(np.repeat(people, times) * 10 + which))


def facts_of(engine: Engine, name: str, spells: pa.Table) -> Facts:
    table = engine.add(name, spells)
    employers, roles = engine.add("weighted_employers", DIRECTORY), engine.add("weighted_roles", ROLES_TOLD)
    return Facts(table, employers, roles, DIRECTORY, AS_OF)


def weighed(engine: Engine, facts: Facts, spells: pa.Table, weight: Any = weight_of) -> Weighed:
    weights = pa.array([weight(person) * ONE for person in spells["person_id"].to_pylist()], pa.int64())
    squares = pa.array([weight(person) ** 2 * ONE for person in spells["person_id"].to_pylist()], pa.int64())
    table = engine.add("weighted_spells", spells.append_column(WEIGHT, weights).append_column(SQUARE, squares))
    return weighed_facts(facts, table.mutate(**{BUCKET: bucket_of(table.person_id)}), 1.0)


def runner(engine: Engine) -> Any:
    return lambda counts: {name: engine.run(expression) for name, expression in counts.items()}


def rows_of(table: pa.Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = [name for name in table.column_names if name.startswith("key_") or name == "months"]
    return {tuple(row[key] for key in keys): row for row in table.to_pylist()}


CASES = [(name, by) for name in declared() for by in ASKED.get(name, [declared()[name].default_by])]


@pytest.mark.parametrize(("name", "by"), CASES, ids=[f"{name}-{'-'.join(by)}" for name, by in CASES])
def test_who_weighs_three_counts_as_three_people(
    duckdb_engine: Engine, spells: pa.Table, name: str, by: tuple[str, ...]
) -> None:
    measure, request = check_request(name, by, None, Options(resamples=8, months=(12, 24), base_year=2016))
    facts, run = facts_of(duckdb_engine, "raw_spells", spells), runner(duckdb_engine)
    found = weighted_table(measure, request, facts, weighed(duckdb_engine, facts, spells), run)
    raw = measure.figures(run(measure.counts(facts, request)), facts, request)
    many = facts_of(duckdb_engine, "many_spells", repeated(spells))
    wanted = measure.figures(run(measure.counts(many, request)), many, request)
    assert found.num_rows == wanted.num_rows > 0 or name == "transfers"
    counted = [name for name in raw.column_names if name not in ("estimate", "low", "high") and "index" not in name]
    assert rows_of(found.select(counted)) == rows_of(raw.select(counted))
    shown = rows_of(found)
    for key, row in rows_of(wanted).items():
        for column in ("estimate", "index"):
            if column in row and rows_of(raw)[key][column] is not None:
                assert shown[key][column] == pytest.approx(row[column], rel=1e-9), (key, column)
            elif column in row:
                assert shown[key][column] is None, (key, column)
        assert shown[key]["raw_estimate"] == rows_of(raw)[key]["estimate"]
        low, high = shown[key]["low"], shown[key]["high"]
        if shown[key]["estimate"] is not None and low is not None and high is not None:
            assert low <= shown[key]["estimate"] * (1 + 1e-9) + 1e-9 and shown[key]["estimate"] <= high + 1e-9


def test_equal_weights_change_nothing(duckdb_engine: Engine, spells: pa.Table) -> None:
    facts, run = facts_of(duckdb_engine, "raw_spells", spells), runner(duckdb_engine)
    alike = weighed(duckdb_engine, facts, spells, lambda person: 1)
    for name in ("retention", "flow_ratio", "hires", "entry_share"):
        measure, request = check_request(name, None, None, Options(resamples=8))
        found = weighted_table(measure, request, facts, alike, run)
        for column in ("estimate", "low", "high"):
            now, before = (np.array(found[c].to_pylist(), float) for c in (column, f"raw_{column}"))
            assert now == pytest.approx(before, rel=1e-9, abs=1e-12, nan_ok=True), (name, column)
        people = np.array(found["n"].to_pylist(), float)
        assert np.array(found["effective_n"].to_pylist(), float) == pytest.approx(people)


def test_both_engines_give_the_same_numbers(duckdb_engine: Engine, spark_engine: Engine, spells: pa.Table) -> None:
    """Estimates and intervals over draws, to the last bit."""
    measure, request = check_request("retention", ("kind",), None, Options(resamples=8, months=(12, 24)))
    tables = []
    for engine in (duckdb_engine, spark_engine):
        facts = facts_of(engine, "raw_spells", spells)
        tables.append(weighted_table(measure, request, facts, weighed(engine, facts, spells), runner(engine)))
    assert tables[0].equals(tables[1])


def test_weighted_retention_against_lifelines(duckdb_engine: Engine, spells: pa.Table) -> None:
    """Main stays of known start that are no transfers, with what their person weighs, in lifelines."""
    measure, request = check_request("retention", (), None, Options(resamples=8, months=(12, 24, 36)))
    facts = facts_of(duckdb_engine, "raw_spells", spells)
    found = weighted_table(measure, request, facts, weighed(duckdb_engine, facts, spells), runner(duckdb_engine))
    rows = [
        row
        for row in spells.to_pylist()
        if row["main_end"] and row["start_known"] and row["seen_from"] < row["end_date"] and row["arrival"] != "bulk"
    ]
    fitted = KaplanMeierFitter().fit(
        [row["tenure_months"] for row in rows],
        [row["ended"] for row in rows],
        entry=[row["entry_month"] for row in rows],
        weights=[weight_of(row["person_id"]) for row in rows],
    )
    expected = [float(fitted.predict(month)) for month in (12, 24, 36)]
    assert found["estimate"].to_pylist() == pytest.approx(expected, abs=1e-9)


PEOPLE = ["1", "42", "anna", "éloïse", "名前", "name:john smith", "0000-0001-5078-5000", "https://example.org/in/a-b"]


def test_a_person_falls_in_the_same_bucket_on_every_engine(engine: Engine) -> None:
    """The first ten bits of the MD5 of the id, as anybody can reckon them."""
    import hashlib

    table = engine.add("some_people", pa.table({"person_id": PEOPLE}))
    found = engine.run(table.mutate(bucket=bucket_of(table.person_id)))
    expected = {p: int(hashlib.md5(p.encode(), usedforsecurity=False).hexdigest()[:3], 16) >> 2 for p in PEOPLE}
    assert dict(zip(found["person_id"].to_pylist(), found["bucket"].to_pylist(), strict=True)) == expected


def test_people_spread_evenly_over_buckets(duckdb_engine: Engine) -> None:
    """Ids that follow each other: buckets of 100,000 people differ as chance would have it (χ² of 1,023 degrees)."""
    table = duckdb_engine.add("numbered_people", pa.table({"person_id": np.arange(100_000)}))
    bucket = bucket_of(table.person_id)
    counted = duckdb_engine.run(table.mutate(b=bucket).group_by("b").aggregate(n=ibis._.count()))["n"].to_numpy()
    assert len(counted) == BUCKETS
    square = float(((counted - 100_000 / BUCKETS) ** 2 / (100_000 / BUCKETS)).sum())
    assert abs(square - 1023) < 5 * np.sqrt(2 * 1023)


def test_draws_are_poisson_and_hang_together_with_nothing() -> None:
    draws = poisson_draws(BUCKETS, 200)
    assert np.array_equal(draws, poisson_draws(BUCKETS, 200)) and not np.array_equal(
        draws, poisson_draws(BUCKETS, 200, 2)
    )
    share = np.bincount(draws.astype(int).ravel(), minlength=5)[:5] / draws.size
    assert share == pytest.approx(np.exp(-1) / np.array([1, 1, 2, 6, 24]), abs=0.005)
    assert draws.mean() == pytest.approx(1, abs=0.01) and draws.var() == pytest.approx(1, abs=0.02)
    between = np.corrcoef(draws.T)[np.triu_indices(200, 1)]
    assert abs(between.mean()) < 0.002 and between.std() == pytest.approx(1 / np.sqrt(BUCKETS), rel=0.05)
    assert draws[0, :8].tolist() == poisson_draws(3, 8)[0].tolist()
