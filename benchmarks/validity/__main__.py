"""``python -m benchmarks.validity``: whether the figures hold what they promise; exit code 1 where one does not."""

from __future__ import annotations

import sys

from benchmarks import page
from benchmarks.running import Benchmarks, run
from benchmarks.validity import comparing, coverage, defects, destinations, ranking, sighted, weights, withheld

VALIDITY: Benchmarks = {
    "coverage": coverage.coverage,
    "defects": defects.defects,
    "sighted": sighted.sighted,
    "comparing": comparing.comparing,
    "ranking": ranking.ranking,
    "weights": weights.weights,
    "withheld": withheld.withheld,
    "destinations": destinations.destinations,
}


if __name__ == "__main__":
    sys.exit(run("python -m benchmarks.validity", __doc__ or "", VALIDITY, page.VALIDITY))
