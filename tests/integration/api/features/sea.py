"""A small sea in a database: five ships through two days, what was found of them, and who asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import asyncpg
from aiohttp import web
from aiohttp.test_utils import TestClient

import monitor
from monitor.alert.life import State
from monitor.alert.message import Severity
from monitor.api.access import Access
from monitor.api.app import make_app
from monitor.gatefile import load_watched
from monitor.model import EventKind, NamedArea, Ship
from monitor.service.live import Live
from monitor.service.status import StoreStatus
from monitor.store.alerts import alert_row
from monitor.store.cluster import OWNER, READER
from monitor.store.database import connected
from monitor.store.pool import ReadPool
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.sql import query
from tests.findings import MMSI, OTHER, after, begun, call, event, span, store, voyage
from tests.integration.api.standing import NOON, Client, Served, Standing, status
from tests.integration.store.areas import area, keep
from tests.unit.alert.stories import alert_of, berthed, rule

FENCES = load_watched(Path(monitor.__file__).parents[1] / "geofences")

NIGHT = datetime(2024, 12, 13, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURS = 48

SHIPS = {
    MMSI: ("SEVERNYY VETER", 35.7, 34.9, -0.20),
    OTHER: ("<b>O'Brien & Søn</b>", 24.0, 32.1, 0.02),
    271_000_001: ("KARADENIZ", 28.9, 40.9, 0.01),
    211_000_002: ("ELBE", 8.0, 54.0, 0.05),
    503_000_003: ("DATE LINE", 178.0, -20.0, 0.25),
}
"""Name, where each begins, and how far east it goes in an hour: the last crosses 180 degrees."""


def place(mmsi: int, hour: int) -> tuple[float, float]:
    """Where a ship is."""
    _, lon, lat, east = SHIPS[mmsi]
    lon += east * hour
    return (lon + 180) % 360 - 180, lat


async def fill(db: asyncpg.Connection) -> None:
    """Put all of it into a database."""
    await keep(db, area("one"), area("two"), area("one", "bob"), area("mine", shared=False))
    await db.fetchval(query("make_partition"), NIGHT)
    for mmsi, (name, *_) in SHIPS.items():
        fixes = [(mmsi, NIGHT + HOUR * hour, *place(mmsi, hour)) for hour in range(HOURS)]
        await db.executemany(
            "INSERT INTO position SELECT $1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 12.3, 90,"
            " 91, 0, 1, 0, $2, 1, 1",
            fixes,
        )
        await db.execute(
            "INSERT INTO vessel_state (mmsi, at, geom, sog_kn, cog_deg, status, fix)"
            " VALUES ($1, $2, ST_SetSRID(ST_MakePoint($3, $4), 4326), 12.3, 90, 0, '')",
            *fixes[-1],
        )
        await db.execute(
            "INSERT INTO vessel (mmsi, name, callsign, imo, ship_type, to_bow_m, to_stern_m,"
            " to_port_m, to_starboard_m, identified_at)"
            " VALUES ($1, $2, 'ABC', 9268710, 70, 100, 20, 10, 8, $3)",
            mmsi, name, NIGHT,
        )  # fmt: skip
    kinds = list(EventKind)
    await store(
        db,
        *(event(number, kind=kinds[number % 12]) for number in range(1, 25)),
        event(30, NamedArea("12 miles"), lon=None, lat=None, span=span(None, None, None)),
        *(call(number) for number in range(1, 6)), call(6, departed=None, port="tobruk"),
        voyage(40), begun(41, Ship(OTHER, 0)),
    )  # fmt: skip
    for number in range(1, 6):
        made = alert_of(
            [(berthed(), [rule()])], id=f"{number:032x}", changed_at=after(number % 2),
            state=list(State)[number % 4], severity=list(Severity)[number % 3],
        )  # fmt: skip
        await db.execute(query("save_alert"), *alert_row(made))
    await count_days(db, AT_ONCE)


ASKED: web.AppKey[list[str]] = web.AppKey("asked")
"""What was asked for, in order."""


@asynccontextmanager
async def asking(database: str) -> AsyncIterator[Client]:
    """The whole application over this sea, on a pool of those who own nothing and only read."""
    own = database
    pool, database = ReadPool(), database.replace(f"//{OWNER}@", f"//{READER}@", 1)
    assert READER in database
    store = StoreStatus(since=NOON, ready=True, why="batches are committed")
    watch = cast("Live", Standing(status(store=store), fences=FENCES))
    app = make_app(
        watch, lambda: pool.reading(database), reading=lambda: pool.reading(database),
        access=Access(lambda: connected(own)),
    )  # fmt: skip
    app[ASKED] = []

    async def note(request: web.Request, _: web.StreamResponse) -> None:
        app[ASKED].append(request.path_qs)

    app.on_response_prepare.append(note)
    async with TestClient(Served(app)) as client:
        try:
            yield client
        finally:
            await pool.close()


async def got(client: Client, path: str, **headers: str) -> tuple[int, Any]:
    """Status and document."""
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def pages(client: Client, path: str) -> list[list[dict[str, Any]]]:
    """Features page by page, as a client follows the links."""
    found, following = [], path
    while following:
        code, words = await got(client, following)
        assert code == 200, words
        assert words["numberReturned"] == len(words["features"])
        assert "numberMatched" not in words
        found.append(words["features"])
        links = [each["href"] for each in words["links"] if each["rel"] == "next"]
        following = links[0].partition(str(client.make_url("")).rstrip("/"))[2] if links else ""
    return found
