"""People as records name them → people: duplicates joined, homonyms told apart, and who is in doubt.

An identifier decides: one identifier is one person, and two of one kind are two. For the rest Splink weighs names
against careers; a name alone joins nobody. Each decision is kept with its score and its reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from mercato.identity.people.clusters import AMBIGUOUS, UNITS, settle
from mercato.identity.people.homonyms import TOLD_APART, find_parts
from mercato.identity.people.linkage import link
from mercato.identity.people.mentions import SqlEngine, read_mentions

_NAMES = "['another name', 'same given name', 'initials', 'misspelt name', 'longer name', 'same name']"
_CAREERS = (
    "['no employer in common', 'adjoining years at one employer', 'one employer in common', 'two employers in common', "
    "'three employers in common or more']"
)
_STARTS = "['no start in common', 'a start a month apart', 'one start in common', 'two starts in common', 'three']"
_COPY = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION lz4)"


@dataclass(frozen=True)
class People:
    """What became of the ids, as folders of Parquet, none of it to be published, and counts.

    ``persons``: person_id, source_id, employer_id → person, for the records whose person is not the id as given.
    ``doubtful``: person and why. ``decisions``: pairs of ids with their score, what was decided and why.
    """

    persons: Path
    doubtful: Path
    decisions: Path
    given: int
    found: int
    joined: int
    split: int
    in_doubt: int


@lru_cache(maxsize=1)
def weights() -> dict[str, Any]:
    """The weights and bounds of ``data/people.toml``."""
    text = resources.files("mercato.identity").joinpath("data/people.toml").read_text("utf-8")
    return tomllib.loads(text)


def resolve_people(engine: SqlEngine, records: str, namespaces: Sequence[int], into: Path) -> People:
    """Decide who is who among ``records``, a table or view with the columns ``mentions.RECORDS``.

    ``namespaces`` numbers each source: names stand for the same people in sources of one number. The order of rows does
    not matter, and the same records give the same people.
    """
    told = weights()
    names = read_mentions(engine, records, namespaces)
    find_parts(engine, {**told["homonyms"], "people": told["decision"]["people"]}, names)
    engine.execute(UNITS)
    link(engine, told)
    settle(engine, told["decision"])
    _name_people(engine)
    return _written(engine, into)


def _name_people(engine: SqlEngine) -> None:
    """``unit_people``: unit → person; the person goes by an identifier where there is one, ORCID iDs first."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE unit_people AS WITH named AS (SELECT unit, subject, part, by_name, "
        "CASE WHEN NOT by_name OR row_number() OVER w = 1 THEN person_id "
        "ELSE person_id || chr(31) || row_number() OVER w END AS label, "
        "(by_name, NOT list_contains(kinds, 'orcid'), subject, part) AS place "
        "FROM units WINDOW w AS (PARTITION BY by_name, person_id ORDER BY subject, part)) "
        "SELECT unit, subject, part, arg_min(label, place) OVER (PARTITION BY cluster) AS person, "
        "count(*) OVER (PARTITION BY cluster) AS units FROM named JOIN clusters USING (unit)"
    )


def _written(engine: SqlEngine, into: Path) -> People:
    persons = (
        "SELECT DISTINCT g.person_id, m.source_id, m.employer_id, p.person FROM unit_mentions m JOIN unit_people p "
        "USING (unit) JOIN subjects s ON s.subject = m.subject JOIN namespaces n ON n.source_id = m.source_id "
        "JOIN people_given g ON g.key = s.key AND g.by_name = s.by_name AND g.namespace = n.namespace "
        "WHERE g.person_id <> p.person ORDER BY ALL"
    )
    doubtful = (
        f"SELECT person, min(why) AS why FROM (SELECT person, doubt AS why FROM name_parts JOIN unit_people USING "
        f"(subject, part) WHERE doubt IS NOT NULL UNION ALL SELECT person, '{AMBIGUOUS}' FROM unsure "
        "JOIN unit_people USING (unit)) GROUP BY person ORDER BY person"
    )
    pairs = (
        "SELECT x.person_id AS one, y.person_id AS other, p.weight, p.probability, "
        f"{_NAMES}[p.name_level + 1] || '; ' || {_CAREERS}[p.career_level + 1] || "
        f"CASE WHEN p.starts_level >= 0 THEN '; ' || {_STARTS}[p.starts_level + 1] ELSE '' END || "
        "CASE WHEN p.fellows_level > 0 THEN '; ' || p.fellows_level || ' people seen with both' ELSE '' END AS reason, "
        "CASE WHEN k.a IS NOT NULL THEN 'one person' WHEN l.a IS NOT NULL THEN 'not joined: another is as likely' "
        "ELSE 'not joined' END AS decision FROM people_scored p JOIN units x ON x.unit = p.a JOIN units y "
        "ON y.unit = p.b LEFT JOIN people_links k ON k.a = p.a AND k.b = p.b LEFT JOIN people_likely l "
        "ON l.a = p.a AND l.b = p.b UNION ALL SELECT DISTINCT person_id, person_id, NULL, "
        f"NULL, '{TOLD_APART}', 'several people' FROM name_parts JOIN units USING (subject, part) WHERE is_split "
        "ORDER BY ALL"
    )
    paths = [_save(engine, query, into / name) for name, query in
             (("persons", persons), ("doubtful", doubtful), ("decisions", pairs))]  # fmt: skip
    counts = engine.sql(
        "SELECT (SELECT count(DISTINCT (person_id)) FROM people_given) AS given, "
        "(SELECT count(DISTINCT person) FROM unit_people) AS found, "
        "(SELECT count(*) FROM unit_people WHERE units > 1) AS joined, "
        "(SELECT count(DISTINCT subject) FROM name_parts WHERE is_split) AS split"
    ).to_pylist()[0]
    in_doubt = int(engine.sql(f"SELECT count(*) AS n FROM ({doubtful})")["n"][0].as_py())
    return People(paths[0], paths[1], paths[2], **counts, in_doubt=in_doubt)


def _save(engine: SqlEngine, query: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = str(folder / "part-0.parquet").replace("'", "''")
    engine.execute(f"COPY ({query}) TO '{file}' {_COPY}")
    return folder
