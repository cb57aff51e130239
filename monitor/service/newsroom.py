"""Tells listeners what is new: one task reads it for all, and each message is made once.

Whoever comes says what he had last, and gets what came since, if that is kept and not too much;
else he is told to begin anew. Whoever does not take what he is told is let go: he comes back, and
says what he had last.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, NamedTuple

import structlog

from monitor.box import Box
from monitor.clock import monotonic_s, now_us
from monitor.errors import MonitorError, StoreError
from monitor.model import Fix
from monitor.service.board import Board
from monitor.store import news
from monitor.store.areas import EVERYBODY, sees
from monitor.store.news import BEGIN, Changed, Mark, Piece, mark_of
from monitor.units import DAY_US, to_datetime

LOOK_S = 0.5
"""News is looked for so often: a statement that finds nothing takes a tenth of a millisecond."""

FEEDS_S = 5.0
POSITIONS_S = 1.0
"""At 15 knots a ship goes eight metres meanwhile: less than a pixel of a chart of her port."""

MOST_LISTENERS = 200
MOST_BACKLOG = 5_000
"""Whoever missed more loads it anew, which is cheaper for both."""

READ_PIECES = 1_000
MOST_WAITING_BYTES = 4 << 20
"""Of what one listener did not take yet: some seconds of a storm."""

FORGET_EVERY_S = 3600.0
PATIENCE_S = 10.0
RETRY_S = 2.0

TOPICS = {"events": "event", "alerts": "alert", "calls": "call"}
"""What may be listened to -> the word in the store; positions and feeds are not stored news."""

MORE_TOPICS = ("positions", "feeds")

log = structlog.get_logger()


async def keep_a_day(connect: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
    """Let go of old news every hour, until cancelled."""
    while True:
        with suppress(StoreError):  # then the next time
            async with connect() as connection:
                await news.forget(connection, to_datetime(now_us() - DAY_US))
        await asyncio.sleep(FORGET_EVERY_S)


class Frame(NamedTuple):
    """A message, ready to be sent. ``mark`` None: it cannot be resumed from."""

    data: bytes
    mark: Mark | None = None
    owner: str | None = None  # whom alone it is for; None: all


class Press(NamedTuple):
    """How messages are written."""

    news: Callable[[Piece, Changed], bytes]
    positions: Callable[[Sequence[Fix]], bytes]
    feeds: Callable[[], bytes]
    begin: Callable[[Mark], bytes]
    reset: Callable[[Mark], bytes]


class Listener:
    """One who listens."""

    def __init__(self, topics: Collection[str], box: Box | None, caller: str | None = None) -> None:
        """``box`` bounds positions; None: they are of everywhere. ``caller``: who listens."""
        self.caller = caller
        self.topics = frozenset(topics)
        self.words = frozenset(TOPICS[topic] for topic in topics if topic in TOPICS)
        self.box = box
        self.lost = False  # he did not take what he was told
        self._waiting: deque[Frame] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._missed: dict[int, Fix] = {}
        self._had = BEGIN  # until where he was told

    def tell(self, frame: Frame) -> None:
        """Put a message into his queue, unless he had it: what reads for all may be behind.

        What is another's alone is not for him.
        """
        if frame.owner not in {None, self.caller}:
            return
        if frame.mark is not None:
            if frame.mark <= self._had:
                return
            self._had = frame.mark
        self._waiting.append(frame)
        self._bytes += len(frame.data)
        self.lost = self.lost or self._bytes > MOST_WAITING_BYTES
        self._some.set()

    def show(
        self, fixes: Sequence[Fix], data: bytes, written: Callable[[Sequence[Fix]], bytes]
    ) -> None:
        """Tell him positions, ``data``; while he is slow only the last of each ship is kept."""
        if self._waiting or self._missed:
            self._missed |= {fix.mmsi: fix for fix in fixes}
        if self._waiting:
            return
        if self._missed:
            data = written(list(self._missed.values()))
            self._missed = {}
        if data:
            self.tell(Frame(data))

    def begin(self, first: Sequence[Frame], until: Mark) -> None:
        """Tell him these first, and nothing again of what came until then."""
        later = [each for each in self._waiting if each.mark is None or each.mark > until]
        self._waiting.clear()
        self._bytes, self._had = 0, BEGIN
        for frame in first:
            self.tell(frame)
        self._had = until
        for frame in later:
            self.tell(frame)

    def lose(self) -> None:
        """Nobody reads for him any more: he comes again, with what he had last."""
        self.lost = True
        self._some.set()

    async def next(self, patience_s: float) -> bytes | None:
        """All that waits for him; None: nothing came for so long."""
        try:
            async with asyncio.timeout(patience_s):
                await self._some.wait()
        except TimeoutError:
            return None
        self._some.clear()
        found = b"".join(frame.data for frame in self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return found


class Newsroom:
    """All listeners, and what reads for them."""

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[Any]],
        board: Board,
        press: Press,
        most: int = MOST_LISTENERS,
    ) -> None:
        """``connect`` leads to the store; ``most`` may listen at once."""
        self.most = most
        self._connect = connect
        self._board = board
        self._press = press
        self._listeners: set[Listener] = set()
        self._come = asyncio.Event()
        self._feeds = b""
        self._mark: Mark | None = None  # of the last that was read; None: nobody listens
        self._reading = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many there are."""
        return len(self._listeners)

    @asynccontextmanager
    async def join(
        self, topics: Collection[str], box: Box | None, last: str | None, caller: str | None = None
    ) -> AsyncIterator[Listener]:
        """Listen; MonitorError where too many do. ``last`` is what he had last; None: nothing.

        ``caller``: who he is; None: he is told what all may see.
        """
        if len(self._listeners) >= self.most:
            message = f"{self.most} listen already: try again later."
            raise MonitorError(message)
        listener = Listener(topics, box, caller)
        self._listeners.add(listener)
        self._count()
        self._come.set()
        try:
            async with self._connect() as connection:
                await sees(connection, EVERYBODY)  # what is another's alone he is not told
                await self._is_read()  # what comes from now on is told to him by the other task
                listener.begin(*await self._backlog(connection, listener, last))
            if "feeds" in listener.topics:
                listener.tell(Frame(self._press.feeds()))
            yield listener
        finally:
            self._listeners.discard(listener)
            self._count()

    def _count(self) -> None:
        """Let the board know whether anybody looks at it."""
        self._board.listeners = sum("positions" in each.topics for each in self._listeners)
        if not self._board.listeners:
            self._board.clear()

    async def _is_read(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._reading.wait()
        except TimeoutError:
            message = "The news cannot be read at the moment: try again later."
            raise StoreError(message) from None

    async def _backlog(
        self, connection: Any, listener: Listener, last: str | None
    ) -> tuple[list[Frame], Mark]:
        """What came since he had the last, and until where; or that he must begin anew."""
        if last is None:
            until = await news.head(connection)
            return [Frame(self._press.begin(until))], until
        mark = mark_of(last)
        if mark is not None and await news.is_kept(connection, mark):
            pieces = await news.since(connection, mark, MOST_BACKLOG + 1)
            if len(pieces) <= MOST_BACKLOG:
                frames = await self._written(connection, pieces)
                mine = [frame for topic, frame in frames if topic in listener.words]
                return mine, pieces[-1].mark if pieces else mark
        until = await news.head(connection)
        return [Frame(self._press.reset(until))], until

    async def run(self) -> None:
        """Read for all who listen, until cancelled: then they have to come again."""
        try:
            await self._run()
        finally:
            self._mark, self._feeds = None, b""
            self._reading.clear()
            for listener in self._listeners:
                listener.lose()

    async def _run(self) -> None:
        if self._listeners:
            self._come.set()
        while True:
            await self._come.wait()
            self._come.clear()
            try:
                async with self._connect() as connection:
                    await sees(connection, EVERYBODY)
                    await self._read(connection)
            except StoreError as error:
                log.warning(f"Listeners wait for news: {error}")
                await asyncio.sleep(RETRY_S)
                self._come.set()

    async def _read(self, connection: Any) -> None:
        """Tell what is new until nobody listens any more."""
        shown_s = feeds_s = monotonic_s()
        if self._mark is None:
            self._mark = await news.head(connection)
        self._reading.set()
        while self._listeners:
            pieces = await news.since(connection, self._mark, READ_PIECES)
            if pieces:
                self._mark = pieces[-1].mark
                for topic, frame in await self._written(connection, pieces):
                    for listener in self._listeners:
                        if topic in listener.words:
                            listener.tell(frame)
            if monotonic_s() - shown_s >= POSITIONS_S:
                shown_s = monotonic_s()
                self._show()
            if monotonic_s() - feeds_s >= FEEDS_S:
                feeds_s = monotonic_s()
                self._tell_feeds()
            if len(pieces) < READ_PIECES:
                await asyncio.sleep(LOOK_S)
        self._mark, self._feeds = None, b""
        self._reading.clear()

    async def _written(self, connection: Any, pieces: Sequence[Piece]) -> list[tuple[str, Frame]]:
        """Messages of pieces, each thing once: as it stands now, at its last piece."""
        last = {(piece.topic, piece.ref): piece for piece in pieces}
        found = await news.read(connection, last.values())
        whose = await news.owners(connection, found)
        return [
            (piece.topic, Frame(self._press.news(piece, found[key]), piece.mark, whose.get(key)))
            for key, piece in sorted(last.items(), key=lambda item: item[1].mark)
            if key in found
        ]

    def _show(self) -> None:
        """Tell where ships are: what is the same for several is made once."""
        fixes = self._board.take()
        made: dict[Box | None, tuple[Sequence[Fix], bytes]] = {}
        for listener in self._listeners:
            if "positions" not in listener.topics:
                continue
            box = listener.box
            if box not in made:
                inside = fixes if box is None else [f for f in fixes if box.holds(f.lon, f.lat)]
                made[box] = inside, self._press.positions(inside) if inside else b""
            listener.show(*made[box], self._press.positions)

    def _tell_feeds(self) -> None:
        """Tell how feeds are doing, when that changed."""
        data = self._press.feeds()
        if data != self._feeds:
            self._feeds = data
            for listener in self._listeners:
                if "feeds" in listener.topics:
                    listener.tell(Frame(data))
