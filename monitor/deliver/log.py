"""The log of the program: for trying things, and for those who collect logs."""

from __future__ import annotations

from typing import Literal

import structlog

from monitor.alert.message import Message, Severity
from monitor.deliver.body import title_of
from monitor.deliver.channel import Channel, ChannelConfig

log = structlog.get_logger()


class LogConfig(ChannelConfig):
    """``kind = "log"``."""

    kind: Literal["log"] = "log"


class Log(Channel[LogConfig]):
    """Writes one entry a message."""

    KIND = "log"
    SUMMARY = "The log."
    CONFIG = LogConfig

    @property
    def where(self) -> str:
        """There is but one."""
        return "the log"

    async def send(self, message: Message) -> None:
        """Write it; see Channel."""
        grades = {Severity.INFO: log.info, Severity.WARNING: log.warning}
        grades.get(message.severity, log.error)(
            title_of(message), alert=message.alert, revision=message.revision,
            word=message.word.value, severity=message.severity.value, mmsi=message.mmsi,
            place=message.place,
        )  # fmt: skip
