"""Measures of made histories against a naive count of the same spells, and retention against lifelines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatError
from made_histories import AS_OF, numbered, person, plain_person
from oracle.careers import oracle_spells
from oracle.incidence import clustered
from oracle.incidence import incidence as naive_incidence
from oracle.measures import Cells, Row, World, counted, hires_of, mains, moves_of, separations_of, there

from mercato.engines import duckdb, open_engine
from mercato.engines.guard import compile_sql
from mercato.market import check_request
from mercato.measures import Facts
from mercato.release.figure import estimates, make_figure
from mercato.settings import Options
from mercato.statistics.interval import log_log_interval
from mercato.tables import EMPLOYERS, ROLES, SPELLS

Where = dict[str, tuple[str, ...]]
OPTIONS = Options(minimum_people=0, minimum_at_risk=0)
KINDS = ("ai_lab", "big_tech", "startup")
NAMES = ["Acme", "Beta", "Ceres", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India"]
DIRECTORY = pa.Table.from_pylist(
    [
        {"employer_id": i + 1, "employer": name, "kind": KINDS[i % 3], "group_id": owner + 1, "group": NAMES[owner]}
        for i, (name, owner) in enumerate(zip(NAMES, (0, 0, 2, 2, 4, 4, 6, 6, 8), strict=True))
    ],
    EMPLOYERS.schema,
)
ROLE_ROWS = [
    {"role_id": 1, "family": "research", "level": "mid", "is_ai": True, "is_side": False},
    {"role_id": 2, "family": "research", "level": "senior", "is_ai": False, "is_side": False},
    {"role_id": 3, "family": "software", "level": "mid", "is_ai": False, "is_side": False},
    {"role_id": 4, "family": None, "level": None, "is_ai": False, "is_side": False},
]
ROLE_TABLE = pa.Table.from_pylist(ROLE_ROWS, ROLES.schema)
SPELL_SCHEMA = SPELLS.schema.set(0, pa.field("person_id", pa.int64()))
WORLD = World(
    {row["employer_id"]: row for row in DIRECTORY.to_pylist()}, {row["role_id"]: row for row in ROLE_ROWS}, AS_OF
)
quickly = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
people = st.lists(st.one_of(person(), plain_person()), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def engine() -> Any:
    engine = open_engine("duckdb")
    engine.add("employers", DIRECTORY)
    engine.add("roles", ROLE_TABLE)
    yield engine
    engine.close()


def facts() -> Facts:
    tables = {
        name: ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
        for name, schema in (("made_spells", SPELL_SCHEMA), ("employers", EMPLOYERS.schema), ("roles", ROLES.schema))
    }
    return Facts(tables["made_spells"], tables["employers"], tables["roles"], DIRECTORY, AS_OF)


@cache
def queries(name: str, by: tuple[str, ...], where: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, Any]:
    """The SQL of a measure's counts, written once: that takes longer than running it."""
    measure, request = check_request(name, by, dict(where), OPTIONS)
    told = measure.counts(facts(), request)
    return {
        part: (compile_sql(expression, "duckdb"), expression.schema().to_pyarrow()) for part, expression in told.items()
    }


def measured(engine: duckdb.DuckDB, name: str, by: tuple[str, ...], where: Where) -> list[Row]:
    measure, request = check_request(name, by, where, OPTIONS)
    told = queries(name, by, tuple(where.items()))
    found = {part: engine.sql(query).cast(schema) for part, (query, schema) in told.items()}
    table = estimates(measure, found, facts(), request)
    return make_figure(name, measure, table, request).to_arrow().to_pylist()


def cells(rows: list[Row], by: tuple[str, ...], count: str, **more: str) -> Cells:
    told = {"count": count, "n": "n", **more}
    return {tuple(row[name] for name in by): {name: row[column] for name, column in told.items()} for row in rows}


def moved(spells: list[Row], by: tuple[str, ...], where: Where) -> Cells:
    asked = {*by, *where}
    made = [move for move in moves_of(spells) if "gap" in asked or move["gap"] != "long"]
    return counted(WORLD, made, by, where)


def entered(spells: list[Row], by: tuple[str, ...], where: Where) -> Cells:
    known = [hire for hire in hires_of(spells) if hire["experience_months"] is not None]
    return counted(
        WORLD, known, by, where, lambda found: {"entries": sum(hire["experience_months"] <= 12 for hire in found)}
    )


def hired(spells: list[Row], by: tuple[str, ...], where: Where) -> Cells:
    return counted(WORLD, hires_of(spells), by, where)


def gone(spells: list[Row], by: tuple[str, ...], where: Where) -> Cells:
    last = AS_OF.replace(month=AS_OF.month + 1, day=1)
    return counted(WORLD, separations_of(spells, last), by, where)


