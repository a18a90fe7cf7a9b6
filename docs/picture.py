"""The picture in the README: who wins people in the ai-labs report, as a browser shows it (needs Chromium)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
]


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    page = Path("demo-editions/ai-labs/report/en/win.html").resolve()
    if not page.is_file():
        sys.exit(f"{page} is not there: make report")
    out = Path(__file__).with_name("report.png")
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium, *QUIET, f"--user-data-dir={profile}", "--hide-scrollbars", "--virtual-time-budget=4000"]
        subprocess.run([*command, "--window-size=1200,1900", f"--screenshot={out}", page.as_uri()], check=True)


if __name__ == "__main__":
    main()
