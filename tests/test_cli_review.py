"""`mercato review`: pairs of names, listed, decided in a file or one by one, and remembered in the user's aliases."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mercato import review
from mercato.cli import mercato
from mercato.errors import DataError, MercatoError
from mercato.identity.employers.decisions import added, decisions_of, read_decided, remember
from mercato.identity.employers.lists import Alias, read_aliases

NAMES = {
    "Google": 400, "Google X": 2, "Huawei": 500, "Huawei Noah's Ark Lab": 4, "Quanterra Instruments": 60,
    "Bluebird Robotics": 30, "Bluebird Robotics Ltd.": 4,
}  # fmt: skip


@pytest.fixture
def careers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    names = [name for name, count in NAMES.items() for _ in range(count)]
    rows = "".join(f'p{i},"{name}",2015-01-10,2018-03-01\n' for i, name in enumerate(names))
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + rows, "utf-8")
    return tmp_path / "careers.csv"


def run(*words: object, answers: str | None = None) -> Result:
    return CliRunner().invoke(mercato, list(map(str, words)), input=answers)


def pairs_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def decide(file: Path, **decisions: str) -> None:
    """Write the decision beside each pair whose left name begins with a word."""
    rows = pairs_in(file)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, review.COLUMNS)
        writer.writeheader()
        for row in rows:
            word = row["left"].split()[0]
            writer.writerow({**row, "decision": decisions.get(word, "")})


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_pairs_are_listed_the_most_consequential_first(careers: Path) -> None:
    result = run("review", careers)
    assert result.exit_code == 0
    assert "2 pairs of names to decide, by records of the rarer name × probability" in result.stdout
    said = result.stdout
    assert said.index("“Huawei Noah's Ark Lab” (4 records)") < said.index("“Google X” (2 records)")
    assert "one holds all the words of the other" in said


def test_decisions_go_out_and_come_back_and_hold(careers: Path, tmp_path: Path) -> None:
    assert run("review", careers, "--out", "pairs.csv").exit_code == 0
    rows = pairs_in(tmp_path / "pairs.csv")
    assert [(r["left"], r["right"], r["left_records"], r["decision"]) for r in rows] == [
        ("Huawei Noah's Ark Lab", "Huawei", "4", ""),
        ("Google X", "Google", "2", ""),
    ]
    decide(tmp_path / "pairs.csv", Google="distinct", Huawei="même")
    result = run("review", careers, "--in", "pairs.csv")
    assert "1 same, 1 apart: 2 new decisions are remembered in aliases.csv" in result.stdout
    assert (tmp_path / "aliases.csv").read_text("utf-8") == (
        "name,alias,decision\nHuawei,Huawei Noah's Ark Lab,same\nGoogle,Google X,apart\n"
    )
    assert "No pair of names is left to decide." in run("review", careers).stdout
    who = run("who", "Huawei Noah's Ark Lab", careers, "--aliases", "aliases.csv").stdout
    assert "Huawei Noah's Ark Lab  (your list)" in who
    assert who.startswith("Huawei:")
    assert "Kept apart by a list:" in run("who", "Google X", careers, "--aliases", "aliases.csv").stdout


def test_what_was_decided_is_written_once(careers: Path, tmp_path: Path) -> None:
    run("review", careers, "--out", "pairs.csv")
    decide(tmp_path / "pairs.csv", Google="apart", Huawei="same")
    run("review", careers, "--in", "pairs.csv")
    before = (tmp_path / "aliases.csv").read_bytes()
    assert "0 new decisions" in run("review", careers, "--in", "pairs.csv").stdout
    assert (tmp_path / "aliases.csv").read_bytes() == before


def test_a_list_with_decisions_is_not_written_over(careers: Path, tmp_path: Path) -> None:
    run("review", careers, "--out", "pairs.csv")
    assert run("review", careers, "--out", "pairs.csv").exit_code == 0
    decide(tmp_path / "pairs.csv", Google="apart")
    result = run("review", careers, "--out", "pairs.csv")
    assert (result.exit_code, type(result.exception)) == (1, DataError)
    assert "holds decisions" in str(result.exception)
    result = run("review", careers, "--out", careers)
    assert "it is no list of pairs of names" in str(result.exception)


def test_a_session_writes_each_decision_at_once(careers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pair is the same; at the second the session is left with q: the first decision is kept."""
    monkeypatch.setattr(review, "on_terminal", lambda: True)
    result = run("review", careers, answers="what?\ns\nq\n")
    assert result.exit_code == 0
    assert "1 decision is remembered in aliases.csv" in result.stdout
    assert (tmp_path / "aliases.csv").read_text("utf-8") == "name,alias,decision\nHuawei,Huawei Noah's Ark Lab,same\n"
    result = run("review", careers, answers="k\n")
    assert "“Google X”" in result.stdout
    assert "Huawei" not in result.stdout
    result = run("review", careers, answers="")
    assert result.exit_code == 1  # the input ended: as Ctrl-D does
    run("review", careers, answers="a\n")
    assert (tmp_path / "aliases.csv").read_text("utf-8").endswith("Google,Google X,apart\n")


