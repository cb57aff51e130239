"""A few at once, some who wait, and the others are told."""

from __future__ import annotations

import asyncio

import pytest

from monitor.api.turns import SLOW_S, Place, Turns
from monitor.errors import MonitorError


async def test_a_few_have_their_turn_some_wait_and_the_others_are_told() -> None:
    """Of nine, two are served, three wait and have theirs after them, and four come in vain."""
    turns, go, log = Turns(2, 3), asyncio.Event(), []

    async def come(number: int) -> None:
        try:
            async with turns.turn(60):
                log.append(f"{number} begins")
                await go.wait()
        except MonitorError:
            log.append(f"{number} goes")

    guests = [asyncio.ensure_future(come(number)) for number in range(9)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sorted(log) == ["0 begins", "1 begins", "5 goes", "6 goes", "7 goes", "8 goes"]
    go.set()
    await asyncio.wait(guests)
    assert [words for words in log if "begins" in words] == [f"{n} begins" for n in range(5)]


async def test_who_waits_for_too_long_is_told_and_leaves_his_place() -> None:
    turns = Turns(1, 1)
    async with turns.turn(60):
        for _ in range(3):
            with pytest.raises(MonitorError, match=r"^Too many lists are asked for"):
                async with turns.turn(0):
                    pytest.fail("It was not his turn")
    async with turns.turn(0.1):
        pass


async def test_a_turn_ends_however_it_ends() -> None:
    turns = Turns(1, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            async with turns.turn(60):
                raise RuntimeError


async def test_those_who_rest_do_so_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, the loop is free after each."""
    monkeypatch.setattr("monitor.api.turns.REST_S", 0)
    turns, rested = Turns(4, 0), list[int]()

    async def make(number: int) -> None:
        await turns.rest()
        rested.append(number)

    guests = [asyncio.ensure_future(make(number)) for number in range(4)]
    found = set[int]()
    while len(rested) < 4:
        await asyncio.sleep(0)
        found.add(len(rested))
    await asyncio.wait(guests)
    assert found == {0, 1, 2, 3, 4}


async def test_what_there_is_too_much_of_is_said() -> None:
    turns = Turns(1, 0, "people log in")
    async with turns.turn(1):
        with pytest.raises(MonitorError, match=r"^Too many people log in at the moment"):
            async with turns.turn(1):
                pass


async def test_the_slowest_reader_makes_room_when_another_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not while nobody waits, not one who is quick, and not one whose turn cannot be ended."""
    now = [0.0]
    monkeypatch.setattr("monitor.api.turns.monotonic_s", lambda: now[0])
    monkeypatch.setattr("monitor.api.turns.LOOK_S", 0.0)
    turns, ended = Turns(2, 2), list[str]()

    async def have(name: str, begun: asyncio.Event) -> None:
        try:
            async with turns.turn(60) as place, asyncio.timeout(60) as limit:
                place.limit = limit
                begun.set()
                if name == "slow":
                    with place.reader():
                        await asyncio.Event().wait()
                await asyncio.Event().wait()
        except TimeoutError:
            ended.append(name)

    begun = [asyncio.Event() for _ in range(3)]
    names = ("quick", "slow", "next")
    served = [
        asyncio.ensure_future(have(name, one)) for name, one in zip(names[:2], begun, strict=False)
    ]
    await begun[1].wait()
    now[0] = SLOW_S + 1
    for _ in range(10):
        await asyncio.sleep(0)
    assert ended == []
    served.append(asyncio.ensure_future(have("next", begun[2])))
    async with asyncio.timeout(60):
        await begun[2].wait()
    assert ended == ["slow"]
    for one in served:
        one.cancel()
    await asyncio.wait(served)


async def test_time_with_a_reader_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now, place = [0.0], Place()
    monkeypatch.setattr("monitor.api.turns.monotonic_s", lambda: now[0])
    for _ in range(3):
        with place.reader():
            now[0] += 2.0
            assert place.slow_s > 0
        now[0] += 5.0
    assert place.slow_s == 6.0
    place.give_way()
    assert not place.gave_way
