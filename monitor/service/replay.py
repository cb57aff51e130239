"""Replays recorded logs.

A log is read piece by piece (``reading.py``), and pieces go through the stages of ``flow.py``. Each
batch is one transaction: fixes, identities, events, port calls, the engine's state and how far the
log was read.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from monitor.clock import monotonic_s
from monitor.decode.decoder import Decoder
from monitor.decode.forms import form_of
from monitor.decode.rows import RowDecoder
from monitor.engine.geofence import FenceSet
from monitor.engine.reorder import LATENESS_US
from monitor.errors import BusyError
from monitor.feed.logfile import PIECE_BYTES, LogFile
from monitor.feed.ordered import Ordered, is_sorted
from monitor.model import Event, Lines, PortCall
from monitor.service.flow import Flow, Pace, Ready
from monitor.service.handing import Handing
from monitor.service.heap import Heap, one_for_all
from monitor.service.logs import (
    LogOptions,
    Opened,
    by_begin,
    decoder_of,
    late_by,
    must_be_ordered,
    must_be_read,
    offset_of,
    open_log,
)
from monitor.service.reading import LONG_BYTES, Reading, Taken
from monitor.service.reviser import Reviser
from monitor.service.runner import Runner, faults, resumed
from monitor.service.spill import disk
from monitor.service.totals import Totals
from monitor.store.batch import Offset
from monitor.store.desk import Desk
from monitor.store.presence import AT_ONCE, count_days
from monitor.store.sql import query
from monitor.units import HOUR_US, NO_TIME, from_datetime

IN_ORDER = "in order"
"""Form of an offset that counts hours of ordered logs, not bytes."""

IN_TMPDIR = "name another folder in TMPDIR"
"""What to do where the disk is full that logs are put in order on."""

PACED_BYTES = 4096
"""Piece size in scaled time: some fifty lines, so that events come when they should."""


@dataclass(slots=True, kw_only=True)
class ReplayOptions(LogOptions):
    """How to replay."""

    speed: float | None = None  # times real time; None: as fast as it goes
    piece_bytes: int | None = None  # for tests: where batches are cut
    long_bytes: int | None = LONG_BYTES  # see Reading


@dataclass(slots=True)
class Replay:
    """One run over some logs. ``stop`` may be set from a signal handler."""

    options: ReplayOptions = field(default_factory=ReplayOptions)
    on_findings: Callable[[list[Event | PortCall]], None] = lambda _: None
    desk: Desk | None = None  # for a run that takes over from the watch it handed its logs to
    on_progress: Callable[[Totals, LogFile], None] = lambda _, __: None
    totals: Totals = field(default_factory=Totals)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _pace: Pace = field(init=False)
    _ended: list[Offset] = field(default_factory=list)  # logs read to their end
    _opened: list[Opened] = field(default_factory=list)
    _heap: Heap = field(default_factory=Heap)

    def __post_init__(self) -> None:
        """Pace all logs as one."""
        self._pace = Pace(self.options.speed, self.stop)

    async def run(self, logs: list[LogFile], runner: Runner) -> Totals:
        """Replay the logs one after the other."""
        try:
            with _bulk():
                return await self._run(logs, runner)
        finally:
            for log in logs:
                log.close()

    async def hand_over(
        self, logs: list[LogFile], fences: FenceSet, connection: Any, writer: str
    ) -> Totals:
        """Hand the logs to the process that writes; take what it left if it is gone by the end."""
        handing = await Handing.beside(fences, connection)
        totals = await self.run(logs, handing)
        try:
            runner = await Runner.open(fences, connection, relaxed=True, desk=self.desk)
        except BusyError:
            totals.notes.append(
                f"{writer} writes to this database: it was handed these reports, which count as"
                " late until it has taken them in, and tells what comes of them."
            )
            return totals
        if (newest := handing.pipeline.received) != NO_TIME:
            await _end_at(runner, newest)
        await self._revise(runner)
        return totals

    async def _run(self, logs: list[LogFile], runner: Runner) -> Totals:
        began = monotonic_s()
        with faults():  # heads are decoded, too
            opened = self.prepare(logs)
            side_by_side = must_be_ordered(opened)
            opened = opened if side_by_side else by_begin(opened)
        known = await runner.offsets()
        if side_by_side:
            took = await self._in_order(opened, known, runner)
        else:
            took = await self._one_by_one(opened, known, runner)
        if took and any(form_of(one.form).ENDS for one in opened) and not self.stop.is_set():
            await runner.recall_ending()
            outcome = runner.finish()
            ended = [replace(offset, finished=True) for offset in self._ended]
            await self._commit(Ready.of(outcome, runner.batch(outcome, ended)), runner)
        if not self.stop.is_set():
            await self._revise(runner)
        self.totals.damaged = [log.damage for log in logs if log.damage]
        self.totals.stopped = self.stop.is_set()
        self.totals.vessels = runner.pipeline.vessels
        self.totals.seconds = monotonic_s() - began
        return self.totals

    async def settle(self, fences: FenceSet, connection: Any) -> None:
        """Count the days, and take what others handed over meanwhile, who were told that we do."""
        if self.totals.stopped:
            return
        await count_days(connection, AT_ONCE, stopped=self.stop.is_set)
        newest = await connection.fetchval(query("newest_late"))
        if newest is not None and not self.stop.is_set():
            runner = await Runner.open(fences, connection, relaxed=True, desk=self.desk)
            if from_datetime(newest) >= runner.pipeline.passed:
                await _end_at(runner, from_datetime(newest))
            await self._revise(runner)
        self.totals.stopped = self.stop.is_set()

    async def _revise(self, runner: Runner) -> None:
        """Take ships again for which reports came late, until none is left."""
        reviser, totals = Reviser(runner), self.totals
        while reviser.waits and not self.stop.is_set():
            step = await reviser.step()
            if step is None:
                break
            totals.add(step)

    async def _one_by_one(self, opened: list[Opened], known: list[Offset], runner: Runner) -> bool:
        """Take logs one behind the other; True if the end of any is still to be told."""
        took = False
        for one in opened:
            log, form, _ = one
            await _begin([log], runner)
            offset = offset_of(log, form, known)
            decoder = decoder_of(one, self.options.start_at, self.totals.notes)
            if offset.byte_offset:
                anew = partial(self._anew, one, offset, runner.pipeline.newest)
                decoder = resumed(decoder, offset, anew)
                if decoder.clock.at == NO_TIME != self.options.start_at:
                    decoder.begin_at(self.options.start_at)  # it was not told when it was left
            before, already, finished = self.totals.lines, offset.lines, offset.finished
            reading = self._reading(one, decoder, offset, keeps=runner.writer is not None)
            try:
                await self._flow(log, iter(reading), runner)
            finally:
                reading.close()
            if reading.ended:
                self._ended.append(offset)
            new = self.totals.lines > before
            took |= new or not finished
            self._tell(log.name, already, new=new or (not finished and form_of(form).ENDS))
            if self.stop.is_set():
                break
        return took

    def _reading(self, one: Opened, decoder: Decoder, offset: Offset, *, keeps: bool) -> Reading:
        options, paced = self.options, self.options.speed is not None
        size = options.piece_bytes or (PACED_BYTES if paced else PIECE_BYTES)
        long = None if paced else options.long_bytes
        return Reading(one, decoder, offset, size=size, keeps=keeps, long_bytes=long)

    def _anew(self, one: Opened, offset: Offset, newest: int) -> Decoder:
        """A decoder that begins where a log was left; ``newest`` is when that was, us."""
        start = self.options.start_at
        start = start if start == NO_TIME else max(start, newest)
        decoder = one.decoder(start=start)
        decoder.begin_within(one.log.head, offset.lines + 1)
        return decoder

    async def _in_order(self, opened: list[Opened], known: list[Offset], runner: Runner) -> bool:
        """Take logs of one time, or not sorted, by time; True if their end is still to be told."""
        logs = [one.log for one in opened]
        await _begin(logs, runner)
        name = " + ".join(log.name for log in logs)
        digests = [offset_of(log, form, []).head_digest for log, form, _ in opened]
        digest = hashlib.sha256(b"".join(digests)).digest()
        sizes = json.dumps({"sizes": [log.sizes for log in logs]})
        offset = Offset(
            source=name, head_length=0, head_digest=digest, byte_offset=0, lines=0,
            input_format=IN_ORDER, decoder=sizes, finished=False,
        )  # fmt: skip
        for other in known:
            if (other.head_digest, other.input_format) == (digest, IN_ORDER):
                if other.decoder == sizes:
                    offset = replace(other)
                else:
                    self.totals.notes.append(f"{name}: more came since, all of it is taken again.")
        already, finished = offset.byte_offset, offset.finished
        if not finished:
            with (
                tempfile.TemporaryDirectory(prefix="monitor-") as folder,
                closing(Ordered(Path(folder))) as ordered,
            ):
                pieces = self._ordered_pieces(opened, ordered, offset, runner)
                await self._flow(logs[0], pieces, runner, named=False)
        lets_out = not finished and not self.stop.is_set()
        self._tell(name, already, new=offset.byte_offset > already or lets_out)
        return not finished

    def _ordered_pieces(
        self,
        opened: list[Opened],
        ordered: Ordered,
        offset: Offset,
        runner: Runner,
    ) -> Iterator[Taken]:
        """Decode all, then give out hour by hour; pieces that were taken before are passed over."""
        for one in opened:
            log, decoder = one.log, decoder_of(one, self.options.start_at, self.totals.notes)
            if isinstance(decoder, RowDecoder):
                decoder.in_order = is_sorted(*one)
            for data, last in log.pieces():
                reports = decoder.decode(Lines(data=data, source=log.name), final=last)
                must_be_read(log, decoder, reports, last=last)
                with disk(ordered.folder, IN_TMPDIR):
                    ordered.add(runner.pipeline.number_of(log.name), reports)
                if self.stop.is_set():
                    return
        with disk(ordered.folder, IN_TMPDIR):
            ordered.write()
        for count, piece in enumerate(ordered.pieces(), 1):
            if count > offset.byte_offset:
                offset.byte_offset, offset.lines = count, ordered.lines
                yield Taken(piece, replace(offset))
        self._ended.append(offset)

    def _tell(self, name: str, already: int, *, new: bool) -> None:
        if new and already:
            self.totals.resumed.append(name)
        elif already and not self.stop.is_set():
            self.totals.skipped.append(name)

    def lateness(self, logs: list[LogFile]) -> int:
        """How long to wait for late reports, us: as long as those of the logs' heads are late."""
        found = max(map(late_by, self.prepare(logs)), default=0)
        if found <= LATENESS_US:
            return LATENESS_US
        hours = found / HOUR_US
        self.totals.notes.append(
            f"Reports come up to {hours:.1f} h late: so long each is waited for (--lateness)."
        )
        return found

    def prepare(self, logs: list[LogFile]) -> list[Opened]:
        """Open all logs, each once, and name their forms: a bad one is told before any is taken."""
        known = {id(one.log): one for one in self._opened}
        self._opened = [known.get(id(log)) or open_log(log, self.options) for log in logs]
        return self._opened

    async def _flow(
        self, log: LogFile, pieces: Iterator[Taken], runner: Runner, *, named: bool = True
    ) -> None:
        """Decode, detect, make rows and store side by side, a piece behind one another."""

        async def commit(ready: Ready) -> None:
            await self._commit(ready, runner)
            self.on_progress(self.totals, log)

        flow = Flow(runner, log.name if named else None, self._pace, self.stop)
        await flow.run(pieces, commit)

    async def _commit(self, ready: Ready, runner: Runner) -> None:
        await runner.commit(ready.batch)
        self._heap.tidy()
        outcome, totals = ready.outcome, self.totals
        totals.lines += outcome.lines
        totals.reports += sum(outcome.kinds.values())
        totals.fixes += ready.fixes
        for (_, reason), count in outcome.refusals.items():
            totals.refusals[reason] += count
        for finding in outcome.findings:
            if isinstance(finding, Event):
                totals.kinds[finding.id] = finding.kind.value
        if outcome.findings:
            self.on_findings(outcome.findings)


async def _end_at(runner: Runner, newest: int) -> None:
    """Tell what others handed over up to then (us), and that it ends there."""
    await runner.know(runner.pipeline.sources)
    await runner.recall_due(newest)
    await runner.commit(runner.batch(runner.pipeline.advance(newest), []))
    await runner.recall_ending()
    await runner.commit(runner.batch(runner.finish(), []))


@contextmanager
def _bulk() -> Iterator[None]:
    """Tune the interpreter for three threads that move large arrays; put it back afterwards.

    The pipeline makes no reference cycles to speak of, so the collector need not look often; and
    the thread that feeds the socket must not wait 5 ms for its turn.
    """
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    one_for_all()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    sys.setswitchinterval(0.001)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.unfreeze()


async def _begin(logs: list[LogFile], runner: Runner) -> None:
    """Make the logs known as sources."""
    for log in logs:
        runner.pipeline.number_of(log.name)
    await runner.know(runner.pipeline.sources)
