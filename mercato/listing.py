"""What Mercato knows, as text: formats and measures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from mercato.errors import SettingsError
from mercato.identity.folding import shown
from mercato.identity.titles.classifying import Title
from mercato.measures import Measure, declared

_WIDTH = 96


def list_sources() -> str:
    """Every format with how it is recognised, one paragraph each."""
    from mercato.sources.registry import FORMATS

    return "\n\n".join(
        "\n".join([form.name, *_wrapped(form.description), *_wrapped(f"Recognised by: {form.recognised}")])
        for form in FORMATS
    )


def list_measures(name: str | None, language: str) -> str:
    """Every measure, or the one named, with its definition in a language."""
    known = declared()
    if name is not None and name not in known:
        raise SettingsError(f"there is no measure {name!r}", expected="one of " + ", ".join(known))
    chosen = [known[name]] if name else list(known.values())
    return "\n\n".join(_described(measure, language) for measure in chosen)


def list_titles(titles: Sequence[str], taxonomies: Sequence[Path], language: str) -> str:
    """What each title tells and the words that told it; without titles, every family with its codes."""
    from mercato.identity.titles.classifying import classify
    from mercato.identity.titles.families import list_families
    from mercato.identity.titles.taxonomies import read_taxonomies

    if not titles:
        return list_families(language)
    loaded = read_taxonomies(taxonomies)
    return "\n".join([*loaded.notes, *(_title(title, classify(title, loaded)) for title in titles)])


def _title(title: str, told: Title) -> str:
    ai = "AI (strict)" if told.is_ai_strict else "AI (broad only)" if told.is_ai else "not AI"
    parts = [
        told.family or "family not told",
        told.level or "level not told",
        ai,
        *(["side role"] if told.is_side else []),
        *([f"{(told.code_system or '').upper()} {told.code}"] if told.code else []),
        *([f"by “{told.rule}”"] if told.rule else []),
    ]
    return f"{shown(title)}: {', '.join(parts)}"


def _described(measure: Measure, language: str) -> str:
    def words(text: object) -> str:
        return str(getattr(text, language))

    return "\n".join(
        [
            f"{measure.name}: {words(measure.title)} ({words(measure.unit)})",
            *_wrapped(words(measure.definition)),
            *_wrapped(f"by: {', '.join(measure.dimensions)}; default {', '.join(measure.default_by)}"),
            *_wrapped(f"after: {measure.reference}"),
        ]
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="    ", subsequent_indent="    ")