def present(spells: list[Row], by: tuple[str, ...], where: Where) -> Cells:
    months = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (1,)}[by[-1]]
    days = [dt.date(year, month, 1) for year in range(2008, AS_OF.year + 1) for month in months]
    return counted(WORLD, [s for day in days if day <= AS_OF for s in there(spells, day)], by, where)


CASES: list[tuple[str, Callable[..., Cells], str, dict[str, str], tuple[str, ...], Where]] = [
    ("flows", moved, "estimate", {}, ("origin", "destination"), {}),
    ("flows", moved, "estimate", {}, ("origin_kind", "destination_group", "quarter"), {}),
    ("flows", moved, "estimate", {}, ("gap", "level"), {"origin_group": ("Acme", "Ceres")}),
    ("flows", moved, "estimate", {}, ("year", "is_ai"), {"gap": ("direct", "long"), "destination_kind": ("ai_lab",)}),
    ("origins", hired, "from_origin", {}, ("employer", "origin"), {}),
    ("origins", hired, "from_origin", {}, ("kind", "origin_kind", "country"), {"year": ("2011", "2012", "2013")}),
    ("origins", hired, "from_origin", {}, ("origin_group",), {"employer": ("Acme", "Beta", "Ceres")}),
    ("entry_share", entered, "hires", {"entries": "entry_hires"}, ("year",), {}),
    ("entry_share", entered, "hires", {"entries": "entry_hires"}, ("kind", "family"), {"country": ("FR",)}),
    ("hires", hired, "estimate", {}, ("employer",), {}),
    ("hires", hired, "estimate", {}, ("group", "month"), {"year": ("2012", "2013")}),
    ("hires", hired, "estimate", {}, ("country", "year"), {}),
    ("separations", gone, "estimate", {}, ("employer", "year"), {}),
    ("separations", gone, "estimate", {}, ("quarter",), {"is_ai": ("false",)}),
    ("headcount", present, "estimate", {}, ("employer", "month"), {}),
    ("headcount", present, "estimate", {}, ("level", "year"), {"kind": ("ai_lab", "startup")}),
]


@quickly
@given(people)
def test_counts_are_those_of_a_naive_reading(engine: Any, histories: list[list[Row]]) -> None:
    spells = oracle_spells(numbered(histories), AS_OF, OPTIONS)
    engine.add("made_spells", pa.Table.from_pylist(spells, SPELL_SCHEMA))
    for name, naive, count, more, by, where in CASES:
        found = cells(measured(engine, name, by, where), by, count, **more)
        found = {key: row for key, row in found.items() if row["count"]}
        assert found == naive(spells, by, where), f"{name} by {by} where {where}"


@quickly
@given(people)
def test_shares_of_origins_add_to_one(engine: Any, histories: list[list[Row]]) -> None:
    engine.add("made_spells", pa.Table.from_pylist(oracle_spells(numbered(histories), AS_OF, OPTIONS), SPELL_SCHEMA))
    total: dict[str, float] = {}
    for row in measured(engine, "origins", ("employer", "origin"), {}):
        total[row["employer"]] = total.get(row["employer"], 0) + row["estimate"]
    assert all(share == pytest.approx(1, abs=1e-12) for share in total.values())


