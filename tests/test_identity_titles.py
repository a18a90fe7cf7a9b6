"""Titles to family, level, artificial intelligence work and side roles, in English and French."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.identity.lexicon import lexicon
from mercato.identity.titles import classify, classify_titles
from mercato.tables import LEVELS, TITLES

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

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
    assert found.to_pylist() == [
        {"title": "", "family": None, "level": None, "is_ai": False, "is_side": False},
        {"title": "b engineer", "family": "engineering", "level": "mid", "is_ai": False, "is_side": False},
    ]


def test_the_lexicon_names_known_levels_only() -> None:
    told = lexicon("titles")
    assert set(told["level"]) == {*LEVELS, "none", "cut", "grades"}
    assert set(told["level"]["grades"]) <= set(LEVELS)


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_classified(title: str) -> None:
    told = classify(title)
    assert told.level is None or told.level in LEVELS
    assert told.family is None or told.level is not None
    assert classify(title.swapcase().swapcase()) == classify(title.swapcase().swapcase())


@pytest.mark.skipif(not (SHARED / "titles").exists(), reason="the shared lists of titles are not here")
def test_real_titles_agree_with_declared_occupations_and_are_quick() -> None:
    with (SHARED / "titles" / "h1b_title_soc_half.csv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if "Developer" in r["soc_title"] and "Software" in r["soc_title"]]
    families = [classify(r["job_title"]).family for r in rows]
    share = families.count("engineering") / len(families)
    with (SHARED / "titles" / "onet_alternate_titles.txt").open(encoding="utf-8") as stream:
        titles = [line.split("\t")[1] for line in stream]
    start = time.process_time()
    classify_titles(pa.table({"title": titles}))
    print(f"engineering {share:.3f} of {len(rows)}; {len(set(titles))} titles in {time.process_time() - start:.1f} s")
    assert share > 0.75
    assert time.process_time() - start < 15
