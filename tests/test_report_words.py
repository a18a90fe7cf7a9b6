"""The words of the pages: complete in each language, and written as the language writes."""

from __future__ import annotations

import datetime as dt
import re
import string

import pytest

from mercato.report.language import Language, Name
from mercato.report.words import LANGUAGES, french_spaces, load

THIN, HARD, MINUS = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_keys_of_english(language: str) -> None:
    assert set(load(language)) == set(load("en"))


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    english, french = load("en"), load("fr")
    differ = {key for key in english if _values(english[key]) != _values(french[key])}
    assert not differ


def test_every_plural_has_both_forms() -> None:
    words = load("en")
    plurals = {key.removesuffix(".one") for key in words if key.endswith(".one")}
    assert plurals and all(f"{key}.other" in words for key in plurals)


def test_no_french_sentence_has_a_breaking_space_before_high_punctuation() -> None:
    assert not [key for key, text in load("fr").items() if re.search(r" [:;!?%»]|« ", text)]


def test_no_french_sentence_has_a_typewriter_apostrophe() -> None:
    assert not [key for key, text in load("fr").items() if "'" in text]


def test_french_spaces() -> None:
    assert french_spaces("Oui : « non » ; 5 %") == f"Oui{HARD}: «{HARD}non{HARD}»{THIN}; 5{THIN}%"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ["1,234.5", "80.3%", "10.6", "23", "0.45", f"{MINUS}4.0", "+12.3", "June 30, 2025", "—"]),
        (
            "fr",
            [
                f"1{THIN}234,5",
                f"80,3{THIN}%",
                "10,6",
                "23",
                "0,45",
                f"{MINUS}4,0",
                "+12,3",
                "30 juin 2025",
                "—",
            ],
        ),
    ],
)
def test_numbers_and_dates(code: str, written: list[str]) -> None:
    says = Language(code)
    assert [
        says.number(1234.5),
        says.percent(0.803),
        says.ratio(10.6),
        says.ratio(23.0),
        says.ratio(0.45),
        says.number(-4.0),
        says.signed(12.3),
        says.date(dt.date(2025, 6, 30)),
        says.number(None),
    ] == written


def test_periods() -> None:
    assert [Language("en").period(p) for p in ("2024", "2024-Q3", "2024-03")] == ["2024", "Q3 2024", "March 2024"]
    assert [Language("fr").period(p) for p in ("2024", "2024-Q1", "2024-08")] == [
        "2024",
        "1er trimestre 2024",
        "août 2024",
    ]


def test_nothing_that_is_not_finite_is_written_as_a_number() -> None:
    says = Language("en")
    assert [says.percent(float("inf")), says.ratio(float("nan")), says.number(float("-inf"))] == ["—"] * 3


def test_de_is_elided_before_a_vowel_only() -> None:
    written = [f"{Name(name):de}" for name in ("OpenAI", "Meta", "École normale", "Hugging Face")]
    assert written == ["d’OpenAI", "de Meta", "d’École normale", "de Hugging Face"]


def test_singular_and_plural() -> None:
    says = Language("fr").say
    assert says("block.withheld", count=1, all="9", reasons="x").startswith("1 cellule sur 9 n’est")
    assert says("block.withheld", count=1200, all="9", reasons="x").startswith(f"1{THIN}200 cellules sur 9 ne sont")


def test_a_coded_value_without_words_is_shown_as_it_is() -> None:
    says = Language("fr")
    assert says.term("kind", "ai_lab") == "laboratoires d’IA"
    assert says.term("kind", "think_tank") == "think tank"


@pytest.mark.parametrize(
    ("share", "digits", "english", "french"),
    [
        (0.0, 1, "0%", f"0{THIN}%"),
        (1.0, 1, "100%", f"100{THIN}%"),
        (0.0004, 1, "<0.1%", f"<{THIN}0,1{THIN}%"),
        (0.9997, 1, ">99.9%", f">{THIN}99,9{THIN}%"),
        (0.004, 0, "<1%", f"<{THIN}1{THIN}%"),
        (0.0006, 1, "0.1%", f"0,1{THIN}%"),
        (-0.125, 1, f"{MINUS}12.5%", f"{MINUS}12,5{THIN}%"),
    ],
)
def test_a_share_is_written_as_none_or_all_only_where_it_is(
    share: float, digits: int, english: str, french: str
) -> None:
    assert (Language("en").percent(share, digits), Language("fr").percent(share, digits)) == (english, french)


def test_a_number_that_rounds_to_nothing_has_no_sign() -> None:
    says = Language("en")
    assert [says.number(-0.04), says.signed(0.04), says.signed(-0.04), says.signed(0.06)] == [
        "0.0",
        "0.0",
        "0.0",
        "+0.1",
    ]


def test_a_ratio_beside_1_shows_on_which_side_it_lies() -> None:
    assert [Language("en").ratio(v) for v in (1.02, 0.98, 1.2)] == ["1.02", "0.98", "1.2"]


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert Language("fr").date(dt.date(2024, 9, 1)) == "1er septembre 2024"
    assert Language("fr").date(dt.date(2024, 9, 11)) == "11 septembre 2024"


def test_one_is_singular() -> None:
    for code, singular, plural in (("en", "employer", "employers"), ("fr", "employeur", "employeurs")):
        says = Language(code).say
        assert (says("summary.employers", count=1), says("summary.employers", count=2)) == (singular, plural)


def test_a_sentence_of_a_source_is_told_in_the_language_of_the_page() -> None:
    says = Language("fr")
    note = "268,019 rows without an id go by the name of the person (ids begin with 'name:')"
    assert says.told("note", note) == (
        f"268{THIN}019 lignes sans identifiant suivent le nom de la personne (identifiants commençant par 'name:')."
    )
    assert says.told("reject", "year 1300 outside 1900-2027") == "année 1300 hors de 1900-2027"
    assert says.told("note", "Nobody foresaw this one.") == "Nobody foresaw this one."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_employer_has_its_word(language: str) -> None:
    words = load(language)
    kinds = ("ai_lab", "big_tech", "startup", "university", "research", "government", "hospital", "company", "unknown")
    assert not [kind for kind in kinds if f"kind.{kind}" not in words]
    assert words["origin_kind.unknown"] != words["kind.unknown"] == words["kind.unknown_kind"]


def test_a_french_page_leads_to_its_chapters_with_a_space_before_the_colon() -> None:
    assert Language("fr").say("page.of_chapter", title="X") == f"{HARD}: X"


def test_a_french_interval_goes_from_one_end_to_the_other() -> None:
    assert Language("fr").say("number.range", low="3", high="4") == "de 3 à 4"


def test_places_are_told_with_the_ordinals_of_the_language() -> None:
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 1001)
    english, french = Language("en"), Language("fr")
    assert [english.ordinal(n) for n in numbers] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th", "1,001st"]
    )
    assert [french.ordinal(n) for n in numbers[:4]] == ["1re", "2e", "3e", "4e"]
    assert french.ordinal(1001) == f"1{THIN}001e"
    assert (english.places(1, 4), english.places(2, 2)) == ("1st–4th", "2nd")
    assert french.say("rank.between", name="Inria", low="1re", high="4e", all="60") == (
        "Inria se situe entre la 1re et la 4e place sur 60"
    )
