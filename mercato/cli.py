"""The commands; each is a few lines over the library."""

from __future__ import annotations

import datetime as dt
import errno
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mercato import stopping
from mercato.errors import DataError, MercatoError, SettingsError
from mercato.fetching.commands import fetch

if TYPE_CHECKING:
    from mercato.settings import Settings


class _Path(click.Path):
    """A path; an empty one, as an unset variable leaves behind, is not the folder one is in."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty text is not a path; name a file or a folder", param, ctx)
        return super().convert(value, param, ctx)


INPUTS = click.argument("inputs", nargs=-1, required=True, type=_Path())


def main() -> None:
    """Run a command; an error of the data or settings is one paragraph and exit code 1."""
    stopping.listen()
    try:
        sys.exit(mercato(standalone_mode=False))
    except (stopping.Stopped, KeyboardInterrupt, click.exceptions.Abort):
        _fail(stopping.SENTENCE, stopping.code() or 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if stopping.code():
            _fail(stopping.SENTENCE, stopping.code())
        if os.environ.get("MERCATO_DEBUG") and not isinstance(error, MercatoError):
            raise
        _fail(_told(error))


def _told(error: Exception) -> str:
    """An error in one paragraph."""
    name, first = type(error).__name__, next(iter(str(error).strip().splitlines()), "")[:300]
    if isinstance(error, MercatoError):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory. Give less input at once, or a larger machine."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return (
            f"{first}. Make room where the result goes and in the folder for temporary files (TMPDIR), and run again."
        )
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'}: {error.strerror or first}. Check the path and the rights."
    return f"a fault of the program itself ({name}: {first}). Please report it, with what MERCATO_DEBUG=1 prints."


def _fail(sentence: str, code: int = 1) -> None:
    click.echo(f"mercato: {sentence}", err=True)
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mercato")
def mercato() -> None:
    """Measure the market for talent from career histories.

    INPUT is a file, a folder, or a folder with a mercato.toml.
    """


def _reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads input."""
    for option in reversed(
        (
            INPUTS,
            click.option("--as-of", metavar="DATE", help="Last day to know of, like 2025-06-30."),
            click.option(
                "--map",
                "maps",
                multiple=True,
                metavar="FIELD=COLUMN",
                help="Which column is what; @text is a constant.",
            ),
            click.option(
                "--layout",
                type=click.Choice(["positions", "spells", "sightings", "snapshots"]),
                help="What a row is.",
            ),
            click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="Order of day and month in dates."),
            click.option(
                "--set", "options", multiple=True, metavar="OPTION=VALUE", help="An option of careers or measures."
            ),
            click.option("--settings", type=_Path(), help="A mercato.toml to follow."),
            click.option("--aliases", type=_Path(), help="Your list of names: name,alias."),
            click.option("--parents", type=_Path(), help="Your list of owners: employer,parent,from,to,event."),
            click.option("--kinds", type=_Path(), help="Your list of kinds: employer,kind."),
            click.option("--groups", type=_Path(), help="Your lists of employers: employer,group,from,to."),
            click.option(
                "--taxonomy",
                "taxonomies",
                multiple=True,
                type=_Path(),
                help="Your taxonomy of occupations: ESCO, O*NET or ROME; repeatable.",
            ),
            click.option(
                "--margins", multiple=True, type=_Path(), help="How many people of each category there are; repeatable."
            ),
            click.option("--margins-on", metavar="DATE", help="The day of the margins [default: the last day known]."),
            click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
            click.option("--master", default="local[2]", show_default=True, help="Spark master."),
            click.option("--memory", default="", metavar="SIZE", help="Memory for DuckDB, like 4GB."),
        )
    ):
        command = option(command)
    return command


def _settings(given: dict[str, Any]) -> Settings:
    from dataclasses import replace

    from mercato.settings import LISTS, Settings, list_file, load_settings

    settings = load_settings(given["settings"]) if given["settings"] else Settings()
    chosen = settings.options
    for name, value in _pairs(given["options"], "--set"):
        chosen = chosen.set(name, value)
    source = replace(
        settings.source,
        columns={**settings.source.columns, **dict(_pairs(given["maps"], "--map"))},
        layout=given["layout"] or settings.source.layout,
        dates=given["dates"] or settings.source.dates,
    )
    lists: dict[str, Any] = {
        name: list_file(given[name], name, f"--{name}") if given[name] else getattr(settings, name) for name in LISTS
    }
    lists["taxonomies"] = _files(given["taxonomies"], "--taxonomy") or settings.taxonomies
    lists["margins"] = _files(given.get("margins") or (), "--margins") or settings.margins
    lists["margins_on"] = _day(given.get("margins_on"), "--margins-on") or settings.margins_on
    if ("weights", "margins") in _pairs(given["options"], "--set") and not lists["margins"]:
        raise SettingsError("no margins are given to weigh people by", remedy="Name them with --margins FILE.")
    focus = tuple(given.get("focus") or settings.focus)
    return replace(settings, options=chosen, source=source, focus=focus, **lists)