def test_decisions_of_faulty_lists_are_told_with_every_line(tmp_path: Path) -> None:
    text = "left;right;decision\nA1;B1;maybe\nA2;;same\nA3;B3;\nA4;B4;perhaps\n"
    with pytest.raises(DataError) as error:
        read_decided(written(tmp_path / "p.csv", text.encode()))
    assert "line 2: decision is 'maybe'" in str(error.value)
    assert "line 3: right is blank" in str(error.value)
    assert "line 5: decision is 'perhaps'" in str(error.value)
    assert "line 4" not in str(error.value)


def test_a_list_in_french_from_a_spreadsheet(tmp_path: Path) -> None:
    file = written(tmp_path / "p.csv", "\ufeffgauche;droite;décision\r\nA1;B1;Même\r\nA2;B2;DISTINCT\r\n".encode())
    assert [(a.name, a.alias, a.apart) for a in read_decided(file)] == [("B1", "A1", False), ("B2", "A2", True)]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("Aone,Bone,same\nAone,Bone,apart\n", ("line 3", "line 2")),
        ("Aone,Bone,\nBone,Cone,\nDone,Zone,\nAone,Cone,apart\n", ("line 5", "line 2", "line 3")),
        ("Aone,Bone,apart\nRoot,Aone,\nRoot,Bone,same\n", ("line 2", "line 3", "line 4")),
        ("Aone,Bone,\nCone,Bone,\n", ("line 3", "line 2")),
        ("Aone,A-one,apart\n", ("line 2",)),
    ],
)
def test_contradictions_are_one_error_with_all_their_lines(tmp_path: Path, lines: str, named: tuple[str, ...]) -> None:
    file = written(tmp_path / "a.csv", ("name,alias,decision\n" + lines).encode())
    with pytest.raises(DataError) as error:
        decisions_of(read_aliases(file), file)
    assert [line for line in named if line not in str(error.value)] == []


def test_all_contradictions_are_told_at_once(tmp_path: Path) -> None:
    text = "name,alias,decision\nAone,Bone,\nAone,Bone,apart\nCone,Done,\nCone,Done,apart\n"
    file = written(tmp_path / "a.csv", text.encode())
    with pytest.raises(DataError, match=r"line 3: .*line 2.*; line 5: .*line 4"):
        decisions_of(read_aliases(file), file)


def test_a_contradiction_leaves_the_list_as_it_was(careers: Path, tmp_path: Path) -> None:
    aliases = written(tmp_path / "mine.csv", b"name,alias\nGoogle,Google X\n")
    file = written(tmp_path / "pairs.csv", b"left,right,decision\nGoogle X,Google,apart\n")
    result = run("review", careers, "--in", file, "--aliases", aliases)
    assert isinstance(result.exception, DataError)
    assert "pairs.csv line 2" in str(result.exception)
    assert "line 2" in str(result.exception).replace("pairs.csv line 2", "")
    assert aliases.read_bytes() == b"name,alias\nGoogle,Google X\n"


KEPT = [
    (b"name,alias\nGoogle,GBrain", b"name,alias\nGoogle,GBrain\n"),
    (b"alias;name;note\r\nGBrain;Google;ours\r\n", b"alias;name;note\r\nGBrain;Google;ours\r\n"),
    (b"\xef\xbb\xbfname\talias\n\n# my notes, and more\nGoogle\tGBrain\n",) * 2,
    ("nom,alias\nSociété,Soc\n".encode("cp1252"),) * 2,
]


@pytest.mark.parametrize(("old", "kept"), KEPT)
def test_the_lines_of_a_list_stay_as_they_are(tmp_path: Path, old: bytes, kept: bytes) -> None:
    file = written(tmp_path / "a.csv", old)
    before = read_aliases(file)
    remember(file, added(before, [Alias("x", "Acmé", "Acmé Labs")], file))
    now = file.read_bytes()
    assert now.startswith(kept)
    assert len(now.removeprefix(kept).splitlines()) == 1
    after = read_aliases(file)
    assert [(a.name, a.alias) for a in after] == [*((a.name, a.alias) for a in before), ("Acmé", "Acmé Labs")]


@pytest.mark.parametrize(("old", "kept"), KEPT)
def test_only_the_header_grows_where_something_is_apart(tmp_path: Path, old: bytes, kept: bytes) -> None:
    file = written(tmp_path / "a.csv", old)
    before = read_aliases(file)
    remember(file, [Alias("x", "Acme", "Acme Bank", apart=True)])
    lines = file.read_bytes().splitlines()
    assert [n for n, (a, b) in enumerate(zip(kept.splitlines(), lines, strict=False)) if a != b] == [0]
    assert [(a.name, a.alias, a.apart) for a in read_aliases(file)] == [
        *((a.name, a.alias, False) for a in before), ("Acme", "Acme Bank", True)
    ]  # fmt: skip


