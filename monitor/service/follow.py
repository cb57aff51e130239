"""Follows the journal into PostGIS: decode, detect, one transaction a batch.

Whatever goes wrong with the store, the way back is that of a restart: connect, put the engine where
the last commit left it, and read on from there. So there is but one way, and it is taken often.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import structlog

from monitor.clock import monotonic_s, now_us
from monitor.decode.decoder import Decoder
from monitor.decode.journal import JournalDecoder
from monitor.engine.detect.port.visit import Visits
from monitor.engine.geofence import FenceSet
from monitor.engine.outcome import Outcome
from monitor.errors import BatchRefusedError, FaultError, InputError, StoreError
from monitor.model import Event, Lines, PortCall, Refusal, Reports
from monitor.service.attending import Attending
from monitor.service.board import Board
from monitor.service.probe import Probe
from monitor.service.refused_block import kept_in, put_aside
from monitor.service.reviser import Reviser
from monitor.service.runner import Runner, faults, resumed
from monitor.service.source import Inlet
from monitor.service.status import Status, ports_of
from monitor.service.turns import Turns
from monitor.store.batch import Batch, Offset
from monitor.store.desk import Desk
from monitor.store.refused import Refused
from monitor.store.writer import Writer
from monitor.units import SECOND_US

SOURCE = "journal"
PIECE_BYTES = 2 << 20
"""Some 20,000 lines: enough for columns when there is a backlog."""

LEAST_BYTES = 1 << 14
"""What could not be committed in time is tried in smaller pieces, but not in smaller ones."""

COMMIT_EVERY_S = 0.02
CALM_S = 2.0
"""After so long without lines ships are taken again more often."""
"""Lines that come within this share a commit; it is much of the time from socket to row."""

NOTHING_S = 60.0
"""A watch in which nothing happens is noted in the store so often."""

STALLED_S, MIND_S = 8.0, 0.1
"""Lines that wait so long without a commit: the store is frozen. It is looked so often, and asked
for a second or two whether the connection is dead: so it is known within 10 s."""

LOOK_S = 5.0
"""What is heard at the ports is summed up so often."""

RETRY_S, RETRY_MAX_S = 0.5, 10.0
AWAY, BUSY = "The database is away", "The engine takes long"

log = structlog.get_logger()
Connect = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(slots=True)
class _Engine:
    """What a restart rebuilds."""

    runner: Runner
    reviser: Reviser
    decoder: Decoder
    position: int
    lines: int


class Follower:
    """The one that reads the journal."""

    def __init__(
        self,
        hub: Inlet,
        fences: FenceSet,
        connect: Connect,
        status: Status,
        on_findings: Callable[[list[Event | PortCall]], None] = lambda _: None,
        desk: Desk | None = None,
        board: Board | None = None,
        *,
        beside: Connect | None = None,
    ) -> None:
        """Read ``hub.spool``; ``connect`` gives a connection to the store.

        ``beside`` gives another one, while that is in use; None: as ``connect``.
        """
        self._hub = hub
        self._spool = hub.spool
        self._fences = fences
        self._connect = connect
        self._status = status
        self._on_findings = on_findings
        self._desk = desk
        self._board = board or Board()
        self._attending = Attending()
        self._takes_over = beside is not None  # from another process
        self._most = PIECE_BYTES
        self._skip_to = 0
        self._former: int | None = None  # the server's number of the last connection
        self._turns = Turns()
        self._looked_s = 0.0
        self._moved_s = monotonic_s()  # the last commit, or when nothing waited for one
        self._writer: Writer | None = None  # the present one
        self._probe, self._dead = Probe(beside or connect), False  # its connection was found dead
        self._stopping = asyncio.Event()
        self._lines_s = 0.0  # when some came last

    def stop(self) -> None:
        """Read to the end of the journal, then return."""
        self._stopping.set()

    async def run(self) -> None:
        """Follow the journal; the store may come and go."""
        pause = RETRY_S
        while True:
            commits = self._status.store.commits
            engine: _Engine | None = None
            try:
                async with self._connect() as connection:
                    engine = await self._begin(connection)
                    await self._follow(engine)
                    return
            except (BatchRefusedError, FaultError, InputError) as error:
                if engine is not None:
                    self._spool.release(self._spool.stored)
                    await self._refused(error)
                    continue
                self._tell(ready=False, why=str(error))  # no block was looked at
            except StoreError as error:
                self._tell(ready=False, why=str(error))
                if engine is not None:  # was it too much for the time there is?
                    self._most = max(LEAST_BYTES, self._most // 8)
            self._hub.slows = False
            self._spool.release(self._spool.stored)  # what was read is read again
            await self._hub.make_room()
            if self._stopping.is_set():
                return
            if self._dead:
                self._dead = False
                continue
            pause = RETRY_S if self._status.store.commits > commits else min(2 * pause, RETRY_MAX_S)
            await self._sleep(pause)

    async def mind(self) -> None:
        """Say so when nothing is committed though lines wait, until cancelled."""
        while True:
            await asyncio.sleep(MIND_S)
            age = monotonic_s() - self._moved_s
            if self._status.store.ready and age > STALLED_S:
                why = f"lines wait, and nothing was committed for {age:.0f} s."
                asked = self._writer is None or self._writer.one.since_s is not None
                self._tell(ready=False, why=why, what=AWAY if asked else BUSY)
                self._hub.slows = False
                await self._hub.make_room()
            writer = self._writer
            if writer is not None and await self._probe.is_dead(writer):
                self._dead = True
                writer.connection.terminate()

    def _moving(self) -> None:
        """Batches are committed, or nothing waits for that."""
        self._moved_s = monotonic_s()
        self._tell(ready=True, why="batches are committed")
        self._hub.slows = True

    async def _sleep(self, pause: float) -> None:
        try:
            async with asyncio.timeout(pause):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _begin(self, connection: Any) -> _Engine:
        """Put the engine where the last commit left it."""
        runner = await Runner.open(self._fences, connection, former=self._former, desk=self._desk)
        self._writer = runner.writer
        self._former = None if runner.writer is None else runner.writer.number
        decoder: Decoder = JournalDecoder()
        position = lines = 0
        kept: dict[str, Any] = {}
        for offset in await runner.offsets():
            if offset.head_digest == self._spool.id:
                position, lines, kept = offset.byte_offset, offset.lines, kept_in(offset)
                self._spool.begin(position, kept)
                decoder = resumed(decoder, offset, self._new_decoder)
        if not kept:
            self._spool.begin(position, kept)
        position = max(position, self._skip_to)
        self._spool.release(position)
        self._moving()
        return _Engine(runner, Reviser(runner), decoder, position, lines)

    def _new_decoder(self) -> Decoder:
        """A decoder that begins within the journal: it is told of the feeds there are now."""
        decoder = JournalDecoder()
        decoder.begin_within(self._spool.header, 1)
        return decoder

    async def _follow(self, engine: _Engine) -> None:
        loop = asyncio.get_running_loop()
        committed, committed_s = engine.position, 0.0
        while True:
            data, after = await loop.run_in_executor(
                None, self._spool.read, engine.position, self._most
            )
            lines_first = self._takes_over and not committed_s  # it is waited for
            if not data and not self._stopping.is_set():
                self._moving()
                await self._attending.look(engine.runner.writer, None)
                if lines_first and await self._hub.wait(1.0):
                    continue
                if not await self._revise(engine):
                    await self._hub.wait(1.0)
                continue
            if not data:
                if committed != engine.position:
                    pipeline = engine.runner.pipeline
                    nothing = pipeline.advance(pipeline.newest)
                    await self._commit(engine, nothing, None)
                return
            if not lines_first:
                await self._revise(engine)
            began_s = monotonic_s()
            reports = await loop.run_in_executor(None, self._decode, engine, data)
            await engine.runner.recall(engine.runner.pipeline.absent(reports))
            outcome = await loop.run_in_executor(None, self._take, engine, reports)
            clock = reports.clock
            self._lines_s = began_s if outcome.lines else self._lines_s
            idle = not (outcome.lines or outcome.findings or outcome.refusals or len(outcome.fixes))
            engine.position = after
            looking = self._most < PIECE_BYTES  # for a block that is refused: see ``_refused``
            if idle and not looking and began_s - committed_s < NOTHING_S:
                self._moving()
                continue
            await self._commit(engine, outcome, clock)
            known_to = min(engine.runner.pipeline.newest, now_us())
            await self._attending.look(engine.runner.writer, known_to)
            committed, committed_s = engine.position, monotonic_s()
            if self._spool.waiting_bytes < PIECE_BYTES and not self._stopping.is_set():
                await self._sleep(max(0.0, began_s + COMMIT_EVERY_S - committed_s))

    async def _revise(self, engine: _Engine) -> bool:
        """Take ships again for which reports came late, a share of the time; True if some were."""
        calm = monotonic_s() - self._lines_s > CALM_S
        step = await self._turns.step(engine.runner, engine.reviser, calm=calm)
        if step is None:
            return False
        self._moving()
        self._status.store.note_revised(step.ships, step.reports)
        findings = [change.finding for change in step.changes]
        if findings:
            log.info(step.words)
            self._on_findings(findings)
        return True

    async def _commit(self, engine: _Engine, outcome: Outcome, clock: Any) -> None:
        await engine.runner.know(engine.runner.pipeline.sources)
        batch = await asyncio.get_running_loop().run_in_executor(None, self._batch, engine, outcome)
        await self._hub.secure(engine.position)
        refused = await engine.runner.commit(batch)
        self._most = min(2 * self._most, PIECE_BYTES)
        self._moving()
        self._spool.release(engine.position)
        self._note(engine, outcome, clock, refused)
        await self._hub.make_room()

    def _decode(self, engine: _Engine, data: bytes) -> Reports:
        with faults():
            reports = engine.decoder.decode(Lines(data=data, source=SOURCE))
        engine.lines += reports.lines
        return reports

    def _take(self, engine: _Engine, reports: Reports) -> Outcome:
        for name, slow_us in reports.slow_us.items():
            if name in self._status.feeds:
                self._status.feeds[name].slow_s = slow_us / SECOND_US
        outcome = engine.runner.take(None, reports)
        if monotonic_s() - self._looked_s >= LOOK_S:
            self._looked_s = monotonic_s()
            self._status.ports = ports_of(engine.runner.pipeline)
        return outcome

    def _batch(self, engine: _Engine, outcome: Outcome) -> Batch | None:
        offset = Offset(
            source=SOURCE, head_length=0, head_digest=self._spool.id,
            byte_offset=engine.position, lines=engine.lines, input_format=JournalDecoder.NAME,
            decoder=json.dumps({**engine.decoder.state(), **self._spool.kept(engine.position)}),
            finished=False,
        )  # fmt: skip
        batch = engine.runner.batch(outcome, [offset])
        engine.runner.let_go()
        return batch

    def _note(self, engine: _Engine, outcome: Outcome, clock: Any, refused: list[Refused]) -> None:
        """Count what was committed, and tell what was found."""
        status, store, pipeline = self._status, self._status.store, engine.runner.pipeline
        store.commits += 1
        lost = sum(row.relation == "position" for row in refused)
        store.rows += max(0, len(outcome.fixes) - lost)
        store.refused += len(refused)
        if refused:
            store.refused_why = refused[-1].reason
        status.lines += outcome.lines
        if outcome.lines:
            store.note_lag(clock[: outcome.lines], self._hub.clock.now())
            store.committed_to = int(clock[-1])
        self._board.note(outcome.fixes)
        status.kinds.update(outcome.kinds)
        for (source, reason), count in outcome.refusals.items():
            status.refusals[source, reason] += count
            if source in status.feeds and reason == Refusal.LATE:
                status.feeds[source].late += count
            if source in status.feeds and reason in BAD:
                status.feeds[source].refused[reason] += count
        status.vessels = pipeline.vessels
        status.visits = pipeline.detection.watched_by(Visits.NAME)
        status.deadlines = pipeline.detection.waiting
        status.next_deadline_at = pipeline.remembered.next_deadline_at
        status.waiting_reports = pipeline.waiting
        untold = {row.finding for row in refused}
        findings = [finding for finding in outcome.findings if finding.id not in untold]
        if findings:
            for finding in findings:
                if isinstance(finding, Event):
                    status.events[finding.kind.value] += 1
            self._on_findings(findings)

    async def _refused(self, error: BatchRefusedError | FaultError | InputError) -> None:
        """The store, or the program itself, will never take this batch: find the block, and go on.

        The rest of the batch is taken in smaller pieces, each with a commit of its own; so the one
        that is refused in the end begins where all is stored. The block is put aside.
        """
        if self._most > 1:
            self._most = max(1, self._most // 8)
            return
        store = self._status.store
        log.error(
            "A block was put aside, the rest goes on", reason=str(error), exc_info=error.__cause__
        )
        store.why = str(error)
        loop = asyncio.get_running_loop()
        self._skip_to, why = await loop.run_in_executor(None, put_aside, self._spool)
        if why is not None:
            log.error(f"The block that was to be put aside is lost: {why}.")

    def _tell(self, *, ready: bool, why: str, what: str = AWAY) -> None:
        store = self._status.store
        if ready != store.ready or (store.commits == 0 and why != store.why):
            store.since = now_us()
            if ready:
                log.info("The database is there: batches are committed", store="up")
            else:
                message = f"{what}, what comes is kept {self._spool.keeps}: {why}"
                log.warning(message, store="down", directory=str(self._spool.directory))
        store.ready, store.why = ready, why


BAD = frozenset({"garbled", "bad_checksum", "undecodable", "empty_payload", "clock_nonsense"})
"""Refusals that speak against a feed, not against what vessels send."""
