"""The heartbeat beats while the watch is well, and stops with it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

from structlog.testing import capture_logs

from monitor.service.heartbeat import Pulse
from tests.integration.deliver.ends import receiver, status
from tests.integration.deliver.test_heartbeat import heartbeat
from tests.integration.service.telling import DrawnClock

PROGRAM = """
import asyncio, sys
from monitor.deliver.heartbeat import Heartbeat, HeartbeatConfig
from monitor.service.heartbeat import Pulse

config = HeartbeatConfig(
    name="alive", url=sys.argv[1], insecure=True, allow=("127.0.0.1",), every_s=0.05
)
asyncio.run(Pulse(Heartbeat(config), lambda: None).run())
"""


async def test_20_it_falls_silent_while_something_is_wrong() -> None:
    """Said once when it begins, and once when it ends."""
    trouble: str | None = None
    async with receiver() as found:
        pulse = Pulse(heartbeat(found), lambda: trouble, DrawnClock())
        with capture_logs() as logs:
            await pulse.beat()
            trouble = "nothing was committed for 10 s."
            await pulse.beat()
            await pulse.beat()
            trouble = None
            await pulse.beat()
            found.answer = status(500)
            await pulse.beat()
    assert [entry["event"] for entry in logs] == [
        "Heartbeat alive is silent: nothing was committed for 10 s.",
        "Heartbeat alive beats again",
        f"Heartbeat alive is silent: {found.url} answered HTTP 500.",
    ]
    assert len(found.requests) == 3


async def test_20_who_is_killed_beats_no_more() -> None:
    """By SIGKILL: whoever waits for the next beat will call somebody."""
    async with receiver() as found:
        process = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", PROGRAM, found.url], cwd=Path(__file__).parents[3]
        )
        try:
            began = time.monotonic()
            while len(found.requests) < 3 and time.monotonic() - began < 60:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert len(found.requests) >= 3
        await asyncio.sleep(0.2)
        many = len(found.requests)
        await asyncio.sleep(0.5)
        assert len(found.requests) == many
