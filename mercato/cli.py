"""The commands; each is a few lines over the library."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mercato.errors import MercatoError, SettingsError

if TYPE_CHECKING:
    from mercato.settings import Settings

INPUTS = click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))


def main() -> None:
    """Run a command; an error of the data or settings is one paragraph and exit code 1."""
    try:
        sys.exit(mercato(standalone_mode=False))
    except MercatoError as error:
        _fail(str(error))
    except click.exceptions.Abort:
        _fail("Stopped; nothing half-written is left.", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _fail("Stopped; nothing half-written is left.", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except MemoryError:
        _fail("not enough memory. Give less input at once, or a larger machine.")
    except OSError as error:
        what = error.filename or "a file"
        _fail(f"{what}: {error.strerror or error}. Check the path, the rights and the free space.")
    except Exception as error:
        if os.environ.get("MERCATO_DEBUG"):
            raise
        _fail(
            f"a fault of the program itself ({type(error).__name__}: {str(error)[:300]}). "
            "Please report it, with what MERCATO_DEBUG=1 prints."
        )


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
            click.option("--layout", type=click.Choice(["positions", "spells", "sightings"]), help="What a row is."),
            click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), help="Order of day and month in dates."),
            click.option(
                "--set", "options", multiple=True, metavar="OPTION=VALUE", help="An option of careers or measures."
            ),
            click.option("--settings", type=click.Path(path_type=Path), help="A mercato.toml to follow."),
            click.option("--aliases", type=click.Path(path_type=Path), help="Your list of names: name,alias."),
            click.option(
                "--parents", type=click.Path(path_type=Path), help="Your list of owners: employer,parent,from,to."
            ),
            click.option("--kinds", type=click.Path(path_type=Path), help="Your list of kinds: employer,kind."),
            click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
            click.option("--master", default="local[2]", show_default=True, help="Spark master."),
            click.option("--memory", default="", metavar="SIZE", help="Memory for DuckDB, like 4GB."),
        )
    ):
        command = option(command)
    return command


def _settings(given: dict[str, Any]) -> Settings:
    from dataclasses import replace

    from mercato.settings import Settings, load_settings

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
    lists = {name: given[name] or getattr(settings, name) for name in ("aliases", "parents", "kinds")}
    focus = tuple(given.get("focus") or settings.focus)
    return replace(settings, options=chosen, source=source, focus=focus, **lists)


def _pairs(values: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    for value in values:
        if "=" not in value:
            raise SettingsError(f"{option} {value}", expected=f"{option} NAME=VALUE")
    return [(value.split("=", 1)[0].strip(), value.split("=", 1)[1].strip()) for value in values]


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(f"--as-of {text}", expected="a day like 2025-06-30") from None


class _Progress:
    """Says what was recognised; shows steps as a bar on a terminal, and not at all elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, sentence: str, share: float | None = None) -> None:
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
    from mercato.market import read

    return read(
        given["inputs"],
        _settings(given),
        as_of=_day(given["as_of"]),
        engine=given["engine"],
        master=given["master"],
        memory=given["memory"],
        progress=progress,
    )


@mercato.command()
@_reading
@click.option(
    "--into", type=click.Path(path_type=Path), default=None, help="Folder of the edition [default: editions/NAME]."
)
@click.option("--title", default="", help="Title of the report.")
@click.option("--focus", multiple=True, metavar="EMPLOYER", help="An employer to show whatever its size; repeatable.")
@click.option(
    "--language", type=click.Choice(["en", "fr"]), multiple=True, help="Language of the pages [default: both]."
)
def report(into: Path | None, title: str, focus: tuple[str, ...], language: tuple[str, ...], **given: Any) -> None:
    """Make a State of Talent edition: pages, figures, sources."""
    folder = into or Path("editions") / (given["inputs"][0].resolve().name.split(".")[0] or "edition")
    page = _make_report(folder, title, language, {**given, "focus": focus})
    click.echo(page)


def _make_report(folder: Path, title: str, language: tuple[str, ...], given: dict[str, Any]) -> Path:
    from mercato.release.edition import refuse_foreign, write_edition
    from mercato.report import write_report

    refuse_foreign(folder)
    progress = _Progress()
    try:
        with _market(given, progress) as market:
            edition = market.edition(title)
            progress("drawing the pages", 0.8)
            write_edition(edition, folder, lambda e, f: write_report(e, f, language or ("en", "fr")))
    finally:
        progress.close()
    return folder / "index.html"


@mercato.command()
@click.argument("name")
@_reading
@click.option("--by", default=None, metavar="A,B", help="Dimensions, like employer,year; '' for none.")
@click.option("--where", multiple=True, metavar="DIMENSION=VALUE|VALUE", help="Keep a part of the market.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def measure(name: str, by: str | None, where: tuple[str, ...], form: str, **given: Any) -> None:
    """Print one measure (see `mercato measures`) as tidy rows."""
    kept = {column: values.split("|") for column, values in _pairs(where, "--where")}
    told = None if by is None else [part.strip() for part in by.split(",") if part.strip()]
    from mercato.market import check_request

    check_request(name, told, kept)
    progress = _Progress()
    try:
        with _market(given, progress) as market:
            figure = market.measure(name, told, kept)
    finally:
        progress.close()
    click.echo({"table": figure.to_text, "csv": figure.to_csv, "json": figure.to_json}[form](), nl=form == "table")


@mercato.command()
@_reading
@click.option(
    "--rejects", type=click.Path(path_type=Path), default=None, help="Write every rejected record to this CSV file."
)
def check(rejects: Path | None, **given: Any) -> None:
    """Read everything, build nothing: records accepted, rejected and why."""
    from mercato.checking import check_inputs

    progress = _Progress()
    for line in check_inputs(given["inputs"], _settings(given), progress, rejects):
        click.echo(line)


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
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--people", type=int, required=True, help="How many people.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--employers", type=int, default=None, help="How many employers [default: by people].")
@click.option("--messy/--clean", default=False, help="As careers are found, or tidy.", show_default=True)
def simulate(folder: Path, people: int, seed: int, employers: int | None, messy: bool) -> None:
    """Write a population with known truth (truth.json)."""
    from tqdm import tqdm

    from mercato.simulate.population import simulate as write

    with tqdm(total=people, unit=" people", disable=not sys.stderr.isatty()) as bar:
        made = write(folder, people, seed, messy, employers, progress=bar.update)
    click.echo(f"{made.positions}: {made.rows:,} positions of {made.people:,} people")


@mercato.command()
@click.argument("names", nargs=-1, metavar="[ai-labs|baseball]")
@click.option("--into", type=click.Path(path_type=Path), default=Path("demo-editions"), show_default=True)
def demo(names: tuple[str, ...], into: Path) -> None:
    """Make demonstration editions: one simulated (ai-labs), one real (baseball)."""
    import tempfile

    from mercato.demo import DEMOS, write_demo

    for name in names or DEMOS:
        with tempfile.TemporaryDirectory() as folder:
            data = write_demo(name, Path(folder) / name)
            given = dict.fromkeys(("as_of", "layout", "dates", "settings", "aliases", "parents", "kinds"))
            given |= {"inputs": (data,), "maps": (), "options": (), "engine": "duckdb", "master": "", "memory": ""}
            click.echo(f"The {name} report is at {_make_report(into / name, '', (), given)}")


if __name__ == "__main__":
    main()
