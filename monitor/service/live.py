"""The live watch: feeds, their supervisors, the hub, the follower and the housekeeping, as tasks.

Stopping goes with the stream: feeds are closed, what they brought is put on disk, the follower
stores what it can within DRAIN_S, and the rest stays on disk for the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import structlog

from monitor.clock import ReceptionClock, monotonic_s, now_us
from monitor.engine.geofence import FenceSet
from monitor.errors import StoreError
from monitor.feed.kind import AnyFeed
from monitor.journal.blocks import header
from monitor.journal.spool import Spool
from monitor.model import Event, PortCall
from monitor.service.beside import unwrapped
from monitor.service.board import Board
from monitor.service.follow import Connect, Follower
from monitor.service.heap import Heap
from monitor.service.hub import MOST_BYTES, Hub
from monitor.service.status import FeedStatus, SpoolStatus, Status, StoreStatus
from monitor.service.supervisor import Supervisor
from monitor.store.database import in_words, reason_of
from monitor.store.desk import Desk
from monitor.store.packing import pack_days
from monitor.store.presence import count_days
from monitor.store.prune import prune

DRAIN_S = 5.0
"""How long a stop may go on storing; with the feeds' own time it stays under 10 s."""

TIDY_S = 5.0
SYNC_S = 1.0
ROTATE_S = 3600.0
PRUNE_S, PRUNE_AGAIN_S = 86_400.0, 600.0
COUNT_S = 900.0
CLOCK_TELL_S = 5.0

log = structlog.get_logger()
Companion = Callable[["Live"], Coroutine[Any, Any, None]]


class Taker(Protocol):
    """Takes what the hub puts into the journal."""

    async def run(self) -> None:
        """Take it, for ever."""

    def stop(self) -> None:
        """Take what there is, then return."""


@dataclass(slots=True, kw_only=True)
class LiveOptions:
    """What a watch is told."""

    spool: Path
    spool_bytes: int
    record: Path | None = None  # keep the journal, there
    lateness_s: float | None = None  # None: the longest of the feeds'
    keep_positions_days: int | None = None  # None: for ever
    on_findings: Callable[[list[Event | PortCall]], None] = field(default=lambda _: None)
    desk: Desk | None = None  # None: no alerts are raised
    block_bytes: int = MOST_BYTES  # of the journal's blocks, lines of one feed


