"""The hub stamps what feeds hand on and brings it to disk; who is too fast waits, or is dropped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import ReceptionClock
from monitor.decode.journal import HEADER, NOBODY, blocks_in
from monitor.journal.spool import Spool
from monitor.service import hub as hub_module
from monitor.service.hub import BUFFER_BYTES, NEARLY_FULL, FeedSink, Hub
from monitor.service.status import FeedStatus
from monitor.units import SECOND_US
from tests.integration.service.journals import AT, HEAD, until

LINE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"
LIMIT = 1 << 20


class Desk:
    """A hub over a journal on disk, and the time, which a test tells."""

    def __init__(self, folder: Path, *names: str) -> None:
        """At AT."""
        self.now = AT
        self.spool = Spool(folder, limit_bytes=LIMIT)
        self.spool.open()
        self.spool.header = HEAD
        clock = ReceptionClock(wall=lambda: self.now, steady=lambda: self.now)
        self.hub = Hub(self.spool, clock, names)

    def sink(self, name: str = "harbour", **budget: Any) -> tuple[FeedSink, FeedStatus]:
        """What a feed hands on to, and its counts."""
        status = FeedStatus(name=name, kind="x", where="a test", since=AT)
        return FeedSink(self.hub, status, lambda: None, **budget), status

    @property
    def journal(self) -> list[tuple[float, str, bytes]]:
        """Blocks on disk: seconds after AT, feed, lines."""
        found, position = [], 0
        while True:
            data, position = self.spool.read(position, LIMIT)
            if not data:
                return found
            for at, name, begin, end in blocks_in(data):
                if name != HEADER:
                    found.append(((at - AT) / SECOND_US, name, data[begin:end]))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Nothing has come yet."""
    desk = Desk(tmp_path)
    yield desk
    desk.spool.close()


@asynccontextmanager
async def merging(desk: Desk) -> AsyncIterator[None]:
    """The hub at work; in the end it is closed."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.hub.run())
        yield
        desk.hub.close()


# -- to disk -------------------------------------------------------------------------------------


async def test_what_comes_is_stamped_in_order_of_arrival(desk: Desk) -> None:
    """Whichever feed it comes from; each block says when, from whom, and what."""
    async with merging(desk):
        for second, name in ((0, "harbour"), (1, "roads"), (1, "harbour")):
            desk.now = AT + second * SECOND_US
            assert desk.hub.add(name, LINE) == desk.now
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert desk.journal == [(0, "harbour", LINE), (1, "roads", LINE), (1, "harbour", LINE)]


async def test_whoever_waits_for_more_is_told_once(desk: Desk) -> None:
    """What came before it waited counts too; nothing in time is told as that."""
    async with merging(desk):
        desk.hub.add("harbour", LINE)
        assert await desk.hub.wait(10) is True
        assert desk.journal == [(0, "harbour", LINE)]
        assert await desk.hub.wait(0.05) is False


async def test_when_nothing_comes_that_is_noted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or silences would never fall due."""
    monkeypatch.setattr(hub_module, "TICK_S", 0.02)
    async with merging(desk):
        desk.now = AT + 2 * SECOND_US
        await until(lambda: desk.hub.waiting_bytes == 0 and len(desk.journal) >= 3)
        assert desk.journal[:3] == [(2, NOBODY, b"")] * 3


async def test_what_came_before_it_closed_is_on_disk(desk: Desk) -> None:
    """And that it closed is no news."""
    async with merging(desk):
        desk.hub.add("harbour", LINE)
        desk.hub.add("roads", LINE)
    assert desk.journal == [(0, "harbour", LINE), (0, "roads", LINE)]


async def test_an_idle_hub_closes_at_once(desk: Desk) -> None:
    """That it is woken is no note that nothing came."""
    async with merging(desk):
        await asyncio.sleep(0.01)
    assert desk.journal == []


