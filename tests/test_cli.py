"""The commands: exit codes, and errors that say what was found and what to do, without a traceback."""

from __future__ import annotations

import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEADER = "person_id,employer,start_date,end_date\n"
GOOD = HEADER + "".join(f"p{i},Acme,2015-01-10,{'2018-03-0' + str(i % 9 + 1)}\n" for i in range(40))


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mercato.cli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def careers(tmp_path: Path) -> Path:
    (tmp_path / "careers.csv").write_text(GOOD, "utf-8")
    return tmp_path / "careers.csv"


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, mercato.cli; print([m for m in ('duckdb', 'ibis', 'altair', 'pyarrow') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_measure_as_csv(careers: Path) -> None:
    """40 people joined and all left in their 38th or 39th month: everybody is there after 24, nobody after 40."""
    told = run("measure", "retention", careers, "--by", "employer", "--set", "months=24,40", "--format", "csv",
               "--set", "minimum_at_risk=0", cwd=careers.parent)  # fmt: skip
    assert told.returncode == 0
    rows = [line.split(",") for line in told.stdout.splitlines()]
    assert rows[0] == ["employer", "months", "entered", "events", "at_risk", "estimate", "low", "high", "n", "status"]
    assert rows[1][:6] == ["Acme", "24", "40", "", "40", "1.0"] or rows[1][:6] == ["Acme", "24", "40", "0", "40", "1.0"]
    assert rows[2][5] == "0.0"


def test_a_measure_as_json_has_its_words(careers: Path) -> None:
    told = json.loads(run("measure", "hires", careers, "--by", "year", "--format", "json", cwd=careers.parent).stdout)
    assert told["title"] == {"en": "Hires", "fr": "Embauches"}
    assert told["rows"][0][told["columns"].index("estimate")] == 40


def _damaged(folder: Path) -> dict[str, Path]:
    whole = gzip.compress(GOOD.encode() * 50)
    made = {
        "empty.csv": b"",
        "header.csv": HEADER.encode(),
        "binary.csv": bytes(range(256)) * 40,
        "cut.csv.gz": whole[: len(whole) // 2],
        "cut.parquet": b"PAR1" + b"\0" * 100,
        "unknown.csv": b"colour,shape\nred,round\n",
        "deep.jsonl": b"[" * 100_000,
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in made} | {"missing": folder / "nothing-here.csv"}


NAMES = ("empty.csv", "header.csv", "binary.csv", "cut.csv.gz", "cut.parquet", "unknown.csv", "deep.jsonl", "missing")


@pytest.mark.parametrize("name", NAMES)
def test_damaged_input_is_one_clear_error(tmp_path: Path, name: str) -> None:
    told = run("report", _damaged(tmp_path)[name], cwd=tmp_path)
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert told.stderr.strip().splitlines()[-1].startswith("mercato: ")
    assert name.split(".")[0].replace("missing", "nothing-here") in told.stderr
    assert not (tmp_path / "editions").exists() or not any((tmp_path / "editions").iterdir())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("measure", "retentoin"), 1, "retentoin"),
        (("measure", "retention", "--by", "colour"), 1, "colour"),
        (("measure", "retention", "--where", "employer=Nobody"), 1, "Nobody"),
        (("measure", "retention", "--where", "employer"), 1, "NAME=VALUE"),
        (("measure", "retention", "--set", "months=many"), 1, "months"),
        (("measure", "retention", "--set", "colour=red"), 1, "colour"),
        (("measure", "retention", "--as-of", "yesterday"), 1, "yesterday"),
        (("report", "--map", "person_id=nowhere"), 1, "nowhere"),
        (("report", "--into", "."), 1, "not empty"),
        (("report", "--focus", "Nobody"), 1, "Nobody"),
        (("measure", "hires", "--where", "kind=laboratory"), 1, "Expected one of"),
        (("measure", "hires", "--as-of", "1900-01-01"), 1, "before anything that the records tell of"),
        (("measure", "hires", "--set", "minimum_people=0"), 1, "at least 1"),
        (("measure", "hires", "--memory", "lots"), 1, "a size like 4GB"),
        (("measure", "hires", "--aliases", "nowhere.csv"), 1, "nowhere.csv, which does not exist"),
        (("report", "--into", "careers.csv/edition"), 1, "cannot be written there"),
        (("check", "--rejects", "careers.csv"), 1, "no list of rejected records"),
        (("check", "--dates", "ymd"), 2, "ymd"),
        (("check", ""), 2, "an empty text is not a path"),
        (("report", "--colour", "red"), 2, "colour"),
        (("reprot",), 2, "reprot"),
    ],
)
def test_wrong_words_are_told(careers: Path, words: tuple[str, ...], code: int, said: str) -> None:
    told = run(*words, careers, cwd=careers.parent)
    assert told.returncode == code
    assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert careers.read_text("utf-8") == GOOD
    assert [path.name for path in careers.parent.iterdir()] == ["careers.csv"]


def test_an_edition_never_replaces_its_input(careers: Path) -> None:
    edition = careers.parent / "edition"
    assert run("report", careers, "--into", edition, cwd=careers.parent).returncode == 0
    careers.rename(edition / "careers.csv")
    told = run("report", edition / "careers.csv", "--into", edition, cwd=careers.parent)
    assert told.returncode == 1
    assert "lies in the folder that the edition would replace" in told.stderr
    assert (edition / "careers.csv").read_text("utf-8") == GOOD