def test_a_column_without_a_header_is_no_decision(tmp_path: Path) -> None:
    """The third cell of a row under a header of two is the user's remark."""
    file = written(tmp_path / "a.csv", b"name,alias\nGoogle,GBrain,since 2011\n")
    remember(file, [Alias("x", "Acme", "Acme Bank", apart=True)])
    assert file.read_bytes() == b"name,alias,,decision\nGoogle,GBrain,since 2011\nAcme,Acme Bank,,apart\n"
    assert [alias.apart for alias in read_aliases(file)] == [False, True]


def test_a_sign_that_the_encoding_lacks_is_an_error_that_changes_nothing(tmp_path: Path) -> None:
    old = "name,alias\nSociété,Soc\n".encode("cp1252")
    file = written(tmp_path / "a.csv", old)
    with pytest.raises(DataError, match="Save it as UTF-8"):
        remember(file, [Alias("x", "東京大学", "東大")])
    assert file.read_bytes() == old
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", ["=cmd()", "+1 Firm", "@Home", "-Dash-", "# Hash Ltd", "'Quoted", 'A "B", C', "東京大学", "شركة", "x" * 10_000])  # fmt: skip  # noqa: E501
def test_any_name_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.csv"
    remember(file, [Alias("x", "Acme", name), Alias("x", name, "Bank of Acme", apart=True)])
    assert [(a.name, a.alias, a.apart) for a in read_aliases(file)] == [
        ("Acme", name, False), (name, "Bank of Acme", True)
    ]  # fmt: skip
    cells = [cell for row in csv.reader(file.open(encoding="utf-8", newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_a_second_name_goes_to_the_first(tmp_path: Path) -> None:
    """Bone is Aone's already; that Bone is Cone too makes Aone one of Cone's, as no alias has two names."""
    known = [Alias("line 2", "Aone", "Bone")]
    (new,) = added(known, [Alias("x", "Cone", "Bone")], tmp_path)
    assert (new.name, new.alias) == ("Cone", "Aone")
    assert added([*known, new], [Alias("x", "Aone", "Cone")], tmp_path) == []


APART = [
    ("Massachusetts Institute of Technology", "MIT CSAIL"),  # known all over
    ("Meta", "Facebook"),  # a former name
    ("Huawei", "Huawei Technologies Sweden"),  # a place
    ("Quanterra Instruments", "Quanterrra Instruments"),  # much alike
]


def test_apart_holds_against_every_layer(careers: Path, tmp_path: Path) -> None:
    """Each pair is one employer, until the user says that it is two."""
    names = [*(alias for _, alias in APART), "Meta", "Meta", "Massachusetts Institute of Technology"]
    with careers.open("a") as stream:
        stream.writelines(f"q{number},{name},2020-01-10,2023-03-01\n" for number, name in enumerate(names))
    text = "name,alias,decision\n" + "".join(f"{name},{alias},apart\n" for name, alias in APART)
    held = {alias: employers_of(alias, careers) for _, alias in APART}
    assert held == {alias: [name] for name, alias in APART}
    aliases = written(tmp_path / "a.csv", text.encode())
    held = {alias: employers_of(alias, careers, "--aliases", aliases) for _, alias in APART}
    assert held == {alias: [alias] for _, alias in APART}


def employers_of(name: str, *words: object) -> list[str]:
    told = json.loads(run("who", name, *words, "--format", "json").stdout)
    return [employer["employer"] for employer in told["employers"]]


def test_what_went_with_a_name_goes_with_it_still(careers: Path, tmp_path: Path) -> None:
    """Bluebird Robotics Sweden is Bluebird Robotics by rule; that this is Quanterra's takes both there."""
    with careers.open("a") as stream:
        stream.write("q1,Bluebird Robotics Sweden,2020-01-10,2023-03-01\n")
    assert employers_of("Bluebird Robotics Sweden", careers) == ["Bluebird Robotics"]
    aliases = written(tmp_path / "a.csv", b"name,alias\nQuanterra Instruments,Bluebird Robotics\n")
    assert employers_of("Bluebird Robotics Sweden", careers, "--aliases", aliases) == ["Quanterra Instruments"]


def test_where_decisions_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file named; else that of the settings; else aliases.csv beside the mercato.toml; else in this folder."""
    from mercato.settings import Settings

    monkeypatch.chdir(tmp_path)
    none = Settings()
    (tmp_path / "data").mkdir()
    folder, file = tmp_path / "data", tmp_path / "data" / "careers.csv"
    assert review.aliases_file([file], None, none, None) == Path("aliases.csv")
    assert review.aliases_file([folder], None, none, None) == Path("aliases.csv")
    (folder / "mercato.toml").write_text("", "utf-8")
    assert review.aliases_file([folder], None, none, None) == folder / "aliases.csv"
    written(folder / "mine.csv", b"name,alias\n")
    (folder / "mercato.toml").write_text('aliases = "mine.csv"', "utf-8")
    assert review.aliases_file([folder], None, none, None) == folder / "mine.csv"
    assert review.aliases_file([folder], Path("new.csv"), none, None) == Path("new.csv")
    with pytest.raises(MercatoError, match="Name one with --aliases"):
        review.aliases_file([folder], Path("names.toml"), none, None)
