"""Vector tiles of what is stored, each bounded before a position is read.

The density of traffic is a summary: it is drawn of presence alone, however many positions there
are. Tracks are drawn of positions of those ships that presence tells to have been near.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import asyncpg

from monitor.errors import StoreError, UsageError
from monitor.store.presence import all_days_known
from monitor.store.sql import query

MOST_FIXES = 50_000
"""That the tracks of one tile are drawn of: half a second of work."""

FINEST_ZOOM = 4
"""From here on a tile has 90 cells each way or fewer; farther out they are put together."""


class Tile(NamedTuple):
    """A square of the map: Web Mercator, y from the north."""

    zoom: int
    x: int
    y: int


async def stamp(connection: asyncpg.Connection, since: datetime, before: datetime) -> str:
    """What the days of a time are like: another word whenever positions of theirs changed."""
    if not await all_days_known(connection):
        message = "Positions are not counted by places yet: ask again in some minutes."
        raise StoreError(message)
    found: str = await connection.fetchval(query("tile_stamp"), since.date(), _last(before))
    return found


async def density(
    connection: asyncpg.Connection, tile: Tile, since: datetime, before: datetime
) -> bytes:
    """On how many days how many ships were heard in each cell."""
    together = 2 ** max(0, FINEST_ZOOM - tile.zoom)
    found: bytes = await connection.fetchval(
        query("tile_density"), *tile, since.date(), _last(before), together
    )
    return found


async def tracks(
    connection: asyncpg.Connection, tile: Tile, since: datetime, before: datetime
) -> bytes:
    """Lines of ships; UsageError where there are too many."""
    if await connection.fetchval(query("tile_fixes"), *tile, since, before) > MOST_FIXES:
        message = (
            f"The tracks of this tile have more than {MOST_FIXES:,} fixes: ask for a shorter time,"
            " or look closer."
        )
        raise UsageError(message)
    found: bytes = await connection.fetchval(query("tile_tracks"), *tile, since, before, MOST_FIXES)
    return found


def _last(before: datetime) -> date:
    """The last day that begins before an instant."""
    return (before - timedelta(microseconds=1)).date()
