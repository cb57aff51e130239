"""Writes the journal's text: headers, blocks and ticks (``monitor.decode.journal`` reads it)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

from monitor.decode.journal_parts import MAGIC, NOBODY, sealed


def header(feeds: Mapping[str, str], *, lateness_s: float, **more: str | int) -> bytes:
    """First line of a segment: the form of each feed's lines, and how late reports may come."""
    words = {"version": 1, "feeds": dict(feeds), "lateness_s": lateness_s, **more}
    return sealed(MAGIC + json.dumps(words, separators=(",", ":")).encode()) + b"\n"


def block(received_at: int, feed: str, lines: bytes, number: int | None = None) -> bytes:
    """Lines of a feed (each ended by LF) that were received at one instant, us.

    ``number``: how many lines the journal has before it; with that a gap can be counted.
    A line of a feed that looks like a header loses its mark: only the journal speaks of itself.
    """
    lines = lines.replace(MAGIC, b"?" + MAGIC[1:]) if MAGIC in lines else lines
    words = b"%d %s %d" % (received_at, feed.encode(), len(lines))
    more = b"" if number is None else b" %d" % number
    crc = zlib.crc32(lines, zlib.crc32(words + more))
    return b"@%s %08x%s\n%s" % (words, crc, more, lines)


def tick(now: int, number: int | None = None) -> bytes:
    """Note that nothing came until ``now``, us."""
    return block(now, NOBODY, b"", number)
