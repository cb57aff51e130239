"""One file of the journal: where it lies, how it is mended, read, counted and compressed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

import zstandard

from monitor.decode.journal_parts import (
    HEADER,
    MAGIC,
    is_summed,
    lines_in,
    lines_lost,
    parts_in,
)
from monitor.flush import flush
from monitor.lockfile import PRIVATE
from monitor.units import NO_TIME

PLAIN = ".ais"
PACKED = ".ais.zst"
PARTIAL = ".partial"
PREFIX = "journal-"

_NAME = re.compile(rf"{PREFIX}\d{{20}}({re.escape(PLAIN)}|{re.escape(PACKED)})")

LONGEST_HEADER = 64 << 10

LEVEL = 9
"""zstandard's: a sixth of the size at some 60 MB a second."""


@dataclass(slots=True)
class Segment:
    """Bytes ``begin`` to ``end`` of the journal, in a file."""

    begin: int
    end: int
    path: Path


class Mended(NamedTuple):
    """What a file holds once its end is mended."""

    size: int  # bytes
    stamp: int  # of its newest block, us; NO_TIME: it holds none
    lines: int  # of the journal up to its end; 0: it does not say
    cut_bytes: int  # that were cut off
    cut_lines: int  # that can be seen in them


class Piece(NamedTuple):
    """Whole blocks of a file without a gap, and what must be passed over to come to them."""

    passed: int  # bytes that hold nothing
    lost: int  # lines that can be seen in them
    data: bytes
    blocks: int = 0  # in it, without headers
    first: int | None = None  # lines of the journal before it; None: it does not say
    after: int | None = None  # and behind it


def path_of(directory: Path, begin: int) -> Path:
    """Where the segment that begins there is kept."""
    return directory / f"{PREFIX}{begin:020d}{PLAIN}"


def begin_of(path: Path) -> int:
    """Read the position from the name."""
    return int(path.name.removeprefix(PREFIX).partition(".")[0])


def segments_in(directory: Path) -> list[Path]:
    """All segments of a journal, oldest first; of one that stands there twice the packed one."""
    found = sorted(path for path in directory.iterdir() if is_segment(path))
    packed = {begin_of(path) for path in found if path.name.endswith(PACKED)}
    return [p for p in found if p.name.endswith(PACKED) or begin_of(p) not in packed]


def tidied(directory: Path) -> tuple[list[Path], list[int]]:
    """Plain segments, oldest first, and where packed ones begin; what was half made is removed."""
    for path in directory.glob(f"{PREFIX}*{PARTIAL}"):
        path.unlink()
    every = sorted(path for path in directory.iterdir() if is_segment(path))
    packed = [begin_of(path) for path in every if path.name.endswith(PACKED)]
    plain = [path for path in every if path.name.endswith(PLAIN)]
    for path in plain:
        if begin_of(path) in packed:
            path.unlink()
    return [path for path in plain if begin_of(path) not in packed], packed


def is_segment(path: Path) -> bool:
    """Whether a file's name is that of a segment."""
    return _NAME.fullmatch(path.name) is not None


def made(path: Path, *, buffering: int = -1) -> IO[bytes]:
    """Make a file that its owner alone may read: what was received is nobody else's."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    file = os.fdopen(os.open(path, flags, PRIVATE), "wb", buffering)
    try:
        flush(path.parent)
    except OSError:
        file.close()
        raise
    return file


def mend(path: Path) -> Mended:
    """Cut off what holds nothing at the end: a block that was not written to its end.

    What is left is kept by the disk: whoever wrote it may have been killed before.
    """
    data = path.read_bytes()
    size, stamp, lines = 0, NO_TIME, 0
    for part in parts_in(data, whole=True, summed=not data.startswith(MAGIC)):
        if part.name:
            size = part.end
        if part.received_at != NO_TIME:
            stamp = max(stamp, part.received_at)
            if part.number is not None:
                lines = max(lines, part.number + data.count(b"\n", part.begin, part.end))
    with path.open("r+b") as file:
        if size < len(data):
            file.truncate(size)
        os.fsync(file.fileno())
    return Mended(size, stamp, lines, len(data) - size, lines_lost(data[size:]))


def blocks_from(
    segment: Segment, position: int, most: int, least: int | None = None
) -> Piece | None:
    """Whole blocks that fit into ``most`` bytes, or the first one alone if it does not.

    What is damaged before them is passed over, the rest of the segment if need be; so is what the
    journal had before its first ``least`` lines. None: there is no such file any more.
    """
    left = segment.end - position
    most = min(left, max(1, most))
    try:
        with segment.path.open("rb") as file:
            first = file.readline(LONGEST_HEADER)
            summed = is_summed(first) or not first.startswith(MAGIC)
            file.seek(position - segment.begin)
            data = file.read(most)
            while True:
                more = b"" if len(data) >= left else file.read(1)
                piece = _piece(data, most, whole=not more, summed=summed, least=least)
                if piece.data:
                    return piece
                if not more:
                    return Piece(left, piece.lost, b"")
                data += more + file.read(min(left - len(data) - 1, max(4096, len(data))))
    except OSError:
        return None


def _piece(data: bytes, most: int, *, whole: bool, summed: bool, least: int | None) -> Piece:
    passed = end = lost = blocks = 0
    first = after = None
    for part in parts_in(data, whole=whole, summed=summed):
        is_behind = part.number is not None and least is not None and part.number < least
        has_gap = part.number is not None and after is not None and part.number > after
        if has_gap or (end > passed and (not part.name or is_behind or part.end - passed > most)):
            break
        if not part.name or is_behind:
            lost += 0 if is_behind else lines_lost(data[part.begin : part.end])
            passed = end = part.end
            continue
        end = part.end
        if part.name == HEADER:
            continue
        blocks += 1
        if part.number is not None:
            first = part.number if blocks == 1 else first
            least = after = part.number + data.count(b"\n", part.begin, part.end)
    return Piece(passed, lost, data[passed:end], blocks, first, after)


def count_lines(segment: Segment, begin: int) -> int:
    """Feed lines of a segment from a position on; 0 if it is gone."""
    if begin >= segment.end:
        return 0
    try:
        with segment.path.open("rb") as file:
            file.seek(max(0, begin - segment.begin))
            return lines_in(file.read(segment.end - max(begin, segment.begin)))
    except OSError:
        return 0


def compress(path: Path) -> None:
    """Put a zstandard file in the place of a plain one; whatever happens, one of them is whole."""
    packed = path.with_name(path.name.removesuffix(PLAIN) + PACKED)
    partial = packed.with_name(packed.name + PARTIAL)
    with path.open("rb") as plain, made(partial) as out:
        zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).copy_stream(plain, out)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(packed)
    flush(path.parent)
    path.unlink()
