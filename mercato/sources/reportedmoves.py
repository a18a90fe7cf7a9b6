"""Reported moves: a person, an employer left, an employer joined and a date, as the press or somebody tells them.

They are unverified and chosen by what is worth a report, so that they begin and end no stay: they make a table of their
own. Files of this kind mix several names for one fact, record by record; each fact is taken from the first of its
columns that says something.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from mercato.sources import tables
from mercato.sources.columns import Roles, normal
from mercato.sources.columnwords import ROLES
from mercato.sources.dates import parse_date
from mercato.sources.formats import Format
from mercato.sources.relations import quoted
from mercato.sources.staging import SqlEngine, Stage
from mercato.sources.tablefiles import TableFile, may_be_table
from mercato.tables import REPORTED_MOVES

LAYOUT = "reported_moves"
NAMES: dict[str, tuple[str, ...]] = {
    "person_name": (*ROLES["person_name"], "person", "personne", "researcher", "employee", "people"),
    "origin": (
        "from_company", "from_employer", "from_organization", "from_org", "from", "origin", "origin_company",
        "origin_name", "old_employer", "old_company", "previous_employer", "previous_company", "source_company", "left",
        "leaves", "de", "ancien_employeur", "employeur_quitte", "entreprise_de_depart", "origine",
    ),
    "employer": (
        "to_company", "to_employer", "to_organization", "to_org", "to", "destination", "destination_company",
        "destination_name", "new_employer", "new_company", "next_employer", "next_company", "hired_by", "joins", "vers",
        "nouvel_employeur", "entreprise_d_arrivee",
    ),
    "seen_on": (
        "date_event", "event_date", "moved_on", "move_date", "date_of_move", "date_moved", "effective_date", "date",
        "month", "year", "date_du_mouvement", "date_mouvement", "mois", "annee",
    ),
    "verified_on": (
        "date_discovered", "discovered_on", "discovered_at", "reported_on", "date_reported", "report_date",
        "published_on", "publication_date", "date_published", "date_publication", "announced_on",
        "date_announced", "date_added",
    ),
    "title": ("role", "new_role", "new_title", *ROLES["title"]),
    "place": ROLES["place"],
    "report": (
        "source_url", "report_url", "source_link", "url", "link", "source", "source_name", "report", "article",
        "reference", "lien",
    ),
}  # fmt: skip
"""What each fact of a report is called, the plainest name first."""

NOBODY = (
    "", "-", "—", "?", "n/a", "na", "none", "null", "nan", "unknown", "unclear", "undisclosed", "tbd", "tba",
    "not disclosed", "inconnu", "inconnue", "non précisé", "non communiqué", "未知", "待确认", "不详", "无",
)  # fmt: skip
"""What stands for no employer, in lower case."""

FORMAT = Format(
    name="reported moves",
    description="moves of people as the press reported them: a person, employers left and joined, a date, a source",
    recognised="columns like person, from, to and date, where from and to hold names; read apart from careers",
    matches=may_be_table,
)

_LOOKED_AT = 100


def roles_of(table: TableFile) -> Roles | None:
    """The roles of a table of reported moves, None where it is something else."""
    found = _found(table.header)
    if not {"person_name", "origin", "employer"} <= set(found) or not {"seen_on", "verified_on"} & set(found):
        return None
    if any(_holds_dates(table, found[role]) for role in ("origin", "employer", "person_name")):
        return None
    columns = {role: names[0] for role, names in found.items()}
    return Roles(LAYOUT, columns, also={role: tuple(names[1:]) for role, names in found.items() if names[1:]})


def _found(header: Sequence[str]) -> dict[str, list[str]]:
    by_normal = {normal(name): name for name in reversed(header)}
    taken: set[str] = set()
    found: dict[str, list[str]] = {}
    for role, names in NAMES.items():
        columns = list(dict.fromkeys(by_normal[name] for name in names if name in by_normal))
        columns = [name for name in columns if name not in taken and list(header).count(name) == 1]
        if columns:
            found[role] = columns
            taken |= set(columns)
    return found


def _holds_dates(table: TableFile, columns: Sequence[str]) -> bool:
    """Whether columns hold dates, so that they are the start and the end of a stay, or nothing at all."""
    said = [value for name in columns for value in table.column(name)[:_LOOKED_AT]]
    return not said or 2 * sum(parse_date(value, "dmy", library=False) is not None for value in said) >= len(said)


def write_moves(engine: SqlEngine, stage: Stage, source_id: int, accepted: Path) -> tuple[str, int, int]:
    """Write reported moves as Parquet (tables.REPORTED_MOVES); gives the judged rows, those refused, the duplicates."""
    judged = _judged(stage, source_id)
    listed = ", ".join(REPORTED_MOVES.names)
    good = f"SELECT {listed} FROM ({judged}) WHERE fault = 0 ORDER BY record"
    engine.execute(f"COPY ({good}) TO {quoted(str(accepted))} {tables.COPY}")
    counted = engine.sql(
        "SELECT count(*) FILTER (WHERE fault > 0) AS refused, "
        f"count(*) FILTER (WHERE fault = {tables.DUPLICATE}) AS repeated, "
        "count(*) FILTER (WHERE fault = 0 AND origin_name IS NULL) AS no_origin, "
        "count(*) FILTER (WHERE fault = 0 AND destination_name IS NULL) AS no_destination, "
        "count(*) FILTER (WHERE fault = 0 AND moved_on IS NULL) AS undated, "
        f"count(*) FILTER (WHERE fault = 0 AND moved_precision <> 'day') AS coarse FROM ({judged})"
    ).to_pylist()[0]
    count = pq.read_metadata(accepted).num_rows
    stage.notes.append(
        f"{count:,} reported moves, unverified: they are kept apart, and begin and end no stay; "
        f"{counted['no_origin']:,} name no employer left, {counted['no_destination']:,} none joined, "
        f"{counted['coarse']:,} are dated to the month or year, {counted['undated']:,} only by the report"
    )
    return judged, counted["refused"], counted["repeated"]


def _judged(stage: Stage, source_id: int) -> str:
    """One row per record: the columns of a reported move, ``fault`` and the reason of a date."""
    staged = stage.staged
    moved, precision, reason = tables.date_of(staged, "seen_on")
    reported = tables.date_of(staged, "verified_on")[0]
    origin, destination = (_named(staged.columns, role) for role in ("origin", "employer"))
    columns = {
        "person_id": "s.of_person", "origin_name": origin, "destination_name": destination,
        "title": _text(staged.columns, "title"), "moved_on": moved, "moved_precision": precision,
        "reported_on": reported, "place": _text(staged.columns, "place"), "report": _text(staged.columns, "report"),
        "source_id": f"CAST({source_id} AS INTEGER)", "record": f"CAST({staged.record} AS BIGINT)",
    }  # fmt: skip
    listed = ", ".join(f"{columns[name]} AS {name}" for name in REPORTED_MOVES.names)
    longest = tables.LONGEST_NAME
    faults = [
        "WHEN s.of_person IS NULL THEN 2",
        f"WHEN {origin} IS NULL AND {destination} IS NULL THEN 3",
        f"WHEN length(s.of_person) > {longest} THEN 4",
        f"WHEN greatest(length({origin}), length({destination})) > {longest} THEN 5",
        f"WHEN length({columns['title']}) > {tables.LONGEST_TITLE} THEN 6",
        "WHEN contains(s.of_person, chr(0)) THEN 7",
        f"WHEN contains(concat({origin}, {destination}), chr(0)) THEN 8",
        f"WHEN {reason} IS NOT NULL THEN 14",
        f"WHEN {moved} IS NULL AND {reported} IS NULL THEN 15",
    ]
    rows = (
        f"SELECT {listed}, CASE {' '.join(faults)} ELSE 0 END AS fault, {reason} AS reason "
        f"FROM {staged.name} s{tables.joins(staged)}"
    )
    place = (
        "row_number() OVER (PARTITION BY fault, person_id, lower(origin_name), lower(destination_name), moved_on, "
        "moved_precision ORDER BY record)"
    )
    repeated = f"CASE WHEN fault = 0 AND {place} > 1 THEN {tables.DUPLICATE} ELSE fault END AS fault"
    return f"SELECT * REPLACE ({repeated}) FROM ({rows})"


def _named(columns: dict[str, str], role: str) -> str:
    blanks = ", ".join(map(quoted, NOBODY))
    text = _text(columns, role)
    return f"CASE WHEN lower({text}) NOT IN ({blanks}) THEN {text} END"


def _text(columns: dict[str, str], role: str) -> str:
    return f"s.of_{role}" if role in columns else "CAST(NULL AS VARCHAR)"
