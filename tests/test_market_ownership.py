"""Ownership in figures: what is a move under each rule, what the report tells of what ownership removed, and lists."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mercato
from mercato.errors import SettingsError
from mercato.market import Market
from mercato.release.edition import write_edition
from mercato.report import write_report
from mercato.settings import Options, Settings

AS_OF = dt.date(2022, 12, 31)
SEEN = Options(minimum_people=1, minimum_at_risk=1)


def went(origin: str, destination: str, day: str, people: int = 1, since: str = "2009-01-10") -> list[str]:
    """People who were at one employer until a day, and are at the other from then on."""
    names = [f"{origin}-{destination}-{day}-{number}" for number in range(people)]
    return [row for name in names for row in (f"{name},{origin},{since},{day}", f"{name},{destination},{day},")]


def market(folder: Path, rows: list[str], settings: Settings, engine: str = "duckdb") -> Market:
    folder.mkdir(exist_ok=True)
    file = folder / "careers.csv"
    file.write_text("person_id,employer,start_date,end_date\n" + "\n".join(rows) + "\n", "utf-8")
    return mercato.read(file, settings, as_of=AS_OF, engine=engine)


def told(read: Market, name: str, by: list[str], where: dict[str, Any] | None = None, **options: Any) -> list[Any]:
    """The rows of a measure as tuples of its dimensions and its estimate."""
    table = read.measure(name, by, where or {}, **options).to_arrow().select([*by, "estimate"])
    return [tuple(row.values()) for row in table.to_pylist()]


CHANGES = [
    *went("DeepMind", "Google", "2013-05-01"),
    *went("DeepMind", "Google", "2015-05-01"),
    *went("Hewlett Packard", "Hewlett Packard Enterprise", "2014-03-01"),
    *went("Hewlett Packard", "Hewlett Packard Enterprise", "2015-11-01"),
    *went("Hewlett Packard", "Hewlett Packard Enterprise", "2016-03-01"),
    *went("Facebook", "Meta", "2021-11-15"),
    *went("Acme", "Facebook", "2018-02-01"),
    *went("Google Brain", "YouTube", "2012-02-01"),
]


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_ownership_of_each_day_and_of_today(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    """DeepMind belonged to Google from January 2014: a change in 2013 is a move, one in 2015 is none.

    Under today's ownership neither is; but what has parted since, as Hewlett Packard did in November 2015, is two firms
    at all times. On the day of the split itself, nobody moved. Facebook and Meta are one employer.
    """
    if engine == "spark":
        request.getfixturevalue("spark_engine")
    with market(tmp_path, CHANGES, Settings(options=SEEN), engine) as read:
        by = ["origin", "destination", "year"]
        hp = ("HP", "Hewlett Packard Enterprise")
        assert told(read, "flows", by) == [
            ("Acme", "Meta", "2018", 1.0),
            ("DeepMind", "Google", "2013", 1.0),
            (*hp, "2016", 1.0),
        ]
        assert told(read, "transfers", by) == [
            ("DeepMind", "Google", "2015", 1.0),
            ("Google Brain", "YouTube", "2012", 1.0),
            (*hp, "2014", 1.0),
            (*hp, "2015", 1.0),
        ]
        if engine == "spark":
            return
        assert told(read, "flows", by, ownership="pro_forma") == [
            ("Acme", "Meta", "2018", 1.0),
            (*hp, "2014", 1.0),
            (*hp, "2015", 1.0),
            (*hp, "2016", 1.0),
        ]
        with pytest.raises(SettingsError, match="default_ownership cannot be changed for one measure"):
            read.measure("flows", default_ownership=False)


def test_nobody_who_was_renamed_has_moved_and_there_is_one_cell(tmp_path: Path) -> None:
    rows = [*went("Facebook", "Meta", "2021-11-15", 3, "2015-01-01"), "x,Meta Platforms,2020-01-01,"]
    with market(tmp_path, rows, Settings(options=SEEN)) as read:
        assert told(read, "flows", ["origin", "destination"]) == told(read, "transfers", ["origin"]) == []
        assert told(read, "headcount", ["employer", "year"], {"year": "2022"}) == [("Meta", "2022", 4.0)]
        assert told(read, "retention", ["employer"], months="60") == [("Meta", 1.0)]


def test_without_the_maintained_list_all_of_these_are_moves(tmp_path: Path) -> None:
    with market(tmp_path, CHANGES, Settings(options=SEEN.set("default_ownership", "off"))) as read:
        assert sum(row[-1] for row in told(read, "flows", ["origin", "destination"])) == 8


def test_a_merger_of_the_users(tmp_path: Path) -> None:
    """Ant and Bee became Cow in 2015: a change to Cow in 2014 is a move, one in 2015 is none."""
    own = tmp_path / "p.csv"
    own.write_text("employer,parent,from,event\nAnt,Cow,2015,merger\nBee,Cow,2015,merger\n", "utf-8")
    rows = [
        *went("Ant", "Cow", "2014-12-31"),
        *went("Ant", "Cow", "2015-01-01"),
        *went("Bee", "Ant", "2014-06-01"),
        *went("Bee", "Ant", "2016-06-01"),
    ]
    with market(tmp_path, rows, Settings(options=SEEN, parents=own)) as read:
        by = ["origin", "destination", "year"]
        assert told(read, "flows", by) == [("Ant", "Cow", "2014", 1.0), ("Bee", "Ant", "2014", 1.0)]
        assert told(read, "transfers", by) == [("Ant", "Cow", "2015", 1.0), ("Bee", "Ant", "2016", 1.0)]


REMOVED = [
    *went("DeepMind", "Google", "2015-05-01", 7),
    *went("YouTube", "DeepMind", "2016-05-01", 6),
    *went("GitHub", "Microsoft", "2020-05-01", 4),
    *went("LinkedIn", "Microsoft", "2019-05-01", 3),
    *went("Acme", "Google", "2015-05-01", 9),
    *[f"stays-{employer}-{i},{employer},2009-01-10,"
      for employer in ("DeepMind", "YouTube", "GitHub", "LinkedIn", "Acme")
      for i in range(20)],
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("removed")
    with market(folder, REMOVED, Settings()) as read:
        yield write_edition(read.edition("Removed"), folder / "edition", lambda e, f: write_report(e, f))


def section(page: Path) -> str:
    text = page.read_text("utf-8").partition('id="removed"')[2].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_report_lists_the_changes_that_ownership_removed(pages: Path) -> None:
    """Twenty changes are no moves; the seven to Microsoft, from two employers, are too few to be shown as pairs."""
    told_in_english = section(pages / "report" / "en" / "method.html")
    assert "20 changes of employer were inside one owner" in told_in_english
    assert "DeepMind Google 7 DeepMind belonged to Google from January 2014" in told_in_english
    assert "YouTube DeepMind 6 YouTube belonged to Google from November 2006; DeepMind" in told_in_english
    assert "GitHub" not in told_in_english and "Acme" not in told_in_english and "Alphabet" not in told_in_english
    told_in_french = section(pages / "report" / "fr" / "method.html")
    assert "20 changements d’employeur ont eu lieu" in told_in_french
    assert "DeepMind Google 7 DeepMind appartenait à Google depuis janvier 2014" in told_in_french


def test_a_pair_of_few_people_is_in_no_file_of_the_edition(pages: Path) -> None:
    csv = (pages / "figures" / "transfers_by_pair.csv").read_text("utf-8")
    assert "GitHub" not in csv and "DeepMind,Google,7.0" in csv
    told_of = json.loads((pages / "edition.json").read_text("utf-8"))["ownership"]
    assert [(tie["origin"], tie["destination"]) for tie in told_of] == [("DeepMind", "Google"), ("YouTube", "DeepMind")]
    assert told_of[0]["reason"] == [
        {"employer": "DeepMind", "owner": "Google", "event": "acquisition", "from": "2014-01", "to": ""}
    ]


def test_one_pair_of_few_people_does_not_follow_from_the_total(tmp_path: Path) -> None:
    """Eleven changes in all and seven of one pair would leave four of the other, so the seven go too."""
    rows = [row for row in REMOVED if not row.startswith(("YouTube-DeepMind", "LinkedIn-Microsoft"))]
    with market(tmp_path, rows, Settings()) as read:
        edition = read.edition()
    assert edition.figures["transfers_by_pair"].table.num_rows == 0 and edition.ownership == ()
    assert edition.figures["transfers_by_kind"].table.to_pylist()[0]["estimate"] == 11


def test_the_same_edition_comes_twice(tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        with market(tmp_path / name, REMOVED, Settings()) as read:
            made.append(json.dumps(read.edition().to_dict(), default=str))
    assert made[0] == made[1]


def test_lists_of_the_users_in_measures(tmp_path: Path) -> None:
    """Acme is on two lists, so that its nine leavers count in each; asked for either list, they count once."""
    groups = tmp_path / "g.csv"
    groups.write_text("employer,group\nacme,Rivals\nAcme,Local firms\nGitHub,rivals\n", "utf-8")
    with market(tmp_path, REMOVED, Settings(groups=groups)) as read:
        by = ["origin_list", "destination_list"]
        assert told(read, "flows", by) == [("local_firms", "big_tech", 9.0), ("rivals", "big_tech", 9.0)]
        assert told(read, "flows", ["origin"], {"origin_list": ["Rivals", "local firms"]}) == [("Acme", 9.0)]
        assert "in each" in read.measure("flows", by).to_dict()["definition"]["en"]
        assert "in each" not in read.measure("flows").to_dict()["definition"]["en"]
        with pytest.raises(
            SettingsError, match=r"no record has the list 'nobodys'.*one of ai_lab, big_tech, local_firms"
        ):
            read.measure("headcount", ["list"], {"list": "nobodys"})
        with pytest.raises(SettingsError, match="lists of both ends"):
            read.measure("flow_ratio", ["origin", "destination", "origin_list"])


def test_groups_in_settings(tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("employer,group\nAcme,mine\n", "utf-8")
    (tmp_path / "mercato.toml").write_text('groups = "g.csv"\n[options]\ndefault_ownership = false\n', "utf-8")
    (tmp_path / "careers.csv").write_text(
        "person_id,employer,start_date,end_date\n" + "\n".join(went("Acme", "Beta", "2015-01-01", 6)) + "\n", "utf-8"
    )
    settings = Settings(options=SEEN)
    with mercato.read(
        [tmp_path / "careers.csv"], mercato.market.load_settings(tmp_path / "mercato.toml", settings)
    ) as m:
        assert told(m, "flows", ["origin_list"]) == [("mine", 6.0)]
        assert not m.settings.options.default_ownership