def naive_destinations(spells: list[Row], by: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Stays of each group one at a time, in exact fractions; by ("employer", …) or () and one kind of destination."""
    groups: dict[Any, list[Row]] = {}
    for s in mains(spells):
        if s["start_known"] and s["seen_from"] < s["end_date"] and s["arrival"] in ("hire", "unseen"):
            groups.setdefault(s["employer_id"] if by[0] == "employer" else None, []).append(s)
    found = {}
    for group, stays in groups.items():
        told = [(min(s["entry_month"], 25), min(s["tenure_months"], 25), went(s, by[-1])) for s in stays]
        seen = [i for i, (entry, month, _) in enumerate(told) if entry < month or entry == 0]
        people = [stays[i]["person_id"] for i in seen]
        for place in {place for _, month, place in told if place and month <= 24}:
            rows = [
                (told[i][0], told[i][1], int(told[i][2] == place) or 2 * bool(told[i][2]), Fraction(1)) for i in seen
            ]
            share, staying, aalen = naive_incidence(rows, 1, 24)
            spread = clustered(share, rows, people) if len(set(people)) < len(people) else aalen
            who = {stays[i]["person_id"] for i in seen if told[i][2] == place and told[i][1] <= 24}
            key = (NAMES[group - 1], place) if by[0] == "employer" else (place,)
            found[key] = {
                "entered": len(stays), "n": len(who), "estimate": float(share.value), "staying": float(staying),
                "variance": float(spread), "aalen": float(aalen),
            }  # fmt: skip
    return found


def went(spell: Row, by: str) -> str:
    """Where a stay led to, or nothing where it did not end or ended by a transfer."""
    if not spell["ended"] or spell["departure"] in ("internal", "bulk"):
        return ""
    following = spell["next_employer_id"]
    if following in (None, spell["employer_id"]) or (spell["next_start"] - spell["main_end"]).days > 92:
        return "none seen"
    row = WORLD.employers[following]
    return str(row["kind"] if by == "destination_kind" else row["employer"])


@quickly
@given(people)
def test_destinations_are_those_of_a_naive_reading(engine: Any, histories: list[list[Row]]) -> None:
    spells = oracle_spells(numbered(histories), AS_OF, OPTIONS)
    engine.add("made_spells", pa.Table.from_pylist(spells, SPELL_SCHEMA))
    for by in (("employer", "destination_kind"), ("destination",), ("destination_kind",)):
        wanted = naive_destinations(spells, by)
        rows = {tuple(row[name] for name in by): row for row in measured(engine, "destinations", by, {})}
        assert rows.keys() == wanted.keys(), by
        for key, row in rows.items():
            told = wanted[key]
            assert (row["entered"], row["n"]) == (told["entered"], told["n"])
            if row["estimate"] is None:
                assert row["at_risk"] == 0
                continue
            assert [row["estimate"], row["staying"]] == pytest.approx([told["estimate"], told["staying"]], abs=1e-12)
            if 1e-9 < row["estimate"] < 1 - 1e-9 and told["variance"] > 1e-9 * told["aalen"]:
                left = 1 - told["estimate"]
                low, high = log_log_interval(left, told["variance"] / left**2)
                assert [row["low"], row["high"]] == pytest.approx([1 - float(high), 1 - float(low)], abs=1e-9)


def random_stays(count: int, seed: int) -> list[Row]:
    """Stays at three employers that began in 2008 to 2012, some seen only from a later month on."""
    random = np.random.default_rng(seed)
    start = [dt.date(2008 + int(m) // 12, int(m) % 12 + 1, 1) for m in random.integers(0, 60, count)]
    tenure, entry = random.integers(1, 60, count), random.integers(0, 30, count) * (random.random(count) < 0.3)
    made = []
    for i in range(count):
        late = int(min(entry[i], tenure[i] - 1))
        made.append(
            {
                "person_id": i, "employer_id": i % 3 + 1, "start_date": start[i], "seen_from": start[i],
                "start_known": True, "end_date": AS_OF, "main_end": AS_OF, "tenure_months": int(tenure[i]),
                "entry_month": late, "ended": bool(random.random() < 0.7), "arrival": "unseen" if late else "hire",
                "departure": "separation", "is_recall": False, "returns": False, "positions": 1, "is_coarse": False,
                "closed_stale": False, "main_by_rule": False, "role_id": None, "country": None,
            }
        )  # fmt: skip
    return made


@pytest.mark.filterwarnings("ignore::lifelines.exceptions.StatisticalWarning")
@pytest.mark.parametrize("seed", [1, 2])
def test_retention_is_that_of_lifelines(engine: Any, seed: int) -> None:
    stays = random_stays(600, seed)
    engine.add("made_spells", pa.Table.from_pylist(stays, SPELL_SCHEMA))
    options = OPTIONS.set("months", "6,12,24,36")
    measure, request = check_request("retention", ("employer", "cohort"), {}, options)
    found = {part: engine.run(expression) for part, expression in measure.counts(facts(), request).items()}
    rows = estimates(measure, found, facts(), request).to_pylist()
    compared = 0
    for row in rows:
        mine = [s for s in stays if NAMES[s["employer_id"] - 1] == row["employer"]]
        mine = [s for s in mine if str(s["start_date"].year) == row["cohort"]]
        assert row["n"] == row["entered"] == len(mine)
        peer = lifelines_of(mine)
        if peer is not None and row["estimate"] is not None and 0 < row["estimate"] < 1:
            limits = peer.confidence_interval_survival_function_.loc[row["months"]].to_list()
            assert row["estimate"] == pytest.approx(peer.predict(row["months"]), abs=1e-9)
            assert [row["low"], row["high"]] == pytest.approx(limits, abs=1e-8)
            compared += 1
    assert compared > 40


def lifelines_of(stays: list[Row]) -> KaplanMeierFitter | None:
    """The peer's estimate, or None where it declines: all are out of sight before others come in."""
    columns = ([s[name] for s in stays] for name in ("tenure_months", "ended", "entry_month"))
    tenure, ended, entry = columns
    try:
        return KaplanMeierFitter(alpha=0.05).fit(tenure, ended, entry=entry, timeline=list(range(62)))
    except StatError:
        return None