class Live:
    """One watch. ``stop`` may be set from a signal handler."""

    def __init__(
        self, feeds: list[AnyFeed], fences: FenceSet, connect: Connect, options: LiveOptions
    ) -> None:
        """Nothing is opened before ``run``."""
        self.feeds = feeds
        self.fences = fences
        self.stop = asyncio.Event()
        self.board = Board()
        self._connect = connect
        self._options = options
        self.spool = Spool(
            options.record or options.spool, limit_bytes=options.spool_bytes,
            recorded=options.record is not None,
        )  # fmt: skip
        now = now_us()
        self.status = Status(
            started_at=now,
            store=StoreStatus(since=now),
            spool=SpoolStatus(
                directory=str(self.spool.directory), recorded=self.spool.recorded,
                limit_bytes=options.spool_bytes,
            ),
        )  # fmt: skip
        for feed in feeds:
            self.status.feeds[feed.config.name] = FeedStatus(
                name=feed.config.name, kind=feed.KIND, where=feed.where, since=now
            )

    @property
    def lateness_s(self) -> float:
        """How late reports may come: the longest that a feed needs, unless it is set."""
        if self._options.lateness_s is not None:
            return self._options.lateness_s
        return max((feed.config.lateness_s for feed in self.feeds), default=0.0)

    @property
    def buffered_bytes(self) -> int:
        """What waits for the disk."""
        return self.hub.waiting_bytes

    def _taker(self) -> Taker:
        """Who takes from the journal."""
        return Follower(
            self.hub, self.fences, self._connect, self.status, self._options.on_findings,
            self._options.desk, self.board,
        )  # fmt: skip

    def _beside(self, taker: Taker) -> dict[str, Coroutine[Any, Any, None]]:
        """What else is done, by name."""
        assert isinstance(taker, Follower)  # noqa: S101 - see ``_taker``
        return {
            "housekeeping": self._keep_house(), "prune": self._prune(),
            "count days": self._count_days(), "mind": taker.mind(),
        }  # fmt: skip

    def while_leading(self, companion: Companion) -> Companion:
        """A companion that works only while this process leads: alone it always does."""
        return companion

    async def run(self, *companions: Companion) -> None:
        """Watch until ``stop`` is set; companions (a server …) run beside and are cancelled."""
        self.spool.open()
        forms = {feed.config.name: feed.form for feed in self.feeds}
        self.spool.header = header(forms, lateness_s=self.lateness_s, journal=self.spool.id.hex())
        self.clock = ReceptionClock(after=self.spool.last_stamp)
        if self.clock.ahead_us > CLOCK_TELL_S * 1e6:
            ahead = self.clock.ahead_us / 1e6
            message = f"The clock is {ahead:.0f} s behind what was stamped before: was it set back?"
            log.warning(message, ahead_s=round(ahead))
        self.hub = Hub(self.spool, self.clock, forms.keys(), most_bytes=self._options.block_bytes)
        follower = self._taker()
        began = monotonic_s()
        try:
            with unwrapped():
                async with asyncio.TaskGroup() as tasks:
                    merging = tasks.create_task(self.hub.run(), name="hub")
                    following = tasks.create_task(follower.run(), name="follow")
                    beside = [
                        tasks.create_task(companion(self), name=f"companion {number}")
                        for number, companion in enumerate(companions)
                    ]
                    beside += [
                        tasks.create_task(work, name=name)
                        for name, work in self._beside(follower).items()
                    ]
                    beside.append(tasks.create_task(self._sync(), name="sync"))
                    watched = [
                        tasks.create_task(
                            Supervisor(feed, self.hub, self.status.feeds[feed.config.name]).run(),
                            name=f"supervise {feed.config.name}",
                        )
                        for feed in self.feeds
                    ]
                    await self.stop.wait()
                    began = monotonic_s()
                    log.info("Stopping: feeds are closed, what they brought is stored")
                    for task in watched:
                        task.cancel()
                    await asyncio.wait(watched) if watched else None
                    self.hub.close()
                    await merging
                    follower.stop()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(DRAIN_S):
                            await asyncio.shield(following)
                    following.cancel()
                    for task in beside:
                        task.cancel()
        finally:
            self.spool.last_stamp = self.clock.now()
            await asyncio.get_running_loop().run_in_executor(None, self.spool.close)
            self.note_spool()
            left = self.spool.waiting_bytes
        seconds = monotonic_s() - began
        rest = "" if not left else f"; {left:,} bytes wait on disk for the next start"
        log.info(f"Stopped after {seconds:.1f} s{rest}", left_bytes=left)

    async def _keep_house(self) -> None:
        loop = asyncio.get_running_loop()
        rotated_s, heap = monotonic_s(), Heap()
        trouble: str | None = None
        while True:
            await asyncio.sleep(TIDY_S)
            if self.spool.recorded and monotonic_s() - rotated_s >= ROTATE_S:
                self.spool.rotate()
                rotated_s = monotonic_s()
            await loop.run_in_executor(None, self.spool.tidy)
            await loop.run_in_executor(None, heap.tidy)
            self.note_spool()
            if self.spool.trouble != trouble:
                trouble = self.spool.trouble
                if trouble is None:
                    log.info("The journal is written again", **self._losses())
                else:
                    log.error(f"Disk: {trouble}; the newest waits in memory", **self._losses())

    async def _sync(self) -> None:
        """Have the disk keep what came: it takes a second at most, store or none."""
        while True:
            await asyncio.sleep(SYNC_S)
            await self.hub.synced()

    async def _prune(self) -> None:
        """Drop old positions, daily, if that is asked for."""
        days = self._options.keep_positions_days
        while days is not None:
            try:
                async with self._connect() as connection:
                    months = await prune(connection, days)
            except StoreError as error:
                log.warning(f"Old positions are not dropped: {error}")
                await asyncio.sleep(PRUNE_AGAIN_S)
                continue
            for month in months:
                log.info(
                    f"Positions of {month.since:%Y-%m}: {month.state.value}", fixes=month.fixes,
                    kept_fixes=month.kept_fixes,
                )  # fmt: skip
            await asyncio.sleep(PRUNE_S)

    async def _count_days(self) -> None:
        """Count and pack days of positions that have been quiet: see ``presence``, ``packing``."""
        while True:
            with suppress(StoreError):  # the store is away, which others tell
                async with self._connect() as connection:
                    await count_days(connection)
                    await self._pack_days(connection)
            await asyncio.sleep(COUNT_S)

    async def _pack_days(self, connection: Any) -> None:
        def failed(day: date, error: Exception) -> None:
            log.warning(f"Positions of {day} are not packed: {reason_of(error)}.")

        try:
            async with in_words(connection):
                async for day in pack_days(connection, failed=failed):
                    log.info(f"Positions of {day.day} are packed", fixes=day.fixes)
        except StoreError as error:
            log.warning(f"Positions are not packed: {error}")

    def note_spool(self) -> None:
        """Bring the spool's status up to date."""
        told, spool = self.status.spool, self.spool
        if spool.dropped_lines > told.dropped_lines:
            new = spool.dropped_lines - told.dropped_lines
            log.error(f"{new:,} lines were dropped unread, the oldest first: no room on disk",
                      dropped_lines=spool.dropped_lines)  # fmt: skip
        for loss in spool.losses.told():
            log.error(loss.words, lost_lines=loss.lines, lost_bytes=loss.passed_bytes,
                      file=loss.file)  # fmt: skip
        told.lost_lines, told.lost_bytes = spool.losses.lines, spool.losses.bytes
        told.waiting_bytes, told.trouble = spool.waiting_bytes, spool.trouble
        told.dropped_lines, told.unrecorded_lines = spool.dropped_lines, spool.unrecorded_lines

    def _losses(self) -> dict[str, int]:
        return {
            "dropped_lines": self.spool.dropped_lines,
            "unrecorded_lines": self.spool.unrecorded_lines,
        }
