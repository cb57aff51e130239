"""A feed that floods costs itself: blanks, lines a second, and room in the spool."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clock import monotonic_s
from monitor.service.budget import Pace
from tests.integration.service.journals import until
from tests.integration.service.test_hub import LIMIT, LINE, Desk, merging


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two feeds, and nothing has come."""
    desk = Desk(tmp_path, "good", "flood")
    yield desk
    desk.spool.close()


async def test_blank_lines_are_left_at_the_door(desk: Desk) -> None:
    """And counted; those around them are taken as they are."""
    sink, status = desk.sink("good")
    async with merging(desk):
        await sink.put(b"\n\r\n" + LINE + b" \t\r\n\0\n a\n" + LINE + b"\n", 2)
        await sink.put(b"\n" * 100_000, 0)
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert desk.journal == [(0, "good", LINE + b" a\n" + LINE)]
    assert (status.lines, status.messages) == (3, 2)
    assert status.left_out == {"blank": 100_005}
    assert status.refused == {}


async def test_who_can_be_slowed_waits_for_his_budget_and_loses_nothing(desk: Desk) -> None:
    """A thousand a second, and two seconds of them at once; devices of a feed take turns."""
    sink, status = desk.sink("flood", pace=Pace(1000))
    began = monotonic_s()

    async def device() -> None:
        for _ in range(13):
            await sink.put(LINE * 100, 100)

    async with merging(desk):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(device())
            tasks.create_task(device())
        took_s = monotonic_s() - began
    assert took_s > 0.4
    assert (status.lines, status.left_out) == (2600, {})
    assert 0 < status.slowed_s <= min(took_s, 0.6 + 26 / 1000)  # a line longer for each piece
    assert status.held_up_s == 0


async def test_who_cannot_be_slowed_loses_what_is_too_much(desk: Desk) -> None:
    """Whatever another feed sends meanwhile is taken."""
    began = monotonic_s()
    (flood, lost), (good, status) = desk.sink("flood", pace=Pace(1000)), desk.sink("good")
    async with merging(desk):
        taken = sum(flood.offer(LINE, 1) for _ in range(20_000))
        took_s = monotonic_s() - began
        assert good.offer(LINE, 1) is True
    assert 2000 <= taken <= 2000 + 1000 * took_s + 1
    assert lost.left_out == {"too_many_lines": 20_000 - taken}
    assert (lost.lines, status.lines, lost.dropped) == (taken, 1, 0)


@pytest.mark.parametrize("way", ["put", "offer"])
async def test_a_flood_without_a_store_pushes_nobody_out(desk: Desk, way: str) -> None:
    """Its own newest is left out, counted; what another feed sent before and after is all there."""
    (flood, lost), (good, status) = desk.sink("flood"), desk.sink("good")
    async with merging(desk):
        for _ in range(100):
            await good.put(LINE, 1)
            for _ in range(10):
                if way == "put":
                    await flood.put(LINE * 50, 50)
                else:
                    flood.offer(LINE * 50, 50)
                    await until(desk.hub.has_room)
        await until(lambda: desk.hub.waiting_bytes == 0)
        assert desk.spool.dropped_lines == 0
        blocks = desk.journal
    found = Counter[str]()
    for _, name, block in blocks:
        found[name] += block.count(b"\n")
    assert found == {"good": 100, "flood": lost.lines}
    assert LIMIT * 0.7 < lost.lines * len(LINE) < LIMIT * 0.76
    assert lost.left_out["too_much_spool"] > 0
    assert status.left_out == {}


async def test_with_a_store_it_waits_for_its_share(desk: Desk) -> None:
    """And goes on once what it sent is stored; the other feed is not held up meanwhile."""
    (flood, counts), (good, status) = desk.sink("flood"), desk.sink("good")
    desk.hub.slows = True
    async with merging(desk):

        async def send() -> None:
            for _ in range(30):
                await flood.put(LINE * 1000, 1000)

        sending = asyncio.get_running_loop().create_task(send())
        await asyncio.sleep(0.3)
        assert not sending.done()
        async with asyncio.timeout(1):
            await good.put(LINE, 1)
        desk.spool.release(desk.spool.end)
        await desk.hub.make_room()
        async with asyncio.timeout(60):
            await sending
    assert (counts.lines, counts.left_out) == (30_000, {})
    assert counts.held_up_s > 0.2
    assert status.held_up_s < 0.1


async def test_a_share_that_is_set_holds_for_that_feed_alone(desk: Desk) -> None:
    """``spool_mb``, here in bytes."""
    (small, lost), (good, status) = desk.sink("flood", spool_bytes=50_000), desk.sink("good")
    async with merging(desk):
        for _ in range(30):
            await small.put(LINE * 100, 100)
            await good.put(LINE * 100, 100)
    assert 50_000 <= lost.received_bytes < 56_000
    assert lost.left_out == {"too_much_spool": 3000 - lost.lines}
    assert status.lines == 3000
