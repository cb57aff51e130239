"""The journal on disk: what was received, in order, until it is stored (and longer if recorded).

Segments are files named after the position of their first byte in the whole journal; each begins
with a header line. A position never means other bytes than before, so a database that remembers
one knows what it has. Appending, reading and tidying may go on in threads of their own.

When there is no room (the limit, or the disk), the oldest that was not stored yet is dropped and
counted. When the disk takes nothing at all, the newest waits in memory, up to MEMORY_BYTES. What
is recorded is not dropped once it was stored.
"""

from __future__ import annotations

import os
import shutil
import threading
from bisect import bisect_right
from collections import deque
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from monitor.decode.journal import first_block, lines_in, whole_blocks
from monitor.errors import HeldError, StoreError
from monitor.journal.losses import Losses
from monitor.journal.note import NOTE, Note, new_id, read_note, take_mark, write_note
from monitor.journal.order import put_aside, strangers
from monitor.journal.segment import (
    Segment,
    begin_of,
    blocks_from,
    compress,
    count_lines,
    made,
    mend,
    path_of,
    tidied,
)
from monitor.lockfile import take
from monitor.units import NO_TIME

SEGMENT_BYTES = 64 << 20
LEAST_SEGMENT_BYTES = 64 << 10
MEMORY_BYTES = 16 << 20

AFTER_A_CRASH = 1 << 40
"""After an end that was not clean the journal goes on where no position can ever have been: what
was stored out of memory, or lost with the machine, left no trace on disk."""


