"""Several dates of one source: which files are taken for such, and what is said of those that cannot be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from mercato.engines.duckdb import DuckDB
from mercato.errors import DataError
from mercato.settings import Settings, load_settings
from mercato.sources.reading import Reading, read_sources

HEADER = "person_id,employer,start_date,end_date\n"
EARLIER = [f"p{n},Acme,2019-01-{n + 1:02}," for n in range(20)]
LATER = [*(line + ("2023-05-01" if n < 4 else "") for n, line in enumerate(EARLIER)), "p20,Acme,2023-06-01,"]


def read(folder: Path, files: dict[str, list[str]], said: str = "") -> tuple[Reading, list[str]]:
    """The reading of files of these lines, and what was said on the way."""
    for name, lines in files.items():
        (folder / name).write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    settings, told = Settings(), []
    if said:
        (folder / "mercato.toml").write_text(said, "utf-8")
        settings = load_settings(folder / "mercato.toml")
    (folder / ".read").mkdir()
    engine = DuckDB()
    try:
        return read_sources([folder], engine, folder / ".read", settings, told.append), told
    finally:
        engine.close()


def test_files_alike_but_for_a_date_are_vintages_and_the_latest_counts(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, {"profiles-2023-04-30.csv": EARLIER, "profiles-2023-07-31.csv": LATER})
    assert [vintage.day for vintage in reading.vintages] == [dt.date(2023, 4, 30), dt.date(2023, 7, 31)]
    assert reading.positions == [reading.vintages[-1].file]
    assert [source.vintage for source in reading.sources] == ["2023-04-30", "2023-07-31"]
    assert not reading.sources[0].quality


def test_files_of_other_people_are_two_sources_whatever_their_dates(tmp_path: Path) -> None:
    others = [line.replace("p", "q", 1) for line in LATER]
    reading, told = read(tmp_path, {"part-2023-04-30.csv": EARLIER, "part-2023-07-31.csv": others})
    assert not reading.vintages
    assert len(reading.positions) == 2
    assert any("20 of 20 people of the earlier one are not in the later one" in sentence for sentence in told)


def test_one_file_is_no_series(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, {"profiles-2023-07-31.csv": LATER})
    assert not reading.vintages


def test_people_that_vanish_are_counted(tmp_path: Path) -> None:
    said = '[sources."a.csv"]\nvintage = 2023-04-30\n[sources."b.csv"]\nvintage = 2023-07-31\n'
    reading, told = read(tmp_path, {"a.csv": EARLIER, "b.csv": LATER[3:]}, said)
    assert len(reading.vintages) == 2
    assert any("3 of 20 people of a.csv have vanished from b.csv" in sentence for sentence in told)


REFUSED = {
    "the same day": ('[sources."a.csv"]\nvintage = 2023-07-31\n[sources."b.csv"]\nvintage = 2023-07-31\n', "are both"),
    "the wrong way round": (
        '[sources."a.csv"]\nvintage = 2023-07-31\n[sources."b.csv"]\nvintage = 2018-04-30\n', "begin after 2018-04-30",
    ),
    "no day": ('[sources."a.csv"]\nseries = "s"\n[sources."b.csv"]\nvintage = 2023-07-31\nseries = "s"\n', "which day"),
    "two series": (
        '[sources."a.csv"]\nvintage = 2023-04-30\nseries = "s"\n'
        '[sources."b.csv"]\nvintage = 2023-07-31\nseries = "u"\n',
        "2 series",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_vintages_that_cannot_be_are_refused(tmp_path: Path, case: str) -> None:
    said, words = REFUSED[case]
    with pytest.raises(DataError, match=words):
        read(tmp_path, {"a.csv": EARLIER, "b.csv": LATER}, said)


def test_vintages_of_other_sources_are_refused(tmp_path: Path) -> None:
    said = '[sources."a.csv"]\nvintage = 2023-04-30\n[sources."b.csv"]\nvintage = 2023-07-31\n'
    others = [line.replace("p", "q", 1) for line in LATER]
    with pytest.raises(DataError, match="not two dates of one source"):
        read(tmp_path, {"a.csv": EARLIER, "b.csv": others}, said)
