"""Merges all feeds into one journal: stamps what they send, in the order in which it came.

Between the feeds and the disk stands a buffer of BUFFER_BYTES. A feed that can be slowed waits
while it is full, or while the journal on disk is nearly full though the store is up; one that
cannot be slowed loses what comes, and that is counted. So is what is beyond a feed's own budget
(``budget.py``).

The writing has a thread of its own (``scribe.py``). The loop's are the sockets, the stamps and the
ticks: while it stands still nothing is taken from the system's buffers, and nobody can say that
nothing came.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress

from monitor.clock import ReceptionClock, monotonic_s
from monitor.decode.journal import LONGEST_BLOCK
from monitor.journal.blocks import block, tick
from monitor.journal.spool import Spool
from monitor.service.budget import BLANK, TOO_MANY, TOO_MUCH, Pace, Shares
from monitor.service.durable import Durable
from monitor.service.scribe import Scribe, Written
from monitor.service.status import FeedStatus

BUFFER_BYTES = 4 << 20

MOST_BYTES = LONGEST_BLOCK // 2
"""More is cut into several blocks: bodies that are posted may have megabytes."""

TICK_S = 2.0
"""When nothing has come for so long the journal notes it: time goes on, and silences fall due."""

NEARLY_FULL = 0.9
"""Share of the spool's limit beyond which feeds that can be slowed are, if the store is up."""

KEEP_S = 10.0
"""How long a sender who waits to hear that his lines are on disk is kept waiting."""

_BLANKS = re.compile(rb"^[ \t\r\v\f\0]*\n", re.MULTILINE)


