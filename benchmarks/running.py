"""The loop that runs benchmarks, prints each row as soon as it is known, and keeps the page."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import page
from benchmarks.plan import Plan
from benchmarks.row import Row, Section

QUICK = 1 / 50

Benchmarks = Mapping[str, Callable[[Plan], Section]]


def run(command: str, description: str, benchmarks: Benchmarks, kept: page.Page) -> int:
    """Run the benchmarks that the command line asks for; 1 where one is not reached, else 0."""
    told = _arguments(command, description, benchmarks, kept)
    plan = Plan(told.data.resolve(), QUICK if told.quick else 1.0, told.verbose)
    print(page.machine(), page.heads(), sep="\n")
    sections = []
    for name in told.only or benchmarks:
        section = _measured(name, benchmarks[name], plan)
        sections.append(section)
        print(
            *(page.line(row) for row in section.rows), *(f"    {note}" for note in section.notes), sep="\n", flush=True
        )
    if told.write:
        print(page.write_page(sections, f"{command} --write", kept))
    return int(any(row.ok is False for section in sections for row in section.rows))


def _measured(name: str, benchmark: Callable[[Plan], Section], plan: Plan) -> Section:
    """The rows of a benchmark; one that fails is a row that is not reached, and the others go on."""
    try:
        return benchmark(plan)
    except Exception as error:
        said = str(error).strip() or type(error).__name__
        return Section(name, (Row(name, "", "failed", None, False),), (said.splitlines()[-1],))


def _arguments(command: str, description: str, benchmarks: Benchmarks, kept: page.Page) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=command, description=description)
    parser.add_argument("--only", action="append", choices=list(benchmarks), metavar="NAME",
        help="one of " + ", ".join(benchmarks) + "; may be given again")  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the sizes: to try it, not to judge by")
    parser.add_argument("--write", action="store_true", help=f"keep what was measured in docs/{kept.file.name}")
    parser.add_argument("--verbose", action="store_true", help="list what was got wrong")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "mercato-bench",
        help="where populations are kept [default: %(default)s]")  # fmt: skip
    told = parser.parse_args()
    if told.write and told.quick:
        parser.error("--write keeps what was measured at full size: leave out --quick")
    return told
