"""10 million people, from Parquet to every measure, beside the same work in DuckDB SQL; growth from 1 million."""

from __future__ import annotations

from benchmarks.child import Outcome, apart
from benchmarks.clock import told
from benchmarks.mercato_path import MEASURES
from benchmarks.plan import Plan, counted
from benchmarks.populations import foreign, population
from benchmarks.row import Row, Section, at_most, same

PEOPLE = 10_000_000
SMALL = 1_000_000


def run(plan: Plan) -> Section:
    """Mercato and hand-written SQL, one after the other, each in its own process; then Mercato on a tenth."""
    people, small = plan.size(PEOPLE), plan.size(SMALL)
    folder, making = population(plan.data, people)
    with plan.folder() as kept:
        ours = apart("mercato_path:whole", folder=folder, keep=kept / "mercato")
        hand = apart("duckdb_path:whole", folder=folder, keep=kept / "duckdb")
        cells = apart("agreement:unlike_cells", ours=kept / "mercato", theirs=kept / "duckdb", keys=_keys()).value
    tenth = apart("mercato_path:whole", folder=population(plan.data, small)[0])
    other = apart("mercato_path:whole", folder=foreign(plan.data, people))
    rows = (
        *_rows(people, small, ours, hand, tenth),
        _foreign_row(people, other),
        same("the tables of both", sum(table["unlike"] for table in cells.values())),
    )
    return Section("From positions to every measure", rows, _notes(ours, hand, other, making, cells))


def _keys() -> dict[str, list[str]]:
    return {name: by for name, (_, by) in MEASURES.items()}


def _foreign_row(people: int, other: Outcome) -> Row:
    """The first row again on a file that Mercato did not write; beside the figures to reach, so without a verdict."""
    seconds = _seconds(other)
    what = f"{counted(people)} people as above, from Parquet that Mercato did not write: every record judged"
    return Row(what, "", f"{seconds:.1f} s, {other.value['peak'] / 1e9:.2f} GB", seconds / 45, None)


def _seconds(outcome: Outcome) -> float:
    return float(sum(outcome.value["parts"].values()))


def _rows(people: int, small: int, ours: Outcome, hand: Outcome, tenth: Outcome) -> tuple[Row, ...]:
    mine, by_hand, less = (_seconds(outcome) for outcome in (ours, hand, tenth))
    label, peak = counted(people), ours.value["peak"] / 1e9
    work = f"{label} people to spells, moves, retention, flows, headcount, hires, separations, origins"
    return (
        at_most(work, 45, mine, "s"),
        at_most(f"{label} people: peak memory", 5, peak, "GB"),
        at_most("against the same work in hand-written DuckDB SQL", 1.5, mine / by_hand, "× its time",
            f"{mine:.1f} s against {by_hand:.1f} s: {mine / by_hand:.2f} ×"),
        at_most(f"growth from {counted(small)} to {label} people", 11, mine / less, "× the time",
            f"{less:.1f} s to {mine:.1f} s: {mine / less:.1f} ×"),
    )  # fmt: skip


def _notes(
    ours: Outcome, hand: Outcome, other: Outcome, making: float, cells: dict[str, dict[str, int]]
) -> tuple[str, ...]:
    compared = sum(table["compared"] for table in cells.values())
    made = f"The population was simulated in {making:.0f} s." if making else "The population was there already."
    return (
        f"Mercato: {told(ours.value['parts'])}; {ours.value['moves']:,} moves; peak {ours.value['peak'] / 1e9:.2f} GB.",
        f"Hand-written SQL: {told(hand.value['parts'])}; peak {hand.value['peak'] / 1e9:.2f} GB.",
        f"Both have {hand.value['memory']} for DuckDB and all threads, write spells in buckets of people, and give the "
        f"same tables with intervals, withheld cells and names: all {compared:,} cells are compared. "
        "Both trust the records: the simulator's file bears Mercato's mark, and such a file is read in place.",
        f"From Parquet without the mark: {told(other.value['parts'])}.",
        made,
    )
