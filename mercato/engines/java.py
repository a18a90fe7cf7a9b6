"""Whether the Java that Spark needs is on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

from mercato.errors import EngineError

LEAST_VERSION = 17


def require_java() -> None:
    """Raise EngineError, with what to install, unless Java 17 or later can be run."""
    found = java_version()
    if found is None:
        raise EngineError("the Spark engine needs Java, and none was found", remedy=_REMEDY)
    if found < LEAST_VERSION:
        raise EngineError(f"the Spark engine needs Java 17, and Java {found} was found", remedy=_REMEDY)


def java_version() -> int | None:
    """The major version of the Java that Spark would run; null when there is none."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=os.path.join(home, "bin")) if home else shutil.which("java")
    if program is None:
        return None
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    stated = re.search(r'version "(\d+)(?:\.(\d+))?', said)
    if stated is None:
        return None
    major = int(stated.group(1))
    return int(stated.group(2) or 0) if major == 1 else major


_REMEDY = "Install Java 17 (a package such as openjdk-17-jre-headless), or set JAVA_HOME to where it is."
