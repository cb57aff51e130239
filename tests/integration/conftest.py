"""What tests of the store share."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from monitor.broker.connecting import Place
from tests.bench.broker import Node


@pytest.fixture
async def db(database: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the test's database."""
    connection = await asyncpg.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A NATS server of this test run."""
    node = Node(tmp_path_factory.mktemp("nats")).start().ready()
    yield node
    node.kill()


@pytest.fixture
def place(broker: Node) -> Place:
    """A stream of this test's own, there."""
    return Place([broker.url], f"test_{uuid.uuid4().hex[:12]}", most_mb=16)
