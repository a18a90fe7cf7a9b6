"""What is withheld in one figure does not follow from the others, and the attack finds it where it does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from mercato.cli import main
from mercato.errors import DataError
from mercato.measures import declared
from mercato.measures.declare import Request
from mercato.release.audit import Audit, audit
from mercato.release.disclosure import release_together
from mercato.release.facts import Cells
from mercato.release.figure import cells_of
from mercato.release.inverting import inverted
from mercato.settings import Options
from mercato.statistics.ratios import flow_ratio
from mercato.statistics.shares import wilson

OPTIONS = Options(minimum_people=5)


def cells(name: str, measure: str, by: tuple[str, ...], *rows: dict[str, Any]) -> Cells:
    """A figure of rows; each count of people is of one person an event, and intervals do not matter here."""
    filled = [{"low": 0.0, "high": 9.0, "n": int(row.get("estimate", 0)), **row} for row in rows]
    return cells_of(name, declared()[measure], pa.Table.from_pylist(filled), Request(by, (), OPTIONS))


def shown(figures: list[Cells], **told: float) -> list[list[Any]]:
    """The estimates of each figure after release."""
    tables, _ = release_together(figures, OPTIONS, {}, told)
    return [table["estimate"].to_pylist() for table in tables]


def entries(name: str, by: tuple[str, ...], *rows: tuple[Any, ...]) -> Cells:
    """Figures of beginners: the dimensions, hires, and beginners among them."""
    return cells(
        name, "entry_share", by,
        *({**dict(zip(by, row[:-2], strict=True)), "hires": row[-2], "entry_hires": row[-1],
           "estimate": row[-1] / row[-2], "n": row[-2]} for row in rows),
    )  # fmt: skip


KINDS = entries("by_kind", ("kind", "year"), ("lab", "2020", 3, 1), ("bank", "2020", 20, 5), ("shop", "2020", 9, 4))
YEARS = entries("by_year", ("year",), ("2020", 32, 10))


def test_a_kind_does_not_follow_from_the_year_that_another_figure_tells() -> None:
    """3 of 32 hires are at the lab: the shop (9) goes with it, so that the lab may have 1 to 4; alone, nothing does."""
    by_kind, by_year = shown([KINDS, YEARS])
    assert by_kind == [None, 0.25, None]
    assert by_year == [10 / 32]
    assert shown([KINDS]) == [[None, 0.25, 4 / 9]]


def test_a_month_does_not_follow_from_its_year() -> None:
    months = cells("months", "hires", ("month",), *({"month": f"2020-{m:02}", "estimate": 3.0 if m == 4 else 9.0 + m,
                   "direct": 0, "sum_12": None} for m in range(1, 13)))  # fmt: skip
    total = 3 + sum(9 + m for m in range(1, 13) if m != 4)
    year = cells("years", "turnover", ("year",), {"year": "2020", "hires": total, "separations": 50,
                 "headcount_begin": 90, "headcount_end": 90, "estimate": 0.5, "n": 200})  # fmt: skip
    by_month, by_year = shown([months, year])
    assert by_month.count(None) == 2 and by_month[3] is None
    assert by_year == [0.5]


def test_a_flow_withheld_one_way_is_withheld_in_the_ratio_and_in_the_balance() -> None:
    """Three figures tell the moves from A to B; of three people, none of them may."""
    pairs = cells("pairs", "flows", ("origin", "destination"), {"origin": "A", "destination": "B", "estimate": 3.0},
                  {"origin": "B", "destination": "A", "estimate": 30.0})  # fmt: skip
    ratio = cells("ratio", "flow_ratio", ("origin", "destination"), {"origin": "B", "destination": "A", "moves": 30,
                  "moves_back": 3, "estimate": 10.0, "n": 33})  # fmt: skip
    net = cells("net", "net_flow", ("employer",), {"employer": "A", "arrivals": 30, "departures": 3, "net": 27,
                "headcount": 100.0, "estimate": 27.0, "n": 33})  # fmt: skip
    assert shown([pairs, ratio, net]) == [[None, 30.0], [None], [None]]


def test_all_moves_that_an_edition_counts_are_withheld_where_they_would_tell_the_only_year() -> None:
    years = cells("gap", "flows", ("year", "gap"), {"year": "2020", "gap": "direct", "estimate": 40.0},
                  {"year": "2020", "gap": "long", "estimate": 4.0})  # fmt: skip
    tables, besides = release_together([years], OPTIONS, {}, {"direct_moves": 40, "long_moves": 4, "moves": 40})
    assert tables[0]["estimate"].to_pylist() == [40.0, None]
    assert besides == {"long_moves"}


def test_parts_of_a_withheld_cell_are_not_known_either() -> None:
    """One of three executives left within a year, of 41 of all; the juniors go with them."""

    def stays(name: str, by: tuple[str, ...], *rows: tuple[Any, ...]) -> Cells:
        return cells(name, "retention", by, *(
            {**dict(zip(by, row[:-3], strict=True)), "months": 12, "entered": row[-3], "events": row[-2],
             "at_risk": row[-1], "estimate": 0.5, "n": row[-3]} for row in rows))  # fmt: skip

    levels = stays("levels", ("level",), ("executive", 3, 1, 2), ("junior", 60, 20, 30), ("senior", 90, 20, 60))
    told = shown([levels, stays("all", (), (153, 41, 92))])
    assert told[0].count(None) == 2 and told[0][0] is None
    assert told[1] == [0.5]


# The attack.


def edition(folder: Path, quality: dict[str, Any] | None = None, **figures: tuple[str, list[str], list[dict]]) -> Path:
    """An edition by hand: of each figure the measure, its dimensions and its rows."""
    (folder / "figures").mkdir(parents=True)
    (folder / "edition.json").write_text(
        json.dumps({"settings": {"minimum_people": 5, "minimum_at_risk": 10}, "quality": quality or {}}), "utf-8"
    )
    for name, (measure, by, rows) in figures.items():
        told = {"measure": measure, "by": by, "where": {}, "options": {}, "columns": list(rows[0]),
                "rows": [list(row.values()) for row in rows]}  # fmt: skip
        (folder / "figures" / f"{name}.json").write_text(json.dumps(told), "utf-8")
    return folder


def flow(origin: str, destination: str, moves: float | None, status: str = "ok") -> dict[str, Any]:
    return {"origin": origin, "destination": destination, "estimate": moves, "low": None, "high": None, "n": moves,
            "status": status}  # fmt: skip


FEW, OTHER = "withheld_few_people", "withheld_complementary"


def year(word: str, moves: float | None, gap: str | None = None, status: str = "ok") -> dict[str, Any]:
    return {"year": word, **({"gap": gap} if gap else {}), "estimate": moves, "n": moves, "status": status}


def gaps(direct: float | None, brief: float | None, status: str = "ok") -> list[dict[str, Any]]:
    return [year("2020", direct, "direct", status), year("2020", brief, "brief", FEW)]


def test_the_attack_recovers_what_margins_give_away(tmp_path: Path) -> None:
    """43 moves in all, 40 of them direct: three are brief."""
    told = audit(edition(tmp_path / "e", gap=("flows", ["year", "gap"], gaps(40, None)),
                         all=("flows", ["year"], [year("2020", 43)])))  # fmt: skip
    assert [(one.low, one.high) for one in told.found] == [(3, 3)]
    assert not told.holds
    assert "is 3" in str(told.found[0])


def test_the_attack_recovers_nothing_where_another_cell_is_withheld_too(tmp_path: Path) -> None:
    told = audit(edition(tmp_path / "e", gap=("flows", ["year", "gap"], gaps(None, None, OTHER)),
                         all=("flows", ["year"], [year("2020", 43)])))  # fmt: skip
    assert told.holds and told.attacked == 1


def test_the_attack_bounds_what_the_least_of_the_others_leaves(tmp_path: Path) -> None:
    """Seven moves, at least five of them direct: at most two are brief."""
    told = audit(edition(tmp_path / "e", gap=("flows", ["year", "gap"], gaps(None, None, OTHER)),
                         all=("flows", ["year"], [year("2020", 7)])))  # fmt: skip
    assert [(one.low, one.high) for one in told.found] == [(1, 2)]


def test_the_attack_reads_a_flow_from_the_ratio_that_prints_it(tmp_path: Path) -> None:
    ratio = {"origin": "B", "destination": "A", "moves": 30, "moves_back": 3, "estimate": 10.0, "low": None,
             "high": None, "n": 33, "status": "ok"}  # fmt: skip
    told = audit(edition(tmp_path / "e", pairs=("flows", ["origin", "destination"], [flow("A", "B", None, FEW)]),
                         ratio=("flow_ratio", ["origin", "destination"], [ratio])))  # fmt: skip
    assert not told.holds


def test_the_attack_works_counts_out_of_an_interval(tmp_path: Path) -> None:
    """A ratio of 10 with its interval and no counts: 30 and 3."""
    exact = flow_ratio([30], [3])
    ratio = {"origin": "B", "destination": "A", "moves": None, "moves_back": None, "estimate": 10.0,
             "low": float(exact.low[0]), "high": float(exact.high[0]), "n": None, "status": "ok"}  # fmt: skip
    told = audit(edition(tmp_path / "e", pairs=("flows", ["origin", "destination"], [flow("A", "B", None, FEW)]),
                         ratio=("flow_ratio", ["origin", "destination"], [ratio])))  # fmt: skip
    assert not told.holds


def test_a_share_with_its_interval_tells_both_counts() -> None:
    share = wilson([7], [43])
    row = {"estimate": 7 / 43, "low": float(share.low[0]), "high": float(share.high[0])}
    assert inverted(row) == {"part": 7.0, "whole": 43.0}


def test_the_attack_reads_a_number_left_in_one_of_the_files(tmp_path: Path) -> None:
    """The JSON file withholds it, the CSV file does not."""
    folder = edition(tmp_path / "e", pairs=("flows", ["origin", "destination"], [flow("A", "B", None, FEW)]))
    (folder / "figures" / "pairs.csv").write_text(
        "origin,destination,estimate,low,high,n,status\nA,B,3,,,," + FEW + "\n", "utf-8"
    )
    told = audit(folder)
    assert told.printed and not told.holds


def attacked(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(sys, "argv", ["mercato", "audit", str(folder)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0), capsys.readouterr().out


def test_the_command_fails_with_a_list_where_a_cell_is_recovered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    all_moves = ("flows", ["year"], [year("2020", 43)])
    leaky = edition(tmp_path / "a", gap=("flows", ["year", "gap"], gaps(40, None)), all=all_moves)
    sound = edition(tmp_path / "b", gap=("flows", ["year", "gap"], gaps(None, None, OTHER)), all=all_moves)
    code, out = attacked(leaky, capsys, monkeypatch)
    assert code == 1 and "RECOVERED gap row 2" in out and "equations" in out
    assert attacked(sound, capsys, monkeypatch)[0] == 0


def test_a_folder_that_is_no_edition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no edition"):
        audit(tmp_path)


def test_an_edition_without_a_withheld_cell_holds(tmp_path: Path) -> None:
    told: Audit = audit(edition(tmp_path / "e", all=("flows", ["year"], [year("2020", 43)])))
    assert told.holds and told.attacked == 0
