"""Words of everyday language: the dictionary's own reader is the oracle."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spylls.hunspell import Dictionary

from mercato.identity.dictionary import is_english
from mercato.identity.vocabulary import corrected, is_common, singular

ORACLE = Dictionary.from_files(str(files("spylls").joinpath("hunspell", "data", "en", "en_US")))
STEMS = [
    "resource",
    "unite",
    "network",
    "deep",
    "blue",
    "orange",
    "company",
    "employ",
    "act",
    "swim",
    "huawei",
    "zorbix",
]
ENDINGS = ["", "s", "es", "d", "ed", "er", "ers", "ing", "ings", "ly", "ness", "ion", "able", "ment", "ies", "y"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "re", "un", "dis", "in"]), st.sampled_from(STEMS), st.sampled_from(ENDINGS), st.booleans())
def test_a_word_is_english_where_the_reader_of_the_dictionary_says_so(
    beginning: str, stem: str, ending: str, cut: bool
) -> None:
    word = beginning + (stem[:-1] if cut else stem) + ending
    assert is_english(word) == ORACLE.lookup(word)


@pytest.mark.parametrize("word", ["ericsson", "huawei", "zhipu", "anthropic", "waseda", "capgemini"])
def test_coined_names_are_no_common_words(word: str) -> None:
    assert not is_common(word)


@pytest.mark.parametrize("word", ["orange", "apple", "united", "resources", "networks", "johnson", "german", "bancorp"])
def test_everyday_words_and_names_of_people_are(word: str) -> None:
    assert is_common(word)


def test_long_misspellings_of_the_vocabulary_are_put_right_and_other_words_are_not() -> None:
    written = ("univeristy", "techologies", "labaratories", "huaweii", "organisms", "societry")
    right = ["university", "technologies", "laboratories", "huaweii", "organisms", "society"]
    assert [corrected(word) for word in written] == right


def test_plurals_of_dictionary_words_lose_their_s() -> None:
    assert [singular(w) for w in ("networks", "telecommunications", "siemens", "class", "bus")] == [
        "network", "telecommunication", "siemens", "class", "bus",
    ]  # fmt: skip
