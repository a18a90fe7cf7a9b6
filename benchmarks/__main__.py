"""``python -m benchmarks``: each figure to reach, measured here; exit code 1 where one is not reached."""

from __future__ import annotations

import sys

from benchmarks import (
    commands,
    exports,
    files,
    leaving,
    names,
    nested,
    page,
    peers,
    people_speed,
    ten_million,
    title_speed,
    truth,
    weighting,
)
from benchmarks.running import Benchmarks, run

BENCHMARKS: Benchmarks = {
    "correctness": truth.correctness,
    "planted": truth.planted,
    "ten_million": ten_million.run,
    "destinations": leaving.run,
    "lifelines": peers.lifelines,
    "polars": peers.polars,
    "csv": files.csv,
    "orcid": files.orcid,
    "exports": exports.run,
    "json": nested.json,
    "commands": commands.run,
    "people": people_speed.people,
    "names": names.names,
    "titles": title_speed.titles,
    "weights": weighting.run,
}


if __name__ == "__main__":
    sys.exit(run("python -m benchmarks", __doc__ or "", BENCHMARKS, page.PERFORMANCE))
