"""``python -m benchmarks.accuracy``: how often identity is right; exit code 1 where a figure is not reached.

The real data lie beside the project (``../shared/data``); a part whose data are absent says so and gives no verdict.
"""

from __future__ import annotations

import sys

from benchmarks import page
from benchmarks.accuracy import employers, not_employers, people, titles
from benchmarks.running import Benchmarks, run

ACCURACY: Benchmarks = {
    "employers": employers.run,
    "not_employers": not_employers.measure,
    "people": people.run,
    "titles": titles.titles,
}


if __name__ == "__main__":
    sys.exit(run("python -m benchmarks.accuracy", __doc__ or "", ACCURACY, page.ACCURACY))
