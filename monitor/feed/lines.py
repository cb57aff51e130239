"""Cuts a stream of bytes into whole lines, and marks those that need to be told apart."""

from __future__ import annotations

import re
import zlib

from monitor.decode.nmea.sentence import checksum_of

LONGEST_LINE = 64 << 10
"""An AIS sentence has 82 characters, a JSON report some hundreds; beyond this it is no line."""

_PART = re.compile(rb"^(?=[!$]..VD[MO],[2-9],)", re.MULTILINE)


class LineCutter:
    """Holds the begin of a line until its end has come."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        """Lines beyond ``longest`` bytes are dropped and counted."""
        self.dropped = 0  # lines that were too long
        self._longest = longest
        self._rest = b""
        self.skipping = False  # the rest of one

    def cut(self, chunk: bytes) -> bytes:
        """Take what was received; return the whole lines of it and before, each ended by LF."""
        end = chunk.rfind(b"\n") + 1
        if not end:
            self._hold(self._rest + chunk)
            return b""
        lines, rest = chunk[:end], chunk[end:]
        if self.skipping:
            lines = lines[lines.find(b"\n") + 1 :]
            self.skipping = False
        elif self._rest:
            lines = self._rest + lines
        self._rest = b""
        self._hold(rest)
        return lines

    def close(self) -> int:
        """Forget the begin of a line that will never end; how many bytes it had."""
        lost = len(self._rest)
        self._rest, self.skipping = b"", False
        return lost

    def _hold(self, rest: bytes) -> None:
        if len(rest) > self._longest and not self.skipping:
            self.dropped += 1
            self.skipping = True
        self._rest = b"" if self.skipping else rest


def sentences_in(lines: bytes) -> int:
    """How many AIS sentences stand in these lines."""
    return lines.count(b"VDM,") + lines.count(b"VDO,")


def name_sender(lines: bytes, sender: str) -> bytes:
    """Put a tag block that names the sender before sentences that are parts of a message.

    Receivers number their messages 0 to 9, each for itself: where several send to one feed, the
    name keeps apart the parts of two of them. Lines of senders that write tag blocks stay as
    they are, and so do whole messages.
    """
    if b"\\" in lines:
        return lines
    tag = b"s:%08X" % zlib.crc32(sender.encode())
    return _PART.sub(rb"\\%s*%02X\\" % (tag, checksum_of(tag)), lines)
