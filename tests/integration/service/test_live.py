"""A watch as a whole: feeds in, PostGIS out, and it stops with the stream."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from monitor.clock import now_us
from monitor.decode.journal import header_of
from monitor.errors import MonitorError, StoreError
from monitor.feed.kind import Sink
from monitor.journal.blocks import block
from monitor.service import live as live_module
from monitor.service.live import Live, LiveOptions
from monitor.service.status import FeedState
from monitor.store.database import connected
from monitor.units import DAY_US, SECOND_US, to_datetime
from tests.integration.service.journals import FENCES, HEAD, report, ships_in, until
from tests.integration.service.test_supervisor import Script, Scripted


def sending(*ships: int) -> Script:
    """A feed that sends each ship's report once, and then is quiet."""

    async def script(sink: Sink, _: int) -> None:
        sink.connected()
        for ship in ships:
            await sink.put(report(ship), 1)
        await asyncio.Event().wait()

    return script


def quiet(script: Script, **words: Any) -> Scripted:
    """A feed that may be quiet for as long as a crowded machine needs: else it would begin anew."""
    return Scripted(script, silence_s=60, **words)


@asynccontextmanager
async def away() -> AsyncIterator[Any]:
    """A database that nobody answers for."""
    message = "nobody answers."
    raise StoreError(message)
    yield


def watch(folder: Path, url: str | None, *feeds: Scripted, **options: Any) -> Live:
    """A watch that was told so much; without a URL its database is away."""
    words: dict[str, Any] = {"spool": folder, "spool_bytes": 8 << 20, "lateness_s": 0.0, **options}
    connect = away if url is None else partial(connected, url)
    return Live(list(feeds), FENCES, connect, LiveOptions(**words))


def journals(folder: Path) -> list[Path]:
    """Segments on disk."""
    return sorted(folder.glob("journal-*.ais*"))


@asynccontextmanager
async def running(live: Live, *companions: Any) -> AsyncIterator[None]:
    """Run it; in the end it is stopped."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(live.run(*companions))
        try:
            yield
        finally:
            live.stop.set()


# -- from begin to end ---------------------------------------------------------------------------


async def test_what_all_feeds_bring_is_stored_and_all_stops(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """Feeds are closed, nothing is left on disk, and that is said."""
    feeds = [quiet(sending(1, 2)), quiet(sending(3), name="b")]
    live = watch(tmp_path, database, *feeds)
    with capture_logs() as said:
        async with running(live):
            await until(lambda: live.status.lines == 3)
            supervised = live.status.feeds.values()
            await until(lambda: {feed.state for feed in supervised} == {FeedState.LIVE})
            assert live.buffered_bytes == 0
    assert sorted(await ships_in(db)) == [1, 2, 3]
    assert [feed.closed for feed in feeds] == [1, 1]
    assert live.status.spool.waiting_bytes == 0
    last = [entry for entry in said if entry["event"].startswith("Stop")]
    assert last[0]["event"] == "Stopping: feeds are closed, what they brought is stored"
    assert last[1]["event"].startswith("Stopped after ")
    assert last[1]["left_bytes"] == 0
    assert journals(tmp_path) == []


async def test_what_was_on_its_way_when_it_was_stopped_is_stored(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed on in the moment of the stop, and by a feed while it closes; the disk is slow."""

    async def script(sink: Sink, _: int) -> None:
        sink.connected()
        try:
            await asyncio.Event().wait()
        finally:
            sink.offer(report(2), 1)

    live = watch(tmp_path, database, Scripted(script))
    append = live.spool.append

    def slowly(data: bytes) -> None:
        time.sleep(0.3)
        append(data)

    monkeypatch.setattr(live.spool, "append", slowly)
    async with running(live):
        await until(lambda: live.status.store.ready and live.status.feeds["a"].connections == 1)
        live.hub.add("a", report(1))
        live.stop.set()
    assert sorted(await ships_in(db)) == [1, 2]


async def test_with_the_database_away_all_waits_for_the_next_start(
    database: str, db: asyncpg.Connection, tmp_path: Path
) -> None:
    """It says how much."""
    live = watch(tmp_path, None, quiet(sending(1, 2)))
    with capture_logs() as said:
        async with running(live):
            await until(lambda: live.status.feeds["a"].lines == 2)
    left = live.status.spool.waiting_bytes
    assert left > 2 * len(report(1))
    assert said[-1]["event"].endswith(f"; {left:,} bytes wait on disk for the next start")
    live = watch(tmp_path, database, quiet(sending(3)))
    async with running(live):
        await until(lambda: live.status.lines == 3)
    assert await ships_in(db) == [1, 2, 3]


