"""The commands: exit codes, and errors that say what was found and what to do, without a traceback."""

from __future__ import annotations

import gzip
import json
import os
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
        (("report", "--colour", "red"), 2, "colour"),
        (("reprot",), 2, "reprot"),
    ],
)
def test_wrong_words_are_told(careers: Path, words: tuple[str, ...], code: int, said: str) -> None:
    told = run(*words, careers, cwd=careers.parent)
    assert told.returncode == code
    assert said in told.stderr
    assert "Traceback" not in told.stderr


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
