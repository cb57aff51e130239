"""A file of JSON Lines, one a message, that only its owner can read; on disk before it counts."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal

import orjson

from monitor.alert.message import Message
from monitor.deliver.body import record_of
from monitor.deliver.channel import Channel, ChannelConfig
from monitor.errors import LaterError


class FileConfig(ChannelConfig):
    """``kind = "file"``."""

    kind: Literal["file"] = "file"
    path: Path


class File(Channel[FileConfig]):
    """Appends to one file."""

    KIND = "file"
    SUMMARY = "A file of JSON Lines."
    CONFIG = FileConfig

    @property
    def where(self) -> str:
        """Its path."""
        return str(self.config.path)

    async def send(self, message: Message) -> None:
        """Append it; see Channel."""
        line = orjson.dumps(record_of(message)) + b"\n"
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, _append, self.config.path, line)
        except OSError as error:
            message_ = f"{self.where} cannot be written: {error.strerror}."
            raise LaterError(message_) from error


def _append(path: Path, line: bytes) -> None:
    """Append a line in one go; a half one that a crash left before it is ended first."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    number = os.open(path, flags, 0o600)
    try:
        size = os.fstat(number).st_size
        if size and os.pread(number, 1, size - 1) != b"\n":
            line = b"\n" + line
        while line:
            line = line[os.write(number, line) :]
        os.fsync(number)
    finally:
        os.close(number)
