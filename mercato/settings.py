"""One TOML file of settings, and the options of careers and measures with their defaults."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from mercato.errors import SettingsError

_CHOICES: dict[str, tuple[str, ...]] = {
    "censoring": ("verified", "carry"),
    "stale_open": ("close", "keep"),
    "ownership": ("point_in_time", "pro_forma"),
    "main_job": ("latest", "first", "longest"),
    "dates": ("middle", "early", "late", "impute"),
    "january": ("as_given", "year"),
    "people": ("as_given", "resolved"),
    "disclosure": ("default", "insee", "lehd"),
    "doubtful_people": ("keep", "leave_out"),
    "period": ("month", "quarter", "year"),
    "weights": ("margins", "none"),
    "variance": ("auto", "greenwood", "clustered"),
}

_OF_WEIGHTS = ("weights", "weight_limit", "resamples")
_FEWEST = {"default": 5, "insee": 5, "lehd": 3}
"""People that a cell needs to be shown, by the preset of disclosure; ``minimum_people`` says otherwise."""
_LARGEST = 1_000_000_000
_MOST = {"bulk_share": 1, "provisional_share": 1, "delay_months": 240, "provisional_quarters": 40}
_SAID = {"layout": ("", "positions", "spells", "sightings", "snapshots"), "dates": ("", "dmy", "mdy")}
LISTS = ("aliases", "parents", "kinds", "groups")
SEPARATORS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";"}


@dataclass(frozen=True)
class Options:
    """The options of careers and measures; every default is the one that the definitions state."""

    bridge_months: int = 3
    recall_months: int = 12
    stale_open: str = "close"
    ownership: str = "point_in_time"
    default_ownership: bool = True
    censoring: str = "verified"
    main_job: str = "latest"
    dates: str = "middle"
    january: str = "as_given"
    draws: int = 20
    seed: int = 1
    staleness_months: int = 0
    people: str = "resolved"
    doubtful_people: str = "keep"
    bulk_share: float = 0.8
    bulk_people: int = 10
    bulk_months: int = 3
    disclosure: str = "default"
    minimum_people: int = 5
    minimum_at_risk: int = 10
    experience_months: int = 12
    base_year: int = 2019
    months: tuple[int, ...] = (24,)
    curve: bool = False
    gap: tuple[str, ...] = ("direct", "brief")
    period: str = "year"
    weights: str = "margins"
    weight_limit: float = 5.0
    resamples: int = 200
    reference: str = "rest"
    covariates: tuple[str, ...] = ("family", "level", "cohort", "country")
    variance: str = "auto"
    delay_months: int = 24
    provisional_share: float = 0.95
    provisional_quarters: int = 2

    def set(self, name: str, value: Any) -> Options:
        """The same options with one changed; the value may be text, as given on a command line."""
        known = {f.name: f for f in fields(self)}
        if name not in known:
            raise SettingsError(
                f"{name!r} is not an option",
                expected="one of " + ", ".join(sorted(known)),
                remedy="See `mercato measures`.",
            )
        default = getattr(Options(), name)
        try:
            typed = _typed(default, value)
        except (ValueError, TypeError, OverflowError):
            raise SettingsError(f"option {name} is {value!r}", expected=_expected(default)) from None
        if name in _CHOICES and typed not in _CHOICES[name]:
            raise SettingsError(f"option {name} is {value!r}", expected="one of " + ", ".join(_CHOICES[name]))
        if name == "gap" and not set(typed) <= {"direct", "brief", "long"}:
            raise SettingsError(f"option gap is {value!r}", expected="some of direct, brief, long")
        if name == "minimum_people" and typed < 1:
            raise SettingsError(
                f"option {name} is {value!r}",
                expected="a whole number of at least 1",
                remedy="With 1 every cell that holds anybody is shown; 5 is the default.",
            )
        if name == "draws" and typed < 2:
            raise SettingsError(
                f"option {name} is {value!r}",
                expected="a whole number of at least 2",
                remedy="What draws of coarse dates tell is how far they differ; 20 is the default.",
            )
        if (name == "weight_limit" and 0 < typed <= 1) or (name == "resamples" and typed < 50):
            raise SettingsError(
                f"option {name} is {value!r}",
                expected={"weight_limit": "a number above 1, or 0 for no limit", "resamples": "at least 50"}[name],
            )
        most = _MOST.get(name, _LARGEST)
        numbers = typed if isinstance(typed, tuple) else (typed,)
        if not all(0 <= n <= most for n in numbers if isinstance(n, (int, float))):
            raise SettingsError(f"option {name} is {value!r}", expected=f"a number from 0 to {most:,}")
        if name == "disclosure" and self.minimum_people == _FEWEST[self.disclosure]:
            return replace(self, disclosure=typed, minimum_people=_FEWEST[typed])
        return replace(self, **{name: typed})

    def as_dict(self) -> dict[str, Any]:
        """The options by name; those of weights only where they are not the default, since few people weigh."""
        default = Options()
        return {k: v for k, v in asdict(self).items() if k not in _OF_WEIGHTS or v != getattr(default, k)}


def _typed(default: Any, value: Any) -> Any:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "yes", "1", "on"):
            return True
        if str(value).lower() in ("false", "no", "0", "off"):
            return False
        raise ValueError(value)
    if isinstance(default, tuple):
        parts = value if isinstance(value, (list, tuple)) else str(value).replace("|", ",").split(",")
        kind = type(default[0])
        typed = tuple(kind(p.strip() if isinstance(p, str) else p) for p in parts)
        if not typed:
            raise ValueError(value)
        return typed
    if isinstance(value, bool) or (isinstance(default, int) and isinstance(value, float)):
        raise ValueError(value)
    return type(default)(value)


def _expected(default: Any) -> str:
    if isinstance(default, bool):
        return "true or false"
    if isinstance(default, tuple):
        return f"a list like {','.join(map(str, default))}"
    return {int: "a whole number", float: "a number", str: "text"}[type(default)]


@dataclass(frozen=True)
class SourceSettings:
    """What the user says of one source: column roles, layout, date order, licence; the day of which it is a vintage."""

    columns: dict[str, str] = field(default_factory=dict)
    layout: str = ""
    dates: str = ""
    licence: str = ""
    citation: str = ""
    simulated: bool = False
    separator: str = ""
    sheet: str = ""
    vintage: dt.date | None = None
    series: str = ""


@dataclass(frozen=True)
class Settings:
    """All that a run is told: the options, the user's own lists, and what is said of each source."""

    options: Options = field(default_factory=Options)
    as_of: dt.date | None = None
    title: str = ""
    aliases: Path | None = None
    parents: Path | None = None
    kinds: Path | None = None
    groups: Path | None = None
    taxonomies: tuple[Path, ...] = ()
    margins: tuple[Path, ...] = ()
    margins_on: dt.date | None = None
    focus: tuple[str, ...] = ()
    source: SourceSettings = field(default_factory=SourceSettings)
    sources: dict[str, SourceSettings] = field(default_factory=dict)

    def of_source(self, name: str) -> SourceSettings:
        """What is said of the source with this file name, over what is said of all."""
        own = self.sources.get(name)
        if own is None:
            return self.source
        merged = {f.name: getattr(own, f.name) or getattr(self.source, f.name) for f in fields(SourceSettings)}
        merged["columns"] = {**self.source.columns, **own.columns}
        return SourceSettings(**merged)


