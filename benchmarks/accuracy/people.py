"""How often people are told right: duplicates among three sources with known truth, and names beside identifiers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.shared import DATA
from benchmarks.plan import Plan
from benchmarks.row import Row, Section, at_least
from mercato.simulate.duplicates import TRUTH, Telling, simulate_duplicates
from mercato.simulate.personal_names import Habits

PEOPLE = 60_000
PRECISION, RECALL = 0.99, 0.90
_PAPERS = DATA / "careers" / "ai_paper_affiliations.csv.gz"


@dataclass(frozen=True)
class Judged:
    """Pairs of ids: how many were joined, how many of these rightly, how many there are to join; seconds it took.

    given, found: ids and names, and the people that they are.

    names, mixed: names on the lists that several people bear, and those that still are one person afterwards.
    """

    joined: int
    right: int
    there: int
    names: int
    mixed: int
    seconds: float
    given: int
    found: int
    wrong: list[Any]

    @property
    def precision(self) -> float:
        return self.right / max(self.joined, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.there, 1)


def run(plan: Plan) -> Section:
    """Precision and recall by pairs on simulated careers of several kinds, and on the authors of AI papers."""
    rows: list[Row] = []
    notes = []
    people = max(round(PEOPLE * plan.share), 2_000)
    for label, telling in TELLINGS.items():
        judged = judge(_simulated(plan.data, people, label, telling))
        found = f"{judged.precision:.4f}"
        rows.append(at_least(f"people joined rightly, {label}, precision", PRECISION, judged.precision, "", found))
        rows.append(at_least(f"people joined, {label}, recall", RECALL, judged.recall, "", f"{judged.recall:.4f}"))
        notes.append(
            f"{label}: {judged.there:,} pairs of ids to join among {people:,} people; of {judged.names:,} names of "
            f"several people on the lists {judged.mixed:,} are still one person."
        )
        if plan.verbose:
            notes += [f"wrongly joined: {pair}" for pair in judged.wrong[:30]]
    if not _PAPERS.exists():
        return Section("People", tuple(rows), (*notes, "The AI papers are not beside the project."))
    return Section("People", (*rows, *_papers(plan, notes)), tuple(notes))


TELLINGS = {
    "as told by most": Telling(),
    "coarse dates and few jobs": Telling(kept=0.75, exact=0.35, off=0.15, titled=0.4),
    "many slips": Telling(habits=Habits(slip=0.16, turned=0.2, initial=0.1, married=0.08)),
    "many homonyms": Telling(crowd=0.3),
}


def _simulated(data: Path, people: int, label: str, telling: Telling) -> Path:
    folder = data / f"people-{people}-{label.replace(' ', '-')}"
    if not (folder / TRUTH).exists():
        simulate_duplicates(folder, people, seed=2, telling=telling)
    return folder


def judge(folder: Path) -> Judged:
    """Read the sources of a simulation, resolve its people, and hold them against the truth."""
    import mercato

    files = [folder / name for name in ("register.csv", "resumes.csv", "lists.csv")]
    with mercato.read(files) as market:
        begun = time.perf_counter()
        who = market._who(market.settings.options)
        seconds = time.perf_counter() - begun
        return _against_truth(market, who.people, folder / TRUTH, seconds)


def _against_truth(market: Any, people: Any, truth: Path, seconds: float) -> Judged:
    """An item is one id, or one name as far as it tells of one person and was taken for one; pairs are of items."""
    import duckdb

    reading, connection = market._reading, duckdb.connect()
    records = " UNION ALL BY NAME ".join(
        f"SELECT source_id, record, person_id, employer_name FROM '{path}'"
        for path in [*reading.positions, *reading.sightings]
    )
    connection.register("names", market._resolved.employers.names)
    connection.execute(
        f"CREATE TABLE items AS SELECT DISTINCT source_id, person_id AS given, coalesce(p.person, person_id) AS found, "
        f"t.person AS truth FROM ({records}) r JOIN names USING (employer_name) JOIN '{truth}' t "
        "ON t.source = r.source_id AND t.record = r.record LEFT JOIN "
        f"'{people.persons}/*.parquet' p USING (person_id, source_id, employer_id)"
    )

    def pairs(by: str) -> int:
        """Pairs of items that are alike in this, of different ids."""
        count = "SELECT sum(n * (n - 1)) // 2 FROM (SELECT count(*) AS n FROM items GROUP BY {})"
        all_, same = (connection.sql(count.format(g)).fetchall()[0][0] or 0 for g in (by, f"{by}, source_id, given"))
        return int(all_ - same)

    names = connection.sql(
        "SELECT count(*), count(*) FILTER (WHERE people = 1) FROM (SELECT given, count(DISTINCT truth) AS bearers, "
        "count(DISTINCT found) AS people FROM items WHERE starts_with(given, 'name:') GROUP BY given "
        "HAVING bearers > 1)"
    ).fetchall()[0]
    wrong = connection.sql(
        "SELECT a.given, b.given, d.weight, d.reason FROM items a JOIN items b ON a.found = b.found "
        "AND a.truth <> b.truth AND a.given < b.given "
        f"LEFT JOIN '{people.decisions}/*.parquet' d ON d.one = a.given AND d.other = b.given "
        "LIMIT 200"
    ).fetchall()
    joined, right, there = pairs("found"), pairs("found, truth"), pairs("truth")
    return Judged(joined, right, there, int(names[0]), int(names[1]), seconds, people.given, people.found, wrong)


def _papers(plan: Plan, notes: list[str]) -> list[Row]:
    """Authors whose ids are hidden on every second paper: who is joined with whom, held against the ids.

    The ids of OpenReview (``~Name1``) are taken for the truth. Half of the papers stand in a source of their own
    with ids that tell nothing, so that neither ids nor sources keep two people apart or bring one together.
    """
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory() as name:
        folder, connection = Path(name), duckdb.connect()
        connection.execute(
            "CREATE TABLE authors AS SELECT name, author_id, affiliation_norm AS employer, year, paper_id, "
            "hash(paper_id) % 2 AS half, (half || ':' || author_id) AS given "
            f"FROM read_csv('{_PAPERS}', all_varchar = true) WHERE starts_with(author_id, '~') "
            "AND coalesce(affiliation_norm, '') <> ''"
        )
        for half, file, header in ((0, "shown.csv", "person_id"), (1, "hidden.csv", "profile_id")):
            connection.execute(
                f"COPY (SELECT md5(given) AS {header}, name, employer, year, paper_id FROM authors WHERE half = {half} "
                f"ORDER BY ALL) TO '{folder / file}' (HEADER)"
            )
        return _hidden_ids(folder, connection, notes)


def _hidden_ids(folder: Path, connection: Any, notes: list[str]) -> list[Row]:
    import mercato

    with mercato.read([folder / "shown.csv", folder / "hidden.csv"]) as market:
        people = market._who(market.settings.options).people
        assert people is not None
        connection.execute(
            "CREATE TABLE found AS SELECT DISTINCT author_id AS truth, md5(given) AS given, half, "
            "coalesce(person, md5(given)) AS person FROM authors LEFT JOIN (SELECT DISTINCT person_id, person FROM "
            f"'{people.persons}/*.parquet') ON person_id = md5(given)"
        )
    joined, right, there = connection.sql(
        "SELECT count(*) FILTER (WHERE a.person = b.person), count(*) FILTER (WHERE a.person = b.person "
        "AND a.truth = b.truth), count(*) FILTER (WHERE a.truth = b.truth) FROM found a JOIN found b "
        "ON (a.person = b.person OR a.truth = b.truth) AND a.half = 0 AND b.half = 1"
    ).fetchall()[0]
    notes.append(f"AI papers: {there:,} authors have papers in both halves; {joined:,} pairs were joined.")
    precision, recall = right / max(joined, 1), right / max(there, 1)
    return [
        at_least("authors of AI papers with hidden ids, precision", PRECISION, precision, "", f"{precision:.4f}"),
        Row("authors of AI papers with hidden ids, recall", "", f"{recall:.4f}", None, None),
    ]
