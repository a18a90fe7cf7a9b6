"""Runs a function in a process of its own and tells how long it took and how much memory it held at most."""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    """What the function gave; seconds it took, imports included; the most memory its process held, in bytes."""

    value: Any
    seconds: float
    peak: int

    @property
    def gigabytes(self) -> float:
        return self.peak / 1e9


def apart(function: str, **arguments: Any) -> Outcome:
    """Run ``module:function`` of this package in its own process; arguments and result pass as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-m", "benchmarks.child", function, json.dumps(arguments, default=str), str(told)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{function} failed:\n{done.stderr[-4000:]}")
        return Outcome(**json.loads(told.read_text()))


def peak_memory() -> int:
    """The most memory that this process has held, in bytes.

    Linux tells it of this program alone; elsewhere the kernel's count is taken, which begins with the parent's.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024
    except (OSError, StopIteration):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def _main() -> None:
    function, arguments, told = sys.argv[1:]
    module, name = function.split(":")
    begun = time.perf_counter()
    value = getattr(importlib.import_module(f"benchmarks.{module}"), name)(**json.loads(arguments))
    seconds = time.perf_counter() - begun
    Path(told).write_text(json.dumps({"value": value, "seconds": seconds, "peak": peak_memory()}))


if __name__ == "__main__":
    _main()
