"""Runs: what pieces of logs said, sorted by time, on disk until they are merged.

A run is a file: the mark of this layout, what holds for all of it as JSON, and then blocks of lines
in order of time, each packed by itself, so that many runs can be read side by side within little
memory. A line that says nothing stands there as well, for its time moves the watermark, and its
place the arrival numbers: what is merged is what a decoder would say of the sorted log. A run is
whole or not there: it is written beside its name, and ends with a mark.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from monitor.arrays import joined, rows_at
from monitor.model import FIX, Reports, Static, StaticReport

MARK, END = b"monitor-run 1\n", b"\nend of run\n"

BLOCK_LINES = 8192
"""Some 1.3 MB of positions: so much of each run is in memory while it is merged."""

_LEVEL = 1
_HEAD = struct.Struct("<I")
_COUNTS = struct.Struct("<III")
_STATIC_FIELDS = tuple(Static.__dataclass_fields__)


class CutRunError(ValueError):
    """A file is no run of this layout, or a part of one."""


@dataclass(slots=True)
class Block:
    """Lines in order of (clock, source, line), and what they said.

    ``seq`` of a report is its line's place in the block; both kinds of reports are sorted by it.
    """

    clock: NDArray[np.int64]  # us, of each line
    source: NDArray[np.uint16]  # number of its log
    line: NDArray[np.int64]  # its number in there, from 1
    positions: Any  # dtype FIX
    statics: list[StaticReport]

    def __len__(self) -> int:
        """How many lines."""
        return len(self.clock)

    def cut(self, begin: int, end: int) -> Block:
        """Some of the lines."""
        if (begin, end) == (0, len(self)):
            return self
        low, high = np.searchsorted(self.positions["seq"], (begin, end)).tolist()
        positions = self.positions[low:high].copy()
        positions["seq"] -= begin
        return Block(
            self.clock[begin:end], self.source[begin:end], self.line[begin:end], positions,
            [_placed(s, s.seq - begin) for s in self.statics if begin <= s.seq < end],
        )  # fmt: skip

    def before(self, instant: int) -> int:
        """How many of its lines are older than an instant, us."""
        return int(np.searchsorted(self.clock, instant))


def _placed(report: StaticReport, seq: int) -> StaticReport:
    return StaticReport(
        at=report.at, received_at=report.received_at, seq=seq, source=report.source,
        static=report.static,
    )  # fmt: skip


def block_of(reports: Reports, source: int, first_line: int) -> Block:
    """What a batch of a log said, in order of time; ``first_line``: the number of its first."""
    clock = np.zeros(0, dtype=np.int64) if reports.clock is None else reports.clock
    positions = reports.positions.copy()
    positions["source"] = source
    for report in reports.statics:
        report.source = source
    lines = np.arange(first_line, first_line + len(clock))
    sources = np.full(len(clock), source, dtype=np.uint16)
    return in_order([Block(clock, sources, lines, positions, reports.statics)])


def in_order(parts: list[Block]) -> Block:
    """Lines of some blocks as one."""
    if len(parts) == 1 and not (np.diff(parts[0].clock) < 0).any():
        return parts[0]
    clock, source, line = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("clock", "source", "line")
    )
    order = np.lexsort((line, source, clock))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    positions, statics, begin = [], [], 0
    for part in parts:
        rows = part.positions.copy()
        rows["seq"] = place[begin + rows["seq"]]
        positions.append(rows)
        statics += [_placed(s, int(place[begin + s.seq])) for s in part.statics]
        begin += len(part)
    rows = joined(*positions)
    rows = rows_at(rows, np.argsort(rows["seq"], kind="stable"))
    statics.sort(key=lambda report: report.seq)
    return Block(clock[order], source[order], line[order], rows, statics)


def behind(parts: list[Block]) -> Block:
    """Blocks one behind the other as one: none of a later one is older."""
    positions, statics, begin = [], [], 0
    for part in parts:
        rows = part.positions.copy()
        rows["seq"] += begin
        positions.append(rows)
        statics += [_placed(s, s.seq + begin) for s in part.statics] if begin else part.statics
        begin += len(part)
    return Block(
        np.concatenate([part.clock for part in parts]),
        np.concatenate([part.source for part in parts]),
        np.concatenate([part.line for part in parts]),
        joined(*positions),
        statics,
    )


# -- as bytes --------------------------------------------------------------------------------------


def head_of(said: dict[str, Any]) -> bytes:
    """How a run begins; ``said``: what holds for all of it, as JSON would hold it."""
    text = json.dumps(said).encode()
    return MARK + _HEAD.pack(len(text)) + text


def packed(block: Block) -> bytes:
    """A block as it stands in a run."""
    statics = json.dumps(
        [
            [s.at, s.received_at, s.seq, s.source,
             {name: value for name, value in asdict(s.static).items() if value is not None}]
            for s in block.statics
        ]
    ).encode()  # fmt: skip
    data = b"".join(
        [
            _COUNTS.pack(len(block), len(block.positions), len(statics)),
            block.clock.astype("<i8").tobytes(), block.source.astype("<u2").tobytes(),
            block.line.astype("<i8").tobytes(), block.positions.tobytes(), statics,
        ]
    )  # fmt: skip
    frame = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)
    return _HEAD.pack(len(frame)) + frame


def run_of(block: Block) -> bytes:
    """A run but for its head."""
    cuts = range(0, len(block), BLOCK_LINES)
    parts = [packed(block.cut(at, min(at + BLOCK_LINES, len(block)))) for at in cuts]
    return b"".join([*parts, END])


def _unpacked(frame: bytes) -> Block:
    try:
        data = zstandard.ZstdDecompressor().decompress(frame)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    lines, rows, size = _COUNTS.unpack_from(data)
    at = _COUNTS.size
    clock = np.frombuffer(data, "<i8", lines, at)
    source = np.frombuffer(data, "<u2", lines, at + 8 * lines)
    line = np.frombuffer(data, "<i8", lines, at + 10 * lines)
    at += 18 * lines
    positions = np.frombuffer(data, FIX, rows, at)
    at += rows * FIX.itemsize
    statics = [
        StaticReport(at=when, received_at=received, seq=seq, source=number, static=Static(**said))
        for when, received, seq, number, said in json.loads(data[at : at + size])
    ]
    return Block(clock, source, line, positions, statics)


class RunReader:
    """A run that is read block by block; CutRunError where it is not whole."""

    def __init__(self, path: Path) -> None:
        """Read what holds for all of it."""
        self.path = path
        self._file: IO[bytes] = path.open("rb")
        try:
            self._end = self._file.seek(-len(END), 2)
            if self._file.read() != END:
                message = f"{path} is cut"
                raise CutRunError(message)
            self._file.seek(0)
            if self._file.read(len(MARK)) != MARK:
                message = f"{path} is no run"
                raise CutRunError(message)
            self.said: dict[str, Any] = json.loads(self._next())
        except (OSError, ValueError) as error:
            self._file.close()
            message = f"{path}: {error}"
            raise CutRunError(message) from error

    def blocks(self) -> Iterator[Block]:
        """All blocks, in their order."""
        while self._file.tell() < self._end:
            try:
                block = _unpacked(self._next())
            except ValueError as error:
                message = f"{self.path} is damaged ({error})"
                raise CutRunError(message) from error
            yield block

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _next(self) -> bytes:
        (size,) = _HEAD.unpack(self._file.read(_HEAD.size))
        return self._file.read(size)
