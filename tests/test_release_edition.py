"""Editions on disk: whole or not at all, and never over what is not an edition."""

from __future__ import annotations

import datetime as dt
import errno
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

import mercato
from mercato.cli import main
from mercato.errors import DataError
from mercato.release.edition import Edition, write_edition
from mercato.release.plan import PLAN
from mercato.settings import Options, Settings

ROWS = "person_id,employer,start_date,end_date\n" + "".join(
    f"p{i},{('Acme', 'Beta')[i % 2]},2015-0{i % 9 + 1}-10,2018-03-0{i % 9 + 1}\n" for i in range(60)
)


@pytest.fixture(scope="module")
def careers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file: Path = tmp_path_factory.mktemp("edition") / "careers.csv"
    file.write_text(ROWS, "utf-8")
    return file


@pytest.fixture(scope="module")
def edition(careers: Path) -> Edition:
    with mercato.read(careers, as_of=dt.date(2019, 12, 31)) as market:
        return market.edition("One")


def pages(edition: Edition, folder: Path) -> None:
    (folder / "index.html").write_text(edition.title, "utf-8")


def full_disk(edition: Edition, folder: Path) -> None:
    (folder / "index.html").write_text("half", "utf-8")
    raise OSError(errno.ENOSPC, "No space left on device", str(folder / "index.html"))


def stopped(edition: Edition, folder: Path) -> None:
    raise KeyboardInterrupt


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_edition_replaces_an_earlier_one_wholly(edition: Edition, tmp_path: Path) -> None:
    into = write_edition(edition, tmp_path / "out", pages)
    (into / "figures" / "old.csv").write_text("old", "utf-8")
    write_edition(edition, into, pages)
    assert names(into) == {"edition.json", "figures", "index.html"}
    assert len(names(into / "figures")) == 3 * len(edition.figures)
    assert names(tmp_path) == {"out"}


@pytest.mark.parametrize("fails", [full_disk, stopped])
def test_what_fails_leaves_the_earlier_edition_and_nothing_else(
    edition: Edition, tmp_path: Path, fails: Callable[[Edition, Path], None]
) -> None:
    for before in (set(), {"out"}):
        with pytest.raises((OSError, KeyboardInterrupt)):
            write_edition(edition, tmp_path / "out", fails)
        assert names(tmp_path) == before
        write_edition(edition, tmp_path / "out", pages)
    assert (tmp_path / "out" / "index.html").read_text("utf-8") == "One"


def test_a_full_disk_is_told_without_a_traceback(
    careers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mercato.report.write_report", lambda edition, folder, languages: full_disk(edition, folder))
    monkeypatch.setattr("mercato.market.PLAN", PLAN[:1])
    monkeypatch.setattr(sys, "argv", ["mercato", "report", str(careers), "--into", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "No space left on device" in capsys.readouterr().err
    assert names(tmp_path) == set()


@pytest.mark.parametrize("mark", ["notes.txt", "figures", ".git"])
def test_a_folder_of_other_things_is_refused(edition: Edition, tmp_path: Path, mark: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / mark).write_text("mine", "utf-8")
    with pytest.raises(DataError, match="no edition"):
        write_edition(edition, tmp_path / "out", pages)
    assert (tmp_path / "out" / mark).read_text("utf-8") == "mine"


def test_a_file_is_refused(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", "utf-8")
    with pytest.raises(DataError, match="a file stands"):
        write_edition(edition, tmp_path / "out", pages)


def test_the_id_is_of_the_content(careers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same again gives the same id; another title, day or option gives another."""
    monkeypatch.setattr("mercato.market.PLAN", PLAN[:1])

    def made(title: str = "One", day: dt.date = dt.date(2019, 12, 31), **options: int) -> str:
        with mercato.read(careers, Settings(options=Options(**options)), as_of=day) as market:
            return market.edition(title).id

    ids = [made(), made(), made("Two"), made(day=dt.date(2018, 12, 31)), made(minimum_people=6)]
    assert ids[0] == ids[1]
    assert len(set(ids[1:])) == 4


def test_the_id_is_of_every_figure(edition: Edition) -> None:
    """Another value in one cell of any figure gives another id."""
    for name, figure in edition.figures.items():
        table = figure.table
        changed = table.set_column(table.column_names.index("status"), "status", pa.array(["?"] * table.num_rows))
        other = replace(edition, figures={**edition.figures, name: replace(figure, table=changed)})
        assert (other.id != edition.id) == (table.num_rows > 0)


def test_a_person_with_ten_thousand_positions_and_two_people_of_one_id(tmp_path: Path) -> None:
    """One id that holds 10,000 jobs is one person; two people of one id cannot be told apart, and are one too."""
    rows = [f"busy,E{i},{2000 + i % 20}-0{i % 9 + 1}-{i % 28 + 1:02},{2001 + i % 20}-01-01" for i in range(10_000)]
    rows += ["two,Acme,2010-01-01,2015-01-01", "two,Beta,2010-01-01,2015-01-01"]
    (tmp_path / "careers.csv").write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    options = Settings(options=Options(minimum_people=1))
    with mercato.read(tmp_path / "careers.csv", options, as_of=dt.date(2022, 1, 1)) as market:
        (source,) = market.sources
        there = market.measure("headcount", ["year"]).to_arrow().to_pylist()
    assert source.read == source.accepted + source.rejected == 10_002
    assert max(row["n"] for row in there) == 2
