"""Drawings by a second process, so that charts are drawn while the pages are worded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import IO

import vl_convert

_VERSION = "6.4"


@lru_cache(64)
def drawn(spec: str) -> str:
    """The SVG of a Vega-Lite specification, without a network."""
    return str(vl_convert.vegalite_to_svg(spec, vl_version=_VERSION, allowed_base_urls=[]))


class Drawer:
    """A process that draws one specification after the other; where it fails, this one draws."""

    def __init__(self) -> None:
        # The file itself, so that the process loads nothing but what it draws with.
        command = [sys.executable, "-P", __file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii"
        )
        # Drawing holds the interpreter, waiting for another process does not.
        self._thread = ThreadPoolExecutor(1)
        self._asked: dict[str, Future[str]] = {}

    def ask(self, spec: str) -> Future[str]:
        """The drawing to come of a specification on one line; a specification asked before is not drawn again."""
        if spec not in self._asked:
            self._asked[spec] = self._thread.submit(self._draw, spec)
        return self._asked[spec]

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes():
            with suppress(OSError):
                pipe.close()

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        there, back = self._process.stdin, self._process.stdout
        if there is None or back is None:
            raise OSError("a process without pipes")
        return there, back

    def _draw(self, spec: str) -> str:
        try:
            there, back = self._pipes()
            there.write(spec + "\n")
            there.flush()
            return str(json.loads(back.readline()))
        except (OSError, ValueError):
            self._process.kill()
            return drawn(spec)


_ACTIVE: list[Drawer] = []


@contextmanager
def drawing_aside() -> Iterator[None]:
    """While this holds, charts are drawn by a second process; one within another shares its process."""
    if _ACTIVE:
        yield
        return
    try:
        _ACTIVE.append(Drawer())
    except OSError:
        yield
        return
    try:
        yield
    finally:
        _ACTIVE.pop().close()


def drawing(spec: str) -> Future[str]:
    """The drawing to come of a specification: of the second process where there is one, else made here and now."""
    if _ACTIVE:
        return _ACTIVE[0].ask(spec)
    made: Future[str] = Future()
    made.set_result(drawn(spec))
    return made


def main() -> None:
    """Read specifications, one a line, and write their drawings, one a line as JSON."""
    for line in sys.stdin:
        print(json.dumps(drawn(line)), flush=True)


if __name__ == "__main__":
    main()
