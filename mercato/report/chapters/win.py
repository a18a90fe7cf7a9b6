"""Who wins people."""

from __future__ import annotations

from dataclasses import replace

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
from mercato.report.chapters.keep import chosen, groups
from mercato.report.charts import MOST, dot_rows, pairs_of
from mercato.report.charts import sankey as drawing
from mercato.report.language import Name
from mercato.report.rows import Row
from mercato.report.wording import amount, interval, word_of

NAMES = ["flows_by_pair", "net_flow_by_employer", "flow_ratio_by_pair", "flow_rate_ratio_by_pair"]


def win(view: View) -> Chapter:
    chapter = start(view, "win")
    chapter.findings = [s for s in (_flow_finding(view), _net_finding(view), _rate_finding(view)) if s]
    add(chapter, _net(view))
    add(chapter, _matrix(view))
    add(chapter, _sankey(view))
    add(chapter, _ratios(view, "flow_rate_ratio_by_pair", "rate"))
    add(chapter, _ratios(view, "flow_ratio_by_pair", "ratio"))
    missing(view, chapter, NAMES)
    return chapter


def _pair(view: View, row: Row) -> dict[str, str]:
    return {c: Name(word_of("origin", row[c], view.language)) for c in ("origin", "destination")}


def _flow_finding(view: View) -> str:
    rows = view.rows("flows_by_pair", order="-estimate", limit=1)
    if not rows:
        return ""
    return view.language.say("win.flow_summary", moves=view.language.count(rows[0]["estimate"]), **_pair(view, rows[0]))


def _matrix(view: View) -> Block | None:
    rows = view.rows("flows_by_pair", order="-estimate", limit=1)
    if not rows:
        return None
    language = view.language
    title = language.say("win.matrix", moves=language.count(rows[0]["estimate"]), **_pair(view, rows[0]))
    return block(view, "flows_by_pair", title, [language.say("win.matrix_note")])


def _sankey(view: View) -> Block | None:
    figure = view.figure("flows_by_pair")
    if figure is None:
        return None
    flows = drawing.chosen([r for r in pairs_of(figure) if r["status"] == "ok"])
    if len(flows) < 2:
        return None
    language = view.language
    title = language.say("win.sankey", moves=language.count(sum(r["estimate"] for r in flows)))
    svg = drawing.sankey(flows, view.look)
    return block(
        view, "flows_by_pair", title, [language.say("win.sankey_note")], rows=flows, svg=svg, anchor="flows-drawn"
    )


def _sides(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    told = [r for r in rows if r.get("low") is not None and r.get("high") is not None]
    return [r for r in told if r["low"] > 0], [r for r in told if r["high"] < 0]


def _net_title(view: View, rows: list[Row]) -> str:
    gain, lose = _sides(rows)
    language = view.language
    said: dict[str, str] = {}
    if gain:
        top = max(gain, key=lambda r: r["estimate"])
        said |= {"top": top["employer"], "high": amount(top["estimate"], "rate", language)}
    if lose:
        bottom = min(lose, key=lambda r: r["estimate"])
        said |= {"bottom": bottom["employer"], "low": amount(bottom["estimate"], "rate", language)}
    key = "gain_lose" if gain and lose else "gain" if gain else "lose" if lose else "none"
    return language.say(f"win.net.{key}", **said)


def _net_counts(view: View, rows: list[Row]) -> str:
    gain, lose = (len(side) for side in _sides(rows))
    numbers = {"gain": gain, "lose": lose, "unsure": len(rows) - gain - lose, "all": len(rows)}
    return view.language.say("win.net_counts", **{k: view.language.count(v) for k, v in numbers.items()})


def _net_finding(view: View) -> str:
    figure = view.figure("net_flow_by_employer")
    if figure is None:
        return ""
    rows = dot_rows(figure)
    return f"{_net_title(view, rows)}. {_net_counts(view, rows)}"


def _net(view: View) -> Block | None:
    figure = view.figure("net_flow_by_employer")
    if figure is None:
        return None
    rows = dot_rows(figure)
    notes = [view.language.say("win.net_note"), _net_counts(view, rows)]
    made = groups(view, "net_flow_by_employer", notes, overall="")
    return replace(made, title=_net_title(view, rows)) if made else None


def strongest(rows: list[Row]) -> Row | None:
    """The pair whose ratio is above 1 beyond its interval, the one with the highest lower bound."""
    above = [r for r in rows if r["low"] is not None and r["low"] > 1]
    return max(above, key=lambda r: (r["low"], r["n"] or 0), default=None)


def _ratio_title(view: View, rows: list[Row], key: str) -> str:
    language = view.language
    row = strongest([r for r in rows if r["estimate"] is not None]) or strongest(rows)
    if row is None:
        return language.say(f"win.{key}_plain")
    pair = _pair(view, row)
    if row["estimate"] is None:
        return language.say("win.ratio_bound", moves=language.count(row.get("moves", row["n"])), **pair)
    return language.say(f"win.{key}", value=language.ratio(row["estimate"]), **pair)


def _ratios(view: View, name: str, key: str) -> Block | None:
    figure = view.figure(name)
    if figure is None:
        return None
    rows = dot_rows(figure)
    language = view.language
    notes = [language.say(f"win.{key}_note"), language.say("block.line_at_one")]
    if any(r["estimate"] is None for r in rows):
        notes.append(language.say("block.lower_bound"))
    shown = choose.one_way(choose.select(figure.table)).num_rows
    if shown > MOST:
        notes.append(chosen(language, shown))
    return block(view, name, _ratio_title(view, rows, key), notes)


def _rate_finding(view: View) -> str:
    for name, key in (("flow_rate_ratio_by_pair", "rate_summary"), ("flow_ratio_by_pair", "ratio_summary")):
        figure = view.figure(name)
        row = strongest([r for r in dot_rows(figure) if r["estimate"] is not None]) if figure else None
        if row is not None:
            language = view.language
            value = language.say(
                "number.stated", value=language.ratio(row["estimate"]), interval=interval(row, "ratio", language)
            )
            return language.say(f"win.{key}", value=value, **_pair(view, row))
    return ""
