"""Pandas with lifelines, and hand-written Polars, beside Mercato."""

from __future__ import annotations

from benchmarks.child import apart
from benchmarks.plan import Plan, counted
from benchmarks.populations import population
from benchmarks.row import Section, at_least, at_most, same

SAMPLE, SEED = 200, 7


def lifelines(plan: Plan) -> Section:
    """Retention of all employers × cohorts on 1 million people, both from spells."""
    people = plan.size(1_000_000)
    folder = population(plan.data, people)[0]
    with plan.folder() as kept:
        ours = apart("retention_peer:ours", folder=folder, keep=kept).value
        peer = apart("retention_peer:theirs", folder=kept, sample=SAMPLE, seed=SEED).value
    whole = peer["grouping"] + peer["fitting"] / peer["sample"] * peer["groups"]
    times = whole / ours["seconds"]
    row = at_least(
        f"retention of all employers × cohorts, {counted(people)} people, against pandas + lifelines", 500, times,
        "× faster", f"{ours['seconds']:.2f} s against {whole:,.0f} s: {times:,.0f} ×",
    )  # fmt: skip
    note = (
        f"Both start from spells. lifelines fitted {peer['sample']} of {peer['groups']:,} groups, drawn at random "
        f"(seed {SEED}; {peer['people']:,} stays), in {peer['fitting']:.2f} s, and is extrapolated to all of them; "
        f"pandas grouped all stays in {peer['grouping']:.2f} s. Of the fitted groups {peer['shares']} shares and "
        f"{peer['intervals']} intervals are compared: the others have nobody under observation after two years, or a "
        "share of 0 or 1, for which lifelines has no interval."
    )
    rows = (row, same("retention of the sampled groups", peer["unlike"]))
    return Section("Against pandas + lifelines", rows, (note,))


def polars(plan: Plan) -> Section:
    """Flows by pair and year and tenure counts by employer and cohort on 10 million people."""
    people = plan.size(10_000_000)
    folder = population(plan.data, people)[0]
    with plan.folder() as kept:
        ours = apart("mercato_path:tables", folder=folder, keep=kept / "mercato")
        peer = apart("polars_path:tables", folder=folder, keep=kept / "polars")
        unlike = apart("agreement:unlike_counts", ours=kept / "mercato", theirs=kept / "polars").value
    mine, theirs = ours.value["seconds"], peer.value["seconds"]
    held, held_there = ours.value["peak"] / 1e9, peer.value["peak"] / 1e9
    what = f"flows and tenure counts, {counted(people)} people, against hand-written Polars"
    rows = (
        at_most(
            f"{what}: time",
            1,
            mine / theirs,
            "× its time",
            f"{mine:.1f} s against {theirs:.1f} s: {mine / theirs:.2f} ×",
        ),
        at_most(
            f"{what}: peak memory", 1, held / held_there, "× its memory", f"{held:.2f} GB against {held_there:.2f} GB"
        ),
        same("flows and tenure counts of both", unlike),
    )
    note = (
        "Polars reads the Parquet lazily with its streaming engine, puts dates, overlaps, returns and open ends in "
        "order as Mercato does, and takes names as they are; Mercato also resolves names and titles and writes its "
        "spells. Both trust the records, since the file bears Mercato's mark. Counts are compared as sorted lists of "
        "each year (flows) or cohort and month (tenures)."
    )
    return Section("Against hand-written Polars", rows, (note,))
