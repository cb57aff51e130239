"""A batch of lines, and what is found in them: one table for framing, dating and reading.

Everything is columns over one buffer of bytes. A row of ``sentences`` is a VDM or VDO sentence; a
line has none, one or several, a stamp if something in or before it says when, and perhaps a reason
why it says nothing.
"""

from __future__ import annotations

import enum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from monitor.model import Refusal
from monitor.units import NO_TIME

BANG, STAR, COMMA, BACKSLASH, COLON = b"!*,\\:"
LF, CR = b"\n\r"
ZERO = ord("0")

PAD = 160
"""Zero bytes behind the buffer: gathers near its end stay inside."""

SENTENCE = np.dtype(
    [
        ("line", "<i8"),  # index of the line in the batch
        ("begin", "<i8"),  # offset of '!' in the buffer
        ("end", "<i8"),  # offset behind the checksum
        ("payload", "<i8"),  # offset of the first payload character
        ("length", "<i8"),  # payload characters
        ("fill", "i1"),  # fill bits, 0..5
        ("total", "i1"),  # sentences of the message
        ("number", "i1"),  # this one's number, from 1
        ("ok", "?"),  # checksum holds
        ("stamp", "<i8"),  # us; NO_TIME none
    ]
)


class Sentence(NamedTuple):
    """One row of dtype SENTENCE as plain values, field for field."""

    line: int
    begin: int
    end: int
    payload: int
    length: int
    fill: int
    total: int
    number: int
    ok: bool
    stamp: int


class Rank(enum.IntEnum):
    """What tells a line's time; once a better one was seen in a log, the lesser are ignored."""

    NONE = 0
    SECONDS = 1  # the seconds in position reports, counted on from --start
    BASE_STATION = 2
    GPS = 3
    STAMP = 4


class LineTable:
    """A batch of whole lines."""

    def __init__(self, data: bytes) -> None:
        """Cut ``data``, which ends with LF (or is empty), into lines; nothing is found yet."""
        self.data = data
        self.buffer = np.frombuffer(data + b"\0" * PAD, dtype=np.uint8)
        self.ends = np.flatnonzero(self.buffer[: len(data)] == LF)
        self.starts = np.concatenate(([0], self.ends[:-1] + 1)) if len(self.ends) else self.ends
        self.sentences: Any = np.zeros(0, dtype=SENTENCE)  # in the buffer's order
        self.stamps = np.full(len(self.ends), NO_TIME, dtype=np.int64)  # us, one a line
        self.ranks = np.zeros(len(self.ends), dtype=np.int64)  # Rank of each stamp
        self.reasons: dict[int, Refusal] = {}  # line -> why it says nothing
        self.tags: dict[int, bytes] = {}  # begin of a sentence -> its tag block, if not before it

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.ends)

    def text(self, line: int) -> bytes:
        """A line without its end."""
        return self.data[self.starts[line] : self.ends[line]]

    def payload(self, sentence: Sentence) -> bytes:
        """The payload of a sentence."""
        return self.data[sentence.payload : sentence.payload + sentence.length]

    def head(self, count: int) -> LineTable:
        """A table of the first lines alone, in which nothing is found yet."""
        return LineTable(self.data[: self.starts[count]])

    def behind(self, count: int) -> bytes:
        """The bytes behind so many lines."""
        return self.data[self.starts[count] :] if count < len(self) else b""

    def tell(self, line: int, at: int, rank: Rank) -> None:
        """Something says when a line was."""
        self.stamps[line], self.ranks[line] = at, rank

    def add(self, found: list[Sentence]) -> None:
        """Put sentences among those there are, in the buffer's order."""
        if found:
            rows = np.concatenate([self.sentences, np.array(found, dtype=SENTENCE)])
            self.sentences = rows[np.argsort(rows["begin"], kind="stable")]

    def sentence_on(self, line: int) -> int:
        """Row of the first sentence on a line or behind it."""
        return int(np.searchsorted(self.sentences["line"], line))

    def single(self, *, least: int = 1, before: int | None = None) -> Any:
        """Good sentences that are a message by themselves, of ``least`` characters at least.

        ``before``: only those on the lines before that one.
        """
        rows = self.sentences
        keep = (rows["total"] == 1) & rows["ok"] & (rows["length"] >= least)
        if before is not None:
            keep &= rows["line"] < before
        return rows[keep]


def tagged(buffer: NDArray[np.uint8], begin: int) -> bool:
    """Whether a tag block ends right before a sentence."""
    return begin > 0 and buffer[begin - 1] == BACKSLASH
