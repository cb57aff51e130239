"""Journals that a test writes down by hand, and the follower that takes one into PostGIS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pyais import encode_dict

from monitor.clock import ReceptionClock
from monitor.journal.blocks import block, header, tick
from monitor.journal.spool import Spool
from monitor.model import Event, PortCall
from monitor.service.follow import Connect, Follower
from monitor.service.hub import Hub
from monitor.service.status import FeedStatus, SpoolStatus, Status, StoreStatus
from monitor.store.database import connected
from monitor.store.writer import Writer
from monitor.units import SECOND_US
from tests.ports import ports

AT = 1_700_000_000 * SECOND_US
"""2023-11-14T22:13:20Z."""

NOW = AT + 10 * SECOND_US
"""What the clock says all the time."""

FORMS = {"harbour": "nmea", "roads": "nmea"}
HEAD = header(FORMS, lateness_s=0.0)
FENCES = ports()

AWAY = "The database is away, what comes is kept on disk: "
BACK = "The database is there: batches are committed"
ASIDE = "A block was put aside, the rest goes on"
BAD = 666
OURS = "The program failed on what it was given, which is a fault of ours: "
"""What a follower says, and a ship that the database of a test refuses."""


def report(ship: int, **changes: float) -> bytes:
    """A line: a ship's position, off all ports unless told."""
    words = {"type": 1, "mmsi": f"{211_000_000 + ship}", "lon": 30.0, "lat": 33.0, "speed": 5.0}
    words |= changes
    return encode_dict(words, talker_id="AI")[0].encode() + b"\n"


def received(second: float, lines: bytes, feed: str = "harbour") -> bytes:
    """A block of lines that were received so many seconds after AT."""
    return block(AT + round(second * SECOND_US), feed, lines)


def heard(second: float, *ships: int, feed: str = "harbour") -> bytes:
    """A block of ships' reports."""
    return received(second, b"".join(map(report, ships)), feed)


def nothing(second: float) -> bytes:
    """A block that says that nothing came."""
    return tick(AT + round(second * SECOND_US))


class Watch:
    """A journal, its hub, and a follower of it: as ``Live`` puts them together."""

    def __init__(self, folder: Path, connect: str | Connect) -> None:
        """``connect``: the database's URL, or what stands in its place."""
        self.spool = Spool(folder, limit_bytes=64 << 20)
        self.spool.open()
        self.spool.header = HEAD
        self.hub = Hub(self.spool, ReceptionClock(wall=lambda: NOW, steady=lambda: 0))
        self.status = Status(
            started_at=AT,
            store=StoreStatus(since=AT),
            spool=SpoolStatus(directory=str(folder), recorded=False, limit_bytes=64 << 20),
        )
        for name in ("harbour", "roads"):
            self.status.feeds[name] = FeedStatus(name=name, kind="x", where="a test", since=AT)
        self.found: list[Event | PortCall] = []
        self.connections = 0
        self._connect = partial(connected, connect) if isinstance(connect, str) else connect
        self.follower = Follower(self.hub, FENCES, self._counted, self.status, self.found.extend)

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[Any]:
        self.connections += 1
        async with self._connect() as connection:
            yield connection

    async def read(self, *blocks: bytes) -> None:
        """Append blocks, in one go, and follow the journal to its end."""
        if blocks:
            self.spool.append(b"".join(blocks))
        self.follower.stop()
        async with asyncio.timeout(60):
            await self.follower.run()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The hub and the follower at work; in the end all is read."""
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(self.hub.run())
            tasks.create_task(self.follower.run())
            minding = tasks.create_task(self.follower.mind())
            yield
            minding.cancel()
            self.hub.close()
            self.follower.stop()

    @property
    def put_aside(self) -> dict[str, bytes]:
        """What was put aside, by the name of its file."""
        return {path.name: path.read_bytes() for path in self.spool.directory.glob("refused-*")}


@asynccontextmanager
async def watching(folder: Path, connect: str | Connect) -> AsyncIterator[Watch]:
    """A watch whose journal is closed in the end."""
    watch = Watch(folder, connect)
    try:
        yield watch
    finally:
        watch.spool.close()


@contextmanager
def hurried(batch_s: float) -> Iterator[pytest.MonkeyPatch]:
    """Let writers, those that are open too, wait for an answer no longer than this meanwhile.

    Before and after it they have their usual patience: a crowded machine takes its time.
    """

    def keep(writer: Writer, usual_s: float) -> None:
        writer.__dict__["batch_s"] = usual_s

    with pytest.MonkeyPatch.context() as patience:
        patience.setattr(Writer, "batch_s", property(lambda _: batch_s, keep), raising=False)
        yield patience


async def ships_in(db: asyncpg.Connection) -> list[int]:
    """Numbers of the ships of which positions are stored, one a position, in order of arrival."""
    rows = await db.fetch("SELECT mmsi FROM position ORDER BY received_at, line")
    return [row["mmsi"] - 211_000_000 for row in rows]


async def until(test: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Wait for it."""
    async with asyncio.timeout(60):
        while True:
            found = test()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)
