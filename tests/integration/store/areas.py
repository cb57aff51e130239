"""Areas for tests: squares of the sea, and who drew them."""

from __future__ import annotations

from typing import Any

import shapely

from monitor.engine.geofence import Area
from monitor.store.areas import add_area, new_area
from monitor.units import SECOND_US

SINCE = 1_700_000_000 * SECOND_US
"""2023-11-14T22:13:20Z."""

SQUARE = shapely.box(24.0, 32.0, 24.1, 32.1)


def area(name: str = "gate", owner: str = "ann", **words: Any) -> Area:
    """An area of hers that is shared, in force since long ago."""
    known: dict[str, Any] = {"shared": True, "tells": False, "since": SINCE, "shape": SQUARE}
    return new_area(name=name, owner=owner, **{**known, **words})


async def keep(connection: Any, *areas: Area) -> None:
    """Add areas, each by its owner."""
    for each in areas:
        await add_area(connection, each, each.owner, None)
