"""The stream as a journal that a follower reads: merged as it comes, and kept until it is stored.

What was read and is not committed is read again from the stream: with each commit stands the last
message that was taken whole, and how far each edge was. Between them MOST_BYTES wait at most.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from monitor.broker.link import Link, Stray
from monitor.clock import ReceptionClock, monotonic_s
from monitor.errors import BrokerError, UnfitError
from monitor.journal.merged import Mark, Merger, Taken, kept_of
from monitor.journal.parcel import Parcel
from monitor.service.status import ClusterStatus, EdgeStatus

MOST_BYTES = 16 << 20
LOOK_S = 0.05
RETRY_S, RETRY_MAX_S = 0.2, 1.0

HEARD_S = 3.0
"""The broker says something at least every second: after so long it is not heard."""

ASK_S = 1.0
PURGE_S = 30.0
FULL_SHARE, KEPT_SHARE = 0.5, 0.3
"""What is committed stays on the stream, to be replayed, until it is half full; then the oldest of
it is dropped."""

log = structlog.get_logger()
Connect = Callable[[], AbstractAsyncContextManager[Link]]


class _Piece(NamedTuple):
    """A part of the merged journal."""

    begin: int
    taken: Taken
    sequence: int  # of the last message that is whole with it
    made_at: str  # of the stream that this is a number of

    @property
    def end(self) -> int:
        return self.begin + len(self.taken.data)


class _Base(NamedTuple):
    """What is committed."""

    sequence: int  # of the last message that is whole
    made_at: str  # of the stream that this is a number of
    lines: int  # that the merged journal has
    marks: dict[str, Mark]


class StreamTape:
    """See the module; it is the follower's Tape and its Inlet in one."""

    keeps = "on the stream"
    slows = False

    def __init__(self, connect: Connect, status: ClusterStatus, directory: Path) -> None:
        """``directory`` is where blocks that the store refuses are put aside."""
        self.directory = directory
        self.dropped_lines = 0
        self.clock = ReceptionClock(after=0)
        self.id = hashlib.sha256(f"stream {status.stream}".encode()).digest()[:16]
        self._connect = connect
        self._status = status
        self._guard = threading.Lock()
        self._pieces: deque[_Piece] = deque()
        self._bytes = 0
        self._end = self._stored = 0
        self._merger = Merger(self.id)
        self._made_at = ""  # of the stream that ``_sequence`` is a number of
        self._sequence = 0  # the last message that was merged
        self._base = _Base(0, "", 0, {})
        self._reading = False  # an engine that stands by does not
        self._runs = 0  # beginnings
        self._closed = False
        self._came = asyncio.Event()
        self._begun = asyncio.Event()
        self._heard_s: float | None = None
        self._purged_s = monotonic_s()  # or looked for what might be

    # -- what the follower asks ----------------------------------------------------------------

    @property
    def spool(self) -> StreamTape:
        """See Inlet."""
        return self

    @property
    def header(self) -> bytes:
        """See Tape."""
        return self._merger.header

    @property
    def stored(self) -> int:
        """See Tape."""
        return self._stored

    @property
    def waiting_bytes(self) -> int:
        """See Tape."""
        return self._bytes

    @property
    def hears(self) -> bool:
        """Whether the broker said something lately."""
        return self._heard_s is not None and monotonic_s() - self._heard_s < HEARD_S

    def begin(self, position: int, kept: dict[str, Any]) -> None:
        """See Tape; of what was kept under another number, the stream was made anew."""
        words = kept.get("stream") or {"sequence": 0, "made_at": "", "lines": 0, "edges": {}}
        with self._guard:
            self._pieces.clear()
            self._bytes, self._end, self._stored = 0, position, position
            self._merger = Merger(self.id)
            self._merger.restore(words)
            self._made_at, self._sequence = words["made_at"], int(words["sequence"])
            self._base = _Base(self._sequence, self._made_at, self._merger.lines, self._marks())
            self._reading, self._runs = True, self._runs + 1
        self._begun.set()

    def stop(self) -> None:
        """Nobody reads any more."""
        with self._guard:  # what was read stays: a block of it may be put aside yet
            self._reading, self._runs = False, self._runs + 1
            self._begun.clear()

    def close(self) -> None:
        """Take no more than what is read already."""
        with self._guard:
            self._closed = True

    def kept(self, position: int) -> dict[str, Any]:
        """See Tape."""
        with self._guard:
            sequence, made_at, lines, marks = self._base
            marks = dict(marks)
            for piece in self._pieces:
                if piece.end > position:
                    break
                sequence, made_at, lines = piece.sequence, piece.made_at, piece.taken.until
                marks[piece.taken.edge] = piece.taken.mark
        self._status.sequence = sequence
        self._status.edges = [
            EdgeStatus(name=name, received_at=mark.received_at, journal_bytes=mark.end)
            for name, mark in sorted(marks.items())
        ]
        return {"stream": {"sequence": sequence, "made_at": made_at, **kept_of(lines, marks)}}

    def read(self, position: int, most: int) -> tuple[bytes, int]:
        """See Tape."""
        found, size, end = list[bytes](), 0, position
        with self._guard:
            for piece in self._pieces:
                if piece.end <= position:
                    continue
                data = piece.taken.data
                if found and (piece.taken.begins or size + len(data) > most):
                    break
                found.append(data)
                size, end = size + len(data), piece.end
        return b"".join(found), end

    def release(self, position: int) -> None:
        """See Tape."""
        with self._guard:
            while self._pieces and self._pieces[0].end <= position:
                piece = self._pieces.popleft()
                self._bytes -= len(piece.taken.data)
                marks = {**self._base.marks, piece.taken.edge: piece.taken.mark}
                self._base = _Base(piece.sequence, piece.made_at, piece.taken.until, marks)
            self._stored = max(self._stored, position)

    async def wait(self, patience_s: float) -> bool:
        """See Inlet."""
        try:
            async with asyncio.timeout(patience_s):
                await self._came.wait()
        except TimeoutError:
            return False
        self._came.clear()
        return True

    async def secure(self, position: int) -> None:
        """See Inlet: the broker keeps what it has, and nothing is recorded here."""

    async def make_room(self) -> None:
        """See Inlet: nobody waits, but the broker, who is asked again when there is room."""

    # -- the broker ----------------------------------------------------------------------------

    async def run(self) -> None:
        """Hear the broker, and read from it while somebody reads here; UnfitError at the first."""
        pause, was_well = RETRY_S, False
        while True:
            try:
                async with self._connect() as link:
                    self._told(connected=True, why="messages come")
                    for note in link.notes:
                        log.warning(note)
                    was_well = True
                    while True:
                        await self._hear(link)
                        pause = RETRY_S
            except UnfitError as error:
                if not was_well:
                    raise
                self._told(connected=False, why=str(error))
            except BrokerError as error:
                self._told(connected=False, why=str(error))
            self._heard_s = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_MAX_S)

    async def _hear(self, link: Link) -> None:
        """Stand by, or read, until that turns."""
        runs = self._runs
        if not self._reading:
            await link.state()
            self._heard_s = monotonic_s()
            self._status.waiting = None
            with suppress(TimeoutError):
                async with asyncio.timeout(ASK_S):
                    await self._begun.wait()
            return
        state = await link.state()
        self._heard_s = monotonic_s()
        if link.made_at != self._made_at:
            if self._made_at:
                log.warning("The stream was made anew: it is read from its begin",
                            stream=self._status.stream)  # fmt: skip
            with self._guard:
                self._made_at, self._sequence = link.made_at, 0
        if state.last < self._sequence:
            log.warning("The stream went back before what was taken: it is read from its begin",
                        stream=self._status.stream, lacks=self._sequence - state.last)  # fmt: skip
            self._sequence = max(0, state.first - 1)  # nothing is taken twice: see ``Merger``
        if self._sequence + 1 < state.first and state.first > 1:
            lost = state.first - 1 - self._sequence
            log.error(f"{lost:,} messages of the stream were dropped before they came here",
                      lost_messages=lost)  # fmt: skip
        asked_s = monotonic_s()
        async with aclosing(link.parcels(self._sequence + 1)) as messages:
            async for message in messages:
                self._heard_s = now_s = monotonic_s()
                if self._runs != runs:
                    return
                if message is not None:
                    await self._merge(message, runs)
                if now_s - asked_s >= ASK_S:
                    asked_s = now_s
                    state = await link.state()
                    self._status.waiting = max(0, state.last - self._sequence)
                if now_s - self._purged_s >= PURGE_S:
                    self._purged_s = now_s
                    await self._purge(link)

    async def _merge(self, message: Parcel | Stray, runs: int) -> None:
        """Put a message's blocks behind the others; the last of them makes it whole."""
        while (self._closed or self._bytes > MOST_BYTES) and self._runs == runs:
            await asyncio.sleep(LOOK_S)
            self._heard_s = monotonic_s()
        with self._guard:
            if self._runs != runs:
                return
            before, self._sequence = self._sequence, message.sequence
            if isinstance(message, Stray):
                self._status.stray += 1
                log.warning(f"Left out: {message.why}", stray=self._status.stray)
                return
            pieces = list(self._merger.take(message))
            for number, taken in enumerate(pieces, 1):
                whole = message.sequence if number == len(pieces) else before
                piece = _Piece(self._end, taken, whole, self._made_at)
                self._pieces.append(piece)
                self._end = piece.end
                self._bytes += len(taken.data)
        self._came.set()

    async def _purge(self, link: Link) -> None:
        """Drop the oldest messages that are committed, if the stream is half full."""
        state = await link.state()
        count = state.last - state.first + 1
        if state.most_bytes <= 0 or state.size_bytes < FULL_SHARE * state.most_bytes or count <= 0:
            return
        wanted = 1 - KEPT_SHARE * state.most_bytes / state.size_bytes
        committed = self._base.sequence if self._base.made_at == link.made_at else 0
        before = min(state.first + round(count * wanted), committed)
        if before > state.first:
            try:
                await link.purge(before)
            except BrokerError as error:  # who may not do that may take what comes all the same
                log.warning(f"The stream is not emptied: {error}", stream=self._status.stream)

    def _marks(self) -> dict[str, Mark]:
        return {name: replace(mark) for name, mark in self._merger.marks.items()}

    def _told(self, *, connected: bool, why: str) -> None:
        status = self._status
        if connected != status.connected or (not connected and why != status.why):
            tell = log.info if connected else log.warning
            tell("The broker is there" if connected else f"The broker is away: {why}",
                 broker="up" if connected else "down")  # fmt: skip
        status.connected, status.why = connected, why
