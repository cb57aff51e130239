"""What goes wrong in the loop is said once a minute, however often it happens."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from monitor.service.mishaps import Mishaps

LOOP = cast("asyncio.AbstractEventLoop", None)


def no_descriptor() -> dict[str, Any]:
    """As a listener says it that finds no descriptor free."""
    error = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return {"message": "socket.accept() out of system resource", "exception": error}


def test_the_same_is_said_once_a_minute_with_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand times in two minutes: two lines, without a trace."""
    now = [1000.0]
    monkeypatch.setattr("monitor.service.mishaps.monotonic_s", lambda: now[0])
    mishaps = Mishaps()
    with capture_logs() as logged:
        for number in range(10_000):
            now[0] = 1000.0 + number * 0.01
            mishaps(LOOP, no_descriptor())
    words = "In the loop: socket.accept() out of system resource: [Errno 24] Too many open files"
    again = f"{words}; so it was 5999 times more since that was last said"
    assert [(entry["event"], entry["more"], entry["exc_info"]) for entry in logged] == [
        (words, 0, None), (again, 5999, None),
    ]  # fmt: skip


def test_a_fault_of_ours_has_its_trace() -> None:
    fault = KeyError("x")
    with capture_logs() as logged:
        mishaps = Mishaps()
        mishaps(LOOP, {"message": "Exception in callback", "exception": fault})
        mishaps(LOOP, {"message": "Task was destroyed but it is pending!"})
    assert [(entry["event"], entry["exc_info"]) for entry in logged] == [
        ("In the loop: Exception in callback: 'x'", fault),
        ("In the loop: Task was destroyed but it is pending!", None),
    ]
