"""The log as a channel: one entry a message, as grave as the message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from monitor.alert.message import Severity
from monitor.deliver.log import Log, LogConfig
from tests.unit.alert.test_message import FULL


@pytest.mark.parametrize(
    ("severity", "grade"),
    [(Severity.INFO, "info"), (Severity.WARNING, "warning"), (Severity.CRITICAL, "error")],
)
async def test_an_entry_a_message(severity: Severity, grade: str) -> None:
    with capture_logs() as logs:
        await Log(LogConfig(name="log")).send(replace(FULL, severity=severity, headline="A\nB"))
    (entry,) = logs
    assert entry["event"] == "Amended: A B"
    assert (entry["log_level"], entry["alert"], entry["mmsi"]) == (grade, "a", 273_999_410)
