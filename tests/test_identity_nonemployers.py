"""What people write where an employer is asked for, and is none; and what looks so and is an employer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.identity.employers.normalise import reduce_name
from mercato.identity.nonemployers.judging import MANY, employers_are_persons, person_key, reason_not_employer

PERSON, PLACE, PART = "a person's name", "a place", "a department without its institution"
CODE, ADDRESS, CUT, TEXT, JOB = "a number or code", "an address", "cut off", "a heading or sentence", "a job title"


def _reason(name: str, people: int = 1, **told: object) -> str:
    return reason_not_employer(name, reduce_name(name).plain, people, **told)  # type: ignore[arg-type]


BLANK_OR_SELF = [
    ("", "blank"), ("N/A", "blank"), ("Please select", "blank"), ("Your Company Name Here", "blank"),
    ("TBD", "blank"), ("pending affiliation change", "blank"), ("不明", "blank"), ("无", "blank"), ("없음", "blank"),
    ("لا يوجد", "blank"), ("Неизвестно", "blank"), ("Keine Angabe", "blank"), ("ninguna", "blank"),
    ("Me, myself & I", "not a name"), ("private person", "not a name"), ("I speak for myself", "not a name"),
    ("Privatperson", "not a name"), ("个人", "not a name"),
    ("Selbstständig", "self-employed"), ("Autónomo", "self-employed"), ("libero professionista", "self-employed"),
    ("自由职业者", "self-employed"), ("フリーランス", "self-employed"),
    ("프리랜서", "self-employed"), ("самозанятый", "self-employed"),
    ("Grad student", "student"), ("Estudiante", "student"), ("学生", "student"),
    ("طالب", "student"), ("студентка", "student"),
    ("Arbeitslos", "not working"), ("jubilado", "not working"), ("無職", "not working"), ("emekli", "not working"),
]  # fmt: skip

FORMS = [
    ("asdfghjkl", "keyboard noise"), ("qwertyuiop", "keyboard noise"), ("lalalalala", "keyboard noise"),
    ("sdkfjhgskdjf", "keyboard noise"), ("2019", CODE), ("19980906", CODE),
    ("05323025C", CODE), ("24 February", CODE),
    ("12 mars 2004", CODE), ("Fax: 703 620 9071", CODE), ("PO BOX 6048", ADDRESS), ("4th Floor", ADDRESS),
    ("MA 02139", ADDRESS), ("1036 State st. NW", ADDRESS),
    ("12 rue de la Paix", ADDRESS), ("Hauptstrasse 5", ADDRESS),
    ("75013 Paris France", ADDRESS), ("someone.in.particular@gmail.com", "an e-mail address"), ("<br>", "markup"),
    ("France", PLACE), ("U.S.A.", PLACE), ("Deutschland", PLACE), ("中国", PLACE), ("Россия", PLACE), ("ไทย", PLACE),
    ("Guangzhou, China", PLACE), ("Nairobi", PLACE), ("Portland, Oregon", PLACE), ("Karnataka, India", PLACE),
]  # fmt: skip

PARTS = [
    ("Department of Computer Science", PART), ("Graduate School of Engineering", PART), ("CS Division", PART),
    ("Faculté de droit", PART), ("Fakultät für Informatik", PART), ("Computer Science and Engineering", PART),
    ("计算机科学与技术学院", PART), ("University of", CUT), ("Technical University of", CUT), ("Laboratory for", CUT),
    ("China Academy of", CUT), ("Research Institute", CUT), ("Section 11", TEXT), ("Author Information", TEXT),
    ("I like to sleep", TEXT), ("this is not what you are looking for", TEXT), ("Je travaille chez moi", TEXT),
    ("2.4.1 Further Remarks", TEXT), ("Guidelines for Writing Better Software", TEXT), ("参考文献", TEXT),
    ("Associate Professor", JOB), ("Software engineer", JOB), ("Ingénieur", JOB), ("工程师", JOB), ("会社員", JOB),
]  # fmt: skip

PERSONS = [
    "Takahiro Fukuhara", "M. Karsten", "T.Sassenberg", "W. Adamson", "Perkins Charles", "J. W. Pace", "G. Grammel Ed",
    "TSOU Tina", "Dr. Anna Müller", "Müller, Anna", "Jean-Pierre Dupont", "Zhang Wei", "Xiaoming Li", "Kim Min-jun",
    "Park Jiyeon", "Sakamoto Kenji", "Rajesh Venkataraman", "Mohamed El Amrani", "Olga Ivanova", "María José García",
    "Jan van den Berg", "Tom Hill", "Иван Петров", "김민준", "王秀英",
]  # fmt: skip

EMPLOYERS = [
    "JP Morgan", "J.P. Morgan", "Ernst & Young", "Ernst Young", "John Deere",
    "Wells Fargo", "Morgan Stanley", "Jefferson Wells",
    "Philip Morris", "Johns Hopkins", "Carnegie Mellon", "Charles Schwab", "Calvin Klein", "Hewlett Packard",
    "Rolls Royce", "Eli Lilly", "T. Rowe Price", "J. Crew",
    "Max Planck Institute", "Ferrari N.V.", "Marcus Evans Ltd",
    "Google", "Google Ireland", "Orange", "Apple", "Stanford", "Oxford", "Cambridge",
    "42", "3M", "37signals", "23andMe",
    "AAA", "IBM", "BASF", "Department of Energy", "Department of Defense", "National Institute of Technology",
    "School of Visual Arts", "London School of Economics", "Institute of Physics",
    "Bank of China", "University of Oslo",
    "Department of Computer Science, University of Oslo", "Freelance.com", "The Independent", "Student Loans Company",
    "We Are Social", "Protocol Labs", "Applied Materials", "Software AG",
    "Jane Street", "State Street", "Hong Kong Telecom",
    "Huawei", "华为", "周大福", "トヨタ自動車", "삼성전자", "Газпром",
    "أرامكو", "Red Hat", "Sun Microsystems", "Silo AI",
    "INRIA Saclay", "CHU de Rennes", "engineer@novartis.com", "Acme Widgets",
    "None of Us Ltd", "University of Science Malaysia",
]  # fmt: skip


@pytest.mark.parametrize(("name", "reason"), [*BLANK_OR_SELF, *FORMS, *PARTS])
def test_what_is_no_employer(name: str, reason: str) -> None:
    assert _reason(name) == reason


@pytest.mark.parametrize("name", PERSONS)
def test_names_of_persons_are_no_employers(name: str) -> None:
    assert _reason(name) == PERSON


@pytest.mark.parametrize("name", EMPLOYERS)
def test_employers_stay(name: str) -> None:
    assert _reason(name) == ""


def test_a_person_whom_many_name_is_an_employer() -> None:
    """The office of a member of parliament, say; a blank stays a blank however many leave it so."""
    assert _reason("Anna Schmidt", MANY - 1) == PERSON
    assert _reason("Anna Schmidt", MANY) == ""
    assert _reason("unknown", 10_000) == "blank"
    assert _reason("Department of Physics", 10_000) == PART
    assert _reason("France", 10_000) == PLACE


def test_where_most_employers_are_persons_a_person_is_one() -> None:
    firms = [f"Widget Works {word}" for word in ("North", "South", "East", "West")]
    given = ("Anna", "Paul", "Marie", "Hans", "Olga")
    persons = [f"{one} {other}" for one in given for other in ("Schmidt", "Martin", "Petrova", "Rossi")]
    assert employers_are_persons([*persons, *firms])
    assert not employers_are_persons([*persons[:3], *firms * 10])
    assert _reason("Anna Schmidt", persons_employ=True) == ""
    assert _reason("unknown", persons_employ=True) == "blank"


def test_a_name_of_a_person_of_the_same_data() -> None:
    """ "Xqz Vrk" looks like nothing, but is one of the people of these data, in either order."""
    people = {person_key("Xqz Vrk"), person_key("Grace Hopper")}
    assert _reason("Xqz Vrk") == ""
    assert _reason("XQZ VRK", people_names=people) == PERSON
    assert _reason("Vrk, Xqz", people_names=people) == PERSON
    assert _reason("Xqz Vrk", MANY, people_names=people) == ""


HOSTILE = [
    "\x00", "\x00\x00Acme\x00", "\u202eemca\u202c",
    "🙂", "👩‍👩‍👧‍👦 family",
    "' OR 1=1; --", ".*(a+)+$", "\ud800", "ﷺ", "١٢٣٤", "𝕬𝖈𝖒𝖊", "A.B.C.D.E.F.",
    "-", ",", "Wang,", ".",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_gives_a_reason_or_none(name: str) -> None:
    assert isinstance(_reason(name), str)


_WORDS = st.sampled_from(
    ["Anna", "A.", "of", "University", "12", "France", "Li", "&", "GmbH", "-", "김", "王", ",", "I", "AI"]
)


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=7).map(" ".join)))
@settings(max_examples=500, deadline=None)
def test_the_same_text_gives_the_same_reason(name: str) -> None:
    first = _reason(name)
    assert first == _reason(name)
    assert first == _reason(name, 0)


@given(st.lists(_WORDS, max_size=6).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_what_many_share_is_never_called_a_person(name: str) -> None:
    assert _reason(name, MANY) != PERSON