async def test_what_comes_while_the_disk_is_busy_waits_and_is_not_left_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is closed meanwhile, too."""
    turn, append = threading.Semaphore(0), desk.spool.append
    begun: list[bytes] = []

    def slowly(data: bytes) -> None:
        begun.append(data)
        turn.acquire(timeout=10)
        append(data)

    monkeypatch.setattr(desk.spool, "append", slowly)
    async with merging(desk):
        desk.hub.add("harbour", LINE)
        await until(lambda: len(begun) == 1)
        desk.hub.add("roads", LINE * 2)
        desk.hub.close()
        turn.release()
        await until(lambda: len(begun) == 2)
        assert desk.hub.waiting_bytes == len(begun[1])
        turn.release()
    assert desk.journal == [(0, "harbour", LINE), (0, "roads", LINE * 2)]
    assert desk.hub.waiting_bytes == 0


async def test_much_at_once_becomes_several_blocks(desk: Desk) -> None:
    """Cut at the ends of lines, and received in the same instant."""
    desk.hub.most_bytes = 100
    lines = [b"line %d\n" % number for number in range(40)]
    async with merging(desk):
        desk.hub.add("harbour", b"".join(lines))
        await until(lambda: desk.hub.waiting_bytes == 0)
        found = desk.journal
    assert b"".join(block for *_, block in found) == b"".join(lines)
    assert {(at, name) for at, name, _ in found} == {(0, "harbour")}
    assert all(block.endswith(b"\n") and len(block) <= 100 for *_, block in found)
    assert len(found) == 4


# -- room ----------------------------------------------------------------------------------------


def test_there_is_room_until_a_quarter_of_the_limit_waits_for_the_disk(desk: Desk) -> None:
    """With a large journal four megabytes."""
    hub, added = desk.hub, 0
    while hub.has_room():
        hub.add("harbour", LINE * 1000)
        added += len(LINE) * 1000
    assert LIMIT // 4 <= added < LIMIT // 4 + 2 * len(LINE) * 1000
    desk.spool.limit_bytes = 1 << 40
    while hub.has_room():
        hub.add("harbour", LINE * 1000)
    assert 0 <= hub.waiting_bytes - BUFFER_BYTES < 2 * len(LINE) * 1000


def test_a_nearly_full_journal_slows_feeds_only_if_the_store_is_up(desk: Desk) -> None:
    """If it is away nobody would make room: the oldest is dropped instead."""
    while desk.spool.waiting_bytes <= NEARLY_FULL * LIMIT:
        desk.spool.append(b"@%d harbour %d\n%s" % (AT, len(LINE) * 500, LINE * 500))
    assert desk.hub.has_room()
    desk.hub.slows = True
    assert not desk.hub.has_room()
    desk.spool.release(desk.spool.end)
    assert desk.hub.has_room()


async def test_who_can_be_slowed_waits_for_room_and_loses_nothing(desk: Desk) -> None:
    """How long it was held up is counted."""
    (sink, status), lines = desk.sink(), LINE * 2000
    held_up = 0.0
    while desk.hub.has_room():
        await sink.put(lines, 2000)
        held_up = max(held_up, status.held_up_s)
    assert held_up == 0
    waiting = asyncio.get_running_loop().create_task(sink.put(lines, 2000))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    async with merging(desk):
        await waiting
        assert status.held_up_s >= 0.05
        assert status.dropped == 0
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert sum(block.count(b"\n") for *_, block in desk.journal) == status.lines


async def test_what_cannot_be_slowed_is_dropped_and_counted(desk: Desk) -> None:
    """By messages; what is taken is said to be."""
    sink, status = desk.sink()
    assert sink.offer(LINE, 1) is True
    while desk.hub.has_room():
        desk.hub.add("roads", LINE * 2000)
    assert sink.offer(LINE * 3, 3) is False
    assert (status.dropped, status.lines, status.messages) == (3, 1, 1)


# -- counts --------------------------------------------------------------------------------------


async def test_each_feed_has_its_counts(desk: Desk) -> None:
    """Lines that are no messages are lines; when the last message came is told by both clocks."""
    (sink, status), (_, other) = desk.sink(), desk.sink("roads")
    await sink.put(b"# hello\n", 0)
    assert (status.lines, status.messages, status.last_message_at) == (1, 0, None)
    assert sink.heard_s is None
    desk.now = AT + 3 * SECOND_US
    await sink.put(LINE * 2, 2)
    sink.refuse("odd")
    sink.refuse("odd", 4)
    assert (status.lines, status.messages, status.last_message_at) == (3, 2, desk.now)
    assert status.received_bytes == len(b"# hello\n" + LINE * 2)
    assert sink.heard_s is not None
    assert status.refused == {"odd": 5}
    assert (other.lines, other.refused) == (0, {})


def test_a_connection_is_counted_and_handed_on(desk: Desk) -> None:
    """To the supervisor."""
    calls: list[str] = []
    _, status = desk.sink()
    sink = FeedSink(desk.hub, status, lambda: calls.append("connected"))
    sink.connected()
    sink.connected()
    assert (status.connections, calls) == (2, ["connected"] * 2)


@pytest.mark.parametrize("way", ["put", "offer"])
async def test_a_line_longer_than_a_block_may_be_is_refused(desk: Desk, way: str) -> None:
    """Those around it are taken, with carriage returns within them too."""
    desk.hub.most_bytes = 100
    sink, status = desk.sink()
    lines = [b"one\rtwo\r\n" * 9, b"x" * 150 + b"\n", b"y" * 99 + b"\n", b"z" * 100 + b"\n"]
    async with merging(desk):
        if way == "put":
            await sink.put(b"".join(lines), 4)
        else:
            assert sink.offer(b"".join(lines), 4)
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert b"".join(block for *_, block in desk.journal) == lines[0] + lines[2]
    assert (status.refused, status.lines) == ({"too_long": 2}, 10)


@pytest.mark.parametrize("lines", [b"", b"x" * 150 + b"\n"])
async def test_of_nothing_there_is_no_block(desk: Desk, lines: bytes) -> None:
    """A block of a feed without a line would be garbled to whoever reads the journal."""
    desk.hub.most_bytes = 100
    sink, status = desk.sink()
    async with merging(desk):
        await sink.put(lines, 1)
        await sink.put(LINE, 1)
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert desk.journal == [(0, "harbour", LINE)]
    assert (status.lines, status.messages) == (1, 1)
