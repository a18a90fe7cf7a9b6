"""Exports of personnel systems, one row per person: who was hired again, who is still there, what is left unused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from mercato.sources import tables
from mercato.sources.columns import normal
from mercato.sources.columnwords import HIRED
from mercato.sources.staging import SqlEngine, Stage


def prepare(engine: SqlEngine, stage: Stage) -> None:
    """Settle what a table of stays needs to know of all its rows, and note what was counted on the way.

    People without an end were there on the day of the export; where no column tells it, on the latest day in the file.
    Stays that ended before their person was hired again are records of their own, numbered after the last row.
    """
    staged = stage.staged
    if staged.roles.open_until_latest:
        stage.staged = replace(staged, latest=_latest(engine, stage))
        if stage.staged.latest:
            stage.notes.append(
                "no column tells the day of the export: who has no date of leaving was there on "
                f"{stage.staged.latest}, the latest day in the file"
            )
    if "rehired" in staged.columns:
        stage.earlier = _count(engine, stage, tables.has_earlier(staged))
        if stage.earlier:
            stage.notes.append(
                f"{stage.earlier:,} rows tell two stays, one before and one after a rehire: both are read"
            )
    stage.notes += _unused(engine, stage)


def with_earlier(stage: Stage, judged: str, source_id: int) -> str:
    """Judged records with the stays before a rehire added."""
    if not stage.earlier:
        return judged
    stage.beyond = stage.rows + len(stage.broken)
    after = replace(stage.staged, record=f"({stage.staged.record} + {stage.beyond})")
    stage.rows += stage.earlier
    return f"{judged} UNION ALL {tables.judged_positions(after, source_id, earlier=True)}"


def _latest(engine: SqlEngine, stage: Stage) -> str:
    """The latest day of a start or an end that is not to come; days to come are plans."""
    staged = stage.staged
    days = [tables.date_of(staged, role)[0] for role in ("start", "end", "rehired", "last_worked")]
    today = f"DATE '{dt.date.today()}'"
    shown = ", ".join(f"max({day}) FILTER (WHERE {day} <= {today})" for day in days)
    found = engine.sql(f"SELECT CAST(greatest({shown}) AS VARCHAR) AS last FROM {staged.name} s{tables.joins(staged)}")
    return str(found["last"][0].as_py() or "")


def _unused(engine: SqlEngine, stage: Stage) -> list[str]:
    """Sentences on the reasons of leaving and the first hires that no table has a place for."""
    columns, roles = stage.staged.columns, stage.staged.roles.columns
    notes = []
    if "reason" in columns and _is_personnel(roles):
        count = _count(engine, stage, "s.of_reason IS NOT NULL")
        notes.append(f"reasons of leaving are not used: {count:,} rows state one in {roles['reason']!r}")
    if "first_start" in columns:
        differs = "CAST(s.of_first_start AS VARCHAR) <> CAST(s.of_start AS VARCHAR)"
        if count := _count(engine, stage, differs):
            notes.append(
                f"{count:,} rows state an earlier first hire in {roles['first_start']!r}: the stay that it began has "
                "no end, and only the last is read"
            )
    return notes


def _is_personnel(roles: dict[str, str]) -> bool:
    return bool(HIRED.search(normal(roles.get("start", "")))) or "rehired" in roles


def _count(engine: SqlEngine, stage: Stage, condition: str) -> int:
    staged = stage.staged
    query = f"SELECT count(*) AS n FROM {staged.name} s{tables.joins(staged)} WHERE {condition}"
    return int(engine.sql(query)["n"][0].as_py())
