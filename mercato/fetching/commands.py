"""The commands of ``mercato fetch``; each is a few lines over the library, which is imported when it is needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mercato import stopping
from mercato.errors import SettingsError

if TYPE_CHECKING:
    from mercato.fetching.declare import Source


@click.group()
def fetch() -> None:
    """Get public data politely: wikidata, openalex, orcid.

    What is fetched is an input of `mercato report`. Running the same command again goes on where it stopped.
    """


def _fetching(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every source."""
    for option in reversed(
        (
            click.option("--into", type=click.Path(path_type=Path), required=True, help="Folder for what is fetched."),
            click.option(
                "--contact",
                envvar="MERCATO_CONTACT",
                required=True,
                metavar="ADDRESS",
                show_envvar=True,
                help="Your e-mail or web address, which is told to the source.",
            ),
            click.option("--limit", type=click.IntRange(1), help="How many records at most [default: all]."),
            click.option("--base-url", default="", metavar="URL", help="Another address of the interface: a mirror."),
        )
    ):
        command = option(command)
    return command


@fetch.command()
@click.option("--institution", multiple=True, required=True, metavar="ID|ROR|NAME", help="An institution; repeatable.")
@click.option("--authors", "kind", flag_value="authors", default="authors", help="Authors, by year [default].")
@click.option("--works", "kind", flag_value="works", help="Works, with the affiliations of each author.")
@click.option("--since", type=click.IntRange(1000, 2999), metavar="YEAR", help="Works published since then.")
@_fetching
def openalex(institution: tuple[str, ...], kind: str, since: int | None, contact: str, **given: Any) -> None:
    """Authors or works of institutions, with affiliations by year.

    A free key in MERCATO_OPENALEX_KEY is needed for more than 10,000 records.
    """
    from mercato.fetching import openalex as declared

    if since is not None and kind != "works":
        raise click.UsageError("--since is of works only: authors cannot be asked for by year. Add --works.")
    names = _named(institution, "--institution")
    if len(names) > declared.MOST_INSTITUTIONS:
        raise click.UsageError(f"at most {declared.MOST_INSTITUTIONS} institutions can be asked for at once.")
    key = os.environ.get(declared.KEY.variable, "").strip()
    _fetch(declared.source(kind, names, since, contact, key), contact, key, **given)


@fetch.command()
@click.option("--employer", multiple=True, required=True, metavar="Q-ID|NAME", help="An employer; repeatable.")
@_fetching
def wikidata(employer: tuple[str, ...], contact: str, **given: Any) -> None:
    """Careers of the people who had an employer, with start and end."""
    from mercato.fetching import wikidata as declared

    _fetch(declared.source(_named(employer, "--employer")), contact, "", **given)


@fetch.command()
@click.option(
    "--affiliation", multiple=True, required=True, metavar="NAME|ROR|GRID", help="An affiliation; repeatable."
)
@_fetching
def orcid(affiliation: tuple[str, ...], contact: str, **given: Any) -> None:
    """Employments of the people who state an affiliation."""
    from mercato.fetching import orcid as declared

    token = os.environ.get(declared.TOKEN.variable, "").strip()
    _fetch(declared.source(_named(affiliation, "--affiliation")), contact, token, **given)


def _named(names: tuple[str, ...], option: str) -> list[str]:
    """The names asked for, each once. Raises SettingsError for a blank or an endless one."""
    plain = list(dict.fromkeys(" ".join(name.split()) for name in names))
    for name in plain:
        if not name or len(name) > 300 or not name.isprintable():
            raise SettingsError(
                f"{name[:60]!r} is not a name that can be asked for",
                where=option,
                expected="an id or a name of at most 300 characters",
            )
    return plain


def _fetch(source: Source, contact: str, secret: str, into: Path, limit: int | None, base_url: str) -> None:
    from dataclasses import replace

    from mercato.fetching.client import Client
    from mercato.fetching.folder import HIDDEN
    from mercato.fetching.run import fetch as run

    if base_url:
        source = replace(source, query={**source.query, "address": base_url.rstrip("/")})
    client = Client(source, base_url or source.address, contact, secret)
    progress = _Counting(source.noun)
    stopping.begin_work()
    try:
        fetched = run(source, into, client, progress, limit)
    except (stopping.Stopped, KeyboardInterrupt):
        progress.close()
        if (into / HIDDEN).is_dir():
            click.echo(f"Whole pages are kept in {into}: the same command goes on from there.", err=True)
        raise
    finally:
        progress.close()
        client.close()
    click.echo(f"{fetched.sentence} Next: mercato report {into}")


class _Counting:
    """Says sentences; counts on a terminal, and not at all elsewhere."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._bar: Any = None

    def say(self, sentence: str) -> None:
        if self._bar is not None:
            self._bar.clear()
        click.echo(sentence, err=True)

    def count(self, done: int, total: int | None) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(unit=f" {self._noun}", leave=False, initial=done)
        self._bar.total = total
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
