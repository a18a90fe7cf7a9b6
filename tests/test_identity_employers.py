"""Names to employers: the user's lists, ownership over time, kinds; and real lists where they are at hand."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.errors import DataError
from mercato.identity.employers.resolving import Employers, resolve_employers
from mercato.tables import EMPLOYER_NAMES, EMPLOYERS, OWNERSHIP

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
AS_OF = dt.date(2025, 1, 1)
needs_names = pytest.mark.skipif(not (SHARED / "names").exists(), reason="the shared lists of names are not here")


def table(rows: list[tuple[str, int, str | None]]) -> pa.Table:
    schema = pa.schema([("employer_name", pa.string()), ("people", pa.int64()), ("country", pa.string())])
    return pa.table([list(c) for c in zip(*rows, strict=True)] if rows else [[], [], []], schema=schema)


def resolve(rows: list[tuple[str, int, str | None]], **lists: Path) -> Employers:
    return resolve_employers(table(rows), as_of=AS_OF, **lists)  # type: ignore[arg-type]


def employer_of(found: Employers) -> dict[str, str | None]:
    shown = found.employers["employer"].to_pylist()
    return {
        n["employer_name"]: None if n["employer_id"] is None else shown[n["employer_id"]]
        for n in found.names.to_pylist()
    }


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_names_become_employers_shown_by_their_most_frequent_spelling() -> None:
    found = resolve(
        [
            ("Google", 5, "US"),
            ("GOOGLE LLC", 3, "IE"),
            ("google  inc", 1, None),
            ("n/a", 9, None),
            ("Zeta SARL", 2, "FR"),
            (" Alpha\x07\n", 1, None),
        ]
    )
    assert found.names.schema == EMPLOYER_NAMES.schema
    assert found.employers.schema == EMPLOYERS.schema
    assert found.ownership.schema == OWNERSHIP.schema
    assert found.employers["employer"].to_pylist() == ["Alpha", "Google", "Zeta SARL"]
    assert found.employers["employer_id"].to_pylist() == [0, 1, 2]
    assert found.employers["kind"].to_pylist() == ["unknown", "big_tech", "company"]
    assert found.employers["country"].to_pylist() == [None, "US", "FR"]
    assert employer_of(found) == {
        "Google": "Google", "GOOGLE LLC": "Google", "google  inc": "Google", "n/a": None, "Zeta SARL": "Zeta SARL", " Alpha\x07\n": "Alpha",  # noqa: E501
    }  # fmt: skip
    reasons = dict(zip(found.names["employer_name"].to_pylist(), found.names["reason"].to_pylist(), strict=True))
    assert reasons["Google"] == "exact"
    assert reasons["GOOGLE LLC"] == "legal form"
    assert reasons["n/a"] == "not an employer: blank"
    assert "legal form" in found.explain("GOOGLE LLC")
    assert found.explain("nobody") == "'nobody' is not among the names read."


def test_a_department_shows_its_university() -> None:
    found = resolve([("School of Law, University of Oslo", 9, None), ("Dept. of Physics, University of Oslo", 1, None)])
    assert found.employers["employer"].to_pylist() == ["University of Oslo"]
    assert found.names["reason"].to_pylist() == ["department", "department"]


def test_no_names_give_no_employers() -> None:
    found = resolve([])
    assert (len(found.names), len(found.employers), len(found.ownership)) == (0, 0, 0)


@pytest.mark.parametrize(
    "text", ["name,alias\nGoogle,Google Brain\nGoogle,Waymo\n", "alias;name\ngoogle brain;Google\nWAYMO LLC;google\n"]
)
def test_aliases_join_in_any_spelling_and_column_order(tmp_path: Path, text: str) -> None:
    found = resolve(
        [("google brain", 9, None), ("Waymo", 1, None), ("Google Inc.", 2, None)],
        aliases=written(tmp_path / "a.csv", text),
    )
    assert len(found.employers) == 1
    assert set(employer_of(found).values()) == {"Google"} or set(employer_of(found).values()) == {"google"}


def test_aliases_in_toml_and_for_what_is_no_employer(tmp_path: Path) -> None:
    path = written(tmp_path / "a.toml", '"Acme" = ["acme labs", "stealth"]\n')
    found = resolve([("Acme Labs", 1, None), ("Stealth", 1, None)], aliases=path)
    assert employer_of(found) == {"Acme Labs": "Acme", "Stealth": "Acme"}


def test_ownership_goes_through_chains_over_time(tmp_path: Path) -> None:
    parents = written(
        tmp_path / "p.csv",
        "employer,parent,from,to\nDeepMind,Google,2014-01-26,\nGoogle,Alphabet,2015-10-02,\nYouTube,Google Inc,2006,\n",
    )
    found = resolve(
        [("Deep Mind Ltd", 3, None), ("Google", 5, None), ("YouTube", 1, None), ("Orange", 1, None)], parents=parents
    )
    shown = found.employers["employer"].to_pylist()
    assert shown == ["Alphabet", "Deep Mind Ltd", "Google", "Orange", "YouTube"]
    assert found.employers["group"].to_pylist() == ["Alphabet", "Alphabet", "Alphabet", "Orange", "Alphabet"]
    rows = [
        (shown[r["employer_id"]], shown[r["ultimate_id"]], str(r["from_date"]), str(r["to_date"]))
        for r in found.ownership.to_pylist()
    ]
    assert rows == [
        ("Deep Mind Ltd", "Deep Mind Ltd", "0001-01-01", "2014-01-26"),
        ("Deep Mind Ltd", "Google", "2014-01-26", "2015-10-02"),
        ("Deep Mind Ltd", "Alphabet", "2015-10-02", "9999-12-31"),
        ("Google", "Google", "0001-01-01", "2015-10-02"),
        ("Google", "Alphabet", "2015-10-02", "9999-12-31"),
        ("YouTube", "YouTube", "0001-01-01", "2006-01-01"),
        ("YouTube", "Google", "2006-01-01", "2015-10-02"),
        ("YouTube", "Alphabet", "2015-10-02", "9999-12-31"),
    ]


def test_an_employer_may_be_sold_and_a_circle_at_other_times_is_none(tmp_path: Path) -> None:
    parents = written(
        tmp_path / "p.csv", "filiale,maison mère,du,au\nA1,B1,2000,2010\nA1,C1,2010,2020\nB1,A1,2012,2015\n"
    )
    found = resolve([("A1", 1, None)], parents=parents)
    shown = found.employers["employer"].to_pylist()
    rows = [
        (shown[r["employer_id"]], shown[r["ultimate_id"]], r["from_date"].year) for r in found.ownership.to_pylist()
    ]
    assert rows == [
        ("A1", "A1", 1), ("A1", "B1", 2000), ("A1", "C1", 2010), ("A1", "A1", 2020),
        ("B1", "B1", 1), ("B1", "C1", 2012), ("B1", "B1", 2015),
    ]  # fmt: skip
    assert found.employers["group"].to_pylist() == ["A1", "B1", "C1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("employer,parent,from,to\nA1,B1,2000,2010\nA1,C1,2009,\n", "line 3: overlaps line 2"),
        ("employer,parent\nA1,B1\nB1,C1\nC1,A1\n", "circle of owners"),
        ("employer,parent\nA1,a1 Inc\n", "line 2: 'A1' is its own owner"),
        ("employer,parent,from,to\nA1,B1,2010,2000\n", "line 2: to (2000-01-01) is not after from (2010-01-01)"),
        ("employer,parent,from\nA1,B1,soon\n", "line 2: from is 'soon', which is not a date"),
        ("employer,parent\nA1,\n,B1\n", "line 2: parent is blank; line 3: employer is blank"),
        ("firm,owns\nA1,B1\n", "line 1: the header is 'firm,owns'"),
        ("employer,parent,colour\nA1,B1,red\n", "line 1: the header is"),
        ("", "is empty"),
        ("employer,parent\nA\0,B1\n", "NUL bytes"),
    ],
)
def test_faults_of_a_parent_file_are_told_with_their_lines(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataError) as error:
        resolve([("A1", 1, None)], parents=written(tmp_path / "p.csv", text))
    assert says in str(error.value)


def test_faults_of_aliases_and_kinds(tmp_path: Path) -> None:
    cases: list[tuple[str, str, str]] = [
        ("aliases", "name,alias\nA1,B1\nC1,B1\n", "line 3: 'B1' has another name already (line 2)"),
        ("aliases", "name,alias\nA1,B1\nB1,A1\n", "circle"),
        ("kinds", "employer,kind\nA1,startup\na1,bank\n", "line 3: 'a1' has another kind already (line 2)"),
    ]
    for which, text, says in cases:
        with pytest.raises(DataError) as error:
            resolve([("A1", 1, None)], **{which: written(tmp_path / "l.csv", text)})
        assert says in str(error.value)
    with pytest.raises(DataError, match="cannot be read"):
        resolve([("A1", 1, None)], kinds=tmp_path / "absent.csv")
    with pytest.raises(DataError, match="not a TOML file"):
        resolve([("A1", 1, None)], aliases=written(tmp_path / "bad.toml", "= ["))


def test_kinds_by_name_by_word_and_by_the_user(tmp_path: Path) -> None:
    expected = {
        "OpenAI": "ai_lab", "Google DeepMind": "ai_lab", "Meta": "big_tech", "École polytechnique": "university",
        "Universität Bremen": "university", "Universitätsklinikum Bonn": "hospital", "CHU de Nantes": "hospital", "University Hospital Zurich": "hospital",  # noqa: E501
        "CNRS": "research", "Ministère de l'Intérieur": "government", "City of Boston": "government", "Acme GmbH": "company", "Acme Mills": "unknown",  # noqa: E501
        "Wonder": "startup",
    }  # fmt: skip
    kinds = written(tmp_path / "k.csv", "employer,kind\nWONDER Inc,Startup\n")
    found = resolve([(n, 1, None) for n in expected], kinds=kinds)
    assert (
        dict(zip(found.employers["employer"].to_pylist(), found.employers["kind"].to_pylist(), strict=True)) == expected
    )


_names = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from(["Foo", "FOO Inc", "foo", "The Foo", "n/a", "Bar SA", "bar", "é", ""]), st.text(max_size=6)
        ),
        st.integers(0, 4),
        st.sampled_from([None, "FR", "US"]),
    ),
    max_size=12,
)


@given(_names, st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_order_of_rows_does_not_matter(rows: list[tuple[str, int, str | None]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = resolve(rows), resolve(shuffled)
    assert one.names.equals(other.names) and one.employers.equals(other.employers)
    shown = one.employers["employer"].to_pylist()
    assert shown == sorted(set(shown))
    assert set(one.names["employer_name"].to_pylist()) == {r[0] for r in rows}


def precision_and_recall(truth: dict[str, str]) -> tuple[float, float]:
    """Of the pairs of names joined, the share that one employer has by hand; of those by hand, the share joined."""
    found = resolve([(name, 1, None) for name in truth])
    ids = dict(zip(found.names["employer_name"].to_pylist(), found.names["employer_id"].to_pylist(), strict=True))
    ours, theirs = defaultdict(set), defaultdict(set)
    for name, employer in truth.items():
        theirs[employer].add(name)
        if ids[name] is not None:
            ours[ids[name]].add(name)
    joined = {pair for names in ours.values() for pair in combinations(sorted(names), 2)}
    right = {pair for names in theirs.values() for pair in combinations(sorted(names), 2)}
    return len(joined & right) / len(joined), len(joined & right) / len(right)


@needs_names
def test_pairs_joined_by_hand() -> None:
    with (SHARED / "names" / "affiliation_pairs_half.csv").open(encoding="utf-8") as stream:
        truth = {r["raw_name"]: r["canonical_name"] for r in csv.DictReader(stream) if r["canonical_name"] != "Unknown"}
    precision, recall = precision_and_recall(truth | {name: name for name in truth.values()})
    print(f"affiliations: precision {precision:.4f}, recall {recall:.4f}")
    assert precision > 0.97
    firms = json.loads((SHARED / "names" / "company_aliases_openstack.json").read_text("utf-8"))
    split = ("HP", "HPE")  # by hand, names from before the two were parted belong to the later one
    named = {
        n: f["company_name"]
        for f in firms[1:]
        for n in [f["company_name"], *(f["aliases"] or [])]
        if f["company_name"] not in split
    }
    precision, recall = precision_and_recall(named)
    print(f"companies: precision {precision:.4f}, recall {recall:.4f}")
    assert precision > 0.94


@pytest.mark.skipif(not (SHARED / "careers").exists(), reason="the shared careers are not here")
def test_each_of_many_real_affiliations_has_an_employer_or_a_reason() -> None:
    names: set[str] = set()
    with gzip.open(SHARED / "careers" / "ai_paper_affiliations.csv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            names.update(row["affiliation_raw"].split("+"))
    assert len(names) > 70_000
    names = set(sorted(names)[::10])
    found = resolve([(name, 1, None) for name in names])
    assert set(found.names["employer_name"].to_pylist()) == names
    assert all(row["employer_id"] is not None or row["reason"] for row in found.names.to_pylist())