class Hub:
    """Where all feeds hand on what they receive."""

    def __init__(
        self,
        spool: Spool,
        clock: ReceptionClock,
        names: Collection[str] = (),
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Nothing has come from any of these feeds; blocks are no longer than ``most_bytes``."""
        self.most_bytes = most_bytes
        self.spool = spool
        self.clock = clock
        self.shares = Shares(names)
        self.slows = False  # whether the store is up: then a full spool holds feeds up
        self._scribe = Scribe(spool, self._on_written)
        self._loop: asyncio.AbstractEventLoop | None = None  # once it runs
        self._some = asyncio.Event()  # came since the last tick, or it is over
        self._room = asyncio.Condition()
        self._appended = asyncio.Event()
        self._durable = Durable(spool)
        self._askers: deque[tuple[int, asyncio.Future[bool]]] = deque()
        self._until = 0  # of all bytes that were ever added
        self._written = Written(0, kept=True)
        self._closed = False

    @property
    def waiting_bytes(self) -> int:
        """What waits for the disk."""
        return self._scribe.waiting_bytes

    def has_room(self) -> bool:
        """Whether something may be added now."""
        limit = self.spool.limit_bytes
        buffered = self.waiting_bytes
        waiting = self.spool.waiting_bytes + buffered
        return buffered < min(BUFFER_BYTES, limit // 4) and not (
            self.slows and waiting > NEARLY_FULL * limit
        )

    def is_fair(self, name: str, most: int | None = None) -> bool:
        """Whether a feed may add something to what waits of it, of so many bytes at most."""
        waiting = self.spool.waiting_bytes + self.waiting_bytes
        self.shares.release(self._until - waiting)
        if most is not None and self.shares.waiting(name) >= most:
            return False
        return self.shares.has_room(name, self.spool.limit_bytes, waiting)

    async def room(self, name: str, most: int | None = None) -> float:
        """Wait until a feed may add something; how long that took, s.

        For its own share it waits only if the store is up: see ``has_room``.
        """

        def is_there() -> bool:
            return self.has_room() and not (self.slows and not self.is_fair(name, most))

        if is_there():
            return 0.0
        began = monotonic_s()
        async with self._room:
            await self._room.wait_for(is_there)
        return monotonic_s() - began

    def add(self, name: str, lines: bytes) -> int:
        """Add lines of a feed; when they were received, us."""
        now = self.clock.now()
        while len(lines) > self.most_bytes:
            end = lines.rfind(b"\n", 0, self.most_bytes) + 1
            self._add_block(now, name, lines[:end])
            lines = lines[end:]
        self._add_block(now, name, lines)
        return now

    def _add_block(self, now: int, name: str, lines: bytes) -> None:
        data = block(now, name, lines, self.spool.lines)
        self.shares.add(name, self._until, len(data), self.spool.limit_bytes)
        self._add(data)
        self.spool.lines += lines.count(b"\n")

    async def kept(self) -> bool:
        """Wait until all that was added is on disk; False: it is not, or not within KEEP_S.

        On disk is: in the journal's file, and synced. It outlives this process and the machine's
        power, however they end.
        """
        try:
            async with asyncio.timeout(KEEP_S):
                return await self._in_file() and await self.synced()
        except TimeoutError:
            return False

    async def _in_file(self) -> bool:
        if self._until <= self._written.until:
            return self._written.kept
        asker: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._askers.append((self._until, asker))
        return await asker

    async def secure(self, position: int) -> None:
        """See Inlet: what is stored is recorded, though the power fail."""
        if self.spool.recorded:
            await self.synced(position)

    def synced(self, position: int | None = None) -> asyncio.Future[bool]:
        """Have the disk keep all that is in files, or what is before a position."""
        loop = asyncio.get_running_loop()
        asker: asyncio.Future[bool] = loop.create_future()

        def settle(done: bool) -> None:  # noqa: FBT001 - what is awaited
            if not asker.done():
                asker.set_result(done)

        def tell(done: bool) -> None:  # noqa: FBT001 - the same, from the thread
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, done)

        self._durable.ask(position, tell)
        return asker

    async def run(self) -> None:
        """Put on disk what comes, until ``close``."""
        self._loop = asyncio.get_running_loop()
        self._scribe.start()
        try:
            while not self._scribe.ended:
                try:
                    async with asyncio.timeout(TICK_S):
                        await self._some.wait()
                except TimeoutError:
                    if not self._closed:
                        self._add(tick(self.clock.now(), self.spool.lines))
                self._some.clear()
                await self.make_room()
        finally:
            if not self._scribe.ended:  # cancelled: nobody may write once the journal is closed
                self._scribe.close()
                await self._loop.run_in_executor(None, self._scribe.join, KEEP_S)
        if self._scribe.error is not None:
            raise self._scribe.error

    async def make_room(self) -> None:
        """Let those go on who wait for room, if there is some."""
        async with self._room:
            self._room.notify_all()

    async def wait(self, patience_s: float) -> bool:
        """Wait for more in the journal; False: nothing came."""
        try:
            async with asyncio.timeout(patience_s):
                await self._appended.wait()
        except TimeoutError:
            return False
        self._appended.clear()
        return True

    def close(self) -> None:
        """Nothing more will be added."""
        self._closed = True
        self._scribe.close()

    def _add(self, data: bytes) -> None:
        self._until = self._scribe.put(data)
        self._some.set()

    def _on_written(self, written: Written) -> None:
        """In the thread: hand it to the loop, which may be gone."""
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._note, written)

    def _note(self, written: Written) -> None:
        self._written = written
        while self._askers and self._askers[0][0] <= written.until:
            _, asker = self._askers.popleft()
            if not asker.done():
                asker.set_result(written.kept)
        self._appended.set()
        self._some.set()


class FeedSink:
    """What one feed hands on to: the hub, with its counts."""

    def __init__(
        self,
        hub: Hub,
        status: FeedStatus,
        on_connected: Callable[[], None],
        *,
        pace: Pace | None = None,
        spool_bytes: int | None = None,
    ) -> None:
        """Count in ``status``; ``pace`` and ``spool_bytes`` are its budget, None: no limit."""
        self._hub = hub
        self._status = status
        self._on_connected = on_connected
        self._pace = pace
        self._spool_bytes = spool_bytes
        self._turn = asyncio.Lock()  # devices of one feed wait for its budget one after the other
        self.heard_s: float | None = None  # when the last message came, by the steady clock

    def connected(self) -> None:
        """See Sink."""
        self._status.connections += 1
        self._on_connected()

    async def put(self, lines: bytes, messages: int) -> None:
        """See Sink."""
        status = self._status
        async with self._turn:
            while (pause_s := self._pause_s()) > 0:
                status.slowed_s += pause_s
                await asyncio.sleep(pause_s)
            status.held_up_s += await self._hub.room(status.name, self._spool_bytes)
            self._take(lines, messages)

    def offer(self, lines: bytes, messages: int) -> bool:
        """See Sink."""
        if self._pause_s() > 0:
            self._status.left_out[TOO_MANY] += lines.count(b"\n")
            return False
        if not self._hub.has_room():
            self._status.dropped += messages
            return False
        return self._take(lines, messages)

    async def kept(self) -> bool:
        """See Sink."""
        return await self._hub.kept()

    def refuse(self, reason: str, count: int = 1) -> None:
        """See Sink."""
        self._status.refused[reason] += count

    def _pause_s(self) -> float:
        return 0.0 if self._pace is None else self._pace.pause_s()

    def _take(self, lines: bytes, messages: int) -> bool:
        """Add lines; False: the feed has no room left."""
        status = self._status
        if self._pace is not None:
            self._pace.take(lines)
        lines, blank = _BLANKS.subn(b"", lines)
        if blank:
            status.left_out[BLANK] += blank
        if len(lines) > self._hub.most_bytes:  # a single line may not be so long
            lines = self._fitting(lines)
        if not lines:
            return True
        if not self._hub.is_fair(status.name, self._spool_bytes):
            status.left_out[TOO_MUCH] += lines.count(b"\n")
            return False
        now = self._hub.add(status.name, lines)
        status.lines += lines.count(b"\n")
        status.received_bytes += len(lines)
        if messages:
            status.messages += messages
            status.last_message_at = now
            self.heard_s = monotonic_s()
        return True

    def _fitting(self, lines: bytes) -> bytes:
        every = lines.split(b"\n")[:-1]
        kept = [line for line in every if len(line) < self._hub.most_bytes]
        if len(kept) < len(every):
            self.refuse("too_long", len(every) - len(kept))
        return b"".join(line + b"\n" for line in kept)