class Spool:
    """The journal in a directory; one process at a time."""

    keeps = "on disk"

    def __init__(
        self, directory: Path, *, limit_bytes: int, recorded: bool = False,
        segment_bytes: int = 0, memory_bytes: int = MEMORY_BYTES,
    ) -> None:  # fmt: skip
        """``limit_bytes``: of what is not stored yet; ``recorded``: what is stored stays, too."""
        self.directory = directory
        self.limit_bytes = limit_bytes
        self.recorded = recorded
        self.segment_bytes = segment_bytes  # 0: as fits the limit and the disk
        self.memory_bytes = memory_bytes  # of what waits while the disk takes nothing
        self.header = b""  # first line of each segment
        self.id = b""
        self.last_stamp = NO_TIME  # of the newest block that ``open`` found, us
        self.trouble: str | None = None  # why the disk takes nothing
        self.dropped_lines = 0  # lost before they were stored
        self.unrecorded_lines = 0  # stored, but not recorded
        self.lines = 0  # that ever were of this journal: whoever appends counts on
        self.losses = Losses()  # what is damaged, or was removed by somebody else
        self._segments: list[Segment] = []  # on disk, oldest first
        self._file: IO[bytes] | None = None  # of the last one
        self._tail: deque[bytes] = deque()  # behind ``_tail_begin``, not on disk
        self._tail_begin = self._tail_bytes = self._stored = 0
        self._held: int | None = None  # begin of what was read and may be stored any moment
        self._renew = True  # the next block begins a segment
        self._guard = threading.Lock()
        self._owner: IO[bytes] | None = None

    def open(self) -> None:
        """Take possession and find what an earlier run left; StoreError if that cannot be."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._owner = take(self.directory / "lock")
            self._find()
            if not self.segment_bytes:
                room = min(self.limit_bytes, shutil.disk_usage(self.directory).free)
                self.segment_bytes = max(LEAST_SEGMENT_BYTES, min(SEGMENT_BYTES, room // 8))
        except HeldError as error:
            who = "" if error.pid is None else f" ({error.holder})"
            message = f"Another monitor{who} uses the journal in {self.directory}: stop it first."
            raise StoreError(message) from error
        except OSError as error:
            self._let_go()
            message = f"The journal cannot be kept in {self.directory}: {error.strerror}."
            raise StoreError(message) from error

    def begin(self, position: int, kept: dict[str, Any]) -> None:
        """A journal on disk is read from wherever one likes."""

    def kept(self, position: int) -> dict[str, Any]:  # noqa: ARG002 - a stream has more to say
        """Nothing, beside the position."""
        return {}

    @property
    def end(self) -> int:
        """Position behind the newest byte."""
        return self._tail_begin + self._tail_bytes

    @property
    def waiting_bytes(self) -> int:
        """How much is not stored yet."""
        waiting = sum(max(0, s.end - max(s.begin, self._stored)) for s in self._segments)
        return waiting + max(0, self.end - max(self._tail_begin, self._stored))

    @property
    def stored(self) -> int:
        """Position up to which all is stored."""
        return self._stored

    def append(self, blocks: bytes) -> bool:
        """Add whole blocks at the end; whether they are in a file now, and not dropped for room."""
        with self._guard:
            active = self._segments[-1] if self._file is not None else None
            if active is not None and active.end - active.begin >= self.segment_bytes:
                self._renew = True
            if self._renew:
                self._add(self.header)
                self._close_file()
                self._renew = False
            self._add(blocks)
            self._flush()
            while self.waiting_bytes > self.limit_bytes and self._drop_oldest():
                pass
            return (
                not self._tail and self._segments[-1:] != [] and self._segments[-1].end == self.end
            )

    def read(self, position: int, most: int) -> tuple[bytes, int]:
        """Whole blocks from a position on, and the position behind them.

        Those that fit into ``most`` bytes, or the first one alone if it does not; never of two
        segments. Where a position is gone, what follows it is given; b"": nothing.
        """
        with self._guard:
            asked = position
            while segment := next((s for s in self._segments if position < s.end), None):
                if position <= segment.begin and self._is_misplaced(segment, asked):
                    continue
                position = max(position, segment.begin)
                least = self.losses.lines_before(asked)
                piece = blocks_from(segment, position, most, least)
                if piece is None:
                    self._lost(segment)
                    continue
                if piece.passed:
                    self.losses.passed(position, segment.path.name, piece.passed, piece.lost)
                position += piece.passed
                if piece.data:
                    self.losses.read(asked, position, piece)
                    self._held = position
                    return piece.data, position + len(piece.data)
            begin = self._tail_begin
            for index, blocks in enumerate(self._tail):
                if position < begin + len(blocks):
                    position = max(position, begin)
                    data = self._of_memory(index, position - begin, most)
                    return data, position + len(data)
                begin += len(blocks)
            return b"", asked

    def release(self, position: int) -> None:
        """All before ``position`` is stored, and nothing that was read waits to be."""
        with self._guard:
            self._held = None
            self._stored = max(self._stored, position)
            self.losses.release(self._stored)
            if self._tail:  # the disk takes nothing, and what is stored needs it no more
                lines = self._forget(self._stored)
                self.unrecorded_lines += lines if self.recorded else 0

    def written(self) -> tuple[int | None, int]:
        """See ``Files``."""
        with self._guard:
            end = self._segments[-1].end if self._segments else 0
            return (None if self._file is None else os.dup(self._file.fileno())), end

    def renew(self) -> None:
        """Be another journal from now on, of which nobody knows anything."""
        with self._guard:
            self.id = new_id()
            self._note(clean=False)

    def rotate(self) -> None:
        """Let what comes next begin a segment."""
        with self._guard:
            self._renew = True

    def tidy(self) -> None:
        """Remove segments that are stored, or compress them if they are recorded."""
        while True:
            with self._guard:
                active = self._segments[-1] if self._file is not None else None
                oldest = next((s for s in self._segments if s.end <= self._stored), None)
                if oldest is None or oldest is active:
                    return
                self._segments.remove(oldest)
            self._put_away(oldest)

    def close(self) -> None:
        """Put on disk what waits, and let go."""
        with self._guard:
            self._flush()
            self._close_file()
            self._give_up()
            while self._segments and self._segments[0].end <= self._stored:
                self._put_away(self._segments.pop(0))
            self._note(clean=True)
            self._let_go()

    def _give_up(self) -> None:
        """Count what is still in memory: the disk did not take it."""
        position = self._tail_begin
        for blocks in self._tail:
            position += len(blocks)
            if position > self._stored:
                self.dropped_lines += lines_in(blocks)
            elif self.recorded:
                self.unrecorded_lines += lines_in(blocks)

    def _let_go(self) -> None:
        if self._owner is not None:
            self._owner.close()
            self._owner = None

    def _find(self) -> None:
        """Take over what an earlier run left: whole segments, and where it ended."""
        self.id, end, self.last_stamp, self.lines = read_note(self.directory)
        plain, packed = tidied(self.directory)
        end = max([end, *packed])
        for path in plain:
            begin = begin_of(path)
            found_in = mend(path)
            if not found_in.size:
                path.unlink()
                continue
            if self._segments:  # one that has grown does not reach beyond the next
                self._segments[-1].end = min(self._segments[-1].end, begin)
            self._segments.append(Segment(begin, begin + found_in.size, path))
            self.last_stamp = max(self.last_stamp, found_in.stamp)
            self.lines = max(self.lines, found_in.lines)
            end = max(end, begin + found_in.size)
            if found_in.cut_lines and (not found_in.lines or path is plain[-1]):
                self.losses.cut(path.name, found_in, self.lines)
        self.losses.begin(0, 0)
        known = bool(plain or packed) or (self.directory / NOTE).exists()
        self._tail_begin = end if take_mark(self.directory) or not known else end + AFTER_A_CRASH
        self._note(clean=False)

    def _note(self, *, clean: bool) -> None:
        note = Note(self.id, self.end, self.last_stamp, self.lines)
        write_note(self.directory, note, clean=clean)

    def _put_away(self, segment: Segment) -> None:
        try:
            compress(segment.path) if self.recorded else segment.path.unlink(missing_ok=True)
        except OSError as error:
            self.trouble = f"the journal cannot be tidied: {error.strerror}"

    def _add(self, blocks: bytes) -> None:
        self._tail.append(blocks)
        self._tail_bytes += len(blocks)

    def _flush(self) -> None:
        """Write what waits in memory; where there is no room, make some."""
        while self._tail:
            try:
                self._write(self._tail[0])
            except OSError as error:
                self.trouble = f"the journal cannot be written: {error.strerror}"
                self._take_back()
                if self._drop_oldest():
                    continue
                if self._tail_bytes > self.memory_bytes:
                    self.dropped_lines += self._forget(self.end - self.memory_bytes // 2)
                return
            first = self._tail.popleft()
            self._tail_begin += len(first)
            self._tail_bytes -= len(first)
            self.trouble = None

    def _write(self, blocks: bytes) -> None:
        if self._file is None:
            # in front of the first block stands a header: its own, or where bytes were dropped
            lacks = b"" if blocks.startswith(self.header) else self.header
            begin = self._tail_begin - len(lacks)
            path = path_of(self.directory, begin)
            self._file = made(path, buffering=0)
            self._segments.append(Segment(begin, begin, path))
            self._put(lacks)
        self._put(blocks)

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view and self._file is not None:
            view = view[self._file.write(view) :]
        self._segments[-1].end += len(data)

    def _take_back(self) -> None:
        """Cut off what was written in part; let go of a file that holds nothing."""
        if self._file is None:
            return
        segment = self._segments[-1]
        size = segment.end - segment.begin
        with suppress(OSError):
            if size > len(self.header):
                self._file.truncate(size)
                self._file.seek(size)
                return
            segment.path.unlink(missing_ok=True)
        if size <= len(self.header):
            self._segments.pop()
        self._file.close()
        self._file = None

    def _close_file(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _drop_oldest(self) -> bool:
        """Remove the oldest segment that is no record of what is stored; False: there is none."""
        for segment in self._segments:
            if self.recorded and segment.begin < self._stored:
                continue
            if self._held is not None and segment.begin <= self._held < segment.end:
                continue  # it would be counted as lost, and be stored
            lines = count_lines(segment, max(segment.begin, self._stored))
            try:
                segment.path.unlink(missing_ok=True)
            except OSError:
                return False
            if segment is self._segments[-1]:
                self._close_file()
            self._segments.remove(segment)
            self.dropped_lines += lines
            self.losses.drop(segment.end, lines)
            return True
        return False

    def _lost(self, segment: Segment, size: int = 0) -> None:
        """A file that somebody removed or moved: what comes behind it says how much that was."""
        self.losses.passed(segment.begin, segment.path.name, size, 0)
        if segment is self._segments[-1]:
            self._close_file()
        self._segments.remove(segment)

    def _is_misplaced(self, segment: Segment, asked: int) -> bool:
        """Whether a file does not belong behind a position: it, and all such, are put aside."""
        rest = self._segments[self._segments.index(segment) :]
        gone = strangers([each.path for each in rest], self.losses.lines_before(asked))
        for each in [each for each in rest if each.path in gone]:
            self._lost(each, each.end - each.begin)
            put_aside(each.path)
        return segment.path in gone

    def _of_memory(self, index: int, begin: int, most: int) -> bytes:
        """Blocks of those that wait in memory; what is left of them waits on by itself."""
        blocks = self._tail[index]
        fitting = whole_blocks(blocks[begin : begin + max(0, most)])
        end = begin + (fitting or first_block(blocks[begin:]))
        if end < len(blocks):
            self._tail[index] = blocks[:end]
            self._tail.insert(index + 1, blocks[end:])
        return blocks[begin:end]

    def _forget(self, until: int) -> int:
        """Drop what waits in memory up to a position; how many lines that were.

        Behind it a segment must begin, whose header takes the place of what was dropped: so
        nothing is dropped that is shorter than that.
        """
        sizes = list(accumulate(map(len, self._tail)))
        count = bisect_right(sizes, until - self._tail_begin)
        if not count or sizes[count - 1] < len(self.header):
            return 0
        self._close_file()
        gone = [self._tail.popleft() for _ in range(count)]
        self._tail_begin += sizes[count - 1]
        self._tail_bytes -= sizes[count - 1]
        lines = sum(map(lines_in, gone))
        self.losses.drop(self._tail_begin, lines)
        return lines
