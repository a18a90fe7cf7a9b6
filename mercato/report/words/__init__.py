"""Every word of the pages, one TOML file per language."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "fr")


@cache
def load(language: str) -> dict[str, str]:
    """The words of a language as ``section.key`` → text; plurals are ``section.key.one`` and ``section.key.other``."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text("utf-8")
    words = dict(_flat("", tomllib.loads(text)))
    return {key: french_spaces(told) for key, told in words.items()} if language == "fr" else words


def french_spaces(text: str) -> str:
    """The text with the spaces that French typography wants before high punctuation and inside its quotes."""
    text = re.sub(" ([;!?%])", "\N{NARROW NO-BREAK SPACE}\\1", text)
    text = re.sub(" ([:\u00bb])", "\N{NO-BREAK SPACE}\\1", text)
    return text.replace("\u00ab ", "\u00ab\N{NO-BREAK SPACE}")


def _flat(prefix: str, told: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in told.items():
        name = f"{prefix}{key}"
        pairs += _flat(f"{name}.", value) if isinstance(value, dict) else [(name, str(value))]
    return pairs
