"""Ctrl-C and requests to end: one line, exit code 130 or 143, nothing half-written."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from types import FrameType

SENTENCE = "Stopped; nothing half-written is left."
_PATIENCE = 2.0
_state = {"working": False, "code": 0, "at": 0.0}


class Stopped(BaseException):
    """A signal to stop came; no library takes it for an error of its own."""


def listen() -> None:
    """Take over the signals that stop a program; another thread than the main one cannot, and leaves them alone."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with contextlib.suppress(ValueError):
                signal.signal(getattr(signal, name), _stop)


def begin_work() -> None:
    """From here on there is something to undo, so that a signal is raised where the program is."""
    check()
    _state["working"] = True


def code() -> int:
    """The exit code of the signal that came, 0 where none did."""
    return int(_state["code"])


def check() -> None:
    """Raise again what a library may have swallowed."""
    if code():
        raise Stopped


def _stop(number: int, frame: FrameType | None) -> None:
    _state["code"] = 128 + number
    if not _state["working"]:
        # Libraries are being loaded, which an exception would leave half loaded, and nothing is there to undo.
        with contextlib.suppress(OSError):
            os.write(2, f"mercato: {SENTENCE}\n".encode())
        os._exit(code())
    if time.monotonic() - _state["at"] > _PATIENCE:
        # A second press while the first is being obeyed must not break off the clearing up.
        _state["at"] = time.monotonic()
        raise Stopped