def load_settings(path: Path, base: Settings | None = None) -> Settings:
    """The settings of a ``mercato.toml``; paths in it are relative to its folder.

    Raises SettingsError for a file that is not TOML, an unknown key or a wrong value.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not a TOML file ({error})", where=str(path), remedy="Correct the line named.") from None
    except OSError as error:
        raise SettingsError(f"cannot be read ({error.strerror})", where=str(path)) from None
    settings = base or Settings()
    options = settings.options
    for name, value in _section(told, "options", path).items():
        try:
            options = options.set(name, value)
        except SettingsError as error:
            raise SettingsError(error.found, where=str(path), expected=error.expected, remedy=error.remedy) from None
    changes: dict[str, Any] = {"options": options}
    for key in LISTS:
        if key in told:
            changes[key] = list_file(path.parent / _text(told[key], key, path), key, str(path))
    for key in ("taxonomies", "margins"):
        if key in told:
            changes[key] = _files(told[key], key, path)
    if "focus" in told:
        named = told["focus"]
        if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
            raise SettingsError(f"focus is {named!r}", where=str(path), expected='a list of employers like ["Acme"]')
        changes["focus"] = tuple(named)
    if "title" in told:
        changes["title"] = _text(told["title"], "title", path)
    for key in ("as_of", "margins_on"):
        if key in told:
            changes[key] = _day(told[key], path, key)
    changes["source"] = _source(_section(told, "source", path), path, settings.source)
    changes["sources"] = {
        **settings.sources,
        **{name: _source(said, path, SourceSettings()) for name, said in _section(told, "sources", path).items()},
    }
    known = ("title", "as_of", "focus", *LISTS, "taxonomies", "margins", "margins_on")
    unknown = set(told) - {*known, "options", "source", "sources"}
    if unknown:
        raise SettingsError(
            f"unknown key {', '.join(sorted(unknown))}",
            where=str(path),
            expected=f'{", ".join(known)}, [options], [source] or [sources."FILE"]',
        )
    return replace(settings, **changes)


def list_file(path: Path, key: str, where: str) -> Path:
    """The path of one of the user's own lists. Raises SettingsError where there is no such file."""
    if not path.is_file():
        found = "is not a file" if path.exists() else "does not exist"
        raise SettingsError(f"{key} names {path}, which {found}", where=where, remedy="Correct the path.")
    return path


