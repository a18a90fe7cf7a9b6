"""Pairs of names that may be one employer: listed, decided by the user, and remembered in the user's aliases."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from mercato.checking import refuse_to_lose, write_list
from mercato.errors import DataError, SettingsError
from mercato.identity.employers.decisions import added, decisions_of, known_aliases, read_decided, remember
from mercato.identity.employers.lists import Alias
from mercato.market import Progress, settings_of
from mercato.naming import Names, pairs_as_rows, read_names
from mercato.settings import Settings
from mercato.who import many, said_of_pair

COLUMNS = ("left", "right", "left_records", "right_records", "probability", "evidence", "decision")
ALIASES = "aliases.csv"
_ANSWERS = {"s": "same", "a": "apart", "k": "", "q": "quit"}


def aliases_file(inputs: Sequence[Path], given: Path | None, settings: Settings, settings_file: Path | None) -> Path:
    """Where decisions are remembered.

    The file given, else that of the settings, else ``aliases.csv`` beside the ``mercato.toml`` of the settings or of an
    input, else in the current folder. Raises SettingsError for a list that is no CSV.
    """
    told = given or settings_of(list(inputs), settings).aliases
    folders = [path for path in inputs if path.is_dir() and (path / "mercato.toml").is_file()]
    beside = settings_file.parent if settings_file else folders[-1] if folders else Path()
    file = told or beside / ALIASES
    if file.suffix.lower() == ".toml" or file.is_dir() or not file.parent.is_dir():
        raise SettingsError(
            f"decisions cannot be added to {file}",
            where="--aliases",
            expected="a CSV file name,alias,decision, which is made where it is absent",
            remedy="Name one with --aliases.",
        )
    return file


def pairs_to_decide(held: Names) -> list[dict[str, Any]]:
    """The pairs between the two thresholds, those first where most records are likely to be at stake.

    That is the records of the rarer name times the probability that it is the other employer.
    """
    pairs = held.employers.pairs
    open_ = pc.and_(pc.equal(pairs["outcome"], "review"), pc.not_equal(pairs["left_id"], pairs["right_id"]))
    rows = pairs_as_rows(pairs.filter(open_).to_pylist())
    return sorted(rows, key=lambda row: (-row["probability"] * row["left_records"], row["left"], row["right"]))


def read_pairs(
    inputs: Sequence[Path], settings: Settings, progress: Progress, aliases: Path, memory: str = ""
) -> list[dict[str, Any]]:
    """The pairs of names in files and folders that are the user's to decide, after what is remembered already."""
    chosen = replace(settings_of(list(inputs), settings), aliases=aliases if known_aliases(aliases) else None)
    return pairs_to_decide(read_names([*inputs], chosen, progress, memory=memory))


def write_pairs(pairs: Sequence[dict[str, Any]], file: Path) -> str:
    """Write the pairs to a CSV whose column of decisions is blank; a sentence on it.

    Raises DataError where it would replace a file that is no such list, or one in which something is decided.
    """
    refuse(file)
    rows = [{**pair, "probability": round(pair["probability"], 3), "decision": ""} for pair in pairs]
    write_list(file, COLUMNS, rows)
    listed = f"{many(len(pairs), 'pair is', 'pairs are')} listed in {file}"
    return f"{listed}; write same or apart beside them, and give it back with --in"


def refuse(file: Path) -> None:
    """Raise DataError, before the work begins, where the list of pairs would replace anything else, or decisions."""
    refuse_to_lose(file, COLUMNS, "--out", "pairs of names")
    if file.exists() and _holds_decisions(file):
        raise DataError(
            "holds decisions", where=str(file), remedy="Give it back with --in first, or name another file with --out."
        )


def _holds_decisions(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        return any((row.get("decision") or "").strip() for row in csv.DictReader(stream))


def take_back(file: Path, aliases: Path) -> str:
    """Remember the decisions of a list of pairs; a sentence on them.

    Raises DataError with the lines of every decision that is none, and of every one that contradicts another.
    """
    told = read_decided(file)
    new = added(known_aliases(aliases), told, aliases)
    if new:
        remember(aliases, new)
    apart = sum(alias.apart for alias in told)
    return f"{len(told) - apart:,} same, {apart:,} apart: {len(new):,} new decisions are remembered in {aliases}" + (
        f", {len(told) - len(new):,} were known" if len(told) > len(new) else ""
    )


def on_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(
    pairs: Sequence[dict[str, Any]], aliases: Path, say: Callable[[str], None], answer: Callable[[str], str]
) -> str:
    """Ask pair by pair, writing each decision at once; a sentence on what was decided."""
    known, made = known_aliases(aliases), 0
    for number, pair in enumerate(pairs, 1):
        if decisions_of(known, aliases).decided(pair["left"], pair["right"]):
            continue
        say("\n".join(["", f"{number:,} of {len(pairs):,}", *said_of_pair(pair)]))
        decision = _answered(answer)
        if decision == "quit":
            break
        if not decision:
            continue
        told = Alias("this decision", pair["right"], pair["left"], decision == "apart")
        try:
            new = added(known, [told], aliases)
        except DataError as error:
            say(f"Not remembered: {error}")
            continue
        remember(aliases, new)
        known, made = known_aliases(aliases), made + 1
    return f"{many(made, 'decision is', 'decisions are')} remembered in {aliases}"


def _answered(answer: Callable[[str], str]) -> str:
    """The answer to one pair: same, apart, quit, or nothing where it is left for later."""
    while True:
        given = answer("One employer? s same, a apart, k skip, q quit").strip().casefold()[:1]
        if given in _ANSWERS:
            return _ANSWERS[given]


def list_pairs(pairs: Sequence[dict[str, Any]]) -> str:
    """The pairs as text, those of most consequence first."""
    if not pairs:
        return "No pair of names is left to decide."
    head = f"{many(len(pairs), 'pair', 'pairs')} of names to decide, by records of the rarer name × probability:"
    return "\n".join([head, *(line for pair in pairs for line in said_of_pair(pair))])
