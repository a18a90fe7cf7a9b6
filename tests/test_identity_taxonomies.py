"""Taxonomies of the user: ESCO, O*NET and ROME give codes, and the family of titles that the rules do not know."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mercato.errors import DataError, SettingsError
from mercato.identity.titles.classifying import classify, classify_titles
from mercato.identity.titles.taxonomies import read_taxonomies, spellings
from mercato.settings import load_settings

FOLDER = Path(__file__).parent / "fixtures" / "taxonomies"
SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "titles"
ESCO = [FOLDER / "esco_fr.csv", FOLDER / "esco_en.csv"]
ONET, ROME = [FOLDER / "onet.txt"], [FOLDER / "rome.csv"]


@pytest.mark.parametrize(
    ("files", "title", "code", "system", "family"),
    [
        (ESCO, "App developer", "2512", "isco", "engineering"),
        (ESCO, "Senior App Developer II", "2512", "isco", "engineering"),
        (ESCO, "Apps Maker", "2512", "isco", "manufacturing"),  # the rules know "maker", and keep their family
        (ESCO, "Hide preparer", "7535", "isco", "manufacturing"),
        (ESCO, "Mégissière (H/F)", "7535", "isco", "manufacturing"),
        (ESCO, "Créatrice d'applis", "2512", "isco", "engineering"),
        (ESCO, "Pelt zorgler", None, None, None),  # two occupations of two families
        (ONET, "Code Wrangler", "15-1252", "soc", "engineering"),
        (ONET, "Sprint Shepherd, Berlin", "15-1299", "soc", "operations"),
        (ONET, "Shelf Whisperer", None, None, "operations"),  # two occupations of one family
        (ONET, "Box Whisperer", None, None, None),
        (ROME, "Chargée de zorglonde", "M1805", "rome", "engineering"),
        (ROME, "Dompteuse", "L1204", "rome", "media"),
        ([*ESCO, *ROME], "Mégissier", "7535", "isco", "manufacturing"),  # the first file named
        ([*ROME, *ESCO], "Mégissier", "B1802", "rome", "media"),
        (ESCO, "Zorglub", None, None, None),
    ],
)
def test_codes_and_families(files: list[Path], title: str, code: str | None, system: str | None, family: str) -> None:
    told = classify(title, read_taxonomies(files))
    assert (told.code, told.code_system, told.family) == (code, system, family)


def test_a_family_from_a_taxonomy_says_so_and_gives_a_level() -> None:
    told = classify("Lead Mégissier", read_taxonomies(ESCO))
    assert (told.rule, told.level) == ("isco: megissier", "lead")
    assert classify("Mégissier", read_taxonomies(ESCO)).level == "mid"
    assert classify("Mégissier").family is None


def test_what_was_left_out_is_counted() -> None:
    assert read_taxonomies(ESCO).notes == [
        "esco_fr.csv: 6 labels of ESCO; 1 rows have no label or no code and are left out",
        "esco_en.csv: 7 labels of ESCO; 1 stand for several occupations, and so for no code; "
        "1 rows have no label or no code and are left out",
    ]
    assert "2 stand for several occupations" in read_taxonomies(ONET).notes[0]


def test_both_forms_of_a_pair_of_genders() -> None:
    assert {("charge", "de", "communication"), ("chargee", "de", "communication")} <= spellings(
        "Chargé / Chargée de communication"
    )
    assert spellings("Chief Sorter (CSO)") == {("chief", "sorter"), ("cso",)}
    assert spellings("Android/iOS tester") == {("android", "ios", "tester")}


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n", "is empty"),
        ("header.csv", b"conceptUri,iscoGroup,preferredLabel,altLabels\n", "has a header and no rows"),
        ("text.csv", b"once upon a time\nthere was\n", "is not a table"),
        ("binary.csv", bytes(range(256)) * 20, "is not text"),
        ("other.csv", b"employer,job\nA,b\n", "the columns employer, job are those of no known taxonomy"),
        ("missing.txt", b"O*NET-SOC Code\tSource(s)\n15-1252.00\t08\n", "those of no known taxonomy"),
        ("codes.csv", b"code_rome;libelle_rome\nx;y\n", "none of its 1 rows has a label and a code"),
        ("alone.csv", (FOLDER / "esco_fr.csv").read_bytes(), "none of its 3 rows has a label and a code"),
    ],
)
def test_what_is_no_taxonomy_is_told_in_one_error(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=found) as error:
        read_taxonomies([tmp_path / name])
    assert name in str(error.value) and "Expected" in str(error.value)


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"conceptUri,iscoGroup,preferredLabel\n", b"code_rome;libelle\n"])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_taxonomy_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, head: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "file.csv"
    file.write_bytes(head + body)
    with contextlib.suppress(DataError):
        read_taxonomies([file])


def test_other_encodings(tmp_path: Path) -> None:
    text = "code_rome;libelle\nJ1506;Zorglonné\n"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        (tmp_path / "rome.csv").write_bytes(text.encode(encoding))
        assert classify("zorglonné", read_taxonomies([tmp_path / "rome.csv"])).family == "health"


def test_a_table_of_titles_with_codes() -> None:
    found = classify_titles(pa.table({"title": ["App developer", "Zorglub"]}), read_taxonomies(ESCO)).to_pylist()
    assert [(row["title"], row["code"], row["code_system"]) for row in found] == [
        ("App developer", "2512", "isco"),
        ("Zorglub", None, None),
    ]


def test_settings_name_taxonomies(tmp_path: Path) -> None:
    (tmp_path / "rome.csv").write_bytes((FOLDER / "rome.csv").read_bytes())
    file = tmp_path / "mercato.toml"
    file.write_text('taxonomies = ["rome.csv"]', "utf-8")
    assert load_settings(file).taxonomies == (tmp_path / "rome.csv",)
    for wrong in ('taxonomies = "rome.csv"', 'taxonomies = ["none.csv"]', "taxonomies = [1]"):
        file.write_text(wrong, "utf-8")
        with pytest.raises(SettingsError, match="taxonomies"):
            load_settings(file)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared taxonomies are not here")
def test_the_published_files() -> None:
    esco = read_taxonomies([SHARED / "esco_occupations_fr.csv", SHARED / "esco_occupations_en.csv"])
    assert classify("Développeuse web", esco).code_system == "isco"
    assert classify("Mécatronicien", esco).code is not None or classify("wire drawer", esco).code == "8121"
    onet = read_taxonomies([SHARED / "onet_alternate_titles.txt"])
    assert classify("Computer Programmer Analyst", onet).family == "engineering"
    assert len(esco.labels) > 30_000 and len(onet.labels) > 30_000