def _text(value: Any, key: str, path: Path) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{key} is {value!r}", where=str(path), expected=f'text in quotes like {key} = "…"')
    return value


def _files(named: Any, key: str, path: Path) -> tuple[Path, ...]:
    if not isinstance(named, list) or not all(isinstance(file, str) for file in named):
        raise SettingsError(f"{key} is {named!r}", where=str(path), expected='a list of files like ["occupations.csv"]')
    return tuple(list_file(path.parent / file, key, str(path)) for file in named)


def _section(told: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    section = told.get(name, {})
    if not isinstance(section, dict):
        raise SettingsError(f"{name} is {section!r}", where=str(path), expected=f"a table [{name}]")
    return section


def _source(said: Any, path: Path, base: SourceSettings) -> SourceSettings:
    if not isinstance(said, dict):
        raise SettingsError(
            f"{said!r} is not what can be said of a source", where=str(path), expected="a table of keys"
        )
    known = {f.name for f in fields(SourceSettings)}
    unknown = set(said) - known
    if unknown:
        raise SettingsError(
            f"unknown key {', '.join(sorted(unknown))} of a source",
            where=str(path),
            expected="one of " + ", ".join(sorted(known)),
        )
    for key, value in said.items():
        _check_said(key, value, path)
    if "vintage" in said:
        said = {**said, "vintage": _day(said["vintage"], path, "vintage")}
    return replace(base, **said)


def _check_said(key: str, value: Any, path: Path) -> None:
    """Raise SettingsError for a value that cannot be said of a source."""
    if key == "columns":
        good = isinstance(value, dict) and all(isinstance(column, str) for column in value.values())
        expected = 'fields with their columns like { person_id = "matricule" }'
    elif key == "vintage":
        return
    elif key == "simulated":
        good, expected = isinstance(value, bool), "true or false"
    elif key in _SAID:
        good, expected = value in _SAID[key], "one of " + ", ".join(map(repr, _SAID[key]))
    elif key == "separator":
        good = isinstance(value, str) and (len(value) <= 1 or value in SEPARATORS)
        expected = 'one sign like ";", or one of ' + ", ".join(name for name in SEPARATORS if name.isalpha())
    else:
        good, expected = isinstance(value, str), "text in quotes"
    if not good:
        raise SettingsError(f"{key} of a source is {value!r}", where=str(path), expected=expected)


def _day(value: Any, path: Path, key: str) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise SettingsError(f"{key} is {value!r}", where=str(path), expected="a day like 2025-06-30") from None