async def test_a_store_that_is_too_slow_does_not_hold_a_stop_up(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not stored within a while waits on disk."""
    monkeypatch.setattr(live_module, "DRAIN_S", 0.1)
    live = watch(tmp_path, database, quiet(sending(1)))
    async with db.transaction():
        await db.execute("LOCK TABLE pipeline_state IN EXCLUSIVE MODE")
        async with running(live):
            await until(lambda: live.status.feeds["a"].lines == 1)
            await until(lambda: live.hub.waiting_bytes == 0)
    assert live.status.spool.waiting_bytes > 0
    live = watch(tmp_path, database)
    async with running(live):
        await until(lambda: live.status.lines == 1)
    assert await ships_in(db) == [1]


async def test_stopped_before_it_began(tmp_path: Path) -> None:
    """By a signal while it is being put together."""
    live = watch(tmp_path, None, quiet(sending(1)))
    live.stop.set()
    async with asyncio.timeout(60):
        await live.run()
    assert live.spool.waiting_bytes == 0


# -- beside it -----------------------------------------------------------------------------------


async def test_companions_are_given_the_watch_and_end_with_it(tmp_path: Path) -> None:
    """A server, say."""
    seen: list[Any] = []

    async def server(live: Live) -> None:
        seen.append(live)
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("closed")

    live = watch(tmp_path, None)
    async with running(live, server):
        await until(lambda: len(seen) == 1)
    assert seen == [live, "closed"]


async def test_an_error_of_a_companion_ends_the_watch_in_its_words(tmp_path: Path) -> None:
    """Feeds are closed, and the journal may be used by the next."""

    async def server(_: Live) -> None:
        await until(lambda: bool(feed.attempts))
        message = "127.0.0.1:80 cannot be listened on."
        raise MonitorError(message)

    feed = quiet(sending(1))
    live = watch(tmp_path, None, feed)
    async with asyncio.timeout(60):
        with pytest.raises(MonitorError, match=r"127\.0\.0\.1:80 cannot be listened on\."):
            await live.run(server)
    assert feed.closed == 1
    live.spool.open()
    live.spool.close()


async def test_a_journal_belongs_to_one_watch(tmp_path: Path) -> None:
    """The second is told so, and the first does not notice."""
    one = watch(tmp_path, None)
    async with running(one):
        await until(lambda: not one.status.store.ready and hasattr(one, "hub"))
        with pytest.raises(StoreError, match=r"\(process \d+\) uses the journal in"):
            await watch(tmp_path, None).run()


# -- what it is told -----------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "lateness_s"), [(None, 40.0), (7.0, 7.0)])
async def test_reports_may_come_as_late_as_the_latest_feed_needs(
    tmp_path: Path, told: float | None, lateness_s: float
) -> None:
    """Unless it is set; the journal says so in its first line, and what the feeds' lines are."""
    feeds = [quiet(sending(1), lateness_s=3), quiet(sending(), name="b", lateness_s=40)]
    live = watch(tmp_path, None, *feeds, lateness_s=told)
    async with running(live):
        await until(lambda: live.status.feeds["a"].lines == 1)
    assert live.lateness_s == lateness_s
    (path,) = journals(tmp_path)
    words = header_of(path.read_bytes())
    assert (words["lateness_s"], words["feeds"]) == (lateness_s, {"a": "nmea", "b": "nmea"})
    assert words["journal"] == live.spool.id.hex()
    assert watch(tmp_path, None, lateness_s=None).lateness_s == 0.0, (
        "without feeds there is nothing to wait for"
    )


async def test_a_recorded_journal_is_kept(database: str, tmp_path: Path) -> None:
    """In its own folder, packed when it is stored."""
    live = watch(tmp_path / "spool", database, quiet(sending(1)), record=tmp_path / "kept")
    async with running(live):
        await until(lambda: live.status.lines == 1)
    assert live.status.spool.recorded
    assert [path.suffixes for path in journals(tmp_path / "kept")] == [[".ais", ".zst"]]
    assert not (tmp_path / "spool").exists()


async def test_a_clock_that_was_set_back_is_told(tmp_path: Path) -> None:
    """What comes is stamped behind what was stamped before."""
    live = watch(tmp_path, None)
    ahead = now_us() + 3600 * SECOND_US
    live.spool.open()
    live.spool.header = HEAD
    live.spool.append(block(ahead, "a", report(1)))
    live.spool.close()
    live = watch(tmp_path, None)
    with capture_logs() as said:
        async with running(live):
            await until(lambda: hasattr(live, "hub"))
            assert live.clock.now() > ahead
    (words,) = [e["event"] for e in said if "clock" in e["event"]]
    assert words.startswith("The clock is 3")
    assert words.endswith(" s behind what was stamped before: was it set back?")


async def test_what_is_found_is_handed_on(database: str, tmp_path: Path) -> None:
    """When it is stored."""
    found: list[Any] = []
    lying = report(1, lon=35.866, lat=34.912, speed=0)
    live = watch(tmp_path, database, on_findings=found.extend, lateness_s=0)
    live.spool.open()
    live.spool.header = HEAD
    at = now_us() - DAY_US
    for minute in range(40):
        live.spool.append(block(at + minute * 60 * SECOND_US, "harbour", lying))
    live.spool.close()
    async with running(live):
        await until(lambda: live.status.lines == 40)
    assert {finding.mmsi for finding in found} == {211_000_001, None}
    assert live.status.events["FeedWentDown"] == 1  # the one that brings nothing
    assert live.status.events["PortArrived"] == 2  # provisional where she is found, then confirmed


# -- the house -----------------------------------------------------------------------------------


async def test_old_positions_are_dropped_if_that_is_asked_for(
    database: str, db: asyncpg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, then daily; where the database is away, again in a while."""
    monkeypatch.setattr(live_module, "PRUNE_AGAIN_S", 0.01)
    tries = 0

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        nonlocal tries
        tries += 1
        if tries < 5:
            message = "nobody answers."
            raise StoreError(message)
        async with connected(database) as connection:
            yield connection

    old = to_datetime(now_us() - 200 * DAY_US)
    await db.fetchval("SELECT make_position_partition($1)", old)
    await db.execute("INSERT INTO source (name) VALUES ('a');")
    await db.execute(
        "INSERT INTO position (mmsi, at, geom, type, track, received_at, source, line)"
        " SELECT 211000001, $1, ST_SetSRID(ST_Point(30, 33), 4326), 1, 0, $1, id, 1 FROM source",
        old,
    )
    options = LiveOptions(spool=tmp_path, spool_bytes=8 << 20, keep_positions_days=100)
    live = Live([], FENCES, connect, options)
    with capture_logs() as said:
        async with running(live):
            await until(lambda: any(e["event"].startswith("Positions of") for e in said))
    assert await db.fetchval("SELECT count(*) FROM position") == 0
    (words,) = {e["event"] for e in said if e["event"].startswith("Old positions")}
    assert words == "Old positions are not dropped: nobody answers."
    (told,) = [e for e in said if e["event"].startswith("Positions of")]
    assert told["event"].startswith(f"Positions of {old:%Y-%m}: ")
    assert (told["fixes"], told["kept_fixes"]) == (1, 0)


async def test_a_recorded_journal_begins_a_file_each_hour(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are stored are packed while it goes on."""
    monkeypatch.setattr(live_module, "TIDY_S", 0.01)
    monkeypatch.setattr(live_module, "ROTATE_S", 0.01)
    live = watch(tmp_path / "spool", database, record=tmp_path / "kept")
    async with running(live):
        await until(lambda: live.status.store.ready)
        for ship in range(1, 4):
            await asyncio.sleep(0.05)
            live.hub.add("a", report(ship))
            await until(lambda: live.hub.waiting_bytes == 0)
        await until(lambda: len(journals(tmp_path / "kept")) == 3)
        await until(lambda: [p.suffix for p in journals(tmp_path / "kept")][:2] == [".zst"] * 2)


async def test_what_the_disk_does_not_take_is_told_and_that_it_does_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once each."""
    monkeypatch.setattr(live_module, "TIDY_S", 0.01)
    live = watch(tmp_path, None)
    put, full = live.spool._put, False

    def disk(data: bytes) -> None:
        if full:
            raise OSError(28, os.strerror(28))
        put(data)

    monkeypatch.setattr(live.spool, "_put", disk)
    with capture_logs() as said:
        async with running(live):
            await until(lambda: hasattr(live, "hub"))
            full = True
            live.hub.add("a", report(1))
            await until(lambda: live.status.spool.trouble is not None)
            await asyncio.sleep(0.05)
            full = False
            live.hub.add("a", report(2))
            await until(lambda: live.status.spool.trouble is None)
            await asyncio.sleep(0.05)
    assert [entry["event"] for entry in said if entry["event"].startswith("Disk:")] == [
        "Disk: the journal cannot be written: No space left on device; the newest waits in memory"
    ]
    assert [e["event"] for e in said].count("The journal is written again") == 1


async def test_what_had_no_room_is_told_with_how_much_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest goes first."""
    monkeypatch.setattr(live_module, "TIDY_S", 0.01)
    live = watch(tmp_path, None, spool_bytes=200_000)
    with capture_logs() as said:
        async with running(live):
            await until(lambda: hasattr(live, "hub"))
            for number in range(20):
                live.hub.add("a", report(number) * 500)
                await until(lambda: live.hub.waiting_bytes == 0)
    dropped = live.status.spool.dropped_lines
    assert dropped > 500
    told = [e for e in said if e["event"].endswith("no room on disk")]
    assert sum(int(e["event"].partition(" ")[0].replace(",", "")) for e in told) == dropped
    assert told[-1]["dropped_lines"] == dropped
