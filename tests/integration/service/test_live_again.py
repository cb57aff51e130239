"""A live watch and its disk: what was not stored the next stores, what it recorded replays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.clock import ReceptionClock
from monitor.errors import StoreError
from monitor.feed.kind import Feed, FeedConfig, Sink
from monitor.feed.logfile import LogFile
from monitor.journal.segment import segments_in
from monitor.model import Event, PortCall
from monitor.service.follow import Connect
from monitor.service.live import Live, LiveOptions
from monitor.service.replay import Replay
from monitor.service.runner import Runner
from monitor.store.cluster import Cluster
from monitor.store.database import connected
from monitor.units import SECOND_US
from tests.integration.service.journals import AT, FENCES, report, ships_in, until
from tests.scenario.test_journal_invariance import received

Told = list[tuple[int, bytes]]
"""When a line is received, us, and the line."""


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        """It stands at AT."""
        self.at = AT

    def __call__(self) -> int:
        """What it says."""
        return self.at


class Script(Feed[FeedConfig]):
    """A feed that hands on what is written down, moves the clock for it, and then is quiet."""

    KIND: ClassVar[str] = "script"
    SUMMARY: ClassVar[str] = "For tests."
    CONFIG: ClassVar[type[FeedConfig]] = FeedConfig

    def __init__(self, hand: Hand, lines: Told, **words: Any) -> None:
        """Named harbour, and never late, unless told otherwise."""
        words = {"name": "harbour", "lateness_s": 0.0, **words}
        super().__init__(FeedConfig(kind="script", **words))
        self.hand, self.lines = hand, lines
        self.told = asyncio.Event()
        self.closed = 0

    @property
    def form(self) -> str:
        """See Feed."""
        return "nmea"

    @property
    def where(self) -> str:
        """See Feed."""
        return "a test"

    async def run(self, sink: Sink) -> None:
        """Hand on all, once."""
        try:
            sink.connected()
            for at, line in self.lines:
                self.hand.at = at
                await sink.put(line, 1)
            self.told.set()
            await asyncio.Event().wait()
        finally:
            self.closed += 1


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """The clock by which lines are stamped."""
    hand = Hand()
    clock = partial(ReceptionClock, wall=hand, steady=hand)
    monkeypatch.setattr("monitor.service.live.ReceptionClock", clock)
    return hand


def ships(*numbers: int, after_s: int = 0) -> Told:
    """A report a second of each of these ships."""
    return [(AT + (after_s + i) * SECOND_US, report(ship)) for i, ship in enumerate(numbers)]


def watch(feeds: list[Script], connect: str | Connect, folder: Path, **options: Any) -> Live:
    """A watch that keeps its journal there; ``connect``: a URL, or what stands in its place."""
    opened = partial(connected, connect) if isinstance(connect, str) else connect
    return Live(
        list(feeds), FENCES, opened, LiveOptions(spool=folder, spool_bytes=64 << 20, **options)
    )


async def run(live: Live, *companions: Any, when: Callable[[], bool] | None = None) -> list[Any]:
    """Watch until all feeds have told all, and ``when`` is so; what was logged."""
    with capture_logs() as said:
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(live.run(*companions))
            for feed in live.feeds:
                assert isinstance(feed, Script)
                await feed.told.wait()
            if when is not None:
                await until(when)
            live.stop.set()
            await watching
    return [entry["event"] for entry in said]


@asynccontextmanager
async def deaf() -> AsyncIterator[Any]:
    """A database that does not answer."""
    await asyncio.Event().wait()
    yield


@asynccontextmanager
async def away() -> AsyncIterator[Any]:
    """A database that is not there."""
    message = "it is being painted."
    raise StoreError(message)
    yield


@pytest.mark.parametrize("connect", [deaf, away])
async def test_what_is_not_stored_in_time_waits_for_the_next_start(
    database: str, db: asyncpg.Connection, hand: Hand, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, connect: Connect,
) -> None:  # fmt: skip
    """On disk; and the next start stores it, before what comes then."""
    live = watch([Script(hand, ships(1, 2, 3))], connect, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.service.live.DRAIN_S", 0.2)
        said = await run(live)
    assert (live.status.store.rows, live.status.store.ready) == (0, False)
    waiting = live.status.spool.waiting_bytes
    assert waiting > len(b"".join(line for _, line in ships(1, 2, 3)))
    assert said[-1].endswith(f"; {waiting:,} bytes wait on disk for the next start")
    assert len(segments_in(tmp_path)) == 1
    said = await run(watch([Script(hand, ships(4, after_s=60))], database, tmp_path))
    assert await ships_in(db) == [1, 2, 3, 4]
    assert "wait on disk" not in said[-1]
    assert segments_in(tmp_path) == []


async def test_a_commit_that_takes_too_long_is_made_anew_by_the_next_start(
    database: str, db: asyncpg.Connection, hand: Hand, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It is broken off as a whole: nothing is lost, nothing twice."""
    with monkeypatch.context() as patch:
        patch.setattr("monitor.service.live.DRAIN_S", 0.5)
        await db.execute("BEGIN; LOCK TABLE source_offset IN EXCLUSIVE MODE")
        live = watch([Script(hand, ships(1, 2))], database, tmp_path)
        await run(live, when=lambda: live.status.store.ready)
        await db.execute("ROLLBACK")
    assert live.status.store.rows == 0
    assert await ships_in(db) == []
    await run(watch([Script(hand, ships(3, after_s=60))], database, tmp_path))
    assert await ships_in(db) == [1, 2, 3]


# -- recorded ------------------------------------------------------------------------------------

FOUND = "SELECT * FROM event ORDER BY id"
CALLS = "SELECT * FROM port_call ORDER BY id"
WAYS = "SELECT mmsi, at, received_at, line, track FROM position ORDER BY mmsi, at"


async def test_a_recorded_journal_replays_to_the_same(
    database: str, db: asyncpg.Connection, cluster: Cluster, hand: Hand, tmp_path: Path
) -> None:
    """Of two runs of a watch: events, calls and positions, byte for byte."""
    lines = [(at, line) for at, _, line in received("dark-transfer", 1)]
    folder, half = tmp_path / "kept", len(lines) // 2
    found: list[Event | PortCall] = []
    for part in (lines[:half], lines[half:]):
        hand.at = part[0][0]
        live = watch(
            [Script(hand, part, lateness_s=30.0)], database, tmp_path / "spool", record=folder,
            on_findings=found.extend,
        )  # fmt: skip
        await run(live)
        assert live.status.spool.recorded
    assert not (tmp_path / "spool").exists()
    segments = [str(path) for path in segments_in(folder)]
    assert len(segments) == 2
    assert all(name.endswith(".ais.zst") for name in segments)
    wanted = [await db.fetch(query) for query in (FOUND, CALLS, WAYS)]
    assert {row["id"].hex for row in wanted[0] + wanted[1]} == {each.id for each in found}
    assert len(wanted[0]) > 10
    url = cluster.create_database("test_live_replayed", template="template_monitor")
    async with connected(url) as connection:
        runner = await Runner.open(FENCES, connection)
        totals = await Replay().run([LogFile(segments[0], segments[1:])], runner)
        assert [await connection.fetch(query) for query in (FOUND, CALLS, WAYS)] == wanted
    assert totals.lines == len(lines)
    cluster.drop_database("test_live_replayed")
