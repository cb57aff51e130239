"""Cuts a stream of bytes into whole lines."""

from __future__ import annotations

LONGEST_LINE = 64 << 10
"""An AIS sentence has 82 characters, a JSON report some hundreds; beyond this it is no line."""


class LineCutter:
    """Holds the begin of a line until its end has come."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        """Lines beyond ``longest`` bytes are dropped and counted."""
        self.dropped = 0  # lines that were too long
        self._longest = longest
        self._rest = b""
        self._skipping = False

    def cut(self, chunk: bytes) -> bytes:
        """Take what was received; return the whole lines of it and before, each ended by LF."""
        end = chunk.rfind(b"\n") + 1
        if not end:
            self._hold(self._rest + chunk)
            return b""
        lines, rest = chunk[:end], chunk[end:]
        if self._skipping:
            lines = lines[lines.find(b"\n") + 1 :]
            self._skipping = False
        elif self._rest:
            lines = self._rest + lines
        self._rest = b""
        self._hold(rest)
        return lines

    def close(self) -> int:
        """Forget the begin of a line that will never end; how many bytes it had."""
        lost = len(self._rest)
        self._rest, self._skipping = b"", False
        return lost

    def _hold(self, rest: bytes) -> None:
        if len(rest) > self._longest and not self._skipping:
            self.dropped += 1
            self._skipping = True
        self._rest = b"" if self._skipping else rest


def sentences_in(lines: bytes) -> int:
    """How many AIS sentences stand in these lines."""
    return lines.count(b"VDM,") + lines.count(b"VDO,")
