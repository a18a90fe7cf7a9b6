"""Folders of input to try Mercato on: one simulated, one real."""

from __future__ import annotations

from pathlib import Path

from mercato.errors import SettingsError

DEMOS = ("ai-labs", "baseball")


def write_demo(name: str, into: Path) -> Path:
    """Writes the input of a demo into a folder and returns it; raises SettingsError for a name that is none."""
    if name == "ai-labs":
        from mercato.demo.ai_labs import write_ai_labs

        return write_ai_labs(into)
    if name == "baseball":
        from mercato.demo.baseball import write_baseball

        return write_baseball(into)
    raise SettingsError(f"{name!r} is not a demo", expected="one of " + ", ".join(DEMOS))
