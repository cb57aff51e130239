"""Listeners: nothing missed, nothing twice, and whoever does not listen is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import numpy as np
import pytest

from monitor.box import Box
from monitor.errors import MonitorError, StoreError
from monitor.model import FIX, Fix, ShipInArea
from monitor.service import newsroom
from monitor.service.board import Board
from monitor.service.newsroom import Listener, Newsroom, Press
from monitor.store.database import connected
from monitor.store.news import Mark
from tests.findings import event, store
from tests.integration.store.areas import area, keep

QUICK = 0.01


def press(feeds: Callable[[], bytes] = lambda: b"feeds") -> Press:
    """Messages that a test can read."""
    return Press(
        news=lambda piece, _: b"%d@%s " % (piece.ref.int, str(piece.mark).encode()),
        positions=lambda fixes: b"at " + b"".join(b"%d " % fix.mmsi for fix in fixes),
        feeds=feeds, begin=lambda mark: f"begin@{mark} ".encode(),
        reset=lambda mark: f"reset@{mark} ".encode(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_S", "POSITIONS_S", "FEEDS_S", "RETRY_S"):
        monkeypatch.setattr(newsroom, name, QUICK)


@asynccontextmanager
async def running(database: str, **words: Any) -> AsyncIterator[Newsroom]:
    """A newsroom at work."""
    room = Newsroom(lambda: connected(database), Board(), words.pop("press", press()))
    task = asyncio.get_running_loop().create_task(room.run())
    try:
        yield room
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(listener: Listener, last: str) -> list[str]:
    """What he is told, until a message that begins so; pieces without their marks."""
    found: list[str] = []
    async with asyncio.timeout(60):
        while not any(word.startswith(last) for word in found):
            data = await listener.next(30)
            found += (data or b"").decode().split()
    return [word.partition("@")[0] for word in found]


def mark_in(text: str) -> str:
    return text.partition("@")[2].strip()


async def test_what_is_new_is_told_once_to_all(db: asyncpg.Connection, database: str) -> None:
    """Not what was there before; and a change is told again, as one thing."""
    await store(db, event(1))
    async with running(database) as room:
        async with (
            room.join(["events"], None, None) as one,
            room.join(["events"], None, None) as two,
        ):
            assert await heard(one, "begin") == await heard(two, "begin") == ["begin"]
            async with db.transaction():
                await store(db, event(2))
                await store(db, event(2, name="OTHER"))
            await store(db, event(3))
            assert await heard(one, "3") == await heard(two, "3") == ["2", "3"]
        assert room.listeners == 0


async def test_who_comes_again_hears_what_he_missed(db: asyncpg.Connection, database: str) -> None:
    """From what he had last on, whatever others were told meanwhile."""
    await store(db, event(9))
    async with running(database) as room:
        async with room.join(["events"], None, None) as one:
            last = mark_in((await one.next(30) or b"").decode())
        await store(db, event(1))
        async with room.join(["events"], None, None) as other:
            await store(db, event(2))
            assert await heard(other, "2") == ["begin", "2"]
            await store(db, event(3))
            async with room.join(["events"], None, last) as one:
                await store(db, event(4))
                assert await heard(one, "4") == ["1", "2", "3", "4"]


async def test_none_is_missed_while_much_is_written(db: asyncpg.Connection, database: str) -> None:
    """He comes and goes all the time; each of three hundred is told, in order, once."""
    await store(db, event(9_999))
    async with running(database) as room:
        async with room.join(["events"], None, None) as listener:
            last = mark_in((await listener.next(30) or b"").decode())

        async def write() -> None:
            for number in range(1, 301):
                await store(db, event(number))

        writing = asyncio.get_running_loop().create_task(write())
        found: list[int] = []
        async with asyncio.timeout(60):
            while not found or found[-1] != 300:
                async with room.join(["events"], None, last) as listener:
                    words = (await listener.next(30) or b"").decode().split()
                    found += [int(word.partition("@")[0]) for word in words]
                    last = mark_in(words[-1])
        await writing
    assert found == list(range(1, 301))


@pytest.mark.parametrize("last", ["0-0", "7-7", "nonsense"])
async def test_what_is_not_kept_is_told_by_a_reset(
    db: asyncpg.Connection, database: str, last: str
) -> None:
    await store(db, event(1))
    async with running(database) as room, room.join(["events"], None, last) as listener:
        await store(db, event(2))
        assert await heard(listener, "2") == ["reset", "2"]


async def test_too_much_to_tell_is_told_by_a_reset(
    db: asyncpg.Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsroom, "MOST_BACKLOG", 2)
    await store(db, event(1))
    async with running(database) as room:
        async with room.join(["events"], None, None) as listener:
            last = mark_in((await listener.next(30) or b"").decode())
        for number in range(2, 5):
            await store(db, event(number))
        async with room.join(["events"], None, last) as listener:
            assert await heard(listener, "reset") == ["reset"]


async def test_only_what_is_asked_for(db: asyncpg.Connection, database: str) -> None:
    """Topics of his; feeds at once, and when they change."""
    told = iter([b"up ", b"up ", b"down "])
    said = b"up "

    def feeds() -> bytes:
        nonlocal said
        said = next(told, said)
        return said

    async with (
        running(database, press=press(feeds)) as room,
        room.join(["feeds"], None, None) as listener,
    ):
        await store(db, event(1))
        found = await heard(listener, "down")
        assert (found[0], found[1], found[-1], len(found) < 5) == ("begin", "up", "down", True)


def fix(mmsi: int, at: int, lon: float = 24.0, lat: float = 32.0) -> Any:
    rows = np.zeros(1, dtype=FIX)
    for name, value in {"mmsi": mmsi, "at": at, "lon": lon, "lat": lat}.items():
        rows[name] = value
    return rows


async def test_positions_by_box(db: asyncpg.Connection, database: str) -> None:
    """The board is filled while somebody listens to it."""
    del db
    board = Board()
    room = Newsroom(lambda: connected(database), board, press())
    task = asyncio.get_running_loop().create_task(room.run())
    async with (
        room.join(["positions"], None, None) as all_of_it,
        room.join(["positions"], Box(20, 30, 30, 40), None) as here,
    ):
        assert board.listeners == 2
        board.note(fix(1, 10))
        board.note(fix(2, 10, lon=-5))
        assert await heard(all_of_it, "2") == ["begin", "at", "1", "2"]
        assert await heard(here, "1") == ["begin", "at", "1"]
    assert board.listeners == 0
    task.cancel()


def fixes(*numbers: int) -> Sequence[Fix]:
    return [Fix._make(fix(number % 10, number)[0].item()) for number in numbers]


def written(some: Sequence[Fix]) -> bytes:
    return b"".join(b"%d:%d " % (one.mmsi, one.at) for one in some)


async def test_who_is_slow_is_shown_the_last_of_each_ship() -> None:
    """Nothing piles up, and nothing of the newest is missed."""
    listener = Listener(["positions"], None)
    for numbers in ((1, 2), (11, 3), (21,)):
        some = fixes(*numbers)
        listener.show(some, written(some), written)
    assert await listener.next(1) == b"1:1 2:2 "
    listener.show([], b"", written)
    assert await listener.next(1) == b"1:21 3:3 "
    listener.show([], b"", written)
    assert await listener.next(QUICK) is None


async def test_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsroom, "MOST_WAITING_BYTES", 10)
    listener = Listener(["events"], None)
    listener.tell(newsroom.Frame(b"12345", Mark(1, 1)))
    assert not listener.lost
    listener.tell(newsroom.Frame(b"123456", Mark(1, 2)))
    assert listener.lost


async def test_too_many_are_told_so(database: str) -> None:
    async with running(database) as room, room.join(["events"], None, None):
        room.most = 1
        with pytest.raises(MonitorError, match="1 listen already"):
            async with room.join(["events"], None, None):
                pass


async def test_without_a_store_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is begun anew for the next."""
    monkeypatch.setattr(newsroom, "PATIENCE_S", QUICK)

    @asynccontextmanager
    async def away() -> AsyncIterator[Any]:
        message = "away."
        raise StoreError(message)
        yield

    room = Newsroom(away, Board(), press())
    task = asyncio.get_running_loop().create_task(room.run())
    for _ in range(2):
        with pytest.raises(StoreError):
            async with room.join(["events"], None, None):
                pass
    assert room.listeners == 0
    task.cancel()


