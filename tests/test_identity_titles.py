"""Titles to family, level, artificial intelligence work and side roles, in English and French."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.identity.lexicon import lexicon
from mercato.identity.titles.classifying import classify, classify_titles
from mercato.identity.titles.families import families, families_of_group, family_of_code, list_families, this_edition
from mercato.tables import LEVELS, TITLES

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
FIXTURES = Path(__file__).parent / "fixtures"
FLAGS = {"1": True, "0": False}
HOSTILE = [
    "Senior", "ingénieur·e", "(H/F)", "AI", "C++", "مهندس", "工程师", "🚀", "\u202e", "\0", ".*", "(?i", "[a-", "\\1",
    "'; DROP", "%s", "{0}", "II", "·", "/", "–", "\ud800", "ﬁ", "İ", "e\u0301", "to", "IV", "L5", ",",
]  # fmt: skip

EXPECTED = [
    ("Software Engineer", "engineering", "mid"),
    ("Sr. Software Engineer II", "engineering", "senior"),
    ("SOFTWARE DEVELOPMENT ENGINEER III", "engineering", "senior"),
    ("Ingénieur·e logiciel (H/F)", "engineering", "mid"),
    ("Développeuse web junior", "engineering", "entry"),
    ("Stage développeur", "engineering", "intern"),
    ("Alternante RH", "hr", "intern"),
    ("Directrice des ressources humaines", "hr", "director"),
    ("Staff Engineer", "engineering", "lead"),
    ("Chief of Staff", "management", "director"),
    ("Staff nurse", "health", "mid"),
    ("Product Manager", "product", "mid"),
    ("Senior Product Manager", "product", "senior"),
    ("Chef de projet", "operations", "mid"),
    ("Chef de service", "management", "manager"),
    ("Engineering Manager", "engineering", "manager"),
    ("Account Executive", "sales", "mid"),
    ("Executive Assistant to the CEO", "administration", "mid"),
    ("Assistant to the CEO", "administration", "mid"),
    ("Conseiller du Premier ministre", "consulting", "mid"),
    ("Conseillère technique au cabinet du ministre", "consulting", "mid"),
    ("VP of Engineering", "engineering", "executive"),
    ("Chief Data Officer", "data", "executive"),
    ("PDG", "management", "executive"),
    ("P.D.G.", "management", "executive"),
    ("Directeur général adjoint", "management", "executive"),
    ("PhD student", "research", "intern"),
    ("Doctorante", "research", "intern"),
    ("Postdoc", "research", "entry"),
    ("Assistant Professor", "education", "mid"),
    ("Full Professor", "education", "lead"),
    ("Maître de conférences", "education", "mid"),
    ("Chargée de recherche", "research", "mid"),
    ("Member of Technical Staff", "engineering", "mid"),
    ("Data Scientist confirmé", "data", "mid"),
    ("Comptable", "finance", "mid"),
    ("Infirmière", "health", "mid"),
    ("Avocate", "legal", "mid"),
    ("Graphiste", "design", "mid"),
    ("Administrateur systèmes et réseaux", "it", "mid"),
    ("Responsable marketing", "marketing", "manager"),
    ("Intern", None, "intern"),
    ("Zorglub", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("title", "family", "level"), EXPECTED)
def test_family_and_level(title: str, family: str | None, level: str | None) -> None:
    told = classify(title)
    assert (told.family, told.level) == (family, level)


@pytest.mark.parametrize(
    "title",
    [
        "AI Engineer",
        "A.I. Researcher",
        "AI/ML lead",
        "Ingénieure IA",
        "Expert en intelligence artificielle",
        "NLP scientist",
        "LLM developer",
        "Computer Vision Engineer",
        "Apprentissage automatique",
        "机器学习工程师",
    ],
)
def test_artificial_intelligence_work(title: str) -> None:
    assert classify(title).is_ai


@pytest.mark.parametrize(
    "title",
    [
        "Air hostess",
        "Mail clerk",
        "Email marketing",
        "Chair",
        "Retail",
        "HTML developer",
        "Maintenance",
        "Social media",
        "Diagnostician",
        "Artificial Insemination Technician (AI Technician)",
    ],
)
def test_letters_inside_other_words_are_not_ai(title: str) -> None:
    assert not classify(title).is_ai


@pytest.mark.parametrize(
    "title",
    [
        "Board Member",
        "Advisor",
        "Adviser to startups",
        "Administrateur indépendant",
        "Bénévole",
        "Volunteer",
        "Angel Investor",
        "Mentor",
        "Freelance designer",
        "Consultante indépendante",
        "Non-Executive Director",
    ],
)
def test_side_roles(title: str) -> None:
    assert classify(title).is_side


@pytest.mark.parametrize(
    "title",
    [
        "Policy Advisor",
        "Application Development Senior Advisor",
        "Investor Relations Manager",
        "Volunteer Coordinator",
        "Administrateur système",
        "Board game designer",
        "Conseillère clientèle",
    ],
)
def test_ordinary_jobs_are_no_side_roles(title: str) -> None:
    assert not classify(title).is_side


def test_a_table_of_titles() -> None:
    found = classify_titles(pa.table({"title": ["b engineer", "", None, "b engineer"], "people": [1, 2, 3, 4]}))
    assert found.schema == TITLES.schema
    told = ["title", "family", "level", "is_ai", "is_side", "is_ai_strict", "rule"]
    assert [tuple(row[name] for name in told) for row in found.to_pylist()] == [
        ("", None, None, False, False, False, None),
        ("b engineer", "engineering", "mid", False, False, False, "engineer"),
    ]
    assert found["code"].null_count == found["code_system"].null_count == 2  # codes come from taxonomies alone


def test_the_lexicon_names_known_levels_only() -> None:
    told = lexicon("titles")
    assert set(told["level"]) == {*LEVELS, "none", "cut", "deputy", "grades", "rungs", "numbered"}
    assert set(told["level"]["grades"]) | set(told["level"]["rungs"]) <= set(LEVELS)
    assert set(told["ai"]["built_by"]) <= {family.name for family in families()}


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_classified(title: str) -> None:
    told = classify(title)
    assert told.level is None or told.level in LEVELS
    assert told.family is None or told.level is not None
    assert classify(title.swapcase().swapcase()) == classify(title.swapcase().swapcase())


@given(st.lists(st.sampled_from(HOSTILE), max_size=30), st.sampled_from(["", " ", "-", "/"]))
@settings(max_examples=300, deadline=None)
def test_hostile_titles_are_classified(parts: list[str], between: str) -> None:
    told = classify(between.join(parts))
    assert told.level is None or told.level in LEVELS
    assert told.is_ai or not told.is_ai_strict


@pytest.mark.parametrize(
    "title", ["engineer " * 2000, "x" * 10_000, "工" * 10_000, "(" * 10_000, "a/" * 5000, "é·e" * 3000]
)
def test_titles_of_ten_thousand_signs(title: str) -> None:
    assert classify(title).family in (None, "engineering")


@pytest.mark.parametrize(
    ("title", "family", "level", "strict", "broad"),
    [
        ("Sr. MTS (LLM pre-training)", "research", "senior", True, True),
        ("Senior Machine Learning Engineer", "data", "senior", True, True),
        ("AI Researcher", "research", "mid", True, True),
        ("Head of AI", "data", "director", True, True),
        ("AI Product Manager", "product", "mid", False, True),
        ("Commercial solutions IA", "sales", "mid", False, True),
        ("Machine Learning Product Manager", "product", "mid", True, True),
        ("Software Engineer", "engineering", "mid", False, False),
    ],
)
def test_artificial_intelligence_in_two_readings(
    title: str, family: str, level: str, strict: bool, broad: bool
) -> None:
    """Strict: a method of AI is named, or AI is what is built, studied or headed. Broad: any AI word."""
    told = classify(title)
    assert (told.family, told.level, told.is_ai_strict, told.is_ai) == (family, level, strict, broad)


@pytest.mark.parametrize(
    ("title", "family", "level"),
    [
        ("Sofware Enginer", "engineering", "mid"),
        ("Sr. Sofware Developper", "engineering", "senior"),
        ("Infirmeire", "health", "mid"),
        ("Acountant", "finance", "mid"),
        ("Jounalist", "media", "mid"),
    ],
)
def test_misspelt_titles(title: str, family: str, level: str) -> None:
    told = classify(title)
    assert (told.family, told.level) == (family, level)


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("SWE L5", "senior"),
        ("Software Engineer (IC4)", "senior"),
        ("Engineer E6", "lead"),
        ("SDE-III", "senior"),
        ("SDE1", "entry"),
        ("Adjointe administrative principale de 1re classe", "senior"),
        ("Directrice des ressources humaines adjointe", "manager"),
        ("Ingénieur en apprentissage par renforcement", "mid"),
        ("Ingénieur en apprentissage", "intern"),
        ("Advisor to the CEO", "mid"),
        ("IT Support Technician, Tier 1", "mid"),
        ("Chief Executive Officer and Board Member", "executive"),
        ("Board Member", None),
    ],
)
def test_levels(title: str, level: str | None) -> None:
    assert classify(title).level == level


def _labelled(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", ["titles_labelled.csv", "titles_labelled_second.csv"])
def test_titles_labelled_by_hand(name: str) -> None:
    """At least 92% of the titles in each language have the level, AI readings and side role of their label."""
    labelled = _labelled(name)
    for language in ("en", "fr"):
        rows = [(row, classify(row["title"])) for row in labelled if row["language"] == language]
        right = {
            "level": [told.level == (row["level"] or None) for row, told in rows],
            "is_ai_strict": [told.is_ai_strict == FLAGS[row["is_ai_strict"]] for row, told in rows],
            "is_ai_broad": [told.is_ai == FLAGS[row["is_ai_broad"]] for row, told in rows],
            "is_side": [told.is_side == FLAGS[row["is_side"]] for row, told in rows],
        }
        assert {what: sum(told) / len(told) for what, told in right.items() if sum(told) < 0.92 * len(told)} == {}


def test_the_labels_are_many_in_both_languages_and_of_known_values() -> None:
    rows = _labelled("titles_labelled.csv")
    assert all([row["language"] for row in rows].count(language) >= 150 for language in ("en", "fr"))
    assert {row["level"] for row in rows} == {*LEVELS, ""}
    assert {row["family"] for row in rows} == {*(family.name for family in families()), ""}
    assert not {row["title"] for row in rows} & {row["title"] for row in _labelled("titles_labelled_second.csv")}


@pytest.mark.parametrize(
    ("system", "code", "family"),
    [
        ("isco", "2512", "engineering"),
        ("isco", "2511", "it"),
        ("isco", "2631", "finance"),  # economists, longer than 26
        ("soc", "15-1252", "engineering"),
        ("soc", "15-1252.00", "engineering"),
        ("soc", "15-1299.09", "operations"),
        ("soc", "15-1132", "engineering"),  # of 2010
        ("soc", "15-1199.08", "data"),  # of 2010: business intelligence analysts
        ("rome", "M1805", "engineering"),
        ("rome", "J1506", "health"),
        ("isco", "9999", None),
        ("soc", "", None),
    ],
)
def test_the_family_of_a_code(system: str, code: str, family: str | None) -> None:
    assert family_of_code(system, code) == family


def test_each_beginning_of_a_code_is_of_one_family() -> None:
    for system in ("isco", "soc", "rome"):
        starts = [start for family in families() for start in family.codes[system]]
        assert len(starts) == len(set(starts)), sorted({s for s in starts if starts.count(s) > 1})


def test_families_of_a_group() -> None:
    assert families_of_group("soc", "15-205") == {"data"}
    assert families_of_group("soc", "11-3021") >= {"it", "engineering"}
    assert this_edition("15-1133") == "15-1252"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_families_are_listed_with_their_codes(language: str) -> None:
    listed = list_families(language)
    assert all(f"{family.name}\n" in listed for family in families())
    assert "ISCO-08: 2512" in listed and "ROME: K19" in listed


@pytest.mark.skipif(not (SHARED / "titles").exists(), reason="the shared lists of titles are not here")
def test_declared_occupations_agree() -> None:
    with (SHARED / "titles" / "h1b_title_soc_half.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(classify(r["job_title"]).family, this_edition(r["soc_code"]), int(r["n_certified"]))
                for r in csv.DictReader(stream)]  # fmt: skip
    agreed = sum(filings for family, code, filings in rows if family in families_of_group("soc", code[:5]))
    assert agreed >= 0.85 * sum(filings for *_, filings in rows)
