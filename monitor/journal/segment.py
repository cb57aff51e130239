"""One file of the journal: where it lies, how it is mended, read, counted and compressed."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from monitor.decode.journal import blocks_in, first_block, lines_in, whole_blocks
from monitor.lockfile import PRIVATE
from monitor.units import NO_TIME

PLAIN = ".ais"
PACKED = ".ais.zst"
PARTIAL = ".partial"
PREFIX = "journal-"

_NAME = re.compile(rf"{PREFIX}\d{{20}}({re.escape(PLAIN)}|{re.escape(PACKED)})")

LEVEL = 9
"""zstandard's: a sixth of the size at some 60 MB a second."""


@dataclass(slots=True)
class Segment:
    """Bytes ``begin`` to ``end`` of the journal, in a file."""

    begin: int
    end: int
    path: Path


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


def is_segment(path: Path) -> bool:
    """Whether a file's name is that of a segment."""
    return _NAME.fullmatch(path.name) is not None


def made(path: Path, *, buffering: int = -1) -> IO[bytes]:
    """Make a file that its owner alone may read: what was received is nobody else's."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return os.fdopen(os.open(path, flags, PRIVATE), "wb", buffering)


def mend(path: Path) -> int:
    """Cut off a block that was not written to its end; how many bytes are left."""
    data = path.read_bytes()
    size = whole_blocks(data)
    if size < len(data):
        os.truncate(path, size)
    return size


def blocks_from(segment: Segment, position: int, most: int) -> bytes:
    """Whole blocks that fit into ``most`` bytes, or the first one alone if it does not.

    b"": the file does not hold what it should.
    """
    try:
        with segment.path.open("rb") as file:
            file.seek(position - segment.begin)
            left = segment.end - position
            data = file.read(min(left, max(1, most)))
            size = whole_blocks(data)
            while not size and len(data) < left:
                more = file.read(min(left - len(data), max(4096, len(data))))
                if not more:
                    break
                data += more
                size = first_block(data)
            return data[:size]
    except OSError:
        return b""


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


def last_stamp(path: Path) -> int:
    """When the last block of a segment was received, us; NO_TIME: it holds none."""
    found = NO_TIME
    data = path.read_bytes()
    for stamp, _, _, _ in blocks_in(data):
        found = stamp
    return found


def compress(path: Path) -> None:
    """Put a zstandard file in the place of a plain one; whatever happens, one of them is whole."""
    packed = path.with_name(path.name.removesuffix(PLAIN) + PACKED)
    partial = packed.with_name(packed.name + PARTIAL)
    with path.open("rb") as plain, made(partial) as out:
        zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).copy_stream(plain, out)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(packed)
    path.unlink()
