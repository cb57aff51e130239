"""Recorded logs: plain or packed, files or standard input, in pieces of whole lines."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import InputError
from monitor.feed.archives import DAMAGED, damage, holds_files, member, unpacked

STANDARD_INPUT = "/dev/stdin"

HEAD_BYTES = 64 << 10
"""A log is known by the digest of so many first bytes (less, if it is shorter)."""

PIECE_BYTES = 7 << 20
"""Some 100,000 lines: large enough for columns, small enough for memory and the last commit."""

STEP_BYTES = 1 << 20
"""Read at once: what was read before a damaged place is not lost."""

LONGEST_LINE = 16 << 20
"""A "line" beyond this is not a log line; a binary file has such."""


@dataclass(slots=True)
class LogFile:
    """One log. ``name`` is what evidence calls it."""

    path: str  # "/dev/stdin": standard input
    parts: list[str] = field(default_factory=list)  # files that go on where the first ends
    member: str = ""  # of an archive
    alone: bool = False  # the only log of its archive
    head: bytes = b""
    size: int | None = None  # compressed bytes, for a progress bar; None: not known
    read: int = 0  # compressed bytes so far
    damage: str = ""  # a sentence, once a part of it could not be read: it ends there
    skipped: bool = False  # it was not read from its begin
    heard: bool = False  # something in it could be read
    refused: Counter[str] = field(default_factory=Counter)  # by reason, so far
    _by_cr: bool = False  # its lines are ended by CR alone
    _stream: Any = None
    _raw: Any = None
    _close: Callable[[], None] = lambda: None
    _rest: bytes = field(default=b"")
    _next: int = 0  # of ``parts``

    @property
    def name(self) -> str:
        """File name without its folder; of one of several in an archive, with its own."""
        name = Path(self.path).name
        return f"{name}/{self.member}" if self.member and not self.alone else name

    @property
    def sizes(self) -> list[int]:
        """Bytes of its files as they are now: more where it was gone on with; none of a pipe."""
        found = list[int]()
        for path in (self.path, *self.parts):
            with suppress(OSError):
                found.append(Path(path).stat().st_size)
        return found

    def open(self) -> None:
        """Open and read the head, once; InputError if it cannot be read or is empty."""
        if self._stream is not None:
            return
        self._open(self.path)
        if not self._rest:
            message = self.damage or f"{self.path} is empty."
            raise InputError(message)
        if self.member and holds_files(self._rest):
            message = f"{self.path} holds an archive, {self.member}: unpack it and name the logs."
            raise InputError(message)
        self._by_cr = b"\n" not in self._rest and b"\r" in self._rest
        if self._by_cr:
            self._rest = self._rest.replace(b"\r", b"\n")
        self.head = self._rest

    def _open(self, path: str) -> None:
        try:
            if path == STANDARD_INPUT:
                self._raw = sys.stdin.buffer
            elif self.member:
                self._raw, self._close = member(path, self.member)
            else:
                self._raw = Path(path).open("rb")  # noqa: SIM115 - close() closes it
                found = Path(path).stat()
                self.size = found.st_size if stat.S_ISREG(found.st_mode) else None
            self._stream = unpacked(self._raw)
            self._rest = self._read(HEAD_BYTES)
        except IsADirectoryError as error:
            message = f"{path} is a folder: name the log files in it."
            raise InputError(message) from error
        except OSError as error:
            message = f"{path} cannot be read: {error.strerror or error}."
            raise InputError(message) from error
        except DAMAGED as error:  # before its first byte
            self.close()
            raise InputError(damage(path, error)) from error

    def _go_on(self) -> bool:
        """Open the next part; False: this was the last."""
        if self._next >= len(self.parts):
            return False
        self.close()
        self._next += 1
        self._open(self.parts[self._next - 1])
        return True

    def digest(self, length: int) -> bytes | None:
        """Digest of the first ``length`` bytes; None if the log is shorter."""
        return hashlib.sha256(self.head[:length]).digest() if len(self.head) >= length else None

    def pieces(self, skip: int = 0, *, size: int = PIECE_BYTES) -> Iterator[tuple[bytes, bool]]:
        """Yield (bytes of whole lines, is it the last piece), from byte ``skip`` on."""
        rest, self._rest = self._rest, b""
        self.skipped = skip > 0
        while skip:
            if not rest:
                rest = self._read(min(skip, size))
                if not rest and self._go_on():
                    rest, self._rest = self._rest, b""
                elif not rest:
                    return
            used = min(skip, len(rest))
            rest, skip = rest[used:], skip - used
        while True:
            more = self._read(max(1, size - len(rest)))
            if not more and self._next < len(self.parts):
                if rest:
                    yield rest, False
                self._go_on()
                rest, self._rest = self._rest, b""
                continue
            if not more:
                yield rest, True
                return
            piece = rest + more
            end = piece.rfind(b"\n") + 1
            if not end:
                if len(piece) > LONGEST_LINE:
                    message = (
                        f"{self.path} has a line longer than {LONGEST_LINE >> 20} MiB: no log."
                    )
                    raise InputError(message)
                rest = piece
                size = max(size, 2 * len(piece))
                continue
            rest = piece[end:]
            yield piece[:end], False

    def close(self) -> None:
        """Let go of the file."""
        if self._raw is not None and self.path != STANDARD_INPUT:
            self._raw.close()
            self._close()

    def _read(self, size: int) -> bytes:
        """Read up to ``size`` bytes, all of them unless the log ends, or is damaged there."""
        parts: list[bytes] = []
        while size > 0 and not self.damage:
            try:
                part = self._stream.read1(min(size, STEP_BYTES))
            except DAMAGED as error:
                if isinstance(error, OSError) and error.errno is not None:  # another day it can be
                    message = f"{self.path} cannot be read on: {os.strerror(error.errno)}."
                    raise InputError(message) from error
                self.damage = damage(self.path, error)
                break
            if not part:
                break
            parts.append(part)
            size -= len(part)
        if self.size is not None:
            self.read = self._raw.tell()
        data = b"".join(parts)
        return data.replace(b"\r", b"\n") if self._by_cr else data
