"""Logs: a sentence for people with its keys behind it; JSON, a line each, when nobody looks on."""

from __future__ import annotations

import sys

import structlog
from structlog.typing import Processor


def _plain() -> Processor:
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=plain)


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
        common.append(_plain())
    structlog.configure(
        processors=common, logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )  # fmt: skip
