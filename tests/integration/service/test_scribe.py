"""The journal is written in a thread of its own: nothing else that is slow holds it up."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.clock import ReceptionClock, monotonic_s
from monitor.decode.journal import lines_in
from monitor.feed.kind import AnyFeed
from monitor.feed.nmea_udp import NmeaUdp
from monitor.journal.spool import Spool
from monitor.service import hub as hub_module
from monitor.service.hub import FeedSink, Hub
from monitor.service.scribe import Scribe, Written
from monitor.service.status import FeedStatus
from tests.integration.journal.spools import begun, drained, numbered
from tests.integration.service.journals import AT, until
from tests.live import free_port

LINE = b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\n"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """An open one."""
    spool = begun(tmp_path, limit=64 << 20)
    yield spool
    spool.close()


def stand_still_until(test: Callable[[], bool]) -> None:
    """Let the loop, in which this is called, not go round until something is so all the same."""
    deadline_s = monotonic_s() + 10
    while not test():
        assert monotonic_s() < deadline_s
        time.sleep(0.01)


def lines_on_disk(spool: Spool) -> int:
    """How many stand in the files, whoever asks."""
    return sum(lines_in(path.read_bytes()) for path in spool.directory.glob("journal-*"))


def test_what_is_handed_over_is_written_in_order(spool: Spool) -> None:
    """And told, with how much of all that was; closed, it writes the rest and ends."""
    told: list[Written] = []
    scribe = Scribe(spool, told.append)
    handed = [scribe.put(numbered(number)) for number in range(3)]
    assert (scribe.waiting_bytes, told) == (handed[-1], [])
    scribe.start()
    handed += [scribe.put(numbered(number)) for number in range(3, 500)]
    scribe.close()
    scribe.join(10)
    assert (scribe.ended, scribe.error, scribe.waiting_bytes) == (True, None, 0)
    assert drained(spool)[0] == list(range(500))
    assert {written.until for written in told} <= {0, *handed}
    assert told[-1] == Written(handed[-1], kept=True)


def test_what_ends_it_is_kept_for_whoever_looks(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Written] = []
    scribe = Scribe(spool, told.append)

    def fail(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(spool, "append", fail)
    scribe.start()
    scribe.put(numbered(0))
    scribe.join(10)
    assert scribe.ended
    assert isinstance(scribe.error, MemoryError)
    assert told == [Written(0, kept=False)]


# -- and the hub's loop ----------------------------------------------------------------------------


def hub_over(spool: Spool) -> Hub:
    """A hub by the system's clock."""
    return Hub(spool, ReceptionClock())


async def test_a_failure_ends_the_hub(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may go on as if the journal were written."""

    def fail(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(spool, "append", fail)
    hub = hub_over(spool)
    hub.add("harbour", LINE)
    with pytest.raises(MemoryError):
        async with asyncio.timeout(60):
            await hub.run()


async def test_a_loop_that_stands_still_does_not_hold_it_up(spool: Spool) -> None:
    """What was handed over is on disk before the loop goes on."""
    hub = hub_over(spool)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(hub.run())
        await asyncio.sleep(0)
        for _ in range(5000):
            hub.add("harbour", LINE)
        stand_still_until(lambda: hub.waiting_bytes == 0)
        assert lines_on_disk(spool) == 5000
        hub.close()


async def test_datagrams_that_come_while_the_loop_stands_still_are_not_lost(spool: Spool) -> None:
    """They wait in the system's buffer, which is the loop's to empty; then they are written."""
    hub = hub_over(spool)
    port = free_port(socket.SOCK_DGRAM)
    feed: AnyFeed = NmeaUdp(NmeaUdp.CONFIG(name="harbour", kind="nmea-udp", port=port))
    status = FeedStatus(name="harbour", kind="x", where="a test", since=AT)

    def send(count: int) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(count):
                sender.sendto(LINE, ("127.0.0.1", port))

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(hub.run())
        listening = tasks.create_task(feed.run(FeedSink(hub, status, lambda: None)))
        await until(lambda: status.connections == 1)
        send(200)
        await until(lambda: status.lines == 200)
        sender = threading.Thread(target=send, args=(200,))
        sender.start()
        sender.join()
        stand_still_until(lambda: lines_on_disk(spool) == 200)
        assert status.lines == 200
        await until(lambda: status.lines == 400)
        listening.cancel()
        hub.close()
    assert lines_on_disk(spool) == 400


async def test_work_beside_the_loop_does_not_hold_it_up(spool: Spool) -> None:
    """Sixty who ask a store that is frozen take every other thread."""
    hub, over = hub_over(spool), threading.Event()
    loop = asyncio.get_running_loop()
    asked = [loop.run_in_executor(None, over.wait, 15) for _ in range(60)]
    try:
        async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
            tasks.create_task(hub.run())
            for number in range(1, 11):
                hub.add("harbour", LINE)
                assert await hub.kept() is True
                assert lines_on_disk(spool) == number
            hub.close()
    finally:
        over.set()
        await asyncio.gather(*asked)


async def test_whoever_asks_hears_whether_it_is_on_disk(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """True once it is in the file; False at once if the disk takes nothing."""
    hub = hub_over(spool)
    assert await hub.kept() is True, "nothing came"
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(hub.run())
        hub.add("harbour", LINE)
        assert await hub.kept() is True
        assert await hub.kept() is True
        with monkeypatch.context() as patch:

            def refuse(_: bytes) -> None:
                raise OSError(28, "No space left on device")

            patch.setattr(spool, "_put", refuse)
            hub.add("harbour", LINE)
            assert await hub.kept() is False
        hub.add("harbour", LINE)
        assert await hub.kept() is True
        hub.close()
    assert (lines_on_disk(spool), spool.dropped_lines) == (2, 1)  # the oldest made room


async def test_a_disk_that_hangs_is_not_waited_for_without_end(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """False, and the lines are written when it goes on."""
    monkeypatch.setattr(hub_module, "KEEP_S", 0.05)
    hub, append, turn = hub_over(spool), spool.append, threading.Event()

    def slowly(data: bytes) -> bool:
        turn.wait(10)
        return append(data)

    monkeypatch.setattr(spool, "append", slowly)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(hub.run())
        hub.add("harbour", LINE)
        assert await hub.kept() is False
        turn.set()
        await until(lambda: hub.waiting_bytes == 0)
        assert await hub.kept() is True
        hub.close()
    assert lines_on_disk(spool) == 1


async def test_cancelled_it_lets_go_of_the_journal(spool: Spool) -> None:
    """Nobody writes once it has ended."""
    hub = hub_over(spool)
    running = asyncio.get_running_loop().create_task(hub.run())
    await asyncio.sleep(0.01)
    hub.add("harbour", LINE)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    end = spool.end
    hub.add("harbour", LINE)
    await asyncio.sleep(0.05)
    assert spool.end == end
