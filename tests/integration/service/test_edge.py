"""An edge as a whole: it keeps and sends what its feeds bring, and has no database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from monitor.broker.connecting import Place
from monitor.broker.link import linked
from monitor.errors import StoreError
from monitor.feed.configured import make_feeds
from monitor.service.edge import Edge, NoStore
from monitor.service.live import LiveOptions
from monitor.service.status import ClusterStatus
from tests.integration.service.journals import until
from tests.integration.service.test_sending import lines
from tests.live import Sender
from tests.ports import ports


async def test_what_a_feed_brings_is_on_the_stream(place: Place, tmp_path: Path) -> None:
    """All of it by the time that it has stopped; a database it asks nobody for."""
    status = ClusterStatus(role="edge", name="north", stream=place.stream, where="", since=0)
    with Sender(500, most=200) as sender:
        table = {"name": "roof", "kind": "nmea-tcp", "host": "127.0.0.1", "port": sender.port}
        feeds = make_feeds([table], lambda _feed, _field: None)
        options = LiveOptions(spool=tmp_path, spool_bytes=8 << 20)
        edge = Edge(feeds, ports(), lambda: linked(place, "test"), options, status)
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(edge.run())
            await until(lambda: edge.status.feeds["roof"].lines == 200)
            edge.stop.set()
    assert len(await lines(place)) == 200
    assert edge.status.cluster is status
    assert (status.connected, edge.status.lines) == (True, 200)
    assert edge.spool.waiting_bytes == 0


async def test_who_asks_for_the_database_is_told() -> None:
    for ask in (NoStore.for_asking, NoStore.for_acting, NoStore.for_reading):
        with pytest.raises(StoreError, match="An edge has no database: ask the engine"):
            ask()
    await NoStore().close()
