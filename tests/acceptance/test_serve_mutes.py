"""``monitor serve`` when mutes end: one notice, whoever is killed, also of what ended meanwhile."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from monitor.model import ShipAtPort
from monitor.store import alerts
from monitor.store.alerts import Wish
from monitor.units import HOUR_US, to_datetime
from tests.acceptance.test_serve_channels import posts, until, watching
from tests.integration.deliver.ends import Receiver, receiver
from tests.integration.store.desks import commit, desk, fresh, now

LOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'delivery'::regclass"
NOTED = "SELECT count(*) FROM alert_change WHERE what = 'unmute'"


async def hidden(connection: asyncpg.Connection, until_s: float, number: int = 1) -> int:
    """An alert of a ship whose mute ends in so many seconds; the number of the mute.

    What ended before had begun before that; she arrived a moment ago.
    """
    at, mmsi = await now(connection), 273_000_000 + number
    wish = Wish(
        reason="a tug", author="lea", since=to_datetime(at - HOUR_US), mmsi=mmsi,
        until=to_datetime(at) + timedelta(hours=1),
    )  # fmt: skip
    mute = await alerts.mute(connection, wish)
    about = ShipAtPort(mmsi, 0, "tartus")
    arrived = await fresh(connection, number, about=about, episode=f"{number:x}" * 32)
    await commit(connection, desk(deliver=False), arrived)
    end = "UPDATE mute SET until = now() + $2 WHERE id = $1"
    await connection.execute(end, mute, timedelta(seconds=until_s))
    return mute


def told(found: Receiver) -> list[dict[str, Any]]:
    """What was posted, each message once."""
    bodies = [json.loads(body)["data"] for verb, _, _, body in found.requests if verb == "POST"]
    return list({body["key"]: body for body in bodies}.values())


async def test_8_killed_in_the_middle_of_it_one_notice_is_told(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Behaviour 8: it had noted that it tells, and what it tells was not committed."""
    async with receiver() as found, watching(tmp_path, database, found) as (watch, _):
        part = db.transaction()
        other = await asyncpg.connect(database)
        await part.start()
        await db.execute("LOCK TABLE delivery IN SHARE MODE")
        await hidden(other, 0.5)
        async with asyncio.timeout(60):
            while not await db.fetchval(LOCKED):  # noqa: ASYNC110 - nobody calls that out
                await asyncio.sleep(0.02)
        watch.kill()
        await part.commit()
        assert posts(found) == []
        watch.start()
        await until(lambda: bool(posts(found)))
        code, _ = await asyncio.to_thread(watch.stop)
        assert code == 0
        await other.close()
    (one,) = told(found)
    assert one["headline"] == "Mute over: ALDA arrived at Tartus"
    assert "she is still in port at Tartus; 1 event was kept back." in one["text"]
    assert await db.fetchval(NOTED) == await db.fetchval("SELECT count(*) FROM delivery") == 1


async def test_8_killed_again_and_again_each_is_told_once(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Behaviour 8: mutes end while the watch dies and comes back, one is taken back by hand."""
    async with receiver() as found, watching(tmp_path, database, found) as (watch, _):
        taken_back = await hidden(db, 600, 1)
        for number in range(2, 9):
            await hidden(db, 0.7 * number, number)
        await alerts.unmute(db, taken_back, "tom")
        for pause_s in (0.3, 0.9, 1.4):
            await asyncio.sleep(pause_s)
            watch.kill()
            watch.start()
        await until(lambda: len(told(found)) >= 8)
        code, _ = await asyncio.to_thread(watch.stop)
        assert code == 0
    assert sorted(one["alert"] for one in told(found)) == [f"{n:x}" * 32 for n in range(1, 9)]
    assert {one["revision"] for one in told(found)} == {2}
    assert await db.fetchval(NOTED) == await db.fetchval("SELECT count(*) FROM delivery") == 8


async def test_8_what_ended_while_it_was_down_is_told_at_its_start(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Behaviour 8: but not what ended over a day before."""
    await hidden(db, -25 * 3600, 1)
    await hidden(db, -60, 2)
    async with receiver() as found, watching(tmp_path, database, found) as (watch, _):
        await until(lambda: bool(posts(found)))
        code, _ = await asyncio.to_thread(watch.stop)
        assert code == 0
    assert [one["alert"] for one in told(found)] == ["2" * 32]
    assert await db.fetchval(NOTED) == 2
