"""Reads a log piece by piece; a long one of rows is decoded by a process of its own.

Rows of CSV and JSON are read in Python, which does one thing at a time in a process: to decode them
and to detect on them would take as long as one behind the other. So where a log is long enough for
it they are decoded elsewhere, one piece ahead. (Sentences are decoded by numpy, beside Python: to
hand them over would take more than it saves.) Nothing depends on that: a piece is asked for with
the state that the one before came to, which comes back with what it said, so any piece may as well
be decoded here.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from monitor.arrays import joined
from monitor.decode.decoder import Decoder
from monitor.decode.rows import RowDecoder
from monitor.feed.logfile import PIECE_BYTES, LogFile
from monitor.model import Lines, Reports
from monitor.service.crew import CrewError, Processes, Task
from monitor.service.logs import Opened, must_be_read
from monitor.service.pieces import Piece, Read, Whole, read_piece, whole_of
from monitor.store.batch import Offset
from monitor.units import NO_TIME

SLICE_BYTES = 1 << 20
"""Decoded at once: to take sentences apart needs some fifteen times their size."""

LONG_BYTES = 20 << 20
"""A log of which so much was decoded is long: another interpreter takes half a second to come."""


@dataclass(slots=True)
class Taken:
    """What a piece said, and how far its log is taken with it."""

    reports: Reports
    offset: Offset  # behind these reports


class Reading:
    """One run over one log, from where it was taken before."""

    def __init__(
        self, one: Opened, decoder: Decoder, offset: Offset, *, size: int = PIECE_BYTES,
        keeps: bool = True, long_bytes: int | None = LONG_BYTES,
    ) -> None:  # fmt: skip
        """``keeps``: offsets have the decoder's state. ``long_bytes`` None: it is decoded here."""
        self._one, self._decoder, self._size, self._keeps = one, decoder, size, keeps
        self.offset = offset  # how far it is read
        self.ended = False  # it is read to its end, and there was something new
        self._here = self._bytes_here(long_bytes)
        self._crew: Processes[Read] | None = None
        self._whole: Whole | None = None  # once others are asked
        self._ahead: tuple[Task[Read], bytes, bool] | None = None

    def _bytes_here(self, long_bytes: int | None) -> float:
        """How many bytes are decoded here before another process is asked."""
        if long_bytes is None or len(os.sched_getaffinity(0)) < 2:
            return math.inf
        return long_bytes if isinstance(self._decoder, RowDecoder) else math.inf

    @property
    def beside(self) -> bool:
        """Whether another process decodes now."""
        return self._crew is not None

    def __iter__(self) -> Iterator[Taken]:
        """Each piece, in its order; InputError where the log turns out to be none."""
        return self._in_slices() if self._is_sliced else self._in_pieces()

    @property
    def _is_sliced(self) -> bool:
        """Whether all of it is decoded here, and nothing waits in its decoder but lines."""
        return self._here == math.inf and self._decoder.ENDS

    def _in_slices(self) -> Iterator[Taken]:
        """Pieces, each decoded slice by slice."""
        decoder, parts, taken = self._decoder, list[Reports](), 0
        size = min(self._size, SLICE_BYTES)
        for data, last in self._log.pieces(self.offset.byte_offset, size=size):
            if last and not data and self.offset.finished and not parts:
                return
            parts.append(decoder.decode(Lines(data=data, source=self._log.name), final=last))
            taken += len(data)
            if last or taken + size > self._size:
                reports, parts = _together(parts), []
                yield self._taken(reports, taken, last=last)
                del reports
                taken = 0
        self.ended = True

    def _in_pieces(self) -> Iterator[Taken]:
        """Whole pieces, of which some are decoded elsewhere."""
        for data, last in self._log.pieces(self.offset.byte_offset, size=self._size):
            if last and not data and self.offset.finished and self._ahead is None:
                return
            before = self._answer()
            elsewhere = self._here <= 0
            if elsewhere:
                self._ask(data, last=last)
            if before is not None:
                yield before
                before = None  # it is large
            if not elsewhere:
                self._here -= len(data)
                yield from self._decode(data, last=last)
        if (before := self._answer()) is not None:
            yield before
        self.ended = True

    def close(self) -> None:
        """Let go of who decodes, whatever it is at."""
        if self._crew is not None:
            self._crew.close()

    @property
    def _log(self) -> LogFile:
        return self._one.log

    def _decode(self, data: bytes, *, last: bool) -> Iterator[Taken]:
        """Decode a piece here."""
        decoder = self._decoder
        while True:
            reports = decoder.decode(Lines(data=data, source=self._log.name), final=last)
            yield self._taken(reports, len(data), last=last and not decoder.more)
            if not decoder.more:
                return
            data = b""

    def _ask(self, data: bytes, *, last: bool) -> None:
        """Have a piece decoded elsewhere, while others take the one before."""
        if self._crew is None or self._whole is None:
            self._crew = Processes(1, read_piece)
            self._whole = whole_of(self._one, number=0, start=NO_TIME)
        piece = Piece(
            whole=self._whole, number=0, data=data, line=0, ends_at=0, final=last,
            state=self._decoder.state(),
        )  # fmt: skip
        self._ahead = (self._crew.ask(piece), data, last)

    def _answer(self) -> Taken | None:
        """What was asked for; whoever should have decoded it may be gone, then it is done here."""
        if self._ahead is None or self._crew is None:
            return None
        (task, data, last), self._ahead = self._ahead, None
        try:
            reports, state, unread = self._crew.result(task)
        except (CrewError, OSError):  # the machine has no room for another process
            self._here = math.inf
            self._crew.close()
            self._crew = None
            (taken,) = self._decode(data, last=last)
            return taken
        self._decoder.restore(state)
        if isinstance(self._decoder, RowDecoder):
            self._decoder.unread = unread
        return self._taken(reports, len(data), last=last)

    def _taken(self, reports: Reports, taken: int, *, last: bool) -> Taken:
        must_be_read(self._log, self._decoder, reports, last=last)
        offset = self.offset
        offset.byte_offset += taken
        offset.lines += reports.lines
        offset.finished = False  # until what waits has been let out as well
        if self._keeps:
            offset.decoder = json.dumps(self._decoder.state())
        return Taken(reports, replace(offset))


def _together(parts: list[Reports]) -> Reports:
    """Reports of lines that follow one another, as if they had been decoded at once."""
    if len(parts) == 1:
        return parts[0]
    lines = 0
    for part in parts:
        part.positions["seq"] += lines
        for static in part.statics:
            static.seq += lines
        lines += max(part.lines, part.arrivals)
    refusals, kinds = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for part in parts:
        refusals.update(part.refusals)
        kinds.update(part.kinds)
    clocks = [part.clock for part in parts if part.clock is not None]
    return Reports(
        positions=joined(*(part.positions for part in parts)),
        statics=[static for part in parts for static in part.statics],
        refusals=refusals, kinds=kinds, lines=sum(part.lines for part in parts), arrivals=lines,
        clock=np.concatenate(clocks) if clocks else None,
    )  # fmt: skip
