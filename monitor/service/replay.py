"""Replays recorded logs.

A log is read piece by piece. Decoding a piece, detecting on the one before and sending the one
before that to PostGIS go on side by side (a thread each; numpy lets them overlap). Each batch is
one transaction: fixes, identities, events, port calls, the engine's state and how far the log was
read.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from monitor.clock import monotonic_s
from monitor.decode.decoder import Decoder
from monitor.decode.forms import form_of, make_decoder, recognise
from monitor.decode.rows import RowDecoder
from monitor.engine.pipeline import Outcome, Pipeline
from monitor.errors import InputError, MonitorError
from monitor.feed.logfile import HEAD_BYTES, PIECE_BYTES, LogFile
from monitor.feed.ordered import SIDE_BY_SIDE_US, Ordered, first_stamp, is_sorted
from monitor.model import Event, Lines, PortCall, Reports
from monitor.store.batch import Batch, Offset, make_batch
from monitor.store.claims import Claims
from monitor.store.writer import Writer
from monitor.units import NO_TIME, SECOND_US

IN_ORDER = "in order"
"""Form of an offset that counts hours of ordered logs, not bytes."""

PACED_BYTES = 4096
"""Piece size in scaled time: some fifty lines, so that events come when they should."""


@dataclass(slots=True)
class Totals:
    """What a replay did, for its closing words."""

    lines: int = 0
    reports: int = 0
    fixes: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    vessels: int = 0
    kinds: dict[str, str] = field(default_factory=dict)  # event id -> kind
    seconds: float = 0.0
    skipped: list[str] = field(default_factory=list)  # logs that held nothing new
    resumed: list[str] = field(default_factory=list)  # logs that went on where they stopped
    stopped: bool = False  # by the user, before the end

    @property
    def events(self) -> Counter[str]:
        """Events by kind; changes of their state are not counted again."""
        return Counter(self.kinds.values())


@dataclass(slots=True, kw_only=True)
class ReplayOptions:
    """How to replay."""

    input_format: str | None = None
    start_at: int = NO_TIME  # us; dates lines that nothing dates
    speed: float | None = None  # times real time; None: as fast as it goes
    piece_bytes: int | None = None  # for tests: where batches are cut


@dataclass(slots=True)
class _Decoded:
    reports: Reports
    offset: Offset  # behind these reports


@dataclass(slots=True)
class _Ready:
    outcome: Outcome
    batch: Batch | None


@dataclass(slots=True)
class Replay:
    """One run over some logs. ``stop`` may be set from a signal handler."""

    pipeline: Pipeline
    options: ReplayOptions
    on_findings: Callable[[list[Event | PortCall]], None] = lambda _: None
    on_progress: Callable[[Totals, LogFile], None] = lambda _, __: None
    totals: Totals = field(default_factory=Totals)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: Mapping[str, int] = field(default_factory=dict)
    _claims: Claims = field(default_factory=Claims)
    _decoding: Executor = field(default_factory=partial(ThreadPoolExecutor, 1, "decode"))
    _detecting: Executor = field(default_factory=partial(ThreadPoolExecutor, 1, "detect"))
    _ended: list[Offset] = field(default_factory=list)  # logs read to their end
    _paced_from: tuple[float, int] | None = None

    async def run(self, logs: list[LogFile], writer: Writer | None) -> Totals:
        """Replay the logs one after the other; with no writer nothing is stored."""
        try:
            with _bulk():
                return await self._run(logs, writer)
        finally:
            for log in logs:
                log.close()

    async def _run(self, logs: list[LogFile], writer: Writer | None) -> Totals:
        began = monotonic_s()
        opened = list(zip(logs, self.prepare(logs), strict=True))
        known = await writer.offsets() if writer is not None else []
        forms = [form for _, form in opened]
        if self._must_be_ordered(opened):
            took = await self._in_order(logs, forms, known, writer)
        else:
            took = await self._one_by_one(self._by_begin(opened), known, writer)
        ends = any(form_of(form).ENDS for form in forms)
        if took and ends and not self.stop.is_set():
            outcome = self.pipeline.finish()
            batch = None
            if writer is not None:
                ended = [replace(offset, finished=True) for offset in self._ended]
                batch = self._batch(outcome, ended)
            await self._commit(batch, outcome, writer)
        self.totals.stopped = self.stop.is_set()
        self.totals.vessels = len(self.pipeline.tracker.index)
        self.totals.seconds = monotonic_s() - began
        return self.totals

    async def _one_by_one(
        self, opened: list[tuple[LogFile, str]], known: list[Offset], writer: Writer | None
    ) -> bool:
        """Take logs one behind the other; True if the end of any is still to be told."""
        took = False
        for log, form in opened:
            await self._begin([log], writer)
            decoder = make_decoder(form_of(form), start=self.options.start_at)
            offset = _offset_of(log, form, known)
            if offset.byte_offset:
                decoder.restore(json.loads(offset.decoder))
            before, already, finished = self.totals.lines, offset.lines, offset.finished
            source = partial(self._pieces_of, log, decoder, offset, store=writer is not None)
            await self._flow(log, source(), writer)
            new = self.totals.lines > before
            self._tell(log.name, already, new=new)
            took |= new or not finished
            if self.stop.is_set():
                break
        return took

    async def _in_order(
        self, logs: list[LogFile], forms: list[str], known: list[Offset], writer: Writer | None
    ) -> bool:
        """Take logs of one time, or not sorted, by time; True if their end is still to be told."""
        await self._begin(logs, writer)
        name = " + ".join(log.name for log in logs)
        digests = [
            _offset_of(log, form, []).head_digest for log, form in zip(logs, forms, strict=True)
        ]
        digest = hashlib.sha256(b"".join(digests)).digest()
        offset = Offset(
            source=name, head_length=0, head_digest=digest, byte_offset=0, lines=0,
            input_format=IN_ORDER, decoder="{}", finished=False,
        )  # fmt: skip
        for other in known:
            if (other.head_digest, other.input_format) == (digest, IN_ORDER):
                offset = replace(other)
        already, finished = offset.byte_offset, offset.finished
        if not finished:
            with tempfile.TemporaryDirectory(prefix="monitor-") as folder:
                pieces = self._ordered_pieces(logs, forms, Path(folder), offset)
                await self._flow(logs[0], pieces, writer, named=False)
        self._tell(name, already, new=offset.byte_offset > already)
        return not finished

    def _ordered_pieces(
        self, logs: list[LogFile], forms: list[str], folder: Path, offset: Offset
    ) -> Iterator[_Decoded]:
        """Decode all, then give out hour by hour; pieces that were taken before are passed over."""
        ordered = Ordered(folder)
        for log, form in zip(logs, forms, strict=True):
            decoder = make_decoder(form_of(form), start=self.options.start_at)
            if isinstance(decoder, RowDecoder):
                decoder.in_order = False
            for data, last in log.pieces():
                reports = decoder.decode(Lines(data=data, source=log.name), final=last)
                _must_be_dated(log, decoder, reports, last=last)
                ordered.add(self.pipeline.number_of(log.name), reports)
                if self.stop.is_set():
                    return
        for count, piece in enumerate(ordered.pieces(), 1):
            if count > offset.byte_offset:
                offset.byte_offset, offset.lines = count, ordered.lines
                yield _Decoded(piece, replace(offset))
        self._ended.append(offset)

    def _must_be_ordered(self, opened: list[tuple[LogFile, str]]) -> bool:
        """Whether these logs are of one time, or one of them is not sorted by time."""
        if not all(is_sorted(log, form) for log, form in opened):
            return True
        begins = sorted(first_stamp(log, form) for log, form in opened) if len(opened) > 1 else []
        return any(two - one <= SIDE_BY_SIDE_US for one, two in pairwise(begins))

    @staticmethod
    def _by_begin(opened: list[tuple[LogFile, str]]) -> list[tuple[LogFile, str]]:
        return sorted(opened, key=lambda pair: first_stamp(*pair)) if len(opened) > 1 else opened

    async def _begin(self, logs: list[LogFile], writer: Writer | None) -> None:
        for log in logs:
            self.pipeline.number_of(log.name)
        if writer is not None:
            self._claims = writer.claims
            self._numbers = await writer.numbers(self.pipeline.sources)

    def _tell(self, name: str, already: int, *, new: bool) -> None:
        if new and already:
            self.totals.resumed.append(name)
        elif already and not self.stop.is_set():
            self.totals.skipped.append(name)

    def prepare(self, logs: list[LogFile]) -> list[str]:
        """Open all logs and name their forms: a bad one is told before any is taken."""
        return [self._form(log) for log in logs]

    def _form(self, log: LogFile) -> str:
        log.open()
        if self.options.input_format is not None:
            form = form_of(self.options.input_format)
            if not form.recognises(log.head) and b"\0" in log.head:
                message = f"{log.path} is binary, not an AIS log."
                raise InputError(message)
            return form.NAME
        return recognise(log.head, log.path).NAME

    async def _flow(
        self, log: LogFile, pieces: Iterator[_Decoded], writer: Writer | None, *, named: bool = True
    ) -> None:
        """Decode, detect and store side by side, a piece behind one another."""
        decoded: asyncio.Queue[_Decoded | None] = asyncio.Queue(maxsize=1)
        ready: asyncio.Queue[_Ready | None] = asyncio.Queue(maxsize=1)
        detect = partial(self._detect, log.name if named else None, store=writer is not None)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._decode_all(pieces, decoded), name=f"decode {log.name}")
                tasks.create_task(
                    self._detect_all(detect, decoded, ready, writer), name=f"detect {log.name}"
                )
                while (item := await ready.get()) is not None:
                    await self._commit(item.batch, item.outcome, writer)
                    self.on_progress(self.totals, log)
        except* MonitorError as group:
            raise group.exceptions[0] from None

    def _pieces_of(
        self, log: LogFile, decoder: Decoder, offset: Offset, *, store: bool
    ) -> Iterator[_Decoded]:
        """Decode a log piece by piece, from where it was taken before."""
        size = self.options.piece_bytes or (PACED_BYTES if self.options.speed else PIECE_BYTES)
        finished_before = offset.finished
        for piece, last in log.pieces(offset.byte_offset, size=size):
            data = piece
            if last and not data and finished_before:
                return
            while True:
                reports = decoder.decode(Lines(data=data, source=log.name), final=last)
                _must_be_dated(log, decoder, reports, last=last)
                offset.byte_offset += len(data)
                offset.lines += reports.lines
                offset.finished = False  # until what waits has been let out as well
                if store:
                    offset.decoder = json.dumps(decoder.state())
                yield _Decoded(reports, replace(offset))
                if not decoder.more:
                    break
                data = b""
        self._ended.append(offset)

    async def _decode_all(
        self, pieces: Iterator[_Decoded], decoded: asyncio.Queue[_Decoded | None]
    ) -> None:
        loop = asyncio.get_running_loop()
        while not self.stop.is_set():
            item = await loop.run_in_executor(self._decoding, next, pieces, None)
            await decoded.put(item)
            if item is None:
                return
        await decoded.put(None)

    async def _detect_all(
        self,
        detect: Callable[[_Decoded], _Ready],
        decoded: asyncio.Queue[_Decoded | None],
        ready: asyncio.Queue[_Ready | None],
        writer: Writer | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        while (item := await decoded.get()) is not None:
            await self._pace(item.reports)
            if writer is not None and item.reports.sources:
                self._numbers = await writer.numbers(item.reports.sources)
            await ready.put(await loop.run_in_executor(self._detecting, detect, item))
        await ready.put(None)

    def _detect(self, source: str | None, item: _Decoded, *, store: bool) -> _Ready:
        outcome = self.pipeline.take(source, item.reports)
        if store:
            return _Ready(outcome, self._batch(outcome, [item.offset]))
        self.pipeline.snapshot()  # nobody keeps it; but what changed must not pile up
        return _Ready(outcome, None)

    def _batch(self, outcome: Outcome, offsets: list[Offset]) -> Batch:
        snapshot = self.pipeline.snapshot()
        return make_batch(outcome, snapshot, offsets, self._numbers, self._claims)

    async def _commit(self, batch: Batch | None, outcome: Outcome, writer: Writer | None) -> None:
        if writer is not None and batch is not None:
            await writer.write(batch)
        totals = self.totals
        totals.lines += outcome.lines
        totals.reports += sum(outcome.kinds.values())
        totals.fixes += len(outcome.fixes)
        for (_, reason), count in outcome.refusals.items():
            totals.refusals[reason] += count
        for finding in outcome.findings:
            if isinstance(finding, Event):
                totals.kinds[finding.id] = finding.kind.value
        if outcome.findings:
            self.on_findings(outcome.findings)

    async def _pace(self, reports: Reports) -> None:
        """Wait until these lines are due, in scaled time."""
        if self.options.speed is None or reports.clock is None or not len(reports.clock):
            return
        newest = int(reports.clock[-1])
        if newest == NO_TIME:
            return
        if self._paced_from is None:
            self._paced_from = (monotonic_s(), int(reports.clock[0]))
        began, first = self._paced_from
        pause = began + (newest - first) / SECOND_US / self.options.speed - monotonic_s()
        if pause > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), pause)


@contextmanager
def _bulk() -> Iterator[None]:
    """Tune the interpreter for three threads that move large arrays; put it back afterwards.

    The pipeline makes no reference cycles to speak of, so the collector need not look often; and
    the thread that feeds the socket must not wait 5 ms for its turn.
    """
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    sys.setswitchinterval(0.001)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.unfreeze()


def _must_be_dated(log: LogFile, decoder: Decoder, reports: Reports, *, last: bool) -> None:
    if last and reports.lines and decoder.clock.at == NO_TIME:
        message = f"{log.path} has no time in it: say with --start when it began."
        raise InputError(message)


def _offset_of(log: LogFile, form: str, known: list[Offset]) -> Offset:
    """How far this log was taken before, by the digest of its head; else its begin."""
    for offset in known:
        if log.digest(offset.head_length) == offset.head_digest and offset.input_format == form:
            return replace(offset)
    length = min(len(log.head), HEAD_BYTES)
    digest = log.digest(length)
    return Offset(
        source=log.name, head_length=length, head_digest=digest if digest is not None else b"",
        byte_offset=0, lines=0, input_format=form, decoder="{}", finished=False,
    )  # fmt: skip
