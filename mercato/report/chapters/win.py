"""Who wins people."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from mercato.report import rows as choose
from mercato.report.chapters.block import (
    Block,
    Chapter,
    View,
    add,
    block,
    missing,
    start,
)
from mercato.report.chapters.findings import chance_of, spread, stands
from mercato.report.chapters.keep import chosen, groups, ranking
from mercato.report.chapters.period import in_title, years
from mercato.report.charts import MOST, dot_rows, pairs_of
from mercato.report.charts import sankey as drawing
from mercato.report.language import Name
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, label_of, stated, word_of

YEARS_APART = 2
"""Years at most between the first years of two employers whose rates a sentence compares: few are of one alone."""
NAMES = [
    "flows_by_pair", "net_flow_by_employer", "flow_ratio_by_pair", "flow_rate_ratio_by_pair", "gravity_excess_by_pair",
    "flow_rank_by_employer",
]  # fmt: skip


def win(view: View) -> Chapter:
    chapter = start(view, "win")
    chapter.findings = [s for s in (_flow_finding(view), _net_finding(view), _rate_finding(view)) if s]
    add(chapter, _net(view))
    add(chapter, ranking(view, "net_flow_by_employer"))
    add(chapter, _matrix(view))
    add(chapter, _sankey(view))
    add(chapter, _ratios(view, "flow_rate_ratio_by_pair", "rate"))
    add(chapter, _ratios(view, "flow_ratio_by_pair", "ratio"))
    add(chapter, _network(view))
    add(chapter, ranking(view, "flow_rank_by_employer"))
    add(chapter, _gravity(view))
    missing(view, chapter, NAMES)
    return chapter


def _pair(view: View, row: Row) -> dict[str, str]:
    return {c: Name(word_of("origin", row[c], view.language)) for c in ("origin", "destination")}


def _compared(view: View, name: str) -> int:
    """How many employers a figure of pairs is among."""
    table = view.edition.figures[name].table
    return len({n for c in ("origin", "destination") for n in pc.unique(table[c]).to_pylist()})


def _flow_finding(view: View) -> str:
    """The largest flow counted, and how many others may be as large."""
    name, language = "flows_by_pair", view.language
    rows = view.rows(name, order="-estimate")
    if not rows or not choose.firm(rows[0], "count"):
        return ""
    first = rows[0]
    rivals = sum(r.get("high") is not None and r["high"] >= (first.get("low") or 0) for r in rows[1:])
    told = language.say(
        "win.flow_summary",
        moves=stated(first, "count", language, unit="moves"),
        employers=language.count(_compared(view, name)),
        span=years(view, name),
        **_pair(view, first),
    )
    return f"{told} {language.say('win.flow_rivals', count=rivals)}" if rivals else told


def _matrix(view: View) -> Block | None:
    name, language = "flows_by_pair", view.language
    rows = view.rows(name, order="-estimate", limit=1)
    if not rows:
        return None
    title = view.title(name)
    if choose.firm(rows[0], "count"):
        moves = language.count(rows[0]["estimate"])
        title = language.say("win.matrix", moves=moves, period=in_title(view, name), **_pair(view, rows[0]))
    among = language.say("win.among", count=_compared(view, name))
    return block(view, name, title, [among, language.say("win.matrix_note")])


def _sankey(view: View) -> Block | None:
    figure = view.figure("flows_by_pair")
    if figure is None:
        return None
    flows = drawing.chosen([r for r in pairs_of(figure) if r["status"] == "ok"])
    if len(flows) < 2:
        return None
    language = view.language
    moves = language.count(sum(r["estimate"] for r in flows))
    title = language.say("win.sankey", moves=moves, period=in_title(view, "flows_by_pair"))
    svg = drawing.stills(flows, view.look)
    return block(
        view, "flows_by_pair", title, [language.say("win.sankey_note")], rows=flows, svg=svg, anchor="flows-drawn"
    )


def _value(view: View, row: Row, kind: str) -> str:
    """A row with its interval and n, after its label."""
    language = view.language
    return language.say("behind.value", label=label_of(row, language), value=stated(row, kind, language))


def _sides(rows: list[Row], among: int = 1) -> tuple[list[Row], list[Row]]:
    """The rows whose interval lies above 0, and those below, widened where they are picked among several."""
    told = [r for r in rows if r.get("low") is not None and r.get("high") is not None]
    limits = [(r, choose.widened(r, among, "rate")) for r in told]
    return [r for r, (low, _) in limits if low > 0], [r for r, (_, high) in limits if high < 0]


def _net_ends(view: View) -> tuple[Row | None, Row | None]:
    """The employers with the highest gain and with the deepest loss that have enough people and are sure of it."""
    rows = [r for r in view.rows("net_flow_by_employer") if choose.firm(r, "rate")]
    gain, lose = _sides(rows, len(rows))
    top = max(gain, key=lambda r: (r["estimate"], r["n"]), default=None)
    return top, min(lose, key=lambda r: (r["estimate"], -r["n"]), default=None)


def _net_title(view: View, full: bool = False) -> str:
    top, bottom = _net_ends(view)
    name, language = "net_flow_by_employer", view.language
    if not any(choose.firm(r, "rate") for r in view.rows(name)):
        return spread(view, name, view.rows(name))
    said: dict[str, str] = {"span": years(view, "net_flow_by_employer")}
    for row, name, value in ((top, "top", "high"), (bottom, "bottom", "low")):
        if row is not None:
            number = amount(row["estimate"], "rate", language)
            brief_ = language.say("unit.per_100", value=number)
            said |= {name: row["employer"], value: stated(row, "rate", language, unit="per_100") if full else brief_}
    key = "gain_lose" if top and bottom else "gain" if top else "lose" if bottom else "none"
    return language.say(f"win.net.{key}", **said)


def _net_counts(view: View) -> str:
    rows, language = view.rows("net_flow_by_employer"), view.language
    gain, lose = (len(side) for side in _sides(rows))
    numbers = {"gain": gain, "lose": lose, "unsure": len(rows) - gain - lose, "all": len(rows)}
    told = language.say("win.net_counts", **{k: language.count(v) for k, v in numbers.items()})
    return _with_chance(view, told, len(rows))


def _with_chance(view: View, told: str, count: int) -> str:
    """The sentence on how many intervals lie beyond, with how many of so many would by chance alone."""
    by_chance = chance_of(count)
    everything = view.language.count(count)
    return f"{told} {view.language.say('win.chance', count=by_chance, all=everything)}" if by_chance else told


def _net_finding(view: View) -> str:
    rows = view.rows("net_flow_by_employer")
    if not any(choose.firm(r, "rate") for r in rows):
        return ""
    ends = [row for row in _net_ends(view) if row is not None]
    placed = [f"{one}." for one in stands(view, "net_flow_by_employer", ends)] or _net_rivals(view)
    told = [f"{_net_title(view, full=True)}.", *placed, _net_counts(view)]
    return " ".join(told)


def _net_rivals(view: View) -> list[str]:
    """How many employers may gain, or lose, as much as the one named."""
    rows = view.rows("net_flow_by_employer")
    said = []
    for row in _net_ends(view):
        if row is not None:
            count = sum(not choose.apart(row, r) for r in rows if r["employer"] != row["employer"])
            said += [view.language.say("win.net_rivals", count=count, name=row["employer"])] if count else []
    return said


def _net(view: View) -> Block | None:
    if view.figure("net_flow_by_employer") is None:
        return None
    named = [_value(view, row, "rate") for row in _net_ends(view) if row is not None]
    told = [f"{view.language.chain(named)}."] if named else []
    notes = [view.language.say("win.net_note"), _net_counts(view)]
    made = groups(view, "net_flow_by_employer", notes, overall="", told=told)
    return replace(made, title=_net_title(view)) if made else None


def strongest(rows: list[Row]) -> Row | None:
    """Of pairs told one way, the one with the highest lower bound, above 1 even when widened for all of them.

    A pair whose people never went back has a lower bound alone, which is not widened.
    """
    told = [r for r in rows if (r["n"] or 0) >= choose.FEWEST and r["low"] is not None]
    above = [r for r in told if r["low"] > 1 and (r["estimate"] is None or _sure(r, len(rows)))]
    return max(above, key=lambda r: (r["estimate"] is not None, r["low"], r["n"]), default=None)


def _sure(row: Row, among: int) -> bool:
    return row["high"] is not None and choose.widened(row, among, "ratio")[0] > 1


def _coeval(view: View, name: str, rows: list[Row]) -> list[Row]:
    """The pairs that a sentence on rates may name: two employers seen from about the same year."""
    if not name.startswith("flow_rate_ratio"):
        return rows
    first: dict[str, int] = {}
    figure = view.edition.figures.get("headcount_by_employer")
    for row in choose.listed(figure.table.select(["employer", "year"])) if figure else []:
        first[row["employer"]] = min(int(row["year"]), first.get(row["employer"], 9999))
    ends = [(row, first.get(row["origin"]), first.get(row["destination"])) for row in rows]
    return [row for row, a, b in ends if a is None or b is None or abs(a - b) <= YEARS_APART]


def _one_way(view: View, name: str) -> list[Row]:
    figure = view.figure(name)
    return choose.listed(choose.one_way(choose.select(figure.table))) if figure else []


def _ratio_title(view: View, name: str, key: str) -> str:
    language = view.language
    row = strongest(_coeval(view, name, _one_way(view, name)))
    if row is None:
        return language.say(f"win.{key}_plain", period=in_title(view, name))
    pair = _pair(view, row)
    if row["estimate"] is None:
        moves = row.get("moves", row["n"])
        return language.say("win.ratio_bound", count=moves, period=in_title(view, name), **pair)
    return language.say(f"win.{key}", value=language.ratio(row["estimate"]), period=in_title(view, name), **pair)


def _ratios(view: View, name: str, key: str) -> Block | None:
    figure = view.figure(name)
    if figure is None:
        return None
    language, every = view.language, _one_way(view, name)
    notes = [language.say(f"win.{key}_note"), language.say("block.line_at_one")]
    if key == "rate":
        notes.append(language.say("win.rate_coeval", count=YEARS_APART))
    if (row := strongest(_coeval(view, name, every))) is not None and row["estimate"] is not None:
        notes[:0] = [f"{_value(view, row, 'ratio')}.", *(f"{one}." for one in stands(view, name, [row]))]
    above = sum(r["low"] is not None and r["low"] > 1 for r in every)
    beyond = language.say("win.pairs", count=above, all=language.count(len(every)))
    notes.append(_with_chance(view, beyond, len(every)))
    if any(r["estimate"] is None for r in dot_rows(figure)):
        notes.append(language.say("block.lower_bound"))
    if len(every) > MOST:
        notes.append(chosen(language, len(every)))
    return block(view, name, _ratio_title(view, name, key), notes)


def _network(view: View) -> Block | None:
    """The ranks that the whole network of moves gives, and what a step of them means."""
    name, language = "flow_rank_by_employer", view.language
    figure = view.figure(name)
    if figure is None:
        return None
    rows = view.rows(name)
    firm = [r for r in rows if choose.firm(r, "score") and r.get("rank_low") is not None]
    top = min(firm, key=lambda r: (r["rank_low"], r["rank_high"], -r["estimate"]), default=None)
    title = view.title(name)
    if top is not None and top["rank_high"] < choose.placed(figure):
        title = language.say("win.network", stands=stands(view, name, [top])[0])
    notes = [language.say("win.network_note")]
    if rows[0].get("step_up") is not None:
        notes.append(language.say("win.step_up", share=language.percent(rows[0]["step_up"], 0)))
    # Who stands outside the largest part of the network cannot be compared with those in it.
    apart = sum(r.get("part") != min(r["part"] for r in rows) for r in rows)
    if apart:
        notes.append(language.say("win.network_apart", count=apart, all=language.count(len(rows))))
    return block(view, name, title, notes)


def _gravity(view: View) -> Block | None:
    """The pairs between which more people move than the sizes of the two would give."""
    name, language = "gravity_excess_by_pair", view.language
    if view.figure(name) is None:
        return None
    rows = [r for r in view.rows(name) if choose.firm(r, "ratio") and r["low"] is not None]
    sure = [r for r in rows if r["high"] is not None and choose.widened(r, len(rows), "ratio")[0] > 1]
    row = max(sure, key=lambda r: (r["low"], r["n"]), default=None)
    title, notes = language.say("win.gravity_plain", period=in_title(view, name)), []
    if row is not None:
        value = language.ratio(row["estimate"])
        title = language.say("win.gravity", value=value, period=in_title(view, name), **_pair(view, row))
        notes.append(f"{_value(view, row, 'ratio')}.")
    return block(view, name, title, [*notes, language.say("win.gravity_note"), language.say("win.gravity_line")])


def _rate_finding(view: View) -> str:
    for name, key in (("flow_rate_ratio_by_pair", "rate_summary"), ("flow_ratio_by_pair", "ratio_summary")):
        row = strongest([r for r in _coeval(view, name, _one_way(view, name)) if r["estimate"] is not None])
        if row is not None:
            language = view.language
            return language.say(
                f"win.{key}",
                value=language.ratio(row["estimate"]),
                interval=interval(row, "ratio", language),
                count=row["n"],
                span=years(view, name),
                **_pair(view, row),
            )
    return ""
