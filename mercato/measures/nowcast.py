"""What the newest months will show once everything is reported: hires and separations made complete."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from mercato.errors import SettingsError
from mercato.measures.declare import Counted, Counts, Facts, Measure, Request, Text, declare
from mercato.measures.dimensions import STAY
from mercato.measures.provisional import COLUMN, known_when, triangle_of
from mercato.measures.result import columns
from mercato.measures.tempo import HIRES, SEPARATIONS
from mercato.statistics.delay import nowcast, reporting_delays


def _vintages_told(facts: Facts) -> None:
    if facts.vintages is None or len(facts.vintages.days) < 2:
        known = "one vintage" if facts.vintages else "one state of each source"
        raise SettingsError(
            f"the inputs hold {known} alone: nothing tells how late hires and departures become known",
            expected="two or more vintages: full exports of the same careers of different months",
            remedy="Put them into one folder with their dates in the names (profiles-2024-03-01.csv), or declare them "
            'in mercato.toml: [sources."FILE"] vintage = 2024-03-01',
        )


def _counts(of: Measure) -> Callable[[Facts, Request], Counts]:
    def counts(facts: Facts, request: Request) -> Counts:
        _vintages_told(facts)
        assert facts.vintages is not None
        delays = known_when(facts.vintages, of.name, request.options.delay_months)
        return {**of.counts(facts, request), "known_when": delays}

    return counts


def _figures(of: Measure) -> Callable[[Counted, Facts, Request], pa.Table]:
    def figures(counted: Counted, facts: Facts, request: Request) -> pa.Table:
        assert facts.vintages is not None
        by = request.by if "month" in request.by else (*request.by, "month")
        told = of.figures(counted, facts, Request(by, request.where, request.options))
        options, last = request.options, facts.vintages.months[-1]
        month = told["key_month"].to_numpy()
        newest = pa.array((month <= last) & (month > last - options.delay_months))
        told = told.filter(newest)
        delays = reporting_delays(triangle_of(counted["known_when"], facts.vintages), options.delay_months)
        age = last - told["key_month"].to_numpy()
        reported = told["estimate"].to_numpy().astype(np.float64)
        if not delays.known:
            reported = np.full(len(age), np.nan)
        whole = nowcast(reported, age, delays)
        share = np.where(np.isnan(reported), np.nan, delays.completeness[delays.place(age)])
        made = columns(
            told.select([name for name in told.column_names if name.startswith("key_")]),
            reported=told["estimate"].to_numpy().astype(np.int64),
            completeness=share,
            late=np.full(len(age), round(delays.late), dtype=np.int64),
            estimate=whole.estimate,
            low=whole.low,
            high=whole.high,
            n=told["n"].to_numpy(),
        )
        late = pa.array(~(share >= options.provisional_share))
        return made.add_column(made.schema.get_field_index("estimate"), COLUMN, late)

    return figures


def _measure(of: Measure, title: Text, unit: Text, what: Text) -> Measure:
    return declare(
        Measure(
            name=f"nowcast_{of.name}",
            title=title,
            unit=unit,
            definition=Text(
                f"{what.en} of a month that the latest vintage knows, divided by their completeness: what is known so "
                "long after a month as a share of what will be known, for the newest months (delay_months, 24). It is "
                "told by all vintages of the source. The share reported at a delay is the product, over the greater "
                "delays, of the reverse-time hazards' complements, 1 − P(delay = x | delay ≤ x); it is divided by the "
                "share of what is known then that later vintages neither withdraw nor date to another month. late "
                "counts the events behind it that came after their month. provisional: less than provisional_share "
                "(0.95) is known. 95% interval: what is missing is negative-binomial with mean (r + 1)(1 − F)/F, r "
                "known and F reported, its variance with that of F and with the differences between months. What is "
                "never reported within delay_months is not counted.",
                f"{what.fr} du mois que connaît le dernier millésime, rapportés à leur complétude : ce qui est connu "
                "après un tel délai, en part de ce qui le sera, pour les derniers mois (delay_months, 24). Elle vient "
                "de tous les millésimes de la source. La part déclarée à un délai est le produit, sur les délais plus "
                "longs, des compléments des risques à rebours, 1 − P(délai = x | délai ≤ x) ; elle est divisée par la "
                "part de ce qui est alors connu que les millésimes suivants ne retirent pas ni ne datent d'un autre "
                "mois. late compte les événements connus après leur mois. provisional : moins de provisional_share "
                "(0,95) est connu. Intervalle à 95 % : ce qui manque suit une loi binomiale négative de moyenne "
                "(r + 1)(1 − F)/F, où r est connu et F déclaré, avec la variance de F et les écarts entre mois. Ce qui "
                "n'est jamais déclaré en delay_months mois n'est pas compté.",
            ),
            reference="Lawless 1994; Kalbfleisch & Lawless 1989",
            dimensions=(*STAY, "month"),
            default_by=("month",),
            counts=_counts(of),
            figures=_figures(of),
            extra=("reported", "completeness", "late", COLUMN),
            counted=("reported", "late"),
            of_other_cells=True,
        )
    )


NOWCAST_HIRES = _measure(
    HIRES,
    Text("Hires once all are reported", "Embauches, une fois toutes déclarées"),
    Text("hires", "embauches"),
    Text("Hires", "Embauches"),
)

NOWCAST_SEPARATIONS = _measure(
    SEPARATIONS,
    Text("Separations once all are reported", "Départs, une fois tous déclarés"),
    Text("separations", "départs"),
    Text("Separations", "Départs"),
)
