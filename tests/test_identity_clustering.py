"""Which names are one employer: examples by hand, pairs that must stay apart, and what the user decides."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.identity.employers.clustering import _level_of_people
from mercato.identity.employers.resolving import Employers, resolve_employers

DAY = dt.date(2025, 6, 30)
APART = Path(__file__).parent / "fixtures" / "names" / "apart.csv"


def resolve(*names: str | tuple[str, int], **lists: Path) -> Employers:
    """The employers of names, each written by one person or by so many as stand beside it."""
    weighed = [(name, 1) if isinstance(name, str) else name for name in names]
    table = pa.table({"employer_name": [n for n, _ in weighed], "people": [p for _, p in weighed]})
    return resolve_employers(table, as_of=DAY, **lists)


def ids(found: Employers) -> dict[str, set[int | None]]:
    told: dict[str, set[int | None]] = {}
    for row in found.names.to_pylist():
        told.setdefault(row["employer_name"], set()).add(row["employer_id"])
    return told


def reason(found: Employers, name: str) -> str:
    return next(row["reason"] for row in found.names.to_pylist() if row["employer_name"] == name)


def read_apart() -> list[tuple[str, str]]:
    with APART.open(encoding="utf-8", newline="") as stream:
        return [(row["one"], row["other"]) for row in csv.DictReader(stream)]


ONE = [
    # parts, trades and places beside what the employer goes by
    ("Huawei", "Huawei Technologies Sweden AB"),
    ("Huawei", "HUAWEI TELECOMMUNICATIONS (INDIA) CO. PVT"),
    ("Google", "Google Research, Mountain View"),
    ("Orange", "Orange Labs"),
    ("Hitachi", "Hitachi Ltd. Central Research Laboratory"),
    ("Deutsche Telekom", "Deutsche Telekom AG Headquarters"),
    ("Fujitsu Laboratories", "Fujitsu Research and Development Center"),
    # institutions in other languages, in another order, and parts of them
    ("Technical University of Munich", "Technische Universität München"),
    ("University of Aberdeen", "Aberdeen University"),
    ("University of Oulu", "Centre for Wireless Communications University of Oulu"),
    ("University of Stuttgart", "University of Stuttgart Institute of Communication Networks"),
    ("Carnegie Mellon University", "School of Computer Science, Carnegie Mellon University"),
    ("Université Paris-Saclay", "University of Paris-Saclay"),
    ("Cornell University", "Cornell U"),
    ("National University of Singapore", "Nat. Univ. Singapore"),
    ("Chinese Academy of Sciences", "Chinese Acad. Sci."),
    ("Fraunhofer Institute FOKUS", "FhG Fokus"),
    ("Fraunhofer IAIS", "Fraunhofer-Institut für Intelligente Analyse- und Informationssysteme IAIS"),
    # known short forms and former names
    ("PricewaterhouseCoopers", "PwC"),
    ("JPMorgan Chase & Co.", "J.P. Morgan"),
    ("Huawei", "华为技术有限公司"),
    ("Alibaba", "阿里巴巴集团控股有限公司"),
    ("Massachusetts Institute of Technology", "MIT"),
    ("France Télécom", "Orange"),
    # misspellings of a word of no dictionary
    ("Sungkyunkwan University", "Sungkyungwan University"),
    ("Univeristy of Amsterdam", "University of Amsterdam"),
    # addresses
    ("Boeing", "ann@boeing.com"),
    ("Juniper", "www.juniper.net"),
]


@pytest.mark.parametrize(("name", "other"), ONE)
def test_names_of_one_employer(name: str, other: str) -> None:
    found = ids(resolve((name, 9), other))
    assert found[name] == found[other] != {None}


@pytest.mark.parametrize("people", [(1, 1), (500, 2), (2, 500)])
def test_names_that_must_stay_apart(people: tuple[int, int]) -> None:
    pairs = read_apart()
    weights = {name: n for pair in pairs for name, n in zip(pair, people, strict=True)}
    assert joined_of(pairs, resolve(*weights.items())) == []


def test_names_that_must_stay_apart_stay_so_among_names_of_one_employer() -> None:
    pairs = read_apart()
    assert joined_of(pairs, resolve(*{name for pair in (*pairs, *ONE) for name in pair})) == []


def joined_of(pairs: list[tuple[str, str]], found: Employers) -> list[tuple[str, str]]:
    told = ids(found)
    return [pair for pair in pairs if not told[pair[0]].isdisjoint(told[pair[1]])]


def test_a_word_of_the_dictionary_is_no_slip_for_a_name_that_more_people_wrote() -> None:
    told = ids(resolve(("Engie", 500), ("Engine", 2), ("Endesa", 500), ("Endeza", 2)))
    assert told["Engie"].isdisjoint(told["Engine"])
    assert told["Endesa"] == told["Endeza"]


def test_institutions_of_the_same_words_in_two_countries_are_two() -> None:
    chile, colombia, plain = (
        "Universidad de los Andes, Chile",
        "Universidad de los Andes, Colombia",
        "Universidad de los Andes",
    )
    told = ids(resolve((chile, 3), (colombia, 9), (plain, 5), ("Universidad de los Andes (Venezuela)", 2)))
    assert told[plain] == told[colombia] != told[chile]
    assert len(set.union(*told.values())) == 3
    same = ids(
        resolve(
            "University of Oxford, England",
            "University of Oxford, UK",
            "Hong Kong University, China",
            "Hong Kong University, Hong Kong",
        )
    )
    assert len(set.union(*same.values())) == 2


def test_a_short_form_is_learnt_from_names_that_hold_both() -> None:
    long = "Norwegian Institution for Polar Research Archives"
    found = resolve(f"{long} (NIPRA)", "NIPRA", long)
    assert len(found.employers) == 1
    alone = resolve("NIPRA", long)
    assert len(alone.employers) == 2


def test_a_short_form_of_two_names_is_neither() -> None:
    found = ids(resolve("Royal Institute of Arts (RIA)", "Rural Investment Agency (RIA)", "RIA"))
    assert len(set.union(*found.values())) == 3


def test_a_rare_misspelling_of_a_frequent_name_is_joined_and_a_frequent_one_listed() -> None:
    rare = resolve(("Ericsson", 400), ("Erisson", 1))
    assert len(rare.employers) == 1
    assert reason(rare, "Erisson").startswith("likeness")
    frequent = resolve(("Ericsson", 400), ("Erisson", 90))
    assert len(frequent.employers) == 2


def test_two_dictionary_words_are_no_misspelling_of_each_other() -> None:
    assert len(resolve(("Cohesion", 900), ("Adhesion", 1)).employers) == 2


def test_several_employers_in_one_text_are_several_where_they_stand_alone_elsewhere() -> None:
    found = ids(resolve("NTT", "Verio", "NTT / Verio", "Input/Output Ltd"))
    assert found["NTT / Verio"] == found["NTT"] | found["Verio"]
    assert len(found["Input/Output Ltd"]) == 1


def test_pairs_between_the_thresholds_are_listed_with_what_speaks_for_them() -> None:
    found = resolve("Alaxala", "Alaxola", "Nortel")
    (pair,) = [p for p in found.pairs.to_pylist() if p["outcome"] == "review"]
    assert {pair["left"], pair["right"]} == {"Alaxala", "Alaxola"}
    assert 0.3 <= pair["probability"] < 0.95
    assert "name typo +9.5" in pair["evidence"]


def test_people_in_common_join_what_the_words_leave_open() -> None:
    names = pa.table({"employer_name": ["Alaxala", "Alaxola"], "people": [10, 10]})
    alone = resolve_employers(names, as_of=DAY)
    with_people = resolve_employers(names, as_of=DAY, shared=lambda pairs: [(10, 10, 4)] * len(pairs))
    assert (len(alone.employers), len(with_people.employers)) == (2, 1)


def test_a_joined_employer_is_shown_by_the_name_most_people_write() -> None:
    found = resolve(("Huawei Technologies", 3), ("Huawei", 9), ("Huawei Canada", 2))
    assert found.employers["employer"].to_pylist() == ["Huawei"]


def test_the_order_of_names_does_not_matter() -> None:
    names = [name for pair in ONE for name in pair]
    one, other = resolve(*names), resolve(*reversed(names))
    assert one.names.equals(other.names) and one.pairs.equals(other.pairs)


TEXTS = st.text(max_size=40) | st.sampled_from([name for pair in (*ONE, *read_apart()) for name in pair])


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12, unique=True))
def test_every_name_has_an_employer_or_a_reason(names: list[str]) -> None:
    found = resolve(*names)
    told = ids(found)
    assert told.keys() == set(names)
    rows = found.names.to_pylist()
    assert all(row["employer_id"] is not None or row["reason"].startswith("not an employer") for row in rows)
    assert all(0 <= row["employer_id"] < len(found.employers) for row in rows if row["employer_id"] is not None)


HOSTILE = (
    "x" * 10_000, "a " * 5_000, "Ünï" * 3_000, "Robert'); DROP TABLE names;--", "(.*)+$ [a-z]{9}", "👩‍💻 Labs 🚀",
    "\u202eGoogle\u202c", "A\x00B",
)  # fmt: skip


def test_hostile_names_are_names() -> None:
    assert ids(resolve(*HOSTILE, "Google")).keys() == {*HOSTILE, "Google"}


def test_a_text_of_two_employers_makes_them_no_one() -> None:
    found = ids(resolve(("Quanterra Instruments", 60), ("Google", 12), "Google / Quanterra Instruments"))
    assert found["Google"].isdisjoint(found["Quanterra Instruments"])
    assert found["Google / Quanterra Instruments"] == found["Google"] | found["Quanterra Instruments"]


def test_a_joint_venture_of_two_employers_is_neither() -> None:
    found = resolve(("Zorbix", 500), ("Quanterra", 300), ("Zorbix Quanterra", 2))
    assert len(found.employers) == 3


@pytest.mark.parametrize(
    ("one", "other", "both", "level"),
    [
        (10, 30, 3, "many"),  # three people, more than a fifth of the rarer name's ten
        (30, 90, 3, "some"),  # three of thirty
        (25, 30, 0, "none"),  # nobody, though many have each
        (10, 30, 0, "unknown"),  # nobody, of a few
    ],
)
def test_what_people_in_common_say(one: int, other: int, both: int, level: str) -> None:
    assert _level_of_people(one, other, both) == level
