"""Logs: a sentence for people with its keys behind it; JSON, a line each, when nobody looks on."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from monitor.words import all_plain, plain


def _plain() -> Processor:
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=plain)


def _clean(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take out what could steer the terminal: sentences hold words of ships and servers.

    A trace keeps its lines.
    """
    trace = event.pop("exception", None)
    cleaned: EventDict = all_plain(dict(event))
    if trace is not None:
        cleaned["exception"] = "\n".join(plain(line) for line in trace.split("\n"))
    return cleaned


class Unfailing:
    """A stream of log lines: what cannot be written is not kept, and fails nobody.

    Whoever read it may be gone, its disk full: a watch goes on without a log.
    """

    def __init__(self, stream: TextIO) -> None:
        """Write to this stream."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Write it, or do not."""
        with suppress(OSError, ValueError):  # closed, it is a ValueError
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let it go out, if it can."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def set_up(*, as_json: bool | None = None) -> None:
    """Write to standard error; ``as_json`` None: as JSON unless that is a terminal."""
    if as_json is None:
        as_json = not sys.stderr.isatty()
    common: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    if as_json:
        common += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        common += [structlog.processors.format_exc_info, _clean, _plain()]
    lines = cast("TextIO", Unfailing(sys.stderr))
    structlog.configure(
        processors=common, logger_factory=structlog.PrintLoggerFactory(lines),
        cache_logger_on_first_use=False,
    )  # fmt: skip
