"""``python -m benchmarks``: each figure to reach, measured here; exit code 1 where one is not reached."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import commands, files, page, peers, ten_million, truth
from benchmarks.plan import Plan
from benchmarks.row import Row, Section

BENCHMARKS: dict[str, Callable[[Plan], Section]] = {
    "correctness": truth.correctness,
    "planted": truth.planted,
    "ten_million": ten_million.run,
    "lifelines": peers.lifelines,
    "polars": peers.polars,
    "csv": files.csv,
    "orcid": files.orcid,
    "commands": commands.run,
}
_QUICK = 1 / 50


def main() -> int:
    """Run the benchmarks that are asked for, print a row as soon as it is known."""
    told = _arguments()
    plan = Plan(told.data.resolve(), _QUICK if told.quick else 1.0, told.verbose)
    print(page.machine(), page.heads(), sep="\n")
    sections = []
    for name in told.only or BENCHMARKS:
        section = _measured(name, plan)
        sections.append(section)
        print(
            *(page.line(row) for row in section.rows), *(f"    {note}" for note in section.notes), sep="\n", flush=True
        )
    if told.write:
        print(page.write_page(sections, "python -m benchmarks --write"))
    return int(any(row.ok is False for section in sections for row in section.rows))


def _measured(name: str, plan: Plan) -> Section:
    """The rows of a benchmark; one that fails is a row that is not reached, and the others go on."""
    try:
        return BENCHMARKS[name](plan)
    except Exception as error:
        return Section(name, (Row(name, "", "failed", None, False),), (str(error).strip().splitlines()[-1],))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), metavar="NAME",
        help="one of " + ", ".join(BENCHMARKS) + "; may be given again")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the sizes: to try it, not to judge by")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/performance.md")
    parser.add_argument("--verbose", action="store_true", help="list the planted figures outside their interval")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "mercato-bench",
        help="where populations are kept [default: %(default)s]")  # fmt: skip
    told = parser.parse_args()
    if told.write and (told.quick or told.only):
        parser.error("--write keeps the whole table at full size: leave out --quick and --only")
    return told


if __name__ == "__main__":
    sys.exit(main())
