"""10 million people, from Parquet to every measure, beside the same work in DuckDB SQL; growth from 1 million."""

from __future__ import annotations

from benchmarks.child import Outcome, apart
from benchmarks.clock import told
from benchmarks.mercato_path import MEASURES, MEMORY
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Row, Section, at_most

PEOPLE = 10_000_000
SMALL = 1_000_000


def run(plan: Plan) -> Section:
    """Mercato and hand-written SQL, one after the other, each in its own process; then Mercato on a tenth."""
    people, small = plan.size(PEOPLE), plan.size(SMALL)
    folder, making = population(plan.data, people)
    kept = {side: plan.data / "figures" / side for side in ("mercato", "duckdb")}
    ours = apart("mercato_path:whole", folder=folder, keep=kept["mercato"])
    hand = apart("duckdb_path:whole", folder=folder, keep=kept["duckdb"])
    tenth = apart("mercato_path:whole", folder=population(plan.data, small)[0])
    cells = apart("agreement:unlike_cells", ours=kept["mercato"], theirs=kept["duckdb"], keys=_keys()).value
    return Section(
        "From positions to every measure", _rows(people, small, ours, hand, tenth), _notes(ours, hand, making, cells)
    )


def _keys() -> dict[str, list[str]]:
    return {name: by for name, (_, by) in MEASURES.items()}


def _rows(people: int, small: int, ours: Outcome, hand: Outcome, tenth: Outcome) -> tuple[Row, ...]:
    mine, by_hand, less = (sum(outcome.value["parts"].values()) for outcome in (ours, hand, tenth))
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


def _notes(ours: Outcome, hand: Outcome, making: float, cells: dict[str, dict[str, int]]) -> tuple[str, ...]:
    compared, unlike = (sum(table[word] for table in cells.values()) for word in ("compared", "unlike"))
    made = f"The population was simulated in {making:.0f} s." if making else "The population was there already."
    return (
        f"Mercato: {told(ours.value['parts'])}; {ours.value['moves']:,} moves; peak {ours.value['peak'] / 1e9:.2f} GB.",
        f"Hand-written SQL: {told(hand.value['parts'])}; peak {hand.value['peak'] / 1e9:.2f} GB.",
        f"Both have {MEMORY} for DuckDB and all threads, write spells in buckets of people, and give the same tables "
        f"with intervals, withheld cells and names: {compared:,} cells compared, {unlike:,} unlike by more than 1e-9.",
        made,
    )
