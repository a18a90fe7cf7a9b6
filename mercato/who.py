"""Which employer a name leads to in the data, what else leads there and why, and what was nearly joined to it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from mercato.errors import DataError
from mercato.identity.employers.lists import FIRST_DAY, LAST_DAY
from mercato.identity.folding import folded
from mercato.market import Progress, settings_of
from mercato.naming import Names, cut, pairs_as_rows, read_names, reason_in_words
from mercato.settings import Settings

MOST, NEAREST, LEAST_LIKE = 30, 5, 60
_SEVERAL = "one of several employers"


def say_who(
    name: str, inputs: Sequence[Path], settings: Settings, progress: Progress, form: str, every: bool, memory: str = ""
) -> str:
    """The employers of a name in the data, as text or JSON; at most MOST names as written each, unless ``every``.

    A name that no record has is resolved as if one had. Raises DataError, with the nearest names, where it leads
    nowhere.
    """
    held = read_names(inputs, settings_of(list(inputs), settings), progress, asked=name, memory=memory)
    told = who(name, held)
    if form == "json":
        return json.dumps(told, ensure_ascii=False, indent=1, default=str)
    return "\n".join(_lines(told, every))


def who(name: str, held: Names) -> dict[str, Any]:
    """What became of a name: whether the data hold it, why it is no employer, or its employers with all of theirs."""
    records = held.records()
    rows = held.employers.names.filter(pc.equal(held.employers.names["employer_name"], name)).to_pylist()
    ids = [row["employer_id"] for row in rows if row["employer_id"] is not None]
    stands = records.get(name, 0) > 0
    employers = [_employer(number, name, held, records) for number in ids]
    employers = [employer for employer in employers if employer["records"] or employer["among_several"]]
    if not stands and not employers:
        raise _unknown(name, rows, held, records)
    return {
        "name": name,
        "in_the_data": stands,
        "records": records.get(name, 0),
        "not_an_employer": rows[0]["reason"].removeprefix("not an employer: ") if not ids else None,
        "as_of": held.as_of.isoformat(),
        "employers": employers,
    }


def _employer(number: int, asked: str, held: Names, records: dict[str, int]) -> dict[str, Any]:
    told = held.employers.employers.slice(number, 1).to_pylist()[0]
    names = held.employers.names
    rows = [
        {
            "name": row["employer_name"],
            "records": records[row["employer_name"]],
            "score": row["score"],
            "reason": reason_in_words(row["reason"]),
            "layer": row["reason"],
        }
        for row in names.filter(pc.equal(names["employer_id"], number)).to_pylist()
        if records[row["employer_name"]] or row["employer_name"] == asked
    ]
    rows.sort(key=lambda row: (-row["records"], row["name"]))
    several = [row for row in rows if row["layer"] == _SEVERAL]
    alone = [row for row in rows if row["layer"] != _SEVERAL]
    pairs = held.employers.pairs
    either = pc.or_(pc.equal(pairs["left_id"], number), pc.equal(pairs["right_id"], number))
    near = pairs_as_rows(pairs.filter(either).to_pylist())
    return {
        "employer": told["employer"],
        "kind": told["kind"],
        "country": told["country"],
        "group": told["group"],
        "records": sum(row["records"] for row in alone),
        "owners": held.employers.ties.owned(number),
        "lists": _lists(number, held),
        "names": alone,
        "among_several": several,
        "joined_by_likeness": _of(near, "joined"),
        "nearly_joined": [pair for pair in _of(near, "review") if pair["left_id"] != pair["right_id"]],
        "kept_apart": _of(near, "apart"),
    }


def _of(pairs: list[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    found = [pair for pair in pairs if pair["outcome"] == outcome]
    return sorted(found, key=lambda pair: (-pair["probability"], -pair["left_records"], pair["left"]))


def _lists(number: int, held: Names) -> list[dict[str, str]]:
    lists = held.employers.lists
    rows = lists.filter(pc.equal(lists["employer_id"], number)).to_pylist()
    return [
        {
            "list": row["list"],
            "from": "" if row["from_date"] == FIRST_DAY else row["from_date"].isoformat(),
            "to": "" if row["to_date"] == LAST_DAY else row["to_date"].isoformat(),
        }
        for row in rows
    ]


def _unknown(name: str, rows: list[dict[str, Any]], held: Names, records: dict[str, int]) -> DataError:
    near = nearest(name, held, records)
    why = next((row["reason"] for row in rows if row["employer_id"] is None), "")
    return DataError(
        f"{cut(name)!r} is not among the {sum(1 for n in records.values() if n):,} names read, and leads to none of "
        "their employers" + (f"; it would be {why}" if why else ""),
        expected="a name as the records write it, or one that leads to the same employer",
        remedy=f"The nearest are: {'; '.join(map(cut, near))}" if near else "No name read is like it.",
    )


def nearest(name: str, held: Names, records: dict[str, int]) -> list[str]:
    """The names of employers that are most like a text; texts that are no employer's, as persons', are not told."""
    from rapidfuzz import fuzz, process

    table = held.employers.names
    employers = table.filter(pc.is_valid(table["employer_id"]))["employer_name"].to_pylist()
    known = {other: folded(other[:400]) for other in employers if records[other] and other != name}
    found = process.extract(folded(name[:400]), known, scorer=fuzz.WRatio, limit=NEAREST * 4, score_cutoff=LEAST_LIKE)
    ranked = sorted(found, key=lambda each: (-each[1], -records[each[2]], each[2]))
    return [other for _, _, other in ranked[:NEAREST]]


def _lines(told: dict[str, Any], every: bool) -> list[str]:
    name = cut(told["name"])
    if told["not_an_employer"]:
        return [f"“{name}” ({many(told['records'], 'record')}) is not an employer: {told['not_an_employer']}."]
    lines = []
    if not told["in_the_data"]:
        lines.append(f"No record has the name “{name}”. If one had, it would lead to this employer:")
    if len(told["employers"]) > 1:
        lines.append(f"“{name}” holds {len(told['employers'])} employers.")
    for employer in told["employers"]:
        lines += [*([""] if lines else []), *_said(employer, told["as_of"], every)]
    return lines


def _said(e: dict[str, Any], as_of: str, every: bool) -> list[str]:
    where = f", {e['country']}" if e["country"] else ""
    lines = [f"{cut(e['employer'])}: {e['kind']}{where}"]
    if e["group"] != e["employer"]:
        lines.append(f"  Its group on {as_of}: {cut(e['group'])}")
    lines += [f"  {_owned(owner)}" for owner in e["owners"]]
    lines += [f"  On the list {each['list']}{_when(each)}" for each in e["lists"]]
    shown = e["names"] if every else e["names"][:MOST]
    more = f"; the first {MOST} (--all shows every one)" if len(shown) < len(e["names"]) else ""
    leading = many(len(e["names"]), "name as written leads to it", "names as written lead to it")
    lines += ["", f"{leading}, with {many(e['records'], 'record')}{more}:"]
    lines += _table(shown)
    several = e["among_several"] if every else e["among_several"][:MOST]
    if several:
        lines += [
            "",
            f"{many(len(e['among_several']), 'name holds it', 'names hold it')} among several employers:",
            *_table(several),
        ]
    for title, key in (
        ("Nearly joined; `mercato review` lets you decide:", "nearly_joined"),
        ("Joined because the names are much alike:", "joined_by_likeness"),
        ("Kept apart by a list:", "kept_apart"),
    ):
        if e[key]:
            lines += ["", title]
            pairs = e[key] if every else e[key][:MOST]
            lines += [line for pair in pairs for line in said_of_pair(pair)]
    return lines


def many(number: int, one: str, more: str = "") -> str:
    """A number with what it counts, in the singular or the plural."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _owned(owner: dict[str, Any]) -> str:
    above = f", whose group is {cut(owner['ultimate'])}" if owner["ultimate"] != owner["owner"] else ""
    how = {"division": "A part", "merger": "Merged; a part"}.get(owner["event"], "Owned")
    of = "of" if how != "Owned" else "by"
    return f"{how} {of} {cut(owner['owner'])}{_when(owner)}{above}"


def _when(facts: dict[str, Any]) -> str:
    since = f" from {facts['from']}" if facts["from"] else ""
    return since + (f" until {facts['to']}" if facts["to"] else "")


def _table(rows: list[dict[str, Any]]) -> list[str]:
    return [
        f"{'records':>10}  score  name  (why)",
        *(
            f"{row['records']:>10,}   {row['score']:.2f}  {cut(row['name'])}  ({cut(row['reason'], 90)})"
            for row in rows
        ),
    ]


def said_of_pair(pair: dict[str, Any]) -> list[str]:
    """Two lines on a pair of names: the names with their records and the probability, and the evidence."""
    left, right = (f"“{cut(pair[side])}” ({many(pair[f'{side}_records'], 'record')})" for side in ("left", "right"))
    return [f"  {pair['probability']:.0%}  {left} and {right}", f"       {pair['evidence']}"]
