"""Sends an edge's journal to the broker: in its order, each block once, none before it has it.

What the stream has last of this edge says from where to go on, not what this process remembers: so
whoever dies in between, nothing is sent twice and nothing left out. Each message is taken right
behind the last of this edge or not at all; a second edge of the same name therefore meets messages
of another journal, stops sending, and keeps what it has.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import structlog

from monitor.broker.link import Link, Stray
from monitor.broker.stream import MESSAGE_BYTES
from monitor.clock import monotonic_s, now_us
from monitor.decode.journal_parts import MAGIC, lines_in
from monitor.errors import BrokerError, TurnError, UnfitError
from monitor.journal.parcel import Parcel, header_before
from monitor.journal.segment import PARTIAL, made
from monitor.service.hub import Hub
from monitor.service.status import Status

SENT = "sent.json"
"""How far the journal was sent, for the case that the stream has nothing of this edge."""

GATHER_S = 0.03
"""Lines that come within this share a message."""

RETRY_S, RETRY_MAX_S = 0.2, 1.0
NOTE_S = 1.0

OTHER_S = 6.0
"""An edge sends at least every two seconds: if nothing more came of a name for so long, whoever
sent under it is gone."""

log = structlog.get_logger()
Connect = Callable[[], AbstractAsyncContextManager[Link]]


class Sender:
    """The one that reads an edge's journal."""

    def __init__(self, hub: Hub, connect: Connect, edge: str, status: Status) -> None:
        """``connect`` gives a connection to the broker."""
        assert status.cluster is not None  # noqa: S101 - an edge has one
        self._hub = hub
        self._spool = hub.spool
        self._connect = connect
        self._edge = edge
        self._status, self._cluster = status, status.cluster
        self._stopping = asyncio.Event()
        self._opened_at = self._spool.end  # what is before is of an earlier run
        self._position, self._after = 0, 0  # in the journal; the last message of this edge
        self._header = b""  # that stands there
        self._has_resumed = False  # what the stream has from then on was sent by this process
        self._has_met = False  # messages of another journal under its name
        self._sent = True  # a message, since the broker was there
        self._noted_s = 0.0

    def stop(self) -> None:
        """Send what there is, then return."""
        self._stopping.set()

    async def run(self) -> None:
        """Send for ever; the broker may come and go. UnfitError if it never was fit."""
        pause, was_well = RETRY_S, False
        while True:
            try:
                async with self._connect() as link:
                    for note in link.notes:
                        log.warning(note)
                    was_well = True
                    await self._resume(link)
                    before, self._sent = self._sent, False
                    pause = RETRY_S if before else pause
                    await self._send_all(link)
                    return
            except UnfitError as error:
                if not was_well:
                    raise
                self._tell(ready=False, why=str(error))
            except BrokerError as error:
                self._tell(ready=False, why=str(error))
            self._hub.slows = False
            await self._hub.make_room()
            if self._stopping.is_set():
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            pause = min(2 * pause, RETRY_MAX_S)

    async def _resume(self, link: Link) -> None:
        """Go on behind what the stream has of this edge."""
        last = await link.last_of(self._edge)
        self._after = 0 if last is None else last.sequence
        if isinstance(last, Stray):
            log.warning(f"Somebody else writes under this edge's name: {last.why}", edge=self._edge)
            last = None
        if last is not None and last.journal != self._spool.id.hex():
            await self._wait_for_the_other(link, last)
        if last is not None and last.journal == self._spool.id.hex() and self._is_ahead(last):
            await asyncio.get_running_loop().run_in_executor(None, self._begin_anew)
        elif last is not None and last.journal == self._spool.id.hex():
            self._position, self._header = last.end, header_before(last.blocks) or last.header
        elif not self._position:
            self._remember()
        self._has_resumed = True
        self._spool.release(self._position)
        self._cluster.sequence = self._after
        self._tell(ready=True, why="lines are sent")

    def _is_ahead(self, last: Parcel) -> bool:
        """Whether somebody sent more of this journal than there was of it here."""
        return not self._has_resumed and last.end > self._opened_at

    def _begin_anew(self) -> None:
        """Be another journal: what is behind is not what was sent as that."""
        log.error(
            "The stream has more of this edge's journal than its disk: was it restored from a"
            " backup, or copied to another machine? What comes from now on is sent as another"
            " journal", edge=self._edge,
        )  # fmt: skip
        self._spool.renew()
        self._position, self._header = self._opened_at, b""

    async def _wait_for_the_other(self, link: Link, last: Parcel) -> None:
        """TurnError while somebody else sends under this edge's name; if nobody does, go on."""
        if not self._has_met:
            self._has_met = True
            message = (
                f"The stream has lines of an edge {self._edge} with another journal: was this one's"
                " removed? It is looked whether they still come"
            )
            log.warning(message, edge=self._edge)
        await asyncio.sleep(OTHER_S)
        again = await link.last_of(self._edge)
        if again is None or again.sequence == last.sequence:
            return
        message = (
            f"Two edges are called {self._edge}: give this one another name (edge). It keeps what"
            " it receives, and sends nothing."
        )
        raise TurnError(message)

    async def _send_all(self, link: Link) -> None:
        """Send what comes, until there is nothing and it is stopping; or the broker fails."""
        loop = asyncio.get_running_loop()
        while True:
            data, after = await loop.run_in_executor(
                None, self._spool.read, self._position, MESSAGE_BYTES
            )
            if not data:
                if self._stopping.is_set():
                    await loop.run_in_executor(None, self._note)
                    return
                self._moving()
                await self._hub.wait(1.0)
                await self._gather()
                continue
            begin = after - len(data)
            if data.startswith(MAGIC):
                end = data.find(b"\n") + 1
                self._header, begin, data = data[:end], begin + end, data[end:]
            if len(data) > MESSAGE_BYTES:
                await loop.run_in_executor(None, self._put_aside, begin, data)
            elif data:
                await self._send(link, begin, data)
            self._header = header_before(data) or self._header
            self._position = after
            self._spool.release(after)
            if monotonic_s() - self._noted_s >= NOTE_S:
                await loop.run_in_executor(None, self._note)
            await self._hub.make_room()
            if self._spool.waiting_bytes < MESSAGE_BYTES:
                await self._gather()

    async def _send(self, link: Link, begin: int, blocks: bytes) -> None:
        header = self._header or self._spool.header
        parcel = Parcel(self._edge, self._spool.id.hex(), begin, header, blocks)
        self._after = await link.send(parcel, after=self._after)
        self._sent = True
        store = self._status.store
        lines = lines_in(blocks)
        self._status.lines += lines
        store.commits += 1
        store.rows += lines
        self._cluster.sequence = self._after
        self._moving()

    def _moving(self) -> None:
        self._hub.slows = True
        self._tell(ready=True, why="lines are sent")

    async def _gather(self) -> None:
        if not self._stopping.is_set():
            await asyncio.sleep(GATHER_S)

    def _put_aside(self, begin: int, data: bytes) -> None:
        """Keep a block that no message can hold: of a journal that an earlier release wrote."""
        path = self._spool.directory / f"refused-{begin:020d}.ais"
        lines = lines_in(data)
        log.error(f"A block of {lines:,} lines is too long for a message, and was put aside",
                  file=str(path))  # fmt: skip
        try:
            with made(path) as file:
                file.write((self._header or self._spool.header) + data)
        except OSError as error:
            self._spool.dropped_lines += lines
            log.error(f"{path.name} cannot be written: {error.strerror}")  # noqa: TRY400

    # -- what is remembered --------------------------------------------------------------------

    @property
    def _file(self) -> Path:
        return self._spool.directory / SENT

    def _remember(self) -> None:
        """Go on where it was noted."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            words = json.loads(self._file.read_text())
            if words["journal"] == self._spool.id.hex():
                self._header = str(words["header"]).encode()
                self._position = int(words["position"])

    def _note(self) -> None:
        """Remember how far it was sent; should that fail, the stream knows."""
        self._noted_s = monotonic_s()
        words = {
            "journal": self._spool.id.hex(), "position": self._position,
            "header": self._header.decode(),
        }  # fmt: skip
        partial = self._file.with_name(f"{SENT}{PARTIAL}")
        with suppress(OSError), made(partial) as file:
            file.write(json.dumps(words).encode())
        with suppress(OSError):
            partial.replace(self._file)

    def _tell(self, *, ready: bool, why: str) -> None:
        store, cluster = self._status.store, self._cluster
        cluster.connected, cluster.why = ready, why
        if ready != store.ready or (store.commits == 0 and why != store.why):
            store.since = cluster.since = now_us()
            if ready:
                log.info("The broker is there: lines are sent", broker="up")
            else:
                message = f"The broker is away, what comes is kept on disk: {why}"
                log.warning(message, broker="down", directory=str(self._spool.directory))
        store.ready, store.why = ready, why
