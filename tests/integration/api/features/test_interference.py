"""Areas of interference as features: the circle that each reaches, and its end where it is over."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from monitor.model import EventKind, EventState, Evidence, NamedArea
from tests.findings import event, span, store
from tests.integration.api.features.sea import asking, got

FIGURES = {
    "kind": "leapt to", "ships": 6, "froze": 0, "members": [1, 2, 3], "radius_m": 27_780.0,
    "west": 35.4, "south": 33.8, "east": 35.5, "north": 33.9,
}  # fmt: skip
BEGUN, ENDED = EventKind.INTERFERENCE_BEGUN, EventKind.INTERFERENCE_ENDED
ITEMS = "/collections/interference/items"


async def fill(db: asyncpg.Connection) -> None:
    """One that is over, one that lasts, and one that late reports took back."""
    made = [
        event(number, NamedArea(area), kind=kind, lon=35.5, lat=33.8, state=state,
              span=span(0, number, number))
        for number, area, kind, state in (
            (1, "there", BEGUN, EventState.CONFIRMED), (2, "there", ENDED, EventState.CONFIRMED),
            (3, "here", BEGUN, EventState.CONFIRMED), (4, "gone", BEGUN, EventState.WITHDRAWN),
        )
    ]  # fmt: skip
    await store(db, *(replace(one, evidence=Evidence(figures=FIGURES)) for one in made))


async def test_each_has_its_circle_and_its_end(database: str, db: asyncpg.Connection) -> None:
    await fill(db)
    async with asking(database) as client:
        _, words = await got(client, ITEMS)
        there, here = (one["properties"] for one in words["features"])
        assert (there["area"], here["area"]) == ("there", "here")
        assert (there["ended_at"] is None, here["ended_at"] is None) == (False, True)
        assert (there["members"], there["ships"], there["kind"]) == ("1,2,3", 6, "leapt to")
        (ring,) = words["features"][0]["geometry"]["coordinates"]
        assert max(lat for _, lat in ring) - 33.8 == pytest.approx(0.25, abs=0.01)


async def test_they_are_asked_for_by_place_and_time(database: str, db: asyncpg.Connection) -> None:
    await fill(db)
    async with asking(database) as client:
        for asked, count in (
            ("bbox=35.2,33.7,35.25,33.9", 2), ("bbox=36,34.2,37,35", 0),
            ("datetime=2026-01-01T00:00:00Z/..", 1),
        ):  # fmt: skip
            _, words = await got(client, f"{ITEMS}?{asked}")
            assert len(words["features"]) == count, asked