def _files(files: tuple[Path, ...], option: str) -> tuple[Path, ...]:
    from mercato.settings import list_file

    return tuple(list_file(file, option, option) for file in files)


def _pairs(values: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    for value in values:
        if "=" not in value:
            raise SettingsError(f"{option} {value!r} has no equals sign", expected=f"{option} NAME=VALUE")
    return [(value.split("=", 1)[0].strip(), value.split("=", 1)[1].strip()) for value in values]


def _day(text: str | None, option: str = "--as-of") -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise SettingsError(f"{option} {text!r} is not a day", expected="a day like 2025-06-30") from None


def _memory(text: str) -> str:
    if text and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", text, re.IGNORECASE):
        raise SettingsError(f"--memory {text!r} is not a size", expected="a size like 4GB or 500MB")
    return text


class _Progress:
    """Says what was recognised; shows steps as a bar on a terminal, and not at all elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, sentence: str, share: float | None = None) -> None:
        stopping.check()
        if share is None:
            click.echo(sentence, err=True)
        elif sys.stderr.isatty():
            self._shown().set_description_str(sentence, refresh=False)
            self._bar.n = round(share * 100)
            self._bar.refresh()

    def _shown(self) -> Any:
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=100, leave=False, bar_format="{desc:<40.40} {bar:30} {n_fmt}% {elapsed}")
        return self._bar

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _market(given: dict[str, Any], progress: _Progress) -> Any:
    settings, as_of, memory = _settings(given), _day(given["as_of"]), _memory(given["memory"])
    from mercato.market import read

    stopping.begin_work()
    return read(
        given["inputs"],
        settings,
        as_of=as_of,
        engine=given["engine"],
        master=given["master"],
        memory=memory,
        progress=progress,
    )


@mercato.command()
@_reading
@click.option("--into", type=_Path(), default=None, help="Folder of the edition [default: editions/NAME].")
@click.option("--title", default="", help="Title of the report.")
@click.option("--focus", multiple=True, metavar="EMPLOYER", help="An employer to show whatever its size; repeatable.")
@click.option(
    "--language", type=click.Choice(["en", "fr"]), multiple=True, help="Language of the pages [default: both]."
)
@click.option("--multiverse", is_flag=True, help="Headline figures under every combination of choices: takes longer.")
def report(into: Path | None, title: str, focus: tuple[str, ...], language: tuple[str, ...], **given: Any) -> None:
    """Make a State of Talent edition: pages, figures, sources."""
    folder = into or Path("editions") / (given["inputs"][0].resolve().name.split(".")[0] or "edition")
    page = _make_report(folder, title, language, {**given, "focus": focus})
    click.echo(page)


def _make_report(folder: Path, title: str, language: tuple[str, ...], given: dict[str, Any]) -> Path:
    from mercato.release.edition import refuse_foreign, write_edition
    from mercato.report import drawing_aside, write_report

    folder = folder.resolve() if folder.is_symlink() else folder
    refuse_foreign(folder)
    _refuse_to_lose(folder, given["inputs"])
    _refuse_unwritable(folder)
    progress = _Progress()
    try:
        # The process that draws makes itself ready while the careers are read and measured.
        with drawing_aside(), _market(given, progress) as market:
            edition = market.edition(title, bool(given.get("multiverse")))
            progress("drawing the pages", 0.8)
            write_edition(edition, folder, lambda e, f: write_report(e, f, language or ("en", "fr")))
    finally:
        progress.close()
    return folder / "index.html"


def _refuse_to_lose(folder: Path, inputs: Sequence[Path]) -> None:
    """Raise DataError where the folder to be replaced holds an input."""
    for path in inputs:
        if path.exists() and folder.resolve() in (path.resolve(), *path.resolve().parents):
            raise DataError(
                f"the input {path} lies in the folder that the edition would replace",
                where=str(folder),
                remedy="Name another folder with --into",
            )


def _refuse_unwritable(folder: Path) -> None:
    """Raise DataError, before the work begins, where the folder could not be written in the end."""
    import tempfile

    standing = next(path for path in folder.absolute().parents if path.exists())
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".mercato-", dir=standing))
        folder.exists()
    except OSError as error:
        raise DataError(
            f"the edition cannot be written there: {standing}: {error.strerror}",
            where=str(folder),
            remedy="Name a folder that you may write to with --into",
        ) from None


@mercato.command()
@click.argument("name")
@_reading
@click.option("--by", default=None, metavar="A,B", help="Dimensions, like employer,year; '' for none.")
@click.option("--where", multiple=True, metavar="DIMENSION=VALUE|VALUE", help="Keep a part of the market.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--multiverse", is_flag=True, help="Under every combination of the choices that matter for it.")
def measure(name: str, by: str | None, where: tuple[str, ...], form: str, multiverse: bool, **given: Any) -> None:
    """Print one measure (see `mercato measures`) as tidy rows."""
    kept: dict[str, list[str]] = {}
    for column, values in _pairs(where, "--where"):
        kept.setdefault(column, []).extend(value.strip() for value in values.split("|"))
    told = None if by is None else [part.strip() for part in by.split(",") if part.strip()]
    from mercato.market import check_request

    check_request(name, told, kept)
    progress = _Progress()
    try:
        with _market(given, progress) as market:
            figure = (market.multiverse if multiverse else market.measure)(name, told, kept)
            if not figure.table.num_rows:
                progress(_nothing_counted(name, where, market.as_of))
    finally:
        progress.close()
    click.echo({"table": figure.to_text, "csv": figure.to_csv, "json": figure.to_json}[form](), nl=form == "table")


def _nothing_counted(name: str, where: tuple[str, ...], as_of: dt.date) -> str:
    part = f" where {' and '.join(where)}" if where else ""
    return (
        f"The table is empty: up to {as_of} the records hold nothing that {name} counts{part}. "
        f"`mercato measures {name}` says what it counts."
    )


@mercato.command()
@_reading
@click.option("--rejects", type=_Path(), default=None, help="Write every rejected record to this CSV file.")
@click.option("--titles", type=_Path(), default=None, help="Write every title with what it tells to this CSV file.")
def check(rejects: Path | None, titles: Path | None, **given: Any) -> None:
    """Read everything, build nothing: records accepted, rejected and why."""
    from mercato.checking import check_inputs

    settings, progress = _settings(given), _Progress()
    stopping.begin_work()
    for line in check_inputs(given["inputs"], settings, progress, rejects, titles):
        click.echo(line)


def _names_settings(given: dict[str, Any]) -> Settings:
    from dataclasses import replace

    settings, as_of = _settings(given), _day(given["as_of"])
    return replace(settings, as_of=as_of) if as_of else settings


@mercato.command()
@click.argument("name")
@_reading
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--all", "every", is_flag=True, help="Show every name, however many.")
def who(name: str, form: str, every: bool, **given: Any) -> None:
    """Say which employer a name is, what else leads to it and why, and what was nearly joined."""
    from mercato.who import say_who

    settings, memory, progress = _names_settings(given), _memory(given["memory"]), _Progress()
    stopping.begin_work()
    try:
        told = say_who(name, given["inputs"], settings, progress, form, every, memory)
    finally:
        progress.close()
    click.echo(told)


@mercato.command()
@_reading
@click.option("--out", type=_Path(), default=None, help="Write the pairs to this CSV file, to be decided there.")
@click.option("--in", "back", type=_Path(), default=None, help="Take a decided CSV file back into your aliases.")
def review(out: Path | None, back: Path | None, **given: Any) -> None:
    """Decide which names are one employer: asked one by one, or in a CSV file (--out, then --in).

    Decisions are kept in your aliases (--aliases, or those of the settings, or aliases.csv beside them).
    """
    from mercato import review as pairing

    if out and back:
        raise click.UsageError("--out and --in are two steps; give one of them")
    chosen, memory, progress = given["aliases"], _memory(given["memory"]), _Progress()
    settings = _names_settings({**given, "aliases": None})
    file = pairing.aliases_file(given["inputs"], chosen, settings, given["settings"])
    if back:
        click.echo(pairing.take_back(back, file))
        return
    if out:
        pairing.refuse(out)
    stopping.begin_work()
    try:
        pairs = pairing.read_pairs(given["inputs"], settings, progress, file, memory)
    finally:
        progress.close()
    if out:
        click.echo(pairing.write_pairs(pairs, out))
    elif pairs and pairing.on_terminal():
        click.echo(pairing.ask(pairs, file, click.echo, lambda question: str(click.prompt(question, default="k"))))
    else:
        click.echo(pairing.list_pairs(pairs))


@mercato.command()
@click.argument("titles", nargs=-1, metavar="[TITLE]...")
@click.option("--taxonomy", "taxonomies", multiple=True, type=_Path(), help="Your taxonomy: ESCO, O*NET or ROME.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
def titles(titles: tuple[str, ...], taxonomies: tuple[Path, ...], language: str) -> None:
    """Say what job titles tell and why; without any, list the families with their codes.

    `mercato check INPUT --titles FILE` lists the titles of records, those not understood first.
    """
    from mercato.listing import list_titles

    click.echo(list_titles(titles, _files(taxonomies, "--taxonomy"), language))


@mercato.command()
def sources() -> None:
    """List the formats that are known and how each is recognised."""
    from mercato.listing import list_sources

    click.echo(list_sources())


@mercato.command()
@click.argument("name", required=False)
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True)
def measures(name: str | None, language: str) -> None:
    """List the measures with their definitions, dimensions and options."""
    from mercato.listing import list_measures

    click.echo(list_measures(name, language))


@mercato.command()
@click.argument("edition", type=_Path())
@click.option("--kinds", type=_Path(), default=None, help="What else is known: a list employer,kind.")
def audit(edition: Path, kinds: Path | None) -> None:
    """Attack a finished edition: can a withheld cell be worked out from what it tells? Exit code 1 where one can."""
    from mercato.release.audit import audit as attack
    from mercato.release.audit import kinds_of

    told = attack(edition, kinds_of(kinds) if kinds else None)
    for line in told.lines():
        click.echo(line)
    if not told.holds:
        sys.exit(1)


@mercato.command()
@click.argument("folder", type=_Path())
@click.option("--people", type=int, required=True, help="How many people.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--employers", type=int, default=None, help="How many employers [default: by people].")
@click.option("--messy/--clean", default=False, help="As careers are found, or tidy.", show_default=True)
@click.option("--with", "flaws", multiple=True, metavar="DEFECT,…", help="What is wrong in the records: everything, or "
              "some of simultaneous, acquired, missing, truncated, late, stale, january, homonyms.")  # fmt: skip
@click.option(
    "--vintage",
    "vintages",
    multiple=True,
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day of an export; repeatable.",
)
def simulate(
    folder: Path, people: int, seed: int, employers: int | None, messy: bool, flaws: tuple[str, ...],
    vintages: tuple[dt.datetime, ...],
) -> None:  # fmt: skip
    """Write a population with known truth (truth.json, and _truth beside records with defects)."""
    from tqdm import tqdm

    from mercato.simulate.population import simulate as write

    stopping.begin_work()
    with tqdm(total=people, unit=" people", disable=not sys.stderr.isatty()) as bar:
        days = [day.date() for day in vintages]
        made = write(folder, people, seed, messy, employers, flaws=flaws, vintages=days, progress=bar.update)
    click.echo(f"{made.positions}: {made.rows:,} positions of {made.people:,} people")


@mercato.command()
@click.argument("names", nargs=-1, metavar="[ai-labs|baseball]")
@click.option("--into", type=_Path(), default=Path("demo-editions"), show_default=True)
def demo(names: tuple[str, ...], into: Path) -> None:
    """Make demonstration editions: one simulated (ai-labs), one real (baseball)."""
    import tempfile

    from mercato.demo import DEMOS, write_demo

    for name in names or DEMOS:
        with tempfile.TemporaryDirectory() as folder:
            stopping.begin_work()
            data = write_demo(name, Path(folder) / name)
            given = dict.fromkeys(("as_of", "layout", "dates", "settings", "aliases", "parents", "kinds", "groups"))
            given |= {
                "inputs": (data,),
                "maps": (),
                "options": (),
                "taxonomies": (),
                "engine": "duckdb",
                "master": "",
                "memory": "",
            }
            click.echo(f"The {name} report is at {_make_report(into / name, '', (), given)}")


mercato.add_command(fetch)


if __name__ == "__main__":
    main()
