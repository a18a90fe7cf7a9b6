"""Who belonged to whom: renames, mergers, acquisitions, spin-offs, the maintained list, and lists of employers."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.errors import DataError
from mercato.identity.employers.known import known_names
from mercato.identity.employers.lists import EVENTS
from mercato.identity.employers.normalise import reduce_name
from mercato.identity.employers.resolving import Employers, resolve_employers

AS_OF = dt.date(2025, 1, 1)
MAINTAINED = tomllib.loads(files("mercato.identity").joinpath("data", "ownership.toml").read_text("utf-8"))["events"]


def resolve(*names: str, as_of: dt.date = AS_OF, maintained: bool = True, **lists: Path) -> Employers:
    """The employers of these names, each of three people; of names given twice, the more."""
    weights = {name: 3 * names.count(name) for name in names}
    table = pa.table(
        {
            "employer_name": pa.array(list(weights), pa.string()),
            "people": pa.array(list(weights.values()), pa.int64()),
            "country": pa.nulls(len(weights), pa.string()),
        }
    )
    return resolve_employers(table, as_of=as_of, maintained=maintained, **lists)  # type: ignore[arg-type]


def shown(found: Employers) -> list[str]:
    names: list[str] = found.employers["employer"].to_pylist()
    return names


def owned(found: Employers, name: str) -> dict[str, str]:
    """From which day on an employer belonged to whom; owners that no record names are shown by a dash."""
    names = dict(enumerate(shown(found)))
    return {
        str(row["from_date"]): names.get(row["ultimate_id"], "-")
        for row in found.ownership.to_pylist()
        if names[row["employer_id"]] == name
    }


def groups(found: Employers) -> dict[str, str]:
    return dict(zip(shown(found), found.employers["group"].to_pylist(), strict=True))


def lists(found: Employers) -> list[tuple[str, str, str]]:
    names = shown(found)
    return [(names[r["employer_id"]], r["list"], f"{r['from_date']}/{r['to_date']}") for r in found.lists.to_pylist()]


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


ALWAYS, START = "0001-01-01/9999-12-31", "0001-01-01"


def test_the_maintained_list_knows_whom_deepmind_belonged_to() -> None:
    found = resolve("DeepMind", "Google Inc.", "ALPHABET", "Acme", as_of=dt.date(2020, 1, 1))
    assert owned(found, "DeepMind") == {START: "DeepMind", "2014-01-01": "Google Inc.", "2015-10-01": "ALPHABET"}
    assert groups(found) == {"Acme": "Acme", "ALPHABET": "ALPHABET", "DeepMind": "ALPHABET", "Google Inc.": "ALPHABET"}


def test_an_owner_that_no_record_names_leaves_no_trace() -> None:
    """Google and YouTube still have one owner, and so one group, called by what the records name nearest to it."""
    found = resolve("Google", "YouTube", "YouTube", "Oculus")
    assert shown(found) == ["Google", "Oculus", "YouTube"]
    assert groups(found) == {"Google": "Google", "Oculus": "Oculus", "YouTube": "Google"}
    assert owned(found, "YouTube") == {START: "YouTube", "2006-11-01": "Google", "2015-10-01": "-"}
    of = found.ownership
    owners = {r["employer_id"]: r["ultimate_id"] for r in of.to_pylist() if r["to_date"].year == 9999}
    assert owners[0] == owners[2] >= len(found.employers)


def test_nothing_of_the_maintained_list_is_seen_where_records_name_none_of_it() -> None:
    found = resolve("Acme", "Beta")
    assert (shown(found), found.ownership.num_rows, found.lists.num_rows) == (["Acme", "Beta"], 0, 0)


@pytest.mark.parametrize(("day", "name"), [(dt.date(2021, 10, 27), "Facebook"), (dt.date(2021, 10, 28), "Meta")])
def test_a_renamed_employer_is_one_and_bears_the_name_of_the_day(day: dt.date, name: str) -> None:
    assert shown(resolve("Facebook", "Meta", "Meta", "META", as_of=day)) == [name]
    assert shown(resolve("Facebook, Inc.", as_of=dt.date(2025, 1, 1))) == ["Meta"]


def test_a_renamed_employer_is_spelt_as_most_records_spell_it() -> None:
    found = resolve("facebook", "FACEBOOK INC", "FACEBOOK INC", "Meta", as_of=dt.date(2020, 1, 1))
    assert shown(found) == ["FACEBOOK INC"]
    reasons = dict(zip(found.names["employer_name"].to_pylist(), found.names["reason"].to_pylist(), strict=True))
    assert reasons["facebook"] == "rename" and "rename" in found.explain("facebook")


def test_google_brain_and_deepmind_become_google_deepmind() -> None:
    found = resolve("Google Brain", "DeepMind", "Google DeepMind", "Google")
    assert shown(found) == ["Google", "Google Brain", "Google DeepMind"]
    facts = found.ties.between("Google Brain", "Google DeepMind", AS_OF)
    assert facts == [
        {"employer": "Google Brain", "owner": "Google DeepMind", "event": "merger", "from": "2023-04", "to": ""}
    ]


def test_a_spin_off_counts_to_the_end_of_its_month() -> None:
    """HP and Hewlett Packard Enterprise parted on 1 November 2015; VMware and Dell on 1 November 2021."""
    found = resolve("HP", "Hewlett Packard Enterprise", "VMware", "Dell")
    assert owned(found, "Hewlett Packard Enterprise") == {START: "HP", "2015-12-01": "Hewlett Packard Enterprise"}
    assert owned(found, "VMware") == {
        START: "VMware", "2004-01-01": "-", "2016-09-01": "Dell", "2021-12-01": "VMware", "2023-11-01": "-",
    }  # fmt: skip
    assert found.ties.between("VMware", "Dell", AS_OF)[0] | {"event": ""} == {
        "employer": "VMware", "owner": "Dell", "event": "", "from": "2016-09", "to": "2021-11",
    }  # fmt: skip


def test_the_maintained_list_can_be_left_out() -> None:
    found = resolve("DeepMind", "Google", "Facebook", "Meta", maintained=False)
    assert (shown(found), found.ownership.num_rows) == (["DeepMind", "Facebook", "Google", "Meta"], 0)


def test_the_users_list_goes_before_the_maintained_one_for_the_employers_it_names(tmp_path: Path) -> None:
    own = written(tmp_path / "p.csv", "employer,parent,from\nDeep Mind,Acme,2010\n")
    found = resolve("DeepMind", "Google", "YouTube", "Facebook", parents=own)
    assert owned(found, "DeepMind") == {START: "DeepMind", "2010-01-01": "Acme"}
    assert owned(found, "YouTube")["2006-11-01"] == "Google"
    assert "Meta" in shown(found)
    free = written(tmp_path / "f.csv", "employer,parent,event\nYouTube,,independent\n")
    assert groups(resolve("YouTube", "Google", parents=free)) == {"Google": "Google", "YouTube": "YouTube"}


def test_where_the_two_lists_contradict_each_other_the_users_holds(tmp_path: Path) -> None:
    """Google under DeepMind would be a circle with the maintained list; Meta bought Facebook, so they are two."""
    own = written(tmp_path / "p.csv", "employer,parent,from\nGoogle,DeepMind,2013\nFacebook,Meta,2019\n")
    found = resolve("DeepMind", "Google", "Facebook", "Meta", "Instagram", parents=own)
    assert {"Facebook", "Meta"} < set(shown(found))
    assert owned(found, "Google") == {START: "Google", "2013-01-01": "Google DeepMind"}
    assert owned(found, "Facebook") == {START: "Facebook", "2019-01-01": "Meta"}


def test_an_alias_of_the_users_goes_before_the_maintained_list(tmp_path: Path) -> None:
    """Who takes Motorola Mobility for Google does not have Google belong to Lenovo."""
    aliases = written(tmp_path / "a.csv", "name,alias\nGoogle,Motorola Mobility\nGoogle,DeepMind\n")
    found = resolve("Motorola Mobility", "Google", "DeepMind", "Lenovo", aliases=aliases)
    assert shown(found) == ["Google", "Lenovo"]
    assert groups(found) == {"Google": "Google", "Lenovo": "Lenovo"}


def test_every_event_in_a_users_list(tmp_path: Path) -> None:
    own = written(
        tmp_path / "p.csv",
        "employer;parent;from;to;event;note\n"
        "Ant;Bee;2010-06;2015;;bought\n"
        "Ant;Cow;2015;;Acquisition;\n"
        "Dog;Eel;2012-05-10;;merger;\n"
        "Fox;Eel;2012-05-10;;Merged;\n"
        "Gnu;Hen;2014-03-15;;spin-off;\n"
        "Ibex;Jay;2018;;renamed;\n"
        "Kid;Jay;;2020;division;\n",
    )
    found = resolve("Ant", "Dog", "Fox", "Gnu", "Hen", "Ibex", "Jay", "Kid", parents=own)
    assert owned(found, "Ant") == {START: "Ant", "2010-06-01": "Bee", "2015-01-01": "Cow"}
    assert owned(found, "Dog") == {START: "Dog", "2012-05-10": "Eel"}
    assert owned(found, "Fox") == {START: "Fox", "2012-05-10": "Eel"}
    assert owned(found, "Gnu") == {START: "Hen", "2014-04-01": "Gnu"}
    assert owned(found, "Kid") == {START: "Jay", "2020-01-01": "Kid"}
    assert "Ibex" not in shown(found)


FAULTY = """employer,parent,from,to,event
A1,B1,2000,2010,
A1,C1,2009,,
D1,E1,2001,2000,
F1,,2001,,
G1,H1,someday,,
I1,J1,,,wedding
K1,L1,,2001,merger
M1,N1,,,spin-off
O1,P1,2000,,rename
P1,O1,2001,,rename
Q1,R1,2000,,rename
Q1,S1,2001,,rename
T1,t1 Inc,,,
U1,V1,,,
V1,W1,,,
W1,U1,,,
"""


def test_all_faults_of_a_list_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        resolve("A1", parents=written(tmp_path / "p.csv", FAULTY))
    text = str(error.value)
    says = [
        "line 3: overlaps line 2", "line 4: to (2000-01-01) is not after from", "line 5: parent is blank",
        "line 6: from is 'someday', which is not a date", "line 7: event is 'wedding'",
        "line 8: a merger has a day (from), and no to", "line 9: from is blank, which is the day of the spin-off",
        "line 11: the new names of 'P1' go round in a circle", "line 13: 'Q1' has another new name already (line 12)",
        "line 14: 'T1' is its own owner", "line 15",
    ]  # fmt: skip
    places = [text.find(part) for part in says]
    assert -1 not in places and all(a < b for a, b in pairwise(places))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("A1,B1,,,\nB1,A1,,,\n", "line 2: a circle of owners from the beginning (through line 2, line 3)"),
        ("A1,B1,2004,,\nB1,A1,2005,,\n", "a circle of owners on 2005-01-01"),
        ("A1,B1,2004,2010,\nA1,B1,2012,,spin-off\n", "line 3: 'A1' had left 'B1' on another day already (line 2)"),
        ("A1,B1,,,rename\nA1,B1,2003,,\n", "line 3: 'A1' is its own owner"),
        ("A1,a1 inc,2000,,rename\n", "line 2: 'A1' and 'a1 inc' are one name already"),
        ("A1,B1,2000-13,,\n", "line 2: from is '2000-13', which is not a date"),
        ("A1,B1,0000,,\n", "line 2: from is '0000'"),
        ("A1,B1,2000,,\nX1,A1,2000,,rename\nX1,C1,2001,,\n", "overlaps"),
    ],
)
def test_contradictions_of_a_users_list(tmp_path: Path, rows: str, says: str) -> None:
    own = written(tmp_path / "p.csv", "employer,parent,from,to,event\n" + rows)
    with pytest.raises(DataError) as error:
        resolve("A1", parents=own)
    assert says in str(error.value)


def test_a_spin_off_in_the_month_of_the_next_sale_ends_with_it(tmp_path: Path) -> None:
    own = written(
        tmp_path / "p.csv",
        "employer,parent,from,to,event\nA1,B1,2000,,\nA1,B1,2010-05-03,,spin-off\nA1,C1,2010-05-20,,\n",
    )
    assert owned(resolve("A1", parents=own), "A1") == {
        START: "A1", "2000-01-01": "B1", "2010-05-20": "C1",
    }  # fmt: skip


def test_the_maintained_list_contradicts_itself_nowhere() -> None:
    """Every entry is of a known event, well dated, about two different names, and takes effect when all are named."""
    assert {entry["event"] for entry in MAINTAINED} <= set(EVENTS)
    assert all(set(entry) <= {"event", "employer", "parent", "from", "to", "note"} for entry in MAINTAINED)
    named = sorted({entry[end] for entry in MAINTAINED for end in ("employer", "parent")})
    found = resolve(*named)
    held = [h for holdings in found.ties.owners.holdings.values() for h in holdings]
    ends = {name: found.ties.owners.renamed.get(key(name), key(name)) for name in named}
    known = {key(other) for other in known_names()}
    lost = [
        entry
        for entry in MAINTAINED
        if entry["event"] != "rename"
        and not any((h.employer, h.parent) == (ends[entry["employer"]], ends[entry["parent"]]) for h in held)
        and ends[entry["employer"]] != ends[entry["parent"]]
        and known.isdisjoint((key(entry["employer"]), key(entry["parent"])))
    ]
    assert lost == []
    assert all(a.to_date <= b.from_date for each in found.ties.owners.holdings.values() for a, b in pairwise(each))


def key(name: str) -> str:
    return reduce_name(name).key


NAMES = ("Ant", "Bee", "Cow", "Dog")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(["", "2000", "2005-06", "2010"]),
        st.sampled_from(["", "", "2012"]),
        st.sampled_from([*EVENTS, "", "zap"]),
    ),
    max_size=6,
)


@given(ROWS)
@settings(max_examples=150, deadline=None)
def test_any_list_is_either_told_faulty_or_gives_whole_stretches(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    """Stretches of one employer begin on the first of all days, follow each other, and end on the last."""
    text = "employer,parent,from,to,event\n" + "".join(",".join(row) + "\n" for row in rows)
    try:
        found = resolve(*NAMES, parents=written(tmp_path_factory.mktemp("any") / "p.csv", text))
    except DataError as error:
        assert "line " in str(error)
        return
    stretches: dict[int, list[tuple[dt.date, dt.date]]] = {}
    for row in found.ownership.to_pylist():
        stretches.setdefault(row["employer_id"], []).append((row["from_date"], row["to_date"]))
    for parts in stretches.values():
        assert parts[0][0] == dt.date.min and parts[-1][1] == dt.date.max
        assert all(a[1] == b[0] for a, b in pairwise(parts))


def test_lists_are_the_labs_and_large_firms_until_the_user_says_otherwise(tmp_path: Path) -> None:
    names = ("OpenAI", "Google", "Acme", "Beta")
    assert lists(resolve(*names)) == [("Google", "big_tech", ALWAYS), ("OpenAI", "ai_lab", ALWAYS)]
    own = written(
        tmp_path / "g.csv",
        "employer,group,from,to\nacme inc,My competitors,,\nGOOGLE,my-competitors,2010,2015-06\n"
        "Google,my competitors,2015-01,2018\nBeta,AI lab,,\nNobody Here,ai_lab,,\n",
    )
    assert lists(resolve(*names, groups=own)) == [
        ("Acme", "my_competitors", ALWAYS),
        ("Beta", "ai_lab", ALWAYS),
        ("Google", "big_tech", ALWAYS),
        ("Google", "my_competitors", "2010-01-01/2018-01-01"),
    ]
    assert "Nobody Here" not in shown(resolve(*names, groups=own))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("employer,group\nA1,\n,b\n", "line 2: group is blank; line 3: employer is blank"),
        ("employer,group,from,to\nA1,b,2010,2009\nA1,b,x,\n", "line 2: to (2009-01-01) is not after from"),
        ("firm,list of\nA1,b\n", "line 1: the header is"),
        ("", "is empty"),
        ("employer,group\nA\0,B1\n", "NUL bytes"),
    ],
)  # fmt: skip
def test_faults_of_a_file_of_groups(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataError) as error:
        resolve("A1", groups=written(tmp_path / "g.csv", text))
    assert says in str(error.value)