def test_a_dimension_named_twice_keeps_both_parts(careers: Path) -> None:
    """40 joined Acme in 2015; twelve at Bolt in 2016 make it 52."""
    careers.write_text(GOOD + "".join(f"q{i},Bolt,2016-01-10,\n" for i in range(12)), "utf-8")
    told = run("measure", "hires", careers, "--by", "", "--where", "employer=Acme", "--where", "employer=Bolt | acme",
               "--format", "json", cwd=careers.parent)  # fmt: skip
    said = json.loads(told.stdout)
    assert said["rows"][0][said["columns"].index("estimate")] == 52


def test_an_empty_table_says_that_it_is(careers: Path) -> None:
    told = run("measure", "hires", careers, "--where", "year=1980", "--format", "csv", cwd=careers.parent)
    assert told.returncode == 0
    assert "The table is empty: up to 2018-03-09 the records hold nothing that hires counts where year=1980" in (
        told.stderr
    )
    assert len(told.stdout.splitlines()) == 1


def test_a_disk_that_is_full_leaves_nothing_and_the_next_run_works(careers: Path) -> None:
    """No file may grow beyond 20,000 bytes, which the pages of an edition do."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    command = [sys.executable, "-m", "mercato.cli", "report", str(careers), "--into", "out"]
    told = subprocess.run(
        command, cwd=careers.parent, capture_output=True, text=True, timeout=120, check=False, preexec_fn=limited
    )
    assert told.returncode == 1
    assert told.stderr.strip().splitlines()[-1].startswith("mercato: ")
    assert "File too large" in told.stderr
    assert [path.name for path in careers.parent.iterdir()] == ["careers.csv"]
    assert run("report", careers, "--into", "out", cwd=careers.parent).returncode == 0


@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.6])
def test_a_stop_while_libraries_are_loaded_is_one_line(careers: Path, seconds: float) -> None:
    code = "from mercato.cli import main; print('ready', flush=True); main()"
    command = [sys.executable, "-c", code, "report", str(careers), "--into", "out"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=careers.parent, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.strip().splitlines()[-1] == "mercato: Stopped; nothing half-written is left."
    assert "Traceback" not in said
    assert [path.name for path in careers.parent.iterdir()] == ["careers.csv"]


def test_check_counts_and_lists_rejects(tmp_path: Path) -> None:
    (tmp_path / "careers.csv").write_text(GOOD + "p41,,2015-01-01,\np42,Acme,2015-02-30,\n", "utf-8")
    told = run("check", "careers.csv", "--rejects", "rejects.csv", cwd=tmp_path)
    assert told.returncode == 0
    assert "42 read = 40 accepted + 2 rejected" in told.stdout
    listed = (tmp_path / "rejects.csv").read_text("utf-8").splitlines()
    assert len(listed) == 3
    assert "2015-02-30" in listed[2]


def test_an_interrupted_report_leaves_nothing_and_can_be_run_again(tmp_path: Path) -> None:
    rows = [
        f"p{i % 3000},E{i % 700},20{10 + i % 10}-0{i % 9 + 1}-01,20{11 + i % 10}-0{i % 9 + 1}-01" for i in range(9000)
    ]
    (tmp_path / "careers.csv").write_text(HEADER + "\n".join(rows), "utf-8")
    command = [sys.executable, "-m", "mercato.cli", "report", "careers.csv", "--into", "out"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []
    assert run("report", "careers.csv", "--into", "out", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out" / "index.html").is_file()


def test_titles_are_listed_by_frequency_those_not_understood_first(tmp_path: Path) -> None:
    rows = [
        "1,Acme,Zorglub",
        "2,Acme,Zorglub",
        "3,Acme,Nurse",
        "4,Acme,Nurse",
        "5,Acme,Nurse",
        "6,Beta,Blorp",
        "6,Beta,",
    ]
    lines = ["person_id,employer,title,start_date,end_date", *(f"{row},2015-01-10,2018-03-01" for row in rows)]
    (tmp_path / "careers.csv").write_text("\n".join(lines), "utf-8")
    told = run("check", "careers.csv", "--titles", "titles.csv", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "3 titles are listed in titles.csv: 2 tell no family (50.0% of the records with one)" in told.stdout
    assert (tmp_path / "titles.csv").read_text("utf-8").splitlines() == [
        "title,people,records,family,level,is_ai_strict,is_ai_broad,is_side,code,code_system,rule",
        "Zorglub,2,2,,,False,False,False,,,",
        "Blorp,1,1,,,False,False,False,,,",
        "Nurse,3,3,health,mid,False,False,False,,,nurse",
    ]
    again = run("check", "careers.csv", "--titles", "careers.csv", cwd=tmp_path)
    assert again.returncode == 1 and "it is no list of titles" in again.stderr


def test_titles_are_explained_and_families_listed(tmp_path: Path) -> None:
    told = run("titles", "Sr. MTS (LLM pre-training)", "AI Product Manager", "Board member", cwd=tmp_path).stdout
    assert told.splitlines() == [
        "Sr. MTS (LLM pre-training): research, senior, AI (strict), "
        "by “senior member of technical staff llm pre training”",
        "AI Product Manager: product, mid, AI (broad only), by “product manager”",
        "Board member: family not told, level not told, not AI, side role",
    ]
    assert "SOC 2018" in run("titles", "--language", "fr", cwd=tmp_path).stdout
    wrong = run("titles", "Nurse", "--taxonomy", "none.csv", cwd=tmp_path)
    assert wrong.returncode == 1 and "--taxonomy names none.csv, which does not exist" in wrong.stderr
