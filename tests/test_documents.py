"""The documents are true: examples run, every command and option is told of."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import click
import pytest

from mercato.cli import mercato
from mercato.measures import declared

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_examples_in_python_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False)
    assert result.attempted >= 10
    assert result.failed == 0


@pytest.mark.parametrize("name", sorted(mercato.commands))
def test_the_readme_tells_of_every_command_and_option(name: str) -> None:
    command = mercato.commands[name]
    assert f"mercato {name}" in README
    options = [o for p in command.params if isinstance(p, click.Option) for o in (*p.opts, *p.secondary_opts)]
    assert [o for o in options if not re.search(re.escape(f"{o}") + r"\b", README)] == []


@pytest.mark.parametrize("name", sorted(declared()))
def test_the_readme_tells_of_every_measure(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize(
    "page",
    ["accuracy.md", "architecture.md", "decisions.md", "fetching.md", "performance.md", "python.md", "report.png"],
)
def test_what_the_readme_links_to_is_there(page: str) -> None:
    assert f"docs/{page}" in README
    assert (ROOT / "docs" / page).stat().st_size > 0
