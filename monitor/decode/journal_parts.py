"""What stands in a journal: headers, blocks, and places that are damaged (see ``journal.py``)."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from monitor.errors import InputError
from monitor.units import NO_TIME

MAGIC = b"#monitor-journal "
NOBODY = "-"
HEADER = "#"

LONGEST_BLOCK = 8 << 20
"""A block that says it is longer is none: one damaged number must not swallow what follows."""

_LAST_STAMP = 253_402_300_800_000_000  # us: the year 10000
_LONGEST_LATENESS_S = 86_400.0
_CRC = re.compile(rb',"crc":"([0-9a-f]{8})"\}\n?$')


class Part(NamedTuple):
    """What stands in a journal: a block, a header, or a place where nothing holds."""

    received_at: int  # us; NO_TIME if it is no block
    name: str  # the feed; NOBODY; HEADER; "": damaged, or no block at all
    begin: int  # of its lines
    end: int
    number: int | None = None  # lines in the journal before it; None: it does not say


def parts_in(data: bytes, *, whole: bool = False, summed: bool = False) -> Iterator[Part]:
    """Yield all that stands in a journal, up to a block that is not there to its end.

    ``whole``: nothing follows, so such a block is damaged, too. Of a damaged block with a checksum
    all is passed over up to the next whose checksum holds: what its size says may be wrong.
    ``summed``: blocks have checksums here, and so have those behind one that has: what looks like
    one without is damaged.
    """
    position = 0
    while (end := data.find(b"\n", position)) >= 0:
        line = data[position:end]
        head = _block_head(line)
        if head is None:
            name = HEADER if header_holds(line) else ""
            if name:
                summed = is_summed(line)
            yield Part(NO_TIME, name, position, end + 1)
            position = end + 1
            continue
        after = end + 1 + head.size
        if after > len(data) and not whole:
            return
        if after <= len(data) and head.holds(data, end + 1, summed=summed):
            summed = summed or head.crc is not None
            yield Part(head.received_at, head.name, end + 1, after, head.number)
        else:
            summed = summed or head.crc is not None
            after = _next_that_holds(data, end, whole=whole, summed=summed)
            if after < 0:
                return
            yield Part(NO_TIME, "", position, after)
        position = after
    if whole and position < len(data):
        yield Part(NO_TIME, "", position, len(data))


def _next_that_holds(data: bytes, begin: int, *, whole: bool, summed: bool) -> int:
    """Where behind a damaged place the next block or header begins; -1: that cannot be said yet."""
    place = begin
    while (place := data.find(b"\n", place) + 1) > 0:
        end = data.find(b"\n", place)
        if end < 0:
            break
        if header_holds(data[place:end]):
            return place
        head = _block_head(data[place:end]) if data.startswith(b"@", place) else None
        if head is None or (summed and head.crc is None):
            continue
        if end + 1 + head.size > len(data):
            if not whole:
                return -1
        elif head.holds(data, end + 1, summed=summed):
            return place
    return len(data) if whole else -1


def first_head(data: bytes) -> tuple[int, int] | None:
    """Number and time of the first block behind the header; None: it has none, or is damaged.

    Its lines need not be there: so its checksum is not looked at.
    """
    begin = data.find(b"\n") + 1
    end = data.find(b"\n", begin)
    if not begin or end < 0 or not header_holds(data[: begin - 1]):
        return None
    head = _block_head(data[begin:end])
    return None if head is None or head.number is None else (head.number, head.received_at)


def lines_lost(damaged: bytes) -> int:
    """How many lines a damaged place held, as far as that can be seen."""
    return sum(not line.startswith(b"@") for line in damaged.splitlines())


def blocks_in(data: bytes) -> Iterator[tuple[int, str, int, int]]:
    """Yield the first four words of each part that is whole."""
    for part in parts_in(data):
        yield part[:4]


def whole_blocks(data: bytes) -> int:
    """How many bytes of ``data`` are whole blocks."""
    return max((end for *_, end in blocks_in(data)), default=0)


def first_block(data: bytes) -> int:
    """How many bytes the first block has; 0: it is not whole."""
    return next((part.end for part in parts_in(data)), 0)


def lines_in(data: bytes) -> int:
    """How many lines of feeds stand in whole blocks."""
    return sum(
        data.count(b"\n", begin, end) for at, _, begin, end in blocks_in(data) if at != NO_TIME
    )


def sealed(header: bytes) -> bytes:
    """A header with its checksum as its last word."""
    return b'%s,"crc":"%08x"}' % (header[:-1], zlib.crc32(header[:-1]))


def header_holds(line: bytes) -> bool:
    """Whether a line is a header as it was written. Earlier releases gave it no checksum."""
    if not line.startswith(MAGIC):
        return False
    crc = _CRC.search(line)
    if crc is not None:
        return zlib.crc32(line[: crc.start()]) == int(crc[1], 16)
    return b"crc" not in line[-24:]  # it was there, and is damaged


def is_summed(line: bytes) -> bool:
    """Whether blocks behind a header have checksums: unless it is whole, and has none itself."""
    if _CRC.search(line) is not None:
        return True
    try:
        json.loads(line.removeprefix(MAGIC))
    except (ValueError, RecursionError):
        return True
    return False


def header_of(head: bytes) -> dict[str, Any]:
    """Read the first line of a segment; InputError if it is of another release."""
    line = head[: head.find(b"\n")]
    try:
        words = json.loads(line.removeprefix(MAGIC))
        feeds, lateness_s = dict(words["feeds"]), float(words["lateness_s"])
        good = words["version"] == 1 and 0 <= lateness_s <= _LONGEST_LATENESS_S
        if not good or not all(isinstance(form, str) for form in feeds.values()):
            raise ValueError  # noqa: TRY301 - as any other word that cannot be read
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        message = "The journal's first line cannot be read: it is damaged or of another release."
        raise InputError(message) from error
    return {**words, "feeds": feeds, "lateness_s": lateness_s}


class _Head(NamedTuple):
    """The line before a block."""

    received_at: int
    name: str
    size: int
    crc: int | None  # None: an earlier release wrote it
    number: int | None
    words: bytes  # what the checksum is about, besides the lines

    def holds(self, data: bytes, begin: int, *, summed: bool) -> bool:
        """Whether the lines are those that it was written for."""
        lines = memoryview(data)[begin : begin + self.size]
        if self.crc is None:
            return not summed
        return zlib.crc32(lines, zlib.crc32(self.words)) == self.crc


def _block_head(line: bytes) -> _Head | None:
    """Read the line before a block; None if it is none."""
    if not line.startswith(b"@"):
        return None
    words = line[1:].split(b" ")
    try:
        received_at, name, size = int(words[0]), words[1].decode(), int(words[2])
        crc = int(words[3], 16) if len(words) > 3 else None
        number = int(words[4]) if len(words) > 4 else None
    except (ValueError, IndexError):
        return None
    good = 0 <= received_at < _LAST_STAMP and 0 <= size <= LONGEST_BLOCK and name != HEADER
    about = line if crc is None else b" ".join(words[:3] + words[4:])
    return _Head(received_at, name, size, crc, number, about) if good and name else None
