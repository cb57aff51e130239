"""Journals on disk as tests fill, kill and read them: each block tells which it is."""

from __future__ import annotations

from pathlib import Path

from monitor.decode.journal import HEADER, blocks_in
from monitor.feed.logfile import LogFile
from monitor.journal.blocks import block, header
from monitor.journal.spool import MEMORY_BYTES, Spool

HEAD = header({"harbour": "nmea"}, lateness_s=5.0)
AT = 1_700_000_000_000_000
LIMIT = 1 << 20


def lines_of(number: int) -> bytes:
    """One to three lines that tell which block they are."""
    return b"".join(b"block %d line %d\n" % (number, line) for line in range(number % 3 + 1))


def numbered(number: int) -> bytes:
    """A block that tells which it is."""
    return block(AT + number, "harbour", lines_of(number))


def numbers_in(data: bytes) -> list[int]:
    """Which blocks stand in these bytes: nothing but blocks and headers may."""
    found = []
    rest = 0
    for at, name, begin, rest in blocks_in(data):
        assert name in {HEADER, "harbour"}, data[begin - 40 : rest]
        if name == "harbour":
            assert data[begin:rest] == lines_of(at - AT)
            found.append(at - AT)
    assert rest == len(data), "only whole blocks are given"
    return found


def begun(
    folder: Path,
    *,
    limit: int = LIMIT,
    recorded: bool = False,
    segment: int = 0,
    memory: int = MEMORY_BYTES,
) -> Spool:
    """A spool that was opened as the service opens it."""
    spool = Spool(
        folder, limit_bytes=limit, recorded=recorded, segment_bytes=segment, memory_bytes=memory
    )
    spool.open()
    spool.header = HEAD
    return spool


def killed(spool: Spool) -> None:
    """The process dies: nothing is flushed, files are closed by the system."""
    for file in (spool._file, spool._owner):
        if file is not None:
            file.close()


def drained(spool: Spool, position: int = 0, most: int = 1 << 20) -> tuple[list[int], int]:
    """All that there is to read, and the position behind it."""
    found: list[int] = []
    while True:
        data, after = spool.read(position, most)
        if not data:
            assert after == position
            return found, position
        assert after > position
        found += numbers_in(data)
        position = after


def unpacked(path: Path) -> bytes:
    """The bytes of a segment."""
    log = LogFile(str(path))
    log.open()
    try:
        return b"".join(piece for piece, _ in log.pieces())
    finally:
        log.close()
