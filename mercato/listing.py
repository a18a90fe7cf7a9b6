"""What Mercato knows, as text: formats and measures."""

from __future__ import annotations

import textwrap

from mercato.errors import SettingsError
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
