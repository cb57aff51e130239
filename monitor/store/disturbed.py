"""Which vessels were disturbed near a port, told again where an older log came after a newer one.

A vessel that was heard near a port in the bucket before, and then without a position or far off, is
disturbed. The engine tells so as it hears them; when what it needs comes in another order, it is
told again from what is stored. Of reports without a position the vessels are kept (port '').
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import asyncpg

from monitor.engine.geofence import FenceSet, Port, distance_m
from monitor.engine.reception import BUCKET_US, DISPLACED_NM, RINGS_NM, WHOLE_FEED
from monitor.store.history import reports_between
from monitor.store.sql import query
from monitor.units import NAUTICAL_MILE_M, from_datetime, to_datetime

BUCKET = timedelta(microseconds=BUCKET_US)

Place = tuple[str, int]
"""(source, begin of the bucket, us)."""


async def tell_again(
    connection: asyncpg.Connection, fences: FenceSet
) -> dict[tuple[str, str, int], set[int]]:
    """Tell all that is due; (source, port, bucket) -> disturbed. Call it in a transaction."""
    told: dict[tuple[str, str, int], set[int]] = {}
    for row in await connection.fetch(query("reception_due")):
        port = fences.by_id.get(row["port"])
        if port is None:
            continue
        found = await _of_port(connection, port, row["first_at"], row["last_at"] + BUCKET)
        rows = [
            (port.id, source, to_datetime(begin), sorted(ships), [0] * len(RINGS_NM))
            for (source, begin), ships in sorted(found.items())
        ]
        await connection.execute(
            query("forget_disturbed"), port.id, row["first_at"], row["last_at"] + BUCKET
        )
        if rows:
            await connection.executemany(query("save_disturbed"), rows)
        told |= {(source, port.id, begin): ships for (source, begin), ships in found.items()}
    await connection.execute(query("reception_told"))
    return told


async def _of_port(
    connection: asyncpg.Connection, port: Port, first: Any, last: Any
) -> dict[Place, set[int]]:
    """Vessels that were disturbed near a port, in the buckets from ``first`` to ``last``."""
    near: dict[int, set[int]] = defaultdict(set)
    lost: dict[Place, set[int]] = {}
    for row in await connection.fetch(
        query("heard_between"), [port.id, WHOLE_FEED], first - BUCKET, last
    ):
        begin = from_datetime(row["at"])
        if row["port"] == WHOLE_FEED:
            lost[row["source"], begin] = set(row["disturbed"])
        else:
            near[begin].update(row["vessels"])
    found: dict[Place, set[int]] = defaultdict(set)
    for (source, begin), ships in lost.items():
        if both := ships & near.get(begin - BUCKET_US, set()):
            found[source, begin] |= both
    every = sorted(set().union(*near.values()))
    begin, end = from_datetime(first), from_datetime(last + BUCKET)
    reports, names = await reports_between(connection, every, begin, end)
    lon, lat = port.centre
    away = distance_m(lon, lat, reports["lon"], reports["lat"])
    for report in reports[away > DISPLACED_NM * NAUTICAL_MILE_M]:
        bucket = int(report["received_at"]) // BUCKET_US * BUCKET_US
        mmsi = int(report["mmsi"])
        if begin <= bucket < end and mmsi in near.get(bucket - BUCKET_US, ()):
            found[names[int(report["source"])], bucket].add(mmsi)
    return found