async def test_the_store_goes_away_and_nothing_is_missed(
    db: asyncpg.Connection, database: str
) -> None:
    """The connection of the newsroom is ended by the server; what came meanwhile is told."""
    async with running(database) as room, room.join(["events"], None, None) as listener:
        await heard(listener, "begin")
        ended = await db.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert ended >= 1
        await store(db, event(1))
        await store(db, event(2))
        assert await heard(listener, "2") == ["1", "2"]


async def test_what_is_anothers_alone_is_not_told(db: asyncpg.Connection, database: str) -> None:
    """An event of a private area is its owner's; who comes again is not told it either."""
    private = area("mine", "ann", shared=False)
    await keep(db, private)
    await store(db, event(9))
    async with (
        running(database) as room,
        room.join(["events"], None, None, "ann") as owner,
        room.join(["events"], None, None, "bob") as other,
        room.join(["events"], None, None) as nobody,
    ):
        begun = [(await one.next(30) or b"").decode() for one in (owner, other, nobody)]
        await store(db, event(1, ShipInArea(273_999_410, 0, private.id)))
        await store(db, event(2))
        assert await heard(owner, "2") == ["1", "2"]
        assert await heard(other, "2") == ["2"]
        assert await heard(nobody, "2") == ["2"]
        for caller, words in (("ann", ["1", "2"]), ("bob", ["2"]), (None, ["2"])):
            async with room.join(["events"], None, mark_in(begun[0]), caller) as again:
                assert await heard(again, "2") == words


async def test_who_listened_when_the_lead_was_lost_comes_again(
    db: asyncpg.Connection, database: str
) -> None:
    """Nobody reads for him any more: he is let go, and what he missed is told when he is back."""
    await store(db, event(9))
    room = Newsroom(lambda: connected(database), Board(), press())
    task = asyncio.ensure_future(room.run())
    async with room.join(["events"], None, None) as listener:
        last = mark_in((await listener.next(30) or b"").decode())
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert listener.lost
        await store(db, event(1))
        task = asyncio.ensure_future(room.run())
        async with room.join(["events"], None, last) as again:
            assert await heard(again, "1") == ["1"]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
