"""A file that a logger writes, followed as ``tail -F`` does: by name, over rotation."""

from __future__ import annotations

import asyncio
import os
import stat
from io import FileIO
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from monitor.decode.forms import form_names, form_of
from monitor.decode.table import TableDecoder
from monitor.errors import FeedError
from monitor.feed.kind import Feed, FeedConfig, Sink, reason_of
from monitor.feed.lines import LONGEST_LINE, LineCutter, sentences_in

POLL_S = 0.2
CHUNK_BYTES = 64 << 10


class TailConfig(FeedConfig):
    """``kind = "tail"``."""

    kind: Literal["tail"] = "tail"
    path: Path = Field(description="The file; it may come later, and be rotated.")
    form: str = Field("nmea", description="What its lines are, as --input-format calls it.")
    from_start: bool = Field(
        default=False, description="Take what stands in the file already, too."
    )
    lateness_s: float = Field(60.0, ge=0, le=86_400)  # loggers write when 4 KiB are full

    @field_validator("form")
    @classmethod
    def _is_known(cls, form: str) -> str:
        if form not in form_names():
            message = f"there is no form {form!r}: use one of {', '.join(form_names())}"
            raise ValueError(message)
        return form


class Tail(Feed[TailConfig]):
    """Follows a file."""

    KIND = "tail"
    SUMMARY = "Lines that a logger adds to a file."
    CONFIG = TailConfig
    CONNECTS = False

    def __init__(self, config: TailConfig, *, poll_s: float = POLL_S) -> None:
        """See Feed; look for more every so often."""
        super().__init__(config)
        self._poll_s = poll_s

    @property
    def form(self) -> str:
        """What the settings say."""
        return self.config.form

    @property
    def where(self) -> str:
        """The file."""
        return str(self.config.path)

    async def run(self, sink: Sink) -> None:
        """Follow the file and hand on its lines; see Feed."""
        heading = issubclass(form_of(self.form), TableDecoder)
        followed = Followed(self.config.path, at_end=not self.config.from_start, heading=heading)
        cutter = LineCutter()
        files = 0
        try:
            while True:
                chunk = followed.read()
                if followed.files != files:
                    if files == 0:
                        sink.connected()
                    files = followed.files
                    if cutter.close():
                        sink.refuse("cut_off")
                lines = cutter.cut(chunk)
                if dropped := cutter.dropped:
                    cutter.dropped = 0
                    sink.refuse("too_long", dropped)
                if lines:
                    await sink.put(lines, self._messages(lines))
                await asyncio.sleep(0 if chunk else self._poll_s)
        except OSError as error:
            raise FeedError(f"{self.where} cannot be read: {reason_of(error)}.") from error
        finally:
            followed.close()

    def _messages(self, lines: bytes) -> int:
        return sentences_in(lines) if self.form == "nmea" else lines.count(b"\n")


class Followed:
    """What is read of a name in the file system while files come and go under it."""

    def __init__(self, path: Path, *, at_end: bool, heading: bool) -> None:
        """Begin with the last line if ``at_end``, but give the first one before it if a heading."""
        self.files = 0  # how many were begun; a truncated one is begun anew
        self._path = path
        self._at_end = at_end
        self._heading = heading
        self._file: FileIO | None = None
        self._head = b""
        self._next: FileIO | None = None  # has the name now; the one before has its last words

    def read(self) -> bytes:
        """Give what was written since; nothing where that is nothing. OSError if it cannot be."""
        if self._file is not None and (chunk := self._file.read(CHUNK_BYTES)):
            return chunk
        if self._next is not None:
            self.close(but=self._next)
            self._file, self._next = self._next, None
            self.files += 1
        else:
            self._look()
        head, self._head = self._head, b""
        return head or (self._file.read(CHUNK_BYTES) or b"" if self._file is not None else b"")

    def close(self, but: FileIO | None = None) -> None:
        """Let go of the files."""
        for file in (self._file, self._next):
            if file is not None and file is not but:
                file.close()

    def _look(self) -> None:
        """See what has the name now."""
        try:
            found = self._path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise FeedError(f"{self._path} is no file that can be followed: name another.")
            if self._file is None:
                self._file = FileIO(self._path)
                self.files += 1
                if self._at_end:
                    self._head = self._to_last_line(self._file)
            elif not os.path.samestat(found, os.fstat(self._file.fileno())):
                self._next = FileIO(self._path)
            elif found.st_size < self._file.tell():
                self._file.seek(0)
                self.files += 1
        except FileNotFoundError:
            self._at_end = False  # all that comes is new

    def _to_last_line(self, file: FileIO) -> bytes:
        """Go behind the last whole line; give the heading if there is to be one."""
        head = file.readline(LONGEST_LINE) if self._heading else b""
        head = head if head.endswith(b"\n") else b""
        size = os.fstat(file.fileno()).st_size
        begin = max(len(head), size - LONGEST_LINE)
        file.seek(begin)
        last = file.read(LONGEST_LINE) or b""
        file.seek(begin + last.rfind(b"\n") + 1)
        return head
