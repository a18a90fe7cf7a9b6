"""One engine of each kind for the whole run; Spark is left out, with the reason, where it cannot start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mercato.engines import Engine, open_engine
from mercato.errors import EngineError

os.environ.setdefault("SPARK_CONF_DIR", str(Path(__file__).parent / "fixtures" / "spark"))
SPARK_MASTER = os.environ.get("MERCATO_SPARK_MASTER", "")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Where tests run side by side, those of one file stay together, and all that need Spark share one session."""
    item.add_marker(pytest.mark.xdist_group("spark" if _needs_spark(item) else item.nodeid.partition("::")[0]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SPARK_MASTER:
        return
    for item in items:
        if "cluster" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="needs a Spark cluster: make test-cluster"))


def _needs_spark(item: pytest.Item) -> bool:
    of_case = getattr(item, "callspec", None)
    return (of_case is not None and "spark" in of_case.params.values()) or "spark_engine" in getattr(
        item, "fixturenames", ()
    )


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    engine = open_engine("duckdb")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    try:
        engine = open_engine("spark", master=SPARK_MASTER or "local[2]")
    except EngineError as error:
        pytest.skip(str(error))
    yield engine
    engine.close()


@pytest.fixture(params=["duckdb", "spark"], scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found
