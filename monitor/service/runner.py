"""Opens the engine on a store, restores it, takes reports, makes batches and commits them.

A replay, the live watch, the demo and the tests all run the engine through this, so that there is
one way for a report to become a committed event, and one way back after a restart.
"""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from monitor.clock import monotonic_s, now_us
from monitor.decode.decoder import Decoder
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.engine.pipeline import Pipeline
from monitor.engine.reorder import LATENESS_US
from monitor.errors import FaultError, InputError, MonitorError
from monitor.model import Reports
from monitor.store import areas
from monitor.store.batch import Batch, Offset, make_batch, put_positions
from monitor.store.desk import Desk
from monitor.store.refused import Refused
from monitor.store.writer import Writer
from monitor.units import DAY_US

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError, InputError)
"""What decoders raise on a state that is none of theirs; the last, on a form not known here."""

TOO_LONG_AGO = (
    "An area is in force since so long ago that who was there meanwhile was not looked for: run"
    " `monitor redetect` to have it told."
)

SAY_S = 60.0
"""Rows may be refused with each batch: it is said once a minute."""

log = structlog.get_logger()


class Runner:
    """The engine, and the store that it lives in; without a writer nothing is stored."""

    def __init__(self, pipeline: Pipeline, writer: Writer | None = None) -> None:
        """Use ``open``."""
        self.pipeline = pipeline
        self.writer = writer
        self.areas_as_of = (0, 0)  # see ``take_up_areas``
        self.packs = False  # whether positions are packed as they come
        self.late = 1  # notes of ships to be taken again: some may be left from before
        self._numbers: Mapping[str, int] = {}
        self._said_s, self._unsaid = -SAY_S, 0  # of rows that were refused
        self._made = self._stored = 0  # batches
        self._news = asyncio.Event()  # one more is stored

    @classmethod
    async def open(
        cls,
        fences: FenceSet,
        connection: Any | None,
        *,
        lateness_us: int = LATENESS_US,
        relaxed: bool = False,
        former: int | None = None,
        desk: Desk | None = None,
    ) -> Runner:
        """Put the engine where the last commit left it; a connection of None: a dry run.

        ``relaxed``: a commit need not outlive a power failure, for the input can be read again, and
        positions are packed as they come.
        ``former``: see Writer. ``desk`` None: no alerts are raised. What of the kept state cannot
        be used is begun anew, and said in the log. StoreError if another process writes to this
        database.
        """
        if connection is None:
            return cls(Pipeline(fences, lateness_us=lateness_us))
        writer = await Writer.open(connection, relaxed=relaxed, former=former)
        areas_as_of = await areas.as_of(connection)
        if not await areas.take_up(connection):
            log.warning(TOO_LONG_AGO)
        pipeline = Pipeline(await areas.drawn(connection, fences), lateness_us=lateness_us)
        for note in await writer.restore(pipeline, until=now_us() + DAY_US):
            log.warning(note, restored="in part")
        await writer.save_fences(fences)
        writer.desk = desk
        runner = cls(pipeline, writer)
        runner.areas_as_of, runner.packs = areas_as_of, relaxed
        return runner

    async def take_up_areas(self) -> None:
        """Know areas that were drawn or removed since; nothing may be taken meanwhile.

        Ships that were told of without them are noted, to be taken again.
        """
        writer = self.writer
        if writer is None:
            return
        async with asyncio.timeout(writer.batch_s), writer.one:
            as_of = await areas.as_of(writer.connection)
            if as_of == self.areas_as_of:
                return
            if not await areas.take_up(writer.connection):
                log.warning(TOO_LONG_AGO)
            self.pipeline.redraw(await areas.drawn(writer.connection, self.pipeline.fences))
        self.areas_as_of = as_of
        self.late += 1
        standing = sum(area.until is None for area in self.pipeline.fences.areas)
        log.info(f"Areas were drawn or removed: {standing:,} stand now", areas=standing)

    async def offsets(self) -> list[Offset]:
        """How far each log was taken; a dry run knows of none."""
        return [] if self.writer is None else await self.writer.offsets()

    async def know(self, sources: Iterable[str]) -> None:
        """Give sources their numbers in the store: all that a batch names must be known to it."""
        new = [source for source in sources if source not in self._numbers]
        if new and self.writer is not None:
            self._numbers = dict(await self.writer.numbers(new))

    async def recall(self, ships: Iterable[int]) -> None:
        """Have these ships in memory: those that were let go are read, once all is stored."""
        absent = self.pipeline.remembered.absent(ships)
        if self.writer is None or not absent:
            return
        while self._stored < self._made:
            self._news.clear()
            await self._news.wait()
        for note in await self.writer.recall(self.pipeline, absent):
            log.warning(note, restored="in part")

    async def recall_due(self, until: int) -> None:
        """Have those in memory that have deadlines before an instant, us: it is passed next."""
        await self.recall(self.pipeline.remembered.due(until))

    async def recall_ending(self) -> None:
        """Have those in memory that the end of the input decides on."""
        if self.writer is not None and self.pipeline.remembered.partial:
            await self.recall(await self.writer.odd_ships())
            await self.recall_due(self.pipeline.ends_at)

    def let_go(self) -> None:
        """Let go of ships that nobody misses, right after ``batch``: they are recalled in time.

        Only whoever recalls the ships of all reports before they are taken may do so.
        """
        if self.writer is None or self.writer.beside:
            return
        if gone := self.pipeline.let_go():
            self.writer.claims.let_go(gone)

    def take(self, source: str | None, reports: Reports, *, owned: bool = False) -> Outcome:
        """Take the reports of a batch: see Pipeline. FaultError if we fail on it."""
        with faults():
            return self.pipeline.take(source, reports, owned=owned)

    def finish(self) -> Outcome:
        """The input has ended: let out what waits."""
        with faults():
            return self.pipeline.finish()

    def batch(self, outcome: Outcome, offsets: list[Offset]) -> Batch | None:
        """All that must be stored of an outcome, or of several, and how far the input was taken."""
        batch = self.begin_batch(outcome, offsets)
        self.end_batch(batch, outcome)
        return batch

    def begin_batch(self, outcome: Outcome, offsets: list[Offset]) -> Batch | None:
        """The same, but for the positions: right after they were taken, before anything else is."""
        with faults():
            snapshot = self.pipeline.snapshot()  # in a dry run, too: changes must not pile up
            if self.writer is None:
                return None
            batch = make_batch(outcome, snapshot, offsets, self._numbers, self.writer.claims)
            self._made += 1
            self.late += len(outcome.late) + len(batch.again) + len(batch.rewritten)
            return batch

    def end_batch(self, batch: Batch | None, outcome: Outcome) -> None:
        """Put the positions into it; that may be done while others are taken."""
        if batch is not None:
            with faults():
                put_positions(batch, outcome, self._numbers, self.pipeline.fences, packs=self.packs)

    def numbers(self) -> list[int]:
        """Numbers of the pipeline's sources in the store; all of them must be known to it."""
        return [self._numbers[name] for name in self.pipeline.sources]

    async def commit(self, batch: Batch | None) -> list[Refused]:
        """Store a batch, all of it or none; BatchRefusedError if that can never be.

        Single rows that the store refuses are left out, kept apart, said, and returned.
        """
        if self.writer is None or batch is None:
            return []
        refused = await self.writer.write(batch)
        self.note_stored()
        self._unsaid += len(refused)
        now = monotonic_s()
        if refused and now - self._said_s >= SAY_S:
            last, count = refused[-1], self._unsaid
            rows = "1 row" if count == 1 else f"{count:,} rows"
            message = (
                f"The database refused {rows} and stored the rest; see its table refused_row."
                f" The last was for {last.relation}: {last.reason}."
            )
            log.error(message, refused=count, relation=last.relation)
            self._said_s, self._unsaid = now, 0
        return refused

    def note_stored(self) -> None:
        """A batch is stored."""
        self._stored += 1
        self._news.set()


def resumed(decoder: Decoder, offset: Offset, anew: Callable[[], Decoder]) -> Decoder:
    """The decoder as it was when the log was left; if that cannot be read, one that begins there.

    What waited in it (parts of messages, a clock) is then lost, which is said in the log.
    """
    try:
        decoder.restore(json.loads(offset.decoder))
    except UNREADABLE as error:
        reason = f"{type(error).__name__}: {error}".rstrip(".")
        log.warning(
            f"The kept state of the decoder of {offset.source} cannot be used, it begins anew"
            f" where it stood: {reason}.",
            source=offset.source, restored="in part",
        )  # fmt: skip
        return anew()
    return decoder


@contextmanager
def faults() -> Iterator[None]:
    """What we fail on is our fault, not the input's and not the database's: FaultError."""
    try:
        yield
    except MonitorError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        message = (
            f"The program failed on what it was given, which is a fault of ours:"
            f" {type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}."
        )
        raise FaultError(message) from error
