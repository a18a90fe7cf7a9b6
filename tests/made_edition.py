"""A small made edition with every standard figure, for the tests of the report."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from mercato.provenance import Source

EMPLOYERS = [
    "Anthropic",
    "Google DeepMind",
    "OpenAI",
    "Meta",
    "Mistral AI",
    "Hugging Face",
    "Institut de robotique",
    "Cohere",
    "Inria",
    "École normale",
]
NASTY = "</script><img src=x onerror=alert(1)><b>\"'&amp;\u202eevil\x00"


@dataclass(frozen=True)
class MadeFigure:
    name: str
    measure: Any
    by: tuple[str, ...]
    table: pa.Table


@dataclass(frozen=True)
class MadeEdition:
    title: str = "A made edition"
    as_of: dt.date = dt.date(2025, 6, 30)
    id: str = "0123456789abcdef0123456789abcdef"
    version: str = "0.1.0"
    simulated: bool = False
    sources: tuple[Source, ...] = ()
    options: dict[str, Any] = field(
        default_factory=lambda: {"minimum_people": 5, "minimum_at_risk": 10, "base_year": 2019, "months": [24]}
    )
    figures: dict[str, MadeFigure] = field(default_factory=dict)
    rejects: pa.Table = field(
        default_factory=lambda: pa.table(
            {"source": ["careers.csv"], "column": ["end_date"], "reason": ["not a date"], "count": [12]}
        )
    )
    quality: dict[str, int | float] = field(
        default_factory=lambda: {
            "people": 12345,
            "employers": 10,
            "main_spells": 30000,
            "coarse_spells": 12000,
            "coarse_share": 0.4,
        }
    )
    ownership: tuple[dict[str, Any], ...] = ()
    weights: dict[str, Any] = field(default_factory=dict)


def measure(name: str) -> Any:
    def both(text: str) -> Any:
        return SimpleNamespace(en=f"{text} (en)", fr=f"{text} (fr)")

    return SimpleNamespace(
        name=name, title=both(name), unit=both("share"), definition=both("what it is"), reference="Kaplan & Meier 1958"
    )


def made(name: str, measure_name: str, by: tuple[str, ...], rows: list[dict[str, Any]]) -> MadeFigure:
    """A figure of these rows; a row without a status is shown."""
    for row in rows:
        row.setdefault("status", "ok")
        for column in ("estimate", "low", "high", "n"):
            row.setdefault(column, None)
    columns = list(dict.fromkeys(c for row in rows for c in row))
    ordered = [c for c in columns if c not in ("estimate", "low", "high", "n", "status")] + [
        "estimate",
        "low",
        "high",
        "n",
        "status",
    ]
    floats = {
        "estimate",
        "low",
        "high",
        "index",
        "index_low",
        "index_high",
        "hire_rate",
        "separation_rate",
        "average_headcount",
    }
    arrays = {c: pa.array([r.get(c) for r in rows], pa.float64() if c in floats else None) for c in ordered}
    return MadeFigure(name, measure(measure_name), by, pa.table(arrays))


def share(value: float, n: int, half: float | None = None) -> dict[str, Any]:
    half = half if half is not None else min(0.3, 1.96 * (value * (1 - value) / n) ** 0.5)
    return {"estimate": value, "low": max(0.0, value - half), "high": min(1.0, value + half), "n": n}


def hidden(reason: str = "withheld_few_people") -> dict[str, Any]:
    return {"estimate": None, "low": None, "high": None, "n": None, "status": reason}


def standard(employers: list[str] | None = None, **changes: Any) -> MadeEdition:
    """An edition with every standard figure over these employers; ``changes`` are fields of the edition."""
    names = employers or EMPLOYERS
    chance = random.Random(7)
    figures = [*_keep(names, chance), *_win(names, chance), *_rest(names, chance)]
    source = Source(
        source_id=0, name="careers.csv", format="csv", table="positions", sha256="ab" * 32, bytes=1234567, read=10012,
        accepted=10000, rejected=12, licence="CC BY 4.0", citation="A made source, 2025", simulated=False,
        columns={"person_id": "id", "employer_name": "société"}, notes=("Dates read as day/month/year.",),
    )  # fmt: skip
    return replace(MadeEdition(sources=(source,), figures={f.name: f for f in figures}), **changes)


def _keep(names: list[str], chance: random.Random) -> list[MadeFigure]:
    by_employer, curve, cohort, attrition = [], [], [], []
    for i, name in enumerate(names):
        base, n = 0.82 - 0.03 * i, 800 // (i + 1)
        for months in (12, 24, 36):
            cell = share(base ** (months / 24), n) if i != len(names) - 1 else hidden()
            by_employer.append(
                {"employer": name, "months": months, "entered": n, "events": n // 3, "at_risk": n // 2, **cell}
            )
        for months in range(61):
            cell = share(base ** (months / 24), max(10, n - 10 * months))
            curve.append(
                {
                    "employer": name,
                    "months": months,
                    **cell,
                    "at_risk": max(0, n - 12 * months),
                    "entered": n,
                    "events": months,
                }
            )
        cohort.append({"employer": name, **share(base, n), "joined": n, "stayed": int(n * base), "lost": i})
        attrition.append(
            {"employer": name, **share(0.1 + 0.02 * i, n), "leavers": n // 9, "average_headcount": n / 1.1}
        )
    overall = [
        {"months": m, **share(0.72 ** (m / 24), 5000), "at_risk": 5000 - 70 * m, "entered": 5000, "events": m}
        for m in range(61)
    ]
    groups = []
    for column, values in (
        ("kind", ["ai_lab", "big_tech", "startup", "unknown"]),
        ("family", ["research", "engineering"]),
        ("level", ["entry", "mid", "senior"]),
    ):
        rows = [{column: v, "months": 24, **share(0.6 + chance.random() / 5, 900)} for v in values]
        groups.append(made(f"retention_by_{column}", "retention", (column,), rows))
    cohorts = [{"cohort": str(y), "months": 24, **share(0.75 - 0.01 * (y - 2014), 700)} for y in range(2014, 2024)]
    return [
        made("retention_by_employer", "retention", ("employer",), by_employer),
        made(
            "retention_overall", "retention", (), [r for r in [dict(r) for r in overall] if r["months"] in (12, 24, 36)]
        ),
        *groups,
        made("retention_by_cohort", "retention", ("cohort",), cohorts),
        made("retention_curve", "retention", ("employer",), [r for r in curve if r["employer"] in names[:8]]),
        made("retention_curve_overall", "retention", (), overall),
        made("cohort_retention_by_employer", "cohort_retention", ("employer",), cohort),
        made("attrition_by_employer", "attrition", ("employer",), attrition),
    ]


def _win(names: list[str], chance: random.Random) -> list[MadeFigure]:
    flows, ratios, rates, net = [], [], [], []
    for i, origin in enumerate(names):
        for j, destination in enumerate(names):
            if i == j or (i + j) % 5 == 4:
                continue
            moves = 6 + chance.randrange(120) // (1 + abs(i - j))
            cell = hidden() if (i * j) % 7 == 3 else {"estimate": float(moves), "n": moves}
            flows.append({"origin": origin, "destination": destination, **cell})
    for i, (a, b) in enumerate(pairwise(names)):
        ratio = {
            "estimate": 10.6 / (i + 1),
            "low": 5.5 / (i + 1),
            "high": 23 / (i + 1),
            "n": 116,
            "moves": 106,
            "moves_back": 10,
        }
        if i == 2:
            ratio |= {"estimate": None, "low": 2.6, "high": None, "status": "lower_bound_only", "moves_back": 0}
        ratios.append({"origin": b, "destination": a, **ratio})
        rates.append(
            {
                "origin": b,
                "destination": a,
                "estimate": 3.2 / (i + 1),
                "low": 1.9 / (i + 1),
                "high": 5.0 / (i + 1),
                "n": 116,
            }
        )
    for i, name in enumerate(names):
        middle = 12.0 - 3 * i
        net.append(
            {
                "employer": name,
                "estimate": middle,
                "low": middle - 4,
                "high": middle + 4,
                "n": 300,
                "arrivals": 90,
                "departures": 60,
                "headcount": 400,
            }
        )
    return [
        made("flows_by_pair", "flows", ("origin", "destination"), flows),
        made("flow_ratio_by_pair", "flow_ratio", ("origin", "destination"), ratios),
        made("flow_rate_ratio_by_pair", "flow_rate_ratio", ("origin", "destination"), rates),
        made("net_flow_by_employer", "net_flow", ("employer",), net),
    ]


def _rest(names: list[str], chance: random.Random) -> list[MadeFigure]:
    months = [f"{y}-{m:02}" for y in range(2015, 2026) for m in range(1, 13)][:126]
    years = [str(y) for y in range(2015, 2026)]
    origins = [
        {"origin_kind": o, **share(0.22 / (k + 1), 2000), "hires": 2000, "from_origin": 440 // (k + 1)}
        for k, o in enumerate(["first job", "university", "big_tech", "startup", "unknown"])
    ]
    by_employer = [
        {"employer": e, "origin": o, **share(0.3 / (k + 1), 500 - 9 * i)}
        for i, e in enumerate(names[:7])
        for k, o in enumerate(["first job", *[n for n in names[:6] if n != e]])
    ]
    entry = [
        {
            "year": y,
            **share(0.3 - 0.02 * k, 900),
            "hires": 900,
            "entry_hires": 200,
            "index": 1.1 - k * 0.06,
            "index_low": 1.0 - k * 0.06,
            "index_high": 1.2 - k * 0.06,
        }
        for k, y in enumerate(years)
    ]
    entry_kind = [
        {"kind": kind, "year": y, **share(0.28 - 0.01 * k, 400)}
        for kind in ("ai_lab", "big_tech", "startup")
        for k, y in enumerate(years)
    ]
    series = []
    for name, level in (("hires", 120), ("separations", 90), ("headcount", 3000)):
        rows: list[dict[str, Any]] = []
        for k, month in enumerate(months):
            value = float(level + chance.randrange(40) + k)
            rows.append(
                {
                    "month": month,
                    "estimate": value,
                    "n": int(value),
                    "sum_12": int(12 * (level + k)) if k >= 11 else None,
                }
                if k != 40
                else {"month": month, **hidden()}
            )
        series.append(made(f"{name}_by_month", name, ("month",), rows))
    turnover = [
        {
            "year": y,
            **share(0.2 + 0.01 * k, 3000),
            "hires": 700,
            "separations": 600,
            "headcount_begin": 3000,
            "headcount_end": 3100,
            "hire_rate": 0.22,
            "separation_rate": 0.2,
        }
        for k, y in enumerate(years)
    ]
    return [
        made("origins_overall", "origins", ("origin_kind",), origins),
        made(
            "origins_by_kind",
            "origins",
            ("kind", "origin_kind"),
            [{"kind": k, **o} for k in ("ai_lab", "startup", "unknown") for o in origins],
        ),
        made("origins_by_employer", "origins", ("employer", "origin"), by_employer),
        made("entry_share_by_year", "entry_share", ("year",), entry),
        made("entry_share_by_kind", "entry_share", ("kind", "year"), entry_kind),
        *series,
        made("turnover_by_year", "turnover", ("year",), turnover),
        made(
            "flows_by_year",
            "flows",
            ("year",),
            [{"year": y, "estimate": 500.0 + 30 * k, "n": 500} for k, y in enumerate(years)],
        ),
        made(
            "gap_by_year",
            "flows",
            ("year", "gap"),
            [
                {"year": y, "gap": g, "estimate": 100.0 * k, "n": 100 * k}
                for y in years
                for k, g in enumerate(("long", "brief", "direct"), 1)
            ],
        ),
        made(
            "transfers_by_year",
            "transfers",
            ("year", "arrival"),
            [{"year": y, "arrival": "internal", "estimate": 12.0, "n": 12} for y in years],
        ),
        made(
            "headcount_by_employer",
            "headcount",
            ("employer", "year"),
            [
                {"employer": e, "year": y, "estimate": 90.0 + k, "n": 90 + k}
                for e in names[:7]
                for k, y in enumerate(years)
            ],
        ),
        made(
            "entry_share_by_employer",
            "entry_share",
            ("employer",),
            [
                {
                    "employer": e,
                    **share(0.2, 300),
                    "hires": 300,
                    "entry_hires": 60,
                    "index": None,
                    "index_low": None,
                    "index_high": None,
                }
                for e in names
            ],
        ),
    ]
