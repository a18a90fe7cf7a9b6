"""Mercato measures the market for talent: who keeps people, who wins them, where hires come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Options", "Settings", "load_settings", "read"]

if TYPE_CHECKING:
    from mercato.market import read
    from mercato.settings import Options, Settings, load_settings


def __getattr__(name: str) -> Any:
    if name == "read":
        from mercato.market import read

        return read
    if name in ("Options", "Settings", "load_settings"):
        from mercato import settings

        return getattr(settings, name)
    raise AttributeError(name)
