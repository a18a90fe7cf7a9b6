"""The readable lists of words that ship with the project."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The list ``data/NAME.toml`` as it is written; the same object each time, so read it only."""
    return tomllib.loads(files("mercato.identity").joinpath("data", f"{name}.toml").read_text("utf-8"))
