"""One engine of each kind for the whole run; Spark is left out, with the reason, where it cannot start."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from mercato.engines import Engine, open_engine
from mercato.errors import EngineError

SPARK_MASTER = os.environ.get("MERCATO_SPARK_MASTER", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SPARK_MASTER:
        return
    for item in items:
        if "cluster" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="needs a Spark cluster: make test-cluster"))


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
