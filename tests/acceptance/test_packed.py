"""The bench of packed positions, small: bytes of a drawn day, and a packer that is killed."""

from __future__ import annotations

import asyncio
import uuid

from monitor.store.cluster import Cluster
from tests.bench.packed import fresh, kills, size
from tests.sizes import sized


def test_a_noisy_day_takes_little_room(cluster: Cluster) -> None:
    """20 bytes a position at most, with the indexes; every column is kept."""

    async def measured() -> list[str]:
        connection = await fresh(cluster, f"size_{uuid.uuid4().hex[:8]}")
        try:
            return await size(connection, sized(120, 1000))
        finally:
            await connection.close()

    assert asyncio.run(measured()) == []


def test_a_packer_that_is_killed_changes_nothing(cluster: Cluster) -> None:
    """Row for row the view is what it was, whenever it was killed."""
    assert asyncio.run(kills(cluster, f"kills_{uuid.uuid4().hex[:8]}", sized(2, 20))) == []
