"""Normalisation of employer names: what is joined, what must stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.identity.employers.normalise import normalise, reduce_name
from mercato.identity.folding import shown, words
from mercato.identity.nonemployers.placeholders import placeholder

SAME = [
    ("IBM Corp.", "I.B.M."),
    ("ＧＯＯＧＬＥ", "Google LLC"),
    ("The Walt Disney Company", "Walt Disney"),
    ("McKinsey & Company", "McKinsey and Co."),
    ("Société Générale S.A.", "SOCIETE GENERALE"),
    ("L’Oréal SA", "L'Oreal"),
    ("AT&amp;T Inc", "AT & T"),
    ("Robert Bosch GmbH & Co. KG", "Robert Bosch"),
    ("株式会社はてな", "はてな"),
    ("(株)ソニー", "ソニー"),
    ("Infosys Pvt. Ltd.", "Infosys Private Limited"),
    ("Atlassian Pty Ltd", "Atlassian"),
    ("Telenor AS", "Telenor"),
    ("Nintendo K.K.", "Nintendo"),
    ("Amazon.com, Inc.", "Amazon"),
    ("Bridgevine, Inc. (acquired by Updater)", "Bridgevine"),
    ("Meta (formerly Facebook)", "meta"),
    ("University College London (UCL", "University College London"),
    ("Univ. of Oxford", "University of Oxford"),
    ("U. of Toronto", "University of Toronto"),
    ("Wal-Mart", "Walmart"),
    ("Deep Mind", "DeepMind"),
    ("UniversitÃ© de Nice", "Université de Nice"),
    ("Grupo Bimbo S.A.B. de C.V.", "Grupo Bimbo"),
    ("Allegro Sp. z o.o.", "Allegro"),
    ("ООО Яндекс", "Яндекс"),
]

APART = [
    ("IIT Bhubaneswar", "KIIT Bhubaneswar"),
    ("University of Bern", "University of Bergen"),
    ("University of Washington", "Washington State University"),
    ("Apple", "Apple Leisure"),
    ("Meta", "Metaplane"),
    ("Orange", "Orange County"),
    ("UC SD", "UC SF"),
    ("SAS Institute", "Institute"),
    ("SAS", "S"),
    ("Inc", "LLC"),
    ("ガス", "カス"),
    ("कमल", "कोमल"),
    ("Penn State PSU", "Penn State"),
    ("University of SA", "University of"),
    ("Nordic Spa", "Nordic"),
    ("Freelance.com", "freelance"),
    ("University of Wisconsin (Madison)", "University of Wisconsin (Milwaukee)"),
    ("S&P", "SP"),
    ("Studio 1 11", "Studio 11 1"),
    ("Northeastern University, China", "Northeastern University"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_employer_give_one_key(one: str, other: str) -> None:
    assert reduce_name(one).key == reduce_name(other).key


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_employers_stay_apart(one: str, other: str) -> None:
    assert reduce_name(one).key != reduce_name(other).key


@pytest.mark.parametrize("name", ["Inc", "GmbH", "S.A.", "Limited", "株式会社", "& Co", "The"])
def test_a_name_that_is_only_a_form_stays(name: str) -> None:
    assert reduce_name(name).key != ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "blank"), ("-", "blank"), ("N/A", "blank"), ("néant", "blank"), ("self-employed", "self-employed"),
        ("Indépendant", "self-employed"), ("Freelance web developer", "self-employed"), ("étudiante", "student"),
        ("Independent Researcher, Paris", "independent researcher"), ("asdf", "not a name"), ("Retired", "not working"),
        ("En recherche d'emploi", "not working"), ("Stealth Startup", "undisclosed"), ("🙂", "blank"),
    ],
)  # fmt: skip
def test_what_is_no_employer(name: str, reason: str) -> None:
    assert placeholder(list(reduce_name(name).plain)) == reason


@pytest.mark.parametrize(
    "name", ["The Independent", "Freelance.com", "Free", "AAA", "Student Loans Company", "None of Us Ltd", "42"]
)
def test_what_is_an_employer_after_all(name: str) -> None:
    assert placeholder(list(reduce_name(name).plain)) == ""


_pieces = st.sampled_from(
    [
        "The",
        "the",
        "Inc.",
        "S.A.",
        "& Co",
        "GmbH",
        "Univ.",
        "of",
        "U.",
        "株式会社",
        "(acquired by X)",
        ", part of Y",
        "Foo",
        "é",
        "A.B.",
        ".com",
        "AS",
        "und",
        "K.K.",
        "1",
        "İ",
        "ß",
        "&amp;",
    ]
)


@given(
    st.one_of(
        st.text(max_size=40), st.lists(_pieces, max_size=7).map(" ".join), st.lists(_pieces, max_size=4).map("".join)
    )
)
@settings(max_examples=600, deadline=None)
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalise(name)
    assert normalise(once) == once


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_shown_names_hold_no_control_characters(name: str) -> None:
    assert all(c == " " or (ord(c) >= 32 and not 127 <= ord(c) < 160) for c in shown(name))
    assert shown(shown(name)) == shown(name)


def test_a_name_of_a_megabyte_is_read_in_time() -> None:
    assert len(words(normalise("Foo (bar, " * 100_000 + "Inc"))) > 0


@pytest.mark.parametrize(
    "name", ["Unaffilaited", "Unafillated", "Unaffliated", "Self employeed", "Freeelancer", "indepedent", "Independen"]
)
def test_misspelt_words_for_no_employer(name: str) -> None:
    assert placeholder(list(reduce_name(name).plain)) != ""


def test_a_department_is_its_university() -> None:
    assert normalise("Dept. of Physics, Faculty of Science, Univ. of Oslo") == "university of oslo"
    assert normalise("Department of Defense, USA") == "department of defense usa"
    assert normalise("Department of Physics, University") == "department of physics university"
