"""What is recognised: columns and their roles, layouts, files and folders; and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mercato
from mercato.errors import DataError
from mercato.settings import Settings, SourceSettings
from mercato.sources.columns import normal, recognise_roles
from mercato.sources.recognise import find_sources, recognise
from mercato.sources.registry import FORMATS

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def roles(*header: str, **said: str) -> tuple[str, dict[str, str]]:
    found = recognise_roles(header, SourceSettings(columns=said), "f.csv")
    return found.layout, found.columns


@pytest.mark.parametrize(
    ("header", "layout", "columns"),
    [
        ("person_id,employer,start_date,end_date", "positions", "person_id,employer,start,end"),
        ("Employee ID,Company,Job Title,Hire Date,Termination Date", "positions", "person_id,employer,title,start,end"),
        ("personId,companyName,startDate,endDate", "positions", "person_id,employer,start,end"),
        ("Matricule,Société,Intitulé du poste,Date d'embauche,Date de sortie", "positions",
         "person_id,employer,title,start,end"),
        ("nom,entreprise,poste,début,fin,ville,pays", "positions",
         "person_name,employer,title,start,end,place,country"),
        ("prénom,nom,employeur,date_debut", "positions", "first_name,last_name,employer,start"),
        ("name,author_id,year,affiliation_raw,affiliation_norm,position", "sightings",
         "person_name,person_id,seen_on,employer_raw,employer,title"),
        ("person_id,employer_mp,first_listed,last_listed,next_snapshot_after,left_censored,right_censored", "spells",
         "person_id,employer,start,end,next_snapshot_after,left_censored,right_censored"),
        ("playerID,teamID,yearID", "sightings", "person_id,employer,seen_on"),
        ("person,company,snapshot_date", "sightings", "person_id,employer,seen_on"),
        ("person,company,hire_date,snapshot_date", "positions", "person_id,employer,start,verified_on"),
    ],
)  # fmt: skip
def test_roles_are_told_from_names(header: str, layout: str, columns: str) -> None:
    names = header.split(",")
    assert roles(*names) == (layout, dict(zip(columns.split(","), names, strict=True)))


def test_a_map_goes_before_names() -> None:
    layout, columns = roles("who", "employer", "boss", "start", person_id="who", employer="boss")
    assert (layout, columns["employer"], columns["person_id"]) == ("positions", "boss", "who")


def test_a_constant_employer() -> None:
    assert roles("year", "name", "position_title", employer="@White House")[1]["employer"] == "@White House"


def test_normal_names() -> None:
    assert [normal(n) for n in ("startDate", " Date d'Entrée ", "\ufeffID", "# of Workers")] == [
        "start_date", "date_d_entree", "id", "of_workers"
    ]  # fmt: skip


def test_unknown_columns_are_listed_with_what_each_layout_expects() -> None:
    with pytest.raises(DataError) as error:
        roles("a", "b")
    said = str(error.value)
    assert "'a', 'b'" in said and "sightings" in said and "--map person_id=COLUMN" in said


def test_a_needed_column_with_a_double_is_refused_and_an_unused_one_is_not() -> None:
    with pytest.raises(DataError, match="2 columns called 'employer'"):
        roles("person_id", "employer", "employer", "start")
    assert roles("person_id", "employer", "x", "x", "start")[0] == "positions"


@pytest.mark.parametrize("said", [{"employer": "nowhere"}, {"colour": "a"}])
def test_a_map_to_nothing_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(DataError):
        roles("a", "person_id", "start", **said)


def test_an_id_that_numbers_rows_gives_way_to_the_name(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("id,name,company,start\n1,Ann,X,2015\n2,Ann,Y,2016\n")
    assert "person_id" not in recognise(file).roles


def test_a_folder_passes_over_what_is_not_data(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("person_id,company,start\n1,X,2015\n")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    for name in ("README.md", "mercato.toml", "truth.json", "aliases.csv", ".hidden", "LICENSE"):
        (tmp_path / name).write_text("person_id,company,start\n1,X,2015\n")
    found, passed = find_sources([tmp_path], Settings())
    assert [f.name for f in found] == ["jobs.csv"]
    assert len(passed) == 1 and "notes.csv" in passed[0]


def test_a_folder_without_sources_and_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no file"):
        find_sources([tmp_path], Settings())
    with pytest.raises(DataError, match="no such file"):
        find_sources([tmp_path / "nowhere.csv"], Settings())


def test_the_sentence_says_what_was_recognised(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("matricule;entreprise;début\n1;Société;2015\n", "utf-8")
    assert recognise(file).sentence == (
        "jobs.csv: CSV, utf-8, semicolon, 45 bytes; layout positions; "
        "person_id ← matricule, employer ← entreprise, start ← début"
    )


def test_the_sentence_names_the_columns_that_play_no_role(tmp_path: Path) -> None:
    file = tmp_path / "jobs.csv"
    file.write_text("person,employer,start,shoe size,\n1,Acme,2015,42,x\n", "utf-8")
    assert recognise(file).sentence.endswith("start ← start; not used: shoe size, (no name)")
    many = [f"c{number}" for number in range(20)]
    file.write_text(f"person,employer,start,{','.join(many)}\n1,Acme,2015{',x' * 20}\n", "utf-8")
    assert recognise(file).sentence.endswith(f"not used: {', '.join(many[:12])}, and 8 more")


def test_json_arrays_and_lines(tmp_path: Path) -> None:
    rows = [{"person": "a", "employer": "X", "from": "2015"}]
    (tmp_path / "a.json").write_text(json.dumps(rows, indent=1))
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert {recognise(tmp_path / n).format for n in ("a.json", "b.jsonl")} == {"JSON lines"}


def test_every_format_says_what_it_is() -> None:
    assert all(f.name and f.description and f.recognised for f in FORMATS)


OTHERS = [f for folder in ("layoffs", "warn", "pay", "postings", "ratings", "names", "titles", "oracles")
          for f in sorted((SHARED / folder).glob("*.*"))]  # fmt: skip


@pytest.mark.skipif(not OTHERS, reason="the shared data are not here")
@pytest.mark.parametrize("file", OTHERS, ids=lambda f: f.name)
def test_other_tables_are_not_taken_for_careers(file: Path) -> None:
    with pytest.raises(DataError, match=r"not recognised as careers|holds no JSON records"):
        recognise(file)


def test_labels_go_before_the_addresses_of_a_downloaded_query(tmp_path: Path) -> None:
    """Wikidata's own download of a query holds an address and a label of each thing."""
    file = tmp_path / "query.csv"
    file.write_text(
        "person,personLabel,employer,employerLabel,start,end\n"
        "http://a.example/Q1,Ann Lee,http://a.example/Q95,Google,2015-01-01,2018-01-01\n",
        "utf-8",
    )
    with mercato.read(file) as market:
        assert market.sources[0].columns["employer"] == "employerLabel"
        assert market.sources[0].columns["person_id"] == "person"
