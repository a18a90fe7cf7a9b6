"""Starts a standalone Spark master and two workers on loopback, runs the tests marked ``cluster``, and stops them.

``python tests/cluster.py [arguments for pytest]``; the exit code is that of pytest.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mercato.engines.java import require_java
from mercato.errors import EngineError

HOST = "127.0.0.1"
WORKERS = 2
PATIENCE_SECONDS = 90


def main(arguments: list[str]) -> int:
    """Run the cluster tests on a cluster of their own."""
    try:
        require_java()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with cluster() as master:
            print(f"Spark master at {master}, {WORKERS} workers", flush=True)
            command = [sys.executable, "-m", "pytest", "-m", "cluster", *arguments]
            return subprocess.run(command, env={**os.environ, "MERCATO_SPARK_MASTER": master}, check=False).returncode
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1


@contextmanager
def cluster(workers: int = WORKERS) -> Iterator[str]:
    """The address of a standalone master with its workers; every process started is stopped at the end."""
    port, page = free_port(), free_port()
    master = f"spark://{HOST}:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mercato-cluster-")))
        web = ["--webui-port", str(page)]
        stack.enter_context(running(folder, "master.Master", "--host", HOST, "--port", str(port), *web))
        for number in range(workers):
            place = ["--work-dir", str(folder / f"work-{number}"), "--webui-port", "0", "--port", "0"]
            size = ["--cores", "1", "--memory", "1g"]
            stack.enter_context(running(folder, "worker.Worker", "--host", HOST, *place, *size, master))
        wait_for_workers(f"http://{HOST}:{page}/json/", workers, folder)
        yield master


@contextmanager
def running(folder: Path, role: str, *arguments: str) -> Iterator[None]:
    """One Spark daemon in a process group of its own, which ends with this block."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    with (folder / "cluster.log").open("ab") as log:
        process = subprocess.Popen(
            [str(program), f"org.apache.spark.deploy.{role}", *arguments],
            stdout=log,
            stderr=log,
            env=environment(),
            start_new_session=True,
        )
    try:
        yield
    finally:
        stop(process)


def environment() -> Mapping[str, str]:
    return {**os.environ, "SPARK_LOCAL_IP": HOST, "SPARK_PUBLIC_DNS": HOST, "SPARK_DAEMON_MEMORY": "512m"}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one daemon, and what it started, by the id of its own process group; a worker ends its executors first."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_for_workers(page: str, workers: int, folder: Path) -> None:
    """Return when the master lists all workers as alive; raise EngineError with the end of the log otherwise."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if alive_workers(page) >= workers:
            return
        time.sleep(0.3)
    log = (folder / "cluster.log").read_text("utf-8", "replace")
    said = [line for line in log.splitlines() if re.search("error|exception", line, re.IGNORECASE)] or log.splitlines()
    raise EngineError(f"the cluster did not stand after {PATIENCE_SECONDS} seconds: {' '.join(said[-3:])}")


def alive_workers(page: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page, timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except (OSError, ValueError, KeyError):
        return 0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
